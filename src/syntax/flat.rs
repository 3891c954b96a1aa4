//! The syntax tree as one array, in the order of a walk: parents before children, comments left out. It is built in one
//! pass without recursion, and everything that follows (hashes, entities, references, settings) goes by index, so that
//! deep or hostile trees cost no stack and no repeated walks. Comments and documentation are kept apart, as byte ranges.

use super::query::{Backend, CLOSER, COMMENT, IGNORED, OPTIONAL, PARENTHESES, TRAILING};
use super::raw::{Raw, RawCursor};
use super::reading::Depth;
use super::tokens::{Hash, LEAVE, leaf_hash, node_hash, text_hash};
use crate::location::LineRange;
use std::ops::Range;

/// No such node.
pub(super) const NONE: u32 = u32::MAX;

/// One node. Indexes are into `Flat::nodes`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub start: u32,
    pub end: u32,
    pub parent: u32,
    /// The sibling before, comments apart.
    pub prev: u32,
    /// The node after the whole subtree.
    pub after: u32,
    /// Positions in the stream of hash events, before and after the node.
    pub events: (u32, u32),
    pub kind: u16,
    pub field: u16,
    pub named: bool,
}

/// A tree as an array, its hash events, its lines.
#[derive(Debug)]
pub(super) struct Flat<'a> {
    pub source: &'a [u8],
    pub nodes: Vec<Node>,
    pub hash: Hash,
    /// Sum of the hashes of all leaves.
    pub bag: u64,
    pub comments: Vec<Range<u32>>,
    /// Lines with code, from line 1 at index 0.
    pub code: Vec<bool>,
    pub problems: Vec<LineRange>,
    line_starts: Vec<u32>,
}

impl<'a> Flat<'a> {
    /// `docs` are the extents of documentation strings, sorted: they count as comments.
    pub fn new(raw: &Raw, source: &'a [u8], backend: &Backend, docs: &[Range<u32>], depth: Depth) -> Self {
        let line_starts = line_starts(source);
        let flat = Self {
            source,
            nodes: Vec::with_capacity(raw.nodes.len()),
            hash: Hash::with_capacity(if depth != Depth::Graph { raw.nodes.len() * 2 } else { 0 }),
            bag: 0,
            comments: Vec::new(),
            code: vec![false; line_count(source, &line_starts)],
            problems: Vec::new(),
            line_starts,
        };
        let hashed = depth != Depth::Graph;
        Walk { flat, backend, docs, hashed, open: Vec::new(), last: Vec::new(), covered: 0, broken: 0, dropped: None }
            .run(raw)
    }

    /// Line of a byte, from 1.
    pub fn line(&self, byte: u32) -> u32 {
        self.line_starts.partition_point(|start| *start <= byte) as u32
    }

    /// First byte of the line of a byte.
    pub fn line_start(&self, byte: u32) -> u32 {
        self.line_starts.get(self.line(byte) as usize - 1).copied().unwrap_or(0)
    }

    /// Lines of a range of bytes; a line break at its end does not count.
    pub fn lines(&self, span: &Range<u32>) -> LineRange {
        let last = span.end.saturating_sub(1).max(span.start);
        LineRange::new(self.line(span.start), self.line(last))
    }

    pub fn bytes(&self, span: &Range<u32>) -> &'a [u8] {
        self.source.get(span.start as usize..span.end as usize).unwrap_or(&[])
    }

    pub fn span(&self, index: u32) -> Range<u32> {
        self.nodes.get(index as usize).map_or(0..0, |node| node.start..node.end)
    }

    pub fn text(&self, index: u32) -> &'a [u8] {
        self.bytes(&self.span(index))
    }

    pub fn get(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    /// The node that a query captured.
    pub fn find(&self, start: u32, end: u32, kind: u16) -> Option<u32> {
        let wanted = (start, u32::MAX - end);
        let first = self.nodes.partition_point(|node| (node.start, u32::MAX - node.end) < wanted);
        let near = first.saturating_sub(4);
        let at = self.nodes[near..]
            .iter()
            .take_while(|node| node.start <= start)
            .take(64)
            .position(|node| node.start == start && node.end == end && node.kind == kind)?;
        Some((near + at) as u32)
    }

    /// The leaf that stands exactly at these bytes.
    pub fn leaf(&self, span: &Range<u32>) -> Option<u32> {
        let first = self.nodes.partition_point(|node| node.start < span.start);
        let near = self.nodes.get(first..)?.iter().take_while(|node| node.start == span.start);
        let last = first + near.count().checked_sub(1)?;
        (self.nodes[last].end == span.end).then_some(last as u32)
    }

    /// The stretch of the stream of hash events that the nodes inside these bytes make.
    pub fn events(&self, span: &Range<u32>) -> (u32, u32) {
        let first = self.nodes.partition_point(|node| node.start < span.start);
        let last = self.nodes.partition_point(|node| node.start < span.end);
        let inside = self.nodes.get(first..last).unwrap_or(&[]);
        let start = inside.first().map_or(0, |node| node.events.0);
        let ends = inside.iter().filter(|node| node.end <= span.end).map(|node| node.events.1);
        (start, ends.max().unwrap_or(start))
    }

    /// Children of a node, in order.
    pub fn children(&self, index: u32) -> Children<'_> {
        let (next, end) = self.get(index).map_or((0, 0), |node| (index + 1, node.after));
        Children { nodes: &self.nodes, next, end }
    }

    /// The first child in a field.
    pub fn child(&self, index: u32, field: u16) -> Option<u32> {
        self.children(index).find(|child| field != 0 && self.nodes[*child as usize].field == field)
    }

    /// The bytes of a node without white space at its end.
    pub fn trimmed(&self, index: u32) -> Range<u32> {
        let span = self.span(index);
        span.start..span.start + self.bytes(&span).trim_ascii_end().len() as u32
    }

    /// Structure-and-token hash of one node.
    pub fn node_hash(&self, index: u32) -> u64 {
        self.get(index).map_or(0, |node| self.hash.range(node.events.0, node.events.1))
    }
}

pub(super) struct Children<'a> {
    nodes: &'a [Node],
    next: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        if self.next >= self.end {
            return None;
        }
        let at = self.next;
        self.next = self.nodes[at as usize].after;
        Some(at)
    }
}

/// The walk that fills a `Flat`.
struct Walk<'a, 'b> {
    flat: Flat<'a>,
    backend: &'b Backend,
    docs: &'b [Range<u32>],
    /// False where nobody asks for hashes and lines of code.
    hashed: bool,
    /// Indexes of the open ancestors.
    open: Vec<u32>,
    /// For each open ancestor and the top: the last child so far.
    last: Vec<u32>,
    /// All bytes before this one are accounted for.
    covered: u32,
    /// Depth of open ERROR nodes.
    broken: u32,
    /// The last leaf if it may be dropped: (node, event, class).
    dropped: Option<(u32, u32, u32)>,
}

impl<'a> Walk<'a, '_> {
    fn run(mut self, raw: &Raw) -> Flat<'a> {
        let mut cursor = raw.walk();
        self.last.push(NONE);
        loop {
            if self.enter(&cursor) && cursor.goto_first_child() {
                continue;
            }
            loop {
                if cursor.goto_next_sibling() {
                    break;
                }
                if !cursor.goto_parent() {
                    self.gap(self.flat.source.len() as u32);
                    return self.flat;
                }
                self.leave();
            }
        }
    }

    /// Takes in the node under the cursor; true if its children are to be visited (`leave` follows then).
    fn enter(&mut self, cursor: &RawCursor) -> bool {
        let node = cursor.node();
        let (start, end, kind) = (node.start, node.end, node.kind);
        let class = self.backend.class(kind);
        if class & (COMMENT | IGNORED) != 0 {
            self.skip(start, end, class & COMMENT != 0);
            return false;
        }
        let index = self.push(Node {
            start,
            end,
            parent: self.open.last().copied().unwrap_or(NONE),
            prev: self.last.last().copied().unwrap_or(NONE),
            after: 0,
            events: (self.flat.hash.len(), 0),
            kind,
            field: node.field,
            named: node.is_named(),
        });
        if self.is_doc(start, end) {
            self.skip(start, end, true);
            self.close(index);
            return false;
        }
        if (node.is_error() || node.is_missing()) && self.broken == 0 {
            self.flat.problems.push(self.flat.lines(&(start..end)));
        }
        if cursor.is_leaf() {
            self.leaf(index, class);
            return false;
        }
        if node.is_error() {
            self.broken += 1;
        }
        if node.is_named() && !self.only_groups(index) {
            self.push_event(|| node_hash(kind));
        }
        self.dropped = None;
        self.open.push(index);
        self.last.push(NONE);
        true
    }

    fn push(&mut self, node: Node) -> u32 {
        let index = self.flat.nodes.len() as u32;
        self.flat.nodes.push(node);
        if let Some(last) = self.last.last_mut() {
            *last = index;
        }
        index
    }

    fn leaf(&mut self, index: u32, class: u32) {
        let node = self.flat.nodes[index as usize];
        self.gap(node.start);
        let text = self.flat.bytes(&(node.start..node.end));
        if class & CLOSER != 0 {
            self.drop_trailing(index);
        }
        self.dropped = None;
        if matches!(text, b"(" | b")") && self.only_groups(node.parent) {
            self.mark_code(node.start, node.end);
        } else if !text.iter().all(u8::is_ascii_whitespace) || (text.is_empty() && node.named) {
            let at = self.flat.hash.len();
            // separators and brackets come and go with the order
            self.push_leaf(|| token_hash(&node, text), node.named);
            self.mark_code(node.start, node.end);
            let may = class & (TRAILING | OPTIONAL);
            self.dropped = (may != 0).then_some((index, at, may));
        }
        self.covered = self.covered.max(node.end);
        self.close(index);
    }

    /// `x = (a + b)`: brackets that a formatter adds and takes away. Before a call or a member they may mean something
    /// (`(a?.b).c`, `(self.f)()`), so there they count.
    fn only_groups(&self, index: u32) -> bool {
        let Some(node) = self.flat.get(index) else { return false };
        if self.backend.class(node.kind) & PARENTHESES == 0 {
            return false;
        }
        let rest = self.flat.source.get(node.end as usize..).unwrap_or(&[]).trim_ascii_start();
        let followed = ["(", "[", ".", "?.", "!.", "::", "->"].iter().any(|sign| rest.starts_with(sign.as_bytes()));
        !(followed && self.flat.source.get(node.start as usize) == Some(&b'('))
    }

    /// `a, ]`: the comma has no meaning if something named stands before it.
    fn drop_trailing(&mut self, closer: u32) {
        let Some((comma, event, class)) = self.dropped else { return };
        let nodes = &self.flat.nodes;
        let named = |at: u32| nodes.get(at as usize).is_some_and(|node| node.named);
        let comma_node = nodes[comma as usize];
        if class & TRAILING != 0
            && nodes[closer as usize].prev == comma
            && named(comma_node.prev)
            && event + 1 == self.flat.hash.len()
        {
            self.flat.hash.truncate(event);
            self.flat.nodes[closer as usize].events.0 = event;
        }
    }

    fn leave(&mut self) {
        let Some(index) = self.open.pop() else { return };
        self.last.pop();
        let node = self.flat.nodes[index as usize];
        if let Some((leaf, event, class)) = self.dropped
            && class & OPTIONAL != 0
            && self.flat.nodes[leaf as usize].parent == index
            && event + 1 == self.flat.hash.len()
        {
            self.flat.hash.truncate(event);
        }
        self.dropped = None;
        if node.named && !self.only_groups(index) {
            self.push_event(|| LEAVE);
        }
        if self.backend.is_error(node.kind) {
            self.broken -= 1;
        }
        self.close(index);
    }

    fn close(&mut self, index: u32) {
        let (after, events) = (self.flat.nodes.len() as u32, self.flat.hash.len());
        let node = &mut self.flat.nodes[index as usize];
        node.after = after;
        node.events.1 = events;
    }

    /// Bytes that no leaf covers are white space, or hidden tokens that must count.
    fn gap(&mut self, until: u32) {
        if until <= self.covered {
            return;
        }
        let mut range = self.covered..until;
        if range.start == 0 && self.flat.source.starts_with(b"\xef\xbb\xbf") {
            range.start = 3.min(until);
        }
        let text = self.flat.bytes(&range).trim_ascii();
        if !text.is_empty() {
            let start =
                range.start + self.flat.bytes(&range).iter().take_while(|b| b.is_ascii_whitespace()).count() as u32;
            self.push_leaf(|| text_hash(text), true);
            self.mark_code(start, start + text.len() as u32);
        }
        self.covered = until;
    }

    fn skip(&mut self, start: u32, end: u32, comment: bool) {
        self.gap(start);
        self.covered = self.covered.max(end);
        if comment {
            self.flat.comments.push(start..end);
        }
    }

    fn is_doc(&self, start: u32, end: u32) -> bool {
        let at = self.docs.partition_point(|doc| doc.start < start);
        self.docs.get(at).is_some_and(|doc| *doc == (start..end))
    }

    fn push_event(&mut self, event: impl FnOnce() -> u64) {
        if self.hashed {
            self.flat.hash.push(event());
        }
    }

    /// A leaf's event; true if it counts whatever the order.
    fn push_leaf(&mut self, event: impl FnOnce() -> u64, counts: bool) {
        if self.hashed {
            let event = event();
            self.flat.hash.push(event);
            self.flat.bag = self.flat.bag.wrapping_add(if counts { event } else { 0 });
        }
    }

    fn mark_code(&mut self, start: u32, end: u32) {
        if !self.hashed {
            return;
        }
        let lines = self.flat.lines(&(start..end));
        for line in lines.start..=lines.end {
            if let Some(code) = self.flat.code.get_mut(line as usize - 1) {
                *code = true;
            }
        }
    }
}

/// The event of a token. A sign is what its kind says, however it is written (`%r{`, `FROM` and `from`), and single quotes
/// are double ones: where they mean something else, the grammar tells what stands between them apart.
fn token_hash(node: &Node, text: &[u8]) -> u64 {
    let quotes = text.iter().rev().take_while(|byte| matches!(byte, b'"' | b'\'')).count();
    let prefix = &text[..text.len() - quotes];
    if quotes > 0 && text.len() <= QUOTES_BYTES_MAX && prefix.iter().all(u8::is_ascii_alphabetic) {
        let mut plain = prefix.to_vec();
        plain.resize(text.len(), b'"');
        return leaf_hash(u16::MAX - 1, &plain);
    }
    leaf_hash(node.kind, if node.named { text } else { b"" })
}

/// The longest opening or closing quotes with what may stand before them (bytes): `rb\"\"\"`.
const QUOTES_BYTES_MAX: usize = 6;

fn line_starts(source: &[u8]) -> Vec<u32> {
    std::iter::once(0).chain(memchr::memchr_iter(b'\n', source).map(|at| at as u32 + 1)).collect()
}

/// A line break at the end of the file opens no further line.
fn line_count(source: &[u8], line_starts: &[u32]) -> usize {
    line_starts.len() - usize::from(line_starts.last().is_some_and(|start| *start as usize == source.len()))
}
