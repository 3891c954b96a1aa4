//! Members of what has a known type: the surest answer about a name behind a dot. Where the type is known and outside the
//! repository, the name means nothing here; where nothing is known, `receiver.rs` guesses.

use super::Tier;
use super::blob::Mention;
use super::index::Def;
use super::resolve::{Answer, Reason, Resolver, Typing};
use super::type_text::{self, Form};
use super::types::{Known, Steps, takes};

impl Resolver<'_> {
    /// A member of what a chain stands for.
    pub(super) fn typed_mention(&self, file: u32, mention: &Mention, chain: &str) -> Typing {
        let steps = &mut Steps::default();
        let Some(known) = self.chain(file, mention.owner, chain, steps) else { return Typing::Unknown };
        let members = self.members_of(&known, self.graph.names.text(mention.name), steps);
        let mut targets: Vec<Def> = members.found.iter().map(|(def, _)| *def).collect();
        targets.sort_unstable();
        targets.dedup();
        if targets.is_empty() {
            let outside = members.open || known.iter().any(|one| matches!(one, Known::Outside(..)));
            let family = self.graph.family(file);
            return match known.is_empty() {
                false if outside => Typing::Outside,
                false if family.is_some_and(|family| family.types_are_closed()) => Typing::Absent,
                _ => Typing::Unknown,
            };
        }
        let targets = self.fitting(targets, mention.arguments);
        let tier = if members.guessed || targets.len() > 1 { Tier::Likely } else { Tier::Exact };
        let reason = if members.guessed { Reason::Element } else { Reason::Typed };
        Typing::Means(Answer { tier, reason, targets })
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
