//! Walks over trees: the listing of one and the difference of two. Both go through a list of directories still to do,
//! never by recursion, and both have budgets, because a dozen objects can describe ten billion paths. A name that git
//! would refuse to check out is left out and reported.

use super::Oid;
use super::git::{Missing, Repository, absent, damaged, object_id, oid_of};
use super::snapshot::{Mode, Snapshot, TreeEntry};
use crate::gap::{Gap, GapKind, GapScope};
use crate::limits;
use crate::location::RepoPath;
use crate::text::Untrusted;
use gix::objs::tree::EntryKind;
use gix::objs::{Find as _, TreeRefIter};
use std::cmp::Ordering;
use std::sync::Arc;

/// A path that a commit changed against its first parent, without rename detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchedPath {
    pub path: RepoPath,
    /// None for an added file; the object on the old side.
    pub old: Option<Oid>,
    /// None for a deleted file.
    pub new: Option<Oid>,
}

/// One path that differs between two trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TreeChange {
    pub path: RepoPath,
    pub old: Option<(Mode, Oid)>,
    pub new: Option<(Mode, Oid)>,
}

impl Repository {
    /// The files of a commit's tree.
    pub fn snapshot(&self, commit: Oid) -> Result<Snapshot, Missing> {
        Ok(self.snapshot_with_gaps(commit)?.0)
    }

    /// The files of a commit's tree, and what had to be left out.
    pub fn snapshot_with_gaps(&self, commit: Oid) -> Result<(Snapshot, Vec<Gap>), Missing> {
        let tree = oid_of(&self.raw_commit(commit)?.tree);
        let (listing, mut gaps) = self.listing(tree)?;
        gaps.iter_mut().for_each(|gap| gap.scope = GapScope::Context);
        Ok((Snapshot::sorted(listing, Arc::new(self.clone())), gaps))
    }

    /// The files of a tree, sorted by path. Only what differs from the tree that was listed last is walked; a listing
    /// with gaps is never built upon, so that the answer does not depend on what was asked before.
    fn listing(&self, tree: Oid) -> Result<(Arc<[TreeEntry]>, Vec<Gap>), Missing> {
        let last = self.shared.listed.lock().ok().and_then(|last| last.clone());
        if let Some((last_tree, entries)) = last {
            if last_tree == tree {
                return Ok((entries, Vec::new()));
            }
            if let Ok((changes, gaps)) = self.diff_trees(Some(last_tree), Some(tree))
                && gaps.is_empty()
            {
                return Ok((self.keep(tree, changed(&entries, changes)), gaps));
            }
        }
        let (changes, gaps) = self.diff_trees(None, Some(tree))?;
        let mut entries = changed(&[], changes);
        entries.dedup_by(|a, b| a.path == b.path);
        if gaps.is_empty() { Ok((self.keep(tree, entries), gaps)) } else { Ok((entries.into(), gaps)) }
    }

    fn keep(&self, tree: Oid, entries: Vec<TreeEntry>) -> Arc<[TreeEntry]> {
        let entries: Arc<[TreeEntry]> = entries.into();
        if let Ok(mut last) = self.shared.listed.lock() {
            *last = Some((tree, entries.clone()));
        }
        entries
    }

    /// Files that a commit changed against its first parent (all files for a root commit), sorted by path.
    pub fn touched(&self, commit: Oid) -> Result<Vec<TouchedPath>, Missing> {
        Ok(self.touched_as_far_as_here(commit)?.0)
    }

    /// The same, and false if part of the trees is not in this clone or over a limit: then files may be missing.
    pub fn touched_as_far_as_here(&self, commit: Oid) -> Result<(Vec<TouchedPath>, bool), Missing> {
        let new = self.raw_commit(commit)?;
        let old = match new.commit.parents.first() {
            Some(parent) => Some(oid_of(&self.raw_commit(*parent)?.tree)),
            None => None,
        };
        let (changes, gaps) = self.diff_trees(old, Some(oid_of(&new.tree)))?;
        let touched = |change: TreeChange| TouchedPath {
            path: change.path,
            old: change.old.map(|(_, oid)| oid),
            new: change.new.map(|(_, oid)| oid),
        };
        Ok((changes.into_iter().map(touched).collect(), gaps.is_empty()))
    }

    /// The blob at a path before a commit (in its first parent, under the path of then) and after it; none on a side
    /// where no file is there.
    pub fn versions(
        &self,
        commit: Oid,
        before: &RepoPath,
        after: &RepoPath,
    ) -> Result<(Option<Oid>, Option<Oid>), Missing> {
        let new = self.raw_commit(commit)?;
        let old = match new.commit.parents.first() {
            Some(parent) => self.blob_in(oid_of(&self.raw_commit(*parent)?.tree), before)?,
            None => None,
        };
        Ok((old, self.blob_in(oid_of(&new.tree), after)?))
    }

    /// The blob at a path of a tree, looked up directory by directory.
    fn blob_in(&self, tree: Oid, path: &RepoPath) -> Result<Option<Oid>, Missing> {
        let handle = self.handle();
        let mut bytes = Vec::new();
        let mut at = tree;
        let mut names = path.as_bytes().split(|byte| *byte == b'/').peekable();
        while let Some(name) = names.next() {
            tree_bytes(&handle, Some(at), &mut bytes)?;
            let entries = TreeRefIter::from_bytes(&bytes, handle.object_hash());
            let found = entries.filter_map(Result::ok).find(|entry| entry.filename == name);
            let Some(entry) = found else { return Ok(None) };
            match (names.peek().is_some(), entry.mode.is_tree(), entry.mode.is_blob()) {
                (true, true, _) => at = oid_of(entry.oid),
                (false, _, true) => return Ok(Some(oid_of(entry.oid))),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Every path that differs between two trees (none is the empty tree), sorted by path, without renames; and a gap
    /// of change scope for everything that had to be left out.
    pub(super) fn diff_trees(
        &self,
        old: Option<Oid>,
        new: Option<Oid>,
    ) -> Result<(Vec<TreeChange>, Vec<Gap>), Missing> {
        let mut walk = Walk::default();
        walk.todo.push(Pair { path: Vec::new(), depth: 0, old, new });
        let handle = self.handle();
        let (mut old_bytes, mut new_bytes) = (Vec::new(), Vec::new());
        while let Some(pair) = walk.todo.pop() {
            if !walk.within_budget() {
                break;
            }
            let root = pair.path.is_empty();
            let read = tree_bytes(&handle, pair.old, &mut old_bytes)
                .and_then(|()| tree_bytes(&handle, pair.new, &mut new_bytes));
            match read {
                Ok(()) => walk.compare(&pair, &old_bytes, &new_bytes, handle.object_hash()),
                Err(missing) if root => return Err(missing),
                Err((kind, why)) => walk.gap(kind, &pair.path, why),
            }
        }
        walk.changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok((walk.changes, walk.gaps))
    }
}

/// A listing with changes applied; both are sorted by path.
fn changed(entries: &[TreeEntry], changes: Vec<TreeChange>) -> Vec<TreeEntry> {
    let mut out = Vec::with_capacity(entries.len() + changes.len());
    let mut kept = entries.iter().peekable();
    for change in changes {
        while let Some(entry) = kept.next_if(|entry| entry.path < change.path) {
            out.push(entry.clone());
        }
        kept.next_if(|entry| entry.path == change.path);
        out.extend(change.new.map(|(mode, oid)| TreeEntry { path: change.path, mode, oid }));
    }
    out.extend(kept.cloned());
    out
}

/// The raw bytes of a tree into a buffer; nothing for the empty tree.
fn tree_bytes(handle: &gix::Repository, oid: Option<Oid>, buffer: &mut Vec<u8>) -> Result<(), Missing> {
    buffer.clear();
    let Some(oid) = oid else { return Ok(()) };
    let id = object_id(oid);
    if id.is_empty_tree() {
        return Ok(());
    }
    let found = handle.objects.try_find(&id, buffer).map_err(|error| damaged(oid, &error))?;
    match found.map(|data| data.kind) {
        None => Err(absent(oid)),
        Some(gix::objs::Kind::Tree) => Ok(()),
        Some(kind) => Err((GapKind::MissingObject, format!("{} is a {kind}, not a tree", oid.short()))),
    }
}

/// A directory that is still to be compared; none is an absent side.
struct Pair {
    path: Vec<u8>,
    depth: usize,
    old: Option<Oid>,
    new: Option<Oid>,
}

/// An entry of one tree.
#[derive(Clone, Copy)]
struct Entry<'a> {
    name: &'a [u8],
    /// None for a directory.
    mode: Option<Mode>,
    oid: Oid,
}

impl Entry<'_> {
    /// Git's order: a directory sorts as if its name ended in a slash, so a file and a directory of one name differ.
    fn order(&self, other: &Self) -> Ordering {
        let slash = |entry: &Self| entry.mode.is_none().then_some(b'/');
        let a = self.name.iter().copied().chain(slash(self));
        a.cmp(other.name.iter().copied().chain(slash(other)))
    }
}

#[derive(Default)]
struct Walk {
    todo: Vec<Pair>,
    changes: Vec<TreeChange>,
    gaps: Vec<Gap>,
    directories: usize,
    path_bytes: usize,
    stopped: bool,
}

impl Walk {
    /// Counts one directory; false, with a gap, once the walk has seen more than it may.
    fn within_budget(&mut self) -> bool {
        self.directories += 1;
        let over = [
            (self.changes.len(), limits::TREE_FILES_MAX, "files"),
            (self.directories, limits::TREE_DIRECTORIES_MAX, "directories"),
            (self.path_bytes, limits::TREE_PATH_BYTES_MAX, "bytes of paths"),
        ];
        if let Some((_, most, what)) = over.iter().find(|(seen, most, _)| seen > most) {
            let why = format!("the trees hold more than {most} {what}; the rest was not listed");
            self.gaps.push(Gap {
                scope: GapScope::Change,
                kind: GapKind::OverLimit,
                path: None,
                why: Untrusted::new(why),
            });
            self.stopped = true;
        }
        !self.stopped
    }

    fn gap(&mut self, kind: GapKind, path: &[u8], why: String) {
        match self.gaps.len().cmp(&limits::TREE_GAPS_MAX) {
            Ordering::Less => self.gaps.push(Gap::change(kind, &RepoPath::new(path), why)),
            Ordering::Equal => {
                let why = "more of the trees could not be read; the rest of such places is not named".to_owned();
                self.gaps.push(Gap { scope: GapScope::Change, kind, path: None, why: Untrusted::new(why) });
            }
            Ordering::Greater => {}
        }
    }

    /// Compares two directories entry by entry; directories that differ are put on the list.
    fn compare(&mut self, pair: &Pair, old: &[u8], new: &[u8], hash: gix::hash::Kind) {
        let (old, new) = (self.entries(pair, old, hash), self.entries(pair, new, hash));
        let (mut a, mut b) = (old.iter().peekable(), new.iter().peekable());
        loop {
            let order = match (a.peek(), b.peek()) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => a.order(b),
            };
            let left = if order.is_le() { a.next() } else { None };
            let right = if order.is_ge() { b.next() } else { None };
            self.differ(pair, left, right);
        }
    }

    /// The entries of a tree in git's order, without those that git would refuse; a tree that does not parse to its
    /// end, or that is out of order, is reported.
    fn entries<'a>(&mut self, pair: &Pair, bytes: &'a [u8], hash: gix::hash::Kind) -> Vec<Entry<'a>> {
        let mut entries: Vec<Entry<'a>> = Vec::with_capacity(bytes.len() / 40);
        for entry in TreeRefIter::from_bytes(bytes, hash) {
            let Ok(entry) = entry else {
                self.gap(
                    GapKind::MissingObject,
                    &pair.path,
                    "a tree is damaged; the rest of it was not read".to_owned(),
                );
                break;
            };
            if is_refused(entry.filename) {
                let path = join(&pair.path, entry.filename);
                self.gap(GapKind::InvalidPath, &path, "git refuses to check out this name; not read".to_owned());
                continue;
            }
            entries.push(Entry { name: entry.filename, mode: mode_of(entry.mode.kind()), oid: oid_of(entry.oid) });
        }
        if !entries.is_sorted_by(|a, b| a.order(b).is_lt()) {
            entries.sort_by(Entry::order);
            entries.dedup_by(|a, b| a.order(b).is_eq());
            let why = "a tree is out of order or names a file twice (git fsck refuses it)".to_owned();
            self.gap(GapKind::InvalidPath, &pair.path, why);
        }
        entries
    }

    fn differ(&mut self, pair: &Pair, old: Option<&Entry>, new: Option<&Entry>) {
        let same = matches!((old, new), (Some(a), Some(b)) if a.oid == b.oid && a.mode == b.mode);
        let Some(entry) = old.or(new).filter(|_| !same) else { return };
        let path = join(&pair.path, entry.name);
        if path.len() > limits::PATH_BYTES_MAX || pair.depth >= limits::PATH_SEGMENTS_MAX {
            return self.gap(
                GapKind::OverLimit,
                &path[..path.len().min(200)],
                "the path is too long or too deep; not read".to_owned(),
            );
        }
        self.path_bytes += path.len();
        let side = |entry: Option<&Entry>| entry.and_then(|entry| Some((entry.mode?, entry.oid)));
        match entry.mode {
            None => {
                let oid = |entry: Option<&Entry>| entry.map(|entry| entry.oid);
                self.todo.push(Pair { path, depth: pair.depth + 1, old: oid(old), new: oid(new) });
            }
            Some(_) => self.changes.push(TreeChange { path: RepoPath::new(path), old: side(old), new: side(new) }),
        }
    }
}

fn join(directory: &[u8], name: &[u8]) -> Vec<u8> {
    let mut path = Vec::with_capacity(directory.len() + 1 + name.len());
    path.extend_from_slice(directory);
    if !directory.is_empty() {
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

/// None for a directory.
pub(super) fn mode_of(kind: EntryKind) -> Option<Mode> {
    match kind {
        EntryKind::Tree => None,
        EntryKind::Blob => Some(Mode::File),
        EntryKind::BlobExecutable => Some(Mode::Executable),
        EntryKind::Link => Some(Mode::Symlink),
        EntryKind::Commit => Some(Mode::Submodule),
    }
}

/// Names that git refuses to check out: empty, `.`, `..`, with a slash, and `.git` in the spellings that some file
/// system takes for it (letter case, trailing dots and spaces, streams, the short name, ignorable characters).
pub(super) fn is_refused(name: &[u8]) -> bool {
    if matches!(name, b"" | b"." | b"..") || name.contains(&b'/') || name.contains(&0) {
        return true;
    }
    if name.len() > 64 || !name.iter().any(|byte| matches!(byte, b'g' | b'G')) {
        return false;
    }
    let text = String::from_utf8_lossy(name);
    let visible: String = text.chars().filter(|c| !is_ignorable(*c)).flat_map(char::to_lowercase).collect();
    let stem = visible.split(':').next().unwrap_or_default().trim_end_matches([' ', '.']);
    stem == ".git" || stem == "git~1"
}

/// Characters that HFS+ ignores in names.
fn is_ignorable(c: char) -> bool {
    matches!(c as u32, 0x200C..=0x200F | 0x202A..=0x202E | 0x206A..=0x206F | 0xFEFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_no_checkout_may_write_are_refused() {
        for name in
            ["", ".", "..", ".git", ".GIT", ".git ", ".git.", "GIT~1", ".git::$INDEX_ALLOCATION", ".g\u{200c}it"]
        {
            assert!(is_refused(name.as_bytes()), "{name:?}");
        }
        for name in [".gitignore", "git", ".github", "...", "a.git", "git~10"] {
            assert!(!is_refused(name.as_bytes()), "{name:?}");
        }
    }
}
