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
    pub(super) fn key(scope: &[u8], entry: &TreeEntry) -> Key {
        cache::key("graph file", &[scope, entry.path.as_bytes(), entry.oid.as_bytes()])
    }

    /// None if the bytes are none of ours.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    pub(super) fn remember(&self, scope: &[u8], entry: &TreeEntry, cache: &Cache) {
        if let Some(bytes) = cache.is_on().then(|| postcard::to_stdvec(self).ok()).flatten() {
            cache.put(Self::key(scope, entry), bytes);
        }
    }
}

/// What the cache holds of these files; nothing is asked where `known` says so.
pub(super) fn of(
    cache: &Cache,
    scope: &[u8],
    entries: &[&TreeEntry],
    known: impl Fn(&TreeEntry) -> bool,
) -> Vec<Option<Vec<u8>>> {
    let mut found = vec![None; entries.len()];
    if cache.is_on() {
        let open: Vec<usize> = (0..entries.len()).filter(|at| !known(entries[*at])).collect();
        let keys: Vec<Key> = open.iter().map(|at| Kept::key(scope, entries[*at])).collect();
        for (at, value) in open.into_iter().zip(cache.get_all(&keys)) {
            found[at] = value;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::location::RepoPath;
    use crate::syntax::{Outline, graph_outline, outline};
    use std::path::Path;

    /// The graph reads less of a file than facts do; what it keeps must not depend on that.
    #[test]
    fn the_graph_keeps_the_same_of_a_short_and_of_a_whole_outline() {
        type Read = fn(&RepoPath, &[u8]) -> Outline;
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let samples =
            [("src/blast/tests.rs", "a.rs"), ("grammars/java/tests/risk.txt", "A.java"), ("src/lib.rs", "lib.rs")];
        let samples = samples.into_iter().chain([
            ("grammars/python/tests/risk.txt", "a.py"),
            ("grammars/go/tests/risk.txt", "a.go"),
            ("grammars/javascript/tests/forms.txt", "a.js"),
            ("grammars/typescript/tests/forms.txt", "a.tsx"),
        ]);
        for (file, path) in samples {
            let bytes = std::fs::read(root.join(file)).expect("a file of this repository");
            let drafts = [outline as Read, graph_outline].map(|outline| Draft::new(&outline(&path.into(), &bytes)));
            let [whole, short] = drafts.map(|draft| Kept::Own(Roles::default(), Box::new(draft)));
            assert_eq!(postcard::to_stdvec(&whole), postcard::to_stdvec(&short), "{file}");
            let kept = postcard::to_stdvec(&short).expect("plain data");
            let read = Kept::read(&kept).expect("what was written");
            assert_eq!(postcard::to_stdvec(&read), Ok(kept), "{file}");
        }
    }
}
