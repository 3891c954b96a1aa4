//! The claims of one commit: who wrote and committed it, and what its message says. Each line gives at most one claim by
//! its strictest reading. A service account as author is observed evidence, as far as git can observe: a name and an
//! address are easily set, but nobody poses as a bot by accident. Everything in a message is a declaration.

use super::agents::{AgentIndex, Agents, FREE_TEXT, Mark, co_author_degree};
use super::checkpoint;
use super::registry::{AgentRole, AuthorDegree};
use super::trailers::{Line, lines, person};
use super::{AgentName, Basis, Claim, Confidence, Involvement};
use crate::input::{Commit, Identity, Oid};
use crate::text::Untrusted;

/// What a text claims, and what of it was not read.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// In the order of their places.
    pub claims: Vec<Claim>,
    /// Lines over a limit.
    pub skipped: usize,
    /// Lines with a marker that are quoted: what they say is said of another change.
    pub quoted: usize,
    /// People who are named as co-authors: on an agent's commit, those who asked for it.
    pub people: Vec<Identity>,
    /// Checkpoints of agent sessions that trailers name.
    pub checkpoints: Vec<String>,
}

/// All claims of a commit.
pub(super) fn commit_claims(commit: &Commit, agents: &Agents) -> Found {
    let mut claims = author_claims(&commit.author, agents);
    claims.extend(committer_claims(&commit.committer, agents));
    let mut found = text_claims(commit.message.raw(), MESSAGE, agents.relays(&commit.author), agents);
    claims.append(&mut found.claims);
    claims.iter_mut().for_each(|claim| claim.commit = Some(commit.oid));
    Found { claims, ..found }
}

/// Claims of a message or a pull request's body. `text_name` is how it is called in places; `relays` says that its author
/// only passes on what others wrote.
pub(super) fn text_claims(text: &str, text_name: &str, relays: bool, agents: &Agents) -> Found {
    let (lines, skipped) = lines(text, relays);
    let mut found = Found { skipped, ..Found::default() };
    for line in &lines {
        if line.quoted {
            found.quoted += usize::from(!line_claims(line, agents, &mut Found::default()).is_empty());
            continue;
        }
        for draft in line_claims(line, agents, &mut found) {
            let claim = draft.claim(agents, &place(line, text_name));
            if !found.claims.iter().any(|known| says_the_same(known, &claim)) {
                found.claims.push(claim);
            }
        }
    }
    found
}

/// A trailer that does not stand where git looks for trailers says so: a squash merge has moved it, or somebody quotes.
fn place(line: &Line<'_>, text_name: &str) -> String {
    let stray = line.trailer().is_some() && !line.in_block && text_name == MESSAGE;
    let where_ = if stray { ", outside its trailer block" } else { "" };
    format!("line {} of {text_name}{where_}", line.number)
}

const MESSAGE: &str = "the message";

/// A squash merge repeats the markers of all that went into it: the first place is enough.
fn says_the_same(a: &Claim, b: &Claim) -> bool {
    (&a.channel, a.involvement, &a.agent) == (&b.channel, b.involvement, &b.agent)
}

/// A claim before its place is known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Draft {
    pub channel: &'static str,
    pub basis: Basis,
    pub involvement: Involvement,
    pub confidence: Confidence,
    pub agent: Option<AgentIndex>,
}

impl Draft {
    pub fn claim(self, agents: &Agents, place: &str) -> Claim {
        // the registry knows of addresses that prove little
        let most = self.agent.and_then(|at| agents.agent(at).confidence).unwrap_or(Confidence::High);
        Claim {
            channel: self.channel.into(),
            basis: self.basis,
            involvement: self.involvement,
            confidence: self.confidence.min(most),
            agent: self.agent.map(|at| agents.name(at)),
            commit: None::<Oid>,
            place: Untrusted::new(place),
        }
    }

    /// What a pattern says; the pattern's channel decides how much it is worth.
    pub fn from_mark(mark: Mark) -> Self {
        let confidence = match mark.channel {
            "trailer" if mark.involvement == Involvement::CoAuthored => Confidence::High,
            "trailer" | "footer" => Confidence::Medium,
            _ => Confidence::Low,
        };
        let channel = if mark.channel == FREE_TEXT { "declaration" } else { mark.channel };
        Self { channel, basis: Basis::Declared, involvement: mark.involvement, confidence, agent: mark.agent }
    }
}

/// What an agent as the author of a commit or a pull request means; none for one that only reviews.
pub(super) fn author_degree(agents: &Agents, agent: AgentIndex) -> Option<Involvement> {
    match agents.agent(agent).author_degree {
        AuthorDegree::AgentAuthored => Some(Involvement::AgentAuthored),
        AuthorDegree::Assisted => Some(Involvement::Assisted),
        AuthorDegree::NoneKnown => None,
    }
}

fn author_claims(who: &Identity, agents: &Agents) -> Vec<Claim> {
    let draft = |agent, basis| {
        let involvement = author_degree(agents, agent)?;
        Some(Draft { channel: "author", basis, involvement, confidence: Confidence::High, agent: Some(agent) })
    };
    let observed = agents.by_address(who).into_iter().filter_map(|agent| draft(agent, Basis::Observed));
    let declared = agents.by_own_name(who).into_iter().filter_map(|agent| draft(agent, Basis::Declared));
    observed.chain(declared).map(|draft| draft.claim(agents, "author")).collect()
}

/// An agent that only committed has rebased or pushed a person's work, or finished it.
fn committer_claims(who: &Identity, agents: &Agents) -> Vec<Claim> {
    let draft = |agent, basis| {
        let involvement = author_degree(agents, agent)?.min(Involvement::CoAuthored);
        Some(Draft { channel: "committer", basis, involvement, confidence: Confidence::Medium, agent: Some(agent) })
    };
    let observed = agents.by_address(who).into_iter().filter_map(|agent| draft(agent, Basis::Observed));
    let declared = agents.by_own_name(who).into_iter().filter_map(|agent| draft(agent, Basis::Declared));
    observed.chain(declared).map(|draft| draft.claim(agents, "committer")).collect()
}

fn line_claims(line: &Line<'_>, agents: &Agents, known: &mut Found) -> Vec<Draft> {
    if let Some((key, value)) = line.trailer() {
        let found = trailer_claims(&key, value, agents);
        if found.is_empty() && is_co_author(&key) {
            let who = person(value);
            known.people.extend((!agents.is_automation(&who)).then_some(who));
        }
        if key.eq_ignore_ascii_case(checkpoint::TRAILER) && !found.is_empty() {
            known.checkpoints.push(value.to_lowercase());
        }
        if !found.is_empty() {
            return found;
        }
    }
    let footers = agents.body.matches(line.text);
    let disclosures = if line.subject { Vec::new() } else { agents.disclosures.matches(line.text) };
    let disclosures = disclosures.into_iter().filter(|mark| mark.item == line.is_item());
    let mut marks: Vec<Mark> = footers.into_iter().chain(disclosures).collect();
    // a sentence that names its agent says more than one that only says "AI"; a "no" is stricter than a "yes"
    marks.sort_by_key(|mark| (mark.involvement == Involvement::Assisted, mark.agent.is_none()));
    marks.truncate(1);
    marks.into_iter().map(Draft::from_mark).collect()
}

/// The keys for a second author: Git forges', and the kernel's.
fn is_co_author(key: &str) -> bool {
    key.eq_ignore_ascii_case(CO_AUTHOR) || key.eq_ignore_ascii_case("co-developed-by")
}

const CO_AUTHOR: &str = "co-authored-by";

fn trailer_claims(key: &str, value: &str, agents: &Agents) -> Vec<Draft> {
    let co_author = is_co_author(key);
    if co_author || key.eq_ignore_ascii_case("signed-off-by") {
        let found = people_claims(key, value, agents);
        if !found.is_empty() {
            return found;
        }
    }
    // what a key means is the key's business; the registry's patterns say whose name the value is
    let meaning = agents.values.matches(key).first().copied();
    let known_as = |key: &str| agents.trailers.matches(&format!("{key}: {value}"));
    let mut marks = known_as(if co_author { CO_AUTHOR } else { key });
    if marks.is_empty() && meaning.is_some() && !co_author {
        marks = known_as("assisted-by");
    }
    if marks.len() > 1 {
        marks.retain(|mark| mark.channel != FREE_TEXT);
    }
    if marks.iter().any(|mark| mark.involvement == Involvement::DeclaredNone) {
        marks.retain(|mark| mark.involvement == Involvement::DeclaredNone);
    }
    if let (Some(meaning), false) = (meaning, co_author) {
        marks.retain(|mark| mark.channel != "trailer" || !agents.words.names_another(value));
        marks.iter_mut().filter(|mark| mark.channel == "trailer").for_each(|mark| mark.involvement = meaning);
    }
    if marks.is_empty() { value_claim(key, value, agents).into_iter().collect() } else { drafts(key, marks) }
}

fn drafts(key: &str, marks: Vec<Mark>) -> Vec<Draft> {
    let co_author = is_co_author(key);
    let session = key.get(..checkpoint::TRAILERS.len()).is_some_and(|at| at.eq_ignore_ascii_case(checkpoint::TRAILERS));
    let channel = match (co_author, session) {
        (true, _) => "co-author",
        (_, true) => "checkpoint",
        _ => "trailer",
    };
    let draft = |mark| Draft { channel, ..Draft::from_mark(mark) };
    let keep = |mark: Mark| if mark.channel == "trailer" { draft(mark) } else { Draft::from_mark(mark) };
    marks.into_iter().map(keep).map(|draft| if co_author { capped(draft) } else { draft }).collect()
}

/// Anyone can name a co-author, and some editors did so unasked.
fn capped(draft: Draft) -> Draft {
    Draft { confidence: draft.confidence.min(Confidence::Medium), ..draft }
}

/// A co-author or a signer by its service address.
fn people_claims(key: &str, value: &str, agents: &Agents) -> Vec<Draft> {
    let channel = if key.eq_ignore_ascii_case("signed-off-by") { "signed-off" } else { "co-author" };
    let draft = |agent| {
        let role = agents.agent(agent).role;
        let involvement = co_author_degree(Some(role));
        let suggestion = matches!(role, AgentRole::Reviewer | AgentRole::Autofix);
        let confidence = if suggestion { Confidence::Low } else { Confidence::Medium };
        Draft { channel, basis: Basis::Declared, involvement, confidence, agent: Some(agent) }
    };
    agents.by_address(&person(value)).into_iter().map(draft).collect()
}

/// `Assisted-by:` and its kin by their value; a person is a credit, not a claim.
fn value_claim(key: &str, value: &str, agents: &Agents) -> Option<Draft> {
    let involvement = *agents.values.matches(key).first()?;
    let who = person(value);
    let co_author = is_co_author(key);
    let address = co_author || !who.email.is_empty();
    let by_address = agents.by_address(&who);
    let ai = !by_address.is_empty() || agents.words.is_ai(if address { who.name.raw() } else { value }, address);
    let confidence = if co_author { Confidence::Low } else { Confidence::Medium };
    let agent = by_address.first().copied();
    let channel = if co_author { "co-author" } else { "trailer" };
    ai.then_some(Draft { channel, basis: Basis::Declared, involvement, confidence, agent })
}

/// The name in a claim, for sentences.
pub(super) fn agent_words(agent: Option<&AgentName>) -> String {
    agent.map_or_else(|| "an agent".to_owned(), |agent| agent.name.to_string())
}
