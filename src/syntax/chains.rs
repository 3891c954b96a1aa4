//! From expressions to chains, and from bindings to types: one look at the nodes around a name, without any name being
//! looked up. The forms are told in `typing.rs`; which nodes have which form is data of the language.

use super::flat::{Flat, NONE};
use super::narrowing::Narrowings;
use super::query::Backend;
use super::typing::{TokenType, TypeTables};
use crate::limits;
use crate::text::lossless;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

/// A local by its extent: where its name is bound, and the node that it lives in.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub node: u32,
    life: Range<u32>,
}

/// Reads chains and types off one tree.
pub(super) struct Chains<'a, 'b> {
    pub(super) flat: &'b Flat<'a>,
    pub tables: &'b TypeTables,
    pub locals: Vec<Binding>,
    by_name: FxHashMap<&'a [u8], Vec<u32>>,
    /// What functions give back: function node to the first expression.
    pub(super) returned: FxHashMap<u32, u32>,
    /// What bare tokens say about names that they bind.
    pub(super) tokens: FxHashMap<u32, TokenType>,
    /// What tests say about names.
    pub(super) narrowed: Narrowings<'a>,
}

impl<'a, 'b> Chains<'a, 'b> {
    /// `locals` are the nodes of the names that are bound, in order.
    pub(super) fn new(flat: &'b Flat<'a>, backend: &Backend, tables: &'b TypeTables, locals: &[u32]) -> Self {
        let mut chains = Self {
            flat,
            tables,
            locals: Vec::new(),
            by_name: FxHashMap::default(),
            returned: FxHashMap::default(),
            tokens: FxHashMap::default(),
            narrowed: Narrowings::default(),
        };
        chains.find_token_types(backend);
        let mut locals: Vec<u32> = locals.iter().chain(chains.tokens.keys()).copied().collect();
        locals.sort_unstable();
        locals.dedup();
        for node in &locals {
            if chains.tables.selves.iter().any(|word| word.as_bytes() == flat.text(*node)) {
                continue;
            }
            let life = chains.life(*node);
            chains.by_name.entry(flat.text(*node)).or_default().push(chains.locals.len() as u32);
            chains.locals.push(Binding { node: *node, life });
        }
        chains.find_returned();
        chains.narrowed = chains.narrowings();
        chains
    }

    /// Bytes in which a name that is bound at a node can be seen.
    fn life(&self, node: u32) -> Range<u32> {
        let mut at = self.parent(node);
        if self.tokens.contains_key(&node) {
            return at.map_or(0..0, |tree| self.flat.span(tree));
        }
        while let Some(up) = at.and_then(|at| self.flat.get(at)) {
            if self.tables.scopes.contains(&up.kind) {
                return up.start..up.end;
            }
            at = (up.parent != NONE).then_some(up.parent);
        }
        0..self.flat.source.len() as u32
    }

    fn find_returned(&mut self) {
        for (at, node) in self.flat.nodes.iter().enumerate() {
            if self.tables.returns.contains(&node.kind)
                && let Some(value) = self.named(at as u32, 0)
                && let Some(function) = self.function_around(at as u32)
            {
                self.returned.entry(function).or_insert(value);
            }
        }
    }

    pub(super) fn parent(&self, node: u32) -> Option<u32> {
        self.flat.get(node).map(|node| node.parent).filter(|up| *up != NONE)
    }

    pub(super) fn kind(&self, node: u32) -> u16 {
        self.flat.get(node).map_or(0, |node| node.kind)
    }

    pub(super) fn field(&self, node: u32) -> u16 {
        self.flat.get(node).map_or(0, |node| node.field)
    }

    /// The named child at a position.
    pub(super) fn named(&self, node: u32, at: usize) -> Option<u32> {
        self.flat.children(node).filter(|child| self.flat.nodes[*child as usize].named).nth(at)
    }

    /// True for the name that a method has for its own object.
    pub(super) fn is_self(&self, node: u32) -> bool {
        self.tables.selves.iter().any(|word| word.as_bytes() == self.flat.text(node))
    }

    /// The child of a field; the first named child where the place names none.
    pub(super) fn child(&self, node: u32, field: u16) -> Option<u32> {
        if field == 0 { self.named(node, 0) } else { self.flat.child(node, field) }
    }

    pub(super) fn position(&self, node: u32) -> usize {
        let up = self.parent(node).unwrap_or(NONE);
        let named = |child: &u32| self.flat.nodes[*child as usize].named;
        self.flat.children(up).filter(named).take_while(|child| *child != node).count()
    }

    pub(super) fn function_around(&self, node: u32) -> Option<u32> {
        let mut at = self.parent(node);
        while let Some(here) = at {
            if self.tables.functions.contains_key(&self.kind(here)) {
                return Some(here);
            }
            at = self.parent(here);
        }
        None
    }

    pub(super) fn plain(&self, node: u32) -> Option<String> {
        let text = self.flat.text(node);
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$#@".contains(byte) || *byte >= 0x80;
        let fits = !text.is_empty() && text.len() <= limits::NAME_BYTES_MAX && text.iter().all(word);
        (fits && !text[0].is_ascii_digit()).then(|| lossless(text).into_owned())
    }

    /// The local that a name at a node means: the one with the shortest life around it, the last of several.
    pub(super) fn local(&self, node: u32) -> Option<u32> {
        let start = self.flat.get(node)?.start;
        let all = self.by_name.get(self.flat.text(node))?.iter().copied();
        let seen = all.filter(|at| self.locals[*at as usize].life.contains(&start));
        seen.min_by_key(|at| {
            let life = &self.locals[*at as usize].life;
            let bound = self.flat.nodes[self.locals[*at as usize].node as usize].start;
            (life.end - life.start, bound > start, u32::MAX - bound)
        })
    }

    /// Where names of a text are bound (bytes).
    pub(super) fn bound_again(&self, name: &[u8]) -> impl Iterator<Item = u32> {
        let all = self.by_name.get(name).into_iter().flatten();
        all.map(|at| self.flat.nodes[self.locals[*at as usize].node as usize].start)
    }

    /// A type as written, its white space folded; none if it says nothing or is too long to be of use.
    pub(super) fn type_text(&self, node: u32) -> Option<String> {
        self.type_of_span(self.flat.span(node))
    }

    pub(super) fn type_of_span(&self, span: Range<u32>) -> Option<String> {
        let bytes = self.flat.bytes(&span);
        if bytes.len() > limits::TYPE_BYTES_MAX {
            return None;
        }
        let text = lossless(bytes);
        let text = text.trim().trim_start_matches([':', '=']).trim();
        if text.is_empty() || self.tables.inferred.iter().any(|word| word == text) {
            return None;
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        Some(if plain { text } else { self.rewritten(text) })
    }

    /// The type as `blast/type_text.rs` reads types.
    fn rewritten(&self, mut text: String) -> String {
        for rewrite in &self.tables.rewrites {
            text = rewrite.apply(text);
        }
        text.trim().to_owned()
    }

    /// The type with the arguments that stand after it.
    pub(super) fn type_with_arguments(&self, node: u32) -> Option<String> {
        let end = self.flat.get(node)?.after;
        let next = self.flat.get(end).filter(|next| self.tables.arguments.contains(&next.kind));
        let mut span = self.flat.span(node);
        span.end = next.map_or(span.end, |next| next.end);
        self.type_of_span(span)
    }

    /// An expression as a chain; none where its form says nothing.
    pub(super) fn chain(&self, node: u32) -> Option<String> {
        let (mut at, mut steps) = (node, Vec::new());
        for _ in 0..limits::CHAIN_STEPS_MAX {
            let kind = self.kind(at);
            if let Some([field, ..]) = self.tables.pass.get(&kind) {
                at = self.child(at, *field)?;
            } else if self.tables.tails.contains(&kind) {
                at = self.tail(at)?;
            } else if self.tables.values.contains(&kind) {
                at = self.named(at, 0).filter(|_| self.named(at, 1).is_none())?;
            } else if self.tables.awaits.contains(&kind) {
                steps.push("~".to_owned());
                at = self.named(at, 0)?;
            } else if let Some([field, ..]) = self.tables.casts.get(&kind) {
                return Some(joined(&format!("⟨{}⟩", self.cast(at, *field)?), steps));
            } else if let Some([field, ..]) = self.tables.creations.get(&kind) {
                let made = self.type_with_arguments(self.child(at, *field)?)?;
                return Some(joined(&format!("⟨{made}⟩"), steps));
            } else if let Some([callee, arguments, object]) = self.tables.calls.get(&kind) {
                steps.push(format!("({})", self.count(at, *arguments)));
                let callee = self.child(at, *callee)?;
                match (*object != 0).then(|| self.flat.child(at, *object)).flatten() {
                    Some(object) => {
                        steps.push(format!(".{}", self.plain(callee)?));
                        at = object;
                    }
                    None => at = callee,
                }
            } else if let Some([object, ..]) = self.tables.indexes.get(&kind) {
                steps.push("[]".to_owned());
                at = self.child(at, *object)?;
            } else if let Some((name, object)) = self.tables.members.get(&kind) {
                steps.push(self.member_step(self.flat.child(at, *name)?, *object == self.tables.path)?);
                at = self.flat.child(at, *object)?;
            } else if self.tables.literals.contains(&kind) {
                return Some(joined("⟨!⟩", steps));
            } else {
                let leaf = self.flat.get(at).is_some_and(|node| node.after == at + 1);
                let name = if leaf { self.plain(at)? } else { return None };
                let wraps = steps.len() == 1 && steps[0].starts_with('(') && self.tables.wrappers.contains(&name);
                if let Some(first) = wraps.then(|| self.wrapped(at)).flatten() {
                    steps.clear();
                    at = first;
                    continue;
                }
                let head = match self.narrowed_to(at) {
                    Some(is) => format!("⟨?{is}⟩"),
                    None => self.local(at).map_or(name, |local| format!("%{local}")),
                };
                return Some(joined(&head, steps));
            }
        }
        None
    }

    /// `.name`, `::name` behind a path, `[0]` for a part that only has a number.
    pub(super) fn member_step(&self, name: u32, path: bool) -> Option<String> {
        let text = self.flat.text(name);
        if !text.is_empty() && text.len() < 3 && text.iter().all(u8::is_ascii_digit) {
            return Some(format!("[{}]", lossless(text)));
        }
        Some(format!("{}{}", if path { "::" } else { "." }, self.plain(name)?))
    }

    /// What is handed to a call that only wraps it: `Some(x)`.
    fn wrapped(&self, callee: u32) -> Option<u32> {
        let call = self.parent(callee)?;
        let [_, arguments, _] = self.tables.calls.get(&self.kind(call))?;
        self.named(self.flat.child(call, *arguments)?, 0)
    }

    /// The last expression of a block, if it ends with one.
    pub(super) fn tail(&self, block: u32) -> Option<u32> {
        let last = self.flat.children(block).filter(|child| self.flat.nodes[*child as usize].named).last()?;
        let end = self.flat.text(last).last().copied();
        (end != Some(b';')).then_some(last)
    }

    pub(super) fn cast(&self, node: u32, field: u16) -> Option<String> {
        let named = self.flat.children(node).filter(|child| self.flat.nodes[*child as usize].named);
        self.type_text(if field == 0 { named.last()? } else { self.flat.child(node, field)? })
    }

    pub(super) fn count(&self, call: u32, field: u16) -> usize {
        let Some(arguments) = self.flat.child(call, field) else { return 0 };
        self.flat.children(arguments).filter(|child| self.flat.nodes[*child as usize].named).count()
    }

    /// Arguments of the call whose callee or type a name is.
    pub(super) fn arguments_of(&self, leaf: u32) -> Option<u8> {
        let mut at = leaf;
        for _ in 0..limits::REFERENCE_STEPS_MAX {
            let up = self.parent(at)?;
            let kind = self.kind(up);
            let place = self.tables.calls.get(&kind).or_else(|| self.tables.creations.get(&kind));
            if let Some([callee, arguments, _]) = place {
                let is_callee = *callee == self.field(at);
                return is_callee.then(|| self.count(up, *arguments).min(usize::from(u8::MAX)) as u8);
            }
            let through = self.tables.members.get(&kind).is_some_and(|(name, _)| *name == self.field(at));
            if !through && !self.tables.pass.contains_key(&kind) {
                return None;
            }
            at = up;
        }
        None
    }

    /// The chain of the callee of a call or creation.
    pub(super) fn callee(&self, call: u32) -> Option<String> {
        let kind = self.kind(call);
        if let Some([field, ..]) = self.tables.creations.get(&kind) {
            return Some(format!("⟨{}⟩", self.type_with_arguments(self.child(call, *field)?)?));
        }
        let [callee, _, object] = self.tables.calls.get(&kind)?;
        let callee = self.child(call, *callee)?;
        match (*object != 0).then(|| self.flat.child(call, *object)).flatten() {
            Some(object) => Some(format!("{}.{}", self.chain(object)?, self.plain(callee)?)),
            None => self.chain(callee),
        }
    }

    pub(super) fn value(&self, node: u32) -> Option<String> {
        self.chain(node).filter(|chain| !chain.starts_with("⟨!⟩"))
    }

    pub(super) fn first_leaf(&self, node: u32) -> u32 {
        self.named(node, 0).unwrap_or(node)
    }
}

/// A head and its steps, which were found from the end to the beginning.
pub(super) fn joined(head: &str, mut steps: Vec<String>) -> String {
    steps.reverse();
    let text = format!("{head}{}", steps.concat());
    if text.len() > limits::TYPE_BYTES_MAX { "⟨!⟩".to_owned() } else { text }
}

/// One shared text for equal types.
pub(super) fn shared(known: &mut FxHashMap<String, Arc<str>>, text: &str) -> Arc<str> {
    if let Some(text) = known.get(text) {
        return text.clone();
    }
    let made: Arc<str> = Arc::from(text);
    known.insert(text.to_owned(), made.clone());
    made
}
