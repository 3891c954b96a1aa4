//! Numbers about a change that its files, its author and the past give; the same code for the change and for the commits
//! it is ranked against. Production files count; test and documentation lines are kept apart; generated and vendored
//! files are left out. Whole numbers throughout, so that every machine ranks alike.

use super::measure::Measure;
use super::message::Purpose;
use super::record::{DirId, PathFacts, PathId, PersonId};
use super::timeline::{Event, View};
use super::{CommitKind, Features, days};
use crate::input::Oid;
use std::collections::BTreeSet;

/// A number that is not known: nobody to ask, or nothing to measure.
pub const UNKNOWN: u32 = u32::MAX;

/// Past changes of one file that are looked at (commits), of one directory and one person, and of the repository.
const PATH_EVENTS_MAX: usize = 128;
const DIRECTORY_EVENTS_MAX: usize = 64;
const PERSON_EVENTS_MAX: usize = 64;
const REPOSITORY_COMMITS: usize = 500;
/// Files whose past is looked at (files), in order of path.
const FILES_MAX: usize = 100;
/// Days in which the weight of a past change halves.
const HALF_LIFE_DAYS: u32 = 60;

/// What a change did, before anything is known about its past.
#[derive(Debug)]
pub(super) struct Shape {
    pub files: Vec<ShapeFile>,
    /// None if the author is unknown.
    pub person: Option<PersonId>,
    /// Seconds.
    pub time: i64,
    pub purpose: Purpose,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ShapeFile {
    pub path: PathId,
    /// Where its past is kept: the old path of a renamed file.
    pub past: PathId,
    pub new: bool,
    pub gone: bool,
    pub measure: Measure,
}

impl ShapeFile {
    fn lines(&self) -> u32 {
        self.measure.added.saturating_add(self.measure.deleted)
    }
}

pub(super) fn features(shape: &Shape, view: &View<'_>) -> Features {
    let mut found = Features::default();
    let files: Vec<(&ShapeFile, PathFacts)> =
        shape.files.iter().map(|file| (file, view.names.facts(file.path))).collect();
    let production: Vec<(&ShapeFile, PathFacts)> =
        files.iter().filter(|(_, facts)| facts.production).copied().collect();
    size(&mut found, &files, &production);
    let pasts: Vec<Past<'_>> =
        production.iter().take(FILES_MAX).map(|(file, facts)| Past::read(file, *facts, shape, view)).collect();
    past(&mut found, &pasts);
    around(&mut found, &pasts, shape, view);
    author(&mut found, shape, view);
    repository(&mut found, &production, shape, view);
    partners(&mut found, &pasts, shape, view);
    purpose(&mut found, shape.purpose);
    found
}

fn size(found: &mut Features, files: &[(&ShapeFile, PathFacts)], production: &[(&ShapeFile, PathFacts)]) {
    let total = |number: fn(&Measure) -> u32| sum(production.iter().map(|(file, _)| number(&file.measure)));
    found.all_added = sum(files.iter().map(|(file, _)| file.measure.added));
    found.all_deleted = sum(files.iter().map(|(file, _)| file.measure.deleted));
    found.lines_added = total(|m| m.added);
    found.lines_deleted = total(|m| m.deleted);
    found.code_deleted = total(|m| m.code_deleted);
    found.hunks = total(|m| m.hunks);
    let code: Vec<&(&ShapeFile, PathFacts)> = production.iter().filter(|(_, facts)| facts.code).collect();
    let of_code = |number: fn(&Measure) -> u32| sum(code.iter().map(|(file, _)| number(&file.measure)));
    found.code_added = of_code(|m| m.code_added);
    found.branches_added = of_code(|m| m.branches_added);
    found.branches_deleted = of_code(|m| m.branches_deleted);
    found.definitions_added = of_code(|m| m.definitions_added);
    found.calls_added = of_code(|m| m.calls_added);
    found.words_added = of_code(|m| m.words_added);
    found.depth_sum = of_code(|m| m.depth_sum);
    found.depth = code.iter().map(|(file, _)| file.measure.depth).max().unwrap_or(0);
    found.code_files = code.len() as u32;
    found.other_lines = found.lines_added - sum(code.iter().map(|(file, _)| file.measure.added)).min(found.lines_added);
    found.test_lines = sum(files.iter().filter(|(_, facts)| facts.test).map(|(file, _)| file.lines()));
    found.document_lines = sum(files.iter().filter(|(_, facts)| facts.documentation).map(|(file, _)| file.lines()));
    found.files = production.len() as u32;
    found.all_files = files.len() as u32;
    found.test_files = files.iter().filter(|(_, facts)| facts.test).count() as u32;
    found.directories = distinct(production.iter().map(|(_, facts)| facts.directory));
    found.subsystems = distinct(production.iter().map(|(_, facts)| facts.subsystem));
    found.entropy = entropy_milli(production.iter().map(|(file, _)| file.lines()));
    found.new_files = production.iter().filter(|(file, _)| file.new).count() as u32;
    found.new_files_share = share(found.new_files, found.files);
    found.gone_files = production.iter().filter(|(file, _)| file.gone).count() as u32;
    found.lines_before = production.iter().map(|(file, _)| file.measure.lines_before).max().unwrap_or(0);
    found.lines_before_sum = total(|m| m.lines_before);
    let old = code.iter().filter(|(file, _)| !file.new);
    found.code_in_old = sum(old.map(|(file, _)| file.measure.code_added));
    found.largest_added = code.iter().map(|(file, _)| file.measure.code_added).max().unwrap_or(0);
}

/// The past of one production file of the change.
struct Past<'a> {
    events: Vec<&'a Event>,
    directory: DirId,
    extension: DirId,
    lines_before: u32,
    changes: u32,
    recent: u32,
    fixes: u32,
    fixes_recent: u32,
    reverts: u32,
    week: u32,
    people: u32,
    by_author: u32,
    owner: u32,
    last_five_fixed: u32,
    followed_ten: u32,
    taken_back: u32,
    age: u32,
    since: u32,
    since_fix: u32,
    last_by_author: bool,
    added: u32,
}

impl<'a> Past<'a> {
    fn read(file: &ShapeFile, facts: PathFacts, shape: &Shape, view: &View<'a>) -> Self {
        let events = if file.new { Vec::new() } else { view.timeline.path(file.past, view.window, PATH_EVENTS_MAX) };
        let kind = |kind: CommitKind| events.iter().filter(|event| event.kind == kind).count() as u32;
        let fixes = events.iter().filter(|event| event.kind != CommitKind::Other);
        let age = |event: &Event| days(event.time, shape.time);
        let people: Vec<(PersonId, u32)> = people(&events);
        let followed = |most: usize| {
            events.iter().take(most).filter(|event| view.timeline.followed(event.commit, view.window)).count() as u32
        };
        let oid = |event: &Event| -> Oid { view.commit(event.commit).oid };
        Self {
            directory: facts.directory,
            extension: facts.extension,
            lines_before: file.measure.lines_before,
            changes: events.len() as u32,
            recent: sum(events.iter().map(|event| weight_milli(age(event)))),
            fixes: kind(CommitKind::Fix),
            fixes_recent: sum(fixes.clone().map(|event| weight_milli(age(event)))),
            reverts: kind(CommitKind::Revert),
            week: events.iter().filter(|event| age(event) < 7).count() as u32,
            people: people.len() as u32,
            by_author: shape.person.map_or(0, |who| people.iter().find(|(p, _)| *p == who).map_or(0, |(_, n)| *n)),
            owner: people.iter().map(|(_, n)| *n).max().unwrap_or(0),
            last_five_fixed: followed_here(&events, 5),
            followed_ten: followed(10),
            taken_back: events.iter().take(10).filter(|event| view.timeline.taken_back(oid(event), view.window)).count()
                as u32,
            age: events.last().map_or(0, |event| age(event)),
            since: events.first().map_or(UNKNOWN, |event| age(event)),
            since_fix: fixes.clone().next().map_or(UNKNOWN, |event| age(event)),
            last_by_author: events.first().is_some_and(|event| Some(event.person) == shape.person),
            added: file.measure.code_added,
            events,
        }
    }
}

/// Of the last so many changes to one file, how many were followed by a fix or revert of it within a month.
pub(super) fn followed_here(events: &[&Event], most: usize) -> u32 {
    let mut fix: Option<i64> = None;
    let mut count = 0;
    for event in events.iter().take(most) {
        count += u32::from(fix.is_some_and(|fix| fix.saturating_sub(event.time) <= super::FOLLOW_UP_SECONDS));
        if event.kind != CommitKind::Other {
            fix = Some(event.time);
        }
    }
    count
}

/// Changes by person.
pub(super) fn people(events: &[&Event]) -> Vec<(PersonId, u32)> {
    let mut people: Vec<(PersonId, u32)> = Vec::new();
    for event in events {
        match people.iter_mut().find(|(who, _)| *who == event.person) {
            Some((_, changes)) => *changes += 1,
            None => people.push((event.person, 1)),
        }
    }
    people
}

fn past(found: &mut Features, pasts: &[Past<'_>]) {
    let most = |number: fn(&Past<'_>) -> u32| pasts.iter().map(number).max().unwrap_or(0);
    let total = |number: fn(&Past<'_>) -> u32| sum(pasts.iter().map(number));
    let least = |number: fn(&Past<'_>) -> u32| pasts.iter().map(number).min().unwrap_or(UNKNOWN);
    found.changes = most(|p| p.changes);
    found.changes_sum = total(|p| p.changes);
    found.changes_mean = total(|p| p.changes).saturating_mul(10).checked_div(pasts.len() as u32).unwrap_or(0);
    found.recent = most(|p| p.recent);
    found.recent_sum = total(|p| p.recent);
    found.fixes = most(|p| p.fixes);
    found.fixes_recent = most(|p| p.fixes_recent);
    found.fixes_recent_sum = total(|p| p.fixes_recent);
    found.fixes_share = share(total(|p| p.fixes), total(|p| p.changes));
    found.reverts = total(|p| p.reverts);
    found.week = most(|p| p.week);
    found.authors = most(|p| p.people);
    found.author_file_changes = most(|p| p.by_author);
    found.author_share = share(total(|p| p.by_author), total(|p| p.changes));
    found.owner_share = share(total(|p| p.owner), total(|p| p.changes));
    found.last_five_fixed = most(|p| p.last_five_fixed);
    found.followed_share = share(total(|p| p.followed_ten), total(|p| p.changes.min(10)));
    found.taken_back = total(|p| p.taken_back);
    found.age = most(|p| p.age);
    found.days_since_change = least(|p| p.since);
    found.days_since_fix = least(|p| p.since_fix);
    found.last_by_author = u32::from(pasts.iter().any(|p| p.last_by_author));
    let weighted: u64 = pasts.iter().map(|p| u64::from(p.added) * u64::from(p.fixes_recent)).sum();
    let added: u64 = pasts.iter().map(|p| u64::from(p.added)).sum();
    let exposure = |past: &Past<'_>, events: u32| {
        let of = u64::from(past.added) * (u64::from(events) + 500)
            / (u64::from(past.lines_before) + u64::from(past.added) + 30);
        of.min(1_000_000) as u32
    };
    found.exposure_fixes = sum(pasts.iter().map(|p| exposure(p, p.fixes_recent)));
    found.exposure_changes = sum(pasts.iter().map(|p| exposure(p, p.recent)));
    found.exposure_most = pasts.iter().map(|p| exposure(p, p.fixes_recent)).max().unwrap_or(0);
    found.fixes_weighted = weighted.checked_div(added).unwrap_or(0) as u32;
    let weighted: u64 = pasts.iter().map(|p| u64::from(p.added) * u64::from(p.recent)).sum();
    found.recent_weighted = weighted.checked_div(added).unwrap_or(0) as u32;
}

/// The directories around the touched files.
fn around(found: &mut Features, pasts: &[Past<'_>], shape: &Shape, view: &View<'_>) {
    let directories: BTreeSet<DirId> = pasts.iter().map(|past| past.directory).take(20).collect();
    let (mut touched, mut followed) = (0, 0);
    for directory in directories {
        let events: Vec<&Event> = view.timeline.directory(directory, view.window).take(DIRECTORY_EVENTS_MAX).collect();
        let weight = |event: &&&Event| weight_milli(days(event.time, shape.time));
        let fixes = events.iter().filter(|event| event.kind != CommitKind::Other);
        found.directory_recent = found.directory_recent.max(sum(events.iter().map(|e| weight(&e))));
        found.directory_fixes = found.directory_fixes.max(sum(fixes.map(|e| weight(&e))));
        touched += events.len() as u32;
        followed += events.iter().filter(|e| view.timeline.followed(e.commit, view.window)).count() as u32;
        let own = events.iter().filter(|event| Some(event.person) == shape.person).count() as u32;
        found.author_directory_changes = found.author_directory_changes.max(own);
    }
    found.directory_followed_share = share(followed, touched);
    // the first of the largest, in order of path
    let largest = pasts.iter().rev().max_by_key(|past| past.added);
    let events: Vec<&Event> = largest
        .map(|past| view.timeline.directory(past.extension, view.window).take(200).collect())
        .unwrap_or_default();
    let fixes = events.iter().filter(|event| event.kind != CommitKind::Other).count() as u32;
    found.extension_fixes = share(fixes, events.len() as u32);
    let followed = events.iter().filter(|e| view.timeline.followed(e.commit, view.window)).count() as u32;
    found.extension_followed = share(followed, events.len() as u32);
}

fn author(found: &mut Features, shape: &Shape, view: &View<'_>) {
    let Some(person) = shape.person else {
        for number in [
            &mut found.author_commits,
            &mut found.author_month,
            &mut found.author_followed_share,
            &mut found.author_days_since,
            &mut found.author_file_changes,
            &mut found.author_directory_changes,
            &mut found.author_share,
        ] {
            *number = UNKNOWN;
        }
        return;
    };
    let events: Vec<&Event> = view.timeline.person(person, view.window).take(PERSON_EVENTS_MAX).collect();
    found.author_commits = events.len() as u32;
    found.author_month = events.iter().filter(|event| days(event.time, shape.time) < 30).count() as u32;
    let settled = events.iter().filter(|event| days(event.time, shape.time) >= 7).take(30);
    let followed = settled.clone().filter(|event| view.timeline.followed(event.commit, view.window)).count() as u32;
    found.author_followed_share = share(followed, settled.count() as u32);
    found.author_days_since = events.first().map_or(UNKNOWN, |event| days(event.time, shape.time));
    found.author_tenure = events.last().map_or(0, |event| days(event.time, shape.time));
}

fn repository(found: &mut Features, production: &[(&ShapeFile, PathFacts)], shape: &Shape, view: &View<'_>) {
    let all = view.window.order.iter().map(|id| view.commit(*id)).filter(|commit| !commit.is_merge());
    let commits: Vec<_> = all.take(REPOSITORY_COMMITS).collect();
    let count = |kind| commits.iter().filter(|commit| commit.kind == kind).count() as u32;
    found.repository_fixes = share(count(CommitKind::Fix), commits.len() as u32);
    found.repository_reverts = share(count(CommitKind::Revert), commits.len() as u32);
    let settled = commits.iter().filter(|commit| days(commit.time, shape.time) >= 30);
    let followed = settled.clone().filter(|commit| view.timeline.followed(commit.id, view.window)).count() as u32;
    found.repository_followed = share(followed, settled.count() as u32);
    found.repository_month = commits.iter().filter(|commit| days(commit.time, shape.time) < 30).count() as u32;
    let recent = commits.iter().filter(|commit| days(commit.time, shape.time) < 90);
    found.repository_people = distinct(recent.map(|commit| commit.person));
    let touching: Vec<u32> = commits
        .iter()
        .take(super::SIZED_COMMITS)
        .filter(|commit| commit.measures.get().is_some())
        .map(|commit| commit.lines_added(view.names))
        .collect();
    let own = sum(production.iter().map(|(file, _)| file.measure.added));
    found.size_rank = rank(own, &touching);
    let mut sizes = touching;
    sizes.sort_unstable();
    found.repository_size = sizes.get(sizes.len() / 2).copied().unwrap_or(UNKNOWN);
}

/// Thousandths of the others that are smaller; equal ones count half.
fn rank(own: u32, others: &[u32]) -> u32 {
    if others.len() < 20 {
        return UNKNOWN;
    }
    let lower = others.iter().filter(|other| **other < own).count() as u32;
    let equal = others.iter().filter(|other| **other == own).count() as u32;
    (2 * lower + equal) * 500 / others.len() as u32
}

/// Files that usually change with a touched one and did not this time.
fn partners(found: &mut Features, pasts: &[Past<'_>], shape: &Shape, view: &View<'_>) {
    let own: BTreeSet<PathId> = shape.files.iter().flat_map(|file| [file.path, file.past]).collect();
    let mut missing: BTreeSet<PathId> = BTreeSet::new();
    for past in pasts.iter().take(10) {
        let commits: Vec<_> = past.events.iter().take(20).map(|event| view.commit(event.commit)).collect();
        let small: Vec<_> = commits.into_iter().filter(|commit| commit.touches().len() <= 20).collect();
        let mut together: Vec<PathId> =
            small.iter().flat_map(|commit| commit.touches().iter().map(|touch| touch.path)).collect();
        together.sort_unstable();
        for run in together.chunk_by(|a, b| a == b) {
            if run.len() >= 3 && 2 * run.len() >= small.len() && !own.contains(&run[0]) {
                missing.insert(run[0]);
            }
        }
    }
    found.partners_missing = missing.len() as u32;
}

fn purpose(found: &mut Features, purpose: Purpose) {
    let is = |one: Purpose| u32::from(purpose == one);
    found.says_fix = is(Purpose::Fix);
    found.says_feature = is(Purpose::Feature);
    found.says_refactor = is(Purpose::Refactor);
    found.says_revert = is(Purpose::Revert);
    found.says_upkeep = is(Purpose::Upkeep);
}

fn sum(numbers: impl Iterator<Item = u32>) -> u32 {
    numbers.fold(0, u32::saturating_add)
}

/// Thousandths; 0 of 0 is 0.
fn share(part: u32, whole: u32) -> u32 {
    (u64::from(part) * 1000).checked_div(u64::from(whole)).unwrap_or(0) as u32
}

fn distinct(numbers: impl Iterator<Item = u32>) -> u32 {
    numbers.collect::<BTreeSet<_>>().len() as u32
}

/// Half as much every 60 days, straight lines between, in thousandths.
fn weight_milli(days: u32) -> u32 {
    let halvings = days / HALF_LIFE_DAYS;
    let rest = days % HALF_LIFE_DAYS;
    (1000 * (2 * HALF_LIFE_DAYS - rest) / (2 * HALF_LIFE_DAYS)).checked_shr(halvings).unwrap_or(0)
}
/// Shannon entropy of shares, in thousandths of a bit: `log2 N - (1/N) * sum n log2 n`.
fn entropy_milli(lines: impl Iterator<Item = u32>) -> u32 {
    let lines: Vec<u64> = lines.filter(|lines| *lines > 0).map(u64::from).collect();
    let total: u64 = lines.iter().sum();
    if total == 0 {
        return 0;
    }
    let weighted: u128 = lines.iter().map(|n| u128::from(*n) * u128::from(log2_fixed(*n))).sum();
    let mean = (weighted / u128::from(total)) as u64;
    let bits = log2_fixed(total).saturating_sub(mean);
    ((bits * 1000 + (1 << 15)) >> 16) as u32
}

/// Base-two logarithm of a positive number with 16 binary digits after the point, by repeated squaring.
fn log2_fixed(n: u64) -> u64 {
    let whole = n.ilog2();
    // a number in [1, 2) with 31 digits after the point
    let mut mantissa = if whole <= 31 { n << (31 - whole) } else { n >> (whole - 31) };
    let mut digits = 0;
    for _ in 0..16 {
        mantissa = (mantissa * mantissa) >> 31;
        digits <<= 1;
        if mantissa >= 1 << 32 {
            mantissa >>= 1;
            digits |= 1;
        }
    }
    (u64::from(whole) << 16) | digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_is_bits() {
        let entropy = |lines: &[u32]| entropy_milli(lines.iter().copied());
        assert_eq!((entropy(&[]), entropy(&[0]), entropy(&[7])), (0, 0, 0));
        assert_eq!((entropy(&[5, 5]), entropy(&[1, 1, 1, 1])), (1000, 2000));
        assert_eq!(entropy(&[1, 3]), 811);
        assert_eq!(entropy(&[u32::MAX, u32::MAX]), 1000);
    }
}
