//! What could not be seen, and why. Unknown is not safe: nothing is skipped in silence. A gap in the change itself makes
//! the assessment incomplete and puts a floor under the level; a gap in the context is reported and moves nothing.

use crate::location::RepoPath;
use crate::text::Untrusted;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapScope {
    /// Content of the change itself was unread, unparsed or over a limit.
    Change,
    /// History, notes, graph, owners or repository were not at hand.
    Context,
}

/// The closed list of reasons. `as_str` is the word in the JSON report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapKind {
    /// A blob or tree is not in the object database (partial clone, damaged repository).
    MissingObject,
    /// Commits below the shallow boundary are not here.
    ShallowHistory,
    /// A file, line or tree is over a named limit.
    OverLimit,
    /// Bytes that are not text; the content was not read.
    Binary,
    /// A grammar could not make sense of lines that the change touches.
    ParseError,
    /// No grammar reads this kind of file: its lines are known, its structure is not.
    NoGrammar,
    /// Part of a patch that could not be read.
    PatchUnreadable,
    /// Only the lines of the patch are known, not the whole file.
    PartialContent,
    /// A submodule moved; what is inside was not read.
    Submodule,
    /// Content that stands elsewhere (LFS pointer) or needs a filter that is never run.
    ExternalContent,
    /// A path that git would refuse to check out (`..`, `.git`).
    InvalidPath,
    /// There is no repository to ask.
    NoRepository,
    /// The dependency graph was not built or is cut.
    NoGraph,
    /// History was not read or is cut.
    NoHistory,
    /// Provenance refs or facts that were not at hand.
    NoProvenance,
    /// Owners could not be read or resolved.
    Owners,
    /// A part of richter failed on one file; the rest of the run went on.
    Internal,
}

impl GapKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MissingObject => "missing-object",
            Self::ShallowHistory => "shallow-history",
            Self::OverLimit => "over-limit",
            Self::Binary => "binary",
            Self::ParseError => "parse-error",
            Self::NoGrammar => "no-grammar",
            Self::PatchUnreadable => "patch-unreadable",
            Self::PartialContent => "partial-content",
            Self::Submodule => "submodule",
            Self::ExternalContent => "external-content",
            Self::InvalidPath => "invalid-path",
            Self::NoRepository => "no-repository",
            Self::NoGraph => "no-graph",
            Self::NoHistory => "no-history",
            Self::NoProvenance => "no-provenance",
            Self::Owners => "owners",
            Self::Internal => "internal",
        }
    }
}

/// One thing that was not seen. Ordered, so that reports are the same bytes every time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gap {
    pub scope: GapScope,
    pub kind: GapKind,
    pub path: Option<RepoPath>,
    /// A short clause that says what was not seen and, where it helps, what to do; may quote the change.
    pub why: Untrusted,
}

impl Gap {
    pub fn change(kind: GapKind, path: &RepoPath, why: impl Into<String>) -> Self {
        Self { scope: GapScope::Change, kind, path: Some(path.clone()), why: Untrusted::new(why) }
    }

    pub fn context(kind: GapKind, why: impl Into<String>) -> Self {
        Self { scope: GapScope::Context, kind, path: None, why: Untrusted::new(why) }
    }
}
