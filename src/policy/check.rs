//! Is the requirement met? Reviews, checks, labels and overrides of a forge against what the policy asks for, at a
//! given moment. Only people count, each once, by their latest word, on this diff, and never for what they wrote
//! themselves. Whatever does not count is listed with the reason.

use super::decide::{Decision, Rulebook, settle, situation};
use super::facts::{ChangeFacts, LabelSet, OverrideGiven, Review, ReviewFacts, ReviewState};
use super::gate::{Effect, Evidence, Freeze, Label, Override};
use super::join::{Demand, Reasons, join, matches};
use super::moment;
use super::people::Kind;
use super::reviewers::{needs, smallest};
use super::rule::Slot;
use super::situation::Situation;
use super::verdict::{Completion, Ignored, Missing, Overridden, Status, Verdict};
use crate::text::Untrusted;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The area that no override can touch, whatever the policy says: it decides about overrides.
const GOVERNANCE: &str = "governance";

/// Facts of a change and of its review in, verdict out.
pub fn check(book: Rulebook, change: &ChangeFacts, review: &ReviewFacts) -> Verdict {
    let excluded = excluded(book, change, review);
    let situation = situation(book, change);
    let mut demand = join(book.policy, &situation);
    let case = Case { book, change, review, excluded: &excluded };
    freeze(&case, &situation, &mut demand);
    let decision = settle(book, situation, demand);
    let count = case.count();
    let missing = case.missing(&decision, &count);
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
    Verdict {
        status,
        counted: case.ids(&count.people),
        ignored: count.ignored.clone(),
        completion: case.completion(&decision, &count.people),
        missing,
        overridden,
        requirements: decision.requirements,
        policy_digest: book.policy.digest.clone(),
        people_digest: book.people.digest.clone(),
    }
}

/// People who may not approve, and why. A claimed co-author may say otherwise in their own approval, or anyone could
/// keep reviewers away by naming them.
fn excluded(book: Rulebook, change: &ChangeFacts, review: &ReviewFacts) -> BTreeMap<usize, &'static str> {
    let disclaims = |review: &&Review| review.disclaims_authorship && review.state == ReviewState::Approved;
    let disclaimed: BTreeSet<usize> =
        review.reviews.iter().filter(disclaims).filter_map(|review| book.people.who(&review.by)).collect();
    let mut excluded = BTreeMap::new();
    let mut put = |who: &str, why: &'static str, claimed: bool| {
        if let Some(at) = book.people.who(who).filter(|at| !(claimed && disclaimed.contains(at))) {
            excluded.entry(at).or_insert(why);
        }
    };
    change.opened_by.iter().for_each(|who| put(who, "opened the change", false));
    change.driver.iter().for_each(|who| put(who, "directed the agent", false));
    change.authors.iter().for_each(|who| put(who, "authored a commit", false));
    change.committers.iter().for_each(|who| put(who, "committed a commit", false));
    change.pushers.iter().for_each(|who| put(who, "pushed to the branch", false));
    if book.policy.trust.co_authors_claimed {
        change.co_authors.iter().for_each(|who| put(who, "is named as a co-author", true));
    }
    excluded
}

/// Adds what a freeze that is on asks for, unless someone who may has let this change through.
fn freeze(case: &Case, situation: &Situation, demand: &mut Demand) {
    let on = |freeze: &&Freeze| freeze.is_on(case.review.now);
    for freeze in case.book.policy.freezes.iter().filter(on) {
        let Some(matched) = matches(&freeze.when, situation) else { continue };
        if freeze.except.as_ref().is_some_and(|label| case.labelled(label)) {
            continue;
        }
        let found = matched.told();
        let why = freeze.why.as_ref().map_or_else(|| found.clone(), |why| format!("{why}: {found}"));
        let reason: (Arc<str>, String) = (freeze.name.clone(), why);
        match &freeze.effect {
            Effect::Block => demand.block(&format!("freeze {}", freeze.name), &reason),
            Effect::Raise(require) => demand.add(require, &reason, &matched.paths),
        }
    }
}

struct Case<'a> {
    book: Rulebook<'a>,
    change: &'a ChangeFacts,
    review: &'a ReviewFacts,
    excluded: &'a BTreeMap<usize, &'static str>,
}

/// The approvals that count, and what became of the others.
#[derive(Default)]
struct Count {
    people: BTreeSet<usize>,
    ignored: Vec<Ignored>,
    vetoes: BTreeSet<usize>,
    last: Option<i64>,
}

impl Case<'_> {
    /// Each person's latest word, or that of an alias that is nobody's.
    fn latest(&self) -> BTreeMap<Result<usize, String>, &Review> {
        let mut latest: BTreeMap<Result<usize, String>, &Review> = BTreeMap::new();
        for review in self.review.reviews.iter().filter(|review| review.state != ReviewState::Commented) {
            let who = self.book.people.who(&review.by).ok_or_else(|| review.by.to_lowercase());
            let later = |other: &&Review| (other.at, other.state) > (review.at, review.state);
            if !latest.get(&who).is_some_and(later) {
                latest.insert(who, review);
            }
        }
        latest
    }

    fn count(&self) -> Count {
        let mut count = Count::default();
        for (who, review) in self.latest() {
            match review.state {
                ReviewState::ChangesRequested => {
                    count.vetoes.extend(who.ok().filter(|at| self.book.people.is_person(*at)));
                }
                ReviewState::Approved => match self.refusal(&who, review) {
                    Some(reason) => {
                        let by = Untrusted::new(&review.by);
                        count.ignored.push(Ignored { by, reason: Untrusted::new(reason) });
                    }
                    None => {
                        count.people.extend(who);
                        count.last = count.last.max(Some(review.at));
                    }
                },
                ReviewState::Dismissed | ReviewState::Commented => {}
            }
        }
        count.ignored.sort();
        count
    }

    /// Why an approval does not count.
    fn refusal(&self, who: &Result<usize, String>, review: &Review) -> Option<String> {
        let Ok(at) = *who else { return Some("is not in the people file".to_owned()) };
        match self.book.people.entry(at).kind {
            Kind::Person => {}
            Kind::Agent => return Some("is an agent, and agents' approvals never count".to_owned()),
            Kind::Bot => return Some("is a bot, and bots' approvals never count".to_owned()),
        }
        if let Some(why) = self.excluded.get(&at) {
            return Some((*why).to_owned());
        }
        let same = |id: &String| !id.is_empty() && self.change.diff_id.as_ref() == Some(id);
        let fresh = review.commit == self.change.head
            || (self.book.policy.trust.same_diff && review.diff_id.as_ref().is_some_and(same));
        (!fresh).then(|| format!("approved {}, which is not what would be merged", review.commit))
    }

    fn missing(&self, decision: &Decision, count: &Count) -> Vec<Missing> {
        let mut missing = Vec::new();
        let mut add = |kind: &'static str, need: String, by: &Reasons| {
            missing.push(Missing { kind, need: Untrusted::new(need), rule: rules(by) });
        };
        let none = Reasons::new();
        if self.review.complete == Some(false) {
            add("facts", "the lists of the review are not complete".to_owned(), &none);
        }
        for veto in &count.vetoes {
            add("veto", format!("{} requested changes", self.book.people.entry(*veto).id), &none);
        }
        let demand = &decision.demand;
        self.missing_approvals(demand, count, &mut add);
        for group in &decision.grouped.groups {
            let people = group.people.clone().unwrap_or_default();
            if people.is_disjoint(&count.people) {
                add("owner", format!("one of {}", self.ids(&people).join(", ")), &group.by);
            }
        }
        for (step, by) in demand.steps.iter().filter(|(step, _)| !self.done(step)) {
            add("step", step.to_string(), by);
        }
        let wait = i64::try_from(demand.cooling_off.value).unwrap_or(i64::MAX);
        let until = count.last.unwrap_or(self.review.now).saturating_add(wait);
        if self.review.now < until {
            add("cooling-off", format!("until {}", moment::show(until)), &demand.cooling_off.by);
        }
        for (block, by) in demand.blocks.iter().chain(&decision.grouped.blocks) {
            add("block", block.clone(), by);
        }
        missing.sort();
        missing
    }

    fn missing_approvals(&self, demand: &Demand, count: &Count, add: &mut impl FnMut(&'static str, String, &Reasons)) {
        let tier_of = |at: &usize| self.book.people.tier(*at, &self.book.policy.tiers);
        let tier_name = |tier: usize| &self.book.policy.tiers[tier];
        let wanted = demand.approvals.value as usize;
        let high_enough = count.people.iter().filter(|at| tier_of(at) >= demand.min_tier.value).count();
        if count.people.len() < wanted {
            add("approvals", format!("{} more", wanted - count.people.len()), &demand.approvals.by);
        } else if high_enough < wanted {
            let need = format!("{} more of {} or above", wanted - high_enough, tier_name(demand.min_tier.value));
            add("tier", need, &demand.min_tier.by);
        }
        for (Slot { count: slots, min_tier, team }, by) in &demand.slots {
            let in_team =
                |at: &usize| team.as_ref().is_none_or(|team| self.book.people.entry(*at).teams.contains(team));
            let have = count.people.iter().filter(|at| tier_of(at) >= *min_tier && in_team(at)).count();
            let lacking = (*slots as usize).saturating_sub(have);
            if lacking > 0 {
                let of_team = team.as_ref().map_or_else(String::new, |team| format!(" of {team}"));
                let of_tier = match *min_tier {
                    0 => String::new(),
                    tier => format!(" of {} or above", tier_name(tier)),
                };
                add("slot", format!("{lacking} more{of_tier}{of_team}"), by);
            }
        }
    }

    /// True if there is evidence for a step: a check of the named app on this head, or a label by someone who may.
    fn done(&self, step: &Arc<str>) -> bool {
        match self.book.policy.steps.get(step) {
            Some(Evidence::Check { name, app }) => self.review.checks.iter().any(|check| {
                check.name == **name
                    && check.app == **app
                    && check.conclusion == "success"
                    && check.head == self.change.head
            }),
            Some(Evidence::Label(label)) => self.labelled(label),
            None => false,
        }
    }

    /// True if someone of the label's team, who had no hand in the change, set it.
    fn labelled(&self, label: &Label) -> bool {
        let fits = |set: &LabelSet| {
            let who = self.book.people.who(&set.by).filter(|at| self.book.people.is_person(*at));
            let in_team =
                |at: usize| label.by_team.as_ref().is_none_or(|team| self.book.people.entry(at).teams.contains(team));
            set.name == *label.name && who.is_some_and(|at| in_team(at) && !self.excluded.contains_key(&at))
        };
        self.review.labels.iter().any(fits)
    }

    fn overridden(&self, situation: &Situation) -> Option<Overridden> {
        let terms = self.book.policy.overrule.as_ref()?;
        let never = |area: &Arc<str>| terms.never.contains(area) || &**area == GOVERNANCE;
        if situation.touched.keys().any(never) || self.review.complete == Some(false) {
            return None;
        }
        let good: BTreeSet<usize> =
            self.review.overrides.iter().filter_map(|given| self.may_override(terms, given)).collect();
        let within = |within: u64| self.review.now.saturating_add(i64::try_from(within).unwrap_or(i64::MAX));
        let review_due = terms.review_within.map(within);
        (good.len() >= terms.count as usize).then(|| Overridden { by: self.ids(&good), review_due })
    }

    fn may_override(&self, terms: &Override, given: &OverrideGiven) -> Option<usize> {
        let people = self.book.people;
        let at = people.who(&given.by).filter(|at| people.is_person(*at) && !self.excluded.contains_key(at))?;
        let age = self.review.now.saturating_sub(given.at);
        let allowed = people.entry(at).teams.contains(&terms.by_team)
            && people.tier(at, &self.book.policy.tiers) >= terms.min_tier
            && (!terms.reason || !given.reason.trim().is_empty())
            && terms.ticket.as_ref().is_none_or(|ticket| ticket.is_match(&given.ticket))
            && given.commit == self.change.head
            && age >= 0
            && (age as u64) < terms.expires;
        allowed.then_some(at)
    }

    fn completion(&self, decision: &Decision, counted: &BTreeSet<usize>) -> Option<Completion> {
        let people = self.book.people;
        let free = |at: &usize| people.is_person(*at) && !self.excluded.contains_key(at) && !counted.contains(at);
        let mut candidates: Vec<usize> = (0..people.len()).filter(free).collect();
        candidates.sort_by_key(|at| people.entry(*at).id.clone());
        let needs = needs(self.book.policy, people, &decision.demand, &decision.grouped.groups);
        let found = smallest(&needs, counted, &candidates)?;
        let people = found.people.iter().map(|at| people.entry(*at).id.clone()).collect();
        Some(Completion { people, optimal: found.optimal })
    }

    /// Ids of these people, sorted.
    fn ids(&self, people: &BTreeSet<usize>) -> Vec<Arc<str>> {
        let mut ids: Vec<Arc<str>> = people.iter().map(|at| self.book.people.entry(*at).id.clone()).collect();
        ids.sort();
        ids
    }
}

fn rules(by: &Reasons) -> Arc<str> {
    let names: BTreeSet<&str> = by.iter().map(|(rule, _)| &**rule).collect();
    names.into_iter().collect::<Vec<_>>().join(", ").into()
}
