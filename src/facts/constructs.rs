//! Constructs that rules ask about (a guard, a handler, a lock), before and after, counted inside the entity they stand
//! in: what is there as often as before did not change, wherever in the entity it stands. What is left over on both
//! sides in one place is one construct that was edited.

use super::entity_change::{bare, entity_ref};
use super::matching::Matching;
use super::moves::Moves;
use super::pair::{Pair, Sheet};
use super::{ConstructChange, Fact, FactKind};
use crate::location::Side;
use crate::syntax::Mark;
use crate::text::Untrusted;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Marks of one side by the entity they stand in; `None` is outside of all.
type ByOwner = FxHashMap<Option<u32>, Vec<u32>>;

/// Everything about the constructs of one file. Those of a deleted entity are not reported: its deletion is the fact.
pub(super) fn construct_facts(file: usize, pairs: &[Pair], matching: &Matching, moves: &Moves) -> Vec<Fact> {
    let pair = &pairs[file];
    let Some(new) = &pair.new else { return Vec::new() };
    let (old_marks, new_marks) = (pair.old.as_ref().map(by_owner).unwrap_or_default(), by_owner(new));
    let of = |marks: &ByOwner, owner| marks.get(&owner).cloned().unwrap_or_default();
    if pair.is_partial() {
        // owners are not to be trusted where their beginning may be out of sight
        let all = |sheet: &Sheet| (0..sheet.outline.marks.len() as u32).collect();
        return compare(pair, pair.old.as_ref(), pair.old.as_ref().map(all).unwrap_or_default(), pair, new, all(new));
    }
    let mut facts = compare(pair, pair.old.as_ref(), of(&old_marks, None), pair, new, of(&new_marks, None));
    // marks of other files, from which entities moved here
    let mut foreign: FxHashMap<usize, ByOwner> = FxHashMap::default();
    for at in 0..new.outline.entities.len() as u32 {
        let marks = of(&new_marks, Some(at));
        let (from, old_owner) = match (matching.old_of(at), moves.source(file, at)) {
            (Some(old), _) => (pair, Some(old)),
            (None, Some((from, old))) => {
                foreign.entry(from).or_insert_with(|| pairs[from].old.as_ref().map(by_owner).unwrap_or_default());
                (&pairs[from], Some(old))
            }
            (None, None) => (pair, None),
        };
        let old = from.old.as_ref().filter(|_| old_owner.is_some());
        let there = moves.source(file, at).and_then(|(from, _)| foreign.get(&from));
        let before = match old {
            Some(_) if std::ptr::eq(from, pair) => of(&old_marks, old_owner),
            Some(_) => there.map(|marks| of(marks, old_owner)).unwrap_or_default(),
            None => Vec::new(),
        };
        if !marks.is_empty() || !before.is_empty() {
            facts.extend(compare(from, old, before, pair, new, marks));
        }
    }
    facts
}

fn by_owner(sheet: &Sheet) -> ByOwner {
    let mut map = ByOwner::default();
    for (index, mark) in sheet.outline.marks.iter().enumerate() {
        map.entry(mark.owner).or_default().push(index as u32);
    }
    map
}

/// Compares the marks of one entity before and after.
fn compare(
    from: &Pair,
    old: Option<&Sheet>,
    old_marks: Vec<u32>,
    pair: &Pair,
    new: &Sheet,
    new_marks: Vec<u32>,
) -> Vec<Fact> {
    let same_file = std::ptr::eq(from, pair);
    let Some(old) = old else {
        return new_marks.into_iter().map(|at| Ends { from, pair, old: None, new: Some((new, at)) }.fact()).collect();
    };
    let (gone, came) = surplus(old, &old_marks, new, &new_marks, same_file && !pair.change.hunks.is_empty());
    let (gone, came) = (misread(old, new, gone), misread(new, old, came));
    let (gone, came) = if pair.is_partial() { (shown(old, gone), shown(new, came)) } else { (gone, came) };
    let mut edited = Vec::new();
    let mut pairing = Pairing { gone, came, edited: &mut edited };
    if same_file {
        pairing.by(
            |at| hunk(pair, old, at).map(|hunk| (old.outline.marks[at as usize].capture.clone(), hunk)),
            |at| hunk(pair, new, at).map(|hunk| (new.outline.marks[at as usize].capture.clone(), hunk)),
        );
    }
    let (old_places, new_places) = (places(old, &old_marks), places(new, &new_marks));
    pairing.by(|at| old_places.get(&at).cloned(), |at| new_places.get(&at).cloned());
    let Pairing { gone, came, .. } = pairing;
    let ends = |old_at: Option<u32>, new_at: Option<u32>| Ends {
        from,
        pair,
        old: old_at.map(|at| (old, at)),
        new: new_at.map(|at| (new, at)),
    };
    let edited = edited.into_iter().map(|(old, new)| ends(Some(old), Some(new)).fact());
    let gone = gone.into_iter().map(|at| ends(Some(at), None).fact());
    edited.chain(gone).chain(came.into_iter().map(|at| ends(None, Some(at)).fact())).collect()
}

/// Leaves out marks whose first line stands on the other side as well, where the grammar could not read all of that side:
/// the construct is there and was not seen.
fn misread(sheet: &Sheet, other: &Sheet, marks: Vec<u32>) -> Vec<u32> {
    if marks.is_empty() || other.outline.problems.is_empty() {
        return marks;
    }
    let lines: FxHashSet<&[u8]> = other.all().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).collect();
    let first = |at: u32| sheet.line(sheet.outline.marks[at as usize].lines.start).trim_ascii();
    marks.into_iter().filter(|at| !lines.contains(first(*at))).collect()
}

fn shown(sheet: &Sheet, marks: Vec<u32>) -> Vec<u32> {
    marks.into_iter().filter(|at| sheet.touched(sheet.outline.marks[*at as usize].lines)).collect()
}

/// Marks that are there more often on one side than on the other; of several alike, those on changed lines.
fn surplus(old: &Sheet, old_marks: &[u32], new: &Sheet, new_marks: &[u32], by_lines: bool) -> (Vec<u32>, Vec<u32>) {
    type Group = (Vec<u32>, Vec<u32>);
    let mut groups: FxHashMap<(&Arc<str>, u64), Group> = FxHashMap::default();
    let key = |mark: &'_ Mark| mark.hash;
    for at in old_marks {
        let mark = &old.outline.marks[*at as usize];
        groups.entry((&mark.capture, key(mark))).or_default().0.push(*at);
    }
    for at in new_marks {
        let mark = &new.outline.marks[*at as usize];
        groups.entry((&mark.capture, key(mark))).or_default().1.push(*at);
    }
    let pick = |sheet: &Sheet, mut marks: Vec<u32>, count: usize| {
        // unchanged ones last, otherwise in order
        marks.sort_by_key(|at| (by_lines && !sheet.touched(sheet.outline.marks[*at as usize].lines), *at));
        marks.truncate(count);
        marks
    };
    let (mut gone, mut came) = (Vec::new(), Vec::new());
    for (before, after) in groups.into_values() {
        let (less, more) = (before.len().saturating_sub(after.len()), after.len().saturating_sub(before.len()));
        gone.extend(pick(old, before, less));
        came.extend(pick(new, after, more));
    }
    gone.sort_unstable();
    came.sort_unstable();
    (gone, came)
}

/// The hunk on a mark's first changed line.
fn hunk(pair: &Pair, sheet: &Sheet, mark: u32) -> Option<usize> {
    let lines = sheet.outline.marks[mark as usize].lines;
    let first = sheet.changed().within(lines).next()?;
    pair.hunk_at(sheet.side, first.start)
}

/// Each mark's capture and its number among the marks of that capture.
fn places(sheet: &Sheet, marks: &[u32]) -> FxHashMap<u32, (Arc<str>, usize)> {
    let mut counts: FxHashMap<Arc<str>, usize> = FxHashMap::default();
    let place = |at: &u32| {
        let capture = sheet.outline.marks[*at as usize].capture.clone();
        let count = counts.entry(capture.clone()).or_default();
        *count += 1;
        (*at, (capture, *count))
    };
    marks.iter().map(place).collect()
}

/// Brings together what went and what came.
struct Pairing<'a> {
    gone: Vec<u32>,
    came: Vec<u32>,
    edited: &'a mut Vec<(u32, u32)>,
}

impl Pairing<'_> {
    fn by<K: std::hash::Hash + Eq>(&mut self, of_old: impl Fn(u32) -> Option<K>, of_new: impl Fn(u32) -> Option<K>) {
        for (old, new) in super::matching::buckets(&self.gone, &self.came, of_old, of_new) {
            self.edited.extend(old.into_iter().zip(new));
        }
        let edited: (BTreeSet<u32>, BTreeSet<u32>) = self.edited.iter().copied().unzip();
        self.gone.retain(|at| !edited.0.contains(at));
        self.came.retain(|at| !edited.1.contains(at));
    }
}

/// A construct's two ends, of which one may be missing.
struct Ends<'a> {
    /// The file of the old end: another one if the entity moved.
    from: &'a Pair<'a>,
    pair: &'a Pair<'a>,
    old: Option<(&'a Sheet, u32)>,
    new: Option<(&'a Sheet, u32)>,
}

impl Ends<'_> {
    fn fact(&self) -> Fact {
        let mark = |(sheet, at): (&'_ Sheet, u32)| sheet.outline.marks[at as usize].clone();
        let (old, new) = (self.old.map(mark), self.new.map(mark));
        let kind = match (&old, &new) {
            (Some(_), Some(_)) => FactKind::ConstructChanged,
            (Some(_), None) => FactKind::ConstructDeleted,
            _ => FactKind::ConstructAdded,
        };
        let end = self.new.map(|end| (self.pair, end)).or(self.old.map(|end| (self.from, end)));
        let Some((pair, (sheet, at))) = end else { return bare(kind, self.pair.whole_file(), Untrusted::default()) };
        let mark = &sheet.outline.marks[at as usize];
        let lines = match sheet.side {
            // an edit inside a long construct is placed on its first changed line
            Side::New if old.is_some() => sheet.first_code(mark.lines, |_| true).unwrap_or(mark.lines),
            _ => mark.lines,
        };
        let owner = mark.owner.filter(|owner| (*owner as usize) < sheet.outline.entities.len());
        let entity = owner.map(|owner| entity_ref(sheet, owner));
        let subject = match &entity {
            Some(entity) => Untrusted::new(&*entity.qualified),
            None => pair.change.path_on(sheet.side).untrusted(),
        };
        let construct = ConstructChange {
            capture: mark.capture.clone(),
            old: old.map(|mark| mark.text),
            new: new.map(|mark| mark.text),
        };
        Fact { entity, construct: Some(construct), ..bare(kind, pair.locate(sheet.side, lines), subject) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::matching::match_entities;
    use crate::input::ChangeSet;
    use crate::location::LineRange;
    use crate::syntax::Outline;

    /// Every line that holds `if` is a guard.
    fn outline(text: &str) -> Outline {
        let guards = text.lines().zip(1..).filter(|(line, _)| line.contains("if"));
        let mark = |(line, number): (&str, u32)| Mark {
            capture: "guard".into(),
            text: line.into(),
            hash: line.bytes().fold(7, |hash, byte| hash * 31 + u64::from(byte)),
            lines: LineRange::line(number),
            owner: None,
        };
        Outline { marks: guards.map(mark).collect(), ..Outline::default() }
    }

    fn check(old: &str, new: &str, expected: &[&str]) {
        let change = ChangeSet::in_memory([("f", Some(old), Some(new))]);
        let pair = Pair::made(&change.files[0], outline(old), outline(new));
        let matching = match_entities(pair.old.as_ref(), pair.new.as_ref());
        let facts = construct_facts(0, &[pair], &[matching][0], &Moves::default());
        let shown =
            |fact: Fact| format!("{} {:?} {}", fact.kind.as_str(), fact.location.side, fact.location.lines.start);
        assert_eq!(facts.into_iter().map(shown).collect::<Vec<_>>(), expected, "{old:?} {new:?}");
    }

    #[test]
    fn constructs_come_go_and_change() {
        check("a\nif x\nb\n", "a\nb\n", &["construct-deleted Old 2"]);
        check("a\nb\n", "a\nif x\nb\n", &["construct-added New 2"]);
        check("a\nif x\nb\n", "a\nif y\nb\n", &["construct-changed New 2"]);
        check("if x\nb\n", "b\nif x\n", &[]);
        check("if x\na\nif x\n", "if x\na\n", &["construct-deleted Old 3"]);
        check("if x\na\n", "if x\na\nif x\n", &["construct-added New 3"]);
    }
}
