//! Patterns made ready for one grammar: names of kinds and fields become numbers, patterns of one shape become one that
//! is matched once, and their predicates become tests on the text of a capture that are answered once for each text.
//! Several rules ask about the name of a call, and the same few names are called again and again.

use super::pattern::{Argument, Child, Pattern, Predicate, Shape, Test};
use crate::expression::Expression;
use rustc_hash::FxHashMap;
use tree_sitter::Language;

/// Tests on one capture of one shape (count): their answers are the bits of one number.
const TESTS_MAX: usize = 64;

/// All patterns of a language.
#[derive(Debug)]
pub(super) struct Program {
    pub shapes: Vec<Form>,
    /// For each kind of node, the shapes whose outermost node can be one.
    by_kind: Vec<Box<[u16]>>,
    /// Shapes that can begin at an ERROR node.
    at_errors: Box<[u16]>,
}

/// The names of all captures of a query, by the numbers that its programs give them.
pub(super) fn captures(query: &[Pattern]) -> Vec<String> {
    let mut names = Vec::new();
    for name in query.iter().flat_map(|pattern| &pattern.captures) {
        capture(&mut names, name);
    }
    names
}

/// A shape and the patterns that have it.
#[derive(Debug)]
pub(super) struct Form {
    written: Shape,
    pub root: Node,
    pub members: Vec<Member>,
    /// For each capture of the shape, what is asked about its text.
    pub tests: Vec<Vec<TextTest>>,
}

/// One pattern of a shape.
#[derive(Debug)]
pub(super) struct Member {
    pub pattern: u32,
    /// For each capture of the shape, its number in `captures`.
    pub captures: Box<[u32]>,
    pub checks: Vec<Check>,
}

/// What a predicate asks of the captured nodes; with `any`, one of several is enough.
#[derive(Clone, Copy, Debug)]
pub(super) enum Check {
    Text { capture: u8, test: u8, wanted: bool, any: bool },
    Same { captures: (u8, u8), wanted: bool, any: bool },
}

/// A question about one text.
#[derive(Debug)]
pub(super) enum TextTest {
    OneOf(Vec<String>),
    /// A test of the suite compiles all of them.
    Matches(Expression),
}

/// A node of a compiled shape.
#[derive(Debug)]
pub(super) struct Node {
    pub kinds: Kinds,
    pub field: u16,
    pub absent: Box<[u16]>,
    pub captures: Box<[u8]>,
    pub children: Box<[Inner]>,
    pub to_the_end: bool,
}

#[derive(Debug)]
pub(super) enum Kinds {
    /// Sorted.
    These(Box<[u16]>),
    Named,
    Any,
    OneOf(Box<[Node]>),
}

#[derive(Debug)]
pub(super) struct Inner {
    pub node: Node,
    pub next: bool,
    pub optional: bool,
    /// True if every way to match it is wanted, because it or what follows it captures something.
    pub every: bool,
}

impl Program {
    /// Compiles a query. `wanted` chooses patterns by the names of their captures.
    pub fn new(grammar: &KindNames, query: &[Pattern], wanted: impl Fn(&[String]) -> bool) -> Result<Self, String> {
        let mut program = Self { shapes: Vec::new(), by_kind: Vec::new(), at_errors: Box::default() };
        let mut names = Vec::new();
        for (at, pattern) in query.iter().enumerate() {
            // numbered also where a pattern is not wanted, so that all programs of a query agree
            let captures: Box<[u32]> = pattern.captures.iter().map(|name| capture(&mut names, name)).collect();
            if wanted(&pattern.captures) {
                program.add(grammar, at as u32, pattern, captures)?;
            }
        }
        program.index(grammar.language.node_kind_count());
        Ok(program)
    }

    fn add(&mut self, grammar: &KindNames, number: u32, pattern: &Pattern, captures: Box<[u32]>) -> Result<(), String> {
        let known = self.shapes.iter().position(|form| form.written == pattern.shape && form.has_room(pattern));
        let at = match known {
            Some(at) => at,
            None => {
                let root = node(grammar, &pattern.shape)?;
                let tests = pattern.captures.iter().map(|_| Vec::new()).collect();
                self.shapes.push(Form { written: pattern.shape.clone(), root, members: Vec::new(), tests });
                self.shapes.len() - 1
            }
        };
        let form = &mut self.shapes[at];
        let mut checks = Vec::new();
        for predicate in &pattern.predicates {
            checks.extend(form.check(predicate)?);
        }
        form.members.push(Member { pattern: number, captures, checks });
        Ok(())
    }

    fn index(&mut self, kinds: usize) {
        let mut by_kind: Vec<Vec<u16>> = vec![Vec::new(); kinds];
        let mut at_errors = Vec::new();
        for (at, form) in self.shapes.iter().enumerate() {
            let roots = form.root.first_kinds();
            for (kind, list) in by_kind.iter_mut().enumerate() {
                if roots.as_ref().is_none_or(|roots| roots.contains(&(kind as u16))) {
                    list.push(at as u16);
                }
            }
            if roots.is_some_and(|roots| roots.contains(&u16::MAX)) {
                at_errors.push(at as u16);
            }
        }
        self.by_kind = by_kind.into_iter().map(Vec::into_boxed_slice).collect();
        self.at_errors = at_errors.into();
    }

    /// The shapes that can begin at a node of a kind.
    pub fn at(&self, kind: u16) -> &[u16] {
        if kind == u16::MAX { &self.at_errors } else { self.by_kind.get(kind as usize).map_or(&[], AsRef::as_ref) }
    }

    /// The first expression that does not compile, if any.
    #[cfg(test)]
    pub fn broken_expression(&self) -> Option<String> {
        let tests = self.shapes.iter().flat_map(|form| form.tests.iter().flatten());
        tests
            .filter_map(|test| match test {
                TextTest::Matches(one) => regex::bytes::Regex::new(one.text()).err().map(|error| error.to_string()),
                TextTest::OneOf(_) => None,
            })
            .next()
    }
}

/// The number of a capture's name, new or known.
fn capture(names: &mut Vec<String>, name: &str) -> u32 {
    let at = names.iter().position(|known| known == name).unwrap_or(names.len());
    if at == names.len() {
        names.push(name.to_owned());
    }
    at as u32
}

impl Form {
    fn has_room(&self, pattern: &Pattern) -> bool {
        self.tests.iter().all(|tests| tests.len() + pattern.predicates.len() <= TESTS_MAX)
    }

    /// None for a directive, which asks nothing.
    fn check(&mut self, predicate: &Predicate) -> Result<Option<Check>, String> {
        let name = predicate.name.as_str();
        let (name, any) = name.strip_prefix("any-").filter(|rest| *rest != "of?").map_or((name, false), |n| (n, true));
        let (name, wanted) = name.strip_prefix("not-").map_or((name, true), |name| (name, false));
        let texts = || {
            predicate.arguments.iter().skip(1).map(|argument| match argument {
                Argument::Text(text) => Ok(text.clone()),
                Argument::Capture(_) => Err(format!("`#{name}` takes texts")),
            })
        };
        let capture = match (name, predicate.arguments.first()) {
            ("set!" | "is?", _) => return Ok(None),
            (_, Some(Argument::Capture(capture))) => *capture,
            _ => return Err(format!("`#{name}` takes a capture first")),
        };
        let test = match (name, &predicate.arguments[1..]) {
            ("eq?", [Argument::Capture(other)]) => {
                return Ok(Some(Check::Same { captures: (capture, *other), wanted, any }));
            }
            ("eq?", [Argument::Text(_)]) | ("any-of?", _) => TextTest::OneOf(texts().collect::<Result<_, _>>()?),
            ("match?", [Argument::Text(text)]) => TextTest::Matches(Expression::new(text)),
            _ => return Err(format!("`#{}` is not a predicate that can be answered", predicate.name)),
        };
        let tests = &mut self.tests[usize::from(capture)];
        let at = tests.iter().position(|known| known.same(&test)).unwrap_or(tests.len());
        if at == tests.len() {
            tests.push(test);
        }
        Ok(Some(Check::Text { capture, test: at as u8, wanted, any }))
    }
}

impl TextTest {
    pub fn holds(&self, text: &[u8]) -> bool {
        match self {
            Self::OneOf(texts) => texts.iter().any(|one| one.as_bytes() == text),
            Self::Matches(expression) => expression.is_match(text),
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::OneOf(a), Self::OneOf(b)) => a == b,
            (Self::Matches(a), Self::Matches(b)) => a.text() == b.text(),
            _ => false,
        }
    }
}

impl Node {
    /// The kinds that can begin here; none for all of them.
    fn first_kinds(&self) -> Option<Vec<u16>> {
        match &self.kinds {
            Kinds::These(kinds) => Some(kinds.to_vec()),
            Kinds::Named | Kinds::Any => None,
            Kinds::OneOf(nodes) => {
                nodes.iter().map(Node::first_kinds).collect::<Option<Vec<_>>>().map(|all| all.concat())
            }
        }
    }

    fn captures_anything(&self) -> bool {
        let alternatives = match &self.kinds {
            Kinds::OneOf(nodes) => nodes.iter().any(Node::captures_anything),
            _ => false,
        };
        alternatives || !self.captures.is_empty() || self.children.iter().any(|inner| inner.node.captures_anything())
    }
}

fn node(grammar: &KindNames, shape: &Shape) -> Result<Node, String> {
    let field = |name: &String| {
        grammar.language.field_id_for_name(name).map(|id| id.get()).ok_or_else(|| format!("there is no field `{name}`"))
    };
    let kinds = match &shape.test {
        Test::Kind(name) => Kinds::These(grammar.named(name)?),
        Test::Token(text) => Kinds::These(grammar.of(text, false).into()),
        Test::Error => Kinds::These([u16::MAX].into()),
        Test::Named => Kinds::Named,
        Test::Any => Kinds::Any,
        Test::OneOf(shapes) => Kinds::OneOf(shapes.iter().map(|one| node(grammar, one)).collect::<Result<_, _>>()?),
    };
    if matches!((&kinds, &shape.test), (Kinds::These(kinds), Test::Token(_)) if kinds.is_empty()) {
        return Err(format!("there is no token {:?}", shape.test));
    }
    Ok(Node {
        kinds,
        field: shape.field.as_ref().map(field).transpose()?.unwrap_or(0),
        absent: shape.absent.iter().map(field).collect::<Result<_, _>>()?,
        captures: shape.captures.clone().into(),
        children: inner(grammar, &shape.children)?,
        to_the_end: shape.to_the_end,
    })
}

fn inner(grammar: &KindNames, children: &[Child]) -> Result<Box<[Inner]>, String> {
    let made = children.iter().map(|child| {
        let node = node(grammar, &child.shape)?;
        let every = node.captures_anything();
        Ok(Inner { node, next: child.next, optional: child.optional, every })
    });
    made.collect()
}

/// The kinds of a grammar by name: hundreds of names are asked for, and the grammar itself can only be read through.
pub(super) struct KindNames<'g> {
    language: &'g Language,
    /// Kinds of each name, with true for named ones; supertypes are apart.
    kinds: FxHashMap<&'g str, Vec<(u16, bool)>>,
    supertypes: FxHashMap<&'g str, Vec<u16>>,
}

impl<'g> KindNames<'g> {
    pub fn new(language: &'g Language) -> Self {
        let mut names = Self { language, kinds: FxHashMap::default(), supertypes: FxHashMap::default() };
        for kind in 0..language.node_kind_count() as u16 {
            let Some(name) = language.node_kind_for_id(kind) else { continue };
            match language.node_kind_is_supertype(kind) {
                true => names.supertypes.entry(name).or_default().push(kind),
                false => names.kinds.entry(name).or_default().push((kind, language.node_kind_is_named(kind))),
            }
        }
        names
    }

    fn of(&self, name: &str, named: bool) -> Vec<u16> {
        let all = self.kinds.get(name).into_iter().flatten();
        all.filter(|(_, is_named)| *is_named == named).map(|(kind, _)| *kind).collect()
    }

    /// All kinds of a name; of a supertype, all kinds below it.
    fn named(&self, name: &str) -> Result<Box<[u16]>, String> {
        let mut found = self.of(name, true);
        let mut open: Vec<u16> = self.supertypes.get(name).cloned().unwrap_or_default();
        let mut seen = open.clone();
        while let Some(kind) = open.pop() {
            for below in self.language.subtypes_for_supertype(kind).iter().filter(|below| **below != kind) {
                match self.language.node_kind_is_supertype(*below) {
                    true if seen.contains(below) => {}
                    true => {
                        seen.push(*below);
                        open.push(*below);
                    }
                    false => found.push(*below),
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        if found.is_empty() {
            return Err(format!("there is no node `{name}`, or the grammar does not list what is below it"));
        }
        Ok(found.into())
    }
}
