//! Pages that need nothing else: one file, inline style and SVG, no script, readable in light and dark. Templates are
//! `minijinja` with escaping always on, so text from a repository cannot become markup. Callers bring a template that
//! extends `page.html` and a document that serializes.

mod chart;

pub(crate) use chart::{Line, Stack, lines, stacks};

use minijinja::{AutoEscape, Environment, Value};
use serde::Serialize;

/// The frame of every page: head, style, header and footer. Blocks: `title`, `body`.
const PAGE: &str = include_str!("html/page.html");

/// A page from a template and its values. Errors are mistakes in the template (tests render every one).
pub(crate) fn page(template: &str, values: Value) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::SemiStrict);
    environment.add_filter("short", |text: String| text.chars().take(10).collect::<String>());
    environment.add_filter("day", |text: String| text.chars().take(10).collect::<String>());
    environment.add_template("page.html", PAGE)?;
    environment.add_template("own.html", template)?;
    environment.get_template("own.html")?.render(values)
}

/// A document as a value of a template.
pub(crate) fn value(document: &impl Serialize) -> Value {
    Value::from(minijinja::value::Serde(document))
}

/// Markup that was made here and needs no escaping.
pub(crate) fn safe(svg: String) -> Value {
    Value::from_safe_string(svg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use minijinja::context;

    #[test]
    fn text_never_becomes_markup() {
        let template = "{% extends 'page.html' %}{% block title %}{{ name }}{% endblock %}{% block body %}<p>{{ name }}</p>{% endblock %}";
        let page = page(template, context! { name => "<script>alert(1)</script>" }).expect("a template");
        assert!(page.starts_with("<!doctype html>") && !page.contains("<script"), "{page}");
        assert_eq!(page.matches("&lt;script&gt;").count(), 2);
    }
}
