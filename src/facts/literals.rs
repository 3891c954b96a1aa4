//! Texts that came with a change and are more than texts: a pattern that a backtracking engine may take exponential time
//! for, and what looks like a secret. A secret is judged by its shape and by the name it is given, and is never shown.

use super::cut::{Cut, Cuts};
use super::entity_change::{bare, entity_ref};
use super::pair::{Pair, Sheet};
use super::{ConstructChange, Fact, FactKind};
use crate::limits;
use crate::location::{LineRange, Side};
use crate::syntax::Value;
use crate::text::lossless;
use crate::zones::words;

/// Patterns and secrets of one file; `facts` are those found so far.
pub(super) fn literal_facts(pair: &Pair, facts: &[Fact], cuts: &mut Cuts) -> Vec<Fact> {
    let mut found: Vec<Fact> = facts.iter().filter_map(explosive).collect();
    if let Some(new) = &pair.new {
        let known: Vec<u32> = found.iter().map(|fact| fact.location.lines.start).collect();
        found.extend(unnamed_patterns(pair, new).filter(|fact| !known.contains(&fact.location.lines.start)));
        found.extend(secrets(pair, new, cuts));
    }
    found
}

/// Quoted texts of changed lines that can be nothing but a pattern, and explode. What takes them is not known by name: a
/// validator's argument, an annotation, a constructor whose type is left out.
fn unnamed_patterns<'a>(pair: &'a Pair, new: &'a Sheet) -> impl Iterator<Item = Fact> + 'a {
    let lines = if pair.is_data() { Vec::new() } else { code_lines(new) };
    lines.into_iter().filter_map(move |line| {
        let bytes = new.line(line);
        let repeated = |sign: &[u8]| memchr::memmem::find(bytes, sign).is_some();
        if bytes.len() >= limits::LINE_BYTES_MAX || !(repeated(b")+") || repeated(b")*") || repeated(b"){")) {
            return None;
        }
        let text = lossless(bytes);
        let whole = matches_whole(&text);
        let pattern = quoted(&text).find(|inner| inner.contains(['[', '\\']) && explodes(inner, whole))?;
        let before = pair.old.as_ref().is_some_and(|old| memchr::memmem::find(old.all(), pattern.as_bytes()).is_some());
        let entity = new.outline.entity_at(line).map(|at| entity_ref(new, at));
        let construct =
            ConstructChange { capture: "regex.explosive".into(), old: None, new: Some(pattern.to_owned().into()) };
        let location = pair.locate(Side::New, LineRange::line(line));
        let fact = bare(FactKind::ConstructAdded, location, pair.change.path.untrusted());
        (!before).then_some(Fact { entity, construct: Some(construct), ..fact })
    })
}

/// The changed lines that are no comments, as many as are looked at.
fn code_lines(new: &Sheet) -> Vec<u32> {
    new.changed_lines().filter(|line| !new.is_inert(*line)).take(limits::SECRET_LINES_MAX).collect()
}

/// What stands between two like quotes of a line.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let start = rest.find(['"', '\'', '`'])?;
        let quote = rest.as_bytes()[start];
        let inside = &rest[start + 1..];
        let escaped =
            |at: usize| inside.as_bytes()[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
        let ends = |at: &usize| inside.as_bytes()[*at] == quote && !escaped(*at);
        let end = (0..inside.len()).find(ends).unwrap_or(inside.len());
        rest = inside.get(end + 1..).unwrap_or_default();
        Some(&inside[..end])
    })
}

/// A pattern that came or changed, if it explodes and did not before.
fn explosive(fact: &Fact) -> Option<Fact> {
    let (old, new) = pattern_of(fact)?;
    let whole = fact.setting.is_some() || matches_whole(&new);
    let explodes = |pattern: &str| explodes(pattern, whole);
    if !explodes(&new) || old.is_some_and(|old| explodes(&old)) {
        return None;
    }
    let construct = ConstructChange { capture: "regex.explosive".into(), old: None, new: Some(new.into()) };
    Some(Fact { kind: FactKind::ConstructAdded, construct: Some(construct), setting: None, ..fact.clone() })
}

/// Both texts of a construct or setting that is a pattern.
fn pattern_of(fact: &Fact) -> Option<(Option<String>, String)> {
    if let Some(construct) = fact.construct.as_ref().filter(|one| &*one.capture == "regex") {
        return Some((construct.old.as_deref().map(str::to_owned), construct.new.as_deref()?.to_owned()));
    }
    let setting = fact.setting.as_ref()?;
    let names = ["regex", "regexp", "pattern", "patterns", "expression", "match", "matches", "rule", "rx", "path"];
    let last = words(setting.key.rsplit('.').find(|part| part.parse::<u32>().is_err()).unwrap_or_default());
    if !last.iter().any(|word| names.contains(&word.as_str())) {
        return None;
    }
    let text = |value: &Option<Value>| value.as_ref().map(Value::to_text);
    Some((text(&setting.old), text(&setting.new)?))
}

/// True if what takes a pattern holds it against a text as a whole, as far as its line tells.
fn matches_whole(line: &str) -> bool {
    const WHOLE: [&str; 8] =
        ["matches(", "matches?", "fullmatch", "full_match", "FullMatch", "@Pattern", "RegularExpression", "attern="];
    WHOLE.iter().any(|word| line.contains(word))
}

/// True if a repetition stands around what itself ends or begins in a repetition of the same thing, or two open
/// repetitions of everything follow each other: `(a+)+`, `(a|b*)*`, `(x.*)*`, `.*.*=.*`. Where nothing follows that could
/// fail, no round is taken back, unless the pattern must match the `whole` text.
pub(super) fn explodes(pattern: &str, whole: bool) -> bool {
    let as_written = |pattern: &str| explodes_as_written(pattern, whole);
    // a backslash is written twice in a text that is not raw
    as_written(pattern) || (pattern.contains("\\\\") && as_written(&pattern.replace("\\\\", "\\")))
}

/// True if something that may fail stands behind a repetition: no end of the pattern, nor brackets and quotes around it.
fn may_fail_behind(bytes: &[u8], at: usize) -> bool {
    let behind = bytes.get(at..).unwrap_or_default();
    let behind = match behind.first() {
        Some(b'{') => behind.split(|byte| *byte == b'}').next().map_or(behind, |inside| &behind[inside.len()..]),
        _ => behind,
    };
    let next = behind.iter().find(|byte| !matches!(byte, b'*' | b'+' | b'?' | b')' | b'}'));
    next.is_some_and(|byte| !matches!(byte, b'"' | b'\'' | b'`'))
}

fn explodes_as_written(pattern: &str, whole: bool) -> bool {
    let bytes = pattern.as_bytes();
    let mut groups: Vec<Group> = Vec::new();
    let (mut at, mut dots) = (0, Vec::new());
    while at < bytes.len() {
        match bytes[at] {
            b'(' => groups.push(Group::default()),
            b'|' => groups.iter_mut().next_back().into_iter().for_each(Group::next),
            b')' => {
                let mut group = groups.pop().unwrap_or_default();
                group.next();
                let repeated = is_unbounded(bytes, at + 1);
                if repeated && group.ambiguous && (whole || may_fail_behind(bytes, at + 1)) {
                    return true;
                }
                if let Some(outer) = groups.last_mut() {
                    outer.repeats |= repeated || group.ambiguous;
                    outer.fixed += u32::from(!repeated && !group.ambiguous && !is_optional(bytes, at + 1));
                }
            }
            b'?' | b'*' | b'+' | b'{' | b'}' => {}
            first => {
                let start = at;
                at = match first {
                    b'\\' => at + 1,
                    b'[' => class_end(bytes, at),
                    _ => at,
                };
                let unbounded = is_unbounded(bytes, at + 1);
                if first == b'.' && unbounded {
                    dots.push(at);
                }
                if let Some(group) = groups.last_mut().filter(|_| !is_mark(bytes, start)) {
                    group.repeats |= unbounded;
                    group.fixed += u32::from(!unbounded && !is_optional(bytes, at + 1));
                }
            }
        }
        at += 1;
    }
    // `.*.*=.*`: how the text is shared out between the first two is open
    dots.windows(2).any(|pair| pair[1] == pair[0] + 2)
}

/// What is known of an open group, and of its present alternative.
#[derive(Default)]
struct Group {
    /// An alternative was a repetition with nothing beside it that tells one round from the next.
    ambiguous: bool,
    repeats: bool,
    /// Parts that must stand there exactly once.
    fixed: u32,
}

impl Group {
    /// The end of an alternative.
    fn next(&mut self) {
        self.ambiguous |= self.repeats && self.fixed == 0;
        (self.repeats, self.fixed) = (false, 0);
    }
}

/// `?:`, `?=` and the like right behind an opening bracket are no part of what is matched.
fn is_mark(bytes: &[u8], at: usize) -> bool {
    at >= 1
        && (bytes[at - 1] == b'(' || (at >= 2 && bytes[at - 1] == b'?' && bytes[at - 2] == b'('))
        && matches!(bytes[at], b'?' | b':' | b'=' | b'!' | b'<')
}

fn is_unbounded(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        // a possessive or atomic repetition never goes back
        Some(b'*' | b'+') => bytes.get(at + 1) != Some(&b'+'),
        Some(b'{') => {
            let inner: Vec<u8> = bytes[at + 1..].iter().copied().take_while(|byte| *byte != b'}').collect();
            inner.ends_with(b",") && inner.first().is_some_and(u8::is_ascii_digit)
        }
        _ => false,
    }
}

fn is_optional(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at), Some(b'?'))
}

/// The closing bracket of a class.
fn class_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    if bytes.get(at) == Some(&b'^') {
        at += 1;
    }
    if bytes.get(at) == Some(&b']') {
        at += 1;
    }
    while at < bytes.len() && bytes[at] != b']' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len().saturating_sub(1))
}

// ---- secrets

/// Words that say that what they name is a secret.
const SECRET_WORDS: [&str; 12] = [
    "secret",
    "password",
    "passwd",
    "passphrase",
    "token",
    "apikey",
    "credential",
    "credentials",
    "privatekey",
    "pwd",
    "auth",
    "key",
];

/// Lines that came with a quoted text that looks like a secret and is named like one.
fn secrets(pair: &Pair, new: &Sheet, cuts: &mut Cuts) -> Vec<Fact> {
    if pair.is_data() {
        return Vec::new();
    }
    if new.changed_lines().count() > limits::SECRET_LINES_MAX {
        cuts.insert(Cut::Secrets);
    }
    let found = code_lines(new).into_iter().filter(|line| {
        let bytes = new.line(*line);
        bytes.len() < 1_000 && holds_secret(&lossless(bytes))
    });
    found.take(limits::TEXT_FACTS_MAX).map(|line| secret(pair, new, line)).collect()
}

fn secret(pair: &Pair, sheet: &Sheet, line: u32) -> Fact {
    let entity = sheet.outline.entity_at(line).map(|at| entity_ref(sheet, at));
    let construct = ConstructChange { capture: "literal.secret".into(), old: None, new: Some("(not shown)".into()) };
    let location = pair.locate(Side::New, LineRange::line(line));
    Fact {
        entity,
        construct: Some(construct),
        ..bare(FactKind::ConstructAdded, location, pair.change.path.untrusted())
    }
}

/// True if a line gives a name that says secret a text that looks like one.
fn holds_secret(line: &str) -> bool {
    let Some((name, rest)) = line.split_once(['=', ':']) else { return false };
    let names = words(name);
    let last: Vec<&str> = names.iter().rev().take(3).map(String::as_str).collect();
    let strong = |word: &&str| SECRET_WORDS[..10].contains(word);
    let keyed = last.contains(&"key")
        && last.iter().any(|word| matches!(*word, "api" | "secret" | "private" | "access" | "signing" | "encryption"));
    if !last.iter().any(strong) && !keyed {
        return false;
    }
    let rest = rest.trim_start_matches(['=', ':', ' ', '>']);
    let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) else { return false };
    let inner: String = rest[1..].chars().take_while(|c| *c != quote).collect();
    looks_random(&inner)
}

/// Long, of several kinds of characters, and with much to guess in each.
pub(super) fn looks_random(text: &str) -> bool {
    let has = |test: fn(&u8) -> bool| text.bytes().any(|byte| test(&byte));
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_-.".contains(&byte));
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    (16..=200).contains(&text.len()) && plain && mixed && centibits(text) >= 320
}

/// Hundredths of a bit of Shannon entropy a character.
fn centibits(text: &str) -> u32 {
    let mut counts = [0u32; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let all = text.len() as f64;
    let bits: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / all;
            -share * share.log2()
        })
        .sum();
    (bits * 100.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_of_repetitions_explode_and_delimited_ones_do_not() {
        for pattern in [
            "(a+)+$",
            "^([a-z0-9]+\\.?)+@",
            "(a|b*)*c",
            "(.*,?)*x",
            ".*.*=.*",
            "(?:\\w+\\s?)+!",
            "((\\d+)*)x",
            "([a-z]+)*\\d",
            "(\\\\w+\\\\s?)+!",
        ] {
            assert!(explodes(pattern, false), "{pattern}");
        }
        for pattern in ["(\\d+)*", "([a-z]+)*", "re.compile(r\"(a+)+\")"] {
            assert!(explodes(pattern, true) && !explodes(pattern, false), "{pattern}: nothing may fail behind");
        }
        for pattern in [
            "a+$",
            "^[a-z0-9._-]+@[a-z0-9.-]+$",
            "([a-z]+,)+",
            "(\\w+\\.)+com",
            "(a{1,3})+",
            "^\\s*(\\w+)\\s*=",
            "(ab)+",
            "a.*b",
        ] {
            assert!(!explodes(pattern, true), "{pattern}");
        }
    }

    #[test]
    fn quotes_of_a_line_hold_texts() {
        let texts = |line| quoted(line).collect::<Vec<_>>();
        assert_eq!(texts(r#"a("b\"c", 'd"e') + `f"#), [r#"b\"c"#, "d\"e", "f"]);
        assert_eq!(texts("no quotes"), Vec::<&str>::new());
    }

    #[test]
    fn a_secret_has_a_name_and_a_shape() {
        assert!(holds_secret("API_KEY = \"s3kT9vQ2mZ7pLx4Rb8WnC1yHf6Gd0Ju5\""));
        assert!(holds_secret("  clientSecret: 'a8f5f167f44f4964e6c998dee827110c',"));
        for line in [
            "API_KEY = os.environ[\"API_KEY\"]",
            "token = \"next-page-token\"",
            "key = \"s3kT9vQ2mZ7pLx4Rb8WnC1yHf6\"",
            "password: \"********\"",
        ] {
            assert!(!holds_secret(line), "{line}");
        }
    }
}
