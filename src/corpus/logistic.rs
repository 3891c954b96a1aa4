//! The yardstick of the field: a logistic regression on the fourteen metrics of Kamei et al. (2013), fitted on the very
//! repository that it then ranks. The rows are cut into blocks of time; each block is scored by a fit on all others, which
//! flatters the regression: it has seen the future.

/// Blocks of time (count), steps of Newton's method, and the pull of each coefficient towards zero (rows).
const BLOCKS: usize = 5;
const STEPS: usize = 12;
const RIDGE: f64 = 5.0;

/// Scores of rows that are in order of time.
pub fn cross_fitted(rows: &[Vec<f64>], labels: &[bool]) -> Vec<f64> {
    let mut scores = vec![0.0; rows.len()];
    for block in 0..BLOCKS {
        let inside = |at: usize| at * BLOCKS / rows.len().max(1) == block;
        let (train, held): (Vec<usize>, Vec<usize>) = (0..rows.len()).partition(|at| !inside(*at));
        let data: Vec<(&[f64], bool)> = train.iter().map(|at| (rows[*at].as_slice(), labels[*at])).collect();
        let weights = fit(&data);
        for at in held {
            scores[at] = dot(&weights, &rows[at]);
        }
    }
    scores
}

/// The intercept comes first. Values are standardised inside; the result is for raw values.
fn fit(rows: &[(&[f64], bool)]) -> Vec<f64> {
    let width = rows.first().map_or(0, |(row, _)| row.len());
    let n = rows.len().max(1) as f64;
    let mean: Vec<f64> = (0..width).map(|k| rows.iter().map(|(row, _)| row[k]).sum::<f64>() / n).collect();
    let spread = |k: usize| (rows.iter().map(|(row, _)| (row[k] - mean[k]).powi(2)).sum::<f64>() / n).sqrt().max(1e-9);
    let spread: Vec<f64> = (0..width).map(spread).collect();
    let scaled: Vec<Vec<f64>> =
        rows.iter().map(|(row, _)| (0..width).map(|k| (row[k] - mean[k]) / spread[k]).collect()).collect();
    let mut weights = vec![0.0; width + 1];
    for _ in 0..STEPS {
        let step = newton(&scaled, rows, &weights);
        weights.iter_mut().zip(step).for_each(|(weight, step)| *weight += step);
    }
    let shift: f64 = (0..width).map(|k| weights[k + 1] * mean[k] / spread[k]).sum();
    let raw = (0..width).map(|k| weights[k + 1] / spread[k]);
    std::iter::once(weights[0] - shift).chain(raw).collect()
}

fn newton(scaled: &[Vec<f64>], rows: &[(&[f64], bool)], weights: &[f64]) -> Vec<f64> {
    let width = weights.len();
    let mut matrix = vec![vec![0.0; width + 1]; width];
    for (row, (_, label)) in scaled.iter().zip(rows) {
        let p = 1.0 / (1.0 + (-dot(weights, row)).exp());
        let pull = if *label { 1.0 - p } else { -p };
        let with_one = |k: usize| if k == 0 { 1.0 } else { row[k - 1] };
        for (a, line) in matrix.iter_mut().enumerate() {
            for (b, cell) in line.iter_mut().enumerate().take(width) {
                *cell += p * (1.0 - p) * with_one(a) * with_one(b);
            }
            line[width] += pull * with_one(a);
        }
    }
    for (k, line) in matrix.iter_mut().enumerate() {
        let ridge = if k == 0 { 1e-6 } else { RIDGE };
        line[k] += ridge;
        line[width] -= if k == 0 { 0.0 } else { RIDGE * weights[k] };
    }
    solve(matrix)
}

/// Gauss with the largest pivot; the last column is the right side.
fn solve(mut matrix: Vec<Vec<f64>>) -> Vec<f64> {
    let size = matrix.len();
    for k in 0..size {
        let pivot = (k..size).max_by(|a, b| matrix[*a][k].abs().total_cmp(&matrix[*b][k].abs())).unwrap_or(k);
        matrix.swap(k, pivot);
        let line = matrix[k].clone();
        for (_, other) in matrix.iter_mut().enumerate().filter(|(at, _)| *at != k) {
            let factor = other[k] / line[k];
            other.iter_mut().zip(&line).for_each(|(cell, above)| *cell -= factor * above);
        }
    }
    (0..size).map(|k| matrix[k][size] / matrix[k][k]).collect()
}

fn dot(weights: &[f64], row: &[f64]) -> f64 {
    weights[0] + weights[1..].iter().zip(row).map(|(weight, value)| weight * value).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_ranks_by_what_tells() {
        let rows: Vec<Vec<f64>> = (0..400).map(|at| vec![f64::from(at * 7 % 100), f64::from(at * 13 % 50)]).collect();
        let labels: Vec<bool> = rows.iter().enumerate().map(|(at, row)| row[0] + (at % 40) as f64 > 70.0).collect();
        let scores = cross_fitted(&rows, &labels);
        let auc = crate::corpus::auc(scores.into_iter().zip(labels).collect());
        assert!(auc > 0.9, "{auc}");
    }
}
