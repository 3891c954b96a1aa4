//! Sentences that mix our words with theirs. A `Phrase` remembers which piece is which, so that one wording serves the
//! terminal and Markdown and each escapes what it must: our own words pass, text of the change is escaped for its sink,
//! names and paths are set as code.

use crate::location::RepoPath;
use crate::text::Untrusted;

/// Columns that one name may take in a sentence before its middle is cut.
const NAME_COLUMNS_MAX: usize = 64;
/// Characters of one quoted text in Markdown.
const MARKDOWN_TEXT_CHARS_MAX: usize = 400;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Our own words: plain ASCII without Markdown.
    Ours(String),
    /// Prose that quotes the change.
    Theirs(Untrusted),
    /// A name: code in Markdown, plain in a terminal.
    Name(Untrusted),
    /// A place: code in Markdown, dim in a terminal.
    Place(Untrusted),
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Phrase {
    pieces: Vec<Piece>,
}

impl Phrase {
    pub fn new(ours: impl Into<String>) -> Self {
        Self::default().say(ours)
    }

    /// Adds our own words.
    pub fn say(mut self, ours: impl Into<String>) -> Self {
        let ours = ours.into();
        if !ours.is_empty() {
            self.pieces.push(Piece::Ours(ours));
        }
        self
    }

    /// Adds prose that quotes the change.
    pub fn quote(mut self, theirs: &Untrusted) -> Self {
        self.pieces.push(Piece::Theirs(theirs.clone()));
        self
    }

    /// Adds a name as code.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.pieces.push(Piece::Name(Untrusted::new(name)));
        self
    }

    /// Adds a path, with its line where one is meant.
    pub fn path(mut self, path: &RepoPath, line: Option<u32>) -> Self {
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        self.pieces.push(Piece::Place(Untrusted::new(path.to_text() + &line)));
        self
    }

    pub fn then(mut self, other: Phrase) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// `a, b, c`, without the empty ones.
    pub fn join(phrases: impl IntoIterator<Item = Phrase>, between: &str) -> Self {
        phrases.into_iter().filter(|one| !one.is_empty()).fold(Self::default(), |all, one| match all.is_empty() {
            true => one,
            false => all.say(between).then(one),
        })
    }

    /// One line of Markdown, safe inside a table cell.
    pub fn markdown(&self) -> String {
        self.pieces.iter().map(markdown_piece).collect()
    }
}

fn markdown_piece(piece: &Piece) -> String {
    match piece {
        Piece::Ours(text) => text.replace('<', "&lt;").replace('|', "\\|"),
        Piece::Theirs(text) => quoted(text.raw()),
        Piece::Name(name) | Piece::Place(name) => {
            Untrusted::new(shorten(name.raw(), NAME_COLUMNS_MAX * 2)).markdown_code()
        }
    }
}

/// Text of the change as Markdown prose that neither links, mentions nor refers. A forge looks for `@name`, `#12` and
/// `www.` in the rendered text, where a character reference is the character again; a zero-width space behind it is what
/// keeps it plain.
fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(MARKDOWN_TEXT_CHARS_MAX).collect();
    let ellipsis = if cut.len() < text.len() { "..." } else { "" };
    let mut out = Untrusted::new(cut).markdown();
    for (live, dead) in [
        ("&#64;", "&#64;&#8203;"),
        ("&#35;", "&#35;&#8203;"),
        ("&#58;", "&#58;&#8203;"),
        ("&amp;", "&amp;&#8203;"),
        ("\\!", "\\!&#8203;"),
        ("\\~", "\\~&#8203;"),
        ("$", "&#36;&#8203;"),
        ("GH-", "GH-&#8203;"),
        ("gh-", "gh-&#8203;"),
    ] {
        out = out.replace(live, dead);
    }
    without_www(&out) + ellipsis
}

/// Breaks `www.` in any case, which Markdown with the usual extensions turns into a link.
fn without_www(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('.') {
        out.push_str(&rest[..at]);
        let www = out.get(out.len().saturating_sub(3)..).is_some_and(|end| end.eq_ignore_ascii_case("www"));
        out.push_str(if www { "&#8203;." } else { "." });
        rest = &rest[at + 1..];
    }
    out + rest
}

/// Roughly the columns that a character takes in a terminal; never too few.
pub(super) fn columns(c: char) -> usize {
    let wide = matches!(c as u32,
        0x1100..=0x115F | 0x2E80..=0xA4CF | 0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6 | 0x2600..=0x27BF | 0x1F000..=0x1FAFF | 0x20000..=0x3FFFD);
    if wide { 2 } else { 1 }
}

pub(super) fn width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The text in at most `max` columns: its middle is cut, because both ends of a path say more.
pub(super) fn shorten(text: &str, max: usize) -> String {
    if width(text) <= max {
        return text.to_owned();
    }
    let room = max.saturating_sub(3);
    let head = fitting(text.chars(), room.div_ceil(3));
    let mut tail: Vec<char> = fitting(text.chars().rev(), room - width(&head)).chars().collect();
    tail.reverse();
    format!("{head}...{}", tail.into_iter().collect::<String>())
}

/// The first characters that fit into so many columns.
fn fitting(chars: impl Iterator<Item = char>, max: usize) -> String {
    let mut used = 0;
    chars
        .take_while(|c| {
            used += columns(*c);
            used <= max
        })
        .collect()
}

/// A name for a terminal sentence: escaped, and cut if it is very long.
pub(super) fn terminal_name(name: &Untrusted, whole: bool) -> String {
    let shown = name.terminal();
    if whole { shown.into_owned() } else { shorten(&shown, NAME_COLUMNS_MAX) }
}

/// `1 file`, `3 files`.
pub(super) fn count(n: impl Into<u64>, one: &str, many: &str) -> String {
    let n = n.into();
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_path_keeps_both_ends() {
        let long = format!("src/{}/money.py:48", "deep/".repeat(40));
        let short = shorten(&long, 30);
        assert_eq!(width(&short), 30);
        assert!(short.starts_with("src/deep/") && short.ends_with("/money.py:48"), "{short}");
        assert_eq!(shorten("short", 30), "short");
        assert!(width(&shorten(&"\u{4e2d}".repeat(50), 31)) <= 31);
    }

    #[test]
    fn markdown_of_the_change_neither_mentions_nor_links() {
        let phrase =
            Phrase::default().quote(&Untrusted::new("see @team, #12, !7, www.evil.example or https://x.example"));
        let shown = phrase.markdown();
        for live in ["@", "&#64;t", "&#35;1", "\\!7", "www.", "https:", "&#58;/"] {
            assert!(!shown.contains(live), "{live} in {shown}");
        }
    }

    #[test]
    fn phrases_join_without_the_empty_ones() {
        let joined = Phrase::join([Phrase::new("a"), Phrase::default(), Phrase::new("b")], "; ");
        assert_eq!(joined.markdown(), "a; b");
    }
}
