//! The schemas in `docs/` are those that the program publishes; UPDATE=1 rewrites them. A change of shape therefore shows
//! in a review, and belongs in the changelog.

use std::path::Path;

fn names() -> impl Iterator<Item = &'static str> {
    richter::render::schema_names().iter().copied().chain(["weekly"])
}

fn schema(name: &str) -> String {
    richter::render::schema(name).or_else(|| richter::weekly::schema(name)).unwrap()
}

#[test]
fn the_published_schemas_are_those_in_docs() {
    for name in names() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/{name}-v1.schema.json"));
        let schema = schema(name);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, &schema).unwrap();
        }
        let written = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            schema == written,
            "{} is not what `richter schema {name}` prints; UPDATE=1 rewrites it",
            file.display()
        );
    }
}

#[test]
fn a_schema_names_its_draft_and_itself_and_stays_open() {
    for name in names() {
        let schema: serde_json::Value = serde_json::from_str(&schema(name)).unwrap();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("urn:richter:schema:{name}:1"));
        assert!(!schema.to_string().contains("\"additionalProperties\":false"), "keys may be added within a version");
    }
    assert_eq!(richter::render::schema("nonsense"), None);
}
