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
    /// Who directed the agent, where one wrote the change, as the forge knows it.
    #[serde(default)]
    pub driver: Option<String>,
    /// People whom an agent's own commits name as having asked for it: they may not approve, and that is all, since the
    /// name is text of the change.
    #[serde(default, deserialize_with = "nullable")]
    pub requested_by: Vec<String>,
    /// Addresses whose commits carry a signature that the forge has verified.
    #[serde(default, deserialize_with = "nullable")]
    pub verified: Vec<String>,
    /// The tree that merging would give, for `stale = "merge-tree"`.
    #[serde(default)]
    pub merge_tree: Option<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub authors: Vec<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub co_authors: Vec<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub committers: Vec<String>,
    #[serde(default, deserialize_with = "nullable")]
    pub pushers: Vec<String>,
    pub files: Vec<FileFacts>,
    /// Zones that the change touches or reaches by more than its paths show; they add to what the paths say.
    #[serde(default, deserialize_with = "nullable")]
    pub zones: Vec<ZoneFacts>,
    /// False if the list of files is known to be cut; such a change cannot be judged by its files.
    #[serde(default)]
    pub complete: Option<bool>,
    /// None, also where it is left out: it could not be judged.
    #[serde(default, deserialize_with = "level")]
    pub risk: Option<Level>,
    #[serde(default, deserialize_with = "involvement")]
    pub ai: Involvement,
}

/// One file, with its old path if it was moved.
#[derive(Clone, Debug, Deserialize)]
pub struct FileFacts {
    #[serde(deserialize_with = "path")]
    pub path: RepoPath,
    #[serde(default, deserialize_with = "old_path")]
    pub old: Option<RepoPath>,
    /// Digest of what the change does to this file, for `stale = "owned-files"`.
    #[serde(default)]
    pub diff_id: Option<String>,
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
    #[serde(default, deserialize_with = "nullable")]
    pub reviews: Vec<Review>,
    #[serde(default, deserialize_with = "nullable")]
    pub checks: Vec<Check>,
    #[serde(default, deserialize_with = "nullable")]
    pub labels: Vec<LabelSet>,
    #[serde(default, deserialize_with = "nullable")]
    pub overrides: Vec<OverrideGiven>,
    /// True if the adapter promises that no list is cut.
    #[serde(default)]
    pub complete: Option<bool>,
    /// Members of the forge's teams (`org/team` to logins), where there is no people file.
    #[serde(default, deserialize_with = "nullable")]
    pub teams: BTreeMap<String, Vec<String>>,
    /// People who were asked already: preferred among equally small sets of reviewers.
    #[serde(default, deserialize_with = "nullable")]
    pub requested: Vec<String>,
    /// People who are away: asked only where nobody else will do.
    #[serde(default, deserialize_with = "nullable")]
    pub away: Vec<String>,
    /// Reviews that people have open (reviews by login or address).
    #[serde(default, deserialize_with = "nullable")]
    pub open_reviews: BTreeMap<String, u32>,
    /// What the forge knows about who proposed the change, which commits cannot say.
    #[serde(default, deserialize_with = "nullable")]
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
    #[serde(deserialize_with = "nullable")]
    pub pushers: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    pub verified: Vec<String>,
    pub merge_tree: Option<String>,
    /// The other changes of the stack that this one belongs to, for `pair`.
    #[serde(deserialize_with = "nullable")]
    pub stack: Vec<Layer>,
}

/// Another change of the same stack: who wrote it, and who approved it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Layer {
    #[serde(deserialize_with = "nullable")]
    pub by: Vec<String>,
    #[serde(deserialize_with = "nullable")]
    pub approved_by: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Review {
    pub by: String,
    /// What the forge says the account is; only people count, and the people file has the last word against, never for.
    #[serde(default)]
    pub kind: Option<String>,
    #[serde(deserialize_with = "state")]
    pub state: ReviewState,
    #[serde(deserialize_with = "time")]
    pub at: i64,
    #[serde(default)]
    pub commit: String,
    #[serde(default)]
    pub diff_id: Option<String>,
    /// The tree that merging would have given when it was approved.
    #[serde(default)]
    pub merge_tree: Option<String>,
    /// Digests of the files as they were approved, by path.
    #[serde(default, deserialize_with = "nullable")]
    pub files: BTreeMap<String, String>,
    /// The branch that was proposed to be merged into when it was approved, where the forge keeps it.
    #[serde(default)]
    pub base_ref: Option<String>,
    /// True if the reviewer says, in the approval, that they did not write any of it.
    #[serde(default)]
    pub disclaims_authorship: bool,
}

/// Strictest last: at the same moment, the stricter state counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReviewState {
    Commented,
    Approved,
    Dismissed,
    ChangesRequested,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Check {
    pub name: String,
    pub app: String,
    pub conclusion: String,
    pub head: String,
    /// When it ended. Where every run of a check says so, the latest decides.
    #[serde(deserialize_with = "time_if_given")]
    pub at: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct LabelSet {
    pub name: String,
    /// Left out: nobody, and then it counts for nothing.
    #[serde(default)]
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
    #[serde(default)]
    pub commit: String,
}

const CHANGE_HINT: &str = "expected richter.change/1, as `richter assess --format change` writes it";
const REVIEW_HINT: &str = "expected richter.review/1: now, and reviews, checks, labels, overrides where there are any";

impl ChangeFacts {
    /// Parses `richter.change/1`.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, DataError> {
        json(file, bytes, "richter.change/1", CHANGE_HINT)
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
        self.verified.extend(proposal.verified.iter().cloned());
        if proposal.merge_tree.is_some() {
            self.merge_tree.clone_from(&proposal.merge_tree);
        }
    }
}

impl ReviewFacts {
    /// Parses `richter.review/1`.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, DataError> {
        json(file, bytes, "richter.review/1", REVIEW_HINT)
    }
}

/// The schema that a document names itself by, if it does.
#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    schema: Option<serde_json::Value>,
}

fn json<T: DeserializeOwned>(file: &str, bytes: &[u8], schema: &str, hint: &str) -> Result<T, DataError> {
    let text = data::utf8(file, bytes)?;
    // an object alone: what else it may be is told below
    let named = if text.trim_start().starts_with('{') { serde_json::from_str(text).ok() } else { None };
    if let Some(found) = named.and_then(|named: Named| named.schema).filter(|found| found != schema) {
        let at = text.find("\"schema\"").unwrap_or(0);
        return Err(DataError::at(file, text, at, format!("the schema is {found}; expected `{schema}`")));
    }
    serde_json::from_str(text).map_err(|error| {
        let told = error.to_string();
        // the place stands before the message already
        let what = data::plain(told.split(" at line ").next().unwrap_or(&told), "an object");
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
    moment_of(&String::deserialize(value)?)
}

fn moment_of<E: Error>(text: &str) -> Result<i64, E> {
    moment::parse(text).ok_or_else(|| E::custom(format!("`{text}` is not a moment (RFC 3339)")))
}

fn time_if_given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<i64>, D::Error> {
    Option::<String>::deserialize(value)?.map(|text| moment_of(&text)).transpose()
}

/// `null` for an empty list is as good as leaving it out.
fn nullable<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<T, D::Error> {
    Option::<T>::deserialize(value).map(Option::unwrap_or_default)
}

/// Forges write these words in capitals or not. A state that nobody knows is an error: it could be a refusal.
fn state<'de, D: Deserializer<'de>>(value: D) -> Result<ReviewState, D::Error> {
    let word = String::deserialize(value)?;
    match word.to_ascii_lowercase().as_str() {
        "approved" => Ok(ReviewState::Approved),
        "changes_requested" => Ok(ReviewState::ChangesRequested),
        "dismissed" => Ok(ReviewState::Dismissed),
        "commented" | "pending" => Ok(ReviewState::Commented),
        _ => Err(D::Error::custom(format!(
            "`{word}` is not a state of a review; expected approved, changes_requested, dismissed, commented"
        ))),
    }
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
