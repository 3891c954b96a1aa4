//! Who knows the touched files: the authors of their past changes, recent ones counted more. A weight halves in 180 days.
//! Sweeping commits say nothing about knowledge and are left out. Who may review is not asked here: bots, agents and the
//! author are in the list, and `policy` decides.

use super::features::{Shape, ShapeFile};
use super::pass::days;
use super::record::{Before, IdentityId, PathId, PersonId, Record, Touch};
use super::{Expert, Log};
use crate::limits;
use rustc_hash::{FxHashMap, FxHashSet};

/// Days in which the weight of a change halves.
const HALF_LIFE_DAYS: u32 = 180;

/// At most ten, best first.
pub(super) fn experts(log: &Log, shape: &Shape) -> Vec<Expert> {
    let mut known: FxHashMap<PersonId, Known> = FxHashMap::default();
    let mut wanted = wanted(log, shape);
    for record in log.records.iter().rev().filter(|record| !record.is_merge()) {
        let changes = touched(record, &mut wanted);
        if changes > 0 && record.touches().len() <= limits::EXPERT_COMMIT_FILES_MAX {
            let age = days(record.time, shape.time);
            let person = known.entry(record.person).or_insert(Known { who: record.who, weight: 0, changes: 0, age });
            person.weight += u64::from(changes) * weight_milli(age);
            person.changes += changes;
            person.age = person.age.min(age);
        }
    }
    let mut experts: Vec<Expert> = known.into_values().map(|known| known.expert(log)).collect();
    experts.sort_by(|a, b| (b.weight_milli, b.changes, &a.who).cmp(&(a.weight_milli, a.changes, &b.who)));
    experts.truncate(limits::EXPERTS_MAX);
    experts
}

struct Known {
    /// As written in the person's latest change.
    who: IdentityId,
    weight: u64,
    changes: u32,
    age: u32,
}

impl Known {
    fn expert(self, log: &Log) -> Expert {
        let who = log.names.identity_of(self.who);
        Expert { who, weight_milli: self.weight, changes: self.changes, last_days: self.age }
    }
}

/// Past paths of the production files; of all files where there are none.
fn wanted(log: &Log, shape: &Shape) -> FxHashSet<PathId> {
    let production = |file: &&ShapeFile| log.names.facts(file.path).production;
    let found: FxHashSet<PathId> = shape.files.iter().filter(production).map(|file| file.past).collect();
    if found.is_empty() { shape.files.iter().map(|file| file.past).collect() } else { found }
}

/// How many of the wanted files a commit touched. Files that it moved are wanted under their old path from here on back.
fn touched(record: &Record, wanted: &mut FxHashSet<PathId>) -> u32 {
    let hits: Vec<&Touch> = record.touches().iter().filter(|touch| wanted.contains(&touch.path)).collect();
    for touch in &hits {
        if let Before::Moved(old) = touch.before {
            wanted.insert(old);
        }
    }
    hits.len() as u32
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
