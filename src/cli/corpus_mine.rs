//! `corpus mine`: labels from a repository's own history, printed as a table. Commits are walked once; repairs are then
//! looked at in parallel, each following the lines it took away back through the versions of their files.

use super::{Exit, Failure, Outcome};
use crate::corpus::{Basis, Finding, Mined, Version, origins};
use crate::history::{CommitKind, classify, is_code, targets};
use crate::input::{Oid, Repository, TouchedPath, changed_lines};
use crate::limits;
use crate::location::{RepoPath, Side};
use crate::roles::roles;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BinaryHeap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

pub(super) fn run(repo: &Path, rev: &str) -> Result<Exit, Outcome> {
    let mined = mine(repo, rev)?;
    io::stdout().lock().write_all(mined.table().as_bytes())?;
    Ok(Exit::Fine)
}

struct Past {
    oid: Oid,
    time: i64,
    kind: CommitKind,
    targets: Vec<String>,
    touched: Vec<TouchedPath>,
}

/// Mines the ancestors of a revision.
pub(super) fn mine(repo: &Path, rev: &str) -> Result<Mined, Failure> {
    let repository = Repository::open(repo)?;
    let head = repository.resolve(rev)?;
    let mut commits = walk(&repository, head);
    commits.sort_by_key(|past| (past.time, past.oid));
    commits.par_iter_mut().for_each(|past| past.touched = repository.touched(past.oid).unwrap_or_default());
    let history = Versions::new(&commits);
    let mut findings: Vec<Finding> = commits
        .par_iter()
        .filter(|past| past.kind != CommitKind::Other || !past.targets.is_empty())
        .flat_map_iter(|past| {
            let mut found = named(past, &history);
            if past.kind == CommitKind::Fix && past.touched.len() <= REPAIR_FILES_MAX {
                found.extend(blamed(past, &history, &repository));
            }
            found
        })
        .collect();
    findings.sort_by_key(|finding| (finding.change, finding.basis, finding.lag, finding.by));
    findings.dedup();
    Ok(Mined { commits: commits.iter().map(|past| (past.oid, past.time)).collect(), findings })
}

/// A repair of more files says nothing about the lines it took away (files).
const REPAIR_FILES_MAX: usize = 40;
/// Versions of one file that lines are followed through (versions).
const VERSIONS_MAX: usize = 200;

/// Non-merge ancestors.
fn walk(repository: &Repository, head: Oid) -> Vec<Past> {
    let mut open = BinaryHeap::from([(i64::MAX, head)]);
    let mut seen = rustc_hash::FxHashSet::default();
    let mut found = Vec::new();
    while let Some((_, oid)) = open.pop() {
        if found.len() >= limits::MINED_COMMITS_MAX || !seen.insert(oid) {
            continue;
        }
        let Ok(commit) = repository.commit(oid) else { continue };
        open.extend(commit.parents.iter().map(|parent| (commit.commit_time, *parent)));
        if commit.parents.len() < 2 {
            let message = commit.message.raw();
            let (kind, targets) = (classify(message), targets(message));
            found.push(Past { oid, time: commit.commit_time, kind, targets, touched: Vec::new() });
        }
    }
    found
}

/// Which commit made which version of a file.
struct Versions<'a> {
    commits: &'a [Past],
    by_name: FxHashMap<String, usize>,
    made: FxHashMap<(&'a RepoPath, Oid), Vec<usize>>,
}

impl<'a> Versions<'a> {
    fn new(commits: &'a [Past]) -> Self {
        let mut made: FxHashMap<(&RepoPath, Oid), Vec<usize>> = FxHashMap::default();
        for (at, past) in commits.iter().enumerate() {
            for file in &past.touched {
                if let Some(new) = file.new {
                    made.entry((&file.path, new)).or_default().push(at);
                }
            }
        }
        let by_name = commits.iter().enumerate().map(|(at, past)| (past.oid.to_string(), at)).collect();
        Self { commits, by_name, made }
    }

    /// A commit by its name or the beginning of it.
    fn named(&self, name: &str) -> Option<&'a Past> {
        let exact = self.by_name.get(name).copied();
        let begins = || {
            let mut found = self.by_name.iter().filter(|(known, _)| known.starts_with(name)).map(|(_, at)| *at);
            found.next().filter(|_| found.next().is_none())
        };
        Some(&self.commits[exact.or_else(begins)?])
    }

    /// The versions of a file from an object back, newest first, made before a time.
    fn of(&self, path: &RepoPath, from: Oid, before: i64, repository: &Repository) -> Vec<Version<Oid>> {
        let mut versions = Vec::new();
        let (mut next, mut before) = (Some(from), before);
        while let Some(blob) = next.take().filter(|_| versions.len() < VERSIONS_MAX) {
            let made = self.made.get(&(path, blob)).map_or(&[][..], Vec::as_slice);
            let Some(past) = made.iter().rev().map(|at| &self.commits[*at]).find(|past| past.time <= before) else {
                break;
            };
            versions.push(Version { commit: past.oid, text: text(repository, Some(blob)) });
            before = past.time;
            match past.touched.iter().find(|file| file.path == *path).and_then(|file| file.old) {
                Some(old) => next = Some(old),
                None => versions.push(Version { commit: past.oid, text: Some(Arc::from(&[][..])) }),
            }
        }
        versions
    }
}

fn text(repository: &Repository, blob: Option<Oid>) -> Option<Arc<[u8]>> {
    let small = |oid: &Oid| repository.blob_size(*oid).is_ok_and(|size| size <= limits::HISTORY_BLOB_BYTES_MAX);
    repository.blob(blob.filter(small)?).ok()
}

/// What the message itself names.
fn named(past: &Past, history: &Versions<'_>) -> Vec<Finding> {
    let basis = if past.kind == CommitKind::Revert { Basis::Reverted } else { Basis::Named };
    let targets = past.targets.iter().filter_map(|name| history.named(name));
    let older = targets.filter(|target| target.time <= past.time && target.oid != past.oid);
    older.map(|target| Finding { change: target.oid, by: past.oid, basis, lag: past.time - target.time }).collect()
}

/// Who brought the lines that a repair took away.
fn blamed(past: &Past, history: &Versions<'_>, repository: &Repository) -> Vec<Finding> {
    let files = past.touched.iter().filter(|file| roles(&file.path, b"").is_production());
    let mut found: Vec<Oid> = files.flat_map(|file| suspects(past, file, history, repository)).collect();
    found.sort_unstable();
    found.dedup();
    let times = |oid: Oid| history.by_name.get(&oid.to_string()).map(|at| history.commits[*at].time);
    let finding = |change: Oid| {
        let lag = past.time - times(change)?;
        (change != past.oid).then_some(Finding { change, by: past.oid, basis: Basis::Blamed, lag })
    };
    found.into_iter().filter_map(finding).collect()
}

fn suspects(past: &Past, file: &TouchedPath, history: &Versions<'_>, repository: &Repository) -> Vec<Oid> {
    let (Some(old_blob), Some(_)) = (file.old, file.new) else { return Vec::new() };
    let (Some(old), Some(new)) = (text(repository, Some(old_blob)), text(repository, file.new)) else {
        return Vec::new();
    };
    let gone: Vec<u32> = changed_lines(&old, &new)
        .iter()
        .filter_map(|hunk| hunk.range(Side::Old))
        .flat_map(|range| range.start..=range.end)
        .collect();
    let all: Vec<&[u8]> = old.split(|byte| *byte == b'\n').collect();
    let code = |line: &u32| all.get(*line as usize - 1).is_some_and(|line| is_code(line));
    let lines: Vec<u32> = gone.into_iter().filter(code).collect();
    if lines.is_empty() {
        Vec::new()
    } else {
        origins(&history.of(&file.path, old_blob, past.time, repository), &lines)
    }
}
