//! `richter owners PATH`: who owns it, and which line of which file decided, with the lines that it overruled.

use super::args::OwnersArgs;
use super::policy::file;
use super::{Exit, Failure, Outcome};
use crate::assess::{Deciding, Options, Session};
use crate::input::Repository;
use crate::location::RepoPath;
use crate::policy::{Dialect, OwnerLine, Owners};
use std::io::{self, Write};

pub(super) fn run(args: &OwnersArgs) -> Result<Exit, Outcome> {
    let path = repository_path(&args.path)?;
    let (owners, place) = owners(args)?;
    let mut out = io::stdout().lock();
    let shown = path.untrusted();
    let shown = shown.terminal();
    let found = owners.matching(&path);
    match (&owners.file, found.is_empty()) {
        (None, _) => writeln!(out, "{shown}: there is no owners file at {place}")?,
        (Some(file), _) if owners.is_unreadable() => {
            writeln!(out, "{shown}: unknown, since {} could not be read", crate::text::visible(file))?;
        }
        (Some(file), true) => {
            writeln!(
                out,
                "{shown}: nobody; no line of {} matches ({})",
                crate::text::visible(file),
                owners.dialect.as_str()
            )?;
        }
        (Some(_), false) => {
            writeln!(out, "{shown}: {}", summary(&found.iter().filter(|(_, decides)| *decides).collect::<Vec<_>>()))?;
            for (line, decides) in &found {
                writeln!(out, "  {}", told(line, *decides))?;
            }
        }
    }
    for gap in &owners.gaps {
        writeln!(out, "note: {}", gap.why.terminal())?;
    }
    Ok(Exit::Fine)
}

/// A path as the repository writes it: relative to its top, without `.` and `..`, which no owners file matches.
fn repository_path(path: &str) -> Result<RepoPath, Failure> {
    let inside = path.trim_start_matches("./").trim_end_matches('/');
    let strange = |part: &str| part.is_empty() || part == "." || part == "..";
    match inside.split('/').any(strange) {
        true => Err(Failure(format!(
            "`{path}` is not a path of a repository; give it from the top of the repository, such as src/a.rs, without `..`"
        ))),
        false => Ok(RepoPath::new(inside)),
    }
}

/// The owners in force, and where they were looked for.
fn owners(args: &OwnersArgs) -> Result<(Owners, String), Failure> {
    let dialect = args.dialect.map(Dialect::from);
    if let Some(path) = &args.owners {
        let (name, bytes) = file(path)?;
        return Ok((Owners::parse(dialect.unwrap_or_else(|| Dialect::of_file(&name)), &name, &bytes), name));
    }
    let repository = Repository::open(&args.repo)?;
    let oid = repository.resolve(&args.rev)?;
    let tree = repository.snapshot(oid).map_err(|(_, why)| Failure(why))?;
    let owners = match dialect {
        Some(dialect) => Owners::read(&tree, &[], Some(dialect)),
        None => Deciding::read(&tree, Some(oid.to_string()), &Options::default(), &Session::default())?.owners,
    };
    Ok((owners, oid.short()))
}

fn names(line: &OwnerLine) -> String {
    let names: Vec<_> = line.owners.iter().map(|owner| owner.terminal().into_owned()).collect();
    names.join(" ")
}

/// All who decide, each section's in its turn.
fn summary(deciding: &[&(std::sync::Arc<OwnerLine>, bool)]) -> String {
    let part = |(line, _): &&(std::sync::Arc<OwnerLine>, bool)| match (line.owners.is_empty(), line.needed) {
        (true, _) => "nobody".to_owned(),
        (false, 0) => format!("{} (optional)", names(line)),
        (false, 1) => names(line),
        (false, needed) => format!("{needed} of {}", names(line)),
    };
    deciding.iter().map(part).collect::<Vec<_>>().join("; and ")
}

/// `decided by CODEOWNERS:3 "/lib/": @ann`
fn told(line: &OwnerLine, decides: bool) -> String {
    let section = line.section.as_ref().map_or_else(String::new, |name| format!("[{}] ", name.terminal()));
    let owners = match (&line.problem, line.owners.is_empty()) {
        (Some(problem), _) => format!("somebody must decide: {}", problem.terminal()),
        (None, true) => "nobody (the line clears owners)".to_owned(),
        (None, false) => names(line),
    };
    let verb = if decides { "decided by" } else { "overruled:" };
    let file = crate::text::visible(&line.file);
    format!("{verb} {section}{file}:{} `{}`: {owners}", line.line, line.pattern.terminal())
}
