//! From facts to the blast radius: which definitions changed, who depends on them at base and at head, and what that adds
//! up to.

use super::BlastRadius;
use super::changed::changed_entities;
use super::entry_points;
use super::graphs::Graphs;
use super::index::Graph;
use super::keys::{NamedThing, Read, Reader};
use super::merged::Merged;
use super::renamed::renamed_files;
use super::walk::{Walk, World, walk};
use super::zone_hits;
use crate::facts::Facts;
use crate::gap::{Gap, GapKind};
use crate::limits::GRAPH_TESTS_TOLD_MAX;
use crate::location::Side;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Who depends on what changed, without any memory of other requests.
pub fn trace(world: &World, facts: &Facts) -> BlastRadius {
    Graphs::default().trace(world, facts)
}

impl Graphs {
    /// Who depends on what changed; graphs come from memory where they are known.
    pub fn trace(&self, world: &World, facts: &Facts) -> BlastRadius {
        let mut radius = BlastRadius { changed: changed_entities(facts), ..BlastRadius::default() };
        if let Some(gap) = no_graph(world) {
            radius.gaps.push(gap);
            radius.zones = zone_hits::touched(world, facts);
            return radius;
        }
        let files_max = world.config.graph_files;
        let base = self.of(world.base, world.outlines, files_max);
        let head = self.of(world.head, world.outlines, files_max);
        radius.repository_files = head.len().max(base.len()) as u32;
        let walks = [
            walk(world, facts, &base, Side::Old, &radius.changed),
            walk(world, facts, &head, Side::New, &radius.changed),
        ];
        let merged = Merged::of(world, facts, &walks);
        merged.count_direct(facts, &head, &mut radius.changed);
        merged.count(&mut radius);
        radius.named = named_things(&walks);
        radius.changed.extend(renamed_files(facts, &base, &head));
        radius.zones = zone_hits::all(world, facts, &merged.hits);
        radius.entry_points = entry_points::within(&walks, &merged.hits);
        radius.nearest_tests = merged.tests(GRAPH_TESTS_TOLD_MAX);
        radius.shared_packages = shared_packages(facts, &head);
        radius.gaps.extend(gaps(&base, &head, &walks));
        radius
    }
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

/// Settings and dependencies with their readers, as people see them.
fn named_things(walks: &[Walk; 2]) -> Vec<NamedThing> {
    let things = walks.iter().flat_map(|walk| walk.named.iter().map(move |named| (walk, named)));
    let told = things.map(|(walk, named)| {
        let reader = |read: &Read| Reader {
            path: walk.resolver.graph.file(read.def.file).path.clone(),
            line: read.line.max(1),
            tier: read.tier,
            test: walk.resolver.is_test(read.def),
        };
        NamedThing {
            name: named.name.clone(),
            path: named.path.clone(),
            line: named.line,
            change: named.change,
            readers: named.reads.iter().map(reader).chain(named.elsewhere.iter().cloned()).collect(),
        }
    });
    told.collect()
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
