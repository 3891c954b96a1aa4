//! What is rendered, for reports made by hand (`tests/fixtures.rs`): compared byte for byte with `snapshots/` (UPDATE=1
//! rewrites them; read them before accepting), and held to what must be true of every rendering.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod fixtures;

use super::*;
use crate::text::is_deceptive;
use fixtures::{HOSTILE, all};
use serde_json::Value;
use std::path::PathBuf;

fn render(report: &Report, format: Format, width: usize, colour: bool, explain: bool) -> String {
    let mut out = Vec::new();
    write(report, format, Layout { width, colour, explain }, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn screen(report: &Report, width: usize) -> String {
    render(report, Format::Text, width, false, false)
}

fn json(report: &Report) -> Value {
    serde_json::from_str(&render(report, Format::Json, 80, false, false)).unwrap()
}

/// Every way to show a report, by name.
fn renderings(report: &Report) -> Vec<(&'static str, String)> {
    vec![
        ("text", screen(report, 80)),
        ("text60", screen(report, 60)),
        ("explain", render(report, Format::Text, 80, false, true)),
        ("markdown", render(report, Format::Markdown, 80, false, false)),
        ("json", render(report, Format::Json, 80, false, false)),
        ("change", render(report, Format::Change, 80, false, false)),
    ]
}

fn snapshot(name: &str, shown: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/render/snapshots").join(name);
    let shown = shown.replace(&format!("\"{}\"", env!("CARGO_PKG_VERSION")), "\"VERSION\"");
    let shown = shown.replace(&format!("richter {},", env!("CARGO_PKG_VERSION")), "richter VERSION,");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&file, &shown).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(shown == expected, "{name} differs; UPDATE=1 rewrites it. Now:\n{shown}");
}

#[test]
fn renderings_are_as_accepted() {
    for (fixture, report) in all() {
        for (kind, shown) in renderings(&report) {
            snapshot(&format!("{fixture}.{kind}.txt"), &shown);
        }
    }
    snapshot("high.colour.txt", &render(&fixtures::high(), Format::Text, 80, true, false));
}

#[test]
fn a_screen_is_a_screen() {
    for (name, report) in all() {
        for width in [40, 60, 72, 80, 100, 120] {
            let shown = screen(&report, width);
            assert!(shown.lines().count() <= 24, "{name} has {} lines at {width}", shown.lines().count());
            for (kind, shown) in [("screen", shown), ("explain", render(&report, Format::Text, width, false, true))] {
                let widest = shown.lines().max_by_key(|line| phrase::width(line)).unwrap_or("");
                assert!(phrase::width(widest) <= width, "{name} {kind} at {width}: {widest}");
                assert!(shown.lines().all(|line| line.trim_end() == line), "{name} {kind} ends a line in white space");
            }
        }
    }
}

#[test]
fn nothing_shown_can_act_or_deceive() {
    for (name, report) in all() {
        for (kind, shown) in renderings(&report) {
            let found = shown.chars().find(|c| *c != '\n' && is_deceptive(*c));
            assert_eq!(found, None, "{name} {kind}");
        }
        let compact = |format| {
            let mut out = Vec::new();
            let layout = Layout { width: 80, colour: false, explain: false };
            write(&report, format, layout, true, &mut out).unwrap();
            out
        };
        assert_eq!(compact(Format::Json).iter().filter(|byte| **byte == b'\n').count(), 1, "{name}");
        assert_eq!(compact(Format::Change).iter().filter(|byte| **byte == b'\n').count(), 1, "{name}");
    }
}

#[test]
fn colour_adds_escapes_of_ours_and_nothing_else() {
    for (name, report) in all() {
        for explain in [false, true] {
            let plain = render(&report, Format::Text, 80, false, explain);
            let painted = render(&report, Format::Text, 80, true, explain);
            assert_ne!(plain, painted, "{name}");
            assert_eq!(anstream::adapter::strip_str(&painted).to_string(), plain, "{name}");
        }
    }
}

#[test]
fn a_comment_neither_links_nor_mentions_nor_opens_a_tag() {
    let shown = render(&fixtures::hostile(), Format::Markdown, 80, false, false);
    assert_eq!(shown.lines().next(), Some("<!-- richter -->"));
    let mut prose = String::new();
    for line in shown.lines().skip(1) {
        prose.push_str(&outside_code(line));
        prose.push('\n');
    }
    for live in ["@", "#12", "www.", "http:", "https:", "](", "<script", "<!--", "&#64;o", "&#35;1"] {
        assert!(!prose.contains(live), "{live} in {prose}");
    }
    let opened: Vec<&str> = prose.split('<').skip(1).map(|rest| rest.split(['>', ' ']).next().unwrap()).collect();
    assert!(
        opened.iter().all(|tag| ["br", "details", "/details", "summary", "/summary", "-"].contains(tag)),
        "{opened:?}"
    );
}

/// The line without its code spans, by the rule of CommonMark: a run of backticks is closed by a run of the same length.
fn outside_code(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(at) = rest.find('`') {
        out.push_str(&rest[..at]);
        let escaped = rest[..at].ends_with('\\');
        let run = rest[at..].bytes().take_while(|b| *b == b'`').count();
        let after = &rest[at + run..];
        if escaped {
            rest = after;
            continue;
        }
        let close = after.match_indices('`').map(|(at, _)| at).find(|at| {
            let before = after[..*at].ends_with('`');
            !before && after[*at..].bytes().take_while(|b| *b == b'`').count() == run
        });
        rest = close.map_or(after, |at| &after[at + run..]);
    }
    out + rest
}

#[test]
fn a_comment_stays_below_the_limit_of_a_forge() {
    let mut report = fixtures::crowded();
    let long = HOSTILE.repeat(30);
    for signal in &mut report.signals {
        signal.message = crate::text::Untrusted::new(&*long);
        signal.why = long.as_str().into();
        signal.remedy = long.as_str().into();
    }
    report.accepted = vec![report.accepted[0].clone(); 400];
    let shown = render(&report, Format::Markdown, 80, false, false);
    assert!(shown.chars().count() <= crate::limits::MARKDOWN_CHARS_MAX, "{}", shown.chars().count());
    assert!(shown.contains("Left out, because the comment would be too long: signals."), "{shown}");
}

#[test]
fn json_follows_its_schema() {
    let schema: Value = serde_json::from_str(&schema("report").unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for (name, report) in all() {
        let document = json(&report);
        let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_other_documents_follow_their_schemas() {
    let validator =
        |name| jsonschema::draft202012::new(&serde_json::from_str(&schema(name).unwrap()).unwrap()).unwrap();
    for (name, report) in all() {
        let change = serde_json::from_str(&render(&report, Format::Change, 80, false, false)).unwrap();
        assert!(validator("change").is_valid(&change), "{name}: {change}");
    }
    let mut out = Vec::new();
    write_error(Some(&serde_json::json!(7)), Some(HOSTILE), "bad-request", HOSTILE, &mut out).unwrap();
    let error: Value = serde_json::from_slice(&out).unwrap();
    assert!(validator("error").is_valid(&error), "{error}");
    assert!(!validator("report").is_valid(&error), "a schema that takes anything checks nothing");
}

#[test]
fn contributions_add_up_to_the_score_and_to_its_parts() {
    for (name, report) in all() {
        let assessment = &json(&report)["assessment"];
        let points = |source: Option<&str>| -> i64 {
            let own = assessment["contributions"].as_array().unwrap().iter();
            own.filter(|one| source.is_none_or(|source| one["source"] == source))
                .map(|one| one["points"].as_i64().unwrap())
                .sum()
        };
        assert_eq!(points(None).clamp(0, 100), assessment["score"].as_i64().unwrap(), "{name}");
        for part in ["likelihood", "impact", "provenance"] {
            assert_eq!(points(Some(part)), assessment[part]["points"].as_i64().unwrap(), "{name} {part}");
        }
    }
}

#[test]
fn an_id_is_echoed_as_it_came() {
    assert_eq!(json(&fixtures::hostile())["id"], Value::from(HOSTILE));
    assert_eq!(json(&fixtures::inert()).get("id"), None);
}

#[test]
fn what_the_documentation_promises_is_there() {
    let document = json(&fixtures::high());
    for key in [
        "/schema",
        "/tool/name",
        "/tool/version",
        "/tool/rules_digest",
        "/tool/model_digest",
        "/commit",
        "/change/base",
        "/change/head",
        "/change/target",
        "/change/files",
        "/change/lines_added",
        "/change/lines_deleted",
        "/change/paths/0/path",
        "/change/paths/0/old_path",
        "/change/paths/0/status",
        "/change/commits/0/author/email",
        "/assessment/score",
        "/assessment/level",
        "/assessment/level_from",
        "/assessment/complete",
        "/assessment/likelihood/probability",
        "/assessment/likelihood/percentile",
        "/assessment/likelihood/points",
        "/assessment/impact/points",
        "/assessment/contributions/0/source",
        "/assessment/contributions/0/points",
        "/assessment/contributions/0/why",
        "/assessment/contributions/0/rule",
        "/assessment/contributions/0/location",
        "/signals/0/rule",
        "/signals/0/title",
        "/signals/0/severity",
        "/signals/0/confidence",
        "/signals/0/why",
        "/signals/0/remedy",
        "/signals/0/location/path",
        "/signals/0/location/side",
        "/signals/0/location/line",
        "/signals/0/location/end_line",
        "/signals/0/evidence",
        "/blast_radius/changed/0/entity",
        "/blast_radius/changed/0/kind",
        "/blast_radius/changed/0/path",
        "/blast_radius/changed/0/line",
        "/blast_radius/changed/0/change",
        "/blast_radius/dependents/exact",
        "/blast_radius/dependents/likely",
        "/blast_radius/dependents/possible",
        "/blast_radius/dependents/files",
        "/blast_radius/dependents/packages",
        "/blast_radius/dependents/tests",
        "/blast_radius/top/0/entity",
        "/blast_radius/top/0/path",
        "/blast_radius/top/0/line",
        "/blast_radius/top/0/distance",
        "/blast_radius/top/0/tier",
        "/blast_radius/top/0/why",
        "/blast_radius/zones/0/zone",
        "/blast_radius/zones/0/touched",
        "/blast_radius/zones/0/distance",
        "/blast_radius/zones/0/path",
        "/blast_radius/entry_points/0/tested",
        "/blast_radius/tests/0/entity",
        "/blast_radius/named/0/name",
        "/blast_radius/named/0/change",
        "/blast_radius/named/0/readers/0/path",
        "/blast_radius/named/0/readers/0/tier",
        "/provenance/involvement",
        "/provenance/confidence",
        "/provenance/agents/0/id",
        "/provenance/agents/0/name",
        "/provenance/claims/0/channel",
        "/provenance/claims/0/basis",
        "/provenance/claims/0/agent",
        "/provenance/claims/0/where",
        "/provenance/unseen",
        "/review/requirements/0/rule",
        "/review/requirements/0/why",
        "/review/owners/0",
        "/review/suggested/0",
        "/review/policy/digest",
        "/review/policy/source",
        "/gaps/0/kind",
        "/gaps/0/scope",
        "/gaps/0/why",
    ] {
        assert!(document.pointer(key).is_some(), "{key}");
    }
}
