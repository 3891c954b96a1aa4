//! Every bound that richter keeps, with its unit. Reaching one is a `Gap`, never silence. Values that a team may change
//! stand in `config.rs`; these protect the process itself.

/// A file larger than this is not parsed (bytes). Its lines are still counted up to `blob_bytes_max`.
pub const PARSE_BYTES_MAX: usize = 4 << 20;
/// A blob larger than this is not read at all (bytes).
pub const BLOB_BYTES_MAX: u64 = 64 << 20;
/// Parsing one file may take this long (milliseconds) before its tree is given up.
pub const PARSE_MILLIS_MAX: u64 = 2_000;
/// Bracket depth above which `syn` is not tried (levels); it recurses, tree-sitter does not.
pub const SYN_NESTING_MAX: usize = 256;
/// Stack of the threads that run `syn` and the worker pool (bytes).
pub const STACK_BYTES: usize = 16 << 20;
/// Entries of one tree listing (files).
pub const TREE_FILES_MAX: usize = 2_000_000;
/// Length of one path (bytes) and its depth (segments).
pub const PATH_BYTES_MAX: usize = 4_096;
pub const PATH_SEGMENTS_MAX: usize = 256;
/// Files of a change that are read and parsed (files); the rest are listed and counted as gaps.
pub const CHANGE_FILES_MAX: usize = 5_000;
/// Bytes of both sides that one change may make richter parse (bytes).
pub const CHANGE_BYTES_MAX: u64 = 256 << 20;
/// Pairs of deleted and added files that are compared for a rename (files on the larger side), as git's default.
pub const RENAME_LIMIT: usize = 1_000;
/// Entities of one file (count), and references of one file (count).
pub const FILE_ENTITIES_MAX: usize = 50_000;
pub const FILE_REFERENCES_MAX: usize = 400_000;
/// Settings of one file (count).
pub const FILE_SETTINGS_MAX: usize = 50_000;
/// Facts that are kept for one file (count).
pub const FILE_FACTS_MAX: usize = 5_000;
/// Files that the dependency graph indexes (files).
pub const GRAPH_FILES_MAX: usize = 60_000;
/// Steps that a dependent may be away from the change (edges).
pub const GRAPH_DISTANCE_MAX: u32 = 6;
/// How far history looks back (commits, and seconds before the change: two years).
pub const HISTORY_COMMITS_MAX: usize = 5_000;
pub const HISTORY_SECONDS_MAX: i64 = 2 * 365 * 86_400;
/// Non-merge ancestors that a change is ranked against (commits).
pub const PERCENTILE_COMMITS: usize = 500;
/// Commits of one range (commits).
pub const RANGE_COMMITS_MAX: usize = 5_000;
/// A commit message (bytes); the rest is not read.
pub const MESSAGE_BYTES_MAX: usize = 1 << 20;
/// A policy, people, owners, zone, rule or configuration file (bytes).
pub const CONFIG_BYTES_MAX: usize = 3 << 20;
/// A patch on standard input or from a file (bytes).
pub const PATCH_BYTES_MAX: u64 = 512 << 20;
/// One line that a rule looks at (bytes).
pub const LINE_BYTES_MAX: usize = 10_000;
/// Lines of one side that are put through the line diff (lines); a longer pair is cut at its equal ends, and what
/// is still longer counts as replaced.
pub const DIFF_LINES_MAX: usize = 250_000;
/// Directories that one walk over trees visits (count), and bytes of all the paths that it lists (bytes).
pub const TREE_DIRECTORIES_MAX: usize = 1_000_000;
pub const TREE_PATH_BYTES_MAX: usize = 256 << 20;
/// Places in a tree that are named one by one when they cannot be read (gaps); the rest is one gap.
pub const TREE_GAPS_MAX: usize = 100;
/// Refs that are compared with a name that was not found (count).
pub const REFS_SEARCHED_MAX: usize = 2_000;
/// Files on one side above which renames are found by equal content alone (files).
pub const RENAME_FILES_MAX: usize = 20_000;
/// Bytes of both sides of all files that one change may make richter hold (bytes).
pub const CHANGE_READ_BYTES_MAX: u64 = 512 << 20;
/// Lines between two hunks of a patch whose file is not known (lines).
pub const PATCH_GAP_LINES_MAX: usize = 4_000_000;
