//! What happened here before: how often the touched files change, who changes them, how often a change to them had to be
//! fixed or reverted, how well the author knows them. One forward pass over the window of ancestors computes the same
//! numbers for this change and for each of the last 500 changes it is ranked against, so no future can leak in: every
//! number is taken before the pass reads the change it describes.

mod classify;
mod experts;
mod features;
mod kept;
mod log;
mod pass;
mod record;
#[cfg(test)]
mod tests;

pub use classify::{CommitKind, classify, targets};
pub use log::{Log, LogCache, PastCommit, PastFile};
pub use pass::recall;

use crate::gap::Gap;
use crate::input::Identity;
use crate::location::RepoPath;

/// The past of one touched file, within the window. Counts are commits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileHistory {
    pub path: Option<RepoPath>,
    pub changes: u32,
    /// Changes whose message says that they fix something, and reverts of changes to this file.
    pub fixes: u32,
    pub reverts: u32,
    /// Of the last five changes, how many were followed by a fix or revert of this file within 30 days.
    pub last_five_fixed: u32,
    pub last_five: u32,
    pub authors: u32,
    /// Days since the last change before this one; none if there was none in the window.
    pub days_since_change: Option<u32>,
    /// Changes by this change's author.
    pub author_changes: u32,
}

/// Numbers about a change that need neither parsing nor the graph. All are whole; shares are in thousandths.
/// After Kamei et al. 2013 (size, diffusion, history, experience), with tests, documentation, generated and vendored
/// lines kept apart from production lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Features {
    /// Production lines.
    pub lines_added: u32,
    pub lines_deleted: u32,
    pub test_lines: u32,
    /// Production files, directories and top-level folders.
    pub files: u32,
    pub directories: u32,
    pub subsystems: u32,
    /// Shannon entropy of changed lines over production files, in thousandths of a bit.
    pub entropy_milli: u32,
    /// Over the touched production files: most changes, authors, fixes, and fixes of the last five.
    pub changes: u32,
    pub authors: u32,
    pub fixes: u32,
    pub last_five_fixed: u32,
    /// Smallest number of days since a touched file changed before; none if all are new.
    pub days_since_change: Option<u32>,
    /// Commits of this author in the window before this change, and to the touched files; none if the author is unknown.
    pub author_commits: Option<u32>,
    pub author_file_changes: Option<u32>,
    /// Share of touched production files that are new in this change.
    pub new_files_milli: u32,
}

/// Someone who knows the touched files, by their past changes to them. Agents and bots are left out by `policy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expert {
    pub who: Identity,
    /// Changes to the touched files, the recent ones counted more, in thousandths.
    pub weight_milli: u64,
    pub changes: u32,
    pub last_days: u32,
}

/// What `recall` hands on.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// False where there was nothing to read (no repository, root commit).
    pub known: bool,
    /// In the order of `ChangeSet::files`.
    pub files: Vec<FileHistory>,
    pub features: Features,
    /// The features of the (at most 500) non-merge ancestors that this change is ranked against.
    pub peers: Vec<Features>,
    /// Best first, at most 10.
    pub experts: Vec<Expert>,
    /// Who wrote the change, for experience: the commit's author or `--author`.
    pub author: Option<Identity>,
    /// Commits read.
    pub commits: u32,
    pub gaps: Vec<Gap>,
}
