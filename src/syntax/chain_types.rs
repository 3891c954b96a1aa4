//! Types as texts: of names where they are bound, of functions with their parameters, of literals with named parts, of
//! entities with their type parameters. The forms are those of `typing.rs`.

use super::chains::{Chains, joined};
use super::typing::TokenType;
use crate::limits;
use crate::text::lossless;

/// Literals that a field is given until it gets its value.
const NOTHING: [&[u8]; 3] = [b"None", b"nil", b"null"];

impl Chains<'_, '_> {
    /// The declared type at a binder, or at the one around it.
    pub(super) fn declared_at(&self, binder: u32) -> Option<String> {
        let own = |node: u32| {
            let [is, ..] = self.tables.binders.get(&self.kind(node))?;
            (*is != 0).then(|| self.flat.child(node, *is)).flatten().and_then(|node| self.type_text(node))
        };
        own(binder).or_else(|| own(self.parent(binder)?))
    }

    /// The declared return type of a function.
    pub(super) fn gives(&self, function: u32) -> Option<String> {
        let [_, returns, _] = self.tables.functions.get(&self.kind(function))?;
        (*returns != 0).then(|| self.flat.child(function, *returns)).flatten().and_then(|node| self.type_text(node))
    }

    /// `(a:A,...b:B)=>R` of a function.
    pub(super) fn function(&self, function: u32) -> Option<String> {
        let [parameters, ..] = self.tables.functions.get(&self.kind(function))?;
        let list = (*parameters != 0).then(|| self.flat.child(function, *parameters)).flatten();
        let named = |child: &u32| self.flat.nodes[*child as usize].named;
        let positional = list.is_some_and(|list| self.tables.positional.contains(&self.kind(list)));
        let makes = self.tables.makers.contains(&self.kind(function));
        if makes && !positional {
            return None;
        }
        let counts = |child: &u32| {
            let (text, place) = (self.flat.text(*child), self.flat.nodes[*child as usize]);
            !self.tables.receivers.contains(&place.kind)
                && !self.tables.selves.iter().any(|word| word.as_bytes() == text)
                && (!positional || place.field != 0)
        };
        let all = list.into_iter().flat_map(|list| self.flat.children(list)).filter(named).filter(counts);
        let mut parts = Vec::new();
        for parameter in all.take(limits::TYPE_PARAMETERS_MAX) {
            if positional {
                parts.push(format!(":{}", self.type_text(parameter).unwrap_or_default()));
                continue;
            }
            let is = self.declared_at(parameter).or_else(|| self.rest_type(parameter)).unwrap_or_default();
            let text = lossless(self.flat.text(parameter)).into_owned();
            let rest = self.tables.rests.contains(&self.kind(parameter)) || text.starts_with("...");
            let name = self.parameter_name(parameter).unwrap_or_default();
            let optional = text.contains('?') || text.contains('=');
            let (dots, mark) = (if rest { "..." } else { "" }, if optional && !rest { "?" } else { "" });
            parts.push(format!("{dots}{name}{mark}:{is}"));
        }
        let given = makes
            .then(|| "Self".to_owned())
            .or_else(|| self.gives(function))
            .or_else(|| Some(format!("={}", self.returned_chain(function)?)));
        let text = format!("({})=>{}", parts.join(","), given.unwrap_or_default());
        (text.len() <= limits::TYPE_BYTES_MAX).then_some(text)
    }

    pub(super) fn rest_type(&self, parameter: u32) -> Option<String> {
        let rest = self.tables.rests.contains(&self.kind(parameter));
        let first = rest.then(|| self.named(parameter, 0)).flatten()?;
        self.type_text(first)
    }

    pub(super) fn parameter_name(&self, parameter: u32) -> Option<String> {
        let mut inside = parameter..self.flat.get(parameter)?.after;
        let local = |at: &u32| self.locals.binary_search_by_key(at, |binding| binding.node).is_ok();
        inside.find(local).and_then(|at| self.plain(at))
    }

    pub(super) fn returned_chain(&self, function: u32) -> Option<String> {
        if let Some(value) = self.returned.get(&function) {
            return self.value(*value);
        }
        let body = self.flat.child(function, self.tables.body);
        if let Some(tail) = body.filter(|body| self.tables.tails.contains(&self.kind(*body))) {
            return self.value(tail);
        }
        let body = self.flat.children(function).find(|child| self.is_lambda_body(function, *child))?;
        self.value(body)
    }

    /// The type of a name that is bound at a node.
    pub(super) fn bound_type(&self, name: u32) -> Option<String> {
        match self.tokens.get(&name) {
            Some(TokenType::Is(span)) => return self.type_of_span(span.clone()),
            Some(TokenType::Value(last)) => return Some(format!("={}", self.token_chain(*last)?)),
            Some(TokenType::Unknown) => return None,
            None => {}
        }
        let (mut at, mut steps) = (name, Vec::new());
        for _ in 0..limits::REFERENCE_STEPS_MAX {
            let up = self.parent(at)?;
            let (kind, field) = (self.kind(up), self.field(at));
            if let Some([_, value, _]) = self.tables.pair_patterns.get(&kind).filter(|place| place[1] == field) {
                debug_assert!(*value == field);
                steps.push(format!(".{}", self.plain(self.named(up, 0)?)?));
                at = self.parent(up)?;
                if let Some(is) = self.pattern_type(at) {
                    return Some(format!("={}", joined(&format!("⟨{is}⟩"), steps)));
                }
            } else if self.tables.pair_patterns.contains_key(&kind) {
                at = up;
            } else if self.tables.object_patterns.contains_key(&kind) {
                steps.push(format!(".{}", self.plain(self.first_leaf(at))?));
                if let Some(is) = self.pattern_type(up) {
                    return Some(format!("={}", joined(&format!("⟨{is}⟩"), steps)));
                }
                at = up;
            } else if self.tables.list_patterns.contains(&kind) {
                if self.named(up, 1).is_some() {
                    steps.push(format!("[{}]", self.position(at)));
                }
                at = up;
            } else if self.tables.each_patterns.contains(&kind) {
                steps.push("[]".to_owned());
                at = up;
            } else if let Some([is, ..]) = self.tables.maker_patterns.get(&kind) {
                let of = self.flat.child(up, *is)?;
                let made = self.chain(of)?;
                if !self.tables.wrappers.contains(&made) {
                    let position = self.position(at).checked_sub(1)?;
                    return Some(format!("={}", joined(&format!("{made}#{position}"), steps)));
                }
                at = up;
            } else if let Some((_, holder, field)) = self.tables.arms.iter().find(|(inner, ..)| *inner == kind) {
                let held = self.held(up, *holder, *field)?;
                return Some(format!("={}", joined(&held, steps)));
            } else if self.tables.contexts.contains(&kind) {
                steps.push(".__enter__".to_owned());
                return Some(format!("={}", joined(&self.chain(self.named(up, 0)?)?, steps)));
            } else if self.tables.defaults.contains_key(&kind) {
                at = up;
            } else if let Some(is) = self.at_binder(up, at, &steps) {
                return Some(is);
            } else if self.tables.binders.contains_key(&kind) && !self.is_parameter(up) {
                at = up;
            } else {
                return self.parameter_type(at, up, steps);
            }
        }
        None
    }

    /// The type that a pattern for named parts names.
    pub(super) fn pattern_type(&self, pattern: u32) -> Option<String> {
        let [is, ..] = self.tables.object_patterns.get(&self.kind(pattern))?;
        self.type_text((*is != 0).then(|| self.flat.child(pattern, *is)).flatten()?)
    }

    pub(super) fn is_parameter(&self, node: u32) -> bool {
        let list = self.parent(node);
        let function = list.and_then(|list| self.parent(list)).map_or(0, |function| self.kind(function));
        let parameters = self.tables.functions.get(&function).map_or(0, |place| place[0]);
        list.is_some_and(|list| parameters != 0 && self.field(list) == parameters)
    }

    /// What a binder says: its type, its value, or what it goes through.
    pub(super) fn at_binder(&self, binder: u32, name: u32, steps: &[String]) -> Option<String> {
        let [_, value, each] = self.tables.binders.get(&self.kind(binder))?;
        let after = |head: String| {
            let steps: Vec<String> = steps.to_vec();
            format!("={}", joined(&head, steps))
        };
        if let Some(declared) = self.declared_at(binder) {
            return Some(if steps.is_empty() { declared } else { after(format!("⟨{declared}⟩")) });
        }
        let last = || self.flat.children(binder).filter(|child| self.flat.nodes[*child as usize].named).last();
        let value = match (*value, self.tables.loose.contains(&self.kind(binder))) {
            (0, true) => last(),
            (0, false) => None,
            (field, _) => self.flat.child(binder, field),
        };
        if let Some(value) = value.filter(|value| *value != name) {
            let (mut steps, mut value) = (steps.to_vec(), value);
            let place = steps.last().and_then(|step| step.trim_matches(['[', ']']).parse::<usize>().ok());
            if self.tables.values.contains(&self.kind(value)) && self.named(value, 1).is_some() {
                steps.pop();
                value = self.named(value, place?)?;
            }
            if self.tables.lambdas.contains(&self.kind(value)) && steps.is_empty() {
                return self.function(value);
            }
            if self.tables.objects.contains(&self.kind(value)) && steps.is_empty() {
                return self.object(value);
            }
            return Some(format!("={}", joined(&self.value(value)?, steps)));
        }
        let each = (*each != 0).then(|| self.flat.child(binder, *each)).flatten()?;
        Some(after(format!("{}[]", self.chain(each)?)))
    }

    /// `{a:=x,b:(c:C)=>D}` of a literal with named parts.
    pub(super) fn object(&self, literal: u32) -> Option<String> {
        let named = self.flat.children(literal).filter(|child| self.flat.nodes[*child as usize].named);
        let parts: Vec<String> = named.take(limits::TYPE_PARAMETERS_MAX).filter_map(|part| self.part(part)).collect();
        let text = format!("{{{}}}", parts.join(","));
        (!parts.is_empty() && text.len() <= limits::TYPE_BYTES_MAX).then_some(text)
    }

    /// One part of a literal: a key with its value, or a name that is both.
    pub(super) fn part(&self, part: u32) -> Option<String> {
        let Some([key, value, _]) = self.tables.pairs.get(&self.kind(part)) else {
            return Some(format!("{}:={}", self.plain(part)?, self.chain(part)?));
        };
        let (key, value) = (self.plain(self.child(part, *key)?)?, self.flat.child(part, *value)?);
        let is = match self.tables.lambdas.contains(&self.kind(value)) {
            true => self.function(value)?,
            false => format!("={}", self.value(value)?),
        };
        Some(format!("{key}:{is}"))
    }

    /// A parameter of a function without a name takes its type from where the function stands.
    pub(super) fn parameter_type(&self, at: u32, up: u32, steps: Vec<String>) -> Option<String> {
        let (mut list, mut parameter) = (up, at);
        if self.is_parameter(up) {
            (list, parameter) = (self.parent(up)?, up);
        }
        let (lambda, index) = match self.tables.lambdas.contains(&self.kind(list)) {
            true => (list, 0),
            false => (self.parent(list)?, self.position(parameter)),
        };
        if !self.tables.lambdas.contains(&self.kind(lambda)) {
            return None;
        }
        Some(format!("={}", joined(&format!("{}#{index}", self.expected(lambda)?), steps)))
    }

    /// Fields that a method gives its own object: (node, `self.name`, type).
    pub(super) fn assigned_fields(&self) -> Vec<(u32, String, String)> {
        let mut found = Vec::new();
        for at in 0..self.flat.nodes.len() as u32 {
            let Some([left, ..]) =
                self.tables.assignments.get(&self.kind(at)).filter(|_| !self.tables.selves.is_empty())
            else {
                continue;
            };
            let field = self.flat.child(at, *left).and_then(|left| self.own_field(left));
            if let Some(name) = field
                && let Some(is) = self.at_binder(at, at, &[]).or_else(|| self.literal_at(at))
            {
                found.push((at, name, is));
            }
        }
        found
    }

    /// The type of a literal that is assigned: none of the repository's. One that stands for nothing says nothing.
    fn literal_at(&self, assignment: u32) -> Option<String> {
        let [_, right, _] = self.tables.assignments.get(&self.kind(assignment))?;
        let value = self.flat.child(assignment, *right)?;
        let literal = self.tables.literals.contains(&self.kind(value)) && !NOTHING.contains(&self.flat.text(value));
        literal.then(|| "=⟨!⟩".to_owned())
    }

    pub(super) fn own_field(&self, member: u32) -> Option<String> {
        let (name, object) = self.tables.members.get(&self.kind(member))?;
        let object = self.flat.text(self.flat.child(member, *object)?);
        let own = self.tables.selves.iter().any(|word| word.as_bytes() == object);
        own.then(|| self.plain(self.flat.child(member, *name)?)).flatten().map(|name| format!("self.{name}"))
    }

    /// The type of an entity: of the value it is, of the function it is, of what it stands for.
    pub(super) fn entity(&self, node: u32, name: u32) -> Option<String> {
        if let Some([value, ..]) = self.tables.aliases.get(&self.kind(node)) {
            return self.type_text(self.flat.child(node, *value)?);
        }
        if let Some(is) = self.underlying_type(node) {
            return self.type_text(is);
        }
        if self.tables.functions.contains_key(&self.kind(node)) {
            let word = |child: &u32| self.tables.getters.iter().any(|word| word.as_bytes() == self.flat.text(*child));
            let getter = !self.tables.getters.is_empty() && self.flat.children(node).any(|child| word(&child));
            return match getter {
                true => self.gives(node).or_else(|| Some(format!("={}", self.returned_chain(node)?))),
                false => self.function(node),
            };
        }
        self.signatures(node).or_else(|| self.bound_type(name))
    }

    /// What a type of its own is made of.
    fn underlying_type(&self, node: u32) -> Option<u32> {
        let [is, ..] = self.tables.underlying.get(&self.kind(node))?;
        self.flat.child(node, *is).filter(|is| self.tables.underlying_types.contains(&self.kind(*is)))
    }

    /// The ways in which a type without a name for it can be called, as one type.
    pub(super) fn signatures(&self, node: u32) -> Option<String> {
        let body = self.flat.child(node, self.tables.body)?;
        let callable = |child: &u32| self.tables.signatures.contains(&self.kind(*child));
        let all = self.flat.children(body).filter(callable).filter_map(|child| self.function(child));
        let texts: Vec<String> = all.take(limits::TYPE_SIGNATURES_MAX).map(|text| format!("({text})")).collect();
        (!texts.is_empty()).then(|| texts.join("&"))
    }

    /// `<T extends X, U>` of a definition.
    pub(super) fn generics(&self, node: u32) -> Option<String> {
        let own = self.flat.child(node, self.tables.generics).and_then(|node| self.type_text(node));
        if self.tables.generic_regions.is_empty() {
            return own;
        }
        let mut parts: Vec<String> = own.into_iter().collect();
        let mut at = Some(node);
        while let Some(here) = at {
            let region = here != node && self.tables.generic_regions.contains(&self.kind(here));
            if region {
                let around = self.flat.child(here, self.tables.generics);
                parts.extend(around.and_then(|node| self.type_text(node)));
            }
            if region || here == node {
                parts.extend(self.clause_bounds(here));
            }
            at = self.parent(here);
        }
        let bare = |text: &String| text.trim().trim_start_matches('<').trim_end_matches(',').to_owned();
        let inside = |text: &String| bare(text).strip_suffix('>').map_or_else(|| bare(text), str::to_owned);
        let all: Vec<String> = parts.iter().map(inside).filter(|text| !text.trim().is_empty()).collect();
        (!all.is_empty()).then(|| format!("<{}>", all.join(",")))
    }

    /// `T: Bound` of clauses that stand apart from the parameters.
    pub(super) fn clause_bounds(&self, node: u32) -> Vec<String> {
        let mut found = Vec::new();
        for clause in self.flat.children(node).filter(|_| !self.tables.bounds.is_empty()) {
            for predicate in self.flat.children(clause) {
                let Some([left, bounds, _]) = self.tables.bounds.get(&self.kind(predicate)) else { continue };
                let (left, bounds) = (self.flat.child(predicate, *left), self.flat.child(predicate, *bounds));
                let text = |node: Option<u32>| self.type_text(node?);
                if let (Some(left), Some(bounds)) = (text(left), text(bounds)) {
                    // in the brackets of parameters, so that all texts can be put together alike
                    found.push(format!("<{left}: {}>", bounds.trim_start_matches(':')));
                }
            }
        }
        found
    }
}
