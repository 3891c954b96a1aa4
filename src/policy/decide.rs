//! The requirement of a change that is given as facts alone (`richter.change/1`): no repository, no clock. The same
//! join as for an assessed change; zones are told from paths, since facts carry no graph.

use super::join::{Demand, join};
use super::names::is_service;
use super::owner_groups::{Grouped, group};
use super::people::Kind;
use super::require::requirements;
use super::situation::{Hands, Hit, Situation, areas, author, backed, inside, involvement, level, touch};
use super::{ChangeFacts, Owners, People, Policy, Requirement, governance};
use crate::location::RepoPath;
use crate::provenance::Involvement;
use crate::roles;
use crate::zones::Zones;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the deciding commit says: all that `decide` and `check` need beside the facts.
#[derive(Clone, Copy, Debug)]
pub struct Rulebook<'a> {
    pub policy: &'a Policy,
    pub owners: &'a Owners,
    pub people: &'a People,
    pub zones: &'a Zones,
}

/// The requirement of a change, and the tier of its author.
#[derive(Debug)]
pub struct Decision {
    /// Sorted.
    pub requirements: Vec<Requirement>,
    pub author_tier: Arc<str>,
    pub(super) situation: Situation,
    pub(super) demand: Demand,
    pub(super) grouped: Grouped,
}

/// Facts in, requirement out.
pub fn decide(book: Rulebook, change: &ChangeFacts) -> Decision {
    let situation = situation(book, change);
    let demand = join(book.policy, &situation);
    settle(book, situation, demand)
}

/// Finds the owners that a demand asks for, and writes the requirement down.
pub(super) fn settle(book: Rulebook, situation: Situation, demand: Demand) -> Decision {
    let grouped = group(book.policy, book.owners, Some(book.people), &demand, &situation);
    Decision {
        requirements: requirements(book.policy, &demand, &grouped),
        author_tier: book.policy.tiers[situation.author_tier.unwrap_or(0)].clone(),
        situation,
        demand,
        grouped,
    }
}

pub(super) fn situation(book: Rulebook, change: &ChangeFacts) -> Situation {
    let policy = book.policy;
    let named = change.authors.iter().chain(&change.driver).chain(&change.opened_by);
    let hands = Hands {
        authors: named.cloned().collect(),
        claimed: change.co_authors.iter().chain(&change.requested_by).cloned().collect(),
        committers: change.committers.iter().filter(|who| !who.is_empty() && !is_service(who)).cloned().collect(),
    };
    let paths: BTreeSet<RepoPath> =
        change.files.iter().flat_map(|file| std::iter::once(&file.path).chain(&file.old)).cloned().collect();
    let (level, level_why) = level(policy, change.risk, change.complete != Some(false));
    let accounts: Vec<&str> =
        change.opened_by.iter().chain(&change.driver).chain(&change.pushers).map(String::as_str).collect();
    let backed = policy.trust.require_verified.then(|| backed(book.people, &accounts, &change.verified));
    let (author_tier, author_why, by_agent) = author(policy, Some(book.people), &hands, backed.as_ref());
    let (ai, ai_why) = match opened_alone(book.people, change) {
        true => (Involvement::Autonomous, "an agent opened it and nobody is named who directed it".to_owned()),
        false => involvement(policy, change.ai, by_agent),
    };
    let mut touched = areas(policy, &paths);
    for (name, paths) in zones(book.zones, &paths) {
        if !policy.areas.contains_key(&name) {
            touched.insert(name.clone(), touch(&name, paths));
        }
    }
    let mut reached = BTreeMap::new();
    for found in change.zones.iter().filter(|found| !policy.areas.contains_key(found.zone.as_str())) {
        let name: Arc<str> = found.zone.as_str().into();
        match found.touched {
            true => drop(touched.entry(name.clone()).or_insert_with(|| touch(&name, paths.clone()))),
            false => drop(reached.insert(name.clone(), reach(&name))),
        }
    }
    reached.retain(|name, _| !touched.contains_key(name));
    governance::add(&mut touched, &paths, book.owners.dialect);
    let inside = inside(policy, &paths);
    Situation { level, level_why, ai, ai_why, author_tier, author_why, touched, reached, paths, inside }
}

/// An agent that opens a change without a person who directed it acts on its own. The forge knows accounts; an address as
/// the opener comes from a commit and is no more than the agent's authorship.
fn opened_alone(people: &People, change: &ChangeFacts) -> bool {
    let account = change.opened_by.as_ref().filter(|opener| !opener.contains('@') || opener.starts_with('@'));
    let opener = account.and_then(|opener| people.who(opener));
    let directed =
        change.driver.as_ref().is_some_and(|driver| people.who(driver).is_none_or(|at| people.is_person(at)));
    !directed && opener.is_some_and(|opener| people.entry(opener).kind == Kind::Agent)
}

fn reach(name: &str) -> Hit {
    Hit { why: format!("reaches {name}"), paths: BTreeSet::new() }
}

fn zones(zones: &Zones, paths: &BTreeSet<RepoPath>) -> BTreeMap<Arc<str>, BTreeSet<RepoPath>> {
    let mut hits: BTreeMap<Arc<str>, BTreeSet<RepoPath>> = BTreeMap::new();
    for path in paths {
        for zone in zones.of_path(path, roles::roles(path, &[])) {
            hits.entry(zones.all()[zone].id.clone()).or_default().insert(path.clone());
        }
    }
    hits
}
