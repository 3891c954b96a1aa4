//! The texts that conditions ask about: changed lines, and the subject and values of facts. What must stand in them for a
//! rule to fire is known beforehand, so that most rules are neither read nor asked.

use super::Rule;
use super::pattern::Pattern;
use super::scene::{FileScene, Scene};
use super::when::{LineSide, TextTest};
use crate::limits;

/// A text that conditions ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Line,
    Subject,
    Old,
    New,
    Text,
}

pub(super) const ASKED: [Asked; 5] = [Asked::Line, Asked::Subject, Asked::Old, Asked::New, Asked::Text];

impl Asked {
    /// What some such text must match for the rule to fire; none if that is not all that can make it fire.
    pub(super) fn expression(self, rule: &Rule) -> Option<&str> {
        let conditions = &rule.when.conditions;
        let by_line = conditions.line.is_set() || conditions.statement.is_set();
        let test: &TextTest = match self {
            Self::Line if conditions.statement.is_set() || conditions.line_side == LineSide::Commented => return None,
            Self::Line => &conditions.line,
            // beside a line, nothing is asked of the fact
            _ if by_line => return None,
            Self::Subject => &conditions.subject,
            Self::Old => &conditions.old,
            Self::New => &conditions.new,
            Self::Text => &conditions.text,
        };
        test.yes.as_ref().map(Pattern::text)
    }

    /// Gives every such text of a file to a reader, until that says that it has enough.
    pub(super) fn each(self, scene: &Scene, file: &FileScene, mut read: impl FnMut(&str) -> bool) {
        if self == Self::Line {
            let sides = [LineSide::Old, LineSide::New].into_iter();
            let _ = sides.flat_map(|side| scene.lines(file, side)).all(|line| read(&line.text));
            return;
        }
        let _ = file.observed.iter().all(|observed| {
            let (old, new) = (observed.old.as_deref(), observed.new.as_deref());
            let text = match self {
                Self::Subject => Some(observed.fact.subject.raw()),
                Self::Old => old,
                Self::New => new,
                _ => new.or(old),
            };
            text.is_none_or(&mut read)
        });
    }
}

/// For each text that conditions ask about, all of it in a file in lower case; none where that would be too long, or where
/// letters beyond ASCII may fold into others.
pub(super) fn texts<'s>(scene: &Scene, file: &'s FileScene) -> &'s [Option<Vec<u8>>] {
    file.texts.get_or_init(|| ASKED.map(|asked| all_of(asked, scene, file)).to_vec())
}

fn all_of(asked: Asked, scene: &Scene, file: &FileScene) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    let mut fits = true;
    asked.each(scene, file, |text| {
        all.extend(text.bytes().map(|byte| byte.to_ascii_lowercase()));
        all.push(b'\n');
        fits = text.is_ascii() && all.len() <= limits::RULE_TEXTS_BYTES_MAX;
        fits
    });
    fits.then_some(all)
}
