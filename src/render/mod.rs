//! Bytes out: text for people, JSON for machines, Markdown for a comment. Only here is anything formatted, escaped and
//! coloured; nothing below knows a terminal or JSON.

mod change;
pub(crate) mod html;
mod impact;
mod json;
mod markdown;
mod phrase;
mod rules_page;
mod schema;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod wording;

pub use impact::write_impact;
pub(crate) use json::document;
pub(crate) use json::v1::Text;
pub use json::write_error;
pub use rules_page::rules_page;
pub(crate) use schema::schema_of;
pub use schema::{schema, schema_names};

use crate::report::Report;
use std::io::{self, Write};

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Text,
    Json,
    Markdown,
    /// `richter.change/1`, the input of `policy decide`.
    Change,
}

/// How text is laid out. Other formats do not look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Columns.
    pub width: usize,
    pub colour: bool,
    /// Everything rather than one screen.
    pub explain: bool,
}

/// Writes a report. JSON is one line when `compact`, for streams.
pub fn write(report: &Report, format: Format, layout: Layout, compact: bool, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(report, layout, out),
        Format::Json => json::write(report, compact, out),
        Format::Markdown => markdown::write(report, out),
        Format::Change => change::write(report, compact, out),
    }
}
