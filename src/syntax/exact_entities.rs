//! What an exact front end found, as the entities of an outline. They replace those of the grammar, which lost some and
//! misread others; hashes of the grammar stay where it read the whole entity well, so that both sides of a change hash
//! alike even if only one of them gave trouble.

use super::entities::{Entities, visible_types};
use super::exact::{Exact, Item};
use super::flat::Flat;
use super::holders::{contain, dedupe, place_in_regions};
use super::query::Backend;
use super::tokens::combine;
use super::{Entity, EntityKind, Visibility};
use crate::limits;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Entities of a file whose tree has problems.
pub(super) fn entities(flat: &Flat<'_>, backend: &Backend, mut exact: Exact, mut known: Entities) -> Entities {
    exact.items.sort_by_key(|one| (one.span.start, u32::MAX - one.span.end, one.name_at.start));
    let truncated = known.truncated || exact.items.len() > limits::FILE_ENTITIES_MAX;
    exact.items.truncate(limits::FILE_ENTITIES_MAX);
    let old: FxHashMap<_, usize> =
        known.list.iter().enumerate().map(|(at, one)| ((one.span.start, one.span.end, one.name.clone()), at)).collect();
    let troubles = troubles(flat, backend);
    let (mut list, mut events) = (Vec::new(), Vec::new());
    for item in &exact.items {
        let mut one = entity(flat, backend, &exact, item);
        let same = old.get(&(one.span.start, one.span.end, one.name.clone())).copied();
        if let Some(same) = same.filter(|_| is_sound(&troubles, &one)) {
            (one.signature_hash, one.body_hash) = (known.list[same].signature_hash, known.list[same].body_hash);
        }
        events.push(same.map_or_else(|| flat.events(&one.span), |same| known.events[same]));
        known.names.extend(flat.leaf(&item.name_at));
        list.push(one);
    }
    contain(&mut list);
    place_in_regions(&mut list, &exact.regions);
    settle(&mut list, &exact.items);
    Entities { list, names: known.names, events, places: Vec::new(), truncated }
}

/// Where the grammar had trouble: error nodes and tokens that it made up, by their first byte.
fn troubles(flat: &Flat<'_>, backend: &Backend) -> Vec<u32> {
    let bad = flat.nodes.iter().filter(|node| backend.is_error(node.kind) || node.start == node.end);
    bad.map(|node| node.start).collect()
}

/// True if none of it is inside an entity.
fn is_sound(troubles: &[u32], one: &Entity) -> bool {
    let next = troubles.get(troubles.partition_point(|at| *at < one.span.start));
    next.is_none_or(|at| *at >= one.span.end)
}

fn entity(flat: &Flat<'_>, backend: &Backend, exact: &Exact, item: &Item) -> Entity {
    let span = item.span.clone();
    let body = item.body.clone().unwrap_or(span.end..span.end);
    let (front, back) = (exact.hash(span.start..body.start), exact.hash(body.end..span.end));
    let mut supertypes = item.supertypes.clone();
    dedupe(&mut supertypes);
    let is_test = |regex: &regex::bytes::Regex| {
        let texts = item.attributes.iter().map(|at| flat.bytes(at));
        texts.map(|text| text.get(..limits::ATTRIBUTE_BYTES_MAX).unwrap_or(text)).any(|text| regex.is_match(text))
    };
    Entity {
        kind: item.kind,
        name: Arc::from(item.name.get(..limits::NAME_BYTES_MAX).unwrap_or(&item.name)),
        container: None,
        scope: None,
        visibility: item.visibility.unwrap_or(Visibility::Private),
        lines: flat.lines(&span),
        name_line: flat.line(item.name_at.start),
        signature_hash: combine(front, back),
        body_hash: exact.hash(body.clone()),
        docs_hash: super::docs::hash(flat, &span),
        arity: item.arity,
        supertypes,
        test: backend.test_attribute.as_ref().is_some_and(is_test),
        body,
        span,
    }
}

/// Lets what holds an entity count, as for the entities of the grammar.
fn settle(list: &mut [Entity], items: &[Item]) {
    let types = visible_types(list);
    for at in 0..list.len() {
        let holder = list[at].container.and_then(|holder| list.get(holder as usize));
        let holder = holder.map(|one| (one.kind, one.visibility, one.test));
        let one = &mut list[at];
        let member = one.scope.is_some() || matches!(holder, Some((EntityKind::Type | EntityKind::Interface, ..)));
        if member && one.kind == EntityKind::Function {
            one.kind = EntityKind::Method;
        }
        if let Some((kind, visibility, test)) = holder {
            one.test |= test;
            one.visibility = match kind {
                EntityKind::Function | EntityKind::Method => Visibility::Private,
                EntityKind::Interface => visibility,
                _ if items[at].visibility.is_none() => visibility,
                _ => one.visibility.min(visibility),
            };
        }
        if let Some(scope) = &one.scope
            && !one.supertypes.is_empty()
        {
            one.visibility = types.get(scope).copied().unwrap_or(Visibility::Public);
        }
    }
}
