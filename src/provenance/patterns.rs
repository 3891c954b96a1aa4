//! Many patterns of one kind, tried together. They match in any case and as bytes: what they look for is ASCII, and
//! tables of letters of the world would cost more time to build than all matching. A text is first searched for what must
//! stand in it for a pattern to match, for all patterns at once; only those left are compiled and asked.

use crate::needles::Search;
use regex::bytes::{Regex, RegexBuilder};
use std::sync::OnceLock;

/// Patterns, each with what it means.
#[derive(Debug)]
pub(super) struct Patterns<T> {
    sources: Vec<String>,
    meanings: Vec<T>,
    compiled: Vec<OnceLock<Regex>>,
    search: OnceLock<Search>,
}

impl<T: Copy> Patterns<T> {
    /// Patterns that match a text as a whole.
    pub fn whole(patterns: impl IntoIterator<Item = (String, T)>) -> Self {
        Self::search(patterns.into_iter().map(|(pattern, meaning)| (format!("^(?:{pattern})$"), meaning)))
    }

    /// Patterns that match anywhere in a line.
    pub fn search(patterns: impl IntoIterator<Item = (String, T)>) -> Self {
        let (sources, meanings): (Vec<String>, Vec<T>) = patterns.into_iter().unzip();
        let compiled = sources.iter().map(|_| OnceLock::new()).collect();
        Self { sources, meanings, compiled, search: OnceLock::new() }
    }

    /// The meanings of the patterns that match, in the order in which they were given.
    pub fn matches(&self, text: &str) -> Vec<T> {
        self.matching(text).map(|at| self.meanings[at]).collect()
    }

    pub fn is_match(&self, text: &str) -> bool {
        self.matching(text).next().is_some()
    }

    fn matching<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        let candidates = if text.is_empty() { Vec::new() } else { self.candidates(text) };
        candidates.into_iter().filter(move |at| self.regex(*at).is_match(text.as_bytes()))
    }

    /// The patterns that may match, in order.
    fn candidates(&self, text: &str) -> Vec<usize> {
        let search = self.search.get_or_init(|| Search::new(self.sources.iter().map(|source| Some(&**source))));
        let mut candidates: Vec<usize> = search.found(text).chain(search.always().iter().copied()).collect();
        candidates.sort_unstable();
        candidates.dedup();
        candidates
    }

    fn regex(&self, at: usize) -> &Regex {
        self.compiled[at].get_or_init(|| {
            let built = RegexBuilder::new(&self.sources[at]).case_insensitive(true).unicode(false).build();
            built.expect("the built-in patterns compile: a test matches each")
        })
    }
}
