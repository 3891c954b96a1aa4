//! The digest of a proposed change, by which an approval of one head counts for another: equal exactly when both propose
//! the same bytes in the same surroundings. It is not git's patch id, which leaves white space out and gives one id to
//! two programs; paths, modes, every byte of every hunk and the lines around it belong to it, line numbers do not.

use crate::input::{ChangeSet, Content, FileChange, FileSide, Hunk};
use crate::location::Side;

/// Unchanged lines around a hunk that belong to the digest, as in a diff: a line added inside a condition is not the same
/// change as the line added after it.
const CONTEXT_LINES: usize = 3;

/// BLAKE3 over all files, sorted: old path, new path, modes, and the exact bytes of every hunk on both sides with a few
/// lines around it, but no line numbers, so that the same change on a moved base keeps its digest. Content that is not
/// text counts by its object name.
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
            let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            for hunk in &file.hunks {
                put(&with_context(&lines, hunk, side));
            }
        }
        Content::Symlink(target) => put(target.raw().as_bytes()),
        Content::Submodule(commit) => put(commit.as_bytes()),
        Content::Binary { .. } | Content::Unread => {
            put(content.oid.as_ref().map_or(b"unknown".as_slice(), |oid| oid.as_bytes()));
        }
    }
}

/// The lines of a hunk on a side and up to `CONTEXT_LINES` on each end.
fn with_context(lines: &[&[u8]], hunk: &Hunk, side: Side) -> Vec<u8> {
    let (start, count) = match side {
        Side::Old => (hunk.old_start, hunk.old_lines),
        Side::New => (hunk.new_start, hunk.new_lines),
    };
    // without lines, `start` is the line before the place, so the place itself begins one later
    let first = if count == 0 { start as usize } else { (start as usize).saturating_sub(1) };
    let from = first.saturating_sub(CONTEXT_LINES).min(lines.len());
    let to = first.saturating_add(count as usize).saturating_add(CONTEXT_LINES).min(lines.len());
    lines[from..to.max(from)].concat()
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
}
