//! Facts about a file as a whole (added, renamed, mode, link, binary), and about changed lines that no grammar explains.
//! The second kind is what keeps silence from being mistaken for safety: every changed file yields a fact.

use super::entity_change::bare;
use super::pair::{Lines, Pair, Sheet};
use super::{ConstructChange, Fact, FactKind};
use crate::input::{Content, FileStatus, Hunk, Mode};
use crate::limits;
use crate::location::{LineRange, Location, Side};
use crate::roles::Role;
use crate::syntax::{EntityKind, Outline};

fn whole(kind: FactKind, pair: &Pair) -> Fact {
    bare(kind, pair.whole_file(), pair.change.path.untrusted())
}

/// What git itself knows about a file.
pub(super) fn file_facts(pair: &Pair) -> Vec<Fact> {
    let change = pair.change;
    let mut kinds = Vec::new();
    match change.status {
        FileStatus::Added => kinds.push(FactKind::FileAdded),
        FileStatus::Deleted => kinds.push(FactKind::FileDeleted),
        FileStatus::Renamed => kinds.push(FactKind::FileRenamed),
        FileStatus::Copied => kinds.push(FactKind::FileCopied),
        FileStatus::Modified | FileStatus::TypeChanged => {}
    }
    let sides = || change.old.iter().chain(&change.new);
    let has = |wanted: fn(&Content) -> bool| sides().any(|side| wanted(&side.content));
    let same = matches!((&change.old, &change.new), (Some(old), Some(new)) if old.content == new.content && old.oid == new.oid);
    if sides().any(|side| side.mode == Mode::Submodule) && !same {
        kinds.push(FactKind::SubmoduleChanged);
    }
    if sides().any(|side| side.mode == Mode::Symlink) && !same {
        kinds.push(FactKind::SymlinkChanged);
    }
    if (change.binary || has(|content| matches!(content, Content::Binary { .. }))) && !same {
        kinds.push(FactKind::BinaryChanged);
    }
    let executable = |mode| mode == Mode::Executable;
    if let (Some(old), Some(new)) = (&change.old, &change.new)
        && old.mode.is_file()
        && new.mode.is_file()
        && executable(old.mode) != executable(new.mode)
    {
        kinds.push(FactKind::ModeChanged);
    }
    let mut facts: Vec<Fact> = kinds.into_iter().map(|kind| whole(kind, pair)).collect();
    if let (Some(Content::Text(_)), Some(Content::Binary { .. })) =
        (change.old.as_ref().map(|old| &old.content), change.new.as_ref().map(|new| &new.content))
    {
        let construct = ConstructChange { capture: "text.unreadable".into(), old: None, new: None };
        facts.push(Fact { construct: Some(construct), ..whole(FactKind::ConstructAdded, pair) });
    }
    facts
}

/// One fact for a lock file: which lines of it changed says nothing.
pub(super) fn lock_fact(pair: &Pair) -> Option<Fact> {
    (!pair.change.hunks.is_empty() && pair.is_two_sided()).then(|| {
        let first = pair.change.hunks.first();
        let location = first.map_or_else(|| pair.whole_file(), |hunk| at_hunk(pair, hunk));
        bare(FactKind::TextChanged, location, pair.change.path.untrusted())
    })
}

/// A fact per wanted hunk, the last one standing for all that follow.
pub(super) fn text_facts(pair: &Pair, wanted: impl Fn(&Hunk) -> bool) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for hunk in pair.change.hunks.iter().filter(|hunk| wanted(hunk)) {
        let kind = if is_blank(pair, hunk) { FactKind::FormattingChanged } else { FactKind::TextChanged };
        let fact = bare(kind, at_hunk(pair, hunk), pair.change.path.untrusted());
        if facts.len() < limits::TEXT_FACTS_MAX {
            facts.push(fact);
        } else if let Some(last) = facts.last_mut().filter(|_| kind == FactKind::TextChanged) {
            last.kind = FactKind::TextChanged;
            if last.location.side == fact.location.side {
                last.location.lines.end = last.location.lines.end.max(fact.location.lines.end);
            }
        }
    }
    facts
}

/// A hunk's place: its new lines, else its old ones.
fn at_hunk(pair: &Pair, hunk: &Hunk) -> Location {
    let on = |side| hunk.range(side).map(|lines| pair.locate(side, lines));
    on(Side::New).or_else(|| on(Side::Old)).unwrap_or_else(|| pair.whole_file())
}

/// True if a hunk leaves the same lines but for blank ones and the end of the last one; who decides about changes is also
/// told in files with comments.
fn is_blank(pair: &Pair, hunk: &Hunk) -> bool {
    let comments = pair.roles.contains(Role::Governance);
    let says = |sheet: &Sheet| -> Vec<(Vec<u8>, bool)> {
        let lines = hunk.range(sheet.side).into_iter().flat_map(|lines| lines.start..=lines.end);
        let told = lines.filter(|line| {
            let text = sheet.line(*line);
            !(text.is_empty() || comments && text.trim_ascii_start().starts_with(b"#"))
        });
        told.map(|line| (sheet.line(line).to_vec(), sheet.ends_in_return(line))).collect()
    };
    let mut sides = pair.sheets().map(says);
    let first = sides.next();
    first.is_some_and(|first| sides.next().unwrap_or_default() == first)
}

/// True if a hunk changes comment lines and blank lines only.
pub(super) fn is_inert(pair: &Pair, hunk: &Hunk) -> bool {
    every_line(pair, hunk, Sheet::is_inert)
}

fn every_line(pair: &Pair, hunk: &Hunk, test: impl Fn(&Sheet, u32) -> bool) -> bool {
    let holds = |sheet: &Sheet| {
        let lines = hunk.range(sheet.side);
        lines.is_none_or(|lines| (lines.start..=lines.end).all(|line| test(sheet, line)))
    };
    pair.sheets().next().is_some() && pair.sheets().all(holds)
}

/// Lines of the old and the new side on which facts stand that can change behaviour.
pub(super) struct Explained([Lines; 2]);

impl Explained {
    pub fn by(facts: &[Fact]) -> Self {
        let on = |side: Side| {
            let here = facts.iter().filter(|fact| !fact.kind.is_inert() && fact.location.side == side);
            Lines::new(here.map(|fact| fact.location.lines).collect())
        };
        Self([on(Side::Old), on(Side::New)])
    }

    /// True if one of the facts stands in a hunk.
    pub fn hunk(&self, hunk: &Hunk) -> bool {
        let on = |side: Side, lines: &Lines| hunk.range(side).is_some_and(|range| lines.meet(range));
        on(Side::Old, &self.0[0]) || on(Side::New, &self.0[1])
    }
}

/// True if all changed lines of a hunk that are not blank belong to dependencies (which have their own facts).
pub(super) fn is_dependency(pair: &Pair, hunk: &Hunk, lines: &[Lines; 2]) -> bool {
    !is_blank(pair, hunk)
        && every_line(pair, hunk, |sheet, line| {
            sheet.line(line).is_empty() || lines[usize::from(sheet.side == Side::New)].around(line).is_some()
        })
}

/// What is left to say about a parsed file whose facts do not account for its change.
/// `elsewhere`: something of it has its facts in another place.
pub(super) fn remainder(pair: &Pair, facts: &[Fact], elsewhere: bool) -> Vec<Fact> {
    let (Some(old), Some(new)) = (&pair.old, &pair.new) else { return Vec::new() };
    if pair.change.hunks.is_empty() {
        return Vec::new();
    }
    let (before, after) = (&old.outline, &new.outline);
    let subject = || pair.change.path.untrusted();
    if before.hash == after.hash {
        let form = |kind| vec![bare(kind, first_hunk(pair), subject())];
        return match facts.is_empty() {
            false => Vec::new(),
            true if pair.change.hunks.iter().all(|hunk| is_inert(pair, hunk) && !is_blank(pair, hunk)) => {
                form(FactKind::DocsChanged)
            }
            true => form(FactKind::FormattingChanged),
        };
    }
    // the hash also sees that an entity came or went, which has a fact of its own
    let residue = before.residue_hash != after.residue_hash && !pair.is_data() && old.residue() != new.residue();
    let silent = facts.iter().all(|fact| fact.kind.is_inert()) && !elsewhere;
    if silent && !residue && order_only(before, after) {
        return vec![bare(FactKind::FormattingChanged, first_hunk(pair), subject())];
    }
    if residue || silent {
        return vec![bare(FactKind::ResidueChanged, residue_place(pair), subject())];
    }
    Vec::new()
}

/// True if two sides hold the same things in another order, in a language where that means nothing: the same tokens, and
/// the same settings, or the same entities with all but functions and types (and, in a schema, members) in their old order.
fn order_only(old: &Outline, new: &Outline) -> bool {
    let unordered = |outline: &Outline| outline.language.is_some_and(|language| language.unordered);
    if !unordered(old) || !unordered(new) || old.bag != new.bag || old.truncated || new.truncated {
        return false;
    }
    let settings = |outline: &Outline| {
        let mut all: Vec<_> = outline.settings.iter().map(|one| (one.key.clone(), one.value.to_text())).collect();
        all.sort_unstable();
        all
    };
    let entities = |outline: &Outline, free: bool| {
        let kinds = [EntityKind::Function, EntityKind::Method, EntityKind::Type, EntityKind::Interface];
        let members = outline.language.is_some_and(|language| language.unordered_members);
        let all = (0..outline.entities.len() as u32).filter(|at| {
            let one = &outline.entities[*at as usize];
            free || !(members || kinds.contains(&one.kind) || one.kind == EntityKind::Message)
        });
        let mut all: Vec<_> =
            all.map(|at| (outline.qualified_name(at), outline.entities[at as usize].signature_hash)).collect();
        if free {
            all.sort_unstable();
        }
        all
    };
    settings(old) == settings(new)
        && entities(old, true) == entities(new, true)
        && entities(old, false) == entities(new, false)
}

/// A file known in parts whose change is comments and blank lines only.
pub(super) fn inert_rest(pair: &Pair) -> Option<Fact> {
    let blank = pair.change.hunks.iter().all(|hunk| is_blank(pair, hunk));
    let kind = if blank { FactKind::FormattingChanged } else { FactKind::DocsChanged };
    (!pair.change.hunks.is_empty()).then(|| bare(kind, first_hunk(pair), pair.change.path.untrusted()))
}

fn first_hunk(pair: &Pair) -> Location {
    pair.change.hunks.first().map_or_else(|| pair.whole_file(), |hunk| at_hunk(pair, hunk))
}

/// The first changed line of code outside of every entity, else the first changed line of code.
fn residue_place(pair: &Pair) -> Location {
    let covered = |sheet: &Option<Sheet>| {
        let spans = sheet.iter().flat_map(|sheet| sheet.outline.entities.iter());
        Lines::new(spans.filter(|entity| entity.container.is_none()).map(|entity| entity.lines).collect())
    };
    let inside = [covered(&pair.old), covered(&pair.new)];
    let all = Some(LineRange::new(1, u32::MAX));
    let outside = |side, line| inside[usize::from(side == Side::New)].around(line).is_none();
    let found = pair.first_change(all, all, outside).or_else(|| pair.first_change(all, all, |_, _| true));
    found.unwrap_or_else(|| first_hunk(pair))
}
