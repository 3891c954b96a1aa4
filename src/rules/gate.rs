//! Which rules can match in a file at all, found in one pass over its changed lines and one over the values of its facts: a
//! rule needs one of the needles of each of its expressions somewhere. Most rules need what a change does not have, and with
//! hundreds of rules and thousands of changes to ask each about each line is most of the work. A rule that this cannot judge
//! passes.

use super::pattern::Pattern;
use super::scene::{FileScene, Scene};
use super::when::{LineSide, TextTest};
use super::{Rule, RulePack};
use crate::needles::Search;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The needles of all rules of a pack. It takes some milliseconds to build, so the first changes do without.
#[derive(Debug, Default)]
pub(super) struct Gate {
    asked: AtomicU32,
    searches: OnceLock<[Search; ASKED.len()]>,
}

/// A pack that is cloned begins anew: what it holds may be changed then.
impl Clone for Gate {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Changes that are judged before the gate is built (count).
const FREE: u32 = 12;

/// What may match in one file: a flag for each rule; none if all may.
pub(super) type Passing = Option<Vec<bool>>;

impl Gate {
    /// The rules that may match in each file of a scene, in its order.
    pub(super) fn passing(&self, pack: &RulePack, scene: &Scene) -> Vec<Passing> {
        let wanted = self.searches.get().is_some() || self.asked.fetch_add(1, Ordering::Relaxed) >= FREE;
        let build = || ASKED.map(|asked| Search::new(pack.all().map(|rule| asked.expression(rule))));
        let searches = wanted.then(|| self.searches.get_or_init(build));
        scene.files.iter().map(|file| Some(passing(searches?, pack.count(), scene, file))).collect()
    }
}

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

/// A rule passes if each of its expressions may match one of the texts that it is asked of.
fn passing(searches: &[Search], rules: usize, scene: &Scene, file: &FileScene) -> Vec<bool> {
    let mut passing = vec![true; rules];
    for (asked, search) in ASKED.into_iter().zip(searches) {
        let mut found = vec![false; rules];
        search.always().iter().for_each(|at| found[*at] = true);
        let mut all = false;
        asked.each(scene, file, |text| {
            // letters beyond ASCII may fold into a needle
            all = !text.is_ascii();
            search.found(text).for_each(|at| found[at] = true);
            !all
        });
        if !all {
            passing.iter_mut().zip(&found).for_each(|(passing, found)| *passing &= found);
        }
    }
    passing
}
