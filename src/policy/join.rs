//! The join: every rule that matches adds what it asks for, and the result is the least that meets them all: the
//! largest count, tier and wait, and the union of slots, steps, owners and blocks. A join knows no order, so that of
//! the rules never matters; and since conditions only look up the scales, more danger never asks for less.

use super::rule::{Exempt, OwnersPer, PolicyRule, Require, Slot, When};
use super::situation::{Hit, Situation};
use super::{Policy, governance};
use crate::location::RepoPath;
use std::borrow::Cow;
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
    /// Who asks that two of those who approve did not approve each other's layers.
    pub pair: Reasons,
    /// Who is told.
    pub notify: BTreeMap<Arc<str>, Reasons>,
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
        if require.pair {
            self.approvals.raise(2, reason);
            self.pair.insert(reason.clone());
        }
        for who in &require.notify {
            self.notify.entry(who.clone()).or_default().insert(reason.clone());
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

/// What a demand does not ask for, in words, though another one does; empty if whoever meets this meets that.
pub(super) fn lacks(demand: &Demand, least: &Demand, tiers: &[Arc<str>]) -> Vec<String> {
    let mut missing = Vec::new();
    let mut ask = |met: bool, what: String| {
        if !met {
            missing.push(what);
        }
    };
    // an approval that a slot asks for is an approval
    let approvals = demand.slots.keys().map(|slot| slot.count).chain([demand.approvals.value]).max().unwrap_or(0);
    let wanted = least.approvals.value;
    ask(approvals >= wanted, if wanted == 1 { "1 approval".to_owned() } else { format!("{wanted} approvals") });
    let tier = least.min_tier.value;
    ask(demand.min_tier.value >= tier, format!("every approval of {} or above", tiers[tier]));
    ask(demand.cooling_off.value >= least.cooling_off.value, format!("a wait of {} min", least.cooling_off.value / 60));
    for slot in least.slots.keys() {
        ask(covers(demand, slot), format!("{} approval{}", slot.count, super::unmet::told(slot, tiers)));
    }
    ask(least.pair.is_empty() || !demand.pair.is_empty(), "two who did not approve each other's layers".to_owned());
    for who in least.notify.keys() {
        ask(demand.notify.contains_key(who), format!("word to {who}"));
    }
    for step in least.steps.keys() {
        ask(demand.steps.contains_key(step), format!("step {step}"));
    }
    for scope in least.owners.keys() {
        ask(demand.owners.keys().any(|has| has.covers(scope)), format!("owners of {}", scope.told()));
    }
    for block in least.blocks.keys() {
        ask(demand.blocks.contains_key(block), format!("the block: {block}"));
    }
    missing
}

/// True if somebody of a slot is asked for anyway: by a slot at least as strict, or since every approval is of that tier.
fn covers(demand: &Demand, wanted: &Slot) -> bool {
    let slot = |has: &Slot| {
        has.count >= wanted.count
            && has.min_tier >= wanted.min_tier
            && (wanted.team.is_none() || has.team == wanted.team)
            && (wanted.area.is_none() || has.area == wanted.area)
            && (has.distinct || !wanted.distinct)
    };
    let all = demand.approvals.value >= wanted.count && demand.min_tier.value >= wanted.min_tier;
    demand.slots.keys().any(slot) || all && wanted.team.is_none() && wanted.area.is_none() && !wanted.distinct
}

impl OwnersScope {
    /// True if who asks the owners of this asks those of the other too.
    pub(super) fn covers(&self, least: &Self) -> bool {
        match (self, least) {
            (Self::EachFile, _) | (_, Self::Any) => true,
            (Self::Area(has), Self::Area(wanted)) => wanted.is_subset(has),
            (_, _) => false,
        }
    }

    pub(super) fn told(&self) -> String {
        match self {
            Self::Any => "any touched file".to_owned(),
            Self::EachFile => "each touched file".to_owned(),
            Self::Area(paths) => {
                let names: Vec<String> = paths.iter().map(RepoPath::to_text).collect();
                format!("each area ({})", names.join(", "))
            }
        }
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
            let require = in_play(&rule.require, situation);
            demand.add(&require, &(rule.name.clone(), told(rule, &matched)), &matched.paths);
        }
    }
    if let Some(hit) = situation.touched.get(governance::AREA).filter(|_| !governance::is_ruled(policy)) {
        let why = format!("it changes what later changes are judged by: {}", hit.why);
        demand.add(&governance::builtin(), &(governance::AREA.into(), why), &hit.paths);
    }
    demand.tell_exemptions();
    demand
}

/// What of a requirement is asked here: a slot for owners of an area only where the area is touched or reached.
pub(super) fn in_play<'a>(require: &'a Require, situation: &Situation) -> Cow<'a, Require> {
    let played = |slot: &Slot| {
        slot.area
            .as_ref()
            .is_none_or(|area| situation.touched.contains_key(area) || situation.reached.contains_key(area))
    };
    if require.slots.iter().all(played) {
        return Cow::Borrowed(require);
    }
    let mut asked = require.clone();
    asked.slots.retain(played);
    Cow::Owned(asked)
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
    exempt.risk.is_none_or(|most| situation.level <= most)
        && exempt.ai.is_none_or(|most| situation.ai <= most)
        && exempt.author_tier.is_none_or(|least| situation.author_tier.is_some_and(|tier| tier >= least))
        && (exempt.only_paths.is_none() || situation.inside.contains(&exempt.name))
}
