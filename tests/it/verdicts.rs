//! Verdicts as data: a made-up team's policy, people and owners, and changes with their reviews, each with the verdict that
//! it must get from the program. A folder of `tests/policy/` is one team; add a case by adding a line.

use serde_json::{Map, Value, json};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy").join(name)
}

/// `richter policy decide` with the files of a folder.
pub fn decide(policy: &Path, people: &Path, owners: &Path, change: &Value, review: &Value) -> Output {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("review.json");
    fs::write(&file, review.to_string()).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_richter"))
        .args(["policy", "decide", "--change", "-", "--policy"])
        .arg(policy)
        .arg("--people")
        .arg(people)
        .arg("--owners")
        .arg(owners)
        .arg("--review")
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(change.to_string().as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn with(defaults: &Value, keys: &Value) -> Value {
    let mut all: Map<String, Value> = defaults.as_object().unwrap().clone();
    all.extend(keys.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())));
    Value::Object(all)
}

fn words(list: &Value, word: impl Fn(&Value) -> String) -> Value {
    json!(list.as_array().into_iter().flatten().map(word).collect::<Vec<_>>())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What a verdict says about each thing that a case expects.
fn found(verdict: &Value, expected: &Value) -> Value {
    let mut all = Map::new();
    for key in expected.as_object().unwrap().keys() {
        let value = match key.as_str() {
            "missing" => words(&verdict["missing"], |one| format!("{}: {}", text(&one["kind"]), text(&one["need"]))),
            "ignored" => words(&verdict["ignored"], |one| text(&one["by"])),
            "suggest" if expected["suggest"].is_number() => verdict["suggest"]["size"].clone(),
            "suggest" => verdict["suggest"]["people"].clone(),
            other => verdict[other].clone(),
        };
        all.insert(key.clone(), value);
    }
    Value::Object(all)
}

#[test]
fn every_case_gets_its_verdict_from_the_program() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for team in fs::read_dir(folder("")).unwrap() {
        let team = team.unwrap().path();
        let cases: Value = serde_json::from_str(&fs::read_to_string(team.join("cases.json")).unwrap()).unwrap();
        for case in cases["cases"].as_array().unwrap() {
            let (change, review) = (with(&cases["change"], &case["change"]), with(&cases["review"], &case["review"]));
            let [policy, people, owners] = ["policy.toml", "people.toml", "CODEOWNERS"].map(|name| team.join(name));
            let output = decide(&policy, &people, &owners, &change, &review);
            let name = text(&case["name"]);
            if output.status.code() != Some(0) {
                wrong.push(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)));
                continue;
            }
            let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
            let found = found(&verdict, &case["expect"]);
            if found != case["expect"] {
                wrong.push(format!("{name}:\n  expected {}\n  found    {found}", case["expect"]));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 90, "cases were lost: {count}");
}

#[test]
fn a_verdict_names_the_rule_its_place_and_the_files_it_rests_on() {
    let team = folder("bakery");
    let change = json!({ "head": "new", "opened_by": "gh:sam", "authors": [], "files": [{ "path": "a" }],
                         "risk": "medium", "ai": "assisted" });
    let review = json!({ "now": "2026-10-06T12:00:00Z", "reviews": [] });
    let [policy, people, owners] = ["policy.toml", "people.toml", "CODEOWNERS"].map(|name| team.join(name));
    let output = decide(&policy, &people, &owners, &change, &review);
    let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
    let slot = verdict["missing"].as_array().unwrap().iter().find(|one| one["kind"] == "slot").unwrap();
    assert_eq!(slot["rule"], "new-hands");
    assert!(
        text(&slot["why"]).starts_with("a machine helped somebody who is still learning: level is medium"),
        "{slot}"
    );
    let line =
        fs::read_to_string(&policy).unwrap().lines().position(|line| line == "name = \"new-hands\"").unwrap() + 1;
    assert_eq!(slot["places"][0]["line"], line);
    assert!(text(&slot["places"][0]["file"]).ends_with("policy.toml"));
    for key in ["policy", "people", "owners"] {
        assert_eq!(text(&verdict["digests"][key]).len(), 64, "{key}");
    }
    assert_eq!(verdict["requirement"]["situation"]["author_tier"], "apprentice");
}

#[test]
fn facts_that_cannot_be_read_are_an_error_with_place_and_hint() {
    let team = folder("bakery");
    let [policy, people, owners] = ["policy.toml", "people.toml", "CODEOWNERS"].map(|name| team.join(name));
    let review = json!({ "now": "2026-10-06T12:00:00Z" });
    let change = json!({ "head": "new", "files": [], "risk": "urgent", "ai": null });
    let output = decide(&policy, &people, &owners, &change, &review);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(
        message.contains("-:1:")
            && String::from_utf8_lossy(&output.stdout).contains("\"status\": \"error\"")
            && message.contains("`urgent` is not a level")
            && message.contains("--format change")
    );
    let change = json!({ "head": "new", "files": [], "risk": "low", "ai": null });
    let output = decide(&policy, &people, &owners, &change, &json!({ "reviews": [] }));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("review.json:1:") && message.contains("missing field `now`"), "{message}");
}

/// A policy that does not load approves nothing, and says so where a machine looks.
#[test]
fn a_policy_that_does_not_load_is_the_verdict_error() {
    let team = folder("bakery");
    let scratch = tempfile::tempdir().unwrap();
    let text_of = |name: &str| fs::read_to_string(team.join(name)).unwrap();
    let policy = scratch.path().join("policy.toml");
    fs::write(&policy, text_of("policy.toml").replace("risk = \">high\"", "risk = \"=high\"")).unwrap();
    let change = json!({ "head": "new", "files": [{ "path": "a" }], "risk": "low", "ai": null });
    let review = json!({ "now": "2026-10-06T12:00:00Z" });
    let output = decide(&policy, &team.join("people.toml"), &team.join("CODEOWNERS"), &change, &review);
    let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&verdict["status"], output.status.code()), (&json!("error"), Some(0)), "a verdict like any other");
    assert!(verdict["error"]["line"].as_u64().unwrap() > 1);
    assert!(text(&verdict["error"]["message"]).contains("may only ask in the direction of more review"));
    let people = scratch.path().join("people.toml");
    fs::write(&people, text_of("people.toml").replace("gh:rosa", "gh:pavel")).unwrap();
    let output = decide(&team.join("policy.toml"), &people, &team.join("CODEOWNERS"), &change, &review);
    let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(text(&verdict["error"]["message"]).contains("`gh:pavel` belongs to both"), "{verdict}");
}

#[test]
fn without_a_review_the_verdict_says_what_is_asked_for() {
    let team = folder("bakery");
    let output = Command::new(env!("CARGO_BIN_EXE_richter"))
        .args(["policy", "decide", "--format", "text", "--policy"])
        .arg(team.join("policy.toml"))
        .arg("--people")
        .arg(team.join("people.toml"))
        .arg("--owners")
        .arg(team.join("CODEOWNERS"))
        .arg("--change")
        .arg(team.join("change.json"))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in [
        "PENDING    risk medium, AI involvement assisted, author apprentice; touches oven",
        "freeze easter depends on it",
        "Do         ask olga (master); 1 other choice of as few",
        "show fire-drill: check drill of app:17 on this head",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
}
