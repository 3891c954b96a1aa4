//! Points of signals: each stable rule's weight, once; more of the same rule adds half, then a quarter, then nothing, so
//! that forty timeouts in one file are not forty reasons.

use super::model::Model;
use super::{Contribution, Part};
use crate::rules::{self, Lifecycle, Signal};
use rustc_hash::FxHashMap;

/// Percent of a rule's weight for its first, second and third signal.
const REPEAT_PERCENT: [i32; 3] = [100, 50, 25];

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
            let points = model.rule_points(&signal.rule)? * percent / 100;
            (points != 0).then(|| contribution(signal, points))
        })
        .collect()
}

fn contribution(signal: &Signal, points: i32) -> Contribution {
    let source = match signal.counts {
        rules::Part::Likelihood => Part::Likelihood,
        rules::Part::Impact => Part::Impact,
    };
    let (why, rule) = (signal.message.clone(), Some(signal.rule.clone()));
    Contribution { source, points, why, rule, location: Some(signal.location.clone()) }
}
