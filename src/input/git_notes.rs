//! What git keeps beside commits: notes, blobs behind refs, files of other branches. A note's tree is flat or fanned out
//! (`ab/cdef...`, also deeper); both are followed by name, entry by entry, so that a tree of hundred thousand notes costs
//! one path. Nothing here knows what a note says.

use super::git::{Missing, Repository, absent, damaged, object_id, oid_of};
use super::{BlobBytes, Oid};
use crate::gap::GapKind;
use crate::limits;
use gix::objs::TreeRefIter;
use gix::objs::tree::EntryKind;

/// An entry of a tree, as far as following a path needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub name: Vec<u8>,
    pub oid: Oid,
    pub tree: bool,
}

impl Repository {
    /// The blob that a notes ref keeps for a commit; none if the ref or the note is not there.
    pub(super) fn note(&self, full_ref: &str, commit: Oid) -> Result<Option<Oid>, Missing> {
        let Some(mut tree) = self.tree_of_ref(full_ref)? else { return Ok(None) };
        let hex = commit.to_string();
        let mut rest = hex.as_str();
        for _ in 0..hex.len() / 2 {
            let (head, tail) = rest.split_at(2.min(rest.len()));
            let wanted = |name: &[u8]| name == rest.as_bytes() || name == head.as_bytes();
            let found = self.pick(tree, wanted)?;
            if let Some(note) = found.iter().find(|entry| !entry.tree && entry.name == rest.as_bytes()) {
                return Ok(Some(note.oid));
            }
            let Some(next) = found.into_iter().find(|entry| entry.tree && entry.name == head.as_bytes()) else {
                return Ok(None);
            };
            (tree, rest) = (next.oid, tail);
        }
        Ok(None)
    }

    /// The entries of a folder of the commit that a ref stands at; empty if there is no such ref or folder.
    pub(super) fn folder_of_ref(&self, full_ref: &str, folders: &[&str]) -> Result<Vec<Found>, Missing> {
        let Some(mut tree) = self.tree_of_ref(full_ref)? else { return Ok(Vec::new()) };
        for folder in folders {
            let found = self.pick(tree, |name| name == folder.as_bytes())?;
            let Some(next) = found.into_iter().find(|entry| entry.tree) else { return Ok(Vec::new()) };
            tree = next.oid;
        }
        self.pick(tree, |_| true)
    }

    /// The entries of a tree.
    pub(super) fn entries_of(&self, tree: Oid) -> Result<Vec<Found>, Missing> {
        self.pick(tree, |_| true)
    }

    /// Full names of refs below a prefix (ending in `/`), sorted, at most `limits::NOTE_REFS_MAX`.
    pub(super) fn refs_below(&self, prefix: &str) -> Vec<String> {
        let handle = self.handle();
        let Ok(platform) = handle.references() else { return Vec::new() };
        let Ok(found) = platform.prefixed(prefix) else { return Vec::new() };
        let names = found.filter_map(Result::ok).map(|reference| reference.name().as_bstr().to_string());
        let mut names: Vec<String> = names.take(limits::REFS_SEARCHED_MAX).collect();
        names.sort();
        names.truncate(limits::NOTE_REFS_MAX);
        names
    }

    /// The bytes of a blob that may be at most so large.
    pub(super) fn small_blob(&self, oid: Oid, max: u64) -> Result<BlobBytes, Missing> {
        match self.blob_size(oid)? {
            size if size > max => Err((GapKind::OverLimit, format!("{size} bytes, read are at most {max}"))),
            _ => self.blob(oid),
        }
    }

    /// The tree of the commit that a ref stands at, or the tree itself where it stands at one.
    fn tree_of_ref(&self, full_ref: &str) -> Result<Option<Oid>, Missing> {
        let Some(target) = self.ref_target(full_ref) else { return Ok(None) };
        let handle = self.handle();
        let header = handle.try_find_header(object_id(target)).map_err(|error| damaged(target, &error))?;
        match header.ok_or_else(|| absent(target))?.kind() {
            gix::objs::Kind::Commit => self.tree_of(target).map(Some),
            gix::objs::Kind::Tree => Ok(Some(target)),
            _ => Ok(None),
        }
    }

    /// The entries of a tree whose names are wanted, in the tree's order.
    fn pick(&self, tree: Oid, wanted: impl Fn(&[u8]) -> bool) -> Result<Vec<Found>, Missing> {
        let handle = self.handle();
        let id = object_id(tree);
        if id.is_empty_tree() {
            return Ok(Vec::new());
        }
        let object = handle.try_find_object(id).map_err(|error| damaged(tree, &error))?;
        let object = object.ok_or_else(|| absent(tree))?;
        if object.kind != gix::objs::Kind::Tree {
            return Err((GapKind::MissingObject, format!("{} is a {}, not a tree", tree.short(), object.kind)));
        }
        let entries = TreeRefIter::from_bytes(&object.data, handle.object_hash());
        let entries = entries.map_while(Result::ok).filter(|entry| wanted(entry.filename)).map(|entry| Found {
            name: entry.filename.to_vec(),
            oid: oid_of(entry.oid),
            tree: entry.mode.kind() == EntryKind::Tree,
        });
        Ok(entries.take(limits::NOTE_FOLDER_ENTRIES_MAX).collect())
    }
}
