//! The window of ancestors, read from the repository once and remembered.

use crate::config::Config;
use crate::input::{Oid, Repository};

/// Commits already read, shared by the requests of a batch: which paths each touched, who wrote it and when.
#[derive(Debug, Default)]
pub struct LogCache {}

/// The ancestors of a commit within the window, oldest first.
#[derive(Debug, Default)]
pub struct Log {}

impl Log {
    /// Reads the window that ends at `tip` (included).
    pub fn read(repository: &Repository, tip: Oid, config: &Config, cache: &LogCache) -> Self {
        let _ = (repository, tip, config, cache);
        Self::default()
    }
}
