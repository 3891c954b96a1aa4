//! What the forge says about the pull request, from a file. Its author's account is the one thing here that a person
//! cannot write: it is observed. Branch, labels and body are declarations like any line of a message.

use super::agents::{AgentRole, Agents, AuthorDegree};
use super::claims::{Draft, Found, author_degree, text_claims};
use super::{Basis, Claim, Confidence, Involvement};
use crate::text::Untrusted;

/// Facts about the pull request, from a file (`--pr-facts`); unknown keys are ignored.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct PrFacts {
    pub author_login: String,
    pub author_type: Option<String>,
    pub head_ref: String,
    pub base_ref: String,
    pub title: String,
    pub body: String,
    pub labels: Vec<String>,
    pub reviewers: Vec<String>,
    /// The person who directed the agent (assigned it, or asked it in a comment), where the forge says so.
    pub driver: String,
}

impl PrFacts {
    /// Who opened it, as people files write accounts.
    pub(super) fn opener(&self) -> Option<Untrusted> {
        account(&self.author_login)
    }

    /// The person who directed the agent; an agent that directs itself is nobody.
    pub(super) fn directed_by(&self, agents: &Agents) -> Option<Untrusted> {
        let (driver, author) = (bare(&self.driver), bare(&self.author_login));
        let agent = driver.eq_ignore_ascii_case(author) || agents.by_login(driver, Some("Bot")).is_some();
        account(&self.driver).filter(|_| !agent)
    }
}

/// A login without GitHub's prefix, which is what agents are known by.
fn bare(login: &str) -> &str {
    let login = login.trim().trim_start_matches('@');
    login.strip_prefix("gh:").unwrap_or(login)
}

/// A login without a forge is GitHub's.
fn account(login: &str) -> Option<Untrusted> {
    let login = login.trim().trim_start_matches('@');
    match login.is_empty() {
        true => None,
        false if login.contains([':', '@']) => Some(Untrusted::new(login)),
        false => Some(Untrusted::new(format!("gh:{login}"))),
    }
}

/// Claims of the pull request itself.
pub(super) fn pull_request_claims(pr: &PrFacts, agents: &Agents) -> Found {
    let mut claims: Vec<Claim> = author(pr, agents).into_iter().collect();
    let branch = pr.head_ref.strip_prefix("refs/heads/").unwrap_or(&pr.head_ref);
    let branch = agents.branches.matches(branch).into_iter().map(Draft::from_mark);
    claims.extend(branch.map(|draft| draft.claim(agents, "branch of the pull request")));
    let labels = pr.labels.iter().flat_map(|label| agents.labels.matches(label)).map(Draft::from_mark);
    claims.extend(labels.take(1).map(|draft| draft.claim(agents, "label of the pull request")));
    // a body has no subject line
    let mut found = text_claims(&format!("\u{2060}\n{}", pr.body), BODY, agents);
    claims.extend(found.claims.drain(..).map(one_line_up));
    Found { claims, ..found }
}

/// True if the pull request was opened by an agent that can work unattended.
pub(super) fn opened_unattended(pr: &PrFacts, agents: &Agents) -> bool {
    let agent = agents.by_login(&pr.author_login, pr.author_type.as_deref());
    agent.is_some_and(|agent| agents.agent(agent).author_degree == AuthorDegree::AutonomousCapable)
}

const BODY: &str = "the pull request";

fn author(pr: &PrFacts, agents: &Agents) -> Option<Claim> {
    let agent = agents.by_login(&pr.author_login, pr.author_type.as_deref())?;
    let writes = matches!(agents.agent(agent).role, AgentRole::Agent | AgentRole::Orchestrator);
    let involvement = author_degree(agents, agent)?;
    let involvement = if writes { involvement } else { involvement.min(Involvement::Assisted) };
    let confidence = Confidence::High;
    let draft = Draft { channel: "pr-author", basis: Basis::Observed, involvement, confidence, agent: Some(agent) };
    Some(draft.claim(agents, "author of the pull request"))
}

/// Takes back the line that was put before the body.
fn one_line_up(claim: Claim) -> Claim {
    let number = claim.place.raw().split(' ').nth(1).and_then(|word| word.parse::<usize>().ok()).unwrap_or(1);
    let place = crate::text::Untrusted::new(format!("line {} of {BODY}", number.saturating_sub(1).max(1)));
    Claim { place, ..claim }
}
