//! A statement that nothing reaches any more (`flow.unreachable`): it stands right behind a jump on its own level, and one of
//! the two came with the change.

use super::Fact;
use super::code_lines::{Line, is_word_opening, made, one};
use super::pair::{Pair, Sheet};
use crate::location::{LineRange, Side};

/// A jump with a statement right behind it on the same level, where one of the two came with the change.
pub(super) fn unreachable(pair: &Pair, old: &Sheet, new: &Sheet) -> Vec<Fact> {
    let mut found = Vec::new();
    let end = new.all().iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
    for number in new.changed().within(LineRange::new(1, end)).flat_map(|run| run.start..=run.end) {
        let before = (1..number).rev().take(3).find(|line| !new.is_inert(*line));
        for jump in [before, Some(number)].into_iter().flatten() {
            let Some(behind) = after_jump(new, jump, end) else { continue };
            let place = if new.line(behind).trim_ascii() == new.line(jump).trim_ascii() { behind } else { jump };
            if !stood_there(pair, old, new, jump, behind) {
                found.push(made(pair, new, "flow.unreachable", place));
            }
        }
    }
    found.dedup_by_key(|fact| fact.location.lines.start);
    found
}

/// True if the same two lines followed each other before.
fn stood_there(pair: &Pair, old: &Sheet, new: &Sheet, jump: u32, behind: u32) -> bool {
    let hunks = pair.change.hunks.iter().filter_map(|hunk| hunk.range(Side::Old));
    let mut lines = hunks.flat_map(|range| range.start.saturating_sub(1).max(1)..=range.end);
    let same = |a: u32, b: u32| old.line(a).trim_ascii() == new.line(b).trim_ascii();
    lines.any(|line| same(line, jump) && same(line + 1, behind))
}

/// The line behind a jump that it makes unreachable, or before a doubled one.
fn after_jump(sheet: &Sheet, number: u32, end: u32) -> Option<u32> {
    let line = one(sheet, number)?;
    let next = (number + 1..=end).take(3).find_map(|at| one(sheet, at))?;
    let before = (1..number).rev().take(4).find_map(|at| one(sheet, at));
    if !is_jump(&line.text)
        || next.indent != line.indent
        || begins_anew(&next.text)
        || begins_definition(sheet, next.number)
        || opens_nothing(before.as_ref(), &line, &next)
    {
        return None;
    }
    Some(next.number)
}

/// True if a function or a type begins on a line: it is called from elsewhere, wherever it stands.
fn begins_definition(sheet: &Sheet, line: u32) -> bool {
    sheet.outline.entities.iter().any(|entity| entity.lines.start == line && !entity.body.is_empty())
}

/// True if the jump belongs to a condition without brackets above it, and what follows is not the same jump again.
fn opens_nothing(before: Option<&Line>, jump: &Line, next: &Line) -> bool {
    let Some(before) = before else { return false };
    let hanging =
        before.indent < jump.indent && !before.text.ends_with(['{', ':', ';', '}']) && !is_word_opening(&before.text);
    (hanging && next.text != jump.text && !is_jump(&next.text))
        || (before.indent > jump.indent && !before.text.ends_with([';', '}', ')']))
        || before.text.ends_with(['\\', ',', '(', '=', '?'])
}

/// A whole statement that leaves: not one that goes on over the next line or stands behind a condition.
fn is_jump(text: &str) -> bool {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let jumps = matches!(word.as_str(), "goto" | "return" | "break" | "continue" | "throw" | "raise");
    let balanced = |open: char, close: char| text.matches(open).count() == text.matches(close).count();
    let whole = balanced('(', ')') && balanced('[', ']') && balanced('{', '}');
    let conditional =
        [" if ", " unless ", " when ", " or ", " and "].iter().any(|word| text.contains(word)) && !text.ends_with(';');
    let goes_on = text.ends_with(['\\', ',', '+', '-', '*', '/', '&', '|', '=', '?', '.', '(', '{', '['])
        || text.starts_with("return (") && !text.ends_with(';');
    jumps && whole && !conditional && !goes_on && (text.ends_with(';') || !text.contains(';'))
}

/// Lines that can be reached from elsewhere, or that only close.
fn begins_anew(text: &str) -> bool {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let words = [
        "case",
        "default",
        "else",
        "elif",
        "elsif",
        "elseif",
        "except",
        "catch",
        "finally",
        "end",
        "when",
        "rescue",
        "ensure",
        "fi",
        "esac",
        "done",
        "endif",
        "func",
        "fn",
        "def",
        "class",
        "function",
        "pub",
        "async",
        "public",
        "private",
        "export",
        "in",
        "local",
        "interface",
        "type",
        "const",
        "static",
        "impl",
        "struct",
        "enum",
        "protected",
        "abstract",
        "virtual",
    ];
    words.contains(&word.as_str())
        || text.starts_with(['{', '}', ')', ']', '#', '.', '|', '&', '?', ':', '@', '+', '-', '*', ',', '<', '='])
        || text.starts_with(";;")
        || text.ends_with(':')
        || text.contains("=>") && text.ends_with([',', '{'])
}
