//! Both sides of one file, outlined, with quick answers about changed lines: does this stretch meet the change, where is
//! its first changed line, which new line is this old one. Everything that compares asks here, so that all facts agree
//! on what "changed" means.

use super::words::tokens;
use crate::input::{Content, FileChange, FileSide, Hunk};
use crate::location::{LineRange, Location, RepoPath, Side};
use crate::roles::{Role, Roles, roles};
use crate::syntax::{Entity, Other, Outline, Outlines, Text, TextFallback};
use std::ops::Range;
use std::sync::Arc;

/// Bytes of a file's beginning that are looked at for roles.
const HEAD_BYTES: usize = 8_192;
/// How a line of comment can begin; needed where only parts of a file are known and a comment's end may not be.
const COMMENT_LEADERS: [&[u8]; 8] = [b"//", b"#", b"/*", b"*", b"--", b";", b"<!--", b"%"];

/// Sorted, disjoint lines.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<LineRange>);

impl Lines {
    pub fn new(mut ranges: Vec<LineRange>) -> Self {
        ranges.sort_unstable();
        let mut joined: Vec<LineRange> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match joined.last_mut() {
                Some(last) if range.start <= last.end.saturating_add(1) => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        Self(joined)
    }

    /// The ranges that meet a stretch, cut to it.
    pub fn within(&self, stretch: LineRange) -> impl Iterator<Item = LineRange> + '_ {
        let first = self.0.partition_point(|range| range.end < stretch.start);
        let meeting = self.0[first..].iter().take_while(move |range| range.start <= stretch.end);
        meeting.map(move |range| LineRange::new(range.start.max(stretch.start), range.end.min(stretch.end)))
    }

    pub fn meet(&self, stretch: LineRange) -> bool {
        self.within(stretch).next().is_some()
    }

    /// The range that holds a line.
    pub fn around(&self, line: u32) -> Option<LineRange> {
        let at = self.0.partition_point(|range| range.end < line);
        self.0.get(at).copied().filter(|range| range.contains(line))
    }
}

/// One side of a file: its text, its outline, its changed lines.
#[derive(Debug)]
pub(super) struct Sheet {
    pub side: Side,
    pub outline: Arc<Outline>,
    text: Arc<[u8]>,
    /// Byte offset of each line.
    starts: Vec<u32>,
    changed: Lines,
    inert: Lines,
    problems: Lines,
    /// True where only the lines of a patch are known.
    partial: bool,
}

impl Sheet {
    fn new(side: Side, file: &FileSide, outline: Arc<Outline>, changed: Vec<LineRange>) -> Option<Self> {
        let text = file.content.text()?.clone();
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', &text).map(|at| at as u32 + 1)).collect();
        let partial = matches!(file.content, Content::Partial(_));
        let (inert, problems) = (Lines::new(outline.inert_lines.clone()), Lines::new(outline.problems.clone()));
        Some(Self { side, outline, text, starts, changed: Lines::new(changed), inert, problems, partial })
    }

    pub fn entity(&self, index: u32) -> &Entity {
        &self.outline.entities[index as usize]
    }

    pub fn bytes(&self, span: &Range<u32>) -> &[u8] {
        let end = (span.end as usize).min(self.text.len());
        &self.text[(span.start as usize).min(end)..end]
    }

    pub fn all(&self) -> &[u8] {
        &self.text
    }

    /// The bytes of a line without its ending.
    pub fn line(&self, line: u32) -> &[u8] {
        let at = |line: u32| self.starts.get(line as usize).map_or(self.text.len(), |start| *start as usize);
        let bytes = &self.text[at(line.saturating_sub(1))..at(line)];
        bytes.trim_ascii_end()
    }

    /// True if a stretch holds a changed line of this side.
    pub fn touched(&self, stretch: LineRange) -> bool {
        self.changed.meet(stretch)
    }

    pub fn changed(&self) -> &Lines {
        &self.changed
    }

    /// The numbers of all changed lines.
    pub fn changed_lines(&self) -> impl Iterator<Item = u32> + '_ {
        self.changed.0.iter().flat_map(|range| range.start..=range.end)
    }

    /// True if a carriage return ends the line.
    pub fn ends_in_return(&self, line: u32) -> bool {
        let end = self.starts.get(line as usize).map_or(self.text.len(), |start| *start as usize);
        self.text[..end].ends_with(b"\r\n") || self.text[..end].ends_with(b"\r")
    }

    /// True behind the last line.
    pub fn is_after_end(&self, line: u32) -> bool {
        line as usize > self.starts.len()
    }

    /// True for a line of comment or nothing.
    pub fn is_inert(&self, line: u32) -> bool {
        let text = self.line(line).trim_ascii_start();
        if text.is_empty() {
            return true;
        }
        let leads = || COMMENT_LEADERS.iter().any(|leader| text.starts_with(leader));
        self.inert.around(line).is_some() && (!self.partial || leads())
    }

    /// The first run of changed lines in a stretch that are not inert and that `wanted` accepts.
    pub fn first_code(&self, stretch: LineRange, wanted: impl Fn(u32) -> bool) -> Option<LineRange> {
        self.changed.within(stretch).find_map(|run| {
            let start = (run.start..=run.end).find(|line| !self.is_inert(*line) && wanted(*line))?;
            let end = (start..=run.end).take_while(|line| wanted(*line)).last().unwrap_or(start);
            Some(LineRange::new(start, end))
        })
    }

    /// The lines of a stretch of bytes that are not inert, each cut to the stretch.
    pub fn code_pieces(&self, span: Range<u32>) -> impl Iterator<Item = &[u8]> {
        let first = self.starts.partition_point(|start| *start <= span.start) as u32;
        (first.max(1)..=self.starts.len() as u32).map_while(move |line| {
            let start = self.starts[line as usize - 1];
            let end = self.starts.get(line as usize).copied().unwrap_or(self.text.len() as u32);
            let piece = start.max(span.start)..end.min(span.end);
            (start < span.end).then(|| if self.is_inert(line) { &[][..] } else { self.bytes(&piece) })
        })
    }

    /// Tokens of what stands outside of every entity, without comment lines.
    pub fn residue(&self) -> Vec<&[u8]> {
        let mut found = Vec::new();
        let mut at = 0;
        for entity in self.outline.entities.iter().filter(|entity| entity.container.is_none()) {
            if entity.span.start >= at {
                found.extend(self.code_pieces(at..entity.span.start).flat_map(tokens));
            }
            at = at.max(entity.span.end);
        }
        found.extend(self.code_pieces(at..self.text.len() as u32).flat_map(tokens));
        found
    }

    /// The first byte of a line; of one after the last, the end.
    pub fn line_start(&self, line: u32) -> u32 {
        let at = line.saturating_sub(1) as usize;
        self.starts.get(at).copied().unwrap_or(self.text.len() as u32)
    }

    /// An entity's lines with the comment directly above it.
    pub fn with_docs(&self, lines: LineRange) -> LineRange {
        let above = lines.start.checked_sub(1).and_then(|line| self.inert.around(line));
        LineRange::new(above.map_or(lines.start, |above| above.start), lines.end)
    }
}

/// Both sides of a file.
#[derive(Debug)]
pub(super) struct Pair<'a> {
    pub change: &'a FileChange,
    pub roles: Roles,
    pub old: Option<Sheet>,
    pub new: Option<Sheet>,
}

impl<'a> Pair<'a> {
    /// Outlines both sides. `outlines` is none where the budget of the change is used up.
    pub fn new(change: &'a FileChange, outlines: Option<&Outlines>) -> Self {
        let text = |side: Side| {
            let file = change.side(side)?;
            let partial = matches!(file.content, Content::Partial(_));
            let (path, oid) = (change.path_on(side), file.oid.filter(|_| !partial));
            Some(Text { path, oid, bytes: file.content.text()? })
        };
        let sheet = |side: Side| {
            let (file, own) = (change.side(side)?, text(side)?);
            let other = side.other();
            let other = text(other).map(|text| Other { text, side: other, hunks: &change.hunks });
            let outline = match outlines {
                Some(outlines) => outlines.of(own, other),
                None => Arc::new(Outline { fallback: Some(TextFallback::TooLarge), ..Outline::default() }),
            };
            Sheet::new(side, file, outline, change.changed(side))
        };
        Self { change, roles: roles_of(change), old: sheet(Side::Old), new: sheet(Side::New) }
    }

    /// With outlines made by hand.
    #[cfg(test)]
    pub fn made(change: &'a FileChange, old: Outline, new: Outline) -> Self {
        let sheet = |side: Side, outline| Sheet::new(side, change.side(side)?, Arc::new(outline), change.changed(side));
        Self { change, roles: Roles::default(), old: sheet(Side::Old, old), new: sheet(Side::New, new) }
    }

    pub fn sheet(&self, side: Side) -> Option<&Sheet> {
        match side {
            Side::Old => self.old.as_ref(),
            Side::New => self.new.as_ref(),
        }
    }

    pub fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.old.iter().chain(&self.new)
    }

    /// True if a side is known only in parts. A file that is wholly added or deleted is known wholly from its patch.
    pub fn is_partial(&self) -> bool {
        self.change.old.is_some() && self.change.new.is_some() && self.sheets().any(|sheet| sheet.partial)
    }

    /// True if every side that there is was read by a grammar.
    pub fn is_parsed(&self) -> bool {
        let parsed = |sheet: &Sheet| sheet.outline.language.is_some() && sheet.outline.fallback.is_none();
        self.sheets().next().is_some() && self.sheets().all(parsed)
    }

    /// True if there is a text before and after.
    pub fn is_two_sided(&self) -> bool {
        self.old.is_some() && self.new.is_some()
    }

    /// True if a hunk meets lines that a grammar could not read.
    pub fn is_unclear(&self, hunk: &Hunk) -> bool {
        let meets = |sheet: &Sheet| hunk.range(sheet.side).is_some_and(|lines| sheet.problems.meet(lines));
        self.sheets().any(meets)
    }

    /// True for configuration formats.
    pub fn is_data(&self) -> bool {
        self.sheets().any(|sheet| sheet.outline.language.is_some_and(|language| language.data))
    }

    pub fn is_lock(&self) -> bool {
        self.roles.contains(Role::Lock)
    }

    pub fn locate(&self, side: Side, lines: LineRange) -> Location {
        Location::new(self.change.path_on(side).clone(), side, lines)
    }

    /// The side that a fact about the whole file stands on.
    pub fn whole_file(&self) -> Location {
        let side = if self.change.new.is_some() { Side::New } else { Side::Old };
        self.locate(side, LineRange::line(1))
    }

    /// The first changed line of code in a stretch: on the new side, else (something was only taken away) on the old.
    pub fn first_change(
        &self,
        old: Option<LineRange>,
        new: Option<LineRange>,
        wanted: impl Fn(Side, u32) -> bool,
    ) -> Option<Location> {
        let on = |sheet: &Option<Sheet>, stretch: Option<LineRange>| {
            let (sheet, stretch) = (sheet.as_ref()?, stretch?);
            let lines = sheet.first_code(stretch, |line| wanted(sheet.side, line))?;
            Some(self.locate(sheet.side, lines))
        };
        on(&self.new, new).or_else(|| on(&self.old, old))
    }

    /// The new number of an old line that did not change.
    pub fn new_line(&self, old: u32) -> Option<u32> {
        let after = self.change.hunks.partition_point(|hunk| first_after(hunk) <= old);
        let next = self.change.hunks.get(after);
        if next.is_some_and(|hunk| hunk.old_lines > 0 && hunk.old_start <= old) {
            return None;
        }
        let Some(before) = after.checked_sub(1).map(|at| self.change.hunks[at]) else { return Some(old) };
        let new_after = before.new_start + before.new_lines.max(1);
        Some(new_after + (old - first_after(&before)))
    }

    /// Which hunk holds a line.
    pub fn hunk_at(&self, side: Side, line: u32) -> Option<usize> {
        let start = |hunk: &Hunk| if side == Side::Old { hunk.old_start } else { hunk.new_start };
        let at = self.change.hunks.partition_point(|hunk| start(hunk) <= line).checked_sub(1)?;
        // a hunk without lines on this side starts at the line before it, which the hunk before may hold
        let holds = |at: &usize| self.change.hunks[*at].range(side).is_some_and(|range| range.contains(line));
        Some(at).filter(holds).or_else(|| at.checked_sub(1).filter(holds))
    }
}

/// The first unchanged old line after a hunk.
fn first_after(hunk: &Hunk) -> u32 {
    hunk.old_start + hunk.old_lines.max(1)
}

/// The roles that both sides support: neither a marker that only one side carries nor a new name takes a file out of
/// production.
fn roles_of(change: &FileChange) -> Roles {
    let of = |side: &Option<FileSide>, path: &RepoPath| {
        let text = side.as_ref().and_then(|side| side.content.text());
        text.map(|text| roles(path, &text[..text.len().min(HEAD_BYTES)]))
    };
    let (before, after) = (change.path_on(Side::Old), change.path_on(Side::New));
    match (of(&change.old, before), of(&change.new, after)) {
        (Some(old), Some(new)) if new.is_production() || !old.is_production() => new,
        (Some(old), Some(_) | None) => old,
        (None, Some(new)) => new,
        (None, None) => roles(&change.path, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::ChangeSet;

    #[test]
    fn unchanged_lines_keep_their_partner() {
        let (old, new) = ("a\nb\nc\nd\ne\n", "a\nx\nb\nd\ny\nz\n");
        let change = ChangeSet::in_memory([("f", Some(old), Some(new))]);
        let pair = Pair::made(&change.files[0], Outline::default(), Outline::default());
        let partners: Vec<_> = (1..=5).map(|line| pair.new_line(line)).collect();
        assert_eq!(partners, [Some(1), Some(3), None, Some(4), None]);
        assert_eq!(pair.hunk_at(Side::New, 2), Some(0));
        assert_eq!(pair.hunk_at(Side::New, 3), None);
        assert_eq!(pair.hunk_at(Side::New, 6), Some(2));
        assert_eq!(pair.hunk_at(Side::Old, 3), Some(1));
    }

    #[test]
    fn lines_join_and_answer() {
        let lines =
            Lines::new(vec![LineRange::new(4, 5), LineRange::new(1, 2), LineRange::new(3, 3), LineRange::line(9)]);
        assert_eq!(lines.around(2), Some(LineRange::new(1, 5)));
        assert!(!lines.meet(LineRange::new(6, 8)) && lines.meet(LineRange::new(6, 9)));
    }
}
