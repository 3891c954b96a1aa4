//! Interfaces that a type implements without saying so: it has a method of every name that the interface asks for. Only the
//! names are compared, not the signatures, so interfaces that ask for a single method with an everyday name are left out.

use super::index::Def;
use super::names::Name;
use super::resolve::{Resolver, Visit};
use crate::limits::GRAPH_MEMBER_DEFINITIONS_MAX;
use crate::syntax::EntityKind;

impl Resolver<'_> {
    pub(super) fn has_implicit_interfaces(&self, def: Def) -> bool {
        self.graph.family(def.file).is_some_and(|family| family.implicit_interfaces())
    }

    /// Methods of that name in interfaces that a type implements.
    pub(super) fn implicit_interfaces(&self, owner: Def, name: Name) -> Vec<Def> {
        let all = self.graph.defined.of(name).iter().take(GRAPH_MEMBER_DEFINITIONS_MAX).copied();
        let asked = all.filter(|asked| {
            let Some(interface) = self.interface_around(*asked).filter(|interface| *interface != owner) else {
                return false;
            };
            let methods = self.methods_of(interface);
            self.tells_something(&methods) && methods.iter().all(|method| self.has_method(owner, *method))
        });
        asked.collect()
    }

    /// Those who implement an interface but for one method: their method of that name, or the type that lacks it.
    pub(super) fn implicit_implementors(&self, interface: Def, method: Def) -> Vec<Def> {
        if self.definition(interface).kind != EntityKind::Interface {
            return Vec::new();
        }
        let own = self.definition(method).name;
        let mut others = self.methods_of(interface);
        others.retain(|name| *name != own);
        let asked = if others.is_empty() { vec![own] } else { others };
        let rarest = asked.iter().copied().min_by_key(|name| self.graph.defined.of(*name).len());
        let Some(rarest) = rarest.filter(|_| self.tells_something(&asked)) else { return Vec::new() };
        let candidates = self.graph.defined.of(rarest).iter().take(GRAPH_MEMBER_DEFINITIONS_MAX);
        let mut types: Vec<Def> = candidates.filter_map(|def| self.owning_type(*def)).collect();
        types.sort_unstable();
        types.dedup();
        types.retain(|of| *of != interface && asked.iter().all(|name| self.has_method(*of, *name)));
        let concerned = |of: Def| {
            let own = self.own_members(of, self.key(own));
            if own.is_empty() { vec![of] } else { own }
        };
        types.into_iter().flat_map(concerned).collect()
    }

    fn tells_something(&self, methods: &[Name]) -> bool {
        match methods {
            [] => false,
            [only] => !super::everyday::is_everyday(self.graph.names.text(*only)),
            _ => true,
        }
    }

    fn interface_around(&self, method: Def) -> Option<Def> {
        let around = Def { file: method.file, index: self.definition(method).container? };
        (self.definition(around).kind == EntityKind::Interface).then_some(around)
    }

    fn methods_of(&self, interface: Def) -> Vec<Name> {
        let all = &self.graph.file(interface.file).blob.definitions;
        let own = all.iter().filter(|one| one.container == Some(interface.index) && one.is_callable());
        own.map(|method| method.name).collect()
    }

    fn has_method(&self, of: Def, name: Name) -> bool {
        let key = self.key(name);
        !self.own_members(of, key).is_empty() || !self.inherited(of, key, &mut Visit::default()).is_empty()
    }
}
