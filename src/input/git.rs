//! The repository, read from its object database with `gix`; the only file that names it.

use super::{Commit, InputError, Oid, Snapshot};
use crate::gap::GapKind;
use crate::location::RepoPath;
use std::path::Path;
use std::sync::Arc;

/// Why an object could not be read: its kind of gap and a clause for people.
pub type Missing = (GapKind, String);

/// A git repository: work tree, bare, partial or shallow. Cheap to clone, safe to share between threads.
#[derive(Clone, Debug)]
pub struct Repository {}

/// A path that a commit changed against its first parent, without rename detection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TouchedPath {
    pub path: RepoPath,
    /// None for an added file; the object on the old side.
    pub old: Option<Oid>,
    /// None for a deleted file.
    pub new: Option<Oid>,
}

impl Repository {
    /// Opens the repository that holds a directory, isolated from user and repository configuration.
    pub fn open(directory: &Path) -> Result<Self, InputError> {
        let _ = directory;
        Err(InputError::NotARepository("not written yet".to_owned()))
    }

    /// A revision as one commit. Full object ids, full refs, branch and tag names, `HEAD~3`, `name^`.
    pub fn resolve(&self, revision: &str) -> Result<Oid, InputError> {
        Err(InputError::UnknownRevision(revision.to_owned()))
    }

    pub fn commit(&self, oid: Oid) -> Result<Commit, Missing> {
        Err((GapKind::MissingObject, oid.to_string()))
    }

    /// The files of a commit's tree.
    pub fn snapshot(&self, commit: Oid) -> Result<Snapshot, Missing> {
        Err((GapKind::MissingObject, commit.to_string()))
    }

    pub fn blob(&self, oid: Oid) -> Result<Arc<[u8]>, Missing> {
        Err((GapKind::MissingObject, oid.to_string()))
    }

    /// Files that a commit changed against its first parent (all files for a root commit), sorted by path.
    pub fn touched(&self, commit: Oid) -> Result<Vec<TouchedPath>, Missing> {
        Err((GapKind::MissingObject, commit.to_string()))
    }

    /// True if a full ref such as `refs/notes/ai` exists.
    pub fn has_ref(&self, name: &str) -> bool {
        let _ = name;
        false
    }

    /// True if the clone is shallow.
    pub fn is_shallow(&self) -> bool {
        false
    }
}
