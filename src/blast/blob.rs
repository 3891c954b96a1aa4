//! What the graph keeps of one file: definitions, mentions and bindings, with names as numbers and without any text. It is
//! a pure function of the file's bytes and language, so both sides of a change and all requests of a batch share it. It is
//! made in two steps: `Draft` numbers names for itself, so that files are read in parallel, and `settle` renumbers.

use super::families::{self, Binding, Family, Shape};
use super::names::{Name, Names};
use crate::location::LineRange;
use crate::syntax::{Entity, EntityKind, Local, Outline, Reference, ReferenceKind, Visibility};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Stands for "no entity": the file itself.
pub(super) const FILE: u32 = u32::MAX;

/// A named thing, as the graph needs it. Indexes are those of `Outline::entities`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Definition {
    pub(super) name: Name,
    pub(super) kind: EntityKind,
    pub(super) visibility: Visibility,
    pub(super) container: Option<u32>,
    /// The type of an `impl` block or a receiver.
    pub(super) scope: Option<Name>,
    pub(super) line: u32,
    pub(super) supertypes: Box<[Name]>,
    /// Its type, its type parameters, and its supertypes with their arguments, as `syntax/typing.rs` writes them.
    pub(super) is: Option<Name>,
    pub(super) generics: Option<Name>,
    pub(super) heritage: Box<[Name]>,
    pub(super) test: bool,
}

/// A name bound inside a function, and its type where something is known of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct LocalName {
    pub(super) name: Name,
    pub(super) owner: u32,
    pub(super) is: Option<Name>,
}

impl Definition {
    pub(super) fn is_type(&self) -> bool {
        matches!(self.kind, EntityKind::Type | EntityKind::Interface)
    }

    pub(super) fn is_callable(&self) -> bool {
        matches!(self.kind, EntityKind::Function | EntityKind::Method)
    }
}

/// What stands before the dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Receiver {
    None,
    /// An expression that is no plain path.
    Other,
    Path(Name),
    /// A chain of members and calls, or one that begins with a local.
    Chain(Name),
}

/// A name used by an entity (or by the file); equal uses are kept once, with their first line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Mention {
    pub(super) name: Name,
    pub(super) owner: u32,
    pub(super) receiver: Receiver,
    pub(super) kind: ReferenceKind,
    /// Arguments of a call, where they are counted.
    pub(super) arguments: Option<u8>,
    pub(super) line: u32,
}

/// A binding with names as numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Bound {
    pub(super) shape: Shape,
    pub(super) module: Arc<str>,
    pub(super) name: Option<Name>,
    pub(super) local: Option<Name>,
    pub(super) line: u32,
    /// Inline modules around the statement, outermost first.
    pub(super) within: Box<[u32]>,
}

/// A place that the outside enters: the entity (or `FILE`), its line, and what the mark says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) owner: u32,
    pub(super) lines: LineRange,
    /// The text of a route's mark; none for a main function.
    pub(super) route: Option<Arc<str>>,
}

/// A literal, who holds it, and its line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KeyText {
    pub(super) text: Name,
    pub(super) owner: u32,
    pub(super) line: u32,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Blob {
    /// Follows from the language; the cache does not keep it.
    #[serde(skip)]
    pub(super) family: &'static str,
    pub(super) clause: Option<Arc<str>>,
    pub(super) definitions: Vec<Definition>,
    pub(super) locals: Vec<LocalName>,
    /// Sorted, so that all mentions of a name stand together.
    pub(super) mentions: Vec<Mention>,
    pub(super) bindings: Vec<Bound>,
    pub(super) entries: Vec<Entry>,
    /// Texts that a key could be looked up with.
    pub(super) literals: Vec<KeyText>,
    /// Every name that is mentioned or imported here; sorted, each once.
    pub(super) mentioned: Vec<Name>,
}

impl Blob {
    /// The mentions of one name.
    pub(super) fn mentions_of(&self, name: Name) -> &[Mention] {
        let start = self.mentions.partition_point(|mention| mention.name < name);
        let end = self.mentions.partition_point(|mention| mention.name <= name);
        &self.mentions[start..end]
    }

    pub(super) fn mentions_name(&self, name: Name) -> bool {
        self.mentioned.binary_search(&name).is_ok()
    }

    pub(super) fn definition(&self, at: u32) -> Option<&Definition> {
        self.definitions.get(at as usize)
    }

    /// The entities around an entity, itself first. Containers stand before what they contain, so this ends.
    pub(super) fn around(&self, at: u32) -> impl Iterator<Item = u32> + '_ {
        let next = move |at: &u32| self.definition(*at)?.container.filter(|up| up < at);
        std::iter::successors(self.definition(at).map(|_| at), next)
    }
}

/// A blob whose names are numbers of its own table.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Draft {
    blob: Blob,
    /// The text of each name, by its number.
    texts: Vec<Arc<str>>,
}

impl Draft {
    /// A draft as the cache gave it, for a file of a language family.
    pub(super) fn of_family(mut self, family: &'static str) -> Self {
        self.blob.family = family;
        self
    }

    pub(super) fn new(outline: &Outline) -> Self {
        let mut names = Names::default();
        let family_name = outline.language.map_or("", |language| language.family.as_str());
        let family = families::family(family_name);
        let mut blob = Blob { family: family_name, ..Blob::default() };
        blob.definitions = outline.entities.iter().map(|entity| definition(entity, &mut names)).collect();
        for (definition, typed) in blob.definitions.iter_mut().zip(&outline.typed) {
            definition.is = typed.is.as_ref().map(|text| names.intern(text));
            definition.generics = typed.generics.as_ref().map(|text| names.intern(text));
            definition.heritage = typed.heritage.iter().map(|text| names.intern(text)).collect();
        }
        blob.definitions.extend(outline.rescued.iter().map(|one| Definition {
            name: names.intern(&one.name),
            kind: one.kind,
            visibility: Visibility::Public,
            container: None,
            scope: None,
            line: one.line,
            supertypes: Box::default(),
            is: None,
            generics: None,
            heritage: Box::default(),
            test: false,
        }));
        blob.locals = outline.locals.iter().map(|local| local_name(local, &mut names)).collect();
        let imported = match family {
            Some(family) => read_imports(outline, family, &mut names, &mut blob),
            None => Vec::new(),
        };
        blob.mentions = mentions(&outline.references, &imported, &mut names);
        let listed = listed(&blob);
        blob.mentions.extend(listed);
        blob.entries = entries(outline);
        let keys = outline.literals.iter().filter(|literal| super::key_names::could_be_key(&literal.text));
        blob.literals = keys
            .map(|literal| KeyText {
                text: names.intern(&literal.text),
                owner: literal.owner.unwrap_or(FILE),
                line: literal.line,
            })
            .collect();
        let texts = (0..names.len()).map(|at| names.text(Name(at as u32)).clone()).collect();
        Self { blob, texts }
    }

    /// Renumbers: afterwards names are those of the shared table. The blob still has to be put `in_order`.
    pub(super) fn settle(mut self, shared: &mut Names) -> Blob {
        let to: Vec<Name> = self.texts.iter().map(|text| shared.intern(text)).collect();
        // a name beyond the table can only come from a damaged cache, whose digest happens to fit
        let map = |name: &mut Name| *name = to.get(name.0 as usize).copied().unwrap_or(Name(0));
        for definition in &mut self.blob.definitions {
            map(&mut definition.name);
            definition.scope.iter_mut().for_each(map);
            definition.supertypes.iter_mut().for_each(map);
            definition.is.iter_mut().chain(definition.generics.iter_mut()).for_each(map);
            definition.heritage.iter_mut().for_each(map);
        }
        for mention in &mut self.blob.mentions {
            map(&mut mention.name);
            if let Receiver::Path(path) | Receiver::Chain(path) = &mut mention.receiver {
                map(path);
            }
        }
        self.blob.literals.iter_mut().for_each(|literal| map(&mut literal.text));
        for local in &mut self.blob.locals {
            map(&mut local.name);
            local.is.iter_mut().for_each(map);
        }
        for bound in &mut self.blob.bindings {
            bound.name.iter_mut().chain(bound.local.iter_mut()).for_each(map);
        }
        self.blob
    }
}

impl Blob {
    /// Sorts and removes doubles; apart from `settle` so that it can run in parallel.
    pub(super) fn in_order(&mut self) {
        self.mentions.sort_unstable();
        self.mentions.dedup_by(|next, kept| {
            let key = |one: &Mention| (one.name, one.owner, one.receiver, one.kind, one.arguments);
            key(next) == key(kept)
        });
        self.mentions.shrink_to_fit();
        let imported = self.bindings.iter().flat_map(|bound| bound.name.into_iter().chain(bound.local));
        self.mentioned = self.mentions.iter().map(|mention| mention.name).chain(imported).collect();
        self.mentioned.sort_unstable();
        self.mentioned.dedup();
        self.mentioned.shrink_to_fit();
    }
}

fn definition(entity: &Entity, names: &mut Names) -> Definition {
    Definition {
        name: names.intern(&entity.name),
        kind: entity.kind,
        visibility: entity.visibility,
        container: entity.container,
        scope: entity.scope.as_ref().map(|scope| names.intern(&bare_type(scope))),
        line: entity.name_line.max(1),
        supertypes: entity.supertypes.iter().map(|name| names.intern(&bare_type(name))).collect(),
        is: None,
        generics: None,
        heritage: Box::default(),
        test: entity.test,
    }
}

fn local_name(local: &Local, names: &mut Names) -> LocalName {
    LocalName {
        name: names.intern(&local.name),
        owner: local.owner.unwrap_or(FILE),
        is: local.is.as_ref().map(|text| names.intern(text)),
    }
}

/// `&mut a::Cart<T>` to `Cart`: types are looked up by their bare name.
fn bare_type(text: &Arc<str>) -> Arc<str> {
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if plain(text) {
        return text.clone();
    }
    let head = text.split(['<', '[', '(']).next().unwrap_or(text);
    let last = head.rsplit(['.', ':', ' ', '&', '*', '\'']).find(|part| !part.is_empty());
    last.map_or_else(|| text.clone(), Arc::from)
}

/// Names inside import statements (`imported` are their lines, in order) are bindings, not mentions.
fn mentions(references: &[Reference], imported: &[LineRange], names: &mut Names) -> Vec<Mention> {
    let mut seen = FxHashMap::default();
    for reference in references {
        let before = imported.partition_point(|lines| lines.end < reference.line);
        if imported.get(before).is_some_and(|lines| lines.contains(reference.line)) {
            continue;
        }
        let receiver = match reference.receiver.as_ref() {
            None => Receiver::None,
            Some(path) if path.is_empty() => Receiver::Other,
            Some(chain) if is_chain(chain) => Receiver::Chain(names.intern(chain)),
            Some(path) => Receiver::Path(names.intern(path)),
        };
        let name = names.intern(&reference.name);
        let key = (name, reference.owner.unwrap_or(FILE), receiver, reference.kind, reference.arguments);
        let line = seen.entry(key).or_insert(reference.line);
        *line = reference.line.min(*line);
    }
    let mention =
        |((name, owner, receiver, kind, arguments), line)| Mention { name, owner, receiver, kind, arguments, line };
    seen.into_iter().map(mention).collect() // in no order: `in_order` sorts
}

/// A file that lists a name to give it out uses what the name means, unless it is its own or imported by name.
fn listed(blob: &Blob) -> Vec<Mention> {
    let given = |bound: &&Bound| bound.shape == Shape::Export && bound.module.is_empty() && bound.name == bound.local;
    let own = |name: Name| {
        let defined = blob.definitions.iter().any(|one| one.name == name && one.container.is_none());
        defined || blob.bindings.iter().any(|bound| bound.shape != Shape::Export && bound.local == Some(name))
    };
    let mention = |(name, line)| Mention {
        name,
        owner: FILE,
        receiver: Receiver::None,
        kind: ReferenceKind::Name,
        arguments: None,
        line,
    };
    let names = blob.bindings.iter().filter(given).filter_map(|bound| Some((bound.name?, bound.line)));
    names.filter(|(name, _)| !own(*name)).map(mention).collect()
}

/// More than names and dots: it begins with a local or a value, or has a step that is no name.
fn is_chain(text: &str) -> bool {
    let parameter = || text.match_indices('#').any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_digit()));
    text.contains(['%', '⟨', '(', '[', '~']) || parameter()
}

/// Fills bindings and package clause; returns the lines of the statements that bind names.
fn read_imports(outline: &Outline, family: &'static dyn Family, names: &mut Names, blob: &mut Blob) -> Vec<LineRange> {
    let mut lines: Vec<LineRange> = Vec::new();
    for import in &outline.imports {
        let end = import.line + import.text.matches('\n').count() as u32;
        if let Some(clause) = family.clause(&import.text) {
            let implied = family.clause_bindings(&clause).into_iter();
            blob.bindings.extend(implied.map(|binding| bound(binding, import.line, Box::default(), names)));
            blob.clause = Some(clause.into());
            lines.push(LineRange::new(import.line, end));
            continue;
        }
        let within = inline_modules(outline, import.line);
        let mut bindings = family.bindings(&import.text);
        bindings.iter_mut().for_each(|binding| bind_to_constant(outline, import.line, binding));
        if bindings.iter().any(|binding| !matches!(binding.shape, Shape::SideEffect | Shape::Export)) {
            lines.push(LineRange::new(import.line, end));
        }
        blob.bindings.extend(bindings.into_iter().map(|binding| bound(binding, import.line, within.clone(), names)));
    }
    lines.sort_unstable_by_key(|lines| lines.end);
    lines
}

/// A module that is called for by an expression (`x = require("m")`) goes by the name of the constant on its line.
fn bind_to_constant(outline: &Outline, line: u32, binding: &mut Binding) {
    let constant = |entity: &&Entity| entity.kind == EntityKind::Constant && entity.name_line == line;
    if binding.shape == Shape::SideEffect
        && let Some(entity) = outline.entities.iter().find(constant)
    {
        binding.shape = Shape::Module;
        binding.local = Some(entity.name.to_string());
    }
}

fn bound(binding: Binding, line: u32, within: Box<[u32]>, names: &mut Names) -> Bound {
    let mut intern = |text: Option<String>| text.map(|text| names.intern(&Arc::from(text)));
    Bound {
        shape: binding.shape,
        module: binding.module.into(),
        name: intern(binding.name),
        local: intern(binding.local),
        line,
        within,
    }
}

/// Module entities with a body around a line, outermost first.
fn inline_modules(outline: &Outline, line: u32) -> Box<[u32]> {
    let holds = |entity: &Entity| entity.kind == EntityKind::Module && entity.lines.contains(line);
    let all = outline.entities.iter().enumerate().filter(|(_, entity)| holds(entity) && !entity.body.is_empty());
    all.map(|(at, _)| at as u32).collect()
}

fn entries(outline: &Outline) -> Vec<Entry> {
    let marked = outline.marks.iter().filter(|mark| matches!(&*mark.capture, "route" | "main"));
    let mut out: Vec<Entry> = marked
        .map(|mark| Entry {
            owner: mark.owner.unwrap_or(FILE),
            lines: mark.lines,
            route: (&*mark.capture == "route").then(|| mark.text.clone()),
        })
        .collect();
    for (at, entity) in outline.entities.iter().enumerate() {
        let callable = matches!(entity.kind, EntityKind::Function | EntityKind::Method);
        if callable && &*entity.name == "main" && !entity.test {
            out.push(Entry { owner: at as u32, lines: LineRange::line(entity.name_line), route: None });
        }
    }
    out.sort_by_key(|entry| (entry.owner, entry.route.is_some(), entry.lines));
    out.dedup_by_key(|entry| (entry.owner, entry.route.clone(), entry.lines));
    out
}
