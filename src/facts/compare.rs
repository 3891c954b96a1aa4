//! Compares both sides of every file, in parallel.

use super::Facts;
use crate::input::ChangeSet;
use crate::syntax::Outlines;

/// Every file of the change becomes facts, in the same order.
pub fn compare(change: &ChangeSet, outlines: &Outlines) -> Facts {
    let _ = (change, outlines);
    Facts::default()
}
