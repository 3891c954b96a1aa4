//! From commits to provenance.

use super::{Agents, Provenance};
use crate::input::{ChangeSet, Repository};

/// Facts about the pull request, from a file (`--pr-facts`); unknown keys are ignored.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct PrFacts {
    pub author_login: String,
    pub author_type: Option<String>,
    pub head_ref: String,
    pub base_ref: String,
    pub title: String,
    pub body: String,
    pub labels: Vec<String>,
    pub reviewers: Vec<String>,
}

/// Who or what wrote the change, as far as anything says. `repository` only answers which refs are here.
pub fn attribute(
    change: &ChangeSet,
    agents: &Agents,
    repository: Option<&Repository>,
    pr: Option<&PrFacts>,
) -> Provenance {
    let _ = (change, agents, repository, pr);
    Provenance::default()
}
