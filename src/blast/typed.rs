//! Members of what has a known type: the surest answer about a name behind a dot. Where the type is known and outside the
//! repository, the name means nothing here; where nothing is known, `receiver.rs` guesses.

use super::Tier;
use super::blob::Mention;
use super::families::Strangers;
use super::index::Def;
use super::names::Name;
use super::resolve::{Answer, Found, Reason, Resolver, Target, Typing, Visit};
use super::type_calls::takes;
use super::type_text::{self, Form};
use super::types::{Known, Steps, Ty};
use crate::syntax::EntityKind;

impl Resolver<'_> {
    /// A member of what a chain stands for.
    pub(super) fn typed_mention(&self, file: u32, mention: &Mention, chain: Name) -> Typing {
        let steps = &mut Steps::default();
        let text = self.graph.names.text(chain);
        let Some(known) = self.chain(file, mention.owner, text, steps) else {
            let global = self.begins_outside(file, mention.owner, text);
            return if global { Typing::Outside } else { Typing::Unknown };
        };
        let known: &[Known] = &known;
        let members = self.members_of(known, self.graph.names.text(mention.name), steps);
        let mut targets: Vec<Def> = members.found.iter().map(|(def, _)| *def).collect();
        targets.extend(members.shapes.iter().flat_map(|is| self.stands_for(is)));
        targets.sort_unstable();
        targets.dedup();
        if targets.is_empty() {
            let outside = members.open || known.iter().any(|one| matches!(one, Known::Outside(..)));
            return match known.is_empty() {
                true => Typing::Unknown,
                // it is there, and nothing defines it by a name: a part of an object, a field that a method sets
                false if outside || !members.shapes.is_empty() => Typing::Outside,
                false => self.without_member(file, known, steps),
            };
        }
        let targets = self.fitting(targets, mention.arguments);
        let guessed = members.guessed || steps.guessed;
        let tier = if guessed || steps.tested || targets.len() > 1 { Tier::Likely } else { Tier::Exact };
        let reason = match (guessed, steps.tested) {
            (true, _) => Reason::Element,
            (false, true) => Reason::Tested,
            (false, false) => Reason::Typed,
        };
        Typing::Means(Answer { tier, reason, targets })
    }

    /// What it means that known types lack a member.
    fn without_member(&self, file: u32, known: &[Known], steps: &mut Steps) -> Typing {
        let Some(family) = self.graph.family(file) else { return Typing::Unknown };
        match family.strangers() {
            Strangers::Any => Typing::Unknown,
            Strangers::Forwarded(words) => {
                let forwards = words.iter().any(|word| !self.members_of(known, word, steps).found.is_empty());
                if forwards { Typing::Absent } else { Typing::Outside }
            }
            Strangers::None | Strangers::Lent => Typing::Absent,
        }
    }

    /// What a part of an object is another name for: `{ total }`, `{ sum: total }`, `total: typeof total`.
    fn stands_for(&self, is: &Ty) -> Vec<Def> {
        let (Form::Chain(path) | Form::Value(path)) = type_text::form(&is.text) else { return Vec::new() };
        let name = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
        let found = match path.rsplit_once('.') {
            None if name(path) => self.bare(is.file, is.owner, self.key_of(path), &mut Visit::default()),
            Some((module, last)) if name(last) && module.split('.').all(name) => {
                let Found::Targets(reason, scopes) = self.path(is.file, is.owner, module) else { return Vec::new() };
                let inside = |scope| self.lookup(scope, self.key_of(last), &mut Visit::default());
                Found::Targets(reason, scopes.into_iter().flat_map(inside).collect())
            }
            _ => return Vec::new(),
        };
        let Found::Targets(_, targets) = found else { return Vec::new() };
        let definition = |target| match target {
            Target::Def(def) => Some(def),
            Target::Module(_) => None,
        };
        targets.into_iter().filter_map(definition).collect()
    }

    /// A member that is defined inside a value: a method of an object that is written out.
    pub(super) fn part_of_value(&self, file: u32, mention: &Mention, value: &str) -> Option<Answer> {
        let found = self.bare(file, mention.owner, self.key_of(value), &mut Visit::default());
        let Found::Targets(_, targets) = found else { return None };
        let inside = |target: Target| match target {
            Target::Def(def) if self.definition(def).kind == EntityKind::Constant => {
                let all = self.graph.defined.of(mention.name).iter().copied();
                let own = all.filter(|one| one.file == def.file && self.definition(*one).container == Some(def.index));
                own.collect::<Vec<Def>>()
            }
            _ => Vec::new(),
        };
        let targets: Vec<Def> = targets.into_iter().flat_map(inside).collect();
        (!targets.is_empty()).then_some(Answer { tier: Tier::Exact, reason: Reason::Path, targets })
    }

    /// Of overloads, those that can be called with so many arguments; all of them if none can.
    pub(super) fn fitting(&self, targets: Vec<Def>, arguments: Option<u8>) -> Vec<Def> {
        let Some(arguments) = arguments.filter(|_| targets.len() > 1) else { return targets };
        let fits = |def: &Def| match self.definition(*def).is.map(|is| type_text::form(self.graph.names.text(is))) {
            Some(Form::Function { parameters, .. }) => takes(parameters, usize::from(arguments)),
            _ => true,
        };
        let some: Vec<Def> = targets.iter().copied().filter(fits).collect();
        if some.is_empty() { targets } else { some }
    }
}
