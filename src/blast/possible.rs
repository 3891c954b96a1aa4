//! What a mention cannot mean. Where nothing is known of a receiver, all members of that name are left, and most of them are
//! wrong; the rules of the language rule many out: a name that nothing binds is not of the repository, a field is not
//! called, a call has as many arguments as there are parameters, an everyday name says nothing where its type is not
//! named.

use super::blob::{FILE, Mention, Receiver};
use super::index::Def;
use super::names::Name;
use super::resolve::{Found, Resolver, Visit, is_top_level};
use super::type_calls::takes;
use super::type_text::{self, Form};
use super::types::name_end;
use crate::syntax::{EntityKind, ReferenceKind, Visibility};

impl Resolver<'_> {
    pub(super) fn stands_alone(&self, def: Def) -> bool {
        is_top_level(self.definition(def))
    }

    /// True for a method of a trait, or of a block that implements one.
    pub(super) fn is_lent(&self, def: Def) -> bool {
        let definition = self.definition(def);
        let holder = definition.container.and_then(|at| self.graph.file(def.file).blob.definition(at));
        !definition.supertypes.is_empty() || holder.is_some_and(|holder| holder.kind == EntityKind::Interface)
    }

    /// True if every bare name in a file is bound where it can be seen.
    pub(super) fn binds_names(&self, file: u32) -> bool {
        let blob = &self.graph.file(file).blob;
        let given = || blob.definitions.iter().any(|one| is_top_level(one) && one.visibility == Visibility::Public);
        let script = blob.bindings.is_empty() && !given();
        self.graph.family(file).is_some_and(|family| family.binds_names(script))
    }

    /// True for a chain whose head nothing here binds, and that therefore leads out of the repository. What is handed to a
    /// member of the head may still be of the repository: `Object.freeze({ ... })` gives back what it takes.
    pub(super) fn begins_outside(&self, file: u32, owner: u32, chain: &str) -> bool {
        let (head, rest) = chain.split_at(name_end(chain));
        let plain = head.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$');
        let handed = rest.starts_with('.') && rest.contains('#');
        plain
            && !handed
            && self.graph.family(file).is_some_and(|family| family.unbound_is_outside(head))
            && self.binds_names(file)
            && self.own_word(file, head).is_none()
            && !self.is_bound_in(file, head)
            && !self.is_type_parameter(file, owner, head)
            && matches!(self.bare(file, owner, self.key_of(head), &mut Visit::default()), Found::Unknown)
    }

    /// True if a file binds a name anywhere: what its scopes are is not always seen.
    fn is_bound_in(&self, file: u32, name: &str) -> bool {
        let Some(name) = self.graph.names.get(name) else { return false };
        let blob = &self.graph.file(file).blob;
        blob.locals.iter().any(|local| local.name == name) || blob.definitions.iter().any(|one| one.name == name)
    }

    /// True if the definition around a mention, or the file outside all definitions, names a type.
    pub(super) fn is_named_around(&self, file: u32, owner: u32, type_name: Name) -> bool {
        let blob = &self.graph.file(file).blob;
        let mentions = blob.mentions_of(type_name);
        match owner {
            FILE => mentions.iter().any(|other| other.owner == FILE),
            owner => {
                let around: Vec<u32> = blob.around(owner).collect();
                mentions.iter().any(|other| around.contains(&other.owner))
            }
        }
    }

    /// False if the name of a type means another one at a place.
    pub(super) fn can_mean(&self, file: u32, owner: u32, type_name: Name, of: Option<Def>) -> bool {
        match self.bare(file, owner, self.key(type_name), &mut Visit::default()) {
            Found::Outside => false,
            Found::Unknown => !self.is_of_platform(file, type_name),
            found => {
                let types = self.types(found);
                types.is_empty() || of.is_some_and(|of| types.contains(&of))
            }
        }
    }

    /// True if values of a type that a place does not name can be met there all the same: their type is inferred. Those of
    /// a file that only declares what others have are met where that file is imported.
    pub(super) fn can_be_met(&self, file: u32, type_name: Name, member: Def) -> bool {
        let declared = &self.graph.file(member.file).text;
        let declares = self.graph.family(member.file).is_some_and(|family| family.only_declares(declared));
        !self.is_of_platform(file, type_name) && (!declares || self.known_files(file).contains(&member.file))
    }

    /// True for a name that is written by itself where every name has to be bound. The caller knows that it is not.
    fn is_of_platform(&self, file: u32, name: Name) -> bool {
        let mentions = self.graph.file(file).blob.mentions_of(name);
        mentions.iter().any(|mention| mention.receiver == Receiver::None) && self.binds_names(file)
    }

    /// False for a field that holds no function, and for what takes another number of arguments.
    pub(super) fn can_be_called(&self, mention: &Mention, def: Def) -> bool {
        let exact = self.graph.family(def.file).is_some_and(|family| family.calls_are_exact());
        if !exact || mention.kind != ReferenceKind::Call {
            return true;
        }
        let definition = self.definition(def);
        let parameters = match definition.is.map(|is| type_text::form(self.graph.names.text(is))) {
            Some(Form::Function { parameters, .. }) => parameters,
            _ => return definition.kind != EntityKind::Field,
        };
        let Some(given) = mention.arguments.map(usize::from) else { return true };
        // behind the name of a type, the receiver is the first argument
        let without_receiver = given.checked_sub(1).filter(|_| matches!(mention.receiver, Receiver::Path(_)));
        takes(parameters, given) || without_receiver.is_some_and(|given| takes(parameters, given))
    }
}
