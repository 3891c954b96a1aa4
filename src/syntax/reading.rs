//! What was read of one text: its tree as an array, and everything that the queries matched in it. Whoever keeps it can
//! read the next text from it, for most of that is the same.

use super::raw::Raw;
use super::splice::{Edit, Run};
use std::ops::Range;

/// What a run is for: some answers cost as much as all others together and are left out where nobody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// Definitions, references, imports, and the marks of entry points; no hashes.
    Graph,
    /// Definitions, marks, settings and hashes; no references.
    Facts,
    All,
}

/// One captured node: place and kind find it in the flat tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Capture {
    pub index: u32,
    pub start: u32,
    pub end: u32,
    pub kind: u16,
}

/// All matches of one text, in the order of their outermost nodes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Matches {
    captures: Vec<Capture>,
    matches: Vec<Match>,
}

/// One match.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Match {
    /// The outermost node, in the array as the parser made it.
    at: u32,
    pattern: u32,
    captures: Range<u32>,
}

impl Matches {
    pub fn add(&mut self, at: u32, pattern: u32, captures: impl Iterator<Item = Capture>) {
        let first = self.captures.len() as u32;
        self.captures.extend(captures);
        self.matches.push(Match { at, pattern, captures: first..self.captures.len() as u32 });
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, &[Capture])> {
        self.matches.iter().map(|one| (one.pattern, self.captures_of(one)))
    }

    /// Takes over what matched inside nodes that were taken over.
    pub fn add_run(&mut self, before: &Self, run: &Run) {
        let by = |byte: u32| (i64::from(byte) + run.moved) as u32;
        let first = before.matches.partition_point(|one| one.at < run.old.start);
        for one in before.matches[first..].iter().take_while(|one| one.at < run.old.end) {
            let moved = |capture: &Capture| Capture { start: by(capture.start), end: by(capture.end), ..*capture };
            self.add(one.at - run.old.start + run.at, one.pattern, before.captures_of(one).iter().map(moved));
        }
    }

    fn captures_of(&self, one: &Match) -> &[Capture] {
        &self.captures[one.captures.start as usize..one.captures.end as usize]
    }
}

/// What was read of one text: enough to read the next one from it.
#[derive(Debug)]
pub(super) struct Reading {
    pub raw: Raw,
    pub matches: Matches,
    pub depth: Depth,
    /// What it cost, counted as the limits count; what was taken over from another reading costs what it cost there.
    pub checks: u64,
    pub steps: u64,
    /// True if the tree is what the parser made of the text as it is.
    pub plain: bool,
    /// True if it was read from another one.
    #[cfg(test)]
    pub spliced: bool,
}

/// The reading of the text before a change, and the change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before<'a> {
    pub reading: &'a Reading,
    pub edits: &'a [Edit],
}
