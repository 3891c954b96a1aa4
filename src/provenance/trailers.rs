//! A message as lines that may carry a marker. Git's own trailer block is the last paragraph; squash merges push trailers
//! up and tools write them anywhere, so every line `Key: value` counts, in the block or not. Quotations and closed code
//! fences are somebody else's words and are left out. What a marker means is decided in `claims`.

use crate::input::Identity;
use crate::limits;
use crate::text::Untrusted;

/// A line of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// 1-based.
    pub number: usize,
    pub text: &'a str,
    /// The subject, which names the change and not its making.
    pub subject: bool,
    /// In the last paragraph, where git itself looks for trailers.
    pub in_block: bool,
}

impl<'a> Line<'a> {
    /// Key and value, if the line has the shape of a trailer.
    pub fn trailer(&self) -> Option<(&'a str, &'a str)> {
        let (key, value) = self.text.trim().split_once(':')?;
        let key = key.trim_end();
        let shaped = !self.subject && key.starts_with(|c: char| c.is_ascii_alphabetic());
        let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (shaped && plain && key.len() <= 64).then_some((key, value.trim()))
    }

    /// An item of a list: a change log or a quoted subject, not a statement about this change.
    pub fn is_item(&self) -> bool {
        let text = self.text.trim_start();
        ["- ", "* ", "+ "].iter().any(|mark| text.starts_with(mark))
    }
}

/// The lines that can carry a marker, and how many were over a limit and are not read.
pub(super) fn lines(message: &str) -> (Vec<Line<'_>>, usize) {
    let mut found = Vec::new();
    let mut skipped = 0;
    let mut subject_seen = false;
    let fenced = fences(message);
    let block = block(message);
    for (at, text) in message.lines().enumerate() {
        if text.trim().is_empty() || text.trim_start().starts_with('>') || is_inside(&fenced, at) {
            continue;
        }
        let subject = !std::mem::replace(&mut subject_seen, true);
        if text.len() > limits::LINE_BYTES_MAX || found.len() >= limits::MESSAGE_LINES_MAX {
            skipped += 1;
        } else {
            found.push(Line { number: at + 1, text, subject, in_block: at >= block });
        }
    }
    (found, skipped)
}

/// Where the last paragraph begins, 0-based: git's trailer block. A message of one paragraph has none.
fn block(message: &str) -> usize {
    let blank = |text: &str| text.trim().is_empty();
    let lines: Vec<&str> = message.lines().collect();
    let end = lines.iter().rposition(|line| !blank(line)).map_or(0, |at| at + 1);
    let begin = lines[..end].iter().rposition(|line| blank(line)).map_or(end, |at| at + 1);
    if lines[..begin].iter().all(|line| blank(line)) { end } else { begin }
}

/// Pairs of lines that open and close a code fence, 0-based; one that is never closed is no fence.
fn fences(message: &str) -> Vec<(usize, usize)> {
    let marks: Vec<usize> = message
        .lines()
        .enumerate()
        .filter(|(_, text)| text.trim_start().starts_with("```") || text.trim_start().starts_with("~~~"))
        .map(|(at, _)| at)
        .collect();
    marks.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

fn is_inside(fences: &[(usize, usize)], at: usize) -> bool {
    let next = fences.partition_point(|(_, close)| *close < at);
    fences.get(next).is_some_and(|(open, _)| *open <= at)
}

/// The person that a value names: `Name <address>`, also without or with escaped brackets and as a Markdown link.
pub(super) fn person(value: &str) -> Identity {
    let value = value.replace("&lt;", "<").replace("&gt;", ">");
    let (name, email) = match value.split_once('<') {
        Some((name, rest)) => (name, rest.split(['>', '<']).next().unwrap_or("")),
        None => bare_address(&value),
    };
    let clean = |text: &str| Untrusted::new(text.trim().trim_matches('"').trim());
    Identity { name: clean(name), email: clean(email) }
}

/// The first word with an `@`, without brackets around it, and what stands before it.
fn bare_address(value: &str) -> (&str, &str) {
    let Some(word) = value.split_whitespace().find(|word| word.contains('@')) else { return (value, "") };
    let before = value.find(word).map_or("", |at| &value[..at]);
    let address = word.trim_start_matches(['[', '(']).split([']', ')', '(']).next().unwrap_or("");
    (before, address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trailers(message: &str) -> Vec<(usize, &str, &str)> {
        let (lines, _) = lines(message);
        lines.iter().filter_map(|line| line.trailer().map(|(key, value)| (line.number, key, value))).collect()
    }

    #[test]
    fn trailers_are_read_from_every_paragraph() {
        let message = "fix: x\n\nKey-A: 1\n\n* second\n  Key-B : 2\n\n> Key-C: 3\n\n```\nKey-D: 4\n```\nnot a key: 5\n";
        assert_eq!(trailers(message), [(3, "Key-A", "1"), (6, "Key-B", "2")]);
        assert_eq!(trailers("x\n\n```\nKey: an open fence hides nothing"), [(4, "Key", "an open fence hides nothing")]);
    }

    #[test]
    fn people_are_read_from_mangled_values() {
        let read = |value: &str| {
            let who = person(value);
            (who.name.raw().to_owned(), who.email.raw().to_owned())
        };
        let expected = ("Oz".to_owned(), "oz-agent@warp.dev".to_owned());
        for value in [
            "Oz <oz-agent@warp.dev>",
            "Oz <oz-agent@warp.dev",
            "Oz &lt;oz-agent@warp.dev&gt;",
            "Oz oz-agent@warp.dev",
            "Oz [oz-agent@warp.dev](mailto:oz-agent@warp.dev)",
            "Oz <oz-agent@warp.dev> :wq",
        ] {
            assert_eq!(read(value), expected, "{value}");
        }
        assert_eq!(read("Ann Smith"), ("Ann Smith".to_owned(), String::new()));
    }

    #[test]
    fn lines_over_a_limit_are_counted() {
        let message = format!("x\n{}\nKey: 1", "a".repeat(limits::LINE_BYTES_MAX + 1));
        assert_eq!((trailers(&message).len(), lines(&message).1), (1, 1));
    }
}
