//! GitHub's dialect of CODEOWNERS: the last line that matches a path decides, and a line without owners says that nobody
//! owns it, which is not the same as no line. Lines that GitHub skips in silence are skipped and reported.

use super::owners::{OwnerLine, Section};
use super::pattern::Pattern;
use crate::text::Untrusted;
use std::sync::Arc;

/// The lines, and what GitHub would leave out of them in silence, with the reason.
pub(super) fn parse(file: &str, bytes: &[u8]) -> (Vec<Section>, Vec<(u32, String)>) {
    let file: Arc<str> = file.into();
    let (mut section, mut noted) = (Section::default(), Vec::new());
    for (line, text) in (1..).zip(bytes.split(|b| *b == b'\n')) {
        match entry(&file, text, line) {
            Ok(Some((pattern, entry, note))) => {
                section.lines.push((pattern, Arc::new(entry)));
                noted.extend(note.map(|note| (line, note)));
            }
            Ok(None) => {}
            Err(why) => noted.push((line, format!("skipped: {why}"))),
        }
    }
    (vec![section], noted)
}

/// A line, and what of it could not be read. A word that is no owner does not take the line's word away: it still decides
/// about its paths, by the owners that can be read; where there are none, somebody must mend it.
fn entry(file: &Arc<str>, text: &[u8], line: u32) -> Result<Option<(Pattern, OwnerLine, Option<String>)>, String> {
    let text = if line == 1 { text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text) } else { text };
    let text = text.trim_ascii();
    if text.is_empty() || text.starts_with(b"#") {
        return Ok(None);
    }
    let (whole, rest) = text.split_at(pattern_length(text));
    let (pattern, glued) = unglued(whole);
    let compiled = Pattern::owners(pattern)?;
    let mut note = glued.map(|_| "the pattern goes on behind a space that GitHub does not take for one".to_owned());
    let mut owners = Vec::new();
    let words = glued.into_iter().chain(rest.split(u8::is_ascii_whitespace)).filter(|word| !word.is_empty());
    for word in words.take_while(|word| !word.starts_with(b"#")) {
        let owner = Untrusted::from_bytes(word);
        if is_owner(owner.raw()) {
            owners.push(owner);
        } else if note.is_none() {
            let word = owner.raw();
            note = Some(format!("`{word}` is not an owner: expected @user, @org/team or an e-mail address"));
        }
    }
    let problem = note.as_ref().map(|note| Untrusted::new(format!("{file}:{line}: {note}")));
    let note = note.map(|note| format!("{note}; GitHub leaves the whole line out"));
    let pattern = Untrusted::from_bytes(pattern);
    let (file, section) = (file.clone(), None);
    Ok(Some((compiled, OwnerLine { pattern, owners, file, line, section, needed: 1, problem }, note)))
}

/// A pattern up to a space that is not ASCII (a non-breaking one, mostly pasted by accident), and what stands behind it.
fn unglued(pattern: &[u8]) -> (&[u8], Option<&[u8]>) {
    let Ok(text) = std::str::from_utf8(pattern) else { return (pattern, None) };
    match text.split_once(|c: char| c.is_whitespace() && !c.is_ascii()) {
        Some((before, behind)) if !before.is_empty() => (before.as_bytes(), Some(behind.trim_start().as_bytes())),
        _ => (pattern, None),
    }
}

/// The pattern ends at the first white space that is not escaped.
pub(super) fn pattern_length(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() && !text[at].is_ascii_whitespace() {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at.min(text.len())
}

fn is_owner(word: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || "-_.[]".contains(c));
    match word.strip_prefix('@') {
        Some(name) => match name.split_once('/') {
            Some((org, team)) => plain(org) && plain(team),
            None => plain(name),
        },
        None => word.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.')),
    }
}

#[cfg(test)]
mod tests {
    use crate::gap::GapKind;
    use crate::policy::{Dialect, Owners};

    const FILE: &str = "\
# who looks after what
*            @org/everyone
/lib/        @ann bob@example.com   # both of them
*.sql        @org/data
/lib/gen/
!/secret     @ann
/odd         ann
";

    fn of(path: &str) -> Option<(u32, Vec<String>)> {
        let owners = Owners::parse(Dialect::Github, "CODEOWNERS", FILE.as_bytes());
        let found = owners.of(&path.into());
        assert!(found.len() <= 1);
        found.first().map(|hit| (hit.line, hit.owners.iter().map(|owner| owner.raw().to_owned()).collect()))
    }

    #[test]
    fn the_last_matching_line_decides_and_an_empty_one_clears() {
        assert_eq!(of("lib/a.rs"), Some((3, vec!["@ann".into(), "bob@example.com".into()])));
        assert_eq!(of("lib/a.sql"), Some((4, vec!["@org/data".into()])));
        assert_eq!(of("lib/gen/a.sql"), Some((5, vec![])), "cleared is not the same as unmatched");
        assert_eq!(of("README"), Some((2, vec!["@org/everyone".into()])));
        assert!(Owners::default().of(&"README".into()).is_empty());
    }

    #[test]
    fn lines_that_github_skips_are_reported_with_their_number() {
        let owners = Owners::parse(Dialect::Github, "CODEOWNERS", FILE.as_bytes());
        let why: Vec<_> = owners.gaps.iter().map(|gap| gap.why.raw()).collect();
        assert_eq!(why.len(), 2, "{why:?}");
        assert!(why[0].starts_with("CODEOWNERS:6: skipped: `!`") && why[1].contains("`ann` is not an owner"));
        assert!(owners.gaps.iter().all(|gap| gap.kind == GapKind::Owners));
    }

    #[test]
    fn a_line_with_a_word_that_is_no_owner_still_decides() {
        let text = "* @all\n/a @pay nonsense\n/b nonsense\n/c\u{a0}@pay\n";
        let owners = Owners::parse(Dialect::Github, "CODEOWNERS", text.as_bytes());
        for (path, line, names) in
            [("a", 2, vec!["@pay"]), ("b", 3, vec![]), ("c", 4, vec!["@pay"]), ("d", 1, vec!["@all"])]
        {
            let found = owners.of(&path.into());
            let names_found: Vec<&str> = found[0].owners.iter().map(|owner| owner.raw()).collect();
            assert_eq!((found[0].line, names_found), (line, names), "{path}");
            assert_eq!(found[0].problem.is_some(), path != "d", "{path}");
        }
        assert_eq!(owners.gaps.len(), 3, "each is noted: {:?}", owners.gaps);
    }

    #[test]
    fn spaces_windows_line_ends_and_marks_are_read() {
        let text = b"\xEF\xBB\xBF/a\\ b/ @ann\r\n\t/c\t@org/x\t@bo\r\n";
        let owners = Owners::parse(Dialect::Github, "CODEOWNERS", text);
        assert!(owners.gaps.is_empty(), "{:?}", owners.gaps);
        assert_eq!(owners.of(&"a b/c".into())[0].owners[0].raw(), "@ann");
        assert_eq!(owners.of(&"c".into())[0].owners.len(), 2);
    }

    #[test]
    fn what_decides_and_what_was_overruled_can_be_told() {
        let owners = Owners::parse(Dialect::Github, "CODEOWNERS", FILE.as_bytes());
        let found: Vec<_> =
            owners.matching(&"lib/a.sql".into()).iter().map(|(line, decides)| (line.line, *decides)).collect();
        assert_eq!(found, [(2, false), (3, false), (4, true)]);
    }
}
