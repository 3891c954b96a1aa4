//! What a test of a type tells about a name in the places that it guards: the branch it opens, what follows with `and`, and
//! all that comes after a branch that is left where the test fails. Which calls, operators and statements these are is
//! data of the language. Only plain names are followed, up to where they are bound anew; loops are not looked at twice.

use super::chains::Chains;
use super::typing::{Map, Set, fields, kinds};
use crate::limits;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::ops::Range;

/// The table `[narrowing]` of `types.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NarrowingRules {
    /// Functions that are called with a name and a type.
    calls: Vec<String>,
    /// Functions that are called with a name of a type and a type above it.
    type_calls: Vec<String>,
    /// `kind.left.right`: operators with two sides, and the words between a name and a type.
    binary: Vec<String>,
    words: Vec<String>,
    /// `kind.argument`: what turns a test around.
    negations: Vec<String>,
    /// `kind.condition.then.else`
    branches: Vec<String>,
    /// Statements that are left unless their first part holds, and statements that leave their block.
    asserts: Vec<String>,
    exits: Vec<String>,
}

/// The table, by node kind.
#[derive(Debug, Default)]
pub(super) struct Narrowing {
    calls: Vec<String>,
    type_calls: Vec<String>,
    binary: Map<[u16; 3]>,
    words: Vec<String>,
    negations: Map<[u16; 3]>,
    branches: Map<[u16; 3]>,
    asserts: Set,
    exits: Set,
}

/// Where a name is known to be of a type.
#[derive(Debug)]
pub(super) struct Narrowed {
    span: Range<u32>,
    local: Option<u32>,
    is: String,
}

/// By name.
pub(super) type Narrowings<'a> = FxHashMap<&'a [u8], Vec<Narrowed>>;

impl Narrowing {
    pub(super) fn add(&mut self, grammar: &tree_sitter::Language, rules: &NarrowingRules) -> Result<(), String> {
        self.calls.extend(rules.calls.iter().cloned());
        self.type_calls.extend(rules.type_calls.iter().cloned());
        self.words.extend(rules.words.iter().cloned());
        let maps = [
            (&mut self.binary, &rules.binary),
            (&mut self.negations, &rules.negations),
            (&mut self.branches, &rules.branches),
        ];
        for (map, places) in maps {
            for place in places {
                map.extend(fields(grammar, place)?);
            }
        }
        for (set, names) in [(&mut self.asserts, &rules.asserts), (&mut self.exits, &rules.exits)] {
            for name in names {
                set.extend(kinds(grammar, name)?);
            }
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.type_calls.is_empty() && self.words.is_empty()
    }
}

impl<'a> Chains<'a, '_> {
    /// The type that a name is known to have at a place, because it was tested; of several the innermost.
    pub(super) fn narrowed_to(&self, leaf: u32) -> Option<&str> {
        let all = self.narrowed.get(self.flat.text(leaf))?;
        let start = self.flat.get(leaf)?.start;
        let here = all.iter().filter(|one| one.span.contains(&start) && one.local == self.local(leaf));
        here.min_by_key(|one| one.span.end - one.span.start).map(|one| one.is.as_str())
    }

    pub(super) fn narrowings(&self) -> Narrowings<'a> {
        let mut found = Narrowings::default();
        if self.tables.narrowing.is_empty() {
            return found;
        }
        for at in 0..self.flat.nodes.len() as u32 {
            let Some((name, is)) = self.type_test(at) else { continue };
            let local = self.local(name);
            for span in self.guarded_by(at) {
                let one = Narrowed { span: self.until_bound(name, span), local, is: is.clone() };
                found.entry(self.flat.text(name)).or_default().push(one);
            }
        }
        found
    }

    /// The name that an expression tests, and the type it tests for.
    fn type_test(&self, at: u32) -> Option<(u32, String)> {
        let (rules, kind) = (&self.tables.narrowing, self.kind(at));
        let mut itself = false;
        let (name, is) = if let Some([callee, arguments, _]) = self.tables.calls.get(&kind) {
            let callee = self.flat.text(self.child(at, *callee)?);
            let named = |names: &[String]| names.iter().any(|name| name.as_bytes() == callee);
            itself = named(&rules.type_calls);
            if !itself && !named(&rules.calls) {
                return None;
            }
            let arguments = self.flat.child(at, *arguments)?;
            (self.named(arguments, 0)?, self.named(arguments, 1)?)
        } else {
            let (left, right) = self.sides(at)?;
            let word = self.between(left, right);
            if !rules.words.iter().any(|known| known.as_bytes() == word) {
                return None;
            }
            (left, right)
        };
        let leaf = self.flat.get(name).is_some_and(|node| node.after == name + 1);
        let is = if leaf { self.types_named(is)? } else { return None };
        // a name of a type has the members of the type itself
        let is = if itself {
            is.split('|').map(|one| format!("typeof {}", one.trim())).collect::<Vec<_>>().join(" | ")
        } else {
            is
        };
        self.plain(name).map(|_| (name, is))
    }

    /// One type, or the members of a tuple of types as a union.
    fn types_named(&self, node: u32) -> Option<String> {
        let text = self.flat.text(node);
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_.$|, ".contains(byte);
        if text.first() != Some(&b'(') {
            return text.iter().all(plain).then(|| self.type_text(node)).flatten();
        }
        let parts = self.flat.children(node).filter(|part| self.flat.nodes[*part as usize].named);
        let parts: Vec<String> = parts.map(|part| self.types_named(part)).collect::<Option<_>>()?;
        (!parts.is_empty()).then(|| parts.join(" | "))
    }

    fn sides(&self, at: u32) -> Option<(u32, u32)> {
        let [left, right, _] = self.tables.narrowing.binary.get(&self.kind(at))?;
        Some((self.flat.child(at, *left)?, self.flat.child(at, *right)?))
    }

    /// The text between two nodes, trimmed.
    fn between(&self, left: u32, right: u32) -> &'a [u8] {
        self.flat.bytes(&(self.flat.span(left).end..self.flat.span(right).start)).trim_ascii()
    }

    /// Bytes in which a test is known to hold.
    fn guarded_by(&self, test: u32) -> Vec<Range<u32>> {
        let (mut at, mut holds, mut guarded) = (test, true, Vec::new());
        let rules = &self.tables.narrowing;
        for _ in 0..limits::REFERENCE_STEPS_MAX {
            let Some(up) = self.parent(at) else { break };
            let kind = self.kind(up);
            if let Some((left, right)) = self.sides(up) {
                match (self.between(left, right), holds) {
                    (b"and" | b"&&", true) | (b"or" | b"||", false) => {
                        if at == left {
                            guarded.push(self.flat.span(right));
                        }
                    }
                    _ => break,
                }
            } else if rules.negations.contains_key(&kind) {
                if !self.flat.text(up).starts_with(b"!") && !self.flat.text(up).starts_with(b"not") {
                    break;
                }
                holds = !holds;
            } else if let Some(branch) = rules.branches.get(&kind) {
                guarded.extend(self.guarded_in(up, at, branch, holds));
                break;
            } else if rules.asserts.contains(&kind) {
                guarded.extend(self.after(up).filter(|_| holds && self.named(up, 0) == Some(at)));
                break;
            } else if !self.tables.pass.contains_key(&kind) || self.named(up, 1).is_some() {
                break;
            }
            at = up;
        }
        guarded
    }

    /// What a branch guards: the part that is taken if the test holds, or all that follows where the other part leaves.
    fn guarded_in(&self, branch: u32, at: u32, place: &[u16; 3], holds: bool) -> Option<Range<u32>> {
        let [condition, then, other] = place;
        if self.flat.child(branch, *condition) != Some(at) {
            return None;
        }
        let then = self.flat.child(branch, *then)?;
        let other = (*other != 0).then(|| self.flat.child(branch, *other)).flatten();
        match (holds, other) {
            (true, _) => Some(self.flat.span(then)),
            (false, Some(other)) => Some(self.flat.span(other)),
            (false, None) => self.after(branch).filter(|_| self.leaves(then)),
        }
    }

    /// True for a statement that leaves its block, or a block that ends with one.
    fn leaves(&self, node: u32) -> bool {
        let named = self.flat.children(node).filter(|child| self.flat.nodes[*child as usize].named);
        let exits = |node: u32| self.tables.narrowing.exits.contains(&self.kind(node));
        exits(node) || named.last().is_some_and(exits)
    }

    /// From the end of a statement to the end of what holds it.
    fn after(&self, statement: u32) -> Option<Range<u32>> {
        let holder = self.flat.span(self.parent(statement)?);
        Some(self.flat.span(statement).end..holder.end)
    }

    /// The part of a span before the name is bound anew.
    fn until_bound(&self, name: u32, span: Range<u32>) -> Range<u32> {
        let bound = self.bound_again(self.flat.text(name)).filter(|start| span.contains(start)).min();
        span.start..bound.unwrap_or(span.end)
    }
}
