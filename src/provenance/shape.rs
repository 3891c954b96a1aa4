//! The shape of a trailer, and where git looks for trailers. Whether a line is somebody's own and what it means is decided
//! elsewhere.

use std::borrow::Cow;

/// Key and value of a line in the shape of a trailer. People also write the keys that name somebody with spaces
/// (`Assisted by: X`), which is the same key.
pub(super) fn shape(line: &str) -> Option<(Cow<'_, str>, &str)> {
    let (key, value) = line.trim().split_once(':')?;
    let key = key.trim_end();
    let shaped = key.len() <= 64 && key.starts_with(|c: char| c.is_ascii_alphabetic());
    let spaced = key.contains(' ');
    let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || (b == b' ' && spaced));
    let names =
        || key.split(' ').count() <= 3 && key.get(key.len() - 3..).is_some_and(|end| end.eq_ignore_ascii_case(" by"));
    let key = if spaced { Cow::Owned(key.replace(' ', "-")) } else { Cow::Borrowed(key) };
    (shaped && plain && (!spaced || names())).then_some((key, value.trim()))
}

/// Where the last paragraph begins, 0-based: git's trailer block. A message of one paragraph has none.
pub(super) fn block(lines: &[&str]) -> usize {
    let blank = |text: &str| text.trim().is_empty();
    let end = lines.iter().rposition(|line| !blank(line)).map_or(0, |at| at + 1);
    let begin = lines[..end].iter().rposition(|line| blank(line)).map_or(end, |at| at + 1);
    if lines[..begin].iter().all(|line| blank(line)) { end } else { begin }
}
