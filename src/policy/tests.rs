//! What a policy comes to for whole changes, made in memory: the built-in policy by level and zone, a team's own policy
//! with people, and the laws (more danger never asks for less, the order of rules means nothing).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use super::join::{Demand, join};
use super::rule::Slot;
use super::situation::{Situation, touch};
use super::*;
use crate::blast::BlastRadius;
use crate::history::{Expert, History};
use crate::input::{ChangeSet, Commit, FileChange, FileStatus, Identity, Oid, Snapshot};
use crate::provenance::{Involvement, PrFacts, Provenance, Sources, attribute};
use crate::score::{Assessment, Level};
use crate::zones::Zones;
use proptest::prelude::*;
use std::sync::LazyLock;

/// Cases that a law is tried on: `RICHTER_LAWS_CASES`, else the given number.
pub(super) fn cases(usual: u32) -> u32 {
    std::env::var("RICHTER_LAWS_CASES").ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

fn identity(name: &str, email: &str) -> Identity {
    Identity { name: Untrusted::new(name), email: Untrusted::new(email) }
}

fn file(path: &str, old: Option<&str>) -> FileChange {
    FileChange {
        path: path.into(),
        old_path: old.map(RepoPath::from),
        status: if old.is_some() { FileStatus::Renamed } else { FileStatus::Modified },
        old: None,
        new: None,
        hunks: Vec::new(),
        lines_added: 1,
        lines_deleted: 0,
        binary: false,
    }
}

fn commit(email: &str, message: &str) -> Commit {
    Commit {
        oid: Oid::from_bytes(&[1; 20]),
        parents: Vec::new(),
        author: identity(email.split('@').next().unwrap(), email),
        author_time: 0,
        committer: identity("GitHub", "noreply@github.com"),
        commit_time: 0,
        message: Untrusted::new(message),
    }
}

/// A change and everything known about it.
struct Case {
    change: ChangeSet,
    assessment: Assessment,
    provenance: Provenance,
    history: History,
    zones: &'static Zones,
}

/// Built once: zones are slow to load, and a law looks at thousands of cases.
static ZONES: LazyLock<Zones> = LazyLock::new(|| Zones::load(&[]).unwrap());

impl Case {
    fn new(level: Level, paths: &[&str]) -> Self {
        let files = paths.iter().map(|path| file(path, None)).collect();
        let commits = vec![commit("di@example.com", "Change things\n")];
        Self {
            change: ChangeSet { files, commits, ..ChangeSet::default() },
            assessment: Assessment {
                score: 0,
                level,
                level_from_floor: false,
                complete: true,
                probability_milli: None,
                percentile: None,
                peers: 0,
                contributions: Vec::new(),
                lower: Vec::new(),
            },
            provenance: Provenance::default(),
            history: History::default(),
            zones: &ZONES,
        }
    }

    fn by(mut self, email: &str, message: &str) -> Self {
        self.change.commits = vec![commit(email, message)];
        self
    }

    fn involving(mut self, involvement: Involvement) -> Self {
        self.provenance.involvement = involvement;
        self
    }

    fn demand(&self, policy: &Policy, people: Option<&People>) -> Demand {
        let blast = BlastRadius::default();
        join(policy, &super::situation::of_question(policy, people, Dialect::Github, &self.question(&blast)))
    }

    fn question<'a>(&'a self, blast: &'a BlastRadius) -> Question<'a> {
        Question {
            change: &self.change,
            assessment: &self.assessment,
            provenance: &self.provenance,
            blast,
            history: &self.history,
            zones: self.zones,
            asked: &[],
            author: None,
        }
    }

    fn plan(&self, policy: &Policy, owners: &str, people: Option<&People>) -> ReviewPlan {
        let owners = Owners::read(&Snapshot::in_memory([("CODEOWNERS", owners)]), &[], None);
        let blast = BlastRadius::default();
        require(policy, &owners, people, &self.question(&blast))
    }
}

/// Requirements as short lines: what, and the rules that ask.
fn lines(plan: &ReviewPlan) -> Vec<String> {
    let line = |one: &Requirement| {
        let what = match &one.ask {
            Ask::Approvals { count, min_tier } => format!("{count} approvals {}", min_tier.as_deref().unwrap_or("")),
            Ask::Slot { count, min_tier, team, .. } => {
                format!("{count} of {} {}", min_tier.as_deref().unwrap_or(""), team.as_deref().unwrap_or(""))
            }
            Ask::Owners { owners, paths, per, .. } => {
                let owners: Vec<&str> = owners.iter().map(Untrusted::raw).collect();
                format!("{per}: {} for {}", owners.join("|"), paths.len())
            }
            Ask::Pair => "pair".to_owned(),
            Ask::Notify { who } => format!("tell {who}"),
            Ask::Step { step } => format!("step {step}"),
            Ask::CoolingOff { seconds } => format!("wait {seconds}"),
            Ask::Block { reason } => format!("block: {}", reason.raw()),
        };
        format!("{} ({})", what.trim(), one.rule)
    };
    plan.requirements.iter().map(line).collect()
}

const OWNERS: &str = "*  @org/everyone\n/lib/pay/  @org/payments @ann\n/docs/\n";

const TEAM: &str = r#"
schema = "richter.policy/1"
[scale]
tiers = ["junior", "mid", "senior"]
[owners]
required = "always"
unowned = "block"
[areas]
money = ["lib/pay/**"]
[[rule]]
name = "high"
when = { risk = ">=high" }
require = { approvals = 2, min_tier = "mid", cooling_off = "1h" }
[[rule]]
name = "guardrail"
why = "AI-assisted change by an author below senior"
when = { ai = ">=assisted", author_tier = "<senior", risk = ">=medium" }
require = { slots = [{ min_tier = "senior" }] }
[[rule]]
name = "money"
when = { area = ["money"] }
require = { owners = "each-area", steps = ["canary"] }
[[exempt]]
name = "docs-only"
when = { only_paths = ["docs/**"], risk = "<=high" }
rules = ["high", "guardrail"]
[step.canary]
evidence = { check = "canary", app = "gh-app:1" }
"#;

const PEOPLE: &str = r#"
schema = "richter.people/1"
[[person]]
id = "ann"
tier = "senior"
logins = ["gh:ann"]
emails = ["ann@example.com"]
[[person]]
id = "bo"
tier = "mid"
logins = ["gh:bo"]
emails = ["bo@example.com"]
teams = ["everyone"]
[[person]]
id = "di"
tier = "junior"
logins = ["gh:di"]
emails = ["di@example.com"]
teams = ["everyone"]
[[agent]]
id = "robo"
emails = ["robo@agents.example"]
"#;

fn team() -> Policy {
    Policy::parse(PolicySource::File("policy.toml".into()), "policy.toml", TEAM.as_bytes()).unwrap()
}

fn people() -> People {
    People::parse("people.toml", PEOPLE.replace("\"everyone\"", "\"everyone\", \"payments\"").as_bytes()).unwrap()
}

/// The team's policy and people, built once for the laws; an agent on its own needs two more approvals there, so that it
/// shows where a text makes it seem directed.
static GROUND: LazyLock<(Policy, People)> = LazyLock::new(|| {
    let alone = "[[rule]]\nname = \"alone\"\nwhen = { ai = \">=autonomous\" }\nrequire = { approvals = 3 }\n[[exempt]]";
    let text = TEAM.replace("[[exempt]]", alone);
    (Policy::parse(PolicySource::Builtin, "policy.toml", text.as_bytes()).unwrap(), people())
});

#[test]
fn the_builtin_policy_asks_by_level() {
    let builtin = Policy::builtin();
    let check = |level: Level, expected: &[&str]| {
        let case = Case::new(level, &["lib/pay/total.rb", "lib/x.rb"]).involving(Involvement::DeclaredNone);
        assert_eq!(lines(&case.plan(&builtin, "/lib/x.rb @ann", None)), expected, "{level:?}");
    };
    check(Level::Low, &["1 approvals (floor)"]);
    check(Level::Medium, &["1 approvals (floor, medium-risk)", "any: @ann for 1 (medium-risk)"]);
    let high = ["2 approvals (high-risk)", "any: @ann for 1 (high-risk, medium-risk)"];
    check(Level::High, &high);
    check(
        Level::Critical,
        &[
            "2 approvals (critical-risk, high-risk)",
            "each-file: @ann for 1 (critical-risk, high-risk, medium-risk)",
            "step rollback-plan (critical-risk)",
        ],
    );
}

#[test]
fn the_builtin_policy_asks_owners_of_critical_zones_and_two_for_governance() {
    let builtin = Policy::builtin();
    let case = Case::new(Level::Medium, &["app/checkout/complete.rb", "app/util.rb"]);
    let plan = case.plan(&builtin, "/app/checkout/ @org/pay\n/app/util.rb @ann\n", None);
    let asked = lines(&plan);
    assert!(asked.contains(&"each-area: @org/pay for 1 (critical-zone)".to_owned()), "{asked:?}");
    let why: Vec<_> = plan.requirements.iter().map(|one| one.why.raw()).collect();
    assert!(why.iter().any(|why| why.contains("touches checkout (app/checkout/complete.rb)")), "{why:?}");
    let plan = Case::new(Level::Low, &[".richter/policy.toml"]).plan(&builtin, "", None);
    assert_eq!(lines(&plan), ["2 approvals (governance)"]);
    let plan = Case::new(Level::Low, &["a.rb"]).involving(Involvement::Autonomous).plan(&builtin, "", None);
    assert_eq!(lines(&plan), ["2 approvals (autonomous-agent)"]);
}

#[test]
fn hiding_never_pays() {
    let builtin = Policy::builtin();
    for level in Level::ALL {
        let of =
            |involvement| lines(&Case::new(level, &["lib/a.rb"]).involving(involvement).plan(&builtin, OWNERS, None));
        for declared in [Involvement::DeclaredNone, Involvement::Assisted, Involvement::AgentAuthored] {
            assert_eq!(of(Involvement::Unknown), of(declared), "{level:?} {declared:?}");
        }
    }
}

#[test]
fn what_was_not_seen_counts_as_high() {
    let mut case = Case::new(Level::Low, &["lib/a.rb"]);
    case.assessment.complete = false;
    let plan = case.plan(&Policy::builtin(), "", None);
    assert_eq!(lines(&plan), ["2 approvals (high-risk)"]);
    assert!(plan.requirements[0].why.raw().contains("level counts as high: the change was not seen in full"));
}

#[test]
fn a_team_policy_joins_count_tier_slot_owners_and_steps() {
    let plan = Case::new(Level::High, &["lib/pay/a.rb"]).plan(&team(), OWNERS, Some(&people()));
    let expected = [
        "2 approvals mid (high)",
        "1 of senior (guardrail)",
        "each-file: @ann|@org/payments for 1 (money, owners)",
        "step canary (money)",
        "wait 3600 (high)",
    ];
    assert_eq!(lines(&plan), expected);
    assert_eq!(plan.author_tier.as_deref(), Some("junior"));
    let guardrail = plan.requirements.iter().find(|one| &*one.rule == "guardrail").unwrap();
    assert_eq!(
        guardrail.why.raw(),
        "AI-assisted change by an author below senior: level is high, AI involvement is unknown, which counts as \
         assisted, author di counts as junior"
    );
    let asked: Vec<_> = plan.suggested.iter().map(|one| one.who.raw()).collect();
    assert_eq!(asked, ["ann", "bo"]);
}

#[test]
fn without_people_tier_rules_are_off_and_that_is_said() {
    let plan = Case::new(Level::Medium, &["lib/a.rb"]).plan(&team(), OWNERS, None);
    assert_eq!(lines(&plan), ["1 approvals (floor)", "each-file: @org/everyone for 1 (owners)"]);
    assert!(plan.gaps.iter().any(|gap| gap.why.raw().contains("author tiers are off")));
    assert_eq!(plan.author_tier, None);
}

#[test]
fn the_author_tier_is_the_lowest_of_all_who_are_named() {
    let tier = |email: &str, message: &str| {
        let case = Case::new(Level::Medium, &["lib/a.rb"]).by(email, message);
        case.plan(&team(), OWNERS, Some(&people())).author_tier.unwrap().to_string()
    };
    assert_eq!(tier("ann@example.com", "x"), "senior");
    assert_eq!(tier("ann@example.com", "x\n\nCo-Authored-By: Di <di@example.com>"), "junior");
    assert_eq!(tier("di@example.com", "x\n\nCo-authored-by: Ann <ann@example.com>"), "junior");
    assert_eq!(tier("who@evil.example", "x"), "junior");
    assert_eq!(
        tier("robo@agents.example", "x\n\nCo-authored-by: Bo <bo@example.com>"),
        "junior",
        "a claim is no author"
    );
    assert_eq!(tier("robo@agents.example", "x"), "junior", "nobody is not a senior");
}

#[test]
fn a_rename_asks_both_owners_and_counts_in_both_areas() {
    let mut case = Case::new(Level::Low, &[]);
    case.change.files = vec![file("misc/a.rb", Some("lib/pay/a.rb"))];
    let plan = case.plan(&team(), OWNERS, Some(&people()));
    let asked = lines(&plan);
    assert!(asked.contains(&"each-file: @org/everyone for 1 (owners)".to_owned()), "{asked:?}");
    assert!(asked.contains(&"each-file: @ann|@org/payments for 1 (money, owners)".to_owned()), "{asked:?}");
    assert_eq!(plan.owners.len(), 3);
}

#[test]
fn owners_that_are_nobody_or_not_known_block() {
    let blocked = |owners: &str| {
        let plan = Case::new(Level::Low, &["lib/a.rb"]).plan(&team(), owners, Some(&people()));
        lines(&plan).into_iter().find(|line| line.starts_with("block"))
    };
    assert_eq!(
        blocked("* @gone"),
        Some("block: nobody in the people file is @gone, who owns lib/a.rb (owners)".into())
    );
    assert_eq!(blocked("/docs/ @ann"), Some("block: nobody owns lib/a.rb (owners)".into()));
    assert_eq!(blocked("* @ann"), None);
    assert_eq!(blocked("* @gone\n/lib/\n"), None, "cleared on purpose");
    let giant = "#".repeat(crate::limits::CONFIG_BYTES_MAX + 1);
    assert!(blocked(&giant).is_some_and(|line| line.contains("could not be read")));
}

#[test]
fn an_exemption_is_told_ends_with_danger_and_keeps_the_floor() {
    let exempt = Case::new(Level::High, &["docs/a.md"]).plan(&team(), OWNERS, Some(&people()));
    assert_eq!(lines(&exempt), ["1 approvals (docs-only, floor)"]);
    assert!(exempt.requirements[0].why.raw().contains("exempt from guardrail, high"));
    let critical = Case::new(Level::Critical, &["docs/a.md"]).plan(&team(), OWNERS, Some(&people()));
    assert_eq!(lines(&critical)[0], "2 approvals mid (high)");
    let more = Case::new(Level::High, &["docs/a.md", "lib/a.rb"]).plan(&team(), OWNERS, Some(&people()));
    assert_eq!(lines(&more)[0], "2 approvals mid (high)");
}

#[test]
fn without_people_owners_then_experts_are_suggested_and_never_the_author() {
    let mut case = Case::new(Level::High, &["lib/pay/a.rb"]).by("77+ann@users.noreply.github.com", "x");
    let expert = |name: &str, email: &str, changes| Expert {
        who: identity(name, email),
        weight_milli: 1_000,
        changes,
        lines: if changes < 20 { 3 } else { 0 },
        last_days: 9,
    };
    case.history.experts = vec![
        expert("Ann", "77+ann@users.noreply.github.com", 40),
        expert("renovate[bot]", "29139614+renovate[bot]@users.noreply.github.com", 30),
        expert("Claude", "noreply@anthropic.com", 20),
        expert("Bo", "bo@example.com", 12),
    ];
    let plan = case.plan(&Policy::builtin(), OWNERS, None);
    let asked: Vec<_> = plan.suggested.iter().map(|one| (one.who.raw(), one.why.raw())).collect();
    assert_eq!(
        asked,
        [
            ("@org/payments", "owns lib/pay/a.rb (CODEOWNERS:2)"),
            ("Bo", "changed these files 12 times, last 9 days ago; wrote 3 of the touched lines"),
        ]
    );
}

#[test]
fn a_requirement_that_nobody_can_meet_is_said() {
    let plan = Case::new(Level::High, &["lib/a.rb"]).by("ann@example.com", "x").plan(&team(), OWNERS, Some(&people()));
    assert!(plan.suggested.is_empty());
    assert!(plan.gaps.iter().any(|gap| gap.why.raw().contains("no set of people")), "{:?}", plan.gaps);
}

#[test]
fn a_policy_error_has_its_place_and_says_what_is_allowed() {
    let check = |from: &str, to: &str, expected: &str| {
        assert!(TEAM.contains(from), "{from}");
        let text = TEAM.replacen(from, to, 1);
        let error = Policy::parse(PolicySource::Builtin, "policy.toml", text.as_bytes()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    };
    check("risk = \">=high\"", "risk = \">=hgih\"", "policy.toml:12:17: `hgih` is not a level; expected `low`");
    check("risk = \">=high\"", "risk = \"<=high\"", "may only ask in the direction of more review (`>=high`)");
    check("risk = \">=high\"", "level = \">=high\"", "unknown field `level`, expected one of `risk`");
    check("[\"canary\"]", "[\"canry\"]", "`canry` is not a [step] of this policy; expected `canary`");
    check("[owners]", "[trust]\nunknown_person = \"mid\"\n[owners]", "policy.toml:6:18: someone unknown is always");
    check("[owners]", "[trust]\nunknown_ai = \"declared-none\"\n[owners]", "may not count as `declared-none`");
    check("[owners]", "[floor]\nhuman = false\n[owners]", "cannot be switched off");
    check("name = \"guardrail\"", "name = \"high\"", "the name `high` is taken");
    check("rules = [\"high\"", "rules = [\"hihg\"", "`hihg` is not a rule of this policy");
    check("risk = \"<=high\"", "risk = \">=high\"", "may only ask");
    check("[\"lib/pay/**\"]", "[\"/lib/pay/**\"]", "a glob is a relative path");
    check("policy/1", "policy/2", "expected `richter.policy/1`");
    check("required = \"always\"", "dialect = \"gitea\"", "expected `github`, `gitlab`, `prow`");
    check("\"gh-app:1\" }", "\"gh-app:1\", by_team = \"x\" }", "could be forged");
}

#[test]
fn an_area_that_does_not_exist_is_an_error_and_blocks() {
    let text = TEAM.replace("area = [\"money\"]", "area = [\"money\", \"chekout\"]");
    let policy = Policy::parse(PolicySource::Builtin, "policy.toml", text.as_bytes()).unwrap();
    let error = policy.check_areas(&Zones::load(&[]).unwrap()).unwrap_err();
    assert!(error.to_string().contains("`chekout` is neither in [areas] nor a zone; expected one of money"), "{error}");
    let plan = Case::new(Level::Low, &["a"]).plan(&policy, "* @ann", Some(&people()));
    assert!(lines(&plan).iter().any(|line| line.starts_with("block")));
}

const AREAS: [&str; 3] = ["money", "checkout", "governance"];

fn situation(level: usize, ai: usize, tier: usize, areas: u8, reached: u8) -> Situation {
    let hits = |mask: u8| {
        let named = AREAS.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0);
        named.map(|(_, name)| (Arc::from(*name), touch(name, Default::default()))).collect()
    };
    Situation {
        level: Level::ALL[level],
        level_why: String::new(),
        ai: super::vocabulary::INVOLVEMENT[ai],
        ai_why: String::new(),
        author_tier: Some(tier),
        author_why: String::new(),
        touched: hits(areas),
        reached: hits(reached & !areas),
        paths: [RepoPath::from("docs/a.md")].into(),
        inside: Default::default(),
    }
}

/// True if whoever meets `more` meets `less`: part by part, without the generous reading of `lacks`.
fn is_at_least(more: &Demand, less: &Demand) -> bool {
    more.approvals.value >= less.approvals.value
        && more.min_tier.value >= less.min_tier.value
        && more.cooling_off.value >= less.cooling_off.value
        && less.slots.keys().all(|slot: &Slot| more.slots.contains_key(slot))
        && less.steps.keys().all(|step| more.steps.contains_key(step))
        && less.owners.keys().all(|scope| more.owners.contains_key(scope))
        && less.blocks.keys().all(|block| more.blocks.contains_key(block))
}

fn policies() -> impl Strategy<Value = Policy> {
    let sign = |words: &'static [&'static str], sign: &'static str| {
        proptest::option::of(proptest::sample::select(words).prop_map(move |word| format!("\"{sign}{word}\"")))
    };
    let rule = (
        sign(&["low", "medium", "high", "critical"], ">="),
        sign(&["declared-none", "assisted", "agent-authored", "autonomous"], ">="),
        sign(&["junior", "mid", "senior"], "<="),
        proptest::option::of(proptest::sample::select(&AREAS[..]).prop_map(|area| format!("[\"{area}\"]"))),
        proptest::option::of(proptest::sample::select(&AREAS[..]).prop_map(|area| format!("[\"{area}\"]"))),
        0..4_u32,
        proptest::sample::select(&["junior", "mid", "senior"][..]),
        proptest::sample::select(&["any", "each-file"][..]),
    );
    proptest::collection::vec(rule, 0..6).prop_map(|rules| {
        let mut text = "schema = \"richter.policy/1\"\n[owners]\nrequired = \"by-rule\"\n".to_owned();
        text += "[areas]\nmoney = [\"m/**\"]\n";
        for (n, (risk, ai, tier, area, reached, approvals, slot, owners)) in rules.into_iter().enumerate() {
            let keys = [("risk", risk), ("ai", ai), ("author_tier", tier), ("area", area), ("reached", reached)];
            let when: Vec<String> =
                keys.into_iter().filter_map(|(key, value)| value.map(|value| format!("{key} = {value}"))).collect();
            text += &format!(
                "[[rule]]\nname = \"r{n}\"\nwhen = {{ {} }}\nrequire = {{ approvals = {approvals}, \
                 owners = \"{owners}\", slots = [{{ min_tier = \"{slot}\" }}] }}\n",
                when.join(", ")
            );
        }
        text += "[[exempt]]\nname = \"e\"\n";
        text += "when = { risk = \"<=high\", ai = \"<=assisted\", author_tier = \">=mid\" }\n";
        text += if text.contains("r0") { "rules = [\"r0\"]\n" } else { "rules = []\n" };
        Policy::parse(PolicySource::Builtin, "generated.toml", text.as_bytes()).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(10_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn more_danger_never_asks_for_less(
        policy in policies(),
        low in (0..4_usize, 0..5_usize, 0..3_usize, 0..8_u8, 0..8_u8),
        up in (0..4_usize, 0..5_usize, 0..3_usize, 0..8_u8, 0..8_u8),
    ) {
        let less = join(&policy, &situation(low.0, low.1, low.2, low.3, low.4));
        let danger = situation(
            low.0.max(up.0), low.1.max(up.1), low.2.min(up.2), low.3 | up.3, low.4 | up.4,
        );
        prop_assert!(is_at_least(&join(&policy, &danger), &less));
    }

    #[test]
    fn the_order_of_rules_means_nothing_and_saying_it_twice_neither(
        policy in policies(),
        at in (0..4_usize, 0..5_usize, 0..3_usize, 0..8_u8, 0..8_u8),
    ) {
        let situation = situation(at.0, at.1, at.2, at.3, at.4);
        let expected = join(&policy, &situation);
        let mut turned = policy.clone();
        turned.rules.reverse();
        prop_assert_eq!(&join(&turned, &situation), &expected);
        let mut twice = policy.clone();
        twice.rules.extend(policy.rules.clone());
        prop_assert_eq!(&join(&twice, &situation), &expected);
    }

    /// Whatever stands in a message (trailers, declarations, prose), nothing is asked for less than without it; also where
    /// the forge says that an agent opened the change.
    #[test]
    fn no_text_of_a_change_loosens_anything(
        text in "(\\PC|\n){0,80}",
        lines in proptest::collection::vec(proptest::sample::select(&[
            "Co-authored-by: Ann <ann@example.com>",
            "Co-authored-by: Bo <bo@example.com>",
            "co-authored-by: nobody@example.com",
            "Signed-off-by: Ann <ann@example.com>",
            "Reviewed-by: Ann <ann@example.com>",
            "AI-assisted: no",
            "Generated-by: none",
            "No AI was used.",
            "Co-Authored-By: Claude <noreply@anthropic.com>",
            "Approved-by: Ann <ann@example.com>",
            "Risk: none",
            "skip-review: true",
            "Co-authored-by: Copilot <198982749+Copilot@users.noreply.github.com>",
            "Requested-by: Ann <ann@example.com>",
            "Assisted-by: nobody",
        ][..]), 0..5),
        email in proptest::sample::select(&[
            "ann@example.com", "bo@example.com", "di@example.com", "robo@agents.example", "who@else.example", "",
            "198982749+Copilot@users.noreply.github.com",
        ][..]),
        opener in proptest::option::of(proptest::sample::select(&["ann", "di", "Copilot"][..])),
        level in 0..4_usize,
        path in proptest::sample::select(&["lib/pay/a.rb", "docs/a.md", "lib/x.rb", ".richter/a.toml"][..]),
    ) {
        let pr = opener.map(|opener| PrFacts { author_login: opener.into(), ..PrFacts::default() });
        let mut case = Case::new(Level::ALL[level], &[path]).by(email, "");
        let mut demand = |message: &str| {
            case.change.commits[0].message = Untrusted::new(message);
            case.provenance = attribute(&Sources { pr: pr.as_ref(), ..Sources::of(&case.change) });
            case.demand(&GROUND.0, Some(&GROUND.1))
        };
        let (without, with) = (demand("Change\n"), demand(&format!("Change\n\n{text}\n{}\n", lines.join("\n"))));
        prop_assert!(is_at_least(&with, &without));
    }

    #[test]
    fn no_file_of_any_bytes_makes_the_loaders_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Policy::parse(PolicySource::Builtin, "p", &bytes);
        let _ = People::parse("p", &bytes);
        for dialect in [Dialect::Github, Dialect::Gitlab, Dialect::Prow] {
            let _ = Owners::parse(dialect, "CODEOWNERS", &bytes).of(&RepoPath::new(&bytes));
        }
    }
}
