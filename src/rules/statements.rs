//! The statements of a text in SQL: up to a `;` outside of quotes, white space folded, comments left out, and without those
//! that a tool for migrations runs only to undo. No grammar is asked, so that every dialect is read.

use crate::limits;
use crate::location::LineRange;

/// Statements of a text with the lines they stand on; comments (`--`) are left out, white space is folded. A `;` inside
/// quotes ends nothing. Statements behind a comment by which a tool for migrations knows what undoes them are left out.
pub(super) fn statements(text: &str) -> Vec<(LineRange, String)> {
    let mut found = Vec::new();
    let mut current = String::new();
    let (mut start, mut quote) = (0, None);
    let mut undoing = false;
    for (number, line) in (1..).zip(text.lines()) {
        let mark = direction(line);
        undoing = mark.unwrap_or(undoing);
        if undoing || mark.is_some() {
            continue;
        }
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            match quote {
                None if c == '-' && chars.peek() == Some(&'-') => break,
                None if c == ';' => {
                    push_statement(&mut found, &mut current, start, number);
                    continue;
                }
                None if matches!(c, '\'' | '"' | '`') => quote = Some(c),
                Some(open) if open == c => quote = None,
                _ => {}
            }
            if current.is_empty() && !c.is_whitespace() {
                start = number;
            }
            if current.len() < limits::LINE_BYTES_MAX && !(current.is_empty() && c.is_whitespace()) {
                current.push(if c.is_whitespace() { ' ' } else { c });
            }
        }
        if !current.is_empty() && !current.ends_with(' ') {
            current.push(' ');
        }
    }
    push_statement(&mut found, &mut current, start, text.lines().count() as u32);
    found
}

/// Whether a comment says that what follows undoes (`-- +goose Down`, `-- migrate:down`, `--//@UNDO`, `# --- !Downs`) or
/// does a migration.
fn direction(line: &str) -> Option<bool> {
    let mark = line.trim().strip_prefix("--").or(line.trim().strip_prefix('#'))?;
    let lower = mark.trim_start_matches(['-', ' ', '/', '@', '!', '+']).to_ascii_lowercase();
    let word = lower.split(|c: char| c.is_whitespace() || c == ':').filter(|word| !word.is_empty());
    match word.take(2).collect::<Vec<_>>()[..] {
        ["migrate" | "goose" | "migration" | "sqlx", "down"] | ["undo" | "downs"] => Some(true),
        ["migrate" | "goose" | "migration" | "sqlx", "up"] | ["ups"] => Some(false),
        _ => None,
    }
}

fn push_statement(found: &mut Vec<(LineRange, String)>, current: &mut String, start: u32, end: u32) {
    let folded = current.split_whitespace().collect::<Vec<_>>().join(" ");
    if !folded.is_empty() {
        found.push((LineRange::new(start, end), folded));
    }
    current.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_at_semicolons_outside_quotes() {
        let text = "-- a; b\nDELETE FROM t\nWHERE a = ';';\n\nSELECT 1";
        let found = statements(text);
        assert_eq!(found[0], (LineRange::new(2, 3), "DELETE FROM t WHERE a = ';'".to_owned()));
        assert_eq!(found[1], (LineRange::new(5, 5), "SELECT 1".to_owned()));
    }

    #[test]
    fn what_undoes_a_migration_is_no_statement_of_it() {
        for (up, down) in [
            ("-- +goose Up", "-- +goose Down"),
            ("-- migrate:up", "-- migrate:down"),
            ("# --- !Ups", "# --- !Downs"),
            ("-- first", "--//@UNDO"),
        ] {
            let found = statements(&format!("{up}\nA;\n{down}\nB;\n"));
            assert_eq!(found.iter().map(|one| one.1.as_str()).collect::<Vec<_>>(), ["A"], "{up}");
        }
    }
}
