//! Text that comes from a change is hostile: names, messages, values, patches. It is carried as `Untrusted`, which
//! has no `Display`; the only way out is an escaper named after the place where the text will be shown. What an
//! escaper replaces stays visible (`\u{1b}`), so nothing disappears and nothing acts.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text taken from a change (UTF-8; invalid bytes were shown as `\xNN` when it was made).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Untrusted(String);

impl Untrusted {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// From raw bytes: valid UTF-8 is kept, every other byte becomes `\xNN`.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(lossless(bytes).into_owned())
    }

    /// The text itself, for matching and comparing; never for showing.
    pub fn raw(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// For a terminal: one line, no control, bidirectional, zero-width or tag characters.
    pub fn terminal(&self) -> Cow<'_, str> {
        visible(&self.0)
    }

    /// For a JSON string value: as `terminal`, so that a consumer that prints it is safe too.
    pub fn json(&self) -> String {
        visible(&self.0).into_owned()
    }

    /// For Markdown, inside a code span: a run of backticks longer than any in the text, one line.
    pub fn markdown_code(&self) -> String {
        code_span(&visible(&self.0))
    }

    /// For Markdown prose: every character that Markdown or HTML or a forge could act on is escaped.
    pub fn markdown(&self) -> String {
        markdown(&visible(&self.0))
    }
}

/// True if a name stands in a text as a whole: `"%(name)s"`, `${name}`, `:name`. Every letter beyond ASCII belongs to a name.
pub fn contains_word(text: &[u8], name: &str) -> bool {
    let edge =
        |byte: Option<&u8>| byte.is_none_or(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_' || *byte > 127));
    memchr::memmem::find_iter(text, name.as_bytes())
        .any(|at| edge(text[..at].last()) && edge(text.get(at + name.len())))
}

/// Bytes as text: valid UTF-8 stays, any other byte becomes `\xNN`.
pub fn lossless(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut out = String::with_capacity(bytes.len() + 8);
            for chunk in bytes.utf8_chunks() {
                out.push_str(chunk.valid());
                for byte in chunk.invalid() {
                    let _ = write!(out, "\\x{byte:02X}");
                }
            }
            Cow::Owned(out)
        }
    }
}

/// Replaces what a terminal or a reader's eye could be fooled by with a visible escape.
/// Trojan Source (CVE-2021-42574) for the bidirectional controls; variation selectors and tags as seen in 2025's worm campaigns.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_deceptive(c) {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Control, bidirectional, zero-width, variation-selector and tag characters.
pub fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c as u32,
            0x00AD | 0x061C | 0x115F..=0x1160 | 0x180B..=0x180F | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
            | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF9..=0xFFFB | 0xE0000..=0xE0FFF)
}

/// The deceptive characters that no language needs in its source: controls of direction (U+202A to U+202E, U+2066 to
/// U+2069), spaces and joiners without a width (U+200B, U+2060, U+FEFF) and tags. Signs that are needed to write Persian or
/// an emoji are left out.
pub fn hides(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{2060}' | '\u{feff}') || is_tag(c)
}

/// U+E0000 to U+E007F, which spell a text that is not shown; behind a black flag they name a region.
pub fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0000}'..='\u{e007f}')
}

fn code_span(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    // a pipe would end a table cell even inside a code span
    format!("{fence}{pad}{}{pad}{fence}", text.replace('|', "\\|"))
}

fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // a forge turns these into mentions and references: break the token, keep it readable
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            ':' => out.push_str("&#58;"),
            _ => out.push(c),
        }
    }
    out
}

/// Bytes of the quoted text that a text begins with, both quotes included; 1 where the quote is never closed (an apostrophe, a
/// lifetime) or, unless `over_lines`, not on its line: then it is a sign.
pub fn quoted(text: &str, over_lines: bool) -> usize {
    let Some(quote) = text.bytes().next() else { return 0 };
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'\n' if !over_lines => return 1,
            byte if byte == quote => return at + 1,
            _ => {}
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        for hostile in
            ["a\u{1b}[2Kb", "a\rb", "a\nb", "x\u{202e}cod.sr", "\u{9b}31m", "a\u{200b}b", "a\u{7}", "\u{e0041}"]
        {
            let shown = Untrusted::new(hostile).terminal().into_owned();
            assert!(!shown.chars().any(is_deceptive), "{shown:?}");
            assert!(shown.contains("\\u{"), "the escape must stay visible: {shown:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_stay_visible() {
        assert_eq!(Untrusted::from_bytes(b"a\xff\xfe.rs").raw(), "a\\xFF\\xFE.rs");
    }

    #[test]
    fn a_code_span_cannot_be_closed_from_inside() {
        assert_eq!(Untrusted::new("x` | [click](y)").markdown_code(), "``x` \\| [click](y)``");
    }

    #[test]
    fn markdown_neither_links_nor_mentions() {
        let shown = Untrusted::new("<img src=x> @team #12 [a](javascript:b)").markdown();
        for live in ["<img", "@team", "#12", "](", "javascript:"] {
            assert!(!shown.contains(live), "{live} in {shown}");
        }
    }
}
