//! The small matchers that conditions are made of: regular expressions, globs, sequences of words, comparisons with a
//! number. Each is checked when a rule is read. Expressions of shipped rules are compiled at their first use, because a
//! run needs few of them and a test compiles them all; a team's are compiled when they are read.

use crate::expression::InAscii;
use crate::limits;
use crate::zones::words;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use regex::{Regex, RegexBuilder};
use std::borrow::Cow;
use std::sync::OnceLock;

/// A regular expression with bounded size. Matching is linear in the text, by the engine's design.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
    in_ascii: InAscii,
}

impl Pattern {
    /// `eager` compiles now and reports what is wrong.
    pub(super) fn new(text: &str, eager: bool) -> Result<Self, String> {
        let (mut compiled, mut in_ascii) = (OnceLock::new(), InAscii::default());
        if eager {
            let regex = compile(text).map_err(|error| format!("not a usable regular expression: {error}"))?;
            (compiled, in_ascii) = (OnceLock::from(Some(regex)), InAscii::never());
        }
        Ok(Self { text: text.to_owned(), compiled, in_ascii })
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        let whole = || self.regex().is_some_and(|regex| regex.is_match(text));
        self.in_ascii.is_match(&self.text, text.as_bytes()).unwrap_or_else(whole)
    }

    /// As it is written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What the named group caught in the first match.
    pub(super) fn caught<'t>(&self, name: &str, text: &'t str) -> Option<&'t str> {
        if !self.text.contains(&format!("?P<{name}>")) {
            return None;
        }
        self.regex()?.captures(text)?.name(name).map(|found| found.as_str())
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.text).ok()).as_ref()
    }
}

/// A regular expression in which `{name}` stands for what a group of that name caught where the rule matched.
#[derive(Clone, Debug)]
pub(super) enum Tied {
    /// Without such names.
    Free(Pattern),
    Tied(String),
}

impl Tied {
    /// `eager` compiles now and reports what is wrong.
    pub(super) fn new(text: &str, eager: bool) -> Result<Self, String> {
        if names(text).next().is_none() {
            return Pattern::new(text, eager).map(Self::Free);
        }
        let tied = Self::Tied(text.to_owned());
        if eager {
            // with something in their place, it is an expression
            let filled = tied.filled(&|_| Some("x".to_owned()));
            filled.map(|text| Pattern::new(&text, true)).transpose()?;
        }
        Ok(tied)
    }

    /// The expression with the names filled in; none if one of them caught nothing.
    pub(super) fn with(&self, caught: &dyn Fn(&str) -> Option<String>) -> Option<Cow<'_, Pattern>> {
        if let Self::Free(pattern) = self {
            return Some(Cow::Borrowed(pattern));
        }
        // most of them meet no text that they need, and are never compiled
        Pattern::new(&self.filled(caught)?, false).ok().map(Cow::Owned)
    }

    pub(super) fn is_tied(&self) -> bool {
        matches!(self, Self::Tied(_))
    }

    fn filled(&self, caught: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        let text = match self {
            Self::Free(pattern) => pattern.text(),
            Self::Tied(text) => text,
        };
        let mut filled = text.to_owned();
        for name in names(text) {
            let value = caught(name).filter(|value| !value.trim().is_empty())?;
            filled = filled.replace(&format!("{{{name}}}"), &regex::escape(&value));
        }
        Some(filled)
    }
}

/// The names in braces: letters, where an expression has numbers.
fn names(text: &str) -> impl Iterator<Item = &str> {
    let named = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).filter(named)
}

fn compile(text: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(text)
        .size_limit(limits::RULE_REGEX_BYTES_MAX)
        .dfa_size_limit(limits::RULE_REGEX_BYTES_MAX)
        .nest_limit(limits::RULE_REGEX_NESTING_MAX)
        .build();
    built.map_err(|error| error.to_string().lines().last().unwrap_or_default().trim().to_owned())
}

/// Several globs on a path, any of which is enough. A pattern without a slash matches the file name anywhere.
#[derive(Clone, Debug)]
pub(super) struct Globs {
    patterns: Vec<String>,
    set: OnceLock<GlobSet>,
}

impl Globs {
    pub(super) fn new(patterns: Vec<String>, eager: bool) -> Result<Self, String> {
        let globs = Self { patterns, set: OnceLock::new() };
        if eager {
            let _ = globs.set.set(globs.build()?);
        }
        Ok(globs)
    }

    fn build(&self) -> Result<GlobSet, String> {
        let mut set = GlobSetBuilder::new();
        for pattern in &self.patterns {
            let whole = if pattern.contains('/') { pattern.clone() } else { format!("**/{pattern}") };
            let glob = GlobBuilder::new(&whole).literal_separator(true).build();
            set.add(glob.map_err(|error| format!("glob `{pattern}`: {}", error.kind()))?);
        }
        set.build().map_err(|error| error.kind().to_string())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    /// As they are written.
    #[cfg(test)]
    pub(super) fn patterns(&self) -> &[String] {
        &self.patterns
    }

    pub(super) fn is_match(&self, path: &str) -> bool {
        // most paths end in nothing that a rule asks for, and then nothing need be built
        let ends_so = |pattern: &str| endings(pattern).is_none_or(|any| any.iter().any(|end| path.ends_with(end)));
        let may = |pattern: &String| ends_so(pattern) && pieces(pattern).all(|piece| path.contains(piece));
        if self.set.get().is_none() && !self.patterns.iter().any(may) {
            return false;
        }
        self.set.get_or_init(|| self.build().unwrap_or_else(|_| GlobSet::empty())).is_match(path)
    }
}

/// Texts that stand in every path that a glob matches: what is between its wildcards, groups and classes.
fn pieces(glob: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    let outside = glob.split(move |sign: char| {
        match sign {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            _ => {}
        }
        depth > 0 || matches!(sign, '}' | ']' | '*' | '?' | '\\')
    });
    // `**/` also stands for no folder at all
    outside.map(|piece| piece.trim_matches('/')).filter(|piece| piece.len() > 1)
}

/// The texts one of which ends every path that a glob matches: what stands behind its last wildcard, with the alternatives
/// of one group in braces. None if that is nothing, or written in a way that this does not follow.
pub(super) fn endings(glob: &str) -> Option<Vec<String>> {
    let tail = &glob[glob.rfind(['*', '?', ']']).map_or(0, |at| at + 1)..];
    // `**/` also stands for no folder at all
    let tail = tail.trim_start_matches('/');
    if tail.is_empty() || tail.contains(['\\', '[']) {
        return None;
    }
    let Some((before, rest)) = tail.split_once('{') else {
        return (!tail.contains('}')).then(|| vec![tail.to_owned()]);
    };
    let (inside, after) = rest.split_once('}')?;
    let plain = ![before, inside, after].iter().any(|part| part.contains(['{', '}']));
    plain.then(|| inside.split(',').map(|one| format!("{before}{one}{after}")).collect())
}

/// Sequences of whole words (`read timeout`), any of which is enough.
#[derive(Clone, Debug, Default)]
pub(super) struct Phrases(Vec<Vec<String>>);

impl Phrases {
    pub(super) fn add(&mut self, text: &str) -> Result<(), String> {
        let phrase = words(text);
        if phrase.is_empty() {
            return Err(format!("`{text}` holds no word"));
        }
        self.0.push(phrase);
        Ok(())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// True if one of the sequences stands in these words.
    pub(super) fn is_in(&self, words: &[String]) -> bool {
        self.0.iter().any(|phrase| words.windows(phrase.len()).any(|window| window == phrase.as_slice()))
    }
}

/// A comparison with a number: `>=2`, `<=0.5`, `=1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bound {
    order: Order,
    amount: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Order {
    AtLeast,
    AtMost,
    Above,
    Below,
    Equal,
}

impl Bound {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let orders = [
            (">=", Order::AtLeast),
            ("<=", Order::AtMost),
            (">", Order::Above),
            ("<", Order::Below),
            ("=", Order::Equal),
        ];
        let expected = || format!("expected a comparison such as \">=2\" or \"<=0.5\", found `{text}`");
        let (sign, order) = orders.into_iter().find(|(sign, _)| text.starts_with(sign)).ok_or_else(expected)?;
        let amount: f64 = text[sign.len()..].trim().parse().map_err(|_| expected())?;
        if amount.is_finite() { Ok(Self { order, amount }) } else { Err(expected()) }
    }

    pub(super) fn holds(self, value: f64) -> bool {
        match self.order {
            Order::AtLeast => value >= self.amount,
            Order::AtMost => value <= self.amount,
            Order::Above => value > self.amount,
            Order::Below => value < self.amount,
            Order::Equal => value == self.amount,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_that_a_glob_matches_has_one_of_its_endings_and_all_of_its_pieces() {
        let paths =
            ["a.yaml", "b/c.yml", "Dockerfile", "x/Dockerfile.prod", "db/migrate/1.rb", "a}b", "m/v1/x", "docs/{a}.md"];
        for (glob, expected, inside) in [
            ("*.{yaml,yml}", Some(2), ""),
            ("**/Dockerfile", Some(1), "Dockerfile"),
            ("**/Dockerfile.*", None, "Dockerfile."),
            ("**/migrate/**/*.rb", Some(1), "migrate .rb"),
            ("*.{yaml,*.yml}", None, ""),
            ("[ab].yaml", Some(1), ".yaml"),
            ("**/v?/x", Some(1), ""),
            ("{a,b}.{yaml,yml}", None, ""),
            ("**/*{ock,x}er*/**", None, "er"),
        ] {
            let found = endings(glob);
            assert_eq!(found.as_ref().map(Vec::len), expected, "{glob}");
            assert_eq!(pieces(glob).collect::<Vec<_>>().join(" "), inside, "{glob}");
            let globs = Globs::new(vec![glob.to_owned()], true).expect("valid");
            for path in paths.iter().filter(|path| globs.is_match(path)) {
                let fits = found.as_ref().is_none_or(|any| any.iter().any(|end| path.ends_with(end)));
                assert!(fits && pieces(glob).all(|piece| path.contains(piece)), "{glob} {path}");
            }
        }
    }

    #[test]
    fn comparisons_are_read_and_kept() {
        let holds = |text: &str, value| Bound::parse(text).map(|bound| bound.holds(value));
        assert_eq!(holds(">=2", 2.0), Ok(true));
        assert_eq!(holds("<=0.5", 0.6), Ok(false));
        assert_eq!(holds("= 1", 1.0), Ok(true));
        assert!(holds("2", 2.0).is_err() && holds(">=", 2.0).is_err() && holds(">=inf", 2.0).is_err());
    }

    #[test]
    fn phrases_are_matched_on_whole_words_in_order() {
        let mut phrases = Phrases::default();
        phrases.add("read timeout").expect("words");
        assert!(phrases.is_in(&words("http.readTimeout")));
        assert!(!phrases.is_in(&words("thread.timeout")) && !phrases.is_in(&words("timeout.read")));
        assert!(phrases.add("--").is_err());
    }

    #[test]
    fn a_huge_expression_is_refused() {
        assert!(Pattern::new("(", true).is_err());
        assert!(Pattern::new(&"(a{1000}){1000}".repeat(2), true).is_err());
        assert!(Pattern::new("^a+b$", false).is_ok_and(|pattern| pattern.is_match("aab")));
    }
}
