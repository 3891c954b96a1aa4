//! A guard before grammars whose scanner keeps a stack of indentation levels (Python, YAML): tree-sitter gives it a
//! fixed buffer of 1,024 bytes for that stack, and the C code ends the process, or writes past the buffer, when a file
//! has some hundred levels. The levels of a stack are strictly increasing columns, so a file in which few different
//! columns begin anything cannot get there. Real files have less than a hundred (measured on five repositories).

use crate::limits;

/// True if a text could have more levels than the scanners can take.
pub(super) fn too_deep(source: &[u8]) -> bool {
    let mut columns = vec![false; limits::LAYOUT_COLUMN_MAX];
    let mut count = 0;
    let mut add = |column: usize| {
        let at = column.min(limits::LAYOUT_COLUMN_MAX - 1);
        // columns that are too far right are not told apart: each counts
        if !columns[at] || at != column {
            columns[at] = true;
            count += 1;
        }
        count > limits::LAYOUT_COLUMNS_MAX
    };
    for line in source.split(|b| *b == b'\n' || *b == b'\r') {
        if starts(line).any(&mut add) {
            return true;
        }
    }
    false
}

/// Columns of one line at which a scanner may open a level: the first text, and what follows an indicator, an anchor, a
/// tag or a closed scalar. A tab counts as eight columns at the front, as in Python, and as one behind it.
fn starts(line: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | 0x0c);
    let front = line.iter().take_while(|b| blank(b)).count();
    let width: usize = line[..front].iter().map(|b| if *b == b'\t' { 8 } else { 1 }).sum();
    let inner =
        (front + 1..line.len()).filter(move |at| blank(&line[at - 1]) && !blank(&line[*at]) && opens(&line[..*at]));
    let any = front < line.len();
    any.then_some(width).into_iter().chain(inner)
}

/// True if the word before a gap may be followed by a new level.
fn opens(before: &[u8]) -> bool {
    let word = before.trim_ascii_end();
    let Some(last) = word.last() else { return false };
    if b"-?:'\"]}".contains(last) {
        return true;
    }
    let near = &word[word.len().saturating_sub(limits::NAME_BYTES_MAX)..];
    let start = near.iter().rposition(u8::is_ascii_whitespace).map_or(0, |at| at + 1);
    near.get(start).is_some_and(|first| b"&!*|>@%`".contains(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_with_many_columns_are_refused() {
        let stairs = |n: usize| (0..n).map(|i| format!("{}a:\n", " ".repeat(i))).collect::<String>();
        assert!(!too_deep(stairs(100).as_bytes()));
        assert!(too_deep(stairs(300).as_bytes()));
        assert!(too_deep("- ".repeat(300).as_bytes()));
        assert!(!too_deep("    a: b # and so on\n".repeat(1000).as_bytes()));
    }
}
