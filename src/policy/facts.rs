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

/// What is proposed, by whom, and how it was judged.
#[derive(Clone, Debug, Deserialize)]
pub struct ChangeFacts {
    pub head: String,
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

/// What a forge knows about the review. Times are RFC 3339 in the file, seconds since 1970 here.
#[derive(Clone, Debug, Deserialize)]
pub struct ReviewFacts {
    #[serde(deserialize_with = "time")]
    pub now: i64,
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

impl ChangeFacts {
    /// Parses `richter.change/1`.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, DataError> {
        json(file, bytes)
    }
}

impl ReviewFacts {
    /// Parses `richter.review/1`.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, DataError> {
        json(file, bytes)
    }
}

fn json<T: DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<T, DataError> {
    let text = data::utf8(file, bytes)?;
    serde_json::from_str(text).map_err(|error| DataError {
        file: file.to_owned(),
        line: error.line().max(1),
        column: error.column().max(1),
        message: error.to_string(),
    })
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
