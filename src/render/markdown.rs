//! Markdown for a comment under a change: level and score, why as a table, who must look, and the details folded away. A
//! hidden marker on the first line lets a bot find its own comment again (it must check the author too: anyone can write
//! the marker). Text of the change stays inert: it neither links nor mentions. What does not fit is left out by whole
//! sections, and said so.

use super::phrase::{Phrase, count};
use super::wording;
use crate::limits::MARKDOWN_CHARS_MAX;
use crate::report::Report;
use crate::rules::Signal;
use crate::score::Contribution;
use crate::text::Untrusted;
use std::io::{self, Write};

const MARKER: &str = "<!-- richter -->";
/// Rows of the table of reasons, and entries of each folded list; the rest is counted.
const REASONS_MAX: usize = 10;
const ITEMS_MAX: usize = 50;
/// Characters kept free for the note that says what was left out.
const NOTE_CHARS: usize = 400;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", fit(sections(report)))
}

/// Sections by name, most important first; empty ones are left out later.
fn sections(report: &Report) -> Vec<(&'static str, String)> {
    vec![
        ("level", heading(report)),
        ("reasons", reasons(report)),
        ("review", review(report)),
        ("summary", summary(report)),
        ("signals", folded("Signals", report.signals.len(), report.signals.iter().map(signal))),
        ("dependents", dependents(report)),
        ("gaps", gaps(report)),
        ("history", history(report)),
        ("accepted", accepted(report)),
    ]
}

/// Joins what fits.
fn fit(sections: Vec<(&'static str, String)>) -> String {
    let mut text = String::from(MARKER);
    let mut chars = MARKER.len();
    let mut left_out = Vec::new();
    for (name, section) in sections.into_iter().filter(|(_, section)| !section.is_empty()) {
        let wanted = section.chars().count() + 2;
        if chars + wanted + NOTE_CHARS > MARKDOWN_CHARS_MAX {
            left_out.push(name);
            continue;
        }
        chars += wanted;
        text.push_str(if text.len() == MARKER.len() { "\n" } else { "\n\n" });
        text.push_str(section.trim_end());
    }
    if !left_out.is_empty() {
        text.push_str(&format!("\n\nLeft out, because the comment would be too long: {}.", left_out.join(", ")));
    }
    text
}

fn heading(report: &Report) -> String {
    let found = &report.assessment;
    let title = Phrase::default().name(report.change.title.raw());
    let title = if report.change.title.is_empty() { String::new() } else { title.markdown() + ": " };
    let mut told = vec![format!("{title}{}", wording::size(&report.change))];
    told.extend(wording::rank(found));
    told.extend(wording::floor(found).map(str::to_owned));
    let remarks = report.change.remarks.iter().take(ITEMS_MAX);
    let remarks: String = remarks.map(|one| format!("\n\nNote: {}", own(one).markdown())).collect();
    format!("### richter: {} {}\n{}{remarks}", wording::level_word(found.level), found.score, told.join("; "))
}

fn reasons(report: &Report) -> String {
    let (shown, rest) = wording::told(&report.assessment, REASONS_MAX);
    if shown.is_empty() && rest.is_none() {
        return capitalised(wording::no_reason(report)) + ".";
    }
    let mut table = String::from("| Points | Why | Where |\n| ---: | --- | --- |");
    for one in shown {
        table.push('\n');
        table.push_str(&row(one, report));
    }
    if let Some(rest) = rest {
        table.push_str(&format!("\n| | {rest} | |"));
    }
    table
}

fn row(one: &Contribution, report: &Report) -> String {
    let way = match wording::zone_path(one, report) {
        Some(way) => format!("<br>{}", way.markdown()),
        None => String::new(),
    };
    let why = Phrase::default().quote(&one.why).markdown();
    format!("| {:+} | {why} | {}{way} |", one.points, wording::place(one, &report.blast).markdown())
}

fn review(report: &Report) -> String {
    let plan = &report.review;
    if plan.requirements.is_empty() && plan.suggested.is_empty() {
        return String::new();
    }
    let mut list = String::from("**Review**\n");
    for one in plan.requirements.iter().take(ITEMS_MAX) {
        let why = Phrase::default().quote(&one.why);
        let why = if one.why.is_empty() { String::new() } else { format!(": {}", why.markdown()) };
        list.push_str(&format!("\n- {}{why}", wording::requirement(one).markdown()));
    }
    if plan.requirements.is_empty() {
        list.push_str("\n- no approval required");
    }
    for one in plan.suggested.iter().take(ITEMS_MAX) {
        let told = Phrase::new("ask ").name(one.who.raw()).say(": ").quote(&one.why);
        list.push_str(&format!("\n- {}", told.markdown()));
    }
    list
}

fn summary(report: &Report) -> String {
    let lower = report.assessment.lower.first().map_or_else(Phrase::default, |lower| Phrase::default().quote(lower));
    let lines = [
        ("Hits", wording::hits(report)),
        ("Written", wording::written(&report.provenance, &report.review)),
        ("Lower", lower),
        ("Not seen", wording::not_seen(&report.gaps)),
    ];
    let told = lines.into_iter().filter(|(_, phrase)| !phrase.is_empty());
    told.map(|(label, phrase)| format!("- **{label}**: {}", phrase.markdown())).collect::<Vec<_>>().join("\n")
}

/// A folded list; nothing when it would be empty.
fn folded(title: &str, total: usize, items: impl Iterator<Item = String>) -> String {
    let mut list: Vec<String> = items.take(ITEMS_MAX).map(|item| format!("- {item}")).collect();
    if list.is_empty() {
        return String::new();
    }
    if total > ITEMS_MAX {
        list.push(format!("- {} more in the JSON report", total - ITEMS_MAX));
    }
    format!("<details><summary>{title} ({total})</summary>\n\n{}\n\n</details>", list.join("\n"))
}

/// Prose of a rule or a team: not the change's, but shown through the same escaper.
fn own(text: &str) -> Phrase {
    Phrase::default().quote(&Untrusted::new(text))
}

fn signal(signal: &Signal) -> String {
    let place = Phrase::default().path(&signal.location.path, Some(signal.location.lines.start)).markdown();
    let rule = Phrase::default().name(&*signal.rule).markdown();
    let message = Phrase::default().quote(&signal.message).markdown();
    let why = own(&signal.why).markdown();
    let remedy =
        if signal.remedy.is_empty() { String::new() } else { format!(" *Do:* {}", own(&signal.remedy).markdown()) };
    format!("**{}** {message} at {place} ({rule})<br>*Why:* {why}{remedy}", signal.severity.as_str())
}

fn dependents(report: &Report) -> String {
    let told = report.blast.top.iter().map(|found| {
        let steps = format!("{}, {} away: ", found.tier.as_str(), count(found.distance, "step", "steps"));
        Phrase::new(steps).name(&*found.entity).say(" ").path(&found.path, Some(found.line)).markdown()
    });
    folded("Most important dependents", report.blast.top.len(), told)
}

fn gaps(report: &Report) -> String {
    let told = report.gaps.iter().map(|gap| {
        let path = gap.path.as_ref().map_or_else(Phrase::default, |path| Phrase::default().path(path, None).say(": "));
        Phrase::new(format!("{}: ", gap.kind.as_str())).then(path).quote(&gap.why).markdown()
    });
    folded("Not seen", report.gaps.len(), told)
}

fn history(report: &Report) -> String {
    let known: Vec<_> = report.history.files.iter().filter(|file| file.changes > 0 && file.path.is_some()).collect();
    let told = known.iter().filter_map(|file| {
        let path = Phrase::default().path(file.path.as_ref()?, None);
        let fixed = format!("{} of the last {} fixed within 30 days", file.last_five_fixed, file.last_five);
        let people = count(file.authors, "person", "people");
        Some(path.say(format!(": {} by {people}; {fixed}", count(file.changes, "change", "changes"))).markdown())
    });
    folded("History of the files", known.len(), told)
}

fn accepted(report: &Report) -> String {
    let told = report.accepted.iter().map(|one| {
        let place = Phrase::default().name(&*one.signal.rule).say(" at ");
        place.path(&one.signal.location.path, None).say(": ").then(own(&one.reason)).markdown()
    });
    folded("Accepted as false alarms", report.accepted.len(), told)
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}
