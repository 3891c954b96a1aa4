//! Who wrote the lines that a change takes away or builds upon. They are followed back through the past of their file,
//! diff by diff, to the commit that brought them. A commit from a branch that was merged with other work has no version
//! in common with what is there now; its lines are found in the present text by a second diff. Blank lines and comments
//! say nothing about knowledge, and what is older than the window belongs to nobody.

use super::record::{Before, PathId};
use super::timeline::{CommitId, View};
use super::{Log, is_code};
use crate::input::{ChangeSet, Content, FileChange, Oid, Repository, changed_lines, old_line};
use crate::limits;
use crate::location::RepoPath;
use rayon::prelude::*;
use std::sync::Arc;

/// How many of the touched lines a commit wrote last.
pub(super) type Wrote = (CommitId, u32);

/// Follows the touched lines of the production files of a change. What cannot be read ends the search in that file.
pub(super) fn written(change: &ChangeSet, log: &Log, repository: &Repository) -> Vec<Wrote> {
    let mut budget = limits::LINES_FOLLOWED_MAX;
    let files = change.files.iter().filter_map(|file| {
        let (oid, text) = match file.old.as_ref().map(|side| (side.oid, &side.content)) {
            Some((Some(oid), Content::Text(text))) => (oid, text.clone()),
            _ => return None,
        };
        let mut lines = touched(file, &text);
        lines.truncate(budget);
        budget -= lines.len();
        let path = file.old_path.as_ref().unwrap_or(&file.path);
        (!lines.is_empty()).then_some((path, Present { oid: Some(oid), text }, lines))
    });
    let open: Vec<_> = log.with(|reading| {
        let view = reading.view(&log.window);
        let production = |path| view.names.facts(view.names.path(path)).production;
        files
            .filter(|(path, ..)| production(path))
            .take(limits::LINES_FOLLOWED_FILES_MAX)
            .map(|(path, present, lines)| (steps(&view, view.names.path(path)), present, lines))
            .collect()
    });
    open.into_par_iter().flat_map_iter(|(steps, present, lines)| follow(repository, &steps, present, lines)).collect()
}

/// Lines of code that the change takes away; where it only adds, the line before and the line behind the new ones.
fn touched(file: &FileChange, old: &[u8]) -> Vec<u32> {
    let all: Vec<&[u8]> = old.split(|byte| *byte == b'\n').collect();
    let of = |hunk: &crate::input::Hunk| match hunk.old_lines {
        0 => hunk.old_start..hunk.old_start + 2,
        lines => hunk.old_start..hunk.old_start + lines,
    };
    let code = |line: &u32| *line > 0 && all.get(*line as usize - 1).is_some_and(|line| is_code(line));
    let mut lines: Vec<u32> = file.hunks.iter().flat_map(of).filter(code).collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// One commit in the past of a file, and its names before and after.
struct Step {
    id: CommitId,
    commit: Oid,
    before: RepoPath,
    after: RepoPath,
}

/// Newest first.
fn steps(view: &View<'_>, path: PathId) -> Vec<Step> {
    let mut now = path;
    let events = view.timeline.path(path, view.window, limits::LINE_VERSIONS_MAX);
    let step = |event: &&super::timeline::Event| {
        let after = now;
        if let Before::Moved(old) = event.before {
            now = old;
        }
        let name = |path| view.names.path_of(path);
        Step { id: event.commit, commit: view.commit(event.commit).oid, before: name(now), after: name(after) }
    };
    events.iter().map(step).collect()
}

/// The text in which lines are looked for.
struct Present {
    oid: Option<Oid>,
    text: Arc<[u8]>,
}

fn follow(repository: &Repository, steps: &[Step], mut present: Present, mut open: Vec<u32>) -> Vec<Wrote> {
    let mut found = Vec::new();
    for step in steps {
        let Ok((old, new)) = repository.versions(step.commit, &step.before, &step.after) else { break };
        let in_line = new == present.oid;
        let new_text = if in_line { Some(present.text.clone()) } else { text(repository, new) };
        let (Some(old_text), Some(new_text)) = (text(repository, old), new_text) else { break };
        let before = open.len();
        let brought = changed_lines(&old_text, &new_text);
        if in_line {
            open = open.iter().filter_map(|line| old_line(&brought, *line)).collect();
            present = Present { oid: old, text: old_text };
        } else {
            let since = changed_lines(&new_text, &present.text);
            let by_it = |line: &u32| old_line(&since, *line).is_some_and(|line| old_line(&brought, line).is_none());
            open.retain(|line| !by_it(line));
        }
        let wrote = (before - open.len()) as u32;
        found.extend((wrote > 0).then_some((step.id, wrote)));
        if open.is_empty() {
            break;
        }
    }
    found
}

/// No text for no blob; none where it is too large or not here.
fn text(repository: &Repository, blob: Option<Oid>) -> Option<Arc<[u8]>> {
    let Some(blob) = blob else { return Some(Arc::from(&[][..])) };
    repository.blob_size(blob).ok().filter(|size| *size <= limits::HISTORY_BLOB_BYTES_MAX)?;
    repository.blob(blob).ok()
}
