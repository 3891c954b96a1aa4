//! Rules read facts, blast radius and history and say *that* something happened, with evidence and place: a `Signal`.
//! A rule is one TOML file with its documentation, its condition and its examples, which are its tests. Rules judge the
//! change and never see who or what wrote it; how much a signal counts is `score`'s business alone.

mod asked;
mod callers;
mod contract;
mod counterparts;
mod elsewhere;
mod examples;
mod fire;
mod gate;
mod heading;
mod hits;
mod matching;
mod message;
mod pack;
mod pattern;
mod readers;
mod rule;
mod scene;
mod statements;
mod when;

pub use examples::{ExampleOutcome, run_examples};
pub use fire::{Accepted, Evidence, Fired, fire};
pub use pack::{AREAS, RulePack};
pub use rule::{Example, ExampleFile, ExampleKind, Lifecycle, Part, Rule, Severity, Standing};

use crate::location::Location;
use crate::text::Untrusted;
use std::sync::Arc;

/// How sure a rule is that what it says happened did happen.
pub use crate::provenance::Confidence;

/// A rule fired here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    pub rule: Arc<str>,
    pub title: Arc<str>,
    pub severity: Severity,
    pub confidence: Confidence,
    /// The part of the score that its points belong to.
    pub counts: Part,
    pub lifecycle: Lifecycle,
    /// It asks for nobody's eye by itself, and is told among the reasons of the score.
    pub observation: bool,
    /// One clause for a reader who sees nothing else: the rule's `message` with names and values of this change filled in.
    pub message: Untrusted,
    pub why: Arc<str>,
    pub remedy: Arc<str>,
    pub location: Location,
    /// Values, counts and names that made it fire.
    pub evidence: Vec<Untrusted>,
}
