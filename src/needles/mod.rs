//! Texts one of which must stand in whatever a regular expression matches. Most expressions of the shipped rules meet no
//! text that could match in a run, and to look for a few words is a hundredth of what it costs to compile an expression.
//! What is found is a bound: a text without any of the needles does not match; one with a needle may or may not.

mod read;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// The needles of one expression: if a text matches, at least one is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needles {
    /// In lower case if `any_case`.
    any: Vec<String>,
    any_case: bool,
}

/// More alternatives than this are as dear to look for one by one as the expression is to compile (count).
const ALTERNATIVES_MAX: usize = 48;
/// More than this are not looked for in one pass (count).
const ALTERNATIVES_IN_SEARCH_MAX: usize = 1_000;

impl Needles {
    /// The needles of an expression in the syntax of the `regex` crate; none if none are known. They hold for texts in ASCII.
    pub fn of(expression: &str) -> Option<Self> {
        read::needles_of(expression, ALTERNATIVES_MAX).map(|(any, any_case)| Self { any, any_case })
    }

    /// False if no text with these bytes matches.
    pub fn may_match(&self, text: &[u8]) -> bool {
        let within = |text: &[u8]| self.any.iter().any(|one| memchr::memmem::find(text, one.as_bytes()).is_some());
        if self.any_case { within(&text.to_ascii_lowercase()) } else { within(text) }
    }
}

/// The needles of many expressions, looked for in one pass.
#[derive(Debug)]
pub struct Search {
    /// None if they are too many to build.
    texts: Option<AhoCorasick>,
    /// The expression of each needle.
    of: Vec<usize>,
    always: Vec<usize>,
}

impl Search {
    /// For expressions in their order; one that is `None` may always match.
    pub fn new<'a>(expressions: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        let (mut texts, mut of, mut always) = (Vec::new(), Vec::new(), Vec::new());
        let mut count = 0;
        for (at, expression) in expressions.into_iter().enumerate() {
            count += 1;
            match expression.and_then(|text| read::needles_of(text, ALTERNATIVES_IN_SEARCH_MAX)) {
                Some((any, _)) => {
                    of.extend(any.iter().map(|_| at));
                    texts.extend(any);
                }
                None => always.push(at),
            }
        }
        // the kind that is soon built: most runs read little
        let kind = Some(AhoCorasickKind::ContiguousNFA);
        let texts = AhoCorasick::builder().ascii_case_insensitive(true).kind(kind).build(&texts).ok();
        let always = if texts.is_some() { always } else { (0..count).collect() };
        Self { texts, of, always }
    }

    /// Places of the expressions of which no needle is known.
    pub fn always(&self) -> &[usize] {
        &self.always
    }

    /// Places of the expressions of which a needle is in the text, which must be ASCII or asked by expressions that know no
    /// other letters; some more than once.
    pub fn found<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let found = self.texts.iter().flat_map(move |texts| texts.find_overlapping_iter(text));
        found.map(|needle| self.of[needle.pattern().as_usize()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rarest_text_that_must_be_there() {
        for (expression, expected) in [
            ("abc", "abc"),
            (r"\bab\.c\b", "ab.c"),
            ("ab?cde*fg+h", "cd"),
            ("(?i)Foo|BAR", "foo bar"),
            (r"x(?:abc|defg)+\s(one)?", "abc defg"),
            (r"^\s*(-\s*)?(run|script|-):", ""),
            (r"(?:ab|cd)?(xyz)", "xyz"),
            ("[abc]de[]x]", "de"),
            ("a{3}bcd", "bcd"),
            ("(?P<name>abc)", "abc"),
            (r"\x41abc(d|\xe2)", "abc"),
            (r"\p{L}abc", ""),
            ("(?x) a b c", ""),
            ("a|bcd", ""),
            (r"\[abc\]", "[abc]"),
            ("ä", ""),
        ] {
            let found = Needles::of(expression).map_or(String::new(), |needles| needles.any.join(" "));
            assert_eq!(found, expected, "{expression}");
        }
    }

    #[test]
    fn one_search_tells_which_expressions_may_match() {
        let search = Search::new([Some("abc|DEF"), None, Some("x?"), Some("(?i)bcd")]);
        let found = |text: &str| search.found(text).collect::<Vec<_>>();
        assert_eq!(search.always(), [1, 2]);
        assert_eq!((found("xABCDef"), found("ab")), (vec![0, 3, 0], vec![]));
    }

    #[test]
    fn no_text_that_matches_is_without_a_needle() {
        let texts =
            ["abc", "xab.c", "cdfgh", "foo", "BaR", "xdefg one", "run: a", "xyz", "cdxyz", "ade]", "aaabcd", "[abc]"];
        for expression in [
            r"\bab\.c\b",
            "ab?cde*fg+h",
            "cd?fg+h",
            "(?i)Foo|BAR",
            r"x(?:abc|defg)+\s(one)?",
            r"^\s*(-\s*)?(run|script|-):",
            "(?:ab|cd)?(xyz)",
            "[abc]de[]x]",
            "a{3}bcd",
            r"^a|\[a",
        ] {
            let regex = regex::Regex::new(expression).expect("valid");
            let needles = Needles::of(expression);
            for text in texts.iter().filter(|text| regex.is_match(text)) {
                assert!(
                    needles.as_ref().is_none_or(|needles| needles.may_match(text.as_bytes())),
                    "{expression} {text}"
                );
            }
        }
    }
}
