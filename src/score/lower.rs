//! What would lower the score: for the largest reasons that somebody can act on, the act and what the score would be
//! without that reason.

use super::combine::{self, Alone};
use super::model::Model;
use super::{Contribution, Level};
use crate::config::Thresholds;
use crate::rules::Signal;
use crate::text::Untrusted;

/// At most so many pieces of advice.
const ADVICE_MAX: usize = 3;
/// Reasons of fewer points are not worth advice, and nobody splits a change of thirty lines.
const POINTS_MIN: i32 = 4;
const MODEL_POINTS_MIN: i32 = 8;

/// Best first: `contributions` come largest first; `alone` is what they were combined from.
pub(super) fn advice(
    model: &Model,
    alone: &Alone,
    contributions: &[Contribution],
    signals: &[Signal],
    thresholds: Thresholds,
) -> Vec<Untrusted> {
    let mut seen = Vec::new();
    for contribution in contributions.iter().filter(|contribution| contribution.points >= POINTS_MIN) {
        let (Some(act), Some(rule)) = (act(model, contribution, signals), &contribution.rule) else { continue };
        let without = combine::score(&alone.without(rule).together());
        let level = super::weigh::level(without, thresholds);
        let line = format!("{act} (without it: {without}, {})", Level::as_str(level));
        if !seen.iter().any(|(known, _): &(String, String)| *known == act) {
            seen.push((act, line));
        }
        if seen.len() == ADVICE_MAX {
            break;
        }
    }
    seen.into_iter().map(|(_, line)| Untrusted::new(line)).collect()
}

fn act(model: &Model, contribution: &Contribution, signals: &[Signal]) -> Option<String> {
    let rule = contribution.rule.as_deref()?;
    if let Some(name) = rule.strip_prefix("model/") {
        let name = name.replace('-', "_");
        let feature = model.features.iter().find(|feature| feature.name == name)?;
        let worth = contribution.points >= MODEL_POINTS_MIN && !feature.lower.is_empty();
        return worth.then(|| feature.lower.clone());
    }
    let signal = signals.iter().find(|signal| &*signal.rule == rule)?;
    (!signal.remedy.is_empty()).then(|| signal.remedy.to_string())
}
