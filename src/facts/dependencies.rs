//! Dependencies before and after: what came, what went, how far a version moved. What a manifest says about a dependency
//! is not reported a second time as a setting or as text.

use super::entity_change::bare;
use super::manifests::{Dependency, Manifest};
use super::pair::{Pair, Sheet};
use super::settings::Taken;
use super::versions::bump;
use super::{DependencyChange, Fact, FactKind};
use crate::location::{LineRange, Side};
use crate::text::Untrusted;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a manifest's dependencies came to.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub facts: Vec<Fact>,
    /// Settings that hold dependencies.
    pub taken: Taken,
    /// Lines of each side that hold dependencies of a text manifest.
    pub lines: [Vec<LineRange>; 2],
}

/// Compares the dependencies of a manifest; nothing for any other file.
pub(super) fn dependency_facts(pair: &Pair) -> Found {
    let manifest = |side: Side| pair.sheet(side).and_then(|_| Manifest::of(pair.change.path_on(side)));
    let Some(kind) = manifest(Side::New).or_else(|| manifest(Side::Old)) else { return Found::default() };
    let read = |side: Side| -> Vec<Dependency> {
        let reader = manifest(side).filter(|manifest| manifest.reads_settings() == kind.reads_settings());
        let found = |sheet: &Sheet| reader.map(|manifest| manifest.dependencies(sheet.all(), &sheet.outline.settings));
        pair.sheet(side).and_then(found).unwrap_or_default()
    };
    let (old, new) = (read(Side::Old), read(Side::New));
    let mut found = Found::default();
    found.taken.old.extend(old.iter().flat_map(|dependency| dependency.settings.iter().copied()));
    found.taken.new.extend(new.iter().flat_map(|dependency| dependency.settings.iter().copied()));
    found.lines = [&old, &new].map(|side| side.iter().map(|dependency| dependency.lines).collect());
    let mut by_name: BTreeMap<(Arc<str>, Arc<str>, bool), (Vec<Dependency>, Vec<Dependency>)> = BTreeMap::new();
    let key = |dependency: &Dependency| (dependency.section.clone(), dependency.name.clone(), dependency.development);
    old.into_iter().for_each(|dependency| by_name.entry(key(&dependency)).or_default().0.push(dependency));
    new.into_iter().for_each(|dependency| by_name.entry(key(&dependency)).or_default().1.push(dependency));
    for (old, new) in by_name.into_values() {
        found.facts.extend(of_one_name(pair, &kind.ecosystem, old, new));
    }
    found
}

/// Usually one on each side; equal ones cancel out, the rest pairs in order.
fn of_one_name(pair: &Pair, ecosystem: &Arc<str>, mut old: Vec<Dependency>, mut new: Vec<Dependency>) -> Vec<Fact> {
    old.retain(|dependency| {
        let same = new.iter().position(|other| other.requirement == dependency.requirement);
        same.map(|at| new.remove(at)).is_none()
    });
    let count = old.len().max(new.len());
    (0..count).filter_map(|at| fact(pair, ecosystem, old.get(at), new.get(at))).collect()
}

fn fact(pair: &Pair, ecosystem: &Arc<str>, old: Option<&Dependency>, new: Option<&Dependency>) -> Option<Fact> {
    let (kind, side, dependency) = match (old, new) {
        (Some(_), Some(new)) => (FactKind::DependencyBumped, Side::New, new),
        (None, Some(new)) => (FactKind::DependencyAdded, Side::New, new),
        (Some(old), None) => (FactKind::DependencyRemoved, Side::Old, old),
        (None, None) => return None,
    };
    let sheet = pair.sheet(side)?;
    let lines = sheet.first_code(dependency.lines, |_| true);
    if pair.is_partial() && lines.is_none() {
        return None;
    }
    let lines = if kind == FactKind::DependencyBumped { lines.unwrap_or(dependency.lines) } else { dependency.lines };
    let requirement =
        |dependency: Option<&Dependency>| dependency.and_then(|dependency| dependency.requirement.clone());
    let (before, after) = (requirement(old), requirement(new));
    let change = DependencyChange {
        ecosystem: ecosystem.clone(),
        name: dependency.name.clone(),
        bump: before.as_ref().zip(after.as_ref()).map(|(before, after)| bump(before, after)),
        old: before,
        new: after,
        development: dependency.development,
    };
    let subject = Untrusted::new(&*dependency.name);
    Some(Fact { dependency: Some(change), ..bare(kind, pair.locate(side, lines), subject) })
}
