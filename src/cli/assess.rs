//! `richter assess`: one change in, one answer out.

use super::args::AssessArgs;
use super::requests::{judge, options, pr_facts, read_file, session, threads};
use super::terminal::layout;
use super::{Exit, Failure, Outcome};
use crate::assess::{Options, prepare};
use crate::input::{Request, Source};
use crate::limits;
use crate::render;
use crate::report::Report;
use crate::score::Level;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

pub(super) fn run(args: AssessArgs) -> Result<Exit, Outcome> {
    let request = request(&args)?;
    let options = all_options(&args)?;
    threads(&args.judging)?;
    prepare();
    let session = session(&args.judging);
    let report = judge(&request, &options, &session).map_err(|refusal| Failure(refusal.message))?;
    let mut out = BufWriter::new(io::stdout().lock());
    // a file gets one line of JSON only if a machine asks for it in batch; here people read it too
    render::write(&report, args.format, layout(args.color, args.explain), false, &mut out)?;
    out.flush()?;
    // nobody waits for what only the next run needs
    session.cache().flush();
    // the process ends here: what it knew goes with it
    std::mem::forget(session);
    Ok(exit(&args, &report))
}

fn request(args: &AssessArgs) -> Result<Request, Failure> {
    // an unset variable of a script must not turn into the default
    if args.range.as_deref().is_some_and(|range| range.trim().is_empty()) {
        return Err(Failure("RANGE is empty; leave it out for the default, or name a commit or A..B".to_owned()));
    }
    if args.author.as_deref().is_some_and(|author| author.trim().is_empty()) {
        return Err(Failure("--author is empty; leave it out, or give a name or an address".to_owned()));
    }
    let source = match (&args.patch, args.staged, args.worktree) {
        (Some(path), _, _) => Source::Patch(read_file(path, limits::PATCH_BYTES_MAX)?.into()),
        (None, true, _) => Source::Staged,
        (None, false, true) => Source::Worktree,
        (None, false, false) => Source::Revision(args.range.clone()),
    };
    let directory = args.repo.clone().unwrap_or_else(|| PathBuf::from("."));
    Ok(Request { source, directory, directory_given: args.repo.is_some(), paths: args.path.clone() })
}

fn all_options(args: &AssessArgs) -> Result<Options, Failure> {
    let is_stdin = |path: &Option<PathBuf>| path.as_deref() == Some(Path::new("-"));
    if is_stdin(&args.patch) && is_stdin(&args.pr_facts) {
        return Err(Failure("only one of --patch and --pr-facts can read standard input".to_owned()));
    }
    let pr_facts = args.pr_facts.as_deref().map(pr_facts).transpose()?;
    Ok(Options { author: args.author.clone(), pr_facts, ..options(&args.judging)? })
}

fn exit(args: &AssessArgs, report: &Report) -> Exit {
    let Some(bar) = args.fail_on else { return Exit::Fine };
    if report.assessment.level >= Level::from(bar) {
        Exit::AtOrAbove
    } else if !report.assessment.complete && !args.allow_incomplete {
        Exit::Incomplete
    } else {
        Exit::Fine
    }
}
