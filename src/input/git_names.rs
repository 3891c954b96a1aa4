//! From names to commits: object ids, refs, `~` and `^`, merge bases and ranges. A plain name means the branch before
//! the tag, so that nobody can push a tag named like a protected branch and have it read instead (CVE-2023-2576). Not
//! read: the reflog (`@{1}`), searches (`:/text`), paths (`rev:path`).

use super::git::{Missing, Repository, absent, damaged, object_id, oid_of};
use super::{InputError, Oid};
use crate::gap::GapKind;
use crate::limits;
use gix::refs::FullNameRef;
use rustc_hash::FxHashSet;
use std::collections::HashSet;

/// Tags that may stand on tags (count), and symbolic refs on refs.
const PEEL_MAX: usize = 10;

impl Repository {
    /// A revision as one commit. Full object ids, full refs, branch and tag names, `HEAD~3`, `name^`.
    pub fn resolve(&self, revision: &str) -> Result<Oid, InputError> {
        let cut = revision.find(['^', '~']).unwrap_or(revision.len());
        let (name, steps) = revision.split_at(cut);
        if name.is_empty() || name.starts_with('-') || name.contains(|c: char| c.is_control() || " :\\?*[".contains(c))
        {
            return Err(self.unknown(revision, "not the name of a revision"));
        }
        if name.contains("@{") {
            return Err(self.unknown(revision, "the reflog is not read"));
        }
        let start = self.named(revision, name)?;
        let commit = self.peel(start).map_err(|(_, why)| self.unknown(revision, &why))?;
        self.climb(revision, commit, steps)
    }

    /// True if a full ref such as `refs/notes/ai` exists.
    pub fn has_ref(&self, name: &str) -> bool {
        self.ref_target(name).is_some()
    }

    /// The commit that a full ref such as `refs/heads/main` stands at.
    pub fn ref_target(&self, full_name: &str) -> Option<Oid> {
        let handle = self.handle();
        let mut name = full_name.to_owned();
        for _ in 0..PEEL_MAX {
            let full = <&FullNameRef>::try_from(name.as_str()).ok()?;
            let found = handle.refs.try_find(full).ok()??;
            if found.name.as_bstr() != name.as_str() {
                return None;
            }
            match found.target {
                gix::refs::Target::Object(id) => return Some(oid_of(&id)),
                gix::refs::Target::Symbolic(next) => name = next.as_bstr().to_string(),
            }
        }
        None
    }

    /// The commit that HEAD stands at; none before the first commit.
    pub fn head(&self) -> Option<Oid> {
        self.ref_target("HEAD").and_then(|oid| self.peel(oid).ok())
    }

    /// The default branch of `origin` and its commit: what `origin/HEAD` points to, else `origin/main` or `origin/master`.
    pub fn default_branch(&self) -> Option<(String, Oid)> {
        let candidates = ["origin/HEAD", "origin/main", "origin/master"];
        let found =
            |name: &str| Some((name.to_owned(), self.peel(self.ref_target(&format!("refs/remotes/{name}"))?).ok()?));
        candidates.into_iter().find_map(found)
    }

    /// The best common ancestor; none if the histories do not meet (or a shallow clone cuts them before they do).
    pub fn merge_base(&self, a: Oid, b: Oid) -> Result<Option<Oid>, Missing> {
        let handle = self.handle();
        let base = handle.merge_base(object_id(a), object_id(b)).map_err(|error| damaged(a, &error))?;
        Ok(base.map(|id| oid_of(&id)))
    }

    /// True if `old` is `new` or an ancestor of it.
    pub fn is_ancestor(&self, old: Oid, new: Oid) -> Result<bool, Missing> {
        Ok(old == new || self.merge_base(old, new)? == Some(old))
    }

    /// Commits that `head` has and `base` has not, oldest first; and false if there are more than `limits` lets us list.
    pub fn commits_between(&self, base: Option<Oid>, head: Oid) -> Result<(Vec<Oid>, bool), Missing> {
        let handle = self.handle();
        let newest_first =
            gix::revision::walk::Sorting::ByCommitTime(gix::traverse::commit::simple::CommitTimeOrder::NewestFirst);
        let walk = handle
            .rev_walk([object_id(head)])
            .with_hidden(base.map(object_id))
            .sorting(newest_first)
            .use_commit_graph(false)
            .all()
            .map_err(|error| damaged(head, &error))?;
        let mut commits = Vec::new();
        let mut complete = true;
        for info in walk {
            match info {
                Ok(_) if commits.len() == limits::RANGE_COMMITS_MAX => return Ok((reversed(commits), false)),
                Ok(info) => commits.push(oid_of(&info.id)),
                Err(_) => complete = false,
            }
        }
        Ok((self.parents_first(reversed(commits)), complete))
    }

    /// Keeps the order, but moves no commit before its parents: times can lie.
    fn parents_first(&self, commits: Vec<Oid>) -> Vec<Oid> {
        let waiting: FxHashSet<Oid> = commits.iter().copied().collect();
        let mut done = FxHashSet::default();
        let mut ordered = Vec::with_capacity(commits.len());
        for commit in commits {
            let mut stack = vec![(commit, false)];
            while let Some((commit, parents_done)) = stack.pop() {
                if parents_done {
                    ordered.push(commit);
                } else if waiting.contains(&commit) && done.insert(commit) {
                    stack.push((commit, true));
                    let parents = self.commit(commit).map(|commit| commit.parents).unwrap_or_default();
                    stack.extend(parents.into_iter().rev().map(|parent| (parent, false)));
                }
            }
        }
        ordered
    }

    /// What a name without `~` and `^` stands for, before tags are followed.
    fn named(&self, revision: &str, name: &str) -> Result<Oid, InputError> {
        if name == "@" || name == "HEAD" {
            return self.ref_target("HEAD").ok_or_else(|| self.unknown(revision, "there is no commit yet"));
        }
        if let Some(oid) = full_id(name) {
            return Ok(oid);
        }
        if name.starts_with("refs/") {
            return self.ref_target(name).ok_or_else(|| self.unknown(revision, "no such ref"));
        }
        let places = ["refs/heads/", "refs/tags/", "refs/remotes/", "refs/"];
        let found = places.iter().find_map(|place| self.ref_target(&format!("{place}{name}")));
        match found.or_else(|| self.ref_target(&format!("refs/remotes/{name}/HEAD"))) {
            Some(oid) => Ok(oid),
            None => self.abbreviated(revision, name),
        }
    }

    /// The one commit (or tag of one) whose id starts with these digits.
    fn abbreviated(&self, revision: &str, digits: &str) -> Result<Oid, InputError> {
        let Ok(prefix) = gix::hash::Prefix::from_hex(digits) else {
            return Err(self.unknown(revision, "no such branch, tag or commit"));
        };
        let mut candidates = HashSet::default();
        let handle = self.handle();
        handle
            .objects
            .lookup_prefix(prefix, Some(&mut candidates))
            .map_err(|error| self.unknown(revision, &error.to_string()))?;
        let mut commits: Vec<Oid> = candidates.iter().filter_map(|id| self.peel(oid_of(id)).ok()).collect();
        commits.sort_unstable();
        commits.dedup();
        match commits.as_slice() {
            [one] => Ok(*one),
            [] => Err(self.unknown(revision, "no commit's id starts with this")),
            many => {
                let listed: Vec<_> = many.iter().take(5).map(Oid::short).collect();
                Err(self.unknown(revision, &format!("it is short for several commits: {}", listed.join(", "))))
            }
        }
    }

    /// Follows tags to the commit.
    fn peel(&self, oid: Oid) -> Result<Oid, Missing> {
        let handle = self.handle();
        let mut id = object_id(oid);
        for _ in 0..PEEL_MAX {
            let found = handle.try_find_object(id).map_err(|error| damaged(oid, &error))?;
            let object = found.ok_or_else(|| absent(oid_of(&id)))?;
            match object.kind {
                gix::objs::Kind::Commit => return Ok(oid_of(&id)),
                gix::objs::Kind::Tag => {
                    id = object.try_to_tag_ref().map_err(|error| damaged(oid, &error))?.target();
                }
                kind => return Err((GapKind::MissingObject, format!("it names a {kind}, not a commit"))),
            }
        }
        Err((GapKind::OverLimit, format!("more than {PEEL_MAX} tags stand on each other")))
    }

    /// Walks `~3`, `^2`, `^0`, `^{commit}` from a commit.
    fn climb(&self, revision: &str, commit: Oid, steps: &str) -> Result<Oid, InputError> {
        let mut at = commit;
        let mut rest = steps;
        while let Some(kind) = rest.chars().next() {
            rest = &rest[1..];
            if kind == '^' && rest.starts_with('{') {
                let (inside, after) = rest[1..].split_once('}').unwrap_or(("?", ""));
                if !matches!(inside, "" | "commit") {
                    return Err(self.unknown(revision, "only ^{commit} and ^{} are understood"));
                }
                rest = after;
                continue;
            }
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let count = if digits == 0 { Ok(1) } else { rest[..digits].parse::<usize>() };
            rest = &rest[digits..];
            let (Ok(count), true) = (count, matches!(kind, '^' | '~')) else {
                return Err(self.unknown(revision, "what follows the name makes no sense"));
            };
            at = match kind {
                '~' => self.ancestor(revision, at, count)?,
                _ if count == 0 => at,
                _ => self.parent(revision, at, count)?,
            };
        }
        Ok(at)
    }

    fn ancestor(&self, revision: &str, from: Oid, generations: usize) -> Result<Oid, InputError> {
        let mut at = from;
        for _ in 0..generations {
            at = self.parent(revision, at, 1)?;
        }
        Ok(at)
    }

    fn parent(&self, revision: &str, of: Oid, number: usize) -> Result<Oid, InputError> {
        let commit = self.commit(of).map_err(|(_, why)| self.unknown(revision, &why))?;
        let Some(parent) = commit.parents.get(number - 1) else {
            let why = format!("commit {} has {} parents", of.short(), commit.parents.len());
            return Err(self.unknown(revision, &why));
        };
        // a parent that is not here ends the climb now, with advice about the clone
        self.commit(*parent).map_err(|(_, why)| self.unknown(revision, &why))?;
        Ok(*parent)
    }

    fn unknown(&self, revision: &str, why: &str) -> InputError {
        let shown = crate::text::visible(revision).into_owned();
        let advice = match (self.is_shallow(), self.similar_names(revision)) {
            (true, _) => "this clone is shallow: git fetch --deepen=100 (or --unshallow) may bring it".to_owned(),
            (false, names) if names.is_empty() => "give a commit id, a branch, a tag or a full ref".to_owned(),
            (false, names) => format!("near by: {}", names.join(", ")),
        };
        InputError::UnknownRevision(format!("cannot find revision '{shown}': {why}; {advice}"))
    }

    /// Up to three branches or tags whose names are few edits away.
    fn similar_names(&self, revision: &str) -> Vec<String> {
        let handle = self.handle();
        let wanted = revision.split(['~', '^']).next().unwrap_or_default();
        let Ok(platform) = handle.references() else { return Vec::new() };
        let Ok(all) = platform.all() else { return Vec::new() };
        let name = |reference: gix::Reference<'_>| reference.name().shorten().to_string();
        let names = all.filter_map(Result::ok).take(limits::REFS_SEARCHED_MAX).map(name);
        let near = |name: String| Some((edits(wanted, &name)?, crate::text::visible(&name).into_owned()));
        let mut ranked: Vec<_> = names.filter_map(near).collect();
        ranked.sort();
        ranked.dedup();
        ranked.into_iter().take(3).map(|(_, name)| name).collect()
    }
}

fn reversed(mut commits: Vec<Oid>) -> Vec<Oid> {
    commits.reverse();
    commits
}

/// A full hexadecimal object id; what looks like one is never taken for a branch.
pub(super) fn full_id(text: &str) -> Option<Oid> {
    matches!(text.len(), 40 | 64).then_some(())?;
    let id = gix::ObjectId::from_hex(text.as_bytes()).ok()?;
    Some(oid_of(&id))
}

/// Edit distance of two names where it is small (a third of the longer one, one for part of the other); none otherwise.
fn edits(a: &str, b: &str) -> Option<usize> {
    if a.len() > 100 || b.len() > 100 {
        return None;
    }
    let b_chars: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b_chars.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b_chars.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    let distance = row[b_chars.len()];
    (distance <= a.len().max(b.len()) / 3).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_near() {
        assert_eq!(edits("mian", "main"), None);
        assert_eq!(edits("mainn", "main"), Some(1));
        assert_eq!(edits("featur", "feature"), Some(1));
        assert_eq!(edits("x", "main"), None);
    }
}
