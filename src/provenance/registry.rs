//! The registry as its files say it: one file of `rules/agents/` for each agent, and `_channels.toml` for what names none.
//! Plain data; what it means for a line or a person is decided in `agents`.

use super::{Confidence, Involvement};
use serde::Deserialize;
use std::sync::Arc;

/// One agent, as its file says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    pub id: Arc<str>,
    pub name: Arc<str>,
    pub vendor: String,
    pub role: AgentRole,
    /// What it means that a commit's author is this agent.
    pub author_degree: AuthorDegree,
    /// Set where even an exact address proves little.
    pub confidence: Option<Confidence>,
    /// `seen:N` in public history, `peer` (another registry or the vendor's documents), `guess`.
    pub evidence: String,
    /// Service addresses; and addresses that others use too, which need a name of `names` beside them.
    #[serde(default)]
    pub emails: Vec<String>,
    #[serde(default)]
    pub shared_emails: Vec<String>,
    #[serde(default)]
    pub names: Vec<String>,
    /// True if the tool writes the name itself, over a person's address.
    #[serde(default)]
    pub name_suffices: bool,
    /// Accounts on a forge; short ones are also free to people and need the forge's word that it is a bot.
    #[serde(default)]
    pub logins: Vec<String>,
    #[serde(default)]
    pub short_logins: Vec<String>,
    /// Lines of a message or a pull request (searched).
    #[serde(default)]
    pub body: Vec<String>,
    #[serde(default)]
    pub branches: Vec<String>,
    /// Names in line-level formats: of git-ai's notes, of agent traces, and prefixes of model ids (`anthropic/`).
    #[serde(default)]
    pub note_tools: Vec<String>,
    #[serde(default)]
    pub trace_tools: Vec<String>,
    #[serde(default)]
    pub models: Vec<String>,
    #[serde(default, rename = "trailer")]
    pub trailers: Vec<TrailerRule>,
    #[serde(default, rename = "example")]
    pub examples: Vec<Case>,
    #[serde(default, rename = "hazard")]
    pub hazards: Vec<Case>,
}

/// What an agent does for a living: reviewers and fixers as co-authors mean that a suggestion was taken, no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgentRole {
    Agent,
    Assistant,
    Reviewer,
    Autofix,
    Orchestrator,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuthorDegree {
    AgentAuthored,
    Assisted,
    /// Seen on changes of people: says nothing.
    NoneKnown,
}

/// A trailer: key and value match as a whole.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrailerRule {
    pub key: String,
    pub value: String,
    /// Else what the key means.
    pub involvement: Option<Involvement>,
}

/// A commit or pull request that must (`example`) or must not (`hazard`) count as evidence.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Case {
    /// `Name <address>`.
    pub author: Option<String>,
    pub committer: Option<String>,
    pub message: Option<String>,
    pub branch: Option<String>,
    pub pr_author: Option<String>,
    pub pr_author_type: Option<String>,
    /// Of an example.
    pub involvement: Option<Involvement>,
}

/// `_channels.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Channels {
    pub(super) model_words: Vec<String>,
    pub(super) names_too: Vec<String>,
    pub(super) kinds: Vec<String>,
    pub(super) makers: Vec<String>,
    pub(super) joints: Vec<String>,
    pub(super) placeholders: Vec<String>,
    #[serde(rename = "value_trailer")]
    pub(super) value_trailers: Vec<ValueTrailer>,
    #[serde(rename = "declaration")]
    pub(super) declarations: Vec<Declaration>,
    #[serde(rename = "trailer")]
    pub(super) trailers: Vec<TrailerRule>,
    #[serde(rename = "disclosure")]
    pub(super) disclosures: Vec<Disclosure>,
    #[serde(rename = "label")]
    pub(super) labels: Vec<Disclosure>,
    #[serde(rename = "exclude")]
    pub(super) excludes: Vec<Exclude>,
    #[serde(rename = "example")]
    #[cfg_attr(not(test), allow(dead_code, reason = "tests"))]
    pub(super) examples: Vec<Case>,
    #[serde(rename = "hazard")]
    #[cfg_attr(not(test), allow(dead_code, reason = "tests"))]
    pub(super) hazards: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValueTrailer {
    pub(super) key: String,
    pub(super) involvement: Involvement,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declaration {
    pub(super) key: String,
    pub(super) yes: String,
    pub(super) no: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Disclosure {
    pub(super) pattern: String,
    /// A ticked box: its line is an item of a list.
    #[serde(default)]
    pub(super) r#box: bool,
    pub(super) involvement: Involvement,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Exclude {
    #[allow(dead_code, reason = "for readers of the file")]
    pub(super) reason: String,
    pub(super) emails: Vec<String>,
    #[serde(default)]
    pub(super) note_tools: Vec<String>,
    /// Their messages repeat what others wrote about other changes (release notes), so nothing in them speaks of this one.
    #[serde(default)]
    pub(super) relays: bool,
}
