//! The tree-sitter side: the tables and queries of a language, compiled once, and a run of both over one text within a
//! budget of steps, never of time: the same text gives the same answer on every machine. The queries say what is defined,
//! imported and worth a mark; the tables say what the leaves mean. What comes out is plain numbers; no tree outlives this
//! file.

use super::flat::Flat;
use super::language::Language;
use super::matcher::{self, Taken};
use super::mend::mended;
use super::pattern::{self, Pattern};
use super::program::{self, KindNames, Program};
use super::raw::Raw;
use super::reading::{Before, Capture, Depth, Matches, Reading};
use super::splice;
use super::typing::TypeTables;
use super::{EntityKind, TextFallback};
use crate::limits;
use regex::bytes::Regex;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::Cell;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, OnceLock};
use tree_sitter::{ParseOptions, Parser, Tree};

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
pub(super) const PARENTHESES: u32 = 262_144;

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
    query: Vec<Pattern>,
    /// Those patterns that the graph asks for, those that facts do, and all; the captures of all go by the same numbers.
    /// Each is compiled at its first use.
    programs: [OnceLock<Option<Program>>; 3],
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
    pub rescue: Option<Regex>,
    separate: Option<Regex>,
    pub test_attribute: Option<Regex>,
    pub test_function: Option<Regex>,
    pub test_kind: Option<Regex>,
    /// Kinds of nodes that are texts in quotes: grammars name them alike.
    pub texts: FxHashSet<u16>,
    /// How types are read, for languages that say it.
    pub typing: Option<TypeTables>,
    templates: bool,
    layout: bool,
    hidden: Vec<Regex>,
}

/// Marks that the graph asks for.
const GRAPH_MARKS: [&str; 2] = ["route", "main"];

impl Backend {
    pub fn new(language: &Language) -> Result<Self, String> {
        let grammar = crate::embedded::grammar(&language.name).ok_or("no grammar constant")?;
        let query = pattern::read(&language.queries()?)?;
        let roles = program::captures(&query).iter().map(|name| role(name)).collect();
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
            query,
            programs: Default::default(),
            roles,
            classes: classes(&grammar, language)?,
            calls: pairs(&rules.references.calls)?,
            types: pairs(&places_of_types)?,
            transparent: pairs(&rules.references.transparent)?,
            members: members.into_iter().map(|(k, f, r)| ((k, f), r)).collect(),
            typing,
            texts: (0..grammar.node_kind_count() as u16)
                .filter(|id| grammar.node_kind_is_named(*id))
                .filter(|id| grammar.node_kind_for_id(*id).is_some_and(|kind| kind.contains("string")))
                .collect(),
            body: field("body"),
            parameters: field("parameters"),
            name: field("name"),
            rescue: regex(&rules.entities.rescue)?,
            separate: regex(&rules.entities.separate)?,
            test_attribute: regex(&rules.tests.attribute)?,
            test_function: regex(&rules.tests.function)?,
            test_kind: regex(&rules.tests.kind)?,
            templates: rules.settings.templates,
            layout: rules.tokens.layout,
            hidden: super::template::patterns(&rules.tokens.hidden)?,
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

    /// Parses a text and runs the queries over it, within `limits::PARSE_CHECKS_MAX` and `limits::PATTERN_STEPS_MAX`.
    /// With the reading of the text before, only what changed is read anew; the answer is the same.
    pub fn run<'a>(
        &self,
        source: &'a [u8],
        depth: Depth,
        before: Option<Before<'_>>,
    ) -> Result<(Flat<'a>, Reading), TextFallback> {
        let program = self.program(depth).ok_or(TextFallback::Failed)?;
        let masked = self.templates.then(|| super::template::mask(source)).flatten();
        let masked = super::template::hide(&self.hidden, source, masked);
        let parsed = masked.as_deref().unwrap_or(source);
        if self.layout && super::layout::too_deep(parsed) {
            return Err(TextFallback::Failed);
        }
        let before = before.filter(|before| masked.is_none() && before.reading.plain && before.reading.depth == depth);
        if let Some(reading) = before.and_then(|before| self.read_on(source, before)) {
            return Ok((self.flat(&reading, source), reading));
        }
        let spent = Cell::new(0);
        let tree = self.parse(parsed, &spent)?;
        let (tree, blanked) = match &self.rescue {
            Some(starts) if tree.root_node().has_error() => {
                mended(tree, parsed, starts, self.separate.as_ref(), |text| self.parse(text, &spent))
            }
            _ => (tree, Vec::new()),
        };
        let plain = masked.is_none() && blanked.is_empty() && !tree.root_node().has_error();
        let raw = Raw::of(&tree, source.len());
        drop(tree);
        let (matches, steps) = matcher::run(program, &raw, source, None).ok_or(TextFallback::TooSlow)?;
        let reading = Reading {
            raw,
            matches,
            depth,
            checks: spent.get(),
            steps,
            plain,
            #[cfg(test)]
            spliced: false,
        };
        let mut flat = self.flat(&reading, source);
        let lines = |blank: std::ops::Range<usize>| flat.lines(&(blank.start as u32..blank.end as u32));
        let blanked: Vec<_> = blanked.into_iter().map(lines).collect();
        flat.problems.extend(blanked);
        flat.problems.sort_unstable_by_key(|lines| lines.start);
        Ok((flat, reading))
    }

    /// The same for another purpose, where the tree is known.
    pub fn run_again<'a>(&self, source: &'a [u8], depth: Depth, known: &Reading) -> Option<(Flat<'a>, Matches)> {
        let (matches, _) = matcher::run(self.program(depth)?, &known.raw, source, None)?;
        let docs = self.docs(&matches);
        known.plain.then(|| (Flat::new(&known.raw, source, self, &docs, depth), matches))
    }

    /// Reads a text from the reading of the one before; none if it has to be read whole. Where a limit is anywhere near,
    /// it is, because what was taken over is counted too coarsely to say on which side of the limit a text is.
    fn read_on(&self, source: &[u8], before: Before<'_>) -> Option<Reading> {
        let old = before.reading;
        let plan = splice::plan(&old.raw, source, before.edits)?;
        let spent = Cell::new(old.checks);
        let tree = self.parse(&plan.text, &spent).ok().filter(|tree| !tree.root_node().has_error())?;
        let part = Raw::of(&tree, plan.text.len());
        drop(tree);
        let (raw, runs) = plan.join(&old.raw, &part)?;
        let taken = Taken { matches: &old.matches, runs: &runs, steps: old.steps };
        let (matches, steps) = matcher::run(self.program(old.depth)?, &raw, source, Some(taken))?;
        let near = spent.get() > limits::PARSE_CHECKS_MAX / 2 || steps > limits::PATTERN_STEPS_MAX / 2;
        (!near).then(|| Reading {
            raw,
            matches,
            depth: old.depth,
            checks: spent.get(),
            steps,
            plain: true,
            #[cfg(test)]
            spliced: true,
        })
    }

    /// None for a query that the grammar does not fit; a test compiles all of them.
    fn program(&self, depth: Depth) -> Option<&Program> {
        self.programs[depth as usize].get_or_init(|| self.compiled(depth).ok()).as_ref()
    }

    fn compiled(&self, depth: Depth) -> Result<Program, String> {
        Program::new(&KindNames::new(&self.grammar), &self.query, |names| is_asked_for(names, depth))
    }

    fn flat<'a>(&self, reading: &Reading, source: &'a [u8]) -> Flat<'a> {
        Flat::new(&reading.raw, source, self, &self.docs(&reading.matches), reading.depth)
    }

    /// Extents of documentation strings, sorted.
    fn docs(&self, matches: &Matches) -> Vec<Range<u32>> {
        let captures = matches.iter().flat_map(|(_, captures)| captures);
        let docs = captures.filter(|capture| *self.role(**capture) == Role::Doc);
        let mut docs: Vec<Range<u32>> = docs.map(|capture| capture.start..capture.end).collect();
        docs.sort_unstable_by_key(|doc| (doc.start, doc.end));
        docs
    }

    /// The first query that does not fit the grammar, or expression of a predicate that does not compile.
    #[cfg(test)]
    pub fn broken_expression(&self) -> Option<String> {
        let of_types = || self.typing.as_ref().and_then(|typing| typing.broken_expression()).map(str::to_owned);
        let broken = |depth| match self.compiled(depth) {
            Ok(program) => program.broken_expression(),
            Err(error) => Some(error),
        };
        [Depth::Graph, Depth::Facts, Depth::All].into_iter().find_map(broken).or_else(of_types)
    }

    /// One of the parses of a text; `spent` counts for all of them.
    fn parse(&self, source: &[u8], spent: &Cell<u64>) -> Result<Tree, TextFallback> {
        let mut parser = Parser::new();
        parser.set_language(&self.grammar).map_err(|_| TextFallback::Failed)?;
        // the parser asks after a fixed number of its own steps
        let mut progress = |_: &tree_sitter::ParseState| {
            spent.set(spent.get() + 1);
            if spent.get() > limits::PARSE_CHECKS_MAX { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let mut read = |at: usize, _| source.get(at..).unwrap_or(&[]);
        parser.parse_with_options(&mut read, None, Some(options)).ok_or(TextFallback::TooSlow)
    }
}

/// True if a pattern with these captures says something that a run of this depth is for.
fn is_asked_for(captures: &[String], depth: Depth) -> bool {
    captures.iter().any(|name| match role(name) {
        Role::Mark(_) => depth != Depth::Graph || GRAPH_MARKS.contains(&name.as_str()),
        Role::Helper => false,
        // what says which mentions are no references
        Role::Local | Role::Label | Role::Default => depth != Depth::Facts,
        _ => true,
    })
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
    let lists: [(u32, &[String]); 19] = [
        (COMMENT, &rules.tokens.comments),
        (TRAILING, &rules.tokens.trailing),
        (CLOSER, &closers),
        (OPTIONAL, &rules.tokens.optional),
        (PARENTHESES, &rules.tokens.parentheses),
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

#[cfg(test)]
mod tests {
    use super::super::Languages;
    use super::*;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};
    use tree_sitter::{Query, QueryCursor, StreamingIterator};

    /// Pattern, and name and extent of each capture.
    type Found = BTreeSet<(u32, Vec<(String, usize, usize)>)>;

    /// What tree-sitter's own engine finds.
    fn expected(query: &Query, tree: &Tree, source: &[u8]) -> Found {
        let mut cursor = QueryCursor::new();
        let mut matches = cursor.matches(query, tree.root_node(), source);
        let mut found = Found::new();
        while let Some(one) = matches.next() {
            let name = |index: u32| query.capture_names()[index as usize].to_owned();
            let captures = one.captures().iter();
            let captures = captures.map(|c| (name(c.index), c.node.start_byte(), c.node.end_byte()));
            let mut captures: Vec<_> = captures.filter(|c| role(&c.0) != Role::Helper).collect();
            captures.sort();
            found.insert((one.pattern_index as u32, captures));
        }
        found
    }

    fn ours(backend: &Backend, tree: &Tree, source: &[u8]) -> Found {
        let program = backend.program(Depth::All).expect("compiles");
        let names = program::captures(&backend.query);
        let matches = matcher::run(program, &Raw::of(tree, source.len()), source, None).expect("few steps").0;
        let captures = |captures: &[Capture]| {
            let name = |capture: &Capture| names[capture.index as usize].clone();
            let all = captures.iter().filter(|capture| *backend.role(**capture) != Role::Helper);
            let mut all: Vec<_> = all.map(|c| (name(c), c.start as usize, c.end as usize)).collect();
            all.sort();
            all
        };
        matches.iter().map(|(pattern, all)| (pattern, captures(all))).collect()
    }

    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => files(&path, found),
                path => found.push(path),
            }
        }
    }

    /// tree-sitter's own engine is the oracle: on every text of the grammars' tests both find the same. On other sources
    /// (`RICHTER_TEST_SOURCES=DIR`) ours may find more: of several nodes in one field, as in Go's `const a, b = 1, 2`, the
    /// other one finds the first.
    #[test]
    fn the_matcher_finds_what_tree_sitter_finds() {
        let mut all = Vec::new();
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("grammars"), &mut all);
        if let Some(more) = std::env::var_os("RICHTER_TEST_SOURCES") {
            files(Path::new(&more), &mut all);
        }
        for language in Languages::get().all().iter().filter(|language| language.backend().is_some()) {
            let backend = language.backend().expect("filtered");
            let text = language.queries().expect("the built-in queries are whole");
            let query = Query::new(&backend.grammar, &text).expect("tree-sitter reads it too");
            let folder = format!("/{}/tests/", language.name);
            for path in &all {
                let path_text = path.to_string_lossy();
                let own = Languages::get().detect(&crate::location::RepoPath::from(&*path_text), b"");
                if !path_text.contains(&folder) && own.is_none_or(|own| own.name != language.name) {
                    continue;
                }
                let source = std::fs::read(path).expect("readable");
                let tree = backend.parse(&source, &Cell::new(0)).expect("parses");
                let (expected, ours) = (expected(&query, &tree, &source), ours(backend, &tree, &source));
                let missing: Vec<_> = expected.difference(&ours).take(3).collect();
                let more: Vec<_> = ours.difference(&expected).take(3).collect();
                let fewer = own.is_some() || more.is_empty();
                assert!(missing.is_empty() && fewer, "{path_text}: missing {missing:?}, more {more:?}");
            }
        }
    }
}
