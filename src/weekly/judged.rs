//! One change of the past, reduced to what the review needs of its report, so that thousands of them fit into memory.

use super::document::{Change, Reason};
use crate::history::{CommitKind, classify, targets};
use crate::input::{Commit, Identity, Oid};
use crate::location::RepoPath;
use crate::policy::{Ask, moment};
use crate::provenance::Involvement;
use crate::render::Text;
use crate::report::Report;
use crate::roles::Role;
use crate::score::Level;
use crate::text::Untrusted;
use std::sync::Arc;

/// Reasons that are kept of each change (count).
const REASONS_KEPT: usize = 3;
/// Paths that are kept of each change, to tell what a fix repairs (count).
const PATHS_KEPT: usize = 200;

/// What git shows of a second person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Named,
    MergedByAnother,
    Nobody,
}

impl Seen {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::MergedByAnother => "merged-by-another",
            Self::Nobody => "none-seen",
        }
    }
}

/// A judged change.
#[derive(Clone, Debug)]
pub struct Judged {
    pub(super) oid: Oid,
    /// Committer time, seconds.
    pub(super) time: i64,
    pub(super) author: Identity,
    pub(super) subject: Untrusted,
    pub(super) kind: CommitKind,
    pub(super) targets: Vec<String>,
    pub(super) score: u8,
    pub(super) level: Level,
    pub(super) percentile: Option<u8>,
    pub(super) involvement: Involvement,
    pub(super) lines_added: u64,
    pub(super) lines_deleted: u64,
    /// Production files that hold code or settings: a manifest that everybody bumps ties no fix to a change.
    pub(super) paths: Vec<RepoPath>,
    /// Indexes into the zones, and whether the zone is touched.
    pub(super) zones: Vec<(usize, bool)>,
    pub(super) signals: Vec<Arc<str>>,
    pub(super) reasons: Vec<(i32, Untrusted)>,
    /// Rule and what it asks, in words.
    pub(super) asked: Vec<(Arc<str>, String)>,
    pub(super) seen: Seen,
}

impl Judged {
    /// From the report on a commit; `merger` is who committed the merge that brought it, if one did.
    pub fn new(commit: &Commit, report: &Report, merger: Option<&Identity>) -> Self {
        let assessment = &report.assessment;
        let message = commit.message.raw();
        let mut signals: Vec<Arc<str>> = report.signals.iter().map(|signal| signal.rule.clone()).collect();
        signals.sort();
        signals.dedup();
        let reasons = assessment.contributions.iter().filter(|contribution| {
            contribution.points > 0 && contribution.rule.as_deref() != Some(crate::score::START)
        });
        let mut asked: Vec<(Arc<str>, String)> =
            report.review.requirements.iter().map(|need| (need.rule.clone(), in_words(&need.ask))).collect();
        asked.sort();
        asked.dedup();
        Self {
            oid: commit.oid,
            time: commit.commit_time,
            author: commit.author.clone(),
            subject: subject(&commit.message),
            kind: classify(message),
            targets: targets(message),
            score: assessment.score,
            level: assessment.level,
            percentile: assessment.percentile,
            involvement: report.provenance.involvement,
            lines_added: report.change.lines_added(),
            lines_deleted: report.change.lines_deleted(),
            paths: code_paths(report),
            zones: report.blast.zones.iter().map(|hit| (hit.zone, hit.touched)).collect(),
            signals,
            reasons: reasons.take(REASONS_KEPT).map(|reason| (reason.points, reason.why.clone())).collect(),
            asked,
            seen: seen(commit, merger),
        }
    }

    pub(super) fn is_high(&self) -> bool {
        self.level >= Level::High
    }

    /// As the document shows it.
    pub(super) fn shown(&self) -> Change {
        Change {
            commit: self.oid.to_string(),
            time: moment::show(self.time),
            subject: Text::from(&self.subject),
            author: Text::from(&who(&self.author)),
            score: self.score,
            level: self.level.as_str(),
            percentile: self.percentile,
            involvement: self.involvement.as_str(),
            lines_added: self.lines_added,
            lines_deleted: self.lines_deleted,
            reasons: self.reasons.iter().map(|(points, why)| Reason { points: *points, why: why.into() }).collect(),
            signals: self.signals.iter().map(|rule| rule.to_string()).collect(),
            review: self.seen.as_str(),
        }
    }
}

fn code_paths(report: &Report) -> Vec<RepoPath> {
    let shared = [Role::Manifest, Role::Lock];
    let own = report
        .facts
        .files
        .iter()
        .filter(|file| file.roles.is_production() && !shared.into_iter().any(|role| file.roles.contains(role)));
    own.map(|file| file.path.clone()).take(PATHS_KEPT).collect()
}

/// The first line that says anything.
pub(super) fn subject(message: &Untrusted) -> Untrusted {
    Untrusted::new(message.raw().lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("(no message)"))
}

/// A person's name; the address where there is none.
pub(super) fn who(identity: &Identity) -> Untrusted {
    if identity.name.is_empty() { identity.email.clone() } else { identity.name.clone() }
}

/// A review trailer that names somebody else; else a committer or merger who is somebody else. Forges commit under names of
/// their own, which say nothing about people.
fn seen(commit: &Commit, merger: Option<&Identity>) -> Seen {
    const TRAILERS: [&str; 3] = ["reviewed-by:", "acked-by:", "approved-by:"];
    let other = |name: &str, email: &str| {
        let own = &commit.author;
        !same(email, own.email.raw()) && !same(name, own.name.raw())
    };
    let named = commit.message.raw().lines().any(|line| {
        let line = line.trim();
        let value = TRAILERS.iter().find_map(|key| {
            line.get(..key.len()).filter(|start| start.eq_ignore_ascii_case(key)).map(|_| &line[key.len()..])
        });
        value.is_some_and(|value| {
            let person = crate::assess::identity(value);
            other(person.name.raw(), person.email.raw()) && !(person.name.is_empty() && person.email.is_empty())
        })
    });
    if named {
        return Seen::Named;
    }
    let another = [Some(&commit.committer), merger].into_iter().flatten().any(|person| {
        let (name, email) = (person.name.raw(), person.email.raw());
        !is_forge(name, email) && other(name, email)
    });
    if another { Seen::MergedByAnother } else { Seen::Nobody }
}

fn same(a: &str, b: &str) -> bool {
    !a.is_empty() && a.eq_ignore_ascii_case(b)
}

fn is_forge(name: &str, email: &str) -> bool {
    let email = email.to_ascii_lowercase();
    name.ends_with("[bot]") || name == "GitHub" || email.starts_with("noreply@") || email.contains("[bot]@")
}

/// What a requirement asks for, in a few words.
fn in_words(ask: &Ask) -> String {
    let tier = |tier: &Option<Arc<str>>| tier.as_deref().unwrap_or("approval").to_owned();
    match ask {
        Ask::Approvals { count, min_tier: None } => {
            format!("{count} {}", if *count == 1 { "approval" } else { "approvals" })
        }
        Ask::Approvals { count, min_tier: Some(tier) } => format!("{count} of tier {tier} or above"),
        Ask::Slot { count, min_tier, team: Some(team), .. } => match min_tier {
            Some(tier) => format!("{count} {tier} of {team}"),
            None => format!("{count} of {team}"),
        },
        Ask::Slot { count, min_tier, team: None, .. } => format!("{count} {}", tier(min_tier)),
        Ask::Owners { .. } => "an owner".to_owned(),
        Ask::Step { step } => format!("evidence: {step}"),
        Ask::CoolingOff { seconds } => format!("a wait of {} h", seconds.div_ceil(3_600)),
        Ask::Pair => "two who did not approve each other's changes".to_owned(),
        Ask::Notify { who } => format!("word to {who}"),
        Ask::Block { .. } => "blocked".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(message: &str, committer: &str) -> Commit {
        let person = |text: &str| crate::assess::identity(text);
        Commit {
            oid: Oid::from_bytes(&[1; 20]),
            parents: Vec::new(),
            author: person("Ann <ann@example.com>"),
            author_time: 0,
            committer: person(committer),
            commit_time: 0,
            message: Untrusted::new(message),
        }
    }

    #[test]
    fn only_somebody_else_is_a_second_person() {
        let own = "Ann <ann@example.com>";
        let forge = "GitHub <noreply@github.com>";
        assert_eq!(seen(&commit("x", own), None), Seen::Nobody);
        assert_eq!(seen(&commit("x", forge), None), Seen::Nobody);
        assert_eq!(seen(&commit("x\n\nReviewed-by: Ann <ann@example.com>", own), None), Seen::Nobody);
        assert_eq!(seen(&commit("x\n\nReviewed-by: Bo <bo@example.com>", own), None), Seen::Named);
        assert_eq!(seen(&commit("x", "Bo <bo@example.com>"), None), Seen::MergedByAnother);
        let bo = crate::assess::identity("Bo <bo@example.com>");
        assert_eq!(seen(&commit("x", forge), Some(&bo)), Seen::MergedByAnother);
    }

    #[test]
    fn the_subject_is_the_first_line_that_says_anything() {
        assert_eq!(subject(&Untrusted::new("\n\n  Fix it \n\nbody")).raw(), "Fix it");
        assert_eq!(subject(&Untrusted::new("")).raw(), "(no message)");
    }
}
