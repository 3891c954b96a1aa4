//! Texts in quotes that may name something outside the code: keys of settings, names in queries, paths of addresses. What
//! they name is looked up by `blast`; every other text is left out.

use super::flat::Flat;
use super::query::Backend;
use super::references::Owners;
use super::{Entity, Literal};
use crate::limits;
use crate::text::lossless;

/// Texts in quotes that could be keys, in order; at most `limits::FILE_LITERALS_MAX`.
pub(super) fn literals(flat: &Flat<'_>, backend: &Backend, entities: &[Entity]) -> Vec<Literal> {
    let mut owners = Owners::new(entities);
    let mut found = Vec::new();
    for (at, node) in flat.nodes.iter().enumerate().filter(|(_, node)| backend.texts.contains(&node.kind)) {
        let text = flat.text(at as u32);
        if text.len() > 8 && text.contains(&b' ') {
            let owner = owners.at(node.start);
            let line = flat.line(node.start);
            found.extend(query_names(text).into_iter().map(|text| Literal { text: text.into(), owner, line }));
            continue;
        }
        if let Some(path) = web_path(text).filter(|_| found.len() < limits::FILE_LITERALS_MAX) {
            let owner = owners.at(node.start);
            found.push(Literal { text: format!("{PATH_LITERAL}{path}").into(), owner, line: flat.line(node.start) });
            continue;
        }
        let Some(inside) = unquoted(text).filter(|_| found.len() < limits::FILE_LITERALS_MAX) else { continue };
        let owner = owners.at(node.start);
        found.push(Literal { text: lossless(inside).into(), owner, line: flat.line(node.start) });
    }
    found
}

/// Marks a text that is the path of an address among the literals of a file: no key looks like that.
pub const PATH_LITERAL: &str = "path:";

/// The path of a text in quotes that begins with one, or with the host before it: `/orders/1` of `f"/orders/1"`.
fn web_path(text: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= limits::NAME_BYTES_MAX)?;
    let quote = text.find(['"', '\'', '`']).filter(|at| *at <= 2)?;
    let inside = text[quote..].trim_matches(['"', '\'', '`']);
    let path = match inside.split_once("://") {
        Some((_, rest)) => &rest[rest.find('/')?..],
        None => inside,
    };
    let letters = path.bytes().filter(u8::is_ascii_alphabetic).count();
    (path.starts_with('/') && letters >= 3 && !path.starts_with("//")).then_some(path)
}

/// Names in a text that is a query, marked as such: `sql:orders`.
fn query_names(text: &[u8]) -> Vec<String> {
    if text.len() > limits::QUERY_BYTES_MAX {
        return Vec::new();
    }
    let text = lossless(text).to_lowercase();
    let inside =
        text.trim_start_matches(|c: char| !c.is_alphabetic() || c == 'r' && text.starts_with("r\"")).trim_start();
    let verb =
        ["select ", "insert ", "update ", "delete ", "with ", "alter ", "drop ", "create ", "merge ", "truncate "];
    let object = [" from ", " into ", " set ", " table ", " join ", " as ("];
    if !verb.iter().any(|word| inside.starts_with(word)) || !object.iter().any(|word| text.contains(word)) {
        return Vec::new();
    }
    let words = inside.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    let name =
        |word: &&str| word.len() > 1 && word.starts_with(|c: char| c.is_alphabetic()) && !QUERY_WORDS.contains(word);
    let mut names: Vec<String> =
        words.filter(name).take(limits::QUERY_NAMES_MAX).map(|word| format!("sql:{word}")).collect();
    names.sort();
    names.dedup();
    names
}

/// Words of the language of queries.
const QUERY_WORDS: &[&str] = &[
    "all",
    "alter",
    "and",
    "any",
    "as",
    "asc",
    "between",
    "by",
    "case",
    "cascade",
    "column",
    "count",
    "create",
    "cross",
    "default",
    "delete",
    "desc",
    "distinct",
    "drop",
    "else",
    "end",
    "exists",
    "false",
    "from",
    "full",
    "group",
    "having",
    "if",
    "in",
    "inner",
    "insert",
    "into",
    "is",
    "join",
    "key",
    "left",
    "like",
    "limit",
    "max",
    "min",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "primary",
    "returning",
    "right",
    "select",
    "set",
    "sum",
    "table",
    "then",
    "true",
    "truncate",
    "union",
    "unique",
    "update",
    "using",
    "values",
    "when",
    "where",
    "with",
];

/// The inside of a text in quotes, if it is one word of letters, digits and what joins them.
fn unquoted(text: &[u8]) -> Option<&[u8]> {
    let (first, last) = (*text.first()?, *text.last()?);
    if text.len() < 5 || text.len() > limits::NAME_BYTES_MAX || first != last || !b"\"'`".contains(&first) {
        return None;
    }
    let inside = &text[1..text.len() - 1];
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.-:".contains(byte);
    (inside[0].is_ascii_alphabetic() && inside.iter().all(word)).then_some(inside)
}
