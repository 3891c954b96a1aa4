//! What receivers stand for, kept: in one place the same chain is written before many names, and each of them asks again.
//! Kept is what was found from the top, with the steps it took, so that an answer does not depend on what was asked before.

use super::blob::FILE;
use super::names::Name;
use super::resolve::Resolver;
use super::types::{Known, Steps};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What a chain stands for, and what is left of the steps.
#[derive(Debug)]
struct Value {
    known: Option<Arc<[Known]>>,
    steps: Steps,
}

/// Values by file, then by place and chain.
#[derive(Debug)]
pub(super) struct Values(Vec<Mutex<FxHashMap<(u32, Name), Value>>>);

impl Values {
    pub(super) fn new(files: usize) -> Self {
        Self((0..files).map(|_| Mutex::default()).collect())
    }
}

impl Resolver<'_> {
    /// As `chain`, for a question that nothing was asked before; `steps` are what is left of them.
    pub(super) fn value(&self, file: u32, owner: u32, chain: Name, steps: &mut Steps) -> Option<Arc<[Known]>> {
        let text = self.graph.names.text(chain);
        // what begins with a local is looked up where that stands
        let key = (if text.starts_with('%') { FILE } else { owner }, chain);
        let slot = &self.values.0[file as usize];
        if let Some(value) = slot.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            *steps = value.steps.clone();
            return value.known.clone();
        }
        // no lock is held while it is found: that may lead back to this file
        let known = self.chain(file, owner, text, steps).map(Arc::from);
        let value = Value { known: known.clone(), steps: steps.clone() };
        slot.lock().unwrap_or_else(PoisonError::into_inner).insert(key, value);
        known
    }
}
