//! The commits of the periods, from the tip of a branch backwards by committer time, and who merged them. Merges are walked
//! through and not judged: what they bring was made elsewhere.

use crate::gap::{Gap, GapKind};
use crate::input::{Commit, Identity, Oid, Repository};
use crate::limits;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BinaryHeap;

/// What a walk found.
#[derive(Debug, Default)]
pub struct Walked {
    /// Newest first, without merges.
    pub commits: Vec<Commit>,
    /// Who committed the merge that brought a commit: the last merge on the way from the tip whose other side it is on.
    pub mergers: FxHashMap<Oid, Identity>,
    pub gaps: Vec<Gap>,
}

/// All commits that `tip` reaches, newer than `after` (seconds), at most `max` that are no merges.
pub fn walk(repository: &Repository, tip: Oid, after: i64, max: usize) -> Walked {
    let mut out = Walked::default();
    let mut seen = FxHashSet::default();
    let mut open: BinaryHeap<(i64, Oid)> = BinaryHeap::new();
    let mut known: FxHashMap<Oid, Commit> = FxHashMap::default();
    let mut merger_of: FxHashMap<Oid, Identity> = FxHashMap::default();
    enqueue(repository, tip, &mut open, &mut known, &mut out);
    while let Some((time, oid)) = open.pop() {
        if !seen.insert(oid) {
            continue;
        }
        if time <= after {
            break;
        }
        let Some(commit) = known.remove(&oid) else { continue };
        if out.commits.len() >= max {
            out.gaps.push(Gap::context(GapKind::OverLimit, format!("only the latest {max} changes were looked at")));
            break;
        }
        let inherited = merger_of.get(&oid).cloned();
        for (at, parent) in commit.parents.iter().enumerate() {
            // the first parent of a merge is the branch itself; the others are what somebody let in
            let merger =
                if commit.parents.len() > 1 && at > 0 { Some(commit.committer.clone()) } else { inherited.clone() };
            let author = if commit.parents.len() > 1 && at > 0 { Some(&commit.author) } else { None };
            if let Some(who) = author.cloned().or(merger) {
                merger_of.entry(*parent).or_insert(who);
            }
            if !seen.contains(parent) && !known.contains_key(parent) {
                enqueue(repository, *parent, &mut open, &mut known, &mut out);
            }
        }
        if commit.parents.len() < 2 {
            if let Some(merger) = inherited {
                out.mergers.insert(oid, merger);
            }
            out.commits.push(commit);
        }
    }
    out
}

fn enqueue(
    repository: &Repository,
    oid: Oid,
    open: &mut BinaryHeap<(i64, Oid)>,
    known: &mut FxHashMap<Oid, Commit>,
    out: &mut Walked,
) {
    match repository.commit(oid) {
        Ok(commit) => {
            open.push((commit.commit_time, oid));
            known.insert(oid, commit);
        }
        Err((kind, why)) => {
            let why = match repository.is_shallow() {
                true => format!("the clone is shallow: git fetch --deepen={}", limits::WEEKLY_CHANGES_MAX),
                false => why,
            };
            out.gaps.push(Gap::context(kind, why));
        }
    }
}
