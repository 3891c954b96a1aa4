//! The repository, read from its object database with `gix`; only `git*.rs` in this folder name it. Opened isolated and
//! with reduced trust: no user or system configuration, no environment, no hook, filter or network, no `refs/replace`,
//! no commit-graph file (it could claim other parents than the commits themselves). Trees are walked in `git_tree.rs`,
//! names become commits in `git_names.rs`.

use super::snapshot::{BlobStore, TreeEntry};
use super::{Commit, Identity, InputError, Oid};
use crate::gap::GapKind;
use crate::limits;
use crate::text::Untrusted;
use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// Why an object could not be read: its kind of gap and a clause for people.
pub type Missing = (GapKind, String);

/// A git repository: work tree, bare, partial or shallow. Cheap to clone, safe to share between threads.
#[derive(Clone)]
pub struct Repository {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    /// Tells handles of different repositories apart in the caches of threads.
    id: u64,
    store: gix::ThreadSafeRepository,
    /// The last tree that was listed, to list the next one by its differences.
    pub(super) listed: Mutex<Option<Listing>>,
    scope: OnceLock<Vec<u8>>,
}

/// A tree and its files, sorted by path.
pub(super) type Listing = (Oid, Arc<[TreeEntry]>);

/// Repositories that one thread keeps open handles for (count), and the bytes of decoded objects that each keeps.
const HANDLES_PER_THREAD: usize = 4;
const OBJECT_CACHE_BYTES: usize = 32 << 20;
/// The largest allocation that data of a repository may cause (bytes); a blob at its own limit must fit.
const OBJECT_BYTES_MAX: u64 = 2 * limits::BLOB_BYTES_MAX;

thread_local! {
    static HANDLES: RefCell<Vec<(u64, Rc<gix::Repository>)>> = const { RefCell::new(Vec::new()) };
}

impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Repository({})", self.shared.store.git_dir().display())
    }
}

/// A commit reduced to what walks and listings need.
pub(super) struct RawCommit {
    pub tree: gix::ObjectId,
    pub commit: Commit,
}

impl Repository {
    /// Opens the repository that holds a directory, isolated from user and repository configuration.
    pub fn open(directory: &Path) -> Result<Self, InputError> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        // a batch asks for one repository again and again: its object caches are worth keeping
        static LAST: Mutex<Option<(PathBuf, Repository)>> = Mutex::new(None);
        let place = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
        let last = LAST.lock().ok().and_then(|last| last.clone());
        if let Some((_, repository)) =
            last.filter(|(known, last)| *known == place && last.git_dir().join("HEAD").exists())
        {
            return Ok(repository);
        }
        let store = discover(directory).map_err(|why| not_a_repository(directory, &why))?;
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let repository =
            Self { shared: Arc::new(Shared { id, store, listed: Mutex::new(None), scope: OnceLock::new() }) };
        if let Ok(mut last) = LAST.lock() {
            *last = Some((place, repository.clone()));
        }
        Ok(repository)
    }

    /// The directory that holds objects and refs, for messages.
    pub fn git_dir(&self) -> &Path {
        self.shared.store.git_dir()
    }

    /// The top of the work tree; none for a bare repository.
    pub fn work_dir(&self) -> Option<PathBuf> {
        self.handle().workdir().map(Path::to_owned)
    }

    /// True if the clone is shallow.
    pub fn is_shallow(&self) -> bool {
        self.handle().is_shallow().unwrap_or(false)
    }

    /// Within which memories of objects hold: empty for a whole clone, whose objects any other holds too; its own place
    /// for a partial or shallow one, which must not answer from what another could read.
    pub fn scope(&self) -> &[u8] {
        self.shared.scope.get_or_init(|| {
            let place = self.handle().common_dir().to_owned();
            let packs = std::fs::read_dir(place.join("objects/pack")).into_iter().flatten().flatten();
            let mut names = packs.map(|entry| entry.file_name());
            let partial = names.any(|name| Path::new(&name).extension().is_some_and(|end| end == "promisor"));
            let place = place.canonicalize().unwrap_or(place);
            if partial || self.is_shallow() { place.as_os_str().as_encoded_bytes().into() } else { Vec::new() }
        })
    }

    /// A commit's names, times, parents and message.
    pub fn commit(&self, oid: Oid) -> Result<Commit, Missing> {
        Ok(self.raw_commit(oid)?.commit)
    }

    /// The tree of a commit.
    pub(super) fn tree_of(&self, commit: Oid) -> Result<Oid, Missing> {
        Ok(oid_of(&self.raw_commit(commit)?.tree))
    }

    /// The bytes of a blob, as they are stored.
    pub fn blob(&self, oid: Oid) -> Result<Arc<[u8]>, Missing> {
        let size = self.blob_size(oid)?;
        if size > limits::BLOB_BYTES_MAX {
            let most = limits::BLOB_BYTES_MAX >> 20;
            return Err((GapKind::OverLimit, format!("{size} bytes, read are at most {most} MiB")));
        }
        let object = self.handle().find_object(object_id(oid)).map_err(|error| damaged(oid, &error))?.detach();
        Ok(object.data.into())
    }

    /// The size of a blob in bytes, from its header.
    pub fn blob_size(&self, oid: Oid) -> Result<u64, Missing> {
        let header = self.handle().try_find_header(object_id(oid)).map_err(|error| damaged(oid, &error))?;
        match header {
            None => Err(absent(oid)),
            Some(header) if header.kind() != gix::objs::Kind::Blob => {
                Err((GapKind::MissingObject, format!("{} is a {}, not a blob", oid.short(), header.kind())))
            }
            Some(header) => Ok(header.size()),
        }
    }

    /// This thread's handle, with its caches.
    pub(super) fn handle(&self) -> Rc<gix::Repository> {
        let id = self.shared.id;
        HANDLES.with_borrow_mut(|handles| {
            if let Some((_, handle)) = handles.iter().find(|(known, _)| *known == id) {
                return handle.clone();
            }
            let mut handle = self.shared.store.to_thread_local();
            handle.object_cache_size(OBJECT_CACHE_BYTES);
            let handle = Rc::new(handle);
            handles.truncate(HANDLES_PER_THREAD - 1);
            handles.insert(0, (id, handle.clone()));
            handle
        })
    }

    pub(super) fn raw_commit(&self, oid: Oid) -> Result<RawCommit, Missing> {
        let handle = self.handle();
        let object = handle.try_find_object(object_id(oid)).map_err(|error| damaged(oid, &error))?;
        let object = object.ok_or_else(|| absent(oid))?;
        let parsed = object.try_to_commit_ref().map_err(|error| damaged(oid, &error))?;
        let (author, author_time) = signature(parsed.author);
        let (committer, commit_time) = signature(parsed.committer);
        let message = &parsed.message[..parsed.message.len().min(limits::MESSAGE_BYTES_MAX)];
        let commit = Commit {
            oid,
            parents: parsed.parents().map(|parent| oid_of(&parent)).collect(),
            author,
            author_time,
            committer,
            commit_time,
            message: Untrusted::from_bytes(message),
        };
        Ok(RawCommit { tree: parsed.tree(), commit })
    }
}

impl BlobStore for Repository {
    fn scope(&self) -> &[u8] {
        Repository::scope(self)
    }

    fn blob(&self, oid: Oid) -> Result<Arc<[u8]>, (GapKind, String)> {
        Repository::blob(self, oid)
    }
}

fn discover(directory: &Path) -> Result<gix::ThreadSafeRepository, String> {
    use gix::discover::upwards;
    let options = gix::open::Options::isolated().config_overrides([
        "core.useReplaceRefs=false".to_owned(),
        "core.commitGraph=false".to_owned(),
        format!("gitoxide.objects.allocLimit={OBJECT_BYTES_MAX}"),
    ]);
    let trust = gix::sec::Trust::Reduced;
    let upwards = upwards::Options { trust: upwards::TrustPolicy::Assume(trust), cross_fs: true, ..Default::default() };
    let mapping = gix::sec::trust::Mapping { full: options.clone(), reduced: options };
    gix::ThreadSafeRepository::discover_opts(directory, upwards, mapping).map_err(|error| error.to_string())
}

fn not_a_repository(directory: &Path, why: &str) -> InputError {
    let place = directory.display();
    InputError::NotARepository(format!(
        "no git repository could be opened at {place} or above it ({why}); name one with --repo, or give a diff with \
         --patch"
    ))
}

/// `Name <address> seconds zone`, as far as it can be made out; a missing time is 0.
pub(super) fn signature(raw: &[u8]) -> (Identity, i64) {
    let open = memchr::memchr(b'<', raw).unwrap_or(raw.len());
    let close = memchr::memrchr(b'>', raw).filter(|close| *close > open).unwrap_or(raw.len());
    let name = raw[..open].trim_ascii();
    let email = raw.get(open + 1..close).unwrap_or_default().trim_ascii();
    let rest = raw.get(close + 1..).unwrap_or_default();
    let seconds = rest.split(u8::is_ascii_whitespace).find(|word| !word.is_empty()).unwrap_or_default();
    let time = std::str::from_utf8(seconds).ok().and_then(|text| text.parse().ok()).unwrap_or(0);
    (Identity { name: Untrusted::from_bytes(name), email: Untrusted::from_bytes(email) }, time)
}

pub(super) fn absent(oid: Oid) -> Missing {
    let why = format!("object {} is not in this clone; fetch it (a partial clone leaves objects out)", oid.short());
    (GapKind::MissingObject, why)
}

pub(super) fn damaged(oid: Oid, error: &dyn fmt::Display) -> Missing {
    (GapKind::MissingObject, format!("object {} cannot be read: {error}", oid.short()))
}

pub(super) fn object_id(oid: Oid) -> gix::ObjectId {
    gix::ObjectId::try_from(oid.as_bytes()).expect("an Oid holds 20 or 32 bytes, the two lengths that git knows")
}

pub(super) fn oid_of(id: &gix::oid) -> Oid {
    Oid::from_bytes(id.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_read_also_when_they_are_odd() {
        let read = |raw: &str| {
            let (who, time) = signature(raw.as_bytes());
            (who.name.raw().to_owned(), who.email.raw().to_owned(), time)
        };
        assert_eq!(read("Ann B <a@b> 17 +0100"), ("Ann B".into(), "a@b".into(), 17));
        assert_eq!(read("Ann <a@b>"), ("Ann".into(), "a@b".into(), 0));
        assert_eq!(read("Ann"), ("Ann".into(), String::new(), 0));
        assert_eq!(read("> <"), (">".into(), String::new(), 0));
        assert_eq!(read("A <x> y> -5 +0000"), ("A".into(), "x> y".into(), -5));
    }
}
