//! What a bare name means at a place. Looked for in the order of the languages: the entities around the mention, named
//! imports, the file, other files of the package, wildcards. What an import binds to the outside means nothing here.

use super::blob::Bound;
use super::families::Shape;
use super::index::Def;
use super::names::Name;
use super::resolve::{Found, Key, Reason, Resolver, Target, Visit, is_top_level};
use crate::syntax::EntityKind;

impl Resolver<'_> {
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
        if let Some((reason, targets)) = self.in_open_modules(file, owner, key) {
            return Found::Targets(reason, targets);
        }
        if let Some(targets) = self.beside(file, key) {
            return Found::Targets(Reason::Package, targets);
        }
        if let Some(targets) = self.through_wildcards(file, &inner, key, visit) {
            return Found::Targets(Reason::Wildcard, targets);
        }
        if let Some(targets) = self.ambient(file, key) {
            return Found::Targets(Reason::Ambient, targets);
        }
        let prelude = || self.graph.family(file).is_some_and(|family| family.is_prelude_macro(key.text));
        match self.top_level(file, key).or_else(|| self.macro_of_package(file, key)) {
            Some(targets) => Found::Targets(Reason::Scope, targets),
            None if prelude() => Found::Outside,
            None => Found::Unknown,
        }
    }

    /// Definitions inside the entities around a mention, innermost first.
    pub(super) fn around(&self, file: u32, owner: u32, key: Key, visit: &mut Visit) -> Option<(Reason, Vec<Target>)> {
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
            // a constructor is called by the name of its type, which stands further out
            let inside = inside.filter(|def| !self.is_constructor(**def));
            let inside: Vec<Target> = inside.map(|def| Target::Def(*def)).collect();
            if !inside.is_empty() {
                return Some((Reason::Scope, inside));
            }
            let elsewhere =
                if scope.is_type() && self.is_open(file) { self.own_members(here, key) } else { Vec::new() };
            let elsewhere: Vec<Def> = elsewhere.into_iter().filter(|def| !self.is_constructor(*def)).collect();
            if !elsewhere.is_empty() {
                return Some((Reason::Module, elsewhere.into_iter().map(Target::Def).collect()));
            }
            if scope.is_type() {
                let mut inherited = self.inherited(here, key, visit);
                inherited.retain(|def| !self.is_constructor(*def));
                if !inherited.is_empty() {
                    return Some((Reason::Inherited, inherited.into_iter().map(Target::Def).collect()));
                }
            }
        }
        None
    }

    pub(super) fn top_level(&self, file: u32, key: Key) -> Option<Vec<Target>> {
        let all = self.graph.defined.of(key.name?).iter();
        let here = all.filter(|def| def.file == file && is_top_level(self.definition(**def)));
        let here: Vec<Target> = here.map(|def| Target::Def(*def)).collect();
        (!here.is_empty()).then_some(here)
    }

    /// Inline modules around an entity, outermost first.
    pub(super) fn inline_modules(&self, file: u32, owner: u32) -> Vec<u32> {
        let blob = &self.graph.file(file).blob;
        let module = |at: &u32| blob.definition(*at).is_some_and(|d| d.kind == EntityKind::Module);
        let mut inner: Vec<u32> = blob.around(owner).filter(module).collect();
        inner.reverse();
        inner
    }

    /// Named bindings, those of the innermost module first.
    pub(super) fn imported(&self, file: u32, inner: &[u32], key: Key, visit: &mut Visit) -> Option<Found> {
        let name = key.name?;
        let bindings = &self.graph.file(file).blob.bindings;
        let visible = |bound: &Bound| bound.shape != Shape::Export && inner.starts_with(&bound.within);
        let mut named: Vec<usize> = self.bound_as(file, name).filter(|at| visible(&bindings[*at])).collect();
        let depth = named.iter().map(|at| bindings[*at].within.len()).max()?;
        named.retain(|at| bindings[*at].within.len() == depth);
        let mut targets: Vec<Target> = Vec::new();
        for at in named {
            targets.extend(self.binding(file, at, visit));
        }
        Some(if targets.is_empty() { Found::Outside } else { Found::Targets(Reason::Import, targets) })
    }

    /// Places of the imports of a file that bind a name, in order.
    fn bound_as(&self, file: u32, name: Name) -> impl Iterator<Item = usize> {
        let all = self.bound[file as usize].get_or_init(|| {
            let bindings = self.graph.file(file).blob.bindings.iter().zip(0u32..);
            let mut all: Vec<(Name, u32)> = bindings.filter_map(|(bound, at)| Some((bound.local?, at))).collect();
            all.sort_unstable();
            all.into()
        });
        let start = all.partition_point(|(bound, _)| *bound < name);
        all[start..].iter().take_while(move |(bound, _)| *bound == name).map(|(_, at)| *at as usize)
    }

    /// Other files of the same package, for families that have such.
    pub(super) fn beside(&self, file: u32, key: Key) -> Option<Vec<Target>> {
        let module = self.graph.module_of[file as usize];
        let lends = self.graph.family(file).is_some_and(|family| family.modules_lend_members());
        if lends && !key.text.starts_with(char::is_uppercase) {
            // a method is no name of a module
            return None;
        }
        let all = self.graph.defined.of(key.name?).iter();
        let inside = |def: &&Def| self.graph.module_of[def.file as usize] == module && def.file != file;
        let mut found: Vec<Def> = all.filter(inside).filter(|d| is_top_level(self.definition(**d))).copied().collect();
        self.prefer_package(file, &mut found);
        if self.is_open(file) {
            found = self.one_of_modules(found);
        }
        (!found.is_empty()).then(|| found.into_iter().map(Target::Def).collect())
    }

    /// Of namesakes in several packages of the repository, those of the own package are meant.
    pub(super) fn prefer_package(&self, file: u32, defs: &mut Vec<Def>) {
        let package = self.graph.file(file).package;
        let own = |def: &Def| self.graph.file(def.file).package == package;
        if defs.len() > 1 && defs.iter().any(own) {
            defs.retain(own);
        }
    }

    pub(super) fn through_wildcards(
        &self,
        file: u32,
        inner: &[u32],
        key: Key,
        visit: &mut Visit,
    ) -> Option<Vec<Target>> {
        if self.is_textual(file) {
            return None;
        }
        let bindings = &self.graph.file(file).blob.bindings;
        let wild = |bound: &Bound| bound.shape == Shape::Wildcard && inner.starts_with(&bound.within);
        let mut found = Vec::new();
        for at in (0..bindings.len()).filter(|at| wild(&bindings[*at])) {
            for scope in self.binding(file, at, visit) {
                found.extend(self.given_out(scope, key, visit));
            }
        }
        found.sort_unstable();
        found.dedup();
        (!found.is_empty()).then_some(found)
    }

    /// Macros are visible by their bare name all over their package.
    pub(super) fn macro_of_package(&self, file: u32, key: Key) -> Option<Vec<Target>> {
        if self.graph.family(file).is_some_and(|family| family.is_prelude_macro(key.text)) {
            return None;
        }
        let package = self.graph.file(file).package;
        let fits = |def: &&Def| {
            let definition = self.definition(**def);
            definition.kind == EntityKind::Macro
                && is_top_level(definition)
                && self.graph.file(def.file).package == package
        };
        let found: Vec<Target> =
            self.graph.defined.of(key.name?).iter().filter(fits).map(|def| Target::Def(*def)).collect();
        (!found.is_empty()).then_some(found)
    }
}
