//! The smallest set of people that meets a requirement, and of several such sets the one that asks the least of people.
//! Each part of the requirement is a need: so many of these people. People who help with exactly the same needs are
//! interchangeable, so they form a class, and only how many of each class are taken is searched: a company of thousands
//! comes down to a few classes. Within a class the cheapest are taken first, and since costs add up, the cheapest set of
//! the smallest size is found exactly. Up to a named number of steps; beyond it, the best set so far is given and said to
//! be that.

use super::Policy;
use super::join::Demand;
use super::owner_groups::{AreaOwners, Group, Grouped};
use super::people::People;
use super::rule::Slot;
use super::unmet::told;
use crate::limits::REVIEWER_SETS_MAX;
use crate::location::RepoPath;
use crate::text::Untrusted;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Add;

/// So many of these people (positions in the people file).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Need {
    /// In words, for people who are told that nobody can meet it.
    pub what: String,
    pub count: usize,
    pub who: BTreeSet<usize>,
}

/// Somebody who could be asked, and what that costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub at: usize,
    pub cost: Cost,
}

/// What asking somebody costs, the first difference decides: not asked yet, away, open reviews, how little they know the
/// files, and a number that is drawn for each change, so that it is not always the same person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost(pub [u64; 5]);

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let mut sum = self.0;
        sum.iter_mut().zip(other.0).for_each(|(sum, more)| *sum = sum.saturating_add(more));
        Self(sum)
    }
}

/// A set of people that meets all needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Cheapest first.
    pub people: Vec<usize>,
    /// Other sets of this size that would do.
    pub alternatives: u64,
    /// True if no smaller set would do and no set of this size costs less; false if the search was cut.
    pub optimal: bool,
}

impl Need {
    pub(super) fn missing(&self, chosen: &BTreeSet<usize>) -> usize {
        self.count.saturating_sub(self.who.intersection(chosen).count())
    }
}

/// The needs behind a demand. Only people count, whoever else approves.
pub(super) fn needs(policy: &Policy, people: &People, demand: &Demand, grouped: &Grouped) -> Vec<Need> {
    let count = demand.approvals.value as usize;
    let what = match demand.min_tier.value {
        0 => format!("{count} who did not write it"),
        tier => format!("{count} of {} or above who did not write it", policy.tiers[tier]),
    };
    let mut needs = vec![Need { what, count, who: of_tier(policy, people, demand.min_tier.value) }];
    let areas = &grouped.areas;
    needs.extend(demand.slots.keys().map(|slot| slot_need(policy, people, areas, slot)));
    needs.extend(distinct_needs(policy, people, areas, demand).into_iter().map(|(_, need)| need));
    needs.extend(grouped.groups.iter().map(|group| Need {
        what: owners_told(group),
        count: group.needed as usize,
        who: group.people.clone().unwrap_or_default(),
    }));
    needs
}

fn owners_told(group: &Group) -> String {
    let names: Vec<&str> = group.owners.iter().map(Untrusted::raw).collect();
    let path = group.paths.first().map(RepoPath::to_text).unwrap_or_default();
    format!("{} of {} who own {path}", group.needed, names.join(", "))
}

fn of_tier(policy: &Policy, people: &People, tier: usize) -> BTreeSet<usize> {
    let fits = |at: &usize| people.is_person(*at) && people.tier(*at, &policy.tiers) >= tier;
    (0..people.len()).filter(fits).collect()
}

pub(super) fn slot_need(policy: &Policy, people: &People, areas: &AreaOwners, slot: &Slot) -> Need {
    let mut who = of_tier(policy, people, slot.min_tier);
    if let Some(team) = &slot.team {
        let members = people.members(team);
        who.retain(|at| members.contains(at));
    }
    // where nobody looked for owners (the examination of a policy alone), anybody may be one
    if let Some(owners) = slot.area.as_ref().and_then(|area| areas.get(area)) {
        who.retain(|at| owners.contains(at));
    }
    Need { what: format!("{}{}", slot.count, told(slot, &policy.tiers)), count: slot.count as usize, who }
}

/// Slots that nobody may fill twice. By Hall's theorem different people can fill them all exactly when every group of
/// these slots has, taken together, as many people as it asks for; so each group of two or more is a need of its own.
pub(super) fn distinct_needs<'a>(
    policy: &Policy,
    people: &People,
    areas: &AreaOwners,
    demand: &'a Demand,
) -> Vec<(Vec<&'a Slot>, Need)> {
    let slots = demand.slots.keys().filter(|slot| slot.distinct);
    let slots: Vec<(&Slot, Need)> = slots.map(|slot| (slot, slot_need(policy, people, areas, slot))).collect();
    let mut needs = Vec::new();
    // loading a policy bounds the number of such slots
    for subset in 1_u64..1 << slots.len() {
        if subset.count_ones() < 2 {
            continue;
        }
        let chosen: Vec<&(&Slot, Need)> =
            slots.iter().enumerate().filter(|(at, _)| subset & (1 << at) != 0).map(|(_, slot)| slot).collect();
        let count = chosen.iter().map(|(_, need)| need.count).sum();
        let who = chosen.iter().flat_map(|(_, need)| need.who.iter().copied()).collect();
        let what: Vec<&str> = chosen.iter().map(|(_, need)| need.what.as_str()).collect();
        let what = format!("{} by different people", what.join(" and "));
        needs.push((chosen.iter().map(|(slot, _)| *slot).collect(), Need { what, count, who }));
    }
    needs
}

/// The fewest of the candidates that meet all needs together with those who already count; of several such sets the
/// cheapest. None if nobody can.
pub(super) fn smallest(needs: &[Need], have: &BTreeSet<usize>, candidates: &[Candidate]) -> Option<Found> {
    let open = open_needs(needs, have, candidates);
    let classes = classes(&open, candidates);
    let able =
        |at: usize| classes.iter().filter(|class| class.helps[at]).map(|class| class.members.len()).sum::<usize>();
    if (0..open.len()).any(|at| able(at) < open[at].count) {
        return None;
    }
    let mut search = Search { needs: &open, classes: &classes, steps: 0, best: None, sets: 0 };
    let greedy = search.greedy();
    let most: usize = greedy.iter().sum();
    for size in search.least(&open.iter().map(|need| need.count).collect::<Vec<_>>())..=most {
        search.of_size(size);
        if search.best.is_some() || search.is_cut() {
            break;
        }
    }
    let cut = search.is_cut();
    let sets = search.sets;
    let taken = search.best.map_or(greedy, |(_, taken)| taken);
    let mut people: Vec<Candidate> =
        classes.iter().zip(taken).flat_map(|(class, n)| class.members[..n].to_vec()).collect();
    people.sort_by_key(|one| (one.cost, one.at));
    Some(Found {
        people: people.iter().map(|one| one.at).collect(),
        alternatives: sets.saturating_sub(1),
        optimal: !cut,
    })
}

/// What is still missing, as needs over the candidates alone. A need that another one implies is left out.
fn open_needs(needs: &[Need], have: &BTreeSet<usize>, candidates: &[Candidate]) -> Vec<Need> {
    let free: BTreeSet<usize> = candidates.iter().map(|one| one.at).collect();
    let mut open: Vec<Need> = Vec::new();
    for need in needs {
        let count = need.missing(have);
        let who: BTreeSet<usize> = need.who.intersection(&free).copied().filter(|at| !have.contains(at)).collect();
        let implied = |other: &Need| other.count >= count && other.who.is_subset(&who);
        if count == 0 || open.iter().any(implied) {
            continue;
        }
        open.retain(|other| !(count >= other.count && who.is_subset(&other.who)));
        open.push(Need { what: need.what.clone(), count, who });
    }
    open
}

/// People who help with exactly these needs, cheapest first.
struct Class {
    /// For each need, whether they help.
    helps: Vec<bool>,
    members: Vec<Candidate>,
    /// Cost of the first n members.
    costs: Vec<Cost>,
}

fn classes(needs: &[Need], candidates: &[Candidate]) -> Vec<Class> {
    let mut by_help: BTreeMap<Vec<bool>, Vec<Candidate>> = BTreeMap::new();
    for one in candidates {
        let helps: Vec<bool> = needs.iter().map(|need| need.who.contains(&one.at)).collect();
        if helps.contains(&true) {
            by_help.entry(helps).or_default().push(*one);
        }
    }
    let class = |(helps, mut members): (Vec<bool>, Vec<Candidate>)| {
        members.sort_by_key(|one| (one.cost, one.at));
        let sum = |total: &mut Cost, one: &Candidate| {
            *total = *total + one.cost;
            Some(*total)
        };
        let costs = std::iter::once(Cost::default()).chain(members.iter().scan(Cost::default(), sum)).collect();
        Class { helps, members, costs }
    };
    by_help.into_iter().map(class).collect()
}

struct Search<'a> {
    needs: &'a [Need],
    classes: &'a [Class],
    /// Sets looked at.
    steps: usize,
    /// The cheapest set of the size at hand: how many of each class.
    best: Option<(Cost, Vec<usize>)>,
    /// Sets of the size at hand that meet all needs.
    sets: u64,
}

/// One set in the making.
#[derive(Clone)]
struct Partial {
    taken: Vec<usize>,
    /// Classes of which no more may be taken: sets with more of them are looked at elsewhere.
    closed: Vec<bool>,
    missing: Vec<usize>,
    left: usize,
}

impl Search<'_> {
    fn is_cut(&self) -> bool {
        self.steps >= REVIEWER_SETS_MAX
    }

    /// No fewer people can do: the largest need, and needs that share nobody add up.
    fn least(&self, missing: &[usize]) -> usize {
        let mut by_size: Vec<usize> = (0..missing.len()).filter(|at| missing[*at] > 0).collect();
        by_size.sort_by_key(|at| std::cmp::Reverse(missing[*at]));
        let mut apart: Vec<usize> = Vec::new();
        for at in by_size.iter().copied() {
            if apart.iter().all(|other| self.needs[*other].who.is_disjoint(&self.needs[at].who)) {
                apart.push(at);
            }
        }
        apart.iter().map(|at| missing[*at]).sum()
    }

    /// Looks at all sets of exactly this many people that waste nobody at the last step.
    fn of_size(&mut self, size: usize) {
        let missing: Vec<usize> = self.needs.iter().map(|need| need.count).collect();
        let none = Partial {
            taken: vec![0; self.classes.len()],
            closed: vec![false; self.classes.len()],
            missing,
            left: size,
        };
        let mut open = vec![none];
        while let Some(partial) = open.pop() {
            self.steps += 1;
            if self.is_cut() {
                return;
            }
            match self.tightest(&partial) {
                None if partial.left == 0 => self.take(&partial.taken),
                // a smaller set would have been found before
                None => {}
                Some(_) if self.least(&partial.missing) > partial.left => {}
                Some(need) => self.branch(&partial, need, &mut open),
            }
        }
    }

    /// Every set that meets the need takes one of the classes that help it; sets are told apart by the first such class
    /// that they take more of, so none is looked at twice.
    fn branch(&self, partial: &Partial, need: usize, open: &mut Vec<Partial>) {
        let mut closed = partial.closed.clone();
        let mut next = Vec::new();
        for (at, class) in self.classes.iter().enumerate() {
            if !class.helps[need] || closed[at] || partial.taken[at] == class.members.len() {
                continue;
            }
            let mut longer = partial.clone();
            longer.closed = closed.clone();
            longer.taken[at] += 1;
            longer.left -= 1;
            for (missing, helps) in longer.missing.iter_mut().zip(&class.helps) {
                *missing = missing.saturating_sub(usize::from(*helps));
            }
            next.push(longer);
            closed[at] = true;
        }
        // classes that help with most come first, so that a cut search has seen good sets
        next.sort_by_key(|one| std::cmp::Reverse(one.missing.iter().sum::<usize>()));
        open.extend(next);
    }

    /// The unmet need that the fewest people can still help.
    fn tightest(&self, partial: &Partial) -> Option<usize> {
        let able = |need: &usize| -> usize {
            let free = |at: usize, class: &Class| class.members.len() - partial.taken[at];
            let classes = self.classes.iter().enumerate();
            classes
                .filter(|(at, class)| class.helps[*need] && !partial.closed[*at])
                .map(|(at, class)| free(at, class))
                .sum()
        };
        (0..self.needs.len()).filter(|at| partial.missing[*at] > 0).min_by_key(able)
    }

    fn take(&mut self, taken: &[usize]) {
        let cost = self.classes.iter().zip(taken).fold(Cost::default(), |sum, (class, n)| sum + class.costs[*n]);
        if self.best.as_ref().is_none_or(|(least, known)| (cost, taken) < (*least, known.as_slice())) {
            self.best = Some((cost, taken.to_vec()));
        }
        let ways = self
            .classes
            .iter()
            .zip(taken)
            .fold(1_u64, |ways, (class, n)| ways.saturating_mul(choose(class.members.len() as u64, *n as u64)));
        self.sets = self.sets.saturating_add(ways);
    }

    /// A good set, not always a smallest one: each time somebody of the class that helps with most, the cheapest class
    /// of those. The needs can be met, or nobody would ask.
    fn greedy(&self) -> Vec<usize> {
        let mut taken = vec![0; self.classes.len()];
        let mut missing: Vec<usize> = self.needs.iter().map(|need| need.count).collect();
        loop {
            let helped =
                |class: &Class| missing.iter().zip(&class.helps).filter(|(n, helps)| **n > 0 && **helps).count();
            let free = self.classes.iter().enumerate().filter(|(at, class)| taken[*at] < class.members.len());
            let rank =
                |(at, class): &(usize, &Class)| (std::cmp::Reverse(helped(class)), class.members[taken[*at]].cost, *at);
            let Some((at, class)) = free.min_by_key(rank).filter(|(_, class)| helped(class) > 0) else { return taken };
            taken[at] += 1;
            for (missing, helps) in missing.iter_mut().zip(&class.helps) {
                *missing = missing.saturating_sub(usize::from(*helps));
            }
        }
    }
}

/// Ways to choose k of n, at most `u64::MAX`.
fn choose(n: u64, k: u64) -> u64 {
    let mut ways: u128 = 1;
    for at in 0..k.min(n - k) {
        ways = ways * u128::from(n - at) / u128::from(at + 1);
        if ways > u128::from(u64::MAX) {
            return u64::MAX;
        }
    }
    ways as u64
}

#[cfg(test)]
mod tests;
