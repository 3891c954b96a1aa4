//! The tree as the parser made it, as one array in the order of a walk: every node with its extent, kind, field and
//! parent, comments and errors included. It is filled in one pass over the parser's cursor, which is by far the dearest
//! way to look at a tree; patterns and the flat tree read the array instead.

use tree_sitter::{Tree, TreeCursor};

/// No such node.
pub(super) const NONE: u32 = u32::MAX;

const NAMED: u8 = 1;
const MISSING: u8 = 2;

/// One node. Indexes are into `Raw::nodes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawNode {
    pub start: u32,
    pub end: u32,
    pub parent: u32,
    /// The node after the whole subtree.
    pub after: u32,
    pub kind: u16,
    pub field: u16,
    pub flags: u8,
}

impl RawNode {
    pub fn is_named(&self) -> bool {
        self.flags & NAMED != 0
    }

    pub fn is_missing(&self) -> bool {
        self.flags & MISSING != 0
    }

    pub fn is_error(&self) -> bool {
        self.kind == u16::MAX
    }

    /// True if both say the same, wherever they stand.
    pub fn is_like(&self, other: &Self) -> bool {
        (self.kind, self.field, self.flags) == (other.kind, other.field, other.flags)
    }
}

/// All nodes of a tree, parents before children. Never empty.
#[derive(Debug)]
pub(super) struct Raw {
    pub nodes: Vec<RawNode>,
}

impl Raw {
    /// Reads a tree; `bytes` is the length of its text.
    pub fn of(tree: &Tree, bytes: usize) -> Self {
        let mut nodes = Vec::with_capacity(bytes / 3 + 1);
        let mut open: Vec<u32> = Vec::new();
        let mut cursor = tree.walk();
        loop {
            let at = nodes.len() as u32;
            nodes.push(node(&cursor, at, open.last().copied().unwrap_or(NONE)));
            if cursor.goto_first_child() {
                open.push(at);
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return Self { nodes };
                }
                if let Some(done) = open.pop() {
                    let after = nodes.len() as u32;
                    let node: &mut RawNode = &mut nodes[done as usize];
                    node.after = after;
                }
            }
        }
    }

    pub fn walk(&self) -> RawCursor<'_> {
        RawCursor { nodes: &self.nodes, at: 0 }
    }
}

/// A node without children yet: `after` moves on when its last descendant has been read.
fn node(cursor: &TreeCursor, at: u32, parent: u32) -> RawNode {
    let node = cursor.node();
    let (start, end) = (node.start_byte() as u32, node.end_byte() as u32);
    let missing = start == end && node.is_missing();
    RawNode {
        start,
        end,
        parent,
        after: at + 1,
        kind: node.kind_id(),
        field: cursor.field_id().map_or(0, |field| field.get()),
        flags: u8::from(node.is_named()) * NAMED + u8::from(missing) * MISSING,
    }
}

/// Walks the array the way a cursor walks a tree.
#[derive(Clone, Debug)]
pub(super) struct RawCursor<'a> {
    nodes: &'a [RawNode],
    at: u32,
}

impl RawCursor<'_> {
    pub fn node(&self) -> RawNode {
        self.nodes[self.at as usize]
    }

    pub fn is_leaf(&self) -> bool {
        self.node().after == self.at + 1
    }

    pub fn goto_first_child(&mut self) -> bool {
        let inner = !self.is_leaf();
        self.at += u32::from(inner);
        inner
    }

    pub fn goto_next_sibling(&mut self) -> bool {
        let node = self.node();
        let found = self.nodes.get(node.after as usize).is_some_and(|other| other.parent == node.parent);
        if found {
            self.at = node.after;
        }
        found
    }

    pub fn goto_parent(&mut self) -> bool {
        let parent = self.node().parent;
        if parent != NONE {
            self.at = parent;
        }
        parent != NONE
    }
}
