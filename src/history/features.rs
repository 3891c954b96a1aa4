//! Numbers about a change that its files, its author and the past give; the same code for the change and for the commits
//! it is ranked against. Production files count; test and documentation lines are kept apart; generated and vendored
//! files are left out. Whole numbers throughout, so that every machine ranks alike.

use super::measure::Measure;
use super::record::{DirId, PathFacts, PathId, PersonId};
use super::timeline::{Event, View};
use super::{CommitKind, Features, days};
use crate::limits;
use std::collections::BTreeSet;

/// A number that is not known: nobody to ask, or nothing to measure.
pub const UNKNOWN: u32 = u32::MAX;

/// Past changes of one file that are looked at (commits), of one directory and one person, and of the repository.
const PATH_EVENTS_MAX: usize = 128;
const DIRECTORY_EVENTS_MAX: usize = 64;
const PERSON_EVENTS_MAX: usize = 64;
const REPOSITORY_COMMITS: usize = 500;
/// Files whose past is looked at (files), in order of path, and their directories (count).
const FILES_MAX: usize = 100;
const DIRECTORIES_MAX: usize = 20;
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
    /// The message says that it repairs something.
    pub repair: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ShapeFile {
    pub path: PathId,
    /// Where its past is kept: the old path of a renamed file.
    pub past: PathId,
    pub new: bool,
    pub measure: Measure,
}

impl Shape {
    /// Path and past of each file.
    pub fn places(&self) -> Vec<(PathId, PathId)> {
        self.files.iter().map(|file| (file.path, file.past)).collect()
    }
}

impl ShapeFile {
    fn lines(&self) -> u32 {
        self.measure.added.saturating_add(self.measure.deleted)
    }
}

pub(super) fn features(shape: &Shape, view: &View<'_>) -> Features {
    let mut found = Features { says_fix: u32::from(shape.repair), ..Features::default() };
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
    repository(&mut found, shape, view);
    found.partners_missing = partners_missing(&pasts, shape, view);
    found
}

fn size(found: &mut Features, files: &[(&ShapeFile, PathFacts)], production: &[(&ShapeFile, PathFacts)]) {
    let total = |number: fn(&Measure) -> u32| sum(production.iter().map(|(file, _)| number(&file.measure)));
    found.all_added = sum(files.iter().map(|(file, _)| file.measure.added));
    found.all_deleted = sum(files.iter().map(|(file, _)| file.measure.deleted));
    found.hunks = total(|m| m.hunks);
    let code: Vec<&(&ShapeFile, PathFacts)> = production.iter().filter(|(_, facts)| facts.code).collect();
    let of_code = |number: fn(&Measure) -> u32| sum(code.iter().map(|(file, _)| number(&file.measure)));
    found.branches_added = of_code(|m| m.branches_added);
    found.calls_added = of_code(|m| m.calls_added);
    found.words_added = of_code(|m| m.words_added);
    found.words_distinct = of_code(|m| m.words_distinct);
    found.words_new = of_code(|m| m.words_new);
    found.depth_sum = of_code(|m| m.depth_sum);
    found.test_lines = sum(files.iter().filter(|(_, facts)| facts.test).map(|(file, _)| file.lines()));
    found.files = production.len() as u32;
    found.all_files = files.len() as u32;
    found.directories = distinct(production.iter().map(|(_, facts)| facts.directory));
    found.subsystems = distinct(production.iter().map(|(_, facts)| facts.subsystem));
    found.entropy = entropy_milli(production.iter().map(|(file, _)| file.lines()));
    found.lines_before = production.iter().map(|(file, _)| file.measure.lines_before).max().unwrap_or(0);
    found.lines_before_sum = total(|m| m.lines_before);
}

/// The past of one production file of the change.
struct Past<'a> {
    events: Vec<&'a Event>,
    directory: DirId,
    lines_before: u32,
    recent: u32,
    fixes: u32,
    fixes_recent: u32,
    people: u32,
    by_author: u32,
    owner: u32,
    last_five_fixed: u32,
    since: u32,
    added: u32,
}

impl<'a> Past<'a> {
    fn read(file: &ShapeFile, facts: PathFacts, shape: &Shape, view: &View<'a>) -> Self {
        let events = if file.new { Vec::new() } else { view.timeline.path(file.past, view.window, PATH_EVENTS_MAX) };
        let repairs = events.iter().filter(|event| event.kind != CommitKind::Other);
        let age = |event: &Event| days(event.time, shape.time);
        let people: Vec<(PersonId, u32)> = people(&events);
        Self {
            directory: facts.directory,
            lines_before: file.measure.lines_before,
            recent: sum(events.iter().map(|event| weight_milli(age(event)))),
            fixes: events.iter().filter(|event| event.kind == CommitKind::Fix).count() as u32,
            fixes_recent: sum(repairs.map(|event| weight_milli(age(event)))),
            people: people.len() as u32,
            by_author: shape.person.map_or(0, |who| people.iter().find(|(p, _)| *p == who).map_or(0, |(_, n)| *n)),
            owner: people.iter().map(|(_, n)| *n).max().unwrap_or(0),
            last_five_fixed: followed_here(&events, 5),
            since: events.first().map_or(UNKNOWN, |event| age(event)),
            added: file.measure.code_added,
            events,
        }
    }

    fn changes(&self) -> u32 {
        self.events.len() as u32
    }

    /// How much of the file is new, times how often it was repaired of late.
    fn exposure(&self) -> u32 {
        let (added, repairs) = (u64::from(self.added), u64::from(self.fixes_recent) + 500);
        (added * repairs / (u64::from(self.lines_before) + added + 30)).min(1_000_000) as u32
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
    found.changes_sum = total(|p| p.changes());
    found.fixes = most(|p| p.fixes);
    found.fixes_recent = most(|p| p.fixes_recent);
    found.authors = most(|p| p.people);
    found.author_share = share(total(|p| p.by_author), found.changes_sum);
    found.owner_share = share(total(|p| p.owner), found.changes_sum);
    found.last_five_fixed = most(|p| p.last_five_fixed);
    found.days_since_change = pasts.iter().map(|p| p.since).min().unwrap_or(UNKNOWN);
    found.exposure_fixes = total(|p| p.exposure());
    let added: u64 = pasts.iter().map(|p| u64::from(p.added)).sum();
    let weighted = |number: fn(&Past<'_>) -> u32| {
        let sum: u64 = pasts.iter().map(|p| u64::from(p.added) * u64::from(number(p))).sum();
        sum.checked_div(added).unwrap_or(0) as u32
    };
    found.fixes_weighted = weighted(|p| p.fixes_recent);
    found.recent_weighted = weighted(|p| p.recent);
}

/// The directories around the touched files.
fn around(found: &mut Features, pasts: &[Past<'_>], shape: &Shape, view: &View<'_>) {
    let directories: BTreeSet<DirId> = pasts.iter().map(|past| past.directory).take(DIRECTORIES_MAX).collect();
    for directory in directories {
        let (mut fixes, mut own) = (0, 0);
        for event in view.timeline.directory(directory, view.window).take(DIRECTORY_EVENTS_MAX) {
            fixes += if event.kind == CommitKind::Other { 0 } else { weight_milli(days(event.time, shape.time)) };
            own += u32::from(Some(event.person) == shape.person);
        }
        found.directory_fixes = found.directory_fixes.max(fixes);
        found.author_directory_changes = found.author_directory_changes.max(own);
    }
}

fn author(found: &mut Features, shape: &Shape, view: &View<'_>) {
    let Some(person) = shape.person else {
        for number in [
            &mut found.author_commits,
            &mut found.author_month,
            &mut found.author_followed_share,
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
}

fn repository(found: &mut Features, shape: &Shape, view: &View<'_>) {
    let all = view.window.order.iter().map(|id| view.commit(*id)).filter(|commit| !commit.is_merge());
    let recent = all.take(REPOSITORY_COMMITS).map(|commit| (days(commit.time, shape.time), commit.person));
    let recent: Vec<(u32, PersonId)> = recent.filter(|(age, _)| *age < 90).collect();
    found.repository_month = recent.iter().filter(|(age, _)| *age < 30).count() as u32;
    found.repository_people = distinct(recent.iter().map(|(_, person)| *person));
    found.repository_age = age(shape, view);
}

/// Days for which a repository counts as young (days): as far back as history looks.
const YOUNG_DAYS: u32 = (limits::HISTORY_SECONDS_MAX / super::DAY) as u32;

/// Days since the first commit, at most `YOUNG_DAYS`; not known where history ends before it.
fn age(shape: &Shape, view: &View<'_>) -> u32 {
    let Some(oldest) = view.window.order.last().map(|id| view.commit(*id)) else { return UNKNOWN };
    let age = days(oldest.time, shape.time);
    if age >= YOUNG_DAYS {
        YOUNG_DAYS
    } else if oldest.parents.is_empty() {
        age
    } else {
        UNKNOWN
    }
}

/// Files that usually change with a touched one and did not this time.
fn partners_missing(pasts: &[Past<'_>], shape: &Shape, view: &View<'_>) -> u32 {
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
    missing.len() as u32
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
