//! CODEOWNERS of the deciding commit, in GitHub's dialect: the first of `.github/`, the top and `docs/` is the one that
//! counts, the last line that matches a path decides, and a line without owners says that nobody owns it. What GitHub
//! skips in silence (a line it cannot read, a file over 3 MB) is reported here. Other dialects are not read yet.

use super::pattern::Pattern;
use crate::gap::{Gap, GapKind};
use crate::input::Snapshot;
use crate::limits::{CONFIG_BYTES_MAX, OWNERS_REPORTED_MAX};
use crate::location::RepoPath;
use crate::text::Untrusted;
use std::sync::Arc;

/// Where GitHub looks for the file, in its order.
pub const GITHUB_FILES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/// The line that decided about a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerLine {
    pub pattern: Untrusted,
    /// Empty: the line clears ownership.
    pub owners: Vec<Untrusted>,
    pub line: u32,
}

/// The owners file, compiled for matching; without a file nothing is owned.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    pub file: Option<Arc<str>>,
    pub gaps: Vec<Gap>,
    lines: Vec<(Pattern, OwnerLine)>,
    unreadable: bool,
}

impl Owners {
    /// Reads the first of `.github/CODEOWNERS`, `CODEOWNERS`, `docs/CODEOWNERS`.
    pub fn read(deciding: &Snapshot) -> Self {
        Self::read_first(deciding, &GITHUB_FILES)
    }

    /// Reads the first of these files that is there. A link or an unreadable file counts as there: looking on would let
    /// another file decide than the one people see.
    pub fn read_first(deciding: &Snapshot, files: &[impl AsRef<str>]) -> Self {
        let found = files.iter().find_map(|file| {
            let path = RepoPath::from(file.as_ref());
            deciding.entry(&path).is_some().then_some((file.as_ref(), path))
        });
        let Some((file, path)) = found else { return Self::default() };
        match deciding.read(&path) {
            Some(Ok(bytes)) => Self::parse(file, &bytes),
            Some(Err(gap)) => Self::closed(file, gap.why.raw()),
            None => Self::closed(file, "it is not a regular file"),
        }
    }

    /// Reads the text of an owners file. Lines that GitHub would skip are skipped and reported.
    pub fn parse(file: &str, bytes: &[u8]) -> Self {
        if bytes.len() > CONFIG_BYTES_MAX {
            let why = format!("it has {} bytes, at most {CONFIG_BYTES_MAX} are read", bytes.len());
            return Self::closed(file, &why);
        }
        let mut owners = Self { file: Some(file.into()), ..Self::default() };
        let mut skipped = Vec::new();
        for (line, text) in (1..).zip(bytes.split(|b| *b == b'\n')) {
            match parse_line(text, line) {
                Ok(Some(entry)) => owners.lines.push(entry),
                Ok(None) => {}
                Err(why) => skipped.push((line, why)),
            }
        }
        owners.gaps = report(file, &skipped);
        owners
    }

    /// The last line that matches a path, if any.
    pub fn of(&self, path: &RepoPath) -> Option<&OwnerLine> {
        let segments: Vec<&[u8]> = path.as_bytes().split(|b| *b == b'/').collect();
        self.lines.iter().rev().find(|(pattern, _)| pattern.matches_segments(&segments)).map(|(_, line)| line)
    }

    /// True if there is an owners file and it could not be read at all: who owns what is then unknown.
    pub fn is_unreadable(&self) -> bool {
        self.unreadable
    }

    fn closed(file: &str, why: &str) -> Self {
        let gap = Gap::context(GapKind::Owners, format!("{file} was not read: {why}"));
        Self { file: Some(file.into()), gaps: vec![gap], lines: Vec::new(), unreadable: true }
    }
}

fn report(file: &str, skipped: &[(u32, String)]) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = skipped
        .iter()
        .take(OWNERS_REPORTED_MAX)
        .map(|(line, why)| Gap::context(GapKind::Owners, format!("{file}:{line} was skipped: {why}")))
        .collect();
    if skipped.len() > OWNERS_REPORTED_MAX {
        let more = skipped.len() - OWNERS_REPORTED_MAX;
        gaps.push(Gap::context(GapKind::Owners, format!("{more} more lines of {file} were skipped")));
    }
    gaps
}

fn parse_line(text: &[u8], line: u32) -> Result<Option<(Pattern, OwnerLine)>, String> {
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
    Ok(Some((compiled, OwnerLine { pattern: Untrusted::from_bytes(pattern), owners, line })))
}

/// The pattern ends at the first white space that is not escaped.
fn pattern_length(text: &[u8]) -> usize {
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
    use super::*;
    use crate::input::Mode;

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
        let owners = Owners::parse("CODEOWNERS", FILE.as_bytes());
        owners.of(&path.into()).map(|hit| (hit.line, hit.owners.iter().map(|o| o.raw().to_owned()).collect()))
    }

    #[test]
    fn the_last_matching_line_decides_and_an_empty_one_clears() {
        assert_eq!(of("lib/a.rs"), Some((3, vec!["@ann".into(), "bob@example.com".into()])));
        assert_eq!(of("lib/a.sql"), Some((4, vec!["@org/data".into()])));
        assert_eq!(of("lib/gen/a.sql"), Some((5, vec![])), "cleared is not the same as unmatched");
        assert_eq!(of("README"), Some((2, vec!["@org/everyone".into()])));
        assert_eq!(Owners::default().of(&"README".into()), None);
    }

    #[test]
    fn lines_that_github_skips_are_reported_with_their_number() {
        let owners = Owners::parse("CODEOWNERS", FILE.as_bytes());
        let why: Vec<_> = owners.gaps.iter().map(|gap| gap.why.raw()).collect();
        assert_eq!(why.len(), 2, "{why:?}");
        assert!(why[0].starts_with("CODEOWNERS:6 was skipped: `!`") && why[1].contains("`ann` is not an owner"));
        assert!(owners.gaps.iter().all(|gap| gap.kind == GapKind::Owners));
    }

    #[test]
    fn the_first_file_in_githubs_order_counts() {
        let tree = Snapshot::in_memory([("CODEOWNERS", "* @top"), ("docs/CODEOWNERS", "* @docs")]);
        assert_eq!(Owners::read(&tree).file.as_deref(), Some("CODEOWNERS"));
        let tree = Snapshot::in_memory([("CODEOWNERS", "* @top"), (".github/CODEOWNERS", "* @hub")]);
        assert_eq!(Owners::read(&tree).of(&"a".into()).expect("owned").owners[0].raw(), "@hub");
    }

    #[test]
    fn a_link_or_a_giant_closes_the_file_instead_of_dropping_owners() {
        let link = Some((Mode::Symlink, Arc::from(&b"/etc/passwd"[..])));
        let tree = Snapshot::in_memory([("docs/CODEOWNERS", "* @docs")]).with([("CODEOWNERS".into(), link)]);
        let owners = Owners::read(&tree);
        assert!(owners.is_unreadable() && owners.gaps.len() == 1 && owners.of(&"a".into()).is_none());
        assert!(Owners::parse("CODEOWNERS", &vec![b'#'; CONFIG_BYTES_MAX + 1]).is_unreadable());
    }

    #[test]
    fn spaces_windows_line_ends_and_marks_are_read() {
        let owners = Owners::parse("CODEOWNERS", b"\xEF\xBB\xBF/a\\ b/ @ann\r\n\t/c\t@org/x\t@bo\r\n");
        assert!(owners.gaps.is_empty(), "{:?}", owners.gaps);
        assert_eq!(owners.of(&"a b/c".into()).expect("owned").owners[0].raw(), "@ann");
        assert_eq!(owners.of(&"c".into()).expect("owned").owners.len(), 2);
    }
}
