//! How far a mistake would reach: dependents, zones and shared packages, each on a log scale. What cannot be undone is
//! said by rules; this file pays for position alone.

use super::model::ImpactWeights;
use super::{Contribution, Part};
use crate::blast::{BlastRadius, Tier, ZoneHit};
use crate::location::{LineRange, Location, Side};
use crate::text::Untrusted;
use crate::zones::Zones;

pub(super) fn contributions(weights: &ImpactWeights, blast: &BlastRadius, zones: &Zones) -> Vec<Contribution> {
    let mut all = Vec::new();
    all.extend(reach(weights, blast));
    all.extend(shared(weights, blast));
    all.extend(zone_points(weights, blast, zones));
    all
}

fn reach(weights: &ImpactWeights, blast: &BlastRadius) -> Option<Contribution> {
    let doublings_milli = log2_milli(1_000 + blast.reach_milli);
    let points = (doublings_milli * u64::from(weights.reach_per_doubling) / 1_000) as i32;
    let points = points.min(weights.reach_max);
    if points == 0 {
        return None;
    }
    let busiest = blast.changed.iter().max_by_key(|changed| {
        let direct = changed.direct;
        (direct.exact + direct.likely, std::cmp::Reverse((&changed.path, changed.line)))
    });
    let place = busiest.map(|changed| Location::new(changed.path.clone(), changed.side, LineRange::line(changed.line)));
    Some(impact(points, reach_words(blast), "impact/dependents", place))
}

fn reach_words(blast: &BlastRadius) -> String {
    let sure = blast.dependents.exact + blast.dependents.likely;
    let most = sure + blast.dependents.possible;
    match (sure, most) {
        (0, most) => format!("up to {} may depend on it", count(most, "definition")),
        (sure, most) if sure == most => format!("{} on it", depend(sure)),
        (sure, most) => format!("{} on it, {most} at most", depend(sure)),
    }
}

fn depend(n: u32) -> String {
    format!("{} {}", count(n, "definition"), if n == 1 { "depends" } else { "depend" })
}

fn count(n: u32, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

fn shared(weights: &ImpactWeights, blast: &BlastRadius) -> Option<Contribution> {
    let (name, users) = blast.shared_packages.iter().max_by_key(|(name, users)| (*users, std::cmp::Reverse(name)))?;
    let points = (log2_milli(u64::from(*users) * 1_000) * u64::from(weights.shared_per_doubling) / 1_000) as i32;
    let points = points.min(weights.shared_max);
    let why = format!("{name} is shared: {} of this repository use it", count(*users, "package"));
    (points > 0).then(|| impact(points, why, "impact/shared-package", None))
}

fn zone_points(weights: &ImpactWeights, blast: &BlastRadius, zones: &Zones) -> Vec<Contribution> {
    let mut hits: Vec<(i32, &ZoneHit)> = blast
        .zones
        .iter()
        .filter_map(|hit| Some((points_of(weights, hit, zones)?, hit)))
        .filter(|(points, _)| *points > 0)
        .collect();
    hits.sort_by_key(|(points, hit)| (-points, hit.distance, hit.zone));
    let ranked = hits.into_iter().enumerate().filter_map(|(rank, (points, hit))| {
        let percent = weights.zone_rank_percent[rank.min(weights.zone_rank_percent.len() - 1)];
        let points = points * percent / 100;
        (points > 0).then(|| zone_contribution(points, hit, zones))
    });
    ranked.collect()
}

/// Points of a zone alone: its weight, its distance, its share of the repository, the surety of the way there.
fn points_of(weights: &ImpactWeights, hit: &ZoneHit, zones: &Zones) -> Option<i32> {
    let zone = zones.all().get(hit.zone)?;
    let full = weights.zone_touched[usize::from(zone.weight.clamp(1, 3)) - 1];
    let near = match hit.distance {
        0 => 100,
        steps => weights.zone_reached_percent[(steps as usize - 1).min(weights.zone_reached_percent.len() - 1)],
    };
    let sure = match hit.tier {
        Tier::Exact => 100,
        Tier::Likely => 70,
        Tier::Possible => 0,
    };
    let share = if zone.configured { 1_000 } else { shrink_milli(weights, hit.share_milli) };
    Some((i64::from(full) * i64::from(near) * sure * i64::from(share) / 10_000_000) as i32)
}

/// Thousandths of its points that a zone keeps: all up to `zone_share_full_milli` of the repository, none from
/// `zone_share_none_milli`, in a straight line between.
fn shrink_milli(weights: &ImpactWeights, share: u32) -> u32 {
    let (full, none) =
        (weights.zone_share_full_milli, weights.zone_share_none_milli.max(weights.zone_share_full_milli + 1));
    if share <= full { 1_000 } else { none.saturating_sub(share) * 1_000 / (none - full) }
}

fn zone_contribution(points: i32, hit: &ZoneHit, zones: &Zones) -> Contribution {
    let id = &zones.all()[hit.zone].id;
    let why = match hit.distance {
        0 => format!("touches {id}"),
        1 => format!("reaches {id} in 1 step"),
        steps => format!("reaches {id} in {steps} steps"),
    };
    let place = hit.path.first().map(|path| Location::new(path.clone(), Side::New, LineRange::line(hit.line)));
    impact(points, why, &format!("zone/{id}"), place)
}

fn impact(points: i32, why: String, rule: &str, location: Option<Location>) -> Contribution {
    Contribution { source: Part::Impact, points, why: Untrusted::new(why), rule: Some(rule.into()), location }
}

/// Thousandths of log2(n / 1000), in integers; 0 for n <= 1000.
pub(super) fn log2_milli(n: u64) -> u64 {
    if n <= 1_000 {
        return 0;
    }
    let whole = (n / 1_000).ilog2();
    let mut mantissa = ((n << 20) / 1_000) >> whole; // in [1, 2) with 20 fractional bits
    let (mut fraction, mut bit) = (0u64, 1u64 << 19);
    while bit > 0 {
        mantissa = (mantissa * mantissa) >> 20;
        if mantissa >= 2 << 20 {
            mantissa >>= 1;
            fraction |= bit;
        }
        bit >>= 1;
    }
    u64::from(whole) * 1_000 + ((fraction * 1_000) >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::score::Model;

    #[test]
    fn logarithms_are_right_to_a_thousandth() {
        for n in [1_000u64, 1_001, 1_500, 2_000, 3_000, 10_000, 123_456, 1_000_000_000] {
            let exact = (n as f64 / 1_000.0).log2() * 1_000.0;
            assert!((log2_milli(n) as f64 - exact).abs() <= 1.5, "{n}: {} {exact}", log2_milli(n));
        }
    }

    #[test]
    fn a_zone_that_is_half_the_repository_earns_nothing() {
        let weights = &Model::get().impact;
        assert_eq!(shrink_milli(weights, weights.zone_share_full_milli), 1_000);
        assert_eq!(shrink_milli(weights, 500), 0);
        let between = (weights.zone_share_full_milli + weights.zone_share_none_milli) / 2;
        assert!((400..600).contains(&shrink_milli(weights, between)));
    }

    #[test]
    fn reach_never_saturates_before_its_cap_and_never_exceeds_it() {
        let weights = &Model::get().impact;
        let points = |reach_milli| {
            let blast = BlastRadius { reach_milli, ..BlastRadius::default() };
            reach(weights, &blast).map_or(0, |contribution| contribution.points)
        };
        assert_eq!(points(0), 0);
        assert!(points(3_000) < points(30_000));
        assert_eq!(points(u64::MAX >> 21), weights.reach_max);
    }
}
