//! The tree of a text, made from the tree of the text before a change. Most of a file stays as it was, and what stays is
//! mostly whole members of long lists: functions of a module, members of a class, statements of a block. Those far from
//! every change are cut out, what is left is parsed, and their nodes are put back:
//!
//! ```text
//!   before      change      parsed     put back
//!   class A {   class A {   class A {  class A {
//!     a           a           a          a
//!     b           b                      b
//!     c           c           c          c
//!     d           d+          d+         d+
//!     e           e           e          e
//!   }           }           }          }
//! ```
//!
//! A parser that reads from left to right sees the same thing in both texts as long as what stands around a cut is the
//! same: so two members on each side of a change and of a cut are parsed again, and those next to a cut must come out as
//! they were, below the same ancestors. Where the parser stumbled over the old text it goes on as if that were a change,
//! and it must stumble in no other place. Where any of this fails there is no answer, and the whole text is parsed. An
//! answer is the tree that a whole parse gives; nothing here decides anything else.

use super::raw::{NONE, Raw, RawNode};
use crate::limits;
use std::ops::Range;

/// Bytes that were replaced, where they stood and where the new ones stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub old: Range<u32>,
    pub new: Range<u32>,
}

/// Members that are left alone on each side of a change or of the end of a list (count).
const MARGIN: usize = 2;
/// A list of fewer members is not worth a look (count), nor a cut of fewer bytes, nor the inside of a smaller node (bytes).
const MEMBERS_MIN: usize = 8;
const CUT_BYTES_MIN: u32 = 160;
const INSIDE_BYTES_MIN: u32 = 800;

/// A run of members to be left out.
#[derive(Clone, Debug)]
struct Cut {
    /// In the old array: the run, the member before it, and the node after that one.
    nodes: Range<u32>,
    before: u32,
    next: Range<u32>,
    parent: u32,
    /// Whole lines, in the old text; and how far they moved.
    bytes: Range<u32>,
    moved: i64,
}

/// What to parse, and how to make the tree of the whole text from it.
#[derive(Debug)]
pub(super) struct Plan {
    cuts: Vec<Cut>,
    /// Where the parser may stumble in the new text: where it did in the old one, far from every change.
    troubles: Vec<Range<u32>>,
    pub text: Vec<u8>,
}

/// Nodes that were taken over: where they stood in the old array, where they stand now, and how far their bytes moved.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub old: Range<u32>,
    pub at: u32,
    pub moved: i64,
}

/// A member of a list: a named node and the separator after it.
struct Member {
    nodes: Range<u32>,
    bytes: Range<u32>,
    /// Something else than a member: it stays, and ends a run.
    wall: bool,
    separated: bool,
    touched: bool,
}

/// Finds what need not be parsed again; none if that is too little. `new` is the new text.
pub(super) fn plan(old: &Raw, new: &[u8], edits: &[Edit]) -> Option<Plan> {
    let mut cuts = Vec::new();
    let mut open = vec![0u32];
    let troubles = troubles(old);
    let alive = |bytes: Range<u32>| touches(edits, &bytes) || meets(&troubles, &bytes);
    while let Some(parent) = open.pop() {
        let members = members(old, parent, &alive);
        if members.len() >= MEMBERS_MIN {
            cuts_among(&members, parent, new, edits, &mut cuts);
        }
        let large = |member: &&Member| member.bytes.end - member.bytes.start >= INSIDE_BYTES_MIN;
        let inside = members.iter().filter(|member| member.touched).filter(large).map(|member| member.nodes.start);
        open.extend(inside.filter(|member| !old.nodes[*member as usize].is_error()));
    }
    cuts.sort_unstable_by_key(|cut| cut.bytes.start);
    let saved: u32 = cuts.iter().map(|cut| cut.bytes.end - cut.bytes.start).sum();
    if (saved as usize) < new.len() / 4 {
        return None;
    }
    let mut text = Vec::with_capacity(new.len() - (saved as usize).min(new.len()));
    let mut at = 0;
    for cut in &cuts {
        let (start, end) = (moved(cut.bytes.start, cut.moved)? as usize, moved(cut.bytes.end, cut.moved)? as usize);
        text.extend_from_slice(new.get(at..start)?);
        at = end;
    }
    text.extend_from_slice(new.get(at..)?);
    let left = troubles.into_iter().filter(|trouble| !touches(edits, trouble));
    let there = |trouble: Range<u32>| {
        let by = shift(edits, trouble.start);
        Some(moved(trouble.start, by)?..moved(trouble.end, by)?)
    };
    Some(Plan { cuts, troubles: left.filter_map(there).collect(), text })
}

fn by_place(wanted: &Range<u32>) -> impl Fn(&Range<u32>) -> std::cmp::Ordering {
    |one| (one.start, one.end).cmp(&(wanted.start, wanted.end))
}

/// Where the parser stumbled in a text: in order, none inside another.
fn troubles(raw: &Raw) -> Vec<Range<u32>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(node) = raw.nodes.get(at as usize) {
        let bad = node.is_error() || node.is_missing();
        found.extend(bad.then_some(node.start..node.end));
        at = if bad { node.after } else { at + 1 };
    }
    found
}

/// The children of a node as members of a list. `alive` tells where they have to be parsed again.
fn members(raw: &Raw, parent: u32, alive: &impl Fn(Range<u32>) -> bool) -> Vec<Member> {
    let holder = raw.nodes[parent as usize];
    let mut found: Vec<Member> = Vec::new();
    let mut at = parent + 1;
    while at < holder.after {
        let node = raw.nodes[at as usize];
        let sign = !node.is_named() && node.end - node.start <= 1;
        match found.last_mut() {
            Some(last) if sign && !last.wall && !last.separated => {
                last.separated = true;
                last.nodes.end = node.after;
                last.bytes.end = node.end;
            }
            _ => found.push(Member {
                nodes: at..node.after,
                bytes: node.start..node.end,
                wall: !node.is_named() || node.field != 0 || node.start == node.end || node.is_error(),
                separated: false,
                touched: false,
            }),
        }
        at = node.after;
    }
    // what lies between two members belongs to both
    for at in 0..found.len() {
        let start = if at == 0 { holder.start } else { found[at - 1].bytes.end };
        let end = found.get(at + 1).map_or(holder.end, |next| next.bytes.start);
        found[at].touched = alive(start..end);
    }
    found
}

/// True if a change stands within these bytes or at their ends.
fn touches(edits: &[Edit], bytes: &Range<u32>) -> bool {
    let first = edits.partition_point(|edit| edit.old.end < bytes.start);
    edits.get(first).is_some_and(|edit| edit.old.start <= bytes.end)
}

/// True if one of these stretches meets the bytes or their ends.
fn meets(stretches: &[Range<u32>], bytes: &Range<u32>) -> bool {
    let first = stretches.partition_point(|stretch| stretch.end < bytes.start);
    stretches.get(first).is_some_and(|stretch| stretch.start <= bytes.end)
}

/// How far text moved that stands after all edits before it.
fn shift(edits: &[Edit], at: u32) -> i64 {
    let before = edits.partition_point(|edit| edit.old.end <= at);
    before.checked_sub(1).map_or(0, |last| i64::from(edits[last].new.end) - i64::from(edits[last].old.end))
}

fn moved(at: u32, by: i64) -> Option<u32> {
    u32::try_from(i64::from(at) + by).ok()
}

fn cuts_among(members: &[Member], parent: u32, new: &[u8], edits: &[Edit], cuts: &mut Vec<Cut>) {
    let last = members.len() - MARGIN;
    let near = |at: usize| members[at.saturating_sub(MARGIN)..members.len().min(at + MARGIN + 1)].iter();
    let kept = |at: usize| {
        at < MARGIN || at >= last || near(at).any(|member| member.touched) || near(at).any(|member| member.wall)
    };
    let mut at = 0;
    while at < members.len() {
        let end = (at..members.len()).find(|next| kept(*next)).unwrap_or(members.len());
        if at < end {
            cuts.extend(cut(&members[at - 1..=end], parent, new, edits));
        }
        at = end + 1;
    }
}

/// The longest cut inside a run; the first and the last of `members` stay.
fn cut(members: &[Member], parent: u32, new: &[u8], edits: &[Edit]) -> Option<Cut> {
    let separated = members[0].separated;
    if members[1..members.len() - 1].iter().any(|member| member.separated != separated) {
        return None;
    }
    let by = shift(edits, members[1].bytes.start);
    // the beginning of a member's line, if nothing else stands between it and the member before
    let line = |at: usize| {
        let gap = members[at - 1].bytes.end..members[at].bytes.start;
        let text = new.get(moved(gap.start, by)? as usize..moved(gap.end, by)? as usize)?;
        let after = memchr::memrchr(b'\n', text).filter(|_| text.iter().all(u8::is_ascii_whitespace))?;
        Some(gap.start + after as u32 + 1)
    };
    let (first, start) = (1..members.len() - 1).find_map(|at| Some((at, line(at)?)))?;
    let (next, end) = (first + 1..members.len()).rev().find_map(|at| Some((at, line(at)?)))?;
    (end - start >= CUT_BYTES_MIN).then(|| Cut {
        nodes: members[first].nodes.start..members[next - 1].nodes.end,
        before: members[first - 1].nodes.start,
        next: members[next].nodes.clone(),
        parent,
        bytes: start..end,
        moved: by,
    })
}

impl Plan {
    /// The tree of the whole new text from that of `self.text`; none if a cut did not heal, or the parser stumbled where it
    /// did not before.
    pub fn join(&self, old: &Raw, part: &Raw) -> Option<(Raw, Vec<Run>)> {
        let mut joints = Vec::with_capacity(self.cuts.len());
        // where each cut is in the parsed text, and how much all up to it took away
        let mut gone = 0u32;
        for cut in &self.cuts {
            let place = moved(cut.bytes.start, cut.moved)?.checked_sub(gone)?;
            gone += cut.bytes.end - cut.bytes.start;
            let next = moved(old.nodes[cut.next.start as usize].start, cut.moved)?.checked_sub(gone)?;
            let at = joint(old, part, cut, next)?;
            joints.push(Joint { at, place, gone });
        }
        if joints.windows(2).any(|pair| pair[0].at >= pair[1].at) {
            return None;
        }
        let joined = self.put_back(old, part, &joints)?;
        troubles(&joined.0)
            .iter()
            .all(|trouble| self.troubles.binary_search_by(by_place(trouble)).is_ok())
            .then_some(joined)
    }

    fn put_back(&self, old: &Raw, part: &Raw, joints: &[Joint]) -> Option<(Raw, Vec<Run>)> {
        let mut ends: Vec<u32> = Vec::with_capacity(self.cuts.len());
        let mut all = 0;
        for cut in &self.cuts {
            all += cut.nodes.end - cut.nodes.start;
            ends.push(all);
        }
        let count = |joints: usize| joints.checked_sub(1).map_or(0, |last| ends[last]);
        // where a node of the parsed text comes to stand; and the node after a subtree, which may be one put back
        let index = |at: u32| at + count(joints.partition_point(|joint| joint.at <= at));
        let after = |at: u32| at + count(joints.partition_point(|joint| joint.at < at));
        let bytes = |joints: &[Joint]| joints.last().map_or(0, |joint| joint.gone);
        let mut nodes: Vec<RawNode> = Vec::with_capacity(part.nodes.len() + all as usize);
        let mut runs = Vec::with_capacity(self.cuts.len());
        let mut waiting = self.cuts.iter().zip(joints).peekable();
        for (at, node) in part.nodes.iter().enumerate() {
            while let Some((cut, _)) = waiting.next_if(|(_, joint)| joint.at as usize == at) {
                runs.push(take_over(old, cut, index(node.parent), &mut nodes)?);
            }
            let passed = joints.partition_point(|joint| joint.place <= node.start);
            let closed = joints.partition_point(|joint| joint.place < node.end);
            if node.start == node.end && passed != closed {
                return None;
            }
            let parent = if node.parent == NONE { NONE } else { index(node.parent) };
            nodes.push(RawNode {
                start: node.start + bytes(&joints[..passed]),
                end: node.end + bytes(&joints[..closed]),
                parent,
                after: after(node.after),
                ..*node
            });
        }
        Some((Raw { nodes }, runs))
    }
}

/// Where a run is put back: before which node and which byte of the parsed text; and the bytes cut out up to there.
struct Joint {
    at: u32,
    place: u32,
    gone: u32,
}

/// Copies the nodes of a run.
fn take_over(old: &Raw, cut: &Cut, parent: u32, nodes: &mut Vec<RawNode>) -> Option<Run> {
    let base = nodes.len() as u32;
    for node in &old.nodes[cut.nodes.start as usize..cut.nodes.end as usize] {
        let top = node.parent < cut.nodes.start;
        nodes.push(RawNode {
            start: moved(node.start, cut.moved)?,
            end: moved(node.end, cut.moved)?,
            parent: if top { parent } else { node.parent - cut.nodes.start + base },
            after: node.after - cut.nodes.start + base,
            ..*node
        });
    }
    Some(Run { old: cut.nodes.clone(), at: base, moved: cut.moved })
}

/// The node before which a run belongs, if everything around it is as it was.
fn joint(old: &Raw, part: &Raw, cut: &Cut, next: u32) -> Option<u32> {
    let first = part.nodes.partition_point(|node| node.start < next);
    let here = part.nodes[first..].iter().take_while(|node| node.start == next).count();
    let before = cut.nodes.start - cut.before;
    let fits = |at: &u32| {
        let parent = part.nodes[*at as usize].parent;
        *at >= before
            && parent != NONE
            && part.nodes[(*at - before) as usize].parent == parent
            && same(old, cut.next.clone(), part, *at)
            && same(old, cut.before..cut.nodes.start, part, *at - before)
            && same_ancestors(old, cut.parent, part, parent)
    };
    (first as u32..(first + here) as u32).find(fits)
}

/// True if the nodes of a stretch of siblings are those that begin at `at` in the other array.
fn same(old: &Raw, stretch: Range<u32>, new: &Raw, at: u32) -> bool {
    let (from, len) = (stretch.start as usize, (stretch.end - stretch.start) as usize);
    let Some(other) = new.nodes.get(at as usize..at as usize + len) else { return false };
    let old = &old.nodes[from..from + len];
    let (a, b) = (old[0], other[0]);
    old.iter().zip(other).all(|(one, two)| {
        let top = one.parent < stretch.start;
        one.is_like(two)
            && one.start - a.start == two.start - b.start
            && one.end - a.start == two.end - b.start
            && one.after - stretch.start == two.after.wrapping_sub(at)
            && if top { two.parent == b.parent } else { one.parent - stretch.start == two.parent.wrapping_sub(at) }
    })
}

fn same_ancestors(old: &Raw, mut one: u32, new: &Raw, mut two: u32) -> bool {
    for _ in 0..limits::SPLICE_DEPTH_MAX {
        match (one, two) {
            (NONE, NONE) => return true,
            (NONE, _) | (_, NONE) => return false,
            _ => {}
        }
        let (a, b) = (old.nodes[one as usize], new.nodes[two as usize]);
        if !a.is_like(&b) {
            return false;
        }
        (one, two) = (a.parent, b.parent);
    }
    false
}
