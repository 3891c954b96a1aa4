//! What an expression is, as far as declarations say it: chains of members and calls are followed from what their head
//! means, through declared types, what functions are written to give back, type parameters and their arguments, aliases
//! and supertypes. Types of what is not in the repository are known as such; of those only the arguments are kept, for
//! what a container gives out is most likely its element.

use super::blob::FILE;
use super::index::Def;
use super::names::Name;
use super::resolve::{Found, Resolver, Target, Visit};
use crate::limits::{GRAPH_TYPE_DEPTH_MAX, GRAPH_TYPE_STEPS_MAX};
use std::sync::Arc;

/// A type where it stands: its text, the place where its names are looked up, what its parameters stand for.
#[derive(Clone, Debug)]
pub(super) struct Ty {
    pub(super) file: u32,
    pub(super) owner: u32,
    pub(super) text: Arc<str>,
    pub(super) frame: Frame,
}

/// Type parameters and what they stand for.
pub(super) type Frame = Option<Arc<Vec<(Arc<str>, Ty)>>>;

/// What is known of a value.
#[derive(Clone, Debug)]
pub(super) enum Known {
    /// It is of a type of the repository.
    Of(Def, Frame),
    /// It is that type itself, or a module.
    Itself(Target),
    /// It is called, or is an object without a name for its type.
    Shape(Ty),
    /// It is of a type that is not in the repository.
    Outside(Outside, Vec<Ty>),
}

/// How a value of an outside type came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outside {
    Declared,
    /// Something that it gives out: most likely an element.
    Given,
    /// A function that it calls: most likely with an element.
    Callback,
}

/// Bounds one evaluation.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    left: usize,
    depth: usize,
    /// True once a step was taken that the language makes likely and nothing declares.
    pub(super) guessed: bool,
    /// True once a type was known from a test of it.
    pub(super) tested: bool,
}

impl Default for Steps {
    fn default() -> Self {
        Self { left: GRAPH_TYPE_STEPS_MAX, depth: 0, guessed: false, tested: false }
    }
}

impl Steps {
    /// True while there is something left; every success is given back with `up`.
    pub(super) fn down(&mut self) -> bool {
        if self.left == 0 || self.depth >= GRAPH_TYPE_DEPTH_MAX {
            return false;
        }
        self.left -= 1;
        self.depth += 1;
        true
    }

    pub(super) fn up(&mut self) {
        self.depth -= 1;
    }
}

impl Resolver<'_> {
    /// What a chain stands for at a place; none if nothing is known of it.
    pub(super) fn chain(&self, file: u32, owner: u32, chain: &str, steps: &mut Steps) -> Option<Vec<Known>> {
        if !steps.down() {
            return None;
        }
        let found = self.chain_inside(file, owner, chain, steps);
        steps.up();
        found
    }

    fn chain_inside(&self, file: u32, owner: u32, chain: &str, steps: &mut Steps) -> Option<Vec<Known>> {
        let (mut known, mut rest) = self.head(file, owner, chain, steps)?;
        while let Some(step) = rest.chars().next() {
            let body = &rest[step.len_utf8()..];
            match step {
                // `::` is a dot
                ':' => {
                    let body = body.strip_prefix(':')?;
                    let end = name_end(body);
                    known = self.members_as_values(&known, &body[..end], steps)?;
                    rest = &body[end..];
                }
                '.' | '?' | '!' if body.starts_with(['.', '?', '!']) || step != '.' => rest = body,
                '.' => {
                    let end = name_end(body);
                    known = self.members_as_values(&known, &body[..end], steps)?;
                    rest = &body[end..];
                }
                '(' => {
                    let end = body.find(')')?;
                    known = self.called(&known, body[..end].parse().unwrap_or(0), steps);
                    rest = &body[end + 1..];
                }
                '[' => {
                    let end = body.find(']')?;
                    known = self.element(&known, body[..end].parse().ok(), steps);
                    rest = &body[end + 1..];
                }
                '~' => {
                    known = self.awaited(known, steps);
                    rest = body;
                }
                '#' => {
                    let end = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
                    known = self.parameter(&known, body[..end].parse().unwrap_or(0), steps);
                    rest = &body[end..];
                }
                _ => return None,
            }
            known = distinct(known);
        }
        Some(known)
    }

    /// The head of a chain, and what is left of it.
    fn head<'c>(&self, file: u32, owner: u32, chain: &'c str, steps: &mut Steps) -> Option<(Vec<Known>, &'c str)> {
        if let Some(rest) = chain.strip_prefix('⟨') {
            let end = rest.find('⟩')?;
            if &rest[..end] == "!" {
                let outside = Known::Outside(Outside::Declared, Vec::new());
                return Some((vec![outside], &rest[end + '⟩'.len_utf8()..]));
            }
            let text = rest[..end].strip_prefix('?');
            steps.tested |= text.is_some();
            let is = Ty { file, owner, text: Arc::from(text.unwrap_or(&rest[..end])), frame: None };
            return Some((self.expand(&is, steps), &rest[end + '⟩'.len_utf8()..]));
        }
        if let Some(rest) = chain.strip_prefix('%') {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let local = self.graph.file(file).blob.locals.get(rest[..end].parse::<usize>().ok()?)?;
            let known = match local.is {
                Some(is) => self.written(file, local.owner, is, &None, steps)?,
                None => self.injected(file, local.owner, local.name, steps)?,
            };
            return Some((known, &rest[end..]));
        }
        let end = name_end(chain);
        let (name, rest) = (&chain[..end], &chain[end..]);
        if let Some(found) = self.own_type_head(file, owner, name, rest, steps) {
            return found;
        }
        if self.graph.family(file).is_some_and(|family| family.paths_without_import())
            && let Some(found) = self.path_head(file, owner, chain)
        {
            return Some(found);
        }
        let place = Ty { file, owner, text: Arc::from(name), frame: None };
        if let Some(bound) = self.bound_of(&place, name) {
            return Some((self.expand(&bound?, steps), rest));
        }
        let known = match self.bare(file, owner, self.key_of(name), &mut Visit::default()) {
            Found::Targets(_, targets) => self.targets_as_values(&targets, steps)?,
            Found::Outside => vec![Known::Outside(Outside::Declared, Vec::new())],
            Found::Unknown => return None,
        };
        Some((known, rest))
    }

    /// `self`, `Self`, `super` and what other languages call them; the outer none for any other head.
    fn own_type_head<'c>(
        &self,
        file: u32,
        owner: u32,
        name: &str,
        rest: &'c str,
        steps: &mut Steps,
    ) -> Option<Option<(Vec<Known>, &'c str)>> {
        let of = |known: &mut dyn FnMut(Def) -> Vec<Known>| self.enclosing_type(file, owner).map(known);
        let inherited = |name: &str| self.own_word(file, name) == Some(true);
        let found = match name {
            name if name != "super" && inherited(name) => of(&mut |of| self.parents(of, &None, steps)),
            "static" if self.own_word(file, name).is_some() => of(&mut |of| vec![Known::Itself(Target::Def(of))]),
            "this" | "self" if !rest.starts_with("::") => of(&mut |of| vec![Known::Of(of, None)]),
            "Self" | "cls" => of(&mut |of| vec![Known::Itself(Target::Def(of))]),
            "super" if !rest.starts_with("::") => of(&mut |of| self.parents(of, &None, steps)),
            _ => return None,
        };
        let call = if name == "super" { rest.strip_prefix("(0)") } else { None };
        Some(found.map(|known| (known, call.unwrap_or(rest))))
    }

    /// The longest path at the beginning of a chain that leads to a module or a type.
    fn path_head<'c>(&self, file: u32, owner: u32, chain: &'c str) -> Option<(Vec<Known>, &'c str)> {
        let end = chain.find(['.', '(', '[', '~', '?', '!']).unwrap_or(chain.len());
        let mut ends: Vec<usize> = chain[..end].match_indices("::").map(|(at, _)| at).collect();
        if ends.is_empty() {
            return None;
        }
        ends.push(end);
        ends.into_iter().rev().find_map(|end| match self.path(file, owner, &chain[..end]) {
            Found::Targets(_, scopes) if !scopes.is_empty() => {
                Some((scopes.into_iter().map(Known::Itself).collect(), &chain[end..]))
            }
            _ => None,
        })
    }

    fn targets_as_values(&self, targets: &[Target], steps: &mut Steps) -> Option<Vec<Known>> {
        let mut known = Vec::new();
        for target in targets {
            match target {
                Target::Def(def) if !self.definition(*def).is_type() && !self.is_scope(*target) => {
                    known.extend(self.value_of(*def, &None, steps)?);
                }
                target => known.push(Known::Itself(*target)),
            }
        }
        Some(known)
    }

    /// What a definition is, by what its text says.
    pub(super) fn value_of(&self, def: Def, frame: &Frame, steps: &mut Steps) -> Option<Vec<Known>> {
        let definition = self.definition(def);
        let is = definition.is?;
        let owner = if definition.is_callable() { def.index } else { definition.container.unwrap_or(FILE) };
        self.written(def.file, owner, is, frame, steps)
    }

    pub(super) fn written(
        &self,
        file: u32,
        owner: u32,
        is: Name,
        frame: &Frame,
        steps: &mut Steps,
    ) -> Option<Vec<Known>> {
        let text = self.graph.names.text(is);
        match text.strip_prefix('=').filter(|rest| !rest.starts_with('>')) {
            Some(chain) => self.chain(file, owner, chain, steps),
            None => Some(self.expand(&Ty { file, owner, text: text.clone(), frame: frame.clone() }, steps)),
        }
    }
}

/// Each type once, whatever its arguments: overloads mostly differ in those alone.
fn distinct(known: Vec<Known>) -> Vec<Known> {
    let mut seen: Vec<(u32, u32, Option<Arc<str>>)> = Vec::new();
    let mut fresh = |one: &Known| {
        let key = match one {
            Known::Of(def, _) => (def.file, def.index, None),
            Known::Shape(is) => (is.file, is.owner, Some(is.text.clone())),
            Known::Itself(_) | Known::Outside(..) => return true,
        };
        let new = !seen.contains(&key);
        if new {
            seen.push(key);
        }
        new
    };
    known.into_iter().filter(|one| fresh(one)).collect()
}

/// Where the head of a chain ends, or one of its names.
pub(super) fn name_end(text: &str) -> usize {
    text.find(['.', ':', '(', '[', '~', '?', '!']).into_iter().chain(parameter_mark(text)).min().unwrap_or(text.len())
}

/// Where a `#1` begins; a name can begin with the mark, but not go on with a digit.
fn parameter_mark(text: &str) -> Option<usize> {
    let mut marks = text.match_indices('#').map(|(at, _)| at);
    marks.find(|at| text[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
}
