//! Which rules about lines can match in a file at all, found in one pass over its changed lines: a rule needs one of the
//! needles of its expression somewhere. Most rules need what a change does not have, and with hundreds of rules and
//! thousands of changes to ask each about each line is most of the work. A rule that this cannot judge passes.

use super::Rule;
use super::scene::{FileScene, Scene};
use super::when::LineSide;
use crate::needles::Needles;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The needles of all rules of a pack. It takes a few milliseconds to build, so the first changes do without.
#[derive(Debug, Default)]
pub(super) struct Gate {
    asked: AtomicU32,
    search: OnceLock<Option<Search>>,
}

/// A pack that is cloned begins anew: what it holds may be changed then.
impl Clone for Gate {
    fn clone(&self) -> Self {
        Self::default()
    }
}

#[derive(Debug)]
struct Search {
    needles: AhoCorasick,
    /// The rule of each needle.
    of: Vec<usize>,
    /// Rules that always pass.
    open: Vec<bool>,
}

/// Changes that are judged before the gate is built (count).
const FREE: u32 = 12;

/// What may match in one file: a flag for each rule; none if all may.
pub(super) type Passing = Option<Vec<bool>>;

impl Gate {
    /// The rules that may match in each file of a scene, in its order.
    pub(super) fn passing(&self, rules: &[Rule], scene: &Scene) -> Vec<Passing> {
        let wanted = self.search.get().is_some() || self.asked.fetch_add(1, Ordering::Relaxed) >= FREE;
        let search = if wanted { self.search.get_or_init(|| Search::new(rules)).as_ref() } else { None };
        scene.files.iter().map(|file| search?.passing(scene, file)).collect()
    }
}

impl Search {
    fn new(rules: &[Rule]) -> Option<Self> {
        let (mut texts, mut of, mut open) = (Vec::new(), Vec::new(), vec![true; rules.len()]);
        for (at, rule) in rules.iter().enumerate() {
            let conditions = &rule.when.conditions;
            let line = conditions
                .line
                .yes
                .as_ref()
                .filter(|_| !conditions.statement.is_set() && !matches!(conditions.line_side, LineSide::Commented));
            let Some(needles) = line.and_then(|pattern| Needles::of(pattern.text())) else { continue };
            open[at] = false;
            let (any, _) = needles.texts();
            of.extend(any.iter().map(|_| at));
            texts.extend(any.iter().cloned());
        }
        let kind = Some(AhoCorasickKind::ContiguousNFA);
        let needles = AhoCorasick::builder().ascii_case_insensitive(true).kind(kind).build(&texts).ok()?;
        Some(Self { needles, of, open })
    }

    /// Letters beyond ASCII may fold into a needle: a file with any is not judged.
    fn passing(&self, scene: &Scene, file: &FileScene) -> Passing {
        let mut passing = self.open.clone();
        for side in [LineSide::Old, LineSide::New] {
            for line in scene.lines(file, side) {
                if !line.text.is_ascii() {
                    return None;
                }
                let found = self.needles.find_overlapping_iter(&line.text);
                found.for_each(|needle| passing[self.of[needle.pattern().as_usize()]] = true);
            }
        }
        Some(passing)
    }
}
