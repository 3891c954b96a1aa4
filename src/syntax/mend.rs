//! A grammar that gives up inside one declaration loses everything after it. The declaration is then blanked out and the
//! text is read again, with every byte in its place, until nothing more is won. What was blanked stays a problem of the
//! file: it is named as such, and its text still counts in every hash, for no leaf covers it.

use super::TextFallback;
use crate::limits::PARSE_MENDS_MAX;
use regex::bytes::Regex;
use std::ops::Range;
use tree_sitter::Tree;

/// The best tree that was found, and the bytes that had to be blanked out for it.
pub(super) fn mended(
    tree: Tree,
    source: &[u8],
    starts: &Regex,
    separate: Option<&Regex>,
    parse: impl Fn(&[u8]) -> Result<Tree, TextFallback>,
) -> (Tree, Vec<Range<usize>>) {
    let (mut best, mut blanked) = (tree, Vec::new());
    let Some((mut first, mut bytes)) = trouble(&best) else { return (best, blanked) };
    let mut text = source.to_vec();
    if let Some(tree) = separate.and_then(|lines| separated(&mut text, lines)).and_then(|text| parse(text).ok()) {
        let left = trouble(&tree);
        if left.is_none_or(|(_, left)| left < bytes) {
            best = tree;
            let Some(left) = left else { return (best, blanked) };
            (first, bytes) = left;
        } else {
            text = source.to_vec();
        }
    }
    let declarations = declarations(source, starts);
    // where the trouble begins before its cause, the declarations after it are tried in turn
    let mut skipped = 0;
    for _ in 0..PARSE_MENDS_MAX {
        let next = declarations.partition_point(|start| *start <= first) + skipped;
        let Some(from) = next.checked_sub(1).and_then(|at| declarations.get(at).copied()) else { break };
        let to = declarations.get(next).copied().unwrap_or(source.len());
        let kept = text[from..to].to_vec();
        for byte in text[from..to].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')) {
            *byte = b' ';
        }
        let Ok(tree) = parse(&text) else { break };
        let left = trouble(&tree);
        if left.is_some_and(|(_, left)| left >= bytes) {
            text[from..to].copy_from_slice(&kept);
            skipped += 1;
            continue;
        }
        best = tree;
        skipped = 0;
        blanked.push(from..to);
        match left {
            Some(left) => (first, bytes) = left,
            None => break,
        }
    }
    (best, blanked)
}

/// Ends what stands before every line that matches: its first blank becomes a semicolon. None if there is no such line.
fn separated<'t>(text: &'t mut [u8], lines: &Regex) -> Option<&'t [u8]> {
    let starts: Vec<usize> =
        declarations(text, lines).into_iter().filter(|at| text[*at] == b' ' || text[*at] == b'\t').collect();
    starts.iter().for_each(|at| text[*at] = b';');
    (!starts.is_empty()).then_some(&*text)
}

/// Bytes at which a declaration begins a line.
fn declarations(source: &[u8], starts: &Regex) -> Vec<usize> {
    let lines = std::iter::once(0).chain(memchr::memchr_iter(b'\n', source).map(|at| at + 1));
    let begins = |at: &usize| {
        let line = &source[*at..];
        let end = memchr::memchr(b'\n', line).unwrap_or(line.len());
        starts.is_match(&line[..end.min(crate::limits::LINE_BYTES_MAX)])
    };
    lines.filter(begins).collect()
}

/// Where the first node stands that the grammar could not read, and how many bytes such nodes have; none if there is none.
fn trouble(tree: &Tree) -> Option<(usize, usize)> {
    let mut cursor = tree.walk();
    let (mut first, mut bytes) = (usize::MAX, 0);
    loop {
        let node = cursor.node();
        let bad = node.is_error() || node.is_missing();
        if bad {
            first = first.min(node.start_byte());
            bytes += node.end_byte() - node.start_byte() + 1;
        }
        if !bad && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return (bytes > 0).then_some((first, bytes));
            }
        }
    }
}
