//! The page of a weekly review: tiles, two charts, tables.

use super::document::Weekly;
use crate::render::html::{Line, Stack, lines, page, safe, stacks, value};
use minijinja::context;
use std::io::{self, Write};

pub(super) fn write(weekly: &Weekly, out: &mut dyn Write) -> io::Result<()> {
    let values = context! {
        week => value(weekly),
        now => value(&weekly.trend.last()),
        before => value(&weekly.trend.len().checked_sub(2).map(|at| &weekly.trend[at])),
        levels => safe(level_chart(weekly)),
        scores => safe(score_chart(weekly)),
    };
    let text = page(include_str!("weekly.html"), values).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())
}

/// Month and day of a period's end.
fn label(moment: &str) -> String {
    moment.get(5..10).unwrap_or(moment).to_owned()
}

fn level_chart(weekly: &Weekly) -> String {
    let bar = |period: &super::document::Period| Stack {
        label: label(&period.to),
        parts: vec![
            ("low", period.levels.low),
            ("medium", period.levels.medium),
            ("high", period.levels.high),
            ("critical", period.levels.critical),
        ],
    };
    stacks("changes by level", &weekly.trend.iter().map(bar).collect::<Vec<_>>())
}

fn score_chart(weekly: &Weekly) -> String {
    let of = |pick: fn(&super::document::Period) -> Option<u8>| -> Vec<(f64, f64)> {
        let points = weekly.trend.iter().enumerate();
        points.filter_map(|(at, period)| Some((at as f64, f64::from(pick(period)?)))).collect()
    };
    let line = |name: &str, colour, dashed, points| Line { name: name.to_owned(), colour, points, dashed };
    let series = [
        line("median score", "first", false, of(|period| period.score_median)),
        line("score that one in ten exceeds", "high", true, of(|period| period.score_p90)),
    ];
    let ends = |at: Option<&super::document::Period>| at.map(|period| label(&period.to)).unwrap_or_default();
    let (first, last) = (ends(weekly.trend.first()), ends(weekly.trend.last()));
    let most = series.iter().flat_map(|line| &line.points).map(|point| point.1).fold(10.0, f64::max);
    lines("scores", &series, [&first, &last], most, |value| format!("{value:.0}"))
}
