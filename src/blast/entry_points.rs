//! Where the outside comes in: routes and main functions, as the syntax marks them, and files that a runtime or a build
//! starts by convention. Listed are those within reach of the change, and those that changed themselves.

use super::EntryPoint;
use super::Tier;
use super::blob::{Entry, FILE};
use super::index::Def;
use super::merged::Hit;
use super::tested::Tested;
use super::walk::Walk;
use crate::limits::GRAPH_ENTRY_POINTS_MAX;
use crate::location::{RepoPath, Side};
use std::cell::LazyCell;
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

/// A place that is an entry point, before it is known whether a test stands behind it.
struct Place {
    point: EntryPoint,
    side: Side,
    def: Def,
    route: Option<Arc<str>>,
}

/// Entry points that changed or that a sure dependent is, nearest first.
pub(super) fn within(walks: &[Walk; 2], hits: &[Hit]) -> Vec<EntryPoint> {
    let mut nearest: BTreeMap<(Arc<str>, RepoPath, u32), Place> = BTreeMap::new();
    let mut add = |place: Place| {
        let key = (place.point.name.clone(), place.point.path.clone(), place.point.line);
        match nearest.get(&key) {
            Some(kept) if kept.point.distance <= place.point.distance => {}
            _ => drop(nearest.insert(key, place)),
        }
    };
    let of = |side: Side| walks.iter().find(|walk| walk.side == side);
    if let Some(walk) = of(Side::New) {
        walk.roots.keys().for_each(|def| at(walk, *def, 1, 0).into_iter().for_each(&mut add));
    }
    let sure = hits.iter().filter(|hit| hit.dependent.tier != Tier::Possible && !hit.dependent.test && hit.production);
    for hit in sure {
        let Some(walk) = of(hit.side) else { continue };
        at(walk, hit.def, hit.dependent.line, hit.dependent.distance).into_iter().for_each(&mut add);
    }
    let mut places: Vec<Place> = nearest.into_values().collect();
    let rank = |point: &EntryPoint| (point.distance, point.path.clone(), point.line, point.name.clone());
    places.sort_by_cached_key(|place| rank(&place.point));
    places.truncate(GRAPH_ENTRY_POINTS_MAX);
    with_tests(walks, places)
}

fn with_tests(walks: &[Walk; 2], places: Vec<Place>) -> Vec<EntryPoint> {
    let sides = walks.each_ref().map(|walk| (walk.side, LazyCell::new(|| Tested::of(walk))));
    let asked = places.into_iter().map(|place| {
        let tested = sides.iter().find(|(side, _)| *side == place.side);
        let tested = tested.and_then(|(_, tested)| tested.reaches(place.def, place.route.as_deref()));
        EntryPoint { tested, ..place.point }
    });
    asked.collect()
}

/// Entry points at a definition: its own marks, or the marks of the file at the line of the mention.
fn at(walk: &Walk, def: Def, line: u32, distance: u32) -> Vec<Place> {
    let file = walk.resolver.graph.file(def.file);
    let here = |entry: &&Entry| match def.index {
        FILE => entry.owner == FILE && entry.lines.contains(line),
        index => entry.owner == index,
    };
    let place = |name: Arc<str>, line: u32, route: Option<Arc<str>>| {
        let point = EntryPoint { name, path: file.path.clone(), line: line.max(1), distance, tested: None };
        Place { point, side: walk.side, def, route }
    };
    let named = |entry: &Entry| match &entry.route {
        Some(route) => route.clone(),
        None => walk.resolver.qualified(Def { file: def.file, index: entry.owner }),
    };
    let marked = file.blob.entries.iter().filter(here);
    let mut places: Vec<Place> =
        marked.map(|entry| place(named(entry), entry.lines.start, entry.route.clone())).collect();
    if places.is_empty() && def.index == FILE && STARTED_BY_NAME.contains(&file.path.file_name()) {
        places.push(place(walk.resolver.qualified(def), line, None));
    }
    places
}
