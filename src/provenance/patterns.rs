//! Many patterns of one kind, tried together. They match in any case and as bytes: what they look for is ASCII, and
//! tables of letters of the world would cost more time to build than all matching. Built when first asked.

use regex::bytes::{RegexSet, RegexSetBuilder};
use std::sync::OnceLock;

/// Patterns, each with what it means.
#[derive(Debug)]
pub(super) struct Patterns<T> {
    sources: Vec<String>,
    meanings: Vec<T>,
    compiled: OnceLock<RegexSet>,
}

impl<T: Copy> Patterns<T> {
    /// Patterns that match a text as a whole.
    pub fn whole(patterns: impl IntoIterator<Item = (String, T)>) -> Self {
        Self::search(patterns.into_iter().map(|(pattern, meaning)| (format!("^(?:{pattern})$"), meaning)))
    }

    /// Patterns that match anywhere in a line.
    pub fn search(patterns: impl IntoIterator<Item = (String, T)>) -> Self {
        let (sources, meanings) = patterns.into_iter().unzip();
        Self { sources, meanings, compiled: OnceLock::new() }
    }

    /// The meanings of the patterns that match, in the order in which they were given.
    pub fn matches(&self, text: &str) -> Vec<T> {
        if text.is_empty() {
            return Vec::new();
        }
        self.set().matches(text.as_bytes()).iter().map(|at| self.meanings[at]).collect()
    }

    pub fn is_match(&self, text: &str) -> bool {
        !text.is_empty() && self.set().is_match(text.as_bytes())
    }

    fn set(&self) -> &RegexSet {
        self.compiled.get_or_init(|| {
            RegexSetBuilder::new(&self.sources)
                .case_insensitive(true)
                .unicode(false)
                .build()
                .expect("the built-in patterns compile: a test matches each")
        })
    }
}
