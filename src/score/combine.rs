//! How points of different kinds come together, so that they still add up. Likelihood is additive as it was fitted. Each
//! signal is one more way to break things: ways are alternatives, so their risks add before the logarithm is taken, and
//! a second danger as large as the first adds ten points, not as many as it has alone. Dependents and zones are
//! alternatives in the same sense (a zone is reached through dependents). What a change may break and how far that
//! carries multiply, so these two sums add up as points. What each contribution is worth is the difference it makes in
//! a fixed order, largest first: whole points, whose sum is the score.

use super::Contribution;
use std::cmp::Reverse;

/// Contributions with the points that each has alone.
#[derive(Clone, Debug, Default)]
pub(super) struct Alone {
    /// The fitted model and what an ordinary change starts with.
    pub(super) ordinary: Vec<Contribution>,
    /// Signals.
    pub(super) ways: Vec<Contribution>,
    /// Dependents, zones, shared packages.
    pub(super) place: Vec<Contribution>,
    /// Observed evidence of an agent.
    pub(super) observed: Option<Contribution>,
}

impl Alone {
    /// Points together, largest first; what adds less than half a point is left out.
    pub(super) fn together(&self) -> Vec<Contribution> {
        let ordinary: i32 = self.ordinary.iter().map(|contribution| contribution.points).sum();
        let mut all = self.ordinary.clone();
        all.extend(increments(power(ordinary), &self.ways));
        all.extend(increments(ONE, &self.place));
        all.extend(self.observed.clone());
        all.sort_by(|a, b| order(a).cmp(&order(b)));
        all
    }

    /// The same without every contribution of this rule.
    pub(super) fn without(&self, rule: &str) -> Self {
        let keep = |contribution: &&Contribution| contribution.rule.as_deref() != Some(rule);
        let kept = |all: &[Contribution]| all.iter().filter(keep).cloned().collect();
        Self {
            ordinary: kept(&self.ordinary),
            ways: kept(&self.ways),
            place: kept(&self.place),
            observed: self.observed.iter().find(keep).cloned(),
        }
    }
}

/// Sum of all points, in 0..=100.
pub(super) fn score(contributions: &[Contribution]) -> u8 {
    contributions.iter().map(|contribution| contribution.points).sum::<i32>().clamp(0, 100) as u8
}

/// Each of `alone` with what it adds to a risk of `base` millionths.
fn increments(base: u64, alone: &[Contribution]) -> Vec<Contribution> {
    let mut ordered = alone.to_vec();
    ordered.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut risk = base;
    for contribution in &mut ordered {
        let grown = (risk + power(contribution.points)).saturating_sub(ONE);
        contribution.points = points(grown) - points(risk);
        risk = grown;
    }
    ordered.retain(|contribution| contribution.points != 0);
    ordered
}

/// Largest first; ties by part, rule, place and words, so that the order is always the same.
fn order(contribution: &Contribution) -> impl Ord + '_ {
    let Contribution { source, points, why, rule, location } = contribution;
    (Reverse(*points), *source, rule.clone(), location.clone(), why)
}

/// Risk of no points, in millionths.
const ONE: u64 = 1_000_000;
/// Millionths of 2^(k/10).
const TENTHS: [u64; 10] =
    [ONE, 1_071_773, 1_148_698, 1_231_144, 1_319_508, 1_414_214, 1_515_717, 1_624_505, 1_741_101, 1_866_066];
/// Points beyond which nothing changes: both ends lie far outside a score.
const POINTS: std::ops::RangeInclusive<i32> = -60..=150;

/// Millionths of risk for so many points: ten double it.
fn power(points: i32) -> u64 {
    let points = points.clamp(*POINTS.start(), *POINTS.end());
    let (whole, tenth) = (points.div_euclid(10), TENTHS[points.rem_euclid(10) as usize]);
    if whole >= 0 { tenth << whole } else { tenth >> -whole }
}

/// Points of so many millionths of risk, rounded to the nearest.
fn points(risk: u64) -> i32 {
    // raised by 2^10 so that risks below one have a logarithm in integers
    let milli = super::impact::log2_milli((risk << 10) / 1_000) as i32 - 10_000;
    (milli + 50).div_euclid(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Part;
    use crate::text::Untrusted;

    fn contribution(points: i32, rule: &str) -> Contribution {
        let why = Untrusted::new("because");
        Contribution { source: Part::Impact, points, why, rule: Some(rule.into()), location: None }
    }

    fn sum(ordinary: i32, ways: &[i32], place: &[i32]) -> i32 {
        let named = |all: &[i32]| -> Vec<Contribution> {
            all.iter().enumerate().map(|(at, points)| contribution(*points, &format!("rule/{at}"))).collect()
        };
        let alone = Alone { ordinary: named(&[ordinary]), ways: named(ways), place: named(place), ..Alone::default() };
        alone.together().iter().map(|contribution| contribution.points).sum()
    }

    #[test]
    fn points_and_risk_are_inverse() {
        for n in *POINTS.start() + 10..=*POINTS.end() {
            assert_eq!(points(power(n)), n);
        }
    }

    #[test]
    fn what_stands_alone_keeps_its_points() {
        assert_eq!(sum(0, &[39], &[]), 39);
        assert_eq!(sum(0, &[], &[14]), 14);
        assert_eq!(sum(17, &[], &[]), 17);
    }

    #[test]
    fn two_equal_dangers_are_twice_the_risk_and_place_multiplies() {
        assert!((48..=49).contains(&sum(0, &[39, 39], &[])));
        assert_eq!(sum(0, &[39], &[14]), 39 + 14);
    }

    #[test]
    fn a_large_change_does_not_drown_a_danger_and_a_danger_in_it_still_shows() {
        let (small, large) = (sum(3, &[39], &[]) - 3, sum(40, &[39], &[]) - 40);
        assert!(small > 30 && (6..15).contains(&large), "{small} {large}");
    }

    #[test]
    fn more_never_lowers_the_sum() {
        for ordinary in [-9, 0, 20, 55] {
            for first in [0, 1, 6, 39] {
                for second in 0..60 {
                    let now = sum(ordinary, &[first, second], &[second]);
                    assert!(now <= sum(ordinary, &[first, second + 1], &[second]));
                    assert!(now <= sum(ordinary, &[first, second], &[second + 1]));
                    assert!(now <= sum(ordinary + 1, &[first, second], &[second]));
                }
            }
        }
    }
}
