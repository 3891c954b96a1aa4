//! Whom to ask. With a people file: a smallest set that meets the requirement, those who know the files first. Without
//! one: owners of the touched files, then people who changed them before. Authors are never suggested, nor agents and
//! bots. A suggestion is help, not a requirement.

use super::join::Demand;
use super::names::login_of;
use super::owner_groups::{Group, Grouped};
use super::people::People;
use super::reviewers::{Candidate, Cost, needs, smallest};
use super::situation::identities;
use super::{Dialect, OwnerHit, Policy, Question, Suggestion};
use crate::gap::{Gap, GapKind};
use crate::history::Expert;
use crate::limits::SUGGESTIONS_MAX;
use crate::text::Untrusted;
use std::collections::BTreeSet;

/// Suggested reviewers, and a gap if nobody can meet the requirement.
pub(super) fn suggest(
    policy: &Policy,
    people: Option<&People>,
    demand: &Demand,
    grouped: &Grouped,
    owners: &[OwnerHit],
    dialect: Dialect,
    question: &Question,
) -> (Vec<Suggestion>, Option<Gap>) {
    let authors = Authors::of(question);
    match people {
        Some(people) => {
            let asked = Asked { policy, people, demand, grouped, owners, dialect };
            from_people(asked, question, &authors)
        }
        None => (from_names(&grouped.groups, owners, question, &authors), None),
    }
}

/// Everyone who had a hand in the change, as owners and experts may name them: lower case.
struct Authors {
    names: BTreeSet<String>,
    raw: BTreeSet<String>,
}

impl Authors {
    fn of(question: &Question) -> Self {
        let raw = identities(question);
        let mut names = BTreeSet::new();
        let identities = question.change.commits.iter().map(|commit| &commit.author).chain(&question.history.author);
        for identity in identities {
            names.insert(identity.name.raw().to_lowercase());
            names.insert(identity.email.raw().to_lowercase());
        }
        names.extend(raw.iter().map(|name| name.to_lowercase()));
        let logins: Vec<String> = names.iter().filter_map(|name| forge_login(name)).collect();
        names.extend(logins);
        names.remove("");
        Self { names, raw }
    }

    fn include(&self, who: &str) -> bool {
        let who = who.to_lowercase();
        let login = who.strip_prefix('@').unwrap_or(&who);
        self.names.contains(login)
            || self.names.contains(&who)
            || forge_login(&who).is_some_and(|l| self.names.contains(&l))
    }
}

/// A forge's login without its `gh:` is GitHub's.
fn login(name: &str) -> String {
    if name.contains([':', '@']) { name.to_owned() } else { format!("gh:{name}") }
}

/// The login in a forge's private addresses: `1234+ann@users.noreply.github.com` is ann.
fn forge_login(address: &str) -> Option<String> {
    Some(login_of(address)?.split_once(':')?.1.to_owned())
}

/// An agent, a bot or a forge's own address: nobody to ask.
fn is_service(expert: &Expert) -> bool {
    let name = expert.who.name.raw().to_lowercase();
    let email = expert.who.email.raw().to_lowercase();
    let local = email.split('@').next().unwrap_or_default();
    name.ends_with("[bot]") || local.ends_with("[bot]") || ["noreply", "no-reply", "donotreply"].contains(&local)
}

fn knows(expert: &Expert) -> String {
    let times = if expert.changes == 1 { "once".to_owned() } else { format!("{} times", expert.changes) };
    let last = match expert.last_days {
        0 => "last today".to_owned(),
        1 => "last a day ago".to_owned(),
        days => format!("last {days} days ago"),
    };
    let lines = match expert.lines {
        0 => String::new(),
        1 => "; wrote one of the touched lines".to_owned(),
        lines => format!("; wrote {lines} of the touched lines"),
    };
    format!("changed these files {times}, {last}{lines}")
}

fn from_names(groups: &[Group], owners: &[OwnerHit], question: &Question, authors: &Authors) -> Vec<Suggestion> {
    let mut found: Vec<Suggestion> = Vec::new();
    let mut add = |who: &Untrusted, why: String| {
        if found.len() < SUGGESTIONS_MAX && !authors.include(who.raw()) && !found.iter().any(|other| other.who == *who)
        {
            found.push(Suggestion { who: who.clone(), why: Untrusted::new(why), only: false });
        }
    };
    // owners that a requirement names come first, one for each group
    let firsts = groups.iter().filter_map(|group| group.owners.iter().find(|owner| !authors.include(owner.raw())));
    let rest = owners.iter().map(|hit| &hit.owner);
    for owner in firsts.chain(rest) {
        add(owner, owns(owners, owner));
    }
    for expert in question.history.experts.iter().filter(|expert| !is_service(expert)) {
        let by_address = authors.include(expert.who.email.raw());
        if !by_address {
            add(&expert.who.name, knows(expert));
        }
    }
    found
}

/// `owns lib/pay.rb and 2 more (CODEOWNERS:3)`.
fn owns(owners: &[OwnerHit], owner: &Untrusted) -> String {
    let mine: Vec<&OwnerHit> = owners.iter().filter(|hit| hit.owner == *owner).collect();
    let (Some(hit), number) = (mine.first(), mine.iter().map(|hit| hit.paths.len()).sum::<usize>()) else {
        return "owns files that nobody else owns".to_owned();
    };
    let path = hit.paths.first().map(|path| path.to_text()).unwrap_or_default();
    let more = if number > 1 { format!(" and {} more", number - 1) } else { String::new() };
    format!("owns {path}{more} ({}:{})", hit.file, hit.line)
}

/// Who is asked for what.
struct Asked<'a> {
    policy: &'a Policy,
    people: &'a People,
    demand: &'a Demand,
    grouped: &'a Grouped,
    owners: &'a [OwnerHit],
    dialect: Dialect,
}

fn from_people(asked: Asked, question: &Question, authors: &Authors) -> (Vec<Suggestion>, Option<Gap>) {
    let Asked { policy, people, demand, grouped, owners, dialect } = asked;
    let excluded: BTreeSet<usize> =
        authors.raw.iter().chain(&authors.names).filter_map(|name| people.who(name)).collect();
    let known =
        |at: usize| question.history.experts.iter().find(|expert| people.who(expert.who.email.raw()) == Some(at));
    let weight = |at: usize| known(at).map_or(0, |expert| expert.weight_milli);
    let asked: BTreeSet<usize> = question.asked.iter().filter_map(|name| people.who(&login(name))).collect();
    let mut by_id: Vec<usize> =
        (0..people.len()).filter(|at| people.is_person(*at) && !excluded.contains(at)).collect();
    by_id.sort_by_key(|at| people.entry(*at).id.clone());
    let best = by_id.iter().map(|at| weight(*at)).max().unwrap_or(0);
    let candidate = |(rank, at): (usize, usize)| {
        let cost = Cost([u64::from(!asked.contains(&at)), 0, 0, best - weight(at), rank as u64]);
        Candidate { at, cost }
    };
    let candidates: Vec<Candidate> = by_id.into_iter().enumerate().map(candidate).collect();
    let needs = needs(policy, people, demand, grouped);
    let Some(found) = smallest(&needs, &BTreeSet::new(), &candidates) else {
        let able: BTreeSet<usize> = candidates.iter().map(|one| one.at).collect();
        let lacking = needs.iter().filter(|need| need.missing(&able) > 0).map(|need| need.what.as_str());
        let lacking: Vec<&str> = lacking.collect();
        let why = format!("no set of people in the people file can meet this requirement: {}", lacking.join("; "));
        return (Vec::new(), Some(Gap::context(GapKind::Owners, why)));
    };
    let suggestion = |at: usize| {
        let mut why = vec![policy.tiers[people.tier(at, &policy.tiers)].to_string()];
        let owned = owners.iter().find(|hit| people.owners(hit.owner.raw(), dialect).contains(&at));
        why.extend(owned.map(|hit| owns(owners, &hit.owner)));
        why.extend(known(at).map(knows));
        let others: Vec<Candidate> = candidates.iter().copied().filter(|one| one.at != at).collect();
        let only = smallest(&needs, &BTreeSet::new(), &others).is_none();
        why.extend(only.then(|| "nobody else would do".to_owned()));
        Suggestion { who: Untrusted::new(&*people.entry(at).id), why: Untrusted::new(why.join("; ")), only }
    };
    (found.people.into_iter().map(suggestion).collect(), None)
}
