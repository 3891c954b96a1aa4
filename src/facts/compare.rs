//! Compares both sides of every file, in parallel. Three passes: outline and match each file in itself, find what moved
//! between files, write the facts. A file that makes richter fail costs its own facts only, and says so.

use super::cut::{Cut, Cuts};
use super::dependencies::dependency_facts;
use super::edits::Partners;
use super::file_change::{self, Explained, is_dependency, is_inert, text_facts};
use super::matching::{Matching, match_entities};
use super::moves::{Moves, across};
use super::pair::{Lines, Pair};
use super::renames::renames_of;
use super::wording::worded_otherwise;
use super::{Fact, FactKind, Facts, FileFacts, constructs, directives, edits, entity_change, flow, literals, settings};
use crate::gap::{Gap, GapKind};
use crate::input::ChangeSet;
use crate::limits;
use crate::location::{LineRange, Side};
use crate::roles::Role;
use crate::syntax::{Outlines, TextFallback};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Every file of the change becomes facts, in the same order.
pub fn compare(change: &ChangeSet, outlines: &Outlines) -> Facts {
    let within = within_budget(change);
    let sides: Vec<Sides> = change
        .files
        .par_iter()
        .zip(&within)
        .map(|(file, within)| {
            let full = || {
                let pair = Pair::new(file, within.then_some(outlines));
                let matching = matching_of(&pair);
                (pair, matching)
            };
            guarded(full).map_or_else(
                || Sides::failed(Pair::new(file, None)),
                |(pair, matching)| Sides { pair, matching, failed: false },
            )
        })
        .collect();
    let failed: Vec<bool> = sides.iter().map(|sides| sides.failed).collect();
    let (pairs, matchings): (Vec<Pair>, Vec<Matching>) =
        sides.into_iter().map(|sides| (sides.pair, sides.matching)).unzip();
    let moves = guarded(|| across(&pairs, &matchings)).unwrap_or_default();
    let written: Vec<(FileFacts, Vec<Gap>, Cuts)> = (0..pairs.len())
        .into_par_iter()
        .map(|file| {
            let mut gaps = Vec::new();
            if failed[file] {
                gaps.push(internal(&pairs[file]));
            }
            let content = || content_facts(file, &pairs, &matchings[file], &moves);
            let mut content = guarded(content).unwrap_or_else(|| {
                gaps.push(internal(&pairs[file]));
                Content { facts: text_facts(&pairs[file], |_| true), ..Content::default() }
            });
            gaps.extend(unread(&pairs[file], within[file]));
            let cuts = std::mem::take(&mut content.cuts);
            (finish(file, &pairs[file], content, &mut gaps), gaps, cuts)
        })
        .collect();
    let cuts: Cuts = written.iter().filter(|one| one.0.roles.is_production()).flat_map(|one| one.2.clone()).collect();
    let (files, gaps): (Vec<FileFacts>, Vec<Vec<Gap>>) =
        written.into_iter().map(|(facts, gaps, _)| (facts, gaps)).unzip();
    let mut gaps: Vec<Gap> = gaps.into_iter().flatten().collect();
    gaps.extend(cuts.into_iter().map(Cut::gap));
    gaps.extend(read_as_text(&files));
    Facts { files, gaps }
}

/// One gap for all shipped files that no grammar reads: their lines were judged, their structure was not.
fn read_as_text(files: &[FileFacts]) -> Option<Gap> {
    let plain = |file: &&FileFacts| {
        let outlines = [&file.old, &file.new].into_iter().flatten();
        // a manifest has a reader of its own
        let unread = file.roles.is_production() && !file.roles.contains(Role::Manifest);
        unread && outlines.into_iter().any(|one| one.fallback == Some(TextFallback::NoGrammar))
    };
    let kind = |file: &FileFacts| match file.path.extension() {
        Some(extension) => format!(".{}", crate::text::lossless(extension)),
        None => crate::text::lossless(file.path.file_name()).into_owned(),
    };
    let kinds: BTreeSet<String> = files.iter().filter(plain).map(kind).collect();
    let mut named: Vec<&str> = kinds.iter().map(String::as_str).take(TEXT_KINDS_MAX).collect();
    if kinds.len() > named.len() {
        named.push("...");
    }
    let why = format!("read line by line, for want of a grammar: {}", named.join(", "));
    (!kinds.is_empty()).then(|| Gap::context(GapKind::NoGrammar, why))
}

/// Kinds of files that one gap names (count).
const TEXT_KINDS_MAX: usize = 6;

/// A file after the first pass.
struct Sides<'a> {
    pair: Pair<'a>,
    matching: Matching,
    failed: bool,
}

impl<'a> Sides<'a> {
    fn failed(pair: Pair<'a>) -> Self {
        Self { matching: matching_of(&pair), pair, failed: true }
    }
}

fn matching_of(pair: &Pair) -> Matching {
    match_entities(pair.old.as_ref(), pair.new.as_ref())
}

/// Runs what a hostile file may bring down.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

fn internal(pair: &Pair) -> Gap {
    Gap::change(GapKind::Internal, &pair.change.path, "comparing this file failed; its lines count as changed text")
}

/// Which files the change may make richter parse, in order, until its budget is used up.
fn within_budget(change: &ChangeSet) -> Vec<bool> {
    let mut bytes = 0_u64;
    let mut within = |(index, file): (usize, &crate::input::FileChange)| {
        let sides = file.old.iter().chain(&file.new);
        bytes += sides.filter_map(|side| side.content.text()).map(|text| text.len() as u64).sum::<u64>();
        index < limits::CHANGE_FILES_MAX && bytes <= limits::CHANGE_BYTES_MAX
    };
    change.files.iter().enumerate().map(&mut within).collect()
}

/// What the second pass finds out about one file.
#[derive(Default)]
struct Content {
    facts: Vec<Fact>,
    /// Which new line took the place of which old one.
    partners: Partners,
    worded_otherwise: Vec<(u32, u32)>,
    cuts: Cuts,
}

/// Everything about a file's content.
fn content_facts(file: usize, pairs: &[Pair], matching: &Matching, moves: &Moves) -> Content {
    let pair = &pairs[file];
    if pair.is_lock() {
        return Content { facts: lock_facts(pair), ..Content::default() };
    }
    let dependencies = dependency_facts(pair);
    let mut facts = dependencies.facts;
    if pair.is_parsed() || !pair.is_two_sided() {
        if pair.is_data() {
            // a manifest that is read line by line is a format with settings too
            let lines = dependencies.lines.clone().map(Lines::new);
            let told = |fact: &Fact| lines[usize::from(fact.location.side == Side::New)].meet(fact.location.lines);
            facts.extend(settings::setting_facts(pair, &dependencies.taken).into_iter().filter(|fact| !told(fact)));
        }
        facts.extend(entity_change::entity_facts(file, pairs, matching, moves));
        facts.extend(constructs::construct_facts(file, pairs, matching, moves));
        facts.extend(super::api::api_facts(pair));
        facts.extend(super::enumeration::enumeration_facts(pair, matching));
    }
    facts.extend(directives::directive_facts(pair));
    if pair.is_two_sided() {
        let moved_away = matching.lost().any(|at| moves.left(file, at));
        let rest = rest(pair, &facts, &dependencies.lines.map(Lines::new), moved_away);
        facts.extend(rest);
    }
    derived(file, pairs, matching, facts)
}

/// What the facts so far and the changed lines say together; they explain nothing that was not explained before.
fn derived(file: usize, pairs: &[Pair], matching: &Matching, mut facts: Vec<Fact>) -> Content {
    let pair = &pairs[file];
    if !facts.iter().any(|fact| !fact.kind.is_inert()) {
        return Content { facts, ..Content::default() };
    }
    let mut cuts = Cuts::default();
    let renames = renames_of(pair);
    let (edited, partners) = edits::edit_facts(pair, &renames, &mut cuts);
    let mut more = flow::flow_facts(file, pairs, matching, &facts, &renames, &mut cuts);
    more.extend(literals::literal_facts(pair, &facts, &mut cuts));
    more.extend(edited);
    facts.extend(more.into_iter().filter(|fact| !is_untouched(pair, matching, fact)));
    // what went from a line that is still there is placed on that line
    for fact in
        facts.iter_mut().filter(|fact| fact.kind == FactKind::ConstructDeleted && fact.location.side == Side::Old)
    {
        if let Some(new) = partners.get(&fact.location.lines.start) {
            fact.location = pair.locate(Side::New, LineRange::line(*new));
        }
    }
    Content { facts, partners, worded_otherwise: worded_otherwise(pair, &renames), cuts }
}

/// True if the entity that a line stands in is on both sides the same but for form: then the line is, too, whichever line
/// it was held against.
fn is_untouched(pair: &Pair, matching: &Matching, fact: &Fact) -> bool {
    let (Some(old), Some(new)) = (&pair.old, &pair.new) else { return false };
    let same = |before: u32, after: u32| {
        let (before, after) = (old.entity(before), new.entity(after));
        (before.signature_hash, before.body_hash) == (after.signature_hash, after.body_hash)
    };
    let (here, there) = (&fact.entity, &fact.old_entity);
    let on_new = here.as_ref().filter(|_| fact.location.side == Side::New).map(|entity| entity.index);
    on_new.is_some_and(|at| matching.old_of(at).is_some_and(|before| same(before, at)))
        || there.as_ref().is_some_and(|one| matching.new_of(one.index).is_some_and(|after| same(one.index, after)))
}

/// What a lock file installs otherwise now; one fact for all of it where that cannot be told.
fn lock_facts(pair: &Pair) -> Vec<Fact> {
    let mut facts = if pair.is_two_sided() && !pair.is_partial() { dependency_facts(pair).facts } else { Vec::new() };
    if facts.is_empty() || facts.len() > limits::LOCK_FACTS_MAX {
        facts.truncate(limits::LOCK_FACTS_MAX);
        facts.extend(file_change::lock_fact(pair));
    }
    facts
}

/// What the facts so far leave unsaid about a file that is there on both sides.
fn rest(pair: &Pair, facts: &[Fact], dependencies: &[Lines; 2], moved_away: bool) -> Vec<Fact> {
    let explained = Explained::by(facts);
    if !pair.is_parsed() {
        return text_facts(pair, |hunk| !is_dependency(pair, hunk, dependencies));
    }
    if pair.is_partial() {
        let mut rest = text_facts(pair, |hunk| !explained.hunk(hunk) && !is_inert(pair, hunk));
        if facts.is_empty() && rest.is_empty() {
            rest.extend(file_change::inert_rest(pair));
        }
        return rest;
    }
    let mut rest = text_facts(pair, |hunk| pair.is_unclear(hunk) && !explained.hunk(hunk));
    rest.extend(file_change::remainder(pair, facts, moved_away || !rest.is_empty()));
    rest
}

/// What the grammar could not read of the change.
fn unread(pair: &Pair, within: bool) -> Vec<Gap> {
    let path = &pair.change.path;
    if !pair.roles.is_production() {
        return Vec::new();
    }
    if !within {
        return vec![Gap::change(GapKind::OverLimit, path, "the change is larger than what is parsed of one change")];
    }
    let fallback = pair.sheets().find_map(|sheet| sheet.outline.fallback.filter(|why| *why != TextFallback::NoGrammar));
    if let Some(why) = fallback {
        return vec![fallback_gap(pair, why)];
    }
    let cut = pair.sheets().any(|sheet| sheet.outline.truncated);
    let cut = cut.then(|| Gap::change(GapKind::OverLimit, path, "more names, constructs or settings than are kept"));
    let unclear = |sheet: &super::pair::Sheet| {
        let meets = |lines: &&crate::location::LineRange| sheet.touched(**lines);
        sheet.outline.problems.iter().find(meets).map(|lines| (sheet.side, lines.start))
    };
    let place = pair.new.as_ref().and_then(unclear).or_else(|| pair.old.as_ref().and_then(unclear));
    let parse = place.filter(|_| !pair.is_partial()).map(|(side, line)| {
        let side = if side == Side::Old { " of the old side" } else { "" };
        let why = format!("the grammar gave up at changed line {line}{side}");
        let lenient = pair.sheets().any(|sheet| sheet.outline.language.is_some_and(|language| language.lenient));
        // the lines around it count as changed text; that a dialect or a macro is not read is no surprise
        if lenient { Gap::context(GapKind::ParseError, why) } else { Gap::change(GapKind::ParseError, path, why) }
    });
    cut.into_iter().chain(parse).collect()
}

fn fallback_gap(pair: &Pair, why: TextFallback) -> Gap {
    let (kind, why) = match why {
        TextFallback::TooLarge => {
            (GapKind::OverLimit, format!("larger than {} bytes, not parsed", limits::PARSE_BYTES_MAX))
        }
        TextFallback::TooSlow => (GapKind::OverLimit, "parsing took more steps than one file may cost".to_owned()),
        TextFallback::NoGrammar | TextFallback::Failed => (GapKind::Internal, "parsing failed".to_owned()),
    };
    Gap::change(kind, &pair.change.path, why)
}

/// Sorts, cuts and joins a file's facts.
fn finish(file: usize, pair: &Pair, content: Content, gaps: &mut Vec<Gap>) -> FileFacts {
    let Content { mut facts, partners, worded_otherwise, .. } = content;
    let mut edited: Vec<(u32, u32)> = partners.into_iter().collect();
    edited.sort_unstable();
    facts.extend(file_change::file_facts(pair));
    let place = |fact: &Fact| (fact.location.clone(), fact.kind);
    facts.sort_by(|a, b| place(a).cmp(&place(b)).then_with(|| a.subject.cmp(&b.subject)));
    if facts.len() > limits::FILE_FACTS_MAX {
        let why = format!("{} facts, the first {} are kept", facts.len(), limits::FILE_FACTS_MAX);
        gaps.push(Gap::change(GapKind::OverLimit, &pair.change.path, why));
        facts.truncate(limits::FILE_FACTS_MAX);
    }
    let outline = |sheet: &Option<super::pair::Sheet>| sheet.as_ref().map(|sheet| sheet.outline.clone());
    FileFacts {
        file,
        path: pair.change.path.clone(),
        old_path: pair.change.old_path.clone(),
        roles: pair.roles,
        old: outline(&pair.old),
        new: outline(&pair.new),
        facts,
        edited,
        worded_otherwise,
    }
}
