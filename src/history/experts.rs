//! Who knows the touched files: the authors of their past changes, recent ones counted more, and of the touched lines:
//! a line that somebody wrote last counts as much as a change to its file, because who wrote it knows why it is there.
//! A weight halves in 180 days. Sweeping commits say nothing about knowledge and are left out. Who may review is not
//! asked here: bots, agents and the author are in the list, and `policy` decides.

use super::lines::{Wrote, written};
use super::record::{IdentityId, Names, PathId, PersonId};
use super::timeline::{Event, View};
use super::{Expert, Log, days};
use crate::input::{ChangeSet, Repository};
use crate::limits;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Days in which the weight of a change halves.
const HALF_LIFE_DAYS: u32 = 180;
/// Past changes of one file that are looked at (commits).
const EVENTS_PER_FILE: usize = 1_000;

/// The past of the files and of the touched lines together, at most ten, best first: the lines are followed back in the
/// repository, which costs a few diffs for each file.
pub fn experts_of_lines(change: &ChangeSet, log: &Log, repository: &Repository) -> Vec<Expert> {
    let wrote = written(change, log, repository);
    log.with(|reading| {
        let places: Vec<Place> = change.files.iter().map(|file| reading.names.place(file)).collect();
        experts(&reading.view(&log.window), &places, change.as_of.unwrap_or(reading.latest), &wrote)
    })
}

/// A path, and the one under which its past is kept.
type Place = (PathId, PathId);

/// At most ten, best first, at a time in seconds.
pub(super) fn experts(view: &View<'_>, places: &[Place], now: i64, wrote: &[Wrote]) -> Vec<Expert> {
    let mut known: FxHashMap<PersonId, Known> = FxHashMap::default();
    for (event, changes) in touching(view, places) {
        let record = view.commit(event.commit);
        if record.touches().len() <= limits::EXPERT_COMMIT_FILES_MAX {
            let age = days(record.time, now);
            let lines: u32 = wrote.iter().filter(|(commit, _)| *commit == event.commit).map(|(_, lines)| lines).sum();
            let person =
                known.entry(record.person).or_insert(Known { who: record.who, weight: 0, changes: 0, lines: 0, age });
            person.weight += u64::from(changes + lines) * weight_milli(age);
            person.changes += changes;
            person.lines += lines;
            person.age = person.age.min(age);
        }
    }
    let mut experts: Vec<Expert> = known.into_values().map(|known| known.expert(view.names)).collect();
    experts.sort_by(|a, b| (b.weight_milli, b.changes, &a.who).cmp(&(a.weight_milli, a.changes, &b.who)));
    experts.truncate(limits::EXPERTS_MAX);
    experts
}

/// The commits that touched the wanted files, latest first, with how many of them each touched.
fn touching<'a>(view: &View<'a>, places: &[Place]) -> Vec<(&'a Event, u32)> {
    let paths = wanted(view, places);
    let mut events: Vec<&Event> =
        paths.iter().flat_map(|path| view.timeline.path(*path, view.window, EVENTS_PER_FILE)).collect();
    events.sort_by_key(|event| Reverse((event.key(), event.commit)));
    events.chunk_by(|a, b| a.commit == b.commit).map(|run| (run[0], run.len() as u32)).collect()
}

struct Known {
    /// As written in the person's latest change.
    who: IdentityId,
    weight: u64,
    changes: u32,
    lines: u32,
    age: u32,
}

impl Known {
    fn expert(self, names: &Names) -> Expert {
        let who = names.identity_of(self.who);
        let Self { weight: weight_milli, changes, lines, age: last_days, .. } = self;
        Expert { who, weight_milli, changes, lines, last_days }
    }
}

/// Past paths of the production files; of all files where there are none.
fn wanted(view: &View<'_>, places: &[Place]) -> BTreeSet<PathId> {
    let production = |(path, _): &&Place| view.names.facts(*path).production;
    let found: BTreeSet<PathId> = places.iter().filter(production).map(|(_, past)| *past).collect();
    if found.is_empty() { places.iter().map(|(_, past)| *past).collect() } else { found }
}

/// Half as much every 180 days, straight lines between, in thousandths.
fn weight_milli(days: u32) -> u64 {
    let halvings = days / HALF_LIFE_DAYS;
    let rest = u64::from(days % HALF_LIFE_DAYS);
    let span = u64::from(2 * HALF_LIFE_DAYS);
    (1000 * (span - rest) / span).checked_shr(halvings).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_halves_in_180_days() {
        assert_eq!([0, 90, 180, 360, 100_000].map(weight_milli), [1000, 750, 500, 250, 0]);
    }
}
