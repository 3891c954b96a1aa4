//! What became of the order of things: a guard or a handler that went while what it guarded stayed, a statement that
//! nothing reaches any more, a statement that left or entered the reach of a lock. Reads the lines of one entity on both
//! sides, with the marks of its grammar as anchors; each finding is a construct of its own (`guard.dropped`,
//! `handler.dropped`, `flow.unreachable`, `flow.lock-moved`). It follows no values and leaves out what it cannot place.

use super::cut::{Cut, Cuts};
use super::entity_change::{bare, entity_ref};
use super::lexis::{Class, tokens};
use super::matching::Matching;
use super::pair::{Pair, Sheet};
use super::{ConstructChange, Fact, FactKind};
use crate::limits;
use crate::location::{LineRange, Side};
use crate::text::{Untrusted, lossless};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Percent of an entity's other lines that must still be there for a guard to have guarded something.
const KEPT_PERCENT: usize = 60;

/// Everything of one file; `facts` are those found so far.
pub(super) fn flow_facts(
    file: usize,
    pairs: &[Pair],
    matching: &Matching,
    facts: &[Fact],
    cuts: &mut Cuts,
) -> Vec<Fact> {
    let pair = &pairs[file];
    let (Some(old), Some(new)) = (&pair.old, &pair.new) else { return Vec::new() };
    if pair.is_data() {
        return Vec::new();
    }
    let mut found = dropped(pairs, pair, (old, new), facts, cuts);
    found.extend(unreachable(pair, old, new));
    for at in 0..new.outline.entities.len() as u32 {
        if matching.old_of(at).is_none() {
            let here = lines(new, new.entity(at).lines);
            found.extend(kept_address(&here).map(|(line, _)| made(pair, new, "flow.loop-alias", line)));
        }
        if let Some(before) = matching.old_of(at)
            && new.touched(new.entity(at).lines) | old.touched(old.entity(before).lines)
        {
            if is_long(new.entity(at).lines) || is_long(old.entity(before).lines) {
                cuts.insert(Cut::LongEntity);
            }
            found.extend(lock_moved(pair, old, before, new, at));
            found.extend(loop_alias(pair, old, before, new, at));
        }
    }
    found
}

/// True if only the beginning of a stretch is looked at.
fn is_long(stretch: LineRange) -> bool {
    stretch.end - stretch.start > limits::FLOW_ENTITY_LINES_MAX
}

/// Non-blank lines of code of a stretch, trimmed, with their numbers and indentation.
struct Line {
    number: u32,
    indent: usize,
    text: String,
}

fn lines(sheet: &Sheet, stretch: LineRange) -> Vec<Line> {
    let one = |number: u32| {
        let text = lossless(sheet.line(number)).into_owned();
        let trimmed = text.trim_start();
        Line { number, indent: text.len() - trimmed.len(), text: trimmed.trim_end().to_owned() }
    };
    let end = stretch.end.min(stretch.start + limits::FLOW_ENTITY_LINES_MAX);
    (stretch.start..=end).filter(|line| !sheet.is_inert(*line)).map(one).collect()
}

// ---- guards and handlers that went

fn dropped(pairs: &[Pair], pair: &Pair, (old, new): (&Sheet, &Sheet), facts: &[Fact], cuts: &mut Cuts) -> Vec<Fact> {
    let wanted = |fact: &&Fact| {
        let capture = fact.construct.as_ref().map_or("", |one| &*one.capture);
        fact.kind == FactKind::ConstructDeleted
            && fact.location.side == Side::Old
            && matches!(capture, "guard" | "error.handler")
    };
    let changed = |pair: &Pair| pair.change.hunks.iter().map(|hunk| u64::from(hunk.new_lines)).sum::<u64>();
    let gone: Vec<&Fact> = facts.iter().filter(wanted).collect();
    if !gone.is_empty() && pairs.iter().map(changed).sum::<u64>() > limits::SWEEP_LINES_MAX {
        cuts.insert(Cut::Sweep);
        return Vec::new();
    }
    if gone.len() > limits::DROPPED_GUARDS_MAX {
        cuts.insert(Cut::Guards);
    }
    gone.into_iter().take(limits::DROPPED_GUARDS_MAX).filter_map(|fact| drop_of(pairs, pair, old, new, fact)).collect()
}

/// The fact again under another name, if what was guarded stayed and nothing took the guard's place.
fn drop_of(pairs: &[Pair], pair: &Pair, old: &Sheet, new: &Sheet, fact: &Fact) -> Option<Fact> {
    let construct = fact.construct.as_ref()?;
    let guard = fact.location.lines;
    let owner = old.outline.entity_at(guard.start)?;
    let before = old.entity(owner).lines;
    let name = old.outline.qualified_name(owner);
    let after = (0..new.outline.entities.len() as u32).find(|at| new.outline.qualified_name(*at) == name)?;
    let after = new.entity(after).lines;
    if is_long(before) {
        return None;
    }
    let rest: Vec<Line> = lines(old, before).into_iter().filter(|line| !guard.contains(line.number)).collect();
    let now = lines(new, after);
    let handler = &*construct.capture == "error.handler";
    let inside: Vec<&Line> = rest.iter().filter(|line| says_something(&line.text)).collect();
    let kept = inside.iter().filter(|line| now.iter().any(|other| other.text == line.text)).count();
    if inside.is_empty() || kept * 100 < inside.len() * KEPT_PERCENT {
        return None;
    }
    let first = lossless(old.line(guard.start)).into_owned();
    let names = names_of(&first);
    let known = |line: &Line| names_of(&line.text).iter().any(|name| names.contains(name));
    if names.is_empty() || !now.iter().any(known) {
        return None;
    }
    let question = lines(old, LineRange::line(guard.start)).pop()?;
    if !guards_what_stayed(&rest, &question, guard.end, &now, &names) {
        return None;
    }
    if !handler
        && (is_branch(old, guard)
            || asked_beside(pair, new, guard)
            || replaced(old, new, after, &names)
            || moved_away(pairs, pair, &first, &names))
    {
        return None;
    }
    let capture = if handler { "handler.dropped" } else { "guard.dropped" };
    let construct = ConstructChange { capture: capture.into(), ..construct.clone() };
    Some(Fact { construct: Some(construct), ..fact.clone() })
}

/// True if what stands around a guard is still there: the statement behind it, the line that opens its block, and the
/// statement before it where the guard asks what that one answered: `result = f(); if (result) return result;` goes as a
/// whole when `f` is no longer called.
fn guards_what_stayed(rest: &[Line], guard: &Line, end: u32, now: &[Line], names: &BTreeSet<String>) -> bool {
    let stays = |line: &Line| now.iter().any(|other| other.text == line.text);
    let mut above = rest.iter().rev().filter(|line| line.number < guard.number && says_something(&line.text));
    let next = rest.iter().find(|line| line.number > end && says_something(&line.text));
    let opener = above.clone().find(|line| line.indent < guard.indent);
    // gone as a whole: neither the line nor what it called is there any more
    let unasked = above
        .next()
        .filter(|line| !is_question(&line.text))
        .and_then(|line| Some((line, line.text.split_once('=')?)))
        .is_some_and(|(line, (target, value))| {
            let value = value.trim_matches([' ', ';', '=', '{']);
            let called = now.iter().any(|other| !value.is_empty() && other.text.contains(value));
            let sets = |lines: &[Line]| lines.iter().filter(|other| other.text.starts_with(target)).count();
            let fewer = sets(now) < sets(rest);
            names_of(target).iter().any(|name| names.contains(name)) && fewer && !stays(line) && !called
        });
    next.is_none_or(stays) && opener.is_none_or(stays) && !unasked
}

/// True if what looks like a guard does work of its own and gives back what another call answers: one of several ways,
/// not a refusal.
fn is_branch(old: &Sheet, guard: LineRange) -> bool {
    let body = lines(old, LineRange::new((guard.start + 1).min(guard.end), guard.end));
    let says: Vec<&Line> = body.iter().filter(|line| says_something(&line.text)).collect();
    let [.., last] = &says[..] else { return false };
    let refuses = ["err", "invalid", "fail", "status", "abort", "reject", "forbid", "denied", "redirect"];
    let lower = last.text.to_ascii_lowercase();
    says.len() > 1
        && lower.starts_with("return ")
        && lower.contains('(')
        && !refuses.iter().any(|word| lower.contains(word))
}

/// True if another question came in the very place of the guard.
fn asked_beside(pair: &Pair, new: &Sheet, guard: LineRange) -> bool {
    let Some(hunk) = pair.hunk_at(Side::Old, guard.start) else { return false };
    let came = pair.change.hunks.get(hunk).and_then(|hunk| hunk.range(Side::New));
    came.is_some_and(|came| {
        (came.start..=came.end).any(|line| !new.is_inert(line) && is_question(&lossless(new.line(line))))
    })
}

/// True for lines that are more than a bracket or a word of syntax.
fn says_something(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphanumeric()).count() > 3
}

/// True for lines that do more than name a variable.
fn does_something(text: &str) -> bool {
    says_something(text) && text.contains(['=', '(', '[', '.', '+', '-', ' ']) && !is_declaration(text)
}

/// `struct reaper r;`: two words and no value.
fn is_declaration(text: &str) -> bool {
    text.ends_with(';') && !text.contains(['=', '(', '[', '.']) && text.split_whitespace().count() > 1
}

/// Names on a line, without words of syntax and without texts.
fn names_of(line: &str) -> BTreeSet<String> {
    const SYNTAX: [&str; 44] = [
        "if", "else", "elif", "unless", "return", "raise", "throw", "throws", "continue", "break", "not", "and", "or",
        "is", "in", "null", "nil", "None", "true", "false", "True", "False", "let", "const", "var", "val", "new",
        "self", "this", "require", "assert", "err", "error", "Err", "Ok", "Some", "match", "for", "while", "except",
        "catch", "try", "end", "then",
    ];
    let words = tokens(line);
    let words = words.iter().filter(|token| token.class == Class::Word && !SYNTAX.contains(&token.text));
    words.map(|token| token.text.trim_matches(['@', '$']).to_owned()).filter(|name| name.len() > 1).collect()
}

/// True if a new line of the entity speaks of what the guard spoke of: at least half of its names, or all of its calls.
fn replaced(old: &Sheet, new: &Sheet, entity: LineRange, names: &BTreeSet<String>) -> bool {
    let gone: BTreeSet<&[u8]> = old
        .changed()
        .within(whole(old))
        .flat_map(|run| run.start..=run.end)
        .map(|line| old.line(line).trim_ascii())
        .collect();
    let came = new.changed().within(entity).flat_map(|run| run.start..=run.end);
    let came: Vec<String> = came
        .filter(|line| !new.is_inert(*line) && !gone.contains(new.line(*line).trim_ascii()))
        .map(|line| lossless(new.line(line)).into_owned())
        .collect();
    let mut seen = BTreeSet::new();
    for line in &came {
        seen.extend(names_of(line).into_iter().filter(|name| names.contains(name)));
    }
    let asks = came.iter().any(|line| is_question(line) && names_of(line).iter().any(|name| names.contains(name)));
    asks || seen.len() * 2 > names.len()
}

/// The whole text, as a stretch.
fn whole(_: &Sheet) -> LineRange {
    LineRange::new(1, u32::MAX - 1)
}

/// True for lines that decide something, or call something whose name says that it checks.
fn is_question(line: &str) -> bool {
    let lower = line.trim_start().to_ascii_lowercase();
    let begins = [
        "if",
        "elif",
        "unless",
        "assert",
        "require",
        "guard",
        "ensure",
        "when",
        "while",
        "match",
        "} else if",
        "switch",
    ];
    let checks = ["check", "ensure", "validate", "verify", "require", "assert", "authorize", "guard", "must"];
    begins.iter().any(|word| {
        lower.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    }) || checks.iter().any(|word| lower.contains(word)) && lower.contains('(')
        || lower.contains(" ? ")
        || lower.contains("&&")
        || lower.contains("||")
}

/// True if the same question is asked on a line that came elsewhere in the change: the guard moved.
fn moved_away(pairs: &[Pair], _pair: &Pair, first: &str, names: &BTreeSet<String>) -> bool {
    let members = members_of(first);
    let wanted = if members.is_empty() { names } else { &members };
    pairs.iter().filter_map(|pair| pair.new.as_ref()).any(|sheet| {
        let came = sheet.changed().within(whole(sheet)).flat_map(|run| run.start..=run.end);
        came.filter(|line| !sheet.is_inert(*line)).any(|line| {
            let text = lossless(sheet.line(line));
            is_question(&text) && wanted.iter().all(|name| names_of(&text).contains(name))
        })
    })
}

/// Names that are called or asked of something: they stay the same when variables are called otherwise.
fn members_of(line: &str) -> BTreeSet<String> {
    let words = tokens(line);
    let member = |at: usize| {
        let before = at.checked_sub(1).map_or("", |at| words[at].text);
        let after = words.get(at + 1).map_or("", |token| token.text);
        matches!(before, "." | "->" | "::" | "?.") || (after == "(" && words[at].class == Class::Word)
    };
    let found: BTreeSet<String> = (0..words.len())
        .filter(|at| words[*at].class == Class::Word && member(*at))
        .map(|at| words[at].text.to_owned())
        .collect();
    found.intersection(&names_of(line)).cloned().collect()
}

// ---- what nothing reaches

/// A jump with a statement right behind it on the same level, where one of the two came with the change.
fn unreachable(pair: &Pair, old: &Sheet, new: &Sheet) -> Vec<Fact> {
    let mut found = Vec::new();
    let end = new.all().iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
    for number in new.changed().within(LineRange::new(1, end)).flat_map(|run| run.start..=run.end) {
        let before = (1..number).rev().take(3).find(|line| !new.is_inert(*line));
        for jump in [before, Some(number)].into_iter().flatten() {
            let Some(behind) = after_jump(new, jump, end) else { continue };
            let place = if new.line(behind).trim_ascii() == new.line(jump).trim_ascii() { behind } else { jump };
            if !stood_there(pair, old, new, jump, behind) {
                found.push(made(pair, new, "flow.unreachable", place));
            }
        }
    }
    found.dedup_by_key(|fact| fact.location.lines.start);
    found
}

/// True if the same two lines followed each other before.
fn stood_there(pair: &Pair, old: &Sheet, new: &Sheet, jump: u32, behind: u32) -> bool {
    let hunks = pair.change.hunks.iter().filter_map(|hunk| hunk.range(Side::Old));
    let mut lines = hunks.flat_map(|range| range.start.saturating_sub(1).max(1)..=range.end);
    let same = |a: u32, b: u32| old.line(a).trim_ascii() == new.line(b).trim_ascii();
    lines.any(|line| same(line, jump) && same(line + 1, behind))
}

/// The line behind a jump that it makes unreachable, or before a doubled one.
fn after_jump(sheet: &Sheet, number: u32, end: u32) -> Option<u32> {
    let line = one(sheet, number)?;
    let next = (number + 1..=end).take(3).find_map(|at| one(sheet, at))?;
    let before = (1..number).rev().take(4).find_map(|at| one(sheet, at));
    if !is_jump(&line.text)
        || next.indent != line.indent
        || begins_anew(&next.text)
        || opens_nothing(before.as_ref(), &line, &next)
    {
        return None;
    }
    Some(next.number)
}

/// True if the jump belongs to a condition without brackets above it, and what follows is not the same jump again.
fn opens_nothing(before: Option<&Line>, jump: &Line, next: &Line) -> bool {
    let Some(before) = before else { return false };
    let hanging =
        before.indent < jump.indent && !before.text.ends_with(['{', ':', ';', '}']) && !is_word_opening(&before.text);
    (hanging && next.text != jump.text && !is_jump(&next.text))
        || (before.indent > jump.indent && !before.text.ends_with([';', '}', ')']))
        || before.text.ends_with(['\\', ',', '(', '=', '?'])
}

/// Languages that open a block with a word alone.
fn is_word_opening(text: &str) -> bool {
    text.ends_with(" do") || text.ends_with(" then") || text == "else" || text.starts_with("def ") || text == "begin"
}

fn one(sheet: &Sheet, number: u32) -> Option<Line> {
    if sheet.is_inert(number) {
        return None;
    }
    lines(sheet, LineRange::line(number)).pop()
}

/// A whole statement that leaves: not one that goes on over the next line or stands behind a condition.
fn is_jump(text: &str) -> bool {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let jumps = matches!(word.as_str(), "goto" | "return" | "break" | "continue" | "throw" | "raise");
    let balanced = |open: char, close: char| text.matches(open).count() == text.matches(close).count();
    let whole = balanced('(', ')') && balanced('[', ']') && balanced('{', '}');
    let conditional =
        [" if ", " unless ", " when ", " or ", " and "].iter().any(|word| text.contains(word)) && !text.ends_with(';');
    let goes_on = text.ends_with(['\\', ',', '+', '-', '*', '/', '&', '|', '=', '?', '.', '(', '{', '['])
        || text.starts_with("return (") && !text.ends_with(';');
    jumps && whole && !conditional && !goes_on && (text.ends_with(';') || !text.contains(';'))
}

/// Lines that can be reached from elsewhere, or that only close.
fn begins_anew(text: &str) -> bool {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let words = [
        "case",
        "default",
        "else",
        "elif",
        "elsif",
        "elseif",
        "except",
        "catch",
        "finally",
        "end",
        "when",
        "rescue",
        "ensure",
        "fi",
        "esac",
        "done",
        "endif",
        "func",
        "fn",
        "def",
        "class",
        "function",
        "pub",
        "async",
        "public",
        "private",
        "export",
        "in",
        "local",
        "interface",
        "type",
        "const",
        "static",
        "impl",
        "struct",
        "enum",
        "protected",
        "abstract",
        "virtual",
    ];
    words.contains(&word.as_str())
        || text.starts_with(['}', ')', ']', '#', '.', '|', '&', '?', ':', '@', '+', '-', '*', ',', '<', '='])
        || text.ends_with(':')
        || text.contains("=>") && text.ends_with([',', '{'])
}

fn made(pair: &Pair, sheet: &Sheet, capture: &str, line: u32) -> Fact {
    let entity = sheet.outline.entity_at(line).map(|at| entity_ref(sheet, at));
    let subject = match &entity {
        Some(entity) => Untrusted::new(&*entity.qualified),
        None => pair.change.path.untrusted(),
    };
    let text = lossless(sheet.line(line)).trim().to_owned();
    let construct = ConstructChange { capture: capture.into(), old: None, new: Some(text.into()) };
    let location = pair.locate(sheet.side, LineRange::line(line));
    Fact { entity, construct: Some(construct), ..bare(FactKind::ConstructAdded, location, subject) }
}

// ---- a loop variable whose address is kept

/// The address of the variable of a `range` loop is taken, without a copy of its own, where it was not before.
fn loop_alias(pair: &Pair, old: &Sheet, before: u32, new: &Sheet, after: u32) -> Option<Fact> {
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
fn kept_address(lines: &[Line]) -> Option<(u32, String)> {
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

// ---- what left or entered the reach of a lock

/// Statements of an entity that are under a lock on one side and not on the other, though both are there.
fn lock_moved(pair: &Pair, old: &Sheet, before: u32, new: &Sheet, after: u32) -> Option<Fact> {
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
        if old.line(was).trim_ascii() != new.line(*is).trim_ascii() || is_condition(&lossless(new.line(*is))) {
            continue;
        }
        let (under, now) = (under(&from, was), under(&to, *is));
        for line in to.iter().filter(|line| line.number != *is && does_something(&line.text)) {
            let once = |lines: &[Line]| lines.iter().filter(|other| other.text == line.text).count() == 1;
            if once(&from) && once(&to) && under.contains(line.text.as_str()) != now.contains(line.text.as_str()) {
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

#[cfg(test)]
mod tests {
    use crate::facts::compare;
    use crate::input::ChangeSet;
    use crate::syntax::Outlines;

    fn found(path: &str, old: &str, new: &str) -> Vec<String> {
        let facts = compare(&ChangeSet::in_memory([(path, Some(old), Some(new))]), &Outlines::default());
        let of = |(_, fact): (&crate::facts::FileFacts, &crate::facts::Fact)| {
            let capture = fact.construct.as_ref()?.capture.to_string();
            let mine = capture.starts_with("flow.") || capture.ends_with(".dropped") && !capture.starts_with("edit.");
            mine.then(|| format!("{capture} {}", fact.location.lines.start))
        };
        facts.iter().filter_map(of).collect()
    }

    #[test]
    fn a_guard_is_dropped_only_if_nothing_asks_in_its_place() {
        let body = |guard: &str| {
            format!("def pay(order, amount):\n{guard}    book(order, amount)\n    order.paid += amount\n")
        };
        let guard = "    if amount > order.open:\n        raise ValueError()\n";
        assert_eq!(found("a.py", &body(guard), &body("")), ["guard.dropped 2"]);
        assert_eq!(found("a.py", &body(guard), &body("    check_amount(order, amount)\n")), [""; 0]);
        assert_eq!(
            found("a.py", &body(guard), &body("    if order.open < amount:\n        raise ValueError()\n")),
            [""; 0]
        );
        let helper = "def f(o, a):\n    if a > o.open:\n        raise ValueError()\n\n";
        assert_eq!(found("a.py", &body(guard), &format!("{helper}{}", body(""))), [""; 0]);
        assert_eq!(found("a.py", &body(guard), "def pay(order, amount):\n    pass\n"), [""; 0]);
    }

    #[test]
    fn what_stands_behind_a_jump_is_not_reached() {
        let c = |middle: &str| {
            format!(
                "int f(int a)\n{{\n    if (a)\n        goto fail;\n{middle}    return g(a);\nfail:\n    return 1;\n}}\n"
            )
        };
        assert_eq!(found("a.unknown", &c(""), &c("        goto fail;\n")), ["flow.unreachable 5"]);
        assert_eq!(found("a.unknown", &c(""), &c("    if (b)\n        goto fail;\n")), [""; 0]);
        let py = |line: &str| format!("def f(a):\n{line}    g(a)\n    return a\n");
        assert_eq!(found("a.py", &py(""), &py("    return 1\n")), ["flow.unreachable 2"]);
        assert_eq!(found("a.py", &py(""), &py("    if a:\n        return 1\n")), [""; 0]);
    }

    #[test]
    fn the_address_of_a_loop_variable_is_seen() {
        let go = |line: &str| {
            format!(
                "package a\n\nfunc F(l []T) (out []*T) {{\n\tfor _, v := range l {{\n{line}\t\tout = append(out, &v)\n\t}}\n\treturn\n}}\n"
            )
        };
        assert_eq!(found("a.go", &go("\t\tv := v\n"), &go("")), ["flow.loop-alias 5"]);
        assert_eq!(found("a.go", &go("\t\tv := v\n"), &go("\t\tv := v\n\t\tlog(v)\n")), [""; 0]);
    }

    #[test]
    fn a_statement_that_leaves_a_lock_is_seen() {
        let go = |body: &str| format!("package a\n\nfunc (s *S) F() {{\n{body}}}\n");
        let (locked, late) =
            ("\ts.mu.Lock()\n\tx := s.count\n\ts.put(x)\n", "\tx := s.count\n\ts.mu.Lock()\n\ts.put(x)\n");
        assert_eq!(found("a.go", &go(locked), &go(late)).len(), 1);
        assert_eq!(found("a.go", &go(locked), &go(&locked.replace("\ts.put(x)\n", "\n\ts.put(x)\n"))), [""; 0]);
    }
}
