//! Who must look at the change. The policy is data: rules over level, involvement, author tier and zones, each adding
//! to what is required; all that match are joined, so their order never matters and nothing a change says can loosen
//! anything. Owners come from CODEOWNERS. All of it is read from the deciding commit, or from files named on the
//! command line, or is the built-in policy.

mod accounts;
mod cells;
mod check;
mod codeowners;
mod compare;
mod decide;
mod diff_id;
mod document;
mod draft;
mod facts;
mod gate;
mod gitlab;
mod governance;
mod join;
mod ledger;
mod lint;
mod load;
pub(crate) mod moment;
mod names;
mod owner_groups;
mod owners;
mod pair;
mod pattern;
mod people;
mod prove;
mod prow;
mod question;
mod require;
mod reviewers;
mod rule;
mod self_test;
mod simulation;
mod situation;
mod suggest;
mod table;
mod tally;
mod trust;
mod unknown;
mod unmet;
mod verdict;
mod verdict_json;
mod verdict_text;
mod vocabulary;

#[cfg(test)]
mod check_tests;
#[cfg(test)]
mod examine_tests;
#[cfg(test)]
mod identity_tests;
#[cfg(test)]
mod tests;

pub use accounts::accounts;
pub use check::check;
pub use compare::Comparison;
pub use decide::{Decision, Rulebook, decide};
pub use diff_id::{diff_id, file_diff_id};
pub use draft::{config as draft_config, people as draft_people, policy as draft_policy};
pub use facts::{ChangeFacts, FileFacts, Proposal, ReviewFacts};
pub use ledger::Ledger;
pub use lint::Finding;
pub use load::{Policy, PolicySource};
pub use names::{NOBODY, co_authors, is_service};
pub use owners::{Dialect, OwnerLine, Owners};
pub use people::People;
pub use prove::{Proof, Proofs};
pub use question::Question;
pub use require::require;
pub use simulation::{Replayed, Simulation};
pub use table::{PolicyTable, TableRow};
pub use verdict::{Advice, Ignored, Missing, Overridden, Status, Verdict};
pub use verdict_json::VerdictDocument;

use crate::gap::Gap;
use crate::location::RepoPath;
use crate::text::Untrusted;
use std::sync::Arc;

/// What a requirement asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// So many approvals by people who did not write the change, each of at least this tier.
    Approvals { count: u32, min_tier: Option<Arc<str>> },
    /// So many of them of this tier or of this team.
    Slot {
        count: u32,
        min_tier: Option<Arc<str>>,
        team: Option<Arc<str>>,
        /// They own files of this area.
        area: Option<Arc<str>>,
        /// Nobody who fills another such slot fills this one too.
        distinct: bool,
    },
    /// So many owners for each group of files that share their owners.
    Owners { owners: Vec<Untrusted>, paths: Vec<RepoPath>, per: Arc<str>, count: u32 },
    /// A step with evidence: a canary, a rollback plan.
    Step { step: Arc<str> },
    /// Wait so long after the last approval (seconds).
    CoolingOff { seconds: u64 },
    /// Two of those who approve did not approve each other's change of the same stack.
    Pair,
    /// They are told; nobody waits for them.
    Notify { who: Arc<str> },
    /// It cannot be approved as it is.
    Block { reason: Untrusted },
}

/// One thing that must be met, the rule that asks for it, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Requirement {
    pub ask: Ask,
    /// Name of the policy rule, `floor` or `owners`.
    pub rule: Arc<str>,
    pub why: Untrusted,
}

/// An owner of touched files, and the line that says so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OwnerHit {
    pub owner: Untrusted,
    pub paths: Vec<RepoPath>,
    /// The owners file and its 1-based line.
    pub file: Arc<str>,
    pub line: u32,
}

/// Someone to ask, and why them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub who: Untrusted,
    pub why: Untrusted,
    /// True if without them nobody could meet the requirement.
    pub only: bool,
}

/// What `require` hands on.
#[derive(Clone, Debug, Default)]
pub struct ReviewPlan {
    /// Sorted; the join of all rules that matched.
    pub requirements: Vec<Requirement>,
    pub owners: Vec<OwnerHit>,
    pub suggested: Vec<Suggestion>,
    /// True if those suggested are a smallest set that meets the requirement; false if they are names to start from.
    pub exact: bool,
    /// Why no set of people in the people file could approve the change.
    pub unmeetable: Option<Untrusted>,
    pub author_tier: Option<Arc<str>>,
    /// BLAKE3 of the policy text (64 hexadecimal digits), and where it was read: `<oid>:path`, a file name, `builtin`.
    pub policy_digest: String,
    pub policy_source: String,
    pub gaps: Vec<Gap>,
}
