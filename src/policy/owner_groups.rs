//! Whose owners must look: touched files are put together by equal owners, and each group needs one of them. Both sides
//! of a rename count, so moving a file out of someone's hands asks them too. Files that nobody owns, and owners that
//! nobody can be found for, are treated as the policy says and never dropped in silence.

use super::join::{Demand, OwnersScope, Reasons};
use super::load::Unowned;
use super::people::People;
use super::rule::OwnersPer;
use super::situation::Situation;
use super::{Dialect, OwnerHit, Owners, Policy};
use crate::gap::{Gap, GapKind};
use crate::location::RepoPath;
use crate::text::Untrusted;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Files that share their owners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub owners: BTreeSet<Untrusted>,
    /// Positions in the people file; none where there is no people file.
    pub people: Option<BTreeSet<usize>>,
    pub paths: BTreeSet<RepoPath>,
    pub per: OwnersPer,
    /// So many of them.
    pub needed: u32,
    pub by: Reasons,
}

/// The people who own files of an area, for the areas whose owners a slot asks for.
pub(super) type AreaOwners = BTreeMap<Arc<str>, BTreeSet<usize>>;

/// Groups that need an owner, and what could not be resolved.
#[derive(Debug, Default)]
pub(super) struct Grouped {
    pub groups: Vec<Group>,
    pub areas: AreaOwners,
    pub blocks: BTreeMap<String, Reasons>,
    /// Lines that decide about a file and name nobody who can be read: somebody must mend them.
    pub unread: BTreeMap<String, Reasons>,
    pub gaps: Vec<Gap>,
}

/// The owners of every touched path, by the line that names them: sorted by owner, then line.
pub(super) fn hits(owners: &Owners, paths: &BTreeSet<RepoPath>) -> Vec<OwnerHit> {
    let mut found: BTreeMap<(Untrusted, Arc<str>, u32), Vec<RepoPath>> = BTreeMap::new();
    for path in paths {
        for line in owners.of(path) {
            for owner in line.owners.iter().collect::<BTreeSet<_>>() {
                found.entry((owner.clone(), line.file.clone(), line.line)).or_default().push(path.clone());
            }
        }
    }
    found.into_iter().map(|((owner, file, line), paths)| OwnerHit { owner, paths, file, line }).collect()
}

/// The groups that a demand asks for.
pub(super) fn group(
    policy: &Policy,
    owners: &Owners,
    people: Option<&People>,
    demand: &Demand,
    situation: &Situation,
) -> Grouped {
    let paths = &situation.paths;
    let mut grouped = Grouped::default();
    for (scope, by) in &demand.owners {
        let (per, paths) = match scope {
            OwnersScope::Any => (OwnersPer::Any, paths),
            OwnersScope::Area(paths) => (OwnersPer::EachArea, paths),
            OwnersScope::EachFile => (OwnersPer::EachFile, paths),
        };
        if let (true, Some(file)) = (owners.is_unreadable(), &owners.file) {
            grouped.block(format!("{file} could not be read, so its owners are not known"), by);
            continue;
        }
        let found = by_owners(policy, owners, paths, by, &mut grouped);
        match per {
            OwnersPer::Any => grouped.add_any(found, by),
            _ => {
                for (owners, (needed, paths)) in found {
                    grouped.add(owners, paths, per, needed.max(policy.owners.per_area), by);
                }
            }
        }
    }
    grouped.drop_implied();
    if let Some(people) = people {
        grouped.resolve(policy, people, owners);
        grouped.find_areas(people, owners, demand, situation);
    }
    grouped
}

/// How many of the owners are needed, and for which files.
type ByOwners = BTreeMap<BTreeSet<Untrusted>, (u32, BTreeSet<RepoPath>)>;

fn by_owners(
    policy: &Policy,
    owners: &Owners,
    paths: &BTreeSet<RepoPath>,
    by: &Reasons,
    grouped: &mut Grouped,
) -> ByOwners {
    let mut found = ByOwners::new();
    let mut add = |of_path: BTreeSet<Untrusted>, needed: u32, path: &RepoPath| {
        if !of_path.is_empty() && needed > 0 {
            let (most, paths) = found.entry(of_path).or_default();
            *most = needed.max(*most);
            paths.insert(path.clone());
        }
    };
    // GitHub leaves out a line with a word that it cannot read, and then nobody of that line is asked
    let github = owners.dialect == Dialect::Github;
    for path in paths {
        let lines = owners.of(path);
        for line in &lines {
            match &line.problem {
                None => add(line.owners.iter().cloned().collect(), line.needed, path),
                // the words that could be read name owners; another one could only have been asked instead of them
                Some(_) if github && !line.owners.is_empty() => {
                    add(line.owners.iter().cloned().collect(), line.needed, path);
                }
                Some(problem) if !policy.owners.unresolved_blocks => {
                    grouped.gaps.push(Gap::context(GapKind::Owners, problem.raw()));
                }
                Some(problem) if github => match &policy.owners.unowned {
                    Unowned::Default(owner) => add(BTreeSet::from([Untrusted::new(&**owner)]), 1, path),
                    _ => grouped.leave_open(format!("an owner of {}: {}", path.to_text(), problem.raw()), by),
                },
                Some(problem) => {
                    grouped.block(format!("{}, and {} needs an owner", problem.raw(), path.to_text()), by);
                }
            }
        }
        match &policy.owners.unowned {
            _ if !lines.is_empty() => {}
            Unowned::Default(owner) => add(BTreeSet::from([Untrusted::new(&**owner)]), 1, path),
            Unowned::Block => grouped.block(format!("nobody owns {}", path.to_text()), by),
            Unowned::Ignore => {}
        }
    }
    found
}

impl Grouped {
    fn block(&mut self, why: String, by: &Reasons) {
        self.blocks.entry(why).or_default().extend(by.iter().cloned());
    }

    fn leave_open(&mut self, what: String, by: &Reasons) {
        self.unread.entry(what).or_default().extend(by.iter().cloned());
    }

    /// One group of all owners: any of them will do.
    fn add_any(&mut self, found: ByOwners, by: &Reasons) {
        let owners: BTreeSet<Untrusted> = found.keys().flatten().cloned().collect();
        if !owners.is_empty() {
            let paths = found.into_values().flat_map(|(_, paths)| paths).collect();
            self.add(owners, paths, OwnersPer::Any, 1, by);
        }
    }

    /// Joins a group with one of the same owners.
    fn add(
        &mut self,
        owners: BTreeSet<Untrusted>,
        paths: BTreeSet<RepoPath>,
        per: OwnersPer,
        needed: u32,
        by: &Reasons,
    ) {
        match self.groups.iter_mut().find(|group| group.owners == owners) {
            Some(group) => {
                group.needed = group.needed.max(needed);
                group.paths.extend(paths);
                group.by.extend(by.iter().cloned());
                group.per = group.per.max(per);
            }
            None => self.groups.push(Group { owners, people: None, paths, per, needed, by: by.clone() }),
        }
    }

    /// "Any owner" asks for nothing more where a group of some of these owners is asked for anyway.
    fn drop_implied(&mut self) {
        let others: Vec<BTreeSet<Untrusted>> =
            self.groups.iter().filter(|group| group.per > OwnersPer::Any).map(|group| group.owners.clone()).collect();
        self.groups
            .retain(|group| group.per > OwnersPer::Any || !others.iter().any(|owners| owners.is_subset(&group.owners)));
        self.groups.sort_by(|a, b| a.owners.cmp(&b.owners));
    }

    /// Finds the owners of the areas that slots name. An area in play that nobody owns cannot be looked at by its owners.
    fn find_areas(&mut self, people: &People, file: &Owners, demand: &Demand, situation: &Situation) {
        for (slot, by) in &demand.slots {
            let Some(area) = &slot.area else { continue };
            let hits = [&situation.touched, &situation.reached].into_iter().filter_map(|hits| hits.get(area));
            let lines = hits.flat_map(|hit| &hit.paths).flat_map(|path| file.of(path));
            let owners = lines.flat_map(|line| line.owners.clone());
            let found: BTreeSet<usize> = owners.flat_map(|owner| people.owners(owner.raw(), file.dialect)).collect();
            if found.is_empty() {
                self.block(format!("nobody in the people file owns the files of {area}"), by);
            }
            self.areas.insert(area.clone(), found);
        }
    }

    /// Finds the people behind the owners. A group of nobody cannot be met: it blocks, or is reported and left out.
    fn resolve(&mut self, policy: &Policy, people: &People, file: &Owners) {
        let mut kept = Vec::new();
        for mut group in std::mem::take(&mut self.groups) {
            let found: BTreeSet<usize> =
                group.owners.iter().flat_map(|owner| people.owners(owner.raw(), file.dialect)).collect();
            if !found.is_empty() {
                group.people = Some(found);
                kept.push(group);
                continue;
            }
            let names: Vec<&str> = group.owners.iter().map(Untrusted::raw).collect();
            let why = match people.is_file() {
                true => format!("nobody in the people file is {}", names.join(" or ")),
                false => format!("who is {} is not known: name them in `teams` of the review", names.join(" or ")),
            };
            if policy.owners.unresolved_blocks {
                let file = group.paths.first().map(RepoPath::to_text).unwrap_or_default();
                self.block(format!("{why}, who owns {file}"), &group.by);
            } else {
                self.gaps.push(Gap::context(GapKind::Owners, why));
            }
        }
        self.groups = kept;
    }
}
