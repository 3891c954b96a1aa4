//! How well scores rank labelled changes: the figures of the field, each by its plain definition. Matched AUC compares only
//! pairs of about the same size and time, so that neither can earn it. Intervals are bootstrapped with a fixed seed.

/// One scored change.
#[derive(Clone, Copy, Debug)]
pub struct Scored {
    pub score: f64,
    pub positive: bool,
    /// Seconds.
    pub time: i64,
    /// Lines added and deleted.
    pub churn: u32,
    /// None where there is no probability.
    pub probability: Option<f64>,
}

/// Shares of the changes that are gated (percent).
pub const GATES: [usize; 4] = [5, 10, 30, 50];

/// All figures of one ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    pub rows: usize,
    pub positives: usize,
    pub auc: f64,
    /// 95 % interval.
    pub auc_low: f64,
    pub auc_high: f64,
    pub matched: Option<f64>,
    pub average_precision: f64,
    /// Share of the positives among the top of each gate.
    pub recall: [f64; 4],
    /// Its 95 % interval (Wilson).
    pub recall_between: [(f64, f64); 4],
    pub precision_at_ten: f64,
    /// Share of the positives that are found within a fifth of all changed lines, ranked by score.
    pub recall_at_fifth_of_lines: f64,
    pub brier: Option<f64>,
    pub ece: Option<f64>,
}

impl Figures {
    pub fn of(rows: &[Scored]) -> Self {
        let positives = rows.iter().filter(|row| row.positive).count();
        let mut order: Vec<&Scored> = rows.iter().collect();
        order.sort_by(|a, b| b.score.total_cmp(&a.score));
        let (auc_low, auc_high) = interval(rows);
        Self {
            rows: rows.len(),
            positives,
            auc: auc(rows.iter().map(|row| (row.score, row.positive)).collect()),
            auc_low,
            auc_high,
            matched: matched(rows),
            average_precision: average_precision(&order, positives),
            recall: GATES.map(|gate| share(hits(&order, rows.len() * gate / 100), positives)),
            recall_between: GATES.map(|gate| between(hits(&order, rows.len() * gate / 100), positives)),
            precision_at_ten: share(hits(&order, rows.len() / 10), rows.len() / 10),
            recall_at_fifth_of_lines: share(within_lines(&order), positives),
            brier: mean(rows.iter().map(|row| Some((row.probability? - label(row)).powi(2)))),
            ece: ece(rows),
        }
    }
}

fn label(row: &Scored) -> f64 {
    if row.positive { 1.0 } else { 0.0 }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The 95 % interval of a share after Wilson.
fn between(part: usize, whole: usize) -> (f64, f64) {
    if whole == 0 {
        return (0.0, 1.0);
    }
    let (n, p, z) = (whole as f64, share(part, whole), 1.96f64);
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let values: Vec<f64> = values.collect::<Option<_>>()?;
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn hits(order: &[&Scored], top: usize) -> usize {
    order.iter().take(top).filter(|row| row.positive).count()
}

/// Chance that a positive ranks above a negative; ties count half. A half where there is nothing to compare.
pub fn auc(mut rows: Vec<(f64, bool)>) -> f64 {
    let positives = rows.iter().filter(|(_, positive)| *positive).count();
    let negatives = rows.len() - positives;
    if positives == 0 || negatives == 0 {
        return 0.5;
    }
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut at, mut ranks) = (0, 0.0);
    for run in rows.chunk_by(|a, b| a.0 == b.0) {
        let middle = at as f64 + (run.len() as f64 + 1.0) / 2.0;
        ranks += middle * run.iter().filter(|(_, positive)| *positive).count() as f64;
        at += run.len();
    }
    let (p, n) = (positives as f64, negatives as f64);
    (ranks - p * (p + 1.0) / 2.0) / (p * n)
}

/// Resamples of the bootstrap (count), and the seed.
const RESAMPLES: usize = 200;
const SEED: u64 = 7;

fn interval(rows: &[Scored]) -> (f64, f64) {
    let mut state = SEED;
    let mut next = |most: usize| {
        // splitmix64
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % most.max(1) as u64) as usize
    };
    let of = |positive: bool| -> Vec<(f64, bool)> {
        rows.iter().filter(|row| row.positive == positive).map(|row| (row.score, positive)).collect()
    };
    let (positives, negatives) = (of(true), of(false));
    if positives.is_empty() || negatives.is_empty() {
        return (0.5, 0.5);
    }
    let mut found: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let drawn = (0..positives.len()).map(|_| positives[next(positives.len())]).collect::<Vec<_>>();
            let others = (0..negatives.len()).map(|_| negatives[next(negatives.len())]).collect::<Vec<_>>();
            auc(drawn.into_iter().chain(others).collect())
        })
        .collect();
    found.sort_by(f64::total_cmp);
    (found[RESAMPLES / 40], found[RESAMPLES - RESAMPLES / 40 - 1])
}

/// Seconds that a matched pair may be apart.
const MATCHED_SECONDS: i64 = 365 * 86_400;

fn matched(rows: &[Scored]) -> Option<f64> {
    let negatives: Vec<&Scored> = rows.iter().filter(|row| !row.positive).collect();
    let (mut good, mut pairs) = (0.0, 0u64);
    for positive in rows.iter().filter(|row| row.positive) {
        for negative in &negatives {
            let (a, b) = (u64::from(positive.churn), u64::from(negative.churn));
            let near = positive.time.abs_diff(negative.time) <= MATCHED_SECONDS as u64;
            if near && 2 * a.max(b) <= 3 * a.min(b).max(1) {
                pairs += 1;
                good += match positive.score.total_cmp(&negative.score) {
                    std::cmp::Ordering::Greater => 1.0,
                    std::cmp::Ordering::Equal => 0.5,
                    std::cmp::Ordering::Less => 0.0,
                };
            }
        }
    }
    (pairs > 0).then(|| good / pairs as f64)
}

fn average_precision(order: &[&Scored], positives: usize) -> f64 {
    let (mut hits, mut sum) = (0.0, 0.0);
    for (at, row) in order.iter().enumerate() {
        if row.positive {
            hits += 1.0;
            sum += hits / (at + 1) as f64;
        }
    }
    sum / positives.max(1) as f64
}

fn within_lines(order: &[&Scored]) -> usize {
    let all: u64 = order.iter().map(|row| u64::from(row.churn)).sum();
    let mut read = 0;
    let within = order.iter().take_while(|row| {
        read += u64::from(row.churn);
        5 * read <= all
    });
    within.filter(|row| row.positive).count()
}

/// Ten equal bins: the mean distance of the probability from what happened, weighted by rows.
fn ece(rows: &[Scored]) -> Option<f64> {
    let mut bins = [(0.0, 0.0); 10];
    for row in rows {
        let p = row.probability?;
        let bin = &mut bins[((p * 10.0) as usize).min(9)];
        *bin = (bin.0 + p, bin.1 + label(row));
    }
    let distance: f64 = bins.iter().map(|(expected, found)| (expected - found).abs()).sum();
    (!rows.is_empty()).then(|| distance / rows.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(scores: &[(f64, bool)]) -> Vec<Scored> {
        let row = |(score, positive): &(f64, bool)| Scored {
            score: *score,
            positive: *positive,
            time: 0,
            churn: 10,
            probability: Some(*score),
        };
        scores.iter().map(row).collect()
    }

    #[test]
    fn a_perfect_a_reversed_and_a_blind_ranking() {
        let of = |scores: &[(f64, bool)]| Figures::of(&rows(scores));
        assert_eq!(of(&[(0.9, true), (0.1, false)]).auc, 1.0);
        assert_eq!(of(&[(0.1, true), (0.9, false)]).auc, 0.0);
        assert_eq!(of(&[(0.5, true), (0.5, false)]).auc, 0.5);
        assert_eq!(of(&[(0.9, true), (0.1, false)]).matched, Some(1.0));
    }

    #[test]
    fn gates_lines_and_calibration_by_hand() {
        let scores: Vec<(f64, bool)> = (0..20).map(|at| (f64::from(20 - at) / 21.0, at < 4)).collect();
        let found = Figures::of(&rows(&scores));
        assert_eq!(found.recall, [0.25, 0.5, 1.0, 1.0]);
        assert_eq!((found.precision_at_ten, found.recall_at_fifth_of_lines), (1.0, 1.0));
        let (low, high) = found.recall_between[0];
        assert!((low - 0.0456).abs() < 1e-3 && (high - 0.6994).abs() < 1e-3, "{low} {high}");
        let sure = Figures::of(&rows(&[(1.0, true), (0.0, false)]));
        assert_eq!((sure.ece, sure.brier), (Some(0.0), Some(0.0)));
        assert_eq!(Figures::of(&rows(&[(0.5, false), (0.5, false)])).ece, Some(0.5));
    }
}
