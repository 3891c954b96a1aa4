//! A rule as it is written.

use crate::data::DataError;
use std::sync::Arc;

/// How bad it is if what the rule says is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// The part of the score that a rule's points belong to; a fact pays once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    Likelihood,
    Impact,
}

/// A rule in the nursery is reported and earns no points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lifecycle {
    Nursery,
    Stable,
}

/// One rule file.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Equals the path below `rules/` without the extension: `config/timeout-cut`.
    pub id: Arc<str>,
    pub title: Arc<str>,
    pub severity: Severity,
    pub lifecycle: Lifecycle,
    pub counts: Part,
    pub why: Arc<str>,
    pub remedy: Arc<str>,
    pub references: Vec<Arc<str>>,
    /// Where it was read: `rules/config/timeout-cut.toml` or `.richter/rules/...`.
    pub file: Arc<str>,
}

impl Rule {
    /// Parses one rule file; `id` is what its path makes of it.
    pub fn parse(file: &str, id: &str, text: &str) -> Result<Self, DataError> {
        let _ = (id, text);
        Err(DataError::whole(file, "not written yet"))
    }
}
