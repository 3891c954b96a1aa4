//! Who or what wrote the change, as evidence. Identities, trailers and footers of its commits are read against a registry
//! of agents (`rules/agents/`); every hit is a `Claim` with its place and its basis. Claims are united, never ranked away;
//! no marker means `unknown`, never "human". Anyone can write or remove a marker, so a claim is context, not proof.

mod agents;
mod attested;
mod attribute;
mod checkpoint;
mod claims;
mod content_hash;
mod git_ai;
mod lines;
mod patterns;
mod pull_request;
mod quoted;
mod registry;
mod shape;
mod spread;
#[cfg(test)]
mod tests;
mod trace;
mod trailers;
mod unseen;
mod whogitit;
mod words;

pub use agents::Agents;
pub use attribute::{Sources, attribute};
pub use pull_request::PrFacts;
pub use registry::{Agent, AgentRole, AuthorDegree, Case, TrailerRule};

use crate::input::{Identity, Oid};
use crate::location::{LineRange, RepoPath};
use crate::text::Untrusted;
use std::sync::Arc;

/// How far an agent was involved, weakest first; `Unknown` stands apart: what it counts as is policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Involvement {
    #[default]
    Unknown,
    DeclaredNone,
    Assisted,
    CoAuthored,
    AgentAuthored,
    /// Nobody evidently read it before; only with facts from the forge, never from git alone.
    Autonomous,
}

impl Involvement {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::DeclaredNone => "declared-none",
            Self::Assisted => "assisted",
            Self::CoAuthored => "co-authored",
            Self::AgentAuthored => "agent-authored",
            Self::Autonomous => "autonomous",
        }
    }
}

/// How a claim is known: `Observed` is an agent's service account, the forge's facts or attested lines;
/// `Declared` is what somebody wrote about themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    Observed,
    Declared,
}

impl Basis {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Declared => "declared",
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    #[default]
    Low,
    Medium,
    High,
}

impl Confidence {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// An agent of the registry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AgentName {
    pub id: Arc<str>,
    pub name: Arc<str>,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim {
    /// `author`, `committer`, `co-author`, `trailer`, `footer`, `pr`, ...
    pub channel: Arc<str>,
    pub basis: Basis,
    pub involvement: Involvement,
    pub confidence: Confidence,
    /// None for a claim that names no agent (`AI-assisted: yes`, a declared negative).
    pub agent: Option<AgentName>,
    pub commit: Option<Oid>,
    /// Where in it: `author`, `line 7 of the message`.
    pub place: Untrusted,
}

/// Who an attested line is by, the strictest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Writer {
    Agent,
    /// An agent's line that a person changed.
    Mixed,
    Person,
}

impl Writer {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Mixed => "mixed",
            Self::Person => "person",
        }
    }
}

/// Added lines, and whose they are as far as somebody attests it; the rest is not known. Lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineShare {
    pub added: u32,
    pub agent: u32,
    pub person: u32,
}

/// Attested lines of the new side of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestedLines {
    pub lines: LineRange,
    pub writer: Writer,
    pub agent: Option<AgentName>,
    pub confidence: Confidence,
}

/// A file of the change that an agent took part in, or some of whose lines are attested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProvenance {
    pub path: RepoPath,
    /// The strongest of the commits that touch it; by its own lines where these are attested.
    pub involvement: Involvement,
    /// Sorted by id, each once.
    pub agents: Vec<AgentName>,
    pub share: LineShare,
    /// Ascending.
    pub lines: Vec<AttestedLines>,
}

/// A commit about which anything is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitProvenance {
    pub commit: Oid,
    pub involvement: Involvement,
    /// Sorted by id, each once.
    pub agents: Vec<AgentName>,
    /// Of its own diff; none if no note or trace attests lines of it.
    pub share: Option<LineShare>,
}

/// What `attribute` hands on.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    pub involvement: Involvement,
    pub confidence: Confidence,
    /// Sorted by id, each once.
    pub agents: Vec<AgentName>,
    /// Commits with a claim that an agent took part, and all commits.
    pub claimed_commits: u32,
    pub commits: u32,
    /// Sorted by commit order, then place.
    pub claims: Vec<Claim>,
    /// In the order of the commits; those about which nothing is known are left out.
    pub by_commit: Vec<CommitProvenance>,
    /// In the order of the files; likewise.
    pub files: Vec<FileProvenance>,
    /// Lines that the whole change adds; none if nothing attests any line.
    pub share: Option<LineShare>,
    /// Who opened the pull request, and the person who directed the agent, as the forge knows them (`gh:login`).
    pub opened_by: Option<Untrusted>,
    pub driver: Option<Untrusted>,
    /// People whom an agent's commits name as co-authors: they asked for the work, so they are not independent of it.
    pub requesters: Vec<Identity>,
    /// What would have been evidence and was not at hand, with the command that brings it.
    pub unseen: Vec<String>,
    /// Claims that contradict each other, in words.
    pub contradictions: Vec<String>,
}

/// True for an address that an agent of the registry writes under: it is no person's.
pub fn is_agents_address(address: &str) -> bool {
    Agents::get().is_agents(address)
}

impl Provenance {
    /// The strongest claim that is something other than a self-declaration, and is not known to be made falsely; of equals
    /// the first.
    pub fn observed(&self) -> Option<&Claim> {
        let sure = |claim: &&Claim| claim.basis == Basis::Observed && claim.confidence > Confidence::Low;
        let all = self.claims.iter().filter(sure).filter(|claim| claim.involvement >= Involvement::Assisted);
        all.rev().max_by_key(|claim| (claim.involvement, claim.confidence))
    }
}

impl Claim {
    /// What an observed claim has seen, as a sentence; a note may speak of a few lines, an account of the whole.
    pub fn observation(&self) -> &'static str {
        match &*self.channel {
            "pr" | "pr-author" => "an agent's account opened the pull request",
            "author" => "an agent's account is the author of a commit",
            "committer" => "an agent's account committed a person's work",
            "checkpoint" => "recorded checkpoints count lines that an agent wrote",
            "git-ai-note" | "whogitit-note" => "a note attests lines that an agent wrote",
            _ => "an agent took part",
        }
    }
}
