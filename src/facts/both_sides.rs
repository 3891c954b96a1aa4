//! Both sides of one function as lines of code, with the old ones in the names that the new side uses: which line is which
//! old one, which came with the change, and the fact that a finding becomes.

use super::code_lines::{Line, made};
use super::pair::{Pair, Sheet};
use super::renames::Renames;
use super::{ConstructChange, Fact, FactKind};
use crate::location::LineRange;
use rustc_hash::FxHashMap;

/// Both sides of one function, as lines of code, and what is called otherwise now.
pub(super) struct Both<'a> {
    pub pair: &'a Pair<'a>,
    pub new: &'a Sheet,
    pub from: &'a [Line],
    pub to: &'a [Line],
    /// The old lines in new names.
    pub said: &'a [String],
    pub renames: &'a Renames,
    /// Where each text stands on either side, and how often.
    places: [FxHashMap<&'a str, (usize, usize)>; 2],
}

impl<'a> Both<'a> {
    pub fn new(
        (pair, new): (&'a Pair<'a>, &'a Sheet),
        (from, to): (&'a [Line], &'a [Line]),
        said: &'a [String],
        renames: &'a Renames,
    ) -> Self {
        fn places<'a>(texts: impl Iterator<Item = &'a str>) -> FxHashMap<&'a str, (usize, usize)> {
            let mut places = FxHashMap::default();
            for (at, text) in texts.enumerate() {
                places.entry(text).or_insert((at, 0)).1 += 1;
            }
            places
        }
        let places = [places(said.iter().map(String::as_str)), places(to.iter().map(|line| line.text.as_str()))];
        Self { pair, new, from, to, said, renames, places }
    }

    /// The old line that says what a new one says, if each says it once.
    pub fn partner(&self, new: usize) -> Option<usize> {
        let once = |side: usize| self.places[side].get(self.to[new].text.as_str()).filter(|(_, count)| *count == 1);
        once(1)?;
        once(0).map(|(at, _)| *at)
    }

    /// A fact about a new line, with texts of both sides.
    pub fn fact(&self, capture: &str, line: u32, old: &str, new: &str) -> Fact {
        let mut fact = made(self.pair, self.new, capture, line);
        fact.kind = FactKind::ConstructChanged;
        fact.construct =
            Some(ConstructChange { capture: capture.into(), old: Some(old.into()), new: Some(new.into()) });
        fact
    }

    /// True if an old line says something on the old side, in new names.
    pub fn knows(&self, text: &str) -> bool {
        self.places[0].contains_key(text)
    }

    pub fn is_new(&self, line: &Line) -> bool {
        self.new.touched(LineRange::line(line.number))
    }
}
