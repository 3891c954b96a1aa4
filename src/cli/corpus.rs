//! `corpus`: measures richter on sets of changes whose danger is known. What kind of set a folder holds is seen from its
//! files; a folder of pages with a dangerous and a harmless change is a set of twins. Progress goes to a terminal only.

use super::args::CorpusAction;
use super::requests::read_file;
use super::{Exit, Failure, Outcome};
use crate::corpus::{Twin, page, run as judge};
use crate::limits;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(super) fn run(action: CorpusAction) -> Result<Exit, Outcome> {
    match action {
        CorpusAction::Mine { repo, rev } => super::corpus_mine::run(&repo, &rev),
        CorpusAction::Fit(args) => super::corpus_fit::run(&args),
        CorpusAction::Features { repo, commits } => super::corpus_features::print(&repo, &commits),
        CorpusAction::Run(args) => match (&args.folder, &args.repo) {
            (Some(folder), _) => run_set(folder, args.out.as_deref()),
            (None, Some(repo)) => super::corpus_run::backtest(repo, args.wait_days, args.most),
            (None, None) => super::corpus_run::run(&args.set, &args.label),
        },
    }
}

/// Judges the set in a folder, prints the page and writes it beside the folder.
fn run_set(folder: &Path, out: Option<&Path>) -> Result<Exit, Outcome> {
    let twins = twins(folder)?;
    let page = page(&judge(&twins));
    let beside = folder.parent().unwrap_or(Path::new("")).join("results.md");
    let target = out.map_or(beside, Path::to_owned);
    std::fs::write(&target, &page).map_err(|error| Failure(format!("cannot write {}: {error}", target.display())))?;
    io::stdout().write_all(page.as_bytes())?;
    Ok(Exit::Fine)
}

/// All twins of a folder, by name.
pub(super) fn twins(folder: &Path) -> Result<Vec<Twin>, Failure> {
    let files = pages(folder)?;
    let read = |path: &PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = String::from_utf8(read_file(path, limits::CONFIG_BYTES_MAX as u64)?)
            .map_err(|_| Failure(format!("{} is not UTF-8", path.display())))?;
        Twin::parse(&name, &text).map_err(|error| Failure(format!("{}: {error}", path.display())))
    };
    let twins: Vec<Twin> = files.iter().map(read).collect::<Result<_, _>>()?;
    if twins.is_empty() {
        return Err(Failure(format!(
            "{} holds no set that richter knows; a set of twins is a folder of pages (*.md) with `## dangerous` and \
             `## harmless` sections",
            folder.display()
        )));
    }
    Ok(twins)
}

/// The pages of a folder, sorted by name.
fn pages(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder)
        .map_err(|error| Failure(format!("cannot read the folder {}: {error}", folder.display())))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    files.sort();
    Ok(files)
}
