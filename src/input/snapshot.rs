//! A read-only tree: the files of a commit, of the index, or of a handful of bytes in memory. Listing is complete and
//! sorted; content is read on demand, by object name, so that two snapshots share what they have in common.

use super::Oid;
use crate::gap::{Gap, GapKind};
use crate::location::RepoPath;
use rustc_hash::FxHashMap;
use std::fmt;
use std::sync::Arc;

/// What a tree entry is. Executable and plain files differ only by their mode bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    File,
    Executable,
    Symlink,
    Submodule,
}

impl Mode {
    pub fn is_file(self) -> bool {
        matches!(self, Self::File | Self::Executable)
    }

    /// Git's octal mode, e.g. `100644`.
    pub fn octal(self) -> &'static str {
        match self {
            Self::File => "100644",
            Self::Executable => "100755",
            Self::Symlink => "120000",
            Self::Submodule => "160000",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeEntry {
    pub path: RepoPath,
    pub mode: Mode,
    pub oid: Oid,
}

/// Where a snapshot's bytes come from.
pub(super) trait BlobStore: Send + Sync {
    /// The bytes of a blob, or why they are not to be had.
    fn blob(&self, oid: Oid) -> Result<Arc<[u8]>, (GapKind, String)>;

    /// Within which memories of blobs hold: empty for everywhere.
    fn scope(&self) -> &[u8] {
        &[]
    }
}

/// A read-only tree. Cheap to clone.
#[derive(Clone)]
pub struct Snapshot {
    entries: Arc<[TreeEntry]>,
    store: Arc<dyn BlobStore>,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Snapshot({} files)", self.entries.len())
    }
}

impl Default for Snapshot {
    fn default() -> Self {
        Self::in_memory(std::iter::empty::<(&str, &str)>())
    }
}

impl Snapshot {
    /// Sorts the entries by path and drops repeated ones (the last wins).
    pub(super) fn new(entries: Vec<TreeEntry>, store: Arc<dyn BlobStore>) -> Self {
        let mut entries = entries;
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries.reverse();
        entries.dedup_by(|a, b| a.path == b.path);
        entries.reverse();
        Self { entries: entries.into(), store }
    }

    /// From entries that are sorted by path already, each path once.
    pub(super) fn sorted(entries: Arc<[TreeEntry]>, store: Arc<dyn BlobStore>) -> Self {
        Self { entries, store }
    }

    /// A tree of plain files in memory: (path, content). For tests and for patches without a repository.
    pub fn in_memory<P: AsRef<[u8]>, C: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, C)>) -> Self {
        let mut blobs = FxHashMap::default();
        let mut entries = Vec::new();
        for (path, content) in files {
            let oid = content_oid(content.as_ref());
            blobs.insert(oid, Arc::from(content.as_ref()));
            entries.push(TreeEntry { path: RepoPath::new(path), mode: Mode::File, oid });
        }
        Self::new(entries, Arc::new(Memory { blobs, below: None }))
    }

    /// This tree with some files replaced (`Some`) or gone (`None`).
    pub fn with(&self, files: impl IntoIterator<Item = (RepoPath, Option<(Mode, Arc<[u8]>)>)>) -> Self {
        let mut blobs = FxHashMap::default();
        let mut replaced = FxHashMap::default();
        for (path, file) in files {
            let entry = file.map(|(mode, bytes)| {
                let oid = content_oid(&bytes);
                blobs.insert(oid, bytes);
                TreeEntry { path: path.clone(), mode, oid }
            });
            replaced.insert(path, entry);
        }
        let kept = self.entries.iter().filter(|entry| !replaced.contains_key(&entry.path)).cloned();
        let entries = kept.chain(replaced.values().flatten().cloned()).collect();
        Self::new(entries, Arc::new(Memory { blobs, below: Some(self.store.clone()) }))
    }

    /// Within which memories of its blobs hold: empty for everywhere; a store that may leave blobs out names itself, for a
    /// memory made elsewhere would say more than can be read here.
    pub fn scope(&self) -> &[u8] {
        self.store.scope()
    }

    /// Every file, sorted by path.
    pub fn entries(&self) -> &[TreeEntry] {
        &self.entries
    }

    pub fn entry(&self, path: &RepoPath) -> Option<&TreeEntry> {
        let at = self.entries.binary_search_by(|entry| entry.path.cmp(path)).ok()?;
        Some(&self.entries[at])
    }

    /// The bytes of a plain file: `None` if there is no such file (or it is a link or a submodule).
    pub fn read(&self, path: &RepoPath) -> Option<Result<Arc<[u8]>, Gap>> {
        let entry = self.entry(path).filter(|entry| entry.mode.is_file())?;
        Some(self.blob(entry))
    }

    /// The bytes of an entry. The gap has context scope: the caller knows if the change itself needs them.
    pub fn blob(&self, entry: &TreeEntry) -> Result<Arc<[u8]>, Gap> {
        self.store.blob(entry.oid).map_err(|(kind, why)| {
            let mut gap = Gap::context(kind, why);
            gap.path = Some(entry.path.clone());
            gap
        })
    }
}

/// The name git would give a blob of these bytes under SHA-1 is not needed here: any content hash will do in memory.
fn content_oid(bytes: &[u8]) -> Oid {
    Oid::from_bytes(&blake3::hash(bytes).as_bytes()[..20])
}

struct Memory {
    blobs: FxHashMap<Oid, Arc<[u8]>>,
    below: Option<Arc<dyn BlobStore>>,
}

impl BlobStore for Memory {
    fn scope(&self) -> &[u8] {
        self.below.as_ref().map_or(&[], |below| below.scope())
    }

    fn blob(&self, oid: Oid) -> Result<Arc<[u8]>, (GapKind, String)> {
        match (self.blobs.get(&oid), &self.below) {
            (Some(bytes), _) => Ok(bytes.clone()),
            (None, Some(below)) => below.blob(oid),
            (None, None) => Err((GapKind::MissingObject, format!("no object {oid}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overlay_replaces_adds_and_removes() {
        let tree = Snapshot::in_memory([("a", "1"), ("b", "2"), ("c", "3")]);
        let next = tree.with([
            (RepoPath::from("a"), None),
            (RepoPath::from("b"), Some((Mode::File, Arc::from(&b"22"[..])))),
            (RepoPath::from("d"), Some((Mode::File, Arc::from(&b"4"[..])))),
        ]);
        let listed: Vec<_> = next.entries().iter().map(|entry| entry.path.to_text()).collect();
        assert_eq!(listed, ["b", "c", "d"]);
        let read = |path: &str| next.read(&path.into()).expect("there").expect("readable").to_vec();
        assert_eq!((read("b"), read("c"), read("d")), (b"22".to_vec(), b"3".to_vec(), b"4".to_vec()));
        assert!(next.read(&"a".into()).is_none());
    }
}
