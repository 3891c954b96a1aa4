//! What the cache keeps of a source file for the graph: its roles and its draft, or that it is not the project's own code.
//! Both follow from the path and the content, so the key names these and nothing else.

use super::blob::Draft;
use crate::cache::{self, Cache, Key};
use crate::input::TreeEntry;
use crate::roles::Roles;
use serde::{Deserialize, Serialize};

/// The project's own code, or foreign: vendored, generated, minified.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Kept {
    Own(Roles, Box<Draft>),
    Foreign,
}

impl Kept {
    pub(super) fn key(entry: &TreeEntry) -> Key {
        cache::key("graph file", &[entry.path.as_bytes(), entry.oid.as_bytes()])
    }

    /// None if the bytes are none of ours.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    pub(super) fn remember(&self, entry: &TreeEntry, cache: &Cache) {
        if let Some(bytes) = cache.is_on().then(|| postcard::to_stdvec(self).ok()).flatten() {
            cache.put(Self::key(entry), bytes);
        }
    }
}

/// What the cache holds of these files; nothing is asked where `known` says so.
pub(super) fn of(cache: &Cache, entries: &[&TreeEntry], known: impl Fn(&TreeEntry) -> bool) -> Vec<Option<Vec<u8>>> {
    let mut found = vec![None; entries.len()];
    if cache.is_on() {
        let open: Vec<usize> = (0..entries.len()).filter(|at| !known(entries[*at])).collect();
        let keys: Vec<Key> = open.iter().map(|at| Kept::key(entries[*at])).collect();
        for (at, value) in open.into_iter().zip(cache.get_all(&keys)) {
            found[at] = value;
        }
    }
    found
}
