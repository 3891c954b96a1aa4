//! Text becomes an `Outline`: the named things of a file, what they refer to, what the file imports, its settings, and
//! the constructs that rules ask about. Parsing never fails: where a grammar is missing, gives up or runs out of its
//! budget, the outline says so and stays empty. What a language looks like is data (`grammars/<language>/`); nothing
//! here knows a language by name.

mod chain_places;
mod chain_types;
mod chains;
mod docs;
mod entities;
mod exact;
mod exact_entities;
mod exact_items;
mod flat;
mod holders;
mod language;
mod layout;
mod literals;
mod matcher;
mod mend;
mod narrowing;
mod outline;
mod outlines;
mod pattern;
mod program;
mod promises;
mod query;
mod raw;
mod reading;
mod references;
mod scalar;
mod settings;
mod splice;
mod stack;
mod template;
#[cfg(test)]
mod tests;
mod token_chains;
mod tokens;
mod typing;
mod vocabulary;

pub use language::{Language, Languages};
pub use literals::PATH_LITERAL;
pub use outline::{facts_outline, graph_outline, outline};
pub use outlines::{Other, Outlines, Text};
pub use promises::{Promise, Promises};
pub use stack::declare_stack;
pub use typing::{Local, Typed};

use crate::location::LineRange;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// What a named thing is. The word in JSON is `as_str`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum EntityKind {
    Function,
    Method,
    Type,
    /// An interface or a trait: a type that others implement.
    Interface,
    Constant,
    Field,
    Macro,
    Module,
    Setting,
    Dependency,
    Route,
    Migration,
    Table,
    Message,
    /// The whole file, for what stands outside every entity.
    File,
}

impl EntityKind {
    pub const ALL: [EntityKind; 15] = [
        Self::Function,
        Self::Method,
        Self::Type,
        Self::Interface,
        Self::Constant,
        Self::Field,
        Self::Macro,
        Self::Module,
        Self::Setting,
        Self::Dependency,
        Self::Route,
        Self::Migration,
        Self::Table,
        Self::Message,
        Self::File,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Method => "method",
            Self::Type => "type",
            Self::Interface => "interface",
            Self::Constant => "constant",
            Self::Field => "field",
            Self::Macro => "macro",
            Self::Module => "module",
            Self::Setting => "setting",
            Self::Dependency => "dependency",
            Self::Route => "route",
            Self::Migration => "migration",
            Self::Table => "table",
            Self::Message => "message",
            Self::File => "file",
        }
    }

    /// The kind a `tags.scm` capture names: `@definition.<word>`.
    pub fn from_capture(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Who can see an entity, by the rules of its language: `Public` is visible outside its package or crate as far as the
/// file alone tells; `Internal` inside the package; `Private` inside the file or type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Visibility {
    Private,
    Internal,
    Public,
}

impl Visibility {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Internal => "internal",
            Self::Public => "public",
        }
    }
}

/// A named thing in a file. Hashes are over the structure and the tokens, without comments and white space, so that equal
/// hashes mean "the same but for formatting and comments".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    pub kind: EntityKind,
    pub name: Arc<str>,
    /// Index of the enclosing entity in `Outline::entities`.
    pub container: Option<u32>,
    /// Extra scope that is not an entity of its own: the type of an `impl` block, a receiver type.
    pub scope: Option<Arc<str>>,
    pub visibility: Visibility,
    /// Bytes of the whole entity, with its decorators and attributes, without a leading comment.
    pub span: Range<u32>,
    pub lines: LineRange,
    /// Line of the name.
    pub name_line: u32,
    /// Bytes of the body; empty for a declaration without one. The signature is the span without the body.
    pub body: Range<u32>,
    pub signature_hash: u64,
    pub body_hash: u64,
    /// Hash of comments and documentation inside and directly above the entity.
    pub docs_hash: u64,
    /// Parameter count where the grammar shows it.
    pub arity: Option<u16>,
    /// Names in the entity's heritage clause: base classes, implemented interfaces or traits.
    pub supertypes: Vec<Arc<str>>,
    /// True inside a test function, test module or test file section, as the language marks it.
    pub test: bool,
}

/// How a name is used, as far as its surroundings tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum ReferenceKind {
    /// `f(...)`, `a.f(...)`, `f!(...)`
    Call,
    /// In a type position or a heritage clause.
    Type,
    /// Any other mention.
    Name,
}

/// A mention of a name that is not a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub name: Arc<str>,
    pub kind: ReferenceKind,
    /// What stands before the dot or `::`, when it is a plain path (`a`, `a.b`, `self`, `Type`); none for a bare name;
    /// `""` for any other receiver (a call's result, an index).
    /// Where the language says how types are read, it is a chain instead (see `typing.rs`).
    pub receiver: Option<Arc<str>>,
    /// Arguments of a call, where the language says how types are read (count).
    pub arguments: Option<u8>,
    /// Innermost enclosing entity, as an index of `Outline::entities`.
    pub owner: Option<u32>,
    pub line: u32,
}

/// A definition that was read off its line, because the grammar stumbled: all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rescued {
    pub kind: EntityKind,
    pub name: Arc<str>,
    pub line: u32,
}

/// A short text in quotes without spaces: something that could be a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Literal {
    pub text: Arc<str>,
    pub owner: Option<u32>,
    pub line: u32,
}

/// One import, include or re-export statement, as written; `blast` knows how each language family reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub text: Arc<str>,
    pub line: u32,
}

/// A construct that rules ask about, found by `risk.scm`: a guard, an error handler, a panic point, a lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The capture's name without the `@`: `guard`, `error.swallowed`, `panic`.
    pub capture: Arc<str>,
    /// The construct's text with white space folded, at most 200 bytes.
    pub text: Arc<str>,
    /// Structure-and-token hash, as of entities.
    pub hash: u64,
    pub lines: LineRange,
    pub owner: Option<u32>,
}

/// A leaf of a configuration file.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Dotted path; list positions are left out for lists of scalars (the list is the value), and are a distinguishing
    /// `name`/`id`/`key` value or a number for lists of mappings: `services.web.ports`, `jobs.build.steps.1.run`.
    pub key: Arc<str>,
    pub value: Value,
    pub lines: LineRange,
}

/// A configuration value. `Text` keeps the unquoted text.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    /// A number in its base unit where it carried one (`30s` is 30, `512Mi` is 536870912), and its text.
    Number {
        amount: f64,
        text: Arc<str>,
    },
    Text(Arc<str>),
    List(Vec<Arc<str>>),
}

impl Value {
    /// The value as one line of text.
    pub fn to_text(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number { text, .. } | Self::Text(text) => text.to_string(),
            Self::List(items) => {
                let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }
}

/// Why a file has no outline beyond its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextFallback {
    /// No grammar for this file name.
    NoGrammar,
    /// Larger than `limits::PARSE_BYTES_MAX`.
    TooLarge,
    /// Took more steps than `limits::PARSE_CHECKS_MAX` or `limits::PATTERN_STEPS_MAX`.
    TooSlow,
    /// The grammar or a reader on top of it failed on this file.
    Failed,
}

/// What is known of one file's text.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// None where the file is plain text to richter.
    pub language: Option<&'static Language>,
    pub fallback: Option<TextFallback>,
    /// In order of `span.start`; a container stands before what it contains.
    pub entities: Vec<Entity>,
    /// What is known of types, for each entity; empty where the language does not say how types are read.
    pub typed: Vec<Typed>,
    /// Names bound inside functions, as chains number them.
    pub locals: Vec<Local>,
    pub references: Vec<Reference>,
    pub literals: Vec<Literal>,
    /// Definitions that are no entities, because the grammar stumbled over them or something before them.
    pub rescued: Vec<Rescued>,
    pub imports: Vec<Import>,
    pub marks: Vec<Mark>,
    pub settings: Vec<Setting>,
    /// True if a list above was cut at its limit (`limits::FILE_…_MAX`).
    pub truncated: bool,
    /// Lines of ERROR and MISSING nodes; none where an exact front end read the file.
    pub problems: Vec<LineRange>,
    /// Lines that hold comments only or nothing.
    pub inert_lines: Vec<LineRange>,
    /// Structure-and-token hash of the whole file without comments: equal means a change of form only.
    pub hash: u64,
    /// As `hash`, but whatever the order of the tokens: equal for two orders of the same things.
    pub bag: u64,
    /// Hash of what stands outside every entity (imports, top-level statements), without comments. Where the language
    /// is unordered, the order of imports does not count.
    pub residue_hash: u64,
    /// Lines (count) that hold code: neither blank nor comment only.
    pub code_lines: u32,
    /// Filled by `Outline::promises`.
    pub(crate) promises: OnceLock<Option<Promises>>,
}

impl Outline {
    /// Dotted name with its containers: `Cart.total`.
    pub fn qualified_name(&self, index: u32) -> String {
        let mut parts = Vec::new();
        let mut next = Some(index);
        while let Some(entity) = next.and_then(|at| self.entities.get(at as usize)) {
            parts.push(entity.name.to_string());
            if let Some(scope) = &entity.scope {
                parts.push(scope.to_string());
            }
            next = entity.container;
        }
        parts.reverse();
        parts.join(".")
    }

    /// What this file, whose text is `source`, promises to others; none if no exact front end can read it. Read at the
    /// first question, since few changes lead to one.
    pub fn promises(&self, source: &[u8]) -> Option<&Promises> {
        let read = || self.language.and_then(|language| promises::promises(language, source));
        self.promises.get_or_init(read).as_ref()
    }

    /// Innermost entity that holds a line.
    pub fn entity_at(&self, line: u32) -> Option<u32> {
        // containers come first, so the last one that holds the line is the innermost
        let at = self.entities.iter().rposition(|entity| entity.lines.contains(line))?;
        Some(at as u32)
    }
}
