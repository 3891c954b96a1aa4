//! The named things of a file, from the matches of `tags.scm`: their extent with decorators and attributes, what holds
//! them, who sees them, whether they are tests, and their hashes. A method of `impl Trait for Type` has the scope `Type`
//! and names `Trait` among its supertypes; `Type` names it too if it stands in the same file.

use super::flat::{Flat, NONE};
use super::holders::{Region, contain, dedupe, place_in_regions, type_name};
use super::language::{DefaultVisibility, Language, VisibilityStyle};
use super::query::{ATTRIBUTE, Backend, INHERITED, PARAMETER, RECEIVER, Role, SECTION, VISIBILITY, WRAPPER};
use super::reading::{Capture, Matches};
use super::tokens::combine;
use super::{Entity, EntityKind, Visibility};
use crate::limits;
use crate::text::lossless;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A definition as its matches tell it.
#[derive(Debug)]
struct Found {
    node: u32,
    name: u32,
    pattern: u32,
    kind: EntityKind,
    body: Option<u32>,
    parameters: Option<u32>,
    scope: Option<u32>,
    supertypes: Vec<u32>,
}

/// The entities, and the nodes that are their names (sorted).
#[derive(Debug, Default)]
pub(super) struct Entities {
    pub list: Vec<Entity>,
    pub names: FxHashSet<u32>,
    /// For each entity, its stretch of the stream of hash events.
    pub events: Vec<(u32, u32)>,
    /// For each entity, its node, the node of its name, and those of its supertypes.
    pub places: Vec<(u32, u32, Vec<u32>)>,
    /// True if there were more.
    pub truncated: bool,
}

/// Reads all definitions; at most `limits::FILE_ENTITIES_MAX`.
pub(super) fn entities(flat: &Flat<'_>, backend: &Backend, language: &Language, matches: &Matches) -> Entities {
    let reader = Reader { flat, backend, language };
    let (found, regions, exports) = reader.collect(matches);
    let mut made: Vec<(&Found, Entity)> = found.iter().map(|one| (one, reader.entity(one))).collect();
    made.sort_by_key(|(one, entity)| (entity.span.start, u32::MAX - entity.span.end, one.name));
    let truncated = made.len() > limits::FILE_ENTITIES_MAX;
    made.truncate(limits::FILE_ENTITIES_MAX);
    let names = made.iter().map(|(one, _)| one.name).collect();
    let nodes: Vec<u32> = made.iter().map(|(one, _)| one.node).collect();
    let events = made.iter().map(|(one, _)| reader.events(one)).collect();
    let places = made.iter().map(|(one, _)| (one.node, one.name, one.supertypes.clone())).collect();
    let mut list: Vec<Entity> = made.into_iter().map(|(_, entity)| entity).collect();
    contain(&mut list);
    place_in_regions(&mut list, &regions);
    reader.settle(&mut list, &nodes, &exports);
    Entities { list, names, events, places, truncated }
}

struct Reader<'a, 'b> {
    flat: &'b Flat<'a>,
    backend: &'b Backend,
    language: &'b Language,
}

impl Reader<'_, '_> {
    fn collect(&self, matches: &Matches) -> (Vec<Found>, Vec<Region>, FxHashSet<Vec<u8>>) {
        let mut found: FxHashMap<(u32, u32), Found> = FxHashMap::default();
        let (mut regions, mut exports) = (Vec::new(), FxHashSet::default());
        for (pattern, captures) in matches.iter() {
            for capture in captures {
                match self.backend.role(*capture) {
                    Role::Definition(kind) => self.definition(&mut found, pattern, *kind, *capture, captures),
                    Role::Region => regions.extend(self.region(*capture, captures)),
                    Role::Export => {
                        exports.insert(self.flat.bytes(&(capture.start..capture.end)).to_vec());
                    }
                    _ => {}
                }
            }
        }
        let mut found: Vec<Found> = found.into_values().collect();
        found.sort_unstable_by_key(|one| (one.node, one.name));
        regions.sort_by_key(|region| region.span.start);
        (found, regions, exports)
    }

    fn find(&self, capture: Capture) -> Option<u32> {
        self.flat.find(capture.start, capture.end, capture.kind)
    }

    fn role_node(&self, captures: &[Capture], role: &Role) -> Option<u32> {
        captures.iter().find(|capture| self.backend.role(**capture) == role).and_then(|capture| self.find(*capture))
    }

    /// Of several patterns that match one definition the first in the file says what it is; supertypes add up.
    fn definition(
        &self,
        found: &mut FxHashMap<(u32, u32), Found>,
        pattern: u32,
        kind: EntityKind,
        capture: Capture,
        captures: &[Capture],
    ) {
        let Some(node) = self.find(capture) else { return };
        let Some(name) = self.role_node(captures, &Role::Name) else { return };
        let supers =
            captures.iter().filter(|c| *self.backend.role(**c) == Role::Supertype).filter_map(|c| self.find(*c));
        let one = found.entry((node, name)).or_insert_with(|| Found {
            node,
            name,
            pattern: u32::MAX,
            kind,
            body: None,
            parameters: None,
            scope: None,
            supertypes: Vec::new(),
        });
        one.supertypes.extend(supers);
        if pattern < one.pattern {
            one.pattern = pattern;
            one.kind = kind;
            one.body = self.role_node(captures, &Role::Body);
            one.parameters = self.role_node(captures, &Role::Parameters);
            one.scope = self.role_node(captures, &Role::Scope);
        }
    }

    fn region(&self, capture: Capture, captures: &[Capture]) -> Option<Region> {
        let scope = self.role_node(captures, &Role::Scope)?;
        let supers =
            captures.iter().filter(|c| *self.backend.role(**c) == Role::Supertype).filter_map(|c| self.find(*c));
        Some(Region {
            span: capture.start..capture.end,
            scope: type_name(self.flat.text(scope)),
            supertypes: supers.map(|node| type_name(self.flat.text(node))).collect(),
        })
    }

    fn entity(&self, one: &Found) -> Entity {
        let flat = self.flat;
        let outer = self.outer(one.node);
        let (first, attributes) = self.attributes(one.node, outer);
        let node = flat.nodes[outer as usize];
        let start = flat.nodes[first as usize];
        let span = start.start..node.end;
        let body = one.body.or_else(|| flat.child(one.node, self.backend.body));
        let body_span = body.map_or(span.end..span.end, |body| flat.span(body));
        let hash = &flat.hash;
        let (signature_hash, body_hash) = match body.and_then(|body| flat.get(body)) {
            Some(body) => (
                combine(hash.range(start.events.0, body.events.0), hash.range(body.events.1, node.events.1)),
                hash.range(body.events.0, body.events.1),
            ),
            None => (combine(hash.range(start.events.0, node.events.1), 0), 0),
        };
        let mut supertypes: Vec<Arc<str>> = one.supertypes.iter().map(|node| type_name(flat.text(*node))).collect();
        dedupe(&mut supertypes);
        Entity {
            kind: one.kind,
            name: Arc::from(name_text(flat.text(one.name))),
            container: None,
            scope: one.scope.map(|node| type_name(flat.text(node))),
            visibility: self.visibility(one),
            lines: flat.lines(&span),
            name_line: flat.line(flat.nodes[one.name as usize].start),
            body: body_span,
            signature_hash,
            body_hash,
            docs_hash: super::docs::hash(flat, &span),
            arity: one
                .parameters
                .or_else(|| flat.child(one.node, self.backend.parameters))
                .map(|node| self.arity(node)),
            supertypes,
            test: self.is_test(one, &attributes),
            span,
        }
    }

    fn events(&self, one: &Found) -> (u32, u32) {
        let outer = self.outer(one.node);
        let (first, _) = self.attributes(one.node, outer);
        (self.flat.nodes[first as usize].events.0, self.flat.nodes[outer as usize].events.1)
    }

    /// The outermost wrapper that holds this definition alone.
    fn outer(&self, node: u32) -> u32 {
        let mut outer = node;
        while let Some(at) = self.flat.get(outer) {
            let parent = at.parent;
            let Some(up) = self.flat.get(parent) else { break };
            if self.backend.class(up.kind) & WRAPPER == 0 || !self.alone(parent) {
                break;
            }
            outer = parent;
        }
        outer
    }

    fn alone(&self, parent: u32) -> bool {
        let counts = |child: &u32| {
            let node = &self.flat.nodes[*child as usize];
            node.named && self.backend.class(node.kind) & (ATTRIBUTE | VISIBILITY) == 0
        };
        self.flat.children(parent).filter(counts).take(2).count() < 2
    }

    /// The first node of the entity, and all attributes and decorators that belong to it.
    fn attributes(&self, node: u32, outer: u32) -> (u32, Vec<u32>) {
        let is_attribute = |at: u32| self.flat.get(at).is_some_and(|n| self.backend.class(n.kind) & ATTRIBUTE != 0);
        let mut all = Vec::new();
        let mut first = outer;
        while let Some(prev) = self.flat.get(first).map(|n| n.prev).filter(|prev| *prev != NONE && is_attribute(*prev))
        {
            first = prev;
            all.push(prev);
        }
        let mut inner = node;
        loop {
            all.extend(
                self.flat.children(inner).take(limits::ENTITY_ATTRIBUTES_MAX).filter(|child| is_attribute(*child)),
            );
            if inner == outer {
                break;
            }
            match self.flat.get(inner) {
                Some(at) if at.parent != NONE => inner = at.parent,
                _ => break,
            }
        }
        (first, all)
    }

    fn arity(&self, parameters: u32) -> u16 {
        let named_only = !self.language.grammar.entities.parameters.is_empty();
        let mut count: usize = 0;
        for child in self.flat.children(parameters) {
            let node = self.flat.nodes[child as usize];
            let class = self.backend.class(node.kind);
            if !node.named || class & (RECEIVER | ATTRIBUTE) != 0 || (named_only && class & PARAMETER == 0) {
                continue;
            }
            let name = self.backend.name;
            let names =
                self.flat.children(child).filter(|c| name != 0 && self.flat.nodes[*c as usize].field == name).count();
            count += names.max(1);
        }
        // a single bare parameter (`x => x`) is its own node
        if count == 0
            && self.flat.children(parameters).next().is_none()
            && !self.flat.text(parameters).starts_with(b"(")
        {
            count = 1;
        }
        count.min(usize::from(u16::MAX)) as u16
    }

    fn is_test(&self, one: &Found, attributes: &[u32]) -> bool {
        let name = self.flat.text(one.name);
        let by_name = match one.kind {
            EntityKind::Function | EntityKind::Method => &self.backend.test_function,
            EntityKind::Type => &self.backend.test_kind,
            _ => &None,
        };
        by_name.as_ref().is_some_and(|regex| regex.is_match(name))
            || self.backend.test_attribute.as_ref().is_some_and(|regex| {
                attributes.iter().any(|at| {
                    let text = self.flat.text(*at);
                    regex.is_match(text.get(..limits::ATTRIBUTE_BYTES_MAX).unwrap_or(text))
                })
            })
    }

    /// Visibility by the definition alone; what holds it is taken into account by `settle`.
    fn visibility(&self, one: &Found) -> Visibility {
        let rules = &self.language.grammar.visibility;
        let name = self.flat.text(one.name);
        match rules.style {
            VisibilityStyle::Public => Visibility::Public,
            VisibilityStyle::Capital => {
                let capital = lossless(name).chars().next().is_some_and(char::is_uppercase);
                if capital { Visibility::Public } else { Visibility::Internal }
            }
            VisibilityStyle::Underscore => {
                let dunder = name.starts_with(b"__") && name.ends_with(b"__") && name.len() > 4;
                if name.starts_with(b"_") && !dunder { Visibility::Private } else { Visibility::Public }
            }
            VisibilityStyle::Modifier => self.modifier(one.node).unwrap_or(default(rules.default)),
            VisibilityStyle::Export => match self.modifier(one.node) {
                Some(visibility) => visibility,
                None if name.starts_with(b"#") => Visibility::Private,
                None if self.exported(one.node) => Visibility::Public,
                None => Visibility::Private,
            },
        }
    }

    /// True if a wrapper around a definition begins with the word `export`.
    fn exported(&self, node: u32) -> bool {
        let mut at = node;
        while let Some(parent) = self.flat.get(at).map(|node| node.parent) {
            let Some(up) = self.flat.get(parent) else { return false };
            if self.backend.class(up.kind) & WRAPPER == 0 {
                return false;
            }
            let mut words = self.flat.children(parent).filter(|child| !self.flat.nodes[*child as usize].named);
            if words.any(|child| self.flat.text(child) == b"export") {
                return true;
            }
            at = parent;
        }
        false
    }

    /// What the words in front of a definition say, or those of the section of members that it stands in.
    fn modifier(&self, node: u32) -> Option<Visibility> {
        let is_modifier = |at: &u32| self.backend.class(self.flat.nodes[*at as usize].kind) & VISIBILITY != 0;
        let words = self.flat.children(node).take(limits::ENTITY_ATTRIBUTES_MAX).filter(is_modifier);
        // a language has one node for all words, or one for each (`protected internal`)
        let text = words.map(|at| lossless(self.flat.text(at))).collect::<Vec<_>>().join(" ");
        let own = (!text.is_empty()).then(|| self.spoken(&text)).flatten();
        own.or_else(|| self.section(node))
    }

    /// The last `private:` or its like among the siblings before a member.
    fn section(&self, node: u32) -> Option<Visibility> {
        if self.language.grammar.visibility.sections.is_empty() {
            return None;
        }
        let mut at = node;
        let parent = self.flat.get(node)?.parent;
        if self.flat.get(parent).is_some_and(|up| self.backend.class(up.kind) & WRAPPER != 0) {
            at = parent;
        }
        if let Some(own) = self.called_with(parent) {
            return Some(own);
        }
        for _ in 0..limits::MEMBER_SECTION_STEPS_MAX {
            at = self.flat.get(at)?.prev;
            let before = self.flat.get(at)?;
            if self.backend.class(before.kind) & SECTION != 0 {
                let found = self.spoken(&lossless(self.flat.text(at)));
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// A definition that is the argument of a word of visibility: `private def total`.
    fn called_with(&self, arguments: u32) -> Option<Visibility> {
        let word = self.flat.get(self.flat.get(arguments)?.prev)?;
        let is_word = self.backend.class(word.kind) & SECTION != 0;
        is_word.then(|| self.spoken(&lossless(self.flat.text(self.flat.nodes[arguments as usize].prev))))?
    }

    fn spoken(&self, text: &str) -> Option<Visibility> {
        let rules = &self.language.grammar.visibility;
        let has = |words: &[String]| {
            words.iter().any(|word| {
                if word.ends_with('(') {
                    text.contains(word.as_str())
                } else {
                    text.split_whitespace().any(|w| w == word)
                }
            })
        };
        [
            (&rules.internal, Visibility::Internal),
            (&rules.private, Visibility::Private),
            (&rules.public, Visibility::Public),
        ]
        .into_iter()
        .find(|(words, _)| has(words))
        .map(|(_, visibility)| visibility)
    }

    /// Lets what holds an entity count: members are seen at most as far as their type, locals stay private, tests
    /// spread inward.
    fn settle(&self, list: &mut [Entity], nodes: &[u32], exports: &FxHashSet<Vec<u8>>) {
        let types = visible_types(list);
        for at in 0..list.len() {
            let scoped = list[at].scope.is_some();
            let holder = list[at].container.and_then(|holder| list.get(holder as usize));
            let holder = holder.map(|one| (one.kind, one.visibility, one.test));
            let one = &mut list[at];
            let member = scoped || matches!(holder, Some((EntityKind::Type | EntityKind::Interface, ..)));
            if member && one.kind == EntityKind::Function {
                one.kind = EntityKind::Method;
            }
            match holder {
                Some((kind, visibility, test)) => {
                    one.test |= test;
                    one.visibility = self.inside(one, nodes[at], kind, visibility);
                }
                None if exports.contains(one.name.as_bytes()) => one.visibility = Visibility::Public,
                None => {}
            }
            if let Some(scope) = &one.scope
                && !one.supertypes.is_empty()
            {
                one.visibility = types.get(scope).copied().unwrap_or(Visibility::Public);
            }
        }
    }

    /// How far an entity inside another is seen.
    fn inside(&self, one: &Entity, node: u32, kind: EntityKind, holder: Visibility) -> Visibility {
        let export_style = self.language.grammar.visibility.style == VisibilityStyle::Export;
        let inherited = self.backend.class(self.flat.nodes[node as usize].kind) & INHERITED != 0;
        match kind {
            EntityKind::Function | EntityKind::Method => Visibility::Private,
            EntityKind::Interface => holder,
            _ if inherited => holder,
            // members carry no `export` of their own
            EntityKind::Type if export_style && !one.name.starts_with('#') => {
                self.modifier(node).unwrap_or(Visibility::Public).min(holder)
            }
            _ => one.visibility.min(holder),
        }
    }
}

/// How far the types of a file are seen, by name.
pub(super) fn visible_types(list: &[Entity]) -> FxHashMap<Arc<str>, Visibility> {
    let types = list.iter().filter(|one| matches!(one.kind, EntityKind::Type | EntityKind::Interface));
    types.map(|one| (one.name.clone(), one.visibility)).collect()
}

fn default(word: DefaultVisibility) -> Visibility {
    match word {
        DefaultVisibility::Private => Visibility::Private,
        DefaultVisibility::Internal => Visibility::Internal,
        DefaultVisibility::Public => Visibility::Public,
    }
}

/// A name as written, quotes apart.
fn name_text(text: &[u8]) -> String {
    let text = text.get(..limits::NAME_BYTES_MAX).unwrap_or(text);
    // the symbol `:name` is the name that it stands for
    lossless(text).trim().trim_matches(['"', '\'', '`']).trim_start_matches(':').to_owned()
}
