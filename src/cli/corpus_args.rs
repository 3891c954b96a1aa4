//! The arguments of `corpus` and what is below it. Help texts are the documentation; nothing is checked twice.

use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum CorpusAction {
    /// Find out from a repository's history which changes were reverted or repaired, and print a table of labels (CSV)
    Mine {
        #[arg(long, value_name = "DIR", default_value = ".")]
        repo: PathBuf,
        /// The commit whose ancestors are mined
        #[arg(long, value_name = "REV", default_value = "HEAD")]
        rev: String,
    },
    /// Fit the tables of the likelihood on labelled commits and write a model file
    Fit(FitArgs),
    /// Print the numbers that the likelihood is computed from, for a list of commits (CSV)
    Features {
        #[arg(long, value_name = "DIR", default_value = ".")]
        repo: PathBuf,
        /// Commits, one a line; of a table, its first column
        #[arg(long, value_name = "FILE")]
        commits: PathBuf,
    },
    /// Judge public incidents whose repositories are at hand
    Replay {
        /// Folder of repositories: OWNER+NAME/repo, OWNER+NAME or OWNER/NAME below it
        #[arg(long, value_name = "DIR")]
        repos: PathBuf,
        /// Which commits, which signals, and where
        #[arg(long, value_name = "FILE", default_value = "corpus/replay.toml")]
        manifest: PathBuf,
        /// Where to write the page, too
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Do not trace who depends on the changes
        #[arg(long)]
        no_graph: bool,
    },
    /// Judge a set of known outcome (twins, labelled commits, a repository's own history) and print how good it was
    Run(RunArgs),
    /// Judge labelled commits or a repository's own history and write a page of plots, figures and worst mistakes (HTML)
    Report(ReportPageArgs),
}

#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct RunArgs {
    /// Folder of twins: one page a pair of a dangerous and a harmless change
    #[arg(required_unless_present_any = ["set", "repo"], conflicts_with_all = ["set", "repo"])]
    pub folder: Option<PathBuf>,
    #[command(flatten)]
    pub labelled: LabelledArgs,
    /// Where to write the page: of twins it is results.md beside the folder, of cases of provenance a page with the folder's
    /// name; the figures of --set are written as a section of it (see --section), and only where this says
    #[arg(long, value_name = "FILE", conflicts_with = "repo")]
    pub out: Option<PathBuf>,
    /// With --set and --out: the title of the section, so that several kinds of labels stand side by side on one page
    #[arg(long, value_name = "TITLE", default_value = "Likelihood")]
    pub section: String,
}

/// Labelled commits, or a repository whose history labels them.
#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct LabelledArgs {
    /// A table of labels (columns sha and label) and its repository; may be given more than once
    #[arg(long, value_name = "LABELS=REPO", conflicts_with = "repo")]
    pub set: Vec<String>,
    /// A repository: its history says which changes were reverted or repaired, and what a gate would have caught
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// The column that says which commits are positive (a number above 0)
    #[arg(long, value_name = "COLUMN", default_value = "label")]
    pub label: String,
    /// With --repo: leave out changes younger than this, whose fate is not known yet (days)
    #[arg(long, value_name = "DAYS", default_value_t = 180)]
    pub wait_days: u32,
    /// With --repo: judge so many changes, the newest (commits)
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    pub most: usize,
}

#[derive(Debug, Args)]
#[group(skip)]
pub(super) struct ReportPageArgs {
    #[command(flatten)]
    pub labelled: LabelledArgs,
    /// Where a commit can be looked at, with {sha} for its name (https://forge.example/owner/name/commit/{sha}); for several
    /// sets once each, in their order
    #[arg(long, value_name = "URL")]
    pub link: Vec<String>,
    /// Where to write the page
    #[arg(long, value_name = "FILE", default_value = "richter-corpus.html")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct FitArgs {
    /// A table of labels (columns sha and label) and its repository, or a table of `corpus features` in its place; may be
    /// given more than once
    #[arg(long, value_name = "LABELS=REPO", required_unless_present = "repo", conflicts_with = "repo")]
    pub set: Vec<String>,
    /// A repository: its history says which changes were reverted or repaired, and the fit is for it alone. Commit the
    /// outcome as .richter/model.toml, and it counts from then on
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// With --repo: leave out changes younger than this, whose fate is not known yet (days)
    #[arg(long, value_name = "DAYS", default_value_t = 180)]
    pub wait_days: u32,
    /// A set that is measured and not fitted on, in the same form; may be given more than once
    #[arg(long, value_name = "LABELS=REPO")]
    pub test: Vec<String>,
    /// The column that says which commits are positive (a number above 0)
    #[arg(long, value_name = "COLUMN", default_value = "label")]
    pub label: String,
    /// Fit on the oldest part of each set (percent); the newer part is measured
    #[arg(long, value_name = "PERCENT", default_value_t = 100)]
    pub older: u32,
    /// Leave out what is so much older than the newer part: its labels were not settled then (days)
    #[arg(long, value_name = "DAYS", default_value_t = 0)]
    pub gap_days: u32,
    /// Model file whose words and directions are kept (default: the one of this program)
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Where to write the fitted model
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Fit for this one repository: begin with the tables of the model and bend them, and let features count that tell
    /// repositories apart
    #[arg(long)]
    pub own: bool,
    /// With --own or --repo: begin with nothing instead of the tables of the model
    #[arg(long)]
    pub afresh: bool,
    /// Steps of the fit (default: 500; 60 where it begins with the tables of the model)
    #[arg(long, value_name = "N")]
    pub rounds: Option<usize>,
    /// Deal the labels out at random first: a check that there is no way for the answer to leak
    #[arg(long, value_name = "SEED")]
    pub shuffle: Option<u64>,
}
