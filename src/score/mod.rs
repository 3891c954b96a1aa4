//! What it all amounts to: contributions in whole points that add up to the score, the level, and what would lower it.
//! Ten points double the risk. Likelihood, impact and provenance are kept apart, and a fact pays once. Every weight is
//! data (`rules/weights.toml`, `rules/model.toml`); this stage only looks them up, adds and explains.

mod combine;
mod impact;
mod likelihood;
mod lower;
mod model;
mod signals;
mod weigh;

pub use likelihood::START;
pub use model::{Direction, Feature, Model, WeightSource, feature_names};
pub use weigh::{Weighing, weigh};

use crate::location::Location;
use crate::text::Untrusted;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Low,
    Medium,
    High,
    Critical,
}

impl Level {
    pub const ALL: [Level; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// The part of the score that points belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Likelihood,
    Impact,
    Provenance,
}

impl Part {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Likelihood => "likelihood",
            Self::Impact => "impact",
            Self::Provenance => "provenance",
        }
    }
}

/// Points for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    pub source: Part,
    pub points: i32,
    pub why: Untrusted,
    /// The rule, for a signal's points; the feature's name for the model's.
    pub rule: Option<Arc<str>>,
    pub location: Option<Location>,
}

/// What `weigh` hands on.
#[derive(Clone, Debug)]
pub struct Assessment {
    /// Sum of all contributions, clamped to 0..=100.
    pub score: u8,
    pub level: Level,
    /// True if a gap in the change set the level rather than the score.
    pub level_from_floor: bool,
    /// False if part of the change itself was not seen.
    pub complete: bool,
    /// Chance in thousandths that a later fix blames this change, at the model's base rate; none without history.
    pub probability_milli: Option<u32>,
    /// Share of the ranked ancestors that score lower, in percent; none if there are too few.
    pub percentile: Option<u8>,
    /// How many ancestors it was ranked against.
    pub peers: u32,
    /// Largest first.
    pub contributions: Vec<Contribution>,
    /// What would lower it, in words, best first.
    pub lower: Vec<Untrusted>,
}
