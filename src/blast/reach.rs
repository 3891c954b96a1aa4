//! Breadth first from the changed definitions to what depends on them. The further and the less sure, the less it counts;
//! a mere mention of a name, or a call through an interface that many implement, is counted once, next to where it was
//! met, and never followed, or every repository would be reached from everywhere. Tests and whole files are ends, not ways.

use super::Tier;
use super::blob::FILE;
use super::dependents::Edge;
use super::index::Def;
use super::resolve::{Reason, Resolver, Visit};
use crate::limits::{GRAPH_LOOKUP_STEPS_MAX, GRAPH_REACHED_MAX};
use crate::roles::Role;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Implementors of an interface up to which a call through it likely runs any given one (definitions).
const DISPATCH_LIKELY_MAX: usize = 4;

/// A changed definition to start from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seed {
    pub(super) def: Def,
    /// 1,000 for what changes for callers, 500 for a body.
    pub(super) weight_milli: u32,
    /// True if those who implement or override it are concerned: it came, went or changed its signature.
    pub(super) contract: bool,
}

/// A definition (or file) that depends on a seed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached {
    pub(super) def: Def,
    pub(super) distance: u32,
    /// Weakest on the way.
    pub(super) tier: Tier,
    pub(super) weight_milli: u32,
    /// The step before: what it refers to.
    pub(super) to: Def,
    pub(super) reason: Reason,
    pub(super) line: u32,
    pub(super) test: bool,
}

/// The outcome of one walk.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// Edges into the seeds, sorted.
    pub(super) direct: Vec<Edge>,
    /// Nearest first, then surest; each definition once.
    pub(super) all: Vec<Reached>,
    /// What tests refer to directly, and how surely.
    pub(super) tested: Vec<(Def, Tier)>,
    /// What surely refers to what, of all that was met on the way and is no test.
    pub(super) links: Vec<(Def, Def)>,
    /// True if a limit cut the walk short.
    pub(super) cut: bool,
}

/// What is known of a definition whose dependents are asked for.
#[derive(Clone, Copy, Debug)]
struct Way {
    tier: Tier,
    weight_milli: u32,
    /// The definition that stands for it in the chain: itself, or what it implements through dispatch.
    stands_for: Def,
}

impl Resolver<'_> {
    /// Everything that depends on the seeds, at most `distance_max` edges away.
    pub(super) fn reach(&self, seeds: &[Seed], distance_max: u32) -> Reach {
        let mut reach = Reach::default();
        let mut seen: FxHashSet<Def> = seeds.iter().map(|seed| seed.def).collect();
        let start =
            |seed: &Seed| (seed.def, Way { tier: Tier::Exact, weight_milli: seed.weight_milli, stands_for: seed.def });
        let mut ways: BTreeMap<Def, Way> = seeds.iter().map(start).collect();
        let mut crowds: FxHashMap<Def, usize> = FxHashMap::default();
        self.add_dispatch(&mut ways, &mut crowds);
        let mut counted: FxHashSet<Def> = FxHashSet::default();
        for distance in 1..=distance_max {
            let (mut edges, cut) = self.dependents(&ways.keys().copied().collect());
            reach.cut |= cut;
            if distance == 1 {
                edges.extend(seeds.iter().filter(|seed| seed.contract).flat_map(|seed| self.implementors(seed.def)));
                edges.sort_unstable();
                reach.direct = edges
                    .iter()
                    .map(|edge| match ways.get(&edge.to) {
                        Some(way) => Edge { to: way.stands_for, tier: edge.tier.max(way.tier), ..*edge },
                        None => *edge,
                    })
                    .collect();
            }
            self.note_tests(&edges, &ways, &mut reach);
            let level = self.level(&edges, &ways, distance, &counted);
            counted.extend(level.iter().map(|reached| reached.def));
            ways = level.iter().filter(|next| self.leads_on(next) && seen.insert(next.def)).map(way_on).collect();
            self.add_dispatch(&mut ways, &mut crowds);
            reach.all.extend(level);
            if ways.is_empty() || reach.all.len() > GRAPH_REACHED_MAX {
                reach.cut |= !ways.is_empty();
                break;
            }
        }
        reach
    }

    /// Keeps every edge in mind by which a test can come to the change, also those that are not the nearest.
    fn note_tests(&self, edges: &[Edge], ways: &BTreeMap<Def, Way>, reach: &mut Reach) {
        for edge in edges {
            let Some(way) = ways.get(&edge.to) else { continue };
            let tier = edge.tier.max(way.tier);
            if self.is_test(edge.from) {
                reach.tested.push((way.stands_for, tier));
            } else if tier != Tier::Possible && edge.from.index != FILE {
                reach.links.push((edge.from, way.stands_for));
            }
        }
    }

    /// The definitions that one level of edges reaches for the first time, surest edge of each.
    fn level(
        &self,
        edges: &[Edge],
        ways: &BTreeMap<Def, Way>,
        distance: u32,
        counted: &FxHashSet<Def>,
    ) -> Vec<Reached> {
        let mut best: FxHashMap<Def, Reached> = FxHashMap::default();
        for edge in edges.iter().filter(|edge| distance == 1 || edge.tier != Tier::Possible) {
            let Some(way) = ways.get(&edge.to) else { continue };
            if counted.contains(&edge.from) || self.is_inside(edge.from, way.stands_for) {
                continue;
            }
            let next = Reached {
                def: edge.from,
                distance,
                tier: edge.tier.max(way.tier),
                weight_milli: way.weight_milli,
                to: way.stands_for,
                reason: if way.stands_for == edge.to { edge.reason } else { Reason::Dispatch },
                line: edge.line,
                test: self.is_test(edge.from),
            };
            let rank =
                |reached: &Reached| (reached.tier, std::cmp::Reverse(reached.weight_milli), reached.to, reached.line);
            let kept = best.entry(edge.from).or_insert(next);
            if rank(&next) < rank(kept) {
                *kept = next;
            }
        }
        let mut level: Vec<Reached> = best.into_values().collect();
        level.sort_unstable_by_key(|reached| (reached.tier, reached.def));
        level
    }

    fn leads_on(&self, reached: &Reached) -> bool {
        reached.tier != Tier::Possible && !reached.test && reached.def.index != FILE
    }

    pub(super) fn is_test(&self, def: Def) -> bool {
        let file = self.graph.file(def.file);
        file.roles.contains(Role::Test) || file.blob.definition(def.index).is_some_and(|definition| definition.test)
    }

    /// A call of an interface's method may run the method of any type that implements it: where few do, this one is
    /// likely; where many do, the caller depends on the interface, and on this one only possibly.
    fn add_dispatch(&self, ways: &mut BTreeMap<Def, Way>, crowds: &mut FxHashMap<Def, usize>) {
        let mut more = Vec::new();
        for (def, way) in ways.iter() {
            for above in self.overridden(*def) {
                let crowd = *crowds.entry(above).or_insert_with(|| self.implementors(above).len());
                let tier = if crowd > DISPATCH_LIKELY_MAX { Tier::Possible } else { Tier::Likely };
                more.push((above, Way { tier: way.tier.max(tier), stands_for: *def, ..*way }));
            }
        }
        for (def, way) in more {
            ways.entry(def).or_insert(way);
        }
    }

    /// The methods of supertypes that a method overrides or implements.
    fn overridden(&self, def: Def) -> Vec<Def> {
        let definition = self.definition(def);
        if !definition.is_callable() || self.is_constructor(def) {
            return Vec::new();
        }
        let (mut found, mut seen) = (Vec::new(), FxHashSet::default());
        // a block that implements a trait says which one; an inherent block implements none
        let mut work = match (definition.scope, self.owning_type(def)) {
            (Some(_), Some(owner)) if self.has_implicit_interfaces(def) => {
                return self.implicit_interfaces(owner, self.definition(def).name);
            }
            (Some(_), _) => self.lenders(def),
            (None, Some(owner)) => self.supertypes(owner, &mut Visit::default()),
            (None, None) => Vec::new(),
        };
        while let Some(above) = work.pop() {
            if seen.len() < GRAPH_LOOKUP_STEPS_MAX && seen.insert(above) {
                found.extend(self.own_members(above, self.key(definition.name)));
                work.extend(self.supertypes(above, &mut Visit::default()));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The type that a member belongs to, also where the member is written apart from it.
    pub(super) fn owning_type(&self, def: Def) -> Option<Def> {
        let definition = self.definition(def);
        if let Some(index) = definition.container {
            let container = Def { file: def.file, index };
            return self.definition(container).is_type().then_some(container);
        }
        definition.scope.and_then(|_| self.enclosing_type(def.file, def.index))
    }

    /// Those who implement or override a method whose contract changed: their method, or the type that lacks it.
    fn implementors(&self, def: Def) -> Vec<Edge> {
        let definition = self.definition(def);
        let Some(owner) = self.owning_type(def).filter(|_| definition.is_callable()) else { return Vec::new() };
        if self.has_implicit_interfaces(def) {
            let edge = |from: Def| self.dispatch_edge(from, def);
            return self.implicit_implementors(owner, def).into_iter().map(edge).collect();
        }
        let named = self.graph.subtypes.get(&self.definition(owner).name).into_iter().flatten();
        let mut found: FxHashSet<Def> = FxHashSet::default();
        for below in named.copied() {
            let (apart, above) = match self.definition(below).is_type() {
                true => (false, self.supertypes(below, &mut Visit::default())),
                false => (true, self.lenders(below)),
            };
            if !above.contains(&owner) {
                continue;
            }
            let of = if apart { self.owning_type(below) } else { Some(below) };
            let own = of.map_or_else(Vec::new, |of| self.own_members(of, self.key(definition.name)));
            found.extend(if own.is_empty() { of.into_iter().collect() } else { own });
        }
        let others = found.into_iter().filter(|from| *from != def);
        others.map(|from| self.dispatch_edge(from, def)).collect() // the caller sorts
    }

    fn dispatch_edge(&self, from: Def, to: Def) -> Edge {
        Edge { from, to, tier: Tier::Likely, reason: Reason::Dispatch, line: self.definition(from).line }
    }

    /// The traits that the block around a method names.
    fn lenders(&self, def: Def) -> Vec<Def> {
        let names = self.definition(def).supertypes.iter();
        let mut visit = Visit::default();
        names.flat_map(|name| self.types(self.bare(def.file, FILE, self.key(*name), &mut visit))).collect()
    }
}

fn way_on(reached: &Reached) -> (Def, Way) {
    let way = Way { tier: reached.tier, weight_milli: reached.weight_milli, stands_for: reached.def };
    (reached.def, way)
}
