//! CODEOWNERS of the deciding commit.

use crate::gap::Gap;
use crate::input::Snapshot;
use crate::location::RepoPath;
use crate::text::Untrusted;
use std::sync::Arc;

/// The line that decided about a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerLine {
    pub pattern: Untrusted,
    /// Empty: the line clears ownership.
    pub owners: Vec<Untrusted>,
    pub line: u32,
}

/// The owners file, compiled for matching; without a file nothing is owned.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    pub file: Option<Arc<str>>,
    pub gaps: Vec<Gap>,
}

impl Owners {
    /// Reads the first of `.github/CODEOWNERS`, `CODEOWNERS`, `docs/CODEOWNERS`.
    pub fn read(deciding: &Snapshot) -> Self {
        let _ = deciding;
        Self::default()
    }

    /// The last line that matches a path, if any.
    pub fn of(&self, path: &RepoPath) -> Option<&OwnerLine> {
        let _ = path;
        None
    }
}
