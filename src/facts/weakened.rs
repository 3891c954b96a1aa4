//! Guards that refuse less than before: of several questions joined by "or" one went, or one holds only together with
//! another that came. Reads the text of both guards; a question that is new in itself is another question, not a weaker
//! one, and one that only asks whether something is there before it is used is left out.

use super::{ConstructChange, Fact, FactKind};
use crate::text::Untrusted;

/// The weaker guards among constructs that changed, as facts of their own (`guard.weakened`): the subject is the question
/// that came or went, `old` and `new` are the conditions.
pub(super) fn weakened(facts: &[Fact]) -> Vec<Fact> {
    let one = |fact: &Fact| {
        let construct = fact.construct.as_ref()?;
        if fact.kind != FactKind::ConstructChanged || &*construct.capture != "guard" {
            return None;
        }
        let (old, new) = (question(construct.old.as_deref()?)?, question(construct.new.as_deref()?)?);
        let part = weaker(&old, &new)?;
        if !new.condition.contains(&part) && asked_elsewhere(facts, fact, &part) {
            return None;
        }
        let construct = ConstructChange {
            capture: "guard.weakened".into(),
            old: Some(old.condition.into()),
            new: Some(new.condition.into()),
        };
        Some(Fact { construct: Some(construct), subject: Untrusted::new(part), ..fact.clone() })
    };
    facts.iter().filter_map(one).collect()
}

/// True if another guard that came or changed asks what this one no longer does.
fn asked_elsewhere(facts: &[Fact], fact: &Fact, part: &str) -> bool {
    let guards = facts.iter().filter(|other| !std::ptr::eq(*other, fact)).filter_map(|other| other.construct.as_ref());
    let texts = guards.filter(|other| &*other.capture == "guard").filter_map(|other| other.new.as_deref());
    texts.into_iter().any(|text| text.split_whitespace().collect::<Vec<_>>().join(" ").contains(part))
}

/// What a guard asks.
#[derive(Debug, PartialEq, Eq)]
struct Question {
    condition: String,
    /// It refuses if the condition does not hold: `unless`.
    reversed: bool,
}

/// The condition of a guard as its text; none where it is not read.
fn question(guard: &str) -> Option<Question> {
    let folded = guard.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = folded.trim_start_matches("} ").trim_start_matches("else ");
    let asked = |condition: &str, word: &str| {
        let condition = condition.trim().to_owned();
        (!condition.is_empty()).then_some(Question { condition, reversed: word == "unless" })
    };
    for word in ["if", "elif", "elsif", "unless"] {
        let Some(rest) = text.strip_prefix(word).filter(|rest| rest.starts_with([' ', '('])) else { continue };
        let rest = rest.trim_start();
        let end = in_brackets(rest).unwrap_or_else(|| block(rest));
        let condition = rest.get(..end)?.rsplit("; ").next().unwrap_or_default();
        return asked(condition, word);
    }
    // `raise Denied unless allowed`
    [" if ", " unless "].into_iter().find_map(|word| asked(text.split_once(word)?.1, word.trim()))
}

/// The end of a condition that stands in round brackets as a whole.
fn in_brackets(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    let end = plain(text).find_map(|(at, c)| {
        depth = if c == '(' { depth + 1 } else { depth - u32::from(c == ')' && depth > 0) };
        (depth == 0).then_some(at + c.len_utf8())
    })?;
    let behind = text.get(end..)?.trim_start();
    let goes_on = behind.starts_with(|c: char| "&|=!<>+-*/%.?".contains(c))
        || behind.starts_with("and ")
        || behind.starts_with("or ");
    (text.starts_with('(') && !goes_on).then_some(end)
}

/// Where the block of a question begins: `{`, `:` or `then`.
fn block(text: &str) -> usize {
    let mut depth = 0_u32;
    let found = plain(text).find_map(|(at, c)| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let rest = &text[at..];
        let opens = rest.starts_with("{ ")
            || rest == "{"
            || rest.starts_with(": ")
            || rest == ":"
            || rest.starts_with(" then ");
        (depth == 0 && opens).then_some(at)
    });
    found.unwrap_or(text.len())
}

/// Characters outside of quotes, with their places.
fn plain(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    text.char_indices().filter(move |(_, c)| match quote {
        Some(open) => {
            quote = (*c != open).then_some(open);
            false
        }
        None => {
            quote = matches!(c, '"' | '`').then_some(*c);
            quote.is_none()
        }
    })
}

/// The question that came or went, if the new guard refuses less in all cases and nothing else.
fn weaker(old: &Question, new: &Question) -> Option<String> {
    if old.reversed != new.reversed || old.condition == new.condition {
        return None;
    }
    let (outer, inner) = if old.reversed { (AND, OR) } else { (OR, AND) };
    let (before, after) = (split(&old.condition, outer), split(&new.condition, outer));
    let mut gone: Vec<&String> = before.iter().filter(|part| !after.contains(part)).collect();
    let mut extra = None;
    for part in after.iter().filter(|part| !before.contains(part)) {
        let parts = split(part, inner);
        let same = gone.iter().position(|one| {
            let asked = split(one, inner);
            asked.len() < parts.len() && asked.iter().all(|one| parts.contains(one))
        })?;
        let asked = split(gone.remove(same), inner);
        let came: Vec<&String> = parts.iter().filter(|one| !asked.contains(one)).collect();
        if came.iter().all(|one| only_asks_presence(one, &asked)) {
            return None;
        }
        extra = extra.or(came.first().map(|one| (*one).clone()));
    }
    gone.first().map(|one| (*one).clone()).or(extra)
}

/// `user` beside `user.banned`, `x != null`.
fn only_asks_presence(part: &str, others: &[String]) -> bool {
    let lower = part.to_ascii_lowercase();
    let said = ["null", "nil", "none", "undefined"].iter().any(|word| lower.contains(word));
    let name = part.trim_start_matches(['!', ' ']);
    let named = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_.$@".contains(c));
    said || named
        && others.iter().any(|other| other.contains(&format!("{name}.")) || other.contains(&format!("{name}[")))
}

const OR: [&str; 2] = ["||", " or "];
const AND: [&str; 2] = ["&&", " and "];

/// The parts of a condition between operators outside of all brackets, without brackets around a part.
fn split(condition: &str, by: [&str; 2]) -> Vec<String> {
    let text = bare(condition);
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_u32, 0);
    for (at, c) in plain(text) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let sign = by.iter().find(|sign| text[at..].starts_with(**sign)).filter(|_| depth == 0 && at >= from);
        if let Some(sign) = sign {
            parts.push(&text[from..at]);
            from = at + sign.len();
        }
    }
    parts.push(&text[from..]);
    parts.into_iter().map(|part| bare(part).to_owned()).collect()
}

/// Without white space and brackets around the whole.
fn bare(text: &str) -> &str {
    let text = text.trim();
    match in_brackets(text) {
        Some(end) if end == text.len() => bare(&text[1..end - 1]),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(old: &str, new: &str) -> Option<String> {
        weaker(&question(old)?, &question(new)?)
    }

    #[test]
    fn a_guard_that_refuses_less() {
        for (old, new, expected) in [
            (
                "if (BLOCKED.has(key)) { continue; }",
                "if (depth === 0 && BLOCKED.has(key)) { continue; }",
                "depth === 0",
            ),
            ("if a or not b: raise E", "if a: raise E", "not b"),
            ("if n > MAX || n == 0 { return Err(e) }", "if n > MAX { return Err(e) }", "n == 0"),
            ("if err := f(); err != nil || x { return }", "if err := f(); err != nil { return }", "x"),
            ("raise E unless admin? && owner?", "raise E unless admin?", "owner?"),
            ("raise E unless admin?", "raise E unless admin? || staff?", "staff?"),
            ("if ((a || b)) { throw e; }", "if (a || (b && c)) { throw e; }", "c"),
        ] {
            assert_eq!(part(old, new).as_deref(), Some(expected), "{old} -> {new}");
        }
    }

    #[test]
    fn a_guard_that_refuses_as_much_or_something_else() {
        for (old, new) in [
            ("if (a) { return; }", "if (a || b) { return; }"),
            ("if (a && b) { return; }", "if (a) { return; }"),
            ("if (a || b) { return; }", "if (b || a) { return; }"),
            ("if (a) { return; }", "if (b && c) { return; }"),
            ("if (a || b) { return; }", "if (a || d) { return; }"),
            ("if (user.banned) { throw e; }", "if (user && user.banned) { throw e; }"),
            ("if (x.y()) { throw e; }", "if (x != null && x.y()) { throw e; }"),
            ("raise E unless a", "raise E unless a && b"),
            ("if (\"a || b\" == c) { return; }", "if (\"a\" == c) { return; }"),
            ("while (a || b) { }", "while (a) { }"),
        ] {
            assert_eq!(part(old, new), None, "{old} -> {new}");
        }
    }
}
