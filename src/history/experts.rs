//! Who knows the touched files: the authors of their past changes, recent ones counted more. A weight halves in 180 days.
//! Sweeping commits say nothing about knowledge and are left out. Who may review is not asked here: bots, agents and the
//! author are in the list, and `policy` decides.

use super::features::{Shape, ShapeFile};
use super::record::{IdentityId, Names, PathId, PersonId};
use super::timeline::{Event, View};
use super::{Expert, days};
use crate::limits;
use rustc_hash::FxHashMap;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// Days in which the weight of a change halves.
const HALF_LIFE_DAYS: u32 = 180;
/// Past changes of one file that are looked at (commits).
const EVENTS_PER_FILE: usize = 1_000;

/// At most ten, best first.
pub(super) fn experts(view: &View<'_>, shape: &Shape) -> Vec<Expert> {
    let mut known: FxHashMap<PersonId, Known> = FxHashMap::default();
    for (event, changes) in touching(view, shape) {
        let record = view.commit(event.commit);
        if record.touches().len() <= limits::EXPERT_COMMIT_FILES_MAX {
            let age = days(record.time, shape.time);
            let person = known.entry(record.person).or_insert(Known { who: record.who, weight: 0, changes: 0, age });
            person.weight += u64::from(changes) * weight_milli(age);
            person.changes += changes;
            person.age = person.age.min(age);
        }
    }
    let mut experts: Vec<Expert> = known.into_values().map(|known| known.expert(view.names)).collect();
    experts.sort_by(|a, b| (b.weight_milli, b.changes, &a.who).cmp(&(a.weight_milli, a.changes, &b.who)));
    experts.truncate(limits::EXPERTS_MAX);
    experts
}

/// The commits that touched the wanted files, latest first, with how many of them each touched.
fn touching<'a>(view: &View<'a>, shape: &Shape) -> Vec<(&'a Event, u32)> {
    let paths = wanted(view, shape);
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
    age: u32,
}

impl Known {
    fn expert(self, names: &Names) -> Expert {
        let who = names.identity_of(self.who);
        Expert { who, weight_milli: self.weight, changes: self.changes, last_days: self.age }
    }
}

/// Past paths of the production files; of all files where there are none.
fn wanted(view: &View<'_>, shape: &Shape) -> BTreeSet<PathId> {
    let production = |file: &&ShapeFile| view.names.facts(file.path).production;
    let found: BTreeSet<PathId> = shape.files.iter().filter(production).map(|file| file.past).collect();
    if found.is_empty() { shape.files.iter().map(|file| file.past).collect() } else { found }
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
