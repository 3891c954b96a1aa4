//! The JSON Schemas (2020-12) of the documents that richter writes, made from the types that are written, so that the two
//! cannot disagree. They are open: a key may be added within a version, and a reader ignores what it does not know.

use super::change::PolicyFacts;
use super::json::{Failure, impact::ImpactDocument, v1::Report};
use crate::policy::VerdictDocument;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

/// Names that `schema` knows.
pub fn schema_names() -> &'static [&'static str] {
    &["report", "error", "change", "verdict", "impact"]
}

/// The JSON Schema (2020-12) of a document, pretty printed with a final newline; none for an unknown name.
pub fn schema(name: &str) -> Option<String> {
    let schema = match name {
        "report" => schema_of::<Report>(name),
        "error" => schema_of::<Failure>(name),
        "change" => schema_of::<PolicyFacts>(name),
        "impact" => schema_of::<ImpactDocument>(name),
        "verdict" => schema_of::<VerdictDocument>(name),
        _ => return None,
    };
    let text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    Some(text + "\n")
}

/// The schema of what is written (not of what would be accepted): a key that is always written is required.
pub(crate) fn schema_of<T: JsonSchema>(name: &str) -> schemars::Schema {
    let mut schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("$id".to_owned(), format!("urn:richter:schema:{name}:1").into());
    schema
}
