//! Scenarios as data: every `tests/cases/*.md` is prose, a change, and what richter must say about it. The expected part
//! is compared line by line; `UPDATE=1 cargo test cases` rewrites it, and what it writes is read before it is committed.
//!
//! A file stands in a case as `## old: path`, `## new: path` or `## both: path`, followed by a fenced block. A fence may
//! be longer than three backticks where the content has some of its own. `## message` holds the commit's message,
//! `## expect` the lines that must come out.

use richter::assess::{Deciding, Options, Session, assess};
use richter::input::{ChangeSet, Commit, Identity, Input, Oid, Snapshot};
use richter::report::Report;
use richter::text::Untrusted;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// One scenario: both trees and the message.
#[derive(Default)]
pub struct Case {
    old: BTreeMap<String, String>,
    new: BTreeMap<String, String>,
    message: String,
    expect: String,
}

impl Case {
    /// One file that changes.
    pub fn of_file(path: &str, old: &str, new: &str) -> Self {
        let side = |text: &str| BTreeMap::from([(path.to_owned(), text.to_owned())]);
        Self { old: side(old), new: side(new), ..Self::default() }
    }

    pub fn parse(text: &str) -> Self {
        let mut case = Case::default();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            let Some(heading) = line.strip_prefix("## ") else { continue };
            let fence: String = lines.by_ref().find(|line| line.starts_with("```")).expect("a fenced block").into();
            let fence: String = fence.chars().take_while(|c| *c == '`').collect();
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != fence).collect();
            let block: String = block.iter().map(|line| format!("{line}\n")).collect();
            match heading.split_once(": ") {
                Some(("old", path)) => drop(case.old.insert(path.into(), block)),
                Some(("new", path)) => drop(case.new.insert(path.into(), block)),
                Some(("both", path)) => {
                    case.old.insert(path.into(), block.clone());
                    case.new.insert(path.into(), block);
                }
                _ if heading == "message" => case.message = block,
                _ if heading == "expect" => case.expect = block,
                _ => panic!("unknown heading: {heading}"),
            }
        }
        case
    }

    /// The change with both trees around it, as if its only commit had been asked for.
    pub fn input(&self) -> Input {
        let paths: Vec<&String> = self.old.keys().chain(self.new.keys()).collect();
        let changed = paths.into_iter().filter(|path| self.old.get(*path) != self.new.get(*path));
        let files: BTreeMap<&String, _> =
            changed.map(|path| (path, (self.old.get(path), self.new.get(path)))).collect();
        let mut change = ChangeSet::in_memory(files.into_iter().map(|(path, (old, new))| (path, old, new)));
        change.commits = vec![commit(&self.message)];
        let (base, head) = (Snapshot::in_memory(&self.old), Snapshot::in_memory(&self.new));
        Input { change, deciding: base.clone(), base, head, repository: None }
    }

    pub fn report(&self) -> Report {
        let (input, options, session) = (self.input(), Options::default(), Session::default());
        let deciding = Deciding::read(&input.deciding, None, &options, &session).unwrap();
        assess(&input, &deciding, &options, &session)
    }
}

fn commit(message: &str) -> Commit {
    let who = Identity { name: Untrusted::new("Ann"), email: Untrusted::new("ann@example.com") };
    Commit {
        oid: Oid::from_bytes(&[1; 20]),
        parents: Vec::new(),
        author: who.clone(),
        author_time: 1_700_000_000,
        committer: who,
        commit_time: 1_700_000_000,
        message: Untrusted::new(message),
    }
}

/// What a scenario looks at: one line a finding, in the report's order.
fn summary(report: &Report) -> String {
    let mut lines = vec![format!("level {}", report.assessment.level.as_str())];
    let told = report.signals.iter().map(|signal| ("signal", signal));
    for (word, signal) in told.chain(report.observations.iter().map(|signal| ("observed", signal))) {
        let place = &signal.location;
        lines.push(format!("{word} {} {}:{}", signal.rule, place.path.to_text(), place.lines.start));
    }
    for hit in &report.blast.zones {
        let way: Vec<String> = hit.path.iter().map(|path| path.to_text()).collect();
        let id = &report.zones.all()[hit.zone].id;
        lines.push(format!("zone {id} distance {} via {}", hit.distance, way.join(" <- ")));
    }
    for dependent in &report.blast.top {
        let (tier, path, line) = (dependent.tier.as_str(), dependent.path.to_text(), dependent.line);
        lines.push(format!("hit {} {path}:{line} {tier} distance {}", dependent.entity, dependent.distance));
    }
    for gap in &report.gaps {
        let path = gap.path.as_ref().map(|path| format!(" {}", path.to_text())).unwrap_or_default();
        lines.push(format!("gap {}{path}", gap.kind.as_str()));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

pub fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_scenario_comes_out_as_written() {
    let mut wrong = Vec::new();
    let files = files();
    assert!(files.len() >= 5, "the scenarios were not found");
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let case = Case::parse(&text);
        let found = summary(&case.report());
        if found == case.expect {
            continue;
        }
        if std::env::var_os("UPDATE").is_some() {
            let head = text.split("## expect").next().unwrap();
            fs::write(&path, format!("{head}## expect\n```\n{found}```\n")).unwrap();
        } else {
            wrong.push(format!("{}\nexpected:\n{}found:\n{found}", path.display(), case.expect));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
