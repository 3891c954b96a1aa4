//! GitHub's dialect of CODEOWNERS: the last line that matches a path decides, and a line without owners says that nobody
//! owns it, which is not the same as no line. Lines that GitHub skips in silence are skipped and reported.

use super::owners::{OwnerLine, Section};
use super::pattern::Pattern;
use crate::text::Untrusted;
use std::sync::Arc;

/// The lines, and those that were skipped with the reason.
pub(super) fn parse(file: &str, bytes: &[u8]) -> (Vec<Section>, Vec<(u32, String)>) {
    let file: Arc<str> = file.into();
    let (mut section, mut skipped) = (Section::default(), Vec::new());
    for (line, text) in (1..).zip(bytes.split(|b| *b == b'\n')) {
        match entry(&file, text, line) {
            Ok(Some((pattern, entry))) => section.lines.push((pattern, Arc::new(entry))),
            Ok(None) => {}
            Err(why) => skipped.push((line, format!("skipped: {why}"))),
        }
    }
    (vec![section], skipped)
}

fn entry(file: &Arc<str>, text: &[u8], line: u32) -> Result<Option<(Pattern, OwnerLine)>, String> {
    let text = if line == 1 { text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text) } else { text };
    let text = text.trim_ascii();
    if text.is_empty() || text.starts_with(b"#") {
        return Ok(None);
    }
    let (pattern, rest) = text.split_at(pattern_length(text));
    let compiled = Pattern::owners(pattern)?;
    let mut owners = Vec::new();
    for word in rest.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()) {
        if word.starts_with(b"#") {
            break;
        }
        let owner = Untrusted::from_bytes(word);
        if !is_owner(owner.raw()) {
            return Err(format!("`{}` is not an owner: expected @user, @org/team or an e-mail address", owner.raw()));
        }
        owners.push(owner);
    }
    let pattern = Untrusted::from_bytes(pattern);
    let (file, section, problem) = (file.clone(), None, None);
    Ok(Some((compiled, OwnerLine { pattern, owners, file, line, section, needed: 1, problem })))
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
