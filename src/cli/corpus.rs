//! `corpus`: measures richter on sets of changes whose danger is known. What kind of set a folder holds is seen from its
//! files; a folder of pages with a dangerous and a harmless change is a set of twins, one of pages that name a channel or a hazard a
//! set of cases of provenance. Progress goes to a terminal only.

use super::corpus_args::CorpusAction;
use super::requests::{judge as judge_one, read_file};
use super::{Exit, Failure, Outcome};
use crate::assess::{Options, Session};
use crate::corpus::{
    Incident, Replayed, Twin, WrittenCase, incidents, page, replay_page, row, run as judge, run_written, written_page,
};
use crate::input::{Request, Source};
use crate::limits;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(super) fn run(action: CorpusAction) -> Result<Exit, Outcome> {
    match action {
        CorpusAction::Replay { repos, manifest, out, no_graph } => replay(&repos, &manifest, out.as_deref(), no_graph),
        CorpusAction::Mine { repo, rev } => super::corpus_mine::run(&repo, &rev),
        CorpusAction::Fit(args) => super::corpus_fit::run(&args),
        CorpusAction::Features { repo, commits } => super::corpus_features::print(&repo, &commits),
        CorpusAction::Report(args) => super::corpus_run::report(&args),
        CorpusAction::Run(args) => match (&args.folder, &args.labelled.repo) {
            (Some(folder), _) => run_set(folder, args.out.as_deref()),
            (None, Some(repo)) => super::corpus_run::backtest(repo, &args.labelled),
            (None, None) => super::corpus_run::run(&args.labelled, args.out.as_deref(), &args.section),
        },
    }
}

/// Judges the set in a folder, prints the page and writes it beside the folder: twins as `results.md`, cases of
/// provenance under the name of their folder.
fn run_set(folder: &Path, out: Option<&Path>) -> Result<Exit, Outcome> {
    let texts = texts(folder)?;
    let beside = |name: String| folder.parent().unwrap_or(Path::new("")).join(name);
    let page = if texts.iter().any(|(_, text)| WrittenCase::is_one(text)) {
        let page = written_page(&run_written(&written(folder, &texts)?));
        let target = out.map_or_else(|| beside(file_name(folder)), Path::to_owned);
        std::fs::write(&target, &page)
            .map_err(|error| Failure(format!("cannot write {}: {error}", target.display())))?;
        page
    } else {
        let page = page(&judge(&twins(folder)?));
        let target = out.map_or_else(|| beside("results.md".to_owned()), Path::to_owned);
        // the page of results has other sections, which stay
        let body = page.strip_prefix("# Twins\n\n").unwrap_or(&page);
        super::corpus_run::write_section(&target, "Twins", body)?;
        page
    };
    io::stdout().write_all(page.as_bytes())?;
    Ok(Exit::Fine)
}

fn file_name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    format!("{}.md", if name.is_empty() { "provenance".into() } else { name })
}

/// The cases of provenance among the pages of a folder: all of them, or it is no such set.
fn written(folder: &Path, texts: &[(String, String)]) -> Result<Vec<WrittenCase>, Failure> {
    let read = |(name, text): &(String, String)| {
        let place = folder.join(name).with_extension("md");
        WrittenCase::parse(name, text).map_err(|error| Failure(format!("{}: {error}", place.display())))
    };
    texts.iter().map(read).collect()
}

/// Name without ending and text of every page of a folder, by name.
fn texts(folder: &Path) -> Result<Vec<(String, String)>, Failure> {
    let read = |path: &PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = String::from_utf8(read_file(path, limits::CONFIG_BYTES_MAX as u64)?)
            .map_err(|_| Failure(format!("{} is not UTF-8", path.display())))?;
        Ok((name, text))
    };
    pages(folder)?.iter().map(read).collect()
}

/// All twins of a folder, by name.
pub(super) fn twins(folder: &Path) -> Result<Vec<Twin>, Failure> {
    let read = |(name, text): &(String, String)| {
        let place = folder.join(name).with_extension("md");
        Twin::parse(name, text).map_err(|error| Failure(format!("{}: {error}", place.display())))
    };
    let twins: Vec<Twin> = texts(folder)?.iter().map(read).collect::<Result<_, _>>()?;
    if twins.is_empty() {
        return Err(Failure(format!(
            "{} holds no set that richter knows; a set of twins is a folder of pages (*.md) with `## dangerous` and \
             `## harmless` sections, a set of cases of provenance one with lines `- channel: ...` or `- kind: hazard`",
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

/// Judges the incidents of a manifest, prints the page and writes it where asked.
fn replay(repos: &Path, manifest: &Path, out: Option<&Path>, no_graph: bool) -> Result<Exit, Outcome> {
    let name = manifest.display().to_string();
    let text = String::from_utf8(read_file(manifest, limits::CONFIG_BYTES_MAX as u64)?)
        .map_err(|_| Failure(format!("{name} is not UTF-8")))?;
    let list = incidents(&name, &text).map_err(|error| Failure(error.to_string()))?;
    let options = Options { no_graph, ..Options::default() };
    // one at a time, each with a memory of its own: the repositories have nothing in common
    let rows: Vec<(Incident, Replayed)> = list
        .into_iter()
        .map(|incident| {
            let row = replay_one(&incident, repos, &options);
            (incident, row)
        })
        .collect();
    let page = replay_page(&rows);
    if let Some(out) = out {
        std::fs::write(out, &page).map_err(|error| Failure(format!("cannot write {}: {error}", out.display())))?;
    }
    io::stdout().write_all(page.as_bytes())?;
    Ok(Exit::Fine)
}

fn replay_one(incident: &Incident, repos: &Path, options: &Options) -> Replayed {
    let joined = incident.repository.replace('/', "+");
    let places = [repos.join(&joined).join("repo"), repos.join(&joined), repos.join(&incident.repository)];
    let directory = places.into_iter().find(|place| place.is_dir()).ok_or("no such folder")?;
    let source = Source::Revision(Some(incident.commit.clone()));
    let request = Request { source, directory, directory_given: true, paths: Vec::new() };
    let report = judge_one(&request, options, &Session::default()).map_err(|refusal| refusal.message)?;
    Ok(row(incident, &report))
}
