//! What holds in every situation. Invariants are looked up cell by cell over the whole domain of a policy, so an answer is
//! a proof and a hole comes with its counterexamples. Built in are those that every policy should keep: more danger never
//! asks for less, governance asks for more, staying silent about AI buys nothing, and what a rule guards against at one
//! level is guarded against at every level. A policy adds its own as `[[invariant]]`; one that has the name of a rule
//! replaces the built-in question about that rule.

use super::Policy;
use super::cells::{Cell, Domain};
use super::governance;
use super::join::{Demand, lacks};
use super::rule::{PolicyRule, When};
use super::self_test::shortfall;
use super::vocabulary::INVOLVEMENT;
use crate::provenance::Involvement;
use crate::score::Level;
use std::collections::BTreeSet;

/// Lines that counterexamples of one invariant take.
const LINES_MAX: usize = 8;

/// One invariant, and where it does not hold.
#[derive(Clone, Debug)]
pub struct Proof {
    pub name: String,
    /// What should hold, in words.
    pub says: String,
    /// Cells where it speaks of something.
    pub cells: usize,
    /// Cells where it does not hold.
    pub holes: usize,
    /// These cells in words, at most a few lines.
    pub counterexamples: Vec<String>,
    /// What is not asked for there.
    pub lacking: BTreeSet<String>,
}

/// All invariants of a policy, over its whole domain.
#[derive(Clone, Debug)]
pub struct Proofs {
    pub cells: usize,
    /// Requirements that differ.
    pub requirements: usize,
    /// True if not every combination of areas was looked at.
    pub cut: bool,
    pub all: Vec<Proof>,
}

impl Policy {
    /// Checks the built-in invariants and the policy's own in every situation.
    pub fn prove(&self) -> Proofs {
        let domain = Domain::of(&[self]);
        let demands: Vec<Demand> = domain.cells.iter().map(|cell| domain.demand(self, *cell)).collect();
        let prover = Prover { policy: self, domain: &domain, demands: &demands };
        let mut all = vec![prover.monotone(), prover.governance(), prover.silence()];
        all.extend(self.trust.accept_declared_none.then(|| prover.false_denial()));
        let guards = self.rules.iter().filter(|rule| rule.when.risk.is_some_and(|risk| risk > Level::Low));
        let guards = guards.filter(|rule| rule.when.ai.is_some() || rule.when.author_tier.is_some());
        let replaced = |rule: &&PolicyRule| !self.invariants.iter().any(|own| own.name == rule.name);
        all.extend(guards.filter(replaced).map(|rule| prover.guard(rule)));
        all.extend(self.invariants.iter().map(|own| {
            let says = own.why.as_deref().unwrap_or("what the policy itself expects").to_owned();
            prover.expects(&own.name, says, &own.when, |demand| shortfall(self, demand, &own.expect))
        }));
        let shapes: BTreeSet<String> = demands.iter().map(|demand| demand.shape(&self.tiers)).collect();
        Proofs { cells: domain.cells.len(), requirements: shapes.len(), cut: domain.cut, all }
    }
}

struct Prover<'a> {
    policy: &'a Policy,
    domain: &'a Domain,
    demands: &'a [Demand],
}

impl Prover<'_> {
    fn proof(&self, name: &str, says: String, looked: Vec<(Cell, Vec<String>)>) -> Proof {
        let holes: Vec<&(Cell, Vec<String>)> = looked.iter().filter(|(_, lacking)| !lacking.is_empty()).collect();
        let cells: Vec<Cell> = holes.iter().map(|(cell, _)| *cell).collect();
        Proof {
            name: name.to_owned(),
            says,
            cells: looked.len(),
            holes: holes.len(),
            counterexamples: self.domain.told(&cells, LINES_MAX),
            lacking: holes.iter().flat_map(|(_, lacking)| lacking.iter().cloned()).collect(),
        }
    }

    /// Each cell.
    fn each(&self) -> impl Iterator<Item = (Cell, &Demand)> {
        self.domain.cells.iter().copied().zip(self.demands)
    }

    fn demand(&self, cell: Cell) -> Demand {
        match self.domain.cells.binary_search(&cell) {
            Ok(at) => self.demands[at].clone(),
            Err(_) => self.domain.demand(self.policy, cell),
        }
    }

    fn lacks(&self, demand: &Demand, least: &Demand) -> Vec<String> {
        lacks(demand, least, &self.policy.tiers)
    }

    fn expects(&self, name: &str, says: String, when: &When, lacking: impl Fn(&Demand) -> Vec<String>) -> Proof {
        let inside = self.each().filter(|(cell, _)| self.domain.holds(when, *cell));
        self.proof(name, says, inside.map(|(cell, demand)| (cell, lacking(demand))).collect())
    }

    /// Against the next step of danger in each dimension; longer ways are made of such steps.
    fn monotone(&self) -> Proof {
        let looked = self.each().map(|(cell, demand)| {
            let more = steps(cell, self.domain);
            (cell, more.into_iter().flat_map(|more| self.lacks(&self.demand(more), demand)).collect())
        });
        let says = "more risk, more AI, a lower tier or one more area never asks for less".to_owned();
        self.proof("more-danger-never-asks-for-less", says, looked.collect())
    }

    fn governance(&self) -> Proof {
        let at = self.domain.areas.iter().position(|names| names.iter().any(|name| &**name == governance::AREA));
        let bit = at.map_or(0, |at| 1_u64 << at);
        let inside = self.each().filter(|(cell, _)| cell.touched == bit && cell.inside == 0);
        let lowest = inside.filter(|(cell, _)| cell.risk == Level::Low && cell.ai == Involvement::DeclaredNone);
        let looked = lowest.map(|(cell, demand)| {
            let without = self.demand(Cell { touched: 0, ..cell });
            let same = self.lacks(&without, demand).is_empty();
            (cell, if same { vec!["anything more than any other change needs".to_owned()] } else { Vec::new() })
        });
        let says = "a change to what decides about reviews needs more than any change does".to_owned();
        self.proof("governance-asks-for-more", says, looked.collect())
    }

    /// Whoever says how an AI was involved must not need more than whoever says nothing.
    fn silence(&self) -> Proof {
        let silent = self.policy.trust.unknown_ai;
        let said = |cell: &Cell| (Involvement::Assisted..=Involvement::AgentAuthored).contains(&cell.ai);
        let looked = self
            .each()
            .filter(|(cell, _)| said(cell))
            .map(|(cell, demand)| (cell, self.lacks(&self.demand(Cell { ai: silent, ..cell }), demand)));
        let says = format!(
            "saying that an AI took part costs no more than saying nothing, which counts as {}",
            silent.as_str()
        );
        self.proof("hiding-buys-nothing", says, looked.collect())
    }

    /// Where a declaration is believed, a false one must not buy anything either.
    fn false_denial(&self) -> Proof {
        let denied = self.each().filter(|(cell, _)| cell.ai == Involvement::DeclaredNone);
        let looked = denied.map(|(cell, demand)| {
            let silent = Cell { ai: self.policy.trust.unknown_ai, ..cell };
            (cell, self.lacks(demand, &self.demand(silent)))
        });
        let says = "a declaration that no AI took part, which anyone can write, buys nothing".to_owned();
        self.proof("denying-buys-nothing", says, looked.collect())
    }

    /// A rule about who or what wrote a change that begins at some level leaves the levels below open.
    fn guard(&self, rule: &PolicyRule) -> Proof {
        let when = When { risk: None, ..rule.when.clone() };
        let why = rule.why.as_deref().map_or_else(String::new, |why| format!(" ({why})"));
        let says = format!("what rule `{}` asks for is asked for at every level{why}", rule.name);
        self.expects(&rule.name, says, &when, |demand| shortfall(self.policy, demand, &rule.require))
    }
}

/// One step more dangerous, in each dimension where there is one.
fn steps(cell: Cell, domain: &Domain) -> Vec<Cell> {
    let mut more = Vec::new();
    let up = |scale: &[Level], at: Level| scale.iter().copied().find(|level| *level > at);
    more.extend(up(&Level::ALL, cell.risk).map(|risk| Cell { risk, ..cell }));
    more.extend(INVOLVEMENT.into_iter().find(|ai| *ai > cell.ai).map(|ai| Cell { ai, ..cell }));
    if let Some(tier) = cell.tier.filter(|tier| *tier > 0) {
        more.push(Cell { tier: Some(tier - 1), ..cell });
    }
    for at in (0..domain.areas.len()).filter(|at| cell.touched & (1 << at) == 0) {
        more.push(Cell { touched: cell.touched | 1 << at, reached: cell.reached & !(1 << at), ..cell });
    }
    for at in (0..domain.exempts.len()).filter(|at| cell.inside & (1 << at) != 0) {
        more.push(Cell { inside: cell.inside & !(1 << at), ..cell });
    }
    more
}
