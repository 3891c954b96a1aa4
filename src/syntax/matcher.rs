//! Runs a program over the nodes of one text. Every node is offered to the shapes that can begin at its kind; a shape is
//! matched by going into its children, and each way to match it that captures something else is a match of its own.
//! Recursion goes as deep as a pattern is written, never as deep as the text is nested; steps are counted, so that no
//! text can make it slow beyond a limit.

use super::program::{Check, Form, Inner, Kinds, Node, Program, TextTest};
use super::raw::{Raw, RawNode};
use super::reading::{Capture, Matches};
use super::splice::Run;
use crate::limits;
use rustc_hash::FxHashMap;

/// Texts up to this length have their answers remembered (bytes): names are short and come again.
const REMEMBERED_BYTES_MAX: usize = 64;

/// What is known already: all matches inside nodes that were taken over from another tree, and the steps that its
/// matches took.
pub(super) struct Taken<'a> {
    pub matches: &'a Matches,
    pub runs: &'a [Run],
    pub steps: u64,
}

/// Everything that matches, by the place of the outermost node, and the steps it took; none if these were too many.
pub(super) fn run(program: &Program, raw: &Raw, source: &[u8], taken: Option<Taken<'_>>) -> Option<(Matches, u64)> {
    let mut search = Search { raw, steps: taken.as_ref().map_or(0, |taken| taken.steps) };
    let mut runs = taken.iter().flat_map(|taken| taken.runs.iter().map(|run| (taken.matches, run))).peekable();
    let mut answers = Answers { source, known: FxHashMap::default() };
    let mut matches = Matches::default();
    let mut captures: Vec<(u8, u32)> = Vec::new();
    let mut at = 0;
    while let Some(node) = raw.nodes.get(at as usize) {
        if let Some((known, run)) = runs.next_if(|(_, run)| run.at == at) {
            matches.add_run(known, run);
            at += run.old.end - run.old.start;
            continue;
        }
        for shape in program.at(node.kind) {
            let form = &program.shapes[*shape as usize];
            captures.clear();
            search.node(&form.root, at, &mut captures, &mut |_, found| {
                emit((at, u32::from(*shape)), form, found, raw, &mut answers, &mut matches);
                true
            });
        }
        if search.steps > limits::PATTERN_STEPS_MAX {
            return None;
        }
        at += 1;
    }
    Some((matches, search.steps))
}

/// What follows a match of a part; true if the whole was matched.
type Then<'t> = &'t mut dyn FnMut(&mut Search, &mut Vec<(u8, u32)>) -> bool;

struct Search<'a> {
    raw: &'a Raw,
    steps: u64,
}

impl Search<'_> {
    /// Matches one node and everything inside it, in every way that makes a difference.
    fn node(&mut self, wanted: &Node, at: u32, captures: &mut Vec<(u8, u32)>, then: Then) -> bool {
        self.steps += 1;
        let node = self.raw.nodes[at as usize];
        if (wanted.field != 0 && node.field != wanted.field) || self.steps > limits::PATTERN_STEPS_MAX {
            return false;
        }
        let is = match &wanted.kinds {
            Kinds::These(kinds) => kinds.contains(&node.kind),
            Kinds::Named => !node.is_error() && node.is_named(),
            Kinds::Any => !node.is_error(),
            Kinds::OneOf(_) => true,
        };
        if !is || wanted.absent.iter().any(|field| self.has_field(at, node, *field)) {
            return false;
        }
        let before = captures.len();
        captures.extend(wanted.captures.iter().map(|capture| (*capture, at)));
        let found = match &wanted.kinds {
            Kinds::OneOf(nodes) => {
                let mut found = false;
                for one in nodes {
                    found |= self.node(one, at, captures, then);
                }
                found
            }
            _ => self.children(wanted, 0, at + 1, node.after, captures, then),
        };
        captures.truncate(before);
        found
    }

    /// Matches the children from number `first` on with the nodes from `from` on.
    fn children(
        &mut self,
        wanted: &Node,
        first: usize,
        from: u32,
        end: u32,
        captures: &mut Vec<(u8, u32)>,
        then: Then,
    ) -> bool {
        let Some(inner) = wanted.children.get(first) else { return then(self, captures) };
        let last = wanted.to_the_end && first + 1 == wanted.children.len();
        let mut found = false;
        let mut at = from;
        while at < end {
            let node = self.raw.nodes[at as usize];
            if !(last && self.named_follows(node.after, end)) {
                let hit = self.node(&inner.node, at, captures, &mut |search, captures| {
                    search.children(wanted, first + 1, node.after, end, captures, then)
                });
                found |= hit;
            }
            if (found && !inner.every) || is_barrier(inner, node) {
                break;
            }
            at = node.after;
        }
        if inner.optional && !found {
            found = self.children(wanted, first + 1, from, end, captures, then);
        }
        found
    }

    fn named_follows(&self, mut at: u32, end: u32) -> bool {
        while at < end {
            let node = self.raw.nodes[at as usize];
            if node.is_named() {
                return true;
            }
            at = node.after;
        }
        false
    }

    fn has_field(&self, parent: u32, node: RawNode, field: u16) -> bool {
        let mut at = parent + 1;
        while at < node.after {
            let child = self.raw.nodes[at as usize];
            if child.field == field {
                return true;
            }
            at = child.after;
        }
        false
    }
}

/// Past a named node an anchored part may not be looked for.
fn is_barrier(inner: &Inner, node: RawNode) -> bool {
    inner.next && node.is_named()
}

/// Hands out the match of a shape at a node for every pattern of the shape whose predicates hold.
fn emit<'a>(
    (node, shape): (u32, u32),
    form: &Form,
    found: &[(u8, u32)],
    raw: &Raw,
    answers: &mut Answers<'a>,
    matches: &mut Matches,
) {
    for member in &form.members {
        if !member.checks.iter().all(|check| answers.hold(shape, form, *check, found, raw)) {
            continue;
        }
        let captures = found.iter().map(|(number, at)| {
            let node = raw.nodes[*at as usize];
            let index = member.captures[usize::from(*number)];
            Capture { index, start: node.start, end: node.end, kind: node.kind }
        });
        matches.add(node, member.pattern, captures);
    }
}

/// Answers to the questions about texts, remembered.
struct Answers<'a> {
    source: &'a [u8],
    /// (shape and capture, text) to one bit for each test.
    known: FxHashMap<(u32, &'a [u8]), u64>,
}

impl<'a> Answers<'a> {
    fn hold(&mut self, shape: u32, form: &Form, check: Check, found: &[(u8, u32)], raw: &Raw) -> bool {
        let nodes = |number: u8| found.iter().filter(move |(one, _)| *one == number).map(|(_, at)| *at);
        match check {
            Check::Text { capture, test, wanted, any } => {
                let tests = &form.tests[usize::from(capture)];
                let mut answers = nodes(capture).map(|at| {
                    let text = self.text(raw, at);
                    self.answer((shape << 8) | u32::from(capture), tests, test, text) == wanted
                });
                if any {
                    answers.next().is_none_or(|first| first || answers.any(|one| one))
                } else {
                    answers.all(|one| one)
                }
            }
            Check::Same { captures: (first, second), wanted, any } => {
                let mut pairs = nodes(first).zip(nodes(second));
                let same = |(a, b)| (self.text(raw, a) == self.text(raw, b)) == wanted;
                if any { pairs.any(same) } else { pairs.all(same) && nodes(first).count() == nodes(second).count() }
            }
        }
    }

    fn text(&self, raw: &Raw, at: u32) -> &'a [u8] {
        let node = raw.nodes[at as usize];
        self.source.get(node.start as usize..node.end as usize).unwrap_or(&[])
    }

    fn answer(&mut self, place: u32, tests: &[TextTest], test: u8, text: &'a [u8]) -> bool {
        let one = &tests[usize::from(test)];
        if text.len() > REMEMBERED_BYTES_MAX || matches!(one, TextTest::OneOf(_)) {
            return one.holds(text);
        }
        let bits = self.known.entry((place, text)).or_insert_with(|| {
            let bits = tests.iter().enumerate().map(|(at, test)| {
                let holds = matches!(test, TextTest::Matches(..)) && test.holds(text);
                u64::from(holds) << at
            });
            bits.fold(0, |all, bit| all | bit)
        });
        *bits >> test & 1 == 1
    }
}
