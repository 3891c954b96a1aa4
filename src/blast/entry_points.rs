//! Where the outside comes in: routes and main functions, as the syntax marks them, and files that a runtime or a build
//! starts by convention. Listed are those within reach of the change, and those that changed themselves.

use super::EntryPoint;
use super::Tier;
use super::blob::{Entry, FILE};
use super::index::Def;
use super::trace::{Hit, Walk};
use crate::limits::GRAPH_ENTRY_POINTS_MAX;
use crate::location::{RepoPath, Side};
use std::collections::BTreeMap;
use std::sync::Arc;

/// File names that something starts by name.
const STARTED_BY_NAME: &[&[u8]] = &[
    b"__main__.py",
    b"asgi.py",
    b"conftest.py",
    b"lambda_function.py",
    b"main.go",
    b"main.rs",
    b"manage.py",
    b"wsgi.py",
];

/// Entry points that changed or that a sure dependent is, nearest first.
pub(super) fn within(walks: &[Walk; 2], hits: &[Hit]) -> Vec<EntryPoint> {
    let mut nearest: BTreeMap<(Arc<str>, RepoPath, u32), u32> = BTreeMap::new();
    let mut add = |point: EntryPoint| {
        let distance = nearest.entry((point.name, point.path, point.line)).or_insert(point.distance);
        *distance = point.distance.min(*distance);
    };
    let head = |side: Side| walks.iter().find(|walk| walk.side == side);
    for walk in walks.iter().filter(|walk| walk.side == Side::New) {
        walk.roots.keys().for_each(|def| at(walk, *def, 1, 0).into_iter().for_each(&mut add));
    }
    let sure = hits.iter().filter(|hit| hit.dependent.tier != Tier::Possible && !hit.dependent.test && hit.production);
    for hit in sure {
        let Some(walk) = head(hit.side) else { continue };
        at(walk, hit.def, hit.dependent.line, hit.dependent.distance).into_iter().for_each(&mut add);
    }
    let mut points: Vec<EntryPoint> =
        nearest.into_iter().map(|((name, path, line), distance)| EntryPoint { name, path, line, distance }).collect();
    points.sort_by(|a, b| (a.distance, &a.path, a.line, &a.name).cmp(&(b.distance, &b.path, b.line, &b.name)));
    points.truncate(GRAPH_ENTRY_POINTS_MAX);
    points
}

/// Entry points at a definition: its own marks, or the marks of the file at the line of the mention.
fn at(walk: &Walk, def: Def, line: u32, distance: u32) -> Vec<EntryPoint> {
    let file = walk.resolver.graph.file(def.file);
    let here = |entry: &&Entry| match def.index {
        FILE => entry.owner == FILE && entry.lines.contains(line),
        index => entry.owner == index,
    };
    let point = |name: Arc<str>, line: u32| EntryPoint { name, path: file.path.clone(), line: line.max(1), distance };
    let named = |entry: &Entry| match &entry.route {
        Some(route) => route.clone(),
        None => walk.resolver.qualified(Def { file: def.file, index: entry.owner }),
    };
    let marked = file.blob.entries.iter().filter(here);
    let mut points: Vec<EntryPoint> = marked.map(|entry| point(named(entry), entry.lines.start)).collect();
    if points.is_empty() && def.index == FILE && STARTED_BY_NAME.contains(&file.path.file_name()) {
        points.push(point(walk.resolver.qualified(def), line));
    }
    points
}
