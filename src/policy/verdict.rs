//! The outcome of a review check: where it stands, which approvals counted, which did not and why, what is missing, and
//! the fewest people who could complete it.

use super::{Ask, Requirement};
use crate::text::Untrusted;
use serde_json::{Value, json};
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
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Satisfied => "satisfied",
            Self::Pending => "pending",
            Self::Blocked => "blocked",
            Self::Overridden => "overridden",
        }
    }
}

/// One thing that is not met.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// `veto`, `approvals`, `tier`, `slot`, `owner`, `step`, `cooling-off`, `block`, `facts`.
    pub kind: &'static str,
    pub need: Untrusted,
    /// The rules that ask for it; empty for what no rule can waive.
    pub rule: Arc<str>,
}

/// An approval that did not count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ignored {
    pub by: Untrusted,
    pub reason: Untrusted,
}

/// People who could complete the review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    pub people: Vec<Arc<str>>,
    /// True if no fewer would do.
    pub optimal: bool,
}

/// Who overrode, and when the review must be made up for (seconds since 1970).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overridden {
    pub by: Vec<Arc<str>>,
    pub review_due: Option<i64>,
}

/// The outcome of a review check.
#[derive(Clone, Debug)]
pub struct Verdict {
    pub status: Status,
    /// Ids of the people whose approval counts, sorted.
    pub counted: Vec<Arc<str>>,
    pub ignored: Vec<Ignored>,
    pub missing: Vec<Missing>,
    pub overridden: Option<Overridden>,
    /// None: nobody in the people file could.
    pub completion: Option<Completion>,
    pub requirements: Vec<Requirement>,
    pub policy_digest: String,
    pub people_digest: String,
}

impl Verdict {
    /// As `richter.verdict/1`.
    pub fn to_json(&self) -> Value {
        let ids = |ids: &[Arc<str>]| ids.iter().map(|id| id.to_string()).collect::<Vec<_>>();
        let ignored = self.ignored.iter().map(|one| json!({ "by": one.by.json(), "reason": one.reason.json() }));
        let missing =
            self.missing.iter().map(|one| json!({ "kind": one.kind, "need": one.need.json(), "rule": &*one.rule }));
        let overridden = self
            .overridden
            .as_ref()
            .map(|one| json!({ "by": ids(&one.by), "review_due": one.review_due.map(super::moment::show) }));
        let completion = self
            .completion
            .as_ref()
            .map(|one| json!({ "people": ids(&one.people), "size": one.people.len(), "optimal": one.optimal }));
        let requirements = self
            .requirements
            .iter()
            .map(|one| json!({ "ask": said(&one.ask).json(), "rule": &*one.rule, "why": one.why.json() }));
        json!({
            "schema": "richter.verdict/1",
            "status": self.status.as_str(),
            "counted": ids(&self.counted),
            "ignored": ignored.collect::<Vec<_>>(),
            "missing": missing.collect::<Vec<_>>(),
            "override": overridden,
            "suggest": completion,
            "requirements": requirements.collect::<Vec<_>>(),
            "policy": { "digest": self.policy_digest },
            "people": { "digest": self.people_digest },
        })
    }
}

/// What is asked for, in words.
fn said(ask: &Ask) -> Untrusted {
    let tier = |tier: &Option<Arc<str>>| tier.as_ref().map_or_else(String::new, |tier| format!(" of {tier} or above"));
    let team = |team: &Option<Arc<str>>| team.as_ref().map_or_else(String::new, |team| format!(" of team {team}"));
    Untrusted::new(match ask {
        Ask::Approvals { count: 1, min_tier } => format!("1 approval{}", tier(min_tier)),
        Ask::Approvals { count, min_tier } => format!("{count} approvals{}", tier(min_tier)),
        Ask::Slot { count, min_tier, team: of } => format!("{count} of them{}{}", tier(min_tier), team(of)),
        Ask::Owners { owners, paths, .. } => {
            let names: Vec<&str> = owners.iter().map(Untrusted::raw).collect();
            let files = if paths.len() == 1 { "1 file".to_owned() } else { format!("{} files", paths.len()) };
            format!("one of {} for {files}", names.join(", "))
        }
        Ask::Step { step } => format!("step {step}"),
        Ask::CoolingOff { seconds } => format!("{} minutes after the last approval", seconds.div_ceil(60)),
        Ask::Block { reason } => format!("blocked: {}", reason.raw()),
    })
}
