//! The smallest set of reviewers against a search of all sets, and whom it prefers.

use super::*;
use proptest::prelude::*;

fn need(count: usize, who: impl IntoIterator<Item = usize>) -> Need {
    Need { what: String::new(), count, who: who.into_iter().collect() }
}

/// Candidates in order of preference.
fn ranked(order: &[usize]) -> Vec<Candidate> {
    let cost = |rank: usize| Cost([0, 0, 0, 0, rank as u64]);
    order.iter().enumerate().map(|(rank, at)| Candidate { at: *at, cost: cost(rank) }).collect()
}

fn check(needs: &[Need], candidates: &[usize], expected: Option<&[usize]>) {
    let found = smallest(needs, &BTreeSet::new(), &ranked(candidates));
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
    let found = smallest(&[need(2, [0, 1, 2])], &BTreeSet::from([1]), &ranked(&[0, 2])).expect("possible");
    assert_eq!((found.people, found.alternatives, found.optimal), (vec![0], 1, true));
}

#[test]
fn of_equally_small_sets_the_cheapest_is_taken() {
    let candidate = |at, cost| Candidate { at, cost: Cost(cost) };
    // asked already beats being free, being here beats having time, having time beats knowing the files
    let all = [
        candidate(0, [1, 0, 0, 0, 0]),
        candidate(1, [0, 1, 0, 0, 0]),
        candidate(2, [0, 0, 5, 0, 0]),
        candidate(3, [0, 0, 1, 9, 0]),
        candidate(4, [0, 0, 1, 2, 7]),
        candidate(5, [0, 0, 1, 2, 6]),
    ];
    let first = |n: usize| smallest(&[need(1, 0..n)], &BTreeSet::new(), &all[..n]).expect("possible").people;
    assert_eq!((1..=6).map(first).collect::<Vec<_>>(), [[0], [1], [2], [3], [4], [5]]);
    let two = smallest(&[need(2, 0..6)], &BTreeSet::new(), &all).expect("possible");
    assert_eq!((two.people, two.alternatives), (vec![5, 4], 14));
}

#[test]
fn a_large_company_is_a_few_classes() {
    let all: Vec<usize> = (0..20_000).collect();
    let needs = [need(2, 0..20_000), need(1, 0..300), need(1, 250..600), need(1, 19_000..20_000)];
    let found = smallest(&needs, &BTreeSet::new(), &ranked(&all)).expect("possible");
    assert_eq!((found.people, found.optimal), (vec![250, 19_000], true));
}

#[test]
fn a_search_that_would_never_end_settles_for_a_good_answer() {
    // each need by its own few, all counts large: too many sets to try
    let needs: Vec<Need> =
        (0..40).map(|n| need(1, [2 * n, (2 * n + 7) % 80, (5 * n + 3) % 80, (11 * n + 1) % 80])).collect();
    let candidates: Vec<usize> = (0..80).collect();
    let found = smallest(&needs, &BTreeSet::new(), &ranked(&candidates)).expect("possible");
    assert!(needs.iter().all(|need| need.missing(&found.people.iter().copied().collect()) == 0));
}

/// Every set, by size and then cost: what the search must agree with.
fn exhaustive(needs: &[Need], candidates: &[Candidate]) -> Option<(usize, Cost, u64)> {
    let mut best: Option<(usize, Cost)> = None;
    let mut sets = 0;
    for mask in 0_u32..1 << candidates.len() {
        let chosen: Vec<&Candidate> =
            candidates.iter().enumerate().filter(|(at, _)| mask & (1 << at) != 0).map(|(_, one)| one).collect();
        let people: BTreeSet<usize> = chosen.iter().map(|one| one.at).collect();
        if needs.iter().any(|need| need.missing(&people) > 0) {
            continue;
        }
        let found = (people.len(), chosen.iter().fold(Cost::default(), |sum, one| sum + one.cost));
        match best.map(|(size, _)| found.0.cmp(&size)) {
            None | Some(std::cmp::Ordering::Less) => (best, sets) = (Some(found), 1),
            Some(std::cmp::Ordering::Equal) => (best, sets) = (best.min(Some(found)), sets + 1),
            Some(std::cmp::Ordering::Greater) => {}
        }
    }
    best.map(|(size, cost)| (size, cost, sets))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: crate::policy::tests::cases(10_000), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_search_agrees_with_looking_at_every_set(
        needs in proptest::collection::vec((0..3_usize, 0_u32..512), 0..6),
        costs in proptest::collection::vec((0..2_u64, 0..2_u64, 0..3_u64), 9),
    ) {
        let needs: Vec<Need> = needs
            .into_iter()
            .map(|(count, mask)| need(count, (0..9).filter(|at| mask & (1 << at) != 0)))
            .collect();
        let candidates: Vec<Candidate> = costs
            .iter()
            .enumerate()
            .map(|(at, (asked, away, load))| Candidate { at, cost: Cost([*asked, *away, *load, 0, at as u64]) })
            .collect();
        let found = smallest(&needs, &BTreeSet::new(), &candidates).map(|found| {
            assert!(found.optimal);
            let cost = found.people.iter().fold(Cost::default(), |sum, at| sum + candidates[*at].cost);
            (found.people.len(), cost, found.alternatives + 1)
        });
        prop_assert_eq!(found, exhaustive(&needs, &candidates));
    }
}
