//! The digest of a proposed change, by which an approval of one head counts for another: equal exactly when both propose
//! the same bytes in the same surroundings. It is not git's patch id, which leaves white space out and gives one id to
//! two programs; paths, modes, every byte of every hunk and the lines around it belong to it, line numbers do not.

use crate::input::{ChangeSet, Content, FileChange, FileSide, Hunk};
use crate::location::Side;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// Unchanged lines around a hunk that belong to the digest, as in a diff: a line added inside a condition is not the same
/// change as the line added after it.
const CONTEXT_LINES: usize = 3;

/// Other places of a file that are compared with a hunk's (lines); where more lines are alike, the line number counts.
const ALIKE_MAX: usize = 256;

/// BLAKE3 over all files, sorted: old path, new path, modes, and for every hunk on both sides its exact bytes with a few
/// lines around it, the less indented lines that it stands under, and how many places above look just like it. Line
/// numbers do not count, so that the same change on a moved base keeps its digest, and the same lines in another block
/// do not. Content that is not text counts by its object name.
pub fn diff_id(change: &ChangeSet) -> String {
    let mut digests: Vec<[u8; 32]> = change.files.iter().map(|file| *file_digest(file).as_bytes()).collect();
    digests.sort_unstable();
    let mut all = blake3::Hasher::new_derive_key("richter.change/1 diff_id");
    for digest in &digests {
        all.update(digest);
    }
    all.finalize().to_hex().to_string()
}

/// The same for one file, by which the approval of its owner holds while other files still move.
pub fn file_diff_id(file: &FileChange) -> String {
    file_digest(file).to_hex().to_string()
}

fn file_digest(file: &FileChange) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    let mut put = |bytes: &[u8]| {
        // the length keeps neighbours apart
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    put(file.old_path.as_ref().unwrap_or(&file.path).as_bytes());
    put(file.path.as_bytes());
    for (side, content) in [(Side::Old, &file.old), (Side::New, &file.new)] {
        match content {
            None => put(b"absent"),
            Some(content) => side_digest(file, side, content, &mut put),
        }
    }
    hasher.finalize()
}

fn side_digest(file: &FileChange, side: Side, content: &FileSide, put: &mut impl FnMut(&[u8])) {
    put(content.mode.octal().as_bytes());
    match &content.content {
        Content::Text(bytes) | Content::Partial(bytes) => {
            let text = Lines::new(bytes);
            for hunk in &file.hunks {
                let place = text.around(hunk, side);
                put(&text.all[place.clone()].concat());
                put(&text.above(place.start));
                put(&text.alike_before(&place).to_le_bytes());
            }
        }
        Content::Symlink(target) => put(target.raw().as_bytes()),
        Content::Submodule(commit) => put(commit.as_bytes()),
        Content::Binary { .. } | Content::Unread => {
            put(content.oid.as_ref().map_or(b"unknown".as_slice(), |oid| oid.as_bytes()));
        }
    }
}

/// The lines of one side, and what is needed to tell a place from others that look like it.
struct Lines<'a> {
    all: Vec<&'a [u8]>,
    /// For each line, the nearest one above that is less indented.
    under: Vec<Option<u32>>,
    /// Where each line stands, by its text.
    places: FxHashMap<&'a [u8], Vec<u32>>,
}

impl<'a> Lines<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let all: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let mut under = Vec::with_capacity(all.len());
        let mut places: FxHashMap<&[u8], Vec<u32>> = FxHashMap::default();
        let mut open: Vec<(usize, u32)> = Vec::new();
        for (at, line) in all.iter().enumerate() {
            places.entry(line).or_default().push(at as u32);
            let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            if line.trim_ascii().is_empty() {
                under.push(open.last().map(|(_, above)| *above));
                continue;
            }
            while open.last().is_some_and(|(above, _)| *above >= indent) {
                open.pop();
            }
            under.push(open.last().map(|(_, above)| *above));
            open.push((indent, at as u32));
        }
        Self { all, under, places }
    }

    /// The lines of a hunk on a side and up to `CONTEXT_LINES` on each end.
    fn around(&self, hunk: &Hunk, side: Side) -> Range<usize> {
        let (start, count) = match side {
            Side::Old => (hunk.old_start, hunk.old_lines),
            Side::New => (hunk.new_start, hunk.new_lines),
        };
        // without lines, `start` is the line before the place, so the place itself begins one later
        let first = if count == 0 { start as usize } else { (start as usize).saturating_sub(1) };
        let from = first.saturating_sub(CONTEXT_LINES).min(self.all.len());
        let to = first.saturating_add(count as usize).saturating_add(CONTEXT_LINES).min(self.all.len());
        from..to.max(from)
    }

    /// The less indented lines that a line stands under, innermost first.
    fn above(&self, line: usize) -> Vec<u8> {
        let next = |at: &u32| self.under[*at as usize];
        let chain = std::iter::successors(self.under.get(line).copied().flatten(), next);
        chain.flat_map(|at| self.all[at as usize].iter().copied()).collect()
    }

    /// How many places above hold the same lines; found where the rarest of them stands.
    fn alike_before(&self, place: &Range<usize>) -> u64 {
        let none = Vec::new();
        let of = |at: usize| self.places.get(self.all[at]).unwrap_or(&none);
        let Some(rarest) = place.clone().min_by_key(|at| of(*at).len()) else { return place.start as u64 };
        let others = of(rarest);
        if others.len() > ALIKE_MAX {
            return place.start as u64;
        }
        let alike = |other: &&u32| {
            let start = (**other as usize).checked_sub(rarest - place.start);
            start.is_some_and(|start| {
                start < place.start && self.all.get(start..start + place.len()) == Some(&self.all[place.clone()])
            })
        };
        others.iter().filter(alike).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{FileStatus, Mode};
    use crate::location::RepoPath;
    use std::sync::Arc;

    fn added_line(new: &str, line: u32) -> ChangeSet {
        let side = |text: &str| {
            Some(FileSide { mode: Mode::File, oid: None, content: Content::Text(Arc::from(text.as_bytes())) })
        };
        let file = FileChange {
            path: RepoPath::from("a.py"),
            old_path: None,
            status: FileStatus::Modified,
            old: side(
                &new.lines()
                    .enumerate()
                    .filter(|(at, _)| *at as u32 + 1 != line)
                    .map(|(_, l)| format!("{l}\n"))
                    .collect::<String>(),
            ),
            new: side(new),
            hunks: vec![Hunk { old_start: line - 1, old_lines: 0, new_start: line, new_lines: 1 }],
            lines_added: 1,
            lines_deleted: 0,
            binary: false,
        };
        ChangeSet { files: vec![file], ..ChangeSet::default() }
    }

    #[test]
    fn the_same_change_further_down_keeps_its_digest_and_another_place_does_not() {
        let body = "one\ntwo\nif ok:\n    pay()\nthree\nfour\nfive\n";
        let here = diff_id(&added_line(body, 4));
        let moved = diff_id(&added_line(&format!("zero\nzero\n{body}"), 6));
        assert_eq!(here, moved);
        let elsewhere = diff_id(&added_line("one\ntwo\nif ok:\nthree\n    pay()\nfour\nfive\n", 5));
        assert_ne!(here, elsewhere);
        let spaced = diff_id(&added_line(&body.replace("    pay()", "pay()"), 4));
        assert_ne!(here, spaced, "white space decides what runs");
    }

    #[test]
    fn the_same_lines_in_another_block_are_another_change() {
        let block = "  image: shop\n  port: 80\n  retries: 2\n  replicas: 3\n  memory: 1\n  cpu: 1\n  disk: 1\n";
        let text = format!("staging:\n{block}prod:\n{block}");
        assert_ne!(diff_id(&added_line(&text, 5)), diff_id(&added_line(&text, 13)), "under another name");
        let flat = "begin\na\nb\nc\nfree()\nd\ne\nf\nend\n".repeat(2);
        assert_ne!(diff_id(&added_line(&flat, 5)), diff_id(&added_line(&flat, 14)), "the second of its kind");
    }
}
