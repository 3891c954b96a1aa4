//! JSON for machines: the documents `richter.report/1` and `richter.error/1`, and the schemas of all that richter writes.
//! `json/v1.rs` is the shape, `json/mirror.rs` fills it; here it becomes bytes. Whatever a document holds, its bytes
//! carry no control, bidirectional or invisible character, so that printing one is safe too.

mod mirror;
pub(super) mod v1;

use crate::report::Report;
use crate::text::is_deceptive;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, Write};

pub(super) fn write(report: &Report, compact: bool, out: &mut dyn Write) -> io::Result<()> {
    document(&mirror::report(report), compact, out)
}

/// Any document and a final newline; on one line when `compact`.
pub(super) fn document<T: Serialize>(document: &T, compact: bool, out: &mut dyn Write) -> io::Result<()> {
    let text = if compact { serde_json::to_string(document)? } else { serde_json::to_string_pretty(document)? };
    writeln!(out, "{}", escape(text))
}

/// `richter.error/1`: the answer to a batch request that could not be worked on, on one line.
pub fn write_error(
    id: Option<&serde_json::Value>,
    commit: Option<&str>,
    kind: &str,
    message: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let failure = v1::Failure {
        schema: v1::ERROR,
        id: id.cloned(),
        commit: commit.map(v1::Text::from),
        error: v1::FailureReason { kind: kind.to_owned(), message: v1::Text::from(message) },
    };
    document(&failure, true, out)
}

/// Names that `schema` knows.
pub fn schema_names() -> &'static [&'static str] {
    &["report", "error", "change"]
}

/// The JSON Schema (2020-12) of a document, pretty printed with a final newline; none for an unknown name.
pub fn schema(name: &str) -> Option<String> {
    let schema = match name {
        "report" => schema_of::<v1::Report>(name),
        "error" => schema_of::<v1::Failure>(name),
        "change" => schema_of::<v1::PolicyFacts>(name),
        _ => return None,
    };
    let text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    Some(text + "\n")
}

/// The schema of what is written (not of what would be accepted): a key that is always written is required.
fn schema_of<T: JsonSchema>(name: &str) -> schemars::Schema {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), format!("urn:richter:schema:{name}:1").into());
    schema
}

/// Deceptive characters can stand only inside strings of a JSON text (control characters are escaped there already), so
/// each becomes an escape that means the same.
fn escape(json: String) -> String {
    let deceptive = |c: char| c != '\n' && is_deceptive(c);
    if !json.chars().any(deceptive) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if deceptive(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}
