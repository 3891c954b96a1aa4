//! The tree-sitter side: the tables and queries of a language, compiled once, and a run of both over one text within a
//! budget of time. The queries say what is defined, imported and worth a mark; the tables say what the leaves mean.
//! What comes out is plain numbers; no tree outlives this file.

use super::flat::Flat;
use super::language::Language;
use super::typing::TypeTables;
use super::{EntityKind, TextFallback};
use crate::limits;
use regex::bytes::Regex;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tree_sitter::{ParseOptions, Parser, Query, QueryCursor, QueryCursorOptions, StreamingIterator, Tree};

pub(super) const COMMENT: u32 = 1;
pub(super) const TRAILING: u32 = 2;
pub(super) const CLOSER: u32 = 4;
pub(super) const OPTIONAL: u32 = 8;
pub(super) const IGNORED: u32 = 16;
pub(super) const IDENTIFIER: u32 = 32;
pub(super) const TYPE: u32 = 64;
pub(super) const WRAPPER: u32 = 128;
pub(super) const ATTRIBUTE: u32 = 256;
pub(super) const RECEIVER: u32 = 512;
pub(super) const VISIBILITY: u32 = 1024;
pub(super) const INHERITED: u32 = 2048;
pub(super) const TOKEN_TREE: u32 = 4096;
pub(super) const QUOTED: u32 = 8192;
pub(super) const BLOCK: u32 = 16384;
pub(super) const DECORATION: u32 = 32768;
pub(super) const SECTION: u32 = 65536;
pub(super) const PARAMETER: u32 = 131_072;

/// What a capture of a query means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Definition(EntityKind),
    Name,
    Body,
    Parameters,
    /// The type that the definitions inside `Region`, or of this match, belong to.
    Scope,
    Region,
    Supertype,
    Import,
    /// The name of a definition that is the module's default export.
    Default,
    /// A documentation string: counts as a comment.
    Doc,
    /// A binding inside a function: no reference, nor are bare mentions of its name there.
    Local,
    /// A name that is neither defined nor referred to: the key of a literal, the name of an argument.
    Label,
    /// One of several documents in a file; the first adds nothing to the path.
    Document,
    /// A name that an export statement elsewhere in the file lists.
    Export,
    Setting,
    Key,
    Value,
    Section,
    /// A section that may come several times under one name.
    SectionMaybe,
    /// A section that is an item of a list of its name.
    SectionItem,
    List,
    Item,
    Mark(Arc<str>),
    /// A helper of a predicate.
    Helper,
}

/// A compiled language.
#[derive(Debug)]
pub(super) struct Backend {
    grammar: tree_sitter::Language,
    query: Query,
    roles: Vec<Role>,
    classes: Vec<u32>,
    pub calls: FxHashSet<(u16, u16)>,
    pub types: FxHashSet<(u16, u16)>,
    pub transparent: FxHashSet<(u16, u16)>,
    /// (parent, field of the name) to the field of the receiver, 0 for none.
    pub members: FxHashMap<(u16, u16), u16>,
    pub body: u16,
    pub parameters: u16,
    pub name: u16,
    pub test_attribute: Option<Regex>,
    pub test_function: Option<Regex>,
    pub test_kind: Option<Regex>,
    /// How types are read, for languages that say it.
    pub typing: Option<TypeTables>,
    templates: bool,
    layout: bool,
    hidden: Vec<Regex>,
}

/// One captured node: place and kind find it in the flat tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Capture {
    pub index: u32,
    pub start: u32,
    pub end: u32,
    pub kind: u16,
}

/// All matches of one text, in the order of the query cursor.
#[derive(Debug, Default)]
pub(super) struct Matches {
    captures: Vec<Capture>,
    /// Pattern and captures of each match.
    matches: Vec<(u32, Range<u32>)>,
}

impl Matches {
    pub fn iter(&self) -> impl Iterator<Item = (u32, &[Capture])> {
        self.matches.iter().map(|(pattern, range)| (*pattern, &self.captures[range.start as usize..range.end as usize]))
    }
}

impl Backend {
    pub fn new(language: &Language) -> Result<Self, String> {
        let grammar = crate::embedded::grammar(&language.name).ok_or("no grammar constant")?;
        let query = Query::new(&grammar, &language.queries()?).map_err(|error| error.to_string())?;
        let roles = query.capture_names().iter().map(|name| role(name)).collect();
        let field = |name: &str| grammar.field_id_for_name(name).map_or(0, |id| id.get());
        let pairs =
            |list: &[String]| places(&grammar, list).map(|all| all.into_iter().map(|(k, f, _)| (k, f)).collect());
        let rules = &language.grammar;
        let regex = |text: &Option<String>| text.as_deref().map(Regex::new).transpose().map_err(|e| e.to_string());
        let members = places(&grammar, &rules.references.members)?;
        let mut typing = TypeTables::read(&grammar, &language.own_and_shared("types.toml"))?;
        if let Some(typing) = &mut typing {
            typing.members =
                members.iter().filter(|(_, f, r)| *f != 0 && *r != 0).map(|(k, f, r)| (*k, (*f, *r))).collect();
        }
        let (places_of_types, _): (Vec<String>, Vec<String>) =
            rules.references.types.iter().cloned().partition(|text| text.contains('.'));
        Ok(Self {
            roles,
            classes: classes(&grammar, language)?,
            calls: pairs(&rules.references.calls)?,
            types: pairs(&places_of_types)?,
            transparent: pairs(&rules.references.transparent)?,
            members: members.into_iter().map(|(k, f, r)| ((k, f), r)).collect(),
            typing,
            body: field("body"),
            parameters: field("parameters"),
            name: field("name"),
            test_attribute: regex(&rules.tests.attribute)?,
            test_function: regex(&rules.tests.function)?,
            test_kind: regex(&rules.tests.kind)?,
            templates: rules.settings.templates,
            layout: rules.tokens.layout,
            hidden: super::template::patterns(&rules.tokens.hidden)?,
            query,
            grammar,
        })
    }

    pub fn class(&self, kind: u16) -> u32 {
        self.classes.get(kind as usize).copied().unwrap_or(0)
    }

    /// True for a node that is a list by its name in the grammar.
    pub fn is_list(&self, kind: u16) -> bool {
        self.grammar.node_kind_for_id(kind).is_some_and(|name| name.ends_with("_list"))
    }

    pub fn is_error(&self, kind: u16) -> bool {
        kind == u16::MAX
    }

    pub fn role(&self, capture: Capture) -> &Role {
        self.roles.get(capture.index as usize).unwrap_or(&Role::Helper)
    }

    /// Parses a text and runs the queries over it, together within `limits::PARSE_MILLIS_MAX`.
    pub fn run<'a>(&self, source: &'a [u8]) -> Result<(Flat<'a>, Matches), TextFallback> {
        let end = Instant::now() + Duration::from_millis(limits::PARSE_MILLIS_MAX);
        let masked = self.templates.then(|| super::template::mask(source)).flatten();
        let masked = super::template::hide(&self.hidden, source, masked);
        let parsed = masked.as_deref().unwrap_or(source);
        if self.layout && super::layout::too_deep(parsed) {
            return Err(TextFallback::Failed);
        }
        let tree = self.parse(parsed, end)?;
        let matches = self.matches(&tree, source, end)?;
        let mut docs: Vec<Range<u32>> = matches
            .iter()
            .flat_map(|(_, captures)| captures)
            .filter(|capture| *self.role(**capture) == Role::Doc)
            .map(|capture| capture.start..capture.end)
            .collect();
        docs.sort_unstable_by_key(|doc| (doc.start, doc.end));
        Ok((Flat::new(&tree, source, self, &docs), matches))
    }

    fn parse(&self, source: &[u8], end: Instant) -> Result<Tree, TextFallback> {
        let mut parser = Parser::new();
        parser.set_language(&self.grammar).map_err(|_| TextFallback::Failed)?;
        let mut progress = |_: &tree_sitter::ParseState| stop_after(end);
        let options = ParseOptions::new().progress_callback(&mut progress);
        let mut read = |at: usize, _| source.get(at..).unwrap_or(&[]);
        parser.parse_with_options(&mut read, None, Some(options)).ok_or(TextFallback::TooSlow)
    }

    fn matches(&self, tree: &Tree, source: &[u8], end: Instant) -> Result<Matches, TextFallback> {
        let mut cursor = QueryCursor::new();
        cursor.set_match_limit(limits::QUERY_MATCHES_OPEN_MAX);
        let mut progress = |_: &tree_sitter::QueryCursorState| stop_after(end);
        let options = QueryCursorOptions::new().progress_callback(&mut progress);
        let mut found = cursor.matches_with_options(&self.query, tree.root_node(), source, options);
        let mut matches = Matches::default();
        while let Some(one) = found.next() {
            let first = matches.captures.len() as u32;
            matches.captures.extend(one.captures().iter().map(|capture| Capture {
                index: capture.index,
                start: capture.node.start_byte() as u32,
                end: capture.node.end_byte() as u32,
                kind: capture.node.kind_id(),
            }));
            matches.matches.push((one.pattern_index as u32, first..matches.captures.len() as u32));
        }
        drop(found);
        if Instant::now() > end { Err(TextFallback::TooSlow) } else { Ok(matches) }
    }
}

fn stop_after(end: Instant) -> ControlFlow<()> {
    if Instant::now() > end { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

fn role(name: &str) -> Role {
    if let Some(word) = name.strip_prefix("definition.") {
        return EntityKind::from_capture(word).map_or(Role::Helper, Role::Definition);
    }
    match name {
        "name" => Role::Name,
        "body" => Role::Body,
        "parameters" => Role::Parameters,
        "scope" => Role::Scope,
        "region" => Role::Region,
        "supertype" => Role::Supertype,
        "import" => Role::Import,
        "default" => Role::Default,
        "doc" => Role::Doc,
        "local" => Role::Local,
        "label" => Role::Label,
        "document" => Role::Document,
        "export" => Role::Export,
        "setting" => Role::Setting,
        "key" => Role::Key,
        "value" => Role::Value,
        "section" => Role::Section,
        "section.maybe" => Role::SectionMaybe,
        "section.item" => Role::SectionItem,
        "list" => Role::List,
        "item" => Role::Item,
        _ if name.starts_with('_') => Role::Helper,
        _ => Role::Mark(Arc::from(name)),
    }
}

/// The class bits of every node kind.
fn classes(grammar: &tree_sitter::Language, language: &Language) -> Result<Vec<u32>, String> {
    let rules = &language.grammar;
    let plain_types: Vec<String> = rules.references.types.iter().filter(|text| !text.contains('.')).cloned().collect();
    let closers: Vec<String> = [")", "]", "}", ">"].map(str::to_owned).to_vec();
    let lists: [(u32, &[String]); 18] = [
        (COMMENT, &rules.tokens.comments),
        (TRAILING, &rules.tokens.trailing),
        (CLOSER, &closers),
        (OPTIONAL, &rules.tokens.optional),
        (IGNORED, &rules.tokens.ignored),
        (IDENTIFIER, &rules.references.identifiers),
        (TYPE, &plain_types),
        (WRAPPER, &rules.entities.wrappers),
        (ATTRIBUTE, &rules.entities.attributes),
        (RECEIVER, &rules.entities.receivers),
        (PARAMETER, &rules.entities.parameters),
        (VISIBILITY, &rules.visibility.nodes),
        (SECTION, &rules.visibility.sections),
        (INHERITED, &rules.visibility.inherited),
        (TOKEN_TREE, &rules.references.token_trees),
        (QUOTED, &rules.settings.quoted),
        (BLOCK, &rules.settings.blocks),
        (DECORATION, &rules.settings.decorations),
    ];
    let count = grammar.node_kind_count() as u16;
    let mut classes = vec![0; count as usize];
    let mut unknown: Vec<&String> = Vec::new();
    for (bit, names) in lists {
        for name in names {
            let mut any = false;
            for kind in (0..count).filter(|kind| grammar.node_kind_for_id(*kind) == Some(name.as_str())) {
                classes[kind as usize] |= bit;
                any = true;
            }
            if !any && bit != CLOSER {
                unknown.push(name);
            }
        }
    }
    if unknown.is_empty() { Ok(classes) } else { Err(format!("unknown node kinds: {unknown:?}")) }
}

/// `kind.field` or `kind.field.receiver` as ids; a kind may have several.
fn places(grammar: &tree_sitter::Language, list: &[String]) -> Result<Vec<(u16, u16, u16)>, String> {
    let field = |name: Option<&str>| name.and_then(|n| grammar.field_id_for_name(n)).map_or(0, |id| id.get());
    let mut found = Vec::new();
    for text in list {
        let mut parts = text.split('.');
        let kind = parts.next().unwrap_or_default();
        let (own, receiver) = (field(parts.next()), field(parts.next()));
        let kinds = (0..grammar.node_kind_count() as u16).filter(|id| grammar.node_kind_for_id(*id) == Some(kind));
        let before = found.len();
        found.extend(kinds.map(|kind| (kind, own, receiver)));
        if found.len() == before || (own == 0 && text.split('.').nth(1) != Some("")) {
            return Err(format!("unknown place `{text}`"));
        }
    }
    Ok(found)
}
