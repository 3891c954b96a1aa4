//! The join of all policy rules that match.

use super::{Owners, People, Policy, ReviewPlan};
use crate::blast::BlastRadius;
use crate::history::History;
use crate::input::ChangeSet;
use crate::provenance::Provenance;
use crate::score::Assessment;
use crate::zones::Zones;

/// What the policy decides about.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub change: &'a ChangeSet,
    pub assessment: &'a Assessment,
    pub provenance: &'a Provenance,
    pub blast: &'a BlastRadius,
    pub history: &'a History,
    pub zones: &'a Zones,
    /// `--author`, as given.
    pub author: Option<&'a str>,
}

/// Who must look at the change.
pub fn require(policy: &Policy, owners: &Owners, people: Option<&People>, question: &Question) -> ReviewPlan {
    let _ = (policy, owners, people, question);
    ReviewPlan::default()
}
