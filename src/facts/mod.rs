//! What changed, without judgement. Both sides of every file are outlined and compared: entities by name and by
//! content, settings by key, dependencies by manifest, constructs by count inside their entity. A fact says *that*
//! something happened and where; rules and the score say what it means. A change of form (formatting, comments,
//! documentation) is a fact too, and marked inert.

mod api;
mod blocks;
mod both_sides;
mod code_lines;
mod compare;
mod conditions;
mod constructs;
mod cut;
mod dependencies;
mod directives;
mod dropped;
mod edit_kinds;
mod edits;
mod entity_change;
mod enumeration;
mod errors_kept;
mod file_change;
mod flow;
mod held;
mod lexis;
mod literals;
mod lock_paths;
mod locks;
mod manifest_table;
mod manifests;
mod matching;
mod moves;
mod nesting;
mod pair;
mod parameters;
mod pom;
mod refusals;
mod renames;
mod settings;
#[cfg(test)]
mod tests;
mod unreachable;
mod versions;
mod weakened;
mod wording;
mod words;

pub use compare::compare;
pub use edit_kinds::ratio;
pub use wording::only_tells;

use crate::gap::Gap;
use crate::location::{Location, RepoPath};
use crate::roles::{Role, Roles};
use crate::syntax::{EntityKind, Outline, Value, Visibility};
use crate::text::Untrusted;
use std::sync::Arc;

/// The closed list of what can be observed. `as_str` is the word in rules and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FactKind {
    FileAdded,
    FileDeleted,
    FileRenamed,
    FileCopied,
    ModeChanged,
    BinaryChanged,
    SymlinkChanged,
    SubmoduleChanged,
    EntityAdded,
    EntityDeleted,
    EntityRenamed,
    EntityMoved,
    SignatureChanged,
    BodyChanged,
    VisibilityChanged,
    DocsChanged,
    FormattingChanged,
    /// Code outside every entity changed: imports, top-level statements.
    ResidueChanged,
    /// A construct of `risk.scm` came, went, or was edited in place.
    ConstructAdded,
    ConstructDeleted,
    ConstructChanged,
    SettingAdded,
    SettingDeleted,
    SettingChanged,
    DependencyAdded,
    DependencyRemoved,
    DependencyBumped,
    /// Lines of a file without a grammar changed.
    TextChanged,
}

impl FactKind {
    pub const ALL: [FactKind; 28] = [
        Self::FileAdded,
        Self::FileDeleted,
        Self::FileRenamed,
        Self::FileCopied,
        Self::ModeChanged,
        Self::BinaryChanged,
        Self::SymlinkChanged,
        Self::SubmoduleChanged,
        Self::EntityAdded,
        Self::EntityDeleted,
        Self::EntityRenamed,
        Self::EntityMoved,
        Self::SignatureChanged,
        Self::BodyChanged,
        Self::VisibilityChanged,
        Self::DocsChanged,
        Self::FormattingChanged,
        Self::ResidueChanged,
        Self::ConstructAdded,
        Self::ConstructDeleted,
        Self::ConstructChanged,
        Self::SettingAdded,
        Self::SettingDeleted,
        Self::SettingChanged,
        Self::DependencyAdded,
        Self::DependencyRemoved,
        Self::DependencyBumped,
        Self::TextChanged,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::FileAdded => "file-added",
            Self::FileDeleted => "file-deleted",
            Self::FileRenamed => "file-renamed",
            Self::FileCopied => "file-copied",
            Self::ModeChanged => "mode-changed",
            Self::BinaryChanged => "binary-changed",
            Self::SymlinkChanged => "symlink-changed",
            Self::SubmoduleChanged => "submodule-changed",
            Self::EntityAdded => "entity-added",
            Self::EntityDeleted => "entity-deleted",
            Self::EntityRenamed => "entity-renamed",
            Self::EntityMoved => "entity-moved",
            Self::SignatureChanged => "signature-changed",
            Self::BodyChanged => "body-changed",
            Self::VisibilityChanged => "visibility-changed",
            Self::DocsChanged => "docs-changed",
            Self::FormattingChanged => "formatting-changed",
            Self::ResidueChanged => "residue-changed",
            Self::ConstructAdded => "construct-added",
            Self::ConstructDeleted => "construct-deleted",
            Self::ConstructChanged => "construct-changed",
            Self::SettingAdded => "setting-added",
            Self::SettingDeleted => "setting-deleted",
            Self::SettingChanged => "setting-changed",
            Self::DependencyAdded => "dependency-added",
            Self::DependencyRemoved => "dependency-removed",
            Self::DependencyBumped => "dependency-bumped",
            Self::TextChanged => "text-changed",
        }
    }

    /// True for what cannot change behaviour: the form of code, comments, documentation.
    pub fn is_inert(self) -> bool {
        matches!(self, Self::DocsChanged | Self::FormattingChanged)
    }
}

/// An entity as a fact names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityRef {
    pub kind: EntityKind,
    /// Bare name, for the graph and for words.
    pub name: Arc<str>,
    /// With its containers, for people: `Cart.total`.
    pub qualified: Arc<str>,
    pub visibility: Visibility,
    /// Index in the outline of the fact's side.
    pub index: u32,
    pub test: bool,
}

/// A setting before and after. For lists, what left and what came; for numbers, new divided by old.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingChange {
    pub key: Arc<str>,
    pub old: Option<Value>,
    pub new: Option<Value>,
    /// New amount divided by old amount; none unless both are numbers and the old one is not zero.
    pub ratio: Option<f64>,
    pub removed: Vec<Arc<str>>,
    pub added: Vec<Arc<str>>,
    /// Same members, another order.
    pub reordered: bool,
    /// Of a list in another order: the fewest members whose move explains it.
    pub moved: Vec<Arc<str>>,
}

impl SettingChange {
    /// How far a version moved that the setting names, alone or as the tag of an image.
    pub fn bump(&self) -> Option<Bump> {
        let text = |value: &Option<Value>| match value {
            Some(Value::Text(text) | Value::Number { text, .. }) => Some(text.clone()),
            _ => None,
        };
        versions::of_values(&text(&self.old)?, &text(&self.new)?)
    }
}

/// How far a version moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bump {
    Major,
    Minor,
    Patch,
    Down,
    /// The same version is no longer asked for exactly, or none is any more.
    Unpinned,
    /// It comes from somewhere else: a repository, an address, a folder.
    Source,
    /// The requirement changed in a way that versions do not order (range, branch).
    Other,
}

impl Bump {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Major => "major",
            Self::Minor => "minor",
            Self::Patch => "patch",
            Self::Down => "down",
            Self::Unpinned => "unpinned",
            Self::Source => "source",
            Self::Other => "other",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencyChange {
    /// `cargo`, `npm`, `pypi`, `go`, `maven`, ...: the name in the manifest's data file.
    pub ecosystem: Arc<str>,
    pub name: Arc<str>,
    pub old: Option<Arc<str>>,
    pub new: Option<Arc<str>>,
    /// None unless it was and is there.
    pub bump: Option<Bump>,
    /// Only needed for development or tests.
    pub development: bool,
    /// A package of the same family as the manifest's own: the same npm scope, vendor, group or owner of modules.
    pub own: bool,
    /// Resolved by a tool: read from a lock file, or listed as what another dependency brought in.
    pub locked: bool,
}

/// A construct that came or went inside an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConstructChange {
    /// The capture of `risk.scm`, e.g. `guard`; or what the comparison itself found: `edit.*`, `flow.*`, `*.dropped`,
    /// `directive.*`, `text.*`, `setting.twice`, `regex.explosive`, `literal.secret`.
    pub capture: Arc<str>,
    pub old: Option<Arc<str>>,
    pub new: Option<Arc<str>>,
}

/// One observation.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    pub kind: FactKind,
    pub location: Location,
    /// What the fact is about, for people: a qualified name, a dotted key, a dependency.
    pub subject: Untrusted,
    /// The entity it is about, or (for constructs) happens in.
    pub entity: Option<EntityRef>,
    /// The other side's entity, for renames, moves and changes of signature or body.
    pub old_entity: Option<EntityRef>,
    pub setting: Option<SettingChange>,
    pub dependency: Option<DependencyChange>,
    pub construct: Option<ConstructChange>,
}

/// Everything observed about one file.
#[derive(Clone, Debug)]
pub struct FileFacts {
    /// Index into `ChangeSet::files`.
    pub file: usize,
    pub path: RepoPath,
    pub old_path: Option<RepoPath>,
    pub roles: Roles,
    pub old: Option<Arc<Outline>>,
    pub new: Option<Arc<Outline>>,
    /// In order of place, then kind.
    pub facts: Vec<Fact>,
    /// Old lines that were edited in place, with the new line that each became; sorted.
    pub edited: Vec<(u32, u32)>,
    /// Old lines that say the same on the new side in other words, with the new lines; sorted. Only of a small change.
    pub worded_otherwise: Vec<(u32, u32)>,
}

impl FileFacts {
    /// True if nothing in this file can change behaviour: form, comments, documentation.
    pub fn inert(&self) -> bool {
        self.roles.contains(Role::Documentation) || self.facts.iter().all(|fact| fact.kind.is_inert())
    }

    /// The language of the new side, else of the old.
    pub fn language(&self) -> Option<&'static crate::syntax::Language> {
        let of = |outline: &Option<Arc<Outline>>| outline.as_ref().and_then(|outline| outline.language);
        of(&self.new).or_else(|| of(&self.old))
    }
}

/// What `compare` hands on, in the order of `ChangeSet::files`.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub files: Vec<FileFacts>,
    pub gaps: Vec<Gap>,
}

impl Facts {
    /// True if no file holds anything that can change behaviour. An empty change is inert.
    pub fn inert(&self) -> bool {
        self.files.iter().all(FileFacts::inert)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&FileFacts, &Fact)> {
        self.files.iter().flat_map(|file| file.facts.iter().map(move |fact| (file, fact)))
    }
}
