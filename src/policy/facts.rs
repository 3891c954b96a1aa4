//! The facts that `decide` and `check` take in, as JSON written by richter itself (`richter.change/1`) and by an
//! adapter of a forge (`richter.review/1`). Keys that are not known are ignored, because keys may be added; values
//! are strict, because a state or level that is not understood must not be taken for a harmless one.

use super::moment;
use super::vocabulary::{INVOLVEMENT, involvement_names};
use crate::data::{self, DataError};
use crate::location::RepoPath;
use crate::provenance::Involvement;
use crate::score::Level;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};
use std::collections::BTreeMap;

/// What is proposed, by whom, and how it was judged.
#[derive(Clone, Debug, Deserialize)]
pub struct ChangeFacts {
    /// The commit that would be merged; none for what is not committed, and then no approval can name it.
    pub head: Option<String>,
    #[serde(default)]
    pub diff_id: Option<String>,
    #[serde(default)]
    pub opened_by: Option<String>,
    /// Who directed the agent, where one wrote the change.
    #[serde(default)]
    pub driver: Option<String>,
    #[serde(default)]
    pub authors: Vec<String>,
    #[serde(default)]
    pub co_authors: Vec<String>,
    #[serde(default)]
    pub committers: Vec<String>,
    #[serde(default)]
    pub pushers: Vec<String>,
    pub files: Vec<FileFacts>,
    /// Zones that the change touches or reaches by more than its paths show; they add to what the paths say.
    #[serde(default)]
    pub zones: Vec<ZoneFacts>,
    /// False if the list of files is known to be cut; such a change cannot be judged by its files.
    #[serde(default)]
    pub complete: Option<bool>,
    /// None: it could not be judged.
    #[serde(deserialize_with = "level")]
    pub risk: Option<Level>,
    #[serde(deserialize_with = "involvement")]
    pub ai: Involvement,
}

/// One file, with its old path if it was moved.
#[derive(Clone, Debug, Deserialize)]
pub struct FileFacts {
    #[serde(deserialize_with = "path")]
    pub path: RepoPath,
    #[serde(default, deserialize_with = "old_path")]
    pub old: Option<RepoPath>,
}

/// A zone that was found by entities or through the dependency graph.
#[derive(Clone, Debug, Deserialize)]
pub struct ZoneFacts {
    pub zone: String,
    pub touched: bool,
}

/// What a forge knows about the review. Times are RFC 3339 in the file, seconds since 1970 here.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct ReviewFacts {
    /// The moment to judge at. A file must say it; none only where there is no file.
    #[serde(deserialize_with = "moment_given")]
    pub now: Option<i64>,
    #[serde(default)]
    pub reviews: Vec<Review>,
    #[serde(default)]
    pub checks: Vec<Check>,
    #[serde(default)]
    pub labels: Vec<LabelSet>,
    #[serde(default)]
    pub overrides: Vec<OverrideGiven>,
    /// True if the adapter promises that no list is cut.
    #[serde(default)]
    pub complete: Option<bool>,
    /// People who were asked already: preferred among equally small sets of reviewers.
    #[serde(default)]
    pub requested: Vec<String>,
    /// People who are away: asked only where nobody else will do.
    #[serde(default)]
    pub away: Vec<String>,
    /// Reviews that people have open (reviews by login or address).
    #[serde(default)]
    pub open_reviews: BTreeMap<String, u32>,
    /// What the forge knows about who proposed the change, which commits cannot say.
    #[serde(default)]
    pub change: Proposal,
}

/// Who opened, directed and pushed the change, as the forge saw it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Proposal {
    /// The branch that it would be merged into, as a full ref.
    pub base_ref: Option<String>,
    pub opened_by: Option<String>,
    pub driver: Option<String>,
    pub pushers: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Review {
    pub by: String,
    pub state: ReviewState,
    #[serde(deserialize_with = "time")]
    pub at: i64,
    pub commit: String,
    #[serde(default)]
    pub diff_id: Option<String>,
    /// The branch that was proposed to be merged into when it was approved, where the forge keeps it.
    #[serde(default)]
    pub base_ref: Option<String>,
    /// True if the reviewer says, in the approval, that they did not write any of it.
    #[serde(default)]
    pub disclaims_authorship: bool,
}

/// Strictest last: at the same moment, the stricter state counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    Commented,
    Approved,
    Dismissed,
    ChangesRequested,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Check {
    pub name: String,
    pub app: String,
    pub conclusion: String,
    pub head: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct LabelSet {
    pub name: String,
    pub by: String,
}

#[derive(Clone, Debug, Deserialize)]
pub struct OverrideGiven {
    pub by: String,
    #[serde(default)]
    pub reason: String,
    #[serde(default)]
    pub ticket: String,
    #[serde(deserialize_with = "time")]
    pub at: i64,
    pub commit: String,
}

const CHANGE_HINT: &str = "expected richter.change/1, as `richter assess --format change` writes it";
const REVIEW_HINT: &str = "expected richter.review/1: now, and reviews, checks, labels, overrides where there are any";

impl ChangeFacts {
    /// Parses `richter.change/1`.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, DataError> {
        json(file, bytes, CHANGE_HINT)
    }

    /// Adds what the forge knows. It can only name more people who had a hand in the change: what the commits say stays.
    pub fn add(&mut self, proposal: &Proposal) {
        if let Some(opener) = &proposal.opened_by {
            // whoever stood here before is an author still
            self.authors.extend(self.opened_by.replace(opener.clone()));
        }
        if let Some(driver) = &proposal.driver {
            self.pushers.extend(self.driver.replace(driver.clone()));
        }
        self.pushers.extend(proposal.pushers.iter().cloned());
    }
}

impl ReviewFacts {
    /// Parses `richter.review/1`.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, DataError> {
        json(file, bytes, REVIEW_HINT)
    }
}

fn json<T: DeserializeOwned>(file: &str, bytes: &[u8], hint: &str) -> Result<T, DataError> {
    let text = data::utf8(file, bytes)?;
    serde_json::from_str(text).map_err(|error| {
        let told = error.to_string();
        // the place stands before the message already
        let what = told.split(" at line ").next().unwrap_or(&told);
        DataError {
            file: file.to_owned(),
            line: error.line().max(1),
            column: error.column().max(1),
            message: format!("{what}; {hint}"),
        }
    })
}

fn moment_given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<i64>, D::Error> {
    time(value).map(Some)
}

fn time<'de, D: Deserializer<'de>>(value: D) -> Result<i64, D::Error> {
    let text = String::deserialize(value)?;
    moment::parse(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is not a moment (RFC 3339)")))
}

fn level<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Level>, D::Error> {
    let Some(word) = Option::<String>::deserialize(value)? else { return Ok(None) };
    let known = Level::ALL.map(Level::as_str).join(", ");
    Level::parse(&word).map(Some).ok_or_else(|| D::Error::custom(format!("`{word}` is not a level; expected {known}")))
}

fn involvement<'de, D: Deserializer<'de>>(value: D) -> Result<Involvement, D::Error> {
    let word = Option::<String>::deserialize(value)?;
    match word.as_deref() {
        None | Some("unknown") => Ok(Involvement::Unknown),
        Some(word) => INVOLVEMENT.into_iter().find(|known| known.as_str() == word).ok_or_else(|| {
            let known = involvement_names().join(", ");
            D::Error::custom(format!("`{word}` is not an AI involvement; expected null, unknown, {known}"))
        }),
    }
}

fn path<'de, D: Deserializer<'de>>(value: D) -> Result<RepoPath, D::Error> {
    Ok(RepoPath::new(String::deserialize(value)?))
}

fn old_path<'de, D: Deserializer<'de>>(value: D) -> Result<Option<RepoPath>, D::Error> {
    Ok(Option::<String>::deserialize(value)?.map(RepoPath::new))
}
