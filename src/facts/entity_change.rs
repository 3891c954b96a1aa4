//! What happened to an entity that is there on both sides, or on one. A change of a member is the member's, never its
//! container's: a container changed only by what stands outside of its members. Every fact is placed on its first
//! changed line: on the new side, or on the old one where something was only taken away.

use super::matching::{Matching, is_type};
use super::moves::{Moves, Place};
use super::pair::{Pair, Sheet};
use super::words::tokens;
use super::{EntityRef, Fact, FactKind};
use crate::location::{LineRange, Location, Side};
use crate::syntax::{Entity, EntityKind};
use crate::text::Untrusted;
use rustc_hash::FxHashMap;

/// Words that only say who can see an entity, in all languages.
const VISIBILITY_WORDS: [&[u8]; 14] = [
    b"pub",
    b"crate",
    b"super",
    b"self",
    b"in",
    b"(",
    b")",
    b"public",
    b"private",
    b"protected",
    b"internal",
    b"export",
    b"default",
    b"open",
];

/// An entity as facts name it.
pub(super) fn entity_ref(sheet: &Sheet, index: u32) -> EntityRef {
    let entity = sheet.entity(index);
    EntityRef {
        kind: entity.kind,
        name: entity.name.clone(),
        qualified: sheet.outline.qualified_name(index).into(),
        visibility: entity.visibility,
        index,
        test: entity.test,
    }
}

/// A fact about nothing in particular, to be filled in.
pub(super) fn bare(kind: FactKind, location: Location, subject: Untrusted) -> Fact {
    Fact { kind, location, subject, entity: None, old_entity: None, setting: None, dependency: None, construct: None }
}

/// Everything about the entities of one file.
pub(super) fn entity_facts(file: usize, pairs: &[Pair], matching: &Matching, moves: &Moves) -> Vec<Fact> {
    let pair = &pairs[file];
    let mut facts = Vec::new();
    if let (Some(old), Some(new)) = (&pair.old, &pair.new) {
        let mut changes =
            Changes { pair, old, new, matching, facts: Vec::new(), form: vec![false; matching.to_new.len()] };
        changes.run();
        facts.append(&mut changes.facts);
    }
    if let Some(new) = &pair.new {
        for at in matching.fresh() {
            match moves.source(file, at) {
                Some((from, old)) => {
                    let container = new.entity(at).container.and_then(|container| moves.source(file, container));
                    arrived(&pairs[from], old, pair, new, at, container, &mut facts);
                }
                None => facts.extend(added(pair, new, at, matching)),
            }
        }
    }
    if let Some(old) = &pair.old {
        let gone = matching.lost().filter(|at| !moves.left(file, *at));
        facts.extend(gone.filter_map(|at| deleted(pair, old, at, matching)));
    }
    facts
}

fn one_sided(kind: FactKind, pair: &Pair, sheet: &Sheet, index: u32) -> Fact {
    let entity = entity_ref(sheet, index);
    let location = pair.locate(sheet.side, sheet.entity(index).lines);
    let subject = Untrusted::new(&*entity.qualified);
    Fact { entity: Some(entity), ..bare(kind, location, subject) }
}

/// A part of a thing that came or went as a whole: a field of a type, a function inside a function.
fn is_part(sheet: &Sheet, index: u32, partner: impl Fn(u32) -> Option<u32>) -> bool {
    let entity = sheet.entity(index);
    let Some(container) = entity.container else { return false };
    let inner = entity.kind == EntityKind::Field || !is_type(sheet.entity(container).kind);
    inner && partner(container).is_none()
}

/// With only parts of a file at hand, an entity came or went only if the line of its name did.
fn is_shown(pair: &Pair, sheet: &Sheet, index: u32) -> bool {
    let touched = || sheet.touched(LineRange::line(sheet.entity(index).name_line));
    !pair.is_partial() || (touched() && !is_stray(sheet, index))
}

/// With only parts of a file at hand, an indented constant in no container is a variable of a function out of sight.
fn is_stray(sheet: &Sheet, index: u32) -> bool {
    let entity = sheet.entity(index);
    let inner = matches!(entity.kind, EntityKind::Constant | EntityKind::Field) && entity.container.is_none();
    inner && sheet.line(entity.lines.start).first().is_some_and(u8::is_ascii_whitespace)
}

fn added(pair: &Pair, new: &Sheet, index: u32, matching: &Matching) -> Option<Fact> {
    let part = is_part(new, index, |container| matching.old_of(container));
    (!part && is_shown(pair, new, index)).then(|| one_sided(FactKind::EntityAdded, pair, new, index))
}

fn deleted(pair: &Pair, old: &Sheet, index: u32, matching: &Matching) -> Option<Fact> {
    let part = is_part(old, index, |container| matching.new_of(container));
    (!part && is_shown(pair, old, index)).then(|| one_sided(FactKind::EntityDeleted, pair, old, index))
}

/// An entity that came from another file of the change.
fn arrived(
    from: &Pair,
    old_index: u32,
    pair: &Pair,
    new: &Sheet,
    index: u32,
    container: Option<Place>,
    facts: &mut Vec<Fact>,
) {
    let Some(old) = &from.old else { return };
    let fact = |kind, lines: LineRange| Fact {
        location: pair.locate(Side::New, lines),
        old_entity: Some(entity_ref(old, old_index)),
        ..one_sided(kind, pair, new, index)
    };
    let (before, after) = (old.entity(old_index), new.entity(index));
    // a member that came with its container moved no further than that
    if container.is_none_or(|(_, container)| before.container != Some(container)) {
        facts.push(fact(FactKind::EntityMoved, after.lines));
    }
    if before.signature_hash != after.signature_hash && !visibility_only(old, before, new, after) {
        facts.push(fact(FactKind::SignatureChanged, LineRange::line(after.name_line)));
    }
    if before.visibility != after.visibility {
        facts.push(fact(FactKind::VisibilityChanged, LineRange::line(after.name_line)));
    }
    if before.body_hash != after.body_hash && !is_type(after.kind) {
        facts.push(fact(FactKind::BodyChanged, edited_line(old, before, new, after)));
    }
}

/// Where what moved was edited: its first line that the old side does not hold (as often); all of it if something only
/// went.
fn edited_line(old: &Sheet, before: &Entity, new: &Sheet, after: &Entity) -> LineRange {
    let mut there: FxHashMap<&[u8], u32> = FxHashMap::default();
    for line in before.lines.start..=before.lines.end {
        *there.entry(old.line(line).trim_ascii()).or_default() += 1;
    }
    let fresh = (after.lines.start..=after.lines.end).find(|line| {
        match there.get_mut(new.line(*line).trim_ascii()).filter(|count| **count > 0) {
            Some(count) => {
                *count -= 1;
                false
            }
            None => !new.is_inert(*line),
        }
    });
    fresh.map_or(after.lines, LineRange::line)
}

/// The text of a signature: the entity without its body.
fn signature<'a>(sheet: &'a Sheet, entity: &Entity) -> Vec<&'a [u8]> {
    if entity.body.is_empty() {
        return tokens(sheet.bytes(&entity.span));
    }
    let mut found = tokens(sheet.bytes(&(entity.span.start..entity.body.start)));
    found.extend(tokens(sheet.bytes(&(entity.body.end..entity.span.end))));
    found
}

/// True if two signatures differ by words of visibility alone.
fn visibility_only(old: &Sheet, before: &Entity, new: &Sheet, after: &Entity) -> bool {
    let plain = |sheet, entity: &Entity| -> Vec<_> {
        signature(sheet, entity)
            .into_iter()
            .filter(|token| !VISIBILITY_WORDS.contains(token))
            .map(<[u8]>::to_vec)
            .collect()
    };
    before.visibility != after.visibility && plain(old, before) == plain(new, after)
}

/// True if two signatures differ by the entity's own name alone.
fn name_only(old: &Sheet, before: &Entity, new: &Sheet, after: &Entity) -> bool {
    let (was, is) = (signature(old, before), signature(new, after));
    let same = |(a, b): (&&[u8], &&[u8])| a == b || (*a == before.name.as_bytes() && *b == after.name.as_bytes());
    was.len() == is.len() && was.iter().zip(&is).all(same)
}

/// Walks the matched entities of a file, members before their containers.
struct Changes<'a> {
    pair: &'a Pair<'a>,
    old: &'a Sheet,
    new: &'a Sheet,
    matching: &'a Matching,
    facts: Vec<Fact>,
    /// Old entities that have a change of form in themselves or in a member: it is not reported again further out.
    form: Vec<bool>,
}

impl Changes<'_> {
    fn run(&mut self) {
        let (old_members, new_members) = (members(self.old), members(self.new));
        for old in (0..self.matching.to_new.len() as u32).rev() {
            let partner = self.matching.new_of(old);
            if let Some(new) = partner.filter(|new| !self.pair.is_partial() || !is_stray(self.new, *new)) {
                self.one(old, new, &old_members[old as usize], &new_members[new as usize]);
            }
            if let Some(container) = self.old.entity(old).container.filter(|_| self.form[old as usize]) {
                self.form[container as usize] = true;
            }
        }
    }

    fn one(&mut self, old: u32, new: u32, old_members: &[u32], new_members: &[u32]) {
        let (before, after) = (self.old.entity(old), self.new.entity(new));
        let same_text = self.old.bytes(&before.span) == self.new.bytes(&after.span);
        let same_hashes = before.signature_hash == after.signature_hash && before.body_hash == after.body_hash;
        self.identity(old, new);
        if !same_hashes {
            self.signature(old, new);
            self.body(old, new, old_members, new_members);
        }
        if before.visibility != after.visibility {
            self.changed(FactKind::VisibilityChanged, old, new, before.lines, after.lines, |_, _| true);
        }
        if before.docs_hash != after.docs_hash {
            self.form(FactKind::DocsChanged, old, new);
        } else if same_hashes && !same_text {
            self.form(FactKind::FormattingChanged, old, new);
        }
    }

    /// Renamed, or in another container.
    fn identity(&mut self, old: u32, new: u32) {
        let (before, after) = (self.old.entity(old), self.new.entity(new));
        let container = before.container.map(|container| self.matching.new_of(container));
        let kind = if before.name != after.name {
            FactKind::EntityRenamed
        } else if container != after.container.map(Some) || self.other_scope(before, after) {
            FactKind::EntityMoved
        } else {
            return;
        };
        if self.pair.is_partial() && !self.new.touched(LineRange::line(after.name_line)) {
            return;
        }
        let lines = if kind == FactKind::EntityRenamed { LineRange::line(after.name_line) } else { after.lines };
        self.push(kind, old, new, self.pair.locate(Side::New, lines));
    }

    /// True if the type that an entity belongs to is another one, and not the same under a new name.
    fn other_scope(&self, before: &Entity, after: &Entity) -> bool {
        let scope = before.scope.as_ref().map(|scope| self.matching.scopes.get(scope).unwrap_or(scope));
        scope != after.scope.as_ref()
    }

    fn signature(&mut self, old: u32, new: u32) {
        let (before, after) = (self.old.entity(old), self.new.entity(new));
        if before.signature_hash == after.signature_hash
            || visibility_only(self.old, before, self.new, after)
            || (before.name != after.name && name_only(self.old, before, self.new, after))
        {
            return;
        }
        let (was, is) = (head(self.old, before), head(self.new, after));
        self.changed(FactKind::SignatureChanged, old, new, was, is, |_, _| true);
    }

    fn body(&mut self, old: u32, new: u32, old_members: &[u32], new_members: &[u32]) {
        let (before, after) = (self.old.entity(old), self.new.entity(new));
        if before.body_hash == after.body_hash {
            return;
        }
        let (was, is) = (Outer::new(self.old, before, old_members), Outer::new(self.new, after, new_members));
        if (!old_members.is_empty() || !new_members.is_empty()) && was.tokens() == is.tokens() {
            return;
        }
        let heads = (head(self.old, before), head(self.new, after));
        let own = |side, line| match side {
            Side::Old => was.holds(line) && (line > heads.0.end || heads.0.end >= before.lines.end),
            Side::New => is.holds(line) && (line > heads.1.end || heads.1.end >= after.lines.end),
        };
        // a body that begins on the line of its signature may have changed there
        let outside = |side, line| if side == Side::Old { was.holds(line) } else { is.holds(line) };
        let found = self.pair.first_change(Some(before.lines), Some(after.lines), own);
        let found = found.or_else(|| self.pair.first_change(Some(before.lines), Some(after.lines), outside));
        match found {
            Some(location) => self.push(FactKind::BodyChanged, old, new, location),
            None if old_members.is_empty() && new_members.is_empty() => {
                self.changed(FactKind::BodyChanged, old, new, before.lines, after.lines, |_, _| true);
            }
            None => {}
        }
    }

    /// A change of comments or layout, once for the innermost entity.
    fn form(&mut self, kind: FactKind, old: u32, new: u32) {
        if std::mem::replace(&mut self.form[old as usize], true) {
            return;
        }
        let (was, is) =
            (self.old.with_docs(self.old.entity(old).lines), self.new.with_docs(self.new.entity(new).lines));
        let first = |sheet: &Sheet, stretch| {
            let inert = sheet.changed().within(stretch).find_map(|run| {
                let line = (run.start..=run.end).find(|line| kind != FactKind::DocsChanged || sheet.is_inert(*line))?;
                Some(LineRange::new(line, run.end))
            });
            let lines = inert.or_else(|| sheet.changed().within(stretch).next())?;
            Some(self.pair.locate(sheet.side, lines))
        };
        if let Some(location) = first(self.new, is).or_else(|| first(self.old, was)) {
            self.push(kind, old, new, location);
        }
    }

    /// A fact on the first changed line of code of a stretch, or on the line of the name if none is (the change stands
    /// elsewhere, as for a method that became private with its type).
    fn changed(
        &mut self,
        kind: FactKind,
        old: u32,
        new: u32,
        was: LineRange,
        is: LineRange,
        wanted: impl Fn(Side, u32) -> bool,
    ) {
        let found = self.pair.first_change(Some(was), Some(is), wanted);
        if found.is_none() && self.pair.is_partial() {
            return;
        }
        let name = LineRange::line(self.new.entity(new).name_line);
        self.push(kind, old, new, found.unwrap_or_else(|| self.pair.locate(Side::New, name)));
    }

    fn push(&mut self, kind: FactKind, old: u32, new: u32, location: Location) {
        let (was, is) = (entity_ref(self.old, old), entity_ref(self.new, new));
        let subject = Untrusted::new(&*is.qualified);
        // indexes belong to the outline of the fact's side
        let (entity, other) = if location.side == Side::Old { (was, is) } else { (is, was) };
        let fact = Fact { entity: Some(entity), old_entity: Some(other), ..bare(kind, location, subject) };
        self.facts.push(fact);
    }
}

/// Lines of an entity's signature, with decorators; the whole entity if it has no body.
fn head(sheet: &Sheet, entity: &Entity) -> LineRange {
    if entity.body.is_empty() {
        return entity.lines;
    }
    let before_body = sheet.bytes(&(entity.span.start..entity.body.start)).trim_ascii_end();
    let breaks = memchr::memchr_iter(b'\n', before_body).count() as u32;
    LineRange::new(entity.lines.start, (entity.lines.start + breaks).min(entity.lines.end))
}

/// Direct members of each entity.
fn members(sheet: &Sheet) -> Vec<Vec<u32>> {
    let entities = &sheet.outline.entities;
    let mut members = vec![Vec::new(); entities.len()];
    for (index, entity) in entities.iter().enumerate() {
        if let Some(list) = entity.container.and_then(|container| members.get_mut(container as usize)) {
            list.push(index as u32);
        }
    }
    members
}

/// What of an entity's body stands outside of its members.
struct Outer<'a> {
    sheet: &'a Sheet,
    entity: &'a Entity,
    members: &'a [u32],
}

impl<'a> Outer<'a> {
    fn new(sheet: &'a Sheet, entity: &'a Entity, members: &'a [u32]) -> Self {
        Self { sheet, entity, members }
    }

    /// False for lines that belong to a member.
    fn holds(&self, line: u32) -> bool {
        // members are in order of their start and do not overlap
        let after = self.members.partition_point(|member| self.sheet.entity(*member).lines.start <= line);
        after == 0 || !self.sheet.entity(self.members[after - 1]).lines.contains(line)
    }

    /// Tokens of the body outside of the members and outside of comment lines.
    fn tokens(&self) -> Vec<&'a [u8]> {
        let mut found = Vec::new();
        let mut at = self.entity.body.start;
        for member in self.members {
            let span = &self.sheet.entity(*member).span;
            if span.start >= at {
                found.extend(self.plain(at, span.start));
            }
            at = at.max(span.end);
        }
        found.extend(self.plain(at, self.entity.body.end));
        found
    }

    fn plain(&self, start: u32, end: u32) -> Vec<&'a [u8]> {
        let sheet: &'a Sheet = self.sheet;
        // behind a member on its line there may be a comment
        let behind = |piece: &&[u8]| {
            let text = piece.trim_ascii_start().strip_prefix(b",").unwrap_or(piece).trim_ascii_start();
            [&b"//"[..], b"/*", b"# ", b"-- "].iter().any(|leader| text.starts_with(leader))
        };
        let pieces = sheet.code_pieces(start..end.max(start)).enumerate();
        pieces.filter(|(at, piece)| *at > 0 || !behind(piece)).flat_map(|(_, piece)| tokens(piece)).collect()
    }
}
