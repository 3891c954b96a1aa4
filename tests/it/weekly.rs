//! The weekly review as its users see it: periods end at the tip's time, repairs find what they repair, a second person
//! counts only where git shows one, and the page cannot be made to run anything.

use crate::repository::Repository;
use serde_json::Value;
use std::process::Command;

const DAY: i64 = 86_400;
const BEGIN: i64 = 1_700_000_000;

fn report(repository: &Repository, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_richter"))
        .arg("report")
        .args(arguments)
        .current_dir(repository.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Three weeks: a risky change in the second, its revert and a reviewed change in the third.
fn history() -> (Repository, String) {
    let repository = Repository::sample();
    let ann = "Ann <ann@example.com>";
    repository.write("src/tax.rs", "pub fn tax(net: u64) -> u64 {\n    net * 19 / 100\n}\n");
    repository.commit_by(ann, BEGIN + DAY, "Add tax");
    repository.write("deploy/app.yaml", "http:\n  timeout: 300s\n  retries: 90\n");
    repository.commit_by("Bo <bo@example.com>", BEGIN + 9 * DAY, "Retry more often");
    let risky = repository.head();
    repository.write("deploy/app.yaml", "http:\n  timeout: 3s\n  retries: 3\n");
    let message = format!("Revert \"Retry more often\"\n\nThis reverts commit {risky}.");
    repository.commit_by(ann, BEGIN + 11 * DAY, &message);
    repository.write("src/tax.rs", "pub fn tax(net: u64) -> u64 {\n    net * 20 / 100\n}\n");
    repository.commit_by(ann, BEGIN + 17 * DAY, "<script>alert(1)</script>\n\nReviewed-by: Bo <bo@example.com>");
    (repository, risky)
}

#[test]
fn the_periods_hold_what_was_committed_in_them() {
    let (repository, risky) = history();
    let week: Value = serde_json::from_str(&report(&repository, &["--format", "json"])).unwrap();
    let schema: Value = serde_json::from_str(&richter::weekly::schema("weekly").unwrap()).unwrap();
    assert!(jsonschema::is_valid(&schema, &week));
    let changes: Vec<u64> = week["trend"].as_array().unwrap().iter().map(|p| p["changes"].as_u64().unwrap()).collect();
    // the three commits of the sample stand at the very beginning, in the same week as the tax
    assert_eq!(changes, [0, 0, 0, 4, 1, 2]);
    assert_eq!(week["trend"][5]["reverts"], 1);
    let repair = &week["repairs"][0];
    assert_eq!((repair["kind"].as_str(), repair["of"]["how"].as_str()), (Some("revert"), Some("named")));
    assert_eq!((repair["of"]["commit"].as_str(), repair["of"]["days"].as_u64()), (Some(risky.as_str()), Some(2)));
    let ann = &week["authors"][0];
    assert_eq!((&ann["review_named"], &ann["review_none_seen"]), (&1.into(), &1.into()));
}

#[test]
fn an_incident_is_ranked_and_its_repair_is_found() {
    let (repository, risky) = history();
    let week: Value = serde_json::from_str(&report(&repository, &["--incident", &risky, "--format", "json"])).unwrap();
    let incident = &week["incident"];
    assert_eq!(incident["change"]["commit"], risky.as_str());
    assert_eq!(incident["among"], 5);
    assert!((1..=3).contains(&incident["rank"].as_u64().unwrap()), "{incident}");
    assert_eq!(incident["repaired_by"][0]["kind"], "revert");
}

#[test]
fn text_and_page_show_hostile_subjects_as_text() {
    let (repository, _) = history();
    let page = report(&repository, &["--format", "html"]);
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"));
    assert!(page.contains("<svg") && page.trim_end().ends_with("</html>"));
    let text = report(&repository, &["--since", "2w"]);
    assert!(text.contains("Retry more often") && text.contains("reverts"), "{text}");
}
