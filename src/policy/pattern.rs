//! Path patterns: those of CODEOWNERS (GitHub's dialect of gitignore, GitLab's of fnmatch) and the plain globs of a
//! policy's `[areas]`. All compile to the same tokens, one per path segment, and are matched with two pointers and one
//! remembered star, so no pattern can make matching slow. There is no negation: GitLab's exclusions are lines of their
//! own.

use std::sync::Arc;

/// Why a pattern was refused, in words.
pub(super) type Refusal = &'static str;

/// A compiled pattern. Matching is on bytes and case-sensitive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    tokens: Vec<Token>,
}

/// One step of a pattern through the segments of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// Any number of segments, also none.
    Depth,
    Segment(Vec<Piece>),
    /// Matches no path at all.
    Never,
}

/// One step through the bytes of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Star,
    One,
    Byte(u8),
    /// A byte within one of these ranges, or within none if it is negated.
    Class(bool, Arc<[(u8, u8)]>),
}

impl Pattern {
    /// A CODEOWNERS pattern, with `\` as the escape. What GitHub documents as not working is refused.
    pub(super) fn owners(text: &[u8]) -> Result<Self, Refusal> {
        refuse_gitignore_only(text)?;
        if text == b"/" {
            return Ok(Self { tokens: vec![Token::Never] });
        }
        let anchored = text.starts_with(b"/");
        let inner = text.strip_prefix(b"/").unwrap_or(text);
        let directory = inner.ends_with(b"/");
        let inner = inner.strip_suffix(b"/").unwrap_or(inner);
        let segments: Vec<&[u8]> = inner.split(|b| *b == b'/').collect();
        if segments.iter().any(|segment| segment.is_empty()) {
            return Err("an empty segment between two slashes matches nothing");
        }
        let mut tokens = Vec::with_capacity(segments.len() + 2);
        if !anchored && segments.len() == 1 && segments[0] != b"**" {
            tokens.push(Token::Depth); // a bare name is looked for at any depth
        }
        tokens.extend(segments.iter().map(|segment| token(segment, true)));
        let last = segments[segments.len() - 1];
        close(&mut tokens, last, directory);
        Ok(Self { tokens })
    }

    /// A pattern of GitLab's CODEOWNERS: fnmatch over whole paths, where `*` stays in a segment and takes leading dots
    /// too, `**/` stands for any number of folders, and a pattern without a leading slash is looked for at any depth.
    pub(super) fn gitlab(text: &[u8]) -> Result<Self, Refusal> {
        if text == b"*" {
            return Ok(Self { tokens: vec![Token::Depth, Token::Segment(vec![Piece::Star])] });
        }
        let mut tokens = Vec::new();
        if !text.starts_with(b"/") {
            tokens.push(Token::Depth);
        }
        let inner = text.strip_prefix(b"/").unwrap_or(text);
        let directory = inner.ends_with(b"/");
        let inner = inner.strip_suffix(b"/").unwrap_or(inner);
        let segments: Vec<&[u8]> = inner.split(|b| *b == b'/').collect();
        if segments.iter().any(|segment| segment.is_empty()) {
            return Err("an empty segment between two slashes matches nothing");
        }
        for (at, segment) in segments.iter().enumerate() {
            let last = at + 1 == segments.len() && !directory;
            // a `**` that no slash follows is a plain star
            tokens.push(match *segment == b"**" && !last {
                true => Token::Depth,
                false => Token::Segment(pieces(segment)),
            });
        }
        if directory {
            tokens.extend([Token::Depth, Token::Segment(vec![Piece::Star])]);
        }
        Ok(Self { tokens })
    }

    /// A glob of `[areas]`: the whole path must match; `**` stands for any number of folders.
    pub(super) fn glob(text: &str) -> Result<Self, Refusal> {
        let segments: Vec<&str> = text.split('/').collect();
        if segments.iter().any(|segment| segment.is_empty()) {
            return Err("a glob is a relative path without empty segments, such as `services/pay/**`");
        }
        if segments.iter().any(|segment| segment.contains("**") && *segment != "**") {
            return Err("`**` must stand alone between slashes");
        }
        let mut tokens: Vec<Token> = segments.iter().map(|segment| token(segment.as_bytes(), false)).collect();
        if segments.last() == Some(&"**") {
            tokens.push(Token::Segment(vec![Piece::Star])); // what is inside, not the folder itself
        }
        Ok(Self { tokens })
    }

    pub(super) fn matches(&self, path: &[u8]) -> bool {
        let segments: Vec<&[u8]> = path.split(|b| *b == b'/').collect();
        self.matches_segments(&segments)
    }

    /// As `matches`, for a path that is already split at its slashes.
    pub(super) fn matches_segments(&self, path: &[&[u8]]) -> bool {
        let (mut at, mut token) = (0, 0);
        let mut retry: Option<(usize, usize)> = None; // where the last `**` stood, and what it has swallowed so far
        while at < path.len() {
            match self.tokens.get(token) {
                Some(Token::Depth) => {
                    retry = Some((token, at));
                    token += 1;
                    continue;
                }
                Some(Token::Segment(pieces)) if segment_matches(pieces, path[at]) => {
                    at += 1;
                    token += 1;
                    continue;
                }
                _ => {}
            }
            let Some((depth, from)) = retry else { return false };
            retry = Some((depth, from + 1));
            token = depth + 1;
            at = from + 1;
        }
        self.tokens[token..].iter().all(|rest| *rest == Token::Depth)
    }
}

/// GitHub: "some syntax rules for gitignore files do not work in CODEOWNERS files".
fn refuse_gitignore_only(text: &[u8]) -> Result<(), Refusal> {
    if text.starts_with(b"!") {
        return Err("`!` does not negate a pattern in CODEOWNERS");
    }
    if text.starts_with(b"\\#") {
        return Err("`\\#` does not escape a comment sign in CODEOWNERS");
    }
    if text.contains(&b'[') || text.contains(&b']') {
        return Err("`[ ]` is not a character range in CODEOWNERS");
    }
    if text.windows(3).any(|three| three == b"***") {
        return Err("three stars in a row mean nothing");
    }
    Ok(())
}

/// How a CODEOWNERS pattern ends: a folder means what is inside it; a name means a file or what is inside a folder of
/// that name; a lone star means the files here and no deeper.
fn close(tokens: &mut Vec<Token>, last: &[u8], directory: bool) {
    if directory || last == b"**" {
        tokens.extend([Token::Depth, Token::Segment(vec![Piece::Star])]);
    } else if last != b"*" {
        tokens.push(Token::Depth);
    }
}

fn token(segment: &[u8], escapes: bool) -> Token {
    if segment == b"**" {
        return Token::Depth;
    }
    let mut pieces = Vec::with_capacity(segment.len());
    let mut bytes = segment.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if escapes => pieces.extend(bytes.next().map(Piece::Byte)),
            b'*' if pieces.last() == Some(&Piece::Star) => {}
            b'*' => pieces.push(Piece::Star),
            b'?' => pieces.push(Piece::One),
            _ => pieces.push(Piece::Byte(byte)),
        }
    }
    Token::Segment(pieces)
}

/// The pieces of a segment in fnmatch's language: `\` escapes, `[a-z]` and `[!a-z]` are classes.
fn pieces(segment: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::with_capacity(segment.len());
    let mut at = 0;
    while at < segment.len() {
        let byte = segment[at];
        at += 1;
        match byte {
            b'\\' if at < segment.len() => {
                pieces.push(Piece::Byte(segment[at]));
                at += 1;
            }
            b'*' if pieces.last() == Some(&Piece::Star) => {}
            b'*' => pieces.push(Piece::Star),
            b'?' => pieces.push(Piece::One),
            b'[' => match class(&segment[at..]) {
                Some((class, length)) => {
                    pieces.push(class);
                    at += length;
                }
                None => pieces.push(Piece::Byte(b'[')),
            },
            _ => pieces.push(Piece::Byte(byte)),
        }
    }
    pieces
}

/// What stands behind a `[`, up to its `]`, and how long it is; none if it is never closed.
fn class(text: &[u8]) -> Option<(Piece, usize)> {
    let negated = matches!(text.first(), Some(b'!' | b'^'));
    let mut at = usize::from(negated);
    let mut ranges = Vec::new();
    loop {
        let from = *text.get(at)?;
        // a bracket right at the beginning is one of the class
        if from == b']' && !ranges.is_empty() {
            return Some((Piece::Class(negated, ranges.into()), at + 1));
        }
        at += 1;
        let to = match (text.get(at), text.get(at + 1)) {
            (Some(b'-'), Some(to)) if *to != b']' => {
                at += 2;
                *to
            }
            _ => from,
        };
        ranges.push((from, to));
    }
}

fn segment_matches(pieces: &[Piece], text: &[u8]) -> bool {
    let (mut at, mut piece) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while at < text.len() {
        match pieces.get(piece) {
            Some(Piece::Star) => {
                retry = Some((piece, at));
                piece += 1;
                continue;
            }
            Some(Piece::One) => {
                at += character(&text[at..]);
                piece += 1;
                continue;
            }
            Some(Piece::Byte(byte)) if *byte == text[at] => {
                at += 1;
                piece += 1;
                continue;
            }
            Some(Piece::Class(negated, ranges))
                if *negated != ranges.iter().any(|(from, to)| (*from..=*to).contains(&text[at])) =>
            {
                at += 1;
                piece += 1;
                continue;
            }
            _ => {}
        }
        let Some((star, from)) = retry else { return false };
        retry = Some((star, from + 1));
        piece = star + 1;
        at = from + 1;
    }
    pieces[piece..].iter().all(|rest| *rest == Piece::Star)
}

/// Length in bytes of the first character: a lead byte and its continuation bytes.
fn character(text: &[u8]) -> usize {
    1 + text[1..].iter().take_while(|byte| **byte & 0xC0 == 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paths that a CODEOWNERS pattern matches, and paths that it does not.
    const OWNERS: &[(&str, &[&str], &[&str])] = &[
        ("*", &["a", "src/a.rs", "deep/er/still/x"], &[]),
        ("/*", &["Makefile", "a b"], &["src/a.rs", "src/deep/a.rs"]),
        ("*.rs", &["main.rs", "src/main.rs", "src/a/b.rs", ".rs"], &["main.rsx", "rs", "src/main.rs.txt"]),
        ("/*.rs", &["main.rs"], &["src/main.rs"]),
        ("pay", &["pay", "pay/a.rb", "lib/pay", "lib/pay/deep/a.rb"], &["pay.rb", "repay/a", "lib/payments/a"]),
        ("/pay", &["pay", "pay/a.rb"], &["lib/pay", "pay.rb", "lib/pay/a"]),
        ("docs/", &["docs/a", "docs/b/c", "x/docs/a", "x/y/docs/b/c"], &["docs", "x/docs", "mydocs/a"]),
        ("/docs/", &["docs/a", "docs/b/c"], &["docs", "x/docs/a"]),
        ("docs/*", &["docs/a.md"], &["docs/b/c.md", "docs", "x/docs/a.md"]),
        ("/docs/*", &["docs/a.md"], &["docs/b/c.md", "x/docs/a.md"]),
        ("docs/*.md", &["docs/a.md"], &["docs/b/c.md", "docs/a.txt", "x/docs/a.md"]),
        ("docs/**", &["docs/a", "docs/b/c"], &["docs", "x/docs/a"]),
        ("docs/**/", &["docs/a", "docs/b/c"], &["docs"]),
        ("lib/pay", &["lib/pay", "lib/pay/a/b"], &["x/lib/pay", "lib/payment", "lib/pa"]),
        ("lib/pay/", &["lib/pay/a", "lib/pay/a/b"], &["lib/pay", "x/lib/pay/a"]),
        ("**/logs", &["logs", "logs/a", "x/logs", "x/y/logs/z"], &["x/logs2", "mylogs"]),
        ("**/a/b", &["a/b", "x/a/b", "x/a/b/c"], &["a/x/b", "b"]),
        ("a/**/b", &["a/b", "a/x/b", "a/x/y/b", "a/x/b/c"], &["b", "x/a/b", "a/xb"]),
        ("a/*/b", &["a/x/b", "a/x/b/c"], &["a/b", "a/x/y/b", "x/a/x/b"]),
        ("a/**/b/c*", &["a/b/c1", "a/x/b/cc"], &["a/b/d", "a/x/b", "a/b"]),
        ("**", &["a", "a/b/c"], &[]),
        ("/**", &["a", "a/b/c"], &[]),
        ("te?t", &["test", "text", "x/test/a", "te\u{e4}t"], &["tet", "teest", "te/t"]),
        ("a\\*b", &["a*b"], &["axb", "ab"]),
        ("with\\ space/", &["with space/a"], &["with/a", "space/a"]),
        ("*/", &["a/b", "a/b/c"], &["a"]),
        ("/*/", &["a/b", "a/b/c"], &["a"]),
        ("f*/", &["foo/a", "x/foo/a"], &["foo", "x/foo", "xfoo/a"]),
        ("Pay", &["Pay", "x/Pay/y"], &["pay", "PAY"]),
        ("/", &[], &["a", "a/b"]),
        (".github/", &[".github/workflows/ci.yml"], &["github/x", ".github"]),
        ("/apps/github", &["apps/github", "apps/github/a"], &["x/apps/github", "apps/github2"]),
        ("*a*a*a*a*b", &["aaaab", "x/aXaXaXaXb"], &["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"]),
    ];

    #[test]
    fn codeowners_patterns_match_as_github_documents_them() {
        let mut pairs = 0;
        for (text, yes, no) in OWNERS {
            let pattern = Pattern::owners(text.as_bytes()).expect("a valid pattern");
            for (paths, expected) in [(yes, true), (no, false)] {
                for path in *paths {
                    assert_eq!(pattern.matches(path.as_bytes()), expected, "{text} against {path}");
                    pairs += 1;
                }
            }
        }
        assert!(pairs >= 120, "{pairs}");
    }

    #[test]
    fn what_github_does_not_support_is_refused() {
        for text in ["!docs/", "src/[ab].rs", "\\#notes", "a/***/b", "a//b"] {
            assert!(Pattern::owners(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn area_globs_match_whole_paths() {
        let check = |glob: &str, path: &str| Pattern::glob(glob).expect("a valid glob").matches(path.as_bytes());
        assert!(check("services/pay/**", "services/pay/a/b.rs"));
        assert!(!check("services/pay/**", "services/pay"));
        assert!(!check("services/pay/**", "x/services/pay/a"));
        assert!(check("**/CODEOWNERS", "CODEOWNERS") && check("**/CODEOWNERS", "docs/CODEOWNERS"));
        assert!(check("src/*.rs", "src/a.rs") && !check("src/*.rs", "src/a/b.rs") && !check("src", "src/a"));
        assert!(Pattern::glob("/a").is_err() && Pattern::glob("a**b").is_err());
    }

    #[test]
    fn a_pattern_made_to_be_slow_is_not() {
        let pattern = Pattern::owners("a*".repeat(400).as_bytes()).expect("valid");
        assert!(!pattern.matches("b".repeat(4_000).as_bytes()));
        let deep = Pattern::owners(format!("{}z", "**/a/".repeat(100)).as_bytes()).expect("valid");
        assert!(!deep.matches("a/b/".repeat(1_000).as_bytes()));
    }
}
