//! Where the closer look at a change ended early: each limit is named once for the whole change, as a gap of the context.
//! The facts themselves are whole; what was not looked for is only what they say together.

use crate::gap::{Gap, GapKind};
use crate::limits;
use std::collections::BTreeSet;

/// A limit that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cut {
    Sweep,
    Guards,
    LongEntity,
    Rewritten,
    LongHunk,
    Edits,
    Secrets,
}

/// The limits that were reached, each once.
pub(super) type Cuts = BTreeSet<Cut>;

impl Cut {
    fn why(self) -> String {
        match self {
            Self::Sweep => format!(
                "more than {} new lines: nobody can say which guards went and what took their place",
                limits::SWEEP_LINES_MAX
            ),
            Self::Guards => format!(
                "of the guards and handlers that went from one file the first {} were looked at",
                limits::DROPPED_GUARDS_MAX
            ),
            Self::LongEntity => format!(
                "a function of more than {} lines changed: the order inside it was not compared",
                limits::FLOW_ENTITY_LINES_MAX
            ),
            Self::Rewritten => format!(
                "more than {} lines of one function changed: what became of its statements was not compared",
                limits::FLOW_CHANGED_LINES_MAX
            ),
            Self::LongHunk => format!(
                "more than {} lines changed in one place: what follows them was not compared line by line",
                limits::EDIT_HUNK_LINES_MAX
            ),
            Self::Edits => {
                format!("more than {} edited lines in one file: the rest was not named", limits::TEXT_FACTS_MAX)
            }
            Self::Secrets => format!(
                "more than {} new lines in one file: no secrets were looked for below them",
                limits::SECRET_LINES_MAX
            ),
        }
    }

    pub fn gap(self) -> Gap {
        Gap::context(GapKind::OverLimit, self.why())
    }
}

#[cfg(test)]
mod tests {
    use crate::facts::compare;
    use crate::input::ChangeSet;
    use crate::limits;
    use crate::syntax::Outlines;

    fn gaps(path: &str, old: &str, new: &str) -> Vec<String> {
        let facts = compare(&ChangeSet::in_memory([(path, Some(old), Some(new))]), &Outlines::default());
        facts.gaps.iter().map(|gap| gap.why.raw().to_owned()).collect()
    }

    fn body(lines: usize, word: &str) -> String {
        (0..lines).map(|line| format!("    {word}({line})\n")).collect()
    }

    #[test]
    fn a_limit_that_is_reached_is_named_once() {
        let function =
            |lines: usize, word: &str| format!("def f(a):\n{}\ndef g(a):\n    {word}(a)\n", body(lines, word));
        assert_eq!(gaps("a.py", &function(20, "take"), &function(20, "give")), [""; 0]);
        let long = limits::EDIT_HUNK_LINES_MAX + 20;
        let said = gaps("a.py", &function(long, "take"), &function(long, "give"));
        assert!(said.len() == 1 && said[0].contains("in one place"), "{said:?}");
        let huge = limits::FLOW_ENTITY_LINES_MAX as usize + 20;
        let said = gaps("a.py", &function(huge, "take"), &function(huge, "take").replacen("take(0)", "give(0)", 1));
        assert!(said.len() == 1 && said[0].contains("a function of more than"), "{said:?}");
    }
}
