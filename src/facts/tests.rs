//! From two texts to facts, through the real grammars: what changed, on which side, on which line, and nothing else.
#![allow(clippy::unwrap_used, reason = "tests")]
