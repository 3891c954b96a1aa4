//! The page about all rules, for people who want to know what richter looks for: by area, with points, reasons and one
//! example each. Everything on it comes from the rule files and the weights.

use crate::rules::{AREAS, Example, Part, Rule, RulePack};
use crate::score::Model;
use std::fmt::Write;

/// The whole page, in Markdown.
pub fn rules_page(pack: &RulePack, model: &Model) -> String {
    let mut out = format!(
        "# Rules\n\nWritten by `richter rules docs`; do not edit. {} rules, each one file below `rules/` with its \
         condition, its examples (which are its\ntests) and its sources. Ten points double the risk; a rule without \
         points is reported only. What a `finding` fires on is a signal; a `companion` is one beside a finding; `context`\ncolours the score and is told \
         with all reasons. `richter explain ID` prints one.\n",
        pack.count()
    );
    for area in AREAS {
        let rules: Vec<&Rule> = pack.all().filter(|rule| rule.id.split('/').next() == Some(area)).collect();
        if rules.is_empty() {
            continue;
        }
        let _ = writeln!(
            out,
            "\n## {area}\n\n| rule | severity | standing | points | this change ... |\n|---|---|---|---|---|"
        );
        for rule in &rules {
            let (points, severity, standing) = (points(rule, model), rule.severity.as_str(), rule.standing.as_str());
            let anchor = rule.id.replace('/', "");
            let _ = writeln!(
                out,
                "| [{}](#{anchor}) | {severity} | {standing} | {points} | {} |",
                rule.id,
                cell(&rule.title)
            );
        }
        rules.iter().for_each(|rule| section(&mut out, rule, model));
    }
    out
}

fn points(rule: &Rule, model: &Model) -> String {
    model.rule_points(&rule.id).map_or_else(|| "-".to_owned(), |points| points.to_string())
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn section(out: &mut String, rule: &Rule, model: &Model) {
    let part = match rule.counts {
        Part::Likelihood => "likelihood",
        Part::Impact => "impact",
    };
    let _ = writeln!(out, "\n### {}\n", rule.id);
    let _ = writeln!(out, "This change: {}. {} points of {part}.\n", rule.title, points(rule, model));
    let _ = writeln!(out, "*Why:* {}. *What to do:* {}.", rule.why, rule.remedy);
    if !rule.references.is_empty() {
        let _ = writeln!(out, "*Seen in:* {}.", rule.references.join("; "));
    }
    if let Some(example) = rule.examples().iter().find(|example| example.fires) {
        shown(out, example);
    }
}

/// The changed files of an example, each as its two sides.
fn shown(out: &mut String, example: &Example) {
    let changed = example.all_files().into_iter().filter(|file| file.old != file.new);
    for file in changed.take(1) {
        let side = |mark: char, text: &Option<String>, other: &Option<String>| -> String {
            let other: Vec<&str> = other.iter().flat_map(|text| text.lines()).collect();
            let lines = text.iter().flat_map(|text| text.lines()).filter(|line| !other.contains(line)).take(LINES_MAX);
            lines.map(|line| format!("{mark}{line}\n")).collect()
        };
        let (gone, came) = (side('-', &file.old, &file.new), side('+', &file.new, &file.old));
        if !(gone.is_empty() && came.is_empty()) {
            let _ = writeln!(out, "\n````diff\n# {}\n{gone}{came}````", file.path);
        }
    }
}

/// Lines of an example's side that are shown (lines).
const LINES_MAX: usize = 12;
