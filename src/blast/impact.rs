//! The blast radius of a thing that did not change: what would be hit if it did. The walk is that of a change, from
//! definitions that are named instead of found in a diff, through one graph. Beside the counts there is what only the
//! whole graph tells: how many refer to the thing, measured against everything else in the repository.

use super::entry_points;
use super::graphs::Graphs;
use super::index::{Def, Graph};
use super::merged::Merged;
use super::reach::{Reach, Seed};
use super::resolve::Resolver;
use super::walk::{Walk, World};
use super::zone_hits;
use super::{BlastRadius, Dependent, EdgeEnd, Tier};
use crate::facts::Facts;
use crate::limits::GRAPH_TOP_MAX;
use crate::location::{RepoPath, Side};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is asked for inside a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Everything that the file defines.
    File,
    /// A name, perhaps with what holds it: `total`, `Cart.total`.
    Named(String),
    /// What stands at a line.
    Line(u32),
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoImpact {
    /// The file is not in the graph; paths that end like it, at most ten.
    NoFile(Vec<String>),
    /// The file has nothing of that name; what it has.
    NoEntity(Vec<Arc<str>>),
}

/// Who would be hit.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    /// What was asked for, in the order of the file.
    pub targets: Vec<EdgeEnd>,
    pub radius: BlastRadius,
    /// Direct dependents that are sure or likely, tests among them, and the share of the repository's definitions that
    /// have fewer (percent).
    pub fan_in: u32,
    pub fan_in_percentile: u32,
    /// Packages that hold a sure or likely dependent.
    pub packages: Vec<Arc<str>>,
    /// Tests that reach it, nearest first, at most `GRAPH_TOP_MAX`; all are counted in `radius.tests`.
    pub tests: Vec<Dependent>,
}

impl Graphs {
    /// Who depends on a thing at the head of a world; the change of the world is not looked at.
    pub fn impact(&self, world: &World, path: &RepoPath, wanted: &Wanted) -> Result<Impact, NoImpact> {
        let graph = self.of(world.head, world.outlines, world.config.graph_files);
        let targets = targets(&graph, path, wanted)?;
        let facts = Facts::default();
        let walks = [still(&graph, Side::Old), from(&graph, world, &targets, *wanted == Wanted::File)];
        let resolver = &walks[1].resolver;
        let merged = Merged::of(world, &facts, &walks);
        let mut impact =
            Impact { targets: targets.iter().map(|def| resolver.end(*def)).collect(), ..Impact::default() };
        merged.count(&mut impact.radius);
        impact.radius.repository_files = graph.len() as u32;
        impact.radius.zones = zone_hits::all(world, &facts, &merged.hits);
        impact.radius.entry_points = entry_points::within(&walks, &merged.hits);
        impact.radius.gaps = graph.gaps.clone();
        impact.packages = merged.packages().into_iter().collect();
        impact.tests = merged.tests(GRAPH_TOP_MAX);
        (impact.fan_in, impact.fan_in_percentile) = fan_in(&graph, &targets);
        Ok(impact)
    }
}

/// A side on which nothing is asked for.
fn still(graph: &Graph, side: Side) -> Walk<'_> {
    let (roots, reach) = (BTreeMap::new(), Reach::default());
    Walk {
        resolver: Resolver::new(graph),
        side,
        roots,
        reach,
        reads: BTreeMap::new(),
        named: Vec::new(),
        side_effects: Vec::new(),
    }
}

fn from<'g>(graph: &'g Graph, world: &World, targets: &[Def], whole: bool) -> Walk<'g> {
    let mut walk = still(graph, Side::New);
    walk.roots = targets.iter().enumerate().map(|(at, def)| (*def, at)).collect();
    let seeds: Vec<Seed> = targets.iter().map(|def| Seed { def: *def, weight_milli: 1_000, contract: true }).collect();
    walk.reach = walk.resolver.reach(&seeds, world.config.graph_distance);
    if whole {
        walk.side_effects = walk.resolver.side_effects(&targets.iter().map(|def| def.file).collect());
    }
    walk
}

fn targets(graph: &Graph, path: &RepoPath, wanted: &Wanted) -> Result<Vec<Def>, NoImpact> {
    let Some(file) = graph.number(path) else { return Err(NoImpact::NoFile(alike(graph, path))) };
    let resolver = Resolver::new(graph);
    let blob = &graph.file(file).blob;
    let all = (0..blob.definitions.len() as u32).map(|index| Def { file, index });
    let found: Vec<Def> = match wanted {
        Wanted::File => all.collect(),
        Wanted::Named(name) => {
            // the whole name means that one, a part of it all that end in it
            let whole: Vec<Def> = all.clone().filter(|def| *resolver.qualified(*def) == **name).collect();
            if whole.is_empty() { all.filter(|def| ends_in(&resolver.qualified(*def), name)).collect() } else { whole }
        }
        Wanted::Line(line) => {
            let before = |def: &Def| resolver.definition(*def).line <= *line;
            all.filter(before).max_by_key(|def| resolver.definition(*def).line).into_iter().collect()
        }
    };
    if found.is_empty() && *wanted != Wanted::File {
        let names = (0..blob.definitions.len() as u32).map(|index| resolver.qualified(Def { file, index }));
        return Err(NoImpact::NoEntity(names.collect::<BTreeSet<_>>().into_iter().collect()));
    }
    Ok(found)
}

/// `Shop.Cart.total` ends in `total` and `Cart.total`, not in `otal`.
fn ends_in(qualified: &str, name: &str) -> bool {
    qualified.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

/// Paths with the same file name.
fn alike(graph: &Graph, path: &RepoPath) -> Vec<String> {
    let same = graph.files.iter().filter(|file| file.path.file_name() == path.file_name());
    same.map(|file| file.text.to_string()).take(10).collect()
}

/// Direct dependents of the targets, and the percentage of definitions that others refer to less often. Every edge of
/// the repository is asked for, so this is for one thing at a time.
fn fan_in(graph: &Graph, targets: &[Def]) -> (u32, u32) {
    let resolver = Resolver::new(graph);
    let of_file = |file: u32| {
        let edges = resolver.edges_of(file);
        let sure = edges.into_iter().filter(|edge| edge.tier != Tier::Possible && edge.from.file != edge.to.file);
        sure.map(|edge| (edge.to, edge.from)).collect::<Vec<_>>()
    };
    let mut pairs: Vec<(Def, Def)> = (0..graph.len() as u32).into_par_iter().flat_map_iter(of_file).collect();
    pairs.sort_unstable();
    pairs.dedup();
    let mut counts: FxHashMap<Def, u32> = FxHashMap::default();
    pairs.iter().for_each(|(to, _)| *counts.entry(*to).or_default() += 1);
    let wanted: FxHashSet<Def> = targets.iter().copied().collect();
    let users: BTreeSet<Def> = pairs.iter().filter(|(to, _)| wanted.contains(to)).map(|(_, from)| *from).collect();
    let own = targets.iter().filter_map(|def| counts.get(def)).max().copied().unwrap_or(0);
    let all: usize = graph.files.iter().map(|file| file.blob.definitions.len()).sum();
    let fewer = all - counts.values().filter(|count| **count >= own.max(1)).count();
    let percentile = if own == 0 { 0 } else { fewer * 100 / all.max(1) };
    (users.len() as u32, percentile as u32)
}

#[cfg(test)]
mod tests_of_impact {
    use super::super::TierCounts;
    use super::*;
    use crate::config::Config;
    use crate::input::{ChangeSet, Snapshot};
    use crate::syntax::Outlines;
    use crate::zones::Zones;

    const SHOP: [(&str, &str); 4] = [
        ("lib/money.py", "def round_total(x):\n    return x\n\ndef unused(): pass\n"),
        ("cart/totals.py", "from lib.money import round_total\n\ndef total(c):\n    return round_total(c)\n"),
        ("checkout/complete.py", "from cart.totals import total\n\ndef finish(c):\n    return total(c)\n"),
        ("tests/test_totals.py", "from cart.totals import total\n\ndef test_total():\n    assert total(1)\n"),
    ];

    fn ask(path: &str, wanted: Wanted) -> Result<Impact, NoImpact> {
        let tree = Snapshot::in_memory(SHOP);
        let (change, config) = (ChangeSet::default(), Config::default());
        let zones = Zones::load(&[]).expect("the built-in zones load");
        let (outlines, base, head) = (&Outlines::default(), &tree, &tree);
        let world = World { change: &change, base, head, outlines, zones: &zones, config: &config, graph: true };
        Graphs::default().impact(&world, &RepoPath::from(path), &wanted)
    }

    #[test]
    fn who_would_be_hit_is_told_with_the_way_and_the_tests() {
        let impact = ask("lib/money.py", Wanted::Named("round_total".into())).expect("an answer");
        let rows: Vec<(&str, u32)> = impact.radius.top.iter().map(|d| (d.entity.as_ref(), d.distance)).collect();
        assert_eq!(rows, [("total", 1), ("finish", 2)]);
        let way: Vec<String> = impact.radius.top[1].way.iter().map(RepoPath::to_text).collect();
        assert_eq!(way, ["lib/money.py", "cart/totals.py", "checkout/complete.py"]);
        assert_eq!((impact.radius.tests, impact.tests.len()), (1, 1));
        assert!(impact.fan_in >= 1 && impact.fan_in_percentile >= 50, "{impact:?}");
    }

    #[test]
    fn what_nobody_uses_hits_nobody() {
        let impact = ask("lib/money.py", Wanted::Line(4)).expect("an answer");
        assert_eq!(&*impact.targets[0].name, "unused");
        assert_eq!((impact.radius.dependents, impact.fan_in_percentile), (TierCounts::default(), 0));
    }

    #[test]
    fn a_wrong_name_is_told_what_there_is() {
        let no_file = ask("money.py", Wanted::File).expect_err("no such file");
        assert_eq!(no_file, NoImpact::NoFile(vec!["lib/money.py".into()]));
        let no_entity = ask("lib/money.py", Wanted::Named("otal".into())).expect_err("no such name");
        assert_eq!(no_entity, NoImpact::NoEntity(vec!["round_total".into(), "unused".into()]));
    }
}
