//! From commits to provenance: the claims of every commit, of what is attested of its lines and of the pull request, united. The involvement is the
//! strongest that anything supports, because a weak claim beside a strong one takes nothing away. "No agent" needs to be
//! said of every commit and contradicted nowhere. What could not be looked at is listed, since silence proves nothing.

use super::agents::Agents;
use super::attested::{self, Attested, Bench};
use super::claims::{Found, agent_words, commit_claims};
use super::pull_request::{PrFacts, pull_request_claims};
use super::spread;
use super::trace::{self, Traces};
use super::unseen::Looked;
use super::{Claim, Confidence, Involvement, Provenance};
use crate::input::{Attestations, ChangeSet, Commit, Identity, Snapshot};
use crate::limits;
use std::collections::BTreeSet;

/// What provenance is established from.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub change: &'a ChangeSet,
    pub agents: &'a Agents,
    /// What stands beside the commits; none without a repository.
    pub beside: Option<&'a dyn Attestations>,
    /// The tree of the new side, for traces that are kept in it.
    pub head: Option<&'a Snapshot>,
    pub pr: Option<&'a PrFacts>,
}

impl<'a> Sources<'a> {
    /// A change with nothing beside it.
    pub fn of(change: &'a ChangeSet) -> Self {
        Self { change, agents: Agents::get(), beside: None, head: None, pr: None }
    }
}

/// Who or what wrote the change, as far as anything says.
pub fn attribute(sources: &Sources) -> Provenance {
    let Sources { change, agents, beside, pr, .. } = *sources;
    let mut by_commit: Vec<Found> = change.commits.iter().map(|commit| commit_claims(commit, agents)).collect();
    let by_pr = pr.map(|pr| pull_request_claims(pr, agents)).unwrap_or_default();
    let (traces, traces_lost) = traces(sources);
    let bench = Bench { change, agents, beside, traces: &traces.records };
    let (attested, commits_over) = bench.attest(&mut by_commit);
    for (found, attested) in by_commit.iter_mut().zip(&attested) {
        found.claims.extend(attested.claims.iter().cloned());
    }
    let mut claims: Vec<Claim> = by_commit.iter().flat_map(|found| found.claims.iter().cloned()).collect();
    claims.extend(by_pr.claims.iter().cloned());
    let involvement = strongest(&claims, &by_commit, &by_pr);
    let sum = |of: fn(&Found) -> usize| by_commit.iter().chain([&by_pr]).map(of).sum();
    let (skipped, quoted) = (sum(|found| found.skipped), sum(|found| found.quoted));
    let (opened_by, driver) = (pr.and_then(PrFacts::opener), pr.and_then(|pr| pr.directed_by(agents)));
    let (pr, traces_unread) = (pr.is_some(), traces.unread);
    let looked =
        Looked { change, beside, attested: &attested, pr, skipped, quoted, commits_over, traces_unread, traces_lost };
    let mut unseen = looked.unseen();
    let (files, share, unlisted) = spread::by_file(&bench, &by_commit, &attested, &by_pr.claims);
    if unlisted > 0 {
        unseen.push(format!("{unlisted} more ranges of attested lines are not listed"));
    }
    let mut found = Provenance {
        involvement,
        confidence: confidence(&claims, involvement),
        agents: spread::agents(claims.iter()),
        claimed_commits: by_commit.iter().filter(|found| found.claims.iter().any(is_positive)).count() as u32,
        commits: change.commits.len() as u32,
        by_commit: spread::by_commit(&change.commits, &by_commit, &attested),
        files,
        share,
        opened_by,
        driver,
        requesters: requesters(&by_commit),
        contradictions: contradictions(&change.commits, &attested, &claims),
        claims,
        unseen,
    };
    truncate(&mut found.claims, &mut found.unseen);
    found
}

/// The records of agent traces in the tree, and whether they are there and could not be read.
fn traces(sources: &Sources) -> (Traces, bool) {
    match sources.head.and_then(|head| head.read(&trace::PATH.into())) {
        None => (Traces::default(), false),
        Some(Ok(bytes)) if bytes.len() <= limits::TRACE_BYTES_MAX => (trace::traces(&bytes, sources.agents), false),
        Some(_) => (Traces::default(), true),
    }
}

/// People whom an agent's own commits name as co-authors, each once.
fn requesters(by_commit: &[Found]) -> Vec<Identity> {
    let by_agent =
        |found: &&Found| found.claims.iter().any(|claim| &*claim.channel == "author" && is_agent_authored(claim));
    let people = by_commit.iter().filter(by_agent).flat_map(|found| found.people.iter().cloned());
    people.collect::<BTreeSet<_>>().into_iter().collect()
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

fn is_agent_authored(claim: &Claim) -> bool {
    claim.involvement == Involvement::AgentAuthored
}

/// Each "no agent" beside a claim of the same commit that names one (a pull request speaks for all its commits), and
/// what recording tools say against markers and against each other.
fn contradictions(commits: &[Commit], attested: &[Attested], claims: &[Claim]) -> Vec<String> {
    let mut found = Vec::new();
    for no in claims.iter().filter(|claim| is_negative(claim)) {
        let same = |yes: &&Claim| yes.commit == no.commit || yes.commit.is_none() || no.commit.is_none();
        let Some(yes) = claims.iter().filter(|claim| is_positive(claim)).find(same) else { continue };
        let who = agent_words(yes.agent.as_ref());
        found.push(format!("{} says that no agent took part, {} names {who}", place(no), place(yes)));
    }
    for (commit, attested) in commits.iter().zip(attested).filter(|(_, one)| one.disputed > 0 || one.saw_none) {
        found.extend(attested::contradictions(commit, attested, claims));
    }
    found.truncate(limits::CLAIMS_MAX);
    found
}

/// Places are our own words and numbers, never text of the change.
fn place(claim: &Claim) -> String {
    let at = claim.place.terminal();
    claim.commit.map_or_else(|| at.clone().into_owned(), |commit| format!("{at} ({})", commit.short()))
}

fn truncate(claims: &mut Vec<Claim>, unseen: &mut Vec<String>) {
    if claims.len() > limits::CLAIMS_MAX {
        unseen.push(format!("{} more claims are not listed", claims.len() - limits::CLAIMS_MAX));
        claims.truncate(limits::CLAIMS_MAX);
    }
}
