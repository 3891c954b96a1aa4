//! Local names that a change calls otherwise, and nothing more: `signature` that became `given` throughout a function. With
//! them replaced, lines that only follow the new name are the same lines, and what was edited beside the name can be told.
//! Read from text, for every language; a pair of names counts only where both sides use them about as often.

use super::code_lines::{Line, lines};
use super::lexis::{Class, Token, tokens};
use super::matching::is_type;
use super::pair::{Pair, Sheet};
use crate::limits;
use crate::location::{LineRange, Side};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Pairs of lines that are looked at for names in the same place (count).
const LINE_PAIRS_MAX: usize = 4_000;

/// Old names with the names that took their place.
#[derive(Debug, Default)]
pub(super) struct Renames(FxHashMap<String, String>);

impl Renames {
    /// Those of one function or other stretch, from its lines of code on both sides.
    pub fn between(old: &[Line], new: &[Line]) -> Self {
        let (was, is) = (counts(old), counts(new));
        let gone = |name: &str| was.get(name).is_some_and(|count| *count > 1) && !is.contains_key(name);
        let came = |name: &str| is.get(name).is_some_and(|count| *count > 1) && !was.contains_key(name);
        if !was.keys().any(|name| gone(name)) || !is.keys().any(|name| came(name)) {
            return Self::default();
        }
        let (bound_before, bound) = (bound(old), bound(new));
        let changed = |lines: &[Line], others: &[Line]| -> Vec<Vec<(String, Class)>> {
            let known: FxHashSet<&str> = others.iter().map(|other| other.text.as_str()).collect();
            let apart = lines.iter().filter(|line| !known.contains(line.text.as_str()));
            apart.map(|line| words(&line.text)).collect()
        };
        let (before, after) = (changed(old, new), changed(new, old));
        let mut votes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (from, to) in before.iter().flat_map(|a| after.iter().map(move |b| (a, b))).take(LINE_PAIRS_MAX) {
            let both = |(a, b): &(&str, &str)| gone(a) && came(b) && bound_before.contains(*a) && bound.contains(*b);
            for (a, b) in in_the_same_place(from, to).into_iter().filter(both) {
                *votes.entry((a, b)).or_default() += 1;
            }
        }
        let mut ranked: Vec<((&str, &str), usize)> = votes.into_iter().collect();
        ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut found: FxHashMap<String, String> = FxHashMap::default();
        for ((a, b), _) in ranked {
            let as_often = was[a].abs_diff(is[b]) <= 1;
            if as_often && !found.contains_key(a) && !found.values().any(|taken| taken == b) {
                found.insert(a.to_owned(), b.to_owned());
            }
        }
        Self(found)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name that stands on the new side for an old one.
    pub fn now<'a>(&'a self, name: &'a str) -> &'a str {
        self.0.get(name).map_or(name, String::as_str)
    }

    /// An old line in new names.
    pub fn line(&self, text: &str) -> String {
        if self.is_empty() {
            return text.to_owned();
        }
        let (mut said, mut at) = (String::with_capacity(text.len()), 0);
        for token in tokens(text).iter().filter(|token| token.class == Class::Word) {
            said.push_str(&text[at..token.start]);
            said.push_str(self.now(token.text));
            at = token.end;
        }
        said.push_str(&text[at..]);
        said
    }

    /// The tokens of an old line, with new names; their places stay those of the old line.
    pub fn tokens<'a>(&'a self, mut tokens: Vec<Token<'a>>) -> Vec<Token<'a>> {
        for token in tokens.iter_mut().filter(|token| token.class == Class::Word) {
            token.text = self.now(token.text);
        }
        tokens
    }
}

/// What is only called otherwise, by the functions of both sides, for every function with an edited line.
pub(super) type RenamesOfFile = FxHashMap<(u32, u32), Renames>;

/// Those of one file; none for data.
pub(super) fn renames_of(pair: &Pair) -> RenamesOfFile {
    let mut found = FxHashMap::default();
    let (Some(old), Some(new)) = (&pair.old, &pair.new) else { return found };
    if pair.is_data() {
        return found;
    }
    for hunk in &pair.change.hunks {
        let (Some(before), Some(after)) = (hunk.range(Side::Old), hunk.range(Side::New)) else { continue };
        let first = |sheet: &Sheet, lines: LineRange| (lines.start..=lines.end).find(|line| !sheet.is_inert(*line));
        let firsts = first(old, before).zip(first(new, after));
        let Some(owners) = firsts.and_then(|(was, is)| owners(old, was, new, is)) else { continue };
        let of = |sheet: &Sheet, at: u32| lines(sheet, sheet.entity(at).lines);
        let count = |lines: LineRange| (lines.end - lines.start) as usize + 1;
        let rewritten = count(before).max(count(after)) > limits::EDIT_HUNK_LINES_MAX;
        if !rewritten && !is_type(new.entity(owners.1).kind) {
            found.entry(owners).or_insert_with(|| Renames::between(&of(old, owners.0), &of(new, owners.1)));
        }
    }
    found
}

/// The functions that two lines stand in.
pub(super) fn owners(old: &Sheet, was: u32, new: &Sheet, is: u32) -> Option<(u32, u32)> {
    old.outline.entity_at(was).zip(new.outline.entity_at(is))
}

/// How often each name stands on some lines, members and called names left out: those belong to others.
fn counts(lines: &[Line]) -> FxHashMap<String, usize> {
    let mut counts = FxHashMap::default();
    for line in lines {
        let words = tokens(&line.text);
        for (at, word) in words.iter().enumerate().filter(|(_, word)| word.class == Class::Word) {
            let before = at.checked_sub(1).map_or("", |at| words[at].text);
            let after = words.get(at + 1).map_or("", |next| next.text);
            let member = matches!(before, "." | "->" | "::" | "?.") || after == "(";
            *counts.entry(word.text.to_owned()).or_default() += usize::from(!member);
        }
    }
    counts.retain(|_, count| *count > 0);
    counts
}

/// Names that some line gives a value to, or takes: `x = `, `let x`, `for x in`, `String x,`.
fn bound(lines: &[Line]) -> FxHashSet<String> {
    const BINDS: [&str; 11] = ["let", "var", "const", "val", "mut", "auto", "as", "for", "final", "|", "each"];
    const SAYS: [&str; 12] =
        ["return", "throw", "raise", "await", "if", "in", "and", "or", "not", "new", "yield", "else"];
    let mut found = FxHashSet::default();
    for line in lines {
        let words = tokens(&line.text);
        for (at, word) in words.iter().enumerate().filter(|(_, word)| word.class == Class::Word) {
            let before = at.checked_sub(1).map(|at| &words[at]);
            let after = words.get(at + 1).map_or("", |next| next.text);
            let typed = before.is_some_and(|before| before.class == Class::Word && !SAYS.contains(&before.text));
            if matches!(after, "=" | ":=" | "in" | "of")
                || before.is_some_and(|before| BINDS.contains(&before.text))
                || (typed && matches!(after, ";" | ")" | "," | ":"))
            {
                found.insert(word.text.to_owned());
            }
        }
    }
    found
}

fn words(text: &str) -> Vec<(String, Class)> {
    tokens(text).iter().map(|token| (token.text.to_owned(), token.class)).collect()
}

/// Names that stand in the same place of two lines: where as many tokens say the same around them, and where both lines
/// give a value to a name.
fn in_the_same_place<'a>(from: &'a [(String, Class)], to: &'a [(String, Class)]) -> Vec<(&'a str, &'a str)> {
    let mut found = Vec::new();
    let name = |token: &(String, Class)| token.1 == Class::Word;
    if from.len() == to.len() {
        let apart: Vec<usize> = (0..from.len()).filter(|at| from[*at] != to[*at]).collect();
        if apart.len() * 2 <= from.len() {
            found.extend(
                apart.iter().filter(|at| name(&from[**at]) && name(&to[**at])).map(|at| (&*from[*at].0, &*to[*at].0)),
            );
        }
    }
    let target = |line: &'a [(String, Class)]| {
        let sign = line.iter().position(|token| matches!(&*token.0, "=" | ":="))?;
        let (target, value) = (line[..sign].last().filter(|token| name(token))?, line.get(sign + 1)?);
        Some((&*target.0, line[sign + 1..].iter().find(|token| token.1 == Class::Word).unwrap_or(value)))
    };
    if let (Some((a, value)), Some((b, other))) = (target(from), target(to)) {
        let shared = value == other || to.iter().any(|token| token.1 == Class::Word && token == value);
        if shared {
            found.push((a, b));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::code_lines::read as lines;
    use super::*;

    #[test]
    fn a_local_that_is_called_otherwise_is_known() {
        let old = lines("sign = header(request)\nif sign == '' || !equal(want, sign) {\n  refuse()\n}");
        let new = lines("given = trim(header(request))\nif given != '' && !equal(want, given) {\n  refuse()\n}");
        let renames = Renames::between(&old, &new);
        assert!(Renames::between(&lines("f(true)\ng(true)"), &lines("f(no)\ng(no)")).is_empty(), "no local name");
        assert_eq!(renames.line("if sign == '' || !equal(want, sign) {"), "if given == '' || !equal(want, given) {");
    }

    #[test]
    fn another_value_is_no_new_name() {
        let old = lines("pay(total)\nlog(total)\nbook(total)");
        let new = lines("pay(part)\nlog(total)\nbook(total)");
        assert!(Renames::between(&old, &new).is_empty(), "total is still there");
        let new = lines("pay(part)");
        assert!(Renames::between(&old, &new).is_empty(), "not as often");
    }
}
