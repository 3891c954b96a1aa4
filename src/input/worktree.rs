//! What is not committed yet: the index against HEAD, and the tracked files of the work tree against HEAD. A file whose
//! size and time are those of the index is not opened; any other is compared by content, after git's built-in rule for
//! line endings. A filter is never run: LFS files are compared by the hash in their pointer, others are a gap. Links are
//! never followed, and nothing outside the work tree is opened.

use super::files::{Readers, is_lfs_pointer, read_files, with_renames};
use super::git::{Missing, Repository};
use super::git_index::{Conversion, IndexEntry, sha256_hex};
use super::git_tree::TreeChange;
use super::snapshot::{Mode, Snapshot, TreeEntry};
use super::{FileChange, Oid};
use crate::gap::{Gap, GapKind};
use crate::limits;
use crate::location::RepoPath;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A change that is not committed, with the tree as it would be after it.
pub(super) struct Uncommitted {
    pub files: Vec<FileChange>,
    pub head: Snapshot,
    pub gaps: Vec<Gap>,
}

/// The index against a tree.
pub(super) fn staged(repository: &Repository, tree: &Snapshot) -> Result<Uncommitted, String> {
    let (entries, mut gaps) = repository.index_entries()?;
    let entry = |entry: IndexEntry| TreeEntry { path: entry.path, mode: entry.mode, oid: entry.oid };
    let entries: Vec<_> = entries.into_iter().filter(|entry| !entry.announced).map(entry).collect();
    let head = Snapshot::new(entries, Arc::new(repository.clone()));
    let pairs = with_renames(differences(tree.entries(), head.entries()), &|oid| repository.blob(oid).ok(), &mut gaps);
    let read = |_: &RepoPath, _: Mode, oid: Oid| repository.blob(oid);
    let size = |oid: Oid| repository.blob_size(oid).map_or(0, |size| size.min(limits::BLOB_BYTES_MAX));
    let files = read_files(pairs, &Readers { old: &read, new: &read, size: &size }, &mut gaps);
    Ok(Uncommitted { files, head, gaps })
}

/// The tracked files of the work tree against a tree.
pub(super) fn worktree(repository: &Repository, tree: &Snapshot) -> Result<Uncommitted, String> {
    let seen = look(repository)?;
    let mut gaps = seen.gaps;
    let pairs_of = differences(tree.entries(), &seen.entries);
    let bytes = |oid: Oid| seen.contents.get(&oid).cloned().map_or_else(|| repository.blob(oid), Ok);
    let pairs = with_renames(pairs_of.clone(), &|oid| bytes(oid).ok(), &mut gaps);
    let old = |_: &RepoPath, _: Mode, oid: Oid| repository.blob(oid);
    let new = |path: &RepoPath, _: Mode, oid: Oid| match seen.unread.get(path) {
        Some(missing) => Err(missing.clone()),
        None => bytes(oid),
    };
    let size = |oid: Oid| match seen.contents.get(&oid) {
        Some(bytes) => bytes.len() as u64,
        None => repository.blob_size(oid).map_or(0, |size| size.min(limits::BLOB_BYTES_MAX)),
    };
    let files = read_files(pairs, &Readers { old: &old, new: &new, size: &size }, &mut gaps);
    let overlay = pairs_of.into_iter().filter_map(|change| match change.new {
        Some((mode, oid)) => Some((change.path, Some((mode, bytes(oid).ok()?)))),
        None => Some((change.path, None)),
    });
    let head = tree.with(overlay);
    Ok(Uncommitted { files, head, gaps })
}

/// Number of tracked files that differ from the index on disk or from HEAD in the index; none for a bare repository.
pub(super) fn dirty_files(repository: &Repository, tree: &Snapshot) -> Option<usize> {
    repository.work_dir()?;
    let seen = look(repository).ok()?;
    Some(differences(tree.entries(), &seen.entries).len())
}

/// Paths that differ between two sorted listings.
fn differences(old: &[TreeEntry], new: &[TreeEntry]) -> Vec<TreeChange> {
    let (mut a, mut b) = (old.iter().peekable(), new.iter().peekable());
    let mut changes = Vec::new();
    loop {
        let order = match (a.peek(), b.peek()) {
            (None, None) => return changes,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.path.cmp(&b.path),
        };
        let left = if order.is_le() { a.next() } else { None };
        let right = if order.is_ge() { b.next() } else { None };
        let side = |entry: Option<&TreeEntry>| entry.map(|entry| (entry.mode, entry.oid));
        if let (true, Some(entry)) = (side(left) != side(right), left.or(right)) {
            changes.push(TreeChange { path: entry.path.clone(), old: side(left), new: side(right) });
        }
    }
}

/// The work tree as it stands.
#[derive(Default)]
struct Seen {
    entries: Vec<TreeEntry>,
    /// Content of files that differ from the index, by the name that git would give it.
    contents: FxHashMap<Oid, Arc<[u8]>>,
    /// Files that differ but could not be read.
    unread: FxHashMap<RepoPath, Missing>,
    gaps: Vec<Gap>,
}

/// One tracked file on disk.
enum OnDisk {
    Same,
    Gone,
    Differs(Mode, Arc<[u8]>),
    Unread(Mode, Missing),
}

fn look(repository: &Repository) -> Result<Seen, String> {
    let top = repository.work_dir().ok_or("the repository is bare: it has no work tree")?;
    let (entries, gaps) = repository.index_entries()?;
    let links = LinkedDirectories::find(&top, &entries);
    let file_mode = repository.trusts_file_mode();
    let mut states: Vec<OnDisk> = entries.par_iter().map(|entry| on_disk(&top, entry, &links, file_mode)).collect();
    let mut seen = Seen { gaps, ..Seen::default() };
    settle_conversions(repository, &entries, &mut states, &mut seen);
    for (entry, state) in entries.into_iter().zip(states) {
        let (mode, oid) = match state {
            OnDisk::Gone => continue,
            OnDisk::Same => (entry.mode, entry.oid),
            OnDisk::Differs(mode, bytes) => {
                let oid = repository.blob_id(&bytes).unwrap_or(entry.oid);
                seen.contents.insert(oid, bytes);
                (mode, oid)
            }
            OnDisk::Unread(mode, missing) => {
                seen.unread.insert(entry.path.clone(), missing);
                (mode, Oid::from_bytes(&[]))
            }
        };
        seen.entries.push(TreeEntry { path: entry.path, mode, oid });
    }
    Ok(seen)
}

/// Looks at one file without following links; only a plain file whose size or time differ is read.
fn on_disk(top: &Path, entry: &IndexEntry, links: &LinkedDirectories, file_mode: bool) -> OnDisk {
    if entry.unwatched || entry.mode == Mode::Submodule {
        return OnDisk::Same;
    }
    let Some(path) = disk_path(top, &entry.path).filter(|_| !links.leads_through(&entry.path)) else {
        return OnDisk::Gone;
    };
    let Ok(metadata) = fs::symlink_metadata(&path) else { return OnDisk::Gone };
    if metadata.is_symlink() {
        return match fs::read_link(&path) {
            Ok(target) => OnDisk::Differs(Mode::Symlink, target.as_os_str().as_encoded_bytes().into()),
            Err(error) => OnDisk::Unread(Mode::Symlink, (GapKind::MissingObject, error.to_string())),
        };
    }
    if !metadata.is_file() {
        return OnDisk::Gone;
    }
    let mode = mode_on_disk(&metadata, entry, file_mode);
    if mode == entry.mode && entry.reliable && unchanged_stat(&metadata, entry) {
        return OnDisk::Same;
    }
    if metadata.len() > limits::BLOB_BYTES_MAX {
        let why = format!("{} bytes, read are at most {} MiB", metadata.len(), limits::BLOB_BYTES_MAX >> 20);
        return OnDisk::Unread(mode, (GapKind::OverLimit, why));
    }
    match fs::read(&path) {
        Ok(bytes) => OnDisk::Differs(mode, bytes.into()),
        Err(error) => OnDisk::Unread(mode, (GapKind::MissingObject, format!("the file cannot be read: {error}"))),
    }
}

/// Files whose bytes differ from their blob only by what git converts are taken back as unchanged, or get the bytes
/// that git would store.
fn settle_conversions(repository: &Repository, entries: &[IndexEntry], states: &mut [OnDisk], seen: &mut Seen) {
    let differing: Vec<usize> = (0..states.len()).filter(|at| matches!(states[*at], OnDisk::Differs(..))).collect();
    let open: Vec<usize> = differing
        .into_par_iter()
        .filter(|at| match &states[*at] {
            OnDisk::Differs(_, bytes) => repository.blob_id(bytes) != Some(entries[*at].oid),
            _ => false,
        })
        .collect();
    let paths: Vec<&RepoPath> = open.iter().map(|at| &entries[*at].path).collect();
    let conversions = repository.conversions(&paths);
    for (at, conversion) in open.into_iter().zip(conversions) {
        let entry = &entries[at];
        let OnDisk::Differs(mode, bytes) = &states[at] else { continue };
        if !mode.is_file() {
            continue;
        }
        let (mode, stored) = (*mode, stored_bytes(repository, entry, bytes, conversion));
        match stored {
            Some(stored) => states[at] = OnDisk::Differs(mode, stored),
            None => {
                let why = "a filter stands between this file and what git stores; it was not run".to_owned();
                seen.gaps.push(Gap::change(GapKind::ExternalContent, &entry.path, why));
            }
        }
    }
}

/// The bytes that git would store for a file; none where only a filter could tell.
fn stored_bytes(repository: &Repository, entry: &IndexEntry, bytes: &Arc<[u8]>, how: Conversion) -> Option<Arc<[u8]>> {
    if how.filtered {
        let pointer = repository.blob(entry.oid).ok().filter(|blob| is_lfs_pointer(blob))?;
        let named = String::from_utf8_lossy(&pointer).contains(&format!("oid sha256:{}", sha256_hex(bytes)?));
        return named.then_some(pointer);
    }
    if !how.crlf_to_lf || super::side::is_binary(bytes) || memchr::memmem::find(bytes, b"\r\n").is_none() {
        return Some(bytes.clone());
    }
    // git leaves a file alone whose blob holds CRLF already
    let kept = repository.blob(entry.oid).is_ok_and(|blob| memchr::memmem::find(&blob, b"\r\n").is_some());
    Some(if kept { bytes.clone() } else { without_carriage_returns(bytes).into() })
}

fn without_carriage_returns(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            out.push(*byte);
        }
    }
    out
}

/// Directories of the index that are links on disk: what lies behind them is not part of the work tree.
struct LinkedDirectories(rustc_hash::FxHashSet<Vec<u8>>);

impl LinkedDirectories {
    fn find(top: &Path, entries: &[IndexEntry]) -> Self {
        let mut directories: Vec<&[u8]> = Vec::new();
        for entry in entries {
            let path = entry.path.as_bytes();
            directories.extend(memchr::memchr_iter(b'/', path).map(|at| &path[..at]));
            directories.dedup();
        }
        directories.sort_unstable();
        directories.dedup();
        let is_link = |directory: &&[u8]| {
            let path = disk_path(top, &RepoPath::new(directory));
            path.and_then(|path| fs::symlink_metadata(path).ok()).is_none_or(|metadata| !metadata.is_dir())
        };
        Self(directories.into_par_iter().filter(is_link).map(<[u8]>::to_vec).collect())
    }

    fn leads_through(&self, path: &RepoPath) -> bool {
        let path = path.as_bytes();
        !self.0.is_empty() && memchr::memchr_iter(b'/', path).any(|at| self.0.contains(&path[..at]))
    }
}

#[cfg(unix)]
fn disk_path(top: &Path, path: &RepoPath) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(top.join(std::ffi::OsStr::from_bytes(path.as_bytes())))
}

#[cfg(not(unix))]
fn disk_path(top: &Path, path: &RepoPath) -> Option<PathBuf> {
    std::str::from_utf8(path.as_bytes()).ok().map(|path| top.join(path))
}

#[cfg(unix)]
fn mode_on_disk(metadata: &Metadata, entry: &IndexEntry, file_mode: bool) -> Mode {
    use std::os::unix::fs::PermissionsExt as _;
    match (file_mode, metadata.permissions().mode() & 0o100 != 0) {
        (false, _) if entry.mode.is_file() => entry.mode,
        (true, true) => Mode::Executable,
        _ => Mode::File,
    }
}

#[cfg(not(unix))]
fn mode_on_disk(_: &Metadata, entry: &IndexEntry, _: bool) -> Mode {
    if entry.mode.is_file() { entry.mode } else { Mode::File }
}

fn unchanged_stat(metadata: &Metadata, entry: &IndexEntry) -> bool {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let Some(modified) = modified else { return false };
    let same_time =
        modified.as_secs() as u32 == entry.mtime.0 && (entry.mtime.1 == 0 || modified.subsec_nanos() == entry.mtime.1);
    metadata.len() as u32 == entry.size && same_time
}
