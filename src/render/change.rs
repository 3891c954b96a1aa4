//! `richter.change/1`: the facts that the review policy decides on.

use crate::report::Report;
use std::io::{self, Write};

pub(super) fn write(report: &Report, compact: bool, out: &mut dyn Write) -> io::Result<()> {
    let _ = compact;
    writeln!(out, "{}", report.assessment.score)
}
