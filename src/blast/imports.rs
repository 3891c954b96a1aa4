//! What an import stands for: the module path is walked from every start that its family knows, through re-exports, to a
//! definition or a module. Answers are kept, since every mention of an imported name asks again.

use super::index::Def;
use super::names::Name;
use super::resolve::{Key, Resolver, Target, Visit, is_top_level, normal};
use crate::limits::GRAPH_LOOKUP_STEPS_MAX;

impl Resolver<'_> {
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

    pub(super) fn binding_targets(&self, file: u32, at: usize, visit: &mut Visit) -> Vec<Target> {
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
    pub(super) fn take_from(
        &self,
        file: u32,
        scope: Target,
        name: Name,
        local: Option<Name>,
        visit: &mut Visit,
    ) -> Vec<Target> {
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
    pub(super) fn default_export(&self, module: u32, wanted: Key) -> Option<Def> {
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
    pub(super) fn starts(
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
}
