//! Room on the stack. `syn` recurses over what it reads, and tree-sitter frees what it gave up by recursion, so both get a
//! stack that fits the text: the one of the current thread where that is known to be large enough, else a thread's of their
//! own. Starting one for each file costs more than reading a small file.

use crate::limits;
use std::cell::Cell;

thread_local! {
    /// What is free on the stack of this thread (bytes); nothing where it did not say.
    static FREE: Cell<usize> = const { Cell::new(0) };
}

/// Tells how large the stack of the current thread is (bytes).
pub fn declare_stack(bytes: usize) {
    FREE.set(bytes.saturating_sub(limits::POOL_STACK_BYTES_USED));
}

/// Runs where so much stack is free (bytes). None if no such thread is to be had, or it panicked.
pub(super) fn with_stack<T: Send>(bytes: usize, run: impl FnOnce() -> T + Send) -> Option<T> {
    if bytes <= FREE.get() {
        return Some(run());
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(bytes).spawn_scoped(scope, run).ok()?;
        thread.join().ok()
    })
}
