//! A policy's own tests: facts, and the least that they must lead to. They stand in the policy file, beside the rules
//! they hold to account; more than the expected is fine, less is a failure.

use super::Policy;
use super::join::{Demand, OwnersScope, join, lacks};
use super::load::PolicyTest;
use super::rule::{OwnersPer, Require};
use super::situation::{Situation, touch};
use crate::location::RepoPath;
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
    let hit = |name: &Arc<str>| (name.clone(), touch(name, BTreeSet::from([RepoPath::from(&**name)])));
    let situation = Situation {
        level: test.risk,
        level_why: format!("level is {}", test.risk.as_str()),
        ai: test.ai,
        ai_why: format!("AI involvement is {}", test.ai.as_str()),
        author_tier: test.author_tier,
        author_why: String::new(),
        touched: test.area.iter().map(hit).collect(),
        reached: test.reached.iter().map(hit).collect(),
        paths: BTreeSet::new(),
        inside: BTreeSet::new(),
    };
    shortfall(policy, &join(policy, &situation), &test.expect)
}

/// What a requirement as a rule writes it asks for, and a demand does not.
pub(super) fn shortfall(policy: &Policy, demand: &Demand, expect: &Require) -> Vec<String> {
    let mut least = Demand::default();
    let scopes_apart = Require { owners: None, block: None, ..expect.clone() };
    least.add(&scopes_apart, &("expected".into(), String::new()), &BTreeSet::new());
    let mut missing = lacks(demand, &least, &policy.tiers);
    let per = |scope: &OwnersScope| match scope {
        OwnersScope::Any => OwnersPer::Any,
        OwnersScope::Area(_) => OwnersPer::EachArea,
        OwnersScope::EachFile => OwnersPer::EachFile,
    };
    if let Some(wanted) = expect.owners.filter(|wanted| !demand.owners.keys().any(|scope| per(scope) >= *wanted)) {
        missing.push(format!("owners = \"{}\"", wanted.as_str()));
    }
    if expect.block.is_some() && demand.blocks.is_empty() {
        missing.push("block".to_owned());
    }
    missing
}
