//! The whole domain of a policy. Conditions are thresholds on short scales and lists of areas, so all situations that a
//! policy can tell apart are a finite grid: level, involvement, author tier, areas touched and reached, exemptions whose
//! paths would hold. Areas that stand in the same conditions everywhere cannot be told apart and count as one. What is
//! found by looking at every cell is not a sample: it is so.

use super::Policy;
use super::join::{Demand, join};
use super::rule::When;
use super::situation::{Situation, touch};
use super::vocabulary::INVOLVEMENT;
use crate::limits::POLICY_CELLS_MAX;
use crate::location::RepoPath;
use crate::provenance::Involvement;
use crate::score::Level;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One situation. Areas and exemptions are bits: positions in the domain's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell {
    pub risk: Level,
    pub ai: Involvement,
    /// Position on the scale; none where no tier is known.
    pub tier: Option<usize>,
    pub touched: u64,
    pub reached: u64,
    pub inside: u64,
}

/// All situations that some policies can tell apart.
#[derive(Clone, Debug)]
pub(super) struct Domain {
    pub cells: Vec<Cell>,
    pub tiers: Vec<Arc<str>>,
    /// Classes of areas that no condition tells apart; the first name stands for all.
    pub areas: Vec<Vec<Arc<str>>>,
    /// Exemptions that look at paths.
    pub exempts: Vec<Arc<str>>,
    /// True if not every combination of areas was looked at, only none, each alone and all.
    pub cut: bool,
}

impl Domain {
    /// The domain of these policies together. They share one scale of tiers.
    pub(super) fn of(policies: &[&Policy]) -> Self {
        let tiers = policies.first().map(|policy| policy.tiers.clone()).unwrap_or_default();
        let areas = classes(policies);
        let reaches = policies.iter().any(|policy| conditions(policy).any(|when| when.reached.is_some()));
        let exempts: BTreeSet<Arc<str>> = policies
            .iter()
            .flat_map(|policy| &policy.exempts)
            .filter(|exempt| exempt.only_paths.is_some())
            .map(|exempt| exempt.name.clone())
            .collect();
        let mut domain = Self { cells: Vec::new(), tiers, areas, exempts: exempts.into_iter().collect(), cut: false };
        domain.fill(reaches);
        domain
    }

    fn fill(&mut self, reaches: bool) {
        let tiered: Vec<Option<usize>> = (0..self.tiers.len()).map(Some).collect();
        let base = Level::ALL.len() * INVOLVEMENT.len() * tiered.len().max(1);
        let all = |number: usize| -> Vec<u64> { (0..1_u64 << number.min(20)).collect() };
        let few = |number: usize| -> Vec<u64> {
            let whole = if number >= 64 { u64::MAX } else { (1 << number) - 1 };
            [0, whole]
                .into_iter()
                .chain((0..number.min(64)).map(|at| 1 << at))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect()
        };
        let (areas, exempts) = (self.areas.len(), self.exempts.len());
        let shift = areas * (1 + usize::from(reaches)) + exempts;
        self.cut = shift > 20 || base << shift.min(20) > POLICY_CELLS_MAX;
        let masks = |number: usize| if self.cut { few(number) } else { all(number) };
        let reached = if reaches { masks(areas) } else { vec![0] };
        let mut cells = Vec::new();
        for risk in Level::ALL {
            for ai in INVOLVEMENT {
                for tier in &tiered {
                    for touched in masks(areas) {
                        for reached in reached.iter().filter(|reached| **reached & touched == 0) {
                            for inside in masks(exempts) {
                                cells.push(Cell { risk, ai, tier: *tier, touched, reached: *reached, inside });
                            }
                        }
                    }
                }
            }
        }
        cells.truncate(POLICY_CELLS_MAX);
        self.cells = cells;
    }

    /// What a policy asks for in a cell.
    pub(super) fn demand(&self, policy: &Policy, cell: Cell) -> Demand {
        join(policy, &self.situation(cell))
    }

    pub(super) fn situation(&self, cell: Cell) -> Situation {
        let hits = |mask: u64| {
            let named = self.areas.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0);
            // a path of its own keeps the owners of one area apart from those of another
            let hit = |name: &Arc<str>| (name.clone(), touch(name, BTreeSet::from([RepoPath::from(&**name)])));
            named.map(|(_, names)| hit(&names[0])).collect()
        };
        let inside = self.exempts.iter().enumerate().filter(|(at, _)| cell.inside & (1 << at) != 0);
        Situation {
            level: cell.risk,
            level_why: format!("level is {}", cell.risk.as_str()),
            ai: cell.ai,
            ai_why: format!("AI involvement is {}", cell.ai.as_str()),
            author_tier: cell.tier,
            author_why: cell.tier.map_or_else(String::new, |tier| format!("author is {}", self.tiers[tier])),
            touched: hits(cell.touched),
            reached: hits(cell.reached),
            paths: BTreeSet::new(),
            inside: inside.map(|(_, name)| name.clone()).collect(),
        }
    }

    /// True if a condition holds in a cell.
    pub(super) fn holds(&self, when: &When, cell: Cell) -> bool {
        super::join::matches(when, &self.situation(cell)).is_some()
    }

    /// Cells in words: those that fill a whole box of the grid in one line, others one by one up to a number of lines.
    pub(super) fn told(&self, cells: &[Cell], lines_max: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let mut left: Vec<Cell> = cells.to_vec();
        while let Some(first) = left.first().copied() {
            if lines.len() == lines_max {
                lines.push(format!("and {} more cells", left.len()));
                break;
            }
            let inside = self.largest_box(first, &left);
            left.retain(|cell| !inside.contains(cell));
            lines.push(self.box_told(&inside));
        }
        lines
    }

    /// The cells of a box around a cell that are all in a list: each dimension is widened as far as it goes.
    fn largest_box(&self, seed: Cell, cells: &[Cell]) -> BTreeSet<Cell> {
        let all: BTreeSet<Cell> = cells.iter().copied().collect();
        let whole = Spread::of(cells);
        let mut spread = Spread::of(&[seed]);
        for dimension in 0..Spread::DIMENSIONS {
            let mut wider = spread.clone();
            wider.take(dimension, &whole);
            if wider.cells().all(|cell| all.contains(&cell)) {
                spread = wider;
                continue;
            }
            for step in whole.values(dimension) {
                let mut wider = spread.clone();
                wider.add(dimension, step);
                if wider.cells().all(|cell| all.contains(&cell)) {
                    spread = wider;
                }
            }
        }
        spread.cells().collect()
    }

    fn box_told(&self, cells: &BTreeSet<Cell>) -> String {
        let list: Vec<Cell> = cells.iter().copied().collect();
        let spread = Spread::of(&list);
        let mut told = Vec::new();
        told.push(format!("risk {}", range(&spread.risk, &Level::ALL, Level::as_str)));
        told.push(format!("AI {}", range(&spread.ai, &INVOLVEMENT, Involvement::as_str)));
        if !self.tiers.is_empty() {
            let tiers: Vec<usize> = (0..self.tiers.len()).collect();
            let known: BTreeSet<usize> = spread.tier.iter().copied().flatten().collect();
            told.push(format!("author {}", range(&known, &tiers, |tier| &self.tiers[tier])));
        }
        told.extend(self.masks_told("touching", &spread.touched, self.areas.len()));
        told.extend(self.masks_told("reaching", &spread.reached, self.areas.len()));
        if !self.exempts.is_empty() && spread.inside.len() < 1 << self.exempts.len().min(20) {
            let some: Vec<&str> = self
                .exempts
                .iter()
                .enumerate()
                .filter(|(at, _)| spread.inside.iter().all(|mask| mask & (1 << at) != 0))
                .map(|(_, name)| &**name)
                .collect();
            let some =
                if some.is_empty() { "no exempted paths".to_owned() } else { format!("paths of {}", some.join(", ")) };
            told.push(some);
        }
        let number = if cells.len() == 1 { "1 cell".to_owned() } else { format!("{} cells", cells.len()) };
        format!("{} ({number})", told.join(", "))
    }

    /// None where every combination of areas is among them.
    fn masks_told(&self, verb: &str, masks: &BTreeSet<u64>, number: usize) -> Option<String> {
        if number == 0 || masks.len() >= 1 << number.min(20) || masks.iter().eq([&0]) && verb == "reaching" {
            return None;
        }
        let always: Vec<&str> = self
            .areas
            .iter()
            .enumerate()
            .filter(|(at, _)| masks.iter().all(|mask| mask & (1 << at) != 0))
            .map(|(_, names)| &*names[0])
            .collect();
        let never: Vec<&str> = self
            .areas
            .iter()
            .enumerate()
            .filter(|(at, _)| masks.iter().all(|mask| mask & (1 << at) == 0))
            .map(|(_, names)| &*names[0])
            .collect();
        Some(match (always.is_empty(), never.len() == number) {
            (true, true) => format!("{verb} no named area"),
            (false, _) => format!("{verb} {}", always.join(" and ")),
            (true, false) if !never.is_empty() => format!("not {verb} {}", never.join(", ")),
            (true, false) => format!("{verb} some areas"),
        })
    }
}

/// The values that cells take in each dimension.
#[derive(Clone, Debug, Default)]
struct Spread {
    risk: BTreeSet<Level>,
    ai: BTreeSet<Involvement>,
    tier: BTreeSet<Option<usize>>,
    touched: BTreeSet<u64>,
    reached: BTreeSet<u64>,
    inside: BTreeSet<u64>,
}

impl Spread {
    const DIMENSIONS: usize = 6;

    fn of(cells: &[Cell]) -> Self {
        let mut spread = Self::default();
        for cell in cells {
            (0..Self::DIMENSIONS).for_each(|dimension| spread.add(dimension, *cell));
        }
        spread
    }

    fn add(&mut self, dimension: usize, cell: Cell) {
        match dimension {
            0 => drop(self.touched.insert(cell.touched)),
            1 => drop(self.reached.insert(cell.reached)),
            2 => drop(self.inside.insert(cell.inside)),
            3 => drop(self.tier.insert(cell.tier)),
            4 => drop(self.ai.insert(cell.ai)),
            _ => drop(self.risk.insert(cell.risk)),
        }
    }

    fn take(&mut self, dimension: usize, from: &Self) {
        match dimension {
            0 => self.touched = from.touched.clone(),
            1 => self.reached = from.reached.clone(),
            2 => self.inside = from.inside.clone(),
            3 => self.tier = from.tier.clone(),
            4 => self.ai = from.ai.clone(),
            _ => self.risk = from.risk.clone(),
        }
    }

    /// One cell for each value of a dimension; only that dimension counts.
    fn values(&self, dimension: usize) -> Vec<Cell> {
        let Some(one) = self.cells().next() else { return Vec::new() };
        match dimension {
            0 => self.touched.iter().map(|touched| Cell { touched: *touched, ..one }).collect(),
            1 => self.reached.iter().map(|reached| Cell { reached: *reached, ..one }).collect(),
            2 => self.inside.iter().map(|inside| Cell { inside: *inside, ..one }).collect(),
            3 => self.tier.iter().map(|tier| Cell { tier: *tier, ..one }).collect(),
            4 => self.ai.iter().map(|ai| Cell { ai: *ai, ..one }).collect(),
            _ => self.risk.iter().map(|risk| Cell { risk: *risk, ..one }).collect(),
        }
    }

    /// All combinations; an area is not both touched and reached.
    fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        self.risk.iter().flat_map(move |risk| {
            self.ai.iter().flat_map(move |ai| {
                self.tier.iter().flat_map(move |tier| {
                    self.touched.iter().flat_map(move |touched| {
                        self.reached.iter().filter(move |reached| **reached & touched == 0).flat_map(move |reached| {
                            self.inside.iter().map(move |inside| Cell {
                                risk: *risk,
                                ai: *ai,
                                tier: *tier,
                                touched: *touched,
                                reached: *reached,
                                inside: *inside,
                            })
                        })
                    })
                })
            })
        })
    }
}

/// `any`, `low`, `medium or above`, `assisted to agent-authored`, `low, high`.
pub(super) fn range<'a, T: Copy + Ord>(values: &BTreeSet<T>, scale: &[T], name: impl Fn(T) -> &'a str) -> String {
    let at: Vec<usize> =
        scale.iter().enumerate().filter(|(_, value)| values.contains(value)).map(|(at, _)| at).collect();
    let (Some(first), Some(last)) = (at.first().copied(), at.last().copied()) else { return "any".to_owned() };
    let (low, high) = (name(scale[first]), name(scale[last]));
    match (first, last) {
        _ if last - first + 1 != at.len() => at.iter().map(|at| name(scale[*at])).collect::<Vec<_>>().join(", "),
        (0, last) if last + 1 == scale.len() => "any".to_owned(),
        (first, last) if first == last => low.to_owned(),
        (_, last) if last + 1 == scale.len() => format!("{low} or above"),
        (0, _) => format!("{high} or below"),
        _ => format!("{low} to {high}"),
    }
}

/// Everything in a policy that names areas.
fn conditions(policy: &Policy) -> impl Iterator<Item = &When> {
    let rules = policy.rules.iter().map(|rule| &rule.when);
    let freezes = policy.freezes.iter().map(|freeze| &freeze.when);
    rules.chain(freezes).chain(policy.invariants.iter().map(|invariant| &invariant.when))
}

/// Areas by the conditions that they stand in; `governance` is always one of its own, since it is built in.
fn classes(policies: &[&Policy]) -> Vec<Vec<Arc<str>>> {
    let mut seen: BTreeMap<Arc<str>, BTreeSet<(usize, bool)>> = BTreeMap::new();
    let all = policies.iter().flat_map(|policy| conditions(policy));
    for (at, when) in all.enumerate() {
        for (names, reached) in [(&when.area, false), (&when.reached, true)] {
            for name in names.iter().flatten() {
                seen.entry(name.clone()).or_default().insert((at, reached));
            }
        }
    }
    seen.entry(super::governance::AREA.into()).or_default().insert((usize::MAX, false));
    // a slot for an area's owners is asked where that area is in play, whatever the rule's own condition
    let rules = policies.iter().flat_map(|policy| &policy.rules);
    for (at, area) in rules.flat_map(|rule| &rule.require.slots).filter_map(|slot| slot.area.as_ref()).enumerate() {
        seen.entry(area.clone()).or_default().insert((usize::MAX - 1 - at, false));
    }
    let mut classes: BTreeMap<BTreeSet<(usize, bool)>, Vec<Arc<str>>> = BTreeMap::new();
    for (name, places) in seen {
        classes.entry(places).or_default().push(name);
    }
    let mut classes: Vec<Vec<Arc<str>>> = classes.into_values().collect();
    classes.sort();
    classes
}
