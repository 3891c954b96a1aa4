//! Comments that are obeyed, and text that is not shown as it runs. A compiler reads `//go:build`, a shell `#!`, a scanner
//! `# nosec`: a change to such a line is a construct (`directive.run`, `directive.check`), although the tokens of the file
//! are the same. The patterns are data (`rules/directives.toml`); C code in the comment above Go's `import "C"` has no
//! pattern and is known by its place. Controls that turn the direction of writing, and characters without a width, are
//! `text.hidden` wherever they come (CVE-2021-42574).

use super::code_lines::made;
use super::pair::{Pair, Sheet};
use super::{ConstructChange, Fact, FactKind};
use crate::expression::Expression;
use crate::text::{hides, is_tag, lossless};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Facts that stand on comments of a file that is there on both sides, and on hidden text that came.
pub(super) fn directive_facts(pair: &Pair) -> Vec<Fact> {
    let mut facts = match (&pair.old, &pair.new) {
        (Some(old), Some(new)) => changed(pair, &obeyed(old), &obeyed(new)),
        _ => Vec::new(),
    };
    facts.extend(hidden(pair));
    facts
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Run,
    Check,
}

impl Kind {
    fn capture(self) -> &'static str {
        match self {
            Self::Run => "directive.run",
            Self::Check => "directive.check",
        }
    }
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    directive: Vec<Pattern>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    kind: Kind,
    #[serde(default)]
    languages: Vec<String>,
    line: Expression,
    #[serde(default)]
    first: bool,
    #[serde(default)]
    beside: bool,
}

fn patterns() -> &'static [Pattern] {
    static PATTERNS: OnceLock<Vec<Pattern>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let document: Result<Document, _> =
            crate::data::parse("rules/directives.toml", crate::embedded::rule_file("directives.toml"));
        document.map(|document| document.directive).unwrap_or_default()
    })
}

/// An obeyed line and its number, by kind.
type Obeyed = BTreeMap<Kind, Vec<(String, u32)>>;

fn obeyed(sheet: &Sheet) -> Obeyed {
    let language = sheet.outline.language.map(|language| &*language.name);
    let fits = |pattern: &&Pattern| {
        pattern.languages.is_empty() || language.is_some_and(|name| pattern.languages.iter().any(|one| one == name))
    };
    let fitting: Vec<&Pattern> = patterns().iter().filter(fits).collect();
    let mut found = Obeyed::new();
    for line in sheet.changed_lines() {
        let text = lossless(sheet.line(line));
        let text = text.trim_start();
        let inert = sheet.is_inert(line);
        let hit = fitting.iter().find(|pattern| {
            (inert || pattern.beside) && (!pattern.first || line <= 2) && pattern.line.is_match(text.as_bytes())
        });
        let kind = hit.map(|pattern| pattern.kind);
        let kind = kind.or_else(|| (inert && language == Some("go") && foreign(sheet, line)).then_some(Kind::Run));
        if let Some(kind) = kind {
            // a carriage return behind an interpreter's name is part of the name
            let raw =
                if text.starts_with("#!") && sheet.ends_in_return(line) { format!("{text}\\r") } else { text.into() };
            found.entry(kind).or_default().push((raw, line));
        }
    }
    found
}

/// True for a line of the comment that ends right above Go's `import "C"`: it is C, and is compiled.
fn foreign(sheet: &Sheet, line: u32) -> bool {
    if sheet.line(line).trim_ascii_start().is_empty() {
        return false;
    }
    let next = (line..).find(|line| !sheet.is_inert(*line) || sheet.is_after_end(*line));
    next.is_some_and(|next| sheet.line(next).trim_ascii() == b"import \"C\"" && !sheet.line(next - 1).is_empty())
}

/// What came and went; a line that only moved is neither.
fn changed(pair: &Pair, old: &Obeyed, new: &Obeyed) -> Vec<Fact> {
    let mut facts = Vec::new();
    for kind in [Kind::Run, Kind::Check] {
        let empty = Vec::new();
        let (before, after) = (old.get(&kind).unwrap_or(&empty), new.get(&kind).unwrap_or(&empty));
        let gone = without(before, after);
        let came = without(after, before);
        for (at, (text, line)) in came.iter().enumerate() {
            let was = gone.get(at).map(|(text, _)| text.as_str());
            if only_names_interpreter(was, text) {
                continue;
            }
            facts.extend(pair.new.as_ref().map(|sheet| fact(pair, sheet, kind, *line, was, Some(text))));
        }
        for (text, line) in gone.iter().skip(came.len()) {
            facts.extend(pair.old.as_ref().map(|sheet| fact(pair, sheet, kind, *line, Some(text), None)));
        }
    }
    facts
}

/// Where systems keep their interpreters.
const PLACES: [&str; 4] = ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];

/// True if the first line of a script names an interpreter of the system where none was named, or the same one at another
/// place of the system.
fn only_names_interpreter(old: Option<&str>, new: &str) -> bool {
    let named = |text: &'_ str| -> Option<Vec<String>> {
        let mut words = text.strip_prefix("#!")?.split_whitespace();
        let (_, program) = words.next()?.rsplit_once('/').filter(|(place, _)| PLACES.contains(place))?;
        let words: Vec<&str> =
            if program == "env" { words.collect() } else { [vec![program], words.collect()].concat() };
        // what comes with a command runs it
        (words.len() <= 2 && words.first().is_some_and(|first| !first.starts_with('-')))
            .then(|| words.into_iter().map(str::to_owned).collect())
    };
    let Some(is) = named(new).filter(|_| !new.contains(char::is_control)) else { return false };
    old.is_none_or(|old| named(old) == Some(is))
}

/// The lines of one list that the other does not hold as well, each as often as it is missing there.
fn without(these: &[(String, u32)], those: &[(String, u32)]) -> Vec<(String, u32)> {
    let mut left: Vec<&str> = those.iter().map(|(text, _)| text.as_str()).collect();
    let missing = these.iter().filter(|(text, _)| match left.iter().position(|other| other == text) {
        Some(at) => {
            left.swap_remove(at);
            false
        }
        None => true,
    });
    missing.cloned().collect()
}

fn fact(pair: &Pair, sheet: &Sheet, kind: Kind, line: u32, old: Option<&str>, new: Option<&str>) -> Fact {
    let told = match (old, new) {
        (Some(_), Some(_)) => FactKind::ConstructChanged,
        (Some(_), None) => FactKind::ConstructDeleted,
        _ => FactKind::ConstructAdded,
    };
    let construct =
        ConstructChange { capture: kind.capture().into(), old: old.map(Into::into), new: new.map(Into::into) };
    Fact { kind: told, construct: Some(construct), ..made(pair, sheet, kind.capture(), line) }
}

/// Changed lines of the new side that hold what is not shown, where none of the old lines that changed does.
fn hidden(pair: &Pair) -> Vec<Fact> {
    let Some(new) = &pair.new else { return Vec::new() };
    let holds = |sheet: &Sheet, line: u32| is_hidden(sheet.line(line), line);
    let before = pair.old.as_ref().is_some_and(|old| old.changed_lines().any(|line| holds(old, line)));
    let first = new.changed_lines().find(|line| !before && holds(new, *line));
    first.map(|line| made(pair, new, "text.hidden", line)).into_iter().collect()
}

/// True for a line with a character that hides; a mark at the beginning of a file and the tags of a flag do not count.
fn is_hidden(line: &[u8], number: u32) -> bool {
    if line.is_ascii() {
        return false;
    }
    let line = if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
    let flag = memchr::memmem::find(line, "\u{1f3f4}".as_bytes()).is_some();
    lossless(line).chars().any(|c| hides(c) && !(flag && is_tag(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interpreter_is_told_from_its_place() {
        assert!(only_names_interpreter(None, "#!/bin/sh"));
        assert!(only_names_interpreter(Some("#!/usr/bin/env bash"), "#!/bin/bash"));
        assert!(!only_names_interpreter(Some("#!/bin/sh"), "#!/bin/bash"));
        assert!(!only_names_interpreter(Some("#!/bin/sh -e"), "#!/bin/sh"));
        assert!(!only_names_interpreter(Some("#!/bin/sh"), "#!/bin/sh\r"));
        assert!(!only_names_interpreter(None, "//go:build linux"));
        assert!(!only_names_interpreter(Some("#!/bin/bash"), "#!/srv/x/bash"));
        assert!(!only_names_interpreter(None, "#!/usr/bin/env -S sh -c id"));
        assert!(!only_names_interpreter(None, "#!/bin/sh -c id"));
        assert!(!only_names_interpreter(None, "#!/usr/bin/env"));
    }

    #[test]
    fn every_expression_compiles() {
        assert!(!patterns().is_empty());
        for pattern in patterns() {
            regex::bytes::Regex::new(pattern.line.text()).expect("a usable expression");
        }
    }
}
