//! A guard, a handler or a lock that went while what it guarded stayed (`guard.dropped`, `handler.dropped`,
//! `lock.dropped`): its entity keeps its other lines, and nothing that came asks what it asked, here or elsewhere in the
//! change.

use super::code_lines::{Line, does_something, is_long, lines, says_something};
use super::cut::{Cut, Cuts};
use super::lexis::{Class, tokens};
use super::pair::{Pair, Sheet};
use super::refusals::{is_act, is_special_case, refused_by};
use super::{ConstructChange, Fact, FactKind};
use crate::limits;
use crate::location::{LineRange, Side};
use crate::text::lossless;
use std::collections::BTreeSet;

/// Percent of an entity's other lines that must still be there for a guard to have guarded something.
const KEPT_PERCENT: usize = 60;

/// Statements below a lock that are looked for (count).
const PROTECTED_LINES: usize = 4;
/// Bytes of an answer that is not given by chance in two places.
const TELLING_BYTES: usize = 20;

pub(super) fn dropped(
    pairs: &[Pair],
    pair: &Pair,
    (old, new): (&Sheet, &Sheet),
    facts: &[Fact],
    cuts: &mut Cuts,
) -> Vec<Fact> {
    let wanted = |fact: &&Fact| {
        let capture = fact.construct.as_ref().map_or("", |one| &*one.capture);
        // one whose own line stands as it was is read otherwise for what stands inside
        fact.kind == FactKind::ConstructDeleted
            && old.touched(LineRange::line(fact.location.lines.start))
            && fact.location.side == Side::Old
            && matches!(capture, "guard" | "error.handler" | "lock")
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
    if &*construct.capture == "lock" {
        let construct = ConstructChange { capture: "lock.dropped".into(), ..construct.clone() };
        let lost =
            protected_stays(old, fact, before, &now) && !taken_by_caller(new, &lossless(old.line(guard.start)), &name);
        return lost.then(|| Fact { construct: Some(construct), ..fact.clone() });
    }
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
    if handler && asked_still(new, after, &names) {
        return None;
    }
    if !handler
        && (is_special_case(&question, &lines(old, guard))
            || is_act(&question.text, |name| now.iter().any(|line| line.text.contains(name)))
            || sorts_errors(&rest, &question)
            || refused_still(&rest, &question, guard.end, &now)
            || encloses_now(new, &rest, guard.end, &now)
            || asked_beside(pair, new, guard)
            || replaced(old, new, after, &names)
            || answers_still(old, guard, &rest, &now)
            || moved_away(pairs, &first, &names))
    {
        return None;
    }
    let capture = if handler { "handler.dropped" } else { "guard.dropped" };
    let construct = ConstructChange { capture: capture.into(), ..construct.clone() };
    Some(Fact { construct: Some(construct), ..fact.clone() })
}

/// True if one of the first statements under a lock is still there. A lock around a block protects what is inside, any
/// other one what follows.
fn protected_stays(old: &Sheet, fact: &Fact, entity: LineRange, now: &[Line]) -> bool {
    let lock = fact.location.lines;
    let from = lock.start + 1;
    let under = if from <= entity.end { lines(old, LineRange::new(from, entity.end)) } else { Vec::new() };
    let of_lock = |line: &&Line| {
        ["lock", "mutex", "acquire", "release", "synchronized"]
            .iter()
            .any(|word| line.text.to_ascii_lowercase().contains(word))
    };
    let mut first =
        under.iter().filter(|line| does_something(&line.text) && !of_lock(line)).take(PROTECTED_LINES).peekable();
    // nothing to be seen below it: the lock is a field, or stands on the line that it protects
    first.peek().is_none() || first.any(|line| now.iter().any(|other| other.text == line.text))
}

/// True if the same lock came in a function of the file that calls the one that lost it. `name`: the latter, qualified.
fn taken_by_caller(new: &Sheet, lock: &str, name: &str) -> bool {
    let call = format!("{}(", name.rsplit('.').next().unwrap_or(name));
    let calls = |text: &str| {
        let begins = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        text.match_indices(&call).any(|(at, _)| begins(at))
    };
    let came = new.changed().within(whole()).flat_map(|run| run.start..=run.end);
    let locks = came.filter(|line| !new.is_inert(*line) && lossless(new.line(*line)).trim() == lock.trim());
    locks.filter_map(|line| new.outline.entity_at(line)).any(|at| {
        let other = new.outline.qualified_name(at);
        other != name && lines(new, new.entity(at).lines).iter().any(|line| calls(&line.text))
    })
}

/// True if what the guard answered is answered on another line now: to another question, or as before.
fn answers_still(old: &Sheet, guard: LineRange, rest: &[Line], now: &[Line]) -> bool {
    let body = lines(old, LineRange::new((guard.start + 1).min(guard.end), guard.end));
    let telling = |line: &&Line| line.text.len() >= TELLING_BYTES && line.text.contains(['(', '"', '\'']);
    let count = |lines: &[Line], text: &str| lines.iter().filter(|line| line.text == text).count();
    let mut answers = body.iter().filter(|line| line.number > guard.start).filter(telling).peekable();
    answers.peek().is_some() && answers.all(|line| count(now, &line.text) > count(rest, &line.text))
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

/// True if the guard stands where an error is handled already: it tells kinds of errors apart, and none of them goes on.
fn sorts_errors(rest: &[Line], guard: &Line) -> bool {
    let above = rest.iter().rev().filter(|line| line.number < guard.number && says_something(&line.text));
    let mut openers = above.filter(|line| line.indent < guard.indent);
    openers.next().is_some_and(|line| {
        let begins = ["except", "catch", "rescue", "} catch"].iter().any(|word| line.text.starts_with(word));
        begins || line.text.starts_with("if ") && line.text.contains("err") && line.text.contains("!= nil")
    })
}

/// True if the question next to the guard, which stayed, refuses all that the guard refused.
fn refused_still(rest: &[Line], guard: &Line, end: u32, now: &[Line]) -> bool {
    let beside = |line: &&Line| line.indent == guard.indent && says_something(&line.text);
    let above = rest.iter().rev().filter(|line| line.number < guard.number).find(beside);
    let below = rest.iter().filter(|line| line.number > end).find(beside);
    [above, below].into_iter().flatten().any(|line| {
        let stays = now.iter().any(|other| other.text == line.text);
        stays && refused_by(&guard.text, &line.text)
    })
}

/// True if what the guard stood before stands inside a question that came.
fn encloses_now(new: &Sheet, rest: &[Line], end: u32, now: &[Line]) -> bool {
    let Some(next) = rest.iter().find(|line| line.number > end && says_something(&line.text)) else { return false };
    let Some(at) = now.iter().position(|line| line.text == next.text) else { return false };
    let opener = now[..at].iter().rev().find(|line| line.indent < now[at].indent && says_something(&line.text));
    opener.is_some_and(|line| is_question(&line.text) && new.touched(LineRange::line(line.number)))
}

/// True if another question came in the very place of the guard.
fn asked_beside(pair: &Pair, new: &Sheet, guard: LineRange) -> bool {
    let Some(hunk) = pair.hunk_at(Side::Old, guard.start) else { return false };
    let came = pair.change.hunks.get(hunk).and_then(|hunk| hunk.range(Side::New));
    came.is_some_and(|came| {
        (came.start..=came.end).any(|line| !new.is_inert(line) && is_question(&lossless(new.line(line))))
    })
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
        .within(whole())
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

/// True if a question that came speaks of everything that the handler's did.
fn asked_still(new: &Sheet, entity: LineRange, names: &BTreeSet<String>) -> bool {
    let came = new.changed().within(entity).flat_map(|run| run.start..=run.end);
    came.filter(|line| !new.is_inert(*line)).any(|line| {
        let text = lossless(new.line(line));
        is_question(&text) && names.is_subset(&names_of(&text))
    })
}

/// The whole text, as a stretch.
fn whole() -> LineRange {
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
        "primary",
        "unique",
        "foreign",
        "constraint",
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
fn moved_away(pairs: &[Pair], first: &str, names: &BTreeSet<String>) -> bool {
    let members = members_of(first);
    let wanted = if members.is_empty() { names } else { &members };
    pairs.iter().filter_map(|pair| pair.new.as_ref()).any(|sheet| {
        let came = sheet.changed().within(whole()).flat_map(|run| run.start..=run.end);
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
