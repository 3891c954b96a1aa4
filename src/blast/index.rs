//! The graph of one snapshot.

/// Definitions and edges of a snapshot.
#[derive(Debug, Default)]
pub struct Graph {}
