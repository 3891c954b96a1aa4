//! A rule's examples are its tests: each is a small change that must or must not make the rule fire. Every example runs
//! through the whole way from text to signals with all rules of the pack, so that rules that fire on each other's
//! examples can be seen too.

use super::rule::{Example, ExampleFile, ExampleKind};
use super::{Evidence, Fired, Rule, RulePack, fire};
use crate::blast::{World, trace};
use crate::config::Config;
use crate::facts::compare;
use crate::history::History;
use crate::input::{ChangeSet, Commit, Content, FileChange, FileSide, FileStatus, Identity, Mode, Oid, Snapshot};
use crate::syntax::Outlines;
use crate::text::Untrusted;
use crate::zones::Zones;

/// What became of one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExampleOutcome {
    pub rule: String,
    /// 1-based position in the rule's file.
    pub example: usize,
    pub passed: bool,
    /// What was expected and what happened.
    pub message: String,
    /// Other rules that fired on it.
    pub others: Vec<String>,
}

/// Runs all examples of all rules.
pub fn run_examples(pack: &RulePack) -> Vec<ExampleOutcome> {
    let Ok(zones) = Zones::load(&[]) else { return Vec::new() };
    let outlines = Outlines::default();
    let all =
        pack.all().flat_map(|rule| rule.examples().iter().enumerate().map(move |(at, example)| (rule, at, example)));
    all.map(|(rule, at, example)| {
        let fired = play(pack, example, &outlines, &zones);
        outcome(rule, at + 1, example, &fired)
    })
    .collect()
}

/// The signals of one example under all rules.
fn play(pack: &RulePack, example: &Example, outlines: &Outlines, zones: &Zones) -> Fired {
    let files = example.all_files();
    let old_path = |file: &ExampleFile| file.old_path.clone().unwrap_or_else(|| file.path.clone());
    let base = Snapshot::in_memory(files.iter().filter_map(|file| Some((old_path(file), file.old.as_deref()?))));
    let head = Snapshot::in_memory(files.iter().filter_map(|file| Some((file.path.as_str(), file.new.as_deref()?))));
    let sides = files.iter().map(|file| (file.path.as_str(), file.old.as_deref(), file.new.as_deref()));
    let mut change = ChangeSet::in_memory(sides);
    change.files.iter_mut().for_each(|file| set_kinds(file, &files));
    change.commits.extend(example.commit_message.as_deref().map(commit));
    let config = Config::default();
    let facts = compare(&change, outlines);
    let world = World { change: &change, base: &base, head: &head, outlines, zones, config: &config, graph: true };
    let blast = trace(&world, &facts);
    let history = History::default();
    fire(
        pack,
        &Evidence {
            change: &change,
            facts: &facts,
            blast: &blast,
            history: &history,
            zones,
            config: &config,
            head: &head,
        },
    )
}

/// Turns the sides of a changed file into links, submodules or executables where the example says so.
fn set_kinds(change: &mut FileChange, files: &[ExampleFile]) {
    let Some(file) = files.iter().find(|file| file.path.as_bytes() == change.path.as_bytes()) else { return };
    if let Some(old_path) = &file.old_path {
        change.old_path = Some(old_path.as_str().into());
        change.status = FileStatus::Renamed;
    }
    set_kind(&mut change.old, file.old_kind, file.old.as_deref());
    set_kind(&mut change.new, file.new_kind, file.new.as_deref());
}

fn set_kind(side: &mut Option<FileSide>, kind: Option<ExampleKind>, text: Option<&str>) {
    let (Some(side), Some(kind), Some(text)) = (side, kind, text) else { return };
    (side.mode, side.content) = match kind {
        ExampleKind::Executable => (Mode::Executable, side.content.clone()),
        ExampleKind::Symlink => (Mode::Symlink, Content::Symlink(Untrusted::new(text))),
        ExampleKind::Submodule => (Mode::Submodule, Content::Submodule(Oid::from_bytes(text.as_bytes()))),
    };
}

fn commit(message: &str) -> Commit {
    Commit {
        oid: Oid::from_bytes(&[1; 20]),
        parents: Vec::new(),
        author: Identity::default(),
        author_time: 0,
        committer: Identity::default(),
        commit_time: 0,
        message: Untrusted::new(message),
    }
}

fn outcome(rule: &Rule, number: usize, example: &Example, fired: &Fired) -> ExampleOutcome {
    let mine: Vec<_> = fired.signals.iter().filter(|signal| signal.rule == rule.id).collect();
    let lines: Vec<u32> = mine.iter().map(|signal| signal.location.lines.start).collect();
    let (passed, message) = match (example.fires, example.line, lines.is_empty()) {
        (true, _, true) => (false, "expected a signal, none fired".to_owned()),
        (false, _, false) => {
            (false, format!("expected silence, fired at line {lines:?}: {}", mine[0].message.terminal()))
        }
        (true, Some(line), false) if !lines.contains(&line) => {
            (false, format!("expected a signal at line {line}, fired at {lines:?}"))
        }
        (true, _, false) => (true, mine[0].message.terminal().into_owned()),
        (false, _, true) => (true, "silent, as expected".to_owned()),
    };
    let mut others: Vec<String> = fired.signals.iter().map(|signal| signal.rule.to_string()).collect();
    others.retain(|id| *id != *rule.id);
    others.sort();
    others.dedup();
    ExampleOutcome { rule: rule.id.to_string(), example: number, passed, message, others }
}
