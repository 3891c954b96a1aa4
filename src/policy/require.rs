//! The requirement of an assessed change: the facts are resolved into a situation, the rules that match are joined,
//! owners are found, people are suggested. Nothing is decided here that is not in the policy; whether the requirement
//! is met is the review check's business.

use super::join::{Demand, Most, Reasons, join};
use super::owner_groups::{Grouped, group, hits};
use super::rule::Slot;
use super::situation::of_question;
use super::suggest::suggest;
use super::{Ask, Owners, People, Policy, Question, Requirement, ReviewPlan};
use crate::gap::{Gap, GapKind};
use crate::text::Untrusted;
use crate::zones::Zones;
use std::sync::Arc;

/// Who must look at the change.
pub fn require(policy: &Policy, owners: &Owners, people: Option<&People>, question: &Question) -> ReviewPlan {
    let situation = of_question(policy, people, owners.dialect, question);
    let mut demand = join(policy, &situation);
    block_unknown_areas(policy, question.zones, &mut demand);
    let mut grouped = group(policy, owners, people, &demand, &situation);
    let mut gaps = std::mem::take(&mut grouped.gaps);
    gaps.extend(owners.gaps.iter().cloned());
    gaps.extend(tiers_off(policy, people));
    let owner_hits = hits(owners, &situation.paths);
    let (suggested, unmet) = suggest(policy, people, &demand, &grouped, &owner_hits, owners.dialect, question);
    let unmeetable = unmet.as_ref().map(|gap| gap.why.clone());
    gaps.extend(unmet);
    gaps.sort();
    gaps.dedup();
    ReviewPlan {
        requirements: requirements(policy, &demand, &grouped),
        owners: owner_hits,
        suggested,
        exact: people.is_some(),
        unmeetable,
        author_tier: situation.author_tier.map(|tier| policy.tiers[tier].clone()),
        policy_digest: policy.digest.clone(),
        policy_source: policy.source.as_str().to_owned(),
        gaps,
    }
}

/// A rule about an area that is nowhere defined cannot be judged, and what cannot be judged is not let through. Loading
/// refuses such a policy (`Policy::check_areas`); this is for callers that did not ask.
fn block_unknown_areas(policy: &Policy, zones: &Zones, demand: &mut Demand) {
    if let Err(error) = policy.check_areas(zones) {
        demand.block("the policy names an area that does not exist", &("policy".into(), error.to_string()));
    }
}

fn tiers_off(policy: &Policy, people: Option<&People>) -> Option<Gap> {
    let tiered = policy.rules.iter().any(|rule| rule.when.author_tier.is_some());
    let why = "rules about author tiers are off: there is no people file";
    (people.is_none() && tiered).then(|| Gap::context(GapKind::Owners, why))
}

/// The demand as a sorted list.
pub(super) fn requirements(policy: &Policy, demand: &Demand, grouped: &Grouped) -> Vec<Requirement> {
    let mut all = Vec::new();
    let mut add = |ask: Ask, by: &Reasons| all.push(requirement(ask, by));
    let min_tier = |tier: usize| (tier > 0).then(|| policy.tiers[tier].clone());
    if demand.approvals.value > 0 {
        let by = approvals_by(&demand.approvals, &demand.min_tier);
        add(Ask::Approvals { count: demand.approvals.value, min_tier: min_tier(demand.min_tier.value) }, &by);
    }
    for (Slot { count, min_tier: tier, team, area, distinct }, by) in &demand.slots {
        let (min_tier, team, area) = (min_tier(*tier), team.clone(), area.clone());
        add(Ask::Slot { count: *count, min_tier, team, area, distinct: *distinct }, by);
    }
    if !demand.pair.is_empty() {
        add(Ask::Pair, &demand.pair);
    }
    for (who, by) in &demand.notify {
        add(Ask::Notify { who: who.clone() }, by);
    }
    for group in &grouped.groups {
        let owners = group.owners.iter().cloned().collect();
        let paths = group.paths.iter().cloned().collect();
        add(Ask::Owners { owners, paths, per: group.per.as_str().into(), count: group.needed }, &group.by);
    }
    for (step, by) in &demand.steps {
        add(Ask::Step { step: step.clone() }, by);
    }
    if demand.cooling_off.value > 0 {
        add(Ask::CoolingOff { seconds: demand.cooling_off.value }, &demand.cooling_off.by);
    }
    for (reason, by) in demand.blocks.iter().chain(&grouped.blocks).chain(&grouped.unread) {
        add(Ask::Block { reason: Untrusted::new(reason) }, by);
    }
    all.sort();
    all
}

/// Count and tier are one requirement: its reasons are those of both.
fn approvals_by(count: &Most<u32>, tier: &Most<usize>) -> Reasons {
    count.by.union(&tier.by).cloned().collect()
}

fn requirement(ask: Ask, by: &Reasons) -> Requirement {
    let mut rules: Vec<&str> = by.iter().map(|(rule, _)| &**rule).collect();
    rules.dedup();
    let mut whys: Vec<&str> = Vec::new();
    for (_, why) in by {
        if !whys.contains(&why.as_str()) {
            whys.push(why);
        }
    }
    let rule: Arc<str> = rules.join(", ").into();
    Requirement { ask, rule, why: Untrusted::new(whys.join("; ")) }
}
