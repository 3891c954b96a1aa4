//! Policies examined as a whole: holes are found with their counterexamples, tables and differences say what is so, and
//! mistakes are named with their lines.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use super::*;

/// The guardrail as the press reported it, with the hole that a threshold on the level leaves.
const GUARDRAIL: &str = r#"schema = "richter.policy/1"
[owners]
required = "by-rule"
[areas]
cargo = ["ship/**"]
[[rule]]
name = "steady"
when = { risk = ">=medium" }
require = { approvals = 1, min_tier = "mid" }
[[rule]]
name = "guardrail"
when = { ai = ">=assisted", author_tier = "<senior", risk = ">=medium" }
require = { slots = [{ min_tier = "senior" }] }
[[rule]]
name = "cargo"
when = { area = ["cargo"] }
require = { owners = "each-area" }
[[rule]]
name = "governance"
when = { area = ["governance"] }
require = { approvals = 2 }
"#;

fn policy(text: &str) -> Policy {
    Policy::parse(PolicySource::File("policy.toml".into()), "policy.toml", text.as_bytes()).unwrap()
}

fn proof(policy: &Policy, name: &str) -> Proof {
    policy.prove().all.into_iter().find(|proof| proof.name == name).unwrap()
}

#[test]
fn the_hole_below_a_guardrail_is_found_with_its_counterexamples() {
    let open = proof(&policy(GUARDRAIL), "guardrail");
    // low risk, four kinds of involvement, two tiers, two areas touched or not
    assert_eq!(open.holes, 4 * 2 * 4);
    assert_eq!(open.counterexamples, ["risk low, AI assisted or above, author mid or below (32 cells)"]);
    assert_eq!(open.lacking.iter().next().unwrap(), "1 approval of senior or above");
    let closed = GUARDRAIL.replace("author_tier = \"<senior\", risk = \">=medium\"", "author_tier = \"<senior\"");
    assert!(policy(&closed).prove().all.iter().all(|proof| proof.holes == 0));
}

#[test]
fn an_invariant_of_the_policy_is_checked_and_may_settle_a_question() {
    let own = "[[invariant]]\nname = \"guardrail\"\nwhen = { ai = \">=assisted\", author_tier = \"<senior\", risk = \">=high\" }\n\
               expect = { slots = [{ min_tier = \"senior\" }] }\n\
               [[invariant]]\nname = \"two-for-critical\"\nwhen = { risk = \">=critical\" }\nexpect = { approvals = 2 }\n";
    let policy = policy(&format!("{GUARDRAIL}{own}"));
    assert_eq!(proof(&policy, "guardrail").holes, 0);
    let open = proof(&policy, "two-for-critical");
    assert_eq!((open.cells, open.holes), (5 * 4 * 4, 5 * 4 * 2), "governance asks for two anyway");
    assert!(open.counterexamples[0].contains("not touching governance"), "{:?}", open.counterexamples);
}

#[test]
fn rewarding_silence_is_a_hole() {
    let text = GUARDRAIL.replace("ai = \">=assisted\"", "ai = \">=agent-authored\"");
    let open = proof(&policy(&text), "hiding-buys-nothing");
    assert!(open.holes > 0 && open.counterexamples[0].contains("AI agent-authored"), "{:?}", open.counterexamples);
    let accepting = GUARDRAIL.replace("[owners]", "[trust]\ndeclared_none = \"accept\"\n[owners]");
    assert!(proof(&policy(&accepting), "denying-buys-nothing").holes > 0);
}

#[test]
fn a_policy_that_asks_nothing_for_governance_gets_what_is_built_in() {
    let text = GUARDRAIL.split("[[rule]]\nname = \"governance\"").next().unwrap();
    assert_eq!(proof(&policy(text), "governance-asks-for-more").holes, 0);
}

#[test]
fn the_table_puts_together_what_asks_for_the_same() {
    let table = policy(GUARDRAIL).table();
    let rows: Vec<_> = table
        .rows
        .iter()
        .filter(|row| row.area == "no named area")
        .map(|row| (row.author.as_str(), row.ai.as_str(), row.marks.concat()))
        .collect();
    assert_eq!(
        rows,
        [
            ("mid or below", "declared-none", "ABBB".to_owned()),
            ("mid or below", "assisted or above", "ACCC".to_owned()),
            ("senior or above", "any", "ABBB".to_owned()),
        ]
    );
    assert_eq!(table.requirements[2], ("C".into(), "1 approval of mid or above + 1 of senior or above".into()));
    assert!(
        table.text().contains("area           author           AI involvement     low  medium  high  critical"),
        "{}",
        table.text()
    );
}

#[test]
fn a_difference_says_what_got_looser_and_where() {
    let (old, new) = (
        policy(GUARDRAIL),
        policy(
            &GUARDRAIL.replace("risk = \">=medium\" }\nrequire = { slots", "risk = \">=high\" }\nrequire = { slots"),
        ),
    );
    let found = old.compare(&new).unwrap();
    assert_eq!((found.looser, found.stricter), (4 * 2 * 4, 0));
    assert_eq!(found.no_longer[0].0, "1 approval of senior or above");
    assert_eq!(found.no_longer[0].1, ["risk medium, AI assisted or above, author mid or below (32 cells)"]);
    let back = new.compare(&old).unwrap();
    assert_eq!((back.looser, back.stricter), (0, 32));
    let trust = GUARDRAIL.replace("[owners]", "[trust]\nstale = \"same-diff\"\nunknown_ai = \"autonomous\"\n[owners]");
    let others = old.compare(&policy(&trust)).unwrap().others;
    assert_eq!(others.len(), 2, "{others:?}");
    let tiers = GUARDRAIL.replace("[owners]", "[scale]\ntiers = [\"mid\", \"senior\"]\n[owners]");
    assert!(old.compare(&policy(&tiers)).unwrap_err().contains("the tiers differ"));
}

#[test]
fn mistakes_are_named_with_their_lines() {
    let check = |from: &str, to: &str, people: Option<&str>, expected: &str| {
        assert!(GUARDRAIL.contains(from), "{from}");
        let people = people.map(|text| People::parse("people.toml", text.as_bytes()).unwrap());
        let found: Vec<String> = policy(&GUARDRAIL.replacen(from, to, 1))
            .lint(people.as_ref())
            .iter()
            .map(|one| format!("{} {}: {}", one.line, one.kind, one.message))
            .collect();
        assert!(found.iter().any(|line| line.starts_with(expected)), "{expected}: {found:?}");
    };
    assert!(policy(GUARDRAIL).lint(None).is_empty(), "{:?}", policy(GUARDRAIL).lint(None));
    let more = "[[rule]]\nname = \"again\"\nwhen = { risk = \">=high\" }\nrequire = { approvals = 1 }\n[[rule]]\nname = \"cargo\"";
    check(
        "[[rule]]\nname = \"cargo\"",
        more,
        None,
        "15 redundant: rule `again` asks for nothing that other rules do not",
    );
    let exempt = "[[exempt]]\nname = \"all\"\nwhen = {}\nrules = [\"cargo\"]\n[[rule]]\nname = \"governance\"";
    check("[[rule]]\nname = \"governance\"", exempt, None, "15 dead: rule `cargo` is switched off by an [[exempt]]");
    check(
        "ai = \">=assisted\"",
        "ai = \">=co-authored\"",
        None,
        "11 hiding-pays: rule `guardrail` begins at co-authored",
    );
    check(
        "[[rule]]\nname = \"steady\"",
        "[floor]\napprovals = 0\n[[rule]]\nname = \"steady\"",
        None,
        "0 hole: [floor]",
    );
    check(
        "[[rule]]\nname = \"steady\"",
        "idle = [\"x/**\"]\n[[rule]]\nname = \"steady\"",
        None,
        "0 unused: no rule speaks of area `idle`",
    );
    let people = "schema = \"richter.people/1\"\n[[person]]\nid = \"zoe\"\ntier = \"senior\"\n[[person]]\nid = \"yan\"\ntier = \"mid\"\n";
    check(
        "[[rule]]",
        "[[rule]]",
        Some(people),
        "19 unsatisfiable: nobody could approve a change of anybody of a tier, such as yan, zoe: 2 approvals",
    );
}
