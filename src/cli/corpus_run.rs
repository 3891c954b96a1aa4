//! `corpus run` on labelled commits: every commit is judged as `batch` would judge it, and the ranking is set beside those
//! by size, by the regression of the field and by chance. With a repository alone the labels are mined first, and the
//! answer is what a team wants to know: what a gate at the top of the ranking would have caught.

use super::corpus_fit::read_labels;
use super::corpus_mine::mine;
use super::requests::judge;
use super::{Exit, Outcome};
use crate::assess::{Options, Session};
use crate::corpus::{GATES, Ranking, Scored, cross_fitted};
use crate::history::{Features, UNKNOWN};
use crate::input::{Request, Source};
use crate::score::Level;
use rayon::prelude::*;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::Instant;

/// A judged commit with its label.
#[derive(Clone, Debug)]
struct Row {
    positive: bool,
    time: i64,
    added: u32,
    churn: u32,
    score: u8,
    level: Level,
    probability: Option<f64>,
    features: Features,
}

/// Judges each set and prints its figures.
pub(super) fn run(sets: &[String], label: &str) -> Result<Exit, Outcome> {
    let mut out = io::stdout().lock();
    for set in sets {
        let Some((labels, repo)) = set.split_once('=') else {
            return Err(Outcome::Failed(format!("--set takes LABELS.csv=REPOSITORY, got {set}")));
        };
        let mut labels: Vec<(String, bool)> = read_labels(Path::new(labels), label)?.into_iter().collect();
        labels.sort_unstable();
        let rows = judged(Path::new(repo), &labels);
        writeln!(out, "{}\n", table(set, &rows))?;
    }
    Ok(Exit::Fine)
}

/// Mines the labels of a repository, leaves out what is too young to be known, and judges the rest.
pub(super) fn backtest(repo: &Path, wait_days: u32, most: usize) -> Result<Exit, Outcome> {
    let mined = mine(repo, "HEAD")?;
    let end = mined.commits.last().map_or(0, |(_, time)| time.saturating_sub(i64::from(wait_days) * 86_400));
    let settled: Vec<_> = mined.commits.iter().filter(|(_, time)| *time <= end).collect();
    let newest = settled[settled.len().saturating_sub(most)..].iter();
    let labels: Vec<(String, bool)> = newest.map(|(oid, _)| (oid.to_string(), !mined.about(*oid).is_empty())).collect();
    if labels.is_empty() {
        let message = format!("no commit of {} is older than {wait_days} days; see --wait-days", repo.display());
        return Err(Outcome::Failed(message));
    }
    let rows = judged(repo, &labels);
    io::stdout().lock().write_all(screen(&rows, wait_days).as_bytes())?;
    Ok(Exit::Fine)
}

/// Judged commits in order of time; those that cannot be read are left out.
fn judged(repo: &Path, labels: &[(String, bool)]) -> Vec<Row> {
    let session = Session::default();
    let progress = Progress::new(labels.len());
    let mut rows = Vec::new();
    for some in labels.chunks(64) {
        let found: Vec<Option<Row>> =
            some.par_iter().map(|(sha, positive)| row(repo, sha, *positive, &session)).collect();
        rows.extend(found.into_iter().flatten());
        progress.at(rows.len());
    }
    rows.sort_by_key(|row| row.time);
    rows
}

fn row(repo: &Path, sha: &str, positive: bool, session: &Session) -> Option<Row> {
    let source = Source::Revision(Some(sha.to_owned()));
    let request = Request { source, directory: repo.to_owned(), directory_given: true, paths: Vec::new() };
    let options = Options { no_graph: true, ..Options::default() };
    let report = judge(&request, &options, session).ok()?;
    let lines = |lines: u64| u32::try_from(lines).unwrap_or(u32::MAX);
    let (added, deleted) = (lines(report.change.lines_added()), lines(report.change.lines_deleted()));
    Some(Row {
        positive,
        time: report.change.as_of.unwrap_or(0),
        added,
        churn: added.saturating_add(deleted),
        score: report.assessment.score,
        level: report.assessment.level,
        probability: report.assessment.probability_milli.map(|milli| f64::from(milli) / 1000.0),
        features: report.history.features,
    })
}

/// Rate and time left, on a terminal only.
struct Progress {
    total: usize,
    begun: Instant,
}

impl Progress {
    fn new(total: usize) -> Self {
        Self { total, begun: Instant::now() }
    }

    fn at(&self, done: usize) {
        let mut err = io::stderr();
        if err.is_terminal() {
            let rate = done as f64 / self.begun.elapsed().as_secs_f64().max(0.001);
            let left = self.total.saturating_sub(done) as f64 / rate.max(0.001);
            let end = if done >= self.total { '\n' } else { '\r' };
            let _ = write!(err, "{done} of {} commits, {rate:.0} a second, {left:.0} s left {end}", self.total);
        }
    }
}

/// Score and probability of a row.
type Rank<'a> = dyn Fn(usize, &Row) -> (f64, Option<f64>) + 'a;

/// The rankings that are set side by side.
fn rankings(rows: &[Row]) -> Vec<(&'static str, Ranking)> {
    let with = |score: &Rank<'_>| {
        let scored = |(at, row): (usize, &Row)| {
            let (score, probability) = score(at, row);
            Scored { score, positive: row.positive, time: row.time, churn: row.churn, probability }
        };
        Ranking::of(&rows.iter().enumerate().map(scored).collect::<Vec<_>>())
    };
    let values: Vec<Vec<f64>> = rows.iter().map(|row| metrics(&row.features)).collect();
    let labels: Vec<bool> = rows.iter().map(|row| row.positive).collect();
    let regression = cross_fitted(&values, &labels);
    vec![
        ("richter", with(&|_, row| (f64::from(row.score), row.probability))),
        ("lines added", with(&|_, row| (f64::from(row.added), None))),
        ("14 metrics", with(&|at, _| (regression[at], None))),
        ("random", with(&|at, _| ((at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29) as f64, None))),
    ]
}

/// The fourteen metrics of Kamei et al., as near as the features come, on a log scale.
fn metrics(features: &Features) -> Vec<f64> {
    let all = [
        features.subsystems,
        features.directories,
        features.all_files,
        features.entropy,
        features.all_added,
        features.all_deleted,
        features.lines_before_sum,
        features.says_fix,
        features.authors,
        features.days_since_change,
        features.changes_sum,
        features.author_commits,
        features.author_month,
        features.author_directory_changes,
    ];
    all.iter().map(|value| if *value == UNKNOWN { 0.0 } else { f64::from(*value).ln_1p() }).collect()
}

fn table(set: &str, rows: &[Row]) -> String {
    let positives = rows.iter().filter(|row| row.positive).count();
    let mut out = format!("{set}: {} commits, {positives} positive\n", rows.len());
    out.push_str(
        "              AUC   [95 %]        matched PR-AUC  top 5  10   30   50 %  P@10  R@20% lines  Brier  ECE\n",
    );
    for (name, found) in rankings(rows) {
        let [five, ten, thirty, fifty] = found.recall;
        let optional = |value: Option<f64>| value.map_or_else(|| "    -".to_owned(), |value| format!("{value:.3}"));
        out.push_str(&format!(
            "{name:<13} {:.3} [{:.3}, {:.3}] {:>6}  {:.3}   {five:.2}  {ten:.2} {thirty:.2} {fifty:.2}   {:.2}  {:.2}         {}  {}\n",
            found.auc,
            found.auc_low,
            found.auc_high,
            optional(found.matched),
            found.average_precision,
            found.precision_at_ten,
            found.recall_at_fifth_of_lines,
            optional(found.brier),
            optional(found.ece),
        ));
    }
    out
}

/// One screen for a team.
fn screen(rows: &[Row], wait_days: u32) -> String {
    let positives = rows.iter().filter(|row| row.positive).count();
    let span = rows.last().map_or(0, |row| row.time) - rows.first().map_or(0, |row| row.time);
    let weeks = (span as f64 / (7.0 * 86_400.0)).max(1.0);
    let rankings = rankings(rows);
    let (own, size) = (&rankings[0].1, &rankings[1].1);
    let mut out = format!(
        "{} changes over {weeks:.0} weeks; {positives} of them were later reverted or repaired.\n\
         (Changes of the last {wait_days} days are left out: nobody knows yet.)\n\n\
         If the riskiest changes had been looked at twice, that would have caught of those {positives}:\n\n\
         \x20            changes a week   by richter   by size alone   by chance\n",
        rows.len()
    );
    for (at, gate) in GATES.iter().enumerate() {
        let a_week = rows.len() as f64 * *gate as f64 / 100.0 / weeks;
        out.push_str(&format!(
            "top {gate:>2} %      {a_week:>10.1}      {:>8.0} %    {:>8.0} %       {gate:>5} %\n",
            100.0 * own.recall[at],
            100.0 * size.recall[at]
        ));
    }
    out.push_str("\nAt your thresholds:\n\n             changes a week   of them reverted or repaired\n");
    for level in Level::ALL.iter().rev() {
        let here: Vec<&Row> = rows.iter().filter(|row| row.level == *level).collect();
        let bad = here.iter().filter(|row| row.positive).count();
        let share = if here.is_empty() { 0.0 } else { 100.0 * bad as f64 / here.len() as f64 };
        out.push_str(&format!("{:<10}   {:>12.1}   {share:>12.0} %\n", level.as_str(), here.len() as f64 / weeks));
    }
    out.push_str(&format!(
        "\nRanking: AUC {:.2} [{:.2}, {:.2}] (size {:.2}); among changes of the same size and time {:.2} (size {:.2}).\n",
        own.auc,
        own.auc_low,
        own.auc_high,
        size.auc,
        own.matched.unwrap_or(0.5),
        size.matched.unwrap_or(0.5)
    ));
    out
}
