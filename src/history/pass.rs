//! The forward pass.

use super::{History, Log};
use crate::input::{ChangeSet, Identity};

/// The past of a change. `author` is `--author`, else the author of the change's only or last commit.
pub fn recall(change: &ChangeSet, log: &Log, author: Option<Identity>) -> History {
    let _ = (change, log, author);
    History::default()
}
