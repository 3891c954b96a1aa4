//! Whose own change it is, and whose word it is: self-approval under another address, vetoes and denials that are hidden
//! behind later words, teams without a people file. Each was a way to get a change through that nobody else looked at.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use super::check_tests::{by, change, needs, people, policy, review, verdict};
use super::situation::{Hands, author};
use super::*;
use crate::zones::Zones;
use serde_json::{Value, json};

/// A change by these authors, as commits alone show it.
fn of(authors: &[&str]) -> Value {
    let mut change = change("low", "a");
    change["authors"] = json!(authors);
    change["opened_by"] = json!(authors.first().unwrap_or(&"unknown"));
    change
}

#[test]
fn a_private_address_of_the_forge_is_its_login() {
    for address in ["12+Ben@users.noreply.github.com", "ben@users.noreply.github.com"] {
        let found = verdict(&of(&[address]), &review(&["gh:ben"]));
        assert_eq!((found.status, found.counted.len()), (Status::Pending, 0), "{address}");
        let other = verdict(&of(&[address]), &review(&["gh:cat"]));
        assert_eq!(other.status, Status::Satisfied, "{address}: {:?}", other.missing);
        let mut named = change("low", "a");
        named["co_authors"] = json!([address]);
        assert!(verdict(&named, &review(&["gh:ben"])).counted.is_empty(), "{address}");
    }
}

#[test]
fn where_nobody_can_tell_whose_change_it_is_no_approval_counts() {
    for authors in [&["ben@home.example"][..], &["dan@shop.example", "ben@home.example"], &[]] {
        let mut change = of(authors);
        let found = verdict(&change, &review(&["gh:ben"]));
        assert_eq!((found.status, found.counted.len()), (Status::Pending, 0), "{authors:?}");
        assert!(needs(&found).iter().any(|need| need.starts_with("author: who ")), "{:?}", found.missing);
        let asked =
            authors.iter().all(|who| *who != "ben@home.example") || needs(&found)[1].contains("ben@home.example");
        assert!(asked, "it says whom the people file lacks: {:?}", found.missing);
        change["opened_by"] = json!("gh:dan");
        assert_eq!(verdict(&change, &review(&["gh:ben"])).status, Status::Satisfied, "the forge's word");
        change["opened_by"] = json!("gh:somebody-new");
        assert_eq!(verdict(&change, &review(&["gh:ben"])).status, Status::Satisfied, "an account is told from others");
        for agent in ["gh:updates[bot]", "gh:new[bot]"] {
            change["opened_by"] = json!(agent);
            assert!(verdict(&change, &review(&["gh:ben"])).counted.is_empty(), "whom does {agent} act for?");
        }
    }
    let mut committed = of(&["dan@shop.example"]);
    committed["committers"] = json!(["ben@home.example"]);
    assert!(verdict(&committed, &review(&["gh:ben"])).counted.is_empty(), "nor whoever committed it");
    committed["committers"] = json!(["noreply@github.com"]);
    assert_eq!(verdict(&committed, &review(&["gh:ben"])).status, Status::Satisfied, "a forge is nobody");
}

#[test]
fn labels_and_overrides_of_an_unknown_authors_change_do_not_count_either() {
    let mut high = change("high", "a");
    let mut facts = review(&[]);
    facts["overrides"] = json!([{ "by": "gh:amy", "reason": "tills down", "ticket": "FIRE-7",
                                  "at": "2026-06-03T11:30:00Z", "commit": "new" }]);
    assert_eq!(verdict(&high, &facts).status, Status::Overridden);
    high["opened_by"] = json!("amy@home.example");
    high["authors"] = json!(["amy@home.example"]);
    assert_eq!(verdict(&high, &facts).status, Status::Pending);
}

#[test]
fn the_least_senior_hand_is_the_authors_tier() {
    let rule = "[[rule]]\nname = \"young\"\nwhen = { author_tier = \"<old\" }\nrequire = { approvals = 2 }\n[[freeze]]";
    let text = super::check_tests::POLICY.replace("[[freeze]]", rule);
    let tier = |key: &str, who: &str| {
        let mut change = of(&["amy@shop.example"]);
        change[key] = json!(if key == "opened_by" { json!(who) } else { json!([who]) });
        by(&policy(&text), &change, &review(&[])).wanted.author_tier.to_string()
    };
    for key in ["committers", "co_authors", "opened_by"] {
        assert_eq!(tier(key, "dan@shop.example"), "new", "{key}");
        assert_eq!(tier(key, "who@else.example"), "new", "{key}: someone unknown");
        assert_eq!(tier(key, "cat@shop.example"), "old", "{key}");
    }
    assert_eq!(tier("committers", "noreply@github.com"), "old", "the forge itself commits");
    let mut nobody = of(&[]);
    nobody["committers"] = json!(["amy@shop.example"]);
    assert_eq!(verdict(&nobody, &review(&[])).wanted.author_tier.as_ref(), "new", "a committer is no author");
}

#[test]
fn only_the_approval_that_counts_can_deny_authorship() {
    let mut named = change("low", "a");
    named["co_authors"] = json!(["ben@shop.example"]);
    let word = |at: &str, commit: &str, denies: bool| json!({ "by": "gh:ben", "state": "approved", "at": at, "commit": commit, "disclaims_authorship": denies });
    let mut facts = review(&[]);
    let (early, late) = ("2026-06-03T08:00:00Z", "2026-06-03T10:00:00Z");
    facts["reviews"] = json!([word(early, "old", true), word(late, "new", false)]);
    assert!(verdict(&named, &facts).counted.is_empty(), "it was about another commit");
    facts["reviews"] = json!([word(early, "old", false), word(late, "new", true)]);
    assert_eq!(verdict(&named, &facts).counted, ["ben".into()]);
}

#[test]
fn a_veto_stays_until_words_that_count_take_it_back() {
    let word =
        |by: &str, state: &str, at: &str, commit: &str| json!({ "by": by, "state": state, "at": at, "commit": commit });
    let veto = |commit: &str| word("gh:amy", "changes_requested", "2026-06-03T09:00:00Z", commit);
    let status = |veto: Value, later: Value| {
        let mut facts = review(&["gh:ben"]);
        facts["reviews"].as_array_mut().unwrap().extend([veto, later]);
        verdict(&change("low", "a"), &facts).status
    };
    let approval = |at: &str, commit: &str| word("gh:amy", "approved", at, commit);
    let (soon, never) = ("2026-06-03T11:00:00Z", "2026-12-03T11:00:00Z");
    assert_eq!(status(veto("new"), approval(soon, "new")), Status::Satisfied);
    assert_eq!(status(veto("new"), word("gh:amy", "dismissed", soon, "new")), Status::Satisfied);
    assert_eq!(status(veto("new"), approval(never, "new")), Status::Blocked, "later than now");
    assert_eq!(status(veto("new"), word("gh:amy", "dismissed", never, "new")), Status::Blocked, "later than now");
    assert_eq!(status(veto("new"), approval(soon, "old")), Status::Blocked, "of another commit than the veto");
    assert_eq!(status(veto("old"), approval(soon, "older")), Status::Satisfied, "taken back, and pushed to since");
    let mut robot = approval(soon, "new");
    robot["kind"] = json!("Bot");
    assert_eq!(status(veto("new"), robot), Status::Blocked);
    let mut elsewhere = approval(soon, "new");
    elsewhere["base_ref"] = json!("refs/heads/side");
    let mut facts = review(&["gh:ben"]);
    facts["change"] = json!({ "base_ref": "refs/heads/main" });
    facts["reviews"].as_array_mut().unwrap().extend([veto("new"), elsewhere]);
    assert_eq!(verdict(&change("low", "a"), &facts).status, Status::Blocked, "for another branch");
}

#[test]
fn the_latest_run_of_a_check_decides() {
    let run = |conclusion: &str, at: Value| json!({ "name": "canary", "app": "app:1", "conclusion": conclusion, "head": "new", "at": at });
    let shown = |checks: Value| {
        let mut facts = review(&["gh:ben"]);
        facts["checks"] = checks;
        facts["labels"] = json!([{ "name": "planned", "by": "gh:amy" }]);
        verdict(&change("low", "pay/x"), &facts).status == Status::Satisfied
    };
    let (first, second) = (json!("2026-06-03T08:00:00Z"), json!("2026-06-03T09:00:00Z"));
    assert!(shown(json!([run("failure", first.clone()), run("success", second.clone())])), "it was run again");
    assert!(!shown(json!([run("failure", second.clone()), run("success", first)])), "whatever the order");
    assert!(!shown(json!([run("failure", second.clone()), run("success", second)])), "at the same moment");
    assert!(!shown(json!([run("success", Value::Null), run("failure", Value::Null)])), "nobody knows which is later");
    assert!(shown(json!([run("success", Value::Null), run("success", Value::Null)])));
    assert!(!shown(json!([run("success", json!("2026-06-03T13:00:00Z"))])), "later than now");
}

/// What a line of an owners file asks for, where owners are always asked.
fn owned(line: &str, unowned: &str, by: &str) -> Verdict {
    let text = super::check_tests::POLICY.replace("unowned = \"ignore\"", unowned);
    let owners = Owners::parse(Dialect::Github, "CODEOWNERS", line.as_bytes());
    let (policy, people, zones) = (policy(&text), people(), Zones::load(&[]).unwrap());
    let change = ChangeFacts::parse("change", change("low", "a.py").to_string().as_bytes()).unwrap();
    let review = ReviewFacts::parse("review", review(&[by]).to_string().as_bytes()).unwrap();
    check(
        Rulebook { policy: &policy, owners: &owners, people: &people, zones: &zones },
        &change,
        &review,
        &Default::default(),
    )
}

#[test]
fn a_line_that_the_forge_leaves_out_does_not_leave_its_files_to_anybody() {
    let ignore = "unowned = \"ignore\"";
    let pending = |found: &Verdict| found.status == Status::Pending;
    let found = owned("* @ben\n/a.py ben\n", ignore, "gh:ben");
    assert!(pending(&found), "the last line that matches names nobody");
    assert!(
        needs(&found)[0].contains("owner: an owner of a.py: CODEOWNERS:2: `ben` is not an owner"),
        "{:?}",
        needs(&found)
    );
    assert!(pending(&owned("/a.py @shop/tills nonsense\n", ignore, "gh:cat")));
    assert_eq!(owned("/a.py @shop/tills nonsense\n", ignore, "gh:ben").status, Status::Satisfied, "one whom it names");
    let default = "unowned = \"default\"\ndefault = \"team:leads\"";
    assert!(pending(&owned("/a.py ben\n", default, "gh:ben")));
    assert_eq!(owned("/a.py ben\n", default, "gh:cat").status, Status::Satisfied);
    let glued = owned("/a.py\u{a0}@shop/tills\n", ignore, "gh:cat");
    assert!(pending(&glued) && glued.notes.iter().any(|note| note.raw().contains("CODEOWNERS:1: the pattern goes on")));
}

#[test]
fn without_a_people_file_reviewers_are_told_apart_by_account() {
    let owners = Owners::parse(Dialect::Github, "CODEOWNERS", b"/pay/ @paula @shop/tills\n");
    let zones = Zones::load(&[]).unwrap();
    let decided = |change: &Value, review: &Value| {
        let change = ChangeFacts::parse("change", change.to_string().as_bytes()).unwrap();
        let review = ReviewFacts::parse("review", review.to_string().as_bytes()).unwrap();
        let people = accounts(&change, &review, &owners);
        let book = Rulebook { policy: &Policy::builtin(), owners: &owners, people: &people, zones: &zones };
        check(book, &change, &review, &Default::default())
    };
    let opened = |by: &str, risk: &str| {
        json!({ "head": "new", "opened_by": by, "authors": ["jim@shop.example"], "files": [{ "path": "pay/x.py" }],
                "risk": risk, "ai": "assisted" })
    };
    let status = |by: &[&str]| decided(&opened("gh:jim", "low"), &review(by)).status;
    assert_eq!(status(&["gh:ann"]), Status::Satisfied);
    assert_eq!([status(&["gh:jim"]), status(&["GH:Jim"]), status(&["gh:ann[bot]"])], [Status::Pending; 3]);
    let untold = decided(&opened("jim@shop.example", "low"), &review(&["gh:jim"]));
    assert!(
        needs(&untold).iter().any(|need| need.starts_with("author: which account jim@shop.example is")),
        "{untold:?}"
    );
    let mut private = opened("7+jim@users.noreply.github.com", "low");
    private["authors"] = json!(["7+jim@users.noreply.github.com"]);
    assert_eq!(decided(&private, &review(&["gh:jim"])).status, Status::Pending);
    assert_eq!(decided(&private, &review(&["gh:ann"])).status, Status::Satisfied);
    // two and an owner
    let high = opened("gh:jim", "high");
    assert_eq!(decided(&high, &review(&["gh:ann", "@ann"])).counted, ["gh:ann".into()], "one account");
    assert_eq!(decided(&high, &review(&["gh:ann", "gh:bo"])).status, Status::Pending, "neither owns it");
    assert_eq!(decided(&high, &review(&["gh:ann", "gh:paula"])).status, Status::Satisfied);
    let mut facts = review(&["gh:ann", "gh:bo"]);
    facts["teams"] = json!({ "shop/tills": ["bo"] });
    assert_eq!(decided(&high, &facts).status, Status::Pending, "a login without its forge is another name");
    facts["teams"] = json!({ "shop/tills": ["gh:bo"] });
    let found = decided(&high, &facts);
    assert_eq!(found.status, Status::Satisfied, "{:?}", found.missing);
    assert!(found.notes[0].raw().starts_with("there is no people file"), "{:?}", found.notes);
}

#[test]
fn to_name_an_agent_beside_a_person_costs_no_more_than_to_leave_it_out() {
    let tier = |claimed: &[&str], committers: &[&str]| {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let hands = Hands { authors: set(&["amy@shop.example"]), claimed: set(claimed), committers: set(committers) };
        author(&policy(super::check_tests::POLICY), Some(&people()), &hands, None).0
    };
    let hidden = tier(&[], &[]);
    assert_eq!(tier(&["noreply@anthropic.com"], &["cursoragent@cursor.com"]), hidden);
    assert_ne!(tier(&["somebody@elsewhere.example"], &[]), hidden, "an unknown person is of the lowest tier");
}
