//! `richter policy decide`: any verdict ends with 0, also `error`, the verdict where policy, people or owners cannot be
//! loaded. Facts that cannot be read are an input error and end with 2; the same verdict stands beside the message, so
//! that whoever reads only the verdict sees that nothing was approved.

use super::{AnswerFormat, DecideArgs, file, policy_of};
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
    let (change, review) = match facts(args)? {
        Ok(facts) => facts,
        Err(error) => {
            print_error(&error, args.format)?;
            return Err(Outcome::Failed(error.to_string()));
        }
    };
    let rules = match rules(args)? {
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
fn facts(args: &DecideArgs) -> Result<Result<(ChangeFacts, ReviewFacts), DataError>, Failure> {
    let (change_name, change) = file(&args.change)?;
    let review = args.review.as_deref().map(file).transpose()?;
    let read = || {
        let mut change = ChangeFacts::parse(&change_name, &change)?;
        let review = match &review {
            Some((name, bytes)) => ReviewFacts::parse(name, bytes)?,
            None => ReviewFacts::default(),
        };
        change.add(&review.change);
        Ok((change, review))
    };
    Ok(read())
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

/// The outer error is a file that is not there, the inner one a file that does not load.
fn rules(args: &DecideArgs) -> Result<Result<Rules, DataError>, Failure> {
    let policy = args.policy.as_deref().map(file).transpose()?;
    let (people_name, people) = file(&args.people)?;
    let owners = args.owners.as_deref().map(file).transpose()?;
    Ok(load(policy, &people_name, &people, owners))
}

fn load(
    policy: Option<(String, Vec<u8>)>,
    people_name: &str,
    people: &[u8],
    owners: Option<(String, Vec<u8>)>,
) -> Result<Rules, DataError> {
    let zones = Zones::load(&[])?;
    let policy = policy_of(policy, &zones)?;
    let people = People::parse(people_name, people)?;
    people.check_tiers(people_name, policy.tiers())?;
    let owners = match owners {
        None => Owners::default(),
        Some((name, bytes)) => {
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
