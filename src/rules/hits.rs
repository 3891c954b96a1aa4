//! Every place where a rule fires: where its conditions hold, and what else must be there is and what must not is not: the
//! clauses, each about the entity, the file or the change of the match, or about a file of the repository.

use super::matching::{Hit, candidates};
use super::pattern::Tied;
use super::scene::{FileScene, Scene};
use super::when::{Clause, Scope, When};
use crate::limits;
use crate::location::{LineRange, RepoPath, Side};
use std::borrow::Cow;

/// Every place in a file where the rule's condition holds, in the order of its facts or lines.
pub(super) fn hits<'s, 'a>(when: &When, scene: &'s Scene<'a>, file: &'s FileScene<'a>) -> Vec<Hit<'s, 'a>> {
    let conditions = &when.conditions;
    // most rules ask for a kind of fact that this file has none of
    let by_line = conditions.line.is_set() || conditions.statement.is_set();
    if !by_line && file.kinds & conditions.kinds == 0 || !conditions.file_holds(scene, file) {
        return Vec::new();
    }
    let mut hits = candidates(conditions, scene, file);
    // last, because its globs are compiled when they are first asked
    if hits.is_empty() || conditions.is_left_alone(file) {
        return Vec::new();
    }
    hits.retain(|hit| {
        let caught = |name: &str| conditions.caught(name, hit);
        when.also.iter().all(|clause| clause.holds(scene, hit, &caught, Reads::All))
            && !when.unless.iter().any(|clause| clause.holds(scene, hit, &caught, Reads::NoNewRemarks))
    });
    match conditions.count {
        Some(bound) if !bound.holds(hits.len() as f64) => Vec::new(),
        _ => hits,
    }
}

/// What a clause reads of the new side. What quiets a rule must not be a comment that the change itself brings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reads {
    All,
    NoNewRemarks,
}

impl Reads {
    fn new_text<'s>(self, file: &'s FileScene) -> Option<Cow<'s, str>> {
        match self {
            Self::All => file.text(Side::New),
            Self::NoNewRemarks => file.text_without_new_remarks().map(Cow::Borrowed),
        }
    }
}

/// What the groups of a rule's expressions caught at a hit, by name.
type Caught<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Clause {
    fn holds(&self, scene: &Scene, hit: &Hit, caught: Caught, reads: Reads) -> bool {
        match self.scope {
            Scope::Entity | Scope::File => self.holds_in(scene, hit.file, hit, caught, reads),
            Scope::Change => scene.files.iter().any(|file| self.holds_in(scene, file, hit, caught, reads)),
            Scope::Repository => self.holds_in_tree(scene, caught, reads),
        }
    }

    /// A file of the new tree has this path and holds this text. Few files should have the path.
    fn holds_in_tree(&self, scene: &Scene, caught: Caught, reads: Reads) -> bool {
        let tree = scene.evidence.head;
        let path = &self.conditions.path;
        let contains = match self.conditions.contains.as_ref().map(|pattern| pattern.with(caught)) {
            Some(None) => return false,
            pattern => pattern.flatten(),
        };
        let entries = tree.entries().iter().filter(|entry| path.is_empty() || path.is_match(&entry.path.to_text()));
        let changed = |path: &RepoPath| scene.files.iter().find(|file| file.facts.path == *path);
        entries.take(limits::RULE_TREE_FILES_MAX).any(|entry| {
            contains.as_ref().is_none_or(|pattern| match changed(&entry.path).and_then(|file| reads.new_text(file)) {
                Some(text) => pattern.is_match(&text),
                None => tree.blob(entry).is_ok_and(|text| pattern.is_match(&crate::text::lossless(&text))),
            })
        })
    }

    fn holds_in(&self, scene: &Scene, file: &FileScene, hit: &Hit, caught: Caught, reads: Reads) -> bool {
        self.conditions.file_holds(scene, file)
            && !self.conditions.is_left_alone(file)
            && self.text_holds(&self.conditions.contains, hit, Side::New, caught, || reads.new_text(file))
            && self.text_holds(&self.conditions.contained, hit, Side::Old, caught, || file.text(Side::Old))
            && (!self.conditions.asks_inside() || self.found_inside(scene, file, hit))
    }

    fn found_inside(&self, scene: &Scene, file: &FileScene, hit: &Hit) -> bool {
        let mut found = candidates(&self.conditions, scene, file);
        found.retain(|other| !same(other, hit) && (self.scope != Scope::Entity || entity_of(other) == entity_of(hit)));
        self.conditions.count.map_or(!found.is_empty(), |bound| bound.holds(found.len() as f64))
    }

    /// `contains` looks at the new side of the entity or file, `contained` at the old one.
    fn text_holds<'t>(
        &self,
        pattern: &Option<Tied>,
        hit: &Hit,
        side: Side,
        caught: Caught,
        text: impl FnOnce() -> Option<Cow<'t, str>>,
    ) -> bool {
        let Some(pattern) = pattern else { return true };
        let Some(pattern) = pattern.with(caught) else { return false };
        let Some(text) = text() else { return false };
        let range = (self.scope == Scope::Entity).then(|| entity_lines(hit, side)).flatten();
        match range {
            Some(range) => pattern.is_match(&lines_of(&text, range)),
            None => pattern.is_match(&text),
        }
    }
}

fn lines_of(text: &str, range: LineRange) -> Cow<'_, str> {
    let (from, to) = (range.start as usize, range.end as usize);
    let lines: Vec<&str> = text.lines().skip(from - 1).take(to - from + 1).collect();
    Cow::Owned(lines.join("\n"))
}

fn same(one: &Hit, other: &Hit) -> bool {
    let fact = one.observed.zip(other.observed).is_some_and(|(a, b)| std::ptr::eq(a.fact, b.fact));
    let line = one.line.zip(other.line).is_some_and(|(a, b)| std::ptr::eq(a, b));
    fact || line
}

/// The qualified name of the entity that a hit stands in; none outside of all.
fn entity_of(hit: &Hit) -> Option<String> {
    match hit.observed {
        Some(observed) => observed.fact.entity.as_ref().map(|entity| entity.qualified.to_string()),
        None => {
            let outline = hit.file.outline(hit.location.side)?;
            Some(outline.qualified_name(outline.entity_at(hit.location.lines.start)?))
        }
    }
}

/// Lines of the hit's entity on a side.
fn entity_lines(hit: &Hit, side: Side) -> Option<LineRange> {
    let outline = hit.file.outline(side)?;
    if side == hit.location.side {
        let at = outline.entity_at(hit.location.lines.start)?;
        return Some(outline.entities[at as usize].lines);
    }
    let name = entity_of(hit)?;
    let at = (0..outline.entities.len() as u32).find(|at| outline.qualified_name(*at) == name)?;
    Some(outline.entities[at as usize].lines)
}
