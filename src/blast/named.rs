//! Everything that a change names and others name by text: settings, things of a schema, dependencies. Each has its readers
//! at head, in the graph and in files beside it.

use super::index::Graph;
use super::keys::{Literals, Named, importers};
use super::resolve::Reason;
use super::{schemas, templates};
use crate::facts::{DependencyChange, FactKind, Facts};
use crate::input::Snapshot;
use crate::location::RepoPath;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that facts about settings, schemas and dependencies name, with its reads in a graph and beside it.
pub(super) fn named(facts: &Facts, graph: &Graph, head: &Snapshot) -> Vec<Named> {
    let mut found: BTreeMap<(Arc<str>, RepoPath), Named> = BTreeMap::new();
    let literals = OnceCell::new();
    for (file, fact) in facts.iter() {
        let index = || literals.get_or_init(|| Literals::of(graph));
        if fact.entity.is_some() || fact.construct.is_some() {
            for one in schemas::named(file, fact, graph, &index) {
                found.entry((one.name.clone(), one.path.clone())).or_insert(one);
            }
        }
        let (name, reason, weight_milli, reads) = if let Some(setting) = &fact.setting {
            (setting.key.clone(), Reason::Key, 500, index().reads(graph, &setting.key))
        } else if let Some(dependency) = fact.dependency.as_ref().filter(|one| is_external(fact.kind, one, graph)) {
            (dependency.name.clone(), Reason::External, weight(fact.kind), importers(graph, dependency))
        } else {
            continue;
        };
        let (path, line, change) = (fact.location.path.clone(), fact.location.lines.start, fact.kind);
        let elsewhere = Vec::new();
        let one =
            Named { name: name.clone(), path: path.clone(), line, change, reason, weight_milli, reads, elsewhere };
        found.entry((name, path)).or_insert(one);
    }
    let mut found: Vec<Named> = found.into_values().collect();
    templates::add_readers(head, &mut found);
    found.retain(|named| !named.reads.is_empty() || !named.elsewhere.is_empty());
    found
}

/// True for a dependency that was there and comes from elsewhere: who uses a package of the repository itself is known by
/// its names, not by the version that its manifests agree on.
fn is_external(kind: FactKind, dependency: &DependencyChange, graph: &Graph) -> bool {
    let own =
        |name: &str| dependency.name.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with(':'));
    let mut packages = graph.packages.all.iter().filter(|package| package.ecosystem == &*dependency.ecosystem);
    kind != FactKind::DependencyAdded && !packages.any(|package| !package.name.is_empty() && own(&package.name))
}

/// A new version mostly keeps its promises; what is gone does not.
fn weight(kind: FactKind) -> u32 {
    if kind == FactKind::DependencyRemoved { 500 } else { 100 }
}
