//! `richter policy simulate`: the changes of the last months go through the same pipeline as a change of today, under one
//! policy. A change is what was merged into the branch as one: a commit of its first-parent line. The dependency graph
//! is left out unless it is asked for, so zones that are only reached do not count; the answer says so.

use super::{AnswerFormat, SimulateArgs, file};
use crate::assess::{Deciding, Options, Session, assess};
use crate::cli::requests::policy_file;
use crate::cli::{Exit, Failure, Outcome};
use crate::input::{self, Oid, Repository, Request, Source};
use crate::limits::SIMULATED_CHANGES_MAX;
use crate::policy::{Replayed, Simulation};
use rayon::prelude::*;
use std::collections::{BTreeSet, VecDeque};
use std::io::{self, Write};

pub(super) fn run(args: &SimulateArgs) -> Result<Exit, Outcome> {
    let seconds = seconds(&args.since)?;
    let repository = Repository::open(&args.repo).map_err(Failure::from)?;
    let head = repository.resolve(&args.rev).map_err(Failure::from)?;
    let options = Options {
        policy: args.policy.as_deref().map(policy_file).transpose()?,
        people: args.people.as_deref().map(file).transpose()?,
        no_graph: !args.graph,
        ..Options::default()
    };
    let tree = repository.snapshot(head).map_err(|(_, why)| Failure(why))?;
    let session = Session::default();
    let deciding = Deciding::read(&tree, Some(head.to_string()), &options, &session).map_err(Failure::from)?;
    let (commits, mut notes) = commits(&repository, head, seconds, args.each_commit)?;
    notes.extend(told(args, &deciding));
    let replay = |commit: &Oid| replayed(args, *commit, &deciding, &options, &session);
    let found: Vec<Option<Replayed>> = commits.par_iter().map(replay).collect();
    let failed = found.iter().filter(|one| one.is_none()).count();
    let mut changes: Vec<Replayed> = found.into_iter().flatten().collect();
    changes.sort_by_key(|change| (change.time, change.commit));
    let simulation = Simulation::of(&changes, failed, deciding.people.is_none(), notes);
    let mut out = io::stdout().lock();
    match args.format {
        AnswerFormat::Text => out.write_all(simulation.text().as_bytes())?,
        AnswerFormat::Json => crate::render::document(&simulation, false, &mut out)?,
    }
    Ok(Exit::Fine)
}

/// What a reader should know before believing the numbers.
fn told(args: &SimulateArgs, deciding: &Deciding) -> Vec<String> {
    let mut notes = Vec::new();
    if !args.graph {
        notes.push(
            "zones that a change only reaches through its dependents are not counted (--graph traces them)".into(),
        );
    }
    if deciding.people.is_none() {
        let why =
            "there is no people file: rules about tiers are off, and people are named by owners files and history";
        notes.push(why.into());
    }
    notes
}

/// `90d`, `12w` in seconds.
fn seconds(text: &str) -> Result<i64, Failure> {
    let wrong = || Failure(format!("--since {text}: expected days or weeks, such as 90d or 12w"));
    let unit = match text.chars().last() {
        Some('d') => 86_400,
        Some('w') => 7 * 86_400,
        _ => return Err(wrong()),
    };
    let number: u32 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    Ok(i64::from(number) * unit)
}

/// The changes of the time before a commit, newest first.
fn commits(repository: &Repository, head: Oid, seconds: i64, each: bool) -> Result<(Vec<Oid>, Vec<String>), Failure> {
    let latest = repository.commit(head).map_err(|(_, why)| Failure(why))?.commit_time;
    let since = latest.saturating_sub(seconds);
    let (mut found, mut notes) = (Vec::new(), Vec::new());
    let mut open = VecDeque::from([head]);
    let mut seen = BTreeSet::from([head]);
    while let Some(oid) = open.pop_front() {
        if found.len() == SIMULATED_CHANGES_MAX {
            notes.push(format!("only the last {SIMULATED_CHANGES_MAX} changes were replayed"));
            break;
        }
        let Ok(commit) = repository.commit(oid) else {
            notes.push("the clone is cut: older changes are not here".to_owned());
            continue;
        };
        if commit.commit_time < since || commit.parents.is_empty() {
            continue;
        }
        if !each || commit.parents.len() == 1 {
            found.push(oid);
        }
        let parents = commit.parents.iter().take(if each { usize::MAX } else { 1 });
        open.extend(parents.copied().filter(|parent| seen.insert(*parent)));
    }
    notes.dedup();
    Ok((found, notes))
}

/// None if the change cannot be read.
fn replayed(
    args: &SimulateArgs,
    commit: Oid,
    deciding: &Deciding,
    options: &Options,
    session: &Session,
) -> Option<Replayed> {
    let request = Request {
        source: Source::Revision(Some(commit.to_string())),
        directory: args.repo.clone(),
        directory_given: true,
        paths: Vec::new(),
    };
    let input = input::read(&request).ok()?;
    let report = assess(&input, deciding, options, session);
    let time = input.change.as_of.unwrap_or(0);
    Some(Replayed { commit, time, level: report.assessment.level, plan: report.review })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit() {
        let read = |text| seconds(text).map_err(|failure| failure.0);
        assert_eq!((read("90d"), read("2w")), (Ok(7_776_000), Ok(1_209_600)));
        for wrong in ["90", "d", "-1d", "3y", "", "1.5d"] {
            assert!(read(wrong).is_err_and(|why| why.contains("such as 90d")), "{wrong}");
        }
    }
}
