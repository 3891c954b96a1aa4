//! A file that takes another name breaks whoever imports it by the old one, although nothing inside it changed. An import
//! counts as broken if it led into the file at base and leads nowhere at head, so a rename that the language does not
//! notice (another file of the same package, a re-export at the old place) counts for nothing.

use super::index::Graph;
use super::resolve::{Resolver, Target, Visit};
use super::{ChangedEntity, TierCounts};
use crate::facts::{FactKind, Facts};
use crate::location::Side;
use crate::roles::Role;
use crate::syntax::EntityKind;
use std::collections::BTreeSet;

/// One entity of kind `File` for each renamed file that unchanged files still import by its old name.
pub(super) fn renamed_files(facts: &Facts, base: &Graph, head: &Graph) -> Vec<ChangedEntity> {
    let is_renamed = |file: &&crate::facts::FileFacts| file.facts.iter().any(|fact| fact.kind == FactKind::FileRenamed);
    let renamed: Vec<_> = facts.files.iter().filter(is_renamed).collect();
    if renamed.is_empty() {
        return Vec::new();
    }
    let (old, new) = (Resolver::new(base), Resolver::new(head));
    let named = |file: &crate::facts::FileFacts| {
        let path = file.old_path.clone()?;
        let users = broken_importers(facts, &old, &new, base.number(&path)?);
        (users > 0).then(|| ChangedEntity {
            file: file.file,
            side: Side::Old,
            index: u32::MAX,
            entity: path.to_text().into(),
            kind: EntityKind::File,
            path,
            line: 1,
            change: FactKind::FileRenamed,
            direct: TierCounts { exact: users, ..TierCounts::default() },
            unchanged_direct: users,
            unchanged_files: Vec::new(),
            shipped_use: false,
        })
    };
    renamed.into_iter().filter_map(named).collect()
}

/// Shipped files outside the change with an import that led into the file and now leads nowhere.
fn broken_importers(facts: &Facts, old: &Resolver, new: &Resolver, gone: u32) -> u32 {
    let changed: BTreeSet<_> = facts.files.iter().flat_map(|file| [Some(&file.path), file.old_path.as_ref()]).collect();
    let leads_in = |target: &Target| match target {
        Target::Module(module) => *module == gone,
        Target::Def(def) => def.file == gone,
    };
    let broken = |at: usize| {
        let file = &old.graph.files[at];
        let unchanged = !file.roles.contains(Role::Test) && !changed.contains(&Some(&file.path));
        let Some(now) = new.graph.number(&file.path).filter(|_| unchanged) else { return false };
        (0..file.blob.bindings.len()).any(|binding| {
            old.binding(at as u32, binding, &mut Visit::default()).iter().any(leads_in)
                && new.binding(now, binding, &mut Visit::default()).is_empty()
        })
    };
    (0..old.graph.files.len()).filter(|at| broken(*at)).count() as u32
}
