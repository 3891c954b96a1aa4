//! What a condition says, read from its text: where it stands in a line, the parts it is made of, and whether two
//! conditions hold in the same cases. The last is asked by a table of truth over their smallest questions, so that
//! `!a || !b` is known to be `!(a && b)`, in every language that writes its operators as signs or as `and`, `or`, `not`.

use std::collections::BTreeMap;

/// What a guard asks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub condition: String,
    /// It refuses if the condition does not hold: `unless`.
    pub reversed: bool,
}

/// The condition of a guard as its text; none where it is not read.
pub(super) fn question(guard: &str) -> Option<Question> {
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
            || rest.starts_with(" then ")
            || rest.starts_with("; then");
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

pub(super) const OR: [&str; 2] = ["||", " or "];
pub(super) const AND: [&str; 2] = ["&&", " and "];

/// The parts of a condition between operators outside of all brackets, without brackets around a part.
pub(super) fn split(condition: &str, by: [&str; 2]) -> Vec<String> {
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

/// How the cases in which two conditions hold lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// They hold in the same cases, and ask in an order that makes no difference.
    Same,
    /// The new one holds in fewer cases.
    Fewer,
    /// The new one holds in more cases.
    More,
    /// Each holds where the other does not, or what they ask is not known to be related.
    Apart,
}

/// Questions that a table of truth is made of at most (count): a table has two to the power of it rows.
const QUESTIONS_MAX: usize = 8;

/// Brackets and negations within each other that are read (levels).
const LEVELS_MAX: usize = 12;

/// The longest condition that is read (bytes).
const CONDITION_BYTES_MAX: usize = 600;

/// How two conditions lie to each other, and whether they are made of the same questions; none where one is not read.
pub(super) fn relation(old: &str, new: &str) -> Option<(Relation, bool)> {
    let mut asked = Questions::default();
    let before = asked.read(old, LEVELS_MAX)?;
    let first = std::mem::take(&mut asked.order);
    let after = asked.read(new, LEVELS_MAX)?;
    let sorted = |order: &[usize]| {
        let mut order = order.to_vec();
        order.sort_unstable();
        order
    };
    let same_questions = sorted(&first) == sorted(&asked.order);
    let rows = 1_u32 << asked.known.len();
    let (mut only_before, mut only_after) = (false, false);
    for row in 0..rows {
        let (was, is) = (before.holds(row), after.holds(row));
        only_before |= was && !is;
        only_after |= is && !was;
    }
    let relation = match (only_before, only_after) {
        (false, false) if first == asked.order || !asked.acts() => Relation::Same,
        (true, false) => Relation::Fewer,
        (false, true) => Relation::More,
        _ => Relation::Apart,
    };
    Some((relation, same_questions))
}

/// The smallest questions of the conditions that were read.
#[derive(Default)]
struct Questions {
    known: BTreeMap<String, usize>,
    /// In the order in which one condition asks them.
    order: Vec<usize>,
}

/// What a condition is made of. Numbers are those of its questions.
enum Formula {
    Asks(usize),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
}

impl Formula {
    /// `row`: one bit for each question.
    fn holds(&self, row: u32) -> bool {
        match self {
            Self::Asks(question) => row >> question & 1 == 1,
            Self::Not(part) => !part.holds(row),
            Self::All(parts) => parts.iter().all(|part| part.holds(row)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(row)),
        }
    }
}

impl Questions {
    fn read(&mut self, condition: &str, levels: usize) -> Option<Formula> {
        let text = bare(condition);
        let levels = levels.checked_sub(1)?;
        if text.is_empty() || text.len() > CONDITION_BYTES_MAX || chooses(text) {
            return None;
        }
        for (by, any) in [(OR, true), (AND, false)] {
            let parts = split(text, by);
            if parts.len() > 1 {
                let parts = parts.iter().map(|part| self.read(part, levels)).collect::<Option<Vec<_>>>()?;
                return Some(if any { Formula::Any(parts) } else { Formula::All(parts) });
            }
        }
        // a sign binds to what stands next to it: `!a == b` is not `!(a == b)`
        let binds =
            |rest: &&str| !rest.starts_with('=') && (in_brackets(rest) == Some(rest.len()) || compared(rest).is_none());
        let negated = text.strip_prefix("not ").or_else(|| text.strip_prefix('!').map(str::trim_start).filter(binds));
        if let Some(rest) = negated {
            return Some(Formula::Not(Box::new(self.read(rest, levels)?)));
        }
        let (question, negated) = plainest(text);
        let next = self.known.len();
        let number = *self.known.entry(question).or_insert(next);
        if self.known.len() > QUESTIONS_MAX {
            return None;
        }
        if !self.order.contains(&number) {
            self.order.push(number);
        }
        let asks = Formula::Asks(number);
        Some(if negated { Formula::Not(Box::new(asks)) } else { asks })
    }

    /// True if a question may do something, or may only be asked after another one: a call, a part of a thing.
    fn acts(&self) -> bool {
        self.known.keys().any(|question| question.contains(['(', '.', '[']) || question.contains("->"))
    }
}

/// True for texts that are no condition of questions alone: a choice, a pattern that binds a name.
fn chooses(text: &str) -> bool {
    text.contains(" ? ") || text.starts_with("let ") || text.contains(":=") || text.contains(" if ")
}

/// Comparisons with what each says in the plainest way: its sign, whether its sides change places, whether it says no.
const COMPARISONS: [(&str, &str, bool, bool); 14] = [
    ("!==", "===", false, true),
    ("===", "===", false, false),
    ("!=", "==", false, true),
    ("==", "==", false, false),
    ("<=", "<", true, true),
    (">=", "<", false, true),
    (" < ", "<", false, false),
    (" > ", "<", true, false),
    (" is not ", " is ", false, true),
    (" is ", " is ", false, false),
    (" not in ", " in ", false, true),
    (" in ", " in ", false, false),
    (" !~ ", " =~ ", false, true),
    (" =~ ", " =~ ", false, false),
];

/// A question in the one form that all its spellings have, and whether the text asks for the opposite: `b >= a` is not
/// `b < a`.
fn plainest(text: &str) -> (String, bool) {
    compared(text).unwrap_or_else(|| (text.split_whitespace().collect::<Vec<_>>().join(" "), false))
}

/// The same of a comparison; none of a text that is no comparison.
fn compared(text: &str) -> Option<(String, bool)> {
    let mut depth = 0_u32;
    for (at, c) in plain(text) {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let found = COMPARISONS.iter().filter(|_| depth == 0).find(|(sign, ..)| text[at..].starts_with(sign));
        let Some((sign, plainest, swaps, negates)) = found else { continue };
        // `<<=`, `=>`, `->`
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| matches!(c, '<' | '>' | '=' | '-')) {
            return None;
        }
        let (mut left, mut right) = (text[..at].trim(), text[at + sign.len()..].trim());
        if *swaps || (*plainest == "==" && right < left) {
            std::mem::swap(&mut left, &mut right);
        }
        return Some((format!("{left}{plainest}{right}"), *negates));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_hold_in_the_same_cases() {
        for (old, new) in [
            ("!a || !b", "!(a && b)"),
            ("a && !(b || c)", "a && !b && !c"),
            ("n < 10", "10 > n"),
            ("!(n < 10)", "n >= 10"),
            ("x != y || ok", "!(x == y) || ok"),
            ("not (x is None)", "x is not None"),
            ("not a in b and c", "a not in b and c"),
            ("(a) or (b)", "a or b"),
            ("a || b", "b || a"),
            ("!(user.isManager() && user.worksIn(s))", "!user.isManager() || !user.worksIn(s)"),
        ] {
            assert_eq!(relation(old, new), Some((Relation::Same, true)), "{old} / {new}");
        }
    }

    #[test]
    fn conditions_that_hold_in_other_cases() {
        for (old, new, expected) in [
            ("!a || !b", "!(a || b)", Relation::Fewer),
            ("a || b", "a", Relation::Fewer),
            ("a && b", "a && b || c", Relation::More),
            ("a", "b", Relation::Apart),
            ("n < 10", "n <= 10", Relation::Apart),
            ("!(a == b)", "!a == b", Relation::Apart),
            ("x == 1", "x === 1", Relation::Apart),
            ("x && x.y", "x.y && x", Relation::Apart),
            ("\"a || b\" == c", "\"a\" == c", Relation::Apart),
            ("a < b && b < a", "a < b", Relation::More),
        ] {
            assert_eq!(relation(old, new).map(|found| found.0), Some(expected), "{old} / {new}");
        }
    }

    #[test]
    fn what_is_not_read_as_a_condition() {
        let (deep, long) = ("!".repeat(40) + "a", "a".repeat(1000));
        for text in ["", "a ? b : c", "let Some(x) = y", &deep, &long, "a||b||c||d||e||f||g||h||i"] {
            assert_eq!(relation(text, "a"), None, "{text}");
        }
    }
}
