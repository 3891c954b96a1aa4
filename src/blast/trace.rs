//! From facts to the blast radius.

use super::BlastRadius;
use crate::config::Config;
use crate::facts::Facts;
use crate::input::{ChangeSet, Snapshot};
use crate::syntax::Outlines;
use crate::zones::Zones;

/// What tracing looks at.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    pub change: &'a ChangeSet,
    pub base: &'a Snapshot,
    pub head: &'a Snapshot,
    pub outlines: &'a Outlines,
    pub zones: &'a Zones,
    pub config: &'a Config,
    /// False for `--no-graph`: only what is touched is reported, and a gap says so.
    pub graph: bool,
}

/// Who depends on what changed.
pub fn trace(world: &World, facts: &Facts) -> BlastRadius {
    let _ = (world, facts);
    BlastRadius::default()
}
