//! Both sides of a change together: a dependent found at base and at head counts once, under its path at head, and what
//! came or went with the change itself is not counted as standing in danger.

use super::blob::FILE;
use super::changed::changed_entities;
use super::index::{Def, Graph};
use super::reach::Reached;
use super::resolve::{Reason, Resolver};
use super::walk::{Walk, World};
use super::{BlastRadius, ChangedEntity, Dependent, Tier, TierCounts};
use crate::facts::{FactKind, Facts};
use crate::input::FileStatus;
use crate::limits::{GRAPH_TOP_MAX, GRAPH_USER_FILES_MAX};
use crate::location::{RepoPath, Side};
use crate::roles::roles;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

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

/// A direct dependent; the surer of two ways to it comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct User {
    tier: Tier,
    test: bool,
    /// True where the file itself refers to it, outside all definitions: an import, or code of a script.
    whole_file: bool,
}

pub(super) struct Merged {
    /// In order of path and name.
    pub(super) hits: Vec<Hit>,
    /// Direct dependents by changed entity.
    direct: BTreeMap<usize, BTreeMap<Key, User>>,
}

impl Merged {
    pub(super) fn of(world: &World, facts: &Facts, walks: &[Walk; 2]) -> Self {
        let context = Context::new(world, facts);
        let mut best: BTreeMap<Key, Hit> = BTreeMap::new();
        let mut direct: BTreeMap<usize, BTreeMap<Key, User>> = BTreeMap::new();
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
                let test = walk.resolver.is_test(edge.from);
                let entry = User { tier: edge.tier, test, whole_file: edge.from.index == FILE };
                let kept = direct.entry(*root).or_default().entry(context.key(walk, edge.from)).or_insert(entry);
                *kept = entry.min(*kept);
            }
        }
        Self { hits: best.into_values().collect(), direct }
    }

    /// Counts direct dependents. A use of something deleted stands unchanged only if it still names that at head and
    /// nothing there can have taken its place: an overload, a member that is inherited, or (for a guess) anything of that
    /// name. The import of what changed its signature is no caller where the file's own definitions are.
    pub(super) fn count_direct(&self, facts: &Facts, head: &Graph, changed: &mut [ChangedEntity]) {
        let context_changed: BTreeSet<Key> = changed.iter().map(|c| (new_path(facts, c), c.entity.clone())).collect();
        for (at, dependents) in &self.direct {
            let Some(entity) = changed.get_mut(*at) else { continue };
            let replaced = replaced(facts, head, entity);
            let inner: BTreeSet<&RepoPath> =
                dependents.iter().filter(|(_, user)| !user.whole_file).map(|(key, _)| &key.0).collect();
            for (key, user) in dependents.iter().filter(|(_, user)| !user.test) {
                add(&mut entity.direct, user.tier);
                entity.shipped_use |=
                    user.tier == Tier::Exact && key.0 != entity.path && roles(&key.0, &[]).is_production();
                let stands = match gone(facts, entity) {
                    Some(name) => still_named(head, &key.0, &name),
                    None => !(user.whole_file && inner.contains(&key.0)),
                };
                if user.tier < replaced && stands && !context_changed.contains(key) {
                    entity.unchanged_direct += 1;
                    // the keys are in order of path
                    let files = &mut entity.unchanged_files;
                    if files.last() != Some(&key.0) && files.len() < GRAPH_USER_FILES_MAX {
                        files.push(key.0.clone());
                    }
                }
            }
        }
    }

    /// Packages that hold a sure or likely dependent: their directories and names.
    pub(super) fn packages(&self) -> BTreeSet<Arc<str>> {
        let sure = self.hits.iter().filter(|hit| hit.dependent.tier != Tier::Possible && !hit.dependent.test);
        sure.filter_map(|hit| hit.package.clone()).collect()
    }

    /// The nearest tests that surely reach the change, at most so many.
    pub(super) fn tests(&self, most: usize) -> Vec<Dependent> {
        let all = self.hits.iter().filter(|hit| !hit.new_or_gone).map(|hit| &hit.dependent);
        let mut tests: Vec<&Dependent> = all.filter(|one| one.test && one.tier != Tier::Possible).collect();
        tests.sort_by(|a, b| nearness(a).cmp(&nearness(b)));
        tests.into_iter().take(most).cloned().collect()
    }

    pub(super) fn count(&self, radius: &mut BlastRadius) {
        let standing = || self.hits.iter().filter(|hit| !hit.new_or_gone);
        let sure = || standing().filter(|hit| hit.dependent.tier != Tier::Possible);
        let tests = || standing().filter(|hit| hit.dependent.test).count() as u32;
        radius.tests = sure().filter(|hit| hit.dependent.test).count() as u32;
        radius.tests_possible = tests() - radius.tests;
        let shipped = || standing().filter(|hit| !hit.dependent.test);
        for hit in shipped() {
            add(&mut radius.dependents, hit.dependent.tier);
            radius.reach_milli += hit.reach_milli();
        }
        let sure = || sure().filter(|hit| !hit.dependent.test);
        radius.files = sure().map(|hit| &hit.dependent.path).collect::<BTreeSet<_>>().len() as u32;
        radius.packages = sure().filter_map(|hit| hit.package.as_ref()).collect::<BTreeSet<_>>().len() as u32;
        let mut top: Vec<&Dependent> = shipped().map(|hit| &hit.dependent).collect();
        top.sort_by(|a, b| nearness(a).cmp(&nearness(b)));
        radius.top = top.into_iter().take(GRAPH_TOP_MAX).cloned().collect();
    }
}

/// Nearest first, then surest, then by place.
fn nearness(one: &Dependent) -> (u32, Tier, &RepoPath, u32, &str) {
    (one.distance, one.tier, &one.path, one.line, &one.entity)
}

/// The name of a deleted entity.
fn gone(facts: &Facts, entity: &ChangedEntity) -> Option<Arc<str>> {
    let old = facts.files[entity.file].old.as_ref().filter(|_| entity.change == FactKind::EntityDeleted)?;
    Some(old.entities.get(entity.index as usize)?.name.clone())
}

/// True if a file that is still there mentions or imports the name.
fn still_named(head: &Graph, path: &RepoPath, name: &str) -> bool {
    let (file, name) = (head.number(path), head.names.get(name));
    file.zip(name).is_some_and(|(file, name)| head.file(file).blob.mentions_name(name))
}

/// The surest tier whose uses something at head may serve now that this entity is gone; `Possible` if nothing does.
fn replaced(facts: &Facts, head: &Graph, entity: &ChangedEntity) -> Tier {
    if entity.change != FactKind::EntityDeleted {
        return Tier::Possible;
    }
    let old = facts.files[entity.file].old.as_ref();
    let Some(gone) = old.and_then(|outline| outline.entities.get(entity.index as usize)) else { return Tier::Possible };
    let namesakes = head.definitions_of(&gone.name);
    let own = head.number(&new_path(facts, entity));
    let holder = gone.container.zip(old).and_then(|(at, outline)| outline.entities.get(at as usize));
    let inherits = holder.is_some_and(|holder| !holder.supertypes.is_empty());
    match namesakes {
        [] => Tier::Possible,
        _ if inherits || namesakes.iter().any(|def| Some(def.file) == own) => Tier::Exact,
        _ => Tier::Likely,
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
        let why = match walk.reads.get(&reached.def).filter(|_| reached.to == reached.def) {
            Some((what, _)) => format!("{} {what}", reached.reason.as_str()),
            None => format!("uses {}, {}", walk.resolver.qualified(reached.to), reached.reason.as_str()),
        };
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
                    way: files.clone(),
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
            why: Reason::SideEffect.as_str().into(),
            test: walk.resolver.is_test(def),
            way: vec![path.clone()],
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
            if at.to == at.def {
                files.extend(walk.reads.get(&at.def).map(|(_, path)| path.clone()));
                break;
            }
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
                way: Vec::new(),
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
