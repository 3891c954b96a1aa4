//! The binary: exit codes only; `cli` does the work.
fn main() {}
