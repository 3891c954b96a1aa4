//! The forward pass. Commits are read oldest first; what is known about each path and each person grows with them. Just
//! before a commit that the change is ranked against is read in, its features are taken; the change itself comes last.
//! So every number is of the time before the change it describes, and reading further can never change it.

use super::experts::experts;
use super::features::{Shape, ShapeFile, features};
use super::log::ranked;
use super::record::{Before, Names, PathId, PersonId, Record};
use super::{CommitKind, Features, FileHistory, History, Log};
use crate::gap::{Gap, GapKind};
use crate::input::{ChangeSet, FileChange, FileStatus, Identity};
use rustc_hash::FxHashMap;

/// A fix counts against a change to the same file that is at most this old (seconds).
const FOLLOW_UP_SECONDS: i64 = 30 * DAY;
/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// The past of a change. `author` is `--author`, else the author of the change's only or last commit.
pub fn recall(change: &ChangeSet, log: &Log, author: Option<Identity>) -> History {
    let author = author.or_else(|| change.commits.last().map(|commit| commit.author.clone()));
    let known = !log.is_empty();
    let shape = change_shape(change, log, author.as_ref().filter(|_| known));
    let (state, peers) = pass(log);
    let mut gaps = log.gaps.clone();
    if !known {
        gaps.push(Gap::context(GapKind::NoHistory, "there is no history to compare with"));
    }
    History {
        known,
        files: change.files.iter().zip(&shape.files).map(|(file, at)| state.file(file, at, &shape)).collect(),
        features: features(&shape, &state, &log.names),
        peers,
        experts: experts(log, &shape),
        author,
        commits: u32::try_from(log.len()).unwrap_or(u32::MAX),
        gaps,
    }
}

/// What is known about paths and people at one moment of the pass.
#[derive(Debug, Default)]
pub(super) struct State {
    paths: FxHashMap<PathId, PathState>,
    commits: FxHashMap<PersonId, u32>,
}

/// The past of one path. Counts are commits.
#[derive(Clone, Debug, Default)]
pub(super) struct PathState {
    pub changes: u32,
    pub fixes: u32,
    pub reverts: u32,
    /// Seconds.
    pub last: Option<i64>,
    /// Changes by person, in the order of their first change.
    people: Vec<(PersonId, u32)>,
    /// Time of the last five changes, oldest first, and if a fix followed soon.
    recent: Vec<(i64, bool)>,
}

impl State {
    pub fn path(&self, path: PathId) -> Option<&PathState> {
        self.paths.get(&path)
    }

    /// Commits by a person so far.
    pub fn commits_by(&self, person: PersonId) -> u32 {
        self.commits.get(&person).copied().unwrap_or(0)
    }

    fn read(&mut self, record: &Record) {
        if record.is_merge() {
            return;
        }
        *self.commits.entry(record.person).or_default() += 1;
        for touch in record.touches() {
            if let Before::Moved(old) = touch.before {
                let past = self.paths.get(&old).cloned().unwrap_or_default();
                self.paths.insert(touch.path, past);
            }
            self.paths.entry(touch.path).or_default().read(record);
        }
    }

    fn file(&self, file: &FileChange, at: &ShapeFile, shape: &Shape) -> FileHistory {
        let path = Some(file.path.clone());
        let Some(past) = self.path(at.past) else { return FileHistory { path, ..FileHistory::default() } };
        FileHistory {
            path,
            changes: past.changes,
            fixes: past.fixes,
            reverts: past.reverts,
            last_five_fixed: past.last_five_fixed(),
            last_five: past.recent.len() as u32,
            authors: past.authors(),
            days_since_change: past.last.map(|last| days(last, shape.time)),
            author_changes: shape.person.map_or(0, |person| past.changes_by(person)),
        }
    }
}

impl PathState {
    pub fn authors(&self) -> u32 {
        self.people.len() as u32
    }

    pub fn changes_by(&self, person: PersonId) -> u32 {
        self.people.iter().find(|(who, _)| *who == person).map_or(0, |(_, changes)| *changes)
    }

    pub fn last_five_fixed(&self) -> u32 {
        self.recent.iter().filter(|(_, fixed)| *fixed).count() as u32
    }

    fn read(&mut self, record: &Record) {
        self.changes += 1;
        match record.kind {
            CommitKind::Fix => self.fixes += 1,
            CommitKind::Revert => self.reverts += 1,
            CommitKind::Other => {}
        }
        if record.kind != CommitKind::Other {
            for (time, fixed) in &mut self.recent {
                *fixed |= record.time.saturating_sub(*time) <= FOLLOW_UP_SECONDS;
            }
        }
        if self.recent.len() == 5 {
            self.recent.remove(0);
        }
        self.recent.push((record.time, false));
        self.last = Some(record.time);
        match self.people.iter_mut().find(|(who, _)| *who == record.person) {
            Some((_, changes)) => *changes += 1,
            None => self.people.push((record.person, 1)),
        }
    }
}

/// Whole days between two times in seconds; 0 if the clock of a machine was wrong.
pub(super) fn days(from: i64, to: i64) -> u32 {
    u32::try_from(to.saturating_sub(from).max(0) / DAY).unwrap_or(u32::MAX)
}

/// The state after the whole log, and the features of each ranked commit, oldest first.
fn pass(log: &Log) -> (State, Vec<Features>) {
    let mut state = State::default();
    let mut wanted: Vec<_> = ranked(&log.records).map(|record| record.oid).collect();
    let mut peers = Vec::with_capacity(wanted.len());
    for record in &log.records {
        if wanted.last() == Some(&record.oid) {
            wanted.pop();
            peers.push(features(&record_shape(record), &state, &log.names));
        }
        state.read(record);
    }
    (state, peers)
}

fn record_shape(record: &Record) -> Shape {
    let files = record.touches().iter().enumerate().map(|(at, touch)| {
        let (added, deleted) = record.lines(at);
        ShapeFile { path: touch.path, past: touch.past(), new: touch.before == Before::Nothing, added, deleted }
    });
    Shape { files: files.collect(), person: Some(record.person), time: record.time }
}

fn change_shape(change: &ChangeSet, log: &Log, author: Option<&Identity>) -> Shape {
    let latest = log.records.last().map_or(0, |record| record.time);
    Shape {
        files: change.files.iter().map(|file| file_shape(file, &log.names)).collect(),
        person: author.map(|who| log.names.identity(who).1),
        time: change.as_of.unwrap_or(latest),
    }
}

fn file_shape(file: &FileChange, names: &Names) -> ShapeFile {
    let path = names.path(&file.path);
    let past = match (file.status, &file.old_path) {
        (FileStatus::Renamed, Some(old)) => names.path(old),
        _ => path,
    };
    let new = matches!(file.status, FileStatus::Added | FileStatus::Copied);
    ShapeFile { path, past, new, added: file.lines_added, deleted: file.lines_deleted }
}
