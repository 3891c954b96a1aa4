//! The cache on disk: two redb files. New values go into the young one; when it is full it takes the place of the old one,
//! and what is still asked for there moves over, so what nobody asked for in a whole lifetime of a file is gone. Files are
//! open only while they are read or written, so several runs can share them; a file that another run is writing is waited
//! for a moment and then done without. Whatever is wrong with a file (cut off, garbage, of another version), it is read as
//! empty and made anew. Every value carries a digest of itself.

use super::Key;
use crate::limits::{CACHE_FILE_BYTES_MAX, CACHE_WAIT_MILLIS};
use redb::{Builder, Database, DatabaseError, ReadOnlyDatabase, ReadOnlyTable, ReadableDatabase, TableDefinition};
use rustc_hash::FxHashMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const TABLE: TableDefinition<&[u8], &[u8]> = TableDefinition::new("answers");
const YOUNG: &str = "answers.redb";
const OLD: &str = "answers.old.redb";
/// Bytes of the digest in front of a value.
const DIGEST: usize = 8;
/// Pages that the store itself keeps in memory (bytes); everything is asked for once.
const PAGES_BYTES: usize = 4 << 20;

type Values = Vec<Option<Vec<u8>>>;

/// The values of keys, and which of them come from the old file.
pub(super) fn read(folder: &Path, keys: &[Key]) -> (Values, Vec<usize>) {
    let mut found: Values = vec![None; keys.len()];
    let mut aged = Vec::new();
    for name in [YOUNG, OLD] {
        let path = folder.join(name);
        let open: Vec<usize> = (0..keys.len()).filter(|at| found[*at].is_none()).collect();
        // the store was not made for hostile files
        let values = catch_unwind(AssertUnwindSafe(|| values(&path, keys, &open))).ok().flatten();
        for (at, value) in open.into_iter().zip(values.unwrap_or_default()) {
            if value.is_some() && name == OLD {
                aged.push(at);
            }
            found[at] = value;
        }
    }
    (found, aged)
}

fn values(path: &Path, keys: &[Key], wanted: &[usize]) -> Option<Values> {
    if wanted.is_empty() || !path.exists() {
        return None;
    }
    let file = patiently(|| Builder::new().set_cache_size(PAGES_BYTES).open_read_only(path))?;
    let found = table(&file).map(|table| wanted.iter().map(|at| value(&table, &keys[*at])).collect());
    let _ = file.close();
    found
}

fn table(file: &ReadOnlyDatabase) -> Option<ReadOnlyTable<&'static [u8], &'static [u8]>> {
    file.begin_read().ok()?.open_table(TABLE).ok()
}

fn value(table: &ReadOnlyTable<&'static [u8], &'static [u8]>, key: &Key) -> Option<Vec<u8>> {
    let found = table.get(key.as_slice()).ok()??;
    let (sum, value) = found.value().split_at_checked(DIGEST)?;
    (sum == digest(key, value)).then(|| value.to_vec())
}

fn digest(key: &Key, value: &[u8]) -> [u8; DIGEST] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(key).update(value);
    let mut sum = [0; DIGEST];
    sum.copy_from_slice(&hasher.finalize().as_bytes()[..DIGEST]);
    sum
}

/// Adds values. What goes wrong here is nobody's loss but the next run's time.
pub(super) fn write(folder: &Path, values: FxHashMap<Key, Vec<u8>>) {
    if !make_private(folder) {
        return;
    }
    rotate(folder);
    let path = folder.join(YOUNG);
    match catch_unwind(AssertUnwindSafe(|| add(&path, &values))) {
        Ok(Added::Done | Added::Busy) => {}
        // the file is no good: the next attempt makes a new one
        Ok(Added::Failed) | Err(_) => {
            let made_anew = fs::remove_file(&path).is_ok();
            if made_anew {
                let _ = catch_unwind(AssertUnwindSafe(|| add(&path, &values)));
            }
        }
    }
}

enum Added {
    Done,
    Busy,
    Failed,
}

fn add(path: &PathBuf, values: &FxHashMap<Key, Vec<u8>>) -> Added {
    let mut sorted: Vec<(&Key, &Vec<u8>)> = values.iter().collect();
    sorted.sort_unstable();
    let open = || Builder::new().set_cache_size(PAGES_BYTES).create(path);
    let until = Instant::now() + Duration::from_millis(CACHE_WAIT_MILLIS);
    let file = loop {
        match open() {
            Ok(file) => break file,
            Err(DatabaseError::DatabaseAlreadyOpen) if Instant::now() < until => pause(),
            Err(DatabaseError::DatabaseAlreadyOpen) => return Added::Busy,
            Err(_) => return Added::Failed,
        }
    };
    match insert(&file, &sorted) {
        Ok(()) => Added::Done,
        Err(_) => Added::Failed,
    }
}

fn insert(file: &Database, values: &[(&Key, &Vec<u8>)]) -> Result<(), redb::Error> {
    let transaction = file.begin_write()?;
    {
        let mut table = transaction.open_table(TABLE)?;
        let mut stored = Vec::new();
        for (key, value) in values {
            stored.clear();
            stored.extend_from_slice(&digest(key, value));
            stored.extend_from_slice(value);
            table.insert(key.as_slice(), stored.as_slice())?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// Once the young file is full it becomes the old one. A run that is reading either of them keeps what it has open.
fn rotate(folder: &Path) {
    let young = folder.join(YOUNG);
    if fs::metadata(&young).is_ok_and(|file| file.len() > CACHE_FILE_BYTES_MAX) {
        let _ = fs::rename(&young, folder.join(OLD));
    }
}

/// Makes the folder, for its owner alone: names of private code are in it.
fn make_private(folder: &Path) -> bool {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).is_ok()
}

/// Tries for a moment to open what another run is writing.
fn patiently<T>(open: impl Fn() -> Result<T, DatabaseError>) -> Option<T> {
    let until = Instant::now() + Duration::from_millis(CACHE_WAIT_MILLIS);
    loop {
        match open() {
            Ok(file) => return Some(file),
            Err(DatabaseError::DatabaseAlreadyOpen) if Instant::now() < until => pause(),
            Err(_) => return None,
        }
    }
}

fn pause() {
    std::thread::sleep(Duration::from_millis(2));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(at: u8) -> Key {
        [at; 32]
    }

    fn some(values: &[(u8, &str)]) -> FxHashMap<Key, Vec<u8>> {
        values.iter().map(|(at, text)| (key(*at), text.as_bytes().to_vec())).collect()
    }

    fn texts(folder: &Path, wanted: &[u8]) -> Vec<Option<String>> {
        let keys: Vec<Key> = wanted.iter().map(|at| key(*at)).collect();
        let text = |value: Vec<u8>| String::from_utf8(value).expect("text");
        read(folder, &keys).0.into_iter().map(|value| value.map(text)).collect()
    }

    #[test]
    fn what_was_written_is_read_and_a_damaged_file_is_made_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("new");
        write(&folder, some(&[(1, "one"), (2, "two")]));
        write(&folder, some(&[(3, "three")]));
        assert_eq!(texts(&folder, &[3, 9, 1]), [Some("three".into()), None, Some("one".into())]);
        for damage in [&b""[..], b"garbage", &[0; 9_000]] {
            fs::write(folder.join(YOUNG), damage).expect("written");
            assert_eq!(texts(&folder, &[1]), [None], "{} bytes", damage.len());
            write(&folder, some(&[(1, "one")]));
            assert_eq!(texts(&folder, &[1]), [Some("one".into())], "{} bytes", damage.len());
        }
    }

    #[test]
    fn a_file_that_lost_its_end_or_was_scribbled_over_never_gives_another_value() {
        let folder = tempfile::tempdir().expect("a folder");
        let many: FxHashMap<Key, Vec<u8>> = (0..200).map(|at| (key(at), vec![at; 3_000])).collect();
        write(folder.path(), many);
        let whole = fs::read(folder.path().join(YOUNG)).expect("written");
        for share in [1, 3, 7] {
            let mut broken = whole.clone();
            broken.truncate(whole.len() * share / 8);
            fs::write(folder.path().join(YOUNG), &broken).expect("written");
            assert!(read_is_true(folder.path()));
            let mut broken = whole.clone();
            for byte in broken.iter_mut().skip(whole.len() * share / 9).step_by(977) {
                *byte ^= 0x5a;
            }
            fs::write(folder.path().join(YOUNG), &broken).expect("written");
            assert!(read_is_true(folder.path()));
        }
    }

    fn read_is_true(folder: &Path) -> bool {
        let keys: Vec<Key> = (0..200).map(key).collect();
        let (values, _) = read(folder, &keys);
        values.iter().zip(0..200).all(|(value, at)| value.as_ref().is_none_or(|value| *value == vec![at; 3_000]))
    }

    #[test]
    fn what_is_asked_for_in_the_old_file_is_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), some(&[(1, "one")]));
        fs::rename(folder.path().join(YOUNG), folder.path().join(OLD)).expect("renamed");
        write(folder.path(), some(&[(2, "two")]));
        let (values, aged) = read(folder.path(), &[key(2), key(1)]);
        assert!(values.iter().all(Option::is_some));
        assert_eq!(aged, [1]);
    }
}
