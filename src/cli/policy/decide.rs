//! `richter policy decide`: any verdict ends with 0, also `error`, the verdict where policy, people or owners cannot be
//! loaded. Facts that cannot be read are an input error and end with 2; the same verdict stands beside the message, so
//! that whoever reads only the verdict sees that nothing was approved.

use super::{AnswerFormat, DecideArgs, file, policy_of};
use crate::cli::requests::policy_file;
use crate::cli::{Exit, Failure, Outcome};
use crate::data::DataError;
use crate::policy::{
    ChangeFacts, Dialect, Owners, People, Policy, ReviewFacts, Rulebook, Verdict, VerdictDocument, check,
};
use crate::render;
use crate::zones::Zones;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

/// What decides.
struct Rules {
    policy: Policy,
    people: People,
    owners: Owners,
    zones: Zones,
}

pub(super) fn run(args: &DecideArgs) -> Result<Exit, Outcome> {
    if args.review.as_deref() == Some(Path::new("-")) && args.change.as_os_str() == "-" {
        return Err(Outcome::Failed("only one of --change and --review can read standard input".to_owned()));
    }
    let (change, review) = match facts(args) {
        Ok(facts) => facts,
        Err(error) => {
            print_error(&error, args.format)?;
            return Err(Outcome::Failed(error.to_string()));
        }
    };
    let rules = match rules(args) {
        Ok(rules) => rules,
        Err(error) => {
            print_error(&error, args.format)?;
            return Ok(Exit::Fine);
        }
    };
    let Rules { policy, people, owners, zones } = &rules;
    let verdict = check(Rulebook { policy, owners, people, zones }, &change, &review, &BTreeMap::new());
    print_verdict(&verdict, args.format)?;
    Ok(Exit::Fine)
}

/// The change and its review, put together.
fn facts(args: &DecideArgs) -> Result<(ChangeFacts, ReviewFacts), DataError> {
    let (name, bytes) = told(&args.change, file)?;
    let mut change = ChangeFacts::parse(&name, &bytes)?;
    let review = match &args.review {
        Some(path) => {
            let (name, bytes) = told(path, file)?;
            ReviewFacts::parse(&name, &bytes)?
        }
        None => ReviewFacts::default(),
    };
    change.add(&review.change);
    Ok((change, review))
}

/// A file that cannot be read as an error about the file, so that it gets its verdict too.
fn told(
    path: &Path,
    read: impl Fn(&Path) -> Result<(String, Vec<u8>), Failure>,
) -> Result<(String, Vec<u8>), DataError> {
    read(path).map_err(|Failure(why)| DataError::whole(&path.display().to_string(), why))
}

/// The verdict where there is none.
fn print_error(error: &DataError, format: AnswerFormat) -> Result<(), Outcome> {
    match format {
        AnswerFormat::Json => render::document(&VerdictDocument::error(error), false, &mut io::stdout().lock())?,
        AnswerFormat::Text => {
            let told = crate::text::visible(&error.to_string()).into_owned();
            writeln!(io::stdout(), "ERROR      nothing is approved: {told}")?;
        }
    }
    Ok(())
}

fn rules(args: &DecideArgs) -> Result<Rules, DataError> {
    let zones = Zones::load(&[])?;
    let policy = policy_of(args.policy.as_deref().map(|path| told(path, policy_file)).transpose()?, &zones)?;
    let (name, bytes) = told(&args.people, file)?;
    let people = People::parse(&name, &bytes)?;
    people.check_tiers(&name, policy.tiers())?;
    let owners = match &args.owners {
        None => Owners::default(),
        Some(path) => {
            let (name, bytes) = told(path, file)?;
            let dialect = policy.dialect().unwrap_or_else(|| Dialect::of_file(&name));
            Owners::parse(dialect, &name, &bytes)
        }
    };
    Ok(Rules { policy, people, owners, zones })
}

/// Writes a verdict to standard output.
pub(in crate::cli) fn print_verdict(verdict: &Verdict, format: AnswerFormat) -> Result<(), Outcome> {
    let mut out = io::stdout().lock();
    match format {
        AnswerFormat::Json => render::document(&VerdictDocument::new(verdict), false, &mut out)?,
        AnswerFormat::Text => out.write_all(verdict_text(verdict).as_bytes())?,
    }
    Ok(())
}

/// A verdict for people: where it stands, what counts, what is missing and whom to ask.
fn verdict_text(verdict: &Verdict) -> String {
    let mut text = verdict.headline();
    for (label, lines) in verdict.sections() {
        for (at, line) in lines.iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            text.push_str(&format!("{label:<11}{line}\n"));
        }
    }
    text
}
