//! `corpus features`: the numbers that the likelihood is computed from, for a list of commits, as a table. For people who
//! want to look at them with tools of their own, and for `corpus fit`, which takes such a table in place of a repository.

use super::{Exit, Failure, Outcome};
use crate::config::Config;
use crate::history::{self, Features, Log, LogCache, UNKNOWN};
use crate::input::{self, Request, Source};
use crate::limits;
use rayon::prelude::*;
use std::io::{BufWriter, Write};
use std::path::Path;

/// What is known about one commit.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    pub sha: String,
    /// Committer time, seconds.
    pub time: i64,
    /// Lines of the whole change.
    pub added: u32,
    pub deleted: u32,
    pub features: Features,
}

/// Columns before the features.
const LEADING: [&str; 4] = ["sha", "time", "added", "deleted"];

/// Prints the numbers of all commits of a list that are there.
pub(super) fn print(repo: &Path, commits: &Path) -> Result<Exit, Outcome> {
    let text = super::requests::read_file(commits, limits::LABELS_BYTES_MAX)?;
    let text = String::from_utf8_lossy(&text);
    let names: Vec<&str> = text.lines().filter_map(|line| line.split(',').next()).map(str::trim).collect();
    let names: Vec<String> = names.into_iter().filter(|name| is_name(name)).map(str::to_owned).collect();
    let mut out = BufWriter::new(std::io::stdout().lock());
    writeln!(out, "{},{}", LEADING.join(","), Features::NAMES.join(","))?;
    let cache = LogCache::default();
    for some in names.chunks(256) {
        for one in numbers(repo, some, &cache) {
            let values = one.features.values();
            let words: Vec<String> =
                values.iter().map(|value| if *value == UNKNOWN { String::new() } else { value.to_string() }).collect();
            writeln!(out, "{},{},{},{},{}", one.sha, one.time, one.added, one.deleted, words.join(","))?;
        }
    }
    out.flush()?;
    Ok(Exit::Fine)
}

fn is_name(text: &str) -> bool {
    text.len() >= 7 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Numbers of commits, in their order; those that cannot be read are left out.
pub(super) fn numbers(repo: &Path, names: &[String], cache: &LogCache) -> Vec<Numbers> {
    names.par_iter().filter_map(|name| number(repo, name, cache)).collect()
}

fn number(repo: &Path, name: &str, cache: &LogCache) -> Option<Numbers> {
    let source = Source::Revision(Some(name.to_owned()));
    let request = Request { source, directory: repo.to_owned(), directory_given: true, paths: Vec::new() };
    let input = input::read(&request).ok()?;
    let log = match (&input.repository, input.change.base) {
        (Some(repository), Some(base)) => Log::read(repository, base, &Config::default(), cache),
        _ => Log::default(),
    };
    let features = history::recall(&input.change, &log, None).features;
    let lines = |lines: u64| u32::try_from(lines).unwrap_or(u32::MAX);
    Some(Numbers {
        sha: name.to_owned(),
        time: input.change.as_of.unwrap_or(0),
        added: lines(input.change.lines_added()),
        deleted: lines(input.change.lines_deleted()),
        features,
    })
}

/// Reads a table that `print` wrote; columns are found by name, and those that are not known are left out.
pub(super) fn parse(file: &Path) -> Result<Vec<Numbers>, Failure> {
    let text = super::requests::read_file(file, limits::LABELS_BYTES_MAX)?;
    let text = String::from_utf8_lossy(&text);
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let column = |name: &str| header.iter().position(|known| *known == name);
    let leading = LEADING.map(column);
    let features: Vec<Option<usize>> = Features::NAMES.iter().map(|name| column(name)).collect();
    let [Some(sha), Some(time), Some(added), Some(deleted)] = leading else {
        return Err(Failure(format!("{}: expected the columns {}", file.display(), LEADING.join(", "))));
    };
    let row = |line: &str| -> Option<Numbers> {
        let cells: Vec<&str> = line.split(',').collect();
        let value = |at: &Option<usize>| at.and_then(|at| cells.get(at)?.parse().ok()).unwrap_or(UNKNOWN);
        let values: Vec<u32> = features.iter().map(value).collect();
        Some(Numbers {
            sha: (*cells.get(sha)?).to_owned(),
            time: cells.get(time)?.parse().ok()?,
            added: cells.get(added)?.parse().ok()?,
            deleted: cells.get(deleted)?.parse().ok()?,
            features: Features::from_values(&values)?,
        })
    };
    Ok(lines.filter_map(row).collect())
}
