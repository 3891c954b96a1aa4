//! What an expression is, as far as declarations say it: chains of members and calls are followed from what their head
//! means, through declared types, what functions are written to give back, type parameters and their arguments, aliases
//! and supertypes. Types of what is not in the repository are known as such; of those only the arguments are kept, for
//! what a container gives out is most likely its element. Control flow narrows nothing here.

use super::blob::FILE;
use super::index::Def;
use super::names::Name;
use super::resolve::{Found, Resolver, Target, Visit};
use super::type_text::{self, Form};
use crate::limits::{GRAPH_TYPE_DEPTH_MAX, GRAPH_TYPE_STEPS_MAX};
use crate::syntax::EntityKind;
use std::sync::Arc;

/// A type where it stands: its text, the place where its names are looked up, what its parameters stand for.
#[derive(Clone, Debug)]
pub(super) struct Ty {
    file: u32,
    owner: u32,
    text: Arc<str>,
    frame: Frame,
}

/// Type parameters and what they stand for.
type Frame = Option<Arc<Vec<(Arc<str>, Ty)>>>;

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
#[derive(Debug)]
pub(super) struct Steps {
    left: usize,
    depth: usize,
}

impl Default for Steps {
    fn default() -> Self {
        Self { left: GRAPH_TYPE_STEPS_MAX, depth: 0 }
    }
}

impl Steps {
    /// True while there is something left; every success is given back with `up`.
    fn down(&mut self) -> bool {
        if self.left == 0 || self.depth >= GRAPH_TYPE_DEPTH_MAX {
            return false;
        }
        self.left -= 1;
        self.depth += 1;
        true
    }

    fn up(&mut self) {
        self.depth -= 1;
    }
}

/// Members found on values, and whether they may have more that is not seen here.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) found: Vec<(Def, Frame)>,
    /// Members of an object type without a name: only their types.
    shapes: Vec<Ty>,
    /// True where a guess about outside types was needed.
    pub(super) guessed: bool,
    /// True if something of the type is outside the repository.
    pub(super) open: bool,
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
            let is = Ty { file, owner, text: Arc::from(&rest[..end]), frame: None };
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
        let found = match name {
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

    /// A parameter without a type, where the language fills parameters by name: what the function of that name gives.
    fn injected(&self, file: u32, owner: u32, name: Name, steps: &mut Steps) -> Option<Vec<Known>> {
        let family = self.graph.family(file)?;
        let near = self.graph.modules(file)?.injectors(file);
        if !family.injects_parameters() || !near.contains(&file) && near.is_empty() {
            return None;
        }
        let places = std::iter::once(file).chain(near);
        let given = places.into_iter().find_map(|place| {
            let found = self.top_level(place, self.key(name))?;
            found.into_iter().find_map(|target| match target {
                Target::Def(def) if self.definition(def).is_callable() && def.index != owner => Some(def),
                _ => None,
            })
        })?;
        let value = self.value_of(given, &None, steps)?;
        let given = self.called(&value, 0, steps);
        // a function that yields once gives what it yields
        (!given.is_empty()).then_some(given)
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
    fn value_of(&self, def: Def, frame: &Frame, steps: &mut Steps) -> Option<Vec<Known>> {
        let definition = self.definition(def);
        let is = definition.is?;
        let owner = if definition.is_callable() { def.index } else { definition.container.unwrap_or(FILE) };
        self.written(def.file, owner, is, frame, steps)
    }

    fn written(&self, file: u32, owner: u32, is: Name, frame: &Frame, steps: &mut Steps) -> Option<Vec<Known>> {
        let text = self.graph.names.text(is);
        match text.strip_prefix('=').filter(|rest| !rest.starts_with('>')) {
            Some(chain) => self.chain(file, owner, chain, steps),
            None => Some(self.expand(&Ty { file, owner, text: text.clone(), frame: frame.clone() }, steps)),
        }
    }

    /// Everything that a type stands for.
    pub(super) fn expand(&self, is: &Ty, steps: &mut Steps) -> Vec<Known> {
        if !steps.down() {
            return Vec::new();
        }
        let part = |text: &str| Ty { text: Arc::from(text.trim()), ..is.clone() };
        let found = match type_text::form(&is.text) {
            Form::Any(parts) => parts.into_iter().flat_map(|text| self.expand(&part(text), steps)).collect(),
            Form::Name { name, arguments } => {
                let arguments: Vec<Ty> = arguments.into_iter().map(part).collect();
                self.named(is, name, arguments, steps)
            }
            Form::Function { .. } | Form::Object(_) => vec![Known::Shape(is.clone())],
            Form::List(items) => vec![Known::Outside(Outside::Declared, items.into_iter().map(part).collect())],
            Form::Part { of, key } => {
                let of = self.expand(&part(of), steps);
                self.members_as_values(&of, key, steps).unwrap_or_default()
            }
            Form::Value(chain) | Form::Chain(chain) => self.chain(is.file, is.owner, chain, steps).unwrap_or_default(),
            Form::Nothing => Vec::new(),
        };
        steps.up();
        found
    }

    fn named(&self, is: &Ty, name: &str, arguments: Vec<Ty>, steps: &mut Steps) -> Vec<Known> {
        if let Some((_, given)) = is.frame.iter().flat_map(|frame| frame.iter()).find(|(own, _)| **own == *name) {
            return self.expand(given, steps);
        }
        if name == "this" || name == "Self" {
            let of = self.enclosing_type(is.file, is.owner);
            return of.map(|of| Known::Of(of, is.frame.clone())).into_iter().collect();
        }
        if let Some(known) = self.part_of_parameter(is, name, steps) {
            return known;
        }
        if let Some(bound) = self.bound_of(is, name) {
            return bound.map_or_else(Vec::new, |bound| self.expand(&bound, steps));
        }
        let found = match name.rsplit_once('.') {
            None => self.bare(is.file, is.owner, self.key_of(name), &mut Visit::default()),
            Some((path, last)) => match self.path(is.file, is.owner, path) {
                Found::Targets(reason, scopes) => {
                    let key = self.key_of(last);
                    let inside = |scope| self.lookup(scope, key, &mut Visit::default());
                    Found::Targets(reason, scopes.into_iter().flat_map(inside).collect())
                }
                other => other,
            },
        };
        let types: Vec<Def> = match found {
            Found::Targets(_, targets) => {
                targets.into_iter().filter_map(|target| self.type_meant(target, name)).collect()
            }
            _ => Vec::new(),
        };
        if types.is_empty() {
            let last = name.rsplit('.').next().unwrap_or(name);
            let transparent =
                self.graph.family(is.file).is_some_and(|family| family.transparent_types().contains(&last));
            return match arguments.first() {
                Some(first) if transparent => self.expand(first, steps),
                _ => vec![Known::Outside(Outside::Declared, arguments)],
            };
        }
        types.into_iter().flat_map(|def| self.instance(def, &arguments, steps)).collect()
    }

    /// `T.Item`, `Self.Item`: a type that belongs to a type parameter or to the type around.
    fn part_of_parameter(&self, is: &Ty, name: &str, steps: &mut Steps) -> Option<Vec<Known>> {
        let (first, rest) = name.split_once('.')?;
        let mut known = match first {
            "Self" => vec![Known::Of(self.enclosing_type(is.file, is.owner)?, is.frame.clone())],
            _ => self.expand(&self.bound_of(is, first)??, steps),
        };
        for part in rest.split('.') {
            known = self.members_as_values(&known, part, steps)?;
        }
        let instance = |one: Known| match one {
            Known::Itself(Target::Def(def)) => self.instance(def, &[], steps),
            other => vec![other],
        };
        Some(known.into_iter().flat_map(instance).collect())
    }

    /// The type that a target means; a module stands for the type it exports by default.
    fn type_meant(&self, target: Target, name: &str) -> Option<Def> {
        match target {
            Target::Def(def) => self.definition(def).is_type().then_some(def),
            Target::Module(module) => {
                let default = self.default_export(module, self.key_of(name))?;
                self.definition(default).is_type().then_some(default)
            }
        }
    }

    /// A value of a type with arguments; what an alias stands for beside its own members.
    fn instance(&self, def: Def, arguments: &[Ty], steps: &mut Steps) -> Vec<Known> {
        let definition = self.definition(def);
        let frame = self.frame(def, arguments);
        let mut known = vec![Known::Of(def, frame.clone())];
        if let Some(is) = definition.is {
            let text = self.graph.names.text(is).clone();
            known.extend(self.expand(&Ty { file: def.file, owner: def.index, text, frame }, steps));
        }
        known
    }

    fn frame(&self, def: Def, arguments: &[Ty]) -> Frame {
        let text = self.graph.names.text(self.definition(def).generics?);
        let here = |text: &str| Ty { file: def.file, owner: def.index, text: Arc::from(text), frame: None };
        let mut frame: Vec<(Arc<str>, Ty)> = Vec::new();
        for (at, (name, bound, default)) in type_text::generics(text).into_iter().enumerate() {
            let given = arguments.get(at).cloned().or_else(|| default.or(bound).map(here));
            frame.extend(given.map(|given| (Arc::from(name), given)));
        }
        Some(Arc::new(frame))
    }

    /// The bound of a type parameter that is declared around a place; the outer none if there is none of that name.
    fn bound_of(&self, is: &Ty, name: &str) -> Option<Option<Ty>> {
        for index in self.graph.file(is.file).blob.around(is.owner) {
            let Some(text) = self.definition(Def { file: is.file, index }).generics else { continue };
            let text = self.graph.names.text(text);
            // a clause apart from the parameters can add the bound
            let named = type_text::generics(text).into_iter().filter(|(own, ..)| *own == name);
            if let Some((_, bound, default)) = named.max_by_key(|(_, bound, _)| bound.is_some()) {
                let known = bound.or(default).filter(|text| *text != name);
                return Some(known.map(|text| Ty { text: Arc::from(text), ..is.clone() }));
            }
        }
        None
    }

    /// True if a type parameter of that name is declared around a place.
    pub(super) fn is_type_parameter(&self, file: u32, owner: u32, name: &str) -> bool {
        self.bound_of(&Ty { file, owner, text: Arc::from(name), frame: None }, name).is_some()
    }

    /// The supertypes of a type, with their arguments.
    fn parents(&self, of: Def, frame: &Frame, steps: &mut Steps) -> Vec<Known> {
        let definition = self.definition(of);
        let owner = definition.container.unwrap_or(FILE);
        let each = |name: &Name| {
            let text = self.graph.names.text(*name).clone();
            self.expand(&Ty { file: of.file, owner, text, frame: frame.clone() }, steps)
        };
        definition.heritage.iter().flat_map(each).collect()
    }

    /// Members by name of values.
    pub(super) fn members_of(&self, known: &[Known], name: &str, steps: &mut Steps) -> Members {
        let mut members = Members::default();
        let key = self.key_of(name);
        for one in known {
            if !steps.down() {
                members.open = true;
                break;
            }
            match one {
                Known::Of(def, frame) => {
                    let own = self.own_members(*def, key);
                    if own.is_empty() {
                        let mut parents = self.parents(*def, frame, steps);
                        if self.graph.lent.contains_key(&self.definition(*def).name) {
                            let lent = self.supertypes(*def, &mut Visit::default());
                            parents.extend(lent.into_iter().map(|def| Known::Of(def, None)));
                        }
                        members.shapes.extend(self.assigned_field(*def, name));
                        let more = self.members_of(&parents, name, steps);
                        members.take(more);
                        members.shapes.extend(self.constructor_field(*def, name, frame));
                    }
                    members.found.extend(own.into_iter().map(|def| (def, frame.clone())));
                }
                Known::Itself(target) => {
                    let found = self.lookup(*target, key, &mut Visit::default());
                    members.found.extend(found.into_iter().filter_map(|target| match target {
                        Target::Def(def) => Some((def, None)),
                        Target::Module(_) => None,
                    }));
                }
                Known::Shape(is) => match type_text::form(&is.text) {
                    Form::Object(inside) => {
                        let text = type_text::member(inside, name);
                        members.shapes.extend(text.map(|text| Ty { text: Arc::from(text), ..is.clone() }));
                    }
                    Form::Function { returns, .. } if self.is_read_like_a_field(is.file) => {
                        let given = self.expand(&Ty { text: Arc::from(returns), ..is.clone() }, steps);
                        members.take(self.members_of(&given, name, steps));
                    }
                    _ => members.open = true,
                },
                Known::Outside(Outside::Given, arguments) => {
                    members.open = true;
                    members.guessed = true;
                    if let Some(last) = arguments.last() {
                        let element = self.expand(last, steps);
                        members.take(self.members_of(&element, name, steps));
                    }
                }
                Known::Outside(..) => members.open = true,
            }
            steps.up();
        }
        members
    }

    /// True if functions have no members worth a look: what looks like one is a member of what a property gives.
    fn is_read_like_a_field(&self, file: u32) -> bool {
        self.graph.family(file).is_some_and(|family| family.has_properties())
    }

    /// What a method assigns to `self.name`.
    fn assigned_field(&self, of: Def, name: &str) -> Option<Ty> {
        let blob = &self.graph.file(of.file).blob;
        let wanted = self.graph.names.get(&format!("self.{name}"))?;
        let inside = |owner: u32| blob.definition(owner).is_some_and(|method| method.container == Some(of.index));
        let found = blob.locals.iter().find(|local| local.name == wanted && inside(local.owner))?;
        let text = self.graph.names.text(found.is?).clone();
        Some(Ty { file: of.file, owner: found.owner, text, frame: None })
    }

    /// A parameter of a constructor that is a field at the same time, or is named like one.
    fn constructor_field(&self, of: Def, name: &str, frame: &Frame) -> Option<Ty> {
        let family = self.graph.family(of.file)?;
        let constructor = family.constructors().iter().find_map(|word| {
            let all = self.own_members(of, self.key_of(word));
            all.into_iter().find(|def| self.definition(*def).is_callable())
        })?;
        let text = self.graph.names.text(self.definition(constructor).is?);
        let Form::Function { parameters, .. } = type_text::form(text) else { return None };
        let is = type_text::parameters(parameters).into_iter().find(|parameter| parameter.name == name)?.is;
        let is = Arc::from(is);
        Some(Ty { file: of.file, owner: constructor.index, text: is, frame: frame.clone() })
    }

    /// Members as values; none if nothing is known of them.
    fn members_as_values(&self, known: &[Known], name: &str, steps: &mut Steps) -> Option<Vec<Known>> {
        let outside = |one: &&Known| matches!(one, Known::Outside(..));
        let members = self.members_of(known, name, steps);
        let mut values: Vec<Known> = members.shapes.iter().flat_map(|is| self.expand(is, steps)).collect();
        for (def, frame) in &members.found {
            if self.definition(*def).is_type() {
                values.push(Known::Itself(Target::Def(*def)));
            } else if let Some(value) = self.value_of(*def, frame, steps) {
                values.extend(value);
            }
        }
        if members.found.is_empty() && members.shapes.is_empty() {
            // a member of something outside is outside too, and may hold the same elements
            values.extend(known.iter().filter(outside).cloned());
            // what a wrapper or a trait from outside adds gives the thing itself, more often than not
            let adapted = |one: &&Known| match one {
                Known::Of(def, _) => {
                    let family = self.graph.family(def.file);
                    family.is_some_and(|family| family.adapts(name))
                }
                _ => false,
            };
            values.extend(known.iter().filter(adapted).cloned());
            if values.is_empty() && !members.open {
                return None;
            }
        }
        if values.is_empty() { None } else { Some(values) }
    }

    /// What calling values gives.
    fn called(&self, known: &[Known], arguments: usize, steps: &mut Steps) -> Vec<Known> {
        let mut given = Vec::new();
        let fits = |is: &Ty| match type_text::form(&is.text) {
            Form::Function { parameters, .. } => takes(parameters, arguments),
            _ => false,
        };
        let any = known.iter().any(|one| matches!(one, Known::Shape(is) if fits(is)));
        for one in known {
            match one {
                Known::Shape(is) if !any || fits(is) => {
                    if let Form::Function { returns, .. } = type_text::form(&is.text) {
                        given.extend(self.expand(&Ty { text: Arc::from(returns), ..is.clone() }, steps));
                    }
                }
                Known::Itself(Target::Def(def)) => given.extend(self.instance(*def, &[], steps)),
                // the last member was of what wraps it
                Known::Of(def, _) if self.graph.family(def.file).is_some_and(|family| family.adapts("")) => {
                    given.push(one.clone());
                }
                Known::Outside(_, arguments) => given.push(Known::Outside(Outside::Given, arguments.clone())),
                _ => {}
            }
        }
        given
    }

    fn element(&self, known: &[Known], at: Option<usize>, steps: &mut Steps) -> Vec<Known> {
        let mut found = Vec::new();
        for one in known {
            if let Known::Of(def, frame) = one {
                found.extend(self.element_of(*def, frame, at, steps));
            }
            if let Known::Outside(_, items) = one {
                let item = at.and_then(|at| items.get(at)).or(items.last());
                found.extend(item.map(|item| self.expand(item, steps)).unwrap_or_default());
            }
        }
        found
    }

    /// A part by number, what it gives when it is gone through, or itself where it is wrapped.
    fn element_of(&self, def: Def, frame: &Frame, at: Option<usize>, steps: &mut Steps) -> Vec<Known> {
        let definition = self.definition(def);
        if let (Some(at), Some(is)) = (at, definition.is) {
            let text = self.graph.names.text(is).clone();
            let part =
                self.parameter_of(&Ty { file: def.file, owner: def.index, text, frame: frame.clone() }, at, steps);
            if !part.is_empty() {
                return part;
            }
        }
        let Some(family) = self.graph.family(def.file) else { return Vec::new() };
        let whole = Known::Of(def, frame.clone());
        for name in family.element_members() {
            if let Some(known) = self.members_as_values(std::slice::from_ref(&whole), name, steps)
                && !self.own_members(def, self.key_of(name)).is_empty()
            {
                let instance = |one: Known| match one {
                    Known::Itself(Target::Def(def)) => self.instance(def, &[], steps),
                    other => vec![other],
                };
                return known.into_iter().flat_map(instance).collect();
            }
        }
        if family.adapts("[]") { vec![whole] } else { Vec::new() }
    }

    fn awaited(&self, known: Vec<Known>, steps: &mut Steps) -> Vec<Known> {
        let mut found = Vec::new();
        for one in known {
            match &one {
                Known::Outside(_, items) if !items.is_empty() => found.extend(self.expand(&items[0], steps)),
                _ => found.push(one),
            }
        }
        found
    }

    /// The parameter at a position of what is called.
    fn parameter(&self, known: &[Known], at: usize, steps: &mut Steps) -> Vec<Known> {
        let mut found = Vec::new();
        for one in known {
            match one {
                Known::Shape(is) => found.extend(self.parameter_of(is, at, steps)),
                Known::Of(def, frame) => {
                    if self.graph.family(def.file).is_some_and(|family| family.adapts("")) {
                        found.push(one.clone());
                    }
                    for constructor in self.constructors(*def).into_iter().chain(self.only_method(*def)) {
                        let Some(text) = self.definition(constructor).is else { continue };
                        let text = self.graph.names.text(text).clone();
                        let is = Ty { file: def.file, owner: constructor.index, text, frame: frame.clone() };
                        found.extend(self.parameter_of(&is, at, steps));
                    }
                }
                Known::Outside(Outside::Callback, items) if at == 0 => {
                    found.extend(items.last().map(|item| self.expand(item, steps)).unwrap_or_default());
                }
                Known::Outside(Outside::Callback, _) => {}
                Known::Outside(_, items) => found.push(Known::Outside(Outside::Callback, items.clone())),
                Known::Itself(_) => {}
            }
        }
        found
    }

    /// The one method of an interface: a function that is given for the interface is that method.
    fn only_method(&self, of: Def) -> Option<Def> {
        let definition = self.definition(of);
        let inside = |index: &u32| {
            let one = self.definition(Def { file: of.file, index: *index });
            one.container == Some(of.index) && one.is_callable()
        };
        let all = 0..self.graph.file(of.file).blob.definitions.len() as u32;
        let mut methods = all.filter(inside).filter(|_| definition.kind == EntityKind::Interface);
        let only = methods.next()?;
        methods.next().is_none().then_some(Def { file: of.file, index: only })
    }

    fn parameter_of(&self, is: &Ty, at: usize, steps: &mut Steps) -> Vec<Known> {
        let Form::Function { parameters, .. } = type_text::form(&is.text) else { return Vec::new() };
        let all = type_text::parameters(parameters);
        let Some(parameter) = all.get(at).or_else(|| all.last().filter(|last| last.rest)) else { return Vec::new() };
        let text = Ty { text: Arc::from(parameter.is), ..is.clone() };
        let known = self.expand(&text, steps);
        match parameter.rest {
            true => self.element(&known, at.checked_sub(all.len() - 1), steps),
            false => known,
        }
    }
}

impl Members {
    fn take(&mut self, more: Members) {
        self.found.extend(more.found);
        self.shapes.extend(more.shapes);
        self.guessed |= more.guessed;
        self.open |= more.open;
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

/// True if a function with these parameters can be called with so many arguments.
pub(super) fn takes(parameters: &str, arguments: usize) -> bool {
    let all = type_text::parameters(parameters);
    let needed = all.iter().filter(|parameter| !parameter.rest && !parameter.optional).count();
    let rest = all.last().is_some_and(|last| last.rest);
    arguments >= needed && (rest || arguments <= all.len())
}

fn name_end(text: &str) -> usize {
    text.find(['.', ':', '(', '[', '~', '?', '!']).into_iter().chain(parameter_mark(text)).min().unwrap_or(text.len())
}

/// Where a `#1` begins; a name can begin with the mark, but not go on with a digit.
fn parameter_mark(text: &str) -> Option<usize> {
    let mut marks = text.match_indices('#').map(|(at, _)| at);
    marks.find(|at| text[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
}
