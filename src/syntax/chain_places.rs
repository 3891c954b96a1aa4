//! What the place of an expression or of a name says: the parameter that an argument is passed for, what a value is assigned
//! to, the literal, the switch or the annotation that a name is a part of.

use super::chains::{Chains, joined};
use crate::limits;

impl<'b> Chains<'_, 'b> {
    /// What the place of an expression says about its type: the parameter it is passed for, the declared type of what it
    /// is assigned to, the part of a literal that it is.
    pub(super) fn expected(&self, node: u32) -> Option<String> {
        let (mut at, mut steps) = (node, Vec::new());
        for _ in 0..limits::CHAIN_STEPS_MAX {
            if let Some(tag) = self.tag(at) {
                return Some(joined(&tag, steps));
            }
            let up = self.parent(at)?;
            let (kind, field) = (self.kind(up), self.field(at));
            if let Some(call) = self.call_of(up) {
                let callee = self.callee(call)?;
                // a literal without a type inside one with a type is an element of that
                let element = [up, node].iter().all(|one| self.tables.objects.contains(&self.kind(*one)));
                let head = if element { format!("{callee}[]") } else { format!("{callee}#{}", self.position(at)) };
                return Some(joined(&head, steps));
            }
            if let Some([key, value, _]) = self.tables.pairs.get(&kind) {
                if *value != 0 && *value != field {
                    return None;
                }
                steps.push(format!(".{}", self.plain(self.child(up, *key)?)?));
                at = self.owner_of_part(up)?;
            } else if self.tables.lists.contains(&kind) {
                steps.push("[]".to_owned());
                at = up;
            } else if let Some([_, value, _]) = self.tables.binders.get(&kind).filter(|place| place[1] == field) {
                debug_assert!(*value == field);
                return Some(joined(&format!("⟨{}⟩", self.declared_at(up)?), steps));
            } else if let Some([left, right, _]) = self.tables.assignments.get(&kind) {
                return if *right == field { Some(joined(&self.chain(self.child(up, *left)?)?, steps)) } else { None };
            } else if self.tables.returns.contains(&kind) || self.is_lambda_body(up, at) {
                let function = if self.tables.returns.contains(&kind) { self.function_around(up)? } else { up };
                steps.push("~".to_owned());
                if let Some(given) = self.gives(function) {
                    return Some(joined(&format!("⟨{given}⟩"), steps));
                }
                if !self.tables.lambdas.contains(&self.kind(function)) {
                    return None;
                }
                steps.push("(0)".to_owned());
                at = function;
            } else if let Some([field, ..]) = self.tables.casts.get(&kind) {
                return Some(joined(&format!("⟨{}⟩", self.cast(up, *field)?), steps));
            } else if self.tables.pass.contains_key(&kind) {
                at = up;
            } else {
                return None;
            }
        }
        None
    }

    /// The literal that holds a part; where the holder is a tag or an annotation, the part itself stands for it.
    pub(super) fn owner_of_part(&self, pair: u32) -> Option<u32> {
        self.parent(pair).filter(|up| self.tables.objects.contains(&self.kind(*up)))
    }

    pub(super) fn call_of(&self, arguments: u32) -> Option<u32> {
        let call = self.parent(arguments)?;
        let kind = self.kind(call);
        let place = self.tables.calls.get(&kind).or_else(|| self.tables.creations.get(&kind))?;
        (place[1] != 0 && place[1] == self.field(arguments)).then_some(call)
    }

    pub(super) fn is_lambda_body(&self, lambda: u32, body: u32) -> bool {
        let parameters = self.tables.functions.get(&self.kind(lambda)).map_or(0, |place| place[0]);
        self.tables.lambdas.contains(&self.kind(lambda))
            && self.field(body) != parameters
            && !self.tables.scopes.contains(&self.kind(body))
            && self.flat.get(body).is_some_and(|node| node.named && node.field != 0)
    }

    /// `Name#0` of a tag, whose attributes are the parts of its one argument.
    pub(super) fn tag(&self, node: u32) -> Option<String> {
        let [name, ..] = self.tables.tags.get(&self.kind(node))?;
        Some(format!("{}#0", self.chain(self.child(node, *name)?)?))
    }

    /// What a name belongs to that is a part of something without standing behind a dot: the key of a literal, a label
    /// of a switch, an argument with a name.
    pub(super) fn part_of(&self, leaf: u32) -> Part {
        let Some(mut up) = self.parent(leaf) else { return Part::No };
        let mut leaf = leaf;
        // a key can stand in a node of its own
        if self
            .tables
            .objects
            .contains(&self.parent(up).and_then(|pair| self.parent(pair)).map_or(0, |at| self.kind(at)))
            && self.tables.pass.contains_key(&self.kind(up))
        {
            (leaf, up) = (up, self.parent(up).unwrap_or(up));
        }
        let kind = self.kind(up);
        if let Some([key, ..]) = self.tables.pairs.get(&kind)
            && (if *key == 0 { self.first_leaf(up) == leaf } else { *key == self.field(leaf) })
        {
            let holder = self.owner_of_part(up);
            let chain = holder.and_then(|object| match self.call_of(object) {
                Some(call) => self.callee(call),
                None => self.expected(object),
            });
            return chain.map_or(Part::Unknown, Part::Of);
        }
        let around = self.tables.members_of.iter().filter(|(inner, ..)| *inner == kind);
        let chain = around.filter_map(|(_, holder, field)| self.held(up, *holder, *field)).next();
        chain.map_or(Part::No, Part::Of)
    }

    /// The member that the name of an annotation sets without naming it, and what it is a member of.
    pub(super) fn single(&self, leaf: u32) -> Option<(&'b str, String)> {
        let member = self.tables.single.as_deref()?;
        let up = self.parent(leaf)?;
        let [name, arguments, _] = self.tables.creations.get(&self.kind(up))?;
        let list = self.flat.child(up, *arguments).filter(|list| self.tables.objects.contains(&self.kind(*list)))?;
        let first = self.named(list, 0).filter(|_| *name == self.field(leaf))?;
        let unnamed = !self.tables.pairs.contains_key(&self.kind(first));
        unnamed.then_some((member, format!("⟨{}⟩", self.type_text(leaf)?)))
    }

    /// The chain of what stands in a field of the holder around a node.
    pub(super) fn held(&self, node: u32, holder: u16, field: u16) -> Option<String> {
        let mut at = self.parent(node)?;
        for _ in 0..limits::REFERENCE_STEPS_MAX {
            if self.kind(at) == holder {
                return self.chain(self.flat.child(at, field)?);
            }
            at = self.parent(at)?;
        }
        None
    }
}

/// What a name is a part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// It is no part of anything.
    No,
    /// It is a part of something whose type is not known.
    Unknown,
    Of(String),
}
