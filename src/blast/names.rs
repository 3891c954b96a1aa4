//! Interned names. A graph compares and sorts names far more often than it shows them, so every name is a number into
//! one table that both sides of a change share. Numbers depend on the order of files, which is sorted, never on hashing.

use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A name as a number. Order is order of first appearance, not of the alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Name(pub(super) u32);

/// The table: text to number and back.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    texts: Vec<Arc<str>>,
    ids: FxHashMap<Arc<str>, u32>,
}

impl Names {
    pub(super) fn intern(&mut self, text: &Arc<str>) -> Name {
        if let Some(id) = self.ids.get(text) {
            return Name(*id);
        }
        let id = self.texts.len() as u32;
        self.texts.push(text.clone());
        self.ids.insert(text.clone(), id);
        Name(id)
    }

    /// The number of a text that is already here.
    pub(super) fn get(&self, text: &str) -> Option<Name> {
        self.ids.get(text).map(|id| Name(*id))
    }

    pub(super) fn text(&self, name: Name) -> &Arc<str> {
        &self.texts[name.0 as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
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
