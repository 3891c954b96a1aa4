//! What stands beside the commits of a change and may say how their lines came to be: notes of recording tools, checkpoints
//! of agent sessions, and each commit's own diff to hold them against. The trait is what provenance asks; a repository
//! answers from its objects, a test from memory. Where things are kept is known here, what they mean is not.

use super::files::files_between;
use super::git::Missing;
use super::{BlobBytes, Commit, FileChange, Oid, Repository};
use crate::limits;
use crate::location::RepoPath;

/// Where a note stands, which tells its format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// `refs/notes/ai` and its copies: git-ai's authorship log.
    GitAi,
    /// `refs/ai/authorship/<commit>`: git-ai before its first release.
    GitAiOld,
    /// `refs/notes/whogitit`.
    Whogitit,
}

/// A note on a commit.
#[derive(Clone, Debug)]
pub struct RawNote {
    pub kind: NoteKind,
    /// The bytes, or why they could not be read.
    pub bytes: Result<BlobBytes, String>,
}

/// The refs of a kind of evidence, with the command that brings them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvidenceRef {
    pub name: &'static str,
    pub fetch: &'static str,
}

pub const NOTES: EvidenceRef =
    EvidenceRef { name: "refs/notes/ai", fetch: "git fetch origin '+refs/notes/ai:refs/notes/ai'" };
pub const CHECKPOINTS: EvidenceRef = EvidenceRef {
    name: "refs/heads/entire/checkpoints/v1",
    fetch: "git fetch origin '+refs/heads/entire/checkpoints/v1:refs/remotes/origin/entire/checkpoints/v1'",
};

/// Answers about the commits of a change. Everything in an answer is hostile.
pub trait Attestations {
    /// True if any ref is here that could hold notes of git-ai.
    fn has_notes(&self) -> bool;
    /// True if the branch of checkpoints is here.
    fn has_checkpoints(&self) -> bool;
    /// All notes on a commit; those of the refs that are written first come first, equal ones once.
    fn notes(&self, commit: Oid) -> Vec<RawNote>;
    /// `metadata.json` of each session of a checkpoint (12 hexadecimal digits).
    fn checkpoint(&self, id: &str) -> Vec<BlobBytes>;
    /// The commit's own diff against its first parent; empty where it could not be read.
    fn files(&self, commit: &Commit) -> Vec<FileChange>;
    /// The paths that the commit's own diff touches.
    fn paths(&self, commit: &Commit) -> Vec<RepoPath>;
}

/// Refs that hold a copy of `refs/notes/ai`, in the order in which they are asked.
const COPIES: [&str; 2] = ["refs/notes/ai-display", "refs/notes/ai-stash"];
const REMOTE_COPIES: &str = "refs/notes/ai-remote/";
const OLD: &str = "refs/ai/authorship/";
const WHOGITIT: &str = "refs/notes/whogitit";
const CHECKPOINT_REFS: [&str; 2] = [CHECKPOINTS.name, "refs/remotes/origin/entire/checkpoints/v1"];

impl Attestations for Repository {
    fn has_notes(&self) -> bool {
        self.has_ref(NOTES.name) || !self.refs_below(REMOTE_COPIES).is_empty() || !self.refs_below(OLD).is_empty()
    }

    fn has_checkpoints(&self) -> bool {
        CHECKPOINT_REFS.iter().any(|name| self.has_ref(name))
    }

    fn notes(&self, commit: Oid) -> Vec<RawNote> {
        let remote = self.refs_below(REMOTE_COPIES);
        let copies = std::iter::once(NOTES.name).chain(COPIES).chain(remote.iter().map(String::as_str));
        let mut found: Vec<(NoteKind, Result<Oid, Missing>)> =
            copies.filter_map(|name| self.note(name, commit).transpose()).map(|note| (NoteKind::GitAi, note)).collect();
        found.extend(self.ref_target(&format!("{OLD}{commit}")).map(|blob| (NoteKind::GitAiOld, Ok(blob))));
        found.extend(self.note(WHOGITIT, commit).transpose().map(|note| (NoteKind::Whogitit, note)));
        let mut seen: Vec<Oid> = Vec::new();
        found.retain(|(_, note)| match note {
            Ok(oid) if seen.contains(oid) => false,
            Ok(oid) => {
                seen.push(*oid);
                true
            }
            Err(_) => true,
        });
        let read = |note: Result<Oid, Missing>| note.and_then(|oid| self.small_blob(oid, limits::NOTE_BYTES_MAX));
        found.into_iter().map(|(kind, note)| RawNote { kind, bytes: read(note).map_err(|(_, why)| why) }).collect()
    }

    fn checkpoint(&self, id: &str) -> Vec<BlobBytes> {
        let Some((head, tail)) = id.split_at_checked(2) else { return Vec::new() };
        let sessions = CHECKPOINT_REFS.iter().find_map(|name| {
            let found = self.folder_of_ref(name, &[head, tail]).ok()?;
            (!found.is_empty()).then_some(found)
        });
        let folders = sessions.unwrap_or_default().into_iter().filter(|entry| entry.tree);
        let files = folders.take(limits::CHECKPOINT_SESSIONS_MAX).filter_map(|folder| {
            let inside = self.entries_of(folder.oid).ok()?;
            let file = inside.into_iter().find(|entry| !entry.tree && entry.name == b"metadata.json")?;
            self.small_blob(file.oid, limits::CHECKPOINT_BYTES_MAX).ok()
        });
        files.collect()
    }

    fn files(&self, commit: &Commit) -> Vec<FileChange> {
        let tree = |oid: Oid| self.tree_of(oid).ok();
        let (old, Some(new)) = (commit.parents.first().copied().and_then(tree), tree(commit.oid)) else {
            return Vec::new();
        };
        // a parent that is not in this clone would make every line of the tree look added
        if old.is_none() && !commit.parents.is_empty() {
            return Vec::new();
        }
        files_between(self, old, Some(new), &mut Vec::new()).unwrap_or_default()
    }

    fn paths(&self, commit: &Commit) -> Vec<RepoPath> {
        self.touched(commit.oid)
            .map(|paths| paths.into_iter().map(|touched| touched.path).collect())
            .unwrap_or_default()
    }
}
