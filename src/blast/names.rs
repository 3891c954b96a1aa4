//! Interned names. A graph compares and sorts names far more often than it shows them, so every name is a number into
//! one table that both sides of a change share. Numbers depend on the order of files, which is sorted, never on hashing.

use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A name as a number. Order is order of first appearance, not of the alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub(super) struct Name(pub(super) u32);

/// Text to number and back.
#[derive(Clone, Debug, Default)]
struct Table {
    texts: Vec<Arc<str>>,
    ids: FxHashMap<Arc<str>, u32>,
}

/// Names that came in after the shared table was made; from this number on they are moved into a new one.
const OWN_MAX: usize = 4_096;

/// The table in two layers: graphs that were built from each other share the lower one, so the next graph does not copy
/// it to add a handful of names.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    below: Arc<Table>,
    own: Table,
}

impl Names {
    pub(super) fn intern(&mut self, text: &Arc<str>) -> Name {
        if let Some(name) = self.get(text) {
            return name;
        }
        let id = self.len() as u32;
        self.own.texts.push(text.clone());
        self.own.ids.insert(text.clone(), id);
        Name(id)
    }

    /// The number of a text that is already here.
    pub(super) fn get(&self, text: &str) -> Option<Name> {
        self.below.ids.get(text).or_else(|| self.own.ids.get(text)).map(|id| Name(*id))
    }

    pub(super) fn text(&self, name: Name) -> &Arc<str> {
        let at = name.0 as usize;
        let below = self.below.texts.len();
        if at < below { &self.below.texts[at] } else { &self.own.texts[at - below] }
    }

    pub(super) fn len(&self) -> usize {
        self.below.texts.len() + self.own.texts.len()
    }

    /// Moves its names into the layer that is shared, once they are many.
    pub(super) fn settled(mut self) -> Self {
        if self.own.texts.len() <= OWN_MAX {
            return self;
        }
        let mut all = Arc::unwrap_or_clone(self.below);
        all.texts.append(&mut self.own.texts);
        all.ids.extend(self.own.ids);
        Self { below: Arc::new(all), own: Table::default() }
    }
}

/// Lists by name, packed: all items in one vector, cut by offsets.
#[derive(Clone, Debug)]
pub(super) struct Postings<T> {
    offsets: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Postings<T> {
    fn default() -> Self {
        Self { offsets: Vec::new(), items: Vec::new() }
    }
}

impl<T: Copy> Postings<T> {
    /// A counting sort by name; items of one name keep the order in which `each` hands them out. `each` is called twice
    /// and must hand out the same both times.
    pub(super) fn new(names: usize, fill: T, each: impl Fn(&mut dyn FnMut(Name, T))) -> Self {
        let mut offsets = vec![0u32; names + 1];
        each(&mut |name, _| offsets[name.0 as usize + 1] += 1);
        for at in 1..offsets.len() {
            offsets[at] += offsets[at - 1];
        }
        let mut items = vec![fill; offsets[names] as usize];
        let mut next = offsets.clone();
        each(&mut |name, item| {
            let at = &mut next[name.0 as usize];
            items[*at as usize] = item;
            *at += 1;
        });
        Self { offsets, items }
    }

    pub(super) fn of(&self, name: Name) -> &[T] {
        let at = name.0 as usize;
        match (self.offsets.get(at), self.offsets.get(at + 1)) {
            (Some(start), Some(end)) => &self.items[*start as usize..*end as usize],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postings_keep_each_name_apart_and_in_order() {
        let pairs = [(Name(2), 'a'), (Name(0), 'b'), (Name(2), 'c')];
        let postings = Postings::new(3, ' ', |add| pairs.iter().for_each(|(name, item)| add(*name, *item)));
        assert_eq!(postings.of(Name(2)), ['a', 'c']);
        assert_eq!(postings.of(Name(0)), ['b']);
        assert!(postings.of(Name(1)).is_empty() && postings.of(Name(9)).is_empty());
    }
}
