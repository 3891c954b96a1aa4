//! A policy's own tests: facts, and the least that they must lead to. They stand in the policy file, beside the rules
//! they hold to account; more than the expected is fine, less is a failure.

use super::Policy;
use super::join::{OwnersScope, join};
use super::load::PolicyTest;
use super::rule::{OwnersPer, Slot};
use super::situation::{Situation, touch};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Policy {
    /// Runs the policy's own tests: the name of each, and what it expected and did not get (nothing if it holds).
    pub fn run_tests(&self) -> Vec<(String, Vec<String>)> {
        self.tests.iter().map(|test| (test.name.clone(), failures(self, test))).collect()
    }
}

/// What a `[[test]]` of the policy expected and did not get.
fn failures(policy: &Policy, test: &PolicyTest) -> Vec<String> {
    let hits = |names: &[Arc<str>]| names.iter().map(|name| (name.clone(), touch(name, BTreeSet::new()))).collect();
    let situation = Situation {
        level: test.risk,
        level_why: format!("level is {}", test.risk.as_str()),
        ai: test.ai,
        ai_why: format!("AI involvement is {}", test.ai.as_str()),
        author_tier: test.author_tier,
        author_why: String::new(),
        touched: hits(&test.area),
        reached: hits(&test.reached),
        paths: BTreeSet::new(),
    };
    let demand = join(policy, &situation);
    let expect = &test.expect;
    let mut missing = Vec::new();
    let mut ask = |met: bool, what: String| {
        if !met {
            missing.push(what);
        }
    };
    ask(demand.approvals.value >= expect.approvals, format!("approvals = {}", expect.approvals));
    ask(demand.min_tier.value >= expect.min_tier, "min_tier".to_owned());
    ask(demand.cooling_off.value >= expect.cooling_off, "cooling_off".to_owned());
    for slot in &expect.slots {
        let covers = |has: &Slot| has.count >= slot.count && has.min_tier >= slot.min_tier && team_covers(has, slot);
        ask(demand.slots.keys().any(covers), format!("a slot of {}", policy.tiers[slot.min_tier]));
    }
    for step in &expect.steps {
        ask(demand.steps.contains_key(step), format!("step {step}"));
    }
    ask(expect.owners.is_none_or(|per| demand.owners.keys().any(|scope| scope.covers(per))), "owners".to_owned());
    ask(expect.block.is_none() || !demand.blocks.is_empty(), "block".to_owned());
    missing
}

fn team_covers(has: &Slot, wanted: &Slot) -> bool {
    wanted.team.is_none() || has.team == wanted.team
}

impl OwnersScope {
    fn covers(&self, per: OwnersPer) -> bool {
        match self {
            Self::EachFile => true,
            Self::Area(_) => per <= OwnersPer::EachArea,
            Self::Any => per == OwnersPer::Any,
        }
    }
}
