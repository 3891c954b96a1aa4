//! What the cache keeps of a past commit: the files it touched and, once somebody needed them, their measures. Both
//! follow from the commit's name, which is a hash of all of it. Only what was read whole is kept: in a shallow or partial
//! clone something may be missing that another clone has.

use super::measure::Measure;
use super::record::{Before, Names, Record, Touch};
use crate::cache::{self, Cache, Key};
use crate::location::RepoPath;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    touches: Vec<KeptTouch>,
    /// In the order of `touches`.
    measures: Option<Vec<Measure>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptTouch {
    path: Vec<u8>,
    before: KeptBefore,
}

#[derive(Debug, Serialize, Deserialize)]
enum KeptBefore {
    Nothing,
    Same,
    Moved(Vec<u8>),
}

/// Fills in what the cache knows of these commits.
pub(super) fn recall(cache: &Cache, scope: &[u8], names: &Names, records: &[&Arc<Record>]) {
    let open: Vec<&Arc<Record>> = records.iter().copied().filter(|record| is_open(record)).collect();
    if !cache.is_on() || open.is_empty() {
        return;
    }
    let keys: Vec<Key> = open.iter().map(|record| key(scope, record)).collect();
    let values = cache.get_all(&keys);
    let read = |value: &Option<Vec<u8>>| postcard::from_bytes(value.as_deref()?).ok();
    let kept: Vec<Option<Kept>> = values.par_iter().map(read).collect();
    for (record, kept) in open.into_iter().zip(kept) {
        let Some(kept) = kept else { continue };
        let _ = record.touches.set(kept.touches.iter().map(|touch| touch.settled(names)).collect());
        if let Some(measures) = kept.measures {
            let _ = record.measures.set(measures.into());
        }
    }
}

fn is_open(record: &Record) -> bool {
    !record.is_merge() && record.touches.get().is_none()
}

/// Keeps what is known of a commit that was read whole.
pub(super) fn remember(cache: &Cache, scope: &[u8], names: &Names, record: &Record) {
    if !cache.is_on() || record.is_merge() {
        return;
    }
    let kept = Kept {
        touches: record.touches().iter().map(|touch| KeptTouch::of(*touch, names)).collect(),
        measures: record.measures.get().map(|measures| measures.to_vec()),
    };
    if let Ok(value) = postcard::to_stdvec(&kept) {
        cache.put(key(scope, record), value);
    }
}

fn key(scope: &[u8], record: &Record) -> Key {
    cache::key("past commit, measured by words", &[scope, record.oid.as_bytes()])
}

impl KeptTouch {
    fn of(touch: Touch, names: &Names) -> Self {
        let path = |id| names.path_of(id).as_bytes().to_vec();
        let before = match touch.before {
            Before::Nothing => KeptBefore::Nothing,
            Before::Same => KeptBefore::Same,
            Before::Moved(old) => KeptBefore::Moved(path(old)),
        };
        Self { path: path(touch.path), before }
    }

    fn settled(&self, names: &Names) -> Touch {
        let before = match &self.before {
            KeptBefore::Nothing => Before::Nothing,
            KeptBefore::Same => Before::Same,
            KeptBefore::Moved(old) => Before::Moved(names.path(&RepoPath::new(old))),
        };
        Touch { path: names.path(&RepoPath::new(&self.path)), before }
    }
}
