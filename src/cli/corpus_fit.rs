//! `corpus fit`: fits the tables of the likelihood on labelled commits and writes them into a model file. Of each set of
//! labels only the older part is used if asked for, so that the newer part can tell how good the fit is. The words and the
//! directions of the features stay as the model file has them.

use super::corpus_args::FitArgs;
use super::corpus_features::{Numbers, numbers, parse};
use super::corpus_mine::mine;
use super::requests::read_file;
use super::{Exit, Failure, Outcome};
use crate::assess::MODEL;
use crate::corpus::{Boosting, Curve, Example, Ranking, Scorecard, Scored, boost, write_model};
use crate::history::{LogCache, UNKNOWN};
use crate::limits;
use crate::score::{Feature, Model, feature_names};
use rustc_hash::FxHashMap;
use std::io::{self, Write};
use std::path::Path;

/// A labelled commit with its numbers.
#[derive(Clone, Debug)]
pub(super) struct Labelled {
    pub numbers: Numbers,
    pub positive: bool,
}

pub(super) fn run(args: &FitArgs) -> Result<Exit, Outcome> {
    let text = model_text(args)?;
    let weights = crate::embedded::rule_file("weights.toml");
    let model = Model::parse(&text, weights).map_err(Failure::from)?;

    let mut sets = sets(args)?;
    if let Some(seed) = args.shuffle {
        sets.iter_mut().for_each(|(_, rows)| shuffle_labels(rows, seed));
    }
    let names: Vec<&str> = sets.iter().map(|(name, _)| name.as_str()).collect();
    let parts = sets.iter().map(|(_, set)| split(set.clone(), args.older, args.gap_days));
    let (train, test): (Vec<_>, Vec<_>) = parts.unzip();
    let rows = examples(&train, &model);
    if rows.is_empty() {
        return Err(Outcome::Failed(
            "none of the labelled commits could be read; is the repository the right one?".into(),
        ));
    }
    let card = fitted(&rows, &model, args);
    let mut written = write_model(&text, &model, &card);
    if args.repo.is_some() {
        written = likelihood_alone(&written);
        Model::of_repository(MODEL, &written).map_err(Failure::from)?;
    } else {
        Model::parse(&written, weights).map_err(Failure::from)?;
    }
    if let Some(out) = &args.out {
        std::fs::write(out, &written).map_err(|error| Failure(format!("cannot write {}: {error}", out.display())))?;
    }
    let mut out = io::stdout().lock();
    for (what, sets) in [("fitted on", &train), ("newer", &test)] {
        for (set, labelled) in names.iter().zip(sets).filter(|(_, rows)| !rows.is_empty()) {
            line(&mut out, what, set, labelled, &model, &card)?;
        }
    }
    for set in &args.test {
        line(&mut out, "held out", set, &labelled(set, &args.label)?, &model, &card)?;
    }
    if let (Some(_), None) = (&args.repo, &args.out) {
        writeln!(out, "nothing was written; --out {MODEL} writes the model, and once committed it counts")?;
    }
    Ok(Exit::Fine)
}

/// Tables for the rows, which are in order of time within each set.
fn fitted(rows: &[Example], model: &Model, args: &FitArgs) -> Scorecard {
    let own = args.own || args.repo.is_some();
    let directions: Vec<_> = model.features.iter().map(|feature| feature.direction).collect();
    let used: Vec<bool> = model.features.iter().map(|feature| own || !feature.own).collect();
    // dealt-out labels must rank like a coin, which tables that were fitted on others' labels would not
    let upon = own && !args.afresh && args.shuffle.is_none();
    let from: Vec<Curve> = if upon { model.features.iter().map(|one| curve(one, model)).collect() } else { Vec::new() };
    let rounds = args.rounds.unwrap_or(if upon { ROUNDS_UPON } else { ROUNDS });
    let sum = boost::fit(rows, &directions, &used, &from, Boosting { rounds, ..Boosting::default() });
    let card = Scorecard::new(&sum, rows, model.doubling_points);
    if own && rows.len() >= NEWEST_ROWS_MIN {
        return card.settled_on(&rows[rows.len() - rows.len() / NEWEST_PART..]);
    }
    card
}

/// Steps of a fit that begins with nothing, and of one that bends tables that are there (count).
const ROUNDS: usize = 500;
const ROUNDS_UPON: usize = 60;

/// A table of the model as log-odds.
fn curve(feature: &Feature, model: &Model) -> Curve {
    let odds = |points: i32| f64::from(points) * std::f64::consts::LN_2 / f64::from(model.doubling_points);
    let step = |(from, points): &(i64, i32)| (u32::try_from(*from).unwrap_or(u32::MAX), odds(*points));
    feature.table.iter().map(step).collect()
}

/// The base of a fit for one repository is set on its newest rows, one part in so many; fewer rows than this say too little
/// about a rate (rows).
const NEWEST_PART: usize = 5;
const NEWEST_ROWS_MIN: usize = 500;

/// Labelled commits of each set, or of a repository whose history labels them, with what it is called.
fn sets(args: &FitArgs) -> Result<Vec<(String, Vec<Labelled>)>, Failure> {
    if let Some(repo) = &args.repo {
        return Ok(vec![(repo.display().to_string(), mined(repo, args.wait_days)?)]);
    }
    args.set.iter().map(|set| Ok((set.clone(), labelled(set, &args.label)?))).collect()
}

/// The changes of a repository that are old enough to be known.
fn mined(repo: &Path, wait_days: u32) -> Result<Vec<Labelled>, Failure> {
    let mined = mine(repo, "HEAD")?;
    let end = mined.commits.last().map_or(0, |(_, time)| time.saturating_sub(i64::from(wait_days) * 86_400));
    let settled = mined.commits.iter().filter(|(_, time)| *time <= end);
    let bad = |oid| !mined.about(oid).is_empty();
    let label = |oid| Label { positive: bad(oid), lines: None };
    let labels: FxHashMap<String, Label> = settled.map(|(oid, _)| (oid.to_string(), label(*oid))).collect();
    Ok(with_labels(numbers(repo, &sorted(&labels), &LogCache::default()), &labels))
}

fn sorted(labels: &FxHashMap<String, Label>) -> Vec<String> {
    let mut names: Vec<String> = labels.keys().cloned().collect();
    names.sort_unstable();
    names
}

fn with_labels(rows: Vec<Numbers>, labels: &FxHashMap<String, Label>) -> Vec<Labelled> {
    let row = |mut numbers: Numbers| {
        let label = labels.get(&numbers.sha)?;
        (numbers.added, numbers.deleted) = label.lines.unwrap_or((numbers.added, numbers.deleted));
        Some(Labelled { positive: label.positive, numbers })
    };
    rows.into_iter().filter_map(row).collect()
}

/// Without the tables that a repository does not fit.
fn likelihood_alone(text: &str) -> String {
    let mut inside = true;
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        if line.starts_with('[') {
            inside = line.trim() == "[[feature]]";
        }
        if inside {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

fn model_text(args: &FitArgs) -> Result<String, Failure> {
    match &args.model {
        Some(path) => String::from_utf8(read_file(path, limits::CONFIG_BYTES_MAX as u64)?)
            .map_err(|_| Failure(format!("{} is not UTF-8", path.display()))),
        None => Ok(crate::embedded::rule_file("model.toml").to_owned()),
    }
}

fn line(
    out: &mut impl Write,
    what: &str,
    set: &str,
    rows: &[Labelled],
    model: &Model,
    card: &Scorecard,
) -> io::Result<()> {
    let by = |score: &dyn Fn(&Labelled) -> (f64, Option<f64>)| {
        let scored = |row: &Labelled| {
            let (score, probability) = score(row);
            let Numbers { time, added, deleted, .. } = row.numbers;
            Scored { score, positive: row.positive, time, churn: added.saturating_add(deleted), probability }
        };
        Ranking::of(&rows.iter().map(scored).collect::<Vec<_>>())
    };
    let fitted = by(&|row| {
        let points = card.points(&values(row, model));
        (f64::from(points), Some(card.probability(points)))
    });
    let size = by(&|row| (f64::from(row.numbers.added), None));
    writeln!(
        out,
        "{what} {set}: {} rows, {} positive; AUC {:.3} (lines added {:.3}), matched {:.3} ({:.3}), top 10 % holds {:.2} ({:.2}), top 30 % {:.2} ({:.2}), ECE {:.3}",
        fitted.rows,
        fitted.positives,
        fitted.auc,
        size.auc,
        fitted.matched.unwrap_or(0.5),
        size.matched.unwrap_or(0.5),
        fitted.recall[1],
        size.recall[1],
        fitted.recall[2],
        size.recall[2],
        fitted.ece.unwrap_or(0.0),
    )
}

/// Older and newer rows by time; between them a gap in which labels are not settled yet belongs to neither.
fn split(mut rows: Vec<Labelled>, older_percent: u32, gap_days: u32) -> (Vec<Labelled>, Vec<Labelled>) {
    rows.sort_by(|a, b| (a.numbers.time, &a.numbers.sha).cmp(&(b.numbers.time, &b.numbers.sha)));
    let cut = rows.len() * older_percent.min(100) as usize / 100;
    let newer = rows.split_off(cut);
    let from = newer.first().map_or(i64::MAX, |row| row.numbers.time);
    rows.retain(|row| row.numbers.time < from.saturating_sub(i64::from(gap_days) * 86_400));
    (rows, newer)
}

/// Rows of all sets; every set weighs the same as another of its square root of rows, so that none drowns the others.
fn examples(sets: &[Vec<Labelled>], model: &Model) -> Vec<Example> {
    let mut rows = Vec::new();
    for set in sets.iter().filter(|set| !set.is_empty()) {
        let weight = (WEIGHT_ROWS / set.len() as f64).sqrt().min(1.0);
        rows.extend(set.iter().map(|row| Example { values: values(row, model), positive: row.positive, weight }));
    }
    rows
}

/// A set of so many rows or fewer counts in full (rows).
const WEIGHT_ROWS: f64 = 2_000.0;

/// Deals the labels of all rows out anew, of those to measure on as well: what is fitted then is noise, and ranks no better
/// than a coin, unless the answer leaks into the numbers. (Against true labels it would do better than that: directions are
/// kept, so that even noise leans the right way.)
fn shuffle_labels(rows: &mut [Labelled], seed: u64) {
    let mut state = seed;
    for at in (1..rows.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = (state >> 33) as usize % (at + 1);
        let (a, b) = (rows[at].positive, rows[other].positive);
        (rows[at].positive, rows[other].positive) = (b, a);
    }
}

fn values(row: &Labelled, model: &Model) -> Vec<Option<u32>> {
    let all = row.numbers.features.values();
    let value = |name: &str| {
        let at = feature_names().iter().position(|known| *known == name)?;
        Some(all[at]).filter(|value| *value != UNKNOWN)
    };
    model.features.iter().map(|feature| value(&feature.name)).collect()
}

/// Reads `LABELS=REPOSITORY` or `LABELS=TABLE`.
pub(super) fn labelled(set: &str, column: &str) -> Result<Vec<Labelled>, Failure> {
    let Some((labels, source)) = set.split_once('=') else {
        return Err(Failure(format!("--set takes LABELS.csv=REPOSITORY, got {set}")));
    };
    let labels = read_labels(Path::new(labels), column)?;
    let source = Path::new(source);
    let rows = if source.is_file() { parse(source)? } else { numbers(source, &sorted(&labels), &LogCache::default()) };
    Ok(with_labels(rows, &labels))
}

/// What a table of labels says of a commit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Label {
    pub positive: bool,
    /// Lines added and deleted, where the table counts them (`la`, `ld`): then sizes are compared by these.
    pub lines: Option<(u32, u32)>,
}

/// Name and label of each commit of a table with a `sha` column.
pub(super) fn read_labels(file: &Path, column: &str) -> Result<FxHashMap<String, Label>, Failure> {
    let bytes = read_file(file, limits::LABELS_BYTES_MAX)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').map(str::trim).collect();
    let at = |name: &str| {
        let missing =
            || Failure(format!("{}:1: expected a column `{name}`, found {}", file.display(), header.join(", ")));
        header.iter().position(|known| *known == name).ok_or_else(missing)
    };
    let (sha, label) = (at("sha")?, at(column)?);
    let counted = |name: &str| header.iter().position(|known| *known == name);
    let (added, deleted) = (counted("la"), counted("ld"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').map(str::trim).collect();
        let positive = cells.get(label)?.parse::<f64>().ok()? > 0.0;
        let count = |at: Option<usize>| Some(cells.get(at?)?.parse::<f64>().ok()? as u32);
        let lines = count(added).zip(count(deleted));
        Some(((*cells.get(sha)?).to_owned(), Label { positive, lines }))
    };
    Ok(lines.filter_map(row).collect())
}
