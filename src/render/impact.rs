//! `richter impact`: the blast radius of a thing, as text or as JSON (`richter.impact/1`). The text is one screen: how
//! many for sure and at most, the tree of who, and what else is in reach; everything is in the JSON.

use super::Layout;
use super::phrase::{Phrase, count};
use super::text::lines_of;
use super::tree::tree;
use crate::blast::{Dependent, EdgeEnd, Impact};
use crate::zones::Zones;
use std::io::{self, Write};

/// Lines of the tree, and things that a line tells.
const TREE_LINES_MAX: usize = 24;
const TOLD_MAX: usize = 5;

/// Writes an answer; JSON where `as_json`, else text. `rev` is the commit that was looked at.
pub fn write_impact(
    impact: &Impact,
    zones: &Zones,
    rev: &str,
    as_json: bool,
    layout: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    if as_json {
        return super::json::document(&super::json::impact::impact(impact, zones, rev), false, out);
    }
    lines_of(&phrases(impact, zones), layout, out)
}

/// Phrases with their indents (columns).
fn phrases(impact: &Impact, zones: &Zones) -> Vec<(usize, Phrase)> {
    let radius = &impact.radius;
    let mut lines = vec![(0, head(&impact.targets))];
    let (sure, most) = bracket(impact);
    let files = count(radius.files, "file", "files");
    let packages = count(radius.packages, "package", "packages");
    let text = match (sure, most) {
        (_, 0) if radius.tests > 0 => "nothing that ships depends on it, only tests do".to_owned(),
        (_, 0) => "nothing in the repository depends on it".to_owned(),
        _ => format!(
            "hits {} surely, {most} at most, in {files} of {packages}",
            count(sure, "definition", "definitions")
        ),
    };
    lines.push((2, Phrase::new(text)));
    if impact.fan_in > 0 {
        let users = count(impact.fan_in, "definition in other files refers", "definitions in other files refer");
        let rank = impact.fan_in_percentile;
        lines.push((2, Phrase::new(format!("{users} to it: more than to {rank} % of the repository's definitions"))));
    }
    let drawn = tree(&radius.top, TREE_LINES_MAX);
    if !drawn.is_empty() {
        lines.push((0, Phrase::default()));
        lines.extend(drawn.into_iter().map(|branch| (2 + 2 * branch.depth, branch.phrase)));
        lines.push((0, Phrase::default()));
    }
    let zone = |hit: &crate::blast::ZoneHit| {
        let title = zones.all().get(hit.zone).map_or_else(|| "a zone".to_owned(), |zone| zone.title.to_string());
        Phrase::default().name(title).say(format!(" in {}", count(hit.distance, "step", "steps")))
    };
    let bare = |point: &crate::blast::EntryPoint| if point.tested == Some(false) { " (no test)" } else { "" };
    let entry = |point: &crate::blast::EntryPoint| Phrase::default().name(&*point.name).say(bare(point));
    lines.push((2, labelled("zones: ", radius.zones.iter().map(zone).collect())));
    lines.push((2, labelled("entry points: ", radius.entry_points.iter().map(entry).collect())));
    lines.push((2, labelled("packages: ", impact.packages.iter().map(|name| package(name)).collect())));
    let test = |test: &Dependent| Phrase::default().path(&test.path, Some(test.line));
    let told = super::wording::tests(radius);
    let tests = labelled(&format!("{told}: "), impact.tests.iter().map(test).collect());
    lines.push((2, if radius.tests == 0 { Phrase::new(told) } else { tests }));
    let gap = |gap: &crate::gap::Gap| Phrase::new("not seen: ").quote(&gap.why);
    lines.extend(radius.gaps.iter().take(TOLD_MAX).map(|one| (2, gap(one))));
    lines.retain(|(indent, phrase)| *indent == 0 || !phrase.is_empty());
    lines
}

fn head(targets: &[EdgeEnd]) -> Phrase {
    let told = targets.iter().take(TOLD_MAX).map(|end| {
        Phrase::new(format!("{} ", end.kind.as_str())).name(&*end.name).say(" at ").path(&end.path, Some(end.line))
    });
    let rest = targets.len().saturating_sub(TOLD_MAX);
    let more = if rest > 0 { format!(", {rest} more") } else { String::new() };
    Phrase::join(told, ", ").say(more)
}

/// `directory:name` as people say it.
fn package(key: &str) -> Phrase {
    let (directory, name) = key.split_once(':').unwrap_or(("", key));
    Phrase::default().name(if name.is_empty() { directory } else { name })
}

fn labelled(label: &str, all: Vec<Phrase>) -> Phrase {
    let rest = all.len().saturating_sub(TOLD_MAX);
    let told = Phrase::join(all.into_iter().take(TOLD_MAX), ", ");
    let more = if rest > 0 { format!(", {rest} more") } else { String::new() };
    if told.is_empty() { told } else { Phrase::new(label).then(told).say(more) }
}

/// Dependents that are sure, and those that are possible at most.
fn bracket(impact: &Impact) -> (u32, u32) {
    let counts = impact.radius.dependents;
    let sure = counts.exact + counts.likely;
    (sure, sure + counts.possible)
}
