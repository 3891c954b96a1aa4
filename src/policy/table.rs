//! The policy as a table: what is asked for by area, author, AI involvement and level. Situations that ask for the same
//! stand in one row; equal requirements have one letter, told below the table.

use super::Policy;
use super::cells::{Cell, Domain, range};
use super::join::{Demand, OwnersScope};
use super::vocabulary::INVOLVEMENT;
use crate::provenance::Involvement;
use crate::score::Level;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One row: situations that ask for the same at each level.
#[derive(Clone, Debug)]
pub struct TableRow {
    pub area: String,
    pub author: String,
    pub ai: String,
    /// For each level, lowest first, the mark of its requirement.
    pub marks: [String; 4],
}

/// A whole policy.
#[derive(Clone, Debug)]
pub struct PolicyTable {
    pub rows: Vec<TableRow>,
    /// Mark and what it stands for, in the order of their first use.
    pub requirements: Vec<(String, String)>,
    pub cells: usize,
    /// Names that stand for several areas, which no rule tells apart.
    pub same: Vec<String>,
}

impl Policy {
    /// The table of this policy: no area, each area alone, and all of them.
    pub fn table(&self) -> PolicyTable {
        let domain = Domain::of(&[self]);
        let mut table =
            PolicyTable { rows: Vec::new(), requirements: Vec::new(), cells: domain.cells.len(), same: Vec::new() };
        let mut marks = BTreeMap::new();
        let whole = (1_u64 << domain.areas.len().min(63)) - 1;
        let alone = (0..domain.areas.len()).map(|at| (1_u64 << at, domain.areas[at][0].to_string()));
        let mut areas: Vec<(u64, String)> = vec![(0, "no named area".to_owned())];
        areas.extend(alone);
        if domain.areas.len() > 1 {
            areas.push((whole, "all of these".to_owned()));
        }
        for (mask, name) in areas {
            rows(self, &domain, mask, &name, &mut marks, &mut table);
        }
        let many = domain.areas.iter().filter(|names| names.len() > 1);
        table.same = many.map(|names| format!("{} stands for {}", names[0], names.join(", "))).collect();
        table
    }
}

/// The rows of one area: involvement and tiers that ask for the same are put together.
fn rows(
    policy: &Policy,
    domain: &Domain,
    mask: u64,
    area: &str,
    marks: &mut BTreeMap<String, String>,
    table: &mut PolicyTable,
) {
    let tiers: Vec<usize> = (0..policy.tiers.len()).collect();
    let mut open: Vec<(Vec<String>, usize, BTreeSet<Involvement>)> = Vec::new();
    for tier in &tiers {
        for ai in INVOLVEMENT {
            let at = |risk| {
                let cell = Cell { risk, ai, tier: Some(*tier), touched: mask, reached: 0, inside: 0 };
                domain.demand(policy, cell).shape(&policy.tiers)
            };
            let shapes: Vec<String> = Level::ALL.map(at).to_vec();
            match open.iter_mut().find(|(known, of, _)| *known == shapes && of == tier) {
                Some((_, _, ais)) => drop(ais.insert(ai)),
                None => open.push((shapes, *tier, BTreeSet::from([ai]))),
            }
        }
    }
    let mut merged: Vec<(Vec<String>, BTreeSet<usize>, BTreeSet<Involvement>)> = Vec::new();
    for (shapes, tier, ais) in open {
        match merged.iter_mut().find(|(known, _, others)| *known == shapes && *others == ais) {
            Some((_, tiers, _)) => drop(tiers.insert(tier)),
            None => merged.push((shapes, BTreeSet::from([tier]), ais)),
        }
    }
    for (shapes, of, ais) in merged {
        let marks = [0, 1, 2, 3].map(|at| mark(&shapes[at], marks, &mut table.requirements));
        let name = |tier: usize| &*policy.tiers[tier];
        table.rows.push(TableRow {
            area: area.to_owned(),
            author: range(&of, &tiers, name),
            ai: range(&ais, &INVOLVEMENT, Involvement::as_str),
            marks,
        });
    }
}

/// A, B, ... Z, AA, ...
fn mark(shape: &str, known: &mut BTreeMap<String, String>, list: &mut Vec<(String, String)>) -> String {
    if let Some(mark) = known.get(shape) {
        return mark.clone();
    }
    let mut number = known.len();
    let mut mark = String::new();
    loop {
        mark.insert(0, char::from(b'A' + (number % 26) as u8));
        match number / 26 {
            0 => break,
            more => number = more - 1,
        }
    }
    known.insert(shape.to_owned(), mark.clone());
    list.push((mark.clone(), shape.to_owned()));
    mark
}

impl Demand {
    /// What is asked for, without the reasons: equal text, equal requirement.
    pub(super) fn shape(&self, tiers: &[Arc<str>]) -> String {
        let mut parts = Vec::new();
        let tier = |tier: usize| if tier == 0 { String::new() } else { format!(" of {} or above", tiers[tier]) };
        match self.approvals.value {
            0 if self.slots.is_empty() => parts.push("no approval".to_owned()),
            0 => {}
            1 => parts.push(format!("1 approval{}", tier(self.min_tier.value))),
            count => parts.push(format!("{count} approvals{}", tier(self.min_tier.value))),
        }
        for slot in self.slots.keys() {
            let apart = if slot.distinct { " (nobody twice)" } else { "" };
            parts.push(format!("{}{}{apart}", slot.count, super::unmet::told(slot, tiers)));
        }
        let scopes =
            self.owners.keys().filter(|scope| !self.owners.keys().any(|has| has != *scope && has.covers(scope)));
        parts.extend(scopes.map(|scope| match scope {
            OwnersScope::Any => "an owner of a touched file".to_owned(),
            scope => format!("owners of {}", scope.told()),
        }));
        parts.extend((!self.pair.is_empty()).then(|| "two who did not approve each other's layers".to_owned()));
        parts.extend(self.steps.keys().map(|step| format!("step {step}")));
        if self.cooling_off.value > 0 {
            parts.push(format!("wait {} min", self.cooling_off.value / 60));
        }
        parts.extend(self.notify.keys().map(|who| format!("tell {who}")));
        parts.extend(self.blocks.keys().map(|block| format!("BLOCKED: {block}")));
        parts.join(" + ")
    }
}

impl PolicyTable {
    /// The table as text, in columns.
    pub fn text(&self) -> String {
        let head = ["area", "author", "AI involvement"].map(str::to_owned);
        let levels = Level::ALL.map(|level| level.as_str().to_owned());
        let mut lines: Vec<Vec<String>> = vec![head.into_iter().chain(levels).collect()];
        for row in &self.rows {
            let names = [row.area.clone(), row.author.clone(), row.ai.clone()];
            lines.push(names.into_iter().chain(row.marks.clone()).collect());
        }
        let mut text = columns(&lines);
        text.push('\n');
        for (mark, shape) in &self.requirements {
            text.push_str(&format!("{mark:<3} {shape}\n"));
        }
        for same in &self.same {
            text.push_str(&format!("\n{same}\n"));
        }
        text.push_str(&format!("\n{} situations, {} different requirements\n", self.cells, self.requirements.len()));
        text
    }
}

/// Lines with their cells below each other; what repeats the cell above is left out in the first columns.
pub(super) fn columns(lines: &[Vec<String>]) -> String {
    let count = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for line in lines {
        let padded: Vec<String> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(padded.join("  ").trim_end());
        text.push('\n');
    }
    text
}
