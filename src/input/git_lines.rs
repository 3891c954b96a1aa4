//! The line diff itself: gitoxide's port of git's default (Myers with its heuristics, then the sliding of hunks by
//! indentation), so that counts and hunks are git's own. Kept apart because only `git*` files may name `gix`;
//! `lines.rs` decides what is worth diffing and guards the cost.

use super::lines::Hunk;
use gix::diff::blob::{Algorithm, Diff, InternedInput};

/// Hunks between two texts as git's default algorithm finds them. Cost is bounded by git's own heuristics, roughly
/// lines times the square root of lines at worst.
pub(super) fn git_hunks(old: &[u8], new: &[u8]) -> Vec<Hunk> {
    let input = InternedInput::new(old, new);
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    diff.postprocess_lines(&input);
    diff.hunks().map(|hunk| Hunk::from_ranges(&hunk.before, &hunk.after)).collect()
}
