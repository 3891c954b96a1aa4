//! The smallest set of people that meets a requirement. Each part of the requirement is a need: so many of these
//! people. The search goes by size, and at each step tries only people who help the unmet need that fewest can meet,
//! best candidates first, so the first set found is a smallest one. It is exact up to a named number of sets; beyond
//! it, a greedy answer is given and said to be one.

use super::Policy;
use super::join::Demand;
use super::owner_groups::Group;
use super::people::People;
use crate::limits::REVIEWER_SETS_MAX;
use std::collections::BTreeSet;

/// So many of these people (positions in the people file).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Need {
    pub count: usize,
    pub who: BTreeSet<usize>,
}

/// A set of people that meets all needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub people: Vec<usize>,
    /// True if no smaller set would do.
    pub optimal: bool,
}

impl Need {
    fn missing(&self, chosen: &BTreeSet<usize>) -> usize {
        self.count.saturating_sub(self.who.intersection(chosen).count())
    }
}

/// The needs behind a demand. Only people count, whoever else approves.
pub(super) fn needs(policy: &Policy, people: &People, demand: &Demand, groups: &[Group]) -> Vec<Need> {
    let of_tier = |tier: usize| -> BTreeSet<usize> {
        let fits = |at: &usize| people.is_person(*at) && people.tier(*at, &policy.tiers) >= tier;
        (0..people.len()).filter(fits).collect()
    };
    let count = demand.approvals.value as usize;
    let mut needs = vec![Need { count, who: of_tier(demand.min_tier.value) }];
    for slot in demand.slots.keys() {
        let mut who = of_tier(slot.min_tier);
        if let Some(team) = &slot.team {
            let members = people.members(team);
            who.retain(|at| members.contains(at));
        }
        needs.push(Need { count: slot.count as usize, who });
    }
    needs.extend(groups.iter().map(|group| Need { count: 1, who: group.people.clone().unwrap_or_default() }));
    needs
}

/// The fewest of the candidates (best first) that meet all needs together with those who already count; none if
/// nobody can.
pub(super) fn smallest(needs: &[Need], have: &BTreeSet<usize>, candidates: &[usize]) -> Option<Found> {
    let everyone: BTreeSet<usize> = have.iter().chain(candidates).copied().collect();
    if needs.iter().any(|need| need.missing(&everyone) > 0) {
        return None;
    }
    let search = Search { needs, have, candidates };
    let most = |needs: &[Need]| needs.iter().map(|need| need.missing(have)).max().unwrap_or(0);
    let mut looked = 0;
    for size in most(needs)..=candidates.len() {
        match search.of_size(size, &mut looked) {
            Some(people) => return Some(Found { people, optimal: true }),
            None if looked >= REVIEWER_SETS_MAX => break,
            None => {}
        }
    }
    Some(Found { people: search.greedy(), optimal: false })
}

struct Search<'a> {
    needs: &'a [Need],
    have: &'a BTreeSet<usize>,
    candidates: &'a [usize],
}

impl Search<'_> {
    /// A set of exactly this many candidates, sorted by preference; none if there is none or the search is used up.
    fn of_size(&self, size: usize, looked: &mut usize) -> Option<Vec<usize>> {
        let mut open: Vec<Vec<usize>> = vec![Vec::new()];
        let mut seen: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
        while let Some(chosen) = open.pop() {
            *looked += 1;
            if *looked >= REVIEWER_SETS_MAX {
                return None;
            }
            let with: BTreeSet<usize> = self.have.iter().chain(&chosen).copied().collect();
            let Some(need) = self.tightest(&with) else { return Some(self.sorted(chosen)) };
            let left = size - chosen.len();
            if self.needs.iter().any(|need| need.missing(&with) > left) {
                continue;
            }
            for next in self.helpers(need, &with).into_iter().rev() {
                let mut longer = chosen.clone();
                longer.push(next);
                if seen.insert(longer.iter().copied().collect()) {
                    open.push(longer);
                }
            }
        }
        None
    }

    /// The unmet need that the fewest candidates help.
    fn tightest(&self, with: &BTreeSet<usize>) -> Option<&Need> {
        let unmet = self.needs.iter().filter(|need| need.missing(with) > 0);
        unmet.min_by_key(|need| self.helpers(need, with).len())
    }

    fn helpers(&self, need: &Need, with: &BTreeSet<usize>) -> Vec<usize> {
        self.candidates.iter().copied().filter(|at| need.who.contains(at) && !with.contains(at)).collect()
    }

    fn greedy(&self) -> Vec<usize> {
        let mut chosen = Vec::new();
        let mut with = self.have.clone();
        while self.tightest(&with).is_some() {
            let helps = |at: &usize| self.needs.iter().filter(|n| n.missing(&with) > 0 && n.who.contains(at)).count();
            let free = self.candidates.iter().copied().filter(|at| !with.contains(at));
            // the first of the best: `max_by_key` would take the last
            let Some(best) = free.rev().max_by_key(helps) else { break };
            with.insert(best);
            chosen.push(best);
        }
        self.sorted(chosen)
    }

    fn sorted(&self, mut chosen: Vec<usize>) -> Vec<usize> {
        chosen.sort_by_key(|at| self.candidates.iter().position(|candidate| candidate == at));
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn need(count: usize, who: impl IntoIterator<Item = usize>) -> Need {
        Need { count, who: who.into_iter().collect() }
    }

    fn check(needs: &[Need], candidates: &[usize], expected: Option<&[usize]>) {
        let found = smallest(needs, &BTreeSet::new(), candidates);
        assert_eq!(found.map(|found| found.people).as_deref(), expected, "{needs:?}");
    }

    #[test]
    fn one_person_who_meets_all_beats_two_who_share() {
        check(&[need(1, [0, 2]), need(1, [1, 2])], &[0, 1, 2], Some(&[2]));
        // greedy takes 0 here, which covers the most, and then needs two more
        check(
            &[need(1, [0, 1]), need(1, [0, 2]), need(1, [0, 1, 2]), need(1, [1]), need(1, [2])],
            &[0, 1, 2],
            Some(&[1, 2]),
        );
        check(&[need(2, [0, 1, 2]), need(1, [2])], &[0, 1, 2], Some(&[0, 2]));
        check(&[need(0, [])], &[0], Some(&[]));
        check(&[need(2, [0])], &[0, 1], None);
    }

    #[test]
    fn those_who_count_already_are_not_asked_again() {
        let found = smallest(&[need(2, [0, 1, 2])], &BTreeSet::from([1]), &[0, 2]).expect("possible");
        assert_eq!(found.people, [0]);
    }

    #[test]
    fn a_search_that_would_never_end_settles_for_a_good_answer() {
        // each need by its own pair, all counts large: too many sets to try
        let needs: Vec<Need> = (0..24).map(|n| need(1, [2 * n, 2 * n + 1, (2 * n + 7) % 48])).collect();
        let candidates: Vec<usize> = (0..48).collect();
        let found = smallest(&needs, &BTreeSet::new(), &candidates).expect("possible");
        assert!(needs.iter().all(|need| need.missing(&found.people.iter().copied().collect()) == 0));
    }
}
