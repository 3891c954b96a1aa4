//! What a statement stands in now and did not before: a loop (`flow.into-loop`), a condition (`flow.conditional`), a block
//! that runs in any case (`flow.into-finally`); and a statement that changed places with others (`flow.moved-before`,
//! `flow.moved-behind`). The statement, or what it calls, is the same on both sides and stands once on each.

use super::Fact;
use super::blocks::{enclosing, first_word, is_condition, is_loop};
use super::both_sides::Both;
use super::code_lines::{Line, does_something};
use super::lexis::{Class, tokens};
use std::cmp::Ordering;

/// Bytes of a piece of a line that is not found by chance in another line.
const PIECE_BYTES_MIN: usize = 12;

/// Everything of one function.
pub(super) fn nesting(both: &Both) -> Vec<Fact> {
    let mut found = Vec::new();
    for at in 0..both.to.len() {
        let line = &both.to[at];
        if !both.is_new(line) || !does_something(&line.text) {
            continue;
        }
        if let Some(was) = both.partner(at) {
            found.extend(conditional(both, was, at));
            found.extend(moved(both, was, at));
        } else {
            found.extend(conditional_behind(both, at));
        }
        found.extend(into_loop(both, at));
        found.extend(await_lost(both, at));
    }
    found.sort_by_key(|fact| fact.location.lines.start);
    found.dedup_by(|a, b| {
        let capture = |fact: &Fact| fact.construct.as_ref().map(|one| one.capture.clone());
        a.location.lines == b.location.lines && capture(a) == capture(b)
    });
    found
}

/// A statement that ran whenever its function did, and runs only under a condition that came.
fn conditional(both: &Both, was: usize, at: usize) -> Option<Fact> {
    if is_condition(&both.to[at].text) {
        return None;
    }
    let above = enclosing(both.to, at);
    let opener = *above.first()?;
    let line = &both.to[opener];
    let fresh =
        is_condition(&line.text) && both.is_new(line) && !both.knows(&line.text) && first_word(&line.text) != "else";
    let asked = enclosing(both.from, was).iter().any(|at| is_condition(&both.from[*at].text));
    // what runs otherwise is said as well
    let otherwise = both.to[opener + 1..].iter().find(|other| other.indent <= line.indent).is_some_and(|other| {
        first_word(&other.text) == "else"
            || first_word(&other.text).starts_with("els")
            || first_word(&other.text) == "elif"
    });
    (fresh && !asked && !otherwise)
        .then(|| both.fact("flow.conditional", line.number, &both.from[was].text, &line.text))
}

/// The same with the condition behind: `scope = scope.where(a: b) if b`.
fn conditional_behind(both: &Both, at: usize) -> Option<Fact> {
    let text = &both.to[at].text;
    let cut = text.find(" if ").or_else(|| text.find(" unless "))?;
    let (work, rest) = text.split_at(cut);
    if is_condition(text) || rest.contains(" else ") || work.contains("return") {
        return None;
    }
    let piece = |said: &String| {
        let whole = said.trim_start_matches("self.");
        whole.len() >= PIECE_BYTES_MIN && !said.contains(" if ") && !said.contains(" unless ") && work.ends_with(whole)
    };
    let was = both.said.iter().position(piece)?;
    Some(both.fact("flow.conditional", both.to[at].number, &both.from[was].text, text))
}

/// A statement that changed places with statements that stayed. Of two neighbours that changed places either moved,
/// whichever of them the lines say it was.
fn moved(both: &Both, was: usize, at: usize) -> Vec<Fact> {
    let anchors = (0..both.to.len())
        .filter(|other| !both.is_new(&both.to[*other]) && does_something(&both.to[*other].text))
        .filter_map(|other| Some((both.partner(other)?, other)));
    let crossed: Vec<(usize, usize)> = anchors.filter(|(old, new)| (*old < was) != (*new < at)).collect();
    let behind = crossed.iter().filter(|(_, new)| *new < at).count();
    let before = crossed.len() - behind;
    let finally = |lines: &[Line], at: usize| {
        enclosing(lines, at)
            .iter()
            .any(|above| matches!(first_word(&lines[*above].text), "finally" | "ensure" | "defer"))
    };
    let said = |capture: &str, (old, new): (usize, usize)| {
        both.fact(capture, both.to[new].number, &both.from[old].text, &both.to[new].text)
    };
    if finally(both.to, at) && !finally(both.from, was) {
        return vec![said("flow.into-finally", (was, at))];
    }
    let (own, neighbours) = match behind.cmp(&before) {
        Ordering::Greater => ("flow.moved-behind", "flow.moved-before"),
        Ordering::Less => ("flow.moved-before", "flow.moved-behind"),
        Ordering::Equal => return Vec::new(),
    };
    let other = crossed.iter().filter(|_| crossed.len() == 1).map(|neighbour| said(neighbours, *neighbour));
    [said(own, (was, at))].into_iter().chain(other).collect()
}

/// A call that stood outside of all loops and stands in one.
fn into_loop(both: &Both, at: usize) -> Option<Fact> {
    let looped = |lines: &[Line], at: usize| enclosing(lines, at).iter().any(|above| is_loop(&lines[*above].text));
    let line = &both.to[at];
    // what a condition inside the loop lets through may run once
    let each = enclosing(both.to, at).first().is_some_and(|above| is_loop(&both.to[*above].text));
    if is_loop(&line.text) || is_condition(&line.text) || !each {
        return None;
    }
    called(&line.text).into_iter().find_map(|call| {
        let call = format!("{call}(");
        let once = |texts: &mut dyn Iterator<Item = &str>| -> Option<usize> {
            let mut places = texts.enumerate().filter(|(_, text)| text.contains(&call)).map(|(at, _)| at);
            places.next().filter(|_| places.next().is_none())
        };
        once(&mut both.to.iter().map(|line| line.text.as_str()))?;
        let was = once(&mut both.said.iter().map(String::as_str))?;
        let before = &both.from[was];
        (!is_loop(&before.text) && !looped(both.from, was))
            .then(|| both.fact("flow.into-loop", line.number, &before.text, &line.text))
    })
}

/// A call that was waited for, and neither it nor what it gives is waited for now. What a function gives back at its end is
/// for the caller to wait for; inside a `try` it leaves before it is done.
fn await_lost(both: &Both, at: usize) -> Option<Fact> {
    let line = &both.to[at];
    if line.text.contains("await") || !both.said.iter().any(|said| said.contains("await ")) {
        return None;
    }
    let words = tokens(&line.text);
    let waited = (1..words.len()).filter(|at| words[*at].text == "(" && words[at - 1].class == Class::Word).find_map(
        |open| {
            let call = format!("{}(", words[open - 1].text);
            let once = |text: &dyn Fn(usize) -> bool, count: usize| (0..count).filter(|at| text(*at)).count() == 1;
            let old = |at: usize| both.said[at].contains(&call);
            let unique = once(&old, both.said.len()) && once(&|at| both.to[at].text.contains(&call), both.to.len());
            let was = (0..both.said.len()).find(|at| old(*at)).filter(|_| unique)?;
            let before = &both.said[was];
            let awaits = before.find("await ").zip(before.find(&call)).is_some_and(|(wait, call)| wait < call);
            awaits.then_some(was)
        },
    )?;
    let kept = line.text.split_once('=').and_then(|(target, _)| target.split_whitespace().last());
    let later = |name: &str| {
        let rest = both.to[at + 1..].iter();
        rest.filter(|other| tokens(&other.text).iter().any(|token| token.text == name)).any(|other| {
            ["await", "all(", "allSettled(", "race(", "gather(", "push(", "then("]
                .iter()
                .any(|word| other.text.contains(word))
        })
    };
    let given_back = first_word(&line.text) == "return"
        || kept.is_some_and(|name| {
            both.to[at + 1..].iter().any(|other| other.text.trim_end_matches(';') == format!("return {name}"))
        });
    let in_try = enclosing(both.to, at).iter().any(|above| first_word(&both.to[*above].text) == "try");
    if kept.is_some_and(later) || (given_back && !in_try) || is_handed_on(&line.text) {
        return None;
    }
    Some(both.fact("flow.await-lost", line.number, &both.from[waited].text, &line.text))
}

/// True if what a line starts is given to something that may wait for it.
fn is_handed_on(text: &str) -> bool {
    [
        "void ",
        "=>",
        ".then(",
        ".catch(",
        "push(",
        "all(",
        "gather(",
        "create_task(",
        "ensure_future(",
        "spawn",
        "block_on",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Calls of members on a line: `self.stock.quantities`.
fn called(text: &str) -> Vec<String> {
    let words = tokens(text);
    let mut found = Vec::new();
    for at in (0..words.len()).filter(|at| words[*at].text == "(") {
        let mut start = at;
        while start > 0 {
            let token = &words[start - 1];
            let link = matches!(token.text, "." | "->" | "::" | "?.");
            let adjoins = token.end == words[start].start;
            if adjoins && (link || token.class == Class::Word) {
                start -= 1;
            } else {
                break;
            }
        }
        let path: String = words[start..at].iter().map(|token| token.text).collect();
        if words[start..at].iter().filter(|token| token.class == Class::Word).count() > 1 {
            found.push(path);
        }
    }
    found
}
