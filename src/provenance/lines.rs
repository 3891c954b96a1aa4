//! Attested lines. A note or trace says "lines 3 to 9 of this file are an agent's"; that counts for the lines which the
//! commit really added, and for nothing else. Each added line is a square of a `Sheet`: the first ink stays, every later
//! stroke only fills what is still blank, in time that grows with the lines and not with the strokes, because both are
//! hostile. What a commit attests is then carried to the head of the change along the lines that survived until there.

use super::agents::AgentIndex;
use super::{Confidence, Involvement, Writer};
use crate::input::{FileChange, changed_lines};
use crate::location::{RepoPath, Side};
use std::collections::BTreeMap;

/// From this share of an agent's lines (percent) on it is a co-author, above the second one the author. Guesses of the
/// research behind the formats, to be calibrated.
const CO_AUTHORED_PERCENT: u64 = 20;
const AGENT_AUTHORED_PERCENT: u64 = 80;

/// What is known of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineMark {
    pub writer: Writer,
    pub agent: Option<AgentIndex>,
    pub confidence: Confidence,
}

/// A stroke: lines of one file, 1-based and inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stroke {
    pub start: u32,
    pub end: u32,
    pub mark: LineMark,
}

/// What one source attests: strokes by file, the strongest first.
pub(super) type Strokes = BTreeMap<RepoPath, Vec<Stroke>>;

/// The added lines of one file and their marks.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    lines: Vec<u32>,
    /// For each line the next one that may still be blank.
    next: Vec<usize>,
    marks: Vec<Option<LineMark>>,
}

/// How many lines are whose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub added: u32,
    pub agent: u32,
    pub person: u32,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.added = self.added.saturating_add(other.added);
        self.agent = self.agent.saturating_add(other.agent);
        self.person = self.person.saturating_add(other.person);
    }

    /// What the share of an agent's lines means; none where no line is an agent's.
    pub fn involvement(self) -> Option<Involvement> {
        (self.agent > 0).then(|| share_means(u64::from(self.agent), u64::from(self.added)))
    }
}

/// The degree of an agent's part in a whole.
pub(super) fn share_means(part: u64, whole: u64) -> Involvement {
    if part * 100 < whole * CO_AUTHORED_PERCENT {
        Involvement::Assisted
    } else if part * 100 <= whole * AGENT_AUTHORED_PERCENT {
        Involvement::CoAuthored
    } else {
        Involvement::AgentAuthored
    }
}

impl Sheet {
    /// A blank sheet over the lines that a file's change adds.
    pub fn new(file: &FileChange) -> Self {
        let ranges = file.hunks.iter().filter_map(|hunk| hunk.range(Side::New));
        Self::of_lines(ranges.flat_map(|range| range.start..=range.end).collect())
    }

    /// A sheet without a line: what is painted on it is lost.
    pub fn empty() -> Self {
        Self::of_lines(Vec::new())
    }

    fn of_lines(lines: Vec<u32>) -> Self {
        Self { next: (0..=lines.len()).collect(), marks: vec![None; lines.len()], lines }
    }

    /// Fills what is blank.
    pub fn paint(&mut self, stroke: Stroke) {
        let mut at = self.blank_from(self.lines.partition_point(|line| *line < stroke.start));
        while at < self.lines.len() && self.lines[at] <= stroke.end {
            self.marks[at] = Some(stroke.mark);
            self.next[at] = at + 1;
            at = self.blank_from(at + 1);
        }
    }

    /// The next blank line, with the way there made shorter for the next time.
    fn blank_from(&mut self, from: usize) -> usize {
        let mut end = from;
        while self.next[end] != end {
            end = self.next[end];
        }
        let mut at = from;
        while self.next[at] != end && at != end {
            at = std::mem::replace(&mut self.next[at], end);
        }
        end
    }

    /// Line and mark of every marked line, ascending.
    pub fn marked(&self) -> impl Iterator<Item = (u32, LineMark)> + '_ {
        self.lines.iter().zip(&self.marks).filter_map(|(line, mark)| Some((*line, (*mark)?)))
    }

    pub fn tally(&self) -> Tally {
        let of = |person: bool| self.marked().filter(|(_, mark)| (mark.writer == Writer::Person) == person).count();
        Tally { added: self.lines.len() as u32, agent: of(false) as u32, person: of(true) as u32 }
    }

    /// Unites with what another source says of the same file: an agent's line stays an agent's, whoever else claims it.
    /// Returns the number of lines that one calls a person's and the other an agent's.
    pub fn unite(&mut self, other: &Self) -> u32 {
        let mut disputed = 0;
        for (own, other) in self.marks.iter_mut().zip(&other.marks) {
            let Some(found) = other else { continue };
            match own {
                None => *own = Some(*found),
                Some(mark) => {
                    disputed += u32::from((mark.writer == Writer::Person) != (found.writer == Writer::Person));
                    if found.writer < mark.writer {
                        *own = Some(*found);
                    }
                }
            }
        }
        disputed
    }
}

/// The marked lines of a commit's own diff, as lines of the head of the change; lines that did not survive are left out.
pub(super) fn carry(own: &FileChange, head: &FileChange, sheet: &Sheet) -> Vec<(u32, LineMark)> {
    let text = |file: &FileChange| file.new.as_ref().and_then(|side| side.content.text().cloned());
    let (Some(before), Some(after)) = (text(own), text(head)) else { return Vec::new() };
    let hunks = changed_lines(&before, &after);
    let mut hunks = hunks.iter().peekable();
    let mut shift: i64 = 0;
    let mut carried = Vec::new();
    for (line, mark) in sheet.marked() {
        while let Some(hunk) = hunks.next_if(|hunk| last_old(hunk) < line) {
            shift += i64::from(hunk.new_lines) - i64::from(hunk.old_lines);
        }
        let gone = hunks.peek().is_some_and(|hunk| hunk.old_lines > 0 && hunk.old_start <= line);
        let moved = u32::try_from(i64::from(line) + shift);
        carried.extend(moved.ok().filter(|_| !gone).map(|line| (line, mark)));
    }
    carried
}

/// The last line of the old side that a hunk takes away, or after which it adds.
fn last_old(hunk: &crate::input::Hunk) -> u32 {
    hunk.old_start + hunk.old_lines.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Content, FileSide, FileStatus, Mode};

    fn file(old: &str, new: &str) -> FileChange {
        let hunks = changed_lines(old.as_bytes(), new.as_bytes());
        FileChange {
            path: "a".into(),
            old_path: None,
            status: FileStatus::Modified,
            old: None,
            new: Some(FileSide { mode: Mode::File, oid: None, content: Content::Text(new.as_bytes().into()) }),
            lines_added: hunks.iter().map(|hunk| hunk.new_lines).sum(),
            lines_deleted: 0,
            hunks,
            binary: false,
        }
    }

    fn mark(writer: Writer) -> LineMark {
        LineMark { writer, agent: None, confidence: Confidence::High }
    }

    fn stroke(start: u32, end: u32, writer: Writer) -> Stroke {
        Stroke { start, end, mark: mark(writer) }
    }

    #[test]
    fn only_added_lines_take_ink_and_the_first_ink_stays() {
        let mut sheet = Sheet::new(&file("a\nb\n", "a\nx\ny\nb\nz\n"));
        sheet.paint(stroke(3, 3, Writer::Person));
        sheet.paint(stroke(1, u32::MAX, Writer::Agent));
        let found: Vec<_> = sheet.marked().map(|(line, mark)| (line, mark.writer)).collect();
        assert_eq!(found, [(2, Writer::Agent), (3, Writer::Person), (5, Writer::Agent)]);
        assert_eq!(sheet.tally(), Tally { added: 3, agent: 2, person: 1 });
    }

    #[test]
    fn many_strokes_over_many_lines_cost_little() {
        let text: String = (0..50_000).map(|number| format!("{number}\n")).collect();
        let mut sheet = Sheet::new(&file("", &text));
        for _ in 0..50_000 {
            sheet.paint(stroke(1, 50_000, Writer::Agent));
        }
        for line in (1..50_000).rev() {
            sheet.paint(stroke(line, line, Writer::Person));
        }
        assert_eq!(sheet.tally().agent, 50_000);
    }

    #[test]
    fn an_agents_line_stays_one_and_disputes_are_counted() {
        let text = file("", "a\nb\nc\n");
        let (mut one, mut two) = (Sheet::new(&text), Sheet::new(&text));
        one.paint(stroke(1, 2, Writer::Person));
        two.paint(stroke(2, 3, Writer::Agent));
        assert_eq!(one.unite(&two), 1);
        assert_eq!(one.tally(), Tally { added: 3, agent: 2, person: 1 });
    }

    #[test]
    fn lines_are_carried_to_where_they_ended_up() {
        let own = file("a\nz\n", "a\nm1\nm2\nm3\nz\n");
        let mut sheet = Sheet::new(&own);
        sheet.paint(stroke(2, 4, Writer::Agent));
        let at = |later: &str| carry(&own, &file("", later), &sheet).iter().map(|(line, _)| *line).collect::<Vec<_>>();
        assert_eq!(at("a\nm1\nm2\nm3\nz\n"), [2, 3, 4]);
        assert_eq!(at("0\n0\na\nm1\nm2\nm3\nz\n"), [4, 5, 6], "lines put before");
        assert_eq!(at("a\nm1\nother\nm3\nz\n"), [2, 4], "one rewritten by somebody");
        assert_eq!(at("m1\nnew\nm2\nm3\n"), [1, 3, 4], "a deleted, one put between");
        assert_eq!(at("q\n"), [0u32; 0]);
    }

    #[test]
    fn a_share_means_a_degree() {
        let of = |agent| Tally { added: 100, agent, person: 0 }.involvement();
        assert_eq!(of(0), None);
        assert_eq!([1, 19].map(of), [Some(Involvement::Assisted); 2]);
        assert_eq!([20, 80].map(of), [Some(Involvement::CoAuthored); 2]);
        assert_eq!([81, 100].map(of), [Some(Involvement::AgentAuthored); 2]);
    }
}
