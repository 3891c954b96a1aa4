//! One file in, one outline out. What is left out where nobody asks for it is decided by `Depth`; what was read of the text
//! before can be handed in and saves most of the work.

use super::chains::{self, Chains};
use super::entities::{Entities, entities};
use super::exact::exact;
use super::exact_entities;
use super::flat::Flat;
use super::literals::literals;
use super::query::{Backend, Role};
use super::reading::{self, Depth, Matches, Reading};
use super::references::{Owners, references};
use super::splice::Edit;
use super::stack::with_stack;
use super::tokens::combine;
use super::typing::{Local, Typed};
use super::{
    Entity, EntityKind, Import, Language, Languages, Literal, Mark, Outline, Reference, Rescued, Setting, TextFallback,
};
use crate::limits;
use crate::location::{LineRange, RepoPath};
use crate::text::lossless;
use rustc_hash::{FxHashMap, FxHashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

/// Parses a file. Never fails: see `Outline::fallback`.
pub fn outline(path: &RepoPath, bytes: &[u8]) -> Outline {
    outline_to(Depth::All, path, bytes, None).0
}

/// What the dependency graph keeps of a file: entities without hashes, references, imports, the marks of entry points.
pub fn graph_outline(path: &RepoPath, bytes: &[u8]) -> Outline {
    outline_to(Depth::Graph, path, bytes, None).0
}

/// What facts compare: all but references, types and imports.
pub fn facts_outline(path: &RepoPath, bytes: &[u8]) -> Outline {
    outline_to(Depth::Facts, path, bytes, None).0
}

/// What may be known of a text or of the one before it.
#[derive(Clone, Copy)]
pub(super) enum Known<'a> {
    /// The text before, and what was done to it.
    Before(&'a Tree, &'a [Edit]),
    /// The same text, read for something else.
    Same(&'a Tree),
}

/// A reading that is kept for the next text, and its language.
#[derive(Debug)]
pub(super) struct Tree {
    language: &'static Language,
    reading: Reading,
}

impl Tree {
    /// True if the next text can be read from it.
    pub fn plain(&self) -> bool {
        self.reading.plain
    }
}

#[cfg(test)]
impl Tree {
    pub fn was_spliced(&self) -> bool {
        self.reading.spliced
    }

    pub fn is_the_same_as(&self, other: &Self) -> bool {
        self.reading.raw.nodes == other.reading.raw.nodes && self.reading.matches == other.reading.matches
    }
}

/// The outline, and the reading to read the next text from where there is one.
pub(super) fn outline_to(
    depth: Depth,
    path: &RepoPath,
    bytes: &[u8],
    known: Option<Known<'_>>,
) -> (Outline, Option<Tree>) {
    let Some(language) = Languages::get().detect(path, bytes) else {
        return (fallback(None, TextFallback::NoGrammar, bytes), None);
    };
    if bytes.len() > limits::PARSE_BYTES_MAX {
        return (fallback(Some(language), TextFallback::TooLarge, bytes), None);
    }
    let known = known.filter(|known| match known {
        Known::Before(tree, _) | Known::Same(tree) => std::ptr::eq(tree.language, language),
    });
    // one bad file never ends the run
    let read = || catch_unwind(AssertUnwindSafe(|| parsed(language, bytes, depth, known)));
    let parsed = match bytes.len() {
        ..=limits::PARSE_INLINE_BYTES_MAX => Some(read()),
        length => with_stack(limits::PARSE_STACK_BYTES + length * limits::PARSE_STACK_BYTES_PER_BYTE, read),
    };
    match parsed.and_then(Result::ok).unwrap_or(Err(TextFallback::Failed)) {
        Ok((outline, reading)) => (outline, reading.map(|reading| Tree { language, reading })),
        Err(reason) => (fallback(Some(language), reason, bytes), None),
    }
}

/// Without a tree the hash is over the text with its white space folded, and every line that is not blank is code.
fn fallback(language: Option<&'static Language>, reason: TextFallback, bytes: &[u8]) -> Outline {
    let mut hash = 0;
    let mut code = Vec::new();
    if bytes.len() <= limits::PARSE_BYTES_MAX {
        for line in bytes.split(|b| *b == b'\n') {
            let line = line.trim_ascii();
            code.push(!line.is_empty());
            if !line.is_empty() {
                hash = combine(hash, super::tokens::text_hash(line));
            }
        }
        if bytes.is_empty() || bytes.ends_with(b"\n") {
            code.pop();
        }
    } else {
        hash = super::tokens::text_hash(bytes);
    }
    Outline {
        language,
        fallback: Some(reason),
        hash,
        residue_hash: hash,
        code_lines: code.iter().filter(|code| **code).count() as u32,
        inert_lines: inert_lines(&code),
        ..Outline::default()
    }
}

fn parsed(
    language: &'static Language,
    bytes: &[u8],
    depth: Depth,
    known: Option<Known<'_>>,
) -> Result<(Outline, Option<Reading>), TextFallback> {
    let backend = language.backend().ok_or(TextFallback::Failed)?;
    let again = match known {
        Some(Known::Same(tree)) => backend.run_again(bytes, depth, &tree.reading),
        _ => None,
    };
    if let Some((flat, matches)) = again {
        return Ok((read(language, backend, flat, &matches, depth), None));
    }
    let before = match known {
        Some(Known::Before(tree, edits)) => Some(reading::Before { reading: &tree.reading, edits }),
        _ => None,
    };
    let (flat, reading) = backend.run(bytes, depth, before)?;
    let outline = read(language, backend, flat, &reading.matches, depth);
    Ok((outline, Some(reading)))
}

fn read(
    language: &'static Language,
    backend: &Backend,
    mut flat: Flat<'_>,
    matches: &Matches,
    depth: Depth,
) -> Outline {
    let found = entities(&flat, backend, language, matches);
    let exact = language.grammar.exact.filter(|_| !flat.problems.is_empty()).and_then(|by| exact(by, flat.source));
    let found = match exact {
        Some(exact) => {
            let found = exact_entities::entities(&flat, backend, exact, found);
            flat.problems.clear();
            found
        }
        None => found,
    };
    let used = if depth == Depth::Facts { Used::default() } else { used(language, backend, &flat, matches, &found) };
    let Entities { list, events, truncated, .. } = found;
    let (marks, marks_cut) = marks(&flat, backend, matches, &list);
    let mut settings: Vec<Setting> =
        if language.data { super::settings::settings(&flat, backend, language, matches) } else { Vec::new() };
    let settings_cut = settings.len() > limits::FILE_SETTINGS_MAX;
    settings.truncate(limits::FILE_SETTINGS_MAX);
    Outline {
        language: Some(language),
        fallback: None,
        typed: used.typed,
        locals: used.locals,
        references: used.references,
        rescued: used.rescued,
        literals: used.literals,
        imports: used.imports,
        marks,
        truncated: truncated || used.cut || marks_cut || settings_cut,
        settings,
        inert_lines: inert_lines(&flat.code),
        hash: flat.hash.range(0, flat.hash.len()),
        bag: flat.bag,
        residue_hash: residue(&flat, &list, &events, &unordered_imports(language, &flat, backend, matches)),
        code_lines: flat.code.iter().filter(|code| **code).count() as u32,
        entities: list,
        problems: flat.problems,
        promises: OnceLock::new(),
    }
}

/// What a file uses, and what helps to say whose it is.
#[derive(Default)]
struct Used {
    typed: Vec<Typed>,
    locals: Vec<Local>,
    references: Vec<Reference>,
    literals: Vec<Literal>,
    rescued: Vec<Rescued>,
    imports: Vec<Import>,
    cut: bool,
}

fn used(language: &Language, backend: &Backend, flat: &Flat<'_>, matches: &Matches, found: &Entities) -> Used {
    let (skip, locals) = bindings(flat, backend, matches, found.names.clone());
    let chains = backend.typing.as_ref().map(|tables| Chains::new(flat, backend, tables, &locals));
    let (references, cut) = references(flat, backend, &found.list, &skip, &locals, chains.as_ref());
    let (typed, locals) =
        chains.map_or_else(Default::default, |chains| types(flat, &chains, &found.places, &found.list));
    Used {
        typed,
        locals,
        references,
        literals: if language.data { Vec::new() } else { literals(flat, backend, &found.list) },
        rescued: rescued(flat, backend, &found.list),
        imports: imports(flat, backend, matches),
        cut,
    }
}

/// Nodes that are no references (names of definitions, bindings, labels), and the bindings among them, in order.
fn bindings(
    flat: &Flat<'_>,
    backend: &Backend,
    matches: &Matches,
    mut names: FxHashSet<u32>,
) -> (FxHashSet<u32>, Vec<u32>) {
    let mut locals = Vec::new();
    let entities = names.clone();
    for capture in matches.iter().flat_map(|(_, captures)| captures) {
        let role = backend.role(*capture);
        if matches!(role, Role::Local | Role::Label)
            && let Some(node) = flat.find(capture.start, capture.end, capture.kind)
        {
            // the name of an entity is no local, whatever pattern it fits
            locals.extend((*role == Role::Local && !entities.contains(&node)).then_some(node));
            names.insert(node);
        }
    }
    locals.sort_unstable();
    locals.dedup();
    (names, locals)
}

/// Definitions at the beginning of lines, where the grammar stumbled and no entity stands.
fn rescued(flat: &Flat<'_>, backend: &Backend, entities: &[Entity]) -> Vec<Rescued> {
    let Some(rescue) = backend.rescue.as_ref().filter(|_| !flat.problems.is_empty()) else { return Vec::new() };
    let known: FxHashSet<u32> = entities.iter().map(|entity| entity.name_line).collect();
    let mut found = Vec::new();
    for (at, line) in flat.source.split(|byte| *byte == b'\n').enumerate() {
        let line_number = at as u32 + 1;
        if line.len() > limits::LINE_BYTES_MAX
            || known.contains(&line_number)
            || found.len() >= limits::FILE_RESCUED_MAX
        {
            continue;
        }
        let Some(parts) = rescue.captures(line) else { continue };
        let (Some(kind), Some(name)) = (parts.name("kind"), parts.name("name")) else { continue };
        let kind = match kind.as_bytes() {
            b"interface" => EntityKind::Interface,
            b"type" | b"class" | b"enum" => EntityKind::Type,
            b"function" => EntityKind::Function,
            _ => EntityKind::Constant,
        };
        found.push(Rescued { kind, name: lossless(name.as_bytes()).into(), line: line_number });
    }
    found
}

/// What is known of the types of entities and of locals.
fn types(
    flat: &Flat<'_>,
    chains: &Chains<'_, '_>,
    places: &[(u32, u32, Vec<u32>)],
    entities: &[Entity],
) -> (Vec<Typed>, Vec<Local>) {
    let mut known = FxHashMap::default();
    let mut share = |text: String| chains::shared(&mut known, &text);
    let mut typed = Vec::with_capacity(places.len());
    for (node, name, supertypes) in places {
        typed.push(Typed {
            is: chains.entity(*node, *name).map(&mut share),
            generics: chains.generics(*node).map(&mut share),
            heritage: supertypes.iter().filter_map(|node| chains.type_with_arguments(*node)).map(&mut share).collect(),
        });
    }
    let mut owners = Owners::new(entities);
    let mut owners_of_fields = Owners::new(entities);
    let mut locals = Vec::with_capacity(chains.locals.len());
    for binding in &chains.locals {
        locals.push(Local {
            name: share(lossless(flat.text(binding.node)).into_owned()),
            owner: owners.at(flat.span(binding.node).start),
            is: chains.bound_type(binding.node).map(&mut share),
        });
    }
    for (node, name, is) in chains.assigned_fields() {
        let owner = owners_of_fields.at(flat.span(node).start);
        locals.push(Local { name: share(name), owner, is: Some(share(is)) });
    }
    (typed, locals)
}

fn imports(flat: &Flat<'_>, backend: &Backend, matches: &Matches) -> Vec<Import> {
    let captures = matches.iter().flat_map(|(_, captures)| captures);
    let mut spans: Vec<(u32, u32, bool)> = Vec::new();
    for capture in captures {
        match backend.role(*capture) {
            Role::Import => spans.push((capture.start, capture.end, false)),
            Role::Default => spans.push((capture.start, capture.end, true)),
            _ => {}
        }
    }
    spans.sort_unstable();
    spans.dedup();
    let make = |(start, end, default): (u32, u32, bool)| {
        let text = lossless(flat.bytes(&(start..end)));
        // a definition is too much to be kept as a statement
        let text = if default { format!("export default {}", text.trim()) } else { text.trim().to_owned() };
        Import { text: text.into(), line: flat.line(start) }
    };
    spans.into_iter().map(make).collect()
}

fn marks(flat: &Flat<'_>, backend: &Backend, matches: &Matches, entities: &[Entity]) -> (Vec<Mark>, bool) {
    let mut found: Vec<(u32, u32, Arc<str>, u16)> = Vec::new();
    for capture in matches.iter().flat_map(|(_, captures)| captures) {
        if let Role::Mark(name) = backend.role(*capture) {
            found.push((capture.start, capture.end, name.clone(), capture.kind));
        }
    }
    found.sort();
    found.dedup_by(|a, b| (a.0, a.1, &a.2) == (b.0, b.1, &b.2));
    let truncated = found.len() > limits::FILE_MARKS_MAX;
    found.truncate(limits::FILE_MARKS_MAX);
    let mut owners = Owners::new(entities);
    let make = |(start, end, capture, kind): (u32, u32, Arc<str>, u16)| Mark {
        capture,
        text: Arc::from(folded(flat.bytes(&(start..end)))),
        hash: flat.find(start, end, kind).map_or(0, |node| flat.node_hash(node)),
        lines: flat.lines(&(start..end)),
        owner: owners.at(start),
    };
    (found.into_iter().map(make).collect(), truncated)
}

/// White space as single blanks, at most `limits::MARK_BYTES_MAX` bytes.
fn folded(text: &[u8]) -> String {
    let text = lossless(text.get(..limits::MARK_BYTES_MAX * 8).unwrap_or(text));
    let mut out = String::new();
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if out.len() > limits::MARK_BYTES_MAX {
            break;
        }
    }
    let mut end = out.len().min(limits::MARK_BYTES_MAX);
    while !out.is_char_boundary(end) {
        end -= 1;
    }
    out.truncate(end);
    out
}

/// Stretches of hash events of imports whose order means nothing.
fn unordered_imports(language: &Language, flat: &Flat<'_>, backend: &Backend, matches: &Matches) -> Vec<(u32, u32)> {
    if !language.unordered {
        return Vec::new();
    }
    let captures = matches.iter().flat_map(|(_, captures)| captures);
    let imports = captures.filter(|capture| *backend.role(**capture) == Role::Import);
    let nodes = imports.filter_map(|one| flat.find(one.start, one.end, one.kind));
    let parts = nodes.flat_map(|node| import_parts(flat, backend, node));
    let mut found: Vec<(u32, u32)> = parts.filter_map(|node| flat.get(node).map(|node| node.events)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The imports of a statement that is a list of them and no more; else the statement.
fn import_parts(flat: &Flat<'_>, backend: &Backend, node: u32) -> Vec<u32> {
    let mut at = node;
    for _ in 0..limits::REFERENCE_STEPS_MAX {
        let named: Vec<u32> = flat.children(at).filter(|child| flat.nodes[*child as usize].named).collect();
        match &named[..] {
            _ if backend.is_list(flat.nodes[at as usize].kind) => return named,
            [only] => at = *only,
            _ => break,
        }
    }
    vec![node]
}

/// Hash of the events outside all top-level entities. `unordered` are stretches that count whatever their order.
fn residue(flat: &Flat<'_>, entities: &[Entity], events: &[(u32, u32)], unordered: &[(u32, u32)]) -> u64 {
    let top = entities.iter().zip(events).filter(|(one, _)| one.container.is_none()).map(|(_, stretch)| *stretch);
    let mut holes: Vec<(u32, u32)> = top.chain(unordered.iter().copied()).collect();
    holes.sort_unstable();
    let (mut hash, mut at) = (0, 0);
    for (start, end) in holes {
        // an empty stretch says nothing, so that what stands between does not count twice
        if at < start {
            hash = combine(hash, flat.hash.range(at, start));
        }
        at = at.max(end);
    }
    let rest = if at < flat.hash.len() { flat.hash.range(at, flat.hash.len()) } else { 0 };
    let bag = unordered.iter().fold(0_u64, |bag, (start, end)| bag.wrapping_add(import_hash(flat, *start, *end)));
    combine(combine(hash, rest), bag)
}

/// A sum of plain hashes could be met by other sums; a mixed one is not.
fn import_hash(flat: &Flat<'_>, start: u32, end: u32) -> u64 {
    combine(flat.hash.range(start, end), 1)
}

fn inert_lines(code: &[bool]) -> Vec<LineRange> {
    let mut ranges: Vec<LineRange> = Vec::new();
    for line in code.iter().enumerate().filter(|(_, code)| !**code).map(|(at, _)| at as u32 + 1) {
        match ranges.last_mut() {
            Some(last) if last.end + 1 == line => last.end = line,
            _ => ranges.push(LineRange::line(line)),
        }
    }
    ranges
}
