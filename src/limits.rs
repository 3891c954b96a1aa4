//! Every bound that richter keeps, with its unit. Reaching one is a `Gap`, never silence. Values that a team may change
//! stand in `config.rs`; these protect the process itself.

/// A file larger than this is not parsed (bytes). Its lines are still counted up to `blob_bytes_max`.
pub const PARSE_BYTES_MAX: usize = 4 << 20;
/// A blob larger than this is not read at all (bytes).
pub const BLOB_BYTES_MAX: u64 = 64 << 20;
/// The parser asks every 100 of its steps whether to go on; after this many questions the tree is given up (count). Two
/// seconds or so; steps and not time, so that every machine gives up on the same files.
pub const PARSE_CHECKS_MAX: u64 = 400_000;
/// Ancestors of a list that is read from the tree of the text before (levels).
pub const SPLICE_DEPTH_MAX: usize = 200;
/// Comparisons of nodes with parts of patterns in one file (count).
pub const PATTERN_STEPS_MAX: u64 = 400_000_000;
/// Bracket depth above which `syn` is not tried (levels); it recurses, tree-sitter does not.
pub const SYN_NESTING_MAX: usize = 256;
/// Stack that `syn` is given (bytes).
pub const STACK_BYTES: usize = 16 << 20;
/// Stack of a thread of the worker pool (bytes): room for `syn`, and for a grammar's parser on a source of 300 KB. Only what
/// is touched takes memory.
pub const POOL_STACK_BYTES: usize = 64 << 20;
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
/// Package manifests that the graph reads (files), and the size of one (bytes).
pub const GRAPH_MANIFESTS_MAX: usize = 5_000;
pub const GRAPH_MANIFEST_BYTES_MAX: usize = 1 << 20;
/// Mentions of one name that are followed (count); the rest is a gap.
pub const GRAPH_MENTIONS_MAX: usize = 200_000;
/// Files beside the code that are looked through for variables (files), and how large one may be (bytes).
pub const GRAPH_TEMPLATES_MAX: usize = 4_000;
pub const GRAPH_TEMPLATE_BYTES_MAX: usize = 256 << 10;
/// Names that one query tells, and how long it may be (names, bytes).
pub const QUERY_NAMES_MAX: usize = 64;
pub const QUERY_BYTES_MAX: usize = 8 << 10;
/// Files whose text one file includes (files).
pub const GRAPH_INCLUDED_FILES_MAX: usize = 4_096;
/// Steps through re-exports, supertypes and nested names that one look-up takes (steps).
pub const GRAPH_LOOKUP_STEPS_MAX: usize = 24;
/// Steps that finding one type takes, and how deep types lead to types (steps).
pub const GRAPH_TYPE_STEPS_MAX: usize = 3_000;
pub const GRAPH_TYPE_DEPTH_MAX: usize = 40;
/// Definitions of one name up to which an unresolved mention still counts as a possible dependent (definitions).
pub const GRAPH_POSSIBLE_DEFINITIONS_MAX: usize = 4;
/// Definitions that are reached before tracing stops (definitions).
pub const GRAPH_REACHED_MAX: usize = 100_000;
/// Dependents and entry points that are listed (count); all are counted.
pub const GRAPH_TOP_MAX: usize = 50;
/// Files with unchanged users that are kept of one changed definition (files).
pub const GRAPH_USER_FILES_MAX: usize = 32;
pub const GRAPH_ENTRY_POINTS_MAX: usize = 20;
/// Tests of a change that are listed (count), and files of tests that are asked whether they lead to what they test (files).
pub const GRAPH_TESTS_TOLD_MAX: usize = 10;
pub const GRAPH_TESTS_ASKED_MAX: usize = 48;
/// Definitions of one member name that are told apart by their types (definitions).
pub const GRAPH_MEMBER_DEFINITIONS_MAX: usize = 64;
/// Commits that a commit message may name as fixed or reverted (count).
pub const MESSAGE_TARGETS_MAX: usize = 32;
/// Paths of one past commit that history remembers (files); a larger one is an import or a sweep.
pub const HISTORY_COMMIT_FILES_MAX: usize = 20_000;
/// Files of one past commit whose lines are counted (files), and the largest blob that is read for it (bytes).
pub const HISTORY_COUNTED_FILES_MAX: usize = 400;
pub const HISTORY_BLOB_BYTES_MAX: u64 = 1 << 20;
/// A past commit that touches more files says nothing about who knows them (files).
pub const EXPERT_COMMIT_FILES_MAX: usize = 100;
/// Touched lines that are followed to who wrote them (lines), in at most so many files (files) and so many versions of
/// each (versions). It ranks who to ask; what is beyond says nothing.
pub const LINES_FOLLOWED_MAX: usize = 1_000;
pub const LINES_FOLLOWED_FILES_MAX: usize = 12;
pub const LINE_VERSIONS_MAX: usize = 40;
/// Experts that are named (people).
pub const EXPERTS_MAX: usize = 10;
/// Files whose measures are remembered between requests (count).
pub const HISTORY_MEASURES_KEPT_MAX: usize = 50_000;
/// Commits that one run remembers between requests (commits); then it starts afresh.
pub const HISTORY_CACHE_COMMITS_MAX: usize = 200_000;
/// Lines of one side that are put through the line diff (lines); a longer pair is cut at its equal ends, and what
/// is still longer counts as replaced.
pub const DIFF_LINES_MAX: usize = 250_000;
/// Lines of one commit message or pull request body that are searched for markers (lines).
pub const MESSAGE_LINES_MAX: usize = 20_000;
/// Claims about who wrote a change that are listed (count); the rest is counted.
pub const CLAIMS_MAX: usize = 1_000;
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
/// Entries of one list in `--explain` (entries); the rest is counted, and is in the JSON report.
pub const EXPLAIN_ITEMS_MAX: usize = 200;
/// Characters of a Markdown comment: forges take 65,536. Sections that do not fit are left out and named.
pub const MARKDOWN_CHARS_MAX: usize = 60_000;
/// Changed places of a file without a grammar that become facts of their own (hunks); the last one covers the rest.
pub const TEXT_FACTS_MAX: usize = 200;
/// New lines of a change beyond which nobody can say what took whose place (lines).
pub const SWEEP_LINES_MAX: u64 = 20_000;
/// Guards and handlers that went from one file and are looked at (count).
pub const DROPPED_GUARDS_MAX: usize = 40;
/// Lines of a function in which the order of things is compared (lines).
pub const FLOW_ENTITY_LINES_MAX: u32 = 1_500;
/// Changed lines of a function beyond which it was written anew, and its statements are not held against each other (lines).
pub const FLOW_CHANGED_LINES_MAX: usize = 120;
/// Lines of one side of a hunk that are compared line by line (lines).
pub const EDIT_HUNK_LINES_MAX: usize = 80;
/// New lines of a file that are looked at for secrets (lines).
pub const SECRET_LINES_MAX: usize = 4_000;
/// Pairs of entities of one container that are compared for a rename, or of one name for a move (pairs); beyond it only
/// equal bodies are found, and the rest stays deleted and added.
pub const RENAME_PAIRS_MAX: usize = 4_096;
/// Words of an entity that are looked at when it is compared for likeness (words).
pub const SIMILARITY_WORDS_MAX: usize = 2_000;
/// A name or the path before it (bytes); the rest is cut.
pub const NAME_BYTES_MAX: usize = 200;
/// Text of an attribute that is looked at for test marks (bytes).
pub const ATTRIBUTE_BYTES_MAX: usize = 400;
/// Children of a definition that are looked at for attributes and visibility words (nodes).
pub const ENTITY_ATTRIBUTES_MAX: usize = 64;
/// Facts about the dependencies of one lock file; what follows is one fact of changed text (count).
pub const LOCK_FACTS_MAX: usize = 200;
/// Siblings that are looked at, going back, for the section of members that one stands in (nodes).
pub const MEMBER_SECTION_STEPS_MAX: usize = 2_000;
/// Nodes that are climbed from a name to its call (nodes).
pub const REFERENCE_STEPS_MAX: usize = 8;
/// A type or a chain of members and calls as the graph keeps it (bytes), its steps (count), and the parameters of a
/// function in it (count). What is longer has no type.
pub const TYPE_BYTES_MAX: usize = 600;
pub const CHAIN_STEPS_MAX: usize = 32;
pub const TYPE_PARAMETERS_MAX: usize = 24;
/// Texts of one file that could be keys (count).
pub const FILE_LITERALS_MAX: usize = 4_000;
/// Times that a text is read again without the declaration that its grammar gave up on (count).
pub const PARSE_MENDS_MAX: usize = 4;
/// Definitions of one file that are read off their lines (count).
pub const FILE_RESCUED_MAX: usize = 2_000;
/// Ways to call one type that are kept (count).
pub const TYPE_SIGNATURES_MAX: usize = 12;
/// Text of a mark (bytes).
pub const MARK_BYTES_MAX: usize = 200;
/// Marks of one file (count).
pub const FILE_MARKS_MAX: usize = 50_000;
/// Outlines that are kept in memory, by the bytes of their sources (bytes); trees, which take ten times the room of a text,
/// so that the next text is read from them.
pub const OUTLINES_BYTES_MAX: usize = 128 << 20;
pub const TREES_BYTES_MAX: usize = 8 << 20;
/// Paths whose roles are remembered (count).
pub const ROLE_PATHS_KEPT_MAX: usize = 100_000;
/// Segments of one setting's key (count); deeper ones count as part of the last.
pub const SETTING_DEPTH_MAX: usize = 64;
/// Text that is read as a number with a unit (bytes).
pub const QUANTITY_BYTES_MAX: usize = 32;
/// Lines of an owners file that are reported as invalid one by one (lines); the rest are counted.
pub const OWNERS_REPORTED_MAX: usize = 20;
/// Rules, exemptions and freezes of one policy (each), and people, agents and bots of one people file (together).
pub const POLICY_RULES_MAX: usize = 1_000;
pub const PEOPLE_MAX: usize = 50_000;
/// Approvals or slots that one rule may ask for (people).
pub const APPROVALS_MAX: u32 = 50;
/// Pairs of people that are tried for a set in which two did not approve each other's changes (pairs).
pub const PAIRS_MAX: usize = 64;
/// People that a report suggests when there is no people file (people).
pub const SUGGESTIONS_MAX: usize = 3;
/// Sets that the search for the smallest set of reviewers looks at (sets) before it settles for a good one.
pub const REVIEWER_SETS_MAX: usize = 50_000;
/// Slots of one policy that nobody may fill twice (slots): every combination of them is a need of its own.
pub const DISTINCT_SLOTS_MAX: usize = 8;
/// Situations that `policy table`, `prove`, `diff` and `lint` look at (cells).
pub const POLICY_CELLS_MAX: usize = 200_000;
/// OWNERS files of one tree that are read (files), and the length of one alias list or regular expression (bytes).
pub const OWNERS_FILES_MAX: usize = 20_000;
pub const OWNERS_REGEX_BYTES_MAX: usize = 1 << 20;
/// A ledger of overrides (bytes).
pub const LEDGER_BYTES_MAX: u64 = 64 << 20;
/// Past commits whose authors `richter init` looks at (commits).
pub const DRAFT_COMMITS_MAX: usize = 3_000;
/// Changes that one simulation replays (changes).
pub const SIMULATED_CHANGES_MAX: usize = 20_000;
/// A compiled regular expression of a rule (bytes), and the depth of its groups (levels).
pub const RULE_REGEX_BYTES_MAX: usize = 4 << 20;
pub const RULE_REGEX_NESTING_MAX: u32 = 64;
/// Changed text in which needles are looked for before rules are read (bytes); for more, all that may be needed are read.
pub const RULE_TEXTS_BYTES_MAX: usize = 64 << 10;
/// Signals of one rule in one file that are listed one by one (signals); more become one signal with their number.
pub const RULE_SIGNALS_PER_FILE: usize = 2;
/// Lines of shipped code, old and new together, up to which a change does one thing (lines).
pub const FOCUS_LINES_MAX: usize = 6;
/// Lines of shipped code in such a change with what only moved and with comments (lines): more is a reordering.
pub const FOCUS_TOUCHED_LINES_MAX: usize = 40;
/// Signals of one rule that a change lists one by one; more become one with their number (count).
pub const RULE_SIGNALS_PER_CHANGE: usize = 4;
/// Characters of a value that a signal's message quotes (characters).
pub const RULE_VALUE_CHARS: usize = 60;
/// Readers of one named thing that a report lists, surest first; their number is said beside it (readers).
pub const NAMED_READERS_SHOWN: usize = 50;
/// Values that a message lists before it says how many more there are (values).
pub const RULE_LIST_ITEMS: usize = 3;
/// Lines between two hunks of a patch whose file is not known (lines).
pub const PATCH_GAP_LINES_MAX: usize = 4_000_000;
/// A file up to this size is parsed on the stack of any caller (bytes); a larger one only where the stack is known to be
/// large, else on a thread of its own.
pub const PARSE_INLINE_BYTES_MAX: usize = 8 << 10;
/// Stack that it is given: a base (bytes), and what each byte of source may cost. Only hostile files touch most of it.
pub const PARSE_STACK_BYTES: usize = 2 << 20;
pub const PARSE_STACK_BYTES_PER_BYTE: usize = 192;
/// What a thread of the worker pool may have on its stack when it comes to parse a file (bytes).
pub const POOL_STACK_BYTES_USED: usize = 2 << 20;
/// Different columns at which levels of indentation may begin in one file (count); scanners in C hold about 250.
pub const LAYOUT_COLUMNS_MAX: usize = 200;
/// Columns that are told apart for that (columns).
pub const LAYOUT_COLUMN_MAX: usize = 4_096;
/// Dependency graphs that one process remembers between requests (graphs).
pub const GRAPHS_KEPT_MAX: usize = 4;
/// A file larger than this is not given to an exact front end (bytes).
pub const EXACT_BYTES_MAX: usize = 1 << 20;
/// Tokens in a row, with those around the brackets that hold them, that an exact front end may recurse over (tokens).
pub const EXACT_CHAIN_MAX: usize = 2_048;
/// Changes that a weekly review looks at (commits without merges).
pub const WEEKLY_CHANGES_MAX: usize = 5_000;
/// Changes before an incident that its change is ranked among (commits without merges).
pub const INCIDENT_PEERS: usize = 200;
/// Threads of the worker pool (count).
pub const THREADS_MAX: usize = 1_024;
/// How long a file of the cache that another run is writing is waited for (milliseconds); then the run goes on without.
pub const CACHE_WAIT_MILLIS: u64 = 50;
/// Size at which the young file of the cache takes the place of the old one (bytes): the cache is at most about twice this.
pub const CACHE_FILE_BYTES_MAX: u64 = 512 << 20;
/// New answers that wait to be written in a batch (bytes).
pub const CACHE_PENDING_BYTES_MAX: usize = 16 << 20;
/// Questions asked at once for which the cache is opened (count); fewer are answered sooner without it.
pub const CACHE_BULK_MIN: usize = 12;
/// A repository in which readers of a removed key are looked for (files, and bytes that are read); a larger one is not
/// searched, and the rule is silent.
pub const KEY_SEARCH_FILES_MAX: usize = 4_000;
pub const KEY_SEARCH_BYTES_MAX: usize = 48 << 20;
/// A note about who wrote which lines (bytes); older ones carry whole transcripts and reach 4 MiB.
pub const NOTE_BYTES_MAX: u64 = 8 << 20;
/// Refs below one prefix that may hold copies of notes (refs), and entries of one folder beside the commits (entries).
pub const NOTE_REFS_MAX: usize = 16;
pub const NOTE_FOLDER_ENTRIES_MAX: usize = 1_000;
/// Line ranges of one note or of one file of traces (ranges).
pub const ATTESTED_RANGES_MAX: usize = 200_000;
/// Commits of one change whose own diff is read to hold attested lines against it (commits).
pub const ATTESTED_COMMITS_MAX: usize = 500;
/// Line ranges of attested lines that one report lists (ranges).
pub const ATTESTED_LISTED_MAX: usize = 5_000;
/// Checkpoints that one commit names, and sessions of one checkpoint (count); the metadata of a session (bytes).
pub const CHECKPOINTS_MAX: usize = 16;
pub const CHECKPOINT_SESSIONS_MAX: usize = 32;
pub const CHECKPOINT_BYTES_MAX: u64 = 1 << 20;
/// The file of agent traces (bytes).
pub const TRACE_BYTES_MAX: usize = 16 << 20;
/// Files of the tree that one clause of a rule with the scope `repository` reads (files).
pub const RULE_TREE_FILES_MAX: usize = 50;
/// A table of labels or of the numbers of commits (bytes).
pub const LABELS_BYTES_MAX: u64 = 512 << 20;
/// Commits of one repository that are mined for labels (commits).
pub const MINED_COMMITS_MAX: usize = 100_000;
/// A call whose arguments are counted (bytes); a longer one counts as one that fits.
pub const CALL_BYTES_MAX: usize = 4_000;
