//! Attacks that are known from other tools, each tried here: on the policy, on refs, on identities, on what is shown. The
//! names follow the list of threat classes S1 to S18 (policy taken from the change, hidden diffs, forged identities,
//! approving robots, hostile names); attacks on the machine and on readers stand in `threats_host.rs`.

use crate::repository::Repository;
use crate::verdicts::decide;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const PEOPLE: &str = r#"
schema = "richter.people/1"
[[person]]
id = "ann"
tier = "senior"
logins = ["gh:ann"]
emails = ["ann@example.com"]
[[person]]
id = "bo"
tier = "senior"
logins = ["gh:bo"]
emails = ["bo@example.com"]
[[person]]
id = "di"
tier = "junior"
logins = ["gh:di"]
emails = ["di@example.com"]
[[agent]]
id = "helper"
logins = ["gh:helper[bot]"]
"#;

const STRICT: &str = r#"
schema = "richter.policy/1"
[owners]
required = "by-rule"
[[rule]]
name = "everything"
when = {}
require = { approvals = 2 }
"#;

const LAX: &str = "schema = \"richter.policy/1\"\n[floor]\napprovals = 0\n[owners]\nrequired = \"by-rule\"\n";

pub fn richter(repository: &Repository, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_richter")).args(arguments).current_dir(repository.path()).output().unwrap()
}

pub fn report(repository: &Repository, range: &str) -> Value {
    let output = richter(repository, &["assess", range, "--format", "json", "--no-graph"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Approvals that a report asks for.
pub fn approvals(report: &Value) -> u64 {
    let asks = report["review"]["requirements"].as_array().unwrap();
    asks.iter().filter(|one| one["kind"] == "approvals").filter_map(|one| one["count"].as_u64()).max().unwrap_or(0)
}

/// `main` with a strict policy, and a branch `work` on top.
pub fn guarded() -> Repository {
    let repository = Repository::new();
    repository.write(".richter/policy.toml", STRICT);
    repository.write(".richter/people.toml", PEOPLE);
    repository.write("a.txt", "one\n");
    repository.commit("Begin");
    repository.git(&["checkout", "-q", "-b", "work"]);
    repository
}

#[test]
fn s1_the_policy_of_the_change_does_not_decide_about_it() {
    let repository = guarded();
    repository.write(".richter/policy.toml", LAX);
    repository.write("a.txt", "two\n");
    repository.commit("Take it easy");
    let report = report(&repository, "main..work");
    assert_eq!(approvals(&report), 2);
    let source = report["review"]["policy"]["source"].as_str().unwrap();
    let main = String::from_utf8(repository.git(&["rev-parse", "main"])).unwrap();
    assert_eq!(source, format!("{}:.richter/policy.toml", main.trim()));
}

/// CVE-2023-2576: a tag named like the protected branch made its owners be used.
#[test]
fn s1_a_tag_named_like_the_branch_does_not_decide() {
    let repository = guarded();
    repository.write("a.txt", "two\n");
    repository.commit("Change");
    repository.git(&["checkout", "-q", "--orphan", "elsewhere"]);
    repository.write(".richter/policy.toml", LAX);
    repository.commit("Lax");
    repository.git(&["tag", "main"]);
    repository.git(&["checkout", "-q", "work"]);
    let report = report(&repository, "main...work");
    assert_eq!(approvals(&report), 2, "{}", report["review"]);
}

/// CVE-2024-0199: an old branch brings old rules. The target decides, not the place where the branch left it.
#[test]
fn s1_an_old_merge_base_does_not_decide() {
    let repository = Repository::new();
    repository.write(".richter/policy.toml", LAX);
    repository.write("a.txt", "one\n");
    repository.commit("Begin");
    repository.git(&["checkout", "-q", "-b", "work"]);
    repository.write("a.txt", "two\n");
    repository.commit("Change");
    repository.git(&["checkout", "-q", "main"]);
    repository.write(".richter/policy.toml", STRICT);
    repository.commit("Be strict");
    assert_eq!(approvals(&report(&repository, "main...work")), 2);
}

/// CVE-2023-4379: approvals were kept when the target branch changed.
#[test]
fn s1_an_approval_for_another_branch_does_not_count() {
    let verdict = verdict(
        &json!({ "head": "h", "opened_by": "gh:di", "authors": [], "files": [{ "path": "a" }], "risk": "low", "ai": null }),
        &json!({ "now": "2026-01-02T00:00:00Z", "change": { "base_ref": "refs/heads/main" },
                 "reviews": [approval("gh:ann", "refs/heads/main"), approval("gh:bo", "refs/heads/side")] }),
    );
    assert_eq!(verdict["counted"], json!(["ann"]));
    assert_eq!(verdict["status"], "pending");
}

/// CVE-2023-4812: a change was added to after it had been approved.
#[test]
fn s2_what_was_added_after_the_approval_needs_a_new_one() {
    let repository = guarded();
    let digest = |repository: &Repository| {
        let output = richter(repository, &["assess", "main..work", "--format", "change", "--no-graph"]);
        let facts: Value = serde_json::from_slice(&output.stdout).unwrap();
        facts["diff_id"].as_str().unwrap().to_owned()
    };
    repository.write("a.txt", "two\n");
    repository.commit("Change");
    let approved = digest(&repository);
    repository.git(&["commit", "-q", "--amend", "-m", "Other words"]);
    assert_eq!(digest(&repository), approved, "only the message is another one");
    repository.write("a.txt", "two \n");
    repository.commit("A blank that decides");
    assert_ne!(digest(&repository), approved);
}

/// Attributes of the change hide its content from `git diff`; replace refs even empty it.
#[test]
fn s3_attributes_and_replace_refs_hide_nothing() {
    let repository = guarded();
    repository.write(".gitattributes", "*.txt binary -diff linguist-generated\n");
    repository.write("a.txt", "rm -rf everything\n");
    repository.commit("Tidy");
    let head = repository.head();
    let main = String::from_utf8(repository.git(&["rev-parse", "main"])).unwrap();
    repository.git(&["replace", "-f", &head, main.trim()]);
    let report = report(&repository, &format!("main..{head}"));
    assert_eq!(report["change"]["lines_added"], 2, "{}", report["change"]);
    let rules: Vec<&str> =
        report["review"]["requirements"].as_array().unwrap().iter().filter_map(|one| one["rule"].as_str()).collect();
    assert!(rules.iter().any(|rule| rule.contains("governance")), "{rules:?}");
}

/// The trailer of a forged requester cannot make an agent that works alone look directed, and the requester cannot approve.
#[test]
fn s5_a_named_requester_is_no_driver() {
    let repository = guarded();
    repository.write("a.txt", "two\n");
    repository.git(&["add", "-A"]);
    let agent = "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>";
    let facts = |message: &str, pr: Value| {
        repository.git(&["commit", "-q", "--amend", "--allow-empty", "--author", agent, "-m", message]);
        fs::write(repository.path().join("pr.json"), pr.to_string()).unwrap();
        let arguments = ["assess", "main..work", "--format", "change", "--no-graph", "--pr-facts", "pr.json"];
        let output = richter(&repository, &arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        serde_json::from_slice::<Value>(&output.stdout).unwrap_or_else(|_| panic!("{text}"))
    };
    repository.git(&["commit", "-q", "--author", agent, "-m", "Change"]);
    let opened = json!({ "author_login": "Copilot", "author_type": "Bot" });
    let alone = facts("Change", opened.clone());
    assert_eq!((&alone["ai"], &alone["opened_by"]), (&json!("autonomous"), &json!("gh:Copilot")));
    let named = facts("Change\n\nCo-authored-by: Ann Smith <ann@shop.example>", opened);
    assert_eq!((&named["ai"], &named["driver"]), (&json!("autonomous"), &Value::Null));
    assert_eq!(named["requested_by"], json!(["ann@shop.example"]));
    let mut facts_of = named.clone();
    facts_of["requested_by"] = json!(["ann@example.com"]);
    facts_of["head"] = json!("h");
    let review = json!({ "now": "2026-01-02T00:00:00Z", "reviews": [
        { "by": "gh:ann", "state": "approved", "at": "2026-01-01T00:00:00Z", "commit": "h", "disclaims_authorship": true } ] });
    let verdict = verdict(&facts_of, &review);
    assert_eq!((&verdict["counted"], &verdict["requirement"]["situation"]["ai"]), (&json!([]), &json!("autonomous")));
    let driven = facts("Change", json!({ "author_login": "Copilot", "author_type": "Bot", "driver": "di" }));
    assert_eq!((&driven["ai"], &driven["driver"]), (&json!("agent-authored"), &json!("gh:di")));
}

#[test]
fn s5_a_forged_author_or_trailer_loosens_nothing() {
    let change = |authors: Value, co_authors: Value| {
        json!({ "head": "h", "opened_by": "gh:di", "authors": authors, "co_authors": co_authors,
                "files": [{ "path": "a" }], "risk": "medium", "ai": null })
    };
    let review = json!({ "now": "2026-01-02T00:00:00Z", "reviews": [approval("gh:bo", "m")] });
    let tier = |change: &Value| verdict(change, &review)["requirement"]["situation"]["author_tier"].clone();
    assert_eq!(tier(&change(json!(["ann@example.com"]), json!([]))), "junior", "whoever opened it took part");
    assert_eq!(tier(&change(json!([]), json!(["ann@example.com", "bo@example.com"]))), "junior");
    let named = verdict(&change(json!([]), json!(["bo@example.com"])), &review);
    assert_eq!(named["counted"], json!([]), "a name in a trailer can keep an approval away");
    let disclaimed = json!({ "now": "2026-01-02T00:00:00Z", "reviews": [
        { "by": "gh:bo", "state": "approved", "at": "2026-01-01T00:00:00Z", "commit": "h", "disclaims_authorship": true } ] });
    assert_eq!(verdict(&change(json!([]), json!(["bo@example.com"])), &disclaimed)["counted"], json!(["bo"]));
}

/// What `review check` says of the branch `work` where this account approved its head: whose approval counts, and what is
/// missing.
fn checked(repository: &Repository, by: &str, more: Value) -> (Value, String) {
    let mut review = json!({ "now": "2026-01-02T00:00:00Z", "complete": true, "reviews": [
        { "by": by, "state": "approved", "at": "2026-01-01T00:00:00Z", "commit": repository.head() } ] });
    review.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    fs::write(repository.path().join("review.json"), review.to_string()).unwrap();
    let arguments = ["review", "check", "main..work", "--review", "review.json", "--format", "json", "--no-graph"];
    let output = richter(repository, &arguments);
    let verdict: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        panic!("{}", String::from_utf8_lossy(&output.stderr));
    });
    (verdict["counted"].clone(), verdict["missing"].to_string())
}

/// The committer, a private address of the forge, an address that nobody is known by: whoever wrote it does not approve it.
#[test]
fn s5_nobody_approves_their_own_commit_under_another_name() {
    let by = |author: &str, committer: &str, message: &str| {
        let repository = guarded();
        repository.write("a.txt", "two\n");
        repository.commit_by(committer, 1_700_000_100, message);
        repository.git(&["commit", "-q", "--amend", "--allow-empty", "-m", message, "--author", author]);
        let raw = String::from_utf8(repository.git(&["cat-file", "commit", "HEAD"])).unwrap();
        let raw = raw.replace("committer Ann <ann@example.com>", &format!("committer {committer}"));
        repository.write(".git/new", &raw);
        let oid = String::from_utf8(repository.git(&["hash-object", "-t", "commit", "-w", ".git/new"])).unwrap();
        repository.git(&["reset", "-q", "--hard", oid.trim()]);
        repository
    };
    let (ann, bo, forge) = ("Ann <ann@example.com>", "Bo <bo@example.com>", "GitHub <noreply@github.com>");
    let counted = |repository: &Repository| checked(repository, "gh:bo", json!({})).0;
    assert_eq!(counted(&by(ann, forge, "Change")), json!(["bo"]));
    assert_eq!(counted(&by(ann, bo, "Change")), json!([]), "bo committed it");
    assert_eq!(
        counted(&by("Bo <7+bo@users.noreply.github.com>", forge, "Change")),
        json!([]),
        "written in the browser"
    );
    for trailer in
        ["Bo <7+bo@users.noreply.github.com>", "Bo\n <bo@example.com>", "Bo bo@example.com", "<mailto:bo@example.com>"]
    {
        assert_eq!(counted(&by(ann, forge, &format!("Change\n\nCo-authored-by: {trailer}"))), json!([]), "{trailer}");
    }
    let unknown = by("Bo <bo@home.example>", forge, "Change");
    let (nobody, missing) = checked(&unknown, "gh:bo", json!({}));
    assert!(nobody == json!([]) && missing.contains("bo@home.example is: put it under"), "{missing}");
    let opened = json!({ "change": { "opened_by": "gh:di" } });
    assert_eq!(checked(&unknown, "gh:bo", opened).0, json!(["bo"]), "the forge says whose it is");
    let tier = |repository: &Repository| report(repository, "main..work")["review"]["author_tier"].clone();
    assert_eq!(tier(&by(ann, forge, "Change")), "senior");
    assert_eq!(tier(&by(ann, "Di <di@example.com>", "Change")), "junior", "whose commit is made up as ann's");
}

/// A squash merge drops trailers: nothing there is unknown, and unknown is not human.
#[test]
fn s6_stripped_provenance_costs_as_much_as_shown() {
    let requirement = |message: &str| {
        let repository = guarded();
        repository.write("a.txt", "two\n");
        repository.commit(message);
        report(&repository, "main..work")["review"]["requirements"].clone()
    };
    let stripped = requirement("Change");
    for shown in ["Change\n\nCo-authored-by: Claude <noreply@anthropic.com>", "Change\n\nAI-assisted: no"] {
        let kinds = |list: &Value| -> Vec<Value> {
            list.as_array().unwrap().iter().map(|one| json!([one["kind"], one["count"], one["rule"]])).collect()
        };
        assert_eq!(kinds(&requirement(shown)), kinds(&stripped), "{shown}");
    }
}

/// A workflow's token approved the pull request; since 2026 an agent's approval can count on a forge. Not here.
#[test]
fn s7_robots_do_not_approve_and_statuses_are_known_by_their_app() {
    let change = json!({ "head": "h", "opened_by": "gh:di", "authors": [], "files": [{ "path": "a" }], "risk": "low", "ai": null });
    let robots = json!({ "now": "2026-01-02T00:00:00Z",
        "reviews": [approval("gh:helper[bot]", "m"), approval("gh:github-actions[bot]", "m"), approval("gh:ann", "m")] });
    let verdict = verdict(&change, &robots);
    assert_eq!(verdict["counted"], json!(["ann"]));
    assert_eq!(verdict["ignored"].as_array().unwrap().len(), 2, "each with its reason: {}", verdict["ignored"]);
}

/// Names of files that attack shells, workflow commands, terminals and Markdown (S4, S8, S9, S10).
pub const HOSTILE: &[&str] = &[
    "a\nb.rs",
    "\u{1b}[2K\u{1b}[1A ok.rs",
    "--config=evil.cjs",
    "%0A::error::x.txt",
    "::set-output name=x::y.rs",
    "x` | [click](javascript:alert(1))",
    "<img src=x onerror=1>.md",
    "\u{202e}cod.sr",
    "$(whoami).txt",
    "@org-team.md",
    "a,line=1::z.rs",
    "\u{e0041}\u{200b}b.rs",
];

#[test]
fn s4_s8_s9_hostile_names_are_shown_and_do_not_act() {
    let files: Vec<Value> = HOSTILE.iter().map(|path| json!({ "path": path })).collect();
    let change = json!({ "head": "h\u{1b}[31m", "opened_by": "gh:\u{202e}di", "authors": ["\u{1b}]8;;http://x\u{7}"],
                         "files": files, "risk": "low", "ai": null });
    let review = json!({ "now": "2026-01-02T00:00:00Z", "reviews": [approval("gh:\u{1b}[2J", "m")] });
    let scratch = tempfile::tempdir().unwrap();
    let output = decided(scratch.path(), "* @gone\n", &change, &review);
    let text = String::from_utf8(output.stdout).unwrap();
    let acts = |c: char| {
        c != '\n' && (c.is_control() || "\u{202e}\u{200b}".contains(c) || ('\u{e0000}'..='\u{e0fff}').contains(&c))
    };
    assert!(!text.chars().any(acts), "{text:?}");
    let verdict: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(verdict["status"], "blocked", "owners that nobody is");
}

/// A path that leaves the repository, or is a link to something else, is no policy.
#[test]
fn s14_a_policy_that_is_a_link_is_an_error_and_not_followed() {
    let repository = Repository::new();
    repository.write("a.txt", "one\n");
    fs::create_dir_all(repository.path().join(".richter")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", repository.path().join(".richter/policy.toml")).unwrap();
    repository.commit("Link");
    repository.write("a.txt", "two\n");
    repository.commit("Change");
    let output = richter(&repository, &["assess", "HEAD"]);
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("expected a plain file, found a link") && !message.contains("root:"), "{message}");
}

/// What is inside a submodule was not read, so its level counts as unknown at least.
#[test]
fn s15_a_submodule_that_moved_is_not_low() {
    let repository = guarded();
    let bump = |repository: &Repository, digit: &str| {
        let entry = format!("160000,{},lib/dep", digit.repeat(40));
        repository.git(&["update-index", "--add", "--cacheinfo", &entry]);
        repository.git(&["commit", "-q", "-m", "Move the submodule"]);
    };
    bump(&repository, "1");
    repository.git(&["branch", "-f", "main"]);
    bump(&repository, "2");
    let report = report(&repository, "main..work");
    assert_eq!(report["assessment"]["complete"], false);
    assert_ne!(report["assessment"]["level"], "low");
}

#[test]
fn s16_lists_that_are_cut_and_files_that_are_too_large_close_the_gate() {
    let change = json!({ "head": "h", "opened_by": "gh:di", "authors": [], "files": [{ "path": "a" }], "risk": "low", "ai": null });
    let mut review = json!({ "now": "2026-01-02T00:00:00Z", "complete": false,
                             "reviews": [approval("gh:ann", "m"), approval("gh:bo", "m")] });
    assert_eq!(verdict(&change, &review)["status"], "blocked");
    review["complete"] = json!(true);
    assert_eq!(verdict(&change, &review)["status"], "satisfied");
    let mut cut = change.clone();
    cut["complete"] = json!(false);
    assert_eq!(verdict(&cut, &review)["status"], "blocked");
}

/// `review check` is for a gate: lists that nobody promised to be whole are not taken for whole.
#[test]
fn s18_a_review_without_the_promise_of_whole_lists_is_not_met() {
    let repository = guarded();
    repository.write("a.txt", "two\n");
    repository.commit_by("Di <di@example.com>", 1_700_000_100, "Change");
    let head = repository.head();
    let mut review = json!({ "now": "2026-01-02T00:00:00Z", "reviews": [
        { "by": "gh:ann", "state": "approved", "at": "2026-01-01T00:00:00Z", "commit": head },
        { "by": "gh:bo", "state": "approved", "at": "2026-01-01T00:00:00Z", "commit": head } ] });
    let check = |review: &Value| {
        let file = repository.path().join("review.json");
        fs::write(&file, review.to_string()).unwrap();
        let arguments = ["review", "check", "main..work", "--review", "review.json", "--format", "json", "--no-graph"];
        let output = richter(&repository, &arguments);
        let verdict: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
            panic!("{}", String::from_utf8_lossy(&output.stderr));
        });
        (output.status.code(), verdict["status"].as_str().unwrap().to_owned())
    };
    assert_eq!(check(&review), (Some(1), "blocked".to_owned()));
    review["complete"] = json!(true);
    assert_eq!(check(&review), (Some(0), "satisfied".to_owned()));
    review["reviews"][1]["commit"] = json!("0".repeat(40));
    assert_eq!(check(&review), (Some(1), "pending".to_owned()));
}

fn approval(by: &str, base: &str) -> Value {
    let mut one = json!({ "by": by, "state": "approved", "at": "2026-01-01T00:00:00Z", "commit": "h" });
    if base.starts_with("refs/") {
        one["base_ref"] = json!(base);
    }
    one
}

fn decided(scratch: &Path, owners: &str, change: &Value, review: &Value) -> Output {
    let file = |name: &str, text: &str| {
        let path = scratch.join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let strict = STRICT.replace(
        "required = \"by-rule\"",
        if owners.is_empty() { "required = \"by-rule\"" } else { "required = \"always\"" },
    );
    decide(&file("policy.toml", &strict), &file("people.toml", PEOPLE), &file("CODEOWNERS", owners), change, review)
}

fn verdict(change: &Value, review: &Value) -> Value {
    let scratch = tempfile::tempdir().unwrap();
    let output = decided(scratch.path(), "", change, review);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}
