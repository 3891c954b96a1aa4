//! Members of things whose type is not known. Without type inference, three things tell something: a receiver that is
//! named like a type that has the member, a type that the same definition mentions, and a type that the file mentions. One
//! type that fits is `likely`; names that every collection and stream has are only `possible`, or they would explode.

use super::Tier;
use super::blob::{FILE, Mention};
use super::everyday::is_everyday;
use super::index::Def;
use super::names::Name;
use super::resolve::{Answer, Found, Reason, Resolver, Target, Visit, is_top_level, normal};
use crate::limits::GRAPH_MEMBER_DEFINITIONS_MAX;
use crate::syntax::ReferenceKind;

/// A member that a mention may mean, and what it is a member of.
struct Candidate {
    def: Def,
    type_name: Name,
    /// The definition of that type, where it is in the repository.
    of: Option<Def>,
}

/// A receiver that begins like a type is a type, or a member of that very name; any other may be written in its own way.
fn is_named_like(receiver: &str, type_name: &str) -> bool {
    if receiver.starts_with(char::is_uppercase) { receiver == type_name } else { normal(receiver) == normal(type_name) }
}

impl Resolver<'_> {
    /// What a member of an unknown receiver may mean. `receiver` is the last part of the path before the dot.
    pub(super) fn member_mention(&self, file: u32, mention: &Mention, receiver: Option<&str>) -> Option<Answer> {
        // a type after a dot is a nested or qualified type, not a member of a value
        if mention.kind == ReferenceKind::Type {
            return self.by_name(file, mention, |def| self.definition(def).is_type());
        }
        let candidates = self.candidates(file, mention);
        if let Some(written) = receiver.filter(|receiver| normal(receiver).len() > 2) {
            let alike = |one: &&Candidate| is_named_like(written, self.graph.names.text(one.type_name));
            let chosen = candidates.iter().filter(alike).collect();
            if let Some(answer) = self.one_type(file, mention.owner, chosen, Reason::ReceiverName) {
                return Some(answer);
            }
        }
        if !is_everyday(self.graph.names.text(mention.name))
            && let Some(answer) = self.only_visible(file, mention, &candidates)
        {
            return Some(answer);
        }
        if let Some(answer) = self.extension(file, mention) {
            return Some(answer);
        }
        self.by_name(file, mention, |def| !self.stands_alone(def))
    }

    /// A function outside all types that is called like a member of what it extends: imported by name, or beside.
    pub(super) fn extension(&self, file: u32, mention: &Mention) -> Option<Answer> {
        self.graph.family(file).filter(|family| family.has_extensions())?;
        let key = self.key(mention.name);
        let found = match self.imported(file, &[], key, &mut Visit::default()) {
            Some(Found::Targets(_, targets)) => targets,
            Some(_) => return None,
            None => self.top_level(file, key).or_else(|| self.beside(file, key))?,
        };
        let outside = |target: Target| match target {
            Target::Def(def) if is_top_level(self.definition(def)) && self.definition(def).is_callable() => Some(def),
            _ => None,
        };
        let targets: Vec<Def> = found.into_iter().filter_map(outside).collect();
        (!targets.is_empty()).then_some(Answer { tier: Tier::Likely, reason: Reason::Extension, targets })
    }

    /// Members of that name, of the same family; none if there are too many to tell apart.
    fn candidates(&self, file: u32, mention: &Mention) -> Vec<Candidate> {
        let all = self.graph.defined.of(mention.name);
        if all.len() > GRAPH_MEMBER_DEFINITIONS_MAX {
            return Vec::new();
        }
        let family = self.graph.file(file).blob.family;
        let same = |def: &&Def| {
            self.graph.file(def.file).blob.family == family
                && self.ships(file, mention, **def)
                && self.can_be_called(mention, **def)
        };
        let candidate = |def: &Def| {
            let type_name = self.type_name(*def)?;
            Some(Candidate { def: *def, type_name, of: self.owning_type(*def) })
        };
        all.iter().filter(same).filter_map(candidate).collect()
    }

    /// False where code that ships would refer to test code: whatever it is that is meant, it is not that.
    pub(super) fn ships(&self, file: u32, mention: &Mention, to: Def) -> bool {
        !self.is_test(to) || self.is_test(Def { file, index: mention.owner })
    }

    /// The name of the type that a definition is a member of.
    pub(super) fn type_name(&self, def: Def) -> Option<Name> {
        let definition = self.definition(def);
        let container = || self.graph.file(def.file).blob.definition(definition.container?).filter(|d| d.is_type());
        definition.scope.or_else(|| container().map(|container| container.name))
    }

    /// The answer if all given members belong to one type: the one that its name means at the place, if it means one.
    fn one_type(&self, file: u32, owner: u32, chosen: Vec<&Candidate>, reason: Reason) -> Option<Answer> {
        let first = chosen.first()?;
        if chosen.iter().any(|one| one.type_name != first.type_name) {
            return None;
        }
        let of = match self.bare(file, owner, self.key(first.type_name), &mut Visit::default()) {
            Found::Outside => return None,
            Found::Unknown if !chosen.iter().any(|one| self.can_be_met(file, one.type_name, one.def)) => return None,
            found => self.types(found),
        };
        let meant = |one: &&&Candidate| match one.of {
            _ if of.is_empty() => one.of == first.of,
            Some(its) => of.contains(&its),
            None => false,
        };
        let targets: Vec<Def> = chosen.iter().filter(meant).map(|one| one.def).collect();
        // namesakes in several places, and nothing here says which
        let torn = of.is_empty() && targets.len() < chosen.len();
        (!torn && !targets.is_empty()).then_some(Answer { tier: Tier::Likely, reason, targets })
    }

    /// Types that the definition around the mention names; failing that, those the whole file names.
    fn only_visible(&self, file: u32, mention: &Mention, candidates: &[Candidate]) -> Option<Answer> {
        let blob = &self.graph.file(file).blob;
        let near = |one: &&Candidate| mention.owner != FILE && self.is_named_around(file, mention.owner, one.type_name);
        let far = |one: &&Candidate| one.def.file == file || blob.mentions_name(one.type_name);
        let near: Vec<&Candidate> = candidates.iter().filter(near).collect();
        let chosen = if near.is_empty() { candidates.iter().filter(far).collect() } else { near };
        self.one_type(file, mention.owner, chosen, Reason::OnlyVisible)
    }
}
