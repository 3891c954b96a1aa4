//! Everything that was found out about one change, in one plain value. Renderers read it and nothing else.

use crate::blast::BlastRadius;
use crate::facts::Facts;
use crate::gap::Gap;
use crate::history::History;
use crate::input::ChangeSet;
use crate::policy::ReviewPlan;
use crate::provenance::Provenance;
use crate::rules::{Accepted, Signal};
use crate::score::Assessment;
use crate::zones::Zones;
use std::sync::Arc;

/// The whole answer.
#[derive(Clone, Debug)]
pub struct Report {
    /// Echo of a batch request's id, any JSON value.
    pub id: Option<serde_json::Value>,
    /// BLAKE3 of the rules and of the model with its weights, 64 hexadecimal digits.
    pub rules_digest: String,
    pub model_digest: String,
    pub change: ChangeSet,
    pub facts: Facts,
    pub blast: BlastRadius,
    pub history: History,
    pub provenance: Provenance,
    /// What asks for a reader's eye.
    pub signals: Vec<Signal>,
    /// What rules saw that is too common, or too often nothing, to ask for it: reasons of the score.
    pub observations: Vec<Signal>,
    pub accepted: Vec<Accepted>,
    pub assessment: Assessment,
    pub review: ReviewPlan,
    pub zones: Arc<Zones>,
    /// Gaps of all stages, sorted, each once.
    pub gaps: Vec<Gap>,
}
