//! From a request to an `Input`: which of the sources it is, and the three trees around the change.

use super::files::{PathFilter, files_between};
use super::git::{Missing, Repository};
use super::patch::patched;
use super::range::{self, Ends};
use super::worktree::{Uncommitted, dirty_files, staged, worktree};
use super::{ChangeSet, Commit, Input, InputError, Oid, Request, Snapshot, Source};
use crate::gap::{Gap, GapKind};
use crate::limits;
use crate::text::Untrusted;

/// Reads a change and the trees around it.
pub fn read(request: &Request) -> Result<Input, InputError> {
    let filter = PathFilter::new(&request.paths).map_err(InputError::BadRequest)?;
    let mut input = match &request.source {
        Source::Revision(revision) => {
            let repository = Repository::open(&request.directory)?;
            let ends = range::ends(&repository, revision.as_deref())?;
            let mut input = between_commits(repository, ends)?;
            if revision.is_none() {
                input.change.remarks.extend(dirty_remark(&input));
            }
            input
        }
        Source::Between { base, head } => {
            let repository = Repository::open(&request.directory)?;
            let ends = range::between(&repository, base, head)?;
            between_commits(repository, ends)?
        }
        Source::Staged => uncommitted(request, "staged", staged)?,
        Source::Worktree => uncommitted(request, "worktree", worktree)?,
        Source::Patch(text) => read_patch(request, text)?,
    };
    let had_files = !input.change.files.is_empty();
    keep_matching(&mut input.change, &filter, !request.paths.is_empty());
    if had_files && input.change.files.is_empty() {
        let globs: Vec<_> = request.paths.iter().map(|glob| crate::text::visible(glob)).collect();
        let message =
            format!("no changed file matches {}; see `git diff --name-only` for what changed", globs.join(", "));
        return Err(InputError::EmptyRange(message));
    }
    input.change.gaps.sort();
    input.change.gaps.dedup();
    Ok(input)
}

/// Drops files that no glob matches; their gaps go with them.
fn keep_matching(change: &mut ChangeSet, filter: &PathFilter, filtered: bool) {
    if !filtered {
        return;
    }
    let all = change.files.len();
    change.files.retain(|file| filter.matches(file));
    let kept: std::collections::BTreeSet<_> = change.files.iter().flat_map(|file| file.paths().cloned()).collect();
    change.gaps.retain(|gap| gap.path.as_ref().is_none_or(|path| kept.contains(path)));
    change.remarks.push(format!("--path: {} of {all} files were read", change.files.len()));
}

/// The change between two commits.
fn between_commits(repository: Repository, ends: Ends) -> Result<Input, InputError> {
    let mut gaps = ends.gaps;
    let tree = |commit: Oid| repository.tree_of(commit).map_err(unreadable);
    let old = ends.base.map(tree).transpose()?;
    let files = files_between(&repository, old, Some(tree(ends.head)?), &mut gaps).map_err(unreadable)?;
    let commits = commits(&repository, ends.base, ends.head, &mut gaps);
    let mut remarks = ends.remarks;
    if files.is_empty() && !ends.single {
        empty_range(&ends.title, &commits, &mut remarks)?;
    }
    let trees = Trees::read(&repository, ends.base, Some(ends.head), ends.target, &mut gaps);
    let change = ChangeSet {
        title: Untrusted::new(ends.title),
        base: ends.base,
        head: Some(ends.head),
        target: ends.target,
        commit: ends.commit,
        as_of: repository.commit(ends.head).ok().map(|commit| commit.commit_time),
        files,
        commits,
        remarks,
        gaps,
    };
    Ok(Input { change, base: trees.base, head: trees.head, deciding: trees.deciding, repository: Some(repository) })
}

/// Reads what is not committed yet, given the tree that it stands on.
type ReadUncommitted = fn(&Repository, &Snapshot) -> Result<Uncommitted, String>;

/// The index or the work tree against HEAD; before the first commit, against the empty tree.
fn uncommitted(request: &Request, title: &str, read: ReadUncommitted) -> Result<Input, InputError> {
    let repository = Repository::open(&request.directory)?;
    let head = repository.head();
    let mut gaps = Vec::new();
    let trees = Trees::read(&repository, head, None, head, &mut gaps);
    let found = read(&repository, &trees.base).map_err(InputError::Unreadable)?;
    if found.files.is_empty() && found.gaps.is_empty() {
        return Err(InputError::EmptyRange(match title {
            "staged" => "nothing is staged: git add what should be assessed, or use --worktree".to_owned(),
            _ => "no tracked file differs from HEAD; name a range or a commit to assess what is committed".to_owned(),
        }));
    }
    gaps.extend(found.gaps);
    let change = ChangeSet {
        title: Untrusted::new(title),
        base: head,
        target: head,
        as_of: head.and_then(|head| repository.commit(head).ok()).map(|commit| commit.commit_time),
        files: found.files,
        gaps,
        ..ChangeSet::default()
    };
    Ok(Input { change, base: trees.base, head: found.head, deciding: trees.deciding, repository: Some(repository) })
}

/// A patch against HEAD, or against nothing where there is no repository.
fn read_patch(request: &Request, text: &[u8]) -> Result<Input, InputError> {
    let repository = match Repository::open(&request.directory) {
        Ok(repository) => Some(repository),
        Err(error) if request.directory_given => return Err(error),
        Err(_) => None,
    };
    let head = repository.as_ref().and_then(Repository::head);
    let mut gaps = Vec::new();
    let tree = repository.as_ref().map(|repository| Trees::read(repository, head, None, head, &mut gaps).base);
    let found = patched(text, repository.as_ref().zip(tree.clone()))?;
    gaps.extend(found.gaps);
    let commit = head.zip(repository.as_ref()).and_then(|(head, repository)| repository.commit(head).ok());
    let change = ChangeSet {
        title: Untrusted::new("patch"),
        base: head,
        target: head,
        as_of: commit.map(|commit| commit.commit_time),
        files: found.files,
        commits: found.commits,
        remarks: found.remarks,
        gaps,
        ..ChangeSet::default()
    };
    Ok(Input { change, base: found.base, head: found.head, deciding: tree.unwrap_or_default(), repository })
}

/// A range without files: an error where it has no commits either.
fn empty_range(title: &str, commits: &[Commit], remarks: &mut Vec<String>) -> Result<(), InputError> {
    if commits.is_empty() {
        return Err(InputError::EmptyRange(format!(
            "{title} holds no change: both ends are the same; give the older end first (main..HEAD), one commit, or \
             --staged or --worktree for what is not committed yet"
        )));
    }
    remarks.push(format!("the {} commits of {title} undo each other: no file differs", commits.len()));
    Ok(())
}

/// Asked for nothing in particular, people may expect their uncommitted work to be read.
fn dirty_remark(input: &Input) -> Option<String> {
    let count = dirty_files(input.repository.as_ref()?, &input.head).filter(|count| *count > 0)?;
    Some(format!("{count} tracked files have uncommitted changes that were not read (--staged, --worktree)"))
}

/// The commits of the range, oldest first; what could not be listed is a gap.
fn commits(repository: &Repository, base: Option<Oid>, head: Oid, gaps: &mut Vec<Gap>) -> Vec<Commit> {
    let (oids, complete) = match base {
        None => (vec![head], true),
        Some(_) => repository.commits_between(base, head).unwrap_or((vec![head], false)),
    };
    if !complete && oids.len() >= limits::RANGE_COMMITS_MAX {
        let why = format!("the range has more than {} commits; older ones were not read", limits::RANGE_COMMITS_MAX);
        gaps.push(Gap::context(GapKind::OverLimit, why));
    } else if !complete {
        let why = format!("not all commits of the range are in this clone; {}", range::deepen());
        gaps.push(Gap::context(GapKind::ShallowHistory, why));
    }
    oids.into_iter().filter_map(|oid| repository.commit(oid).ok()).collect()
}

/// The trees around a change; one that cannot be read is empty, with a gap.
struct Trees {
    base: Snapshot,
    head: Snapshot,
    deciding: Snapshot,
}

impl Trees {
    fn read(
        repository: &Repository,
        base: Option<Oid>,
        head: Option<Oid>,
        target: Option<Oid>,
        gaps: &mut Vec<Gap>,
    ) -> Self {
        let mut tree = |commit: Option<Oid>| match commit.map(|commit| repository.snapshot_with_gaps(commit)) {
            None => Snapshot::default(),
            Some(Ok((snapshot, more))) => {
                gaps.extend(more);
                snapshot
            }
            Some(Err((kind, why))) => {
                gaps.push(Gap::context(kind, format!("a tree could not be listed: {why}")));
                Snapshot::default()
            }
        };
        let (base_tree, head_tree) = (tree(base), tree(head));
        let deciding = match target {
            _ if target == base => base_tree.clone(),
            _ if target == head => head_tree.clone(),
            other => tree(other),
        };
        Self { base: base_tree, head: head_tree, deciding }
    }
}

fn unreadable((_, why): Missing) -> InputError {
    InputError::Unreadable(format!("the trees of the change cannot be read: {why}"))
}
