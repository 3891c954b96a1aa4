//! Laws that hold whatever the change: a change from x to x fires nothing, reformatting fires nothing, contributions sum
//! to the score, hiding never pays, and the same input gives the same bytes whatever the threads, the folder, the
//! order of files, the locale or the checkout. Binary and library are both asked.

use crate::cases::{Case, files};
use crate::repository::Repository;
use richter::assess::{Deciding, Options, Session, assess};
use richter::input::ChangeSet;
use richter::text::Untrusted;
use std::fs;
use std::process::Command;

fn all_cases() -> Vec<Case> {
    files().iter().map(|path| Case::parse(&fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn contributions_sum_to_the_score_in_every_scenario() {
    for case in all_cases() {
        let assessment = case.report().assessment;
        let sum: i32 = assessment.contributions.iter().map(|contribution| contribution.points).sum();
        assert_eq!(i32::from(assessment.score), sum.clamp(0, 100));
    }
}

#[test]
fn nothing_fires_on_a_change_that_changes_nothing() {
    for case in all_cases() {
        let mut input = case.input();
        input.change.files.clear();
        input.head = input.base.clone();
        let (options, session) = (Options::default(), Session::default());
        let deciding = Deciding::read(&input.deciding, None, &options, &session).unwrap();
        let report = assess(&input, &deciding, &options, &session);
        assert!(report.signals.is_empty(), "{:?}", report.signals);
        assert!(report.observations.is_empty(), "{:?}", report.observations);
        assert_eq!(report.assessment.score, 0);
    }
}

/// Whoever writes a change can make it as long as they like: that takes a signal from the list, and nothing from the score.
#[test]
fn filler_never_lowers_a_score() {
    let mut no_longer_asked = 0;
    for case in all_cases() {
        let alone = case.report();
        let mut input = case.input();
        let lines: String = (0..60).map(|n| format!("filler {n}\n")).collect();
        let filler = ChangeSet::in_memory([("src/zz-filler.txt", Some("first\n"), Some(&*lines))]);
        input.change.files.extend(filler.files);
        let (options, session) = (Options::default(), Session::default());
        let deciding = Deciding::read(&input.deciding, None, &options, &session).unwrap();
        let padded = assess(&input, &deciding, &options, &session);
        no_longer_asked += padded.observations.len().saturating_sub(alone.observations.len());
        let scores = (alone.assessment.score, padded.assessment.score);
        assert!(scores.0 <= scores.1, "{scores:?}, {:?}", padded.assessment.contributions);
    }
    assert!(no_longer_asked > 0, "no scenario has a signal that filler makes an observation");
}

#[test]
fn the_order_of_files_and_a_used_session_change_nothing() {
    let session = Session::default();
    for case in all_cases() {
        let fresh = case.report();
        let mut input = case.input();
        let mut files: Vec<_> = std::mem::take(&mut input.change.files);
        files.reverse();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        input.change = ChangeSet { files, ..input.change };
        let options = Options::default();
        let deciding = Deciding::read(&input.deciding, None, &options, &session).unwrap();
        let again = assess(&input, &deciding, &options, &session);
        assert_eq!(fresh.assessment.contributions, again.assessment.contributions);
        assert_eq!((fresh.signals, fresh.observations), (again.signals, again.observations));
        assert_eq!(fresh.blast.top, again.blast.top);
    }
}

#[test]
fn what_a_change_says_about_its_author_never_moves_the_score() {
    let disclosures = [
        "Add it\n\nCo-authored-by: Claude <noreply@anthropic.com>\n",
        "Add it\n\nAssisted-by: Codex\nAI-assisted: yes\n",
        "Add it\n\nAI-assisted: no\n",
        "Add it\n",
    ];
    for case in all_cases() {
        let mut scores = Vec::new();
        for message in disclosures {
            let mut input = case.input();
            input.change.commits[0].message = Untrusted::new(message);
            let (options, session) = (Options::default(), Session::default());
            let deciding = Deciding::read(&input.deciding, None, &options, &session).unwrap();
            let report = assess(&input, &deciding, &options, &session);
            scores.push((report.assessment.score, report.review.requirements.len()));
        }
        assert!(scores.iter().all(|score| score.0 == scores[0].0), "{scores:?}");
        assert!(scores[0].1 <= scores[3].1, "disclosing must not ask for more than silence: {scores:?}");
    }
}

fn richter(repository: &Repository, arguments: &[&str], threads: &str) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_richter"))
        .args(arguments)
        .current_dir(repository.path())
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn threads_folder_checkout_and_locale_change_no_byte() {
    let repository = Repository::sample();
    let one = richter(&repository, &["assess", "HEAD", "--format", "json"], "1");
    assert!(one.starts_with(b"{"), "{}", String::from_utf8_lossy(&one));
    assert_eq!(one, richter(&repository, &["assess", "HEAD", "--format", "json"], "2"), "threads");
    assert_eq!(one, richter(&repository, &["assess", "HEAD", "--format", "json", "--no-cache"], "2"), "cache");

    let bare = repository.bare_clone();
    let path = bare.path().to_string_lossy().into_owned();
    let elsewhere = richter(&repository, &["assess", "HEAD", "--format", "json", "--repo", &path], "2");
    assert_eq!(one, elsewhere, "a bare clone from another folder");
    fs::write(repository.path().join("src/lib.rs"), "// not committed\n").unwrap();
    let id = repository.head();
    let dirty = richter(&repository, &["assess", &id, "--format", "json"], "1");
    let clean = richter(&bare, &["assess", &id, "--format", "json"], "2");
    assert_eq!(dirty, clean, "what is not committed has no part in a commit");
}

#[test]
fn a_patch_and_its_range_agree() {
    let repository = Repository::sample();
    let diff = repository.git(&["diff", "HEAD~1", "HEAD"]);
    let file = repository.path().join("change.patch");
    fs::write(&file, diff).unwrap();
    let parse = |bytes: &[u8]| -> serde_json::Value { serde_json::from_slice(bytes).unwrap() };
    let range = parse(&richter(&repository, &["assess", "HEAD~1..HEAD", "--format", "json"], "2"));
    let patch = parse(&richter(&repository, &["assess", "--patch", "change.patch", "--format", "json"], "2"));
    for key in ["files", "lines_added", "lines_deleted", "paths"] {
        assert_eq!(range["change"][key], patch["change"][key], "{key}");
    }
    for key in ["signals", "observations"] {
        assert_eq!(range[key], patch[key], "{key}");
    }
}
