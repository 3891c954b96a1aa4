//! What holds an entity: another entity by its extent, or the type of an `impl` block. A method of `impl Trait for Type`
//! gets the scope `Type` and the supertype `Trait`; `Type` gets `Trait` too if it stands in the same file.

use super::{Entity, EntityKind};
use crate::limits;
use crate::text::lossless;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use std::sync::Arc;

/// An `impl` block or its like.
#[derive(Debug)]
pub(super) struct Region {
    pub span: Range<u32>,
    pub scope: Arc<str>,
    pub supertypes: Vec<Arc<str>>,
}

/// Sets containers; the list is sorted, outer before inner. Equal spans are siblings.
pub(super) fn contain(list: &mut [Entity]) {
    let mut open: Vec<(u32, Range<u32>)> = Vec::new();
    for (at, one) in list.iter_mut().enumerate() {
        let span = one.span.clone();
        while open.last().is_some_and(|(_, outer)| outer.end < span.end || outer.end <= span.start || *outer == span) {
            open.pop();
        }
        one.container = open.last().map(|(index, _)| *index);
        open.push((at as u32, span));
    }
}

/// Gives the entities of `impl` blocks their scope and supertypes.
pub(super) fn place_in_regions(list: &mut [Entity], regions: &[Region]) {
    for region in regions {
        let first = list.partition_point(|one| one.span.start < region.span.start);
        let count = list[first..].iter().take_while(|one| one.span.start < region.span.end).count();
        for at in first..first + count {
            let outside =
                list[at].container.and_then(|c| list.get(c as usize)).is_none_or(|c| c.span.start < region.span.start);
            if outside && list[at].scope.is_none() {
                list[at].scope = Some(region.scope.clone());
                list[at].supertypes.extend(region.supertypes.iter().cloned());
            }
        }
    }
    let mut by_type: FxHashMap<Arc<str>, Vec<Arc<str>>> = FxHashMap::default();
    for region in regions {
        by_type.entry(region.scope.clone()).or_default().extend(region.supertypes.iter().cloned());
    }
    for one in list.iter_mut().filter(|one| one.kind == EntityKind::Type) {
        if let Some(more) = by_type.get(&one.name) {
            one.supertypes.extend(more.iter().cloned());
            dedupe(&mut one.supertypes);
        }
    }
}

/// Drops names that came before.
pub(super) fn dedupe(names: &mut Vec<Arc<str>>) {
    let mut seen = FxHashSet::default();
    names.retain(|name| seen.insert(name.clone()));
}

/// The bare name of a type: `&'a mut a::Foo<T>` is `Foo`.
pub(super) fn type_name(text: &[u8]) -> Arc<str> {
    let text = lossless(text.get(..limits::NAME_BYTES_MAX).unwrap_or(text));
    let mut rest = text.trim();
    while let Some(next) = ["&", "*", "mut ", "dyn ", "'a ", "impl "].iter().find_map(|p| rest.strip_prefix(p)) {
        rest = next.trim_start();
    }
    let end = rest.find(['<', '[', '(', '{', ' ', '\n', '\t', '\r']).filter(|at| *at > 0).unwrap_or(rest.len());
    let path = &rest[..end];
    let after = path.rfind([':', '.']).map_or(path, |at| &path[at + 1..]);
    Arc::from(if after.is_empty() { path } else { after })
}
