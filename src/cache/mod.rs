//! What one run found out and the next can use: answers that follow from the content of files and commits alone, by a key
//! that names that content, this build of richter and nothing else. So an answer from here is the answer that would be
//! computed again, and losing the cache costs time and never changes a byte of a report. Reading and writing the disk is
//! `disk.rs`; what the values mean is known to those who ask. Entries are checked on the way in, those that do not hold
//! count as absent.

mod disk;

use crate::limits::{CACHE_BULK_MIN, CACHE_PENDING_BYTES_MAX};
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Names an answer: a digest of the question and of this build.
pub type Key = [u8; 32];

/// Safe to share between threads. Every question is answered also without it.
#[derive(Debug, Default)]
pub struct Cache {
    /// None for a cache that remembers nothing.
    folder: Option<PathBuf>,
    pending: Mutex<Pending>,
}

/// What was found out since the last write.
#[derive(Debug, Default)]
struct Pending {
    values: FxHashMap<Key, Vec<u8>>,
    bytes: usize,
}

impl Cache {
    /// A cache in a folder, which is made when something is written.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder: Some(folder), pending: Mutex::default() }
    }

    /// False if nothing is remembered: then there is no need to make values.
    pub fn is_on(&self) -> bool {
        self.folder.is_some()
    }

    /// The values of many keys, in their order; none where there is no value, or where the disk cannot be asked. A few
    /// keys are not worth opening the disk for.
    pub fn get_all(&self, keys: &[Key]) -> Vec<Option<Vec<u8>>> {
        let Some(folder) = self.folder.as_ref().filter(|_| keys.len() >= CACHE_BULK_MIN) else {
            return vec![None; keys.len()];
        };
        let (mut found, aged) = disk::read(folder, keys);
        let mut pending = self.pending();
        for at in aged {
            if let Some(value) = &found[at] {
                pending.add(keys[at], value.clone());
            }
        }
        for (key, value) in keys.iter().zip(&mut found).filter(|(_, value)| value.is_none()) {
            *value = pending.values.get(key).cloned();
        }
        found
    }

    /// Remembers a value; it reaches the disk with `flush`.
    pub fn put(&self, key: Key, value: Vec<u8>) {
        if self.folder.is_some() {
            self.pending().add(key, value);
        }
    }

    /// Writes what is new. A cache that cannot be written is left alone: nothing depends on it.
    pub fn flush(&self) {
        let mut pending = std::mem::take(&mut *self.pending());
        let Some(folder) = self.folder.as_ref().filter(|_| !pending.values.is_empty()) else { return };
        // few questions are answered without opening the cache, so an answer may be there already
        let keys: Vec<Key> = pending.values.keys().copied().collect();
        let (found, _) = disk::read(folder, &keys);
        for (key, known) in keys.iter().zip(found) {
            if known.is_some_and(|known| pending.values.get(key) == Some(&known)) {
                pending.values.remove(key);
            }
        }
        if !pending.values.is_empty() {
            disk::write(folder, pending.values);
        }
    }

    /// As `flush`, if much is waiting.
    pub fn flush_if_large(&self) {
        let large = self.pending().bytes > CACHE_PENDING_BYTES_MAX;
        if large {
            self.flush();
        }
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        // a panic while the lock was held leaves a map that is still whole
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pending {
    fn add(&mut self, key: Key, value: Vec<u8>) {
        self.bytes += value.len();
        self.values.insert(key, value);
    }
}

/// The key of a question: what kind of answer, and everything that it follows from.
pub fn key(kind: &str, parts: &[&[u8]]) -> Key {
    let mut hasher = blake3::Hasher::new();
    let build = crate::embedded::BUILD_DIGEST.to_le_bytes();
    for part in [kind.as_bytes(), &build].iter().chain(parts) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    *hasher.finalize().as_bytes()
}
