//! The place of the exact Rust front end (`syn`), for files where the grammar stumbles. Left out so far: tree-sitter's
//! outline stands alone, and its `problems` say where it is not to be trusted.
