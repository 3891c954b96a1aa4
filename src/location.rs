//! Where something is: a path in the repository, one of the two sides of a change, a range of lines.
//! Paths are bytes, because git's are; they are compared as bytes and shown only through `Untrusted`.

use crate::text::{Untrusted, lossless};
use std::fmt;
use std::sync::Arc;

/// A path inside the repository: `/`-separated bytes, relative, as git stores it. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Arc<[u8]>);

impl RepoPath {
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        Self(Arc::from(bytes.as_ref()))
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path for matching (globs, words): invalid bytes as `\xNN`.
    pub fn to_text(&self) -> String {
        lossless(&self.0).into_owned()
    }

    /// The path for showing.
    pub fn untrusted(&self) -> Untrusted {
        Untrusted::from_bytes(&self.0)
    }

    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|b| *b == b'/').next().unwrap_or(&[])
    }

    /// Bytes after the last dot of the file name, without the dot; none for `.env` or `Makefile`.
    pub fn extension(&self) -> Option<&[u8]> {
        let name = self.file_name();
        let dot = name.iter().rposition(|b| *b == b'.')?;
        (dot > 0).then(|| &name[dot + 1..])
    }

    /// The directory, without a trailing slash; empty at the top.
    pub fn parent(&self) -> &[u8] {
        match self.0.iter().rposition(|b| *b == b'/') {
            Some(at) => &self.0[..at],
            None => &[],
        }
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_text())
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes())
    }
}

/// One of the two texts of a change. What went away is placed on the old side, what came or changed on the new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    Old,
    New,
}

impl Side {
    pub fn other(self) -> Self {
        match self {
            Self::Old => Self::New,
            Self::New => Self::Old,
        }
    }
}

/// Lines of a file, 1-based, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct LineRange {
    pub start: u32,
    pub end: u32,
}

impl LineRange {
    pub fn new(start: u32, end: u32) -> Self {
        Self { start: start.max(1), end: end.max(start).max(1) }
    }

    pub fn line(line: u32) -> Self {
        Self::new(line, line)
    }

    pub fn overlaps(self, other: LineRange) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    pub fn contains(self, line: u32) -> bool {
        self.start <= line && line <= self.end
    }
}

/// A place in one side of a change. A fact about a whole file stands at line 1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    pub path: RepoPath,
    pub side: Side,
    pub lines: LineRange,
}

impl Location {
    pub fn new(path: RepoPath, side: Side, lines: LineRange) -> Self {
        Self { path, side, lines }
    }

    pub fn whole_file(path: RepoPath, side: Side) -> Self {
        Self::new(path, side, LineRange::line(1))
    }
}
