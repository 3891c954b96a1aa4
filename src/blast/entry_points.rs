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
        // a route that a test sets up is none
        let shipped = |def: &&Def| !walk.resolver.is_test(**def);
        walk.roots.keys().filter(shipped).for_each(|def| at(walk, *def, 1, 0).into_iter().for_each(&mut add));
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
        let home = walks.iter().find(|walk| walk.side == place.side);
        let told = sides.iter().zip(walks).filter_map(|((side, tested), walk)| {
            let def = if *side == place.side { Some(place.def) } else { twin(home?, place.def, walk) };
            Some(tested.reaches(def?, place.route.as_deref()))
        });
        let told: Vec<Option<bool>> = told.collect();
        // a test can have come or gone with the change
        let tested = if told.contains(&Some(true)) { Some(true) } else { told.into_iter().min().flatten() };
        EntryPoint { tested, ..place.point }
    });
    asked.collect()
}

/// The same definition on the other side, if it is there.
fn twin(home: &Walk, def: Def, other: &Walk) -> Option<Def> {
    let (here, there) = (home.resolver.graph, other.resolver.graph);
    let file = there.number(&here.file(def.file).path)?;
    let Some(definition) = here.file(def.file).blob.definition(def.index) else { return Some(Def { file, ..def }) };
    let name = there.names.get(here.names.text(definition.name))?;
    let same = |one: &super::blob::Definition| one.name == name && one.kind == definition.kind;
    let index = there.file(file).blob.definitions.iter().position(same)?;
    Some(Def { file, index: index as u32 })
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
