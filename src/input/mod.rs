//! Where a change comes from: a range, a commit, the index, the work tree or a patch becomes a `ChangeSet` with both
//! sides of every file, and the trees around it become `Snapshot`s. Git is read from the object database alone: no
//! checkout, no filter, no hook, no user configuration. What cannot be read is a `Gap`; what makes no sense at all
//! (unknown revision, not a repository) is an `InputError` that says what to do.

mod attestations;
mod files;
mod git;
mod git_index;
mod git_lines;
mod git_names;
mod git_notes;
mod git_tree;
mod lines;
mod patch;
mod patch_commits;
mod patch_names;
mod patch_text;
mod range;
mod read;
mod renames;
mod side;
mod snapshot;
mod worktree;

pub use attestations::{Attestations, CHECKPOINTS, EvidenceRef, NOTES, NoteKind, RawNote};
pub use git::{Missing, Repository};
pub use git_tree::TouchedPath;
pub use lines::{Hunk, LineChange, changed_lines, old_line};
pub use read::read;
pub use snapshot::{Mode, Snapshot, TreeEntry};

use crate::gap::Gap;
use crate::location::{LineRange, RepoPath};
use crate::text::Untrusted;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// The bytes of a blob, shared.
pub type BlobBytes = Arc<[u8]>;

/// Name of a git object: 20 bytes (SHA-1) or 32 (SHA-256).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid {
    bytes: [u8; 32],
    len: u8,
}

impl Oid {
    /// From 20 or 32 bytes; longer input is cut, shorter is padded with zeros to 20.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let len = if bytes.len() > 20 { 32 } else { 20 };
        let mut all = [0; 32];
        let n = bytes.len().min(len);
        all[..n].copy_from_slice(&bytes[..n]);
        Self { bytes: all, len: len as u8 }
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len as usize]
    }

    /// All zeros: git's name for "nothing".
    pub fn is_null(&self) -> bool {
        self.bytes.iter().all(|b| *b == 0)
    }

    /// The first ten hexadecimal digits, for people.
    pub fn short(&self) -> String {
        self.to_string()[..10].to_owned()
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What to read, as the command line or a batch request says it.
#[derive(Clone, Debug)]
pub enum Source {
    /// `A..B`, `A...B`, one revision, or nothing (the default range of DESIGN.md section 5).
    Revision(Option<String>),
    /// Two revisions given apart, as a batch request does.
    Between { base: String, head: String },
    /// The index against HEAD.
    Staged,
    /// The work tree (tracked files) against HEAD.
    Worktree,
    /// A patch's text; read against the repository where there is one.
    Patch(Arc<[u8]>),
}

/// A request to read one change.
#[derive(Clone, Debug)]
pub struct Request {
    pub source: Source,
    /// Where to look for the repository (its work tree, a folder below it, or a bare directory).
    pub directory: PathBuf,
    /// True if the user named the directory (`--repo`): then it must be a repository, also for a patch.
    pub directory_given: bool,
    /// Only files that match one of these globs (old or new path); all when empty.
    pub paths: Vec<String>,
}

/// Why nothing could be read. Each message says what was wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    #[error("{0}")]
    NotARepository(String),
    #[error("{0}")]
    UnknownRevision(String),
    #[error("{0}")]
    EmptyRange(String),
    #[error("{0}")]
    BadPatch(String),
    #[error("{0}")]
    Unreadable(String),
    #[error("{0}")]
    BadRequest(String),
}

impl InputError {
    /// The word for JSON (`richter.error/1`).
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotARepository(_) => "not-a-repository",
            Self::UnknownRevision(_) => "unknown-revision",
            Self::EmptyRange(_) => "empty-range",
            Self::BadPatch(_) => "bad-patch",
            Self::Unreadable(_) => "unreadable",
            Self::BadRequest(_) => "bad-request",
        }
    }
}

/// A name and an address as a commit carries them. Both are claims: anyone can set them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    pub name: Untrusted,
    pub email: Untrusted,
}

/// One commit of a change or of history. Times are seconds since 1970 (UTC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    pub oid: Oid,
    pub parents: Vec<Oid>,
    pub author: Identity,
    pub author_time: i64,
    pub committer: Identity,
    pub commit_time: i64,
    /// The whole message, at most `limits::MESSAGE_BYTES_MAX` bytes of it.
    pub message: Untrusted,
}

/// Git's status letters, as words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileStatus {
    Added,
    Deleted,
    Modified,
    Renamed,
    Copied,
    TypeChanged,
}

impl FileStatus {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Deleted => "deleted",
            Self::Modified => "modified",
            Self::Renamed => "renamed",
            Self::Copied => "copied",
            Self::TypeChanged => "type-changed",
        }
    }
}

/// One side of a file, as far as it could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text or something near it: the whole file.
    Text(Arc<[u8]>),
    /// Only the lines that a patch shows; every other line is empty, so that line numbers hold.
    Partial(Arc<[u8]>),
    /// Has a NUL byte among its first 8,000, git's own test; the bytes are kept for size and hash only.
    Binary { bytes: u64 },
    /// The target of a symbolic link.
    Symlink(Untrusted),
    /// The commit a submodule stands at.
    Submodule(Oid),
    /// Could not be read; a `Gap` of the change set says why.
    Unread,
}

impl Content {
    /// The text of a whole or partial file.
    pub fn text(&self) -> Option<&Arc<[u8]>> {
        match self {
            Self::Text(bytes) | Self::Partial(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// One side: its mode, its object where there is one, and its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSide {
    pub mode: Mode,
    /// The blob's name; none where only a patch is known.
    pub oid: Option<Oid>,
    pub content: Content,
}

/// One file of the change. `old` is none for an added file, `new` for a deleted one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// The new path; the old one for a deleted file.
    pub path: RepoPath,
    /// The path before a rename or of a copy's source.
    pub old_path: Option<RepoPath>,
    pub status: FileStatus,
    pub old: Option<FileSide>,
    pub new: Option<FileSide>,
    /// The hunks, in order, without context lines.
    pub hunks: Vec<Hunk>,
    /// Lines, as `git diff --numstat` counts them; both 0 for binary files.
    pub lines_added: u32,
    pub lines_deleted: u32,
    /// True where git would print `-` for the counts.
    pub binary: bool,
}

impl FileChange {
    /// The path on a side: the old path of a renamed file on the old side.
    pub fn path_on(&self, side: crate::location::Side) -> &RepoPath {
        match side {
            crate::location::Side::Old => self.old_path.as_ref().unwrap_or(&self.path),
            crate::location::Side::New => &self.path,
        }
    }

    /// Both paths, the new one first; a rename counts on both sides.
    pub fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        std::iter::once(&self.path).chain(self.old_path.iter())
    }

    /// Changed lines of a side, as ranges.
    pub fn changed(&self, side: crate::location::Side) -> Vec<LineRange> {
        self.hunks.iter().filter_map(|hunk| hunk.range(side)).collect()
    }
}

/// The whole proposed change.
#[derive(Clone, Debug, Default)]
pub struct ChangeSet {
    /// How it was asked for, for the first line of the report: `main..HEAD`, a commit, `staged`, `patch`.
    pub title: Untrusted,
    /// The old side of the diff; none for a bare patch and for a root commit.
    pub base: Option<Oid>,
    /// The new side; none for staged, worktree and patch.
    pub head: Option<Oid>,
    /// The commit whose tree decides (policy, owners, rules, zones, configuration); never the change itself.
    pub target: Option<Oid>,
    /// When exactly one commit was asked for by id (also as `S^..S`).
    pub commit: Option<Oid>,
    /// The head commit's committer time in seconds, HEAD's for uncommitted work, none for a bare patch.
    pub as_of: Option<i64>,
    /// Sorted by path.
    pub files: Vec<FileChange>,
    /// The commits of the range, oldest first; empty for uncommitted work and patches without a mail header.
    pub commits: Vec<Commit>,
    /// Remarks for people: a merge was compared with its first parent, the work tree is dirty.
    pub remarks: Vec<String>,
    pub gaps: Vec<Gap>,
}

impl ChangeSet {
    pub fn lines_added(&self) -> u64 {
        self.files.iter().map(|file| u64::from(file.lines_added)).sum()
    }

    pub fn lines_deleted(&self) -> u64 {
        self.files.iter().map(|file| u64::from(file.lines_deleted)).sum()
    }
}

/// What `read` hands on: the change, and the trees around it.
#[derive(Clone, Debug)]
pub struct Input {
    pub change: ChangeSet,
    /// The whole tree of the old side; empty where there is no repository.
    pub base: Snapshot,
    /// The whole tree of the new side.
    pub head: Snapshot,
    /// The tree of `change.target`: the only place that policy and configuration are read from.
    pub deciding: Snapshot,
    /// The repository, for history and notes; none for a patch outside of one.
    pub repository: Option<Repository>,
}
