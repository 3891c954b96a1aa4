//! Text for people: one screen with the numbers, then why, then who (`text/screen.rs`), or everything that was found
//! (`text/explain.rs`). `text/wrap.rs` breaks lines and `text/paint.rs` colours them.

mod explain;
mod paint;
mod screen;
mod wrap;

use super::Layout;
use super::phrase::Phrase;
use crate::report::Report;
use std::io::{self, Write};
use wrap::Measure;

/// Columns below which nothing readable fits: narrower terminals get lines of this width.
const WIDTH_MIN: usize = 40;

pub(super) fn write(report: &Report, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let measure = Measure { width: layout.width.max(WIDTH_MIN), whole: layout.explain };
    let lines = if layout.explain { explain::lines(report, measure) } else { screen::lines(report, measure) };
    paint::write(&lines, layout.colour, out)
}

/// Writes phrases under their indents (columns).
pub(super) fn lines_of(phrases: &[(usize, Phrase)], layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let measure = Measure { width: layout.width.max(WIDTH_MIN), whole: layout.explain };
    let mut lines = Vec::new();
    for (indent, phrase) in phrases {
        let lead = vec![paint::Span::new(paint::Ink::Plain, " ".repeat(*indent))];
        lines.extend(wrap::wrap(lead, indent + 2, phrase, measure));
    }
    paint::write(&lines, layout.colour, out)
}
