//! A message as lines that may carry a marker. Git's own trailer block is the last paragraph; squash merges push trailers
//! up and tools write them anywhere, so every line `Key: value` counts, in the block or not. Somebody else's words are told
//! apart (`quoted`). What a marker means is decided in `claims`.

use super::quoted::quoted;
use super::shape::{block, shape};
use crate::input::Identity;
use crate::limits;
use crate::text::Untrusted;
use std::borrow::Cow;

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
    /// Somebody else's words.
    pub quoted: bool,
}

impl<'a> Line<'a> {
    /// Key and value, if the line has the shape of a trailer.
    pub fn trailer(&self) -> Option<(Cow<'a, str>, &'a str)> {
        if self.subject { None } else { shape(self.text) }
    }

    /// An item of a list: a change log or a quoted subject, not a statement about this change.
    pub fn is_item(&self) -> bool {
        let text = self.text.trim_start();
        ["- ", "* ", "+ "].iter().any(|mark| text.starts_with(mark))
    }
}

/// The lines that can carry a marker, and how many were over a limit and are not read. `relays`: the author of the message
/// only passes on what others wrote.
pub(super) fn lines(message: &str, relays: bool) -> (Vec<Line<'_>>, usize) {
    let mut found = Vec::new();
    let mut skipped = 0;
    let mut subject_seen = false;
    let all: Vec<&str> = message.lines().collect();
    let block = block(&all);
    let quoted = quoted(&all, block, relays);
    for (at, text) in all.into_iter().enumerate() {
        if text.trim().is_empty() {
            continue;
        }
        let subject = !std::mem::replace(&mut subject_seen, true);
        if text.len() > limits::LINE_BYTES_MAX || found.len() >= limits::MESSAGE_LINES_MAX {
            skipped += 1;
        } else {
            found.push(Line { number: at + 1, text, subject, in_block: at >= block, quoted: quoted[at] });
        }
    }
    (found, skipped)
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

    fn trailers(message: &str) -> Vec<(usize, String, &str)> {
        let (lines, _) = lines(message, false);
        let own = lines.iter().filter(|line| !line.quoted);
        own.filter_map(|line| line.trailer().map(|(key, value)| (line.number, key.into_owned(), value))).collect()
    }

    #[test]
    fn trailers_are_read_from_every_paragraph() {
        let message = "fix: x\n\nKey-A: 1\n\n* second\n  Key-B : 2\n\n> Key-C: 3\n\n```\nKey-D: 4\n```\nnot a key: 5\n";
        let own = |message| trailers(message).into_iter().map(|(number, key, _)| (number, key)).collect::<Vec<_>>();
        assert_eq!(own(message), [(3, "Key-A".to_owned()), (6, "Key-B".to_owned())]);
        assert_eq!(own("x\n\n```\nKey: an open fence hides nothing"), [(4, "Key".to_owned())]);
        assert_eq!(own("x\n\nAssisted by: y\nWhat we did with it by: z\nNot this: y"), [(3, "Assisted-by".to_owned())]);
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
        assert_eq!((trailers(&message).len(), lines(&message, false).1), (1, 1));
    }
}
