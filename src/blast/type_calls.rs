//! Steps of a chain that are no names: what a call gives, what going through a value or taking a part of it gives, what
//! waiting for it gives, which type a parameter has, and what the language itself hands to a parameter by its name.

use super::index::Def;
use super::names::Name;
use super::resolve::{Resolver, Target};
use super::type_text::{self, Form};
use super::types::{Frame, Known, Outside, Steps, Ty};
use crate::syntax::EntityKind;
use std::sync::Arc;

impl Resolver<'_> {
    /// What calling values gives.
    pub(super) fn called(&self, known: &[Known], arguments: usize, steps: &mut Steps) -> Vec<Known> {
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

    pub(super) fn element(&self, known: &[Known], at: Option<usize>, steps: &mut Steps) -> Vec<Known> {
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
    pub(super) fn element_of(&self, def: Def, frame: &Frame, at: Option<usize>, steps: &mut Steps) -> Vec<Known> {
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

    pub(super) fn awaited(&self, known: Vec<Known>, steps: &mut Steps) -> Vec<Known> {
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
    pub(super) fn parameter(&self, known: &[Known], at: usize, steps: &mut Steps) -> Vec<Known> {
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
    pub(super) fn only_method(&self, of: Def) -> Option<Def> {
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

    pub(super) fn parameter_of(&self, is: &Ty, at: usize, steps: &mut Steps) -> Vec<Known> {
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

    /// A parameter without a type, where the language fills parameters by name: what the function of that name gives.
    pub(super) fn injected(&self, file: u32, owner: u32, name: Name, steps: &mut Steps) -> Option<Vec<Known>> {
        let family = self.graph.family(file)?;
        let near = self.graph.modules(file)?.injectors(file);
        if !family.injects_parameters() {
            return None;
        }
        let (places, own) = (std::iter::once(file).chain(near), Def { file, index: owner });
        let given = places.into_iter().find_map(|place| {
            let found = self.top_level(place, self.key(name))?;
            found.into_iter().find_map(|target| match target {
                Target::Def(def) if self.definition(def).is_callable() && def != own => Some(def),
                _ => None,
            })
        })?;
        let value = self.value_of(given, &None, steps)?;
        let given = self.called(&value, 0, steps);
        // a function that yields once gives what it yields
        (!given.is_empty()).then_some(given)
    }
}

/// True if a function with these parameters can be called with so many arguments.
pub(super) fn takes(parameters: &str, arguments: usize) -> bool {
    let all = type_text::parameters(parameters);
    let needed = all.iter().filter(|parameter| !parameter.rest && !parameter.optional).count();
    let rest = all.last().is_some_and(|last| last.rest);
    arguments >= needed && (rest || arguments <= all.len())
}
