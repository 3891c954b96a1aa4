//! Languages that put the text of other files into a file: everything that is included, directly or by what is included,
//! is visible. A declaration there and the definition that it stands for are one thing, for a caller depends on both. A
//! name without any declaration in sight can still be linked, if only one file of the repository gives it out.

use super::blob::Definition;
use super::families::Shape;
use super::index::Def;
use super::names::Name;
use super::resolve::{Answer, Key, Reason, Resolver, Target, Visit};
use crate::limits::GRAPH_INCLUDED_FILES_MAX;
use crate::syntax::{EntityKind, Visibility};
use rustc_hash::FxHashSet;

impl Resolver<'_> {
    pub(super) fn is_textual(&self, file: u32) -> bool {
        self.graph.family(file).is_some_and(|family| family.textual_imports())
    }

    /// Files whose text a file includes, by whatever way.
    pub(super) fn included_files(&self, file: u32) -> &FxHashSet<u32> {
        self.included[file as usize].get_or_init(|| {
            let (mut seen, mut work) = (FxHashSet::default(), vec![file]);
            while let Some(at) = work.pop() {
                let bindings = &self.graph.file(at).blob.bindings;
                for index in (0..bindings.len()).filter(|index| bindings[*index].shape == Shape::Wildcard) {
                    for target in self.binding(at, index, &mut Visit::default()) {
                        let Target::Module(next) = target else { continue };
                        if next != file && seen.len() < GRAPH_INCLUDED_FILES_MAX && seen.insert(next) {
                            work.push(next);
                        }
                    }
                }
            }
            seen
        })
    }

    /// A bare name among what a file includes: that of the modules around the place first.
    pub(super) fn in_included(&self, file: u32, owner: u32, key: Key) -> Option<(Reason, Vec<Target>)> {
        let name = key.name?;
        let all = self.graph.defined.of(name);
        if all.is_empty() {
            return None;
        }
        let included = self.included_files(file);
        let seen = |def: &&Def| (def.file == file || included.contains(&def.file)) && self.is_outside_types(**def);
        let found: Vec<Def> = all.iter().filter(seen).copied().collect();
        let here = self.holders_of_place(file, owner);
        let around = |def: &&Def| here.starts_with(&self.namespaces(**def));
        let near: Vec<Def> = found.iter().filter(around).copied().collect();
        if !near.is_empty() {
            return Some((Reason::Included, near.into_iter().map(Target::Def).collect()));
        }
        if !found.is_empty() {
            return Some((Reason::Wildcard, found.into_iter().map(Target::Def).collect()));
        }
        let linked: Vec<Def> = all.iter().filter(|def| self.can_be_linked(**def, file)).copied().collect();
        // a declaration and the definition that it stands for are one
        let one = |first: &Def| linked.iter().all(|def| def.file == first.file || self.sees(def.file, first.file));
        linked.iter().any(one).then(|| (Reason::Linked, linked.into_iter().map(Target::Def).collect()))
    }

    fn holders_of_place(&self, file: u32, owner: u32) -> Vec<Name> {
        match self.graph.file(file).blob.definition(owner) {
            Some(definition) => {
                let mut names = self.holders(Def { file, index: owner });
                if definition.kind == EntityKind::Module || definition.is_type() {
                    names.push(definition.name);
                }
                names
            }
            None => Vec::new(),
        }
    }

    /// The modules around a definition; the names of an enumeration are as visible as itself.
    fn namespaces(&self, def: Def) -> Vec<Name> {
        let mut names = self.holders(def);
        let definition = self.definition(def);
        let holder = definition.container.and_then(|at| self.graph.file(def.file).blob.definition(at));
        if holder.is_some_and(Definition::is_type) {
            names.pop();
        }
        names
    }

    /// Not inside a type, and not written apart from one; parts of an enumeration are as visible as itself.
    fn is_outside_types(&self, def: Def) -> bool {
        let definition = self.definition(def);
        let holder = definition.container.and_then(|at| self.graph.file(def.file).blob.definition(at));
        let in_module = holder.is_none_or(|holder| holder.kind == EntityKind::Module);
        definition.scope.is_none() && (in_module || self.is_enumerator(definition, holder))
    }

    /// A part of a type that has no type of its own: the names of an enumeration.
    fn is_enumerator(&self, definition: &Definition, holder: Option<&Definition>) -> bool {
        let screams = |name: Name| !self.graph.names.text(name).chars().any(char::is_lowercase);
        definition.kind == EntityKind::Field
            && definition.is.is_none()
            && holder.is_some_and(Definition::is_type)
            && screams(definition.name)
    }

    fn can_be_linked(&self, def: Def, file: u32) -> bool {
        let definition = self.definition(def);
        let shared = matches!(definition.kind, EntityKind::Function | EntityKind::Constant);
        shared
            && definition.visibility == Visibility::Public
            && self.is_outside_types(def)
            && self.is_textual(def.file)
            && self.graph.file(file).package == self.graph.file(def.file).package
    }

    /// An answer with the definitions of what is only declared, and the declarations of what is defined.
    pub(super) fn with_definitions(&self, mut answer: Answer) -> Answer {
        let mut more: Vec<Def> = Vec::new();
        for target in &answer.targets {
            let definition = self.definition(*target);
            if definition.visibility == Visibility::Private && definition.container.is_none() {
                continue;
            }
            if !definition.is_callable() && definition.kind != EntityKind::Constant {
                continue;
            }
            let place = self.holders(*target);
            let same = |def: &&Def| {
                let other = self.definition(**def);
                **def != *target
                    && other.is_callable() == definition.is_callable()
                    && other.kind != EntityKind::Macro
                    && (other.visibility != Visibility::Private || other.scope.is_some())
                    && self.sees(def.file, target.file)
                    && same_place(&self.holders(**def), &place)
            };
            more.extend(self.graph.defined.of(definition.name).iter().filter(same));
        }
        answer.targets.extend(more);
        answer.targets.sort_unstable();
        answer.targets.dedup();
        answer
    }

    /// True if one of two files includes the other.
    fn sees(&self, a: u32, b: u32) -> bool {
        a != b && self.is_textual(a) && (self.included_files(a).contains(&b) || self.included_files(b).contains(&a))
    }
}

/// True for two paths of modules and types of which one can be cut off at its beginning.
fn same_place(a: &[Name], b: &[Name]) -> bool {
    a.is_empty() == b.is_empty() && (a.ends_with(b) || b.ends_with(a))
}
