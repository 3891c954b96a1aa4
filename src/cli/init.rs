//! `richter init`: writes a commented `.richter/` to start from. What is there already is never touched.

use super::{Exit, Failure, Outcome};
use crate::input::{Identity, Oid, Repository};
use crate::limits::DRAFT_COMMITS_MAX;
use crate::policy::{draft_config, draft_people, draft_policy};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

pub(super) fn run(repo: &Path) -> Result<Exit, Outcome> {
    let repository = Repository::open(repo).map_err(Failure::from)?;
    let Some(top) = repository.work_dir() else {
        let why = "the repository is bare: there is no work tree to write .richter/ into; run this in a clone";
        return Err(Outcome::Failed(why.to_owned()));
    };
    let people = draft_people(&authors(&repository));
    let files = [("config.toml", draft_config()), ("policy.toml", draft_policy()), ("people.toml", people)];
    let folder = top.join(".richter");
    let fail = |path: &Path, error: &io::Error| Failure(format!("cannot write {}: {error}", path.display()));
    fs::create_dir_all(&folder).map_err(|error| fail(&folder, &error))?;
    let mut out = io::stdout().lock();
    for (name, text) in files {
        let path = folder.join(name);
        // created here or not at all: a file that appears in between is left alone too
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(mut file) => {
                file.write_all(text.as_bytes()).map_err(|error| fail(&path, &error))?;
                writeln!(out, "wrote    .richter/{name}")?;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                writeln!(out, "is there .richter/{name}")?;
            }
            Err(error) => return Err(fail(&path, &error).into()),
        }
    }
    writeln!(
        out,
        "\nFill in the tiers of .richter/people.toml, then: richter policy lint; richter policy simulate --since 90d"
    )?;
    Ok(Exit::Fine)
}

/// Authors of past commits, most active first.
fn authors(repository: &Repository) -> Vec<(Identity, u32)> {
    let mut count: BTreeMap<Identity, u32> = BTreeMap::new();
    let mut open: VecDeque<Oid> = repository.head().into_iter().collect();
    let mut seen: BTreeSet<Oid> = open.iter().copied().collect();
    for _ in 0..DRAFT_COMMITS_MAX {
        let Some(oid) = open.pop_front() else { break };
        // a shallow clone ends somewhere
        let Ok(commit) = repository.commit(oid) else { continue };
        if commit.parents.len() < 2 {
            *count.entry(commit.author).or_default() += 1;
        }
        open.extend(commit.parents.into_iter().filter(|parent| seen.insert(*parent)));
    }
    let mut authors: Vec<(Identity, u32)> = count.into_iter().collect();
    authors.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    authors
}
