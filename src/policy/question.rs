//! What the stages before found out, as far as the policy asks about it. Borrowed, so that asking costs nothing.

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
    /// People whose review the forge has asked for already: logins.
    pub asked: &'a [String],
    /// `--author`, as given.
    pub author: Option<&'a str>,
}
