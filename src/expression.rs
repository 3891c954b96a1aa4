//! Regular expressions of shipped data. They are compiled when they are first asked, because a run needs few of them, and
//! in two forms: most texts are ASCII, and for those the tables of Unicode make no difference but for the time that it
//! takes to compile them. A mistake in one is found by a test, not by a run.

use crate::needles::Needles;
use regex::bytes::{Regex, RegexBuilder};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// One expression.
#[derive(Clone, Debug)]
pub struct Expression {
    text: String,
    whole: OnceLock<Option<Regex>>,
    in_ascii: InAscii,
}

/// The form of an expression that only texts in ASCII may be held against.
#[derive(Clone, Debug, Default)]
pub struct InAscii {
    compiled: OnceLock<Option<Regex>>,
    needles: OnceLock<Option<Needles>>,
    refused: Count,
}

/// Texts that were refused without the expression (count). What it counts is only what to spend.
#[derive(Debug, Default)]
struct Count(AtomicU32);

impl Clone for Count {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// An expression that is asked more often than this about short texts is compiled: then it answers faster than a look for
/// its needles (count).
const REFUSED_MAX: u32 = 30_000;
/// In a text of this length needles are always looked for first: that is several times as fast as the expression (bytes).
const LONG_TEXT_BYTES: usize = 1_000;

impl Expression {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), whole: OnceLock::new(), in_ascii: InAscii::default() }
    }

    /// True if it matches anywhere in a text.
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.in_ascii.is_match(&self.text, text).unwrap_or_else(|| {
            self.whole.get_or_init(|| Regex::new(&self.text).ok()).as_ref().is_some_and(|regex| regex.is_match(text))
        })
    }

    /// As it is written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl<'de> serde::Deserialize<'de> for Expression {
    fn deserialize<D: serde::Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
        String::deserialize(text).map(|text| Self::new(&text))
    }
}

impl InAscii {
    /// Whether the expression matches; none if that takes the whole form: the text or the expression is not in ASCII.
    pub fn is_match(&self, expression: &str, text: &[u8]) -> Option<bool> {
        if !text.is_ascii() {
            return None;
        }
        let waits = || self.compiled.get().is_none() && self.refused.0.load(Ordering::Relaxed) < REFUSED_MAX;
        if text.len() >= LONG_TEXT_BYTES || waits() {
            let needles = self.needles.get_or_init(|| Needles::of(expression));
            if needles.as_ref().is_some_and(|needles| !needles.may_match(text)) {
                self.refused.0.fetch_add(1, Ordering::Relaxed);
                return Some(false);
            }
        }
        let compiled = || RegexBuilder::new(expression).unicode(false).build().ok();
        Some(self.compiled.get_or_init(compiled).as_ref()?.is_match(text))
    }

    /// For expressions that are compiled already.
    pub fn never() -> Self {
        Self { compiled: OnceLock::from(None), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPRESSIONS: [&str; 10] = [
        r"\bk\w+\s",
        r"(?i)^straSSe$",
        r"[^a-z\s]\d",
        r"\Bx|\S{2}\W",
        r"(?i)[k-m]{2}",
        "a.c",
        "[[:punct:]]",
        "(?x) a b",
        r"^\x{20}*$",
        r"(?m)^\t|\v$",
    ];

    #[test]
    fn both_forms_agree_on_ascii() {
        let all: String = (0..128_u8).map(char::from).collect();
        let mut texts =
            vec!["key x", "STRASSE", "a1 B2", "xx x", "KL", "a\nc", "abc", "\t\x0b\x0c _9", "", "k\0\x7f ", &all];
        texts.extend((0..128).map(|at| &all[at..]));
        texts.extend((0..128).map(|at| &all[..at]));
        for expression in EXPRESSIONS {
            let (whole, in_ascii) = (Regex::new(expression).expect("valid"), InAscii::default());
            for text in &texts {
                let found = in_ascii.is_match(expression, text.as_bytes());
                assert_eq!(found, Some(whole.is_match(text.as_bytes())), "{expression} on {text:?}");
            }
        }
    }

    #[test]
    fn what_is_not_ascii_takes_the_whole_form() {
        assert!(Expression::new(r"^\w$").is_match("é".as_bytes()));
        assert!(Expression::new(r"^[é-ü]|\p{Lu}b$").is_match(b"Bb"));
        assert!(!Expression::new("(").is_match(b"("));
    }
}
