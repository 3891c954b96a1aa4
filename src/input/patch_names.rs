//! Names of files as a patch writes them: with prefixes or without, quoted or bare, two on one line or one on each.

use memchr::memmem;

/// The path of a `---` or `+++` line; a tab ends it (what follows is a time).
pub(super) fn header_path(line: &[u8], start: &[u8]) -> Option<Vec<u8>> {
    let value = line.strip_prefix(start).unwrap_or_default();
    let path = match value.first() {
        Some(b'"') => unquoted(value),
        _ => value.split(|byte| *byte == b'\t').next().unwrap_or_default().to_vec(),
    };
    (path != b"/dev/null").then_some(path)
}

/// Takes `a/` and `b/` (or `i/`, `w/`, `c/`, `o/`, in either order) off two names, if both carry one and they differ;
/// names without prefixes stay, also where their folder happens to be called `a`.
pub(super) fn without_prefixes(old: Vec<u8>, new: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let prefix = |path: &[u8]| match path {
        [letter @ (b'a' | b'b' | b'i' | b'w' | b'c' | b'o' | b'1' | b'2'), b'/', ..] => Some(*letter),
        _ => None,
    };
    match (prefix(&old), prefix(&new)) {
        (Some(a), Some(b)) if a != b => (old[2..].to_vec(), new[2..].to_vec()),
        _ => (old, new),
    }
}

/// The two names of a `diff --git` line: quoted ones, or the one way to cut it into two equal names.
pub(super) fn both_names(line: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    if line.first() == Some(&b'"') {
        let end = quoted_length(line)?;
        return Some((unquoted(&line[..end]), unquoted(line[end..].trim_ascii_start())));
    }
    if let Some(at) = memmem::find(line, b" \"") {
        return Some((line[..at].to_vec(), unquoted(&line[at + 1..])));
    }
    let cut = |at: usize| {
        let (old, new) = (line[..at].to_vec(), line[at + 1..].to_vec());
        let (bare_old, bare_new) = without_prefixes(old.clone(), new.clone());
        (bare_old == bare_new).then_some((old, new))
    };
    // two equal names have equal length, so the cut is near the middle
    let middle = line.len() / 2;
    [middle, middle.saturating_sub(1)].into_iter().filter(|at| line.get(*at) == Some(&b' ')).find_map(cut)
}

/// Length of a quoted name with both quotes.
fn quoted_length(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// A name as git quotes it, `"a\tb\303\244"`; a bare one stays.
pub(super) fn unquoted(text: &[u8]) -> Vec<u8> {
    let Some(inner) = text.strip_prefix(b"\"") else { return text.to_vec() };
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => match bytes.next() {
                Some(digit @ b'0'..=b'7') => {
                    let mut value = u32::from(digit - b'0');
                    for _ in 0..2 {
                        if let Some(digit) = bytes.next_if(|digit| matches!(digit, b'0'..=b'7')) {
                            value = value * 8 + u32::from(digit - b'0');
                        }
                    }
                    out.push(value as u8);
                }
                Some(letter) => out.push(escaped(letter)),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}

fn escaped(letter: u8) -> u8 {
    match letter {
        b'a' => 7,
        b'b' => 8,
        b't' => b'\t',
        b'n' => b'\n',
        b'v' => 11,
        b'f' => 12,
        b'r' => b'\r',
        other => other,
    }
}
