//! Verdicts over facts: what counts as an approval, what a team's freeze, steps and override come to, and that no text
//! in a change can loosen anything.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use super::*;
use crate::zones::Zones;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::sync::LazyLock;

pub(super) const POLICY: &str = r#"
schema = "richter.policy/1"
[scale]
tiers = ["new", "old"]
[trust]
stale = "same-diff"
[owners]
unowned = "ignore"
[areas]
money = ["pay/**"]
governance = [".richter/**"]
[[rule]]
name = "high"
when = { risk = ">=high" }
require = { approvals = 2, slots = [{ min_tier = "old" }] }
[[rule]]
name = "money"
when = { area = ["money"] }
require = { steps = ["canary", "plan"], cooling_off = "2h" }
[[rule]]
name = "robots"
when = { ai = ">=autonomous" }
require = { approvals = 2 }
[[freeze]]
name = "weekend"
days = ["sat", "sun"]
utc_offset = "+01:00"
when = { risk = ">=medium" }
effect = "block"
except_label = { name = "go", by_team = "leads" }
[step.canary]
evidence = { check = "canary", app = "app:1" }
[step.plan]
evidence = { label = "planned", by_team = "leads" }
[override]
by_team = "leads"
min_tier = "old"
ticket = "^FIRE-[0-9]+$"
expires = "1h"
review_within = "24h"
"#;

const PEOPLE: &str = r#"
schema = "richter.people/1"
[[person]]
id = "amy"
tier = "old"
logins = ["gh:amy"]
emails = ["amy@shop.example"]
teams = ["leads", "tills"]
[[person]]
id = "ben"
tier = "new"
logins = ["gh:ben", "gl:benny"]
emails = ["ben@shop.example"]
teams = ["tills"]
[[person]]
id = "cat"
tier = "old"
logins = ["gh:cat"]
emails = ["cat@shop.example"]
teams = ["leads"]
[[person]]
id = "dan"
tier = "new"
logins = ["gh:dan"]
emails = ["dan@shop.example"]
[[agent]]
id = "helper"
logins = ["gh:helper[bot]"]
emails = ["helper@agents.example"]
[[bot]]
id = "updates"
logins = ["gh:updates[bot]"]
"#;

/// What decides, built once: a law looks at thousands of changes.
static GROUND: LazyLock<(Policy, People, Owners, Zones)> = LazyLock::new(|| {
    let owners = Owners::parse(Dialect::Github, "CODEOWNERS", b"/pay/ @shop/tills\n");
    (policy(POLICY), people(), owners, Zones::load(&[]).unwrap())
});

pub(super) fn policy(text: &str) -> Policy {
    Policy::parse(PolicySource::File("p".into()), "policy.toml", text.as_bytes()).unwrap()
}

pub(super) fn people() -> People {
    People::parse("people.toml", PEOPLE.as_bytes()).unwrap()
}

pub(super) fn verdict(change: &Value, review: &Value) -> Verdict {
    by(&GROUND.0, change, review)
}

pub(super) fn by(policy: &Policy, change: &Value, review: &Value) -> Verdict {
    let (_, people, owners, zones) = &*GROUND;
    let change = ChangeFacts::parse("change", change.to_string().as_bytes()).unwrap();
    let review = ReviewFacts::parse("review", review.to_string().as_bytes()).unwrap();
    check(Rulebook { policy, owners, people, zones }, &change, &review, &Default::default())
}

/// The verdict by a policy that has these lines more: `[trust]` keys, then rules.
fn more(trust: &str, rules: &str, change: &Value, review: &Value) -> Verdict {
    let text = POLICY.replace("stale = \"same-diff\"", trust).replace("[[freeze]]", &format!("{rules}[[freeze]]"));
    by(&policy(&text), change, review)
}

pub(super) fn needs(verdict: &Verdict) -> Vec<String> {
    verdict.missing.iter().map(|one| format!("{}: {}", one.kind, one.need.raw())).collect()
}

#[test]
fn an_owners_approval_holds_while_their_files_stay_as_they_were() {
    let mut change = change("low", "pay/x");
    change["files"] = json!([{ "path": "pay/x", "diff_id": "p1" }, { "path": "b", "diff_id": "b2" }]);
    let mut facts = review(&["gh:ben"]);
    facts["reviews"][0]["commit"] = json!("old");
    facts["reviews"][0]["files"] = json!({ "pay/x": "p1", "b": "b1" });
    let counted = |trust: &str, change: &Value, facts: &Value| more(trust, "", change, facts).counted;
    let owned = "stale = \"owned-files\"";
    assert_eq!(counted(owned, &change, &facts), ["ben".into()], "b is not theirs");
    assert!(counted("stale = \"same-diff\"", &change, &facts).is_empty());
    facts["reviews"][0]["by"] = json!("gh:cat");
    assert!(counted(owned, &change, &facts).is_empty(), "cat owns nothing here");
    facts["reviews"][0]["by"] = json!("gh:ben");
    change["files"][0]["diff_id"] = json!("p2");
    assert!(counted(owned, &change, &facts).is_empty(), "their own file moved");
    change["files"][0].as_object_mut().unwrap().remove("diff_id");
    facts["reviews"][0]["files"] = json!({});
    assert!(counted(owned, &change, &facts).is_empty(), "what is not known is not equal");
}

#[test]
fn an_approval_of_a_merge_tree_falls_when_the_target_moves() {
    let mut facts = review(&["gh:ben"]);
    let counted = |tree: &str, facts: &Value| {
        let mut change = change("low", "a");
        change["merge_tree"] = json!(tree);
        more("stale = \"merge-tree\"", "", &change, facts).counted.len()
    };
    assert_eq!(counted("t1", &facts), 0, "the approval names no tree");
    facts["reviews"][0]["merge_tree"] = json!("t1");
    assert_eq!(counted("t1", &facts), 1);
    assert_eq!(counted("t2", &facts), 0, "the same head, and the target has moved");
    facts["reviews"][0]["merge_tree"] = json!("");
    assert_eq!(counted("", &facts), 0, "nothing is not equal to nothing");
}

#[test]
fn an_address_that_nothing_verifies_is_nobodys_where_the_policy_says_so() {
    let rule = "[[rule]]\nname = \"young\"\nwhen = { author_tier = \"<old\" }\nrequire = { approvals = 2 }\n";
    let trust = "require_verified = true";
    let mut change = json!({ "head": "new", "authors": ["amy@shop.example"], "files": [{ "path": "a" }],
                             "risk": "low", "ai": "assisted" });
    let wanted = |trust: &str, change: &Value| more(trust, rule, change, &review(&[])).wanted.approvals;
    assert_eq!(wanted("", &change), 1);
    assert_eq!(wanted(trust, &change), 2, "anyone can set that address");
    change["verified"] = json!(["amy@shop.example"]);
    assert_eq!(wanted(trust, &change), 1, "the forge verified the signature");
    change["verified"] = json!([]);
    change["opened_by"] = json!("gh:amy");
    assert_eq!(wanted(trust, &change), 1, "her own account opened it");
    change["opened_by"] = json!("amy@shop.example");
    assert_eq!(wanted(trust, &change), 2, "an address is no account");
}

#[test]
fn a_slot_by_area_asks_an_owner_of_its_files_and_only_where_it_is_in_play() {
    let rule =
        "[[rule]]\nname = \"tills\"\nwhen = {}\nrequire = { slots = [{ area = \"money\", min_tier = \"old\" }] }\n";
    let asked = |path: &str, by: &[&str]| {
        let mut facts = review(by);
        facts["checks"] = json!([{ "name": "canary", "app": "app:1", "conclusion": "success", "head": "new" }]);
        facts["labels"] = json!([{ "name": "planned", "by": "gh:cat" }]);
        needs(&more("stale = \"head\"", rule, &change("low", path), &facts))
    };
    let slot = "slot: 1 more of old or above who owns files of money".to_owned();
    assert!(asked("pay/x", &["gh:cat"]).contains(&slot), "cat is old and owns nothing there");
    assert!(asked("pay/x", &["gh:ben"]).contains(&slot), "ben owns it and is new");
    assert!(!asked("pay/x", &["gh:amy"]).contains(&slot));
    assert!(asked("a", &["gh:ben"]).is_empty(), "money is not in play");
}

#[test]
fn two_who_waved_each_other_through_are_no_pair() {
    let rule =
        "[[rule]]\nname = \"two\"\nwhen = {}\nrequire = { pair = true, notify = [\"team:leads\", \"@gh-ops\"] }\n";
    let mut facts = review(&["gh:ben", "gh:cat"]);
    let found = more("stale = \"head\"", rule, &change("low", "a"), &facts);
    assert_eq!((found.status, found.wanted.notify.len()), (Status::Satisfied, 2), "{:?}", found.missing);
    facts["change"] = json!({ "stack": [{ "by": ["gh:ben"], "approved_by": ["gh:cat"] },
                                        { "by": ["gh:cat"], "approved_by": ["gh:ben", "gh:amy"] }] });
    let found = more("stale = \"head\"", rule, &change("low", "a"), &facts);
    assert_eq!(needs(&found).len(), 1, "{:?}", found.missing);
    assert!(needs(&found)[0].starts_with("pair: "));
    assert_eq!(found.advice.people, Some(vec!["amy".into()]));
    assert!(more("stale = \"head\"", rule, &change("low", "a"), &review(&["gh:ben"])).status == Status::Pending);
}

#[test]
fn what_adapters_write_is_read_where_it_can_only_be_stricter() {
    let facts = json!({ "now": "2026-06-03T12:00:00.250Z", "labels": null, "checks": [{ "name": "canary" }],
        "reviews": [
            { "by": "gh:ben", "state": "APPROVED", "at": "2026-06-03t12:00:00+02:00", "commit": "new", "kind": "User" },
            { "by": "gh:cat", "state": "approved", "at": "2026-06-03T10:00:00Z", "commit": "new", "kind": "bot" },
            { "by": "gh:amy", "state": "approved", "at": "2026-06-03T10:00:00Z" } ] });
    let change = json!({ "head": "new", "opened_by": "gh:dan", "co_authors": null, "files": [{ "path": "a" }] });
    let found = verdict(&change, &facts);
    assert_eq!(found.counted, ["ben".into()], "{:?}", found.ignored);
    assert_eq!((found.wanted.risk.as_str(), found.wanted.ai.as_str()), ("high", "assisted"), "left out is unknown");
}

/// A change by dan at a level.
pub(super) fn change(risk: &str, path: &str) -> Value {
    json!({ "head": "new", "diff_id": "same", "opened_by": "gh:dan", "authors": ["dan@shop.example"],
            "files": [{ "path": path }], "risk": risk, "ai": "assisted" })
}

/// Approvals of the head by these logins on a Wednesday at ten, judged at noon.
pub(super) fn review(by: &[&str]) -> Value {
    let approval = |by: &&str| json!({ "by": by, "state": "approved", "at": "2026-06-03T10:00:00Z", "commit": "new" });
    json!({ "now": "2026-06-03T12:00:00Z", "reviews": by.iter().map(approval).collect::<Vec<_>>() })
}

fn expect(change: &Value, review: &Value, status: Status, missing: &[&str]) -> Verdict {
    let verdict = verdict(change, review);
    let found: Vec<String> = verdict.missing.iter().map(|one| format!("{}: {}", one.kind, one.need.raw())).collect();
    assert_eq!((verdict.status, found.iter().map(String::as_str).collect::<Vec<_>>()), (status, missing.to_vec()));
    verdict
}

#[test]
fn only_people_who_did_not_write_it_count_and_each_once() {
    let by = ["gh:dan", "gh:helper[bot]", "gh:updates[bot]", "gh:stranger"];
    let none = expect(&change("low", "a"), &review(&by), Status::Pending, &["approvals: 1 more approval"]);
    assert_eq!(none.ignored.len(), 4, "{:?}", none.ignored);
    assert_eq!(none.advice.people.as_deref().map(<[_]>::len), Some(1));
    let twice = review(&["gh:ben", "gl:benny", "GH:BEN"]);
    expect(
        &change("high", "a"),
        &twice,
        Status::Pending,
        &["approvals: 1 more approval", "slot: 1 more of old or above"],
    );
    let met = expect(&change("high", "a"), &review(&["gh:ben", "gh:cat"]), Status::Satisfied, &[]);
    assert_eq!(met.counted, ["ben".into(), "cat".into()]);
}

#[test]
fn the_latest_word_counts_and_a_veto_blocks() {
    let mut facts = review(&["gh:ben"]);
    facts["reviews"].as_array_mut().unwrap().push(
        json!({ "by": "gl:benny", "state": "changes_requested", "at": "2026-06-03T11:00:00+00:00", "commit": "new" }),
    );
    let missing = ["approvals: 1 more approval", "veto: ben requested changes"];
    expect(&change("low", "a"), &facts, Status::Blocked, &missing);
    facts["reviews"][1]["at"] = json!("2026-06-03T10:00:00Z");
    expect(&change("low", "a"), &facts, Status::Blocked, &missing);
    facts["reviews"][1]["at"] = json!("2026-06-03T09:00:00Z");
    expect(&change("low", "a"), &facts, Status::Satisfied, &[]);
}

#[test]
fn an_approval_holds_for_the_same_diff_and_no_other() {
    let mut facts = review(&["gh:ben"]);
    facts["reviews"][0]["commit"] = json!("old");
    expect(&change("low", "a"), &facts, Status::Pending, &["approvals: 1 more approval"]);
    facts["reviews"][0]["diff_id"] = json!("same");
    expect(&change("low", "a"), &facts, Status::Satisfied, &[]);
    facts["reviews"][0]["diff_id"] = json!("");
    let mut unnamed = change("low", "a");
    unnamed["diff_id"] = json!("");
    expect(&unnamed, &facts, Status::Pending, &["approvals: 1 more approval"]);
}

#[test]
fn everyone_with_a_hand_in_it_is_excluded_and_a_named_co_author_may_disclaim() {
    for key in ["co_authors", "committers", "pushers", "authors"] {
        let mut with = change("low", "a");
        with[key] = json!(["ben@shop.example"]);
        expect(&with, &review(&["gh:ben"]), Status::Pending, &["approvals: 1 more approval"]);
    }
    let mut driven = change("low", "a");
    driven["driver"] = json!("gh:ben");
    expect(&driven, &review(&["gh:ben"]), Status::Pending, &["approvals: 1 more approval"]);
    let mut named = change("low", "a");
    named["co_authors"] = json!(["ben@shop.example"]);
    let mut facts = review(&["gh:ben"]);
    facts["reviews"][0]["disclaims_authorship"] = json!(true);
    expect(&named, &facts, Status::Satisfied, &[]);
    named["authors"] = json!(["ben@shop.example"]);
    expect(&named, &facts, Status::Pending, &["approvals: 1 more approval"]);
}

#[test]
fn an_agent_that_opens_a_change_on_its_own_needs_two() {
    let mut alone = change("low", "a");
    alone["opened_by"] = json!("gh:helper[bot]");
    expect(&alone, &review(&["gh:ben"]), Status::Pending, &["approvals: 1 more approval"]);
    let mut authored = alone.clone();
    authored["opened_by"] = json!("helper@agents.example");
    expect(&authored, &review(&["gh:ben"]), Status::Satisfied, &[]);
    alone["driver"] = json!("gh:dan");
    expect(&alone, &review(&["gh:ben"]), Status::Satisfied, &[]);
}

#[test]
fn steps_owners_and_waiting_are_checked() {
    let money = change("low", "pay/till.rs");
    let mut facts = review(&["gh:cat"]);
    facts["now"] = json!("2026-06-03T11:00:00Z");
    let missing = [
        "cooling-off: until 2026-06-03T12:00:00Z",
        "owner: one of amy, ben",
        "step: canary: check canary of app:1 on this head",
        "step: plan: label planned by one of leads",
    ];
    expect(&money, &facts, Status::Pending, &missing);
    let mut facts = review(&["gh:ben"]);
    facts["checks"] = json!([{ "name": "canary", "app": "app:1", "conclusion": "success", "head": "new" }]);
    facts["labels"] = json!([{ "name": "planned", "by": "gh:amy" }]);
    expect(&money, &facts, Status::Satisfied, &[]);
    for (key, value) in [("app", "app:2"), ("conclusion", "neutral"), ("head", "old")] {
        let mut forged = facts.clone();
        forged["checks"][0][key] = json!(value);
        expect(&money, &forged, Status::Pending, &["step: canary: check canary of app:1 on this head"]);
    }
    facts["labels"][0]["by"] = json!("gh:dan");
    expect(&money, &facts, Status::Pending, &["step: plan: label planned by one of leads"]);
    let mut moved = change("low", "lost/till.rs");
    moved["files"][0]["old"] = json!("pay/till.rs");
    assert_eq!(verdict(&moved, &review(&["gh:cat"])).missing.len(), 3, "moving a file out asks its owners");
}

#[test]
fn a_freeze_holds_by_day_and_offset_and_leads_may_let_through() {
    let mut facts = review(&["gh:ben"]);
    facts["now"] = json!("2026-06-05T23:30:00Z"); // Saturday at +01:00
    expect(&change("medium", "a"), &facts, Status::Blocked, &["block: freeze weekend"]);
    expect(&change("low", "a"), &facts, Status::Satisfied, &[]);
    facts["labels"] = json!([{ "name": "go", "by": "gh:ben" }]);
    expect(&change("medium", "a"), &facts, Status::Blocked, &["block: freeze weekend"]);
    facts["labels"] = json!([{ "name": "go", "by": "gh:cat" }]);
    expect(&change("medium", "a"), &facts, Status::Satisfied, &[]);
    facts["labels"] = json!([]);
    facts["now"] = json!("2026-06-05T22:30:00Z");
    expect(&change("medium", "a"), &facts, Status::Satisfied, &[]);
}

#[test]
fn an_override_has_terms_and_never_covers_governance() {
    let given = json!({ "by": "gh:amy", "reason": "tills down", "ticket": "FIRE-7",
                        "at": "2026-06-03T11:30:00Z", "commit": "new" });
    let with = |given: &Value| {
        let mut facts = review(&[]);
        facts["overrides"] = json!([given]);
        facts
    };
    let over = verdict(&change("high", "a"), &with(&given));
    assert_eq!((over.status, over.overridden.unwrap().by), (Status::Overridden, vec!["amy".into()]));
    assert!(!over.missing.is_empty(), "what was waived stays listed");
    for (key, value) in [
        ("by", "gh:ben"),
        ("reason", " "),
        ("ticket", "none"),
        ("at", "2026-06-03T10:59:00Z"),
        ("at", "2026-06-03T13:00:00Z"),
        ("commit", "old"),
    ] {
        let mut wrong = given.clone();
        wrong[key] = json!(value);
        assert_eq!(verdict(&change("high", "a"), &with(&wrong)).status, Status::Pending, "{key} {value}");
    }
    assert_eq!(verdict(&change("low", ".richter/policy.toml"), &with(&given)).status, Status::Pending);
    let mut own = change("high", "a");
    own["authors"] = json!(["amy@shop.example"]);
    assert_eq!(verdict(&own, &with(&given)).status, Status::Pending);
}

#[test]
fn cut_lists_block_and_strange_values_are_refused() {
    let mut facts = review(&["gh:ben"]);
    facts["complete"] = json!(false);
    expect(&change("low", "a"), &facts, Status::Blocked, &["facts: the lists of the review are not complete"]);
    let refused = |text: &str| ReviewFacts::parse("review", text.as_bytes()).unwrap_err().to_string();
    assert!(refused(r#"{"now": "yesterday"}"#).contains("`yesterday` is not a moment"));
    let mut strange = review(&["gh:ben"]);
    strange["reviews"][0]["state"] = json!("lgtm");
    assert!(refused(&strange.to_string()).contains("`lgtm` is not a state of a review"));
    let risk = r#"{"head": "x", "files": [], "risk": "tiny", "ai": null}"#;
    assert!(ChangeFacts::parse("change", risk.as_bytes()).unwrap_err().message.contains("`tiny` is not a level"));
    let mut swapped = review(&[]);
    swapped["schema"] = json!("richter.change/1");
    assert!(refused(&swapped.to_string()).contains("the schema is \"richter.change/1\"; expected `richter.review/1`"));
    assert!(!refused("[]").contains("struct") && !refused(r#"{"now": 1}"#).contains("i64"), "{}", refused("[]"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: super::tests::cases(10_000), failure_persistence: None, ..ProptestConfig::default() })]

    /// A name that someone writes into a trailer can keep approvals away and raise the demand, never the other way.
    #[test]
    fn a_forged_co_author_never_helps(
        level in proptest::sample::select(&["low", "medium", "high"][..]),
        path in proptest::sample::select(&["a", "pay/x", ".richter/x"][..]),
        by in proptest::sample::subsequence(&["gh:amy", "gh:ben", "gh:cat"][..], 0..=3),
        named in proptest::sample::select(
            &["amy@shop.example", "ben@shop.example", "gh:helper[bot]", "x@y.example"][..]
        ),
    ) {
        let without = verdict(&change(level, path), &review(&by));
        let mut forged = change(level, path);
        forged["co_authors"] = json!([named]);
        let with = verdict(&forged, &review(&by));
        prop_assert!(with.counted.iter().all(|id| without.counted.contains(id)));
        prop_assert!(with.missing.len() >= without.missing.len());
        prop_assert!(without.status == Status::Satisfied || with.status != Status::Satisfied);
    }

    /// Names in commits, and labels, approvals and overrides by the author, strangers and robots: none of it completes
    /// what was not complete.
    #[test]
    fn nothing_that_the_change_or_a_stranger_says_completes_a_review(
        level in proptest::sample::select(&["low", "medium", "high"][..]),
        path in proptest::sample::select(&["a", "pay/x", ".richter/x"][..]),
        by in proptest::sample::subsequence(&["gh:amy", "gh:ben", "gh:cat"][..], 0..=3),
        field in proptest::sample::select(&["co_authors", "committers", "pushers"][..]),
        names in proptest::collection::vec(proptest::sample::select(
            &["amy@shop.example", "ben@shop.example", "gh:cat", "gh:helper[bot]", "x@y.example", ""][..]
        ), 0..4),
        stranger in proptest::sample::select(&["gh:dan", "dan@shop.example", "gh:helper[bot]", "gh:updates[bot]", "gh:x"][..]),
        said in proptest::collection::vec(0..4_usize, 0..4),
    ) {
        let done = |verdict: &Verdict| [Status::Satisfied, Status::Overridden].contains(&verdict.status);
        let without = verdict(&change(level, path), &review(&by));
        let (mut change, mut facts) = (change(level, path), review(&by));
        change[field] = json!(names);
        let at = "2026-06-03T11:30:00Z";
        for what in said {
            let (list, one) = match what {
                0 => ("labels", json!({ "name": "planned", "by": stranger })),
                1 => ("labels", json!({ "name": "go", "by": stranger })),
                2 => ("reviews", json!({ "by": stranger, "state": "approved", "at": at, "commit": "new" })),
                _ => ("overrides", json!({ "by": stranger, "reason": "x", "ticket": "FIRE-1", "at": at, "commit": "new" })),
            };
            let mut all = facts[list].as_array().cloned().unwrap_or_default();
            all.push(one);
            facts[list] = json!(all);
        }
        let with = verdict(&change, &facts);
        prop_assert!(done(&without) || !done(&with), "{:?} {:?}", without.missing, with.missing);
        prop_assert!(with.counted.iter().all(|id| without.counted.contains(id)));
    }
}
