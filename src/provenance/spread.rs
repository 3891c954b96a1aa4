//! From commits to the whole change: which of its files an agent took part in, and which of the lines that it adds are
//! attested. A commit's lines are carried to the head of the change; of two commits that speak of one line the later one
//! is right. A file's involvement is the strongest of the commits that touch it, by the file's own lines where those are
//! attested, so that a payment file written by an agent stands out of a change that is otherwise a person's.

use super::agents::Agents;
use super::attested::{Attested, Bench, added};
use super::claims::Found;
use super::lines::{LineMark, Sheet, Stroke, Tally, carry};
use super::{AgentName, AttestedLines, Claim, CommitProvenance, FileProvenance, Involvement, LineShare, Writer};
use crate::input::{ChangeSet, Commit, FileChange};
use crate::limits;
use crate::location::{LineRange, RepoPath};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

impl From<Tally> for LineShare {
    fn from(tally: Tally) -> Self {
        Self { added: tally.added, agent: tally.agent, person: tally.person }
    }
}

/// What is known of each commit.
pub(super) fn by_commit(commits: &[Commit], found: &[Found], attested: &[Attested]) -> Vec<CommitProvenance> {
    let each = commits.iter().zip(found).zip(attested).map(|((commit, found), attested)| {
        let claims = || found.claims.iter().chain(&attested.claims);
        CommitProvenance {
            commit: commit.oid,
            involvement: strongest(claims()),
            agents: agents(claims()),
            share: (!attested.sheets.is_empty()).then(|| attested.tally.into()),
        }
    });
    each.filter(|one| one.involvement != Involvement::Unknown || one.share.is_some()).collect()
}

/// The strongest that any of these claims says.
pub(super) fn strongest<'a>(claims: impl Iterator<Item = &'a Claim>) -> Involvement {
    claims.map(|claim| claim.involvement).max().unwrap_or_default()
}

/// Agents of claims that say one took part, sorted by id, each once.
pub(super) fn agents<'a>(claims: impl Iterator<Item = &'a Claim>) -> Vec<AgentName> {
    let positive = claims.filter(|claim| claim.involvement >= Involvement::Assisted);
    positive.filter_map(|claim| claim.agent.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What is gathered for one file of the change.
#[derive(Debug, Default)]
struct Gathered {
    involvement: Involvement,
    agents: BTreeSet<AgentName>,
    sheet: Option<Sheet>,
}

impl Gathered {
    fn add(&mut self, involvement: Involvement, agents: impl IntoIterator<Item = AgentName>) {
        if involvement >= Involvement::Assisted {
            self.involvement = self.involvement.max(involvement);
            self.agents.extend(agents);
        }
    }
}

/// The files of the change of which anything is known, the lines of the whole change that are attested, and how many
/// ranges of lines are not listed. `of_all` are claims that speak of the whole change.
pub(super) fn by_file(
    bench: &Bench,
    found: &[Found],
    attested: &[Attested],
    of_all: &[Claim],
) -> (Vec<FileProvenance>, Option<LineShare>, usize) {
    let change = bench.change;
    let index = paths(change);
    let mut gathered: Vec<Gathered> = change.files.iter().map(|_| Gathered::default()).collect();
    for ((commit, found), attested) in change.commits.iter().zip(found).zip(attested).rev() {
        of_lines(bench.agents, change, &index, attested, &mut gathered);
        of_message(bench, commit, &index, found, attested, &mut gathered);
    }
    for one in &mut gathered {
        one.add(strongest(of_all.iter()), agents(of_all.iter()));
    }
    let attests = attested.iter().any(|one| !one.sheets.is_empty());
    let mut share = LineShare { added: added(&change.files), ..LineShare::default() };
    let mut room = limits::ATTESTED_LISTED_MAX;
    let mut left_out = 0;
    let mut files = Vec::new();
    for (file, one) in change.files.iter().zip(gathered) {
        let tally = one.sheet.as_ref().map(Sheet::tally).unwrap_or_default();
        (share.agent, share.person) = (share.agent + tally.agent, share.person + tally.person);
        let mut lines = one.sheet.as_ref().map(|sheet| ranges(sheet, bench.agents)).unwrap_or_default();
        if one.involvement == Involvement::Unknown && lines.is_empty() {
            continue;
        }
        left_out += lines.len().saturating_sub(room);
        lines.truncate(room);
        room -= lines.len();
        files.push(FileProvenance {
            path: file.path.clone(),
            involvement: one.involvement,
            agents: one.agents.into_iter().collect(),
            share: LineShare { added: file.lines_added, agent: tally.agent, person: tally.person },
            lines,
        });
    }
    (files, attests.then_some(share), left_out)
}

/// Paths of both sides to the position of the file; a commit in the middle may still use the old one.
fn paths(change: &ChangeSet) -> FxHashMap<&RepoPath, usize> {
    let mut index = FxHashMap::default();
    for (at, file) in change.files.iter().enumerate() {
        index.extend(file.old_path.as_ref().map(|path| (path, at)));
    }
    index.extend(change.files.iter().enumerate().map(|(at, file)| (&file.path, at)));
    index
}

fn of_lines(
    agents: &Agents,
    change: &ChangeSet,
    index: &FxHashMap<&RepoPath, usize>,
    attested: &Attested,
    gathered: &mut [Gathered],
) {
    for (at, sheet) in &attested.sheets {
        let own = &attested.files[*at];
        let Some(file) = index.get(&own.path).copied() else { continue };
        let named = sheet.marked().filter(|(_, mark)| mark.writer != Writer::Person).filter_map(|(_, mark)| mark.agent);
        let named: BTreeSet<_> = named.collect();
        let involvement = sheet.tally().involvement().unwrap_or_default();
        gathered[file].add(involvement, named.into_iter().map(|agent| agents.name(agent)));
        let head: &FileChange = &change.files[file];
        let whole = gathered[file].sheet.get_or_insert_with(|| Sheet::new(head));
        for (line, mark) in carry(own, head, sheet) {
            whole.paint(Stroke { start: line, end: line, mark });
        }
    }
}

/// What a commit says of itself holds for every file that it touches; what its lines say does not.
fn of_message(
    bench: &Bench,
    commit: &Commit,
    index: &FxHashMap<&RepoPath, usize>,
    found: &Found,
    attested: &Attested,
    gathered: &mut [Gathered],
) {
    let by_lines = |claim: &&Claim| claim.channel.ends_with("-note");
    let claims = || found.claims.iter().chain(attested.claims.iter().filter(|claim| !by_lines(claim)));
    let involvement = strongest(claims());
    if involvement < Involvement::Assisted {
        return;
    }
    let single = bench.change.commits.len() == 1;
    let touched = match bench.beside {
        Some(beside) if !single => beside.paths(commit),
        _ => bench.change.files.iter().map(|file| file.path.clone()).collect(),
    };
    for at in touched.iter().filter_map(|path| index.get(path)) {
        gathered[*at].add(involvement, agents(claims()));
    }
}

/// Neighbouring lines with one mark as one range.
fn ranges(sheet: &Sheet, agents: &Agents) -> Vec<AttestedLines> {
    let mut merged: Vec<(LineRange, LineMark)> = Vec::new();
    for (line, mark) in sheet.marked() {
        match merged.last_mut() {
            Some((range, known)) if *known == mark && range.end + 1 == line => range.end = line,
            _ => merged.push((LineRange::new(line, line), mark)),
        }
    }
    let told = |(lines, mark): (LineRange, LineMark)| AttestedLines {
        lines,
        writer: mark.writer,
        agent: mark.agent.map(|agent| agents.name(agent)),
        confidence: mark.confidence,
    };
    merged.into_iter().map(told).collect()
}
