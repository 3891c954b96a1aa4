//! Names of types: what one stands for at its place, with its arguments, the bounds of type parameters, and the supertypes
//! that a type names. A name that leads nowhere is a type from outside the repository.

use super::blob::FILE;
use super::index::Def;
use super::names::Name;
use super::resolve::{Found, Resolver, Target, Visit};
use super::type_text::{self, Form};
use super::types::{Frame, Known, Outside, Steps, Ty};
use std::sync::Arc;

impl Resolver<'_> {
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

    pub(super) fn named(&self, is: &Ty, name: &str, arguments: Vec<Ty>, steps: &mut Steps) -> Vec<Known> {
        if let Some((_, given)) = is.frame.iter().flat_map(|frame| frame.iter()).find(|(own, _)| **own == *name) {
            return self.expand(given, steps);
        }
        let own = matches!(name, "self" | "static") && self.own_word(is.file, name).is_some();
        if name == "this" || name == "Self" || own {
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
    pub(super) fn part_of_parameter(&self, is: &Ty, name: &str, steps: &mut Steps) -> Option<Vec<Known>> {
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
    pub(super) fn type_meant(&self, target: Target, name: &str) -> Option<Def> {
        match target {
            Target::Def(def) => self.definition(def).is_type().then_some(def),
            Target::Module(module) => {
                let default = self.default_export(module, self.key_of(name))?;
                self.definition(default).is_type().then_some(default)
            }
        }
    }

    /// A value of a type with arguments; what an alias stands for beside its own members.
    pub(super) fn instance(&self, def: Def, arguments: &[Ty], steps: &mut Steps) -> Vec<Known> {
        let definition = self.definition(def);
        let frame = self.frame(def, arguments);
        let mut known = vec![Known::Of(def, frame.clone())];
        if let Some(is) = definition.is {
            let text = self.graph.names.text(is).clone();
            known.extend(self.expand(&Ty { file: def.file, owner: def.index, text, frame }, steps));
        }
        known
    }

    pub(super) fn frame(&self, def: Def, arguments: &[Ty]) -> Frame {
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
    pub(super) fn bound_of(&self, is: &Ty, name: &str) -> Option<Option<Ty>> {
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
    pub(super) fn parents(&self, of: Def, frame: &Frame, steps: &mut Steps) -> Vec<Known> {
        let definition = self.definition(of);
        let owner = definition.container.unwrap_or(FILE);
        let each = |name: &Name| {
            let text = self.graph.names.text(*name).clone();
            self.expand(&Ty { file: of.file, owner, text, frame: frame.clone() }, steps)
        };
        definition.heritage.iter().flat_map(each).collect()
    }
}
