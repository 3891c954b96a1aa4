//! Which rules can match in a file at all, found in one pass over its changed lines and one over the values of its facts: a
//! rule needs one of the needles of each of its expressions somewhere. Most rules need what a change does not have, and with
//! hundreds of rules and thousands of changes to ask each about each line is most of the work. A rule that this cannot judge
//! passes.

use super::RulePack;
use super::asked::ASKED;
use super::scene::{FileScene, Scene};
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
