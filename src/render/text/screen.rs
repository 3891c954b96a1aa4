//! One screen: what was asked, how hard it could hit, the three largest reasons with their places, and one line each
//! about who depends on it, who wrote it, who has to look, what would lower it and what was not seen. When it grows over
//! `LINES_MAX`, sentences get shorter before anything is dropped; the whole is behind `--explain`.

use super::paint::{Ink, Line, Span};
use super::wrap::{Measure, at_most, line_width, spans, wrap};
use crate::render::phrase::{Phrase, shorten, width};
use crate::render::tree::{Branch, tree};
use crate::render::wording;
use crate::report::Report;
use crate::score::Contribution;

/// Lines of the whole view.
const LINES_MAX: usize = 24;
/// Reasons that are told; the rest is counted.
const REASONS_MAX: usize = 3;
/// Columns of ` +21  `, under which a reason hangs.
const REASON_INDENT: usize = 6;
/// Columns of a title that still say something.
const TITLE_MIN: usize = 24;
/// Columns of a section's label.
const LABEL_COLUMNS: usize = 11;

/// How many lines each part may take: tried from generous to terse until the screen holds all.
#[derive(Clone, Copy)]
struct Budget {
    remarks: usize,
    why: usize,
    section: usize,
    /// Of the sections that can wait: written, lower, not seen.
    aside: usize,
    /// Of the tree of who is hit.
    tree: usize,
}

const BUDGETS: [Budget; 8] = [
    Budget { remarks: 3, why: 3, section: 3, aside: 3, tree: 6 },
    Budget { remarks: 3, why: 3, section: 3, aside: 3, tree: 4 },
    Budget { remarks: 2, why: 2, section: 2, aside: 2, tree: 4 },
    Budget { remarks: 2, why: 2, section: 2, aside: 2, tree: 0 },
    Budget { remarks: 1, why: 2, section: 2, aside: 1, tree: 0 },
    Budget { remarks: 1, why: 1, section: 3, aside: 1, tree: 0 },
    Budget { remarks: 1, why: 1, section: 2, aside: 1, tree: 0 },
    Budget { remarks: 0, why: 1, section: 1, aside: 1, tree: 0 },
];

pub(super) fn lines(report: &Report, measure: Measure) -> Vec<Line> {
    let mut lines = Vec::new();
    for budget in BUDGETS {
        lines = page(report, measure, budget);
        if lines.len() <= LINES_MAX {
            break;
        }
    }
    lines
}

fn page(report: &Report, measure: Measure, budget: Budget) -> Vec<Line> {
    let mut lines = header(report, measure);
    for remark in report.change.remarks.iter().take(budget.remarks) {
        lines.extend(at_most(wrap(Vec::new(), 2, &remark_phrase(remark), measure), 2, measure));
    }
    lines.push(Vec::new());
    lines.extend(reasons(report, measure, budget));
    let sections = sections(report, measure, budget);
    if !sections.is_empty() {
        lines.push(Vec::new());
        lines.extend(sections);
    }
    lines
}

pub(super) fn remark_phrase(remark: &str) -> Phrase {
    Phrase::new("note: ").quote(&crate::text::Untrusted::new(remark))
}

/// `main..HEAD   3 commits, 7 files, +118 -34` and `HIGH 64   riskier than ...`
pub(super) fn header(report: &Report, measure: Measure) -> Vec<Line> {
    let mut lines = title(report, measure);
    let found = &report.assessment;
    let level = format!("{} {}", wording::level_word(found.level), found.score);
    let indent = width(&level) + 3;
    let told = [wording::rank(found), wording::floor(found).map(str::to_owned)].into_iter().flatten();
    let told = told.collect::<Vec<_>>().join(" ");
    let level = Span::new(Ink::Level(found.level), level);
    if told.is_empty() {
        lines.push(vec![level]);
        return lines;
    }
    lines.extend(wrap(vec![level, Span::new(Ink::Plain, "   ")], indent, &Phrase::new(told), measure));
    lines
}

/// One line, or two where the title would be cut to nothing.
fn title(report: &Report, measure: Measure) -> Vec<Line> {
    let size = wording::size(&report.change);
    let title = report.change.title.terminal();
    let beside = measure.width.saturating_sub(width(&size) + 3);
    let bold = |room| vec![Span::new(Ink::Bold, shorten(&title, room))];
    if title.is_empty() {
        return wrap(Vec::new(), 0, &Phrase::new(size), measure);
    }
    if width(&title) > beside && beside < TITLE_MIN {
        let mut lines = vec![bold(measure.width)];
        lines.extend(wrap(Vec::new(), 0, &Phrase::new(size), measure));
        return lines;
    }
    let mut line = bold(beside);
    line.push(Span::new(Ink::Plain, format!("   {size}")));
    vec![line]
}

fn reasons(report: &Report, measure: Measure, budget: Budget) -> Vec<Line> {
    let (shown, rest) = wording::told(&report.assessment, REASONS_MAX);
    if shown.is_empty() && rest.is_none() {
        return wrap(Vec::new(), 0, &Phrase::new(wording::no_reason(report)), measure);
    }
    let column = place_column(report, &shown, measure);
    let mut lines: Vec<Line> = shown.iter().flat_map(|one| reason(report, one, column, measure, budget.why)).collect();
    lines.extend(rest.map(|rest| vec![Span::new(Ink::Plain, format!("      {rest}: --explain"))]));
    lines
}

/// Columns of the longest reason that leaves room for its place: places then stand below each other.
fn place_column(report: &Report, shown: &[&Contribution], measure: Measure) -> usize {
    let fits = |one: &&&Contribution| {
        let place = line_width(&spans(&wording::place(one, &report.blast), false));
        let why = width(&one.why.terminal());
        (place > 0 && REASON_INDENT + why + 2 + place <= measure.width).then_some(why)
    };
    shown.iter().filter_map(|one| fits(&one)).max().unwrap_or(0)
}

/// ` +21  reaches checkout in 2 steps   lib/money.py:48 round_total`, with the way to the zone under it.
fn reason(report: &Report, one: &Contribution, column: usize, measure: Measure, why_max: usize) -> Vec<Line> {
    let points = Span::new(Ink::Bold, format!("{:>+4}  ", one.points));
    let why = Phrase::default().quote(&one.why);
    let mut lines = at_most(wrap(vec![points], REASON_INDENT, &why, measure), why_max, measure);
    let place = spans(&wording::place(one, &report.blast), false);
    if !place.is_empty() {
        let used = lines.last().map_or(0, line_width);
        let padded = if lines.len() == 1 { used.max(REASON_INDENT + column) } else { used } + 2;
        let start = if padded + line_width(&place) <= measure.width { padded } else { used + 2 };
        match lines.last_mut() {
            Some(last) if start + line_width(&place) <= measure.width => {
                last.push(Span::new(Ink::Plain, " ".repeat(start - used)));
                last.extend(place);
            }
            _ => {
                let place = wording::place(one, &report.blast);
                let indent = vec![Span::new(Ink::Plain, " ".repeat(REASON_INDENT))];
                lines.extend(at_most(wrap(indent, REASON_INDENT, &place, measure), 1, measure));
            }
        }
    }
    if let Some(way) = wording::zone_path(one, report) {
        let indent = vec![Span::new(Ink::Plain, " ".repeat(REASON_INDENT + 2))];
        lines.extend(at_most(wrap(indent, REASON_INDENT + 2, &way, measure), why_max.min(2), measure));
    }
    lines
}

fn sections(report: &Report, measure: Measure, budget: Budget) -> Vec<Line> {
    let lower = report.assessment.lower.first().map_or_else(Phrase::default, |lower| Phrase::default().quote(lower));
    let hits = wording::hits(report);
    let mut lines = if hits.is_empty() { Vec::new() } else { section("Hits", &hits, budget.section, measure) };
    lines.extend(who_is_hit(report, budget.tree, measure));
    let others = [
        ("Written", wording::written(&report.provenance, &report.review), budget.aside),
        ("Review", wording::review(&report.review), budget.section + 1),
        ("Lower", lower, budget.aside),
        ("Accepted", wording::accepted(&report.accepted), budget.aside),
        ("Not seen", wording::not_seen(&report.gaps), budget.aside),
    ]
    .into_iter()
    .filter(|(_, phrase, _)| !phrase.is_empty())
    .flat_map(|(label, phrase, max)| section(label, &phrase, max, measure));
    lines.extend(others);
    lines
}

/// Files that depend on the change, below those that they depend on; one line each.
fn who_is_hit(report: &Report, lines_max: usize, measure: Measure) -> Vec<Line> {
    if lines_max == 0 {
        return Vec::new();
    }
    let branches = tree(&report.blast.top, lines_max).into_iter();
    let line = |branch: Branch| {
        let indent = LABEL_COLUMNS + 2 * branch.depth;
        let start = vec![Span::new(Ink::Plain, " ".repeat(indent))];
        at_most(wrap(start, indent + 3, &branch.phrase, measure), 1, measure)
    };
    branches.flat_map(line).collect()
}

fn section(label: &str, phrase: &Phrase, max: usize, measure: Measure) -> Vec<Line> {
    let label = Span::new(Ink::Bold, format!("{label:<LABEL_COLUMNS$}"));
    at_most(wrap(vec![label], LABEL_COLUMNS, phrase, measure), max, measure)
}
