//! One file of a change from the raw bytes of its sides: text, binary, link or submodule, its hunks and its counts, as
//! git would see them without attributes. Where the bytes come from is not decided here.

use super::lines::{changed_lines, count_lines, lines_in};
use super::{ChangeSet, Content, FileChange, FileSide, FileStatus, Hunk, LineChange, Mode, Oid};
use crate::location::{RepoPath, Side};
use crate::text::Untrusted;
use std::sync::Arc;

/// Bytes that git looks at for a NUL before it calls a file binary.
const BINARY_PROBE: usize = 8_000;

/// One side before it is judged.
#[derive(Clone, Debug)]
pub(super) struct RawSide {
    pub mode: Mode,
    pub oid: Option<Oid>,
    /// None if it could not be read.
    pub bytes: Option<Arc<[u8]>>,
}

impl RawSide {
    pub(super) fn is_binary(&self) -> bool {
        self.mode.is_file() && self.bytes.as_deref().is_some_and(is_binary)
    }

    /// The side as the rest of the program sees it.
    pub(super) fn into_side(self) -> FileSide {
        let content = match (self.mode, self.bytes) {
            (Mode::Submodule, _) => self.oid.map_or(Content::Unread, Content::Submodule),
            (_, None) => Content::Unread,
            (Mode::Symlink, Some(bytes)) => Content::Symlink(Untrusted::from_bytes(&bytes)),
            (_, Some(bytes)) if is_binary(&bytes) => Content::Binary { bytes: bytes.len() as u64 },
            (_, Some(bytes)) => Content::Text(bytes),
        };
        FileSide { mode: self.mode, oid: self.oid, content }
    }

    /// What git puts through its line diff; a submodule is a line of text.
    fn diff_text(&self) -> Option<Arc<[u8]>> {
        match (self.mode, self.oid) {
            (Mode::Submodule, Some(oid)) => Some(format!("Subproject commit {oid}\n").into_bytes().into()),
            _ => self.bytes.clone(),
        }
    }
}

/// Git's test: a NUL among the first 8,000 bytes.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    memchr::memchr(0, &bytes[..bytes.len().min(BINARY_PROBE)]).is_some()
}

/// Hunks between two sides; none if one could not be read or is binary.
pub(super) fn hunks_between(old: Option<&RawSide>, new: Option<&RawSide>) -> Vec<Hunk> {
    let text = |side: Option<&RawSide>| side.map_or_else(|| Some(Arc::from(&[][..])), RawSide::diff_text);
    if old.is_some_and(RawSide::is_binary) || new.is_some_and(RawSide::is_binary) {
        return Vec::new();
    }
    match (text(old), text(new)) {
        (Some(old), Some(new)) => changed_lines(&old, &new),
        _ => Vec::new(),
    }
}

/// Builds a file of the change; the counts are those of the hunks.
pub(super) fn file_change(
    paths: (RepoPath, Option<RepoPath>),
    status: FileStatus,
    old: Option<RawSide>,
    new: Option<RawSide>,
) -> FileChange {
    let same = matches!((&old, &new), (Some(a), Some(b)) if a.oid.is_some() && a.oid == b.oid);
    let binary = old.as_ref().is_some_and(RawSide::is_binary) || new.as_ref().is_some_and(RawSide::is_binary);
    let hunks = if same { Vec::new() } else { hunks_between(old.as_ref(), new.as_ref()) };
    let (path, old_path) = paths;
    FileChange {
        path,
        old_path,
        status,
        old: old.map(RawSide::into_side),
        new: new.map(RawSide::into_side),
        lines_added: hunks.iter().map(|hunk| hunk.new_lines).sum(),
        lines_deleted: hunks.iter().map(|hunk| hunk.old_lines).sum(),
        hunks,
        binary,
    }
}

impl FileChange {
    /// A side of the file; none where it does not exist.
    pub fn side(&self, side: Side) -> Option<&FileSide> {
        match side {
            Side::Old => self.old.as_ref(),
            Side::New => self.new.as_ref(),
        }
    }

    /// The changed lines of a side with their text, in order; nothing where the side is not text.
    pub fn changed_text(&self, side: Side) -> impl Iterator<Item = LineChange<'_>> {
        let text = self.side(side).and_then(|side| side.content.text()).map_or(&[][..], |text| &text[..]);
        lines_in(text, side, self.changed(side))
    }

    /// Lines of a side that is text; 0 otherwise.
    pub fn line_count(&self, side: Side) -> u32 {
        self.side(side).and_then(|side| side.content.text()).map_or(0, |text| count_lines(text))
    }
}

impl ChangeSet {
    /// A change of plain files in memory: (path, old content, new content). For tests and for examples of rules. Files
    /// with two equal sides are no change and are left out.
    pub fn in_memory<P: AsRef<[u8]>, C: AsRef<[u8]>>(
        files: impl IntoIterator<Item = (P, Option<C>, Option<C>)>,
    ) -> Self {
        let changed = |(path, old, new): (P, Option<C>, Option<C>)| {
            let raw = |content: C| RawSide { mode: Mode::File, oid: None, bytes: Some(Arc::from(content.as_ref())) };
            memory_file(RepoPath::new(path), old.map(raw), new.map(raw))
        };
        let mut files: Vec<_> = files.into_iter().filter_map(changed).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { title: Untrusted::new("in memory"), files, ..Self::default() }
    }
}

fn memory_file(path: RepoPath, old: Option<RawSide>, new: Option<RawSide>) -> Option<FileChange> {
    let status = match (&old, &new) {
        (None, None) => return None,
        (Some(old), Some(new)) if old.bytes == new.bytes => return None,
        (None, Some(_)) => FileStatus::Added,
        (Some(_), None) => FileStatus::Deleted,
        (Some(_), Some(_)) => FileStatus::Modified,
    };
    Some(file_change((path, None), status, old, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_in_memory_has_statuses_hunks_and_counts() {
        let change = ChangeSet::in_memory([
            ("b", Some("1\n2\n"), Some("1\n3\n4\n")),
            ("a", None, Some("x\n")),
            ("c", Some("y"), None),
            ("same", Some("z"), Some("z")),
            ("d", Some("a\0b"), Some("a\0c")),
        ]);
        let seen: Vec<_> = change
            .files
            .iter()
            .map(|file| (file.path.to_text(), file.status, file.lines_added, file.lines_deleted, file.binary))
            .collect();
        assert_eq!(
            seen,
            [
                ("a".to_owned(), FileStatus::Added, 1, 0, false),
                ("b".to_owned(), FileStatus::Modified, 2, 1, false),
                ("c".to_owned(), FileStatus::Deleted, 0, 1, false),
                ("d".to_owned(), FileStatus::Modified, 0, 0, true),
            ]
        );
        let added: Vec<_> = change.files[1].changed_text(Side::New).map(|line| (line.line, line.text)).collect();
        assert_eq!(added, [(2, &b"3"[..]), (3, &b"4"[..])]);
    }
}
