//! A past commit as history remembers it: small, because a batch keeps a hundred thousand of them. Paths and people are
//! interned, so a touched file is one number. The numbers depend on the order of reading (threads) and must never decide
//! an order or reach a report; whatever is shown is looked up again and sorted by its text.

use super::CommitKind;
use super::measure::Measure;
use crate::input::{Commit, FileChange, FileStatus, Identity, Oid};
use crate::location::RepoPath;
use crate::roles::{Role, Roles, roles};
use crate::syntax::Languages;
use rustc_hash::FxHashMap;
use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Number of an interned path.
pub(super) type PathId = u32;
/// Number of an interned directory.
pub(super) type DirId = u32;
/// Number of an interned identity, as written; and of the person behind it.
pub(super) type IdentityId = u32;
pub(super) type PersonId = u32;

/// What one commit says without its tree.
#[derive(Debug)]
pub(super) struct Record {
    /// Number in the tables of this process.
    pub id: u32,
    pub oid: Oid,
    pub parents: Box<[Oid]>,
    /// Committer time in seconds.
    pub time: i64,
    pub who: IdentityId,
    pub person: PersonId,
    pub kind: CommitKind,
    /// Against the first parent; empty for merges. Unset until somebody needs it.
    pub touches: OnceLock<Box<[Touch]>>,
    /// Of the first files, in the order of `touches`; unset until somebody needs it.
    pub measures: OnceLock<Box<[Measure]>>,
    /// As another change sees it in its past; for the window of so many commits.
    pub features: OnceLock<(usize, super::Features)>,
}

impl Record {
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }

    pub fn touches(&self) -> &[Touch] {
        self.touches.get().map_or(&[], |touches| touches)
    }

    pub fn measure(&self, at: usize) -> Measure {
        self.measures.get().and_then(|measures| measures.get(at)).copied().unwrap_or_default()
    }

    /// The first bytes of the name, to order commits of one second.
    pub fn rank(&self) -> u64 {
        self.oid.as_bytes().iter().take(8).fold(0, |rank, byte| rank << 8 | u64::from(*byte))
    }
}

/// A file that a commit touched, and where its past is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Touch {
    pub path: PathId,
    pub before: Before,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// The file is new.
    Nothing,
    /// It was here under the same path (also for a deleted file).
    Same,
    /// It was moved here from another path.
    Moved(PathId),
}

impl Touch {
    /// The path under which the file's past was recorded.
    pub fn past(self) -> PathId {
        match self.before {
            Before::Moved(old) => old,
            _ => self.path,
        }
    }
}

/// Roles of files that configure rather than compute.
const NO_CODE: [Role; 5] = [Role::Manifest, Role::Workflow, Role::Container, Role::Configuration, Role::Governance];

/// What a path says about the file, for features.
#[derive(Clone, Copy, Debug)]
pub(super) struct PathFacts {
    pub production: bool,
    pub test: bool,
    /// Not in a format for data or text, and not of a role that such files have.
    pub code: bool,
    pub directory: DirId,
    /// The first segment of the path; files at the top are one subsystem.
    pub subsystem: DirId,
}

/// Paths and identities by number. Shared by all logs of a cache; safe to use from several threads.
#[derive(Debug, Default)]
pub(super) struct Names {
    paths: RwLock<Paths>,
    people: RwLock<People>,
}

#[derive(Debug, Default)]
struct Paths {
    by_path: FxHashMap<RepoPath, PathId>,
    all: Vec<(RepoPath, PathFacts)>,
    directories: FxHashMap<Vec<u8>, DirId>,
}

#[derive(Debug, Default)]
struct People {
    by_identity: FxHashMap<Identity, (IdentityId, PersonId)>,
    by_key: FxHashMap<String, PersonId>,
    identities: Vec<Identity>,
}

impl Names {
    pub fn paths<'a>(&self, paths: impl Iterator<Item = &'a RepoPath>) -> Vec<PathId> {
        let mut table = write(&self.paths);
        paths.map(|path| table.id(path)).collect()
    }

    pub fn path(&self, path: &RepoPath) -> PathId {
        if let Some(id) = read(&self.paths).by_path.get(path) {
            return *id;
        }
        write(&self.paths).id(path)
    }

    /// The path of a changed file, and the one under which its past is kept.
    pub fn place(&self, file: &FileChange) -> (PathId, PathId) {
        let path = self.path(&file.path);
        match (file.status, &file.old_path) {
            (FileStatus::Renamed, Some(old)) => (path, self.path(old)),
            _ => (path, path),
        }
    }

    pub fn path_of(&self, id: PathId) -> RepoPath {
        read(&self.paths).all[id as usize].0.clone()
    }

    /// Found once for each path, without its content: the past has no cheap content, and the change is measured alike.
    pub fn facts(&self, id: PathId) -> PathFacts {
        read(&self.paths).all[id as usize].1
    }

    pub fn identity(&self, who: &Identity) -> (IdentityId, PersonId) {
        if let Some(ids) = read(&self.people).by_identity.get(who) {
            return *ids;
        }
        write(&self.people).id(who)
    }

    pub fn identity_of(&self, id: IdentityId) -> Identity {
        read(&self.people).identities[id as usize].clone()
    }

    /// A record from a commit, without its files.
    pub fn record(&self, id: u32, commit: &Commit) -> Record {
        let (who, person) = self.identity(&commit.author);
        let message = commit.message.raw();
        Record {
            id,
            oid: commit.oid,
            parents: commit.parents.clone().into(),
            time: commit.commit_time,
            who,
            person,
            kind: super::classify(message),
            touches: OnceLock::new(),
            measures: OnceLock::new(),
            features: OnceLock::new(),
        }
    }
}

impl Paths {
    fn id(&mut self, path: &RepoPath) -> PathId {
        if let Some(id) = self.by_path.get(path) {
            return *id;
        }
        let id = self.all.len() as PathId;
        let facts = self.facts(path);
        self.all.push((path.clone(), facts));
        self.by_path.insert(path.clone(), id);
        id
    }

    fn facts(&mut self, path: &RepoPath) -> PathFacts {
        let roles: Roles = roles(path, b"");
        let parent = path.parent();
        let top = parent.split(|byte| *byte == b'/').next().unwrap_or_default();
        PathFacts {
            production: roles.is_production(),
            test: roles.contains(Role::Test),
            code: roles.is_production()
                && !NO_CODE.iter().any(|role| roles.contains(*role))
                && Languages::get().detect(path, b"").is_none_or(|language| !language.data),
            directory: self.directory(parent),
            subsystem: self.directory(top),
        }
    }

    fn directory(&mut self, path: &[u8]) -> DirId {
        if let Some(id) = self.directories.get(path) {
            return *id;
        }
        let id = self.directories.len() as DirId;
        self.directories.insert(path.to_vec(), id);
        id
    }
}

impl People {
    fn id(&mut self, who: &Identity) -> (IdentityId, PersonId) {
        if let Some(ids) = self.by_identity.get(who) {
            return *ids;
        }
        let next = self.by_key.len() as PersonId;
        let person = *self.by_key.entry(person_key(who)).or_insert(next);
        let identity = self.identities.len() as IdentityId;
        self.identities.push(who.clone());
        self.by_identity.insert(who.clone(), (identity, person));
        (identity, person)
    }
}

/// Two identities are one person if their addresses agree but for case; without an address, if their names do.
fn person_key(who: &Identity) -> String {
    let email = who.email.raw().trim();
    if email.is_empty() { format!("name {}", who.name.raw().trim().to_lowercase()) } else { email.to_lowercase() }
}

/// A panic of another thread leaves the tables whole: they only ever grow.
fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Untrusted;

    fn who(name: &str, email: &str) -> Identity {
        Identity { name: Untrusted::new(name), email: Untrusted::new(email) }
    }

    #[test]
    fn a_person_is_an_address_but_for_case() {
        let names = Names::default();
        let person = |name, email| names.identity(&who(name, email)).1;
        assert_eq!(person("Ann", "ann@shop.example"), person("A. Smith", "Ann@Shop.example"));
        assert_eq!(person("Bob", ""), person("bob", ""));
        assert_ne!(person("Bob", ""), person("Bob", "bob@shop.example"));
    }
}
