//! What would lower the score: for the largest reasons that somebody can act on, the act and what the score would be
//! without that reason.

use super::model::Model;
use super::{Contribution, Level};
use crate::config::Thresholds;
use crate::rules::Signal;
use crate::text::Untrusted;

/// At most so many pieces of advice.
const ADVICE_MAX: usize = 3;
/// Reasons of fewer points are not worth advice.
const POINTS_MIN: i32 = 4;

/// Best first: `contributions` come largest first.
pub(super) fn advice(
    model: &Model,
    contributions: &[Contribution],
    signals: &[Signal],
    score: u8,
    thresholds: Thresholds,
) -> Vec<Untrusted> {
    let mut seen = Vec::new();
    for contribution in contributions.iter().filter(|contribution| contribution.points >= POINTS_MIN) {
        let Some(act) = act(model, contribution, signals) else { continue };
        let without = i32::from(score).saturating_sub(contribution.points).clamp(0, 100) as u8;
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
        return (!feature.lower.is_empty()).then(|| feature.lower.clone());
    }
    let signal = signals.iter().find(|signal| &*signal.rule == rule)?;
    (!signal.remedy.is_empty()).then(|| signal.remedy.to_string())
}
