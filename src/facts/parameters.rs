//! A parameter that a function still takes and no longer uses (`flow.parameter-ignored`): what callers ask for is dropped
//! without a word, such as whose record is meant. Names are read from the text of the heading, for every language.

use super::Fact;
use super::both_sides::Both;
use super::code_lines::Line;
use super::lexis::{Class, Token, tokens, width};
use super::pair::Sheet;
use crate::text::contains_word;

/// Lines of code of a body that does something (count).
const BODY_LINES_MIN: usize = 2;

/// The first parameter of the new side that only the old body used.
pub(super) fn parameter_ignored(both: &Both, old_body: u32, new_body: u32) -> Option<Fact> {
    let (heading, body) = split(both.to, new_body);
    let (heading_before, body_before) = split(both.from, old_body);
    if body.len() < BODY_LINES_MIN || is_stub(body) {
        return None;
    }
    let taken_before = parameters(heading_before);
    for name in parameters(heading) {
        let old = taken_before.iter().find(|old| both.renames.now(old) == name)?;
        let uses = |lines: &[Line], name: &str| {
            lines.iter().rev().find(|line| names(&line.text, name)).map(|line| line.number)
        };
        let Some(used) = uses(body_before, old) else { continue };
        if uses(body, &name).is_some() || uses_itself(heading, &name) {
            continue;
        }
        let line = body.iter().find(|line| both.is_new(line)).unwrap_or(&body[0]);
        let before = body_before.iter().find(|line| line.number == used).map_or("", |line| line.text.as_str());
        return Some(both.fact("flow.parameter-ignored", line.number, before, &name));
    }
    None
}

/// The line on which the body of an entity begins, or its last heading line.
pub(super) fn body_line(sheet: &Sheet, index: u32) -> u32 {
    let entity = sheet.entity(index);
    let head = &sheet.all()[..(entity.body.start as usize).min(sheet.all().len())];
    let line = head.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
    line.max(entity.lines.start)
}

/// The lines of a heading and those of the body.
fn split(lines: &[Line], body: u32) -> (&[Line], &[Line]) {
    let opens = lines.iter().position(|line| line.number > body).unwrap_or(lines.len());
    let own = lines.iter().position(|line| line.number == body);
    // a body that begins on its own line, without a bracket on the heading's
    let opens = match own {
        Some(at) if at > 0 && !lines[at].text.ends_with(['{', ':']) => at,
        _ => opens,
    };
    lines.split_at(opens)
}

/// A body that says it is not there.
fn is_stub(body: &[Line]) -> bool {
    let says = |line: &Line| {
        let lower = line.text.to_ascii_lowercase();
        lower.contains("notimplemented")
            || lower.contains("unimplemented")
            || lower.contains("not implemented")
            || lower.contains("unsupported")
            || lower.contains("todo!")
    };
    body.iter().any(says)
}

/// Names of parameters in a heading.
fn parameters(heading: &[Line]) -> Vec<String> {
    let text: Vec<&str> = heading.iter().map(|line| line.text.as_str()).collect();
    let text = text.join(" ");
    // the receiver of a method in Go is no parameter
    let text = match text.strip_prefix("func (").and_then(|rest| rest.split_once(')')) {
        Some((_, rest)) => rest,
        None => text.as_str(),
    };
    let words = tokens(text);
    let mut found: Vec<String> = Vec::new();
    let mut depth = 0_i32;
    for (at, word) in words.iter().enumerate() {
        match word.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if depth < 1 || word.class != Class::Word || !is_parameter(&words, at) {
            continue;
        }
        found.push(word.text.to_owned());
    }
    found.dedup();
    found
}

fn is_parameter(words: &[Token], at: usize) -> bool {
    const OTHERS: [&str; 40] = [
        "private",
        "public",
        "protected",
        "override",
        "self",
        "this",
        "cls",
        "final",
        "const",
        "ref",
        "out",
        "in",
        "mut",
        "var",
        "let",
        "val",
        "string",
        "bool",
        "str",
        "float",
        "double",
        "error",
        "any",
        "object",
        "void",
        "char",
        "context",
        "ctx",
        "struct",
        "enum",
        "union",
        "unsigned",
        "signed",
        "undefined",
        "null",
        "typeof",
        "keyof",
        "readonly",
        "params",
        "volatile",
    ];
    let name = words[at].text;
    let begins = name.trim_start_matches(['$', '@']).chars().next();
    let before = at.checked_sub(1).map_or("", |at| words[at].text);
    // a parameter that is a field as well is used wherever the field is
    if matches!(before, "private" | "public" | "protected" | "readonly" | "override") {
        return false;
    }
    let after = words.get(at + 1);
    let ends = after.is_some_and(|next| matches!(next.text, "," | ")" | ":" | "="));
    let typed = after.is_some_and(|next| next.class == Class::Word || matches!(next.text, "*" | "[" | "..."));
    begins.is_some_and(char::is_lowercase)
        && !OTHERS.contains(&name)
        && width(name).is_none()
        && !matches!(before, "." | "::" | "->" | "=" | "<" | ":")
        && (ends || (typed && matches!(before, "(" | ",")))
}

fn names(text: &str, name: &str) -> bool {
    let plain = name.trim_start_matches(['$', '@']);
    tokens(text).iter().any(|token| {
        token.class == Class::Word && token.text == name
            || token.class == Class::Text && contains_word(token.text.as_bytes(), plain)
    })
}

/// True if a heading uses a parameter itself: a default, an initialiser, what it hands to a base, a body on the same line.
fn uses_itself(heading: &[Line], name: &str) -> bool {
    heading.iter().map(|line| tokens(&line.text).iter().filter(|token| token.text == name).count()).sum::<usize>() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<String> {
        parameters(&[Line { number: 1, indent: 0, text: text.to_owned() }])
    }

    #[test]
    fn parameters_are_read_from_headings_of_many_languages() {
        assert_eq!(
            of("func (r *Repo) Get(ctx context.Context, accountID, id int64) (*Invoice, error) {"),
            ["accountID", "id"]
        );
        assert_eq!(of("def get(self, account_id: int, limit=10) -> Row:"), ["account_id", "limit"]);
        assert_eq!(of("public Invoice get(final String tenant, int id) {"), ["tenant", "id"]);
        assert_eq!(of("pub fn get(&self, tenant: &str, id: u64) -> Option<Row> {"), ["tenant", "id"]);
        assert_eq!(of("function get(tenant: string, id?: number): Row {"), ["tenant"]);
        assert_eq!(of("constructor(private readonly client: Client, id: number) {"), ["id"]);
    }
}
