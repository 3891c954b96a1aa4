//! Adds up: inert changes score nothing; everything else is the sum of its contributions, clamped to 0..=100. A part of
//! the change that was not seen puts a floor under the level, never under the score.

use super::combine::{self, Alone};
use super::{Assessment, Contribution, Level, Model, Part, impact, likelihood, lower, signals};
use crate::blast::BlastRadius;
use crate::config::{Config, Thresholds};
use crate::facts::Facts;
use crate::gap::{Gap, GapScope};
use crate::history::History;
use crate::provenance::Provenance;
use crate::roles::Roles;
use crate::rules::Signal;
use crate::text::Untrusted;
use crate::zones::Zones;

/// Everything that is weighed.
#[derive(Clone, Copy, Debug)]
pub struct Weighing<'a> {
    pub model: &'a Model,
    pub facts: &'a Facts,
    pub blast: &'a BlastRadius,
    pub history: &'a History,
    pub provenance: &'a Provenance,
    pub signals: &'a [Signal],
    pub zones: &'a Zones,
    pub config: &'a Config,
    /// Gaps of all stages.
    pub gaps: &'a [Gap],
}

/// The score, the level and the reasons.
pub fn weigh(weighing: &Weighing) -> Assessment {
    let Weighing { model, history, config, .. } = *weighing;
    let alone = if weighing.facts.inert() { Alone::default() } else { alone(weighing) };
    let contributions = alone.together();
    let score = combine::score(&contributions);
    let scored = level(score, config.thresholds);
    let floor = floor(weighing);
    let usual = |contribution: &&Contribution| contribution.rule.as_deref() == Some(likelihood::USUAL);
    let shift = contributions.iter().find(usual).map_or(0, |contribution| contribution.points);
    let likely = points(&contributions, Part::Likelihood) - shift;
    let probability = history.known.then(|| likelihood::probability_milli(model, likely));
    Assessment {
        score,
        level: floor.map_or(scored, |floor| floor.max(scored)),
        level_from_floor: floor.is_some_and(|floor| floor > scored),
        complete: floor.is_none(),
        probability_milli: probability,
        percentile: likelihood::percentile(model, history),
        peers: history.peers.len() as u32,
        lower: lower::advice(model, &alone, &contributions, weighing.signals, config.thresholds),
        contributions,
    }
}

impl Assessment {
    /// Points of one part.
    pub fn points(&self, part: Part) -> i32 {
        points(&self.contributions, part)
    }
}

fn points(contributions: &[Contribution], part: Part) -> i32 {
    contributions
        .iter()
        .filter(|contribution| contribution.source == part)
        .map(|contribution| contribution.points)
        .sum()
}

fn alone(weighing: &Weighing) -> Alone {
    Alone {
        ordinary: likelihood::contributions(weighing.model, weighing.history),
        ways: signals::contributions(weighing.model, weighing.signals),
        place: impact::contributions(&weighing.model.impact, weighing.blast, weighing.zones),
        observed: provenance(weighing),
    }
}

/// Only observed evidence adds anything; a declaration costs the same as silence, so hiding never pays.
fn provenance(weighing: &Weighing) -> Option<Contribution> {
    let weights = &weighing.model.provenance;
    let seen = weighing.provenance.observed()?.observation();
    let undoable = weighing
        .signals
        .iter()
        .find(|signal| weights.irreversible.iter().any(|prefix| signal.rule.starts_with(prefix.as_str())));
    let (points, why) = match undoable {
        Some(signal) => (weights.observed_irreversible, format!("{seen}, and this cannot be undone: {}", signal.title)),
        None => (weights.observed, seen.to_owned()),
    };
    let location = undoable.map(|signal| signal.location.clone());
    let (why, rule) = (Untrusted::new(why), Some("provenance/observed".into()));
    (points != 0).then_some(Contribution { source: Part::Provenance, points, why, rule, location })
}

/// The level of a score.
pub(super) fn level(score: u8, thresholds: Thresholds) -> Level {
    match score {
        score if score >= thresholds.critical => Level::Critical,
        score if score >= thresholds.high => Level::High,
        score if score >= thresholds.medium => Level::Medium,
        _ => Level::Low,
    }
}

/// Medium where part of the change was not seen, high where that part is in a zone; none if all was seen.
fn floor(weighing: &Weighing) -> Option<Level> {
    let unseen = weighing.gaps.iter().filter(|gap| gap.scope == GapScope::Change);
    let in_zone = |gap: &Gap| {
        let of = |path| !weighing.zones.of_path(path, Roles::default()).is_empty();
        gap.path.as_ref().is_some_and(of)
    };
    unseen.map(|gap| if in_zone(gap) { Level::High } else { Level::Medium }).max()
}

#[cfg(test)]
mod tests;
