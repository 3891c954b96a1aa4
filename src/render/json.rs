//! JSON: `richter.report/1`.

use crate::report::Report;
use std::io::{self, Write};

pub(super) fn write(report: &Report, compact: bool, out: &mut dyn Write) -> io::Result<()> {
    let _ = compact;
    writeln!(out, "{}", report.assessment.score)
}

/// Names that `schema` knows.
pub fn schema_names() -> &'static [&'static str] {
    &["report"]
}

/// The JSON Schema (2020-12) of a document, pretty printed; none for an unknown name.
pub fn schema(name: &str) -> Option<String> {
    let _ = name;
    None
}
