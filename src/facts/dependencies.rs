//! Dependencies before and after: what came, what went, how far a version moved. What a manifest says about a dependency
//! is not reported a second time as a setting or as text.

use super::entity_change::bare;
use super::manifests::{Dependency, Manifest};
use super::pair::{Pair, Sheet};
use super::settings::Taken;
use super::versions::bump;
use super::{Bump, DependencyChange, Fact, FactKind};
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
    // whom a manifest is for is said by what it says now, so that nothing seems to come or go with that
    let now = pair.new.as_ref().or(pair.old.as_ref());
    let tools = now.is_some_and(|sheet| kind.is_for_development(sheet.all()));
    let read = |side: Side| -> Vec<Dependency> {
        let reader = manifest(side).filter(|manifest| manifest.reads_settings() == kind.reads_settings());
        let found =
            |sheet: &Sheet| reader.map(|manifest| manifest.dependencies(sheet.all(), &sheet.outline.settings, tools));
        pair.sheet(side).and_then(found).unwrap_or_default()
    };
    let (old, new) = (read(Side::Old), read(Side::New));
    let family = now.and_then(|sheet| kind.family(sheet.all(), &sheet.outline.settings));
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
    join_majors(kind, &mut found.facts);
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
    let pairs = if kind.is_lock() { nearest(old, new) } else { in_order(old, new) };
    for (old, new) in &pairs {
        let (old, new) = (old.as_ref(), new.as_ref());
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

/// One dependency before and after; either may be missing.
type Ends = (Option<Dependency>, Option<Dependency>);

fn in_order(old: Vec<Dependency>, new: Vec<Dependency>) -> Vec<Ends> {
    let (mut old, mut new) = (old.into_iter(), new.into_iter());
    std::iter::from_fn(|| match (old.next(), new.next()) {
        (None, None) => None,
        ends => Some(ends),
    })
    .collect()
}

/// Several versions of one name that stand side by side in a lock file: a version moved to the one that it is compatible
/// with; what is left over came or went, unless it is one on each side.
fn nearest(mut old: Vec<Dependency>, mut new: Vec<Dependency>) -> Vec<Ends> {
    let text = |dependency: &Dependency| dependency.requirement.clone().unwrap_or_default();
    let mut ends = Vec::new();
    old.retain(|before| {
        let fits = |after: &Dependency| matches!(bump(&text(before), &text(after)), Bump::Minor | Bump::Patch);
        let found = new.iter().position(fits);
        ends.extend(found.map(|at| (Some(before.clone()), Some(new.remove(at)))));
        found.is_none()
    });
    if old.len() == 1 && new.len() == 1 {
        ends.extend(in_order(old, new));
    } else {
        ends.extend(old.into_iter().map(|before| (Some(before), None)));
        ends.extend(new.into_iter().map(|after| (None, Some(after))));
    }
    ends
}

/// A name that came while the same with another major version in it went is one dependency that moved:
/// `a.b/c` to `a.b/c/v2`.
fn join_majors(manifest: &Manifest, facts: &mut Vec<Fact>) {
    let named = |fact: &Fact, kind: FactKind| (fact.kind == kind).then(|| fact.dependency.clone()).flatten();
    let mut gone: Vec<DependencyChange> =
        facts.iter().filter_map(|fact| named(fact, FactKind::DependencyRemoved)).collect();
    let mut joined = BTreeSet::new();
    for fact in facts.iter_mut() {
        let Some(came) = named(fact, FactKind::DependencyAdded) else { continue };
        let same =
            |one: &DependencyChange| one.name != came.name && manifest.stem(&one.name) == manifest.stem(&came.name);
        let Some(at) = gone.iter().position(same) else { continue };
        let before = gone.remove(at);
        joined.insert(before.name.clone());
        let moved = DependencyChange { old: before.old, bump: Some(Bump::Major), ..came };
        fact.kind = FactKind::DependencyBumped;
        fact.subject = Untrusted::new(&*moved.name);
        fact.dependency = Some(moved);
    }
    let left = |fact: &Fact| {
        let removed = named(fact, FactKind::DependencyRemoved);
        removed.is_none_or(|one| !joined.contains(&one.name))
    };
    facts.retain(left);
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
        locked: manifest.is_lock() || dependency.indirect,
        old,
        new,
        development: dependency.development,
    }
}
