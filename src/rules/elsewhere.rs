//! Whether what went from one place stands in another one of the same change under the same name: then it was moved and
//! edited on the way, and whoever uses it still finds it by that name. Only files of the change are looked at.

use super::scene::{FileScene, Scene};
use crate::facts::{Fact, FactKind};
use crate::location::Side;

/// True if a file of the change has an entity of the fact's qualified name on its new side, or one of its bare name came
/// with the change: it has another holder now.
pub(super) fn is_named(scene: &Scene, file: &FileScene, fact: &Fact) -> bool {
    let Some(entity) = &fact.entity else { return false };
    let came = |other: &Fact| {
        let added = matches!(other.kind, FactKind::EntityAdded | FactKind::EntityMoved);
        added && other.entity.as_ref().is_some_and(|one| one.name == entity.name && one.kind == entity.kind)
    };
    let named = scene.files.iter().flat_map(|file| &file.facts.facts).any(came);
    named
        || stands(file, fact)
        || scene.files.iter().filter_map(|file| file.outline(Side::New)).any(|outline| {
            let named =
                (0..outline.entities.len() as u32).filter(|at| outline.entities[*at as usize].name == entity.name);
            named.into_iter().any(|at| outline.qualified_name(at) == *entity.qualified)
        })
}

/// True if the line that named the entity is in the file as before: it is there, and was only read otherwise. What stands
/// above that line (attributes, decorators) is shared by many.
fn stands(file: &FileScene, fact: &Fact) -> bool {
    let (Some(old), Some(new)) = (file.text(Side::Old), file.text(Side::New)) else { return false };
    let (Some(entity), lines) = (&fact.entity, fact.location.lines) else { return false };
    let span = (lines.end - lines.start).min(HEADING_LINES_MAX) as usize + 1;
    let heading = old.lines().skip(lines.start.saturating_sub(1) as usize).take(span).map(str::trim);
    let named = heading.into_iter().find(|line| line.contains(&*entity.name));
    fact.location.side == Side::Old
        && named.is_some_and(|named| named.len() >= LINE_BYTES_MIN && new.lines().any(|line| line.trim() == named))
}

/// Lines from the beginning of an entity in which its name stands (count).
const HEADING_LINES_MAX: u32 = 12;
/// A line that two entities hardly share (bytes).
const LINE_BYTES_MIN: usize = 16;
