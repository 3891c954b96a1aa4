//! The outcome of a review check: where it stands, which approvals counted, which did not and why, what is missing, and
//! the fewest people who could complete it. `verdict_json.rs` writes it down.

use super::Requirement;
use super::facts::OverrideGiven;
use crate::location::RepoPath;
use crate::provenance::Involvement;
use crate::score::Level;
use crate::text::Untrusted;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where the review stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Satisfied,
    Pending,
    /// Approvals alone cannot complete it.
    Blocked,
    /// Not met, and let through by those who may.
    Overridden,
    /// Policy, people or owners could not be loaded: nothing is approved.
    Error,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Pending => "pending",
            Self::Blocked => "blocked",
            Self::Overridden => "overridden",
            Self::Error => "error",
        }
    }
}

/// One thing that is not met.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// `veto`, `author`, `approvals`, `tier`, `slot`, `pair`, `owner`, `step`, `cooling-off`, `block`, `moment`, `facts`.
    pub kind: &'static str,
    pub need: Untrusted,
    /// The rules that ask for it, with commas; empty for what no rule can waive.
    pub rule: Arc<str>,
    pub why: Untrusted,
}

/// An approval that did not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ignored {
    pub by: Untrusted,
    pub reason: Untrusted,
}

/// People who could complete the review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Ids, the first to ask first; none if nobody in the people file could.
    pub people: Option<Vec<Arc<str>>>,
    /// Why them, in the same order; or what nobody can meet.
    pub why: Vec<String>,
    /// Other sets of the same size that would do.
    pub alternatives: u64,
    /// True if no fewer would do; false if the search was cut.
    pub optimal: bool,
}

/// Who overrode, on which grounds, and when the review must be made up for (seconds since 1970).
#[derive(Clone, Debug)]
pub struct Overridden {
    pub by: Vec<Arc<str>>,
    pub given: Vec<OverrideGiven>,
    pub review_due: Option<i64>,
}

/// The requirement as plain values, and the situation that it was decided for.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub approvals: u32,
    pub min_tier: Option<Arc<str>>,
    pub slots: Vec<WantedSlot>,
    pub owners: Vec<WantedOwners>,
    pub steps: Vec<Arc<str>>,
    /// Seconds.
    pub cooling_off: u64,
    /// True if two of those who approve may not have approved each other's change of the same stack.
    pub pair: bool,
    /// Who is told: `team:name`, `@login`, an address.
    pub notify: Vec<Arc<str>>,
    pub blocks: Vec<Untrusted>,
    pub risk: Level,
    pub ai: Involvement,
    pub author_tier: Arc<str>,
    pub areas: Vec<Arc<str>>,
}

/// So many approvals of this tier or above and of this team.
#[derive(Clone, Debug)]
pub struct WantedSlot {
    pub count: u32,
    pub min_tier: Option<Arc<str>>,
    pub team: Option<Arc<str>>,
    /// They own files of this area.
    pub area: Option<Arc<str>>,
    pub distinct: bool,
}

/// So many approvals by owners of these files.
#[derive(Clone, Debug)]
pub struct WantedOwners {
    pub owners: Vec<Untrusted>,
    /// Ids of the people behind them.
    pub people: Vec<Arc<str>>,
    pub count: u32,
    pub paths: Vec<RepoPath>,
}

/// The outcome of a review check.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub status: Status,
    pub head: Option<String>,
    pub diff_id: Option<String>,
    /// Ids of the people whose approval counts, sorted.
    pub counted: Vec<Arc<str>>,
    pub ignored: Vec<Ignored>,
    pub missing: Vec<Missing>,
    pub overridden: Option<Overridden>,
    pub advice: Advice,
    pub wanted: Wanted,
    /// The same requirement, each part with the rules that ask for it and why.
    pub requirements: Vec<Requirement>,
    pub policy_source: String,
    pub policy_digest: String,
    pub people_digest: String,
    pub owners_digest: String,
    /// Lines of the policy's rules, exemptions and freezes, by name.
    pub lines: BTreeMap<Arc<str>, u32>,
    /// What could not be read or resolved and did not block.
    pub notes: Vec<Untrusted>,
}
