//! What no longer stops: a question that refused and now goes on (`flow.refusal-lost`), a handler that passed an error on
//! and now answers with a value (`flow.error-kept`), a call whose error went to the caller and now stays inside
//! (`flow.error-contained`). The question, the handler or the call is the same on both sides; what follows it is not.

use super::Fact;
use super::blocks::{Leaving, block, block_leaves, enclosing, first_word, is_condition, is_handler, leaving};
use super::both_sides::Both;
use super::code_lines::{Line, does_something};

/// Everything of one function.
pub(super) fn errors_kept(both: &Both) -> Vec<Fact> {
    let mut found = Vec::new();
    for at in 0..both.to.len() {
        let text = &both.to[at].text;
        if is_condition(text) || is_handler(text) {
            found.extend(stays(both, at));
        } else if first_word(text) == "try" && both.is_new(&both.to[at]) {
            found.extend(contained(both, at));
        }
        found.extend(asked_inside(both, at));
    }
    found
}

/// A question or a handler that is the same, and whose block no longer leaves as it did.
fn stays(both: &Both, at: usize) -> Option<Fact> {
    let line = &both.to[at];
    let was = both.partner(at)?;
    // a bare question is the same one only behind the same statement
    let behind = |at: Option<usize>, text: &dyn Fn(usize) -> String| at.map(text);
    if !line.text.contains('(')
        && is_condition(&line.text)
        && behind(was.checked_sub(1), &|at| both.said[at].clone())
            != behind(at.checked_sub(1), &|at| both.to[at].text.clone())
    {
        return None;
    }
    let (before, after) = (block(both.from, was), block(both.to, at));
    let (left, leaves) = (block_leaves(before)?, block_leaves(after));
    let place = after.iter().find(|line| both.is_new(line)).unwrap_or(line);
    let way = before.iter().find(|line| leaving(&line.text) == Some(left))?;
    // it is refused elsewhere in the function as often as before
    let said = both.renames.line(&way.text);
    let often = |texts: &mut dyn Iterator<Item = &str>| texts.filter(|text| **text == said).count();
    let refused = often(&mut both.to.iter().map(|line| line.text.as_str()));
    if refused >= often(&mut both.said.iter().map(String::as_str)) {
        return None;
    }
    if before.is_empty() || after.iter().any(|line| is_condition(&line.text) || keeps_outcome(&line.text)) {
        return None;
    }
    let otherwise =
        both.to[at + 1..].iter().find(|other| other.indent <= line.indent && !first_word(&other.text).is_empty());
    if otherwise.is_some_and(|line| matches!(first_word(&line.text), "else" | "elif" | "elsif" | "elseif")) {
        return None;
    }
    match leaves {
        None if is_condition(&line.text) => {
            let new = after.first().map_or(line.text.as_str(), |line| line.text.as_str());
            Some(both.fact("flow.refusal-lost", place.number, &way.text, new))
        }
        Some(Leaving::Leaves) if is_handler(&line.text) && left == Leaving::Refuses => {
            let answer = after.iter().find(|line| leaving(&line.text).is_some())?;
            Some(both.fact("flow.error-kept", place.number, &way.text, &answer.text))
        }
        _ => None,
    }
}

/// `rc = -1;`, `failed = true`: what went wrong is told further on.
fn keeps_outcome(text: &str) -> bool {
    let Some((target, value)) = text.split_once('=') else { return false };
    let target = target.trim().to_ascii_lowercase();
    let named = ["err", "rc", "ret", "res", "stat", "fail", "ok", "code", "valid", "problem"];
    !value.starts_with('=') && named.iter().any(|word| target.contains(word))
}

/// A call that no `try` enclosed and that one encloses now, whose handlers pass nothing on.
fn contained(both: &Both, at: usize) -> Option<Fact> {
    let opener = &both.to[at];
    let inside = block(both.to, at);
    let end = inside.last()?.number;
    let work = inside.iter().filter(|line| does_something(&line.text)).find(|line| {
        let Some(now) = both.to.iter().position(|other| other.number == line.number) else { return false };
        both.partner(now).is_some_and(|was| {
            line.text.contains('(')
                && !enclosing(both.from, was).iter().any(|at| first_word(&both.from[*at].text) == "try")
        })
    })?;
    let mut handlers = (0..both.to.len())
        .filter(|at| both.to[*at].number > end)
        .skip_while(|at| both.to[*at].indent > opener.indent)
        .take_while(|at| both.to[*at].indent >= opener.indent)
        .filter(|at| both.to[*at].indent == opener.indent && is_handler(&both.to[*at].text))
        .peekable();
    handlers.peek()?;
    let bodies: Vec<&[Line]> = handlers.map(|at| block(both.to, at)).collect();
    let body = *bodies.first()?;
    let quiet = |body: &[Line]| {
        block_leaves(body) != Some(Leaving::Refuses)
            && !body.iter().any(|line| is_condition(&line.text) || keeps_outcome(&line.text) || hands_on(&line.text))
    };
    if !bodies.iter().all(|body| quiet(body)) {
        return None;
    }
    let place = body.iter().find(|line| leaving(&line.text).is_some()).or(body.first()).unwrap_or(opener);
    Some(both.fact("flow.error-contained", place.number, &work.text, &place.text))
}

/// True for a line that gives an error to somebody: a callback, a channel, a list of errors, a response.
fn hands_on(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        "callback(",
        "exception(",
        "exceptionally(",
        "next(",
        "reject(",
        "errors.",
        "errs",
        "error(",
        "fail",
        "respond",
        "status(",
        "abort",
        "send(",
    ]
    .iter()
    .any(|word| lower.contains(word))
        && !["log", "console.", "warn", "print", "debug", "trace"].iter().any(|word| lower.contains(word))
}

/// `work()?;` that became `if let Err(e) = work() { log }`.
fn asked_inside(both: &Both, at: usize) -> Option<Fact> {
    let line = &both.to[at];
    let call = line.text.strip_prefix("if let Err(")?.split_once(") = ")?.1.trim_end_matches(['{', ' ']);
    let passed = |said: &String| {
        let said = said.trim_end_matches(';');
        said.strip_suffix('?').is_some_and(|said| said.ends_with(call))
    };
    let was = both.said.iter().position(passed).filter(|_| both.is_new(line))?;
    let body = block(both.to, at);
    let quiet =
        block_leaves(body).is_none() && !body.iter().any(|line| keeps_outcome(&line.text) || hands_on(&line.text));
    quiet.then(|| both.fact("flow.error-contained", line.number, &both.from[was].text, &line.text))
}
