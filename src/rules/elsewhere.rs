//! Whether what went from one place stands in another one of the same change under the same name: then it was moved and
//! edited on the way, and whoever uses it still finds it by that name. Only files of the change are looked at.

use super::scene::Scene;
use crate::facts::{Fact, FactKind};
use crate::location::Side;

/// True if a file of the change has an entity of the fact's qualified name on its new side, or one of its bare name came
/// with the change: it has another holder now.
pub(super) fn is_named(scene: &Scene, fact: &Fact) -> bool {
    let Some(entity) = &fact.entity else { return false };
    let came = |other: &Fact| {
        let added = matches!(other.kind, FactKind::EntityAdded | FactKind::EntityMoved);
        added && other.entity.as_ref().is_some_and(|one| one.name == entity.name && one.kind == entity.kind)
    };
    let named = scene.files.iter().flat_map(|file| &file.facts.facts).any(came);
    named || scene.files.iter().filter_map(|file| file.outline(Side::New)).any(|outline| {
        let named = (0..outline.entities.len() as u32).filter(|at| outline.entities[*at as usize].name == entity.name);
        named.into_iter().any(|at| outline.qualified_name(at) == *entity.qualified)
    })
}
