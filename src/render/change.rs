//! `richter.change/1`: the facts that the review policy decides on, so that a bot can keep them, and `policy decide` can
//! be asked again. It carries a digest of the proposed change itself: an approval of one head may count for another head
//! exactly when both propose the same bytes in the same surroundings.

use super::json::document;
use super::json::v1::Text;
use crate::input::{ChangeSet, Content, FileChange, FileSide, Hunk, Identity};
use crate::location::Side;
use crate::provenance::Involvement;
use crate::report::Report;
use crate::score::{Assessment, Level};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

const CHANGE: &str = "richter.change/1";
/// Unchanged lines around a hunk that belong to the digest, as in a diff: a line added inside a condition is not the same
/// change as the line added after it.
const CONTEXT_LINES: usize = 3;
/// Who wrote the change when nothing says so: no people file knows this name, so the policy takes its strict end.
const NOBODY: &str = "unknown";

/// The facts about a change that the review policy decides on; the input of `policy decide`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "richter.change/1")]
pub(super) struct PolicyFacts {
    #[schemars(extend("const" = CHANGE))]
    schema: &'static str,
    head: Option<String>,
    /// Equal for two heads exactly when they propose the same change: see `stale = "same-diff"` of the policy.
    diff_id: String,
    /// Who opened the change; its first author when nothing says so.
    opened_by: Text,
    /// Who directed an agent: the first person whom its commits name as co-author.
    #[serde(skip_serializing_if = "Option::is_none")]
    driver: Option<Text>,
    authors: Vec<Text>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    co_authors: Vec<Text>,
    files: Vec<PolicyFile>,
    /// Null when it could not be assessed.
    #[schemars(extend("enum" = ["low", "medium", "high", "critical", null]))]
    risk: Option<&'static str>,
    /// Null when nothing says who or what wrote it.
    #[schemars(extend("enum" = ["declared-none", "assisted", "co-authored", "agent-authored", "autonomous", null]))]
    ai: Option<&'static str>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PolicyFile {
    path: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Text>,
}

pub(super) fn write(report: &Report, compact: bool, out: &mut dyn Write) -> io::Result<()> {
    document(&facts(report), compact, out)
}

fn facts(report: &Report) -> PolicyFacts {
    let change = &report.change;
    let authors = authors(report);
    let known = report.provenance.involvement != Involvement::Unknown;
    PolicyFacts {
        schema: CHANGE,
        head: change.head.map(|head| head.to_string()),
        diff_id: diff_id(change),
        opened_by: Text::from(authors.first().map_or(NOBODY, String::as_str)),
        driver: report.provenance.requesters.first().map(|who| Text::from(address(who))),
        co_authors: co_authors(change).iter().map(|who| Text::from(who.as_str())).collect(),
        authors: authors.iter().map(|who| Text::from(who.as_str())).collect(),
        files: change.files.iter().map(file).collect(),
        risk: risk(&report.assessment),
        ai: known.then(|| report.provenance.involvement.as_str()),
    }
}

/// The level; none where part of the change was not seen and what was seen is not bad enough to decide by itself, so that
/// the policy says what an unknown risk counts as.
fn risk(found: &Assessment) -> Option<&'static str> {
    (found.complete || found.level >= Level::High).then(|| found.level.as_str())
}

fn file(file: &FileChange) -> PolicyFile {
    PolicyFile { path: Text::from(&file.path), old: file.old_path.as_ref().map(Text::from) }
}

/// Everyone who wrote a commit, in the order of the commits, each once; `--author` where there are no commits.
fn authors(report: &Report) -> Vec<String> {
    let mut authors = Vec::new();
    let commits = report.change.commits.iter().map(|commit| &commit.author);
    for who in commits.chain(&report.history.author) {
        add(&mut authors, address(who));
    }
    authors
}

/// The address of an identity, or its name where it has none.
fn address(who: &Identity) -> &str {
    if who.email.is_empty() { who.name.raw() } else { who.email.raw() }
}

fn add(all: &mut Vec<String>, one: &str) {
    if !one.is_empty() && !all.iter().any(|known| known == one) {
        all.push(one.to_owned());
    }
}

/// `Co-authored-by:` lines wherever they stand in a message: who claims to have taken part cannot approve, so reading too
/// many is the safe side.
fn co_authors(change: &ChangeSet) -> Vec<String> {
    const KEY: &str = "co-authored-by:";
    let mut found = Vec::new();
    for line in change.commits.iter().flat_map(|commit| commit.message.raw().lines()).map(str::trim) {
        if line.get(..KEY.len()).is_some_and(|key| key.eq_ignore_ascii_case(KEY)) {
            let who = line[KEY.len()..].trim();
            let address =
                who.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address.trim());
            add(&mut found, address.unwrap_or(who));
        }
    }
    found
}

/// BLAKE3 over all files, sorted: old path, new path, modes, and the exact bytes of every hunk on both sides with a few
/// lines around it, but no line numbers, so that the same change on a moved base keeps its digest. Content that is not
/// text counts by its object name.
fn diff_id(change: &ChangeSet) -> String {
    let mut digests: Vec<[u8; 32]> = change.files.iter().map(|file| *file_digest(file).as_bytes()).collect();
    digests.sort_unstable();
    let mut all = blake3::Hasher::new_derive_key("richter.change/1 diff_id");
    for digest in &digests {
        all.update(digest);
    }
    all.finalize().to_hex().to_string()
}

fn file_digest(file: &FileChange) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    let mut put = |bytes: &[u8]| {
        // the length keeps neighbours apart
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    put(file.old_path.as_ref().unwrap_or(&file.path).as_bytes());
    put(file.path.as_bytes());
    for (side, content) in [(Side::Old, &file.old), (Side::New, &file.new)] {
        match content {
            None => put(b"absent"),
            Some(content) => side_digest(file, side, content, &mut put),
        }
    }
    hasher.finalize()
}

fn side_digest(file: &FileChange, side: Side, content: &FileSide, put: &mut impl FnMut(&[u8])) {
    put(content.mode.octal().as_bytes());
    match &content.content {
        Content::Text(bytes) | Content::Partial(bytes) => {
            let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            for hunk in &file.hunks {
                put(&with_context(&lines, hunk, side));
            }
        }
        Content::Symlink(target) => put(target.raw().as_bytes()),
        Content::Submodule(commit) => put(commit.as_bytes()),
        Content::Binary { .. } | Content::Unread => {
            put(content.oid.as_ref().map_or(b"unknown".as_slice(), |oid| oid.as_bytes()));
        }
    }
}

/// The lines of a hunk on a side and up to `CONTEXT_LINES` on each end.
fn with_context(lines: &[&[u8]], hunk: &Hunk, side: Side) -> Vec<u8> {
    let (start, count) = match side {
        Side::Old => (hunk.old_start, hunk.old_lines),
        Side::New => (hunk.new_start, hunk.new_lines),
    };
    // without lines, `start` is the line before the place, so the place itself begins one later
    let first = if count == 0 { start as usize } else { (start as usize).saturating_sub(1) };
    let from = first.saturating_sub(CONTEXT_LINES).min(lines.len());
    let to = first.saturating_add(count as usize).saturating_add(CONTEXT_LINES).min(lines.len());
    lines[from..to.max(from)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{FileStatus, Mode};
    use crate::location::RepoPath;
    use std::sync::Arc;

    fn added_line(new: &str, line: u32) -> ChangeSet {
        let side = |text: &str| {
            Some(FileSide { mode: Mode::File, oid: None, content: Content::Text(Arc::from(text.as_bytes())) })
        };
        let file = FileChange {
            path: RepoPath::from("a.py"),
            old_path: None,
            status: FileStatus::Modified,
            old: side(
                &new.lines()
                    .enumerate()
                    .filter(|(at, _)| *at as u32 + 1 != line)
                    .map(|(_, l)| format!("{l}\n"))
                    .collect::<String>(),
            ),
            new: side(new),
            hunks: vec![Hunk { old_start: line - 1, old_lines: 0, new_start: line, new_lines: 1 }],
            lines_added: 1,
            lines_deleted: 0,
            binary: false,
        };
        ChangeSet { files: vec![file], ..ChangeSet::default() }
    }

    #[test]
    fn the_same_change_further_down_keeps_its_digest_and_another_place_does_not() {
        let body = "one\ntwo\nif ok:\n    pay()\nthree\nfour\nfive\n";
        let here = diff_id(&added_line(body, 4));
        let moved = diff_id(&added_line(&format!("zero\nzero\n{body}"), 6));
        assert_eq!(here, moved);
        let elsewhere = diff_id(&added_line("one\ntwo\nif ok:\nthree\n    pay()\nfour\nfive\n", 5));
        assert_ne!(here, elsewhere);
        let spaced = diff_id(&added_line(&body.replace("    pay()", "pay()"), 4));
        assert_ne!(here, spaced, "white space decides what runs");
    }
}
