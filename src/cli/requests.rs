//! From files and flags to what the library takes, shared by the commands that judge.

use super::Failure;
use super::args::JudgingArgs;
use crate::assess::{Deciding, Options, Session, assess};
use crate::cache::Cache;
use crate::embedded;
use crate::input::{self, Input, InputError, Request};
use crate::limits;
use crate::provenance::PrFacts;
use crate::report::Report;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Why one request failed: the word for JSON and the message for people.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub kind: &'static str,
    pub message: String,
}

impl From<InputError> for Refusal {
    fn from(error: InputError) -> Self {
        Self { kind: error.kind(), message: error.to_string() }
    }
}

impl From<crate::data::DataError> for Refusal {
    fn from(error: crate::data::DataError) -> Self {
        Self { kind: "bad-configuration", message: error.to_string() }
    }
}

/// Reads and judges one change.
pub(super) fn judge(request: &Request, options: &Options, session: &Session) -> Result<Report, Refusal> {
    let input: Input = input::read(request)?;
    let oid = input.change.target.map(|oid| oid.to_string());
    let deciding = Deciding::read(&input.deciding, oid, options, session)?;
    Ok(assess(&input, &deciding, options, session))
}

/// Options from the flags that assess and batch share.
pub(super) fn options(args: &JudgingArgs) -> Result<Options, Failure> {
    let read = |path: &Path| -> Result<(String, Vec<u8>), Failure> {
        Ok((path.display().to_string(), read_file(path, limits::CONFIG_BYTES_MAX as u64)?))
    };
    Ok(Options {
        policy: args.policy.as_deref().map(policy_file).transpose()?,
        people: args.people.as_deref().map(read).transpose()?,
        no_graph: args.no_graph,
        ..Options::default()
    })
}

/// The session of a command: with the cache of this user, unless it is switched off or has no place.
pub(super) fn session(args: &JudgingArgs) -> Session {
    match cache_folder().filter(|_| !args.no_cache) {
        Some(folder) => Session::with_cache(Cache::at(folder)),
        None => Session::default(),
    }
}

/// `$RICHTER_CACHE_DIR`, else `$XDG_CACHE_HOME/richter`, else `~/.cache/richter`. The latter two must be absolute, or they
/// would lead into somebody's work tree.
fn cache_folder() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|path| !path.is_empty()).map(PathBuf::from);
    let absolute = |name: &str| folder(name).filter(|path| path.is_absolute());
    folder("RICHTER_CACHE_DIR")
        .or_else(|| Some(absolute("XDG_CACHE_HOME")?.join("richter")))
        .or_else(|| Some(absolute("HOME")?.join(".cache/richter")))
}

/// Sets the size of the worker pool. Its threads get a large stack, for `syn`.
pub(super) fn threads(args: &JudgingArgs) -> Result<(), Failure> {
    let pool = rayon::ThreadPoolBuilder::new()
        .stack_size(limits::POOL_STACK_BYTES)
        .start_handler(|_| crate::syntax::declare_stack(limits::POOL_STACK_BYTES));
    let pool = match args.threads {
        Some(threads) if threads == 0 || threads > limits::THREADS_MAX => {
            return Err(Failure(format!("--threads takes a whole number from 1 to {}", limits::THREADS_MAX)));
        }
        Some(threads) => pool.num_threads(threads),
        None => pool,
    };
    Ok(pool.build_global()?)
}

/// A whole file, or standard input for `-`, up to a limit in bytes.
pub(super) fn read_file(path: &Path, max: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().lock().take(max + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(max + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure(format!("cannot read {}: {error}", path.display())))?;
    if bytes.len() as u64 > max {
        return Err(Failure(format!("{} is larger than {max} bytes, which is the limit for it", path.display())));
    }
    Ok(bytes)
}

/// A policy from a file, or a shipped preset by its name; a file of that name goes first.
pub(super) fn policy_file(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let presets = || embedded::rule_files("presets/");
    let name_of = |file: &str| file.trim_start_matches("presets/").trim_end_matches(".toml").to_owned();
    let is_preset = |(file, _): &(&str, &str)| path.to_str().is_some_and(|name| name_of(file) == name);
    match presets().find(is_preset).filter(|_| !path.exists()) {
        Some((name, text)) => Ok((format!("rules/{name}"), text.as_bytes().to_vec())),
        None => {
            let bytes = read_file(path, limits::CONFIG_BYTES_MAX as u64).map_err(|Failure(why)| {
                let bare = path.parent().is_some_and(|folder| folder.as_os_str().is_empty()) && !path.exists();
                let names: Vec<String> = presets().map(|(file, _)| name_of(file)).collect();
                Failure(if bare { format!("{why}; presets: {}", names.join(", ")) } else { why })
            })?;
            Ok((path.display().to_string(), bytes))
        }
    }
}

/// Facts about a pull request; unknown keys are ignored, a wrong type is an error with its place.
pub(super) fn pr_facts(path: &Path) -> Result<PrFacts, Failure> {
    let bytes = read_file(path, limits::CONFIG_BYTES_MAX as u64)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Failure(format!("{}:{line}:{column}: {error}; expected the facts of a pull request as JSON", path.display()))
    })
}
