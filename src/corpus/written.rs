//! A case of provenance: the commits of a small change, what stands beside them, what the forge says, and what should be
//! found. A `channel` case carries evidence that must be found; a `hazard` looks like evidence and is none. The page is
//! Markdown like a twin's: `## commit: AUTHOR` holds a message, and the sections below it belong to that commit.

use super::markdown::Page;
use crate::input::{Attestations, BlobBytes, ChangeSet, Commit, FileChange, NoteKind, Oid, RawNote, Snapshot};
use crate::location::RepoPath;
use crate::provenance::{PrFacts, Provenance, Sources, attribute};
use crate::text::Untrusted;
use std::collections::BTreeMap;

/// What a case must come to; what is `None` or empty is not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    pub involvement: String,
    /// Ids, sorted; asked always, so that a hazard names nobody.
    pub agents: Vec<String>,
    pub basis: Option<String>,
    /// `3 agent, 2 person of 9`.
    pub lines: Option<String>,
    /// A contradiction is reported, or none is.
    pub contradiction: bool,
    /// Addresses of the people who asked for the work.
    pub requesters: Vec<String>,
    /// Text of what was not at hand.
    pub unseen: Option<String>,
    /// `PATH INVOLVEMENT`.
    pub file: Option<String>,
}

/// One case.
#[derive(Clone, Debug)]
pub struct WrittenCase {
    /// The file's name without its ending.
    pub name: String,
    pub title: String,
    /// None for a hazard.
    pub channel: Option<String>,
    pub expected: Expected,
    pub pr: Option<PrFacts>,
    pub change: ChangeSet,
    head: Snapshot,
    beside: Beside,
}

/// What stands beside the commits, in memory.
#[derive(Clone, Debug, Default)]
struct Beside {
    notes: BTreeMap<Oid, Vec<(NoteKind, BlobBytes)>>,
    checkpoints: BTreeMap<String, Vec<BlobBytes>>,
    files: BTreeMap<Oid, Vec<FileChange>>,
    /// False if the refs are said not to be here.
    here: bool,
}

impl Attestations for Beside {
    fn has_notes(&self) -> bool {
        self.here
    }

    fn has_checkpoints(&self) -> bool {
        self.here
    }

    fn notes(&self, commit: Oid) -> Vec<RawNote> {
        let notes = self.notes.get(&commit).into_iter().flatten();
        notes.map(|(kind, bytes)| RawNote { kind: *kind, bytes: Ok(bytes.clone()) }).collect()
    }

    fn checkpoint(&self, id: &str) -> Vec<BlobBytes> {
        self.checkpoints.get(id).cloned().unwrap_or_default()
    }

    fn files(&self, commit: &Commit) -> Vec<FileChange> {
        self.files.get(&commit.oid).cloned().unwrap_or_default()
    }

    fn paths(&self, commit: &Commit) -> Vec<RepoPath> {
        self.files(commit).into_iter().map(|file| file.path).collect()
    }
}

/// Files by path.
type Tree = BTreeMap<String, String>;

/// A commit while its page is read.
struct Draft {
    commit: Commit,
    tree: Tree,
    notes: Vec<(NoteKind, String)>,
}

impl WrittenCase {
    /// True if a page is meant as a case of provenance.
    pub fn is_one(text: &str) -> bool {
        text.lines().any(|line| line.starts_with("- channel: ") || line == "- kind: hazard")
    }

    /// Reads one page. An error says what to do and names no file; the caller knows it.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let page = Page::parse(text)?;
        let channel = match (page.key("channel"), page.key("kind")) {
            (Some(channel), None) => Some(channel.to_owned()),
            (None, Some("hazard")) => None,
            _ => return Err("needs a line `- channel: NAME` or `- kind: hazard`, and not both".to_owned()),
        };
        let mut base = Tree::new();
        let mut drafts: Vec<Draft> = Vec::new();
        let mut beside = Beside { here: page.key("refs") != Some("not here"), ..Beside::default() };
        let mut body = None;
        for section in &page.sections {
            let (kind, rest) = section.heading.split_once(": ").unwrap_or((&section.heading, ""));
            match (kind, drafts.last_mut()) {
                ("base", None) => drop(base.insert(rest.to_owned(), section.body.clone())),
                ("pull request", _) => body = Some(section.body.clone()),
                ("checkpoint", _) => {
                    beside.checkpoints.entry(rest.to_owned()).or_default().push(section.body.as_bytes().into());
                }
                ("commit", last) => {
                    let tree = last.map_or_else(|| base.clone(), |draft| draft.tree.clone());
                    let commit = commit(drafts.len(), rest, &section.body)?;
                    drafts.push(Draft { commit, tree, notes: Vec::new() });
                }
                ("file", Some(draft)) => drop(draft.tree.insert(rest.to_owned(), section.body.clone())),
                ("note", Some(draft)) => draft.notes.push((note_kind(rest)?, section.body.clone())),
                _ => {
                    return Err(format!(
                        "`## {}` is not understood here; expected base, commit, file, note, checkpoint (`: ...`) or pull \
                         request, with files and notes below their commit",
                        section.heading
                    ));
                }
            }
        }
        let Some(last) = drafts.last() else { return Err("needs a section `## commit: NAME <ADDRESS>`".to_owned()) };
        let (head, files) = (Snapshot::in_memory(&last.tree), between(&base, &last.tree));
        let mut before = base;
        for draft in &drafts {
            let oid = draft.commit.oid;
            beside.files.insert(oid, between(&before, &draft.tree));
            let notes = draft.notes.iter().map(|(kind, text)| (*kind, filled(text, &draft.commit)));
            beside.notes.insert(oid, notes.collect());
            before = draft.tree.clone();
        }
        let base = drafts.first().and_then(|draft| draft.commit.parents.first().copied());
        let commits = drafts.into_iter().map(|draft| draft.commit).collect();
        let change = ChangeSet { base, commits, files, ..ChangeSet::default() };
        let (title, expected, pr) = (page.title.clone(), expected(&page)?, pr(&page, body));
        Ok(Self { name: name.to_owned(), title, channel, expected, pr, change, head, beside })
    }

    /// What richter finds.
    pub fn found(&self) -> Provenance {
        let (beside, head, pr) = (Some(&self.beside as &dyn Attestations), Some(&self.head), self.pr.as_ref());
        attribute(&Sources { beside, head, pr, ..Sources::of(&self.change) })
    }
}

/// Placeholders for ids that a note must name.
fn filled(text: &str, commit: &Commit) -> BlobBytes {
    text.replace("{commit}", &commit.oid.to_string()).into_bytes().into()
}

fn note_kind(name: &str) -> Result<NoteKind, String> {
    match name {
        "refs/notes/ai" => Ok(NoteKind::GitAi),
        "refs/ai/authorship" => Ok(NoteKind::GitAiOld),
        "refs/notes/whogitit" => Ok(NoteKind::Whogitit),
        _ => Err(format!("`{name}` holds no notes; expected refs/notes/ai, refs/ai/authorship or refs/notes/whogitit")),
    }
}

/// `AUTHOR` or `AUTHOR | COMMITTER`; commits get ids 11.., 22.., as a note may have to name them.
fn commit(at: usize, who: &str, message: &str) -> Result<Commit, String> {
    let byte = u8::try_from(0x11 * (at + 1)).map_err(|_| "a case has at most 14 commits".to_owned())?;
    let (author, committer) = who.split_once(" | ").unwrap_or((who, who));
    if !author.contains('<') {
        return Err(format!("`## commit: {who}` names no address; expected `NAME <ADDRESS>`"));
    }
    let oid = |byte| Oid::from_bytes(&[byte; 20]);
    Ok(Commit {
        oid: oid(byte),
        parents: vec![oid(byte - 0x11)],
        author: crate::assess::identity(author),
        author_time: 1_700_000_000,
        committer: crate::assess::identity(committer),
        commit_time: 1_700_000_000,
        message: Untrusted::new(message),
    })
}

fn between(old: &Tree, new: &Tree) -> Vec<FileChange> {
    let mut paths: Vec<&String> = old.keys().chain(new.keys()).collect();
    paths.sort();
    paths.dedup();
    let changed = paths.into_iter().filter(|path| old.get(*path) != new.get(*path));
    ChangeSet::in_memory(changed.map(|path| (path, old.get(path), new.get(path)))).files
}

fn expected(page: &Page) -> Result<Expected, String> {
    let list = |name: &str| -> Vec<String> {
        let text = page.key(name).unwrap_or_default();
        let mut all: Vec<String> = text.split(", ").filter(|one| !one.is_empty()).map(str::to_owned).collect();
        all.sort();
        all
    };
    let involvement = page.key("involvement").ok_or("needs a line `- involvement: WORD`")?;
    Ok(Expected {
        involvement: involvement.to_owned(),
        agents: list("agents"),
        basis: page.key("basis").map(str::to_owned),
        lines: page.key("lines").map(str::to_owned),
        contradiction: page.key("contradiction") == Some("yes"),
        requesters: list("requesters"),
        unseen: page.key("unseen").map(str::to_owned),
        file: page.key("file").map(str::to_owned),
    })
}

fn pr(page: &Page, body: Option<String>) -> Option<PrFacts> {
    let key = |name: &str| page.key(name).map(str::to_owned);
    let given =
        ["opened by", "branch", "label", "account", "driver", "pushed by"].iter().any(|name| page.key(name).is_some());
    (given || body.is_some()).then(|| PrFacts {
        author_login: key("opened by").unwrap_or_default(),
        author_type: key("account"),
        head_ref: key("branch").unwrap_or_default(),
        labels: key("label").into_iter().collect(),
        body: body.unwrap_or_default(),
        driver: key("driver").unwrap_or_default(),
        pushed_by: key("pushed by").into_iter().collect(),
        ..PrFacts::default()
    })
}
