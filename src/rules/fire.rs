//! Every rule on every fact.

use super::{RulePack, Signal};
use crate::blast::BlastRadius;
use crate::config::Config;
use crate::facts::Facts;
use crate::history::History;
use crate::input::ChangeSet;
use crate::zones::Zones;
use std::sync::Arc;

/// A signal that the team accepts as a false alarm, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    pub signal: Signal,
    pub reason: Arc<str>,
}

/// What `fire` hands on. Signals are sorted: severity, then path, line and rule.
#[derive(Clone, Debug, Default)]
pub struct Fired {
    pub signals: Vec<Signal>,
    pub accepted: Vec<Accepted>,
}

/// What rules may look at.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    pub change: &'a ChangeSet,
    pub facts: &'a Facts,
    pub blast: &'a BlastRadius,
    pub history: &'a History,
    pub zones: &'a Zones,
    pub config: &'a Config,
}

/// Runs every rule over the evidence.
pub fn fire(pack: &RulePack, evidence: &Evidence) -> Fired {
    let _ = (pack, evidence);
    Fired::default()
}
