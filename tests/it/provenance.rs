//! Provenance on real repositories, whose notes, checkpoints and refs are written by git itself: what stands beside commits
//! is found in every shape that git gives it, counts for the lines that were added, and is never echoed.

use crate::repository::Repository;
use serde_json::Value;
use std::process::Command;

fn richter(repository: &Repository, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_richter"));
    command.arg("assess").args(arguments).arg("--repo").arg(repository.path()).args(["--no-graph"]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn provenance(repository: &Repository, range: &str) -> Value {
    let report: Value = serde_json::from_str(&richter(repository, &[range, "--format", "json"])).unwrap();
    report["provenance"].clone()
}

/// `src/pay.py` grows from one line to ten.
fn shop() -> Repository {
    let repository = Repository::new();
    repository.write("src/pay.py", "import money\n");
    repository.commit("Begin");
    let grown: String = (1..10).map(|number| format!("def step{number}(): return {number}\n")).collect();
    repository.write("src/pay.py", &format!("import money\n{grown}"));
    repository.commit("Add the steps");
    repository
}

const SECRET: &str = "sesame-open-transcript";

fn note(commit: &str, lines: &str) -> String {
    format!(
        "src/pay.py\n  s_0a1b2c3d4e5f60::t_11223344556677 {lines}\n---\n{{\"schema_version\":\"authorship/3.0.0\",\
         \"base_commit_sha\":\"{commit}\",\"prompts\":{{}},\"sessions\":{{\"s_0a1b2c3d4e5f60\":{{\"agent_id\":{{\"tool\":\
         \"claude\",\"id\":\"{SECRET}\",\"model\":\"m\"}},\"messages\":[{{\"text\":\"{SECRET}\"}}],\"messages_url\":\
         \"https://example.com/{SECRET}\"}}}}}}"
    )
}

fn add_note(repository: &Repository, name: &str, commit: &str, text: &str) {
    repository.write("../note", text);
    let ref_name = format!("--ref={name}");
    repository.git(&["notes", &ref_name, "add", "-f", "-F", "../note", commit]);
}

#[test]
fn a_note_counts_for_the_lines_that_were_added() {
    let repository = shop();
    let head = repository.head();
    add_note(&repository, "refs/notes/ai", &head, &note(&head, "1-4"));
    let found = provenance(&repository, "HEAD");
    // line 1 was there before
    assert_eq!(found["lines"], serde_json::json!({"added": 9, "agent": 3, "person": 0}));
    assert_eq!(found["involvement"], "co-authored");
    assert_eq!(found["agents"][0]["id"], "claude-code");
    assert_eq!(
        (&found["files"][0]["attested"][0]["line"], &found["files"][0]["attested"][0]["end_line"]),
        (&2.into(), &4.into())
    );
    for format in ["json", "text", "markdown", "change"] {
        assert!(!richter(&repository, &["HEAD", "--format", format, "--explain"]).contains(SECRET), "{format}");
    }
}

#[test]
fn notes_are_found_flat_fanned_out_packed_and_fetched() {
    let repository = shop();
    let head = repository.head();
    add_note(&repository, "refs/notes/ai", &head, &note(&head, "2-10"));
    assert_eq!(provenance(&repository, "HEAD")["lines"]["agent"], 9, "flat");
    let id = |output: Vec<u8>| String::from_utf8(output).unwrap().trim().to_owned();
    // as git lays out a tree of many notes
    let mut entry = format!("100644 blob {}", id(repository.git(&["rev-parse", &format!("refs/notes/ai:{head}")])));
    for (name, depth) in [(&head[4..], 2), (&head[2..4], 1), (&head[..2], 0)] {
        entry = format!("040000 tree {}", id(repository.git_in(&["mktree"], &format!("{entry}\t{name}\n"))));
        if depth > 0 {
            continue;
        }
        let tree = entry.rsplit(' ').next().unwrap();
        let commit = id(repository.git(&["commit-tree", tree, "-m", "notes"]));
        repository.git(&["update-ref", "refs/notes/ai", &commit]);
    }
    assert_eq!(provenance(&repository, "HEAD")["lines"]["agent"], 9, "fanned out");
    repository.git(&["pack-refs", "--all"]);
    assert_eq!(provenance(&repository, "HEAD")["lines"]["agent"], 9, "packed");
    repository.git(&["update-ref", "refs/notes/ai-remote/origin", "refs/notes/ai"]);
    repository.git(&["update-ref", "-d", "refs/notes/ai"]);
    assert_eq!(provenance(&repository, "HEAD")["lines"]["agent"], 9, "as fetched");
    repository.git(&["update-ref", "-d", "refs/notes/ai-remote/origin"]);
    let gone = provenance(&repository, "HEAD");
    assert_eq!((&gone["lines"], &gone["involvement"]), (&Value::Null, &"unknown".into()));
    let unseen = gone["unseen"].to_string();
    assert!(unseen.contains("git fetch origin '+refs/notes/ai:refs/notes/ai'"), "{unseen}");
}

#[test]
fn lines_are_followed_through_a_branch() {
    let repository = shop();
    let head = repository.head();
    add_note(&repository, "refs/notes/ai", &head, &note(&head, "2-10"));
    // a person then writes a line above and rewrites one of the agent's
    let mut lines: Vec<String> = (1..10).map(|number| format!("def step{number}(): return {number}")).collect();
    lines[4] = "def step5(): return five()".to_owned();
    repository.write("src/pay.py", &format!("# steps\nimport money\n{}\n", lines.join("\n")));
    repository.write("src/other.py", "x = 1\n");
    repository.commit("Name the fifth step");
    let found = provenance(&repository, "HEAD~2..HEAD");
    assert_eq!(found["lines"], serde_json::json!({"added": 11, "agent": 8, "person": 0}));
    let files = found["files"].as_array().unwrap();
    assert_eq!(files.len(), 1, "nothing is known of the other file: {files:?}");
    let ranges: Vec<_> =
        files[0]["attested"].as_array().unwrap().iter().map(|at| (&at["line"], &at["end_line"])).collect();
    assert_eq!(ranges, [(&3.into(), &6.into()), (&8.into(), &11.into())]);
    assert!(found["unseen"].to_string().contains("none for 1 of 2 commits"), "{}", found["unseen"]);
}

#[test]
fn a_note_that_cannot_be_read_is_said_and_ends_nothing() {
    let repository = shop();
    let head = repository.head();
    let huge = format!("src/pay.py\n  s_1 2\n---\n{{\"x\":\"{}\"}}", "y".repeat(8 << 20));
    add_note(&repository, "refs/notes/ai", &head, &huge);
    let found = provenance(&repository, "HEAD");
    assert_eq!(found["involvement"], "unknown");
    assert!(found["unseen"].to_string().contains("1 AI note could not be read"), "{}", found["unseen"]);
    let transcript = format!("{{\"text\":\"{SECRET}\"}},").repeat(100_000);
    let large = note(&head, "2-10").replace("\"messages\":[", &format!("\"messages\":[{transcript}"));
    assert!(large.len() > 3 << 20);
    add_note(&repository, "refs/notes/ai", &head, &large);
    assert_eq!(provenance(&repository, "HEAD")["lines"]["agent"], 9);
}

#[test]
fn old_notes_and_checkpoints_are_found_behind_their_refs() {
    let repository = shop();
    let head = repository.head();
    repository.write("../note", r#"{"files":{"src/pay.py":{"authors":[{"author":"Claude","lines":[[2,3]]}]}}}"#);
    let blob = String::from_utf8(repository.git(&["hash-object", "-w", "../note"])).unwrap();
    repository.git(&["update-ref", &format!("refs/ai/authorship/{head}"), blob.trim()]);
    assert_eq!(provenance(&repository, "HEAD")["lines"]["agent"], 2);

    repository.commit("More\n\nEntire-Checkpoint: 0123456789ab");
    let found = provenance(&repository, "HEAD");
    assert_eq!(found["involvement"], "co-authored");
    assert!(found["unseen"].to_string().contains("git fetch origin '+refs/heads/entire/checkpoints/v1"), "{found}");
    let metadata = format!(
        r#"{{"agent":"Claude Code","prompt":"{SECRET}","initial_attribution":{{"agent_lines":9,"total_committed":10}}}}"#
    );
    repository.git_in(
        &["fast-import", "--quiet", "--force"],
        &format!(
            "commit refs/heads/entire/checkpoints/v1\ncommitter A <a@example.com> 1700000000 +0000\ndata 1\nx\nM 644 inline \
             01/23456789ab/0/metadata.json\ndata {}\n{metadata}\n",
            metadata.len()
        ),
    );
    let found = provenance(&repository, "HEAD");
    assert_eq!((&found["involvement"], &found["agents"][0]["id"]), (&"agent-authored".into(), &"claude-code".into()));
    assert!(!found.to_string().contains(SECRET));
}
