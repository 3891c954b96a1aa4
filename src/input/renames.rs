//! Which deleted file an added one came from: git's own detection (`diff -M`, similarity 50 %), on raw bytes. Three
//! passes, each over what the one before left: equal content, equal base names that are unique on both sides, and a
//! matrix of similarities. Content is compared as git does it, by the bytes in common chunks (lines, cut at 64 bytes).
//! Copies are not looked for, as plain `-M` does not.

use super::Oid;
use super::side::is_binary;
use super::snapshot::Mode;
use crate::limits;
use crate::location::RepoPath;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::sync::Arc;

/// A file that appeared or went away.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub path: RepoPath,
    pub mode: Mode,
    pub oid: Oid,
}

/// Where the content of candidates comes from; none if it is not to be had or too large.
pub(super) type Load<'a> = dyn Fn(Oid) -> Option<Arc<[u8]>> + Sync + 'a;

/// Renames as pairs of indices (deleted, added), and false if there were too many candidates to look at all of them.
pub(super) struct Renames {
    pub pairs: Vec<(usize, usize)>,
    pub complete: bool,
}

/// Similarity is counted in git's unit: 60,000 is "equal".
const SCORE_MAX: u64 = 60_000;
const SCORE_RENAME: u64 = SCORE_MAX / 2;
/// What a pair of equal base names must reach to be taken without looking at others.
const SCORE_BASENAME: u64 = SCORE_MAX * 3 / 4;
/// Best sources that are kept for each added file.
const SOURCES_PER_FILE: usize = 4;
/// Equal sources that are looked at for one added file.
const EQUAL_SOURCES_MAX: usize = 100;

/// Finds renames. Both lists must be sorted by path.
pub(super) fn find_renames(deleted: &[Candidate], added: &[Candidate], load: &Load<'_>) -> Renames {
    let mut matching = Matching::new(deleted, added);
    matching.equal_content();
    let (sources, targets) = (matching.open_sources().count(), matching.open_targets().count());
    if sources == 0 || targets == 0 {
        return matching.finish(true);
    }
    if sources.max(targets) > limits::RENAME_FILES_MAX {
        return matching.finish(false);
    }
    matching.equal_base_names(load);
    let (sources, targets) = (matching.open_sources().count(), matching.open_targets().count());
    if sources * targets > limits::RENAME_LIMIT * limits::RENAME_LIMIT {
        return matching.finish(false);
    }
    matching.similar_content(load);
    matching.finish(true)
}

struct Matching<'a> {
    deleted: &'a [Candidate],
    added: &'a [Candidate],
    /// For each deleted file: already the source of a rename.
    used: Vec<bool>,
    /// For each added file: its source.
    source_of: Vec<Option<usize>>,
}

impl<'a> Matching<'a> {
    fn new(deleted: &'a [Candidate], added: &'a [Candidate]) -> Self {
        Self { deleted, added, used: vec![false; deleted.len()], source_of: vec![None; added.len()] }
    }

    fn finish(self, complete: bool) -> Renames {
        let pair = |(target, source): (usize, Option<usize>)| source.map(|source| (source, target));
        Renames { pairs: self.source_of.into_iter().enumerate().filter_map(pair).collect(), complete }
    }

    fn open_sources(&self) -> impl Iterator<Item = usize> {
        (0..self.deleted.len()).filter(|source| !self.used[*source])
    }

    fn open_targets(&self) -> impl Iterator<Item = usize> {
        (0..self.added.len()).filter(|target| self.source_of[*target].is_none())
    }

    fn take(&mut self, source: usize, target: usize) {
        self.used[source] = true;
        self.source_of[target] = Some(source);
    }

    /// Equal objects; of several sources the first of the same base name, else the first.
    fn equal_content(&mut self) {
        let mut by_oid: FxHashMap<Oid, Vec<usize>> = FxHashMap::default();
        for (source, file) in self.deleted.iter().enumerate() {
            by_oid.entry(file.oid).or_default().push(source);
        }
        for target in 0..self.added.len() {
            let file = &self.added[target];
            let sources = by_oid.get(&file.oid).map_or(&[][..], Vec::as_slice);
            let fitting = sources.iter().copied().take(EQUAL_SOURCES_MAX).filter(|source| {
                let mode = self.deleted[*source].mode;
                !self.used[*source] && (mode == file.mode || (mode.is_file() && file.mode.is_file()))
            });
            let best = fitting.min_by_key(|source| self.deleted[*source].path.file_name() != file.path.file_name());
            if let Some(source) = best {
                self.take(source, target);
            }
        }
    }

    /// Base names that only one open source and one open target have, if they are similar enough.
    fn equal_base_names(&mut self, load: &Load<'_>) {
        let sources = unique_names(self.deleted, self.open_sources());
        let targets = unique_names(self.added, self.open_targets());
        let mut pairs: Vec<(usize, usize)> = sources
            .iter()
            .filter_map(|(name, source)| Some(((*source)?, (*targets.get(name)?)?)))
            .filter(|(source, target)| self.comparable(*source, *target))
            .collect();
        pairs.sort_unstable();
        let similar = |(source, target): &(usize, usize)| {
            let (old, new) =
                (Chunks::load(self.deleted[*source].oid, load), Chunks::load(self.added[*target].oid, load));
            matches!((old, new), (Some(old), Some(new)) if old.similarity(&new, SCORE_BASENAME) >= SCORE_BASENAME)
        };
        let found: Vec<_> = pairs.into_par_iter().filter(similar).collect();
        for (source, target) in found {
            self.take(source, target);
        }
    }

    /// The most similar pairs first, each file once.
    fn similar_content(&mut self, load: &Load<'_>) {
        let sources: Vec<_> = self.open_sources().filter(|at| self.deleted[*at].mode.is_file()).collect();
        let targets: Vec<_> = self.open_targets().filter(|at| self.added[*at].mode.is_file()).collect();
        let chunks_of = |files: &[Candidate], at: &[usize]| -> Vec<Option<Chunks>> {
            at.par_iter().map(|at| Chunks::load(files[*at].oid, load)).collect()
        };
        let (old, new) = (chunks_of(self.deleted, &sources), chunks_of(self.added, &targets));
        let best =
            |(target, chunks): (&usize, &Option<Chunks>)| self.best_sources(*target, chunks.as_ref(), &sources, &old);
        let rows: Vec<_> = targets.par_iter().zip(&new).map(best).collect();
        let mut ranked: Vec<Similar> = rows.into_iter().flatten().collect();
        ranked.sort_by_key(|pair| Reverse(pair.rank()));
        for pair in ranked.iter().filter(|pair| pair.score >= SCORE_RENAME) {
            if !self.used[pair.source] && self.source_of[pair.target].is_none() {
                self.take(pair.source, pair.target);
            }
        }
    }

    /// A few best sources for one added file, in git's own order of replacement.
    fn best_sources(
        &self,
        target: usize,
        new: Option<&Chunks>,
        sources: &[usize],
        old: &[Option<Chunks>],
    ) -> Vec<Similar> {
        let Some(new) = new else { return Vec::new() };
        let mut best: Vec<Similar> = Vec::with_capacity(SOURCES_PER_FILE);
        for (source, old) in sources.iter().zip(old) {
            let score = old.as_ref().map_or(0, |old| old.similarity(new, SCORE_RENAME));
            let same_name = self.deleted[*source].path.file_name() == self.added[target].path.file_name();
            let pair = Similar { source: *source, target, score, same_name };
            if best.len() < SOURCES_PER_FILE {
                best.push(pair);
            } else if let Some(worst) = best.iter_mut().min_by_key(|kept| kept.rank())
                && worst.rank() < pair.rank()
            {
                *worst = pair;
            }
        }
        best
    }

    fn comparable(&self, source: usize, target: usize) -> bool {
        self.deleted[source].mode.is_file() && self.added[target].mode.is_file()
    }
}

#[derive(Clone, Copy)]
struct Similar {
    source: usize,
    target: usize,
    score: u64,
    same_name: bool,
}

impl Similar {
    fn rank(&self) -> (u64, bool) {
        (self.score, self.same_name)
    }
}

/// Base names with the one file that has it; none where several do.
fn unique_names(files: &[Candidate], open: impl Iterator<Item = usize>) -> FxHashMap<&[u8], Option<usize>> {
    let mut names = FxHashMap::default();
    for at in open {
        names.entry(files[at].path.file_name()).and_modify(|only| *only = None).or_insert(Some(at));
    }
    names
}

/// A file as a bag of chunks: (hash, bytes in chunks of that hash), sorted by hash. A chunk is a line or 64 bytes.
struct Chunks {
    size: u64,
    bags: Vec<(u32, u32)>,
}

/// Git's number of buckets; two chunks in one bucket count as equal, there as here.
const BUCKETS: u32 = 107_927;

impl Chunks {
    fn load(oid: Oid, load: &Load<'_>) -> Option<Self> {
        load(oid).map(|bytes| Self::new(&bytes))
    }

    fn new(bytes: &[u8]) -> Self {
        let text = !is_binary(bytes);
        let mut chunks: Vec<(u32, u32)> = Vec::with_capacity(bytes.len() / 24 + 1);
        let (mut low, mut high, mut length) = (0u32, 0u32, 0u32);
        for (at, byte) in bytes.iter().enumerate() {
            if text && *byte == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                continue;
            }
            let before = low;
            low = ((low << 7) ^ (high >> 25)).wrapping_add(u32::from(*byte));
            high = (high << 7) ^ (before >> 25);
            length += 1;
            if length == 64 || *byte == b'\n' {
                chunks.push((low.wrapping_add(high.wrapping_mul(0x61)) % BUCKETS, length));
                (low, high, length) = (0, 0, 0);
            }
        }
        if length > 0 {
            chunks.push((low.wrapping_add(high.wrapping_mul(0x61)) % BUCKETS, length));
        }
        Self { size: bytes.len() as u64, bags: summed(chunks) }
    }

    /// Bytes of `self` that are found again in `new`, as a share of the larger file.
    fn similarity(&self, new: &Self, least: u64) -> u64 {
        let (large, small) = (self.size.max(new.size), self.size.min(new.size));
        if small == 0 || large * (SCORE_MAX - least) < (large - small) * SCORE_MAX {
            return 0;
        }
        let (mut kept, mut at) = (0u64, 0);
        for (hash, bytes) in &self.bags {
            while new.bags.get(at).is_some_and(|bag| bag.0 < *hash) {
                at += 1;
            }
            match new.bags.get(at) {
                Some(bag) if bag.0 == *hash => kept += u64::from(bag.1.min(*bytes)),
                Some(_) => {}
                None => break,
            }
        }
        kept * SCORE_MAX / large
    }
}

/// Sums the bytes of equal hashes.
fn summed(mut chunks: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
    chunks.sort_unstable();
    chunks.dedup_by(|next, kept| {
        let equal = next.0 == kept.0;
        if equal {
            kept.1 = kept.1.saturating_add(next.1);
        }
        equal
    });
    chunks.shrink_to_fit();
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, u8)]) -> Vec<Candidate> {
        let file = |(path, oid): &(&str, u8)| Candidate {
            path: (*path).into(),
            mode: Mode::File,
            oid: Oid::from_bytes(&[*oid; 20]),
        };
        list.iter().map(file).collect()
    }

    /// Content of object `n`: lines `n*10 ..= n*10 + 20`, so that neighbours share about half.
    fn content(oid: Oid) -> Option<Arc<[u8]>> {
        let n = u32::from(oid.as_bytes()[0]);
        let text: String = (n * 10..=n * 10 + 20).map(|line| format!("line {line:05}\n")).collect();
        Some(text.into_bytes().into())
    }

    #[test]
    fn equal_content_prefers_the_same_base_name() {
        let found = find_renames(&files(&[("a/x", 1), ("a/y", 1)]), &files(&[("b/y", 1)]), &content);
        assert_eq!(found.pairs, [(1, 0)]);
    }

    #[test]
    fn similar_content_is_found_and_strange_content_is_not() {
        let found = find_renames(&files(&[("a/x", 1), ("a/y", 90)]), &files(&[("b/z", 2)]), &content);
        assert_eq!(found.pairs, [(0, 0)], "11 of 21 lines stay");
        let found = find_renames(&files(&[("a/x", 1)]), &files(&[("b/z", 3)]), &content);
        assert!(found.pairs.is_empty(), "1 of 21 lines stays");
    }
}
