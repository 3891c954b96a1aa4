//! What happened here before: how often the touched files change, who changes them, how often a change to them had to be
//! fixed or reverted, how well the author knows them. One forward pass over the window of ancestors computes the same
//! numbers for this change and for each of the last 500 changes it is ranked against, so no future can leak in: every
//! number is taken before the pass reads the change it describes.

mod classify;
mod experts;
mod features;
mod kept;
mod lines;
mod log;
mod measure;
mod recall;
mod record;
#[cfg(test)]
mod tests;
mod timeline;
mod touched;

pub use classify::{CommitKind, classify, targets};
pub use experts::experts_of_lines;
pub use features::UNKNOWN;
pub use log::{Log, LogCache, PastCommit, PastFile};
pub use measure::is_code;
pub use recall::recall;

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

/// A fix counts against a change to the same file that is at most this old (seconds).
const FOLLOW_UP_SECONDS: i64 = 30 * DAY;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// Declares the numbers once: the fields, their names for data files, and access by name.
macro_rules! features {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Numbers about a change that need neither parsing nor the graph. All are whole; shares are in thousandths.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct Features { $($(#[$doc])* pub $name: u32,)* }

        impl Features {
            /// The closed list of features, as a model names them.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name),)*];

            /// All values, in the order of `NAMES`; `UNKNOWN` where a value is not known.
            pub fn values(&self) -> [u32; Self::NAMES.len()] {
                [$(self.$name,)*]
            }

            /// From values in the order of `NAMES`; none if their number differs.
            pub fn from_values(values: &[u32]) -> Option<Self> {
                let [$($name,)*] = values.try_into().ok()?;
                Some(Self { $($name,)* })
            }
        }
    };
}

features! {
    all_added,
    all_deleted,
    words_added,
    words_distinct,
    words_new,
    calls_added,
    branches_added,
    depth_sum,
    hunks,
    files,
    all_files,
    directories,
    subsystems,
    entropy,
    test_lines,
    lines_before,
    lines_before_sum,
    changes_sum,
    recent_weighted,
    fixes,
    fixes_recent,
    fixes_weighted,
    exposure_fixes,
    last_five_fixed,
    authors,
    author_share,
    owner_share,
    days_since_change,
    directory_fixes,
    partners_missing,
    author_commits,
    author_month,
    author_followed_share,
    author_directory_changes,
    repository_month,
    repository_people,
    repository_age,
    says_fix,
}

/// Whole days between two times in seconds; 0 if the clock of a machine was wrong.
fn days(from: i64, to: i64) -> u32 {
    u32::try_from(to.saturating_sub(from).max(0) / DAY).unwrap_or(u32::MAX)
}

/// Someone who knows the touched files, by their past changes to them. Agents and bots are left out by `policy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expert {
    pub who: Identity,
    /// Changes to the touched files and touched lines, the recent ones counted more, in thousandths.
    pub weight_milli: u64,
    pub changes: u32,
    /// Touched lines that this person wrote last; 0 where nobody looked.
    pub lines: u32,
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
