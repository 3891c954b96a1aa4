//! Everything that was read of history, by path, directory and person, each list in order of time. Commits are only ever
//! put in; what a question may see is decided by its window, the set of ancestors that it asks about. So an answer depends
//! on the window alone: not on what else was read before, in which order, or by how many threads; and nothing that came
//! after a change can reach the numbers about it.

use super::record::{Before, DirId, Names, PathId, PersonId, Record};
use super::{CommitKind, FOLLOW_UP_SECONDS};
use std::sync::Arc;

/// Number of a commit in the tables of one process; never shown, never an order.
pub(super) type CommitId = u32;

/// Steps through renames that one look into the past takes (count).
const RENAMES_FOLLOWED_MAX: usize = 16;

/// One commit that touched one thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    /// Seconds.
    pub time: i64,
    /// The first bytes of the commit's name, to order commits of one second.
    rank: u64,
    pub commit: CommitId,
    pub person: PersonId,
    pub kind: CommitKind,
    pub before: Before,
}

impl Event {
    /// The order of time, and of names within a second.
    pub fn key(&self) -> (i64, u64) {
        (self.time, self.rank)
    }
}

/// The lists.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    known: Vec<bool>,
    paths: Vec<Vec<Event>>,
    directories: Vec<Vec<Event>>,
    people: Vec<Vec<Event>>,
    /// By commit: fixes and reverts that touched one of its files within a month after it.
    followed: Vec<Vec<CommitId>>,
}

/// The ancestors that a question may see.
#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    /// Newest first, as they were walked; the tip is the first.
    pub order: Vec<CommitId>,
    members: Vec<u64>,
}

impl Window {
    pub fn new(order: Vec<CommitId>) -> Self {
        let mut window = Self::default();
        order.iter().for_each(|commit| window.mark(*commit));
        Self { order, ..window }
    }

    fn mark(&mut self, commit: CommitId) {
        let word = commit as usize / 64;
        if self.members.len() <= word {
            self.members.resize(word + 1, 0);
        }
        self.members[word] |= 1 << (commit % 64);
    }

    pub fn has(&self, commit: CommitId) -> bool {
        self.members.get(commit as usize / 64).is_some_and(|word| word & (1 << (commit % 64)) != 0)
    }
}

impl Timeline {
    pub fn knows(&self, commit: CommitId) -> bool {
        self.known.get(commit as usize).copied().unwrap_or(false)
    }

    /// Puts a commit in, once. Its touched paths must be known; a merge brings nothing of its own.
    pub fn add(&mut self, record: &Record, names: &Names) {
        if self.knows(record.id) {
            return;
        }
        *slot(&mut self.known, record.id) = true;
        if record.is_merge() {
            return;
        }
        let event = Event {
            time: record.time,
            rank: record.rank(),
            commit: record.id,
            person: record.person,
            kind: record.kind,
            before: Before::Same,
        };
        insert(slot(&mut self.people, record.person), event);
        let mut directories: Vec<DirId> = Vec::new();
        for touch in record.touches() {
            let facts = names.facts(touch.path);
            if facts.production {
                self.follow(touch.path, &event);
            }
            insert(slot(&mut self.paths, touch.path), Event { before: touch.before, ..event });
            directories.push(facts.directory);
        }
        directories.sort_unstable();
        directories.dedup();
        for directory in directories {
            insert(slot(&mut self.directories, directory), event);
        }
    }

    /// Notes which commits were followed by a fix of the same path within a month, in both directions, because commits
    /// may be put in in any order.
    fn follow(&mut self, path: PathId, event: &Event) {
        let Some(list) = self.paths.get(path as usize) else { return };
        let at = list.partition_point(|other| other.key() < event.key());
        let mut found: Vec<(CommitId, CommitId)> = Vec::new();
        if event.kind != CommitKind::Other {
            let near = |other: &&Event| event.time.saturating_sub(other.time) <= FOLLOW_UP_SECONDS;
            found.extend(list[..at].iter().rev().take_while(near).map(|other| (other.commit, event.commit)));
        }
        let near = |other: &&Event| other.time.saturating_sub(event.time) <= FOLLOW_UP_SECONDS;
        let fixes = list[at..].iter().take_while(near).filter(|other| other.kind != CommitKind::Other);
        found.extend(fixes.map(|other| (event.commit, other.commit)));
        for (commit, fix) in found {
            let list: &mut Vec<CommitId> = slot(&mut self.followed, commit);
            if list.last() != Some(&fix) {
                list.push(fix);
            }
        }
    }

    /// What happened to a path, newest first, through renames, back to where the file was made.
    pub fn path<'a>(&'a self, path: PathId, window: &'a Window, most: usize) -> Vec<&'a Event> {
        let mut found: Vec<&Event> = Vec::new();
        let mut next = Some((path, (i64::MAX, u64::MAX)));
        for _ in 0..RENAMES_FOLLOWED_MAX {
            let Some((path, before)) = next.take() else { break };
            for event in seen(self.paths.get(path as usize), window).filter(|event| event.key() < before) {
                if found.len() == most {
                    return found;
                }
                found.push(event);
                match event.before {
                    Before::Same => {}
                    Before::Nothing => return found,
                    Before::Moved(old) => {
                        next = Some((old, event.key()));
                        break;
                    }
                }
            }
        }
        found
    }

    /// Commits that touched a directory, newest first.
    pub fn directory<'a>(&'a self, directory: DirId, window: &'a Window) -> impl Iterator<Item = &'a Event> {
        seen(self.directories.get(directory as usize), window)
    }

    /// Commits of a person, newest first.
    pub fn person<'a>(&'a self, person: PersonId, window: &'a Window) -> impl Iterator<Item = &'a Event> {
        seen(self.people.get(person as usize), window)
    }

    /// True if a fix or revert of one of its files followed within a month, as far as the window can see.
    pub fn followed(&self, commit: CommitId, window: &Window) -> bool {
        self.followed.get(commit as usize).is_some_and(|fixes| fixes.iter().any(|fix| window.has(*fix)))
    }
}

fn seen<'a>(list: Option<&'a Vec<Event>>, window: &'a Window) -> impl Iterator<Item = &'a Event> + use<'a> {
    list.map_or(&[][..], Vec::as_slice).iter().rev().filter(|event| window.has(event.commit))
}

/// Keeps a list in order of time, then name; nearly always at its end.
fn insert(list: &mut Vec<Event>, event: Event) {
    let at = if list.last().is_none_or(|last| last.key() < event.key()) {
        list.len()
    } else {
        list.partition_point(|other| other.key() < event.key())
    };
    list.insert(at, event);
}

fn slot<T: Clone + Default>(list: &mut Vec<T>, at: u32) -> &mut T {
    if list.len() <= at as usize {
        list.resize(at as usize + 1, T::default());
    }
    &mut list[at as usize]
}

/// Commits of a window by their tables.
pub(super) struct View<'a> {
    pub timeline: &'a Timeline,
    pub window: &'a Window,
    pub commits: &'a [Arc<Record>],
    pub names: &'a Names,
}

impl View<'_> {
    pub fn commit(&self, id: CommitId) -> &Record {
        &self.commits[id as usize]
    }
}
