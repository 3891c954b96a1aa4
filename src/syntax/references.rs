//! Mentions of names: one pass over the leaves of the tree. The tables of the language say which leaves are names and
//! what their place means (called, a type, a member of something); inside bare token trees, where a grammar shows no
//! structure, the characters around the name are read instead.

use super::chain_places::Part;
use super::chains::Chains;
use super::flat::Flat;
use super::query::{Backend, IDENTIFIER, TOKEN_TREE, TYPE};
use super::{Entity, EntityKind, Reference, ReferenceKind};
use crate::limits;
use crate::text::lossless;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use std::sync::Arc;

/// Finds the innermost entity of positions that only grow.
pub(super) struct Owners<'a> {
    entities: &'a [Entity],
    next: usize,
    open: Vec<u32>,
}

impl<'a> Owners<'a> {
    pub fn new(entities: &'a [Entity]) -> Self {
        Self { entities, next: 0, open: Vec::new() }
    }

    pub fn at(&mut self, byte: u32) -> Option<u32> {
        while self.entities.get(self.next).is_some_and(|one| one.span.start <= byte) {
            self.close(self.entities[self.next].span.start);
            self.open.push(self.next as u32);
            self.next += 1;
        }
        self.close(byte);
        self.open.last().copied()
    }

    fn close(&mut self, byte: u32) {
        while self.open.last().is_some_and(|at| self.entities[*at as usize].span.end <= byte) {
            self.open.pop();
        }
    }
}

/// All references of a file, in order; at most `limits::FILE_REFERENCES_MAX` (true if there were
/// more). `skip` are names of definitions and
/// bindings.
pub(super) fn references(
    flat: &Flat<'_>,
    backend: &Backend,
    entities: &[Entity],
    skip: &FxHashSet<u32>,
    locals: &[u32],
    chains: Option<&Chains<'_, '_>>,
) -> (Vec<Reference>, bool) {
    let mut reader = Reader { flat, backend, chains, names: FxHashMap::default(), made: FxHashMap::default() };
    let mut owners = Owners::new(entities);
    let (mut found, mut truncated) = (Vec::new(), false);
    for (at, node) in flat.nodes.iter().enumerate() {
        let at = at as u32;
        if node.after != at + 1 || backend.class(node.kind) & IDENTIFIER == 0 || node.start == node.end {
            continue;
        }
        let part = chains.map_or(Part::No, |chains| chains.part_of(at));
        let skipped = skip.contains(&at) && !matches!(part, Part::Of(_));
        if skipped || part == Part::Unknown || flat.text(at).iter().all(|b| *b == b'_') {
            continue;
        }
        if found.len() >= limits::FILE_REFERENCES_MAX {
            truncated = true;
            break;
        }
        let (kind, mut receiver) = reader.context(at);
        if let Part::Of(chain) = part {
            receiver = Some(reader.text(&chain));
        }
        let owner = owners.at(node.start);
        let bare = receiver.is_none() && kind != ReferenceKind::Type;
        if bare && chains.is_some_and(|chains| chains.local(at).is_some() || chains.is_self(at)) {
            continue;
        }
        let arguments = chains.and_then(|chains| chains.arguments_of(at));
        let line = flat.line(node.start);
        found.push(Reference { name: reader.name(flat.text(at)), kind, receiver, arguments, owner, line });
        if let Some((member, of)) = chains.and_then(|chains| chains.single(at)) {
            let (name, receiver) = (reader.text(member), Some(reader.text(&of)));
            found.push(Reference { name, kind: ReferenceKind::Name, receiver, arguments: None, owner, line });
        }
    }
    if chains.is_none() {
        drop_locals(flat, entities, locals, &mut found);
    }
    (found, truncated)
}

/// Takes out bare mentions of names that the function around them binds.
fn drop_locals(flat: &Flat<'_>, entities: &[Entity], locals: &[u32], found: &mut Vec<Reference>) {
    let mut owners = Owners::new(entities);
    let mut bound: FxHashSet<(u32, &[u8])> = FxHashSet::default();
    for local in locals {
        bound.extend(owners.at(flat.span(*local).start).map(|owner| (owner, flat.text(*local))));
    }
    found.retain(|one| {
        let mut owner = one.owner.filter(|_| one.kind == ReferenceKind::Name && one.receiver.is_none());
        while let Some(at) = owner {
            let Some(entity) = entities.get(at as usize) else { break };
            let holds = matches!(entity.kind, EntityKind::Function | EntityKind::Method);
            if holds && bound.contains(&(at, one.name.as_bytes())) {
                return false;
            }
            owner = entity.container;
        }
        true
    });
}

struct Reader<'a, 'b> {
    flat: &'b Flat<'a>,
    backend: &'b Backend,
    chains: Option<&'b Chains<'a, 'b>>,
    names: FxHashMap<&'a [u8], Arc<str>>,
    made: FxHashMap<String, Arc<str>>,
}

impl<'a> Reader<'a, '_> {
    /// One `Arc` for all mentions of a name.
    fn name(&mut self, text: &'a [u8]) -> Arc<str> {
        let text = text.get(..limits::NAME_BYTES_MAX).unwrap_or(text);
        // the symbol `:name` is the name that it stands for
        let text = text.strip_prefix(b":").unwrap_or(text);
        self.names.entry(text).or_insert_with(|| Arc::from(lossless(text).as_ref())).clone()
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        super::chains::shared(&mut self.made, text)
    }

    fn context(&mut self, leaf: u32) -> (ReferenceKind, Option<Arc<str>>) {
        let node = self.flat.nodes[leaf as usize];
        if self.flat.get(node.parent).is_some_and(|up| self.backend.class(up.kind) & TOKEN_TREE != 0) {
            return self.among_tokens(leaf);
        }
        let is_type = self.backend.class(node.kind) & TYPE != 0;
        let fallback = if is_type { ReferenceKind::Type } else { ReferenceKind::Name };
        let mut receiver = None;
        let mut at = leaf;
        for step in 0..limits::REFERENCE_STEPS_MAX {
            let node = self.flat.nodes[at as usize];
            let Some(up) = self.flat.get(node.parent) else { break };
            let place = (up.kind, node.field);
            if step == 0
                && let Some(field) = self.backend.members.get(&place)
            {
                receiver = self.receiver(node.parent, *field, at);
            }
            if self.backend.calls.contains(&place) {
                return (ReferenceKind::Call, receiver);
            }
            if self.backend.types.contains(&place) {
                return (ReferenceKind::Type, receiver);
            }
            let through = self.backend.transparent.contains(&place) || self.backend.members.contains_key(&place);
            if !through {
                break;
            }
            at = node.parent;
        }
        (fallback, receiver)
    }

    /// What the name in `parent` belongs to: the child in `field`, or the sibling before if the grammar has no field.
    fn receiver(&mut self, parent: u32, field: u16, own: u32) -> Option<Arc<str>> {
        let child = if field == 0 {
            self.flat
                .children(parent)
                .find(|child| self.flat.nodes[*child as usize].named)
                .filter(|child| *child != own)
        } else {
            // a field can hold marks beside the path
            let named = |child: &u32| {
                let node = self.flat.nodes[*child as usize];
                node.field == field && node.named
            };
            self.flat.children(parent).find(named).or_else(|| self.flat.child(parent, field))
        }?;
        match self.chains.and_then(|chains| chains.chain(child)) {
            Some(chain) => Some(self.text(&chain)),
            None => Some(self.path(self.flat.text(child))),
        }
    }

    /// A plain path, or `""`.
    fn path(&mut self, text: &'a [u8]) -> Arc<str> {
        let plain = |b: &u8| b.is_ascii_alphanumeric() || b"_$.:@#?!\\".contains(b) || *b >= 0x80;
        let fits = text.len() <= limits::NAME_BYTES_MAX;
        if fits && !text.first().is_some_and(u8::is_ascii_digit) && text.iter().all(plain) {
            return self.name(text);
        }
        let tight: Vec<u8> =
            text.iter().take(limits::NAME_BYTES_MAX).copied().filter(|b| !b.is_ascii_whitespace()).collect();
        if fits && !tight.first().is_some_and(u8::is_ascii_digit) && tight.iter().all(plain) {
            return Arc::from(lossless(&tight).as_ref());
        }
        Arc::from("")
    }

    /// A name among bare tokens, with the chain before it where types are read.
    fn among_tokens(&mut self, leaf: u32) -> (ReferenceKind, Option<Arc<str>>) {
        let node = self.flat.nodes[leaf as usize];
        let (kind, receiver) = self.bare(node.start..node.end);
        let Some(chains) = self.chains.filter(|_| receiver.is_some()) else { return (kind, receiver) };
        let separator = self.flat.get(node.prev).map(|before| before.prev);
        match separator.and_then(|object| chains.token_chain(object)) {
            Some(chain) => (kind, Some(self.text(&chain))),
            None => (kind, receiver),
        }
    }

    /// A name among bare tokens: `a . b (` is read from the text around it.
    fn bare(&mut self, span: Range<u32>) -> (ReferenceKind, Option<Arc<str>>) {
        let source = self.flat.source;
        let after = source.get(span.end as usize..).unwrap_or(&[]);
        let after = after.get(..limits::NAME_BYTES_MAX).unwrap_or(after).trim_ascii_start();
        let called = after.first() == Some(&b'(') || (after.first() == Some(&b'!') && after.get(1) != Some(&b'='));
        let kind = if called { ReferenceKind::Call } else { ReferenceKind::Name };
        let floor = (span.start as usize).saturating_sub(limits::NAME_BYTES_MAX);
        let before = &source[floor..span.start as usize];
        let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80;
        let mut parts: Vec<&[u8]> = Vec::new();
        let mut rest = before.trim_ascii_end();
        loop {
            let (next, separator): (&[u8], &[u8]) = match rest {
                [head @ .., b':', b':'] => (head, b"::"),
                [.., b'.', b'.'] => break,
                [head @ .., b'.'] => (head, b"."),
                _ => break,
            };
            let next = next.trim_ascii_end();
            let start = next.iter().rposition(|b| !word(b)).map_or(0, |at| at + 1);
            if start == next.len() {
                return (kind, Some(Arc::from("")));
            }
            parts.extend([separator, &next[start..]]);
            rest = next[..start].trim_ascii_end();
        }
        if parts.is_empty() {
            return (kind, None);
        }
        parts.reverse();
        parts.pop();
        (kind, Some(Arc::from(lossless(&parts.concat()).as_ref())))
    }
}
