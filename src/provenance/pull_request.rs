//! What the forge says about the pull request, from a file. Its author's account is the one thing here that a person
//! cannot write: it is observed. Branch, labels and body are declarations like any line of a message. A pull request that an
//! agent opened is the agent's alone unless the forge itself knows of a person: authors and trailers of its commits are
//! text that anyone can set, so they take nothing away.

use super::agents::Agents;
use super::claims::{Draft, Found, author_degree, text_claims};
use super::registry::AgentRole;
use super::{Basis, Claim, Confidence, Involvement};
use crate::input::Identity;
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
    /// Accounts that pushed commits to it, as the forge knows them (senders of its push events), not as commits say.
    pub pushed_by: Vec<String>,
}

impl PrFacts {
    /// Who opened it, as people files write accounts.
    pub(super) fn opener(&self) -> Option<Untrusted> {
        account(&self.author_login)
    }

    /// The person who directed the agent; an agent that directs itself is nobody.
    pub(super) fn directed_by(&self, agents: &Agents) -> Option<Untrusted> {
        account(&self.driver).filter(|_| self.is_person(&self.driver, agents))
    }

    /// True if the forge knows of a person who directed the agent or pushed commits to the pull request.
    fn knows_a_person(&self, agents: &Agents) -> bool {
        std::iter::once(&self.driver).chain(&self.pushed_by).any(|login| self.is_person(login, agents))
    }

    /// True for an account that is neither the one that opened the pull request, nor an agent's, nor a bot's.
    fn is_person(&self, login: &str, agents: &Agents) -> bool {
        let (login, author) = (bare(login), bare(&self.author_login));
        let itself = login.eq_ignore_ascii_case(author) || login.eq_ignore_ascii_case(&format!("{author}[bot]"));
        let bot = login.ends_with("[bot]") || login.starts_with("app/");
        !login.is_empty() && !itself && !bot && agents.by_login(login, Some("Bot")).is_none()
    }

    /// True if whoever opened it only passes on what others wrote.
    fn relays(&self, agents: &Agents) -> bool {
        let login = bare(&self.author_login);
        let login = login.strip_prefix("app/").unwrap_or(login).trim_end_matches("[bot]");
        let email = Untrusted::new(format!("{login}[bot]@users.noreply.github.com"));
        let person = self.author_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("user"));
        !login.is_empty() && !person && agents.relays(&Identity { name: Untrusted::new(login), email })
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
    let author = author(pr, agents);
    let mut claims: Vec<Claim> =
        author.iter().cloned().chain(author.as_ref().and_then(|by| alone(pr, by, agents))).collect();
    let branch = pr.head_ref.strip_prefix("refs/heads/").unwrap_or(&pr.head_ref);
    let branch = agents.branches.matches(branch).into_iter().map(Draft::from_mark);
    claims.extend(branch.map(|draft| draft.claim(agents, "branch of the pull request")));
    let labels = pr.labels.iter().flat_map(|label| agents.labels.matches(label)).map(Draft::from_mark);
    claims.extend(labels.take(1).map(|draft| draft.claim(agents, "label of the pull request")));
    // a body has no subject line
    let mut found = text_claims(&format!("\u{2060}\n{}", pr.body), BODY, pr.relays(agents), agents);
    claims.extend(found.claims.drain(..).map(one_line_up));
    Found { claims, ..found }
}

/// Nobody evidently read it: an agent that writes code opened the pull request, and the forge names no person who directed
/// it or pushed to it.
fn alone(pr: &PrFacts, author: &Claim, agents: &Agents) -> Option<Claim> {
    let writes = author.involvement == Involvement::AgentAuthored && !pr.knows_a_person(agents);
    writes.then(|| Claim {
        channel: "pr".into(),
        involvement: Involvement::Autonomous,
        confidence: Confidence::Medium,
        place: Untrusted::new("author of the pull request; the forge names no person"),
        ..author.clone()
    })
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
