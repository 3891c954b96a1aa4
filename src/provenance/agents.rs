//! The registry of agents: one file each in `rules/agents/`, and `_channels.toml` for what names no agent. The files are
//! parsed once; patterns of a kind are tried together, as one automaton that is built when first needed. Identities match
//! as a whole and in any case. A vendor's domain or a display name is never enough: people work there and bear them.

use super::patterns::Patterns;
use super::registry::{Agent, AgentRole, Channels, Disclosure, TrailerRule};
use super::words::Words;
use super::{AgentName, Involvement};
use crate::input::Identity;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// Index of an agent in the registry.
pub(super) type AgentIndex = usize;

/// What a matched pattern means; no agent where it names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub agent: Option<AgentIndex>,
    pub involvement: Involvement,
    pub channel: &'static str,
    /// Read on items of a list too.
    pub item: bool,
}

/// Who a tool of a line-level format is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Known(AgentIndex),
    /// An agent that the registry does not know.
    Unknown,
    /// It tests the format and attests nothing.
    Ignored,
}

/// All agents, compiled for matching.
#[derive(Debug)]
pub struct Agents {
    all: Vec<Agent>,
    #[cfg_attr(not(test), allow(dead_code, reason = "its cases are tests"))]
    pub(super) channels: Channels,
    emails: Patterns<AgentIndex>,
    shared_emails: Patterns<AgentIndex>,
    names: Patterns<AgentIndex>,
    own_names: Patterns<AgentIndex>,
    excluded: Patterns<()>,
    relays: Patterns<()>,
    logins: FxHashMap<String, (AgentIndex, bool)>,
    note_tools: FxHashMap<String, Tool>,
    trace_tools: FxHashMap<String, Tool>,
    pub(super) trailers: Patterns<Mark>,
    pub(super) body: Patterns<Mark>,
    pub(super) disclosures: Patterns<Mark>,
    pub(super) branches: Patterns<Mark>,
    pub(super) labels: Patterns<Mark>,
    pub(super) values: Patterns<Involvement>,
    pub(super) words: Words,
}

impl Agents {
    /// The compiled-in registry; made once.
    pub fn get() -> &'static Self {
        static AGENTS: OnceLock<Agents> = OnceLock::new();
        AGENTS.get_or_init(|| {
            let mut all: Vec<Agent> = Vec::new();
            for (path, text) in crate::embedded::rule_files("agents/").filter(|(path, _)| *path != CHANNELS) {
                all.push(crate::data::parse(path, text).expect("the built-in registry is valid: a test reads it"));
            }
            all.sort_by(|a, b| a.id.cmp(&b.id));
            let channels = crate::data::parse(CHANNELS, crate::embedded::rule_file(CHANNELS));
            Self::new(all, channels.expect("the built-in registry is valid: a test reads it"))
        })
    }

    /// The agents, sorted by id.
    pub fn all(&self) -> &[Agent] {
        &self.all
    }

    fn new(all: Vec<Agent>, channels: Channels) -> Self {
        let each = |texts: fn(&Agent) -> &[String]| {
            let pairs = all.iter().enumerate().flat_map(|(at, agent)| texts(agent).iter().map(move |text| (text, at)));
            Patterns::whole(pairs.map(|(text, at)| (text.clone(), at)))
        };
        let own = all.iter().enumerate().filter(|(_, agent)| agent.name_suffices);
        let own = own.flat_map(|(at, agent)| agent.names.iter().map(move |name| (name.clone(), at)));
        let excluded = |relays: bool| {
            let rules = channels.excludes.iter().filter(move |exclude| !relays || exclude.relays);
            Patterns::whole(rules.flat_map(|exclude| &exclude.emails).map(|email| (email.clone(), ())))
        };
        let words = Words::new(&channels);
        let (start, end) = (START, words.end());
        let filled = |(pattern, mark): (String, Mark)| (pattern.replace("{start}", start).replace("{end}", &end), mark);
        Self {
            emails: each(|agent| &agent.emails),
            shared_emails: each(|agent| &agent.shared_emails),
            names: each(|agent| &agent.names),
            own_names: Patterns::whole(own),
            excluded: excluded(false),
            relays: excluded(true),
            logins: logins(&all),
            note_tools: tools(&all, &channels, |agent| &agent.note_tools),
            trace_tools: tools(&all, &channels, |agent| &agent.trace_tools),
            trailers: Patterns::whole(trailers(&all, &channels).into_iter().map(filled)),
            body: Patterns::search(footers(&all).into_iter().map(filled)),
            disclosures: Patterns::search(disclosures(&channels.disclosures, "disclosure").into_iter().map(filled)),
            branches: Patterns::whole(branches(&all)),
            labels: Patterns::whole(disclosures(&channels.labels, "pr-label")),
            values: Patterns::whole(channels.value_trailers.iter().map(|rule| (rule.key.clone(), rule.involvement))),
            words,
            all,
            channels,
        }
    }

    pub(super) fn agent(&self, at: AgentIndex) -> &Agent {
        &self.all[at]
    }

    pub(super) fn name(&self, at: AgentIndex) -> AgentName {
        AgentName { id: self.all[at].id.clone(), name: self.all[at].name.clone() }
    }

    /// Agents whose service address this is.
    pub(super) fn by_address(&self, who: &Identity) -> Vec<AgentIndex> {
        let (name, email) = (who.name.raw().trim(), who.email.raw().trim());
        if self.excluded.is_match(email) {
            return Vec::new();
        }
        let mut found = self.emails.matches(email);
        let shared = self.shared_emails.matches(email);
        if !shared.is_empty() {
            let named = self.names.matches(name);
            found.extend(shared.into_iter().filter(|agent| named.contains(agent)));
        }
        found.extend(self.by_bot_address(email));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// True for an address that an agent writes under, also one that it shares with others.
    pub(super) fn is_agents(&self, address: &str) -> bool {
        let address = address.trim();
        let listed = || !self.emails.matches(address).is_empty() || !self.shared_emails.matches(address).is_empty();
        !self.excluded.is_match(address) && (listed() || self.by_bot_address(address).is_some())
    }

    /// GitHub gives each of its bots this address, after a number; only the bot itself bears the login.
    fn by_bot_address(&self, email: &str) -> Option<AgentIndex> {
        let email = email.to_lowercase();
        let login = email.strip_suffix("@users.noreply.github.com").filter(|login| login.ends_with("[bot]"))?;
        let login = match login.split_once('+') {
            Some((number, login)) if number.bytes().all(|byte| byte.is_ascii_digit()) => login,
            _ => login,
        };
        self.logins.get(login).map(|(agent, _)| *agent)
    }

    /// Agents that write this name over a person's address.
    pub(super) fn by_own_name(&self, who: &Identity) -> Vec<AgentIndex> {
        self.own_names.matches(who.name.raw().trim())
    }

    /// True for accounts that are no person: the registry's automation, and what a forge calls a bot.
    pub(super) fn is_automation(&self, who: &Identity) -> bool {
        let email = who.email.raw().trim();
        // addresses that stand in documentation are excluded as agents', not as automation
        let reserved = email.rsplit('@').next().is_some_and(|domain| domain.starts_with("example."));
        (self.excluded.is_match(email) && !reserved)
            || email.contains("[bot]@")
            || who.name.raw().trim_end().ends_with("[bot]")
    }

    /// True for bots whose messages repeat what others wrote about other changes.
    pub(super) fn relays(&self, who: &Identity) -> bool {
        self.relays.is_match(who.email.raw().trim())
    }

    /// The agent behind a tool of a git-ai note.
    pub(super) fn by_note_tool(&self, tool: &str) -> Tool {
        self.note_tools.get(&tool.trim().to_lowercase()).copied().unwrap_or(Tool::Unknown)
    }

    /// The agent behind a tool of an agent trace; tools go by the same names in notes.
    pub(super) fn by_trace_tool(&self, tool: &str) -> Tool {
        let known = self.trace_tools.get(&tool.trim().to_lowercase()).copied();
        known.unwrap_or_else(|| self.by_note_tool(tool))
    }

    /// The agent of a model's vendor (`anthropic/claude-opus-5`).
    pub(super) fn by_model(&self, model: &str) -> Option<AgentIndex> {
        let model = model.trim().to_lowercase();
        self.all.iter().position(|agent| agent.models.iter().any(|prefix| model.starts_with(prefix.as_str())))
    }

    /// The agent that is displayed under this name, where a format stores nothing else. The first that writes code wins.
    pub(super) fn by_display_name(&self, name: &str) -> Option<AgentIndex> {
        let found = self.names.matches(name.trim());
        let writer = found.iter().find(|at| self.all[**at].role == AgentRole::Agent);
        writer.or(found.first()).copied()
    }

    /// The agent behind an account on a forge. `kind` is what the forge says about it (`Bot`, `User`). GitHub's interfaces
    /// write one bot as `x[bot]`, `app/x` or plain `x`.
    pub(super) fn by_login(&self, login: &str, kind: Option<&str>) -> Option<AgentIndex> {
        let login = login.trim().to_lowercase();
        let (plain, app) = login.strip_prefix("app/").map_or((login.as_str(), false), |login| (login, true));
        let bot = app || kind.is_some_and(|kind| kind.eq_ignore_ascii_case("bot"));
        let as_bot = || self.logins.get(&format!("{plain}[bot]")).filter(|_| bot);
        let (agent, short) = self.logins.get(plain).or_else(as_bot)?;
        (!short || bot).then_some(*agent)
    }
}

/// Written `{start}` in patterns: where a line begins, behind emoji and marks of lists but not behind a quotation mark.
/// `{end}` is where the name of a tool ends, see `Words::end`.
const START: &str = r"^[^a-z0-9\x22\x27\x60]*";

/// The file of `rules/` for what names no agent.
const CHANNELS: &str = "agents/_channels.toml";

/// Login in lower case to its agent, and whether it is short. The first agent that writes code wins.
fn logins(all: &[Agent]) -> FxHashMap<String, (AgentIndex, bool)> {
    let mut found = FxHashMap::default();
    for writer in [true, false] {
        for (at, agent) in all.iter().enumerate().filter(|(_, agent)| (agent.role == AgentRole::Agent) == writer) {
            for (login, short) in pairs(agent) {
                found.entry(login.to_lowercase()).or_insert((at, short));
            }
        }
    }
    found
}

/// Tool in lower case to its agent; the first agent that claims it wins, and what only tests is ignored.
fn tools(all: &[Agent], channels: &Channels, of: fn(&Agent) -> &[String]) -> FxHashMap<String, Tool> {
    let ignored = channels.excludes.iter().flat_map(|exclude| &exclude.note_tools);
    let mut found: FxHashMap<String, Tool> = ignored.map(|tool| (tool.to_lowercase(), Tool::Ignored)).collect();
    for (at, tool) in all.iter().enumerate().flat_map(|(at, agent)| of(agent).iter().map(move |tool| (at, tool))) {
        found.entry(tool.to_lowercase()).or_insert(Tool::Known(at));
    }
    found
}

fn pairs(agent: &Agent) -> impl Iterator<Item = (&String, bool)> {
    let whole = agent.logins.iter().map(|login| (login, false));
    whole.chain(agent.short_logins.iter().map(|login| (login, true)))
}

fn trailers(all: &[Agent], channels: &Channels) -> Vec<(String, Mark)> {
    let named = all.iter().enumerate().flat_map(|(at, agent)| agent.trailers.iter().map(move |rule| (Some(at), rule)));
    let rules = named.chain(channels.trailers.iter().map(|rule| (None, rule))).map(|(agent, rule)| {
        let involvement = rule.involvement.unwrap_or_else(|| key_means(&rule.key, agent.map(|at| all[at].role)));
        (pattern(rule), Mark { agent, involvement, channel: "trailer", item: false })
    });
    let declared = channels.declarations.iter().flat_map(|rule| {
        let mark = |involvement| Mark { agent: None, involvement, channel: "declaration", item: false };
        let line = |value: &str| format!("(?:{}): (?:{value})", rule.key);
        [(line(&rule.no), mark(Involvement::DeclaredNone)), (line(&rule.yes), mark(Involvement::Assisted))]
    });
    // any other text under such a key describes what an agent did, unless it begins with a no
    let free = channels.declarations.iter().map(|rule| {
        let line = format!(r"(?:{}): .*[a-z].*\s.*", rule.key);
        (line, Mark { agent: None, involvement: Involvement::Assisted, channel: FREE_TEXT, item: false })
    });
    rules.chain(declared).chain(free).collect()
}

/// A claim from free text counts only if nothing stricter matched.
pub(super) const FREE_TEXT: &str = "declaration-text";

fn pattern(rule: &TrailerRule) -> String {
    format!("(?:{}): (?:{})", rule.key, rule.value)
}

/// Co-authors and helpers are named by their keys; any other trailer of an agent links to its session.
fn key_means(key: &str, role: Option<AgentRole>) -> Involvement {
    let key = key.to_lowercase();
    if key.contains("co-authored") {
        co_author_degree(role)
    } else if key.contains("assisted") {
        Involvement::Assisted
    } else if key.contains("generated") {
        Involvement::AgentAuthored
    } else {
        Involvement::CoAuthored
    }
}

/// What it means to be a co-author.
pub(super) fn co_author_degree(role: Option<AgentRole>) -> Involvement {
    match role {
        Some(AgentRole::Assistant | AgentRole::Reviewer | AgentRole::Autofix) => Involvement::Assisted,
        _ => Involvement::CoAuthored,
    }
}

fn footers(all: &[Agent]) -> Vec<(String, Mark)> {
    let each = all.iter().enumerate().flat_map(|(at, agent)| agent.body.iter().map(move |text| (text.clone(), at)));
    let involvement = Involvement::AgentAuthored;
    each.map(|(text, at)| (text, Mark { agent: Some(at), involvement, channel: "footer", item: true })).collect()
}

fn branches(all: &[Agent]) -> Vec<(String, Mark)> {
    let each = all.iter().enumerate().flat_map(|(at, agent)| agent.branches.iter().map(move |text| (text.clone(), at)));
    let involvement = Involvement::Assisted;
    each.map(|(text, at)| (text, Mark { agent: Some(at), involvement, channel: "pr-branch", item: false })).collect()
}

fn disclosures(rules: &[Disclosure], channel: &'static str) -> Vec<(String, Mark)> {
    let mark = |rule: &Disclosure| Mark { agent: None, involvement: rule.involvement, channel, item: rule.r#box };
    rules.iter().map(|rule| (rule.pattern.clone(), mark(rule))).collect()
}
