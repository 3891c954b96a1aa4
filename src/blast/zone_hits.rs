//! Zones that the change is in, and zones that it gets to. A zone is touched by the path of a changed file or the name of a
//! changed entity, reached by those of a dependent; of all ways to a zone the nearest and surest is shown. Dependents
//! that are only possible, tests and documentation do not count.

use super::trace::{Hit, World};
use super::{Tier, ZoneHit};
use crate::facts::{Facts, FileFacts};
use crate::input::TreeEntry;
use crate::location::RepoPath;
use crate::roles::{Role, Roles, roles};
use crate::syntax::Languages;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Zones that changed files and entities are in, in the order of `Zones::all`.
pub(super) fn touched(world: &World, facts: &Facts) -> Vec<ZoneHit> {
    finish(world, touched_by_zone(world, facts))
}

/// Touched zones, and those that dependents are in.
pub(super) fn all(world: &World, facts: &Facts, hits: &[Hit]) -> Vec<ZoneHit> {
    let mut zones = touched_by_zone(world, facts);
    let mut reached: BTreeMap<usize, ZoneHit> = BTreeMap::new();
    for hit in hits.iter().filter(|hit| hit.production && !hit.dependent.test && hit.dependent.tier != Tier::Possible) {
        for (zone, because) in zones_of_hit(world, hit) {
            let next = reached_zone(zone, hit, because);
            match reached.get(&zone) {
                Some(kept) if rank(kept) <= rank(&next) => {}
                _ => drop(reached.insert(zone, next)),
            }
        }
    }
    for (zone, hit) in reached {
        zones.entry(zone).or_insert(hit);
    }
    finish(world, zones)
}

fn rank(hit: &ZoneHit) -> (u32, Tier, &[RepoPath], u32) {
    (hit.distance, hit.tier, &hit.path, hit.line)
}

/// Nearest first, then surest, then in the order of `Zones::all`; with each zone's share of the repository.
fn finish(world: &World, zones: BTreeMap<usize, ZoneHit>) -> Vec<ZoneHit> {
    let shares = if zones.is_empty() { Vec::new() } else { shares(world) };
    let mut hits: Vec<ZoneHit> = zones.into_values().collect();
    for hit in &mut hits {
        hit.share_milli = shares.get(hit.zone).copied().unwrap_or(0);
    }
    hits.sort_by_key(|hit| (!hit.touched, hit.distance, hit.tier, hit.zone));
    hits
}

fn touched_by_zone(world: &World, facts: &Facts) -> BTreeMap<usize, ZoneHit> {
    let mut zones = BTreeMap::new();
    for file in facts.files.iter().filter(|file| !file.inert()) {
        let line = first_line(file);
        for path in std::iter::once(&file.path).chain(&file.old_path) {
            for zone in world.zones.of_path(path, file.roles) {
                zones.entry(zone).or_insert_with(|| touched_zone(zone, path, line, &path.to_text()));
            }
        }
        for fact in file.facts.iter().filter(|fact| !fact.kind.is_inert() && file.roles.is_production()) {
            let Some(entity) = fact.entity.as_ref().filter(|entity| !entity.test) else { continue };
            for zone in world.zones.of_name(&entity.name) {
                let line = fact.location.lines.start;
                zones.entry(zone).or_insert_with(|| touched_zone(zone, &fact.location.path, line, &entity.qualified));
            }
        }
    }
    zones
}

/// The first changed line that is not mere form.
fn first_line(file: &FileFacts) -> u32 {
    let facts = file.facts.iter().filter(|fact| !fact.kind.is_inert());
    facts.filter(|fact| fact.entity.is_some()).map(|fact| fact.location.lines.start).min().unwrap_or(1)
}

fn touched_zone(zone: usize, path: &RepoPath, line: u32, because: &str) -> ZoneHit {
    ZoneHit {
        zone,
        touched: true,
        distance: 0,
        tier: Tier::Exact,
        path: vec![path.clone()],
        line,
        because: because.into(),
        share_milli: 0,
    }
}

/// Zones of a dependent's file and name, each with what put it there.
fn zones_of_hit(world: &World, hit: &Hit) -> Vec<(usize, String)> {
    // roles were read from the content when the graph was built; production is what matters here
    let by_path = world.zones.of_path(&hit.dependent.path, Roles::default());
    let by_name = world.zones.of_name(&hit.name);
    let path = || hit.dependent.path.to_text();
    let mut zones: Vec<(usize, String)> = by_path.into_iter().map(|zone| (zone, path())).collect();
    zones.extend(by_name.into_iter().map(|zone| (zone, hit.dependent.entity.to_string())));
    zones
}

fn reached_zone(zone: usize, hit: &Hit, because: String) -> ZoneHit {
    ZoneHit {
        zone,
        touched: false,
        distance: hit.dependent.distance,
        tier: hit.dependent.tier,
        path: hit.files.clone(),
        line: hit.root_line,
        because: because.into(),
        share_milli: 0,
    }
}

/// In a handful of files, a share says nothing: fewer than this count as this many (files).
const SHARE_FILES_MIN: u64 = 100;

/// Files of each zone at base, in thousandths of all production source and configuration files there.
fn shares(world: &World) -> Vec<u32> {
    let zones = world.zones.all().len();
    let of_entry = |entry: &TreeEntry| {
        let roles = roles(&entry.path, &[]);
        let language = Languages::get().detect(&entry.path, &[]).is_some();
        let counts = entry.mode.is_file() && roles.is_production() && (language || roles.contains(Role::Configuration));
        counts.then(|| world.zones.of_path(&entry.path, roles))
    };
    let add = |mut counts: (u64, Vec<u64>), zones: Vec<usize>| {
        counts.0 += 1;
        zones.into_iter().for_each(|zone| counts.1[zone] += 1);
        counts
    };
    let start = || (0u64, vec![0u64; zones]);
    let join = |mut a: (u64, Vec<u64>), b: (u64, Vec<u64>)| {
        a.0 += b.0;
        a.1.iter_mut().zip(b.1).for_each(|(a, b)| *a += b);
        a
    };
    let (all, counts) = world.base.entries().par_iter().filter_map(of_entry).fold(start, add).reduce(start, join);
    counts.into_iter().map(|count| (count * 1_000 / all.max(SHARE_FILES_MIN)) as u32).collect()
}
