//! Every argument, once: `--help`, the manual and the completions all come from here.

use super::corpus_args::CorpusAction;
use super::policy::{AnswerFormat, PolicyAction};
use crate::render::Format;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// The definition of the command line, for help, manual and completions.
pub fn command() -> clap::Command {
    Arguments::command()
}

/// Reads a change before it ships and says how hard it could hit, why, and who has to look at it.
#[derive(Debug, Parser)]
#[command(name = "richter", version, max_term_width = 100, after_help = AFTER)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

const AFTER: &str = "Exit codes: 0 fine; 1 at or above --fail-on; 2 usage, configuration or input error; \
3 part of the change was not seen and --fail-on was asked for.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Judge one change: a range, a commit, the index, the work tree or a patch
    Assess(AssessArgs),
    /// Judge many changes: one JSON request a line in, one JSON report a line out
    Batch(BatchArgs),
    /// Say who would be hit if a file, or a thing in it, changed
    Impact(ImpactArgs),
    /// Print every dependency edge of a commit, one JSON object a line
    Graph(GraphArgs),
    /// Print all there is to know about a rule, a zone or a part of the score
    Explain {
        /// Rule (config/timeout-cut), zone (checkout) or part of the score (model/lines-added, impact/dependents)
        name: String,
        /// Repository whose own rules and zones are known too (default: the one around this folder, if any)
        #[arg(long, value_name = "DIR")]
        repo: Option<PathBuf>,
    },
    /// List the rules, or run their examples
    Rules {
        #[command(subcommand)]
        action: RulesAction,
    },
    /// Measure richter on sets of changes whose danger is known
    Corpus {
        #[command(subcommand)]
        action: CorpusAction,
    },
    /// Say who owns a path, and which line of the owners file decided
    Owners(OwnersArgs),
    /// The weekly review of a branch: trend, riskiest changes, reverts and fixes, who brought what, what the policy asked
    Report(ReportArgs),
    /// Write a commented .richter/ to start from; what is there already is left alone
    Init {
        #[arg(long, value_name = "DIR", default_value = ".")]
        repo: PathBuf,
    },
    /// Is the review of a change what the policy asks for, and who is missing
    Review {
        #[command(subcommand)]
        action: ReviewAction,
    },
    /// Decide by a review policy, and examine one
    Policy {
        #[command(subcommand)]
        action: PolicyAction,
    },
    /// Print a JSON schema: report, error, change, verdict, impact
    Schema { name: String },
    /// Print shell completions
    Completions { shell: clap_complete::Shell },
    /// Print the manual page (roff)
    Man,
}

#[derive(Debug, Args)]
pub(super) struct AssessArgs {
    /// A..B, A...B or one commit (against its first parent). Default: what HEAD adds to the default branch of origin,
    /// else HEAD's own change
    #[arg(value_name = "RANGE")]
    pub range: Option<String>,
    /// Repository: its work tree, a folder below it, or a bare directory
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// The index against HEAD
    #[arg(long, conflicts_with_all = ["range", "worktree", "patch"])]
    pub staged: bool,
    /// The work tree's tracked files against HEAD
    #[arg(long, conflicts_with_all = ["range", "patch"])]
    pub worktree: bool,
    /// A unified diff from a file, or from standard input with -
    #[arg(long, value_name = "FILE", conflicts_with = "range")]
    pub patch: Option<PathBuf>,
    /// How to write the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Exit with 1 if the level is this or above
    #[arg(long, value_name = "LEVEL", value_enum)]
    pub fail_on: Option<LevelWord>,
    /// With --fail-on: do not exit with 3 when part of the change was not seen
    #[arg(long, requires = "fail_on")]
    pub allow_incomplete: bool,
    /// Everything rather than one screen
    #[arg(long)]
    pub explain: bool,
    /// Only files that match (old or new path); may be given more than once
    #[arg(long, value_name = "GLOB")]
    pub path: Vec<String>,
    #[command(flatten)]
    pub judging: JudgingArgs,
    /// Who wrote the change: a name, an address, or "Name <address>"
    #[arg(long, value_name = "WHO")]
    pub author: Option<String>,
    /// Facts about the pull request (JSON), from a file or from standard input with -
    #[arg(long, value_name = "FILE")]
    pub pr_facts: Option<PathBuf>,
    /// When to use colour; auto also honours NO_COLOR
    #[arg(long, value_enum, default_value_t = ColourWhen::Auto)]
    pub color: ColourWhen,
}

#[derive(Debug, Args)]
pub(super) struct ImpactArgs {
    /// PATH for all of a file, PATH:NAME or PATH:LINE for a thing in it, from the top of the repository
    #[arg(value_name = "PATH[:ENTITY]")]
    pub target: String,
    /// The commit to look at
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub rev: String,
    /// Repository: its work tree, a folder below it, or a bare directory
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub repo: PathBuf,
    /// How to write the answer
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
    /// When to use colour; auto also honours NO_COLOR
    #[arg(long, value_enum, default_value_t = ColourWhen::Auto)]
    pub color: ColourWhen,
}

#[derive(Debug, Args)]
pub(super) struct BatchArgs {
    /// Repository for requests that name none
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub repo: PathBuf,
    /// Write the reports to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// With --out: keep the whole lines that the file holds, skip as many requests, and go on from there
    #[arg(long, requires = "out")]
    pub resume: bool,
    #[command(flatten)]
    pub judging: JudgingArgs,
}

/// What assess and batch share.
#[derive(Clone, Debug, Args)]
pub(super) struct JudgingArgs {
    /// Review policy, or the name of a preset, instead of the one of the deciding commit
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// People and their tiers, instead of those of the deciding commit
    #[arg(long, value_name = "FILE")]
    pub people: Option<PathBuf>,
    /// Do not trace who depends on the change
    #[arg(long)]
    pub no_graph: bool,
    /// Neither use nor fill the cache, and remember nothing between requests; the answers are the same
    #[arg(long)]
    pub no_cache: bool,
    /// Threads (default: RAYON_NUM_THREADS, else one a core); the answers are the same
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
}

#[derive(Debug, Subcommand)]
pub(super) enum ReviewAction {
    /// Judge the change and its review; exit 1 when the requirement is not met
    Check(ReviewCheckArgs),
}

#[derive(Debug, Args)]
pub(super) struct ReviewCheckArgs {
    /// A..B, A...B or one commit; the default is that of assess
    #[arg(value_name = "RANGE")]
    pub range: Option<String>,
    #[arg(long, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// What the forge knows about the review (richter.review/1, with "complete": true), or - for standard input
    #[arg(long, value_name = "FILE")]
    pub review: PathBuf,
    #[command(flatten)]
    pub judging: JudgingArgs,
    /// Who wrote the change, where no commit says so
    #[arg(long, value_name = "WHO")]
    pub author: Option<String>,
    /// Facts about the pull request (JSON)
    #[arg(long, value_name = "FILE")]
    pub pr_facts: Option<PathBuf>,
    /// Append an override that is used to this ledger (JSON lines, chained by hashes)
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = AnswerFormat::Text)]
    pub format: AnswerFormat,
}

#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Length of a period, back from the branch's last commit: 36h, 7d, 2w
    #[arg(long, value_name = "TIME", default_value = "7d")]
    pub since: String,
    /// Branch or commit to look back from (default: the default branch of origin, else HEAD)
    #[arg(long, value_name = "REV")]
    pub branch: Option<String>,
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub repo: PathBuf,
    /// The change that caused an incident: what would have been said of it, its rank, and earlier changes like it
    #[arg(long, value_name = "REV")]
    pub incident: Option<String>,
    /// How to write the review; html is one page that needs nothing else
    #[arg(long, value_enum, default_value_t = crate::weekly::WeeklyFormat::Text)]
    pub format: crate::weekly::WeeklyFormat,
    #[command(flatten)]
    pub judging: JudgingArgs,
}

#[derive(Debug, Args)]
pub(super) struct GraphArgs {
    /// Repository: its work tree, a folder below it, or a bare directory
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub repo: PathBuf,
    /// Commit whose tree is read
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub rev: String,
    /// How to write the edges
    #[arg(long, value_enum, default_value_t = GraphFormat::Ndjson)]
    pub format: GraphFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum GraphFormat {
    /// One JSON object a line
    Ndjson,
}

#[derive(Debug, Args)]
pub(super) struct OwnersArgs {
    /// Path in the repository
    pub path: String,
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub repo: PathBuf,
    /// Commit whose owners file decides
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    pub rev: String,
    /// Owners file to read instead, for example before it is committed
    #[arg(long, value_name = "FILE", conflicts_with = "rev")]
    pub owners: Option<PathBuf>,
    /// How to read it (default: as the policy or its place says)
    #[arg(long, value_name = "DIALECT", value_enum)]
    pub dialect: Option<DialectWord>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum DialectWord {
    Github,
    Gitlab,
    Prow,
}

impl From<DialectWord> for crate::policy::Dialect {
    fn from(word: DialectWord) -> Self {
        match word {
            DialectWord::Github => Self::Github,
            DialectWord::Gitlab => Self::Gitlab,
            DialectWord::Prow => Self::Prow,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesAction {
    /// One line a rule: severity, points, id, title
    List {
        #[arg(long, value_enum, default_value_t = ListFormat::Text)]
        format: ListFormat,
        /// Repository whose own rules are listed too (default: the one around this folder, if any)
        #[arg(long, value_name = "DIR")]
        repo: Option<PathBuf>,
    },
    /// Print the page about all rules (docs/rules.md)
    Docs,
    /// Run every example of every rule; exit 2 if one is not as its rule says
    Test {
        /// Folder of rule files to test beside the built-in ones (default: .richter/rules, if it is there)
        folder: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ColourWhen {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LevelWord {
    Low,
    Medium,
    High,
    Critical,
}

impl From<LevelWord> for crate::score::Level {
    fn from(word: LevelWord) -> Self {
        match word {
            LevelWord::Low => Self::Low,
            LevelWord::Medium => Self::Medium,
            LevelWord::High => Self::High,
            LevelWord::Critical => Self::Critical,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn a_corpus_is_one_folder_or_sets_or_a_repository_with_its_options() {
        let read = |line: &str| command().try_get_matches_from(line.split(' ')).is_ok();
        assert!(read("richter corpus run corpus/twins --out page.md"));
        assert!(read("richter corpus run --repo . --most 500 --wait-days 90"));
        assert!(read("richter corpus run --set a.csv=a --set b.csv=b --label reverted"));
        assert!(!read("richter corpus run") && !read("richter corpus run corpus/twins --repo ."));
        assert!(read("richter corpus report --repo .") && read("richter corpus report --set a.csv=a --out page.html"));
        assert!(!read("richter corpus report --set a.csv=a --repo ."));
        assert!(read("richter corpus fit --repo . --out m.toml") && !read("richter corpus fit"));
    }

    #[test]
    fn sources_exclude_each_other() {
        for line in [["richter", "assess", "--staged", "HEAD"], ["richter", "assess", "--staged", "--worktree"]] {
            assert!(command().try_get_matches_from(line).is_err(), "{line:?}");
        }
    }
}
