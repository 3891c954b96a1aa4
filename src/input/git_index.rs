//! The index and what belongs to it: its entries, the object id that bytes would get, and the attributes that decide how
//! a file of the work tree is compared. Attributes are only asked for what git would convert; nothing is converted here
//! and no filter is run.

use super::Oid;
use super::git::{Repository, damaged, oid_of};
use super::git_tree::{is_refused, mode_of};
use super::snapshot::Mode;
use crate::gap::{Gap, GapKind};
use crate::location::RepoPath;
use gix::index::entry::{Flags, Mode as IndexMode, Stage};

/// One tracked file as the index has it.
#[derive(Clone, Debug)]
pub(super) struct IndexEntry {
    pub path: RepoPath,
    pub mode: Mode,
    pub oid: Oid,
    /// Size and modification time (seconds, nanoseconds) of the file when it was added; sizes wrap at 4 GiB.
    pub size: u32,
    pub mtime: (u32, u32),
    /// False if the file may have changed after its time was noted in the same tick: then only content tells.
    pub reliable: bool,
    /// The user told git not to look at the file (skip-worktree, assume-unchanged).
    pub unwatched: bool,
    /// Only announced (`git add --intent-to-add`): not part of the staged change.
    pub announced: bool,
}

/// How one file of the work tree relates to its blob.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Conversion {
    /// Git turns CRLF into LF when it adds the file.
    pub crlf_to_lf: bool,
    /// A filter or an encoding stands between file and blob.
    pub filtered: bool,
}

impl Repository {
    /// The tracked files, sorted by path, and gaps for what the index leaves open (conflicts, names git refuses).
    pub(super) fn index_entries(&self) -> Result<(Vec<IndexEntry>, Vec<Gap>), String> {
        let handle = self.handle();
        let index = handle.index_or_empty().map_err(|error| format!("the index cannot be read: {error}"))?;
        let written = index.timestamp();
        let written = (written.unix_seconds(), written.nanoseconds());
        let (mut entries, mut gaps) = (Vec::with_capacity(index.entries().len()), Vec::new());
        for entry in index.entries() {
            let path = RepoPath::new(entry.path(&index));
            if path.as_bytes().split(|byte| *byte == b'/').any(is_refused) {
                gaps.push(Gap::change(GapKind::InvalidPath, &path, "git refuses to check out this name; not read"));
                continue;
            }
            if entry.stage() != Stage::Unconflicted {
                let why = "the file has unresolved conflicts; its own side was read";
                gaps.push(Gap::change(GapKind::PartialContent, &path, why));
                if entry.stage() != Stage::Ours {
                    continue;
                }
            }
            if entry.mode == IndexMode::DIR {
                entries.extend(self.sparse_directory(&path, oid_of(&entry.id), &mut gaps));
                continue;
            }
            let Some(mode) = entry.mode.to_tree_entry_mode().and_then(|mode| mode_of(mode.kind())) else { continue };
            let mtime = (entry.stat.mtime.secs, entry.stat.mtime.nsecs);
            entries.push(IndexEntry {
                path,
                mode,
                oid: oid_of(&entry.id),
                size: entry.stat.size,
                mtime,
                reliable: (i64::from(mtime.0), mtime.1) < written,
                unwatched: entry.flags.intersects(Flags::SKIP_WORKTREE | Flags::ASSUME_VALID),
                announced: entry.flags.contains(Flags::INTENT_TO_ADD),
            });
        }
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries.dedup_by(|a, b| a.path == b.path);
        gaps.sort();
        gaps.dedup();
        Ok((entries, gaps))
    }

    /// The files of a directory that a sparse index keeps as one entry.
    fn sparse_directory(&self, directory: &RepoPath, tree: Oid, gaps: &mut Vec<Gap>) -> Vec<IndexEntry> {
        let prefix = String::from_utf8_lossy(directory.as_bytes()).trim_end_matches('/').as_bytes().to_vec();
        let Ok((changes, more)) = self.diff_trees(None, Some(tree)) else {
            gaps.push(Gap::change(GapKind::MissingObject, directory, "a sparse directory cannot be listed"));
            return Vec::new();
        };
        gaps.extend(more);
        let entry = |change: super::git_tree::TreeChange| {
            let (mode, oid) = change.new?;
            let path = RepoPath::new([&prefix[..], b"/", change.path.as_bytes()].concat());
            Some(IndexEntry {
                path,
                mode,
                oid,
                size: 0,
                mtime: (0, 0),
                reliable: false,
                unwatched: true,
                announced: false,
            })
        };
        changes.into_iter().filter_map(entry).collect()
    }

    /// The name that git would give a blob of these bytes.
    pub(super) fn blob_id(&self, bytes: &[u8]) -> Option<Oid> {
        let kind = self.handle().object_hash();
        gix::objs::compute_hash(kind, gix::objs::Kind::Blob, bytes).ok().map(|id| oid_of(&id))
    }

    /// True if the repository's own configuration says that the executable bit means something (git's default).
    pub(super) fn trusts_file_mode(&self) -> bool {
        self.handle().config_snapshot().boolean("core.fileMode").unwrap_or(true)
    }

    /// How each of these files is converted on its way into the index, by the attributes of the work tree and the
    /// repository's own `core.autocrlf`. Files without an answer are taken as they are.
    pub(super) fn conversions(&self, paths: &[&RepoPath]) -> Vec<Conversion> {
        let handle = self.handle();
        let config = handle.config_snapshot();
        let autocrlf = config.string("core.autocrlf").is_some_and(|value| {
            matches!(value.to_ascii_lowercase().as_slice(), b"true" | b"yes" | b"on" | b"1" | b"input")
        });
        let unknown = Conversion { crlf_to_lf: autocrlf, filtered: false };
        let Ok(index) = handle.index_or_empty() else { return vec![unknown; paths.len()] };
        let source = gix::worktree::stack::state::attributes::Source::WorktreeThenIdMapping;
        let Ok(mut stack) = handle.attributes_only(&index, source) else { return vec![unknown; paths.len()] };
        let mut found = stack.selected_attribute_matches(["text", "eol", "filter", "working-tree-encoding", "crlf"]);
        let mut conversion = |path: &&RepoPath| {
            let entry: &gix::bstr::BStr = path.as_bytes().into();
            found.reset();
            match stack.at_entry(entry, None) {
                Ok(platform) => {
                    platform.matching_attributes(&mut found);
                    converted(&found, autocrlf)
                }
                Err(_) => unknown,
            }
        };
        paths.iter().map(&mut conversion).collect()
    }
}

/// Git's rules for the attributes `text`, `eol`, `filter` and `working-tree-encoding`.
fn converted(found: &gix::attrs::search::Outcome, autocrlf: bool) -> Conversion {
    use gix::attrs::StateRef;
    let (mut text, mut eol, mut filtered) = (None, false, false);
    for found in found.iter_selected() {
        let state = found.assignment.state;
        match found.assignment.name.as_str() {
            "text" | "crlf" => match state {
                StateRef::Set | StateRef::Value(_) => text = Some(true),
                StateRef::Unset => text = Some(false),
                StateRef::Unspecified => {}
            },
            "eol" => eol = matches!(state, StateRef::Value(_)),
            _ => filtered |= matches!(state, StateRef::Value(_)),
        }
    }
    Conversion { crlf_to_lf: text.unwrap_or(eol || autocrlf), filtered }
}

/// The SHA-256 of bytes in hexadecimal, as LFS pointers name content.
pub(super) fn sha256_hex(bytes: &[u8]) -> Option<String> {
    let mut hasher = gix::hash::hasher(gix::hash::Kind::Sha256);
    hasher.update(bytes);
    hasher.try_finalize().ok().map(|id| id.to_string())
}

/// The blob whose name starts with these digits, if there is exactly one.
pub(super) fn blob_with_prefix(repository: &Repository, digits: &str) -> Option<Oid> {
    if let Some(oid) = super::git_names::full_id(digits) {
        return repository.blob_size(oid).is_ok().then_some(oid);
    }
    let prefix = gix::hash::Prefix::from_hex(digits).ok()?;
    let found =
        repository.handle().objects.lookup_prefix(prefix, None).map_err(|error| damaged(Oid::from_bytes(&[]), &error));
    let oid = oid_of(&found.ok()??.ok()?);
    repository.blob_size(oid).is_ok().then_some(oid)
}
