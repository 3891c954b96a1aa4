//! From differing paths to files of the change: renames are paired, both sides are read and diffed in parallel, and
//! what could not be read, or stands elsewhere, becomes a gap. One bad file never ends the run.

use super::git::{Missing, Repository};
use super::git_tree::TreeChange;
use super::renames::{Candidate, find_renames};
use super::side::{RawSide, file_change};
use super::snapshot::Mode;
use super::{FileChange, FileStatus, Oid};
use crate::gap::{Gap, GapKind, GapScope};
use crate::limits;
use crate::location::RepoPath;
use crate::text::Untrusted;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Where content comes from: the object database, or for the work tree the disk.
pub(super) type ReadSide<'a> = dyn Fn(&RepoPath, Mode, Oid) -> Result<Arc<[u8]>, Missing> + Sync + 'a;

/// Files whose bytes do nothing when they are binary: pictures, fonts, sound, films, documents.
const INERT_EXTENSIONS: [&str; 34] = [
    "png", "jpg", "jpeg", "gif", "bmp", "ico", "icns", "webp", "avif", "tif", "tiff", "psd", "xcf", "heic", "svgz",
    "woff", "woff2", "ttf", "otf", "eot", "mp3", "wav", "ogg", "flac", "m4a", "aac", "mp4", "webm", "mov", "avi",
    "mkv", "pdf", "ai", "sketch",
];

/// First bytes of a pointer that stands in for a file kept by Git LFS.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";
const LFS_POINTER_BYTES_MAX: usize = 1_024;

/// Globs of which a file must match one; all files match when there are none.
pub(super) struct PathFilter(Option<GlobSet>);

impl PathFilter {
    /// The error says which glob is wrong.
    pub(super) fn new(globs: &[String]) -> Result<Self, String> {
        if globs.is_empty() {
            return Ok(Self(None));
        }
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            let parsed = GlobBuilder::new(glob).literal_separator(true).build();
            set.add(parsed.map_err(|error| format!("--path '{glob}' is not a glob: {}", error.kind()))?);
            // a folder means all that is in it
            if let Ok(inside) = GlobBuilder::new(&format!("{}/**", glob.trim_end_matches('/'))).build() {
                set.add(inside);
            }
        }
        set.build().map(|set| Self(Some(set))).map_err(|error| format!("--path: {error}"))
    }

    pub(super) fn matches(&self, file: &FileChange) -> bool {
        file.paths().any(|path| self.matches_path(path))
    }

    fn matches_path(&self, path: &RepoPath) -> bool {
        self.0.as_ref().is_none_or(|set| set.is_match(path.to_text()))
    }
}

/// One file before its content is read.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub path: RepoPath,
    pub old_path: Option<RepoPath>,
    pub old: Option<(Mode, Oid)>,
    pub new: Option<(Mode, Oid)>,
}

impl Pair {
    pub(super) fn status(&self) -> FileStatus {
        let kind = |side: Option<(Mode, Oid)>| side.map(|(mode, _)| if mode.is_file() { Mode::File } else { mode });
        match (self.old, self.new) {
            (None, _) => FileStatus::Added,
            (_, None) => FileStatus::Deleted,
            _ if self.old_path.is_some() => FileStatus::Renamed,
            _ if kind(self.old) != kind(self.new) => FileStatus::TypeChanged,
            _ => FileStatus::Modified,
        }
    }

    /// True if the content is the same object on both sides: only a name or a mode changed.
    fn same_content(&self) -> bool {
        matches!((self.old, self.new), (Some(old), Some(new)) if old.1 == new.1 && !old.1.is_null())
    }
}

/// Pairs deletions with additions where git would see a rename; sorted by path. A gap says when there were too many.
pub(super) fn with_renames(
    changes: Vec<TreeChange>,
    load: &(dyn Fn(Oid) -> Option<Arc<[u8]>> + Sync),
    gaps: &mut Vec<Gap>,
) -> Vec<Pair> {
    let candidates = |side: fn(&TreeChange) -> Option<(Mode, Oid)>, other: fn(&TreeChange) -> Option<(Mode, Oid)>| {
        let one_sided = changes.iter().filter(move |change| other(change).is_none());
        let candidate = move |change: &TreeChange| {
            side(change).map(|(mode, oid)| Candidate { path: change.path.clone(), mode, oid })
        };
        one_sided.filter_map(candidate).collect::<Vec<_>>()
    };
    let deleted = candidates(|change| change.old, |change| change.new);
    let added = candidates(|change| change.new, |change| change.old);
    let renames = find_renames(&deleted, &added, load);
    if !renames.complete {
        let why = "too many files came and went to look for renames among all of them";
        gaps.push(Gap::context(GapKind::OverLimit, why));
    }
    let mut pairs = unpaired(changes, &renames.pairs, &deleted, &added);
    pairs.extend(renames.pairs.iter().map(|(old, new)| renamed(&deleted[*old], &added[*new])));
    pairs.sort_by(|a, b| a.path.cmp(&b.path));
    pairs
}

fn renamed(old: &Candidate, new: &Candidate) -> Pair {
    Pair {
        path: new.path.clone(),
        old_path: Some(old.path.clone()),
        old: Some((old.mode, old.oid)),
        new: Some((new.mode, new.oid)),
    }
}

fn unpaired(
    changes: Vec<TreeChange>,
    pairs: &[(usize, usize)],
    deleted: &[Candidate],
    added: &[Candidate],
) -> Vec<Pair> {
    let gone: rustc_hash::FxHashSet<&RepoPath> = pairs.iter().map(|(old, _)| &deleted[*old].path).collect();
    let come: rustc_hash::FxHashSet<&RepoPath> = pairs.iter().map(|(_, new)| &added[*new].path).collect();
    let stays = |change: &TreeChange| match (change.old, change.new) {
        (Some(_), None) => !gone.contains(&change.path),
        (None, Some(_)) => !come.contains(&change.path),
        _ => true,
    };
    let pair = |change: TreeChange| Pair { path: change.path, old_path: None, old: change.old, new: change.new };
    changes.into_iter().filter(stays).map(pair).collect()
}

/// How both sides of a change are read.
pub(super) struct Readers<'a> {
    pub old: &'a ReadSide<'a>,
    pub new: &'a ReadSide<'a>,
    /// The size of an object, where it is known before reading.
    pub size: &'a (dyn Fn(Oid) -> u64 + Sync),
}

impl<'a> Readers<'a> {
    /// Whether each file may be read, so that all sides together stay within the byte budget; decided in path order,
    /// before anything is read, so that it does not depend on threads.
    fn affordable(&self, pairs: &[Pair]) -> Vec<bool> {
        let size = |side: Option<(Mode, Oid)>| match side {
            Some((mode, oid)) if mode != Mode::Submodule => (self.size)(oid),
            _ => 0,
        };
        let sizes: Vec<u64> = pairs.par_iter().map(|pair| size(pair.old) + size(pair.new)).collect();
        let mut left = limits::CHANGE_READ_BYTES_MAX;
        let mut spend = |size: &u64| {
            let fits = *size <= left;
            left -= if fits { *size } else { 0 };
            fits
        };
        sizes.iter().map(&mut spend).collect()
    }
}

/// Reads and diffs all files; those beyond the limits are listed with their content unread.
pub(super) fn read_files(pairs: Vec<Pair>, readers: &Readers<'_>, gaps: &mut Vec<Gap>) -> Vec<FileChange> {
    let readable = pairs.len().min(limits::CHANGE_FILES_MAX);
    let affordable = readers.affordable(&pairs[..readable]);
    let read = |(at, pair): (usize, Pair)| match affordable.get(at) {
        Some(true) => read_guarded(pair, readers),
        Some(false) => {
            let why = format!("the change holds more than {} MiB; not read", limits::CHANGE_READ_BYTES_MAX >> 20);
            let gap = Gap::change(GapKind::OverLimit, &pair.path, why);
            (unread(pair), vec![gap])
        }
        None => (unread(pair), Vec::new()),
    };
    let total = pairs.len();
    let results: Vec<_> = pairs.into_par_iter().enumerate().map(read).collect();
    if total > readable {
        let why = format!("{total} files changed; the content of {} was not read (limit {readable})", total - readable);
        gaps.push(Gap { scope: GapScope::Change, kind: GapKind::OverLimit, path: None, why: Untrusted::new(why) });
    }
    let mut files = Vec::with_capacity(total);
    for (file, more) in results {
        files.push(file);
        gaps.extend(more);
    }
    files
}

/// A panic while reading one file is a gap of that file.
fn read_guarded(pair: Pair, readers: &Readers<'_>) -> (FileChange, Vec<Gap>) {
    match catch_unwind(AssertUnwindSafe(|| read_file(&pair, readers))) {
        Ok(read) => read,
        Err(_) => {
            let gap = Gap::change(GapKind::Internal, &pair.path, "reading this file failed inside richter");
            (unread(pair), vec![gap])
        }
    }
}

fn read_file(pair: &Pair, readers: &Readers<'_>) -> (FileChange, Vec<Gap>) {
    let mut gaps = Vec::new();
    let old_path = pair.old_path.as_ref().unwrap_or(&pair.path);
    let mut side = |side: Option<(Mode, Oid)>, path: &RepoPath, read: &ReadSide<'_>| {
        let (mode, oid) = side?;
        let bytes = match mode {
            Mode::Submodule => None,
            _ => read(path, mode, oid).map_err(|(kind, why)| gaps.push(Gap::change(kind, path, why))).ok(),
        };
        Some(RawSide { mode, oid: (!oid.is_null()).then_some(oid), bytes })
    };
    let old = side(pair.old, old_path, readers.old);
    let new = side(pair.new, &pair.path, readers.new);
    if !pair.same_content() {
        gaps.extend(content_gap(&pair.path, old.as_ref(), new.as_ref()));
        gaps.extend(coarse_gap(&pair.path, old.as_ref(), new.as_ref()));
    }
    (file_change((pair.path.clone(), pair.old_path.clone()), pair.status(), old, new), gaps)
}

fn unread(pair: Pair) -> FileChange {
    let side = |side: Option<(Mode, Oid)>| {
        side.map(|(mode, oid)| RawSide { mode, oid: (!oid.is_null()).then_some(oid), bytes: None })
    };
    let status = pair.status();
    file_change((pair.path, pair.old_path), status, side(pair.old), side(pair.new))
}

/// What changed content cannot say for itself: binary, kept elsewhere, or a submodule.
pub(super) fn content_gap(path: &RepoPath, old: Option<&RawSide>, new: Option<&RawSide>) -> Option<Gap> {
    let any = |test: &dyn Fn(&RawSide) -> bool| old.is_some_and(test) || new.is_some_and(test);
    if any(&|side| side.mode == Mode::Submodule) {
        return Some(Gap::change(GapKind::Submodule, path, "a submodule moved; what is inside was not read"));
    }
    if any(&|side| side.bytes.as_deref().is_some_and(is_lfs_pointer)) {
        let why = "the file is kept by Git LFS; only its pointer was read";
        return Some(Gap::change(GapKind::ExternalContent, path, why));
    }
    if any(&RawSide::is_binary) {
        let mut gap = Gap::change(GapKind::Binary, path, "binary; the content was not read");
        if new.is_none() || is_inert(path) {
            gap.scope = GapScope::Context;
        }
        return Some(gap);
    }
    None
}

/// A pair too long for the real diff: all is read, but more lines count as changed than git would say.
fn coarse_gap(path: &RepoPath, old: Option<&RawSide>, new: Option<&RawSide>) -> Option<Gap> {
    let (old, new) = (old?.bytes.as_deref()?, new?.bytes.as_deref()?);
    super::lines::is_coarse(old, new).then(|| {
        let why = format!("more than {} lines; more of them count as changed than did change", limits::DIFF_LINES_MAX);
        Gap { path: Some(path.clone()), ..Gap::context(GapKind::OverLimit, why) }
    })
}

pub(super) fn is_lfs_pointer(bytes: &[u8]) -> bool {
    bytes.len() <= LFS_POINTER_BYTES_MAX && bytes.starts_with(LFS_POINTER)
}

fn is_inert(path: &RepoPath) -> bool {
    let extension = path.extension().map(<[u8]>::to_ascii_lowercase).unwrap_or_default();
    INERT_EXTENSIONS.iter().any(|inert| inert.as_bytes() == extension)
}

/// The files between two trees (none is the empty tree), with renames, read from the object database.
pub(super) fn files_between(
    repository: &Repository,
    old: Option<Oid>,
    new: Option<Oid>,
    gaps: &mut Vec<Gap>,
) -> Result<Vec<FileChange>, Missing> {
    let (changes, walk_gaps) = repository.diff_trees(old, new)?;
    gaps.extend(walk_gaps);
    let pairs = with_renames(changes, &|oid| repository.blob(oid).ok(), gaps);
    let read = |_: &RepoPath, _: Mode, oid: Oid| repository.blob(oid);
    let size = |oid: Oid| repository.blob_size(oid).map_or(0, |size| size.min(limits::BLOB_BYTES_MAX));
    Ok(read_files(pairs, &Readers { old: &read, new: &read, size: &size }, gaps))
}
