//! From a fitted sum to the tables of `rules/model.toml`: log-odds become whole points, neighbouring
//! rows of equal points become one, and features that hardly move anything are left out. What rounding shifts is put right
//! once, in the points at which the base rate stands. Only numbers are written; the words of each feature stay as they are.

use super::boost::{Curve, Example, Sum};

/// A table whose rows never differ by more than this is left out (points).
const SPREAD_MIN: i32 = 1;

/// Tables in points, in the order of the features; an empty one earns nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scorecard {
    pub tables: Vec<Vec<(i64, i32)>>,
    /// Thousandths of the rows that were positive, and the points at which that is the probability.
    pub base_rate_milli: u32,
    pub base_points: i32,
    /// Points that double the odds.
    pub doubling: u32,
}

impl Scorecard {
    /// Rounds a sum and sets its base on the rows that it was fitted on.
    pub fn new(sum: &Sum, rows: &[Example], doubling: u32) -> Self {
        let tables: Vec<_> = (0..sum.curves.len()).map(|at| table(&sum.curves[at], rows, at, doubling)).collect();
        let (total, positive) = rows.iter().fold((0.0, 0.0), |(total, positive), row| {
            (total + row.weight, positive + if row.positive { row.weight } else { 0.0 })
        });
        let base_rate_milli = ((positive / total.max(1e-9) * 1000.0).round() as u32).clamp(1, 999);
        let mut card = Self { tables, base_rate_milli, base_points: 0, doubling };
        card.base_points = card.base(rows, positive);
        card
    }

    /// The same tables with the base set on other rows: the newest ones of a repository, whose rate is nearest to what comes.
    pub fn settled_on(self, rows: &[Example]) -> Self {
        let positive = rows.iter().filter(|row| row.positive).map(|row| row.weight).sum();
        Self { base_points: self.base(rows, positive), ..self }
    }

    /// Points of a row.
    pub fn points(&self, values: &[Option<u32>]) -> i32 {
        self.tables.iter().zip(values).map(|(table, value)| points(table, *value)).sum()
    }

    /// The probability that so many points stand for.
    pub fn probability(&self, points: i32) -> f64 {
        let base = f64::from(self.base_rate_milli) / 1000.0;
        let odds = base / (1.0 - base) * (f64::from(points - self.base_points) / f64::from(self.doubling)).exp2();
        odds / (1.0 + odds)
    }

    /// The base at which the rows' probabilities add up to the positives, by halving.
    fn base(&self, rows: &[Example], positive: f64) -> i32 {
        let all: Vec<(i32, f64)> = rows.iter().map(|row| (self.points(&row.values), row.weight)).collect();
        let expected = |base: i32| {
            let card = Self { base_points: base, tables: Vec::new(), ..*self };
            all.iter().map(|(points, weight)| weight * card.probability(*points)).sum::<f64>()
        };
        let (mut low, mut high) = (-400_i32, 400_i32);
        while low < high {
            let middle = (low + high).div_euclid(2);
            if expected(middle) > positive { low = middle + 1 } else { high = middle }
        }
        low
    }
}

fn points(table: &[(i64, i32)], value: Option<u32>) -> i32 {
    let Some(value) = value.map(i64::from) else { return 0 };
    table.iter().rev().find(|(from, _)| value >= *from).map_or(0, |(_, points)| *points)
}

/// A curve in points, set so that the median row earns nothing: reasons are then told against an ordinary change.
fn table(curve: &Curve, rows: &[Example], feature: usize, doubling: u32) -> Vec<(i64, i32)> {
    let mut values: Vec<u32> = rows.iter().filter_map(|row| row.values[feature]).collect();
    values.sort_unstable();
    let Some(ordinary) = values.get(values.len() / 2) else { return Vec::new() };
    let at = curve.iter().rev().find(|(from, _)| ordinary >= from).map_or(0.0, |(_, height)| *height);
    let scaled = |height: f64| ((height - at) * f64::from(doubling) / std::f64::consts::LN_2).round() as i32;
    let mut table: Vec<(i64, i32)> = curve.iter().map(|(from, height)| (i64::from(*from), scaled(*height))).collect();
    table.dedup_by(|next, kept| next.1 == kept.1);
    let (least, most) = table.iter().fold((0, 0), |(a, b), (_, points)| (a.min(*points), b.max(*points)));
    if most - least < SPREAD_MIN { Vec::new() } else { table }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_double_the_odds_and_the_base_fits_the_rows() {
        let row = |value, positive| Example { values: vec![Some(value)], positive, weight: 1.0 };
        let rows: Vec<Example> = (0..300).map(|at| row(at % 3, at % 3 == 2 && at % 2 == 0)).collect();
        let sum = Sum { base: 0.0, curves: vec![vec![(0, 0.0), (2, std::f64::consts::LN_2 * 3.0)]] };
        let card = Scorecard::new(&sum, &rows, 10);
        assert_eq!(card.tables, [vec![(0, 0), (2, 30)]]);
        let odds = |points| card.probability(points) / (1.0 - card.probability(points));
        assert!((odds(10) / odds(0) - 2.0).abs() < 1e-9);
        let expected: f64 = rows.iter().map(|row| card.probability(card.points(&row.values))).sum();
        let found = rows.iter().filter(|row| row.positive).count() as f64;
        assert!((expected - found).abs() < 3.0, "{expected} for {found}");
        let bad: Vec<Example> = rows.iter().map(|one| row(one.values[0].unwrap_or(0), true)).collect();
        let base = card.base_points;
        let (card, points) = (card.settled_on(&bad), 0);
        assert!(card.base_points < base && card.probability(points) > 0.9, "a worse present raises every chance");
    }
}
