//! `corpus features`: the numbers that the likelihood is computed from, for a list of commits, as a table. For people who
//! want to look at them with tools of their own; `corpus fit` computes the same numbers itself.

use super::{Exit, Failure, Outcome};
use crate::config::Config;
use crate::history::{self, Features, Log, LogCache, UNKNOWN};
use crate::input::{self, Request, Source};
use std::io::{BufRead, BufWriter, Write};
use std::path::{Path, PathBuf};

pub(super) fn features(repo: &Path, commits: &Path) -> Result<Exit, Outcome> {
    let file = std::fs::File::open(commits).map_err(|e| Failure(format!("cannot read {}: {e}", commits.display())))?;
    let cache = LogCache::default();
    let mut out = BufWriter::new(std::io::stdout().lock());
    writeln!(out, "sha,{}", Features::NAMES.join(","))?;
    for line in std::io::BufReader::new(file).lines() {
        let line = line?;
        let name = line.split(',').next().unwrap_or("").trim().to_owned();
        if name.len() < 7 || name == "sha" {
            continue;
        }
        let source = Source::Revision(Some(name.clone()));
        let request = Request { source, directory: PathBuf::from(repo), directory_given: true, paths: Vec::new() };
        let Ok(input) = input::read(&request) else { continue };
        let log = match (&input.repository, input.change.base) {
            (Some(repository), Some(base)) => Log::read(repository, base, &Config::default(), &cache),
            _ => Log::default(),
        };
        let found = history::recall(&input.change, &log, None);
        let values = found.features.values();
        let words: Vec<String> =
            values.iter().map(|v| if *v == UNKNOWN { String::new() } else { v.to_string() }).collect();
        writeln!(out, "{name},{}", words.join(","))?;
    }
    out.flush()?;
    Ok(Exit::Fine)
}
