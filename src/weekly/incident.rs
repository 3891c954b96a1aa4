//! Looking back from an incident: what would have been said of the change, where it stood among the changes before it, and
//! which of them look like it.

use super::IncidentMaterial;
use super::document::{Alike, Incident, Repair};
use super::judged::{Judged, subject};
use super::summary::kind_word;
use crate::history::{CommitKind, classify, targets};
use crate::render::Text;

/// Changes with a common signal that are named (count).
const ALIKE: usize = 20;
/// Repairs that are named (count).
const REPAIRS: usize = 10;

pub(super) fn incident(material: &IncidentMaterial) -> Incident {
    let IncidentMaterial { change, before, after } = material;
    let riskier = before.iter().filter(|other| other.score > change.score).count();
    Incident {
        change: change.shown(),
        asked: change.asked.iter().map(|(rule, words)| Text::from(format!("{words} ({rule})").as_str())).collect(),
        rank: riskier as u32 + 1,
        among: before.len() as u32 + 1,
        alike: alike(change, before),
        repaired_by: repaired_by(change, after),
    }
}

fn alike(change: &Judged, before: &[Judged]) -> Vec<Alike> {
    let shared = |other: &Judged| -> Vec<String> {
        let common = other.signals.iter().filter(|rule| change.signals.contains(rule));
        common.map(|rule| rule.to_string()).collect()
    };
    let mut found: Vec<(&Judged, Vec<String>)> = before.iter().map(|other| (other, shared(other))).collect();
    found.retain(|(_, shared)| !shared.is_empty());
    found.sort_by_key(|(other, shared)| {
        let (shared, score, time) = (shared.len(), other.score, other.time);
        (std::cmp::Reverse((shared, score, time)), other.oid)
    });
    found.into_iter().take(ALIKE).map(|(other, shared)| Alike { change: other.shown(), shared }).collect()
}

/// Later commits whose message names the change.
fn repaired_by(change: &Judged, after: &[crate::input::Commit]) -> Vec<Repair> {
    let own = change.oid.to_string();
    let repairing = after.iter().filter(|commit| {
        let message = commit.message.raw();
        classify(message) != CommitKind::Other && targets(message).iter().any(|target| own.starts_with(target.as_str()))
    });
    let shown = |commit: &crate::input::Commit| Repair {
        commit: commit.oid.to_string(),
        subject: Text::from(&subject(&commit.message)),
        kind: kind_word(classify(commit.message.raw())),
        of: None,
    };
    repairing.take(REPAIRS).map(shown).collect()
}
