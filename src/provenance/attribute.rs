//! From commits to provenance: the claims of every commit and of the pull request, united. The involvement is the
//! strongest that anything supports, because a weak claim beside a strong one takes nothing away. "No agent" needs to be
//! said of every commit and contradicted nowhere. What could not be looked at is listed, since silence proves nothing.

use super::agents::Agents;
use super::claims::{Found, agent_words, commit_claims};
use super::pull_request::{PrFacts, opened_unattended, pull_request_claims};
use super::{AgentName, Basis, Claim, Confidence, Involvement, Provenance};
use crate::input::{ChangeSet, Commit, Repository};
use crate::limits;
use crate::text::Untrusted;
use std::collections::BTreeSet;

/// Who or what wrote the change, as far as anything says. `repository` only answers which refs are here.
pub fn attribute(
    change: &ChangeSet,
    agents: &Agents,
    repository: Option<&Repository>,
    pr: Option<&PrFacts>,
) -> Provenance {
    let by_commit: Vec<Found> = change.commits.iter().map(|commit| commit_claims(commit, agents)).collect();
    let by_pr = pr.map(|pr| pull_request_claims(pr, agents)).unwrap_or_default();
    let mut claims: Vec<Claim> = by_commit.iter().flat_map(|found| found.claims.iter().cloned()).collect();
    claims.extend(by_pr.claims.iter().cloned());
    if let Some(claim) = pr.and_then(|pr| autonomous(pr, &change.commits, &by_commit, agents)) {
        claims.push(claim);
    }
    let involvement = strongest(&claims, &by_commit, &by_pr);
    let skipped = by_commit.iter().chain([&by_pr]).map(|found| found.skipped).sum();
    let mut unseen = unseen(change, repository, pr, skipped);
    let contradictions = contradictions(&claims);
    let agents = named(&claims);
    let confidence = confidence(&claims, involvement);
    truncate(&mut claims, &mut unseen);
    Provenance {
        involvement,
        confidence,
        agents,
        claimed_commits: by_commit.iter().filter(|found| found.claims.iter().any(is_positive)).count() as u32,
        commits: change.commits.len() as u32,
        claims,
        unseen,
        contradictions,
    }
}

fn is_positive(claim: &Claim) -> bool {
    claim.involvement >= Involvement::Assisted
}

fn is_negative(claim: &Claim) -> bool {
    claim.involvement == Involvement::DeclaredNone
}

fn strongest(claims: &[Claim], by_commit: &[Found], by_pr: &Found) -> Involvement {
    let positive = claims.iter().filter(|claim| is_positive(claim)).map(|claim| claim.involvement).max();
    let denied = |found: &Found| found.claims.iter().any(is_negative);
    let all_denied = denied(by_pr) || (!by_commit.is_empty() && by_commit.iter().all(denied));
    positive.unwrap_or(if all_denied { Involvement::DeclaredNone } else { Involvement::Unknown })
}

/// That of the surest claim that supports the involvement.
fn confidence(claims: &[Claim], involvement: Involvement) -> Confidence {
    let support = claims.iter().filter(|claim| claim.involvement == involvement);
    support.map(|claim| claim.confidence).max().unwrap_or_default()
}

fn named(claims: &[Claim]) -> Vec<AgentName> {
    let positive = claims.iter().filter(|claim| is_positive(claim));
    positive.filter_map(|claim| claim.agent.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Nobody evidently read it: an agent that works unattended opened the pull request and wrote every commit of it, and no
/// person is named as co-author, who would at least have asked for it.
fn autonomous(pr: &PrFacts, commits: &[Commit], by_commit: &[Found], agents: &Agents) -> Option<Claim> {
    let by_agent = |found: &Found| {
        let observed = |claim: &Claim| &*claim.channel == "author" && claim.basis == Basis::Observed;
        !found.human_co_author && found.claims.iter().any(|claim| observed(claim) && is_agent_authored(claim))
    };
    if commits.is_empty() || !opened_unattended(pr, agents) || !by_commit.iter().all(by_agent) {
        return None;
    }
    let agent = agents.by_login(&pr.author_login, pr.author_type.as_deref()).map(|agent| agents.name(agent));
    Some(Claim {
        channel: "pr".into(),
        basis: Basis::Observed,
        involvement: Involvement::Autonomous,
        confidence: Confidence::Medium,
        agent,
        commit: None,
        place: Untrusted::new("author of the pull request and of all its commits"),
    })
}

fn is_agent_authored(claim: &Claim) -> bool {
    claim.involvement == Involvement::AgentAuthored
}

/// Each "no agent" beside a claim of the same commit that names one; a pull request speaks for all its commits.
fn contradictions(claims: &[Claim]) -> Vec<String> {
    let mut found = Vec::new();
    for no in claims.iter().filter(|claim| is_negative(claim)) {
        let same = |yes: &&Claim| yes.commit == no.commit || yes.commit.is_none() || no.commit.is_none();
        let Some(yes) = claims.iter().filter(|claim| is_positive(claim)).find(same) else { continue };
        let who = agent_words(yes.agent.as_ref());
        found.push(format!("{} says that no agent took part, {} names {who}", place(no), place(yes)));
    }
    found.truncate(limits::CLAIMS_MAX);
    found
}

/// Places are our own words and numbers, never text of the change.
fn place(claim: &Claim) -> String {
    let at = claim.place.terminal();
    claim.commit.map_or_else(|| at.clone().into_owned(), |commit| format!("{at} ({})", commit.short()))
}

/// Evidence that may exist and was not at hand.
fn unseen(change: &ChangeSet, repository: Option<&Repository>, pr: Option<&PrFacts>, skipped: usize) -> Vec<String> {
    let mut unseen = Vec::new();
    if change.commits.is_empty() {
        unseen.push("no commits to look at".to_owned());
    } else if let Some(repository) = repository {
        let here = repository.has_ref("refs/notes/ai");
        unseen.push(if here { NOTES_UNREAD } else { NOTES_ABSENT }.to_owned());
    }
    let squashed = change.commits.iter().filter(|commit| is_squashed(commit)).count();
    if squashed > 0 {
        let commits = if squashed == 1 { "1 commit looks" } else { &format!("{squashed} commits look") };
        unseen.push(format!("{commits} squashed: markers of what went into it may be lost"));
    }
    if pr.is_none() {
        unseen.push("facts of the pull request were not given".to_owned());
    }
    if skipped > 0 {
        unseen.push(format!("{skipped} lines of messages over a limit were not searched"));
    }
    unseen
}

const NOTES_UNREAD: &str = "AI notes (refs/notes/ai) are here but not read yet";
const NOTES_ABSENT: &str = "AI notes (refs/notes/ai) are not here";

/// The subject ends as forges end it: `... (#123)`.
fn is_squashed(commit: &Commit) -> bool {
    let subject = commit.message.raw().lines().next().unwrap_or("").trim_end();
    let number = subject.strip_suffix(')').and_then(|rest| rest.rsplit_once("(#")).map(|(_, number)| number);
    commit.parents.len() < 2 && number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

fn truncate(claims: &mut Vec<Claim>, unseen: &mut Vec<String>) {
    if claims.len() > limits::CLAIMS_MAX {
        unseen.push(format!("{} more claims are not listed", claims.len() - limits::CLAIMS_MAX));
        claims.truncate(limits::CLAIMS_MAX);
    }
}
