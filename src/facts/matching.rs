//! Which old entity is which new one. Inside a file: level by level from the outside in, first by name below the matched
//! container, overloads by signature and body, then what was renamed (same container and kind, same or like body), then
//! what moved to another container. Everything goes through hash buckets; only small leftovers are compared pair by pair.

use super::pair::Sheet;
use super::words::Words;
use crate::limits;
use crate::syntax::{Entity, EntityKind};
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::sync::Arc;

/// Shared words, in percent, from which a body counts as the same one under another name.
const RENAMED_PERCENT: u32 = 65;
/// The same for an entity that kept its name in another container or file.
const MOVED_PERCENT: u32 = 60;
/// Words below which likeness says nothing (words).
const LIKENESS_WORDS_MIN: usize = 8;

/// Partners by index into the outlines' entities.
#[derive(Debug, Default)]
pub(super) struct Matching {
    pub to_new: Vec<Option<u32>>,
    pub to_old: Vec<Option<u32>>,
    /// Old name to new name of types that were renamed: methods in an outside block of the type did not move.
    pub scopes: FxHashMap<Arc<str>, Arc<str>>,
}

impl Matching {
    fn pair(&mut self, old: u32, new: u32) {
        self.to_new[old as usize] = Some(new);
        self.to_old[new as usize] = Some(old);
    }

    pub fn new_of(&self, old: u32) -> Option<u32> {
        self.to_new.get(old as usize).copied().flatten()
    }

    pub fn old_of(&self, new: u32) -> Option<u32> {
        self.to_old.get(new as usize).copied().flatten()
    }

    /// Old entities without a partner, in order.
    pub fn lost(&self) -> impl Iterator<Item = u32> + '_ {
        self.to_new.iter().enumerate().filter(|(_, new)| new.is_none()).map(|(index, _)| index as u32)
    }

    /// New entities without a partner, in order.
    pub fn fresh(&self) -> impl Iterator<Item = u32> + '_ {
        self.to_old.iter().enumerate().filter(|(_, old)| old.is_none()).map(|(index, _)| index as u32)
    }
}

/// Matches the entities of two sides of a file; a missing side leaves the other without partners.
pub(super) fn match_entities(old: Option<&Sheet>, new: Option<&Sheet>) -> Matching {
    let count = |sheet: Option<&Sheet>| sheet.map_or(0, |sheet| sheet.outline.entities.len());
    let matching = Matching { to_new: vec![None; count(old)], to_old: vec![None; count(new)], ..Matching::default() };
    match (old, new) {
        (Some(old), Some(new)) => Matcher { old, new, matching }.run(),
        _ => matching,
    }
}

struct Matcher<'a> {
    old: &'a Sheet,
    new: &'a Sheet,
    matching: Matching,
}

/// Entities of both sides that share a key.
type Buckets = Vec<(Vec<u32>, Vec<u32>)>;

impl Matcher<'_> {
    fn run(mut self) -> Matching {
        let (old, new) = (levels(&self.old.outline.entities), levels(&self.new.outline.entities));
        for depth in 0..old.len().min(new.len()) {
            // types first: what they are called decides where methods of an outside block belong
            for types in [true, false] {
                let of = |sheet: &Sheet, level: &[u32]| -> Vec<u32> {
                    level.iter().copied().filter(|at| is_type(sheet.entity(*at).kind) == types).collect()
                };
                let (old, new) = (of(self.old, &old[depth]), of(self.new, &new[depth]));
                self.by_name(&old, &new);
                self.by_name_alone(&old, &new);
                self.renamed(&old, &new);
            }
        }
        self.moved();
        self.matching
    }

    /// Where an old entity is expected on the new side; none if its container is gone.
    fn place(&self, old: u32) -> Option<(Option<u32>, Option<Arc<str>>)> {
        let entity = self.old.entity(old);
        let scope = entity.scope.as_ref().map(|scope| self.matching.scopes.get(scope).unwrap_or(scope).clone());
        match entity.container {
            None => Some((None, scope)),
            Some(container) => self.matching.new_of(container).map(|container| (Some(container), scope)),
        }
    }

    fn pair(&mut self, old: u32, new: u32) {
        let (before, after) = (self.old.entity(old), self.new.entity(new));
        if is_type(before.kind) && before.name != after.name {
            self.matching.scopes.insert(before.name.clone(), after.name.clone());
        }
        self.matching.pair(old, new);
    }

    fn by_name(&mut self, old: &[u32], new: &[u32]) {
        let key = |entity: &Entity| (entity.kind, entity.name.clone());
        for (old, new) in self.placed(old, new, key) {
            self.overloads(old, new);
        }
    }

    /// One of a name on each side, of another kind: a constant that became a function.
    fn by_name_alone(&mut self, old: &[u32], new: &[u32]) {
        for (old, new) in self.placed(old, new, |entity| entity.name.clone()) {
            if let ([old], [new]) = (&old[..], &new[..]) {
                self.pair(*old, *new);
            }
        }
    }

    fn renamed(&mut self, old: &[u32], new: &[u32]) {
        for (old, new) in self.placed(old, new, |entity| entity.kind) {
            self.same_body(&old, &new, |entity| (entity.body_hash, entity.arity));
            self.alike(&old, &new, RENAMED_PERCENT);
        }
    }

    /// What kept its name in another container of the file.
    fn moved(&mut self) {
        let old: Vec<u32> = self.matching.lost().collect();
        let new: Vec<u32> = self.matching.fresh().collect();
        let key = |entity: &Entity| (movable(entity.kind), entity.name.clone());
        let keys = (|at: u32| Some(key(self.old.entity(at))), |at: u32| Some(key(self.new.entity(at))));
        for (old, new) in buckets(&old, &new, keys.0, keys.1) {
            self.below_moved(&old, &new);
            self.same_body(&old, &new, |entity| entity.body_hash);
            self.alike(&old, &new, MOVED_PERCENT);
        }
    }

    /// Members of a container that moved went with it.
    fn below_moved(&mut self, old: &[u32], new: &[u32]) {
        if old.len() * new.len() > limits::RENAME_PAIRS_MAX {
            return;
        }
        let (mut expected, mut there) = (Vec::new(), Vec::new());
        for at in old {
            let container = self.old.entity(*at).container.and_then(|container| self.matching.new_of(container));
            expected.push((*at, container));
        }
        for at in new {
            there.push((*at, self.new.entity(*at).container));
        }
        for (old, container) in expected.into_iter().filter(|(_, container)| container.is_some()) {
            let free = |new: &u32| self.matching.old_of(*new).is_none();
            let found = there.iter().find(|(new, its)| *its == container && free(new)).map(|(new, _)| *new);
            if let Some(new) = found {
                self.pair(old, new);
            }
        }
    }

    /// Unmatched entities by their place and another key.
    fn placed<K: Hash + Eq>(&self, old: &[u32], new: &[u32], key: impl Fn(&Entity) -> K) -> Buckets {
        let (old, new) = (self.free_old(old), self.free_new(new));
        let of_old = |at: u32| self.place(at).map(|place| (place, key(self.old.entity(at))));
        let of_new = |at: u32| {
            let entity = self.new.entity(at);
            Some(((entity.container, entity.scope.clone()), key(entity)))
        };
        buckets(&old, &new, of_old, of_new)
    }

    fn free_old(&self, old: &[u32]) -> Vec<u32> {
        old.iter().copied().filter(|at| self.matching.new_of(*at).is_none()).collect()
    }

    fn free_new(&self, new: &[u32]) -> Vec<u32> {
        new.iter().copied().filter(|at| self.matching.old_of(*at).is_none()).collect()
    }

    /// Entities of one name: by everything, by signature, by body, by parameter count, then in order.
    fn overloads(&mut self, old: Vec<u32>, new: Vec<u32>) {
        if let ([old], [new]) = (&old[..], &new[..]) {
            return self.pair(*old, *new);
        }
        self.same(&old, &new, |entity| Some((entity.signature_hash, entity.body_hash)));
        self.same(&old, &new, |entity| Some(entity.signature_hash));
        self.same_body(&old, &new, |entity| entity.body_hash);
        self.same(&old, &new, |entity| entity.arity);
        for (old, new) in self.free_old(&old).into_iter().zip(self.free_new(&new)) {
            self.pair(old, new);
        }
    }

    fn same_body<K: Hash + Eq>(&mut self, old: &[u32], new: &[u32], key: impl Fn(&Entity) -> K) {
        self.same(old, new, |entity| (!entity.body.is_empty()).then(|| key(entity)));
    }

    /// Pairs what has an equal key, in order.
    fn same<K: Hash + Eq>(&mut self, old: &[u32], new: &[u32], key: impl Fn(&Entity) -> Option<K>) {
        let (old, new) = (self.free_old(old), self.free_new(new));
        let of = (|at: u32| key(self.old.entity(at)), |at: u32| key(self.new.entity(at)));
        for (old, new) in buckets(&old, &new, of.0, of.1) {
            old.into_iter().zip(new).for_each(|(old, new)| self.pair(old, new));
        }
    }

    /// Pairs what reads alike, best first.
    fn alike(&mut self, old: &[u32], new: &[u32], percent: u32) {
        let (old, new) = (self.free_old(old), self.free_new(new));
        if old.is_empty() || new.is_empty() || old.len() * new.len() > limits::RENAME_PAIRS_MAX {
            return;
        }
        let words = |sheet: &Sheet, at: &u32| (*at, Words::of(sheet.bytes(&sheet.entity(*at).span)));
        let old: Vec<_> = old.iter().map(|at| words(self.old, at)).collect();
        let new: Vec<_> = new.iter().map(|at| words(self.new, at)).collect();
        for (old, new) in best_pairs(&old, &new, percent) {
            self.pair(old, new);
        }
    }
}

/// Pairs of at least `percent` likeness, each index once, the likest first, ties in order.
pub(super) fn best_pairs<T: Copy + Ord>(old: &[(T, Words)], new: &[(T, Words)], percent: u32) -> Vec<(T, T)> {
    let mut found = Vec::new();
    for (old, old_words) in old.iter().filter(|(_, words)| words.len() >= LIKENESS_WORDS_MIN) {
        for (new, new_words) in new.iter().filter(|(_, words)| words.len() >= LIKENESS_WORDS_MIN) {
            let likeness = old_words.likeness(new_words);
            if likeness >= percent {
                found.push((std::cmp::Reverse(likeness), *old, *new));
            }
        }
    }
    found.sort_unstable();
    let (mut used_old, mut used_new) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, old, new) in found {
        if !used_old.contains(&old) && !used_new.contains(&new) {
            used_old.insert(old);
            used_new.insert(new);
            pairs.push((old, new));
        }
    }
    pairs
}

/// Likeness that is asked of an entity in another file.
pub(super) fn moved_percent() -> u32 {
    MOVED_PERCENT
}

/// Groups of equal key with members on both sides, in order of first appearance on the old side.
pub(super) fn buckets<T: Copy, K: Hash + Eq>(
    old: &[T],
    new: &[T],
    of_old: impl Fn(T) -> Option<K>,
    of_new: impl Fn(T) -> Option<K>,
) -> Vec<(Vec<T>, Vec<T>)> {
    let mut index: FxHashMap<K, usize> = FxHashMap::default();
    let mut groups: Vec<(Vec<T>, Vec<T>)> = Vec::new();
    for at in old {
        let Some(key) = of_old(*at) else { continue };
        let group = *index.entry(key).or_insert_with(|| {
            groups.push((Vec::new(), Vec::new()));
            groups.len() - 1
        });
        groups[group].0.push(*at);
    }
    for at in new {
        if let Some(group) = of_new(*at).and_then(|key| index.get(&key)) {
            groups[*group].1.push(*at);
        }
    }
    groups.retain(|(_, new)| !new.is_empty());
    groups
}

/// A function that becomes a method is still the same function.
pub(super) fn movable(kind: EntityKind) -> EntityKind {
    if kind == EntityKind::Method { EntityKind::Function } else { kind }
}

pub(super) fn is_type(kind: EntityKind) -> bool {
    matches!(kind, EntityKind::Type | EntityKind::Interface | EntityKind::Module)
}

/// Entities by nesting depth.
fn levels(entities: &[Entity]) -> Vec<Vec<u32>> {
    let mut depths: Vec<usize> = Vec::with_capacity(entities.len());
    let mut levels: Vec<Vec<u32>> = Vec::new();
    for (index, entity) in entities.iter().enumerate() {
        // a container stands before what it contains
        let outer = entity.container.and_then(|container| depths.get(container as usize));
        let depth = outer.map_or(0, |depth| depth + 1);
        depths.push(depth);
        if levels.len() <= depth {
            levels.resize_with(depth + 1, Vec::new);
        }
        levels[depth].push(index as u32);
    }
    levels
}
