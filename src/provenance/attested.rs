//! What is attested of each commit's lines. Every source (notes of each tool, traces) paints its own sheet over the lines
//! that the commit's own diff adds; the sheets are then united, and lines that sources dispute are counted. The share of
//! an agent's lines is a claim of its own, beside what the commit's message says.

use super::agents::{AgentIndex, Agents};
use super::checkpoint::{self, Share};
use super::claims::{Draft, Found};
use super::git_ai::{self, Note};
use super::lines::{LineMark, Sheet, Strokes, Tally};
use super::trace::{self, Trace};
use super::{Basis, Claim, Confidence, Involvement, Writer, whogitit};
use crate::input::{Attestations, ChangeSet, Commit, FileChange, NoteKind, RawNote};
use crate::limits;
use crate::text::Untrusted;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What is attested of one commit.
#[derive(Debug, Default)]
pub(super) struct Attested<'a> {
    /// The commit's own diff; empty if nothing attests anything of it.
    pub files: Cow<'a, [FileChange]>,
    /// Position in `files` and its sheet, of files with a mark, ascending.
    pub sheets: Vec<(usize, Sheet)>,
    pub tally: Tally,
    pub claims: Vec<Claim>,
    /// Lines that one source calls an agent's and another a person's.
    pub disputed: u32,
    /// A note of a tool that saw no line of an agent: it was at work, so a marker contradicts it.
    pub saw_none: bool,
    pub notes: usize,
    /// Notes that could not be read, and such of which only a part was.
    pub unread: usize,
    pub cut: usize,
    /// The checkpoints that it names are not here.
    pub lost_checkpoints: bool,
}

/// The sources of a change's attestations.
pub(super) struct Bench<'a> {
    pub change: &'a ChangeSet,
    pub agents: &'a Agents,
    pub beside: Option<&'a dyn Attestations>,
    pub traces: &'a [Trace],
}

/// A source and what it says.
struct Source {
    channel: &'static str,
    basis: Basis,
    sheets: FxHashMap<usize, Sheet>,
    /// Files that an agent took part in, with no word about lines.
    whole: Vec<LineMark>,
}

impl<'a> Bench<'a> {
    /// What is attested of every commit, in the order of the change.
    pub fn attest(&self, found: &mut [Found]) -> (Vec<Attested<'a>>, usize) {
        let mut used = BTreeSet::new();
        let mut budget = limits::ATTESTED_COMMITS_MAX;
        let mut over = 0;
        let mut all: Vec<Attested<'a>> = Vec::new();
        for (commit, found) in self.change.commits.iter().zip(found) {
            let notes = self.beside.map(|beside| beside.notes(commit.oid)).unwrap_or_default();
            let traces = self.traces_of(commit, &mut used);
            let mut attested = Attested { notes: notes.len(), ..Attested::default() };
            if !notes.is_empty() || !traces.is_empty() {
                match budget {
                    0 => over += 1,
                    _ => {
                        budget -= 1;
                        attested = self.of_commit(commit, &notes, &traces);
                    }
                }
            }
            self.checkpoints(found, &mut attested);
            attested.claims.iter_mut().for_each(|claim| claim.commit = Some(commit.oid));
            all.push(attested);
        }
        (all, over)
    }

    /// Records made at this commit, and such made at its parent that no other commit has used: a recorder that runs
    /// before the commit exists knows only its parent. A record without a revision belongs to the change that adds it.
    fn traces_of(&self, commit: &Commit, used: &mut BTreeSet<u32>) -> Vec<(&'a Trace, Confidence)> {
        let last = self.change.commits.last().is_some_and(|last| last.oid == commit.oid);
        let mut found = Vec::new();
        for trace in self.traces {
            let confidence = match &trace.revision {
                Some(_) if trace.is_of(commit.oid) => Confidence::Medium,
                Some(_) if commit.parents.first().is_some_and(|parent| trace.is_of(*parent)) => Confidence::Low,
                None if last && trace::is_new(&self.change.files, trace.line) => Confidence::Low,
                _ => continue,
            };
            if confidence == Confidence::Medium || !used.contains(&trace.line) {
                found.push((trace, confidence));
            }
            if confidence == Confidence::Medium {
                used.insert(trace.line);
            }
        }
        found
    }

    fn of_commit(&self, commit: &Commit, notes: &[RawNote], traces: &[(&Trace, Confidence)]) -> Attested<'a> {
        let mut attested = Attested { files: self.files(commit), notes: notes.len(), ..Attested::default() };
        let mut sources: Vec<Source> = Vec::new();
        for (kind, channel) in
            [(NoteKind::GitAi, GIT_AI), (NoteKind::GitAiOld, GIT_AI), (NoteKind::Whogitit, "whogitit-note")]
        {
            let strokes: Vec<Strokes> = notes
                .iter()
                .filter(|note| note.kind == kind)
                .filter_map(|note| self.read(commit, note, &mut attested))
                .map(|note| note.strokes)
                .collect();
            if !strokes.is_empty() {
                let sheets = painted(&attested.files, &strokes);
                sources.push(Source { channel, basis: Basis::Observed, sheets, whole: Vec::new() });
            }
        }
        sources.extend((!traces.is_empty()).then(|| traced(&attested.files, traces)));
        let saw_none = |source: &Source| source.channel == GIT_AI && agent_lines(source) == 0;
        attested.saw_none = sources.iter().any(saw_none) && sources.iter().all(|source| agent_lines(source) == 0);
        self.unite(sources, &mut attested);
        attested
    }

    /// The commit's own diff: that of the change where it is the only commit.
    fn files(&self, commit: &Commit) -> Cow<'a, [FileChange]> {
        let change = self.change;
        if change.commits.len() == 1 && change.base == commit.parents.first().copied() {
            return Cow::Borrowed(&change.files);
        }
        self.beside.map_or(Cow::Borrowed(&[]), |beside| Cow::Owned(beside.files(commit)))
    }

    fn read(&self, commit: &Commit, raw: &RawNote, attested: &mut Attested) -> Option<Note> {
        let Ok(bytes) = &raw.bytes else {
            attested.unread += 1;
            return None;
        };
        let note = match raw.kind {
            NoteKind::GitAi | NoteKind::GitAiOld => git_ai::any_note(bytes, commit.oid, self.agents),
            NoteKind::Whogitit => whogitit::note(bytes, self.agents),
        };
        attested.unread += usize::from(note.nameless && note.strokes.is_empty());
        attested.cut += usize::from(note.cut);
        (!note.nameless || !note.strokes.is_empty()).then_some(note)
    }

    /// Claims of each source, and all of them as one sheet a file.
    fn unite(&self, sources: Vec<Source>, attested: &mut Attested) {
        let added = added(&attested.files);
        let mut united: FxHashMap<usize, Sheet> = FxHashMap::default();
        for source in sources {
            attested.claims.extend(self.claims(&source, added));
            for (at, sheet) in source.sheets {
                match united.entry(at) {
                    std::collections::hash_map::Entry::Occupied(mut known) => {
                        attested.disputed += known.get_mut().unite(&sheet);
                    }
                    std::collections::hash_map::Entry::Vacant(free) => {
                        free.insert(sheet);
                    }
                }
            }
        }
        attested.sheets = united.into_iter().filter(|(_, sheet)| sheet.marked().next().is_some()).collect();
        attested.sheets.sort_by_key(|(at, _)| *at);
        attested.sheets.iter().for_each(|(_, sheet)| attested.tally.add(sheet.tally()));
        attested.tally.added = added;
    }

    /// One claim for each agent that a source names; a person's only if every line is.
    fn claims(&self, source: &Source, added: u32) -> Vec<Claim> {
        let mut tally = Tally::default();
        let mut by_agent: Vec<(Option<AgentIndex>, u32, Confidence)> = Vec::new();
        for sheet in source.sheets.values() {
            tally.add(sheet.tally());
            for (_, mark) in sheet.marked().filter(|(_, mark)| mark.writer != Writer::Person) {
                match by_agent.iter_mut().find(|(agent, ..)| *agent == mark.agent) {
                    Some((_, lines, confidence)) => {
                        *lines += 1;
                        *confidence = (*confidence).max(mark.confidence);
                    }
                    None => by_agent.push((mark.agent, 1, mark.confidence)),
                }
            }
        }
        tally.added = added;
        by_agent.sort_unstable();
        let (channel, basis) = (source.channel, source.basis);
        let claim = |involvement, basis, confidence, agent, place: String| {
            Draft { channel, basis, involvement, confidence, agent }.claim(self.agents, &place)
        };
        if let Some(involvement) = tally.involvement() {
            let of = |(agent, lines, confidence)| {
                claim(involvement, basis, confidence, agent, format!("{lines} of {added} added lines"))
            };
            return by_agent.into_iter().map(of).collect();
        }
        if let Some(mark) = source.whole.iter().max_by_key(|mark| mark.writer == Writer::Agent) {
            let place = "files as a whole, no lines".to_owned();
            return vec![claim(Involvement::Assisted, basis, Confidence::Low, mark.agent, place)];
        }
        if added > 0 && tally.person == added {
            // anyone can write a note, so that a person's lines are attested is a declaration
            let place = format!("all {added} added lines");
            return vec![claim(Involvement::DeclaredNone, Basis::Declared, Confidence::Medium, None, place)];
        }
        Vec::new()
    }

    /// A commit's checkpoints, where their metadata is here, say how much; the trailer alone says only that.
    fn checkpoints(&self, found: &mut Found, attested: &mut Attested) {
        if found.checkpoints.is_empty() {
            return;
        }
        let share = self.beside.and_then(|beside| checkpoint::share(&found.checkpoints, beside, self.agents));
        let Some(share) = share else {
            attested.lost_checkpoints = true;
            return;
        };
        found.claims.retain(|claim| !(&*claim.channel == "checkpoint" && claim.involvement == Involvement::CoAuthored));
        attested.claims.extend(self.share_claims(&share));
    }

    fn share_claims(&self, share: &Share) -> Vec<Claim> {
        if share.agent_lines == 0 {
            return Vec::new();
        }
        let agents: Vec<Option<AgentIndex>> = match share.agents.is_empty() {
            true => vec![None],
            false => share.agents.iter().copied().map(Some).collect(),
        };
        let place = format!("checkpoint, {} of {} committed lines", share.agent_lines, share.lines);
        let (involvement, confidence, basis) = (share.involvement(), Confidence::High, Basis::Observed);
        let draft = |agent| Draft { channel: "checkpoint", basis, involvement, confidence, agent };
        agents.into_iter().map(|agent| draft(agent).claim(self.agents, &place)).collect()
    }
}

/// Lines that files add; the record of who wrote them is no part of what was written.
pub(super) fn added(files: &[FileChange]) -> u32 {
    let counted = files.iter().filter(|file| file.path.as_bytes() != trace::PATH.as_bytes());
    counted.map(|file| file.lines_added).fold(0, u32::saturating_add)
}

pub(super) const GIT_AI: &str = "git-ai-note";

fn agent_lines(source: &Source) -> u32 {
    source.sheets.values().map(|sheet| sheet.tally().agent).sum()
}

/// A sheet for every file that any note names; of several notes of one kind the first has the first word.
fn painted(files: &[FileChange], notes: &[Strokes]) -> FxHashMap<usize, Sheet> {
    let mut sheets = FxHashMap::default();
    for strokes in notes {
        for (at, file) in files.iter().enumerate() {
            let Some(strokes) = strokes.get(&file.path) else { continue };
            let sheet = sheets.entry(at).or_insert_with(|| Sheet::new(file));
            strokes.iter().for_each(|stroke| sheet.paint(*stroke));
        }
    }
    sheets
}

fn traced(files: &[FileChange], traces: &[(&Trace, Confidence)]) -> Source {
    let mut source =
        Source { channel: "agent-trace", basis: Basis::Declared, sheets: FxHashMap::default(), whole: Vec::new() };
    for (trace, confidence) in traces {
        for (at, file) in files.iter().enumerate().filter(|(_, file)| trace.names(&file.path)) {
            let sheet = source.sheets.entry(at).or_insert_with(|| Sheet::new(file));
            let whole = match trace.revision {
                Some(_) => trace.paint(file, *confidence, sheet),
                // without a revision nobody knows at which state of the file its lines were counted
                None => trace.paint(file, *confidence, &mut Sheet::empty()).or(trace.first_mark(&file.path)),
            };
            source.whole.extend(whole.filter(|mark| mark.writer != Writer::Person));
        }
    }
    source
}

/// Each dispute and each marker that a recording tool contradicts, in words.
pub(super) fn contradictions(commit: &Commit, attested: &Attested, claims: &[Claim]) -> Vec<String> {
    let mut found = Vec::new();
    let here = commit.oid.short();
    if attested.disputed > 0 {
        let lines = if attested.disputed == 1 { "1 line is" } else { &format!("{} lines are", attested.disputed) };
        found.push(format!("{lines} an agent's by one source and a person's by another ({here})"));
    }
    let marker =
        claims.iter().find(|claim| claim.commit == Some(commit.oid) && claim.involvement >= Involvement::Assisted);
    if let Some(marker) = marker.filter(|_| attested.saw_none) {
        let place = Untrusted::terminal(&marker.place);
        found.push(format!("{place} ({here}) names an agent, the commit's note has no line of one"));
    }
    found
}
