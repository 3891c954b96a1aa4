//! JSON for machines: the documents `richter.report/1` and `richter.error/1`. `json/v1.rs` is the shape of a report,
//! `json/mirror.rs` fills it; here it becomes bytes. Whatever a document holds, its bytes
//! carry no control, bidirectional or invisible character, so that printing one is safe too.

pub(super) mod impact;
mod mirror;
pub(crate) mod v1;

use crate::report::Report;
use crate::text::is_deceptive;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, Write};

pub(super) fn write(report: &Report, compact: bool, out: &mut dyn Write) -> io::Result<()> {
    document(&mirror::report(report), compact, out)
}

/// Any document and a final newline; on one line when `compact`.
pub(crate) fn document<T: Serialize>(document: &T, compact: bool, out: &mut dyn Write) -> io::Result<()> {
    let text = if compact { serde_json::to_string(document)? } else { serde_json::to_string_pretty(document)? };
    writeln!(out, "{}", escape(text))
}

const ERROR: &str = "richter.error/1";

/// The answer to a batch request that could not be worked on.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "richter.error/1")]
pub(super) struct Failure {
    #[schemars(extend("const" = ERROR))]
    schema: &'static str,
    /// Echo of the request's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<serde_json::Value>,
    /// Echo of the request's commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<v1::Text>,
    error: FailureReason,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FailureReason {
    /// `bad-request`, `unknown-revision`, ... More words may come.
    kind: String,
    message: v1::Text,
}

/// `richter.error/1`: the answer to a batch request that could not be worked on, on one line.
pub fn write_error(
    id: Option<&serde_json::Value>,
    commit: Option<&str>,
    kind: &str,
    message: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let failure = Failure {
        schema: ERROR,
        id: id.cloned(),
        commit: commit.map(v1::Text::from),
        error: FailureReason { kind: kind.to_owned(), message: v1::Text::from(message) },
    };
    document(&failure, true, out)
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
