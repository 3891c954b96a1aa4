//! What left one file of a change and came in another: the same name and kind, the same or a like body. Found once for
//! the whole change, after every file was matched in itself.

use super::matching::{Matching, best_pairs, buckets, movable, moved_percent};
use super::pair::{Pair, Sheet};
use super::words::Words;
use crate::limits;
use crate::syntax::Entity;
use rustc_hash::{FxHashMap, FxHashSet};

/// An entity of a file of the change: (index of the file, index in the outline).
pub(super) type Place = (usize, u32);

/// Entities that moved between files.
#[derive(Debug, Default)]
pub(super) struct Moves {
    from: FxHashMap<Place, Place>,
    gone: FxHashSet<Place>,
}

impl Moves {
    /// Where a new entity came from.
    pub fn source(&self, file: usize, new: u32) -> Option<Place> {
        self.from.get(&(file, new)).copied()
    }

    /// True if an old entity stands in another file now.
    pub fn left(&self, file: usize, old: u32) -> bool {
        self.gone.contains(&(file, old))
    }

    fn pair(&mut self, old: Place, new: Place) {
        self.from.insert(new, old);
        self.gone.insert(old);
    }
}

/// Finds moves between the files of a change.
pub(super) fn across(pairs: &[Pair], matchings: &[Matching]) -> Moves {
    let (mut lost, mut fresh) = (Vec::new(), Vec::new());
    for (file, (pair, matching)) in pairs.iter().zip(matchings).enumerate() {
        if !pair.is_partial() && pair.is_parsed() {
            lost.extend(matching.lost().map(|at| (file, at)));
            fresh.extend(matching.fresh().map(|at| (file, at)));
        }
    }
    let old = |(file, at): Place| pairs[file].old.as_ref().map(|sheet| (sheet, sheet.entity(at)));
    let new = |(file, at): Place| pairs[file].new.as_ref().map(|sheet| (sheet, sheet.entity(at)));
    let mut moves = Moves::default();
    for (olds, news) in buckets(&lost, &fresh, |at| old(at).map(key), |at| new(at).map(key)) {
        let same = |(_, entity): (&Sheet, &Entity)| (!entity.body.is_empty()).then_some(entity.body_hash);
        for (olds, news) in buckets(&olds, &news, |at| old(at).and_then(same), |at| new(at).and_then(same)) {
            olds.into_iter().zip(news).for_each(|(old, new)| moves.pair(old, new));
        }
        let words = |(sheet, entity): (&Sheet, &Entity)| Words::of(sheet.bytes(&entity.span));
        let olds: Vec<_> = olds.into_iter().filter(|at| !moves.gone.contains(at)).collect();
        let news: Vec<_> = news.into_iter().filter(|at| !moves.from.contains_key(at)).collect();
        if olds.len() * news.len() > limits::RENAME_PAIRS_MAX {
            continue;
        }
        let olds: Vec<_> = olds.into_iter().filter_map(|at| Some((at, words(old(at)?)))).collect();
        let news: Vec<_> = news.into_iter().filter_map(|at| Some((at, words(new(at)?)))).collect();
        for (old, new) in best_pairs(&olds, &news, moved_percent()) {
            moves.pair(old, new);
        }
    }
    moves
}

/// What must be equal: the language, the kind, the name, and what the container is called (a `toString` of one class is
/// not that of another).
fn key<'a>((sheet, entity): (&'a Sheet, &'a Entity)) -> impl std::hash::Hash + Eq + use<'a> {
    let language = sheet.outline.language.map(|language| language.name.as_str());
    let container = entity.container.map(|container| &*sheet.entity(container).name);
    let scope = entity.scope.as_deref().or(container);
    (language, movable(entity.kind), entity.name.clone(), scope)
}
