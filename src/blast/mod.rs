//! Who depends on what changed. Definitions, references and imports of all files at base and at head become a graph;
//! dependents of what was deleted or re-signed are looked up at base, new callers at head. Every edge has a tier and a
//! reason: `exact` and `likely` are the lower bound of the answer, `possible` the upper. What each language family means
//! by an import is one file here; everything else knows no language.

mod blob;
mod changed;
mod dependents;
mod entry_points;
mod everyday;
mod families;
mod graphs;
mod impact;
mod implicit;
mod imports;
mod included;
mod index;
mod kept;
mod key_names;
mod keys;
mod members;
mod merged;
mod named;
mod names;
mod node_manifests;
mod open;
mod packages;
mod possible;
mod reach;
mod receiver;
mod renamed;
mod resolve;
mod schemas;
mod scopes;
mod templates;
mod tested;
mod trace;
mod type_calls;
mod type_members;
mod type_names;
mod type_text;
mod typed;
mod types;
mod walk;
mod zone_hits;

#[cfg(test)]
mod family_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod type_tests;

pub use graphs::Graphs;
pub use impact::{Impact, NoImpact, Wanted};
pub use index::Graph;
pub use keys::{NamedThing, Reader};
pub use trace::trace;
pub use walk::World;

use crate::facts::FactKind;
use crate::gap::Gap;
use crate::location::{RepoPath, Side};
use crate::syntax::EntityKind;
use std::sync::Arc;

/// How sure an edge is: `Exact` is unique through scopes and imports, `Likely` through an imported package, a wildcard or
/// a receiver that fits, `Possible` a mention of the name and no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    Exact,
    Likely,
    Possible,
}

impl Tier {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }

    /// How much a dependent of this tier counts, in thousandths (research: precision of each tier on four repositories).
    pub fn weight_milli(self) -> u32 {
        match self {
            Self::Exact => 1_000,
            Self::Likely => 600,
            Self::Possible => 50,
        }
    }
}

/// Numbers of dependents by tier (definitions that refer to the change, directly or through others).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TierCounts {
    pub exact: u32,
    pub likely: u32,
    pub possible: u32,
}

/// One changed entity, and how many definitions refer to it directly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedEntity {
    /// Index into `Facts::files`, and of the entity in that side's outline.
    pub file: usize,
    pub side: Side,
    pub index: u32,
    pub entity: Arc<str>,
    pub kind: EntityKind,
    pub path: RepoPath,
    pub line: u32,
    pub change: FactKind,
    /// Direct dependents outside the entity itself, tests left out.
    pub direct: TierCounts,
    /// Direct dependents that are not themselves changed in this diff, exact and likely, tests left out.
    pub unchanged_direct: u32,
    /// The files at head in which those stand, each once and in order; at most `GRAPH_USER_FILES_MAX`.
    pub unchanged_files: Vec<RepoPath>,
    /// True if something shipped in another file surely uses it.
    pub shipped_use: bool,
}

/// A definition that depends on the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependent {
    pub entity: Arc<str>,
    pub path: RepoPath,
    pub line: u32,
    /// Edges away from the change: 1 refers to it directly.
    pub distance: u32,
    pub tier: Tier,
    /// Why it is thought to depend: names of the change or of the step before it, and how they were resolved.
    pub why: Arc<str>,
    pub test: bool,
    /// Files on the way, the changed one first, its own last.
    pub way: Vec<RepoPath>,
}

/// A zone that the change is in (`touched`, distance 0) or gets to through the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneHit {
    /// Index into `Zones::all`.
    pub zone: usize,
    pub touched: bool,
    pub distance: u32,
    /// Weakest tier on the way; `Exact` for a touched zone.
    pub tier: Tier,
    /// Files on the way, the changed one first, the one in the zone last.
    pub path: Vec<RepoPath>,
    /// Where in the first file: the line of the changed entity, or 1.
    pub line: u32,
    /// What put the last file in the zone: a path or an entity name.
    pub because: Arc<str>,
    /// Files of the zone at base, in thousandths of all source and configuration files there.
    pub share_milli: u32,
}

/// A place where the outside comes in: a route, a main function, a job, a command.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryPoint {
    pub name: Arc<str>,
    pub path: RepoPath,
    pub line: u32,
    pub distance: u32,
    /// True if a test reaches it or the changed code behind it, false if none does, none if that could not be told.
    pub tested: Option<bool>,
}

/// One end of an edge of the whole graph. The file itself has no name and the line of the mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgeEnd {
    pub path: RepoPath,
    pub line: u32,
    pub name: Arc<str>,
    pub kind: EntityKind,
}

/// `from` refers to `to`, as `richter graph` prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphEdge {
    pub from: EdgeEnd,
    pub to: EdgeEnd,
    /// Line of the first mention.
    pub line: u32,
    pub tier: Tier,
    pub why: &'static str,
}

/// What `trace` hands on. Lists are sorted: nearest first, then surest, then by path and line.
#[derive(Clone, Debug, Default)]
pub struct BlastRadius {
    pub changed: Vec<ChangedEntity>,
    /// Dependents at any distance within the limit, tests left out.
    pub dependents: TierCounts,
    /// Files and packages that hold an exact or likely dependent, tests left out; tests that reach the change.
    pub files: u32,
    pub packages: u32,
    pub tests: u32,
    /// Tests that reach the change only by a mention of a name.
    pub tests_possible: u32,
    /// Confidence-weighted, distance-decayed reach in thousandths of a direct, certain dependent.
    pub reach_milli: u64,
    /// The most important dependents, at most 50.
    pub top: Vec<Dependent>,
    pub zones: Vec<ZoneHit>,
    pub entry_points: Vec<EntryPoint>,
    /// The nearest tests that reach the change, at most `GRAPH_TESTS_TOLD_MAX`; `tests` counts all.
    pub nearest_tests: Vec<Dependent>,
    /// Packages of the change that other packages of the repository depend on: (name, number of those packages).
    pub shared_packages: Vec<(Arc<str>, u32)>,
    /// Settings and dependencies of the change that something at head reads or imports, sorted by name and path.
    pub named: Vec<NamedThing>,
    /// Source files in the graph.
    pub repository_files: u32,
    pub gaps: Vec<Gap>,
}
