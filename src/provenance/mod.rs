//! Who or what wrote the change, as evidence. Identities, trailers and footers of its commits are read against a registry
//! of agents (`rules/agents/`); every hit is a `Claim` with its place and its basis. Claims are united, never ranked away;
//! no marker means `unknown`, never "human". Anyone can write or remove a marker, so a claim is context, not proof.

mod agents;
mod attribute;
mod claims;
mod patterns;
mod pull_request;
#[cfg(test)]
mod tests;
mod trailers;
mod words;

pub use agents::{Agent, AgentRole, Agents, AuthorDegree, Case, TrailerRule};
pub use attribute::attribute;
pub use pull_request::PrFacts;

use crate::input::Oid;
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
    /// What would have been evidence and was not at hand: `refs/notes/ai is not here`.
    pub unseen: Vec<String>,
    /// Claims that contradict each other, in words.
    pub contradictions: Vec<String>,
}

impl Provenance {
    /// True if something other than a self-declaration says that an agent wrote this.
    pub fn observed(&self) -> bool {
        self.claims.iter().any(|claim| claim.basis == Basis::Observed && claim.involvement >= Involvement::Assisted)
    }
}
