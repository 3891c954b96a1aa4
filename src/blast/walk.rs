//! One side of a change: its graph, the changed definitions that are looked up there, and what the walk from them found.
//! Deleted, renamed and re-signed definitions are asked for at base, everything that is still there at head.

use super::ChangedEntity;
use super::Tier;
use super::blob::FILE;
use super::index::{Def, Graph};
use super::keys::Named;
use super::named::named;
use super::reach::{Reach, Reached, Seed};
use super::resolve::Resolver;
use crate::config::Config;
use crate::facts::{EntityRef, FactKind, Facts, FileFacts};
use crate::input::{ChangeSet, Snapshot};
use crate::location::{RepoPath, Side};
use crate::syntax::Outlines;
use crate::zones::Zones;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What tracing looks at.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    pub change: &'a ChangeSet,
    pub base: &'a Snapshot,
    pub head: &'a Snapshot,
    pub outlines: &'a Outlines,
    pub zones: &'a Zones,
    pub config: &'a Config,
    /// False for `--no-graph`: only what is touched is reported, and a gap says so.
    pub graph: bool,
}

/// One graph, and what the walk through it found.
pub(super) struct Walk<'g> {
    pub(super) resolver: Resolver<'g>,
    pub(super) side: Side,
    /// The changed entity (as an index of `BlastRadius::changed`) behind each seed.
    pub(super) roots: BTreeMap<Def, usize>,
    pub(super) reach: Reach,
    /// What readers of settings and importers of dependencies refer to, by reader: (what, where that is defined).
    pub(super) reads: BTreeMap<Def, (Arc<str>, RepoPath)>,
    pub(super) named: Vec<Named>,
    /// Files that import a changed file without naming anything: (file, line).
    pub(super) side_effects: Vec<(u32, u32)>,
}

pub(super) fn walk<'g>(
    world: &World,
    facts: &Facts,
    graph: &'g Graph,
    side: Side,
    changed: &[ChangedEntity],
) -> Walk<'g> {
    let resolver = Resolver::new(graph);
    let mut roots = BTreeMap::new();
    let mut seeds = Vec::new();
    for (at, entity) in changed.iter().enumerate() {
        if is_container_of_another(entity, changed, facts) {
            continue;
        }
        let Some(def) = seed_def(graph, facts, side, entity) else { continue };
        roots.entry(def).or_insert(at);
        let body_only = entity.change == FactKind::BodyChanged && !is_value(entity);
        let weight_milli = if body_only { 500 } else { 1_000 };
        seeds.push(Seed { def, weight_milli, contract: entity.change != FactKind::BodyChanged });
    }
    let reach = resolver.reach(&seeds, world.config.graph_distance);
    let files = facts.files.iter().filter(|file| !file.inert()).filter_map(|file| graph.number(path_on(file, side)));
    let side_effects = resolver.side_effects(&files.collect());
    let mut walk = Walk { resolver, side, roots, reach, reads: BTreeMap::new(), named: Vec::new(), side_effects };
    if side == Side::New {
        walk.add_readers(named(facts, graph, world.head), world.config.graph_distance);
    }
    walk
}

impl Walk<'_> {
    /// Readers of what is named by text depend on the change like callers do, and others on them in turn.
    fn add_readers(&mut self, named: Vec<Named>, distance_max: u32) {
        let known: BTreeSet<Def> =
            self.roots.keys().copied().chain(self.reach.all.iter().map(|reached| reached.def)).collect();
        let mut first: BTreeMap<Def, Reached> = BTreeMap::new();
        for thing in &named {
            for read in thing.reads.iter().filter(|read| !known.contains(&read.def)) {
                let (def, tier, line) = (read.def, read.tier, read.line);
                let test = self.resolver.is_test(def);
                let (weight_milli, reason) = (thing.weight_milli, thing.reason);
                let reached = Reached { def, distance: 1, tier, weight_milli, to: def, reason, line, test };
                if first.get(&def).is_none_or(|kept| (tier, weight_milli) < (kept.tier, kept.weight_milli)) {
                    first.insert(def, reached);
                    self.reads.insert(def, (thing.name.clone(), thing.path.clone()));
                }
            }
        }
        let leads = |reached: &&Reached| reached.tier != Tier::Possible && !reached.test && reached.def.index != FILE;
        let seed = |reached: &Reached| Seed { def: reached.def, weight_milli: reached.weight_milli, contract: false };
        let seeds: Vec<Seed> = first.values().filter(leads).map(seed).collect();
        let mut further = self.resolver.reach(&seeds, distance_max.saturating_sub(1));
        further.all.retain(|reached| !known.contains(&reached.def) && !first.contains_key(&reached.def));
        for reached in &mut further.all {
            reached.distance += 1;
            // what a reader does is at most as sure as that it reads
            reached.tier = reached.tier.max(Tier::Likely);
        }
        self.reach.all.extend(first.into_values().chain(further.all));
        self.reach.tested.extend(further.tested);
        self.reach.links.extend(further.links);
        self.reach.cut |= further.cut;
        self.named = named;
    }
}

/// A constant's body is its value: everyone who uses it sees the change.
fn is_value(entity: &ChangedEntity) -> bool {
    use crate::syntax::EntityKind::{Constant, Field};
    matches!(entity.kind, Constant | Field)
}

fn path_on(file: &FileFacts, side: Side) -> &RepoPath {
    match side {
        Side::Old => file.old_path.as_ref().unwrap_or(&file.path),
        Side::New => &file.path,
    }
}

/// True if only the body changed, and something inside it is listed as changed itself: then that is what changed.
fn is_container_of_another(entity: &ChangedEntity, changed: &[ChangedEntity], facts: &Facts) -> bool {
    if entity.change != FactKind::BodyChanged {
        return false;
    }
    let outline = |entity: &ChangedEntity| {
        let file = facts.files.get(entity.file)?;
        if entity.side == Side::Old { file.old.as_ref() } else { file.new.as_ref() }
    };
    let lines = |entity: &ChangedEntity| Some(outline(entity)?.entities.get(entity.index as usize)?.lines);
    let Some(around) = lines(entity) else { return false };
    let mut others = changed.iter().filter(|other| other.file == entity.file && other.index != entity.index);
    others.any(|other| {
        let inside = |lines: crate::location::LineRange| {
            around.start <= lines.start && lines.end <= around.end && lines != around
        };
        other.side == entity.side && lines(other).is_some_and(inside)
    })
}

/// The changed entity as a definition of one side's graph, if it is looked up there.
fn seed_def(graph: &Graph, facts: &Facts, side: Side, entity: &ChangedEntity) -> Option<Def> {
    let file = facts.files.get(entity.file)?;
    let fact = file.facts.iter().find(|fact| {
        fact.kind == entity.change
            && fact.location.side == entity.side
            && fact.entity.as_ref().is_some_and(|found| found.index == entity.index)
    })?;
    let wanted = match (side, entity.side) {
        (Side::Old, Side::Old) => fact.entity.as_ref(),
        (Side::Old, Side::New) if entity.change == FactKind::BodyChanged => None,
        (Side::Old, Side::New) => fact.old_entity.as_ref(),
        (Side::New, Side::New) => fact.entity.as_ref(),
        (Side::New, Side::Old) => None,
    }?;
    // an entity that moved between files names its old place by its own fact only
    let path =
        if entity.change == FactKind::EntityMoved && side != entity.side { return None } else { path_on(file, side) };
    find_def(graph, path, wanted)
}

/// The definition by its index, or by its name where the tree holds other bytes than the change showed.
fn find_def(graph: &Graph, path: &RepoPath, wanted: &EntityRef) -> Option<Def> {
    let number = graph.number(path)?;
    let blob = &graph.file(number).blob;
    let name = graph.names.get(&wanted.name)?;
    if blob.definition(wanted.index).is_some_and(|definition| definition.name == name) {
        return Some(Def { file: number, index: wanted.index });
    }
    let at =
        blob.definitions.iter().position(|definition| definition.name == name && definition.kind == wanted.kind)?;
    Some(Def { file: number, index: at as u32 })
}
