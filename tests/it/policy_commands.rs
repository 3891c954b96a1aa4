//! The commands about policies as their users see them: what they print, how they end, what they leave alone.

use crate::repository::Repository;
use serde_json::{Value, json};
use std::fs;
use std::process::{Command, Output};

fn run(repository: &Repository, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_richter")).args(arguments).current_dir(repository.path()).output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

const PEOPLE: &str = r#"schema = "richter.people/1"
[[person]]
id = "ann"
tier = "senior"
logins = ["gh:ann"]
emails = ["ann@example.com"]
teams = ["leads"]
[[person]]
id = "bo"
tier = "mid"
logins = ["gh:bo"]
emails = ["bo@example.com"]
[[person]]
id = "cy"
tier = "senior"
logins = ["gh:cy"]
emails = ["cy@example.com"]
teams = ["leads"]
"#;

const POLICY: &str = r#"schema = "richter.policy/1"
[owners]
required = "by-rule"
[[rule]]
name = "everything"
when = {}
require = { slots = [{ min_tier = "senior" }] }
[override]
by_team = "leads"
expires = "1h"
review_within = "1d"
"#;

/// `main`, and a change on top of it whose author is ann.
fn shop() -> Repository {
    let repository = Repository::new();
    repository.write(".richter/policy.toml", POLICY);
    repository.write(".richter/people.toml", PEOPLE);
    repository.write("CODEOWNERS", "*  @org/all\n/lib/  @bo @org/leads   # both\n");
    repository.write("lib/a.rs", "fn a() {}\n");
    repository.commit("Begin");
    repository.git(&["checkout", "-q", "-b", "work"]);
    repository.write("lib/a.rs", "fn a() { b() }\n");
    repository.commit("Call b");
    repository
}

#[test]
fn init_writes_a_start_that_loads_and_leaves_alone_what_is_there() {
    let repository = Repository::sample();
    repository.write(".richter/config.toml", "# ours\n");
    let first = run(&repository, &["init"]);
    assert_eq!(first.status.code(), Some(0), "{}", told(&first));
    assert!(
        told(&first).contains("wrote    .richter/policy.toml")
            && told(&first).contains("is there .richter/config.toml")
    );
    let read = |name: &str| fs::read_to_string(repository.path().join(".richter").join(name)).unwrap();
    assert_eq!(read("config.toml"), "# ours\n");
    assert!(read("people.toml").contains("emails = [\"ann@example.com\"]"), "{}", read("people.toml"));
    let before = read("people.toml");
    run(&repository, &["init"]);
    assert_eq!(read("people.toml"), before);
    repository.commit("Configure");
    let test = run(&repository, &["policy", "test"]);
    assert!(test.status.success() && told(&test).contains("0 failed"), "{}", told(&test));
    let bare = run(&repository.bare_clone(), &["init"]);
    assert_eq!(bare.status.code(), Some(2));
    assert!(told(&bare).contains("the repository is bare"));
}

#[test]
fn owners_names_the_line_that_decided_and_those_it_overruled() {
    let repository = shop();
    let output = told(&run(&repository, &["owners", "lib/a.rs"]));
    assert_eq!(
        output,
        "lib/a.rs: @bo @org/leads\n  overruled: CODEOWNERS:1 `*`: @org/all\n  decided by CODEOWNERS:2 `/lib/`: @bo @org/leads\n"
    );
    repository.write("OWN", "[Docs][2] @org/docs\n*.md\n");
    let draft = told(&run(&repository, &["owners", "a.md", "--owners", "OWN", "--dialect", "gitlab"]));
    assert!(draft.starts_with("a.md: 2 of @org/docs\n  decided by [Docs] OWN:2 `*.md`"), "{draft}");
}

#[test]
fn review_check_tells_who_is_missing_and_keeps_a_ledger_of_overrides() {
    let repository = shop();
    let head = repository.head();
    let check = |review: &Value, more: &[&str]| {
        fs::write(repository.path().join("review.json"), review.to_string()).unwrap();
        let mut arguments = vec!["review", "check", "main..work", "--review", "review.json", "--no-graph"];
        arguments.extend(more);
        run(&repository, &arguments)
    };
    let at = "2026-05-01T10:00:00Z";
    let mut review = json!({ "now": "2026-05-01T10:30:00Z", "complete": true,
                             "reviews": [{ "by": "gh:bo", "state": "approved", "at": at, "commit": head }] });
    let open = check(&review, &[]);
    assert_eq!(open.status.code(), Some(1), "{}", told(&open));
    assert!(told(&open).contains("ask cy (senior); nobody else would do"), "{}", told(&open));
    review["overrides"] = json!([{ "by": "gh:cy", "reason": "shop is down", "ticket": "", "at": at, "commit": head }]);
    let over = check(&review, &["--ledger", "ledger.jsonl"]);
    assert_eq!(over.status.code(), Some(0), "{}", told(&over));
    check(&review, &["--ledger", "ledger.jsonl"]);
    let ledger = repository.path().join("ledger.jsonl");
    let text = fs::read_to_string(&ledger).unwrap();
    assert_eq!(text.lines().count(), 1, "the same override is one entry");
    let entry: Value = serde_json::from_str(text.trim()).unwrap();
    assert_eq!((&entry["by"], &entry["review_due"]), (&json!(["cy"]), &json!("2026-05-02T10:30:00Z")));
    fs::write(&ledger, text.replace("shop is down", "all is well")).unwrap();
    let forged = check(&review, &["--ledger", "ledger.jsonl"]);
    assert!(told(&forged).contains("ledger.jsonl:1:1: this line does not follow"), "{}", told(&forged));
}

#[test]
fn review_check_tells_accounts_apart_where_there_is_no_people_file() {
    let repository = Repository::sample();
    let check = |by: &str, opened_by: Option<&str>| {
        let review = json!({ "now": "2026-05-01T10:30:00Z", "complete": true, "change": { "opened_by": opened_by },
            "reviews": [{ "by": by, "state": "approved", "at": "2026-05-01T10:00:00Z", "commit": repository.head() }] });
        repository.write("review.json", &review.to_string());
        let arguments = ["review", "check", "HEAD", "--review", "review.json", "--policy", "one.toml", "--no-graph"];
        run(&repository, &arguments)
    };
    repository.write("one.toml", "schema = \"richter.policy/1\"\n[owners]\nrequired = \"by-rule\"\n");
    let met = check("gh:bo", Some("gh:ann"));
    assert_eq!(met.status.code(), Some(0), "{}", told(&met));
    assert_eq!(check("gh:ann", Some("gh:ann")).status.code(), Some(1), "her own");
    let untold = check("gh:ann", None);
    assert_eq!(untold.status.code(), Some(1));
    assert!(told(&untold).contains("which account ann@example.com is"), "{}", told(&untold));
}

#[test]
fn every_command_that_takes_a_policy_takes_the_name_of_a_preset() {
    let repository = shop();
    repository.write("review.json", "{\"now\": \"2026-05-01T10:30:00Z\", \"complete\": true}");
    let facts = run(&repository, &["assess", "main..work", "--no-graph", "--format", "change"]);
    fs::write(repository.path().join("change.json"), &facts.stdout).unwrap();
    let decide = ["policy", "decide", "--people", ".richter/people.toml", "--change", "change.json"];
    let review = ["review", "check", "main..work", "--review", "review.json", "--no-graph", "--format", "json"];
    for command in [&["assess", "main..work", "--no-graph", "--format", "json"][..], &decide, &review] {
        let with = |policy: &str| run(&repository, &[command, &["--policy", policy]].concat());
        let found = told(&with("two-humans-for-agents"));
        assert!(found.contains("rules/presets/two-humans-for-agents.toml"), "{found}");
        let none = told(&with("no-such-preset"));
        assert!(none.contains("presets: senior-approves-ai, two-humans-for-agents, weekend-gate"), "{none}");
    }
}

#[test]
fn whatever_does_not_load_is_a_verdict_of_policy_decide() {
    let repository = shop();
    let change = "{\"head\": \"h\", \"opened_by\": \"gh:ann\", \"files\": [], \"risk\": \"low\"}";
    repository.write("change.json", change);
    repository.write("large", &"# large\n".repeat(1 << 19));
    let decide = |flag: &str, file: &str| {
        let mut arguments = vec!["policy", "decide", "--people", ".richter/people.toml", "--change", "change.json"];
        match arguments.iter().position(|known| *known == flag) {
            Some(at) => arguments[at + 1] = file,
            None => arguments.extend([flag, file]),
        }
        let output = run(&repository, &arguments);
        let verdict: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(&output)));
        (verdict["status"].as_str().unwrap().to_owned(), output.status.code())
    };
    assert_eq!(decide("--owners", "CODEOWNERS").1, Some(0));
    for file in ["large", "missing", "lib"] {
        for flag in ["--policy", "--people", "--owners"] {
            assert_eq!(decide(flag, file), ("error".to_owned(), Some(0)), "{flag} {file}");
        }
        for flag in ["--change", "--review"] {
            assert_eq!(decide(flag, file), ("error".to_owned(), Some(2)), "{flag} {file}");
        }
    }
}

#[test]
fn owners_wants_a_path_of_the_repository() {
    let repository = shop();
    for path in ["/lib/a.rs", "lib/../lib/a.rs", "lib//a.rs", "", "..", "./"] {
        let output = run(&repository, &["owners", path]);
        assert!(output.status.code() == Some(2) && told(&output).contains("from the top"), "{path}: {}", told(&output));
    }
    assert_eq!(run(&repository, &["owners", "./lib/"]).status.code(), Some(0));
}

#[test]
fn simulate_says_what_would_have_been_asked_of_whom() {
    let repository = shop();
    let output = run(&repository, &["policy", "simulate", "--since", "30d", "--format", "json", "--each-commit"]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(&output)));
    assert_eq!(found["changes"], 1, "the first commit has nothing to compare with");
    assert_eq!(found["load"], json!([{ "who": "cy", "changes": 1, "busiest_week": 1, "only_choice": 1 }]));
    assert_eq!(found["stuck"], json!([]));
    let text = told(&run(&repository, &["policy", "simulate"]));
    assert!(text.contains("who is asked") && text.contains("1 senior or above"), "{text}");
    let wrong = run(&repository, &["policy", "simulate", "--since", "soon"]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn examining_a_policy_ends_with_one_when_something_was_found() {
    let repository = shop();
    let code = |arguments: &[&str]| run(&repository, arguments).status.code();
    assert_eq!(code(&["policy", "prove", "--policy", "senior-approves-ai"]), Some(0));
    assert_eq!(code(&["policy", "lint", "--policy", "weekend-gate"]), Some(0));
    repository.write("lax.toml", "schema = \"richter.policy/1\"\n[owners]\nrequired = \"by-rule\"\n");
    assert_eq!(code(&["policy", "diff", ".richter/policy.toml", "lax.toml"]), Some(1));
    assert_eq!(code(&["policy", "diff", "lax.toml", ".richter/policy.toml"]), Some(0));
    let same = told(&run(&repository, &["policy", "diff", "lax.toml", "lax.toml"]));
    assert!(same.contains("looser in 0, stricter in 0"), "{same}");
    let none = run(&repository, &["policy", "prove", "--policy", "no-such-preset"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(told(&none).contains("cannot read no-such-preset"), "{}", told(&none));
}

#[test]
fn assess_says_who_must_look_and_who_is_enough() {
    let repository = shop();
    let output = told(&run(&repository, &["assess", "main..work", "--no-graph"]));
    let output = output.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(output.contains("1 senior (everything): ask cy (nobody else would do)"), "{output}");
    let json: Value =
        serde_json::from_slice(&run(&repository, &["assess", "main..work", "--no-graph", "--format", "json"]).stdout)
            .unwrap();
    assert_eq!((&json["review"]["exact"], &json["review"]["unmeetable"]), (&json!(true), &Value::Null));
}
