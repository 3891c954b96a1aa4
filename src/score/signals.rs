//! Points of signals: each stable rule's weight, once; more of the same rule adds half, then a quarter, then nothing, so
//! that forty timeouts in one file are not forty reasons.

use super::model::Model;
use super::{Contribution, Part};
use crate::rules::{self, Lifecycle, Signal};
use rustc_hash::FxHashMap;

/// Percent of a rule's weight for its first, second and third signal.
const REPEAT_PERCENT: [i32; 3] = [100, 50, 25];

/// What an observation earns less, and what it earns at least if it earned more: of 139 that were read on ordinary commits
/// of twenty repositories, one in five was true and worth a look, and a fifth of a risk is some twenty points less.
const OBSERVED_LESS: i32 = 20;
const OBSERVED_LEAST: i32 = 8;

/// Contributions of signals, in their order.
pub(super) fn contributions(model: &Model, signals: &[Signal]) -> Vec<Contribution> {
    let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
    signals
        .iter()
        .filter(|signal| signal.lifecycle == Lifecycle::Stable)
        .filter_map(|signal| {
            let before = seen.entry(&signal.rule).or_default();
            let percent = REPEAT_PERCENT.get(*before).copied().unwrap_or(0);
            *before += 1;
            let weight = model.rule_points(&signal.rule)?;
            let weight = if signal.observation { observed(weight) } else { weight };
            let points = weight * percent / 100;
            (points != 0).then(|| contribution(signal, points))
        })
        .collect()
}

/// The weight of a rule whose signal is an observation.
fn observed(weight: i32) -> i32 {
    weight.min((weight - OBSERVED_LESS).max(OBSERVED_LEAST))
}

fn contribution(signal: &Signal, points: i32) -> Contribution {
    let source = match signal.counts {
        rules::Part::Likelihood => Part::Likelihood,
        rules::Part::Impact => Part::Impact,
    };
    let (why, rule) = (signal.message.clone(), Some(signal.rule.clone()));
    Contribution { source, points, why, rule, location: Some(signal.location.clone()) }
}
