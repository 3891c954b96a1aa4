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
/// Query matches that may be in progress at one place of a tree (count); further ones are dropped by the runtime.
pub const QUERY_MATCHES_OPEN_MAX: u32 = 4_096;
/// A name or the path before it (bytes); the rest is cut.
pub const NAME_BYTES_MAX: usize = 200;
/// Text of an attribute that is looked at for test marks (bytes).
pub const ATTRIBUTE_BYTES_MAX: usize = 400;
/// Children of a definition that are looked at for attributes and visibility words (nodes).
pub const ENTITY_ATTRIBUTES_MAX: usize = 64;
/// Nodes that are climbed from a name to its call (nodes).
pub const REFERENCE_STEPS_MAX: usize = 8;
/// Text of a mark (bytes).
pub const MARK_BYTES_MAX: usize = 200;
/// Marks of one file (count).
pub const FILE_MARKS_MAX: usize = 50_000;
/// Outlines that are kept in memory, by the bytes of their sources (bytes).
pub const OUTLINES_BYTES_MAX: usize = 512 << 20;
/// Segments of one setting's key (count); deeper ones count as part of the last.
pub const SETTING_DEPTH_MAX: usize = 64;
/// Text that is read as a number with a unit (bytes).
pub const QUANTITY_BYTES_MAX: usize = 32;
/// A file up to this size is parsed on the stack of its caller (bytes); a larger one on a thread of its own.
pub const PARSE_INLINE_BYTES_MAX: usize = 8 << 10;
/// Stack of such a thread: a base (bytes), and what each byte of source may cost. Only hostile files touch most of it.
pub const PARSE_STACK_BYTES: usize = 2 << 20;
pub const PARSE_STACK_BYTES_PER_BYTE: usize = 192;
/// Different columns at which levels of indentation may begin in one file (count); scanners in C hold about 250.
pub const LAYOUT_COLUMNS_MAX: usize = 200;
/// Columns that are told apart for that (columns).
pub const LAYOUT_COLUMN_MAX: usize = 4_096;
