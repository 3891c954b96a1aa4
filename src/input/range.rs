//! What a revision argument asks for: two commits, the commit that decides, and what people should know about it.
//! Whether the answer is empty is not decided here.

use super::git::Repository;
use super::{InputError, Oid};
use crate::gap::{Gap, GapKind};

/// The two ends of a change between commits.
#[derive(Clone, Debug)]
pub(super) struct Ends {
    pub title: String,
    /// None for a root commit.
    pub base: Option<Oid>,
    pub head: Oid,
    pub target: Option<Oid>,
    /// The commit, if exactly one was asked for by its id.
    pub commit: Option<Oid>,
    /// True if one commit was asked for: then a change without files is an answer, not an error.
    pub single: bool,
    pub remarks: Vec<String>,
    pub gaps: Vec<Gap>,
}

/// Commits by which a shallow clone should be deepened when advice is given.
const DEEPEN: u32 = 500;

/// The ends that a revision argument names; none asks for the default range.
pub(super) fn ends(repository: &Repository, revision: Option<&str>) -> Result<Ends, InputError> {
    let Some(revision) = revision.map(str::trim).filter(|revision| !revision.is_empty()) else {
        return default_ends(repository);
    };
    if let Some((a, b)) = revision.split_once("...") {
        return since_merge_base(repository, or_head(a), or_head(b));
    }
    match revision.split_once("..") {
        Some((a, b)) => between(repository, or_head(a), or_head(b)),
        None => one_commit(repository, revision),
    }
}

/// `A..B`: the tree of A against the tree of B.
pub(super) fn between(repository: &Repository, a: &str, b: &str) -> Result<Ends, InputError> {
    let (base, head) = (repository.resolve(a)?, repository.resolve(b)?);
    let is_parent = [format!("{b}^"), format!("{b}^1"), format!("{b}~"), format!("{b}~1")].iter().any(|name| name == a);
    let commit = (is_parent && is_id(b, head)).then_some(head);
    let title = format!("{}..{}", shown(a), shown(b));
    let mut ends = plain(title, Some(base), head);
    ends.single = is_parent;
    ends.commit = commit;
    Ok(ends)
}

/// `A...B`: what B did since it left A. A decides, not the place where they parted.
fn since_merge_base(repository: &Repository, a: &str, b: &str) -> Result<Ends, InputError> {
    let (target, head) = (repository.resolve(a)?, repository.resolve(b)?);
    let base = repository.merge_base(target, head).map_err(|(_, why)| InputError::Unreadable(why))?;
    let Some(base) = base else {
        let (a, b) = (shown(a), shown(b));
        return Err(InputError::BadRequest(if repository.is_shallow() {
            format!("{a} and {b} do not meet in this shallow clone; git fetch --deepen={DEEPEN}, then try again")
        } else {
            format!("{a} and {b} have no commit in common; {a}..{b} compares them all the same")
        }));
    };
    let mut ends = plain(format!("{}...{}", shown(a), shown(b)), Some(base), head);
    ends.target = Some(target);
    Ok(ends)
}

/// One commit against its first parent.
fn one_commit(repository: &Repository, revision: &str) -> Result<Ends, InputError> {
    let head = repository.resolve(revision)?;
    let commit = repository.commit(head).map_err(|(_, why)| InputError::Unreadable(why))?;
    let base = commit.parents.first().copied();
    let mut ends = plain(shown(revision), base, head);
    ends.single = true;
    ends.commit = is_id(revision, head).then_some(head);
    if commit.parents.len() > 1 {
        let count = commit.parents.len();
        ends.remarks.push(format!("{} is a merge of {count} commits, compared with its first parent", head.short()));
    }
    match base {
        None => ends.remarks.push(format!("{} has no parent, compared with the empty tree", head.short())),
        Some(parent) => needs(repository, parent, head)?,
    }
    Ok(ends)
}

/// What HEAD adds to the default branch of origin; HEAD alone where it adds nothing or there is no origin.
fn default_ends(repository: &Repository) -> Result<Ends, InputError> {
    let Some(head) = repository.head() else {
        let why = "the repository has no commit yet; --staged or --worktree read what is there";
        return Err(InputError::UnknownRevision(why.to_owned()));
    };
    let Some((name, tip)) = repository.default_branch() else { return one_commit(repository, "HEAD") };
    let base = repository.merge_base(tip, head).ok().flatten();
    match base {
        Some(base) if base != head => {
            let mut ends = plain(format!("{}...HEAD", shown(&name)), Some(base), head);
            ends.target = Some(tip);
            Ok(ends)
        }
        Some(_) => one_commit(repository, "HEAD"),
        None => {
            let mut ends = one_commit(repository, "HEAD")?;
            let why = format!("HEAD and {} do not meet here: only HEAD was read; {}", shown(&name), deepen());
            ends.gaps.push(Gap::context(GapKind::ShallowHistory, why));
            Ok(ends)
        }
    }
}

fn plain(title: String, base: Option<Oid>, head: Oid) -> Ends {
    let (remarks, gaps) = (Vec::new(), Vec::new());
    Ends { title, base, head, target: base, commit: None, single: false, remarks, gaps }
}

/// The other side of the diff must be here.
fn needs(repository: &Repository, parent: Oid, head: Oid) -> Result<(), InputError> {
    repository.commit(parent).map(|_| ()).map_err(|(_, why)| {
        let advice = if repository.is_shallow() {
            "this clone is shallow there; git fetch --deepen=1 brings it".to_owned()
        } else {
            why
        };
        InputError::Unreadable(format!("the parent of {} is not here: {advice}", head.short()))
    })
}

/// The command that makes a shallow clone less so.
pub(super) fn deepen() -> String {
    format!("git fetch --deepen={DEEPEN} brings more")
}

fn or_head(name: &str) -> &str {
    if name.is_empty() { "HEAD" } else { name }
}

fn shown(name: &str) -> String {
    match super::git_names::full_id(name) {
        Some(oid) => oid.short(),
        None => name.to_owned(),
    }
}

/// True if the text is (the start of) the commit's own id.
fn is_id(text: &str, commit: Oid) -> bool {
    text.len() >= 4 && commit.to_string().starts_with(&text.to_ascii_lowercase())
}
