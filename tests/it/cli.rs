//! The command line as its users see it: exit codes, errors that say what to do, streams.

use crate::repository::Repository;
use std::io::Write;
use std::process::{Command, Output, Stdio};

fn run(repository: &Repository, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_richter"))
        .args(arguments)
        .current_dir(repository.path())
        .env("RICHTER_CACHE_DIR", repository.path().join(".git/richter-cache"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // a command that does not read its input may be gone already
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn exit_codes_follow_the_contract() {
    let repository = Repository::sample();
    assert_eq!(code(&run(&repository, &["assess"], "")), 0);
    assert_eq!(code(&run(&repository, &["assess", "--fail-on", "low"], "")), 1);
    assert_eq!(code(&run(&repository, &["assess", "HEAD~1", "--fail-on", "critical"], "")), 0);
    assert_eq!(code(&run(&repository, &["assess", "nowhere"], "")), 2);
    assert_eq!(code(&run(&repository, &["asses"], "")), 2);
    std::fs::write(repository.path().join("lib.bin"), b"a\0b").unwrap();
    repository.commit("Add a blob");
    assert_eq!(code(&run(&repository, &["assess", "HEAD", "--fail-on", "critical"], "")), 3);
    assert_eq!(code(&run(&repository, &["assess", "HEAD", "--fail-on", "critical", "--allow-incomplete"], "")), 0);
}

#[test]
fn errors_say_what_was_wrong() {
    let repository = Repository::sample();
    let unknown = run(&repository, &["assess", "nowhere..HEAD"], "");
    assert!(stderr(&unknown).contains("nowhere"), "{}", stderr(&unknown));
    assert!(stdout(&unknown).is_empty());
    let empty = run(&repository, &["assess", "HEAD..HEAD"], "");
    assert_eq!(code(&empty), 2, "{}", stderr(&empty));
    let outside = run(&repository, &["assess", "--repo", "/nonexistent/richter"], "");
    assert!(stderr(&outside).contains("repository"), "{}", stderr(&outside));
    let patch = run(&repository, &["assess", "--patch", "-"], "this is no patch\n");
    assert_eq!(code(&patch), 2, "{}", stderr(&patch));
}

#[test]
fn a_broken_configuration_is_an_error_with_its_place() {
    let repository = Repository::sample();
    repository.write(".richter/config.toml", "[levels]\nmedium = 20\nhgh = 40\n");
    repository.commit("Configure richter");
    repository.write("src/price.rs", "pub fn net() {}\n");
    repository.commit("Change");
    let output = run(&repository, &["assess", "HEAD"], "");
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains(".richter/config.toml:3:"), "{}", stderr(&output));
    assert!(stderr(&output).contains("hgh"), "{}", stderr(&output));
}

#[test]
fn a_change_cannot_configure_its_own_judgement() {
    let repository = Repository::sample();
    let before = run(&repository, &["assess", "HEAD", "--format", "json"], "");
    repository.git(&["reset", "-q", "--soft", "HEAD~1"]);
    repository.write(".richter/config.toml", "[levels]\nmedium = 98\nhigh = 99\ncritical = 100\n");
    repository.commit("Take the rate from outside");
    let after = run(&repository, &["assess", "HEAD", "--format", "json"], "");
    let level = |output: &Output| -> serde_json::Value {
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        report["assessment"].clone()
    };
    let score = |value: &serde_json::Value| value["score"].as_i64().unwrap();
    assert!(score(&level(&after)) >= score(&level(&before)));
    let words = ["low", "medium", "high", "critical"];
    let rank = |value: &serde_json::Value| words.iter().position(|word| value["level"] == *word).unwrap();
    assert!(rank(&level(&after)) >= rank(&level(&before)), "its own thresholds must not count");
}

#[test]
fn batch_answers_every_line_in_order() {
    let repository = Repository::sample();
    let head = repository.head();
    let requests = format!(
        "{{\"id\":1,\"commit\":\"{head}\"}}\n{{\"id\":2,\"commit\":\"nowhere\"}}\nnot json\n{{\"id\":4,\"base\":\"HEAD~1\",\"head\":\"HEAD\"}}\n"
    );
    let output = run(&repository, &["batch"], &requests);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let answers: Vec<serde_json::Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let schemas: Vec<&str> = answers.iter().map(|answer| answer["schema"].as_str().unwrap()).collect();
    assert_eq!(schemas, ["richter.report/1", "richter.error/1", "richter.error/1", "richter.report/1"]);
    assert_eq!((&answers[0]["id"], &answers[1]["id"], &answers[3]["id"]), (&1.into(), &2.into(), &4.into()));
    assert_eq!((answers[0]["commit"].as_str(), answers[1]["commit"].as_str()), (Some(head.as_str()), Some("nowhere")));
}

/// The requests of a batch share trees, measures and windows; none of it may show.
#[test]
fn a_batch_gives_the_same_line_for_a_commit_in_any_company() {
    let repository = Repository::new();
    let body = |n: usize, value: &str| {
        format!("def f{n}(a):\n    b = a\n    if b > {value}:\n        return b\n    return a\n\n\n")
    };
    let text = |changed: usize| (0..30).map(|n| body(n, if n == changed { "7" } else { "1" })).collect::<String>();
    let mut commits = Vec::new();
    for at in 0..20 {
        repository.write("shop/cart.py", &text(3 * at % 29));
        repository.commit(&format!("change {at}"));
        commits.push(repository.head());
    }
    let requests = |commits: &mut dyn Iterator<Item = &String>| -> String {
        commits.map(|commit| format!("{{\"commit\":\"{commit}\"}}\n")).collect()
    };
    let sorted = |output: std::process::Output| {
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let mut lines: Vec<String> = stdout(&output).lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let forwards = sorted(run(&repository, &["batch", "--no-graph", "--threads", "1"], &requests(&mut commits.iter())));
    let backwards = requests(&mut commits.iter().rev());
    assert_eq!(forwards, sorted(run(&repository, &["batch", "--no-graph", "--threads", "4"], &backwards)));
    let one = |commit| run(&repository, &["batch", "--no-graph", "--no-cache"], &requests(&mut [commit].into_iter()));
    let alone: Vec<String> = commits.iter().flat_map(|commit| sorted(one(commit))).collect();
    let mut alone = alone;
    alone.sort();
    assert_eq!(forwards, alone);
}

#[test]
fn what_is_known_can_be_looked_up() {
    let repository = Repository::sample();
    let list = run(&repository, &["rules", "list"], "");
    assert!(stdout(&list).lines().count() >= 20);
    let id = "zone/checkout";
    assert!(stdout(&run(&repository, &["explain", id], "")).contains("checkout"));
    let unknown = run(&repository, &["explain", "config/timeuot"], "");
    assert_eq!(code(&unknown), 2);
    for (arguments, word) in [
        (vec!["schema", "report"], "richter.report/1"),
        (vec!["completions", "bash"], "richter"),
        (vec!["man"], "fail\\-on"),
        (vec!["rules", "test"], "0 failed"),
    ] {
        let output = run(&repository, &arguments, "");
        assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).contains(word), "{arguments:?}");
    }
}

#[test]
fn a_batch_that_was_cut_off_goes_on_where_it_stopped() {
    let repository = Repository::sample();
    let out = repository.path().join("reports.ndjson");
    let requests =
        "{\"id\":1,\"commit\":\"HEAD\"}\n{\"id\":2,\"commit\":\"nowhere\"}\n{\"id\":3,\"commit\":\"HEAD\"}\n";
    let arguments = ["batch", "--out", out.to_str().unwrap()];
    assert_eq!(code(&run(&repository, &arguments, requests)), 0);
    let whole = std::fs::read(&out).unwrap();
    let cut = whole.iter().position(|byte| *byte == b'\n').unwrap() + 20;
    std::fs::write(&out, &whole[..cut]).unwrap();
    let resumed = [&arguments[..], &["--resume"]].concat();
    assert_eq!(code(&run(&repository, &resumed, requests)), 0);
    assert_eq!(std::fs::read(&out).unwrap(), whole);
    let other = run(&repository, &resumed, "{\"id\":9,\"commit\":\"HEAD\"}\n");
    assert_eq!(code(&other), 2);
    assert_eq!(std::fs::read(&out).unwrap(), whole);
}
