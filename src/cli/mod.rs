//! The command line: arguments, files, streams, terminal and exit codes. Everything that touches the process lives here;
//! what it does is the library's business. Exit codes: 0 fine; 1 at or above `--fail-on`; 2 usage, configuration or
//! input error; 3 part of the change was not seen and `--fail-on` was asked for.

mod args;
mod corpus_args;
mod assess;
mod batch;
mod corpus;
mod graph;
mod impact;
mod init;
mod corpus_features;
mod corpus_fit;
mod corpus_mine;
mod corpus_run;
mod lookup;
mod owners;
mod policy;
mod report;
mod requests;
mod resume;
mod review;
mod terminal;

pub use args::command;

use crate::render;
use args::{Arguments, Command};
use clap::FromArgMatches;
use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, Write};

/// How a run ended, as an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Fine,
    AtOrAbove,
    Error,
    Incomplete,
}

impl Exit {
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::AtOrAbove => 1,
            Self::Error => 2,
            Self::Incomplete => 3,
        }
    }
}

/// Why a command could not do its work: a message for people that says what to do.
#[derive(Debug)]
struct Failure(String);

impl<E: Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Runs one command line.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            let asked_for = !error.use_stderr();
            let _ = error.print();
            return if asked_for { Exit::Fine } else { Exit::Error };
        }
    };
    let parsed = match Arguments::from_arg_matches(&matches) {
        Ok(parsed) => parsed,
        Err(error) => return fail(&error.to_string()),
    };
    match dispatch(parsed.command) {
        Ok(exit) => exit,
        Err(Outcome::ClosedPipe) => Exit::Fine,
        Err(Outcome::Failed(message)) => fail(&message),
    }
}

/// How a command ends when it does not end well.
enum Outcome {
    /// The reader went away: not an error.
    ClosedPipe,
    Failed(String),
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure.0)
    }
}

impl From<io::Error> for Outcome {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ClosedPipe,
            _ => Self::Failed(format!("cannot write the output: {error}")),
        }
    }
}

fn dispatch(command: Command) -> Result<Exit, Outcome> {
    match command {
        Command::Assess(args) => assess::run(args),
        Command::Batch(args) => batch::run(args),
        Command::Graph(args) => graph::run(args),
        Command::Impact(args) => impact::run(args),
        Command::Explain { name, repo } => lookup::explain(&name, repo.as_deref()),
        Command::Rules { action } => lookup::rules(action),
        Command::Owners(args) => owners::run(&args),
        Command::Init { repo } => init::run(&repo),
        Command::Review { action } => review::run(action),
        Command::Policy { action } => policy::run(action),
        Command::Corpus { action } => corpus::run(action),
        Command::Report(args) => report::run(args),
        Command::Schema { name } => schema(&name),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(shell, &mut args::command(), "richter", &mut out);
            io::stdout().write_all(&out)?;
            Ok(Exit::Fine)
        }
        Command::Man => {
            let mut out = Vec::new();
            manual(&mut out)?;
            io::stdout().write_all(&out)?;
            Ok(Exit::Fine)
        }
    }
}

/// The manual: the page of the program, then one section a command, from the same definition as `--help`.
fn manual(out: &mut Vec<u8>) -> io::Result<()> {
    let mut root = command();
    root.build();
    clap_mangen::Man::new(root.clone()).render(out)?;
    for sub in root.get_subcommands().filter(|sub| sub.get_name() != "help") {
        let page = clap_mangen::Man::new(sub.clone());
        page.render_name_section(out)?;
        page.render_synopsis_section(out)?;
        page.render_options_section(out)?;
    }
    Ok(())
}

fn schema(name: &str) -> Result<Exit, Outcome> {
    let Some(text) = render::schema(name).or_else(|| crate::weekly::schema(name)) else {
        let known = [render::schema_names(), &["weekly"]].concat().join(", ");
        return Err(Outcome::Failed(format!(
            "there is no schema `{}`; there are: {known}",
            crate::text::visible(name)
        )));
    };
    writeln!(io::stdout(), "{}", text.trim_end())?;
    Ok(Exit::Fine)
}

fn fail(message: &str) -> Exit {
    let lines: Vec<_> = message.lines().map(crate::text::visible).collect();
    // nothing more can be done if standard error is gone
    let _ = writeln!(io::stderr(), "richter: {}", lines.join("\n"));
    Exit::Error
}
