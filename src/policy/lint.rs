//! What a policy's author should know before it decides about anybody: rules that never matter, requirements that nobody
//! can meet, and every rule where hiding how a change was made would buy something. Found by looking at every cell, and
//! with a people file, at everyone who could be asked.

use super::Policy;
use super::cells::{Cell, Domain};
use super::gate::{Evidence, Label};
use super::governance;
use super::join::{Demand, join, lacks, matches};
use super::owner_groups::Grouped;
use super::people::People;
use super::reviewers::{Candidate, Cost, needs, smallest};
use super::rule::When;
use crate::provenance::Involvement;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Line of the policy file; 0 where it is about the whole.
    pub line: u32,
    /// `dead`, `redundant`, `unsatisfiable`, `hiding-pays`, `hole`, `unused`.
    pub kind: &'static str,
    pub message: String,
}

impl Policy {
    /// Everything that looks like a mistake, by line.
    pub fn lint(&self, people: Option<&People>) -> Vec<Finding> {
        let domain = Domain::of(&[self]);
        let mut found = Vec::new();
        found.extend(silent(self, &domain));
        found.extend(hiding(self));
        found.extend(unused(self));
        found.extend(people.map(|people| missing_people(self, people)).unwrap_or_default());
        found.extend(people.map(|people| unsatisfiable(self, people, &domain)).unwrap_or_default());
        found.sort();
        found.dedup();
        found
    }
}

/// Rules that never match, and rules without which everything would be asked for all the same.
fn silent(policy: &Policy, domain: &Domain) -> Vec<Finding> {
    let demands: Vec<Demand> = domain.cells.iter().map(|cell| domain.demand(policy, *cell)).collect();
    let mut found = Vec::new();
    for (at, rule) in policy.rules.iter().enumerate() {
        let mut without = policy.clone();
        without.rules.remove(at);
        let holds: Vec<usize> =
            (0..demands.len()).filter(|cell| domain.holds(&rule.when, domain.cells[*cell])).collect();
        let exempted = |cell: &usize| demands[*cell].exempted.values().any(|rules| rules.contains(&rule.name));
        let same = |cell: &usize| {
            let rest = join(&without, &domain.situation(domain.cells[*cell]));
            lacks(&rest, &demands[*cell], &policy.tiers).is_empty()
        };
        let (kind, message) = if holds.is_empty() {
            ("dead", format!("rule `{}` never matches", rule.name))
        } else if rule.require.is_empty() {
            ("dead", format!("rule `{}` asks for nothing", rule.name))
        } else if holds.iter().all(exempted) {
            ("dead", format!("rule `{}` is switched off by an [[exempt]] wherever it matches", rule.name))
        } else if !about_governance(rule) && holds.iter().all(same) {
            (
                "redundant",
                format!(
                    "rule `{}` asks for nothing that other rules do not ask for{}",
                    rule.name,
                    stronger(policy, at)
                ),
            )
        } else {
            continue;
        };
        found.push(Finding { line: rule.line, kind, message });
    }
    found
}

/// A rule about governance stands in for what is built in, so leaving it out never shows.
fn about_governance(rule: &super::rule::PolicyRule) -> bool {
    rule.when.area.iter().flatten().any(|area| &**area == governance::AREA)
}

/// The rule that stands before another one, if a single one does.
fn stronger(policy: &Policy, at: usize) -> String {
    let rule = &policy.rules[at];
    let others = policy.rules.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| other);
    let least = demand_of(rule.require.clone());
    let covers = others
        .filter(|other| implies(&rule.when, &other.when))
        .find(|other| lacks(&demand_of(other.require.clone()), &least, &policy.tiers).is_empty());
    covers.map_or_else(String::new, |other| format!(" (`{}`, line {}, asks for as much)", other.name, other.line))
}

fn demand_of(require: super::rule::Require) -> Demand {
    let mut demand = Demand::default();
    demand.add(&require, &("".into(), String::new()), &BTreeSet::new());
    demand
}

/// True if wherever the first holds, the second does, as far as their words show.
fn implies(narrow: &When, wide: &When) -> bool {
    let least = |wide: Option<usize>, narrow: Option<usize>| wide.is_none_or(|wide| narrow.is_some_and(|n| n >= wide));
    let risk = |when: &When| when.risk.map(|level| level as usize);
    let ai = |when: &When| when.ai.map(|ai| ai as usize);
    let tier = wide.author_tier.is_none_or(|wide| narrow.author_tier.is_some_and(|narrow| narrow <= wide));
    let names = |wide: &Option<Vec<Arc<str>>>, narrow: &Option<Vec<Arc<str>>>| match (wide, narrow) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wide), Some(narrow)) => narrow.iter().all(|name| wide.contains(name)),
    };
    least(risk(wide), risk(narrow))
        && least(ai(wide), ai(narrow))
        && tier
        && names(&wide.area, &narrow.area)
        && names(&wide.reached, &narrow.reached)
}

/// Involvement up to `agent-authored` is declared by whoever wrote the change, so a threshold that only the honest reach
/// rewards silence; `autonomous` is observed by the forge.
fn hiding(policy: &Policy) -> Vec<Finding> {
    let silent = policy.trust.unknown_ai;
    let mut found = Vec::new();
    let mut add = |line: u32, message: String| found.push(Finding { line, kind: "hiding-pays", message });
    let conditions = policy.rules.iter().map(|rule| (&rule.name, rule.line, &rule.when, "rule"));
    let freezes = policy.freezes.iter().map(|freeze| (&freeze.name, freeze.line, &freeze.when, "freeze"));
    for (name, line, when, what) in conditions.chain(freezes) {
        let Some(least) = when.ai else { continue };
        if least > silent && least <= Involvement::AgentAuthored {
            let (least, silent) = (least.as_str(), silent.as_str());
            add(
                line,
                format!(
                    "{what} `{name}` begins at {least}, and saying nothing counts as {silent}: write `>=assisted`, or `>=autonomous`, which is observed"
                ),
            );
        }
        if least > Involvement::DeclaredNone && least <= silent && policy.trust.accept_declared_none {
            add(
                line,
                format!(
                    "{what} `{name}` is avoided by declaring that no AI took part, which declared_none = \"accept\" believes"
                ),
            );
        }
    }
    for exempt in &policy.exempts {
        let Some(most) = exempt.ai else { continue };
        if most < Involvement::AgentAuthored && most >= silent {
            let most = most.as_str();
            add(
                exempt.line,
                format!(
                    "exemption `{}` ends above {most}: whoever says nothing keeps it, whoever says more loses it",
                    exempt.name
                ),
            );
        }
        if most < silent && policy.trust.accept_declared_none {
            add(exempt.line, format!("exemption `{}` is had by declaring that no AI took part", exempt.name));
        }
    }
    found
}

fn unused(policy: &Policy) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |line: u32, kind: &'static str, message: String| found.push(Finding { line, kind, message });
    let rules = policy.rules.iter().map(|rule| &rule.when);
    let named: BTreeSet<&Arc<str>> = rules
        .chain(policy.freezes.iter().map(|freeze| &freeze.when))
        .flat_map(|when| when.area.iter().flatten().chain(when.reached.iter().flatten()))
        .chain(policy.overrule.iter().flat_map(|terms| &terms.never))
        .collect();
    for area in policy.areas.keys().filter(|area| !named.contains(area) && &***area != governance::AREA) {
        add(0, "unused", format!("no rule speaks of area `{area}`"));
    }
    let raised = policy.freezes.iter().filter_map(|freeze| freeze.raised());
    let asked: BTreeSet<&Arc<str>> =
        policy.rules.iter().map(|rule| &rule.require).chain(raised).flat_map(|require| &require.steps).collect();
    for step in policy.steps.keys().filter(|step| !asked.contains(step)) {
        add(0, "unused", format!("no rule asks for step `{step}`"));
    }
    for exempt in &policy.exempts {
        let ruled: Vec<&str> = policy
            .rules
            .iter()
            .filter(|rule| exempt.rules.contains(&rule.name))
            .filter(|rule| rule.when.area.iter().flatten().any(|area| &**area == governance::AREA))
            .map(|rule| &*rule.name)
            .collect();
        if !ruled.is_empty() {
            add(
                exempt.line,
                "hole",
                format!("exemption `{}` switches off {}, which guards governance", exempt.name, ruled.join(", ")),
            );
        }
        if exempt.rules.is_empty() {
            add(exempt.line, "dead", format!("exemption `{}` names no rule", exempt.name));
        }
    }
    if policy.floor == 0 {
        add(0, "hole", "[floor] approvals = 0: where no rule matches, nobody looks".to_owned());
    }
    found
}

/// Teams that steps, labels and overrides rely on, and that are nobody.
fn missing_people(policy: &Policy, people: &People) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut team = |name: &Option<Arc<str>>, line: u32, what: String| {
        if let Some(team) = name.as_ref().filter(|team| people.members(team).is_empty()) {
            found.push(Finding { line, kind: "unsatisfiable", message: format!("{what}: nobody is in team `{team}`") });
        }
    };
    for (step, evidence) in &policy.steps {
        if let Evidence::Label(Label { by_team, .. }) = evidence {
            team(by_team, 0, format!("step `{step}` can never be shown"));
        }
    }
    for freeze in &policy.freezes {
        let label = freeze.except.as_ref().and_then(|label| label.by_team.clone());
        team(&label, freeze.line, format!("nothing gets through freeze `{}`", freeze.name));
    }
    if let Some(terms) = &policy.overrule {
        let able = people.members(&terms.by_team);
        let able = able.iter().filter(|at| people.tier(**at, &policy.tiers) >= terms.min_tier).count();
        if able < terms.count as usize {
            let message = format!("[override] needs {} of team `{}`, and {able} could", terms.count, terms.by_team);
            found.push(Finding { line: 0, kind: "unsatisfiable", message });
        }
    }
    found
}

/// Requirements that nobody can meet, whoever of that tier wrote the change, or that one author's own change cannot.
fn unsatisfiable(policy: &Policy, people: &People, domain: &Domain) -> Vec<Finding> {
    let mut shapes: BTreeMap<(String, Option<usize>), (Demand, Vec<Cell>)> = BTreeMap::new();
    for cell in &domain.cells {
        let demand = domain.demand(policy, *cell);
        let key = (demand.shape(&policy.tiers), cell.tier);
        shapes.entry(key).or_insert_with(|| (demand, Vec::new())).1.push(*cell);
    }
    let mut open: Vec<(Demand, Cell, Vec<usize>, usize)> = Vec::new();
    for ((_, tier), (demand, cells)) in shapes {
        let authors = authors(policy, people, tier);
        let stuck: Vec<usize> = authors.iter().copied().filter(|at| !possible(policy, people, &demand, *at)).collect();
        if let (Some(cell), false) = (cells.first(), stuck.is_empty()) {
            open.push((demand, *cell, stuck, authors.len()));
        }
    }
    let mut blamed: BTreeMap<Asked, Stuck> = BTreeMap::new();
    for (demand, cell, stuck, authors) in &open {
        // where less cannot be met either, the less says it better
        let implied =
            |at: &&usize| !open.iter().any(|(less, _, others, _)| others.contains(at) && is_more(policy, demand, less));
        let names: BTreeSet<Arc<str>> = stuck.iter().filter(implied).map(|at| people.entry(*at).id.clone()).collect();
        if names.is_empty() {
            continue;
        }
        let rules: BTreeSet<&Arc<str>> = asking(demand);
        let line = first_line(policy, domain, *cell, &rules);
        let rules: Vec<&str> = rules.iter().map(|rule| &***rule).collect();
        let entry =
            blamed.entry(Asked { line, rules: rules.join(", "), shape: demand.shape(&policy.tiers) }).or_default();
        entry.all |= names.len() == *authors;
        entry.authors.extend(names);
    }
    blamed.into_iter().map(|(asked, stuck)| stuck.finding(&asked)).collect()
}

/// True if whoever meets the first meets the second, and not the other way round.
fn is_more(policy: &Policy, more: &Demand, less: &Demand) -> bool {
    lacks(more, less, &policy.tiers).is_empty() && !lacks(less, more, &policy.tiers).is_empty()
}

/// A requirement, the rules that ask for it, and the line of the first of them.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    line: u32,
    rules: String,
    shape: String,
}

/// Authors whose changes nobody could approve.
#[derive(Default)]
struct Stuck {
    authors: BTreeSet<Arc<str>>,
    /// True if it is so for everybody of a tier.
    all: bool,
}

impl Stuck {
    fn finding(&self, asked: &Asked) -> Finding {
        let Asked { line, rules, shape } = asked;
        let names: Vec<&str> = self.authors.iter().take(5).map(|id| &**id).collect();
        let more = if self.authors.len() > 5 { format!(" and {} more", self.authors.len() - 5) } else { String::new() };
        let whose = if self.all && self.authors.len() > 1 { "anybody of a tier, such as " } else { "" };
        let message = format!("nobody could approve a change of {whose}{}{more}: {shape} ({rules})", names.join(", "));
        Finding { line: *line, kind: "unsatisfiable", message }
    }
}

/// Who could have written a change of that tier.
fn authors(policy: &Policy, people: &People, tier: Option<usize>) -> Vec<usize> {
    let of_tier = |at: &usize| tier.is_none_or(|tier| people.tier(*at, &policy.tiers) == tier);
    (0..people.len()).filter(|at| people.is_person(*at) && of_tier(at)).collect()
}

fn possible(policy: &Policy, people: &People, demand: &Demand, author: usize) -> bool {
    let free = (0..people.len()).filter(|at| people.is_person(*at) && *at != author);
    let candidates: Vec<Candidate> = free.map(|at| Candidate { at, cost: Cost::default() }).collect();
    smallest(&needs(policy, people, demand, &Grouped::default()), &BTreeSet::new(), &candidates).is_some()
}

/// The rules that ask for people.
fn asking(demand: &Demand) -> BTreeSet<&Arc<str>> {
    let slots = demand.slots.values().flatten();
    slots.chain(&demand.approvals.by).chain(&demand.min_tier.by).map(|(rule, _)| rule).collect()
}

fn first_line(policy: &Policy, domain: &Domain, cell: Cell, rules: &BTreeSet<&Arc<str>>) -> u32 {
    let situation = domain.situation(cell);
    let asks =
        policy.rules.iter().filter(|rule| rules.contains(&rule.name) && matches(&rule.when, &situation).is_some());
    asks.map(|rule| rule.line).min().unwrap_or(0)
}
