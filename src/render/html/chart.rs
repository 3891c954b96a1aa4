//! Small charts as SVG text: stacked bars and lines. Numbers are written with one decimal, so that the same figures give the
//! same bytes; colours are the page's variables, so that charts follow light and dark.

use crate::text::visible;
use std::fmt::Write as _;

/// Size of the drawing, and the room for labels at the left and below (units of the view box).
const WIDTH: f64 = 440.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 40.0;
const BELOW: f64 = 34.0;
const ABOVE: f64 = 10.0;
const RIGHT: f64 = 10.0;

/// One bar: its label, and its parts from the bottom up (name of the colour variable, value).
pub(crate) struct Stack {
    pub label: String,
    pub parts: Vec<(&'static str, u32)>,
}

/// One line: its name, the colour variable, and points in the order of x.
pub(crate) struct Line {
    pub name: String,
    pub colour: &'static str,
    pub points: Vec<(f64, f64)>,
    pub dashed: bool,
}

fn escape(text: &str) -> String {
    visible(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn start(title: &str) -> String {
    format!(r#"<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{}">"#, escape(title))
}

/// A round number at or above the largest value, for the top of an axis.
fn top(value: f64) -> f64 {
    let value = value.max(1.0);
    let unit = 10f64.powi(value.log10().floor() as i32);
    [1.0, 2.0, 4.0, 5.0, 10.0].into_iter().map(|step| step * unit).find(|top| *top >= value).unwrap_or(10.0 * unit)
}

/// Horizontal lines with their values at the left.
fn grid(out: &mut String, most: f64, show: impl Fn(f64) -> String) {
    let height = HEIGHT - ABOVE - BELOW;
    for step in 0..=4 {
        let share = f64::from(step) / 4.0;
        let y = ABOVE + height * (1.0 - share);
        let right = WIDTH - RIGHT;
        let _ = write!(out, r#"<line class="axis" x1="{LEFT:.1}" y1="{y:.1}" x2="{right:.1}" y2="{y:.1}"/>"#);
        let (x, y) = (LEFT - 6.0, y + 3.5);
        let _ = write!(out, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="end">{}</text>"#, show(most * share));
    }
}

/// Stacked bars, one a label.
pub(crate) fn stacks(title: &str, bars: &[Stack]) -> String {
    let mut out = start(title);
    let sum = |bar: &Stack| bar.parts.iter().map(|(_, value)| *value).sum::<u32>();
    // four steps of a whole number each
    let most = (f64::from(bars.iter().map(sum).max().unwrap_or(0)) / 4.0).ceil().max(1.0);
    let most = top(most) * 4.0;
    grid(&mut out, most, |value| format!("{value:.0}"));
    let height = HEIGHT - ABOVE - BELOW;
    let step = (WIDTH - LEFT - RIGHT) / bars.len().max(1) as f64;
    for (at, bar) in bars.iter().enumerate() {
        let x = LEFT + step * (at as f64 + 0.15);
        let wide = step * 0.7;
        let mut base = 0.0;
        for (colour, value) in bar.parts.iter().filter(|(_, value)| *value > 0) {
            let tall = f64::from(*value) / most * height;
            base += tall;
            let y = ABOVE + height - base;
            let _ = write!(
                out,
                r#"<rect x="{x:.1}" y="{y:.1}" width="{wide:.1}" height="{tall:.1}" fill="var(--{colour})"><title>{} {colour}: {value}</title></rect>"#,
                escape(&bar.label)
            );
        }
        let (x, y) = (x + wide / 2.0, HEIGHT - BELOW + 16.0);
        let _ = write!(out, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="middle">{}</text>"#, escape(&bar.label));
    }
    out.push_str("</svg>");
    out
}

/// Lines over a range of x, from 0 to `y_most` (rounded up), with the ends of x named.
pub(crate) fn lines(
    title: &str,
    series: &[Line],
    x_ends: [&str; 2],
    y_most: f64,
    show: impl Fn(f64) -> String,
) -> String {
    let mut out = start(title);
    let most = if y_most <= 1.0 { 1.0 } else { top(y_most) };
    grid(&mut out, most, show);
    let xs = || series.iter().flat_map(|line| line.points.iter().map(|point| point.0));
    let (low, high) = (xs().fold(f64::MAX, f64::min), xs().fold(f64::MIN, f64::max));
    let (wide, height) = (WIDTH - LEFT - RIGHT, HEIGHT - ABOVE - BELOW);
    let across = |x: f64| LEFT + if high > low { (x - low) / (high - low) * wide } else { wide / 2.0 };
    let up = |y: f64| ABOVE + height * (1.0 - (y / most).clamp(0.0, 1.0));
    for line in series.iter().filter(|line| !line.points.is_empty()) {
        let points: Vec<String> = line.points.iter().map(|(x, y)| format!("{:.1},{:.1}", across(*x), up(*y))).collect();
        let dash = if line.dashed { r#" stroke-dasharray="4 4""# } else { "" };
        let (colour, points) = (line.colour, points.join(" "));
        let name = escape(&line.name);
        let _ = write!(
            out,
            r#"<polyline points="{points}" fill="none" stroke="var(--{colour})" stroke-width="2"{dash}><title>{name}</title></polyline>"#
        );
    }
    let y = HEIGHT - BELOW + 16.0;
    let right = WIDTH - RIGHT;
    let _ = write!(out, r#"<text x="{LEFT:.1}" y="{y:.1}">{}</text>"#, escape(x_ends[0]));
    let _ = write!(out, r#"<text x="{right:.1}" y="{y:.1}" text-anchor="end">{}</text>"#, escape(x_ends[1]));
    legend(&mut out, series);
    out.push_str("</svg>");
    out
}

/// Names of the lines in a row below the axis.
fn legend(out: &mut String, series: &[Line]) {
    let step = (WIDTH - LEFT - RIGHT) / series.len().max(1) as f64;
    for (at, line) in series.iter().enumerate() {
        let (x, y) = (LEFT + step * at as f64, HEIGHT - 6.0);
        let (mark, text) = (y - 4.0, x + 16.0);
        let _ = write!(
            out,
            r#"<line x1="{x:.1}" y1="{mark:.1}" x2="{:.1}" y2="{mark:.1}" stroke="var(--{})" stroke-width="3"/>"#,
            x + 11.0,
            line.colour
        );
        let _ = write!(out, r#"<text x="{text:.1}" y="{y:.1}">{}</text>"#, escape(&line.name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_tall_as_its_share_of_the_axis() {
        let bars = [Stack { label: "<b>".into(), parts: vec![("low", 2), ("high", 4)] }];
        let svg = stacks("t", &bars);
        // 176 units stand for 8
        assert!(
            svg.contains(r#"height="44.0" fill="var(--low)""#) && svg.contains(r#"height="88.0" fill="var(--high)""#),
            "{svg}"
        );
        assert!(!svg.contains("<b>"));
    }

    #[test]
    fn an_axis_ends_at_a_round_number() {
        assert_eq!([0.0, 1.0, 3.0, 45.0, 51.0, 100.0].map(top), [1.0, 1.0, 4.0, 50.0, 100.0, 100.0]);
    }
}
