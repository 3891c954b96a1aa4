//! The last graphs of a process, by the content of their trees. The head of one request is often the base of another, and
//! its neighbour differs by a few files, so the next graph is built from the nearest one known. Only a memory: an answer
//! is the same with and without it. Graphs with unread files are not kept, for another store may have those files.

use super::index::Graph;
use crate::input::Snapshot;
use crate::limits::GRAPHS_KEPT_MAX;
use crate::syntax::Outlines;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Digest of a tree and of the limit on its files.
type Key = [u8; 32];

/// Safe to share between threads; no lock is held while a graph is built.
#[derive(Debug, Default)]
pub struct Graphs {
    /// Last used first.
    known: Mutex<VecDeque<(Key, Arc<Graph>)>>,
}

impl Graphs {
    /// The graph of a snapshot: from memory, or built from the nearest one.
    pub(super) fn of(&self, snapshot: &Snapshot, outlines: &Outlines, files_max: usize) -> Arc<Graph> {
        let key = key(snapshot, files_max);
        if let Some(graph) = self.recall(&key) {
            return graph;
        }
        let near = self.nearest(snapshot);
        let graph = Arc::new(Graph::build(snapshot, outlines, files_max, near.as_deref()));
        if graph.is_whole() {
            self.keep(key, graph.clone());
        }
        graph
    }

    fn known(&self) -> MutexGuard<'_, VecDeque<(Key, Arc<Graph>)>> {
        // a panic while the lock was held leaves a list that is still whole
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recall(&self, key: &Key) -> Option<Arc<Graph>> {
        let mut known = self.known();
        let at = known.iter().position(|(other, _)| other == key)?;
        let found = known.remove(at)?;
        let graph = found.1.clone();
        known.push_front(found);
        Some(graph)
    }

    fn keep(&self, key: Key, graph: Arc<Graph>) {
        let mut known = self.known();
        known.retain(|(other, _)| *other != key);
        known.push_front((key, graph));
        known.truncate(GRAPHS_KEPT_MAX);
    }

    /// The graph with the most files in common, if that is at least half of its files.
    fn nearest(&self, snapshot: &Snapshot) -> Option<Arc<Graph>> {
        let known: Vec<Arc<Graph>> = self.known().iter().map(|(_, graph)| graph.clone()).collect();
        let counted = known.into_iter().map(|graph| (graph.common_files(snapshot), graph));
        let near = counted.filter(|(common, graph)| *common > 0 && common * 2 >= graph.len());
        near.max_by_key(|(common, _)| *common).map(|(_, graph)| graph)
    }
}

fn key(snapshot: &Snapshot, files_max: usize) -> Key {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(files_max as u64).to_le_bytes());
    for entry in snapshot.entries() {
        let path = entry.path.as_bytes();
        hasher.update(&(path.len() as u64).to_le_bytes());
        hasher.update(path);
        hasher.update(entry.mode.octal().as_bytes());
        hasher.update(entry.oid.as_bytes());
    }
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph_of(graphs: &Graphs, files: &[(&str, &str)]) -> Arc<Graph> {
        graphs.of(&Snapshot::in_memory(files.iter().copied()), &Outlines::default(), 100)
    }

    #[test]
    fn the_same_tree_is_built_once_and_a_neighbour_shares_what_it_can() {
        let graphs = Graphs::default();
        let first = graph_of(&graphs, &[("a.rs", "fn a() {}"), ("b.rs", "fn b() { a() }")]);
        assert!(Arc::ptr_eq(&first, &graph_of(&graphs, &[("a.rs", "fn a() {}"), ("b.rs", "fn b() { a() }")])));
        let next = graph_of(&graphs, &[("a.rs", "fn a() {}"), ("b.rs", "fn c() { a() }")]);
        assert!(Arc::ptr_eq(&first.files[0].blob, &next.files[0].blob));
        assert!(next.names.get("c").is_some());
    }

    #[test]
    fn a_graph_from_memory_has_the_edges_of_one_that_was_built_alone() {
        let graphs = Graphs::default();
        let new = [("a.py", "def a(): pass\n"), ("b.py", "from a import a\ndef c(): a()\n")];
        graph_of(&graphs, &[("a.py", "def z(): pass\ndef a(): pass\n"), ("b.py", new[1].1)]);
        assert_eq!(graph_of(&graphs, &new).edges(), graph_of(&Graphs::default(), &new).edges());
    }

    #[test]
    fn only_a_few_graphs_are_kept() {
        let graphs = Graphs::default();
        for at in 0..GRAPHS_KEPT_MAX + 2 {
            graph_of(&graphs, &[("a.rs", &format!("fn f{at}() {{}}"))]);
        }
        assert_eq!(graphs.known().len(), GRAPHS_KEPT_MAX);
    }
}
