//! The shape of `richter.weekly/1`: what a week on a branch brought, for a team's review of its availability. JSON is this
//! shape; the text and the page are drawn from it. Words of closed lists, numbers and ids are plain; everything that was
//! written by somebody in the repository is `untrusted` text. Within `/1` keys are only added.

use crate::render::Text;
use schemars::JsonSchema;
use serde::Serialize;

pub(super) const WEEKLY: &str = "richter.weekly/1";

/// The review of a period on a branch.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "richter.weekly/1")]
pub struct Weekly {
    #[schemars(extend("const" = WEEKLY))]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) branch: Text,
    pub(super) tip: String,
    /// Digest and place of the policy that every change was judged by: the tip's, or the one that was given.
    pub(super) policy: PolicyUsed,
    /// Length of a period in seconds. The last one ends at the tip's committer time.
    pub(super) seconds: u64,
    /// Oldest first; the last one is the period under review.
    pub(super) trend: Vec<Period>,
    /// Changes of the period, the riskiest first (at most 20).
    pub(super) riskiest: Vec<Change>,
    pub(super) involvement: Vec<Share>,
    pub(super) zones: Vec<ZoneHits>,
    /// Reverts and fixes of the period, and what they repair, as far as git shows it.
    pub(super) repairs: Vec<Repair>,
    /// Most changes first (at most 30).
    pub(super) authors: Vec<Author>,
    pub(super) asked: Vec<Asked>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) incident: Option<Incident>,
    pub(super) notes: Vec<Text>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PolicyUsed {
    pub digest: String,
    pub source: Text,
}

/// Counts of changes by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(super) struct Levels {
    pub low: u32,
    pub medium: u32,
    pub high: u32,
    pub critical: u32,
}

/// One period: changes are commits without merges.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Period {
    /// After this moment (RFC 3339), up to and including `to`.
    pub from: String,
    pub to: String,
    pub changes: u32,
    pub authors: u32,
    pub lines_added: u64,
    pub lines_deleted: u64,
    pub levels: Levels,
    /// Null where nothing changed.
    pub score_median: Option<u8>,
    pub score_p90: Option<u8>,
    pub reverts: u32,
    pub fixes: u32,
}

/// A commit by its id and what is shown of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Change {
    pub commit: String,
    /// Committer time, RFC 3339.
    pub time: String,
    pub subject: Text,
    pub author: Text,
    pub score: u8,
    pub level: &'static str,
    pub percentile: Option<u8>,
    pub involvement: &'static str,
    pub lines_added: u64,
    pub lines_deleted: u64,
    /// The largest reasons, each with its points.
    pub reasons: Vec<Reason>,
    pub signals: Vec<String>,
    /// What git shows of a second person: `named` (a review trailer), `merged-by-another` (somebody else committed it or
    /// merged it), `none-seen`. Approvals on a forge are not in git.
    pub review: &'static str,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(super) struct Reason {
    pub points: i32,
    pub why: Text,
}

/// Changes of the period by what is known of an agent's part in them.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Share {
    pub involvement: &'static str,
    pub changes: u32,
    pub lines_added: u64,
    pub score_median: Option<u8>,
    pub high_or_above: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ZoneHits {
    pub zone: String,
    pub title: String,
    /// Changes with a file in the zone, and changes that get there through dependents only.
    pub touched: u32,
    pub reached: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Repair {
    pub commit: String,
    pub subject: Text,
    /// `revert` or `fix`.
    pub kind: &'static str,
    /// The change that it repairs. Null where nothing says so within the periods.
    pub of: Option<Repaired>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Repaired {
    pub commit: String,
    pub subject: Text,
    /// `named` in the message, or `same-file`: the latest change before it to a file that it touches.
    pub how: &'static str,
    pub days: u32,
    /// What richter says of it; null where it is older than the periods.
    pub score: Option<u8>,
    pub level: Option<&'static str>,
}

/// How much one person brought, against the review that git shows.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Author {
    pub author: Text,
    pub changes: u32,
    pub lines_added: u64,
    pub lines_deleted: u64,
    pub score_median: Option<u8>,
    pub high_or_above: u32,
    pub review_named: u32,
    pub review_merged_by_another: u32,
    pub review_none_seen: u32,
}

/// What one rule of the policy asked for in the period.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Asked {
    pub rule: Text,
    /// In words: `2 approvals`, `1 senior`, `an owner`.
    pub asks: String,
    pub changes: u32,
    /// Of these, changes where git shows no second person.
    pub none_seen: u32,
}

/// What richter would have said of the change that caused an incident.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Incident {
    pub change: Change,
    /// What the policy asks for it.
    pub asked: Vec<Text>,
    /// 1 is the riskiest of the changes of its time; those with the same score share a rank.
    pub rank: u32,
    /// Changes that it is ranked among, itself included: the ancestors before it.
    pub among: u32,
    /// Earlier changes with a signal in common, most in common first (at most 20).
    pub alike: Vec<Alike>,
    /// Later commits of the branch that say they repair it.
    pub repaired_by: Vec<Repair>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Alike {
    pub change: Change,
    pub shared: Vec<String>,
}
