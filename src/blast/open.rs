//! Open modules: a module or a type that is written in several places is one thing, and what stands inside sees the names
//! of all its places, then those of the modules around. Namespaces of C++, modules and classes of Ruby, partial types of C#.
//! And names that are declared for every file.

use super::blob::Definition;
use super::index::Def;
use super::names::Name;
use super::resolve::{Key, Reason, Resolver, Target, is_top_level};
use crate::limits::GRAPH_POSSIBLE_DEFINITIONS_MAX;
use crate::syntax::EntityKind;
use std::sync::Arc;

impl Resolver<'_> {
    pub(super) fn is_open(&self, file: u32) -> bool {
        self.graph.family(file).is_some_and(|family| family.open_modules())
    }

    /// True for a module whose methods a type gets by naming it.
    pub(super) fn lends(&self, def: Def) -> bool {
        self.definition(def).kind == EntityKind::Module
            && self.graph.family(def.file).is_some_and(|family| family.modules_lend_members())
    }

    /// Names of the modules and types around a definition, outermost first.
    pub(super) fn holders(&self, def: Def) -> Vec<Name> {
        let definition = self.definition(def);
        let mut names: Vec<Name> = definition.scope.into_iter().collect();
        if let Some(container) = definition.container {
            names.extend(self.nesting(def.file, container));
        }
        names.reverse();
        names
    }

    /// Names of the modules and types around a place, innermost first.
    fn nesting(&self, file: u32, owner: u32) -> Vec<Name> {
        let mut names = Vec::new();
        for index in self.graph.file(file).blob.around(owner) {
            let definition = self.definition(Def { file, index });
            if definition.is_type() || definition.kind == EntityKind::Module {
                names.push(definition.name);
            }
            names.extend(definition.scope);
        }
        names
    }

    /// A bare name in the modules around a place, wherever they are written.
    pub(super) fn in_open_modules(&self, file: u32, owner: u32, key: Key) -> Option<(Reason, Vec<Target>)> {
        if self.is_textual(file) {
            return self.in_included(file, owner, key);
        }
        // everything but a constant is a member, and those are looked for through types
        if !self.is_open(file) || !key.text.starts_with(char::is_uppercase) {
            return None;
        }
        let mut nesting = self.nesting(file, owner);
        nesting.reverse();
        let name = key.name?;
        let module = |file: u32| self.graph.module_of[file as usize];
        (1..=nesting.len()).rev().find_map(|depth| {
            let found = self.inside_path(file, &nesting[..depth], name);
            let meant = |def: &&Def| module(def.file) == module(file) && !self.is_constructor(**def);
            let found: Vec<Target> = found.iter().filter(meant).map(|def| Target::Def(*def)).collect();
            (!found.is_empty()).then_some((Reason::Module, found))
        })
    }

    /// A name inside a module, wherever that is written.
    pub(super) fn in_open_module(&self, module: Def, key: Key) -> Vec<Target> {
        let Some(name) = key.name else { return Vec::new() };
        let mut path = self.holders(module);
        path.push(self.definition(module).name);
        self.inside_path(module.file, &path, name).iter().map(|def| Target::Def(*def)).collect()
    }

    /// Definitions of a name inside the modules and types of a path. Asked for often, and the same for all files of a
    /// family, so it is kept.
    fn inside_path(&self, file: u32, path: &[Name], name: Name) -> Arc<[Def]> {
        let family = self.graph.file(file).blob.family;
        let key = (family, Box::from(path), name);
        if let Some(known) = self.opened.read().ok().and_then(|opened| opened.get(&key).cloned()) {
            return known;
        }
        let innermost = path.last().copied();
        let inside = |def: &&Def| {
            let (definition, file) = (self.definition(**def), self.graph.file(def.file));
            let holder = definition.scope.or_else(|| Some(file.blob.definition(definition.container?)?.name));
            holder == innermost && file.blob.family == family && self.holders(**def) == path
        };
        let found = self.one_of_modules(self.graph.defined.of(name).iter().filter(inside).copied().collect());
        let found: Arc<[Def]> = found.into();
        if let Ok(mut opened) = self.opened.write() {
            opened.insert(key, found.clone());
        }
        found
    }

    /// A module or type in several places is one: the places that hold something themselves, else the first. What a test
    /// adds to it is none of it.
    pub(super) fn one_of_modules(&self, mut found: Vec<Def>) -> Vec<Def> {
        let holder = |def: &Def| self.definition(*def).is_type() || self.definition(*def).kind == EntityKind::Module;
        if found.len() > 1 && found.iter().all(holder) {
            if found.iter().any(|def| !self.is_test(*def)) {
                found.retain(|def| !self.is_test(*def));
            }
            let first = found[0];
            found.retain(|def| self.has_content(*def));
            found.truncate(GRAPH_POSSIBLE_DEFINITIONS_MAX);
            if found.is_empty() {
                found.push(first);
            }
        }
        found
    }

    /// True for a module or type that holds functions or values of its own.
    fn has_content(&self, holder: Def) -> bool {
        let own = self.graph.file(holder.file).blob.definitions.iter();
        let value = |kind| matches!(kind, EntityKind::Constant | EntityKind::Field);
        own.filter(|one| one.container == Some(holder.index)).any(|one| one.is_callable() || value(one.kind))
    }

    /// False for a namespace: it is written in many places, and nobody depends on one of them.
    pub(super) fn is_something(&self, def: Def) -> bool {
        let definition = self.definition(def);
        if definition.kind != EntityKind::Module || !self.is_open(def.file) {
            return true;
        }
        let place = self.holders(def);
        let same = |other: &&Def| self.definition(**other).kind == EntityKind::Module && self.holders(**other) == place;
        let all = self.graph.defined.of(definition.name).iter();
        !self.is_textual(def.file) && self.has_content(def) && all.filter(same).nth(1).is_none()
    }

    /// Members of a type that are written elsewhere: in another part of it, or apart from it.
    pub(super) fn members_elsewhere(&self, of: Def, name: Name) -> Vec<Def> {
        let mut path = self.holders(of);
        path.push(self.definition(of).name);
        let module = |file: u32| self.graph.module_of[file as usize];
        if !self.is_textual(of.file) {
            let near = |def: &&Def| module(def.file) == module(of.file);
            return self.inside_path(of.file, &path, name).iter().filter(near).copied().collect();
        }
        let near = |def: &&Def| self.same_package(def.file, of.file);
        // a definition outside its namespace names its type and no more
        let inside = |def: &&Def| {
            let holders = self.holders(**def);
            !holders.is_empty() && path.ends_with(&holders)
        };
        self.graph.defined.of(name).iter().filter(near).filter(inside).copied().collect()
    }

    /// What is declared for every file of the family.
    pub(super) fn ambient(&self, file: u32, key: Key) -> Option<Vec<Target>> {
        let family = self.graph.family(file)?;
        let name = self.graph.file(file).blob.family;
        let declares = |def: &&Def| {
            let other = self.graph.file(def.file);
            let imports = || !other.blob.bindings.is_empty();
            let definition = self.definition(**def);
            let holder = definition.container.and_then(|at| other.blob.definition(at));
            let in_module = |holder: &Definition| {
                holder.kind == EntityKind::Module && family.ambient_module() == Some(self.graph.names.text(holder.name))
            };
            other.blob.family == name
                && (holder.is_some_and(in_module)
                    || (is_top_level(definition) && family.is_ambient(&other.text, imports())))
        };
        let found = self.graph.defined.of(key.name?).iter().filter(declares);
        let found: Vec<Target> = found.map(|def| Target::Def(*def)).collect();
        (!found.is_empty()).then_some(found)
    }
}
