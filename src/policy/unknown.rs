//! Whose own change it is, when nobody can tell. A commit names an address, a review an account; where no people file joins
//! the two and no forge says which account proposed the change, an approval may be the author's own. What is not known is
//! strict: no approval counts until somebody says who wrote it. An address can be forged to be another person's; where that
//! matters, the forge's word is asked for with `require_verified`.

use super::facts::ChangeFacts;
use super::names::{NOBODY, is_account, is_service, login_of};
use super::people::People;
use std::collections::BTreeSet;

/// Names that a message shows.
const NAMES_TOLD: usize = 5;

/// Names in commits that nobody is known by, while no account is known to have proposed the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UnknownAuthor {
    /// Empty where no commit names anybody.
    names: BTreeSet<String>,
    has_people_file: bool,
}

impl UnknownAuthor {
    /// None where self-approval can be told.
    pub(super) fn of(people: &People, change: &ChangeFacts) -> Option<Self> {
        let proposer = change.opened_by.iter().chain(&change.driver);
        if proposer.clone().any(|name| is_persons(people, name)) {
            return None;
        }
        let committers = change.committers.iter().filter(|who| !is_service(who));
        let hands = change.authors.iter().chain(committers).map(|name| name.trim());
        let mut named: BTreeSet<&str> = hands.filter(|name| !name.is_empty() && *name != NOBODY).collect();
        let nobody = named.is_empty();
        named.extend(proposer.map(|name| name.trim()).filter(|name| !name.is_empty() && *name != NOBODY));
        let is_known = |name: &&str| people.who(name).is_some() || login_of(name).is_some();
        let names: BTreeSet<String> = named.into_iter().filter(|name| !is_known(name)).map(str::to_owned).collect();
        (nobody || !names.is_empty()).then(|| Self { names, has_people_file: people.is_file() })
    }

    /// Why no approval counts.
    pub(super) fn told(&self) -> String {
        match self.names.is_empty() {
            true => "nothing says who wrote the change".to_owned(),
            false => format!("nobody is known as {}, who wrote the change", self.list()),
        }
    }

    /// What would settle it.
    pub(super) fn remedy(&self) -> String {
        let forge = "`change.opened_by` of the review: the account that opened it, as `gh:login`";
        match (self.names.is_empty(), self.has_people_file) {
            (true, _) => format!("who wrote it: no commit says so; give {forge}"),
            (false, true) => format!(
                "who {} is: put it under somebody's `emails` in the people file (under [[agent]] if it is one), or give {forge}",
                self.list()
            ),
            (false, false) => format!("which account {} is: give {forge}, or keep a people file", self.list()),
        }
    }

    fn list(&self) -> String {
        let more = match self.names.len().saturating_sub(NAMES_TOLD) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        self.names.iter().take(NAMES_TOLD).map(String::as_str).collect::<Vec<_>>().join(", ") + &more
    }
}

/// True for a person's account, known or not: a second account is told from it. That of an agent says nothing about who
/// sent it.
fn is_persons(people: &People, name: &str) -> bool {
    let robot = name.ends_with("[bot]");
    match people.who(name) {
        Some(at) => people.is_person(at) && !name.trim_start_matches('@').contains('@'),
        None => is_account(name) && !robot,
    }
}
