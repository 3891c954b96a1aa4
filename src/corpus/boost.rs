//! Fits an additive scorecard: small steps of gradient boosting over single features (one threshold each), so that the sum
//! of all steps is one table a feature. Directions that the field agrees on are kept by refusing steps against them. Rows
//! are summed in their order and ties go to the first feature, so that the same rows give the same tables.

/// What is fitted on: values by row, the label, and how much a row counts.
#[derive(Clone, Debug)]
pub struct Example {
    /// None where a value is not known: such a row earns nothing from that feature.
    pub values: Vec<Option<u32>>,
    pub positive: bool,
    pub weight: f64,
}

pub use crate::score::Direction;

/// How long and how carefully to fit.
#[derive(Clone, Copy, Debug)]
pub struct Boosting {
    pub rounds: usize,
    /// Share of each step that is taken.
    pub rate: f64,
    /// Pull of each step towards zero, in weighted rows.
    pub ridge: f64,
    /// Weighted rows that must stand on both sides of a threshold.
    pub rows_min: f64,
}

impl Default for Boosting {
    fn default() -> Self {
        Self { rounds: 500, rate: 0.1, ridge: 20.0, rows_min: 40.0 }
    }
}

/// Steps of one feature: the value from which each holds, and the log-odds there.
pub type Curve = Vec<(u32, f64)>;

/// A fitted sum.
#[derive(Clone, Debug)]
pub struct Sum {
    /// Log-odds of a row that earns nothing.
    pub base: f64,
    pub curves: Vec<Curve>,
}

impl Sum {
    pub fn log_odds(&self, values: &[Option<u32>]) -> f64 {
        self.base + self.curves.iter().zip(values).map(|(curve, value)| at(curve, *value)).sum::<f64>()
    }
}

fn at(curve: &Curve, value: Option<u32>) -> f64 {
    let Some(value) = value else { return 0.0 };
    curve.iter().rev().find(|(from, _)| value >= *from).map_or(0.0, |(_, points)| *points)
}

/// Cuts of one feature: at most so many, spread over the rows.
const CUTS_MAX: usize = 20;

/// Fits on rows that all have as many values as there are directions; features that are not `used` get no steps. It
/// begins with the curves of `from`, one a feature (empty ones to begin with nothing): few rows then bend what many
/// other rows said, instead of having to say it all again.
pub fn fit(rows: &[Example], directions: &[Direction], used: &[bool], from: &[Curve], how: Boosting) -> Sum {
    let columns: Vec<Column> =
        (0..directions.len()).map(|feature| Column::new(rows, feature, from.get(feature))).collect();
    let mut heights: Vec<Vec<f64>> = columns.iter().map(|column| column.heights.clone()).collect();
    let mut scores: Vec<f64> =
        (0..rows.len()).map(|row| columns.iter().map(|column| column.height(row)).sum()).collect();
    let base = base(rows, &scores);
    scores.iter_mut().for_each(|score| *score += base);
    for _ in 0..how.rounds {
        let slopes = slopes(rows, &scores);
        let best = columns
            .iter()
            .zip(directions)
            .enumerate()
            .filter(|(feature, _)| used[*feature])
            .filter_map(|(feature, (column, direction))| Some((feature, column.step(&slopes, *direction, how)?)))
            .fold(None, |best: Option<(usize, Step)>, next| match best {
                Some(best) if best.1.gain >= next.1.gain => Some(best),
                _ => Some(next),
            });
        let Some((feature, step)) = best else { break };
        for (bin, height) in heights[feature].iter_mut().enumerate() {
            *height += how.rate * if bin > step.cut { step.right } else { step.left };
        }
        for (score, bin) in scores.iter_mut().zip(&columns[feature].bins) {
            if let Some(bin) = bin {
                *score += how.rate * if usize::from(*bin) > step.cut { step.right } else { step.left };
            }
        }
    }
    let curves = columns.iter().zip(heights).map(|(column, heights)| column.curve(heights)).collect();
    Sum { base, curves }
}

/// The log-odds that, added to all scores, make the rows' probabilities add up to the positives. Newton's steps, none where
/// the scores are all the same.
fn base(rows: &[Example], scores: &[f64]) -> f64 {
    let (total, positive) = rows.iter().fold((0.0, 0.0), |(total, positive), row| {
        (total + row.weight, positive + if row.positive { row.weight } else { 0.0 })
    });
    let mut base = ((positive + 0.5) / (total - positive + 0.5)).ln();
    for _ in 0..BASE_STEPS {
        let (slope, bend) = rows.iter().zip(scores).fold((0.0, 1e-9), |(slope, bend), (row, score)| {
            let p = 1.0 / (1.0 + (-score - base).exp());
            (slope - row.weight * p, bend + row.weight * p * (1.0 - p))
        });
        // half a row of either kind keeps the base finite where all rows are of one
        let step = (positive + 0.5 + slope * (total + 1.0) / total.max(1e-9)) / bend;
        if step.abs() < 1e-9 {
            break;
        }
        base += step.clamp(-1.0, 1.0);
    }
    base
}

/// Steps towards the base (count).
const BASE_STEPS: usize = 20;

/// One feature of all rows, by bin: bin `k` holds values from `cuts[k - 1]` on.
struct Column {
    cuts: Vec<u32>,
    bins: Vec<Option<u16>>,
    /// What the curve that the fit begins with has in each bin.
    heights: Vec<f64>,
}

struct Step {
    /// Bins above this one are on the right.
    cut: usize,
    left: f64,
    right: f64,
    gain: f64,
}

impl Column {
    fn new(rows: &[Example], feature: usize, from: Option<&Curve>) -> Self {
        let mut values: Vec<u32> = rows.iter().filter_map(|row| row.values[feature]).collect();
        values.sort_unstable();
        let mut cuts: Vec<u32> =
            (1..=CUTS_MAX).filter_map(|k| values.get(k * values.len() / (CUTS_MAX + 1))).copied().collect();
        // the ends of a skewed feature tell most: its largest twentieth is cut finer
        cuts.extend([1, 2].iter().filter(|v| values.binary_search(v).is_ok()));
        cuts.extend([970, 990].iter().filter_map(|share| values.get(share * values.len() / 1000)).copied());
        cuts.retain(|cut| values.first().is_some_and(|least| cut > least));
        cuts.extend(from.into_iter().flatten().map(|(from, _)| *from).filter(|from| *from > 0));
        cuts.sort_unstable();
        cuts.dedup();
        let bin = |value: u32| cuts.partition_point(|cut| *cut <= value) as u16;
        let bins = rows.iter().map(|row| row.values[feature].map(bin)).collect();
        let height = |start: u32| from.map_or(0.0, |from| at(from, Some(start)));
        let heights = std::iter::once(0).chain(cuts.iter().copied()).map(height).collect();
        Self { cuts, bins, heights }
    }

    /// What a row earns before the fit.
    fn height(&self, row: usize) -> f64 {
        self.bins[row].map_or(0.0, |bin| self.heights[usize::from(bin)])
    }

    /// The best single threshold for the slopes, if any improves the fit.
    fn step(&self, slopes: &[(f64, f64, f64)], direction: Direction, how: Boosting) -> Option<Step> {
        let mut sums = vec![(0.0, 0.0, 0.0); self.cuts.len() + 1];
        for (bin, slope) in self.bins.iter().zip(slopes) {
            if let Some(bin) = bin {
                let sum: &mut (f64, f64, f64) = &mut sums[usize::from(*bin)];
                *sum = (sum.0 + slope.0, sum.1 + slope.1, sum.2 + slope.2);
            }
        }
        let all = sums.iter().fold((0.0, 0.0, 0.0), |a, s| (a.0 + s.0, a.1 + s.1, a.2 + s.2));
        let mut left = (0.0, 0.0, 0.0);
        let mut best: Option<Step> = None;
        for (cut, sum) in sums.iter().enumerate().take(self.cuts.len()) {
            left = (left.0 + sum.0, left.1 + sum.1, left.2 + sum.2);
            let right = (all.0 - left.0, all.1 - left.1, all.2 - left.2);
            if left.2 < how.rows_min || right.2 < how.rows_min {
                continue;
            }
            let (low, high) = (left.0 / (left.1 + how.ridge), right.0 / (right.1 + how.ridge));
            let allowed = match direction {
                Direction::Up => high >= low,
                Direction::Down => high <= low,
                Direction::Free => true,
            };
            let gain = left.0 * low + right.0 * high;
            if allowed && gain > 1e-9 && best.as_ref().is_none_or(|best| gain > best.gain) {
                best = Some(Step { cut, left: low, right: high, gain });
            }
        }
        best
    }

    fn curve(&self, heights: Vec<f64>) -> Curve {
        std::iter::once(0).chain(self.cuts.iter().copied()).zip(heights).collect()
    }
}

/// First and second derivative of the loss by the score, and the weight, of each row.
fn slopes(rows: &[Example], scores: &[f64]) -> Vec<(f64, f64, f64)> {
    let slope = |(row, score): (&Example, &f64)| {
        let p = 1.0 / (1.0 + (-score).exp());
        let label = if row.positive { 1.0 } else { 0.0 };
        (row.weight * (label - p), row.weight * p * (1.0 - p), row.weight)
    };
    rows.iter().zip(scores).map(slope).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows whose odds grow with the first value and not with the second.
    fn rows() -> Vec<Example> {
        let mut state = 7u32;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        (0..4_000)
            .map(|_| {
                let (a, b) = (next() % 100, next() % 100);
                Example { values: vec![Some(a), Some(b)], positive: next() % 100 < a, weight: 1.0 }
            })
            .collect()
    }

    #[test]
    fn a_curve_follows_what_is_there_and_stays_flat_where_nothing_is() {
        let sum = fit(
            &rows(),
            &[Direction::Up, Direction::Up],
            &[true; 2],
            &[],
            Boosting { rounds: 100, ..Boosting::default() },
        );
        let odds = |a, b| sum.log_odds(&[Some(a), Some(b)]);
        assert!(odds(90, 50) - odds(10, 50) > 2.5, "{}", odds(90, 50) - odds(10, 50));
        assert!((odds(50, 90) - odds(50, 10)).abs() < 0.5);
        assert!(sum.curves[0].windows(2).all(|pair| pair[0].1 <= pair[1].1), "monotone");
    }

    #[test]
    fn a_direction_is_kept() {
        let sum = fit(
            &rows(),
            &[Direction::Down, Direction::Free],
            &[true; 2],
            &[],
            Boosting { rounds: 50, ..Boosting::default() },
        );
        assert!(sum.curves[0].windows(2).all(|pair| pair[0].1 >= pair[1].1));
    }

    #[test]
    fn a_fit_upon_curves_keeps_what_few_rows_cannot_say() {
        let from = fit(&rows(), &[Direction::Up; 2], &[true; 2], &[], Boosting::default());
        let spread = |sum: &Sum| sum.log_odds(&[Some(90), None]) - sum.log_odds(&[Some(10), None]);
        let few: Vec<Example> = rows().into_iter().take(60).collect();
        let how = Boosting { rounds: 60, ..Boosting::default() };
        let (alone, upon) = (
            fit(&few, &[Direction::Up; 2], &[true; 2], &[], how),
            fit(&few, &[Direction::Up; 2], &[true; 2], &from.curves, how),
        );
        assert!(spread(&alone) < spread(&from) / 2.0, "sixty rows say little: {}", spread(&alone));
        assert!(spread(&upon) > spread(&from) * 0.7, "{} of {}", spread(&upon), spread(&from));
        let p = |row: &Example| 1.0 / (1.0 + (-upon.log_odds(&row.values)).exp());
        let (expected, found) = (few.iter().map(p).sum::<f64>(), few.iter().filter(|row| row.positive).count() as f64);
        assert!((expected - found).abs() < 2.0, "{expected} for {found}");
    }

    #[test]
    fn the_same_rows_give_the_same_sum() {
        let fitted = || {
            format!(
                "{:?}",
                fit(&rows(), &[Direction::Free, Direction::Free], &[true; 2], &[], Boosting::default()).curves
            )
        };
        assert_eq!(fitted(), fitted());
    }
}
