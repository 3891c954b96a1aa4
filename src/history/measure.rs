//! What the changed lines of one file amount to, counted without a parser so that it costs little for a past commit too:
//! lines of code (neither blank nor comment), branches and calls among them, how deep they are nested and
//! how large the file was. The words are those that most languages share; a word inside a string counts, which is noise
//! that all changes share.

use crate::input::{Hunk, Oid};
use crate::limits;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;
use std::sync::{Mutex, PoisonError};

/// Of one file. Lines, and counts of words on lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct Measure {
    pub added: u32,
    pub deleted: u32,
    pub hunks: u32,
    /// Neither blank nor a comment.
    pub code_added: u32,
    pub branches_added: u32,
    pub calls_added: u32,
    /// Columns of indentation of all added lines of code.
    pub depth_sum: u32,
    /// Names and keywords on added lines of code; how many different ones, and how many beyond those that went away: what
    /// was only moved or wrapped is not new.
    pub words_added: u32,
    pub words_distinct: u32,
    pub words_new: u32,
    pub lines_before: u32,
}

/// Measures a file from both sides and the hunks between them.
pub(super) fn measure(old: &[u8], new: &[u8], hunks: &[Hunk]) -> Measure {
    let mut found = Measure { hunks: hunks.len() as u32, lines_before: count_lines(old), ..Measure::default() };
    for hunk in hunks {
        found.added = found.added.saturating_add(hunk.new_lines);
        found.deleted = found.deleted.saturating_add(hunk.old_lines);
    }
    let mut balance: FxHashMap<u64, Balance> = FxHashMap::default();
    let added = hunks.iter().map(|hunk| (hunk.new_start, hunk.new_lines));
    each_line(new, added, |line| {
        if let Some(words) = code(line, |word| balance.entry(hash(word)).or_default().added += 1) {
            found.code_added += 1;
            found.branches_added += words.branches;
            found.calls_added += words.calls;
            found.depth_sum = found.depth_sum.saturating_add(words.depth);
            found.words_added += words.count;
        }
    });
    let deleted = hunks.iter().map(|hunk| (hunk.old_start, hunk.old_lines));
    each_line(old, deleted, |line| {
        code(line, |word| balance.entry(hash(word)).or_default().deleted += 1);
    });
    found.words_distinct = balance.values().filter(|word| word.added > 0).count() as u32;
    found.words_new = balance.values().map(|word| word.added.saturating_sub(word.deleted)).fold(0, u32::saturating_add);
    found
}

/// Measures by the objects of both sides. In a batch the change of one request is the past of the next: it was read and
/// compared already. Only what was read whole is put in, so an answer is what measuring again would give.
#[derive(Debug, Default)]
pub(super) struct Measured(Mutex<FxHashMap<Sides, Measure>>);

/// Old and new; none where the file is not there.
type Sides = (Option<Oid>, Option<Oid>);

impl Measured {
    pub fn get(&self, old: Option<Oid>, new: Option<Oid>) -> Option<Measure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&(old, new)).copied()
    }

    pub fn keep(&self, old: Option<Oid>, new: Option<Oid>, measure: Measure) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= limits::HISTORY_MEASURES_KEPT_MAX {
            known.clear();
        }
        known.insert((old, new), measure);
    }
}

/// How often a word stands on added and on deleted lines.
#[derive(Default)]
struct Balance {
    added: u32,
    deleted: u32,
}

/// Words that share a hash count as one; nothing but a count hangs on it.
fn hash(word: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word);
    hasher.finish()
}

fn count_lines(text: &[u8]) -> u32 {
    memchr::memchr_iter(b'\n', text).count() as u32
}

/// Calls with every line of the ranges (first line from 1, number of lines), which ascend.
fn each_line(text: &[u8], ranges: impl Iterator<Item = (u32, u32)>, mut with: impl FnMut(&[u8])) {
    let (mut at, mut line) = (0usize, 1u32);
    for (start, count) in ranges.filter(|(_, count)| *count > 0) {
        while at < text.len() && line < start.saturating_add(count) {
            let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end);
            if line >= start {
                with(&text[at..end]);
            }
            (at, line) = (end + 1, line + 1);
        }
    }
}

/// True for a line that is neither blank nor a comment.
pub fn is_code(line: &[u8]) -> bool {
    code(line, |_| ()).is_some()
}

#[derive(Default)]
struct Words {
    branches: u32,
    calls: u32,
    depth: u32,
    count: u32,
}

/// What a line of code holds, and each of its words; none for a blank line or a comment.
fn code(line: &[u8], mut word: impl FnMut(&[u8])) -> Option<Words> {
    let text = line.trim_ascii_start();
    let comment = match text {
        [] | [b'*', ..] | [b'/', b'/' | b'*', ..] | [b'-', b'-', ..] | [b'<', b'!', ..] => true,
        // `#include` and `#[test]` are code, `# a remark` is not
        [b'#', rest @ ..] => !rest.first().is_some_and(|byte| byte.is_ascii_lowercase() || *byte == b'['),
        [b'"', b'"', b'"', ..] | [b'\'', b'\'', b'\'', ..] => true,
        _ => false,
    };
    if comment {
        return None;
    }
    let mut words = Words { depth: columns(&line[..line.len() - text.len()]), ..Words::default() };
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 {
            let len = text[at..].iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_' || **b >= 0x80).count();
            words.word(&text[at..at + len]);
            word(&text[at..at + len]);
            at += len;
            continue;
        }
        match (byte, text.get(at + 1)) {
            (b'(', _) => words.calls += 1,
            (b'&', Some(b'&')) | (b'|', Some(b'|')) | (b'?', _) => words.branches += 1,
            _ => {}
        }
        at += if matches!((byte, text.get(at + 1)), (b'&' | b'|' | b'?', Some(next)) if *next == byte) { 2 } else { 1 };
    }
    Some(words)
}

impl Words {
    fn word(&mut self, word: &[u8]) {
        self.count += 1;
        let branches = matches!(
            word,
            b"if"
                | b"elif"
                | b"elsif"
                | b"elseif"
                | b"unless"
                | b"for"
                | b"foreach"
                | b"while"
                | b"until"
                | b"case"
                | b"when"
                | b"match"
                | b"switch"
                | b"catch"
                | b"except"
                | b"rescue"
                | b"and"
                | b"or"
        );
        self.branches += u32::from(branches);
    }
}

/// A tab counts as four.
fn columns(indent: &[u8]) -> u32 {
    indent.iter().map(|byte| if *byte == b'\t' { 4 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::changed_lines;

    #[test]
    fn code_is_told_from_comments_and_blanks() {
        let old = b"fn a() {\n    b();\n}\n";
        let new = b"fn a() {\n    // why\n\n    if x && y { c(d()) }\n}\n# note\n#include <a.h>\n";
        let found = measure(old, new, &changed_lines(old, new));
        assert_eq!((found.added, found.deleted, found.code_added), (5, 1, 2));
        assert_eq!((found.branches_added, found.calls_added, found.depth_sum, found.lines_before), (2, 2, 4, 3));
    }

    #[test]
    fn what_only_moved_is_not_new() {
        let old = b"let a = b(c);\nlet d = e;\n";
        let new = b"let d = e;\nif d { let a = b(c); }\n";
        let found = measure(old, new, &changed_lines(old, new));
        assert_eq!((found.words_added, found.words_distinct, found.words_new), (6, 6, 2));
    }

    #[test]
    fn a_file_that_came_is_all_added() {
        let new = b"def a():\n    for x in y:\n        pass\n";
        let found = measure(b"", new, &changed_lines(b"", new));
        assert_eq!((found.code_added, found.branches_added, found.lines_before), (3, 1, 0));
    }
}
