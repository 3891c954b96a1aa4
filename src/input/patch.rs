//! A patch becomes a change set. Inside a repository the old side of each file is looked up by the object name that the
//! patch gives (else by its path in HEAD) and the patch is applied to it, which also proves that it fits; then both
//! sides are whole. Otherwise only the lines that the patch shows are known, placed at their line numbers. Hunks and
//! counts are always those of the patch.

use super::files::content_gap;
use super::git::Repository;
use super::git_index::blob_with_prefix;
use super::patch_commits::commit_of;
use super::patch_text::{LineKind, PatchFile, PatchHunk, is_converted, parse_patch};
use super::side::RawSide;
use super::snapshot::{Mode, Snapshot};
use super::{Content, FileChange, FileSide, FileStatus, Hunk, InputError, Oid};
use crate::gap::{Gap, GapKind, GapScope};
use crate::limits;
use crate::location::RepoPath;
use crate::text::Untrusted;
use std::borrow::Cow;
use std::sync::Arc;

/// What a patch says, with the trees before and after it.
pub(super) struct PatchedTrees {
    pub files: Vec<FileChange>,
    pub commits: Vec<super::Commit>,
    pub base: Snapshot,
    pub head: Snapshot,
    pub remarks: Vec<String>,
    pub gaps: Vec<Gap>,
}

/// Reads a patch against HEAD's tree, or against nothing outside a repository.
pub(super) fn patched(text: &[u8], known: Option<(&Repository, Snapshot)>) -> Result<PatchedTrees, InputError> {
    if text.len() as u64 > limits::PATCH_BYTES_MAX {
        let most = limits::PATCH_BYTES_MAX >> 20;
        return Err(InputError::BadPatch(format!("the patch is larger than {most} MiB; split it, or name a range")));
    }
    let text = if is_converted(text) { Cow::Owned(unconverted(text)) } else { Cow::Borrowed(text) };
    let parsed = parse_patch(&text);
    if parsed.files.is_empty() {
        return Err(InputError::BadPatch(no_file(&text)));
    }
    let mut builder =
        Builder { known: known.as_ref().map(|(repository, tree)| (*repository, tree)), ..Builder::default() };
    for file in &parsed.files {
        builder.add(file);
    }
    let Builder { mut files, mut gaps, mut remarks, .. } = builder;
    files.sort_by(|a, b| a.path.cmp(&b.path));
    if files.windows(2).any(|pair| pair[0].path == pair[1].path) {
        remarks.push("the patch touches a file more than once; each part was read by itself".to_owned());
    }
    if known.is_none() {
        gaps.push(Gap::context(GapKind::NoRepository, "the patch was read outside a repository"));
    }
    let base = known.map_or_else(|| tree_of_old_sides(&files), |(_, tree)| tree);
    let head = base.with(files.iter().flat_map(after));
    let commits = parsed.commits.iter().map(commit_of).collect();
    Ok(PatchedTrees { files, commits, base, head, remarks, gaps })
}

fn no_file(text: &[u8]) -> String {
    let coloured = memchr::memmem::find(text, b"\x1b[").is_some();
    if coloured {
        return "the patch is coloured, so its lines cannot be told apart; give it with git diff --color=never"
            .to_owned();
    }
    let what = if text.trim_ascii().is_empty() { "the patch is empty" } else { "no file could be found in the patch" };
    format!("{what}; give the output of git diff, git show or git format-patch")
}

fn unconverted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for line in super::lines::lines(text) {
        match line.strip_suffix(b"\r\n") {
            Some(bare) => {
                out.extend_from_slice(bare);
                out.push(b'\n');
            }
            None => out.extend_from_slice(line),
        }
    }
    out
}

/// A file as it replaces another in a tree; none takes it away.
type Overlay = (RepoPath, Option<(Mode, Arc<[u8]>)>);

/// What a file leaves in the tree: the old path of a rename goes, the new side comes.
fn after(file: &FileChange) -> Vec<Overlay> {
    let mut out = Vec::new();
    if let (Some(old), FileStatus::Renamed) = (&file.old_path, file.status) {
        out.push((old.clone(), None));
    }
    match &file.new {
        None => out.push((file.path.clone(), None)),
        Some(side) => out.extend(side.content.text().map(|text| (file.path.clone(), Some((side.mode, text.clone()))))),
    }
    out
}

/// Outside a repository: the old sides, as far as the patch shows them.
fn tree_of_old_sides(files: &[FileChange]) -> Snapshot {
    let old = |file: &FileChange| {
        let side = file.old.as_ref()?;
        let path = file.old_path.as_ref().unwrap_or(&file.path);
        Some((path.clone(), Some((side.mode, side.content.text()?.clone()))))
    };
    Snapshot::default().with(files.iter().filter_map(old))
}

#[derive(Default)]
struct Builder<'a> {
    known: Option<(&'a Repository, &'a Snapshot)>,
    files: Vec<FileChange>,
    gaps: Vec<Gap>,
    remarks: Vec<String>,
    bytes: u64,
}

/// Both sides of one file as text, and if they are whole.
struct Sides {
    old: Arc<[u8]>,
    new: Arc<[u8]>,
    old_oid: Option<Oid>,
    whole: bool,
}

impl Builder<'_> {
    fn add(&mut self, file: &PatchFile<'_>) {
        let Some(path) = file.new_path.as_ref().or(file.old_path.as_ref()).map(RepoPath::new) else {
            let why = file.problem.clone().unwrap_or_else(|| "a part of the patch names no file".to_owned());
            let gap =
                Gap { scope: GapScope::Change, kind: GapKind::PatchUnreadable, path: None, why: Untrusted::new(why) };
            return self.gaps.push(gap);
        };
        if path.as_bytes().split(|byte| *byte == b'/').any(super::git_tree::is_refused) {
            return self.gaps.push(Gap::change(
                GapKind::InvalidPath,
                &path,
                "git refuses to check out this path; not read",
            ));
        }
        if self.merge_type_change(file, &path) {
            return;
        }
        let change = self.file_change(file, path);
        self.files.push(change);
    }

    /// Git shows a change of type as a deletion followed by an addition of one path.
    fn merge_type_change(&mut self, file: &PatchFile<'_>, path: &RepoPath) -> bool {
        let Some(last) = self.files.last() else { return false };
        if file.old_path.is_some() || last.status != FileStatus::Deleted || last.path != *path {
            return false;
        }
        let added = self.file_change(file, path.clone());
        let Some(last) = self.files.last_mut() else { return false };
        last.status = FileStatus::TypeChanged;
        last.new = added.new;
        last.binary |= added.binary;
        last.hunks.extend(added.hunks);
        last.lines_added += added.lines_added;
        true
    }

    fn file_change(&mut self, file: &PatchFile<'_>, path: RepoPath) -> FileChange {
        let status = status_of(file);
        let old_path = match status {
            FileStatus::Renamed | FileStatus::Copied => file.old_path.as_ref().map(RepoPath::new),
            _ => None,
        };
        let hunks: Vec<Hunk> = file.hunks.iter().flat_map(bare_hunks).collect();
        let (old, new) = self.sides(file, &path);
        let binary = file.binary || [&old, &new].into_iter().flatten().any(|side| is_binary(&side.content));
        FileChange {
            path,
            old_path,
            status,
            old,
            new,
            lines_added: hunks.iter().map(|hunk| hunk.new_lines).sum(),
            lines_deleted: hunks.iter().map(|hunk| hunk.old_lines).sum(),
            hunks,
            binary,
        }
    }

    fn sides(&mut self, file: &PatchFile<'_>, path: &RepoPath) -> (Option<FileSide>, Option<FileSide>) {
        let old_mode = file.old_mode.or(file.new_mode).unwrap_or(Mode::File);
        let new_mode = file.new_mode.or(file.old_mode).unwrap_or(Mode::File);
        let (old_exists, new_exists) = (file.old_path.is_some(), file.new_path.is_some());
        let both = |old: (Content, Option<Oid>), new: (Content, Option<Oid>)| {
            let side = |mode, (content, oid)| FileSide { mode, oid, content };
            (old_exists.then(|| side(old_mode, old)), new_exists.then(|| side(new_mode, new)))
        };
        if let Some(problem) = &file.problem {
            self.gaps.push(Gap::change(GapKind::PatchUnreadable, path, problem.clone()));
            return both((Content::Unread, None), (Content::Unread, None));
        }
        if file.binary {
            self.gaps.extend(binary_gap(path, new_exists));
            return both((Content::Binary { bytes: 0 }, None), (Content::Binary { bytes: 0 }, None));
        }
        let Some(sides) = self.text_sides(file, path) else {
            return both((Content::Unread, None), (Content::Unread, None));
        };
        let old = shown(old_mode, &sides.old, sides.whole || !new_exists);
        let new = shown(new_mode, &sides.new, sides.whole || !old_exists);
        self.note_content(path, file, (old_mode, &sides.old), (new_mode, &sides.new));
        let all_text = old_mode.is_file() && new_mode.is_file();
        if all_text && !sides.whole && old_exists && new_exists && !file.hunks.is_empty() {
            let mut gap = Gap::context(GapKind::PartialContent, "only the lines that the patch shows are known");
            gap.path = Some(path.clone());
            self.gaps.push(gap);
        }
        both((old, sides.old_oid), (new, None))
    }

    /// The two texts: whole where they can be, else the lines of the patch at their places. None if over a limit.
    fn text_sides(&mut self, file: &PatchFile<'_>, path: &RepoPath) -> Option<Sides> {
        if let Some(sides) = self.applied(file) {
            return Some(sides);
        }
        let placed = |side| placed_lines(&file.hunks, side);
        let (Some(old), Some(new)) = (placed(LineKind::Deleted), placed(LineKind::Added)) else {
            self.gaps.push(Gap::change(GapKind::PatchUnreadable, path, "the hunks overlap or lie too far apart"));
            return None;
        };
        self.bytes += (old.len() + new.len()) as u64;
        if self.bytes > limits::CHANGE_READ_BYTES_MAX {
            let why = format!("the patch spans more than {} MiB", limits::CHANGE_READ_BYTES_MAX >> 20);
            self.gaps.push(Gap::change(GapKind::OverLimit, path, why));
            return None;
        }
        let whole = file.old_path.is_none() || file.new_path.is_none();
        Some(Sides { old: old.into(), new: new.into(), old_oid: None, whole })
    }

    /// The old side from the repository and the patch applied to it, if it fits.
    fn applied(&self, file: &PatchFile<'_>) -> Option<Sides> {
        let (repository, tree) = self.known?;
        let old_path = RepoPath::new(file.old_path.as_ref()?);
        let named = file.objects.as_ref().and_then(|(old, _)| blob_with_prefix(repository, old));
        let in_head = || tree.entry(&old_path).map(|entry| entry.oid);
        let oid = named.or_else(in_head)?;
        let old = repository.blob(oid).ok()?;
        let new = apply(&old, &file.hunks)?;
        Some(Sides { old, new: new.into(), old_oid: Some(oid), whole: true })
    }

    /// Gaps that lie in what the content is: a submodule, an LFS pointer, bytes with a NUL.
    fn note_content(
        &mut self,
        path: &RepoPath,
        file: &PatchFile<'_>,
        old: (Mode, &Arc<[u8]>),
        new: (Mode, &Arc<[u8]>),
    ) {
        let raw = |(mode, bytes): (Mode, &Arc<[u8]>)| RawSide { mode, oid: None, bytes: Some(bytes.clone()) };
        let (old, new) = (file.old_path.is_some().then(|| raw(old)), file.new_path.is_some().then(|| raw(new)));
        if !file.hunks.is_empty() {
            self.gaps.extend(content_gap(path, old.as_ref(), new.as_ref()));
        }
    }
}

fn is_binary(content: &Content) -> bool {
    matches!(content, Content::Binary { .. })
}

fn binary_gap(path: &RepoPath, new_exists: bool) -> Option<Gap> {
    let side = RawSide { mode: Mode::File, oid: None, bytes: Some(Arc::from(&[0u8][..])) };
    content_gap(path, Some(&side), new_exists.then_some(&side))
}

/// Content as a mode has it; the lines of a link and of a submodule are its value.
fn shown(mode: Mode, text: &Arc<[u8]>, whole: bool) -> Content {
    match mode {
        Mode::Symlink => Content::Symlink(Untrusted::from_bytes(text)),
        Mode::Submodule => {
            let line = text.strip_prefix(b"Subproject commit ").unwrap_or_default();
            let digits = String::from_utf8_lossy(line).trim_end_matches("-dirty\n").trim().to_owned();
            super::git_names::full_id(&digits).map_or(Content::Unread, Content::Submodule)
        }
        _ if super::side::is_binary(text) => Content::Binary { bytes: text.len() as u64 },
        _ if whole => Content::Text(text.clone()),
        _ => Content::Partial(text.clone()),
    }
}

fn status_of(file: &PatchFile<'_>) -> FileStatus {
    let kind = |mode: Option<Mode>| mode.filter(|mode| !mode.is_file());
    match (&file.old_path, &file.new_path) {
        (None, _) => FileStatus::Added,
        (_, None) => FileStatus::Deleted,
        _ if file.copied => FileStatus::Copied,
        (Some(old), Some(new)) if old != new => FileStatus::Renamed,
        _ if file.old_mode.is_some() && file.new_mode.is_some() && kind(file.old_mode) != kind(file.new_mode) => {
            FileStatus::TypeChanged
        }
        _ => FileStatus::Modified,
    }
}

/// The runs of changed lines in a hunk of a patch.
fn bare_hunks(hunk: &PatchHunk<'_>) -> Vec<Hunk> {
    let (mut old, mut new) = (before(hunk, true), before(hunk, false));
    let mut runs: Vec<Hunk> = Vec::new();
    let mut open: Option<(u32, u32)> = None;
    let close = |runs: &mut Vec<Hunk>, open: &mut Option<(u32, u32)>, old: u32, new: u32| {
        runs.extend(open.take().map(|(old_from, new_from)| Hunk::from_ranges(&(old_from..old), &(new_from..new))));
    };
    for line in &hunk.lines {
        match line.kind {
            LineKind::Context => {
                close(&mut runs, &mut open, old, new);
                (old, new) = (old.saturating_add(1), new.saturating_add(1));
            }
            LineKind::Deleted => {
                open.get_or_insert((old, new));
                old = old.saturating_add(1);
            }
            LineKind::Added => {
                open.get_or_insert((old, new));
                new = new.saturating_add(1);
            }
        }
    }
    close(&mut runs, &mut open, old, new);
    runs
}

/// Lines of a side that stand before a hunk. A hunk without lines on a side names the line that it comes after.
fn before(hunk: &PatchHunk<'_>, old: bool) -> u32 {
    let absent = if old { LineKind::Added } else { LineKind::Deleted };
    let start = if old { hunk.old_start } else { hunk.new_start };
    if hunk.lines.iter().all(|line| line.kind == absent) { start } else { start.saturating_sub(1) }
}

/// The lines of one side at their line numbers, all others empty; none if the hunks are out of order or too far apart.
fn placed_lines(hunks: &[PatchHunk<'_>], side: LineKind) -> Option<Vec<u8>> {
    let old = side == LineKind::Deleted;
    let mut out = Vec::new();
    let mut at: u32 = 0;
    for hunk in hunks {
        let gap = before(hunk, old).checked_sub(at)?;
        if gap as usize > limits::PATCH_GAP_LINES_MAX {
            return None;
        }
        out.resize(out.len() + gap as usize, b'\n');
        at += gap;
        for line in hunk.lines.iter().filter(|line| line.kind == LineKind::Context || line.kind == side) {
            out.extend_from_slice(line.text);
            at += 1;
        }
    }
    Some(out)
}

/// A text with hunks applied at exactly their lines; none if one line does not fit.
fn apply(old: &[u8], hunks: &[PatchHunk<'_>]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(old.len());
    let mut lines = super::lines::lines(old);
    let mut at: u32 = 0;
    for hunk in hunks {
        let skip = before(hunk, true).checked_sub(at)?;
        for _ in 0..skip {
            out.extend_from_slice(lines.next()?);
        }
        at += skip;
        for line in &hunk.lines {
            if line.kind != LineKind::Added {
                let there = lines.next()?;
                if there != line.text {
                    return None;
                }
                at += 1;
            }
            if line.kind != LineKind::Deleted {
                out.extend_from_slice(line.text);
            }
        }
    }
    lines.for_each(|line| out.extend_from_slice(line));
    Some(out)
}
