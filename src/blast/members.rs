//! Names inside modules and types: paths before a dot, members of a type with those it inherits, and what a module hands
//! on from its own imports. Heritage is followed by name, a bounded number of steps.

use super::blob::{Bound, FILE};
use super::families::Shape;
use super::index::Def;
use super::resolve::{Found, Key, Reason, Resolver, Target, Visit, is_top_level, segment_end, segments};
use crate::limits::GRAPH_LOOKUP_STEPS_MAX;
use crate::syntax::EntityKind;

impl Resolver<'_> {
    /// What a path before a dot stands for: modules and types.
    pub(super) fn path(&self, file: u32, owner: u32, path: &str) -> Found {
        let inner = self.inline_modules(file, owner);
        let visit = &mut Visit::default();
        if let Some(whole) = path.strip_prefix('\\') {
            let scopes = self.starts(file, &inner, whole, visit, |_, scope, _| vec![scope]);
            return if scopes.is_empty() { Found::Outside } else { Found::Targets(Reason::Path, scopes) };
        }
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
        match scopes.is_empty() {
            false => Found::Targets(Reason::Path, scopes),
            // a path that begins with nothing of this repository begins with another crate; a type parameter does not
            true if self.is_foreign(file, owner, path, first) => Found::Outside,
            true => Found::Unknown,
        }
    }

    /// True for a crate or a type of a prelude: everything else has to be imported or defined.
    fn is_foreign(&self, file: u32, owner: u32, path: &str, first: &str) -> bool {
        let Some(family) = self.graph.family(file).filter(|family| family.types_are_closed()) else { return false };
        let own = matches!(first, "self" | "super" | "crate" | "Self");
        let outer = first.starts_with(|c: char| c.is_ascii_uppercase()) || path[first.len()..].starts_with("::");
        family.is_standard_module(first) || (!own && outer && !self.is_type_parameter(file, owner, first))
    }

    /// Follows the rest of a path from what its first part means.
    pub(super) fn walk(&self, found: Found, rest: &str) -> Found {
        let Found::Targets(reason, mut scopes) = found else { return found };
        for part in segments(rest) {
            let key = self.key_of(part);
            scopes = scopes.into_iter().flat_map(|scope| self.lookup(scope, key, &mut Visit::default())).collect();
        }
        let all = scopes.len();
        scopes.retain(|scope| self.is_scope(*scope));
        if scopes.is_empty() && all > 0 { Found::Unknown } else { Found::Targets(reason, scopes) }
    }

    pub(super) fn is_scope(&self, target: Target) -> bool {
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
            Target::Def(def) if self.definition(def).kind == EntityKind::Module => match self.is_open(def.file) {
                true => self.in_open_module(def, key),
                false => self.in_inline(def, key, visit),
            },
            Target::Def(def) => self.members(def, key, visit).1.into_iter().map(Target::Def).collect(),
        }
    }

    pub(super) fn in_module(&self, module: u32, key: Key, visit: &mut Visit) -> Vec<Target> {
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

    pub(super) fn is_empty_module(&self, target: Target) -> bool {
        let Target::Def(def) = target else { return false };
        let blob = &self.graph.file(def.file).blob;
        self.definition(def).kind == EntityKind::Module
            && !blob.definitions.iter().any(|inside| inside.container == Some(def.index))
    }

    pub(super) fn in_inline(&self, module: Def, key: Key, visit: &mut Visit) -> Vec<Target> {
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
    pub(super) fn handed_on(&self, file: u32, within: &[u32], key: Key, visit: &mut Visit) -> Vec<Target> {
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
                found.extend(self.given_out(scope, key, visit));
            }
        }
        visit.depth -= 1;
        found
    }

    /// A name that a wildcard brings.
    pub(super) fn given_out(&self, scope: Target, key: Key, visit: &mut Visit) -> Vec<Target> {
        match scope {
            Target::Module(module) if self.hides(module, key) => Vec::new(),
            scope => self.lookup(scope, key, visit),
        }
    }

    /// True if a module keeps a name from those who import everything.
    fn hides(&self, module: u32, key: Key) -> bool {
        let hidden = self.graph.family(module).and_then(|family| family.wildcard_hides(key.text));
        let Some(hidden) = hidden else { return false };
        let list = |bound: &&Bound| bound.shape == Shape::Export && bound.module.is_empty();
        let mut listed = self.graph.file(module).blob.bindings.iter().filter(list).peekable();
        if listed.peek().is_none() {
            return hidden;
        }
        // an open list leaves it at what the name says
        !listed.any(|bound| bound.local == key.name || (bound.local.is_none() && !hidden))
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
        if self.is_open(of.file) {
            return self.members_elsewhere(of, name);
        }
        all.iter().filter(scoped).filter(|def| self.same_package(def.file, of.file)).copied().collect()
    }

    pub(super) fn same_package(&self, a: u32, b: u32) -> bool {
        let (a, b) = (self.graph.file(a), self.graph.file(b));
        a.package == b.package && a.blob.family == b.blob.family
    }

    pub(super) fn inherited(&self, of: Def, key: Key, visit: &mut Visit) -> Vec<Def> {
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
            Target::Def(def) if self.definition(def).is_type() || self.lends(def) => Some(def),
            _ => None,
        };
        targets.into_iter().filter_map(only_types).collect()
    }

    /// A bare name at the place where a type stands, not among the type's own members.
    pub(super) fn bare_outside(&self, of: Def, key: Key, visit: &mut Visit) -> Found {
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
                let module = |file: u32| self.graph.module_of[file as usize];
                let near = all.iter().find(|def| def.file == file);
                let beside = || all.iter().find(|def| module(def.file) == module(file));
                return near.or_else(beside).or(all.first()).copied();
            }
        }
        None
    }

    pub(super) fn own_member(
        &self,
        file: u32,
        owner: u32,
        key: Key,
        inherited_only: bool,
    ) -> Option<(Reason, Vec<Def>)> {
        let own = self.enclosing_type(file, owner)?;
        let visit = &mut Visit::default();
        let (reason, defs) = match inherited_only {
            true => (Reason::Inherited, self.inherited(own, key, visit)),
            false => self.members(own, key, visit),
        };
        let reason = if reason == Reason::Path { Reason::OwnMember } else { reason };
        (!defs.is_empty()).then_some((reason, defs))
    }
}

/// Ends of a path's dotted prefixes of two parts and more, longest first.
fn prefixes(path: &str) -> Vec<usize> {
    let mut ends: Vec<usize> = path.match_indices('.').map(|(at, _)| at).skip(1).chain([path.len()]).collect();
    ends.retain(|end| path[..*end].contains('.'));
    ends.reverse();
    ends
}
