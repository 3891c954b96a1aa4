//! `richter review check`: the change is assessed, its facts go to the policy together with what the forge knows about the
//! review, and the verdict comes back: met or not, who is missing, and the fewest people to ask. Ends with 1 when it is
//! not met. An override that is used can be recorded in a ledger.

use super::args::{ReviewAction, ReviewCheckArgs};
use super::policy::{file, print_verdict};
use super::requests::{options, pr_facts, threads};
use super::{Exit, Failure, Outcome};
use crate::assess::{Deciding, Session, assess};
use crate::input::{self, Input, Request, Source};
use crate::limits;
use crate::policy::{ChangeFacts, Ledger, ReviewFacts, Rulebook, Status, Verdict, accounts, check};
use crate::render::{self, Format, Layout};
use crate::report::Report;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

pub(super) fn run(action: ReviewAction) -> Result<Exit, Outcome> {
    match action {
        ReviewAction::Check(args) => run_check(&args),
    }
}

fn run_check(args: &ReviewCheckArgs) -> Result<Exit, Outcome> {
    let (name, bytes) = file(&args.review)?;
    let mut review = ReviewFacts::parse(&name, &bytes).map_err(Failure::from)?;
    // whoever does not promise whole lists may have left the veto out
    review.complete = Some(review.complete == Some(true));
    let mut options = options(&args.judging)?;
    options.pr_facts = args.pr_facts.as_deref().map(pr_facts).transpose()?;
    options.author = args.author.clone();
    threads(&args.judging)?;
    let input = read(args)?;
    let oid = input.change.target.map(|oid| oid.to_string());
    let session = Session::default();
    let deciding = Deciding::read(&input.deciding, oid, &options, &session).map_err(Failure::from)?;
    let report = assess(&input, &deciding, &options, &session);
    let change = facts(&report, &review)?;
    let people = deciding.people.clone().unwrap_or_else(|| accounts(&change, &review, &deciding.owners));
    let book = Rulebook { policy: &deciding.policy, owners: &deciding.owners, people: &people, zones: &deciding.zones };
    let verdict = check(book, &change, &review, &familiar(&report));
    print_verdict(&verdict, args.format)?;
    if let (Some(path), Some(now)) = (&args.ledger, review.now) {
        record(path, &verdict, now)?;
    }
    Ok(match verdict.status {
        Status::Satisfied | Status::Overridden => Exit::Fine,
        Status::Pending | Status::Blocked => Exit::AtOrAbove,
        Status::Error => Exit::Error,
    })
}

fn read(args: &ReviewCheckArgs) -> Result<Input, Failure> {
    let request = Request {
        source: Source::Revision(args.range.clone()),
        directory: args.repo.clone().unwrap_or_else(|| PathBuf::from(".")),
        directory_given: args.repo.is_some(),
        paths: Vec::new(),
    };
    Ok(input::read(&request)?)
}

/// The facts as `assess --format change` writes them, so that both commands decide on the same.
fn facts(report: &Report, review: &ReviewFacts) -> Result<ChangeFacts, Failure> {
    let mut bytes = Vec::new();
    let layout = Layout { width: 80, colour: false, explain: false };
    render::write(report, Format::Change, layout, true, &mut bytes)?;
    let mut change = ChangeFacts::parse("change", &bytes)?;
    change.add(&review.change);
    Ok(change)
}

/// How well people know the touched files, by address.
fn familiar(report: &Report) -> BTreeMap<String, u64> {
    let weight = |expert: &crate::history::Expert| (expert.who.email.raw().to_owned(), expert.weight_milli);
    report.history.experts.iter().map(weight).collect()
}

/// Appends an override that was used; a ledger whose chain does not hold is left alone and told.
fn record(path: &Path, verdict: &Verdict, now: i64) -> Result<(), Failure> {
    let known = match path.exists() {
        true => super::requests::read_file(path, limits::LEDGER_BYTES_MAX)?,
        false => Vec::new(),
    };
    let ledger = Ledger::parse(&path.display().to_string(), &known)?;
    let Some(line) = ledger.record(verdict, now) else { return Ok(()) };
    let written =
        OpenOptions::new().create(true).append(true).open(path).and_then(|mut file| file.write_all(line.as_bytes()));
    written.map_err(|error| Failure(format!("the override could not be recorded in {}: {error}", path.display())))
}
