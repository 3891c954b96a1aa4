//! From facts to the blast radius: which definitions changed and on which side they are looked up, who depends on them,
//! and what that adds up to. Deleted, renamed and re-signed definitions are asked for at base, everything that is still
//! there at head; a dependent found on both sides counts once.

use super::blob::FILE;
use super::entry_points;
use super::index::{Def, Graph};
use super::reach::{Reach, Reached, Seed};
use super::resolve::Resolver;
use super::zone_hits;
use super::{BlastRadius, ChangedEntity, Dependent, Tier, TierCounts};
use crate::config::Config;
use crate::facts::{EntityRef, Fact, FactKind, Facts, FileFacts};
use crate::gap::{Gap, GapKind};
use crate::input::{ChangeSet, FileStatus, Snapshot};
use crate::limits::GRAPH_TOP_MAX;
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

/// Who depends on what changed.
pub fn trace(world: &World, facts: &Facts) -> BlastRadius {
    let mut radius = BlastRadius { changed: changed_entities(facts), ..BlastRadius::default() };
    if let Some(gap) = no_graph(world) {
        radius.gaps.push(gap);
        radius.zones = zone_hits::touched(world, facts);
        return radius;
    }
    let files_max = world.config.graph_files;
    let base = Graph::build(world.base, world.outlines, files_max, None);
    let head = Graph::build(world.head, world.outlines, files_max, Some(&base));
    radius.repository_files = head.len().max(base.len()) as u32;
    let walks =
        [walk(world, facts, &base, Side::Old, &radius.changed), walk(world, facts, &head, Side::New, &radius.changed)];
    let merged = Merged::of(world, facts, &walks);
    merged.count_direct(facts, &mut radius.changed);
    merged.count(&mut radius);
    radius.zones = zone_hits::all(world, facts, &merged.hits);
    radius.entry_points = entry_points::within(&walks, &merged.hits);
    radius.shared_packages = shared_packages(facts, &head);
    radius.gaps.extend(gaps(&base, &head, &walks));
    radius
}

/// Why there is no graph, if there is none.
fn no_graph(world: &World) -> Option<Gap> {
    if !world.graph {
        return Some(Gap::context(GapKind::NoGraph, "the dependency graph was switched off"));
    }
    let empty = world.base.entries().is_empty() && world.head.entries().is_empty();
    empty.then(|| Gap::context(GapKind::NoGraph, "there is no repository to look for dependents in"))
}

fn gaps(base: &Graph, head: &Graph, walks: &[Walk; 2]) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = base.gaps.iter().chain(&head.gaps).cloned().collect();
    if walks.iter().any(|walk| walk.reach.cut) {
        gaps.push(Gap::context(GapKind::NoGraph, "there are more mentions of the changed names than were followed"));
    }
    gaps.sort();
    gaps.dedup();
    gaps
}

// ---- what changed

/// How strong a change is for those who depend on it; the strongest of an entity's facts names it.
fn strength(kind: FactKind) -> Option<u32> {
    let order = [
        FactKind::EntityDeleted,
        FactKind::EntityRenamed,
        FactKind::EntityMoved,
        FactKind::SignatureChanged,
        FactKind::VisibilityChanged,
        FactKind::EntityAdded,
        FactKind::BodyChanged,
    ];
    order.iter().position(|known| *known == kind).map(|at| at as u32)
}

/// Each changed entity once, sorted by path, line and name. Direct dependents are not counted yet.
fn changed_entities(facts: &Facts) -> Vec<ChangedEntity> {
    let mut best: BTreeMap<(usize, Side, u32), (u32, ChangedEntity)> = BTreeMap::new();
    for (at, file) in facts.files.iter().enumerate() {
        for fact in &file.facts {
            let (Some(rank), Some(entity)) = (strength(fact.kind), &fact.entity) else { continue };
            let key = (at, fact.location.side, entity.index);
            let kept = best.get(&key).map(|(rank, _)| *rank);
            if kept.is_none_or(|kept| rank < kept) {
                best.insert(key, (rank, changed_entity(at, fact, entity)));
            }
        }
    }
    let mut changed: Vec<ChangedEntity> = best.into_values().map(|(_, changed)| changed).collect();
    changed.sort_by(|a, b| (&a.path, a.line, &a.entity, a.side).cmp(&(&b.path, b.line, &b.entity, b.side)));
    changed
}

fn changed_entity(file: usize, fact: &Fact, entity: &EntityRef) -> ChangedEntity {
    ChangedEntity {
        file,
        side: fact.location.side,
        index: entity.index,
        entity: entity.qualified.clone(),
        kind: entity.kind,
        path: fact.location.path.clone(),
        line: fact.location.lines.start,
        change: fact.kind,
        direct: TierCounts::default(),
        unchanged_direct: 0,
    }
}

// ---- one side

/// One graph, and what the walk through it found.
pub(super) struct Walk<'g> {
    pub(super) resolver: Resolver<'g>,
    pub(super) side: Side,
    /// The changed entity (as an index of `BlastRadius::changed`) behind each seed.
    pub(super) roots: BTreeMap<Def, usize>,
    pub(super) reach: Reach,
    /// Files that import a changed file without naming anything: (file, line).
    side_effects: Vec<(u32, u32)>,
}

fn walk<'g>(world: &World, facts: &Facts, graph: &'g Graph, side: Side, changed: &[ChangedEntity]) -> Walk<'g> {
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
    Walk { resolver, side, roots, reach, side_effects }
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

// ---- both sides together

/// A dependent of the change, found on one side or both.
#[derive(Clone, Debug)]
pub(super) struct Hit {
    pub(super) dependent: Dependent,
    /// Files from the change to the dependent, the changed one first.
    pub(super) files: Vec<RepoPath>,
    /// The line of the changed entity at the beginning of the way.
    pub(super) root_line: u32,
    pub(super) name: Arc<str>,
    pub(super) production: bool,
    pub(super) side: Side,
    pub(super) def: Def,
    weight_milli: u32,
    package: Option<Arc<str>>,
    /// Came with the change or went with it: nothing that stood before can break there.
    new_or_gone: bool,
}

/// Where a dependent is, on the new side's paths.
type Key = (RepoPath, Arc<str>);

struct Merged {
    /// In order of path and name.
    hits: Vec<Hit>,
    /// Direct dependents by changed entity.
    direct: BTreeMap<usize, BTreeMap<Key, (Tier, bool)>>,
}

impl Merged {
    fn of(world: &World, facts: &Facts, walks: &[Walk; 2]) -> Self {
        let context = Context::new(world, facts);
        let mut best: BTreeMap<Key, Hit> = BTreeMap::new();
        let mut direct: BTreeMap<usize, BTreeMap<Key, (Tier, bool)>> = BTreeMap::new();
        for walk in walks {
            let ways: BTreeMap<Def, &Reached> = walk.reach.all.iter().map(|reached| (reached.def, reached)).collect();
            for reached in &walk.reach.all {
                keep(&mut best, context.hit(walk, reached, &ways));
            }
            for (file, line) in &walk.side_effects {
                keep(&mut best, context.side_effect(walk, *file, *line));
            }
            for edge in &walk.reach.direct {
                let Some(root) = walk.roots.get(&edge.to) else { continue };
                let entry = (edge.tier, walk.resolver.is_test(edge.from));
                let kept = direct.entry(*root).or_default().entry(context.key(walk, edge.from)).or_insert(entry);
                *kept = entry.min(*kept);
            }
        }
        Self { hits: best.into_values().collect(), direct }
    }

    fn count_direct(&self, facts: &Facts, changed: &mut [ChangedEntity]) {
        let context_changed: BTreeSet<Key> = changed.iter().map(|c| (new_path(facts, c), c.entity.clone())).collect();
        for (at, dependents) in &self.direct {
            let Some(entity) = changed.get_mut(*at) else { continue };
            for (key, (tier, _)) in dependents.iter().filter(|(_, (_, test))| !*test) {
                add(&mut entity.direct, *tier);
                if *tier != Tier::Possible && !context_changed.contains(key) {
                    entity.unchanged_direct += 1;
                }
            }
        }
    }

    fn count(&self, radius: &mut BlastRadius) {
        let standing = || self.hits.iter().filter(|hit| !hit.new_or_gone);
        let sure = || standing().filter(|hit| hit.dependent.tier != Tier::Possible);
        radius.tests = sure().filter(|hit| hit.dependent.test).count() as u32;
        let shipped = || standing().filter(|hit| !hit.dependent.test);
        for hit in shipped() {
            add(&mut radius.dependents, hit.dependent.tier);
            radius.reach_milli += hit.reach_milli();
        }
        let sure = || sure().filter(|hit| !hit.dependent.test);
        radius.files = sure().map(|hit| &hit.dependent.path).collect::<BTreeSet<_>>().len() as u32;
        radius.packages = sure().filter_map(|hit| hit.package.as_ref()).collect::<BTreeSet<_>>().len() as u32;
        let mut top: Vec<&Dependent> = shipped().map(|hit| &hit.dependent).collect();
        top.sort_by(|a, b| {
            (a.distance, a.tier, &a.path, a.line, &a.entity).cmp(&(b.distance, b.tier, &b.path, b.line, &b.entity))
        });
        radius.top = top.into_iter().take(GRAPH_TOP_MAX).cloned().collect();
    }
}

fn keep(best: &mut BTreeMap<Key, Hit>, hit: Hit) {
    let rank = |hit: &Hit| (hit.dependent.distance, hit.dependent.tier, std::cmp::Reverse(hit.weight_milli), hit.side);
    match best.entry((hit.dependent.path.clone(), hit.dependent.entity.clone())) {
        std::collections::btree_map::Entry::Vacant(slot) => {
            slot.insert(hit);
        }
        std::collections::btree_map::Entry::Occupied(mut kept) if rank(&hit) < rank(kept.get()) => {
            kept.insert(hit);
        }
        std::collections::btree_map::Entry::Occupied(_) => {}
    }
}

fn add(counts: &mut TierCounts, tier: Tier) {
    match tier {
        Tier::Exact => counts.exact += 1,
        Tier::Likely => counts.likely += 1,
        Tier::Possible => counts.possible += 1,
    }
}

fn new_path(facts: &Facts, changed: &ChangedEntity) -> RepoPath {
    facts.files.get(changed.file).map_or_else(|| changed.path.clone(), |file| file.path.clone())
}

impl Hit {
    /// Tier times 0.6 per step times the seed's weight, in thousandths.
    fn reach_milli(&self) -> u64 {
        let decay = (1..self.dependent.distance).fold(1_000u64, |left, _| left * 6 / 10);
        u64::from(self.dependent.tier.weight_milli()) * decay * u64::from(self.weight_milli) / 1_000_000
    }
}

/// What is needed to describe a dependent.
struct Context {
    /// Old paths of renamed files to new ones.
    renamed: BTreeMap<RepoPath, RepoPath>,
    new_or_gone: BTreeSet<Key>,
    new_or_gone_files: BTreeSet<RepoPath>,
    changed_lines: Vec<u32>,
}

impl Context {
    fn new(world: &World, facts: &Facts) -> Self {
        let files = world.change.files.iter();
        let renamed = files.clone().filter(|file| file.status == FileStatus::Renamed);
        let came_or_went = |file: &&crate::input::FileChange| {
            matches!(file.status, FileStatus::Added | FileStatus::Deleted | FileStatus::Copied)
        };
        let entities =
            facts.iter().filter(|(_, fact)| matches!(fact.kind, FactKind::EntityAdded | FactKind::EntityDeleted));
        Self {
            renamed: renamed.filter_map(|file| Some((file.old_path.clone()?, file.path.clone()))).collect(),
            new_or_gone: entities
                .filter_map(|(file, f)| Some((file.path.clone(), f.entity.as_ref()?.qualified.clone())))
                .collect(),
            new_or_gone_files: files.filter(came_or_went).map(|file| file.path.clone()).collect(),
            changed_lines: changed_entities(facts).iter().map(|changed| changed.line).collect(),
        }
    }

    fn path(&self, walk: &Walk, file: u32) -> RepoPath {
        let path = &walk.resolver.graph.file(file).path;
        let renamed = if walk.side == Side::Old { self.renamed.get(path) } else { None };
        renamed.unwrap_or(path).clone()
    }

    fn key(&self, walk: &Walk, def: Def) -> Key {
        (self.path(walk, def.file), walk.resolver.qualified(def))
    }

    fn hit(&self, walk: &Walk, reached: &Reached, ways: &BTreeMap<Def, &Reached>) -> Hit {
        let (path, entity) = self.key(walk, reached.def);
        let (files, root) = self.way(walk, reached, ways);
        let graph = walk.resolver.graph;
        let why = format!("uses {}, {}", walk.resolver.qualified(reached.to), reached.reason.as_str());
        let definition = graph.file(reached.def.file).blob.definition(reached.def.index);
        let line = definition.map_or(reached.line, |definition| definition.line);
        let root_line = walk.roots.get(&root).and_then(|at| self.changed_lines.get(*at)).copied().unwrap_or(1);
        self.described(
            walk,
            reached.def,
            Hit {
                name: definition.map_or_else(|| Arc::from(""), |definition| graph.names.text(definition.name).clone()),
                dependent: Dependent {
                    entity,
                    path,
                    line: line.max(1),
                    distance: reached.distance,
                    tier: reached.tier,
                    why: why.into(),
                    test: reached.test,
                },
                files,
                root_line,
                weight_milli: reached.weight_milli,
                ..Hit::empty(walk.side, reached.def)
            },
        )
    }

    fn side_effect(&self, walk: &Walk, file: u32, line: u32) -> Hit {
        let def = Def { file, index: FILE };
        let (path, entity) = self.key(walk, def);
        let dependent = Dependent {
            entity,
            path: path.clone(),
            line: line.max(1),
            distance: 1,
            tier: Tier::Possible,
            why: super::resolve::Reason::SideEffect.as_str().into(),
            test: walk.resolver.is_test(def),
        };
        self.described(walk, def, Hit { files: vec![path], dependent, ..Hit::empty(walk.side, def) })
    }

    /// Adds what follows from the file and the key alone.
    fn described(&self, walk: &Walk, def: Def, mut hit: Hit) -> Hit {
        let file = walk.resolver.graph.file(def.file);
        let package = file.package.and_then(|at| walk.resolver.graph.packages.all.get(at));
        hit.package = package.map(|package| Arc::from(format!("{}:{}", package.directory, package.name)));
        hit.production = file.roles.is_production();
        let key = (hit.dependent.path.clone(), hit.dependent.entity.clone());
        hit.new_or_gone = self.new_or_gone.contains(&key) || self.new_or_gone_files.contains(&key.0);
        hit
    }

    /// The files on the way from the change, and the seed at its beginning.
    fn way(&self, walk: &Walk, reached: &Reached, ways: &BTreeMap<Def, &Reached>) -> (Vec<RepoPath>, Def) {
        let mut files = vec![self.path(walk, reached.def.file)];
        let mut at = reached;
        loop {
            files.push(self.path(walk, at.to.file));
            match ways.get(&at.to) {
                // each step is nearer to the change, so this ends
                Some(before) if before.distance < at.distance => at = before,
                _ => break,
            }
        }
        files.reverse();
        files.dedup();
        (files, at.to)
    }
}

impl Hit {
    fn empty(side: Side, def: Def) -> Self {
        Self {
            dependent: Dependent {
                entity: "".into(),
                path: RepoPath::from(""),
                line: 1,
                distance: 1,
                tier: Tier::Possible,
                why: "".into(),
                test: false,
            },
            files: Vec::new(),
            root_line: 1,
            name: "".into(),
            production: true,
            side,
            def,
            weight_milli: 1_000,
            package: None,
            new_or_gone: false,
        }
    }
}

impl Resolver<'_> {
    /// A definition's name with its containers, dotted; a file's name for the file itself.
    pub(super) fn qualified(&self, def: Def) -> Arc<str> {
        let blob = &self.graph.file(def.file).blob;
        let mut parts: Vec<&str> = Vec::new();
        for index in blob.around(def.index) {
            let definition = self.definition(Def { file: def.file, index });
            parts.push(self.graph.names.text(definition.name));
            parts.extend(definition.scope.map(|scope| self.graph.names.text(scope).as_ref()));
        }
        if parts.is_empty() {
            return self.graph.file(def.file).text.rsplit('/').next().unwrap_or("").into();
        }
        parts.reverse();
        parts.join(".").into()
    }
}

/// Packages of changed production files that at least two others need, sorted by name.
fn shared_packages(facts: &Facts, head: &Graph) -> Vec<(Arc<str>, u32)> {
    let changed = facts.files.iter().filter(|file| file.roles.is_production() && !file.inert());
    let owners: BTreeSet<usize> = changed.filter_map(|file| head.packages.owner(&file.path.to_text())).collect();
    let counted = owners.into_iter().map(|at| (head.packages.all[at].name.clone(), head.packages.dependents(at)));
    let mut shared: Vec<(Arc<str>, u32)> = counted.filter(|(_, needing)| *needing >= 2).collect();
    shared.sort();
    shared.dedup();
    shared
}
