//! The past of a change: what is known about its files, its author and the repository at its base, the same numbers for
//! each of the changes it is ranked against, and who knows the files. Every number is of the ancestors alone, so reading
//! further can never change it.

use super::experts::experts;
use super::features::{Shape, ShapeFile, features, followed_here, people};
use super::log::Reading;
use super::measure::{Measure, measure};
use super::record::{Before, Record};
use super::timeline::View;
use super::{CommitKind, FileHistory, History, Log, classify, days};
use crate::gap::{Gap, GapKind};
use crate::input::{ChangeSet, Content, FileChange, FileSide, FileStatus, Identity, Oid};
use crate::limits;

/// The past of a change. `author` is `--author`, else the author of the change's only or last commit.
pub fn recall(change: &ChangeSet, log: &Log, author: Option<Identity>) -> History {
    let author = author.or_else(|| change.commits.last().map(|commit| commit.author.clone()));
    let known = !log.is_empty();
    let mut gaps = log.gaps.clone();
    if !known {
        gaps.push(Gap::context(GapKind::NoHistory, "there is no history to compare with"));
    }
    log.with(|reading| {
        let shape = change_shape(change, reading, author.as_ref().filter(|_| known));
        let view = reading.view(&log.window);
        History {
            known,
            files: change
                .files
                .iter()
                .zip(&shape.files)
                .map(|(file, at)| file_history(file, at, &shape, &view))
                .collect(),
            features: features(&shape, &view),
            peers: log.peers.iter().map(|peer| peer_features(reading, peer)).collect(),
            experts: experts(&view, &shape.places(), shape.time, &[]),
            author,
            commits: u32::try_from(log.len()).unwrap_or(u32::MAX),
            gaps,
        }
    })
}

/// A ranked commit's own numbers, computed once.
fn peer_features(reading: &Reading<'_>, peer: &super::log::Peer) -> super::Features {
    let record = &peer.record;
    if let Some((commits_max, known)) = record.features.get()
        && *commits_max == peer.commits_max
    {
        return *known;
    }
    let found = features(&record_shape(record), &reading.view(&peer.window));
    let _ = record.features.set((peer.commits_max, found));
    found
}

fn file_history(file: &FileChange, at: &ShapeFile, shape: &Shape, view: &View<'_>) -> FileHistory {
    let path = Some(file.path.clone());
    let events = view.timeline.path(at.past, view.window, usize::MAX);
    let kind = |kind| events.iter().filter(|event| event.kind == kind).count() as u32;
    let people = people(&events);
    FileHistory {
        path,
        changes: events.len() as u32,
        fixes: kind(CommitKind::Fix),
        reverts: kind(CommitKind::Revert),
        last_five_fixed: followed_here(&events, 5),
        last_five: events.len().min(5) as u32,
        authors: people.len() as u32,
        days_since_change: events.first().map(|event| days(event.time, shape.time)),
        author_changes: shape.person.map_or(0, |who| people.iter().find(|(p, _)| *p == who).map_or(0, |(_, n)| *n)),
    }
}

pub(super) fn record_shape(record: &Record) -> Shape {
    let files = record.touches().iter().enumerate().map(|(at, touch)| ShapeFile {
        path: touch.path,
        past: touch.past(),
        new: touch.before == Before::Nothing,
        measure: record.measure(at),
    });
    Shape {
        files: files.collect(),
        person: Some(record.person),
        time: record.time,
        repair: record.kind == CommitKind::Fix,
    }
}

fn change_shape(change: &ChangeSet, reading: &Reading<'_>, author: Option<&Identity>) -> Shape {
    Shape {
        files: change.files.iter().map(|file| file_shape(file, reading, change.head.is_some())).collect(),
        person: author.map(|who| reading.names.identity(who).1),
        time: change.as_of.unwrap_or(reading.latest),
        repair: change.commits.last().is_some_and(|last| classify(last.message.raw()) == CommitKind::Fix),
    }
}

fn file_shape(file: &FileChange, reading: &Reading<'_>, committed: bool) -> ShapeFile {
    let (path, past) = reading.names.place(file);
    let new = matches!(file.status, FileStatus::Added | FileStatus::Copied);
    let text = |side: &Option<FileSide>| match side.as_ref().map(|side| &side.content) {
        Some(Content::Text(bytes) | Content::Partial(bytes)) => bytes.clone(),
        _ => std::sync::Arc::from(&[][..]),
    };
    let counted = Measure { added: file.lines_added, deleted: file.lines_deleted, ..Measure::default() };
    let measure = if file.hunks.is_empty() {
        counted
    } else {
        let measure = measure(&text(&file.old), &text(&file.new), &file.hunks);
        if let (true, Ok(old), Ok(new)) = (committed, object(&file.old), object(&file.new)) {
            reading.measured.keep(old, new, measure);
        }
        measure
    };
    ShapeFile { path, past, new, measure }
}

/// The object of a side that is wholly known, of a size that history reads too; none where the file is not there.
fn object(side: &Option<FileSide>) -> Result<Option<Oid>, ()> {
    let Some(side) = side else { return Ok(None) };
    match (&side.content, side.oid) {
        (Content::Text(bytes), Some(oid)) if bytes.len() as u64 <= limits::HISTORY_BLOB_BYTES_MAX => Ok(Some(oid)),
        _ => Err(()),
    }
}
