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
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a manifest's dependencies came to.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub facts: Vec<Fact>,
    /// Settings that hold dependencies.
    pub taken: Taken,
    /// Lines of each side that the facts account for.
    pub lines: [Vec<LineRange>; 2],
}

/// Compares the dependencies of a manifest; nothing for any other file.
pub(super) fn dependency_facts(pair: &Pair) -> Found {
    let manifest = |side: Side| pair.sheet(side).and_then(|_| Manifest::of(pair.change.path_on(side)));
    let Some(kind) = manifest(Side::New).or_else(|| manifest(Side::Old)) else { return Found::default() };
    if kind.reads_settings() && !pair.is_parsed() {
        return Found::default();
    }
    let read = |side: Side| -> Vec<Dependency> {
        let reader = manifest(side).filter(|manifest| manifest.reads_settings() == kind.reads_settings());
        let found = |sheet: &Sheet| reader.map(|manifest| manifest.dependencies(sheet.all(), &sheet.outline.settings));
        pair.sheet(side).and_then(found).unwrap_or_default()
    };
    let (old, new) = (read(Side::Old), read(Side::New));
    let sheet = pair.new.as_ref().or(pair.old.as_ref());
    let family = sheet.and_then(|sheet| kind.family(sheet.all(), &sheet.outline.settings));
    let mut found = Found::default();
    let mut by_name: BTreeMap<_, (Vec<Dependency>, Vec<Dependency>)> = BTreeMap::new();
    let key = |dependency: &Dependency| (dependency.section.clone(), dependency.name.clone(), dependency.development);
    let shipped = |one: &&Dependency| !one.development && !kind.is_lock();
    let there: BTreeSet<_> =
        old.iter().filter(shipped).map(|one| (one.name.clone(), one.requirement.clone())).collect();
    old.into_iter().for_each(|dependency| by_name.entry(key(&dependency)).or_default().0.push(dependency));
    new.into_iter().for_each(|dependency| by_name.entry(key(&dependency)).or_default().1.push(dependency));
    for (old, new) in by_name.into_values() {
        of_one_name(pair, kind, old, new, &mut found);
    }
    // said once, for however many conditions a manifest lists it
    let mut said = BTreeSet::new();
    found.facts.retain(|fact| {
        let told =
            |one: &DependencyChange| (fact.kind, one.name.clone(), one.old.clone(), one.new.clone(), one.development);
        let known = fact.kind == FactKind::DependencyAdded
            && fact.dependency.as_ref().is_some_and(|one| there.contains(&(one.name.clone(), one.new.clone())));
        !known && fact.dependency.as_ref().map(told).is_none_or(|told| said.insert(told))
    });
    for change in found.facts.iter_mut().filter_map(|fact| fact.dependency.as_mut()) {
        change.own = family.as_ref().is_some_and(|family| change.name.starts_with(family.as_str()));
    }
    found
}

/// Usually one on each side; equal ones cancel out, the rest pairs in order.
fn of_one_name(pair: &Pair, kind: &Manifest, mut old: Vec<Dependency>, mut new: Vec<Dependency>, found: &mut Found) {
    old.iter().for_each(|dependency| found.taken.old.extend(&dependency.settings));
    new.iter().for_each(|dependency| found.taken.new.extend(&dependency.settings));
    cancel(&mut old, &mut new);
    for at in 0..old.len().max(new.len()) {
        let (old, new) = (old.get(at), new.get(at));
        let Some(fact) = fact(pair, kind, old, new) else { continue };
        let whole = fact.kind != FactKind::DependencyBumped;
        if whole {
            // what else is said of a dependency came or went with it
            found.taken.old.extend(old.into_iter().flat_map(|dependency| &dependency.details));
            found.taken.new.extend(new.into_iter().flat_map(|dependency| &dependency.details));
        }
        for (side, dependency) in [old, new].into_iter().enumerate() {
            let sheet = if side == 0 { &pair.old } else { &pair.new };
            let Some((sheet, dependency)) = sheet.as_ref().zip(dependency) else { continue };
            let lines = if whole { Some(dependency.lines) } else { version_line(sheet, dependency) };
            found.lines[side].extend(lines);
        }
        found.facts.push(fact);
    }
}

/// Takes out pairs of equal requirement.
fn cancel(old: &mut Vec<Dependency>, new: &mut Vec<Dependency>) {
    let mut there: FxHashMap<Option<Arc<str>>, usize> = FxHashMap::default();
    new.iter().for_each(|dependency| *there.entry(dependency.requirement.clone()).or_default() += 1);
    let mut cancelled: FxHashMap<Option<Arc<str>>, usize> = FxHashMap::default();
    let take = |counts: &mut FxHashMap<Option<Arc<str>>, usize>, requirement: &Option<Arc<str>>| {
        let count = counts.get_mut(requirement).filter(|count| **count > 0);
        count.map(|count| *count -= 1).is_some()
    };
    old.retain(|dependency| {
        let same = take(&mut there, &dependency.requirement);
        if same {
            *cancelled.entry(dependency.requirement.clone()).or_default() += 1;
        }
        !same
    });
    new.retain(|dependency| !take(&mut cancelled, &dependency.requirement));
}

/// The changed line that says which version.
fn version_line(sheet: &Sheet, dependency: &Dependency) -> Option<LineRange> {
    // without a version the line of the name says so
    let Some(version) = dependency.requirement.as_ref() else {
        return sheet.changed().within(dependency.lines).next();
    };
    let says = |line: u32| memchr::memmem::find(sheet.line(line), version.as_bytes()).is_some();
    sheet
        .changed()
        .within(dependency.lines)
        .flat_map(|run| run.start..=run.end)
        .find(|line| says(*line))
        .map(LineRange::line)
}

fn fact(pair: &Pair, manifest: &Manifest, old: Option<&Dependency>, new: Option<&Dependency>) -> Option<Fact> {
    let (kind, side, dependency) = match (old, new) {
        (Some(_), Some(new)) => (FactKind::DependencyBumped, Side::New, new),
        (None, Some(new)) => (FactKind::DependencyAdded, Side::New, new),
        (Some(old), None) => (FactKind::DependencyRemoved, Side::Old, old),
        (None, None) => return None,
    };
    let sheet = pair.sheet(side)?;
    let changed = version_line(sheet, dependency).or_else(|| sheet.first_code(dependency.lines, |_| true));
    if pair.is_partial() && changed.is_none() {
        return None;
    }
    let lines = changed.filter(|_| kind == FactKind::DependencyBumped).unwrap_or(dependency.lines);
    let change = dependency_change(manifest, dependency, old, new);
    let subject = Untrusted::new(&*dependency.name);
    Some(Fact { dependency: Some(change), ..bare(kind, pair.locate(side, lines), subject) })
}

fn dependency_change(
    manifest: &Manifest,
    dependency: &Dependency,
    old: Option<&Dependency>,
    new: Option<&Dependency>,
) -> DependencyChange {
    let requirement =
        |dependency: Option<&Dependency>| dependency.and_then(|dependency| dependency.requirement.clone());
    let both = old.is_some() && new.is_some();
    let (old, new) = (requirement(old), requirement(new));
    let text = |requirement: &Option<Arc<str>>| requirement.clone().unwrap_or_default();
    DependencyChange {
        ecosystem: manifest.ecosystem.clone(),
        name: dependency.name.clone(),
        bump: both.then(|| bump(&text(&old), &text(&new))),
        own: false,
        locked: manifest.is_lock(),
        old,
        new,
        development: dependency.development,
    }
}
