//! Laws and small stories of the past, on logs in memory.
#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::gap::GapKind;
use crate::input::{ChangeSet, Commit, FileChange, FileStatus, Oid};
use crate::text::Untrusted;

const DAY: i64 = 86_400;

fn who(name: &str) -> Identity {
    Identity { name: Untrusted::new(name), email: Untrusted::new(format!("{name}@shop.example")) }
}

fn commit(number: u32, day: i64, author: &str, message: &str) -> Commit {
    let mut bytes = [0; 20];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    Commit {
        oid: Oid::from_bytes(&bytes),
        parents: Vec::new(),
        author: who(author),
        author_time: day * DAY,
        committer: who(author),
        commit_time: day * DAY,
        message: Untrusted::new(message),
    }
}

fn past(number: u32, day: i64, author: &str, message: &str, files: &[&str]) -> PastCommit {
    let files = files.iter().map(|path| PastFile {
        path: (*path).into(),
        added_file: false,
        old_path: None,
        lines_added: number % 7 + 1,
        lines_deleted: number % 3,
    });
    PastCommit { commit: commit(number, day, author, message), files: files.collect() }
}

fn file(path: &str, old_path: Option<&str>) -> FileChange {
    FileChange {
        path: path.into(),
        old_path: old_path.map(Into::into),
        status: if old_path.is_some() { FileStatus::Renamed } else { FileStatus::Modified },
        old: None,
        new: None,
        hunks: Vec::new(),
        lines_added: 3,
        lines_deleted: 1,
        binary: false,
    }
}

fn change(day: i64, author: &str, files: Vec<FileChange>) -> ChangeSet {
    ChangeSet {
        as_of: Some(day * DAY),
        files,
        commits: vec![commit(u32::MAX, day, author, "a change")],
        ..ChangeSet::default()
    }
}

/// Some varied history over a few files.
fn story(commits: u32) -> Vec<PastCommit> {
    let files = ["lib/money.rs", "lib/tax.rs", "cart/total.rs", "main.rs"];
    let authors = ["ann", "bob", "eve"];
    let messages = ["add a case", "fix: rounding", "tidy", "Revert \"add a case\"", "fix typo"];
    let pick = |n: u32| (n.wrapping_mul(2_654_435_761) >> 16) as usize;
    (0..commits)
        .map(|n| {
            let (a, b) = (files[pick(n) % 4], files[pick(n + 1) % 4]);
            let touched = if a == b { vec![a] } else { vec![a, b] };
            past(n, i64::from(n), authors[pick(n + 7) % 3], messages[pick(n + 13) % 5], &touched)
        })
        .collect()
}

#[test]
fn what_comes_later_changes_nothing_before() {
    let next = change(90, "ann", vec![file("main.rs", None)]);
    let peers = |commits| recall(&next, &Log::from_commits(story(commits)), None).peers;
    let (short, long) = (peers(40), peers(80));
    assert_eq!(short.len(), 40);
    assert_eq!(short[..], long[..40]);
}

#[test]
fn a_commit_has_the_same_features_as_a_change_and_as_a_peer() {
    let mut commits = story(41);
    let last = commits.pop().unwrap();
    let files = last.files.iter().map(|past| FileChange {
        lines_added: past.lines_added,
        lines_deleted: past.lines_deleted,
        ..file(&past.path.to_text(), None)
    });
    let next = ChangeSet {
        as_of: Some(last.commit.commit_time),
        files: files.collect(),
        commits: vec![last.commit.clone()],
        ..ChangeSet::default()
    };
    let as_change = recall(&next, &Log::from_commits(commits.clone()), None).features;
    commits.push(last);
    let as_peer = *recall(&next, &Log::from_commits(commits), None).peers.last().unwrap();
    assert_eq!(as_change, as_peer);
}

#[test]
fn fixes_count_against_the_changes_they_follow_within_a_month() {
    let log = Log::from_commits(vec![
        past(1, 0, "ann", "add rounding", &["a.rs"]),
        past(2, 40, "ann", "fix: too late to blame the first", &["a.rs"]),
        past(3, 50, "bob", "faster rounding", &["a.rs", "b.rs"]),
        past(4, 60, "ann", "Revert \"faster rounding\"", &["a.rs"]),
    ]);
    let history = recall(&change(70, "Ann", vec![file("a.rs", None), file("new.rs", None)]), &log, None);
    let a = &history.files[0];
    assert_eq!((a.changes, a.fixes, a.reverts, a.authors), (4, 1, 1, 2));
    assert_eq!((a.last_five, a.last_five_fixed), (4, 2), "the fix of day 40 and the change of day 50 were taken back");
    assert_eq!((a.days_since_change, a.author_changes), (Some(10), 3), "an address is the same in any case");
    assert_eq!((history.files[1].changes, history.files[1].days_since_change), (0, None));
    assert_eq!((history.features.author_commits, history.files[0].author_changes), (3, 3));
}

#[test]
fn a_renamed_file_keeps_its_past() {
    let mut moved = past(2, 5, "bob", "move", &["lib/b.rs"]);
    moved.files[0].old_path = Some("a.rs".into());
    let log = Log::from_commits(vec![past(1, 0, "ann", "x", &["a.rs"]), moved]);
    let history = recall(&change(9, "eve", vec![file("c.rs", Some("lib/b.rs"))]), &log, None);
    assert_eq!((history.files[0].changes, history.files[0].authors), (2, 2));
    let names: Vec<_> = history.experts.iter().map(|expert| expert.who.name.raw()).collect();
    assert_eq!(names, ["bob", "ann"], "the later change counts more");
}

#[test]
fn experts_are_ranked_by_recent_changes_and_ties_by_name() {
    let log = Log::from_commits(vec![
        past(1, 0, "old", "x", &["a.rs"]),
        past(2, 1, "old", "x", &["a.rs"]),
        past(3, 999, "bob", "x", &["a.rs"]),
        past(4, 999, "ann", "x", &["a.rs"]),
        past(5, 1000, "eve", "x", &["other.rs"]),
    ]);
    let history = recall(&change(1000, "ann", vec![file("a.rs", None)]), &log, None);
    let found: Vec<_> = history.experts.iter().map(|expert| (expert.who.name.raw(), expert.changes)).collect();
    assert_eq!(found, [("ann", 1), ("bob", 1), ("old", 2)]);
}

#[test]
fn no_history_is_said() {
    let history = recall(&change(1, "ann", vec![file("a.rs", None)]), &Log::default(), None);
    assert!(!history.known);
    assert_eq!(history.gaps[0].kind, GapKind::NoHistory);
    assert_eq!(history.features.author_commits, UNKNOWN, "not zero: nobody looked");
    let log = Log::from_commits(story(3));
    let commits = |change: &ChangeSet| recall(change, &log, None).features.author_commits;
    let nobody = ChangeSet { commits: Vec::new(), ..change(1, "", vec![file("a.rs", None)]) };
    assert_eq!(commits(&nobody), UNKNOWN);
    assert_eq!(commits(&change(9, "stranger", vec![file("a.rs", None)])), 0);
}
