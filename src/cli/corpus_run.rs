//! `corpus run` and `corpus report` on labelled commits: every commit is judged as `batch` would judge it, and the ranking is
//! set beside those by size, by the regression of the field and by chance. With a repository alone the labels are mined
//! first, and the answer is what a team wants to know: what a gate at the top of the ranking would have caught.

use super::corpus_args::{LabelledArgs, ReportPageArgs};
use super::corpus_fit::{Label, read_labels};
use super::corpus_mine::mine;
use super::requests::judge;
use super::{Exit, Failure, Outcome};
use crate::assess::{Options, Session};
use crate::corpus::{self, Judged, outcome_section, outcome_table, report_page, screen, with_section};
use crate::input::{Request, Source};
use rayon::prelude::*;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::Instant;

/// Judges each set and prints its figures; with `out`, they become the section of that page with this title, too.
pub(super) fn run(args: &LabelledArgs, out: Option<&Path>, section: &str) -> Result<Exit, Outcome> {
    let mut outcomes = Vec::new();
    for set in &args.set {
        let outcome = judged_set(set, &args.label)?;
        writeln!(io::stdout().lock(), "{}", outcome_table(&outcome))?;
        outcomes.push(outcome);
    }
    if let Some(out) = out {
        write_section(out, section, &outcome_section(&outcomes))?;
    }
    Ok(Exit::Fine)
}

/// Mines the labels of a repository, leaves out what is too young to be known, and judges the rest.
pub(super) fn backtest(repo: &Path, args: &LabelledArgs) -> Result<Exit, Outcome> {
    let outcome = mined_set(repo, args)?;
    io::stdout().lock().write_all(screen(&outcome, args.wait_days).as_bytes())?;
    Ok(Exit::Fine)
}

/// Judges the sets or the repository and writes the page.
pub(super) fn report(args: &ReportPageArgs) -> Result<Exit, Outcome> {
    let labelled = &args.labelled;
    if labelled.set.is_empty() && labelled.repo.is_none() {
        return Err(Outcome::Failed("what should it be about? give --set LABELS.csv=REPOSITORY or --repo DIR".into()));
    }
    let mut outcomes = Vec::new();
    match &labelled.repo {
        Some(repo) => outcomes.push(mined_set(repo, labelled)?),
        None => {
            for set in &labelled.set {
                outcomes.push(judged_set(set, &labelled.label)?);
            }
        }
    }
    let page = report_page(&outcomes, &args.link).map_err(|error| Failure(format!("the page: {error:#}")))?;
    std::fs::write(&args.out, page)
        .map_err(|error| Failure(format!("cannot write {}: {error}", args.out.display())))?;
    for outcome in &outcomes {
        writeln!(io::stdout().lock(), "{}", outcome_table(outcome))?;
    }
    writeln!(io::stdout().lock(), "wrote {}", args.out.display())?;
    Ok(Exit::Fine)
}

/// Replaces or adds a section of a page of results.
pub(super) fn write_section(file: &Path, title: &str, body: &str) -> Result<(), Failure> {
    let known = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Failure(format!("cannot read {}: {error}", file.display()))),
    };
    std::fs::write(file, with_section(&known, title, body))
        .map_err(|error| Failure(format!("cannot write {}: {error}", file.display())))
}

fn judged_set(set: &str, label: &str) -> Result<corpus::Outcome, Failure> {
    let Some((file, repo)) = set.split_once('=') else {
        return Err(Failure(format!("--set takes LABELS.csv=REPOSITORY, got {set}")));
    };
    let file = Path::new(file);
    let mut labels: Vec<(String, Label)> = read_labels(file, label)?.into_iter().collect();
    labels.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let name = file.file_stem().unwrap_or_default().to_string_lossy().replace('+', "/");
    let name = if label == "label" { name } else { format!("{name}, {label}") };
    let outcome = judged(name, Path::new(repo), &labels);
    if outcome.rows.is_empty() {
        return Err(Failure(format!("none of the commits of {} is in {repo}", file.display())));
    }
    Ok(outcome)
}

fn mined_set(repo: &Path, args: &LabelledArgs) -> Result<corpus::Outcome, Failure> {
    let mined = mine(repo, "HEAD")?;
    let wait = i64::from(args.wait_days) * 86_400;
    let end = mined.commits.last().map_or(0, |(_, time)| time.saturating_sub(wait));
    let settled: Vec<_> = mined.commits.iter().filter(|(_, time)| *time <= end).collect();
    let newest = settled[settled.len().saturating_sub(args.most)..].iter();
    let label = |oid| Label { positive: !mined.about(oid).is_empty(), lines: None };
    let labels: Vec<(String, Label)> = newest.map(|(oid, _)| (oid.to_string(), label(*oid))).collect();
    if labels.is_empty() {
        let (place, days) = (repo.display(), args.wait_days);
        return Err(Failure(format!("no commit of {place} is older than {days} days; see --wait-days")));
    }
    Ok(judged("this repository".to_owned(), repo, &labels))
}

/// Judges commits; those that cannot be read are left out.
fn judged(name: String, repo: &Path, labels: &[(String, Label)]) -> corpus::Outcome {
    let session = Session::default();
    let progress = Progress::new(labels.len());
    let mut rows = Vec::new();
    for (at, some) in labels.chunks(64).enumerate() {
        let found: Vec<Option<Judged>> = some.par_iter().map(|(sha, label)| row(repo, sha, *label, &session)).collect();
        rows.extend(found.into_iter().flatten());
        progress.at((64 * (at + 1)).min(labels.len()));
    }
    corpus::Outcome::new(name, rows)
}

fn row(repo: &Path, sha: &str, label: Label, session: &Session) -> Option<Judged> {
    let source = Source::Revision(Some(sha.to_owned()));
    let request = Request { source, directory: repo.to_owned(), directory_given: true, paths: Vec::new() };
    let options = Options { no_graph: true, ..Options::default() };
    let judged = Judged::new(sha, label.positive, &judge(&request, &options, session).ok()?);
    Some(match label.lines {
        Some((added, deleted)) => Judged { added, churn: added.saturating_add(deleted), ..judged },
        None => judged,
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
