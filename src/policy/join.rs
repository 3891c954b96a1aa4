//! The join: every rule that matches adds what it asks for, and the result is the least that meets them all: the
//! largest count, tier and wait, and the union of slots, steps, owners and blocks. A join knows no order, so that of
//! the rules never matters; and since conditions only look up the scales, more danger never asks for less.

use super::Policy;
use super::rule::{Exempt, OwnersPer, PolicyRule, Require, Slot, When};
use super::situation::{Hit, Situation};
use crate::location::RepoPath;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The rules that ask for something, each with its reason in words.
pub(super) type Reasons = BTreeSet<(Arc<str>, String)>;

/// An exemption's name, and why it is there.
type ExemptName = (Arc<str>, Option<Arc<str>>);

/// What all matching rules ask for together, each part with its reasons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Demand {
    pub approvals: Most<u32>,
    /// Tier that each of these approvals has at least; a position on the scale.
    pub min_tier: Most<usize>,
    pub slots: BTreeMap<Slot, Reasons>,
    pub steps: BTreeMap<Arc<str>, Reasons>,
    /// Seconds.
    pub cooling_off: Most<u64>,
    pub owners: BTreeMap<OwnersScope, Reasons>,
    pub blocks: BTreeMap<String, Reasons>,
    /// Rules that an exemption switched off.
    pub exempted: BTreeMap<ExemptName, BTreeSet<Arc<str>>>,
}

/// A maximum, and who asks for that much.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Most<T> {
    pub value: T,
    pub by: Reasons,
}

/// Whose owners are asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OwnersScope {
    Any,
    Area(BTreeSet<RepoPath>),
    EachFile,
}

impl<T: Copy + Ord + Default> Most<T> {
    fn raise(&mut self, value: T, reason: &(Arc<str>, String)) {
        if value > self.value {
            *self = Self { value, by: Reasons::new() };
        }
        if value == self.value && value > T::default() {
            self.by.insert(reason.clone());
        }
    }
}

impl Demand {
    pub(super) fn add(&mut self, require: &Require, reason: &(Arc<str>, String), area_paths: &BTreeSet<RepoPath>) {
        self.approvals.raise(require.approvals, reason);
        self.min_tier.raise(require.min_tier, reason);
        self.cooling_off.raise(require.cooling_off, reason);
        for slot in &require.slots {
            self.slots.entry(slot.clone()).or_default().insert(reason.clone());
        }
        for step in &require.steps {
            self.steps.entry(step.clone()).or_default().insert(reason.clone());
        }
        let scope = require.owners.map(|per| match per {
            OwnersPer::Any => OwnersScope::Any,
            OwnersPer::EachArea => OwnersScope::Area(area_paths.clone()),
            OwnersPer::EachFile => OwnersScope::EachFile,
        });
        if let Some(scope) = scope {
            self.owners.entry(scope).or_default().insert(reason.clone());
        }
        if let Some(block) = &require.block {
            self.block(block, reason);
        }
    }

    /// Says beside the approvals which rules were switched off, so that an exemption is never silent.
    fn tell_exemptions(&mut self) {
        for ((exempt, why), rules) in &self.exempted {
            let rules: Vec<&str> = rules.iter().map(|rule| &**rule).collect();
            let why = why.as_ref().map_or_else(String::new, |why| format!(" ({why})"));
            self.approvals.by.insert((exempt.clone(), format!("exempt from {}{why}", rules.join(", "))));
        }
    }

    pub(super) fn block(&mut self, why: &str, reason: &(Arc<str>, String)) {
        self.blocks.entry(why.to_owned()).or_default().insert(reason.clone());
    }
}

/// Joins the floor, the owners that are always asked, and every rule that matches and is not exempted.
pub(super) fn join(policy: &Policy, situation: &Situation) -> Demand {
    let mut demand = Demand::default();
    let floor = Require { approvals: policy.floor, ..Require::default() };
    demand.add(&floor, &("floor".into(), "the least that any change needs".to_owned()), &BTreeSet::new());
    if policy.owners.always {
        let everywhere = Require { owners: Some(OwnersPer::EachFile), ..Require::default() };
        demand.add(&everywhere, &("owners".into(), "owners look at their files".to_owned()), &BTreeSet::new());
    }
    let exempts: Vec<&Exempt> = policy.exempts.iter().filter(|exempt| holds(exempt, situation)).collect();
    for rule in &policy.rules {
        let Some(matched) = matches(&rule.when, situation) else { continue };
        let off = exempts.iter().filter(|exempt| exempt.rules.contains(&rule.name));
        let mut exempted = false;
        for exempt in off {
            exempted = true;
            demand.exempted.entry((exempt.name.clone(), exempt.why.clone())).or_default().insert(rule.name.clone());
        }
        if !exempted {
            demand.add(&rule.require, &(rule.name.clone(), told(rule, &matched)), &matched.paths);
        }
    }
    demand.tell_exemptions();
    demand
}

/// Why a rule matched.
#[derive(Default)]
pub(super) struct Matched {
    clauses: Vec<String>,
    pub paths: BTreeSet<RepoPath>,
}

impl Matched {
    pub(super) fn told(&self) -> String {
        self.clauses.join(", ")
    }
}

/// The policy's own words first, then what was found.
fn told(rule: &PolicyRule, matched: &Matched) -> String {
    let found = if matched.clauses.is_empty() { "it holds for every change".to_owned() } else { matched.told() };
    match &rule.why {
        Some(why) => format!("{why}: {found}"),
        None => found,
    }
}

/// None if a condition does not hold.
pub(super) fn matches(when: &When, situation: &Situation) -> Option<Matched> {
    let mut matched = Matched::default();
    let mut ask = |asked: bool, holds: bool, why: &str| {
        if asked && holds {
            matched.clauses.push(why.to_owned());
        }
        !asked || holds
    };
    let risk = ask(when.risk.is_some(), when.risk.is_none_or(|least| situation.level >= least), &situation.level_why);
    let ai = ask(when.ai.is_some(), when.ai.is_none_or(|least| situation.ai >= least), &situation.ai_why);
    let tier = |most: usize| situation.author_tier.is_some_and(|tier| tier <= most);
    let author = ask(when.author_tier.is_some(), when.author_tier.is_none_or(tier), &situation.author_why);
    let area = in_areas(when.area.as_deref(), &[&situation.touched], &mut matched);
    let reached = in_areas(when.reached.as_deref(), &[&situation.touched, &situation.reached], &mut matched);
    (risk && ai && author && area && reached).then_some(matched)
}

fn in_areas(names: Option<&[Arc<str>]>, hits: &[&BTreeMap<Arc<str>, Hit>], matched: &mut Matched) -> bool {
    let Some(names) = names else { return true };
    let names: BTreeSet<&Arc<str>> = names.iter().collect();
    let found: Vec<&Hit> = names.iter().flat_map(|name| hits.iter().filter_map(move |hits| hits.get(*name))).collect();
    for hit in &found {
        matched.clauses.push(hit.why.clone());
        matched.paths.extend(hit.paths.iter().cloned());
    }
    !found.is_empty()
}

fn holds(exempt: &Exempt, situation: &Situation) -> bool {
    let inside = |path: &RepoPath| {
        let globs = exempt.only_paths.as_deref().unwrap_or_default();
        globs.iter().any(|glob| glob.matches(path.as_bytes()))
    };
    exempt.risk.is_none_or(|most| situation.level <= most)
        && exempt.ai.is_none_or(|most| situation.ai <= most)
        && exempt.author_tier.is_none_or(|least| situation.author_tier.is_some_and(|tier| tier >= least))
        && (exempt.only_paths.is_none() || (!situation.paths.is_empty() && situation.paths.iter().all(inside)))
}
