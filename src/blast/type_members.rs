//! Members by name of what a type is known of: its own, those it inherits, fields that methods assign, parameters of a
//! constructor that are fields at the same time, parts of object types. What is outside the repository keeps it open.

use super::blob::LocalName;
use super::index::Def;
use super::resolve::{Resolver, Target, Visit};
use super::type_text::{self, Form};
use super::types::{Frame, Known, Outside, Steps, Ty};
use std::sync::Arc;

/// The type of a field that a literal is assigned to.
const LITERAL: &str = "=⟨!⟩";

/// Members found on values, and whether they may have more that is not seen here.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) found: Vec<(Def, Frame)>,
    /// Members of an object type without a name: only their types.
    pub(super) shapes: Vec<Ty>,
    /// True where a guess about outside types was needed.
    pub(super) guessed: bool,
    /// True if something of the type is outside the repository.
    pub(super) open: bool,
}

impl Resolver<'_> {
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
    pub(super) fn is_read_like_a_field(&self, file: u32) -> bool {
        self.graph.family(file).is_some_and(|family| family.has_properties())
    }

    /// What a method assigns to `self.name`.
    pub(super) fn assigned_field(&self, of: Def, name: &str) -> Option<Ty> {
        let blob = &self.graph.file(of.file).blob;
        let wanted = self.graph.names.get(&format!("self.{name}"))?;
        let inside = |owner: u32| blob.definition(owner).is_some_and(|method| method.container == Some(of.index));
        let all = || blob.locals.iter().filter(|local| local.name == wanted && inside(local.owner));
        let says = |local: &&LocalName| local.is.is_some_and(|is| &**self.graph.names.text(is) != LITERAL);
        let found = all().find(says).or_else(|| all().next())?;
        let text = self.graph.names.text(found.is?).clone();
        Some(Ty { file: of.file, owner: found.owner, text, frame: None })
    }

    /// A parameter of a constructor that is a field at the same time, or is named like one.
    pub(super) fn constructor_field(&self, of: Def, name: &str, frame: &Frame) -> Option<Ty> {
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
    pub(super) fn members_as_values(&self, known: &[Known], name: &str, steps: &mut Steps) -> Option<Vec<Known>> {
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
            values.extend(known.iter().filter_map(|one| self.made_unwritten(one, name)));
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
            let before = values.len();
            values.extend(known.iter().filter(adapted).cloned());
            let named = |one: &Known| match one {
                Known::Of(def, _) => self.graph.family(def.file).is_none_or(|family| family.is_adapter(name)),
                _ => true,
            };
            steps.guessed |= !values[before..].iter().all(named);
            if values.is_empty() && !members.open {
                return None;
            }
        }
        if values.is_empty() { None } else { Some(values) }
    }
}

impl Resolver<'_> {
    /// A value of a type, by a member that is not written and makes one.
    fn made_unwritten(&self, of: &Known, name: &str) -> Option<Known> {
        let Known::Itself(Target::Def(def)) = of else { return None };
        let family = self.graph.family(def.file).filter(|_| self.definition(*def).is_type())?;
        family.unwritten_makers().contains(&name).then_some(Known::Of(*def, None))
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
