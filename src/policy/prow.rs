//! Prow's OWNERS files: one in each directory that has its own, in YAML. Whoever approves in a directory also approves in
//! all below it, unless a file there says `no_parent_owners`; `filters` name other approvers for files whose path matches
//! a regular expression; names may be aliases of `OWNERS_ALIASES`. Where Prow skips a file that it cannot read and asks
//! the parent's owners instead, this keeps the directory closed until somebody looks.

use super::owners::{OwnerLine, PROW_FILE, report};
use crate::gap::{Gap, GapKind};
use crate::input::Snapshot;
use crate::limits::{CONFIG_BYTES_MAX, OWNERS_FILES_MAX, OWNERS_REGEX_BYTES_MAX};
use crate::location::RepoPath;
use crate::syntax::{Setting, Value, outline};
use crate::text::{Untrusted, lossless};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const ALIASES_FILE: &str = "OWNERS_ALIASES";
/// The keys of an OWNERS file; reviewers and labels suggest, they do not decide.
const KEYS: [&str; 7] = [
    "approvers",
    "reviewers",
    "required_reviewers",
    "labels",
    "emeritus_approvers",
    "emeritus_reviewers",
    "options.no_parent_owners",
];

/// All OWNERS files of a tree, by directory (without a slash at the end; empty at the top).
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    directories: BTreeMap<Vec<u8>, Directory>,
    pub digest: String,
}

/// One OWNERS file.
#[derive(Clone, Debug)]
struct Directory {
    file: Arc<str>,
    approvers: Vec<Approvers>,
    no_parent_owners: bool,
    /// Why it could not be read.
    broken: Option<String>,
}

/// Who approves files of a directory whose path from there matches.
#[derive(Clone, Debug)]
struct Approvers {
    filter: Option<Regex>,
    shown: Untrusted,
    owners: Vec<Untrusted>,
    line: u32,
}

type Aliases = BTreeMap<String, Vec<String>>;

/// True if the file at the top reads like one of Prow's.
pub(super) fn is_there(deciding: &Snapshot) -> bool {
    let top = deciding.read(&RepoPath::from(PROW_FILE));
    let Some(Ok(bytes)) = top else { return false };
    settings(&bytes)
        .is_ok_and(|found| found.iter().any(|one| KEYS.contains(&&*one.key) || one.key.starts_with("filters.")))
}

/// Reads every OWNERS file of a tree.
pub(super) fn read(deciding: &Snapshot) -> (Tree, Vec<Gap>) {
    let mut gaps = Vec::new();
    let aliases = aliases(deciding, &mut gaps);
    let mut hasher = blake3::Hasher::new();
    let mut tree = Tree::default();
    let named = |path: &RepoPath| path.file_name() == PROW_FILE.as_bytes();
    for entry in deciding.entries().iter().filter(|entry| named(&entry.path)) {
        if tree.directories.len() >= OWNERS_FILES_MAX {
            let why = format!("more than {OWNERS_FILES_MAX} OWNERS files; the rest was not read");
            gaps.push(Gap::context(GapKind::OverLimit, why));
            break;
        }
        hasher.update(entry.path.as_bytes());
        let file = entry.path.to_text();
        let read = match deciding.read(&entry.path) {
            Some(Ok(bytes)) => {
                hasher.update(&bytes);
                directory(&file, &bytes, &aliases)
            }
            Some(Err(gap)) => Err(gap.why.raw().to_owned()),
            None => Err("it is not a regular file".to_owned()),
        };
        let found = read.unwrap_or_else(|why| {
            gaps.extend(report(&file, &[(1, format!("not read: {why}"))]));
            let broken = Some(format!("{file} could not be read: {why}"));
            Directory { file: file.as_str().into(), approvers: Vec::new(), no_parent_owners: true, broken }
        });
        tree.directories.insert(entry.path.parent().to_vec(), found);
    }
    tree.digest = hasher.finalize().to_hex().to_string();
    (tree, gaps)
}

/// The aliases; an unreadable file leaves every name as it stands, and the names of aliases are then nobody.
fn aliases(deciding: &Snapshot, gaps: &mut Vec<Gap>) -> Aliases {
    let read = match deciding.read(&RepoPath::from(ALIASES_FILE)) {
        None => return Aliases::new(),
        Some(Err(gap)) => Err(gap.why.raw().to_owned()),
        Some(Ok(bytes)) => settings(&bytes),
    };
    let found = read.unwrap_or_else(|why| {
        gaps.extend(report(ALIASES_FILE, &[(1, format!("not read: {why}"))]));
        Vec::new()
    });
    let alias = |one: &Setting| {
        let name = one.key.strip_prefix("aliases.")?;
        Some((login(name), list(&one.value).ok()?.iter().map(|member| login(member)).collect()))
    };
    found.iter().filter_map(alias).collect()
}

fn directory(file: &str, bytes: &[u8], aliases: &Aliases) -> Result<Directory, String> {
    let mut found = Directory { file: file.into(), approvers: Vec::new(), no_parent_owners: false, broken: None };
    let settings = settings(bytes)?;
    // where both stand in one file, Prow reads the plain lists and leaves the filters out
    let simple =
        settings.iter().any(|one| ["approvers", "reviewers", "required_reviewers", "labels"].contains(&&*one.key));
    for one in &settings {
        let filter = one.key.strip_prefix("filters.").and_then(|rest| rest.strip_suffix(".approvers"));
        match (&*one.key, filter) {
            ("options.no_parent_owners", _) => found.no_parent_owners = one.value == Value::Bool(true),
            ("approvers", _) => found.approvers.push(approvers(None, one, aliases)?),
            (_, Some(pattern)) if !simple => found.approvers.push(approvers(Some(pattern), one, aliases)?),
            _ => {}
        }
    }
    Ok(found)
}

fn approvers(pattern: Option<&str>, setting: &Setting, aliases: &Aliases) -> Result<Approvers, String> {
    let filter = match pattern {
        None | Some(".*") => None,
        Some(pattern) => {
            let built = regex::RegexBuilder::new(pattern).size_limit(OWNERS_REGEX_BYTES_MAX).build();
            Some(built.map_err(|_| format!("`{pattern}` is not a regular expression that can be used"))?)
        }
    };
    let mut owners = BTreeSet::new();
    for name in list(&setting.value)? {
        let name = login(&name);
        match aliases.get(&name) {
            Some(members) => owners.extend(members.iter().cloned()),
            None => {
                owners.insert(name);
            }
        }
    }
    let owners = owners.into_iter().map(|name| Untrusted::new(format!("@{name}"))).collect();
    Ok(Approvers { filter, shown: Untrusted::new(pattern.unwrap_or("approvers")), owners, line: setting.lines.start })
}

/// Names are compared as GitHub does: without case, without a leading `@`.
fn login(name: &str) -> String {
    name.trim().trim_start_matches('@').to_lowercase()
}

fn list(value: &Value) -> Result<Vec<String>, String> {
    match value {
        Value::List(items) => Ok(items.iter().map(|item| item.to_string()).collect()),
        Value::Null => Ok(Vec::new()),
        _ => Err("expected a list of names".to_owned()),
    }
}

fn settings(bytes: &[u8]) -> Result<Vec<Setting>, String> {
    if bytes.len() > CONFIG_BYTES_MAX {
        return Err(format!("it has {} bytes, at most {CONFIG_BYTES_MAX} are read", bytes.len()));
    }
    let read = outline(&RepoPath::from("OWNERS.yaml"), bytes);
    match read.problems.first() {
        Some(lines) => Err(format!("line {} is not YAML that can be read", lines.start)),
        None if read.truncated || read.fallback.is_some() => Err("it could not be read to its end".to_owned()),
        None => Ok(read.settings),
    }
}

impl Tree {
    pub(super) fn is_empty(&self) -> bool {
        self.directories.is_empty()
    }

    /// Everybody who may approve a path: from its directory up to the top, or up to the first file that says so.
    pub(super) fn of(&self, path: &RepoPath) -> Option<OwnerLine> {
        let mut found: Option<OwnerLine> = None;
        let mut directory = path.parent();
        loop {
            if let Some(file) = self.directories.get(directory) {
                self.take(file, path, directory, &mut found);
                if file.no_parent_owners {
                    break;
                }
            }
            if directory.is_empty() {
                break;
            }
            let above = directory.iter().rposition(|b| *b == b'/').unwrap_or(0);
            directory = &directory[..above];
        }
        found
    }

    fn take(&self, file: &Directory, path: &RepoPath, directory: &[u8], found: &mut Option<OwnerLine>) {
        let below = if directory.is_empty() { path.as_bytes() } else { &path.as_bytes()[directory.len() + 1..] };
        let below = lossless(below);
        if let Some(why) = &file.broken {
            let line = found.get_or_insert_with(|| line(file, Untrusted::default(), 1));
            // somebody closer to the file may still approve
            line.problem = line.owners.is_empty().then(|| Untrusted::new(why));
            return;
        }
        for part in &file.approvers {
            if part.filter.as_ref().is_some_and(|filter| !filter.is_match(&below)) {
                continue;
            }
            let line = found.get_or_insert_with(|| line(file, part.shown.clone(), part.line));
            let known: BTreeSet<&Untrusted> = line.owners.iter().collect();
            let new: Vec<Untrusted> = part.owners.iter().filter(|owner| !known.contains(owner)).cloned().collect();
            line.owners.extend(new);
        }
    }
}

/// The nearest place that names somebody.
fn line(file: &Directory, pattern: Untrusted, line: u32) -> OwnerLine {
    OwnerLine { pattern, owners: Vec::new(), file: file.file.clone(), line, section: None, needed: 1, problem: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Dialect, Owners};

    const FILES: &[(&str, &str)] = &[
        ("OWNERS", "approvers:\n- Root\n- leads   # an alias\nreviewers:\n- rita\n"),
        ("OWNERS_ALIASES", "aliases:\n  leads:\n  - lena\n  - '@Lou'\n  idle: []\n"),
        ("pay/OWNERS", "# money\napprovers: [pia, \"paul\"]\nlabels:\n- money\n"),
        ("pay/till/OWNERS", "options:\n  no_parent_owners: true\napprovers:\n  - tim\n"),
        (
            "web/OWNERS",
            "filters:\n  \".*\":\n    reviewers:\n    - wren\n  '\\.css$':\n    approvers:\n    - ursula\n  ^api/:\n    \
             approvers: [abe]\n",
        ),
        ("bad/OWNERS", "approvers:\n  - [unclosed\n"),
        ("odd/OWNERS", "approvers: alone\n"),
        ("open/OWNERS", "options:\n  no_parent_owners: true\nreviewers:\n- rob\n"),
    ];

    fn owners() -> Owners {
        Owners::read(&Snapshot::in_memory(FILES.iter().copied()), &[], Some(Dialect::Prow))
    }

    fn of(path: &str) -> String {
        let owners = owners();
        let found = owners.of(&path.into());
        let told = |line: &Arc<OwnerLine>| {
            let mut names: Vec<&str> = line.owners.iter().map(Untrusted::raw).collect();
            names.sort();
            let problem = if line.problem.is_some() { " closed" } else { "" };
            format!("{} {}{problem}", line.file, names.join(" "))
        };
        found.iter().map(told).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn approvers_are_inherited_from_the_parents() {
        assert_eq!(of("a.go"), "OWNERS @lena @lou @root");
        assert_eq!(of("lib/deep/a.go"), "OWNERS @lena @lou @root");
        assert_eq!(of("pay/a.go"), "pay/OWNERS @lena @lou @paul @pia @root");
        assert_eq!(of("payment/a.go"), "OWNERS @lena @lou @root", "a prefix of a name is not a parent");
    }

    #[test]
    fn no_parent_owners_ends_the_inheritance() {
        assert_eq!(of("pay/till/a.go"), "pay/till/OWNERS @tim");
        assert_eq!(of("pay/till/deep/a.go"), "pay/till/OWNERS @tim");
        assert_eq!(of("open/a.go"), "", "nobody approves here: the policy says what that means");
    }

    #[test]
    fn filters_match_the_path_from_their_directory() {
        assert_eq!(of("web/site.css"), "web/OWNERS @lena @lou @root @ursula");
        assert_eq!(of("web/api/a.go"), "web/OWNERS @abe @lena @lou @root");
        assert_eq!(of("web/x/api/a.go"), "OWNERS @lena @lou @root");
    }

    /// Prow logs such a file and asks the parent's owners.
    #[test]
    fn a_file_that_cannot_be_read_closes_its_directory() {
        assert_eq!(of("bad/a.go"), "bad/OWNERS  closed");
        assert_eq!(of("odd/a.go"), "odd/OWNERS  closed");
        assert_eq!(owners().gaps.len(), 2, "{:?}", owners().gaps);
    }
}
