//! Which rules about lines can match in a file at all, found in one pass over its changed lines: a rule needs one of the
//! needles of its expression somewhere. Most rules need what a change does not have, and with hundreds of rules and
//! thousands of changes to ask each about each line is most of the work. A rule that this cannot judge passes.

use super::pattern::Pattern;
use super::scene::{FileScene, Scene};
use super::when::LineSide;
use super::{Rule, RulePack};
use crate::needles::Search;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The needles of all rules of a pack. It takes a few milliseconds to build, so the first changes do without.
#[derive(Debug, Default)]
pub(super) struct Gate {
    asked: AtomicU32,
    search: OnceLock<Search>,
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
        let wanted = self.search.get().is_some() || self.asked.fetch_add(1, Ordering::Relaxed) >= FREE;
        let search = wanted.then(|| self.search.get_or_init(|| Search::new(pack.all().map(line_expression))));
        scene.files.iter().map(|file| passing(search?, pack.count(), scene, file)).collect()
    }
}

/// What some changed line must match for the rule to fire; none if that is not all that can make it fire.
fn line_expression(rule: &Rule) -> Option<&str> {
    let conditions = &rule.when.conditions;
    let of_lines = !conditions.statement.is_set() && !matches!(conditions.line_side, LineSide::Commented);
    conditions.line.yes.as_ref().filter(|_| of_lines).map(Pattern::text)
}

/// Letters beyond ASCII may fold into a needle: a file with any is not judged.
fn passing(search: &Search, rules: usize, scene: &Scene, file: &FileScene) -> Passing {
    let mut passing = vec![false; rules];
    search.always().iter().for_each(|at| passing[*at] = true);
    for side in [LineSide::Old, LineSide::New] {
        for line in scene.lines(file, side) {
            if !line.text.is_ascii() {
                return None;
            }
            search.found(&line.text).for_each(|at| passing[at] = true);
        }
    }
    Some(passing)
}
