//! `pair`: two of those who approve did not approve each other's change of the same stack. In a stack of changes two
//! people can wave each other's layers through; each layer then has its approval, and nobody looked. What the forge
//! knows of the other layers comes with the review facts.

use super::facts::Layer;
use super::people::People;
use super::reviewers::{Candidate, Found, Need, smallest};
use crate::limits::PAIRS_MAX;
use std::collections::BTreeSet;

/// Pairs of people (positions in the people file, the lower one first) who approved each other's layers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Mutual(BTreeSet<(usize, usize)>);

impl Mutual {
    pub(super) fn of(people: &People, stack: &[Layer]) -> Self {
        let known =
            |names: &[String]| -> BTreeSet<usize> { names.iter().filter_map(|name| people.who(name)).collect() };
        let mut approved: BTreeSet<(usize, usize)> = BTreeSet::new();
        for layer in stack {
            let (by, approvers) = (known(&layer.by), known(&layer.approved_by));
            approved.extend(approvers.iter().flat_map(|who| by.iter().map(move |author| (*who, *author))));
        }
        let mutual = |(a, b): &&(usize, usize)| a < b && approved.contains(&(*b, *a));
        Self(approved.iter().filter(mutual).copied().collect())
    }

    /// True if two of these people did not approve each other's layers.
    pub(super) fn apart(&self, people: &BTreeSet<usize>) -> bool {
        let mut pairs = people.iter().flat_map(|a| people.range(a + 1..).map(move |b| (*a, *b)));
        pairs.any(|pair| !self.0.contains(&pair))
    }

    /// As `smallest`, for a set with two such people in it. Somebody who waved nobody's layer through makes a pair with
    /// anybody; else it takes two of the others who did not do so for each other.
    pub(super) fn smallest(&self, needs: &[Need], have: &BTreeSet<usize>, candidates: &[Candidate]) -> Option<Found> {
        let found = smallest(needs, have, candidates)?;
        let with_have: BTreeSet<usize> = found.people.iter().chain(have).copied().collect();
        if self.apart(&with_have) {
            return Some(found);
        }
        let involved: BTreeSet<usize> = self.0.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let all: BTreeSet<usize> = candidates.iter().map(|one| one.at).chain(have.iter().copied()).collect();
        let one =
            |who: BTreeSet<usize>| Need { what: "1 who approved nobody's layer in return".to_owned(), count: 1, who };
        let mut ways = vec![vec![one(all.difference(&involved).copied().collect())]];
        let pairs = involved.iter().flat_map(|a| involved.range(a + 1..).map(move |b| (*a, *b)));
        let pairs = pairs.filter(|pair| !self.0.contains(pair)).take(PAIRS_MAX);
        ways.extend(pairs.map(|(a, b)| vec![one(BTreeSet::from([a])), one(BTreeSet::from([b]))]));
        let tried = ways.into_iter().filter_map(|way| smallest(&[needs, &way].concat(), have, candidates));
        tried.min_by_key(|found| found.people.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::reviewers::Cost;

    fn mutual(pairs: &[(usize, usize)]) -> Mutual {
        Mutual(pairs.iter().copied().collect())
    }

    #[test]
    fn two_who_waved_each_other_through_are_no_pair() {
        let all = |people: &[usize]| people.iter().copied().collect::<BTreeSet<_>>();
        assert!(!mutual(&[(0, 1)]).apart(&all(&[0, 1])));
        assert!(mutual(&[(0, 1)]).apart(&all(&[0, 1, 2])), "each of them and the third");
        assert!(!mutual(&[]).apart(&all(&[0])), "one is no pair");
    }

    #[test]
    fn the_smallest_set_has_a_pair_in_it() {
        let candidates: Vec<Candidate> =
            (0..4).map(|at| Candidate { at, cost: Cost([0, 0, 0, 0, at as u64]) }).collect();
        let two = [Need { what: String::new(), count: 2, who: (0..4).collect() }];
        let found = |pairs: &[(usize, usize)]| {
            mutual(pairs).smallest(&two, &BTreeSet::new(), &candidates).map(|found| found.people)
        };
        assert_eq!(found(&[]), Some(vec![0, 1]));
        assert_eq!(found(&[(0, 1)]), Some(vec![0, 2]));
        assert_eq!(found(&[(0, 1), (0, 2), (1, 2), (2, 3)]), Some(vec![0, 3]));
        let everybody = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];
        assert_eq!(found(&everybody), None);
    }
}
