//! Who owns a path, by the owners files of the deciding commit. Three dialects with rules of their own: GitHub's
//! CODEOWNERS (the last line decides), GitLab's (the last line of each section, and all sections add up) and Prow's
//! OWNERS (a file in each directory, inherited downwards). Where a forge drops an owner in silence (a line that it
//! cannot read, a file too large, an entry without owners), this says so, and asks for somebody rather than nobody.

use super::codeowners;
use super::gitlab;
use super::pattern::Pattern;
use super::prow;
use crate::gap::{Gap, GapKind};
use crate::input::Snapshot;
use crate::limits::{CONFIG_BYTES_MAX, OWNERS_REPORTED_MAX};
use crate::location::RepoPath;
use crate::text::Untrusted;
use std::sync::Arc;

/// Where GitHub looks for the file, in its order.
const GITHUB_FILES: [&str; 3] = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
/// Where GitLab looks for the file, in its order.
const GITLAB_FILES: [&str; 3] = ["CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];
/// Prow's file, one for each directory that has its own.
pub(super) const PROW_FILE: &str = "OWNERS";
/// Files that a policy may name.
pub(super) const OWNER_FILES: [&str; 5] =
    ["CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS", PROW_FILE];

/// How an owners file is to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dialect {
    #[default]
    Github,
    Gitlab,
    Prow,
}

impl Dialect {
    pub(super) const NAMES: [&'static str; 3] = ["github", "gitlab", "prow"];
    pub(super) const ALL: [Self; 3] = [Self::Github, Self::Gitlab, Self::Prow];

    pub fn as_str(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The dialect that a file's place speaks of; GitHub's where it says nothing.
    pub fn of_file(path: &str) -> Self {
        let path = path.replace('\\', "/");
        match path.rsplit_once('/') {
            _ if path.rsplit('/').next() == Some(PROW_FILE) => Self::Prow,
            Some((folder, _)) if folder == ".gitlab" || folder.ends_with("/.gitlab") => Self::Gitlab,
            _ => Self::Github,
        }
    }
}

/// A line that decides about a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerLine {
    pub pattern: Untrusted,
    /// Empty: the line says that nobody owns the path, unless `problem` says otherwise.
    pub owners: Vec<Untrusted>,
    pub file: Arc<str>,
    pub line: u32,
    /// GitLab's section, as its heading writes it.
    pub section: Option<Untrusted>,
    /// Owners that must approve; 0 where the owners' look is optional.
    pub needed: u32,
    /// Why the line cannot be met or read: then somebody must decide by hand.
    pub problem: Option<Untrusted>,
}

/// A named part of an owners file: the last of its lines that matches decides for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    pub lines: Vec<(Pattern, Arc<OwnerLine>)>,
    /// Paths that the section leaves alone, whatever its lines say.
    pub excluded: Vec<(Pattern, Arc<OwnerLine>)>,
}

#[derive(Clone, Debug, Default)]
enum Content {
    #[default]
    Nothing,
    /// There is a file, and it could not be read at all.
    Closed,
    Sections(Vec<Section>),
    Tree(prow::Tree),
}

/// The owners file, compiled for matching; without a file nothing is owned.
#[derive(Clone, Debug, Default)]
pub struct Owners {
    pub file: Option<Arc<str>>,
    pub dialect: Dialect,
    /// BLAKE3 of the file, 64 hexadecimal digits; empty for Prow's many files and where there is none.
    pub digest: String,
    pub gaps: Vec<Gap>,
    content: Content,
}

impl Owners {
    /// Finds the owners file of a tree. `files` are places to look at, in this order; where there are none, the places
    /// of the dialect; where that is not said either, those of all, and the place says which dialect it is.
    pub fn read(deciding: &Snapshot, files: &[String], dialect: Option<Dialect>) -> Self {
        match (files, dialect) {
            ([], Some(Dialect::Github)) => Self::first(deciding, &GITHUB_FILES, dialect),
            ([], Some(Dialect::Gitlab)) => Self::first(deciding, &GITLAB_FILES, dialect),
            (_, Some(Dialect::Prow)) => Self::prow(deciding),
            ([], None) => Self::any(deciding),
            (files, dialect) => Self::first(deciding, files, dialect),
        }
    }

    /// Reads the text of one owners file; lines that the forge would skip are reported.
    pub fn parse(dialect: Dialect, file: &str, bytes: &[u8]) -> Self {
        if bytes.len() > CONFIG_BYTES_MAX {
            let why = format!("it has {} bytes, at most {CONFIG_BYTES_MAX} are read", bytes.len());
            return Self { dialect, ..Self::closed(file, &why) };
        }
        let (sections, skipped) = match dialect {
            Dialect::Github => codeowners::parse(file, bytes),
            Dialect::Gitlab => gitlab::parse(file, bytes),
            Dialect::Prow => return Self::prow(&Snapshot::in_memory([(PROW_FILE, bytes)])),
        };
        Self {
            file: Some(file.into()),
            dialect,
            digest: blake3::hash(bytes).to_hex().to_string(),
            gaps: report(file, &skipped),
            content: Content::Sections(sections),
        }
    }

    /// The lines that decide about a path: none if nothing speaks of it; several where sections add up.
    pub fn of(&self, path: &RepoPath) -> Vec<Arc<OwnerLine>> {
        match &self.content {
            Content::Nothing | Content::Closed => Vec::new(),
            Content::Sections(sections) => {
                let segments: Vec<&[u8]> = path.as_bytes().split(|b| *b == b'/').collect();
                sections.iter().filter_map(|section| section.of(&segments).cloned()).collect()
            }
            Content::Tree(tree) => tree.of(path).map(Arc::new).into_iter().collect(),
        }
    }

    /// Every line that matches a path, in the order of the file, and whether it decides.
    pub fn matching(&self, path: &RepoPath) -> Vec<(Arc<OwnerLine>, bool)> {
        let deciding = self.of(path);
        let Content::Sections(sections) = &self.content else {
            return deciding.into_iter().map(|line| (line, true)).collect();
        };
        let segments: Vec<&[u8]> = path.as_bytes().split(|b| *b == b'/').collect();
        let all = sections.iter().flat_map(|section| section.lines.iter().chain(&section.excluded));
        let mut found: Vec<(Arc<OwnerLine>, bool)> = all
            .filter(|(pattern, _)| pattern.matches_segments(&segments))
            .map(|(_, line)| (line.clone(), deciding.iter().any(|one| Arc::ptr_eq(one, line))))
            .collect();
        found.sort_by_key(|(line, _)| line.line);
        found
    }

    /// True if there is an owners file and it could not be read at all: who owns what is then unknown.
    pub fn is_unreadable(&self) -> bool {
        matches!(self.content, Content::Closed)
    }

    /// The first of these files that is there. A link or an unreadable file counts as there: looking on would let
    /// another file decide than the one people see.
    fn first(deciding: &Snapshot, files: &[impl AsRef<str>], dialect: Option<Dialect>) -> Self {
        let is_there = |file: &&str| deciding.entry(&RepoPath::from(*file)).is_some();
        let Some(file) = files.iter().map(AsRef::as_ref).find(is_there) else { return Self::default() };
        let dialect = dialect.unwrap_or_else(|| by_place(deciding, file));
        match (dialect, deciding.read(&RepoPath::from(file))) {
            (Dialect::Prow, _) => Self::prow(deciding),
            (_, Some(Ok(bytes))) => Self::parse(dialect, file, &bytes),
            (_, Some(Err(gap))) => Self::closed(file, gap.why.raw()),
            (_, None) => Self::closed(file, "it is not a regular file"),
        }
    }

    fn any(deciding: &Snapshot) -> Self {
        let files = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"];
        let found = Self::first(deciding, &files, None);
        match found.file {
            Some(_) => found,
            // OWNERS is a name that others use too; it is Prow's where it reads like Prow's
            None if prow::is_there(deciding) => Self::prow(deciding),
            None => found,
        }
    }

    fn prow(deciding: &Snapshot) -> Self {
        let (tree, gaps) = prow::read(deciding);
        let file = (!tree.is_empty()).then(|| PROW_FILE.into());
        Self { file, dialect: Dialect::Prow, gaps, digest: tree.digest.clone(), content: Content::Tree(tree) }
    }

    fn closed(file: &str, why: &str) -> Self {
        let gap = Gap::context(GapKind::Owners, format!("{file} was not read: {why}"));
        Self { file: Some(file.into()), gaps: vec![gap], content: Content::Closed, ..Self::default() }
    }
}

impl Section {
    fn of(&self, path: &[&[u8]]) -> Option<&Arc<OwnerLine>> {
        let decides = |(pattern, _): &&(Pattern, Arc<OwnerLine>)| pattern.matches_segments(path);
        let excluded = self.excluded.iter().find(decides);
        excluded.or_else(|| self.lines.iter().rev().find(decides)).map(|(_, line)| line)
    }
}

/// A CODEOWNERS at the top or in `docs/` is read by both forges: GitLab's where the tree has GitLab's own files and none
/// of GitHub's.
fn by_place(deciding: &Snapshot, file: &str) -> Dialect {
    let below = |folder: &[u8]| {
        let at = deciding.entries().partition_point(|entry| entry.path.as_bytes() < folder);
        deciding.entries().get(at).is_some_and(|entry| entry.path.as_bytes().starts_with(folder))
    };
    match Dialect::of_file(file) {
        Dialect::Github if file != GITHUB_FILES[0] && below(b".gitlab") && !below(b".github/") => Dialect::Gitlab,
        dialect => dialect,
    }
}

/// Lines that were skipped, with the reasons, as gaps.
pub(super) fn report(file: &str, skipped: &[(u32, String)]) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = skipped
        .iter()
        .take(OWNERS_REPORTED_MAX)
        .map(|(line, why)| Gap::context(GapKind::Owners, format!("{file}:{line}: {why}")))
        .collect();
    if skipped.len() > OWNERS_REPORTED_MAX {
        let more = skipped.len() - OWNERS_REPORTED_MAX;
        gaps.push(Gap::context(GapKind::Owners, format!("{more} more lines of {file} could not be read as written")));
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Mode;

    fn found(files: &[(&str, &str)]) -> Owners {
        Owners::read(&Snapshot::in_memory(files.iter().copied()), &[], None)
    }

    #[test]
    fn the_first_file_in_githubs_order_counts() {
        let file = |files: &[(&str, &str)]| found(files).file.unwrap_or_default().to_string();
        assert_eq!(file(&[("CODEOWNERS", "* @top"), ("docs/CODEOWNERS", "* @docs")]), "CODEOWNERS");
        assert_eq!(file(&[("CODEOWNERS", "* @top"), (".github/CODEOWNERS", "* @hub")]), ".github/CODEOWNERS");
        assert_eq!(file(&[("src/CODEOWNERS", "* @nested")]), "");
    }

    #[test]
    fn the_place_says_which_dialect_it_is() {
        let dialect = |files: &[(&str, &str)]| found(files).dialect;
        assert_eq!(dialect(&[("CODEOWNERS", "")]), Dialect::Github);
        assert_eq!(dialect(&[("CODEOWNERS", ""), (".gitlab-ci.yml", "")]), Dialect::Gitlab);
        assert_eq!(dialect(&[("CODEOWNERS", ""), (".gitlab-ci.yml", ""), (".github/x.yml", "")]), Dialect::Github);
        assert_eq!(dialect(&[(".gitlab/CODEOWNERS", "")]), Dialect::Gitlab);
        assert_eq!(dialect(&[("OWNERS", "approvers:\n- ann\n")]), Dialect::Prow);
        assert_eq!(found(&[("OWNERS", "ann@example.com\n*\n")]).file, None, "another tool's file of the same name");
    }

    /// GitHub does not load a file over its limit, and then nobody's review is asked for.
    #[test]
    fn a_link_or_a_giant_closes_the_file_instead_of_dropping_owners() {
        let link = Some((Mode::Symlink, Arc::from(&b"/etc/passwd"[..])));
        let tree = Snapshot::in_memory([("docs/CODEOWNERS", "* @docs")]).with([("CODEOWNERS".into(), link)]);
        let owners = Owners::read(&tree, &[], None);
        assert!(owners.is_unreadable() && owners.gaps.len() == 1 && owners.of(&"a".into()).is_empty());
        for dialect in [Dialect::Github, Dialect::Gitlab] {
            assert!(Owners::parse(dialect, "CODEOWNERS", &vec![b'#'; CONFIG_BYTES_MAX + 1]).is_unreadable());
        }
    }
}
