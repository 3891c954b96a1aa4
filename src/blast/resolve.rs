//! From a mention to the definitions it means, with a tier and a reason. The order is that of the languages: the scopes
//! around the mention, what the file imports by name, what stands beside it in its package, wildcards; then paths through
//! modules and types; then, where the receiver is unknown, what fits. A name that an import shows to come from outside
//! the repository means nothing here. Types of variables are not inferred, only guessed from names in `receiver.rs`.

use super::Tier;
use super::blob::{Bound, Definition, FILE, Mention, Receiver};
use super::families::Shape;
use super::index::{Def, Graph};
use super::names::Name;
use crate::limits::{GRAPH_LOOKUP_STEPS_MAX, GRAPH_POSSIBLE_DEFINITIONS_MAX};
use crate::syntax::{EntityKind, ReferenceKind};
use rustc_hash::FxHashSet;
use std::sync::OnceLock;

/// Why a mention is thought to mean a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Reason {
    Scope,
    Import,
    Package,
    Path,
    OwnMember,
    Constructor,
    ReExport,
    Wildcard,
    Overloads,
    Inherited,
    ReceiverName,
    OnlyVisible,
    Dispatch,
    NameOnly,
    SideEffect,
}

impl Reason {
    /// A clause for people.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Scope => "in the same file",
            Self::Import => "imported by name",
            Self::Package => "in the same package",
            Self::Path => "named through its module or type",
            Self::OwnMember => "a member of its own type",
            Self::Constructor => "constructs it",
            Self::ReExport => "imported and not used by name",
            Self::Wildcard => "imported with a wildcard",
            Self::Overloads => "one of several overloads",
            Self::Inherited => "inherited",
            Self::ReceiverName => "the receiver is named like its type",
            Self::OnlyVisible => "the only visible type with that member",
            Self::Dispatch => "through the type it implements or extends",
            Self::NameOnly => "by name only",
            Self::SideEffect => "imports the file without naming anything",
        }
    }
}

/// What a name or a path stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Target {
    Def(Def),
    /// A module, named by its first file.
    Module(u32),
}

/// The meaning of one mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) tier: Tier,
    pub(super) reason: Reason,
    /// Never empty.
    pub(super) targets: Vec<Def>,
}

/// The outcome of a look-up.
#[derive(Debug)]
pub(super) enum Found {
    Targets(Reason, Vec<Target>),
    /// Known to come from outside the repository.
    Outside,
    Unknown,
}

/// A name to look for: its text, and its number if any file of the graph has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'a> {
    text: &'a str,
    name: Option<Name>,
}

/// Guards look-ups that lead to look-ups: re-exports can be circular.
#[derive(Debug, Default)]
pub(super) struct Visit {
    seen: FxHashSet<(u32, u32, u32)>,
    depth: usize,
}

/// Answers for one graph. Import targets are kept once they are known.
#[derive(Debug)]
pub(super) struct Resolver<'g> {
    pub(super) graph: &'g Graph,
    bindings: Vec<Box<[OnceLock<Box<[Target]>>]>>,
}

impl<'g> Resolver<'g> {
    pub(super) fn new(graph: &'g Graph) -> Self {
        let slots = |count: usize| (0..count).map(|_| OnceLock::new()).collect();
        let bindings = graph.files.iter().map(|file| slots(file.blob.bindings.len())).collect();
        Self { graph, bindings }
    }

    pub(super) fn definition(&self, def: Def) -> &'g Definition {
        &self.graph.files[def.file as usize].blob.definitions[def.index as usize]
    }

    pub(super) fn key(&self, name: Name) -> Key<'g> {
        Key { text: self.graph.names.text(name), name: Some(name) }
    }

    fn key_of<'a>(&self, text: &'a str) -> Key<'a> {
        Key { text, name: self.graph.names.get(text) }
    }

    /// What a mention in a file means; none if it means nothing in this repository, or too much.
    pub(super) fn resolve(&self, file: u32, mention: &Mention) -> Option<Answer> {
        let answer = match mention.receiver {
            Receiver::None => self.bare_mention(file, mention),
            Receiver::Path(path) => self.path_mention(file, mention, path),
            Receiver::Other => self.member_mention(file, mention, None),
        };
        answer.filter(|answer| !answer.targets.is_empty())
    }

    fn bare_mention(&self, file: u32, mention: &Mention) -> Option<Answer> {
        match self.bare(file, mention.owner, self.key(mention.name), &mut Visit::default()) {
            Found::Targets(reason, targets) => {
                let defs = self.definitions(file, mention.name, &targets, mention.kind);
                // a name that is bound to something else here does not mean a namesake elsewhere
                Some(self.graded(reason, defs))
            }
            Found::Outside => None,
            Found::Unknown => self.by_name(file, mention, |definition| definition.container.is_none()),
        }
    }

    fn path_mention(&self, file: u32, mention: &Mention, path: Name) -> Option<Answer> {
        let path = self.graph.names.text(path).as_ref();
        let key = self.key(mention.name);
        if is_self(path) {
            if let Some((reason, defs)) = self.own_member(file, mention.owner, key, path.starts_with("super")) {
                return Some(self.graded(reason, defs));
            }
        }
        match self.path(file, mention.owner, path) {
            Found::Targets(_, scopes) => {
                let mut targets: Vec<Target> = Vec::new();
                for scope in scopes {
                    targets.extend(self.lookup(scope, key, &mut Visit::default()));
                }
                let defs = self.definitions(file, mention.name, &targets, mention.kind);
                Some(self.graded(Reason::Path, defs))
            }
            Found::Outside => None,
            Found::Unknown => self.member_mention(file, mention, last_segment(path)),
        }
    }

    /// Definitions among targets that fit the kind of mention; a module stands for what it exports by default.
    fn definitions(&self, file: u32, name: Name, targets: &[Target], kind: ReferenceKind) -> Vec<Def> {
        let mut defs = Vec::new();
        for target in targets {
            match target {
                Target::Def(def) if fits(kind, self.definition(*def)) => defs.push(*def),
                Target::Def(_) => {}
                Target::Module(module) if *module != file => {
                    defs.extend(self.default_export(*module, self.key(name)).filter(|def| self.is_default(*def, name)));
                }
                Target::Module(_) => {}
            }
        }
        defs.sort_unstable();
        defs.dedup();
        defs
    }

    fn is_default(&self, def: Def, name: Name) -> bool {
        self.definition(def).name == name
    }

    /// Several definitions behind one name are overloads or variants: which one is meant is not known.
    fn graded(&self, reason: Reason, targets: Vec<Def>) -> Answer {
        let types = targets.iter().filter(|def| self.definition(**def).is_type()).count();
        let (tier, reason) = match reason {
            Reason::Wildcard | Reason::ReceiverName | Reason::OnlyVisible | Reason::Inherited => (Tier::Likely, reason),
            Reason::NameOnly => (Tier::Possible, reason),
            _ if targets.len() > 1 && types != 1 => (Tier::Likely, Reason::Overloads),
            _ => (Tier::Exact, reason),
        };
        Answer { tier, reason, targets }
    }

    // ---- names without a receiver

    /// What a bare name means at a place.
    pub(super) fn bare(&self, file: u32, owner: u32, key: Key, visit: &mut Visit) -> Found {
        if let Some((reason, targets)) = self.around(file, owner, key, visit) {
            return Found::Targets(reason, targets);
        }
        let inner = self.inline_modules(file, owner);
        if let Some(found) = self.imported(file, &inner, key, visit) {
            return found;
        }
        if inner.is_empty()
            && let Some(targets) = self.top_level(file, key)
        {
            return Found::Targets(Reason::Scope, targets);
        }
        if let Some(targets) = self.beside(file, key) {
            return Found::Targets(Reason::Package, targets);
        }
        if let Some(targets) = self.through_wildcards(file, &inner, key, visit) {
            return Found::Targets(Reason::Wildcard, targets);
        }
        match self.top_level(file, key).or_else(|| self.macro_of_package(file, key)) {
            Some(targets) => Found::Targets(Reason::Scope, targets),
            None => Found::Unknown,
        }
    }

    /// Definitions inside the entities around a mention, innermost first.
    fn around(&self, file: u32, owner: u32, key: Key, visit: &mut Visit) -> Option<(Reason, Vec<Target>)> {
        let (name, blob) = (key.name?, &self.graph.file(file).blob);
        let implicit = self.graph.family(file).is_some_and(|family| family.implicit_members());
        let own: Vec<Def> = self.graph.defined.of(name).iter().copied().filter(|def| def.file == file).collect();
        if own.is_empty() && !implicit {
            return None;
        }
        for level in blob.around(owner) {
            let here = Def { file, index: level };
            let scope = self.definition(here);
            if scope.is_type() && !implicit {
                continue;
            }
            let inside = own.iter().filter(|def| self.definition(**def).container == Some(level));
            let inside: Vec<Target> = inside.map(|def| Target::Def(*def)).collect();
            if !inside.is_empty() {
                return Some((Reason::Scope, inside));
            }
            if scope.is_type() {
                let inherited = self.inherited(here, key, visit);
                if !inherited.is_empty() {
                    return Some((Reason::Inherited, inherited.into_iter().map(Target::Def).collect()));
                }
            }
        }
        None
    }

    fn top_level(&self, file: u32, key: Key) -> Option<Vec<Target>> {
        let all = self.graph.defined.of(key.name?).iter();
        let here = all.filter(|def| def.file == file && is_top_level(self.definition(**def)));
        let here: Vec<Target> = here.map(|def| Target::Def(*def)).collect();
        (!here.is_empty()).then_some(here)
    }

    /// Inline modules around an entity, outermost first.
    fn inline_modules(&self, file: u32, owner: u32) -> Vec<u32> {
        let blob = &self.graph.file(file).blob;
        let module = |at: &u32| blob.definition(*at).is_some_and(|d| d.kind == EntityKind::Module);
        let mut inner: Vec<u32> = blob.around(owner).filter(module).collect();
        inner.reverse();
        inner
    }

    /// Named bindings, those of the innermost module first.
    fn imported(&self, file: u32, inner: &[u32], key: Key, visit: &mut Visit) -> Option<Found> {
        let name = key.name?;
        let bindings = &self.graph.file(file).blob.bindings;
        let visible = |bound: &Bound| bound.local == Some(name) && inner.starts_with(&bound.within);
        let mut named: Vec<usize> = (0..bindings.len()).filter(|at| visible(&bindings[*at])).collect();
        let depth = named.iter().map(|at| bindings[*at].within.len()).max()?;
        named.retain(|at| bindings[*at].within.len() == depth);
        let mut targets: Vec<Target> = Vec::new();
        for at in named {
            targets.extend(self.binding(file, at, visit));
        }
        Some(if targets.is_empty() { Found::Outside } else { Found::Targets(Reason::Import, targets) })
    }

    /// Other files of the same package, for families that have such.
    fn beside(&self, file: u32, key: Key) -> Option<Vec<Target>> {
        let module = self.graph.module_of[file as usize];
        let all = self.graph.defined.of(key.name?).iter();
        let inside = |def: &&Def| self.graph.module_of[def.file as usize] == module && def.file != file;
        let mut found: Vec<Def> = all.filter(inside).filter(|d| is_top_level(self.definition(**d))).copied().collect();
        self.prefer_package(file, &mut found);
        (!found.is_empty()).then(|| found.into_iter().map(Target::Def).collect())
    }

    /// Of namesakes in several packages of the repository, those of the own package are meant.
    fn prefer_package(&self, file: u32, defs: &mut Vec<Def>) {
        let package = self.graph.file(file).package;
        let own = |def: &Def| self.graph.file(def.file).package == package;
        if defs.len() > 1 && defs.iter().any(own) {
            defs.retain(own);
        }
    }

    fn through_wildcards(&self, file: u32, inner: &[u32], key: Key, visit: &mut Visit) -> Option<Vec<Target>> {
        let bindings = &self.graph.file(file).blob.bindings;
        let wild = |bound: &Bound| bound.shape == Shape::Wildcard && inner.starts_with(&bound.within);
        let mut found = Vec::new();
        for at in (0..bindings.len()).filter(|at| wild(&bindings[*at])) {
            for scope in self.binding(file, at, visit) {
                found.extend(self.lookup(scope, key, visit));
            }
        }
        found.sort_unstable();
        found.dedup();
        (!found.is_empty()).then_some(found)
    }

    /// Macros are visible by their bare name all over their package.
    fn macro_of_package(&self, file: u32, key: Key) -> Option<Vec<Target>> {
        let package = self.graph.file(file).package;
        let fits = |def: &&Def| {
            self.definition(**def).kind == EntityKind::Macro && self.graph.file(def.file).package == package
        };
        let found: Vec<Target> =
            self.graph.defined.of(key.name?).iter().filter(fits).map(|def| Target::Def(*def)).collect();
        (!found.is_empty()).then_some(found)
    }

    // ---- imports

    /// What a binding stands for; empty if it is outside the repository.
    pub(super) fn binding(&self, file: u32, at: usize, visit: &mut Visit) -> Vec<Target> {
        if let Some(known) = self.bindings[file as usize][at].get() {
            return known.to_vec();
        }
        if visit.depth > 0 {
            return self.binding_targets(file, at, visit);
        }
        // only look-ups from the top are kept: inside a circle an answer can be cut short
        let targets = self.binding_targets(file, at, &mut Visit::default());
        self.bindings[file as usize][at].get_or_init(|| targets.into()).to_vec()
    }

    fn binding_targets(&self, file: u32, at: usize, visit: &mut Visit) -> Vec<Target> {
        let bound = &self.graph.file(file).blob.bindings[at];
        if visit.depth >= GRAPH_LOOKUP_STEPS_MAX || !visit.seen.insert((file, at as u32, u32::MAX)) {
            return Vec::new();
        }
        visit.depth += 1;
        let found = self.starts(file, &bound.within, &bound.module, visit, |resolver, scope, visit| match bound.name {
            None => vec![scope],
            Some(name) => resolver.take_from(file, scope, name, bound.local, visit),
        });
        visit.depth -= 1;
        visit.seen.remove(&(file, at as u32, u32::MAX));
        found
    }

    /// One name out of a module; the default export goes by any name.
    fn take_from(&self, file: u32, scope: Target, name: Name, local: Option<Name>, visit: &mut Visit) -> Vec<Target> {
        let found = self.lookup(scope, self.key(name), visit);
        let Target::Module(module) = scope else { return found };
        let default = self.graph.family(file).and_then(|family| family.default_name());
        if !found.is_empty() || default != Some(self.graph.names.text(name)) {
            return found;
        }
        let named = local.and_then(|local| self.default_export(module, self.key(local)));
        vec![named.map_or(Target::Module(module), Target::Def)]
    }

    /// What a module most likely exports by default: what is called as asked, or like the file, or the only public thing.
    fn default_export(&self, module: u32, wanted: Key) -> Option<Def> {
        if let Some([Target::Def(def)]) = self.top_level(module, wanted).as_deref() {
            return Some(*def);
        }
        let file = self.graph.file(module);
        let stem = file.text.rsplit('/').next().and_then(|name| name.split('.').next()).map(normal).unwrap_or_default();
        let all = (0..file.blob.definitions.len() as u32).map(|index| Def { file: module, index });
        let top: Vec<Def> = all.filter(|def| is_top_level(self.definition(*def))).collect();
        let named = top.iter().find(|def| normal(self.graph.names.text(self.definition(**def).name)) == stem);
        let public = || {
            let mut public =
                top.iter().filter(|d| self.definition(**d).visibility == crate::syntax::Visibility::Public);
            public.next().filter(|_| public.next().is_none())
        };
        named.or_else(public).copied()
    }

    /// Walks every reading of a module path and returns the first that leads somewhere.
    fn starts(
        &self,
        file: u32,
        within: &[u32],
        module: &str,
        visit: &mut Visit,
        end: impl Fn(&Self, Target, &mut Visit) -> Vec<Target>,
    ) -> Vec<Target> {
        let Some(modules) = self.graph.modules(file) else { return Vec::new() };
        for start in modules.find(file, within.len(), module) {
            let inline = start.inner.checked_sub(1).and_then(|at| within.get(at));
            let scope = match inline {
                Some(index) if start.file == file => Target::Def(Def { file, index: *index }),
                _ => Target::Module(self.graph.module_of[start.file as usize]),
            };
            let mut scopes = vec![scope];
            for part in &start.rest {
                let key = self.key_of(part);
                scopes = scopes.into_iter().flat_map(|scope| self.lookup(scope, key, visit)).collect();
            }
            let mut found: Vec<Target> = Vec::new();
            for scope in scopes {
                found.extend(end(self, scope, visit));
            }
            if !found.is_empty() {
                found.sort_unstable();
                found.dedup();
                return found;
            }
        }
        Vec::new()
    }

    // ---- paths and members

    /// What a path before a dot stands for: modules and types.
    pub(super) fn path(&self, file: u32, owner: u32, path: &str) -> Found {
        let inner = self.inline_modules(file, owner);
        let visit = &mut Visit::default();
        // an import can bind a dotted name as a whole
        for end in prefixes(path) {
            if let Some(found) = self.imported(file, &inner, self.key_of(&path[..end]), visit) {
                return self.walk(found, &path[end..]);
            }
        }
        let first = &path[..segment_end(path)];
        let found = self.bare(file, owner, self.key_of(first), visit);
        match &found {
            Found::Targets(_, targets) if targets.iter().any(|target| self.is_scope(*target)) => {
                return self.walk(found, &path[first.len()..]);
            }
            Found::Targets(..) => return Found::Unknown,
            Found::Outside => return Found::Outside,
            Found::Unknown => {}
        }
        if !self.graph.family(file).is_some_and(|family| family.paths_without_import()) {
            return Found::Unknown;
        }
        let scopes = self.starts(file, &inner, path, visit, |_, scope, _| vec![scope]);
        let scopes: Vec<Target> = scopes.into_iter().filter(|scope| self.is_scope(*scope)).collect();
        if scopes.is_empty() { Found::Unknown } else { Found::Targets(Reason::Path, scopes) }
    }

    /// Follows the rest of a path from what its first part means.
    fn walk(&self, found: Found, rest: &str) -> Found {
        let Found::Targets(reason, mut scopes) = found else { return found };
        for part in segments(rest) {
            let key = self.key_of(part);
            scopes = scopes.into_iter().flat_map(|scope| self.lookup(scope, key, &mut Visit::default())).collect();
        }
        let all = scopes.len();
        scopes.retain(|scope| self.is_scope(*scope));
        if scopes.is_empty() && all > 0 { Found::Unknown } else { Found::Targets(reason, scopes) }
    }

    fn is_scope(&self, target: Target) -> bool {
        match target {
            Target::Module(_) => true,
            Target::Def(def) => {
                let definition = self.definition(def);
                definition.is_type() || definition.kind == EntityKind::Module
            }
        }
    }

    /// A name inside a module or a type.
    pub(super) fn lookup(&self, scope: Target, key: Key, visit: &mut Visit) -> Vec<Target> {
        match scope {
            Target::Module(module) => self.in_module(module, key, visit),
            Target::Def(def) if self.definition(def).kind == EntityKind::Module => self.in_inline(def, key, visit),
            Target::Def(def) => self.members(def, key, visit).1.into_iter().map(Target::Def).collect(),
        }
    }

    fn in_module(&self, module: u32, key: Key, visit: &mut Visit) -> Vec<Target> {
        let all = key.name.map_or(&[][..], |name| self.graph.defined.of(name));
        let inside = |def: &&Def| self.graph.module_of[def.file as usize] == module;
        let found = all.iter().filter(inside).filter(|def| is_top_level(self.definition(**def)));
        let mut found: Vec<Target> = found.map(|def| Target::Def(*def)).collect();
        let child = self.graph.modules(module).and_then(|modules| modules.child(module, key.text));
        // a declaration of a module file (`mod x;`) is not the module
        if let Some(child) = child {
            found.retain(|target| !self.is_empty_module(*target));
            found.push(Target::Module(child));
        }
        if found.is_empty() && self.graph.family(module).is_some_and(|family| family.hands_on_imports()) {
            found = self.handed_on(module, &[], key, visit);
        }
        found
    }

    fn is_empty_module(&self, target: Target) -> bool {
        let Target::Def(def) = target else { return false };
        let blob = &self.graph.file(def.file).blob;
        self.definition(def).kind == EntityKind::Module
            && !blob.definitions.iter().any(|inside| inside.container == Some(def.index))
    }

    fn in_inline(&self, module: Def, key: Key, visit: &mut Visit) -> Vec<Target> {
        let all = key.name.map_or(&[][..], |name| self.graph.defined.of(name));
        let inside = |def: &&Def| def.file == module.file && self.definition(**def).container == Some(module.index);
        let found: Vec<Target> = all.iter().filter(inside).map(|def| Target::Def(*def)).collect();
        if !found.is_empty() {
            return found;
        }
        let mut within = self.inline_modules(module.file, module.index);
        within.truncate(GRAPH_LOOKUP_STEPS_MAX);
        self.handed_on(module.file, &within, key, visit)
    }

    /// A name that a module only imports and hands on.
    fn handed_on(&self, file: u32, within: &[u32], key: Key, visit: &mut Visit) -> Vec<Target> {
        let name = key.name.map_or(u32::MAX, |name| name.0);
        let place = within.last().copied().unwrap_or(FILE);
        if visit.depth >= GRAPH_LOOKUP_STEPS_MAX || !visit.seen.insert((file, place, name)) {
            return Vec::new();
        }
        let bindings = &self.graph.file(file).blob.bindings;
        let here = |bound: &Bound| *bound.within == *within;
        let mut found = Vec::new();
        visit.depth += 1;
        for at in (0..bindings.len()).filter(|at| here(&bindings[*at]) && bindings[*at].local == key.name) {
            if key.name.is_some() {
                found.extend(self.binding(file, at, visit));
            }
        }
        let wild = |bound: &Bound| bound.shape == Shape::Wildcard && here(bound);
        for at in (0..bindings.len()).filter(|at| found.is_empty() && wild(&bindings[*at])).collect::<Vec<_>>() {
            for scope in self.binding(file, at, visit) {
                found.extend(self.lookup(scope, key, visit));
            }
        }
        visit.depth -= 1;
        found
    }

    /// Members of a type by name: its own, else those it inherits.
    pub(super) fn members(&self, of: Def, key: Key, visit: &mut Visit) -> (Reason, Vec<Def>) {
        let own = self.own_members(of, key);
        if !own.is_empty() {
            return (Reason::Path, own);
        }
        (Reason::Inherited, self.inherited(of, key, visit))
    }

    pub(super) fn own_members(&self, of: Def, key: Key) -> Vec<Def> {
        let Some(name) = key.name else { return Vec::new() };
        let (all, type_name) = (self.graph.defined.of(name), self.definition(of).name);
        let inside = |def: &&Def| def.file == of.file && self.definition(**def).container == Some(of.index);
        let scoped = |def: &&Def| self.definition(**def).scope == Some(type_name);
        let near: Vec<Def> =
            all.iter().filter(|def| inside(def) || (def.file == of.file && scoped(def))).copied().collect();
        if !near.is_empty() {
            return near;
        }
        all.iter().filter(scoped).filter(|def| self.same_package(def.file, of.file)).copied().collect()
    }

    fn same_package(&self, a: u32, b: u32) -> bool {
        let (a, b) = (self.graph.file(a), self.graph.file(b));
        a.package == b.package && a.blob.family == b.blob.family
    }

    fn inherited(&self, of: Def, key: Key, visit: &mut Visit) -> Vec<Def> {
        let name = key.name.map_or(u32::MAX, |name| name.0);
        if key.name.is_none() || visit.depth >= GRAPH_LOOKUP_STEPS_MAX || !visit.seen.insert((of.file, of.index, name))
        {
            return Vec::new();
        }
        visit.depth += 1;
        let mut found = Vec::new();
        for supertype in self.supertypes(of, visit) {
            found.extend(self.members(supertype, key, visit).1);
        }
        visit.depth -= 1;
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Types of the repository that a type names in its heritage clause, or that blocks apart from it lend it.
    pub(super) fn supertypes(&self, of: Def, visit: &mut Visit) -> Vec<Def> {
        let definition = self.definition(of);
        let mut found = Vec::new();
        for name in &definition.supertypes {
            found.extend(self.types(self.bare_outside(of, self.key(*name), visit)));
        }
        for (file, name) in self.graph.lent.get(&definition.name).into_iter().flatten() {
            if *file != of.file && self.same_package(*file, of.file) {
                found.extend(self.types(self.bare(*file, FILE, self.key(*name), visit)));
            }
        }
        found.retain(|def| *def != of);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The types among what was found.
    pub(super) fn types(&self, found: Found) -> Vec<Def> {
        let Found::Targets(_, targets) = found else { return Vec::new() };
        let only_types = |target| match target {
            Target::Def(def) if self.definition(def).is_type() => Some(def),
            _ => None,
        };
        targets.into_iter().filter_map(only_types).collect()
    }

    /// A bare name at the place where a type stands, not among the type's own members.
    fn bare_outside(&self, of: Def, key: Key, visit: &mut Visit) -> Found {
        self.bare(of.file, self.definition(of).container.unwrap_or(FILE), key, visit)
    }

    /// The type around a place.
    pub(super) fn enclosing_type(&self, file: u32, owner: u32) -> Option<Def> {
        for index in self.graph.file(file).blob.around(owner) {
            let definition = self.definition(Def { file, index });
            if definition.is_type() {
                return Some(Def { file, index });
            }
            if let Some(scope) = definition.scope {
                let mut all: Vec<Def> = self.graph.defined.of(scope).to_vec();
                all.retain(|def| self.definition(*def).is_type() && self.same_package(def.file, file));
                let near = all.iter().find(|def| def.file == file);
                return near.or(all.first()).copied();
            }
        }
        None
    }

    fn own_member(&self, file: u32, owner: u32, key: Key, inherited_only: bool) -> Option<(Reason, Vec<Def>)> {
        let own = self.enclosing_type(file, owner)?;
        let visit = &mut Visit::default();
        let (reason, defs) = match inherited_only {
            true => (Reason::Inherited, self.inherited(own, key, visit)),
            false => self.members(own, key, visit),
        };
        let reason = if reason == Reason::Path { Reason::OwnMember } else { reason };
        (!defs.is_empty()).then_some((reason, defs))
    }

    // ---- nothing but the name

    /// All definitions of the name that fit, if they are few.
    pub(super) fn by_name(&self, file: u32, mention: &Mention, fit: impl Fn(&Definition) -> bool) -> Option<Answer> {
        let family = self.graph.file(file).blob.family;
        let fits = |def: &&Def| {
            let definition = self.definition(**def);
            fit(definition) && fits(mention.kind, definition) && self.graph.file(def.file).blob.family == family
        };
        let mut found = self.graph.defined.of(mention.name).iter().filter(fits);
        let targets: Vec<Def> = found.by_ref().take(GRAPH_POSSIBLE_DEFINITIONS_MAX).copied().collect();
        let few = found.next().is_none();
        few.then_some(Answer { tier: Tier::Possible, reason: Reason::NameOnly, targets })
    }
}

/// Not inside anything, and not a method written apart from its type.
pub(super) fn is_top_level(definition: &Definition) -> bool {
    definition.container.is_none() && definition.scope.is_none()
}

/// A type position does not mean a function.
fn fits(kind: ReferenceKind, definition: &Definition) -> bool {
    kind != ReferenceKind::Type || !definition.is_callable()
}

fn is_self(path: &str) -> bool {
    matches!(path, "self" | "this" | "cls" | "Self" | "super" | "super()")
}

/// A name without case and underscores: `cart_service` and `CartService` are alike.
pub(super) fn normal(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split(['.', ':', '?', '!']).filter(|part| !part.is_empty())
}

fn segment_end(path: &str) -> usize {
    path.find(['.', ':', '?', '!']).unwrap_or(path.len())
}

fn last_segment(path: &str) -> Option<&str> {
    segments(path).last()
}

/// Ends of a path's dotted prefixes of two parts and more, longest first.
fn prefixes(path: &str) -> Vec<usize> {
    let mut ends: Vec<usize> = path.match_indices('.').map(|(at, _)| at).skip(1).chain([path.len()]).collect();
    ends.retain(|end| path[..*end].contains('.'));
    ends.reverse();
    ends
}
