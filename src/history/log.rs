//! The window of ancestors, read from the repository once and remembered. First the commits are walked, newest first by
//! committer time; then the files of each are compared with its first parent, and for the latest ones the changed lines
//! are counted, both in parallel. Merges are walked through but touch nothing: what they bring was counted where it was
//! made. What cannot be read (shallow or partial clone) is a gap and the rest goes on.

use super::kept;
use super::record::{Before, Names, Record, Touch};
use crate::cache::Cache;
use crate::config::Config;
use crate::gap::{Gap, GapKind};
use crate::input::{Commit, Oid, Repository, TouchedPath, changed_lines};
use crate::limits;
use crate::location::RepoPath;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// Commits already read, shared by the requests of a batch: which paths each touched, who wrote it and when. A commit's
/// name is a hash of all of it, so several repositories may share one cache.
#[derive(Debug, Default)]
pub struct LogCache {
    shared: Mutex<Arc<Shared>>,
    /// Beyond this process.
    cache: Arc<Cache>,
}

#[derive(Debug, Default)]
struct Shared {
    names: Arc<Names>,
    records: RwLock<FxHashMap<Oid, Arc<Record>>>,
}

/// The ancestors of a commit within the window, oldest first.
#[derive(Debug, Default)]
pub struct Log {
    pub(super) names: Arc<Names>,
    pub(super) records: Vec<Arc<Record>>,
    pub(super) gaps: Vec<Gap>,
}

/// A past commit with its files, for logs that do not come from a repository.
#[derive(Clone, Debug)]
pub struct PastCommit {
    pub commit: Commit,
    pub files: Vec<PastFile>,
}

/// A file that a past commit touched, and its lines.
#[derive(Clone, Debug)]
pub struct PastFile {
    pub path: RepoPath,
    pub added_file: bool,
    /// Where the file was moved from.
    pub old_path: Option<RepoPath>,
    pub lines_added: u32,
    pub lines_deleted: u32,
}

impl Log {
    /// Reads the window that ends at `tip` (included).
    pub fn read(repository: &Repository, tip: Oid, config: &Config, cache: &LogCache) -> Self {
        let shared = cache.shared();
        let cache = &*cache.cache;
        let mut walk = Walk { repository, shared: &shared, cache, gaps: Vec::new(), cut: FxHashSet::default() };
        let records = walk.window(tip, config.history_commits);
        let here: Vec<_> = records.iter().filter(|record| !walk.cut.contains(&record.oid)).collect();
        kept::recall(walk.cache, repository.scope(), &shared.names, &here);
        walk.read_files(&records);
        walk.count_lines(&records);
        walk.gaps.sort();
        walk.gaps.dedup();
        let gaps = walk.gaps;
        Self { names: shared.names.clone(), records, gaps }
    }

    /// A log of given commits, oldest first.
    pub fn from_commits(commits: Vec<PastCommit>) -> Self {
        let names = Arc::<Names>::default();
        let records = commits.iter().map(|past| Arc::new(given(&names, past))).collect();
        Self { names, records, gaps: Vec::new() }
    }

    /// Number of commits, merges included.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }
}

impl LogCache {
    pub fn with_cache(cache: Arc<Cache>) -> Self {
        Self { cache, ..Self::default() }
    }

    /// The tables; fresh ones when the old are full. Logs in use keep theirs.
    fn shared(&self) -> Arc<Shared> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if shared.len() > limits::HISTORY_CACHE_COMMITS_MAX {
            *shared = Arc::default();
        }
        shared.clone()
    }
}

impl Shared {
    fn len(&self) -> usize {
        self.records.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn record(&self, repository: &Repository, oid: Oid) -> Result<Arc<Record>, (GapKind, String)> {
        if let Some(record) = self.records.read().unwrap_or_else(PoisonError::into_inner).get(&oid) {
            return Ok(record.clone());
        }
        let record = Arc::new(self.names.record(&repository.commit(oid)?));
        let mut records = self.records.write().unwrap_or_else(PoisonError::into_inner);
        Ok(records.entry(oid).or_insert(record).clone())
    }
}

/// The commits that a change is ranked against, newest first: the latest ones that touch files, without merges.
pub(super) fn ranked(records: &[Arc<Record>]) -> impl Iterator<Item = &Arc<Record>> {
    let touching = records.iter().rev().filter(|record| !record.is_merge() && !record.touches().is_empty());
    touching.take(limits::PERCENTILE_COMMITS)
}

struct Walk<'a> {
    repository: &'a Repository,
    shared: &'a Shared,
    cache: &'a Cache,
    gaps: Vec<Gap>,
    /// Commits whose parents are not here: what they touched cannot be said.
    cut: FxHashSet<Oid>,
}

impl Walk<'_> {
    /// The commits of the window, oldest first.
    fn window(&mut self, tip: Oid, commits_max: usize) -> Vec<Arc<Record>> {
        let mut found = Vec::new();
        let mut seen = FxHashSet::default();
        let mut open = BinaryHeap::new();
        let mut changes = 0;
        self.enqueue(tip, None, commits_max, &mut open);
        let since = open.peek().map_or(i64::MIN, |(time, ..)| i64::saturating_sub(*time, limits::HISTORY_SECONDS_MAX));
        while let Some((time, oid, Queued(record))) = open.pop() {
            // a quiet repository is ranked against as many changes as a busy one, however old they are
            if found.len() >= commits_max || time < since && changes > limits::PERCENTILE_COMMITS {
                break;
            }
            if !seen.insert(oid) {
                continue;
            }
            for parent in record.parents.iter().filter(|parent| !seen.contains(parent)) {
                self.enqueue(*parent, Some(oid), commits_max.saturating_sub(found.len() + 1), &mut open);
            }
            changes += usize::from(record.parents.len() < 2);
            found.push(record);
        }
        found.reverse();
        found
    }

    fn enqueue(&mut self, oid: Oid, child: Option<Oid>, left: usize, open: &mut BinaryHeap<(i64, Oid, Queued)>) {
        match self.shared.record(self.repository, oid) {
            Ok(record) => open.push((record.time, oid, Queued(record))),
            Err((kind, why)) => {
                self.cut.extend(child);
                self.gaps.push(self.missing(kind, &why, left));
            }
        }
    }

    fn missing(&self, kind: GapKind, why: &str, left: usize) -> Gap {
        if self.repository.is_shallow() {
            let why = format!("the clone is shallow: older history is not here; git fetch --deepen={}", left.max(1));
            Gap::context(GapKind::ShallowHistory, why)
        } else {
            Gap::context(kind, format!("part of the history is not here: {why}"))
        }
    }

    /// Fills in what each commit touched. The result does not depend on the order of the threads.
    fn read_files(&mut self, records: &[Arc<Record>]) {
        let open: Vec<_> = records.iter().filter(|record| record.touches.get().is_none()).collect();
        let failed: Vec<_> = open.par_iter().filter_map(|record| self.read_touches(record).err()).collect();
        let failed = failed.into_iter().map(|(kind, why)| Gap::context(kind, format!("part of history: {why}")));
        self.gaps.extend(failed.take(1));
        let large = records.iter().filter(|record| record.touches().len() >= limits::HISTORY_COMMIT_FILES_MAX).count();
        if large > 0 {
            let why = format!("{large} past commits touch {} files or more", limits::HISTORY_COMMIT_FILES_MAX);
            self.gaps.push(Gap::context(GapKind::OverLimit, why));
        }
    }

    fn read_touches(&self, record: &Record) -> Result<(), (GapKind, String)> {
        if record.is_merge() || self.cut.contains(&record.oid) {
            return Ok(());
        }
        let (touched, whole) = self.repository.touched_as_far_as_here(record.oid)?;
        let _ = record.touches.set(touches(&self.shared.names, &touched));
        if whole {
            kept::remember(self.cache, self.repository.scope(), &self.shared.names, record);
        }
        Ok(())
    }

    /// Fills in the changed lines of the commits that a change is ranked against.
    fn count_lines(&mut self, records: &[Arc<Record>]) {
        let large = ranked(records).filter(|record| record.touches().len() > limits::HISTORY_COUNTED_FILES_MAX).count();
        if large > 0 {
            let max = limits::HISTORY_COUNTED_FILES_MAX;
            let why = format!(
                "past commits of more than {max} files: {large}; of each, the lines of the first {max} were counted"
            );
            self.gaps.push(Gap::context(GapKind::OverLimit, why));
        }
        let open: Vec<_> = ranked(records).filter(|record| record.lines.get().is_none()).collect();
        let (repository, cache, names) = (self.repository, self.cache, &self.shared.names);
        open.par_iter().for_each(|record| {
            // a commit that could be compared a moment ago can be compared again
            let (touched, whole) = repository.touched_as_far_as_here(record.oid).unwrap_or_default();
            let (counted, all_read) = lines(repository, &touched);
            let _ = record.lines.set(counted);
            if whole && all_read {
                kept::remember(cache, repository.scope(), names, record);
            }
        });
    }
}

/// A record in the queue; the time and the name beside it decide the order.
struct Queued(Arc<Record>);

impl PartialEq for Queued {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Queued {}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Queued {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

/// Files that were moved without a change are one touch, at the new path; git itself would need the contents for more.
fn touches(names: &Names, touched: &[TouchedPath]) -> Box<[Touch]> {
    let touched = &touched[..touched.len().min(limits::HISTORY_COMMIT_FILES_MAX)];
    let ids = names.paths(touched.iter().map(|file| &file.path));
    let moved = moves(touched);
    let gone: FxHashSet<usize> = moved.values().copied().collect();
    let kept = touched.iter().enumerate().filter(|(at, _)| !gone.contains(at));
    kept.map(|(at, file)| {
        let before = match (file.old, moved.get(&at)) {
            (_, Some(from)) => Before::Moved(ids[*from]),
            (Some(_), None) => Before::Same,
            (None, None) => Before::Nothing,
        };
        Touch { path: ids[at], before }
    })
    .collect()
}

/// Index of an added file to the index of the deleted one with the same content; each used once, in order of path.
fn moves(touched: &[TouchedPath]) -> FxHashMap<usize, usize> {
    let mut deleted: FxHashMap<Oid, Vec<usize>> = FxHashMap::default();
    for (at, file) in touched.iter().enumerate().rev() {
        if let (Some(old), None) = (file.old, file.new) {
            deleted.entry(old).or_default().push(at);
        }
    }
    let mut moved = FxHashMap::default();
    for (at, file) in touched.iter().enumerate() {
        if let (None, Some(new)) = (file.old, file.new)
            && let Some(from) = deleted.get_mut(&new).and_then(Vec::pop)
        {
            moved.insert(at, from);
        }
    }
    moved
}

/// Lines added and deleted, in the order of `touches`; and if every file was there to be read.
fn lines(repository: &Repository, touched: &[TouchedPath]) -> (Box<[(u32, u32)]>, bool) {
    let moved = moves(touched);
    let gone: FxHashSet<usize> = moved.values().copied().collect();
    let kept = touched.iter().enumerate().filter(|(at, _)| !gone.contains(at));
    let mut all_read = true;
    let counted = kept.take(limits::HISTORY_COUNTED_FILES_MAX).map(|(at, file)| {
        if moved.contains_key(&at) {
            return (0, 0);
        }
        let there = |oid: Option<Oid>| oid.is_none_or(|oid| repository.blob_size(oid).is_ok());
        all_read &= there(file.old) && there(file.new);
        file_lines(repository, file)
    });
    (counted.collect(), all_read)
}

fn file_lines(repository: &Repository, file: &TouchedPath) -> (u32, u32) {
    let text = |oid: Option<Oid>| match oid {
        Some(oid) if repository.blob_size(oid).is_ok_and(|size| size <= limits::HISTORY_BLOB_BYTES_MAX) => {
            repository.blob(oid).ok().filter(|bytes| is_text(bytes))
        }
        Some(_) => None,
        None => Some(Arc::from(&[][..])),
    };
    let (Some(old), Some(new)) = (text(file.old), text(file.new)) else { return (0, 0) };
    let hunks = changed_lines(&old, &new);
    let sum = |count: fn(&crate::input::Hunk) -> u32| hunks.iter().map(count).fold(0, u32::saturating_add);
    (sum(|hunk| hunk.new_lines), sum(|hunk| hunk.old_lines))
}

/// By git's own test.
fn is_text(bytes: &[u8]) -> bool {
    !bytes[..bytes.len().min(8_000)].contains(&0)
}

fn given(names: &Names, past: &PastCommit) -> Record {
    let record = names.record(&past.commit);
    let touches = past.files.iter().map(|file| Touch {
        path: names.path(&file.path),
        before: match &file.old_path {
            Some(old) => Before::Moved(names.path(old)),
            None if file.added_file => Before::Nothing,
            None => Before::Same,
        },
    });
    let _ = record.touches.set(touches.collect());
    let _ = record.lines.set(past.files.iter().map(|file| (file.lines_added, file.lines_deleted)).collect());
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oid(byte: u8) -> Option<Oid> {
        (byte > 0).then(|| Oid::from_bytes(&[byte; 20]))
    }

    fn file(path: &str, old: u8, new: u8) -> TouchedPath {
        TouchedPath { path: path.into(), old: oid(old), new: oid(new) }
    }

    #[test]
    fn a_file_that_only_moved_keeps_its_past() {
        let names = Names::default();
        let touched = [file("a.rs", 1, 0), file("b.rs", 0, 1), file("c.rs", 2, 3), file("d.rs", 0, 1)];
        let found = touches(&names, &touched);
        let id = |path: &str| names.path(&path.into());
        let expected = [
            Touch { path: id("b.rs"), before: Before::Moved(id("a.rs")) },
            Touch { path: id("c.rs"), before: Before::Same },
            Touch { path: id("d.rs"), before: Before::Nothing },
        ];
        assert_eq!(*found, expected);
    }
}
