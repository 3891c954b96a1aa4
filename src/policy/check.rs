//! Is the requirement met? Reviews, checks, labels and overrides of a forge against what the policy asks for, at a
//! given moment. No clock and no network: the same facts give the same verdict, for ever.

use super::decide::{Decision, Rulebook, settle, situation};
use super::facts::{ChangeFacts, OverrideGiven, ReviewFacts};
use super::gate::{Effect, Freeze, Override};
use super::governance;
use super::join::{Demand, in_play, join, matches};
use super::reviewers::{Candidate, Cost, needs, smallest};
use super::situation::Situation;
use super::tally::{Case, Tally};
use super::unmet;
use super::verdict::{Advice, Overridden, Status, Verdict};
use crate::text::Untrusted;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What somebody costs who knows nothing of the files; an expert's weight is taken off it (thousandths of a change).
const UNFAMILIAR: u64 = 1 << 40;

/// Facts of a change and of its review in, verdict out. `familiar` is how well people know the files (weight by login or
/// address), where that is known.
pub fn check(book: Rulebook, change: &ChangeFacts, review: &ReviewFacts, familiar: &BTreeMap<String, u64>) -> Verdict {
    let case = Case::new(book, change, review);
    let situation = situation(book, change);
    let mut demand = join(book.policy, &situation);
    let unjudged = freeze(&case, &situation, &mut demand);
    if change.complete == Some(false) {
        let why = "what was left out may belong to anybody".to_owned();
        demand.block("the list of files is not complete", &("facts".into(), why));
    }
    let decision = settle(book, situation, demand);
    let tally = case.tally();
    let missing = unmet::missing(&case, &decision, &tally, &unjudged);
    let blocked = missing.iter().any(|one| ["block", "veto", "facts"].contains(&one.kind));
    let mut status = match (missing.is_empty(), blocked) {
        (true, _) => Status::Satisfied,
        (false, true) => Status::Blocked,
        (false, false) => Status::Pending,
    };
    let overridden = if missing.is_empty() { None } else { case.overridden(&decision.situation) };
    if overridden.is_some() {
        status = Status::Overridden;
    }
    let notes = notes(book, &decision);
    Verdict {
        status,
        head: change.head.clone(),
        diff_id: change.diff_id.clone(),
        counted: case.ids(&tally.people),
        advice: case.advice(&decision, &tally, familiar),
        ignored: tally.ignored,
        missing,
        overridden,
        wanted: case.wanted(&decision),
        requirements: decision.requirements,
        policy_source: book.policy.source.as_str().to_owned(),
        policy_digest: book.policy.digest.clone(),
        people_digest: book.people.digest.clone(),
        owners_digest: book.owners.digest.clone(),
        lines: book.policy.lines(),
        notes,
    }
}

fn notes(book: Rulebook, decision: &Decision) -> Vec<Untrusted> {
    let accounts = "there is no people file: people are told apart by account, and rules about author tiers are off";
    let accounts = (!book.people.is_file()).then(|| Untrusted::new(accounts));
    accounts
        .into_iter()
        .chain(decision.grouped.gaps.iter().chain(&book.owners.gaps).map(|gap| gap.why.clone()))
        .collect()
}

/// Adds what a freeze that is on asks for, unless someone who may has let this change through. Freezes that would hold
/// for this change, and cannot be judged because the moment is not known, are handed back.
fn freeze(case: &Case, situation: &Situation, demand: &mut Demand) -> Vec<Arc<str>> {
    let mut unjudged = Vec::new();
    for freeze in &case.book.policy.freezes {
        let Some(matched) = matches(&freeze.when, situation) else { continue };
        match case.review.now {
            None => unjudged.push(freeze.name.clone()),
            Some(now) if freeze.is_on(now) && !freeze.except.as_ref().is_some_and(|label| case.labelled(label)) => {
                let found = matched.told();
                let why = match (&freeze.why, found.is_empty()) {
                    (Some(why), true) => why.to_string(),
                    (Some(why), false) => format!("{why}: {found}"),
                    (None, _) => found,
                };
                apply(freeze, &(freeze.name.clone(), why), &matched.paths, situation, demand);
            }
            Some(_) => {}
        }
    }
    unjudged
}

fn apply(
    freeze: &Freeze,
    reason: &(Arc<str>, String),
    paths: &BTreeSet<crate::location::RepoPath>,
    situation: &Situation,
    demand: &mut Demand,
) {
    match &freeze.effect {
        Effect::Block => demand.block(&format!("freeze {}", freeze.name), reason),
        Effect::Raise(require) => demand.add(&in_play(require, situation), reason, paths),
    }
}

impl Case<'_> {
    fn overridden(&self, situation: &Situation) -> Option<Overridden> {
        let terms = self.book.policy.overrule.as_ref()?;
        let now = self.review.now?;
        let never = |area: &Arc<str>| terms.never.contains(area) || &**area == governance::AREA;
        if situation.touched.keys().any(never) || self.review.complete == Some(false) {
            return None;
        }
        let good: BTreeMap<usize, &OverrideGiven> = self
            .review
            .overrides
            .iter()
            .filter_map(|given| Some((self.may_override(terms, given, now)?, given)))
            .collect();
        let within = |within: u64| now.saturating_add(i64::try_from(within).unwrap_or(i64::MAX));
        (good.len() >= terms.count as usize).then(|| Overridden {
            by: self.ids(&good.keys().copied().collect()),
            given: good.values().map(|given| (*given).clone()).collect(),
            review_due: terms.review_within.map(within),
        })
    }

    fn may_override(&self, terms: &Override, given: &OverrideGiven, now: i64) -> Option<usize> {
        let people = self.book.people;
        let at = people.account(&given.by).filter(|at| people.is_person(*at) && !self.is_barred(*at))?;
        let age = now.saturating_sub(given.at);
        let allowed = people.entry(at).teams.contains(&terms.by_team)
            && people.tier(at, &self.book.policy.tiers) >= terms.min_tier
            && (!terms.reason || !given.reason.trim().is_empty())
            && terms.ticket.as_ref().is_none_or(|ticket| ticket.is_match(&given.ticket))
            && self.is_head(&given.commit)
            && age >= 0
            && (age as u64) < terms.expires;
        allowed.then_some(at)
    }

    /// The fewest people who could complete the review, or what stands in the way.
    fn advice(&self, decision: &Decision, tally: &Tally, familiar: &BTreeMap<String, u64>) -> Advice {
        let people = self.book.people;
        let free = |at: &usize| people.is_person(*at) && !self.excluded.contains_key(at) && !tally.people.contains(at);
        let costs = Costs::new(self, familiar, &tally.vetoes);
        let candidates: Vec<Candidate> =
            (0..people.len()).filter(free).map(|at| Candidate { at, cost: costs.of(at) }).collect();
        let needs = needs(self.book.policy, people, &decision.demand, &decision.grouped);
        let found = match decision.demand.pair.is_empty() {
            true => smallest(&needs, &tally.people, &candidates),
            false => self.mutual().smallest(&needs, &tally.people, &candidates),
        };
        match found {
            Some(found) => Advice {
                why: found.people.iter().map(|at| costs.why(*at, self)).collect(),
                people: Some(found.people.iter().map(|at| people.entry(*at).id.clone()).collect()),
                alternatives: found.alternatives,
                optimal: found.optimal,
            },
            None => {
                let able: BTreeSet<usize> = candidates.iter().map(|one| one.at).chain(tally.people.clone()).collect();
                let lacking = needs.iter().filter(|need| need.missing(&able) > 0);
                let lacking: Vec<String> = lacking.map(|need| need.what.clone()).collect();
                let left = if people.is_file() { "left in the people file" } else { "named" };
                let why = format!("nobody is {left} for: {}", lacking.join("; "));
                Advice { people: None, why: vec![why], alternatives: 0, optimal: true }
            }
        }
    }

    /// Ids of these people, sorted.
    pub(super) fn ids(&self, people: &BTreeSet<usize>) -> Vec<Arc<str>> {
        let mut ids: Vec<Arc<str>> = people.iter().map(|at| self.book.people.entry(*at).id.clone()).collect();
        ids.sort();
        ids
    }
}

/// What it costs to ask whom.
struct Costs {
    requested: BTreeSet<usize>,
    vetoes: BTreeSet<usize>,
    away: BTreeSet<usize>,
    load: BTreeMap<usize, u64>,
    familiar: BTreeMap<usize, u64>,
    seed: String,
    ids: Vec<Arc<str>>,
}

impl Costs {
    /// Whoever requested changes has to come back in any case, so they are as good as asked.
    fn new(case: &Case, familiar: &BTreeMap<String, u64>, vetoes: &BTreeSet<usize>) -> Self {
        let people = case.book.people;
        let known =
            |names: &[String]| -> BTreeSet<usize> { names.iter().filter_map(|name| people.who(name)).collect() };
        let load = case.review.open_reviews.iter();
        let mut familiarity: BTreeMap<usize, u64> = BTreeMap::new();
        for (name, weight) in familiar {
            if let Some(at) = people.who(name) {
                *familiarity.entry(at).or_default() += weight;
            }
        }
        Self {
            requested: &known(&case.review.requested) | vetoes,
            vetoes: vetoes.clone(),
            away: known(&case.review.away),
            load: load.filter_map(|(name, number)| Some((people.who(name)?, u64::from(*number)))).collect(),
            familiar: familiarity,
            // the diff, so that the same change is sent to the same people whatever commit it stands on
            seed: case.change.diff_id.clone().or_else(|| case.change.head.clone()).unwrap_or_default(),
            ids: (0..people.len()).map(|at| people.entry(at).id.clone()).collect(),
        }
    }

    fn of(&self, at: usize) -> Cost {
        let drawn = blake3::hash(format!("{}\0{}", self.seed, self.ids[at]).as_bytes());
        let drawn = u64::from(u32::from_le_bytes([0, 1, 2, 3].map(|byte: usize| drawn.as_bytes()[byte])));
        Cost([
            u64::from(!self.requested.contains(&at)),
            u64::from(self.away.contains(&at)),
            self.load.get(&at).copied().unwrap_or(0),
            UNFAMILIAR - self.familiar.get(&at).copied().unwrap_or(0).min(UNFAMILIAR),
            drawn,
        ])
    }

    /// Why them, in words: their tier, and what speaks for or against asking.
    fn why(&self, at: usize, case: &Case) -> String {
        let tiers = &case.book.policy.tiers;
        let mut why = vec![tiers[case.book.people.tier(at, tiers)].to_string()];
        let mut say = |holds: bool, what: &str| {
            if holds {
                why.push(what.to_owned());
            }
        };
        match self.vetoes.contains(&at) {
            true => say(true, "requested changes, so has to look again"),
            false => say(self.requested.contains(&at), "asked already"),
        }
        say(self.away.contains(&at), "away, but nobody else will do");
        say(self.familiar.contains_key(&at), "knows the files");
        match self.load.get(&at) {
            Some(1) => say(true, "1 open review"),
            Some(number) => say(true, &format!("{number} open reviews")),
            None => {}
        }
        why.join(", ")
    }
}
