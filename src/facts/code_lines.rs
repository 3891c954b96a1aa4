//! The lines of code of a stretch of one side, as the facts about order read them: trimmed, numbered and indented, without
//! blanks and comments; and the construct that such a fact becomes.

use super::entity_change::{bare, entity_ref};
use super::pair::{Pair, Sheet};
use super::{ConstructChange, Fact, FactKind};
use crate::limits;
use crate::location::LineRange;
use crate::text::{Untrusted, lossless};

/// True if only the beginning of a stretch is looked at.
pub(super) fn is_long(stretch: LineRange) -> bool {
    stretch.end - stretch.start > limits::FLOW_ENTITY_LINES_MAX
}

/// Non-blank lines of code of a stretch, trimmed, with their numbers and indentation.
pub(super) struct Line {
    pub(super) number: u32,
    pub(super) indent: usize,
    pub(super) text: String,
}

pub(super) fn lines(sheet: &Sheet, stretch: LineRange) -> Vec<Line> {
    let one = |number: u32| {
        let text = lossless(sheet.line(number)).into_owned();
        let trimmed = text.trim_start();
        Line { number, indent: text.len() - trimmed.len(), text: trimmed.trim_end().to_owned() }
    };
    let end = stretch.end.min(stretch.start + limits::FLOW_ENTITY_LINES_MAX);
    (stretch.start..=end).filter(|line| !sheet.is_inert(*line)).map(one).collect()
}

pub(super) fn one(sheet: &Sheet, number: u32) -> Option<Line> {
    if sheet.is_inert(number) {
        return None;
    }
    lines(sheet, LineRange::line(number)).pop()
}

/// True for lines that are more than a bracket or a word of syntax.
pub(super) fn says_something(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphanumeric()).count() > 3
}

/// `struct reaper r;`: two words and no value.
fn is_declaration(text: &str) -> bool {
    text.ends_with(';') && !text.contains(['=', '(', '[', '.']) && text.split_whitespace().count() > 1
}

/// True for lines that do more than name a variable.
pub(super) fn does_something(text: &str) -> bool {
    says_something(text) && text.contains(['=', '(', '[', '.', '+', '-', ' ']) && !is_declaration(text)
}

/// Languages that open a block with a word alone.
pub(super) fn is_word_opening(text: &str) -> bool {
    text.ends_with(" do") || text.ends_with(" then") || text == "else" || text.starts_with("def ") || text == "begin"
}

pub(super) fn made(pair: &Pair, sheet: &Sheet, capture: &str, line: u32) -> Fact {
    let entity = sheet.outline.entity_at(line).map(|at| entity_ref(sheet, at));
    let subject = match &entity {
        Some(entity) => Untrusted::new(&*entity.qualified),
        None => pair.change.path.untrusted(),
    };
    let text = lossless(sheet.line(line)).trim().to_owned();
    let construct = ConstructChange { capture: capture.into(), old: None, new: Some(text.into()) };
    let location = pair.locate(sheet.side, LineRange::line(line));
    Fact { entity, construct: Some(construct), ..bare(FactKind::ConstructAdded, location, subject) }
}

/// Lines of code of a text, for tests.
#[cfg(test)]
pub(super) fn read(text: &str) -> Vec<Line> {
    let line = |(number, text): (u32, &str)| Line {
        number,
        indent: text.len() - text.trim_start().len(),
        text: text.trim().to_owned(),
    };
    (1..).zip(text.lines()).map(line).collect()
}
