//! Which definitions a change is about: each changed entity once, with the strongest of its facts.

use super::{ChangedEntity, TierCounts};
use crate::facts::{EntityRef, Fact, FactKind, Facts};
use crate::location::Side;
use std::collections::BTreeMap;

/// How strong a change is for those who depend on it; the strongest of an entity's facts names it.
fn strength(kind: FactKind) -> Option<u32> {
    let order = [
        FactKind::EntityDeleted,
        FactKind::EntityRenamed,
        FactKind::EntityMoved,
        FactKind::SignatureChanged,
        FactKind::VisibilityChanged,
        FactKind::EntityAdded,
        FactKind::BodyChanged,
    ];
    order.iter().position(|known| *known == kind).map(|at| at as u32)
}

/// Each changed entity once, sorted by path, line and name. Direct dependents are not counted yet.
pub(super) fn changed_entities(facts: &Facts) -> Vec<ChangedEntity> {
    let mut best: BTreeMap<(usize, Side, u32), (u32, ChangedEntity)> = BTreeMap::new();
    for (at, file) in facts.files.iter().enumerate() {
        for fact in &file.facts {
            let (Some(rank), Some(entity)) = (strength(fact.kind), &fact.entity) else { continue };
            let key = (at, fact.location.side, entity.index);
            let kept = best.get(&key).map(|(rank, _)| *rank);
            if kept.is_none_or(|kept| rank < kept) {
                best.insert(key, (rank, changed_entity(at, fact, entity)));
            }
        }
    }
    let mut changed: Vec<ChangedEntity> = best.into_values().map(|(_, changed)| changed).collect();
    changed.sort_by(|a, b| (&a.path, a.line, &a.entity, a.side).cmp(&(&b.path, b.line, &b.entity, b.side)));
    changed
}

fn changed_entity(file: usize, fact: &Fact, entity: &EntityRef) -> ChangedEntity {
    ChangedEntity {
        file,
        side: fact.location.side,
        index: entity.index,
        entity: entity.qualified.clone(),
        kind: entity.kind,
        path: fact.location.path.clone(),
        line: fact.location.lines.start,
        change: fact.kind,
        direct: TierCounts::default(),
        unchanged_direct: 0,
        unchanged_files: Vec::new(),
        shipped_use: false,
    }
}
