//! Text for people: one screen.

use super::Layout;
use crate::report::Report;
use std::io::{self, Write};

pub(super) fn write(report: &Report, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    let _ = layout;
    writeln!(out, "{}", report.assessment.score)
}
