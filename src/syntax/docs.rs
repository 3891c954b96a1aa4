//! Comments and documentation as content: the hash of what stands inside and directly above an entity. White space and
//! the frame of a comment's lines (`*`, `///`) are left out, so that rewrapping at the margin alone changes nothing.

use super::flat::Flat;
use super::tokens::{combine, text_hash};
use crate::limits;
use std::ops::Range;

/// Hash of the comments inside a span and in the block directly above it; 0 without any.
pub(super) fn hash(flat: &Flat<'_>, span: &Range<u32>) -> u64 {
    let comments = &flat.comments;
    let mut first = comments.partition_point(|comment| comment.start < span.start);
    let end = first + comments[first..].iter().take_while(|comment| comment.start < span.end).count();
    let mut below = span.start;
    while first > 0 && touches(flat, &comments[first - 1], below) {
        first -= 1;
        below = comments[first].start;
    }
    comments[first..end].iter().fold(0, |hash, comment| combine(hash, words_hash(flat.bytes(comment))))
}

/// True if nothing but white space and at most one line break stands between a comment and what follows.
fn touches(flat: &Flat<'_>, comment: &Range<u32>, below: u32) -> bool {
    if comment.end > below {
        return false;
    }
    let between = flat.bytes(&(comment.end..below));
    // a comment behind code on its line belongs to that code
    let line = flat.line_start(comment.start);
    let front = flat.bytes(&(line..comment.start));
    let own_line = front.len() <= limits::NAME_BYTES_MAX && front.iter().all(u8::is_ascii_whitespace);
    let breaks = memchr::memchr_iter(b'\n', between).count() + usize::from(flat.bytes(comment).ends_with(b"\n"));
    own_line && breaks <= 1 && between.iter().all(u8::is_ascii_whitespace)
}

fn words_hash(text: &[u8]) -> u64 {
    let framing = |word: &&[u8]| !word.is_empty() && !word.iter().all(|b| b"/*#!".contains(b));
    text.split(u8::is_ascii_whitespace).filter(framing).fold(0, |hash, word| combine(hash, text_hash(word)))
}
