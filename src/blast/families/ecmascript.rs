//! How JavaScript and TypeScript import: every form of `import`, `export ... from` (which hands names on), `require` and
//! `import()`. Which file a specifier means is the business of `ecma_modules`; expressions as specifiers are not read.

use super::super::Tier;
use super::ecma_modules::EcmaModules;
use super::{Binding, Family, Modules, Tree, leads, quoted};

#[derive(Debug)]
pub(super) struct EcmaScript;

impl Family for EcmaScript {
    fn bindings(&self, text: &str) -> Vec<Binding> {
        let text = super::without_comments(text);
        let text = text.trim();
        if let Some(rest) = keyword(text, "import")
            && !rest.starts_with('(')
        {
            return import(rest);
        }
        if let Some(rest) = keyword(text, "export") {
            return export(rest);
        }
        call(text)
    }

    fn imports_package(&self, module: &str, ecosystem: &str, package: &str) -> Option<Tier> {
        (ecosystem == "npm" && leads(module, package, "/")).then_some(Tier::Exact)
    }

    fn modules(&self, tree: Tree<'_>) -> Box<dyn Modules> {
        Box::new(EcmaModules::new(tree))
    }

    /// Scripts share the names of one another.
    fn binds_names(&self, script: bool) -> bool {
        !script
    }

    /// A global of the platform.
    fn unbound_is_outside(&self, _name: &str) -> bool {
        true
    }

    fn only_declares(&self, path: &str) -> bool {
        [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| path.ends_with(end))
    }

    fn hands_on_imports(&self) -> bool {
        true
    }

    fn default_name(&self) -> Option<&'static str> {
        Some("default")
    }

    /// A declaration file without imports is a script: it declares for everyone.
    fn is_ambient(&self, path: &str, imports: bool) -> bool {
        !imports && self.only_declares(path)
    }

    fn ambient_module(&self) -> Option<&'static str> {
        Some("global")
    }

    fn ambient_tags(&self) -> Option<&'static str> {
        Some("IntrinsicElements")
    }

    fn transparent_types(&self) -> &'static [&'static str] {
        &["Awaited", "NonNullable", "Omit", "Partial", "Pick", "Readonly", "Required"]
    }

    fn constructors(&self) -> &'static [&'static str] {
        &["constructor"]
    }
}

fn keyword<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    let ends = rest.starts_with(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
    ends.then(|| rest.trim_start())
}

/// After `import`: `x, { y as z } from "m"`, `* as n from "m"`, `"m"`.
fn import(rest: &str) -> Vec<Binding> {
    let rest = keyword(rest, "type").filter(|rest| !rest.starts_with("from") && !rest.starts_with(',')).unwrap_or(rest);
    let Some((clause, module)) = clause_and_module(rest) else { return Vec::new() };
    let mut out = Vec::new();
    let (outside, inside) = braces(clause);
    for part in outside.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        match part.strip_prefix('*') {
            Some(name) => out.push(Binding::module(module, name.trim().trim_start_matches("as ").trim())),
            None => out.push(Binding::name(module, "default", part)),
        }
    }
    out.extend(specifiers(inside).map(|(name, local)| Binding::name(module, name, local)));
    if out.is_empty() {
        out.push(Binding::side_effect(module));
    }
    out
}

/// After `export`: `{ a as b } from "m"`, `* from "m"`, `* as n from "m"`. Without a module, the file's own names.
fn export(rest: &str) -> Vec<Binding> {
    let rest = keyword(rest, "type").unwrap_or(rest);
    if let Some(name) = keyword(rest, "default") {
        let name = name.trim_end_matches(';').trim_end();
        return if is_identifier(name) { vec![Binding::export(name, "default")] } else { Vec::new() };
    }
    let Some((clause, module)) = clause_and_module(rest).filter(|(clause, _)| !clause.is_empty()) else {
        let (_, inside) = braces(rest);
        let renamed = specifiers(inside).filter(|(name, local)| name != local);
        return renamed.map(|(name, local)| Binding::export(name, local)).collect();
    };
    if let Some(name) = clause.strip_prefix('*') {
        let name = name.trim().trim_start_matches("as ").trim();
        return vec![if name.is_empty() { Binding::wildcard(module) } else { Binding::module(module, name) }];
    }
    let (_, inside) = braces(clause);
    specifiers(inside).map(|(name, local)| Binding::name(module, name, local)).collect()
}

/// `const { a: b } = require("m")`, `x = require("m")`, `import("m")`, `require("m")`.
fn call(text: &str) -> Vec<Binding> {
    let Some(at) = text.find("require(").or_else(|| text.find("import(")) else { return Vec::new() };
    let Some(module) = quoted(&text[at..]) else { return Vec::new() };
    let left = text[..at].trim().trim_end_matches("await").trim();
    let Some(left) = left.strip_suffix('=') else { return vec![Binding::side_effect(module)] };
    let left = left.trim();
    let left = ["const ", "let ", "var "].iter().find_map(|word| left.strip_prefix(word)).unwrap_or(left).trim();
    let (outside, inside) = braces(left);
    let named: Vec<_> = inside
        .split(',')
        .map(|part| part.split_once(':').map_or((part.trim(), part.trim()), |(a, b)| (a.trim(), b.trim())))
        .filter(|(name, _)| is_identifier(name))
        .map(|(name, local)| Binding::name(module, name, local))
        .collect();
    match named.is_empty() {
        false => named,
        true if is_identifier(outside.trim()) => vec![Binding::module(module, outside.trim())],
        true => vec![Binding::side_effect(module)],
    }
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

/// What stands before `from`, and the quoted module; an empty clause for `"m"` alone.
fn clause_and_module(rest: &str) -> Option<(&str, &str)> {
    let at = rest.find(['"', '\'', '`'])?;
    let module = quoted(rest)?;
    let before = rest[..at].trim();
    if before.is_empty() {
        return Some(("", module));
    }
    before.strip_suffix("from").map(|clause| (clause.trim(), module))
}

/// Text outside and inside the first pair of braces.
fn braces(text: &str) -> (&str, &str) {
    match (text.find('{'), text.rfind('}')) {
        (Some(open), Some(close)) if open < close => (&text[..open], &text[open + 1..close]),
        _ => (text, ""),
    }
}

/// `a, b as c, type d` to (name, local) pairs.
fn specifiers(inside: &str) -> impl Iterator<Item = (&str, &str)> {
    inside.split(',').filter_map(|part| {
        let part = part.trim();
        let part = part.strip_prefix("type ").filter(|rest| !rest.trim_start().starts_with("as ")).unwrap_or(part);
        let mut words = part.split_whitespace();
        let name = words.next()?;
        match (words.next(), words.next()) {
            (Some("as"), Some(local)) => Some((name, local)),
            _ => Some((name, name)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::*;

    fn read(text: &str) -> Vec<(Shape, String, String)> {
        let row = |b: Binding| (b.shape, b.name.unwrap_or_default(), b.local.unwrap_or_default());
        EcmaScript.bindings(text).into_iter().map(row).collect()
    }

    fn row(shape: Shape, name: &str, local: &str) -> (Shape, String, String) {
        (shape, name.to_owned(), local.to_owned())
    }

    #[test]
    fn every_form_of_import_and_re_export_is_read() {
        let name = |a: &str, b: &str| row(Shape::Name, a, b);
        let mixed = read("import d, { a, b as c, type T } from './m'");
        assert_eq!(mixed, [name("default", "d"), name("a", "a"), name("b", "c"), name("T", "T")]);
        assert_eq!(read("import type { A } from \"m\";"), [name("A", "A")]);
        assert_eq!(read("import * as n from 'm'"), [row(Shape::Module, "", "n")]);
        assert_eq!(read("import './m'"), [row(Shape::SideEffect, "", "")]);
        assert_eq!(read("export * from './m'"), [row(Shape::Wildcard, "", "")]);
        assert_eq!(read("export { default as x } from './m'"), [name("default", "x")]);
        assert_eq!(read("const { a: b, c } = require('./m')"), [name("a", "b"), name("c", "c")]);
        assert_eq!(read("const m = await import('./m')"), [row(Shape::Module, "", "m")]);
        assert!(read("export { local }").is_empty());
        assert_eq!(read("export { a as b, c }"), [row(Shape::Export, "a", "b")]);
        assert_eq!(read("export default cart;"), [row(Shape::Export, "cart", "default")]);
        for odd in ["import", "import {", "import } from {", "export", "require('", "import x from", "\"'"] {
            let _ = read(odd);
        }
    }
}
