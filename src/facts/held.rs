//! What a name or a lock holds on to: the address of a loop variable that is kept without a copy (`flow.loop-alias`), and a
//! statement that left or entered the reach of a lock (`flow.lock-moved`).

use super::code_lines::{Line, does_something, is_word_opening, lines, made};
use super::lexis::{Class, tokens};
use super::pair::{Pair, Sheet};
use super::{Fact, FactKind};
use crate::location::{LineRange, Side};
use crate::text::lossless;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The address of the variable of a `range` loop is taken, without a copy of its own, where it was not before.
pub(super) fn loop_alias(pair: &Pair, old: &Sheet, before: u32, new: &Sheet, after: u32) -> Option<Fact> {
    let (from, to) = (lines(old, old.entity(before).lines), lines(new, new.entity(after).lines));
    let (line, name) = kept_address(&to)?;
    if kept_address(&from).is_some() {
        return None;
    }
    let copy = format!("{name} := {name}");
    let copied = from.iter().find(|one| one.text == copy && old.touched(LineRange::line(one.number)));
    let mut fact = made(pair, new, "flow.loop-alias", line);
    if let Some(copied) = copied.filter(|_| !new.touched(LineRange::line(line))) {
        fact.location = pair.locate(Side::Old, LineRange::line(copied.number));
    }
    Some(fact)
}

/// The line that takes the address of a loop variable.
pub(super) fn kept_address(lines: &[Line]) -> Option<(u32, String)> {
    for (at, line) in lines.iter().enumerate() {
        let Some((names, _)) = line.text.strip_prefix("for ").and_then(|rest| rest.split_once(":= range ")) else {
            continue;
        };
        let inside: Vec<&Line> = lines[at + 1..].iter().take_while(|other| other.indent > line.indent).collect();
        for name in names.split(',').map(str::trim).filter(|name| *name != "_" && !name.is_empty()) {
            let copied = inside.iter().any(|other| other.text == format!("{name} := {name}"));
            let taken = inside.iter().find(|other| takes_address(&other.text, name));
            if let Some(taken) = taken.filter(|_| !copied) {
                return Some((taken.number, name.to_owned()));
            }
        }
    }
    None
}

fn takes_address(text: &str, name: &str) -> bool {
    text.match_indices('&').any(|(at, _)| {
        let rest = &text[at + 1..];
        let after = rest.strip_prefix(name).map(|rest| rest.chars().next());
        let whole = after
            .is_some_and(|next| next.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '.' | '[' | '{' | '(')));
        whole && !text[..at].ends_with('&') && !rest.starts_with('&')
    })
}

/// Statements of an entity that are under a lock on one side and not on the other, though both are there.
pub(super) fn lock_moved(pair: &Pair, old: &Sheet, before: u32, new: &Sheet, after: u32) -> Option<Fact> {
    let (from, to) = (lines(old, old.entity(before).lines), lines(new, new.entity(after).lines));
    let anchors = |sheet: &Sheet, at: u32| -> FxHashMap<u64, u32> {
        let marks = sheet.outline.marks.iter().filter(|mark| mark.owner == Some(at));
        marks
            .filter(|mark| matches!(&*mark.capture, "lock" | "transaction"))
            .map(|mark| (mark.hash, mark.lines.start))
            .collect()
    };
    let (held, holds) = (anchors(old, before), anchors(new, after));
    let mut moved: Option<u32> = None;
    for (hash, was) in held {
        let Some(is) = holds.get(&hash) else { continue };
        let line = lossless(new.line(*is));
        if old.line(was).trim_ascii() != new.line(*is).trim_ascii() || is_condition(&line) || is_end(&line) {
            continue;
        }
        let (under, now) = (under(&from, was), under(&to, *is));
        for line in to.iter().filter(|line| line.number != *is && does_something(&line.text)) {
            let once = |lines: &[Line]| lines.iter().filter(|other| other.text == line.text).count() == 1;
            if once(&from)
                && once(&to)
                && under.contains(line.text.as_str()) != now.contains(line.text.as_str())
                && is_shared(&line.text, &under, &now)
            {
                let place = if new.touched(LineRange::line(*is)) { *is } else { line.number };
                moved = Some(moved.map_or(place, |known| known.min(place)));
            }
        }
    }
    let line = moved?;
    let mut fact = made(pair, new, "flow.lock-moved", line);
    fact.kind = FactKind::ConstructChanged;
    Some(fact)
}

/// A lock that is asked for in a condition covers what the condition says.
fn is_condition(line: &str) -> bool {
    let line = line.trim_start();
    ["if ", "if(", "while ", "while(", "for ", "return ", "} else"].iter().any(|word| line.starts_with(word))
}

/// True if a statement works on something that other statements under the lock work on, too, or on what its object
/// calls its own: a clock that is read earlier needs no lock.
fn is_shared(text: &str, under: &BTreeSet<&str>, now: &BTreeSet<&str>) -> bool {
    let mine = members(text);
    let others = || under.union(now).filter(|other| **other != text);
    mine.is_empty() || mine.iter().any(|name| others().any(|other| members(other).contains(name)))
}

/// What a statement takes members of, calls or looks into: `stock` of `stock.count`, `total` of `self.total`.
fn members(text: &str) -> BTreeSet<&str> {
    let words = tokens(text);
    let link = |at: usize| words.get(at).is_some_and(|token| matches!(token.text, "." | "->" | "::" | "?."));
    let own = |at: usize| matches!(words[at].text, "self" | "this" | "@");
    (0..words.len())
        .filter(|at| words[*at].class == Class::Word && !own(*at))
        .filter(|at| {
            let of_own = *at > 1 && link(at - 1) && own(at - 2);
            let first = *at == 0 || !link(at - 1);
            let used = link(at + 1) || words.get(at + 1).is_some_and(|next| next.text == "[");
            of_own || (first && used)
        })
        .map(|at| words[at].text)
        .collect()
}

/// The end of a transaction covers nothing.
fn is_end(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    ["commit(", "rollback("].iter().any(|word| lower.contains(word))
}

/// Texts of the lines that a lock on a line covers: those of the block it opens, else those behind it.
fn under(lines: &[Line], lock: u32) -> BTreeSet<&str> {
    let Some(at) = lines.iter().position(|line| line.number == lock) else { return BTreeSet::new() };
    let opens = lines[at].text.ends_with(['{', ':']) || is_word_opening(&lines[at].text);
    let indent = lines[at].indent;
    let behind = lines[at + 1..].iter();
    let covered: Vec<&Line> = if opens {
        behind.take_while(|line| line.indent > indent).collect()
    } else {
        behind.take_while(|line| line.indent >= indent).collect()
    };
    covered.into_iter().map(|line| line.text.as_str()).collect()
}
