//! What one past commit touched, and how much: files that only moved are one touch, and the lines of the first files are
//! counted. It looks at one commit against its first parent; which commits are asked, and what is remembered, is `log`'s.

use super::measure::{Measure, Measured, measure};
use super::record::{Before, Names, Touch};
use crate::input::{Oid, Repository, TouchedPath, changed_lines};
use crate::limits;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Files that were moved without a change are one touch, at the new path; git itself would need the contents for more.
pub(super) fn touches(names: &Names, touched: &[TouchedPath]) -> Box<[Touch]> {
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

/// Of the first files, in the order of `touches`; and if every file was there to be read.
pub(super) fn measures(repository: &Repository, touched: &[TouchedPath], known: &Measured) -> (Box<[Measure]>, bool) {
    let moved = moves(touched);
    let gone: FxHashSet<usize> = moved.values().copied().collect();
    let kept = touched.iter().enumerate().filter(|(at, _)| !gone.contains(at));
    let mut all_read = true;
    let measured = kept.take(limits::HISTORY_COUNTED_FILES_MAX).map(|(at, file)| {
        if moved.contains_key(&at) {
            return Measure::default();
        }
        if let Some(known) = known.get(file.old, file.new) {
            return known;
        }
        let there = |oid: Option<Oid>| oid.is_none_or(|oid| repository.blob_size(oid).is_ok());
        all_read &= there(file.old) && there(file.new);
        file_measure(repository, file)
    });
    (measured.collect(), all_read)
}

fn file_measure(repository: &Repository, file: &TouchedPath) -> Measure {
    let text = |oid: Option<Oid>| match oid {
        Some(oid) if repository.blob_size(oid).is_ok_and(|size| size <= limits::HISTORY_BLOB_BYTES_MAX) => {
            repository.blob(oid).ok().filter(|bytes| is_text(bytes))
        }
        Some(_) => None,
        None => Some(Arc::from(&[][..])),
    };
    let (Some(old), Some(new)) = (text(file.old), text(file.new)) else { return Measure::default() };
    measure(&old, &new, &changed_lines(&old, &new))
}

/// By git's own test.
fn is_text(bytes: &[u8]) -> bool {
    !bytes[..bytes.len().min(8_000)].contains(&0)
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
