//! Numbers about a change that its files, its author and the state of the pass give; the same code for the change and
//! for the commits it is ranked against. Production files count; test lines are kept apart; documentation, generated and
//! vendored files are left out. Whole numbers throughout, so that every machine ranks alike.

use super::Features;
use super::pass::{PathState, State, days};
use super::record::{Names, PathId, PersonId};
use std::collections::BTreeSet;

/// What a change did, before anything is known about its past.
#[derive(Debug)]
pub(super) struct Shape {
    pub files: Vec<ShapeFile>,
    /// None if the author is unknown.
    pub person: Option<PersonId>,
    /// Seconds.
    pub time: i64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ShapeFile {
    pub path: PathId,
    /// Where its past is kept: the old path of a renamed file.
    pub past: PathId,
    pub new: bool,
    pub added: u32,
    pub deleted: u32,
}

impl ShapeFile {
    fn lines(&self) -> u32 {
        self.added.saturating_add(self.deleted)
    }
}

pub(super) fn features(shape: &Shape, state: &State, names: &Names) -> Features {
    let production: Vec<&ShapeFile> = shape.files.iter().filter(|file| names.facts(file.path).production).collect();
    let tests = shape.files.iter().filter(|file| names.facts(file.path).test);
    let past: Vec<&PathState> = production.iter().filter_map(|file| state.path(file.past)).collect();
    let (directories, subsystems) = spread(&production, names);
    let new = production.iter().filter(|file| file.new).count();
    Features {
        lines_added: sum(production.iter().map(|file| file.added)),
        lines_deleted: sum(production.iter().map(|file| file.deleted)),
        test_lines: sum(tests.map(ShapeFile::lines)),
        files: production.len() as u32,
        directories,
        subsystems,
        entropy_milli: entropy_milli(production.iter().map(|file| file.lines())),
        changes: most(&past, |past| past.changes),
        authors: most(&past, PathState::authors),
        fixes: most(&past, |past| past.fixes),
        last_five_fixed: most(&past, PathState::last_five_fixed),
        days_since_change: past.iter().filter_map(|past| past.last).map(|last| days(last, shape.time)).min(),
        author_commits: shape.person.map(|person| state.commits_by(person)),
        author_file_changes: shape.person.map(|person| most(&past, |past| past.changes_by(person))),
        new_files_milli: (new * 1000).checked_div(production.len()).unwrap_or(0) as u32,
    }
}

fn sum(numbers: impl Iterator<Item = u32>) -> u32 {
    numbers.fold(0, u32::saturating_add)
}

fn most(past: &[&PathState], number: impl Fn(&PathState) -> u32) -> u32 {
    past.iter().map(|past| number(past)).max().unwrap_or(0)
}

/// Directories, and first segments of the paths (files at the top are one subsystem).
fn spread(files: &[&ShapeFile], names: &Names) -> (u32, u32) {
    let mut directories = BTreeSet::new();
    let mut subsystems = BTreeSet::new();
    for file in files {
        let path = names.path_of(file.path);
        let parent = path.parent();
        subsystems.insert(parent.split(|b| *b == b'/').next().unwrap_or(&[]).to_vec());
        directories.insert(parent.to_vec());
    }
    (directories.len() as u32, subsystems.len() as u32)
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
