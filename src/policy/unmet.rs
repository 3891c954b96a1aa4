//! What is still missing, each part with the rules that ask for it, and the requirement itself as plain values.

use super::decide::Decision;
use super::facts::Check;
use super::gate::Evidence;
use super::join::{Demand, Reasons};
use super::moment;
use super::reviewers::{distinct_needs, slot_need};
use super::rule::Slot;
use super::tally::{Case, Tally};
use super::verdict::{Missing, Wanted, WantedOwners, WantedSlot};
use crate::text::Untrusted;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything that is not met, sorted.
pub(super) fn missing(case: &Case, decision: &Decision, tally: &Tally, unjudged: &[Arc<str>]) -> Vec<Missing> {
    let mut list = List::default();
    let none = Reasons::new();
    if case.review.complete == Some(false) {
        list.add("facts", "the lists of the review are not complete".to_owned(), &none);
    }
    for freeze in unjudged {
        let by = Reasons::from([(freeze.clone(), String::new())]);
        list.add("moment", format!("the moment (`now`) is not known, and freeze {freeze} depends on it"), &by);
    }
    for veto in &tally.vetoes {
        list.add("veto", format!("{} requested changes", case.book.people.entry(*veto).id), &none);
    }
    let demand = &decision.demand;
    approvals(case, demand, tally, &mut list);
    slots(case, decision, tally, &mut list);
    if !demand.pair.is_empty() && tally.people.len() > 1 && !case.mutual().apart(&tally.people) {
        let need = "1 more who did not approve in return: these approved each other's changes of this stack".to_owned();
        list.add("pair", need, &demand.pair);
    }
    for group in &decision.grouped.groups {
        let people = group.people.clone().unwrap_or_default();
        let lacking = (group.needed as usize).saturating_sub(people.intersection(&tally.people).count());
        if lacking > 0 {
            let open = case.ids(&people.difference(&tally.people).copied().collect());
            let count = if lacking == 1 { "one".to_owned() } else { lacking.to_string() };
            list.add("owner", format!("{count} of {}", open.join(", ")), &group.by);
        }
    }
    for (why, by) in &decision.grouped.unread {
        list.add("owner", why.clone(), by);
    }
    if let Some(unknown) = &case.unknown
        && list.0.iter().any(|one| ["approvals", "tier", "slot", "owner"].contains(&one.kind))
    {
        list.add("author", unknown.remedy(), &none);
    }
    for (step, by) in demand.steps.iter().filter(|(step, _)| !case.done(step)) {
        list.add("step", case.step_told(step), by);
    }
    cooling_off(case, demand, tally, &mut list);
    for (block, by) in demand.blocks.iter().chain(&decision.grouped.blocks) {
        list.add("block", block.clone(), by);
    }
    list.0.sort();
    list.0
}

#[derive(Default)]
struct List(Vec<Missing>);

impl List {
    fn add(&mut self, kind: &'static str, need: String, by: &Reasons) {
        let names: BTreeSet<&str> = by.iter().map(|(rule, _)| &**rule).collect();
        let whys: BTreeSet<&str> = by.iter().map(|(_, why)| why.as_str()).filter(|why| !why.is_empty()).collect();
        self.0.push(Missing {
            kind,
            need: Untrusted::new(need),
            rule: names.into_iter().collect::<Vec<_>>().join(", ").into(),
            why: Untrusted::new(whys.into_iter().collect::<Vec<_>>().join("; ")),
        });
    }
}

fn approvals(case: &Case, demand: &Demand, tally: &Tally, list: &mut List) {
    let tiers = &case.book.policy.tiers;
    let wanted = demand.approvals.value as usize;
    let high = |at: &&usize| case.book.people.tier(**at, tiers) >= demand.min_tier.value;
    let high_enough = tally.people.iter().filter(high).count();
    if tally.people.len() < wanted {
        let lacking = wanted - tally.people.len();
        let word = if lacking == 1 { "approval" } else { "approvals" };
        list.add("approvals", format!("{lacking} more {word}"), &demand.approvals.by);
    } else if high_enough < wanted {
        let need = format!("{} more of {} or above", wanted - high_enough, tiers[demand.min_tier.value]);
        list.add("tier", need, &demand.min_tier.by);
    }
}

fn slots(case: &Case, decision: &Decision, tally: &Tally, list: &mut List) {
    let (policy, people) = (case.book.policy, case.book.people);
    let (demand, areas) = (&decision.demand, &decision.grouped.areas);
    let mut short = false;
    for (slot, by) in &demand.slots {
        let lacking = slot_need(policy, people, areas, slot).missing(&tally.people);
        if lacking > 0 {
            short = true;
            list.add("slot", format!("{lacking} more{}", told(slot, &policy.tiers)), by);
        }
    }
    // each slot has its people, and still somebody would have to fill two
    for (together, need) in distinct_needs(policy, people, areas, demand) {
        let lacking = need.missing(&tally.people);
        if lacking > 0 && !short {
            let by = together.iter().filter_map(|slot| demand.slots.get(*slot)).flatten().cloned().collect();
            let all: Vec<String> =
                together.iter().map(|slot| format!("{}{}", slot.count, told(slot, &policy.tiers))).collect();
            list.add("slot", format!("{lacking} more, since nobody counts twice among: {}", all.join(", ")), &by);
            return;
        }
    }
}

/// ` of senior or above of payments`.
pub(super) fn told(slot: &Slot, tiers: &[Arc<str>]) -> String {
    let of_team = slot.team.as_ref().map_or_else(String::new, |team| format!(" of {team}"));
    let owning = slot.area.as_ref().map_or_else(String::new, |area| format!(" who owns files of {area}"));
    match slot.min_tier {
        0 => format!("{of_team}{owning}"),
        tier => format!(" of {} or above{of_team}{owning}", tiers[tier]),
    }
}

fn cooling_off(case: &Case, demand: &Demand, tally: &Tally, list: &mut List) {
    let wait = i64::try_from(demand.cooling_off.value).unwrap_or(i64::MAX);
    if wait == 0 {
        return;
    }
    match (case.review.now, tally.last) {
        (Some(now), Some(last)) if now >= last.saturating_add(wait) => {}
        (Some(_), Some(last)) => {
            let until = moment::show(last.saturating_add(wait));
            list.add("cooling-off", format!("until {until}"), &demand.cooling_off.by);
        }
        (_, _) => list.add("cooling-off", format!("{} after the last approval", span(wait)), &demand.cooling_off.by),
    }
}

/// A time in its largest whole unit.
fn span(seconds: i64) -> String {
    match seconds {
        s if s % 86_400 == 0 => format!("{} d", s / 86_400),
        s if s % 3_600 == 0 => format!("{} h", s / 3_600),
        s => format!("{} min", s / 60),
    }
}

impl Case<'_> {
    /// True if there is evidence for a step: a check of the named app on this head, or a label by someone who may.
    fn done(&self, step: &Arc<str>) -> bool {
        match self.book.policy.steps.get(step) {
            Some(Evidence::Check { name, app }) => self.passed(name, app),
            Some(Evidence::Label(label)) => self.labelled(label),
            None => false,
        }
    }

    /// True if the latest run of a check succeeded; where not every run has its time, all of them must have. A run is known
    /// by its app and by the head that it looked at.
    fn passed(&self, name: &str, app: &str) -> bool {
        let ours = |check: &&Check| check.name == name && check.app == app && self.is_head(&check.head);
        let runs: Vec<&Check> = self.review.checks.iter().filter(ours).collect();
        let times: Option<Vec<i64>> = runs.iter().map(|run| run.at).collect();
        let latest = times.and_then(|times| times.into_iter().max());
        let in_time = |run: &Check| run.at.is_none_or(|at| self.review.now.is_none_or(|now| at <= now));
        let mut decisive = runs.iter().filter(|run| latest.is_none() || run.at == latest);
        !runs.is_empty() && decisive.all(|run| run.conclusion == "success" && in_time(run))
    }

    /// The step, and how it is shown to be done.
    fn step_told(&self, step: &Arc<str>) -> String {
        match self.book.policy.steps.get(step) {
            Some(Evidence::Check { name, app }) => format!("{step}: check {name} of {app} on this head"),
            Some(Evidence::Label(label)) => {
                let by =
                    label.by_team.as_ref().map_or_else(|| "somebody else".to_owned(), |team| format!("one of {team}"));
                format!("{step}: label {} by {by}", label.name)
            }
            None => step.to_string(),
        }
    }

    /// The requirement as plain values.
    pub(super) fn wanted(&self, decision: &Decision) -> Wanted {
        let policy = self.book.policy;
        let demand = &decision.demand;
        let tier = |at: usize| (at > 0).then(|| policy.tiers[at].clone());
        let slot = |slot: &Slot| WantedSlot {
            count: slot.count,
            min_tier: tier(slot.min_tier),
            team: slot.team.clone(),
            area: slot.area.clone(),
            distinct: slot.distinct,
        };
        let owners = decision.grouped.groups.iter().map(|group| WantedOwners {
            owners: group.owners.iter().cloned().collect(),
            people: self.ids(group.people.as_ref().unwrap_or(&BTreeSet::new())),
            count: group.needed,
            paths: group.paths.iter().cloned().collect(),
        });
        Wanted {
            approvals: demand.approvals.value,
            min_tier: tier(demand.min_tier.value),
            slots: demand.slots.keys().map(slot).collect(),
            owners: owners.collect(),
            steps: demand.steps.keys().cloned().collect(),
            cooling_off: demand.cooling_off.value,
            pair: !demand.pair.is_empty(),
            notify: demand.notify.keys().cloned().collect(),
            blocks: demand.blocks.keys().chain(decision.grouped.blocks.keys()).map(Untrusted::new).collect(),
            risk: decision.situation.level,
            ai: decision.situation.ai,
            author_tier: decision.author_tier.clone(),
            areas: decision.situation.touched.keys().cloned().collect(),
        }
    }
}
