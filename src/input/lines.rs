//! Which lines changed: a line diff of two texts as hunks without context, on raw bytes. Counts are meant to equal
//! `git diff --numstat`: a line ends after its `\n`, a last line without one is a line of its own, and a line whose
//! line ending changed is a changed line.
//!
//! Equal heads and tails are cut off by whole lines only where the pair is too large for the real diff; otherwise the
//! diff sees both whole texts, because git's heuristics count how often a line occurs in the whole file.

use super::git_lines::git_hunks;
use crate::limits;
use crate::location::{LineRange, Side};
use std::ops::Range;

/// A run of deleted and added lines between unchanged ones. Line numbers are 1-based; `old_start` is the first deleted
/// line, or the line after which lines were added when nothing was deleted (as in a diff header); `new_start` likewise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hunk {
    pub old_start: u32,
    pub old_lines: u32,
    pub new_start: u32,
    pub new_lines: u32,
}

impl Hunk {
    /// The changed lines of a side; none where the side has none.
    pub fn range(&self, side: Side) -> Option<LineRange> {
        let (start, count) = match side {
            Side::Old => (self.old_start, self.old_lines),
            Side::New => (self.new_start, self.new_lines),
        };
        (count > 0).then(|| LineRange::new(start, start + count - 1))
    }

    /// From 0-based, half-open ranges of lines on both sides.
    pub(super) fn from_ranges(old: &Range<u32>, new: &Range<u32>) -> Self {
        let start = |range: &Range<u32>| if range.is_empty() { range.start } else { range.start + 1 };
        Self {
            old_start: start(old),
            old_lines: old.end - old.start,
            new_start: start(new),
            new_lines: new.end - new.start,
        }
    }
}

/// One changed line: its side, 1-based number and bytes without the line ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineChange<'a> {
    pub side: Side,
    pub line: u32,
    pub text: &'a [u8],
}

/// The number of a new line (from 1) on the old side; none if it came with one of the hunks.
pub fn old_line(hunks: &[Hunk], line: u32) -> Option<u32> {
    let mut shift = 0i64;
    for hunk in hunks {
        // a hunk without new lines names the line before it
        let first = if hunk.new_lines == 0 { hunk.new_start + 1 } else { hunk.new_start };
        if line < first {
            break;
        }
        if line < first + hunk.new_lines {
            return None;
        }
        shift += i64::from(hunk.old_lines) - i64::from(hunk.new_lines);
    }
    u32::try_from(i64::from(line) + shift).ok()
}

/// Hunks between two texts. A pair with more than `limits::DIFF_LINES_MAX` lines on a side after cutting off what is
/// equal at both ends becomes one hunk over everything between: true, but not the smallest.
pub fn changed_lines(old: &[u8], new: &[u8]) -> Vec<Hunk> {
    if old == new {
        return Vec::new();
    }
    if old.is_empty() || new.is_empty() {
        return vec![Hunk::from_ranges(&(0..count_lines(old)), &(0..count_lines(new)))];
    }
    if is_coarse(old, new) { without_common_ends(old, new) } else { git_hunks(old, new) }
}

/// True if a pair is so long that its hunks may cover more than what changed.
pub(super) fn is_coarse(old: &[u8], new: &[u8]) -> bool {
    let longest = old.len().max(new.len());
    longest > limits::DIFF_LINES_MAX && count_lines(old).max(count_lines(new)) as usize > limits::DIFF_LINES_MAX
}

/// Number of lines as git counts them: a last line without a line ending counts.
pub(super) fn count_lines(text: &[u8]) -> u32 {
    let ends = memchr::memchr_iter(b'\n', text).count();
    let open = usize::from(text.last().is_some_and(|byte| *byte != b'\n'));
    u32::try_from(ends + open).unwrap_or(u32::MAX)
}

/// Lines with their endings.
pub(super) fn lines(text: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}

/// The lines of a text that stand in sorted ranges, without their endings.
pub(super) fn lines_in(text: &[u8], side: Side, ranges: Vec<LineRange>) -> impl Iterator<Item = LineChange<'_>> {
    let mut ranges = ranges.into_iter().peekable();
    let numbered = lines(text).zip(1u32..);
    let picked = numbered.map_while(move |(text, line)| {
        while ranges.next_if(|range| range.end < line).is_some() {}
        let inside = ranges.peek()?.contains(line);
        Some(inside.then(|| LineChange { side, line, text: without_ending(text) }))
    });
    picked.flatten()
}

/// A line without `\n` or `\r\n`.
pub(super) fn without_ending(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn without_common_ends(old: &[u8], new: &[u8]) -> Vec<Hunk> {
    let (old_lines, new_lines) = (count_lines(old), count_lines(new));
    let head = equal(lines(old), lines(new)).min(old_lines).min(new_lines);
    let tail = equal(lines(old).rev(), lines(new).rev()).min(old_lines - head).min(new_lines - head);
    let (old_range, new_range) = (head..old_lines - tail, head..new_lines - tail);
    if old_lines - tail - head > limits::DIFF_LINES_MAX as u32
        || new_lines - tail - head > limits::DIFF_LINES_MAX as u32
    {
        return vec![Hunk::from_ranges(&old_range, &new_range)];
    }
    let hunks = git_hunks(span(old, &old_range), span(new, &new_range));
    let moved = |hunk: Hunk| Hunk { old_start: hunk.old_start + head, new_start: hunk.new_start + head, ..hunk };
    hunks.into_iter().map(moved).collect()
}

fn equal<'a>(a: impl Iterator<Item = &'a [u8]>, b: impl Iterator<Item = &'a [u8]>) -> u32 {
    a.zip(b).take_while(|(a, b)| a == b).count() as u32
}

/// The bytes of a range of lines.
fn span<'a>(text: &'a [u8], range: &Range<u32>) -> &'a [u8] {
    let start: usize = lines(text).take(range.start as usize).map(<[u8]>::len).sum();
    let len: usize = lines(&text[start..]).take((range.end - range.start) as usize).map(<[u8]>::len).sum();
    &text[start..start + len]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunk(old_start: u32, old_lines: u32, new_start: u32, new_lines: u32) -> Hunk {
        Hunk { old_start, old_lines, new_start, new_lines }
    }

    #[test]
    fn positions_are_those_of_a_diff_header() {
        assert_eq!(changed_lines(b"a\nb\nc\n", b"a\nx\nc\n"), [hunk(2, 1, 2, 1)]);
        assert_eq!(changed_lines(b"a\nc\n", b"a\nb\nc\n"), [hunk(1, 0, 2, 1)]);
        assert_eq!(changed_lines(b"a\nb\nc\n", b"a\nc\n"), [hunk(2, 1, 1, 0)]);
        assert_eq!(changed_lines(b"", b"a\nb"), [hunk(0, 0, 1, 2)]);
        assert_eq!(changed_lines(b"a\n", b""), [hunk(1, 1, 0, 0)]);
        assert_eq!(changed_lines(b"a\n", b"a\n"), []);
    }

    #[test]
    fn a_line_ending_is_part_of_its_line() {
        assert_eq!(changed_lines(b"a\nb\n", b"a\r\nb\n"), [hunk(1, 1, 1, 1)]);
        assert_eq!(changed_lines(b"a\nb\n", b"a\nb"), [hunk(2, 1, 2, 1)]);
    }

    #[test]
    fn a_pair_over_the_limit_is_cut_at_both_ends_and_still_covers_the_change() {
        let long = |middle: &str| format!("{}{middle}{}", "same\n".repeat(limits::DIFF_LINES_MAX), "tail\n".repeat(3));
        let hunks = changed_lines(long("old\n").as_bytes(), long("new\nnew\n").as_bytes());
        let at = limits::DIFF_LINES_MAX as u32 + 1;
        assert_eq!(hunks, [hunk(at, 1, at, 2)]);
    }

    #[test]
    fn changed_text_is_numbered_and_bare() {
        let ranges = vec![LineRange::new(2, 2), LineRange::new(4, 5)];
        let found: Vec<_> =
            lines_in(b"a\nb\r\nc\nd\ne", Side::New, ranges).map(|line| (line.line, line.text.to_vec())).collect();
        assert_eq!(found, [(2, b"b".to_vec()), (4, b"d".to_vec()), (5, b"e".to_vec())]);
    }
}
