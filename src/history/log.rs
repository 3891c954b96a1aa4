//! The window of ancestors, read from the repository once and remembered. First the commits are walked, newest first by
//! committer time; then the files of each are compared with its first parent, and for the latest ones the changed lines
//! are counted, both in parallel. Merges are walked through but touch nothing: what they bring was counted where it was
//! made. What cannot be read (shallow or partial clone) is a gap and the rest goes on.

use super::kept;
use super::measure::{Measure, Measured};
use super::record::{Before, Names, Record, Touch};
use super::timeline::{CommitId, Timeline, View, Window};
use super::touched::{measures, touches};
use crate::cache::Cache;
use crate::config::Config;
use crate::gap::{Gap, GapKind};
use crate::input::{Commit, Oid, Repository};
use crate::limits;
use crate::location::RepoPath;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

/// Windows that are kept to build the next one from (count).
const WINDOWS_KEPT: usize = 8;
/// Commits in a row that are looked through for a window to build upon (commits).
const CHAIN_MAX: usize = 64;

/// Commits already read, shared by the requests of a batch: which paths each touched, who wrote it and when. A commit's
/// name is a hash of all of it, so several repositories may share one cache.
#[derive(Debug, Default)]
pub struct LogCache {
    shared: Mutex<Arc<Shared>>,
    /// What other runs have read.
    cache: Arc<Cache>,
}

#[derive(Debug, Default)]
struct Shared {
    names: Names,
    table: RwLock<Table>,
    timeline: RwLock<Timeline>,
    measured: Measured,
    /// The windows of the last questions, latest last.
    windows: Mutex<Vec<Arc<Walked>>>,
}

/// All commits read, by number.
#[derive(Debug, Default)]
struct Table {
    records: Vec<Arc<Record>>,
    by_oid: FxHashMap<Oid, CommitId>,
}

/// A window, and what it was walked for.
#[derive(Debug, Default)]
struct Walked {
    tip: Option<Oid>,
    since: i64,
    commits_max: usize,
    window: Arc<Window>,
    gaps: Vec<Gap>,
}

/// The ancestors of a commit within the window, and the changes that another one is ranked against.
#[derive(Debug, Default)]
pub struct Log {
    shared: Arc<Shared>,
    pub(super) window: Arc<Window>,
    /// Oldest first.
    pub(super) peers: Vec<Peer>,
    pub(super) gaps: Vec<Gap>,
}

/// A change of the past to rank against, with what was its past.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub record: Arc<Record>,
    /// Empty where the numbers are known already.
    pub window: Arc<Window>,
    pub commits_max: usize,
}

/// The tables, held for reading.
pub(super) struct Reading<'a> {
    timeline: &'a Timeline,
    commits: &'a [Arc<Record>],
    pub names: &'a Names,
    pub measured: &'a Measured,
    /// Time of the newest commit of the window, in seconds.
    pub latest: i64,
}

impl<'a> Reading<'a> {
    pub fn view(&'a self, window: &'a Window) -> View<'a> {
        View { timeline: self.timeline, window, commits: self.commits, names: self.names }
    }
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
        let reader = Reader { repository, shared: &shared, cache, commits_max: config.history_commits };
        let walked = reader.window(tip);
        let mut gaps = walked.gaps.clone();
        gaps.extend(reader.read_files(&walked.window.order));
        let peers = reader.peers(&walked.window, &mut gaps);
        shared.keep(walked.clone());
        gaps.sort();
        gaps.dedup();
        Self { window: walked.window.clone(), peers, gaps, shared }
    }

    /// A log of given commits, oldest first.
    pub fn from_commits(commits: Vec<PastCommit>) -> Self {
        let shared = Arc::<Shared>::default();
        let mut ids: Vec<CommitId> = commits.iter().map(|past| shared.give(past)).collect();
        let mut peers: Vec<Peer> = Vec::new();
        for (at, id) in ids.iter().enumerate() {
            let before: Vec<CommitId> = ids[..at].iter().rev().copied().collect();
            let record = shared.table().records[*id as usize].clone();
            peers.push(Peer { record, window: Arc::new(Window::new(before)), commits_max: usize::MAX });
        }
        ids.reverse();
        Self { window: Arc::new(Window::new(ids)), peers, gaps: Vec::new(), shared }
    }

    /// Number of commits, merges included.
    pub fn len(&self) -> usize {
        self.window.order.len()
    }

    pub fn is_empty(&self) -> bool {
        self.window.order.is_empty()
    }

    /// Calls with the tables. Nothing in there may start parallel work: it could wait for these locks itself.
    pub(super) fn with<T>(&self, ask: impl FnOnce(&Reading<'_>) -> T) -> T {
        let (table, timeline) = (self.shared.table(), self.shared.timeline());
        let latest = self.window.order.first().map_or(0, |tip| table.records[*tip as usize].time);
        let (names, measured) = (&self.shared.names, &self.shared.measured);
        ask(&Reading { timeline: &timeline, commits: &table.records, names, measured, latest })
    }
}

impl LogCache {
    pub fn with_cache(cache: Arc<Cache>) -> Self {
        Self { cache, ..Self::default() }
    }

    /// The tables; fresh ones when the old are full. Logs in use keep theirs.
    fn shared(&self) -> Arc<Shared> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if shared.table().records.len() > limits::HISTORY_CACHE_COMMITS_MAX {
            *shared = Arc::default();
        }
        shared.clone()
    }
}

impl Shared {
    fn table(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn timeline(&self) -> RwLockReadGuard<'_, Timeline> {
        self.timeline.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn windows(&self) -> MutexGuard<'_, Vec<Arc<Walked>>> {
        self.windows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, walked: Arc<Walked>) {
        let mut windows = self.windows();
        windows.retain(|known| known.tip != walked.tip);
        if windows.len() >= WINDOWS_KEPT {
            windows.remove(0);
        }
        windows.push(walked);
    }

    fn record(&self, repository: &Repository, oid: Oid) -> Result<Arc<Record>, (GapKind, String)> {
        {
            let table = self.table();
            if let Some(id) = table.by_oid.get(&oid) {
                return Ok(table.records[*id as usize].clone());
            }
        }
        Ok(self.add(&repository.commit(oid)?))
    }

    fn add(&self, commit: &Commit) -> Arc<Record> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let id = table.records.len() as CommitId;
        let id = *table.by_oid.entry(commit.oid).or_insert(id);
        if id as usize == table.records.len() {
            table.records.push(Arc::new(self.names.record(id, commit)));
        }
        table.records[id as usize].clone()
    }

    /// Puts commits into the timeline whose files are known.
    fn index(&self, ids: &[CommitId]) {
        let open: Vec<CommitId> = {
            let timeline = self.timeline();
            ids.iter().copied().filter(|id| !timeline.knows(*id)).collect()
        };
        if !open.is_empty() {
            let open = self.records(&open);
            let mut timeline = self.timeline.write().unwrap_or_else(PoisonError::into_inner);
            open.iter().for_each(|record| timeline.add(record, &self.names));
        }
    }

    fn records(&self, ids: &[CommitId]) -> Vec<Arc<Record>> {
        self.records_where(ids, |_| true)
    }

    fn records_where(&self, ids: &[CommitId], wanted: impl Fn(&Record) -> bool) -> Vec<Arc<Record>> {
        let table = self.table();
        let all = ids.iter().map(|id| &table.records[*id as usize]);
        all.filter(|record| wanted(record)).cloned().collect()
    }

    fn count(&self, ids: &[CommitId], wanted: impl Fn(&Record) -> bool) -> usize {
        let table = self.table();
        ids.iter().filter(|id| wanted(&table.records[**id as usize])).count()
    }

    /// A commit of a log in memory.
    fn give(&self, past: &PastCommit) -> CommitId {
        let record = self.add(&past.commit);
        let touches = past.files.iter().map(|file| Touch {
            path: self.names.path(&file.path),
            before: match &file.old_path {
                Some(old) => Before::Moved(self.names.path(old)),
                None if file.added_file => Before::Nothing,
                None => Before::Same,
            },
        });
        let _ = record.touches.set(touches.collect());
        let measures = past.files.iter().map(|file| Measure {
            added: file.lines_added,
            deleted: file.lines_deleted,
            ..Measure::default()
        });
        let _ = record.measures.set(measures.collect());
        self.index(&[record.id]);
        record.id
    }
}

/// Reads what one question needs into the shared tables.
struct Reader<'a> {
    repository: &'a Repository,
    shared: &'a Shared,
    cache: &'a Cache,
    commits_max: usize,
}

impl Reader<'_> {
    /// The commits of the window: from a remembered one that ends a few commits earlier, else walked.
    fn window(&self, tip: Oid) -> Arc<Walked> {
        let known: Vec<Arc<Walked>> = self.shared.windows().clone();
        if let Some(walked) = known.iter().find(|w| w.tip == Some(tip) && w.commits_max == self.commits_max) {
            return walked.clone();
        }
        self.window_upon(&known, tip).unwrap_or_else(|| Arc::new(self.walk(tip)))
    }

    /// Where each commit has one parent, a window is the commits since a known one and that one, cut where it has to end.
    fn window_upon(&self, known: &[Arc<Walked>], tip: Oid) -> Option<Arc<Walked>> {
        let first = self.shared.record(self.repository, tip).ok()?;
        let since = first.time.saturating_sub(limits::HISTORY_SECONDS_MAX);
        let mut order = Vec::new();
        let mut record = first;
        let base = loop {
            let fits = |walked: &&Arc<Walked>| walked.tip == Some(record.oid) && walked.commits_max == self.commits_max;
            if let Some(base) = known.iter().find(fits) {
                break base;
            }
            if record.parents.len() != 1 || order.len() == CHAIN_MAX {
                return None;
            }
            order.push(record.id);
            record = self.shared.record(self.repository, record.parents[0]).ok()?;
        };
        if since < base.since || !base.gaps.is_empty() {
            return None;
        }
        order.extend(&base.window.order);
        let table = self.shared.table();
        let mut changes = 0;
        let end = order.iter().position(|id| {
            let record = &table.records[*id as usize];
            let over = record.time < since && changes > limits::PERCENTILE_COMMITS;
            changes += usize::from(!record.is_merge());
            over
        });
        order.truncate(end.unwrap_or(order.len()).min(self.commits_max));
        let window = Arc::new(Window::new(order));
        Some(Arc::new(Walked { tip: Some(tip), since, commits_max: self.commits_max, window, gaps: Vec::new() }))
    }

    /// The commits of the window, newest first.
    fn walk(&self, tip: Oid) -> Walked {
        let mut walk = Walk { reader: self, gaps: Vec::new(), open: BinaryHeap::new() };
        let mut found: Vec<CommitId> = Vec::new();
        let mut seen = FxHashSet::default();
        let mut changes = 0;
        walk.enqueue(tip, self.commits_max);
        let newest = walk.open.peek().map(|(time, ..)| *time);
        let since = newest.map_or(i64::MIN, |time| time.saturating_sub(limits::HISTORY_SECONDS_MAX));
        while let Some((time, oid, Queued(record))) = walk.open.pop() {
            // a quiet repository is ranked against as many changes as a busy one, however old they are
            if found.len() >= self.commits_max || time < since && changes > limits::PERCENTILE_COMMITS {
                break;
            }
            if !seen.insert(oid) {
                continue;
            }
            for parent in record.parents.iter().filter(|parent| !seen.contains(parent)) {
                walk.enqueue(*parent, self.commits_max.saturating_sub(found.len() + 1));
            }
            changes += usize::from(!record.is_merge());
            found.push(record.id);
        }
        let window = Arc::new(Window::new(found));
        Walked { tip: Some(tip), since, commits_max: self.commits_max, window, gaps: walk.gaps }
    }

    /// Fills in what each commit touched. The result does not depend on the order of the threads.
    fn read_files(&self, ids: &[CommitId]) -> Vec<Gap> {
        // of a window that was asked about before, nothing is open
        let records = self.shared.records_where(ids, |record| record.touches.get().is_none());
        let here: Vec<&Arc<Record>> = records.iter().filter(|record| !self.is_cut(record)).collect();
        kept::recall(self.cache, self.repository.scope(), &self.shared.names, &here);
        let open: Vec<_> = records.iter().filter(|record| record.touches.get().is_none()).collect();
        let failed: Vec<_> = open.par_iter().filter_map(|record| self.read_touches(record).err()).collect();
        let failed = failed.into_iter().map(|(kind, why)| Gap::context(kind, format!("part of history: {why}")));
        let mut gaps: Vec<Gap> = failed.take(1).collect();
        let large = self.shared.count(ids, |record| record.touches().len() >= limits::HISTORY_COMMIT_FILES_MAX);
        if large > 0 {
            let why = format!("{large} past commits touch {} files or more", limits::HISTORY_COMMIT_FILES_MAX);
            gaps.push(Gap::context(GapKind::OverLimit, why));
        }
        self.shared.index(ids);
        gaps
    }

    fn read_touches(&self, record: &Record) -> Result<(), (GapKind, String)> {
        if record.is_merge() || self.is_cut(record) {
            let _ = record.touches.set(Box::default());
            return Ok(());
        }
        let (touched, whole) = self.repository.touched_as_far_as_here(record.oid)?;
        let _ = record.touches.set(touches(&self.shared.names, &touched));
        if whole {
            kept::remember(self.cache, self.repository.scope(), &self.shared.names, record);
        }
        Ok(())
    }

    /// True if a parent is not here: what the commit touched cannot be said.
    fn is_cut(&self, record: &Record) -> bool {
        record.parents.iter().any(|parent| self.shared.record(self.repository, *parent).is_err())
    }

    /// The changes to rank against, oldest first: the latest ones that touch files, without merges; each with its own
    /// past, unless its numbers are known already.
    fn peers(&self, window: &Window, gaps: &mut Vec<Gap>) -> Vec<Peer> {
        let ranked = self.ranked(window);
        let mut peers = Vec::with_capacity(ranked.len());
        let mut last: Vec<Arc<Walked>> = Vec::new();
        let mut open: Vec<CommitId> = Vec::new();
        for record in ranked {
            let known = record.features.get().is_some_and(|(most, _)| *most == self.commits_max);
            let past = match record.parents.first() {
                Some(base) if !known => {
                    let walked = self.window_upon(&last, *base).unwrap_or_else(|| self.window(*base));
                    last = vec![walked.clone()];
                    let _ = self.read_files(&walked.window.order);
                    walked.window.clone()
                }
                _ => Arc::default(),
            };
            if !known {
                open.push(record.id);
            }
            peers.push(Peer { record, window: past, commits_max: self.commits_max });
        }
        gaps.extend(self.measure(&self.shared.records(&open)));
        peers
    }

    /// The latest changes of a window that touch files, oldest first.
    fn ranked(&self, window: &Window) -> Vec<Arc<Record>> {
        let table = self.shared.table();
        let all = window.order.iter().map(|id| &table.records[*id as usize]);
        let ranked = all.filter(|record| !record.is_merge() && !record.touches().is_empty());
        let mut ranked: Vec<Arc<Record>> = ranked.take(limits::PERCENTILE_COMMITS).cloned().collect();
        ranked.reverse();
        ranked
    }

    /// Fills in the changed lines.
    fn measure(&self, records: &[Arc<Record>]) -> Option<Gap> {
        let large = records.iter().filter(|r| r.touches().len() > limits::HISTORY_COUNTED_FILES_MAX).count();
        let open: Vec<_> = records.iter().filter(|record| record.measures.get().is_none()).collect();
        open.par_iter().for_each(|record| {
            // a commit that could be compared a moment ago can be compared again
            let (touched, whole) = match record.touches() {
                [] => (Vec::new(), false),
                _ => self.repository.touched_as_far_as_here(record.oid).unwrap_or_default(),
            };
            let (measured, all_read) = measures(self.repository, &touched, &self.shared.measured);
            let _ = record.measures.set(measured);
            if whole && all_read {
                kept::remember(self.cache, self.repository.scope(), &self.shared.names, record);
            }
        });
        let max = limits::HISTORY_COUNTED_FILES_MAX;
        let why = format!("past commits of more than {max} files; of each, the lines of the first {max} were counted");
        (large > 0).then(|| Gap::context(GapKind::OverLimit, why))
    }
}

/// Commits still to be looked at, and what was not there.
struct Walk<'a, 'b> {
    reader: &'a Reader<'b>,
    gaps: Vec<Gap>,
    open: BinaryHeap<(i64, Oid, Queued)>,
}

impl Walk<'_, '_> {
    fn enqueue(&mut self, oid: Oid, left: usize) {
        match self.reader.shared.record(self.reader.repository, oid) {
            Ok(record) => self.open.push((record.time, oid, Queued(record))),
            Err((kind, why)) => {
                let gap = self.missing(kind, &why, left);
                self.gaps.push(gap);
            }
        }
    }

    fn missing(&self, kind: GapKind, why: &str, left: usize) -> Gap {
        if self.reader.repository.is_shallow() {
            let why = format!("the clone is shallow: older history is not here; git fetch --deepen={}", left.max(1));
            Gap::context(GapKind::ShallowHistory, why)
        } else {
            Gap::context(kind, format!("part of the history is not here: {why}"))
        }
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
