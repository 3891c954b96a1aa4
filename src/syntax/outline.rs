//! One file in, one outline out; and the memory of outlines already made, so that what two snapshots or two requests of a
//! batch share is parsed once.

use super::Outline;
use crate::input::Oid;
use crate::location::RepoPath;
use std::sync::Arc;

/// Parses a file. Never fails: see `Outline::fallback`.
pub fn outline(path: &RepoPath, bytes: &[u8]) -> Outline {
    let _ = (path, bytes);
    Outline::default()
}

/// Outlines by content and language, bounded by the bytes of source they came from. Safe to share between threads.
#[derive(Debug, Default)]
pub struct Outlines {}

impl Outlines {
    /// The outline of a file; `oid` names its bytes if it is known.
    pub fn of(&self, path: &RepoPath, oid: Option<Oid>, bytes: &[u8]) -> Arc<Outline> {
        let _ = oid;
        Arc::new(outline(path, bytes))
    }
}
