//! `richter policy`: decide a given change, and examine a policy before it decides about people's work. Files come from the
//! command line; where none is named, from HEAD of the repository around this folder, else the built-in policy.

mod decide;
mod examine;
mod simulate;

pub(super) use decide::print_verdict;

use super::{Exit, Failure, Outcome};
use crate::data::DataError;
use crate::limits;
use crate::policy::{Policy, PolicySource};
use crate::zones::Zones;
use clap::{Args, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum PolicyAction {
    /// Facts in, verdict out: who must approve this change, and is it met
    Decide(DecideArgs),
    /// Run the tests that stand in the policy file; exit 1 if one fails
    Test(ExamineArgs),
    /// What is asked for by area, author, AI involvement and level
    Table(ExamineArgs),
    /// Check invariants in every situation there is; exit 1 with the counterexamples if one does not hold
    Prove(ExamineArgs),
    /// Where a new policy asks for less than the old one; exit 1 if it does anywhere
    Diff(DiffArgs),
    /// Replay the repository's history: what would have been asked of whom
    Simulate(SimulateArgs),
    /// Rules that never matter, that nobody can meet, or that reward hiding; exit 1 if there are any
    Lint(ExamineArgs),
}

/// The policy to look at: a file, else that of HEAD of the repository, else the built-in one.
#[derive(Debug, Args)]
pub(in crate::cli) struct ExamineArgs {
    /// Review policy, or the name of a preset
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// People and their tiers
    #[arg(long, value_name = "FILE")]
    pub people: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = AnswerFormat::Text)]
    pub format: AnswerFormat,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SimulateArgs {
    /// How far to look back from the head, in days or weeks: 90d, 12w
    #[arg(long, value_name = "TIME", default_value = "90d")]
    pub since: String,
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub repo: PathBuf,
    /// The commit to look back from; its policy, people and owners decide about every change
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub rev: String,
    /// Review policy instead, or the name of a preset
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub people: Option<PathBuf>,
    /// Trace who depends on each change too; slower
    #[arg(long)]
    pub graph: bool,
    /// Every commit, instead of what was merged into the branch as one
    #[arg(long)]
    pub each_commit: bool,
    #[arg(long, value_enum, default_value_t = AnswerFormat::Text)]
    pub format: AnswerFormat,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DiffArgs {
    /// Policy before, or the name of a preset
    pub old: PathBuf,
    /// Policy after
    pub new: PathBuf,
    #[arg(long, value_enum, default_value_t = AnswerFormat::Text)]
    pub format: AnswerFormat,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DecideArgs {
    /// Review policy, or the name of a preset (default: the built-in one)
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// People, agents and bots
    #[arg(long, value_name = "FILE")]
    pub people: PathBuf,
    /// CODEOWNERS or OWNERS; the policy says the dialect, else the file's place does
    #[arg(long, value_name = "FILE")]
    pub owners: Option<PathBuf>,
    /// The change (richter.change/1), or - for standard input
    #[arg(long, value_name = "FILE")]
    pub change: PathBuf,
    /// What the forge knows about its review (richter.review/1)
    #[arg(long, value_name = "FILE")]
    pub review: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = AnswerFormat::Json)]
    pub format: AnswerFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum AnswerFormat {
    Text,
    Json,
}

pub(super) fn run(action: PolicyAction) -> Result<Exit, Outcome> {
    match action {
        PolicyAction::Decide(args) => decide::run(&args),
        PolicyAction::Test(args) => examine::test(&args),
        PolicyAction::Table(args) => examine::table(&args),
        PolicyAction::Prove(args) => examine::prove(&args),
        PolicyAction::Diff(args) => examine::diff(&args),
        PolicyAction::Simulate(args) => simulate::run(&args),
        PolicyAction::Lint(args) => examine::lint(&args),
    }
}

/// A file of policy, people, owners or facts, with its name for errors.
pub(super) fn file(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    Ok((path.display().to_string(), super::requests::read_file(path, limits::CONFIG_BYTES_MAX as u64)?))
}

/// A policy file, or the built-in policy, with all names of areas known.
pub(super) fn policy_of(file: Option<(String, Vec<u8>)>, zones: &Zones) -> Result<Policy, DataError> {
    let policy = match file {
        Some((name, bytes)) => Policy::parse(PolicySource::File(name.clone()), &name, &bytes)?,
        None => Policy::builtin(),
    };
    policy.check_areas(zones)?;
    Ok(policy)
}
