//! Promises to code outside that were broken, judged by the rules of semantic versions: an implementation that went, a
//! variant or a field that came to something others list completely, a bound that came, a condition that came. Each is
//! a fact about a construct, `api.…`, so that rules ask for it like for any other. Names that went and signatures that
//! changed have facts of their own.

use super::entity_change::{bare, entity_ref};
use super::pair::{Pair, Sheet};
use super::{ConstructChange, Fact, FactKind};
use crate::input::{FileChange, Hunk};
use crate::location::{LineRange, Side};
use crate::syntax::{Entity, EntityKind, Promise, Promises};
use crate::text::{Untrusted, lossless};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Facts about one file's promises; nothing where no exact front end reads both sides.
pub(super) fn api_facts(pair: &Pair) -> Vec<Fact> {
    let (Some(old), Some(new)) = (&pair.old, &pair.new) else { return Vec::new() };
    // what stands in bodies promises nothing, and reading promises costs as much as all the rest
    if pair.is_partial()
        || !pair.roles.is_production()
        || in_bodies(pair.change, old, new) && in_bodies(pair.change, new, old)
    {
        return Vec::new();
    }
    let (Some(before), Some(after)) = (old.outline.promises(old.all()), new.outline.promises(new.all())) else {
        return Vec::new();
    };
    let broken = Broken { pair, old, new, before, after };
    let mut facts: Vec<Fact> = before
        .iter()
        .filter(|(key, _)| !after.contains_key(key))
        .filter_map(|(key, line)| broken.gone(key, *line))
        .collect();
    facts.extend(
        after.iter().filter(|(key, _)| !before.contains_key(key)).filter_map(|(key, line)| broken.came(key, *line)),
    );
    facts
}

/// True if nothing that changed on a side can hold a promise that the other side has, too: bodies of functions, functions
/// that are there as a whole or not at all, imports, comments.
fn in_bodies(change: &FileChange, sheet: &Sheet, other: &Sheet) -> bool {
    let callable = |entity: &&Entity| matches!(entity.kind, EntityKind::Function | EntityKind::Method);
    let there: FxHashSet<&str> = other.outline.entities.iter().filter(callable).map(|one| &*one.name).collect();
    let bodies: Vec<&Entity> = sheet.outline.entities.iter().filter(callable).collect();
    let inside = |hunk: &Hunk| {
        let (start, lines) = match sheet.side {
            Side::Old => (hunk.old_start, hunk.old_lines),
            Side::New => (hunk.new_start, hunk.new_lines),
        };
        let all = sheet.line_start(start)..sheet.line_start(start + lines);
        let near: Vec<&&Entity> =
            bodies.iter().filter(|one| one.span.start < all.end && all.start < one.span.end).collect();
        (start..start + lines).all(|line| {
            let bytes = sheet.line_start(line)..sheet.line_start(line + 1);
            let holds = |one: &&&Entity| {
                let whole = all.start <= one.span.start && one.span.end <= all.end && !there.contains(&*one.name);
                let within = one.span.start < bytes.end && bytes.start < one.span.end;
                whole && within || one.body.start < bytes.start && bytes.end < one.body.end
            };
            sheet.is_inert(line) || imports(sheet.line(line)) || near.iter().any(holds)
        })
    };
    sheet.outline.problems.is_empty() && change.hunks.iter().all(inside)
}

/// A whole import, not one that is passed on.
fn imports(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    text.starts_with(b"use ") && text.ends_with(b";")
}

type Key = (Promise, String, String);

struct Broken<'a> {
    pair: &'a Pair<'a>,
    old: &'a Sheet,
    new: &'a Sheet,
    before: &'a Promises,
    after: &'a Promises,
}

impl Broken<'_> {
    fn gone(&self, (what, about, text): &Key, line: u32) -> Option<Fact> {
        if !self.there(self.after, Promise::Item, about) {
            return None;
        }
        let capture = match what {
            Promise::Implementation => "api.implementation-removed",
            Promise::Complete => "api.completeness-withdrawn",
            Promise::Layout => "api.layout-changed",
            Promise::Item | Promise::Bound | Promise::Part | Promise::Gate => return None,
        };
        Some(self.fact(FactKind::ConstructDeleted, capture, Side::Old, about, text, line))
    }

    fn came(&self, (what, about, text): &Key, line: u32) -> Option<Fact> {
        if !self.there(self.before, Promise::Item, about) {
            return None;
        }
        let complete = || [self.before, self.after].iter().all(|side| self.there(side, Promise::Complete, about));
        let capture = match what {
            Promise::Bound if !text.ends_with("?Sized") && self.was_open(about, text) => "api.bound-added",
            Promise::Part if complete() => "api.part-added",
            Promise::Gate => "api.gate-added",
            _ => return None,
        };
        Some(self.fact(FactKind::ConstructAdded, capture, Side::New, about, text, line))
    }

    /// True if what a bound is about was a parameter of the entity before: a parameter that came took the place of a type.
    fn was_open(&self, about: &str, bound: &str) -> bool {
        let parameter = bound.split(':').next().unwrap_or_default().trim();
        let mut entities =
            (0..self.old.outline.entities.len() as u32).filter(|at| self.old.outline.qualified_name(*at) == about);
        entities.any(|at| {
            let text = lossless(self.old.bytes(&self.old.entity(at).span)).into_owned();
            text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == parameter)
        })
    }

    fn there(&self, promises: &Promises, what: Promise, about: &str) -> bool {
        promises.contains_key(&(what, about.to_owned(), String::new()))
    }

    fn fact(&self, kind: FactKind, capture: &str, side: Side, about: &str, text: &str, line: u32) -> Fact {
        let sheet = if side == Side::Old { self.old } else { self.new };
        let text: Arc<str> = Arc::from(if text.is_empty() { about } else { text });
        let (old, new) = if side == Side::Old { (Some(text), None) } else { (None, Some(text)) };
        let entity = (0..sheet.outline.entities.len() as u32).find(|at| sheet.outline.qualified_name(*at) == about);
        Fact {
            construct: Some(ConstructChange { capture: capture.into(), old, new }),
            entity: entity.map(|at| entity_ref(sheet, at)),
            ..bare(kind, self.pair.locate(side, LineRange::line(line)), Untrusted::new(about))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::compare;
    use crate::input::ChangeSet;
    use crate::syntax::Outlines;

    fn broken(old: &str, new: &str) -> Vec<String> {
        let change = ChangeSet::in_memory([("src/lib.rs", Some(old), Some(new))]);
        let facts = compare(&change, &Outlines::default());
        let api = facts.iter().filter_map(|(_, fact)| {
            let construct = fact.construct.as_ref().filter(|one| one.capture.starts_with("api."))?;
            let text = construct.new.as_ref().or(construct.old.as_ref())?;
            Some(format!("{} {} {text} {}", construct.capture, fact.subject.raw(), fact.location.lines.start))
        });
        api.collect()
    }

    #[test]
    fn promises_that_were_broken() {
        for (old, new, expected) in [
            (
                "#[derive(Clone, Copy)]\npub struct A;\n",
                "#[derive(Clone)]\npub struct A;\n",
                "api.implementation-removed A Copy 1",
            ),
            (
                "pub struct A;\nimpl From<u8> for A {\n    fn from(_: u8) -> A { A }\n}\n",
                "pub struct A;\n",
                "api.implementation-removed A From<u8> 2",
            ),
            ("pub enum E { A }\n", "pub enum E { A, B }\n", "api.part-added E B 1"),
            ("pub struct S { pub a: u8 }\n", "pub struct S { pub a: u8, pub b: u8 }\n", "api.part-added S b 1"),
            ("pub enum E { A }\n", "#[non_exhaustive]\npub enum E { A }\n", "api.completeness-withdrawn E E 1"),
            ("pub fn f<T: Clone>(t: T) {}\n", "pub fn f<T: Clone + Send>(t: T) {}\n", "api.bound-added f T: Send 1"),
            ("pub fn f() {}\n", "#[cfg(feature = \"x\")]\npub fn f() {}\n", "api.gate-added f cfg(feature = \"x\") 1"),
            ("#[repr(C)]\npub struct A(u8);\n", "pub struct A(u8);\n", "api.layout-changed A repr(C) 1"),
            (
                "pub mod m {\n    pub struct A;\n    impl A {\n        pub fn f<T>(t: T) {}\n    }\n}\n",
                "pub mod m {\n    pub struct A;\n    impl A {\n        pub fn f<T: Copy>(t: T) {}\n    }\n}\n",
                "api.bound-added m.A.f T: Copy 4",
            ),
        ] {
            assert_eq!(broken(old, new), [expected], "{new}");
        }
    }

    #[test]
    fn promises_that_were_kept() {
        for (old, new) in [
            ("#[derive(Clone, Copy)]\npub struct A;\n", "#[derive(Copy, Clone, Debug)]\npub struct A;\n"),
            ("#[non_exhaustive]\npub enum E { A }\n", "#[non_exhaustive]\npub enum E { A, B }\n"),
            ("enum E { A }\n", "enum E { A, B }\n"),
            ("mod m {\n    pub enum E { A }\n}\n", "mod m {\n    pub enum E { A, B }\n}\n"),
            ("pub struct S { a: u8 }\n", "pub struct S { a: u8, b: u8 }\n"),
            ("pub fn f<T: Clone>(t: T) {}\n", "pub fn f<T>(t: T)\nwhere\n    T: Clone,\n{\n}\n"),
            ("#[cfg(unix)]\npub fn f() {}\n", "pub fn f() {}\n"),
            ("pub fn f() {}\n", "pub fn f() {}\n\n#[cfg(unix)]\npub fn g() {}\n"),
        ] {
            assert_eq!(broken(old, new), [""; 0], "{new}");
        }
    }
}
