//! A rule as it is written: what it says and why, what to do about it, the condition, and the examples that test it. The
//! file is read strictly; a rule that is accepted here can be fired. How much it counts stands in `rules/weights.toml`.

use super::Confidence;
use super::message::Template;
use super::when::{Source, When, Written};
use crate::data::{self, DataError};
use serde::Deserialize;
use std::sync::{Arc, OnceLock};
use toml::Spanned;

/// How bad it is if what the rule says is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// The part of the score that a rule's points belong to; a fact pays once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    Likelihood,
    Impact,
}

/// A rule in the nursery is reported and earns no points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lifecycle {
    Nursery,
    Stable,
}

/// Whether what a rule finds may ask for a reader's eye by itself. A finding that turns out to be nothing costs trust: a
/// checker is worth its place while at most one of ten of its findings is (Sadowski et al. 2018, Communications of the
/// ACM 61(4), on Tricorder at Google). What is true too often, or read wrongly too often, colours the score alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// A signal.
    #[default]
    Finding,
    /// A signal in a change of few lines (`limits::FOCUS_LINES_MAX`), where what a rule saw is what the change does. In a
    /// larger one what went or came has its counterpart too often elsewhere, and it is an observation.
    Focused,
    /// A signal beside one of another rule that stands by itself, else an observation.
    Companion,
    /// An observation: it pays its points and is told with all reasons, but is no signal.
    Context,
}

impl Standing {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Finding => "finding",
            Self::Focused => "focused",
            Self::Companion => "companion",
            Self::Context => "context",
        }
    }
}

/// One rule file.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Equals the path below `rules/` without the extension: `config/timeout-cut`.
    pub id: Arc<str>,
    pub title: Arc<str>,
    pub severity: Severity,
    pub confidence: Confidence,
    pub lifecycle: Lifecycle,
    pub standing: Standing,
    pub counts: Part,
    pub why: Arc<str>,
    pub remedy: Arc<str>,
    pub references: Vec<Arc<str>>,
    /// Where it was read: `rules/config/timeout-cut.toml` or `.richter/rules/...`.
    pub file: Arc<str>,
    examples: Examples,
    /// What it found is never shown: neither the line nor a value.
    pub conceal: bool,
    pub(super) message: Template,
    pub(super) when: When,
}

/// The examples of a rule. Those of a shipped rule are half of its text and only asked for by its page and by tests, so
/// they are read at the first question.
#[derive(Clone, Debug, Default)]
struct Examples {
    read: OnceLock<Vec<Example>>,
    /// Where they stand.
    text: &'static str,
}

/// What the end of a rule file holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenExamples {
    #[serde(default)]
    example: Vec<Example>,
}

/// A small change that must, or must not, make the rule fire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    pub fires: bool,
    /// Why it must be silent, for readers.
    pub why_not: Option<String>,
    /// One file; or several in `files`.
    pub path: Option<String>,
    pub old: Option<String>,
    pub new: Option<String>,
    #[serde(default)]
    pub files: Vec<ExampleFile>,
    pub commit_message: Option<String>,
    /// The line that the signal must stand on.
    pub line: Option<u32>,
}

/// A side that is left out means that the file is not there on that side; equal sides are context for the graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExampleFile {
    pub path: String,
    /// The path before a rename; the two texts must differ in something.
    pub old_path: Option<String>,
    pub old: Option<String>,
    pub new: Option<String>,
    /// What each side is if not a plain file; then its text is the target of the link, or the commit's digits.
    pub old_kind: Option<ExampleKind>,
    pub new_kind: Option<ExampleKind>,
}

/// Entries of a tree that are not plain files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExampleKind {
    Executable,
    Symlink,
    Submodule,
}

impl Example {
    /// All files of the example, in one form.
    pub fn all_files(&self) -> Vec<ExampleFile> {
        let single = self.path.iter().map(|path| ExampleFile {
            path: path.clone(),
            old: self.old.clone(),
            new: self.new.clone(),
            ..ExampleFile::default()
        });
        single.chain(self.files.iter().cloned()).collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    title: Spanned<String>,
    message: Option<Spanned<String>>,
    severity: Severity,
    #[serde(default)]
    confidence: WrittenConfidence,
    counts: Part,
    #[serde(default = "nursery")]
    lifecycle: Lifecycle,
    #[serde(default)]
    standing: Standing,
    #[serde(default)]
    conceal: bool,
    why: Spanned<String>,
    remedy: Spanned<String>,
    #[serde(default)]
    references: Vec<Arc<str>>,
    when: Spanned<Written>,
    #[serde(default)]
    example: Vec<Spanned<Example>>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WrittenConfidence {
    Low,
    #[default]
    Medium,
    High,
}

/// Where the examples of a shipped rule begin: they end its file.
const FIRST_EXAMPLE: &str = "\n[[example]]\n";

fn nursery() -> Lifecycle {
    Lifecycle::Nursery
}

impl Rule {
    /// Parses one rule file; `id` is what its path makes of it.
    pub fn parse(file: &str, id: &str, text: &str) -> Result<Self, DataError> {
        Self::read(Source { file, text, eager: true }, id)
    }

    /// A shipped rule: its expressions were compiled by a test and wait for their first use.
    pub(super) fn parse_shipped(file: &str, id: &str, text: &'static str) -> Result<Self, DataError> {
        let (rule, examples) = text.split_at(text.find(FIRST_EXAMPLE).unwrap_or(text.len()));
        let rule = Self::read(Source { file, text: rule, eager: false }, id)?;
        Ok(Self { examples: Examples { read: OnceLock::new(), text: examples }, ..rule })
    }

    /// In the order of the file.
    pub fn examples(&self) -> &[Example] {
        let read = || data::parse::<WrittenExamples>(&self.file, self.examples.text).map(|written| written.example);
        self.examples.read.get_or_init(|| read().expect("a test reads the examples of all shipped rules"))
    }

    fn read(source: Source, id: &str) -> Result<Self, DataError> {
        let written: WrittenRule = data::parse(source.file, source.text)?;
        let message = written.message.as_ref().unwrap_or(&written.title);
        let template = Template::parse(message.get_ref());
        Ok(Self {
            id: id.into(),
            title: clause(&written.title, "title", source)?,
            severity: written.severity,
            confidence: match written.confidence {
                WrittenConfidence::Low => Confidence::Low,
                WrittenConfidence::Medium => Confidence::Medium,
                WrittenConfidence::High => Confidence::High,
            },
            lifecycle: written.lifecycle,
            standing: written.standing,
            counts: written.counts,
            why: filled(&written.why, "why", source)?,
            remedy: filled(&written.remedy, "remedy", source)?,
            references: written.references,
            conceal: written.conceal,
            file: source.file.into(),
            examples: Examples { read: OnceLock::from(examples(written.example, source)?), text: "" },
            message: template.map_err(|error| source.error(message.span().start, error))?,
            when: When::compile(&written.when, source)?,
        })
    }
}

/// A title completes "this change: ...", so it starts in lower case and has no final dot.
fn clause(text: &Spanned<String>, key: &str, source: Source) -> Result<Arc<str>, DataError> {
    let filled = filled(text, key, source)?;
    let upper = filled.chars().next().is_some_and(char::is_uppercase);
    let acronym = filled.chars().nth(1).is_some_and(|second| !second.is_lowercase());
    if (upper && !acronym) || filled.ends_with('.') {
        return Err(source.error(text.span().start, format!("`{key}` starts in lower case and has no final dot")));
    }
    Ok(filled)
}

fn filled(text: &Spanned<String>, key: &str, source: Source) -> Result<Arc<str>, DataError> {
    match text.get_ref().trim() {
        "" => Err(source.error(text.span().start, format!("`{key}` must not be empty"))),
        text => Ok(text.into()),
    }
}

fn examples(written: Vec<Spanned<Example>>, source: Source) -> Result<Vec<Example>, DataError> {
    for example in &written {
        let at = example.span().start;
        let files = example.get_ref().all_files();
        if files.is_empty() {
            return Err(source.error(at, "an example needs `path` or `files`"));
        }
        if files.iter().any(|file| file.old.is_none() && file.new.is_none()) {
            return Err(source.error(at, "a file of an example needs `old`, `new` or both"));
        }
    }
    Ok(written.into_iter().map(Spanned::into_inner).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "title = \"a\"\nseverity = \"low\"\ncounts = \"impact\"\nwhy = \"b\"\nremedy = \"c\"\n[when]\nfact = [\"file-added\"]\n";

    fn refused(text: &str) -> String {
        Rule::parse("r.toml", "x/r", text).expect_err(text).to_string()
    }

    #[test]
    fn a_small_rule_is_read_with_its_defaults() {
        let rule = Rule::parse("r.toml", "x/r", GOOD).expect("valid");
        assert_eq!((&*rule.id, rule.lifecycle, rule.confidence), ("x/r", Lifecycle::Nursery, Confidence::Medium));
    }

    #[test]
    fn a_shipped_rule_is_read_in_two_parts_and_says_the_same() {
        let files = super::super::AREAS.iter().flat_map(|area| crate::embedded::rule_files(area));
        for (path, text) in files {
            let shipped = Rule::parse_shipped(path, path, text).expect("valid");
            let whole = Rule::read(Source { file: path, text, eager: false }, path).expect("valid");
            assert!(!shipped.examples().is_empty(), "{path}");
            let told = |rule: &Rule| format!("{:?}", Rule { examples: Examples::default(), ..rule.clone() });
            assert_eq!((shipped.examples(), told(&shipped)), (whole.examples(), told(&whole)), "{path}");
        }
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (from, to, expected) in [
            ("title = \"a\"", "title = \"Big\"", "r.toml:1:9: `title` starts in lower case"),
            ("why = \"b\"", "why = \" \"", "r.toml:4:7: `why` must not be empty"),
            ("why = \"b\"", "whi = \"b\"", "r.toml:4:1: unknown field `whi`, expected one of `title`"),
            (
                "\"file-added\"",
                "\"file-aded\"",
                "r.toml:7:9: `file-aded` is not known here, expected one of file-added",
            ),
            ("fact = [\"file-added\"]", "subject = \"a\"", "r.toml:6:1: `[when]` needs `fact`, `line` or `statement`"),
            ("fact = [", "old = \"(\"\nfact = [", "r.toml:7:7: not a usable regular expression"),
            ("fact = [", "ratio = \"half\"\nfact = [", "r.toml:7:9: expected a comparison"),
            ("fact = [", "path = [\"a{\"]\nfact = [", "r.toml:7:9: glob `a{`"),
            ("fact = [", "scope = \"file\"\nfact = [", "r.toml:6:1: `scope` belongs to"),
            ("title = \"a\"", "title = \"a\"\nmessage = \"{keey}\"", "r.toml:2:11: `{keey}` is not a placeholder"),
        ] {
            let error = refused(&GOOD.replace(from, to));
            assert!(error.starts_with(expected), "{error}");
        }
        assert!(refused(&format!("{GOOD}[[when.also]]\nkey = [\"a\"]\n")).contains("needs `scope`"));
        assert!(refused(&format!("{GOOD}[[example]]\nfires = true\n")).contains("needs `path` or `files`"));
    }
}
