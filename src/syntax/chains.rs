//! From expressions to chains, and from bindings to types: one look at the nodes around a name, without any name being
//! looked up. The forms are told in `typing.rs`; which nodes have which form is data of the language.

use super::flat::{Flat, NONE};
use super::query::Backend;
use super::typing::{TokenType, TypeTables};
use crate::limits;
use crate::text::lossless;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;

/// A local by its extent: where its name is bound, and the node that it lives in.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub node: u32,
    life: Range<u32>,
}

/// Reads chains and types off one tree.
pub(super) struct Chains<'a, 'b> {
    pub(super) flat: &'b Flat<'a>,
    pub tables: &'b TypeTables,
    pub locals: Vec<Binding>,
    by_name: FxHashMap<&'a [u8], Vec<u32>>,
    /// What functions give back: function node to the first expression.
    returned: FxHashMap<u32, u32>,
    /// What bare tokens say about names that they bind.
    pub(super) tokens: FxHashMap<u32, TokenType>,
}

impl<'a, 'b> Chains<'a, 'b> {
    /// `locals` are the nodes of the names that are bound, in order.
    pub(super) fn new(flat: &'b Flat<'a>, backend: &Backend, tables: &'b TypeTables, locals: &[u32]) -> Self {
        let mut chains = Self {
            flat,
            tables,
            locals: Vec::new(),
            by_name: FxHashMap::default(),
            returned: FxHashMap::default(),
            tokens: FxHashMap::default(),
        };
        chains.find_token_types(backend);
        let mut locals: Vec<u32> = locals.iter().chain(chains.tokens.keys()).copied().collect();
        locals.sort_unstable();
        locals.dedup();
        for node in &locals {
            if chains.tables.selves.iter().any(|word| word.as_bytes() == flat.text(*node)) {
                continue;
            }
            let life = chains.life(*node);
            chains.by_name.entry(flat.text(*node)).or_default().push(chains.locals.len() as u32);
            chains.locals.push(Binding { node: *node, life });
        }
        chains.find_returned();
        chains
    }

    /// Bytes in which a name that is bound at a node can be seen.
    fn life(&self, node: u32) -> Range<u32> {
        let mut at = self.parent(node);
        if self.tokens.contains_key(&node) {
            return at.map_or(0..0, |tree| self.flat.span(tree));
        }
        while let Some(up) = at.and_then(|at| self.flat.get(at)) {
            if self.tables.scopes.contains(&up.kind) {
                return up.start..up.end;
            }
            at = (up.parent != NONE).then_some(up.parent);
        }
        0..self.flat.source.len() as u32
    }

    fn find_returned(&mut self) {
        for (at, node) in self.flat.nodes.iter().enumerate() {
            if self.tables.returns.contains(&node.kind)
                && let Some(value) = self.named(at as u32, 0)
                && let Some(function) = self.function_around(at as u32)
            {
                self.returned.entry(function).or_insert(value);
            }
        }
    }

    pub(super) fn parent(&self, node: u32) -> Option<u32> {
        self.flat.get(node).map(|node| node.parent).filter(|up| *up != NONE)
    }

    fn kind(&self, node: u32) -> u16 {
        self.flat.get(node).map_or(0, |node| node.kind)
    }

    fn field(&self, node: u32) -> u16 {
        self.flat.get(node).map_or(0, |node| node.field)
    }

    /// The named child at a position.
    fn named(&self, node: u32, at: usize) -> Option<u32> {
        self.flat.children(node).filter(|child| self.flat.nodes[*child as usize].named).nth(at)
    }

    /// True for the name that a method has for its own object.
    pub(super) fn is_self(&self, node: u32) -> bool {
        self.tables.selves.iter().any(|word| word.as_bytes() == self.flat.text(node))
    }

    /// The child of a field; the first named child where the place names none.
    fn child(&self, node: u32, field: u16) -> Option<u32> {
        if field == 0 { self.named(node, 0) } else { self.flat.child(node, field) }
    }

    fn position(&self, node: u32) -> usize {
        let up = self.parent(node).unwrap_or(NONE);
        let named = |child: &u32| self.flat.nodes[*child as usize].named;
        self.flat.children(up).filter(named).take_while(|child| *child != node).count()
    }

    fn function_around(&self, node: u32) -> Option<u32> {
        let mut at = self.parent(node);
        while let Some(here) = at {
            if self.tables.functions.contains_key(&self.kind(here)) {
                return Some(here);
            }
            at = self.parent(here);
        }
        None
    }

    pub(super) fn plain(&self, node: u32) -> Option<String> {
        let text = self.flat.text(node);
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || b"_$#@".contains(byte) || *byte >= 0x80;
        let fits = !text.is_empty() && text.len() <= limits::NAME_BYTES_MAX && text.iter().all(word);
        (fits && !text[0].is_ascii_digit()).then(|| lossless(text).into_owned())
    }

    /// The local that a name at a node means: the one with the shortest life around it, the last of several.
    pub(super) fn local(&self, node: u32) -> Option<u32> {
        let start = self.flat.get(node)?.start;
        let all = self.by_name.get(self.flat.text(node))?.iter().copied();
        let seen = all.filter(|at| self.locals[*at as usize].life.contains(&start));
        seen.min_by_key(|at| {
            let life = &self.locals[*at as usize].life;
            let bound = self.flat.nodes[self.locals[*at as usize].node as usize].start;
            (life.end - life.start, bound > start, u32::MAX - bound)
        })
    }

    /// A type as written, its white space folded; none if it says nothing or is too long to be of use.
    pub(super) fn type_text(&self, node: u32) -> Option<String> {
        self.type_of_span(self.flat.span(node))
    }

    fn type_of_span(&self, span: Range<u32>) -> Option<String> {
        let bytes = self.flat.bytes(&span);
        if bytes.len() > limits::TYPE_BYTES_MAX {
            return None;
        }
        let text = lossless(bytes);
        let text = text.trim().trim_start_matches([':', '=']).trim();
        if text.is_empty() || self.tables.inferred.iter().any(|word| word == text) {
            return None;
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        Some(if plain { text } else { self.rewritten(text) })
    }

    /// The type as `blast/type_text.rs` reads types.
    fn rewritten(&self, mut text: String) -> String {
        for (pattern, to) in &self.tables.rewrites {
            if let std::borrow::Cow::Owned(new) = pattern.replace_all(&text, to.as_str()) {
                text = new;
            }
        }
        text.trim().to_owned()
    }

    /// The type with the arguments that stand after it.
    pub(super) fn type_with_arguments(&self, node: u32) -> Option<String> {
        let end = self.flat.get(node)?.after;
        let next = self.flat.get(end).filter(|next| self.tables.arguments.contains(&next.kind));
        let mut span = self.flat.span(node);
        span.end = next.map_or(span.end, |next| next.end);
        self.type_of_span(span)
    }

    /// An expression as a chain; none where its form says nothing.
    pub(super) fn chain(&self, node: u32) -> Option<String> {
        let (mut at, mut steps) = (node, Vec::new());
        for _ in 0..limits::CHAIN_STEPS_MAX {
            let kind = self.kind(at);
            if let Some([field, ..]) = self.tables.pass.get(&kind) {
                at = self.child(at, *field)?;
            } else if self.tables.tails.contains(&kind) {
                at = self.tail(at)?;
            } else if self.tables.values.contains(&kind) {
                at = self.named(at, 0).filter(|_| self.named(at, 1).is_none())?;
            } else if self.tables.awaits.contains(&kind) {
                steps.push("~".to_owned());
                at = self.named(at, 0)?;
            } else if let Some([field, ..]) = self.tables.casts.get(&kind) {
                return Some(joined(&format!("⟨{}⟩", self.cast(at, *field)?), steps));
            } else if let Some([field, ..]) = self.tables.creations.get(&kind) {
                let made = self.type_with_arguments(self.child(at, *field)?)?;
                return Some(joined(&format!("⟨{made}⟩"), steps));
            } else if let Some([callee, arguments, object]) = self.tables.calls.get(&kind) {
                steps.push(format!("({})", self.count(at, *arguments)));
                let callee = self.child(at, *callee)?;
                match (*object != 0).then(|| self.flat.child(at, *object)).flatten() {
                    Some(object) => {
                        steps.push(format!(".{}", self.plain(callee)?));
                        at = object;
                    }
                    None => at = callee,
                }
            } else if let Some([object, ..]) = self.tables.indexes.get(&kind) {
                steps.push("[]".to_owned());
                at = self.child(at, *object)?;
            } else if let Some((name, object)) = self.tables.members.get(&kind) {
                steps.push(self.member_step(self.flat.child(at, *name)?, *object == self.tables.path)?);
                at = self.flat.child(at, *object)?;
            } else if self.tables.literals.contains(&kind) {
                return Some(joined("⟨!⟩", steps));
            } else {
                let leaf = self.flat.get(at).is_some_and(|node| node.after == at + 1);
                let name = if leaf { self.plain(at)? } else { return None };
                let wraps = steps.len() == 1 && steps[0].starts_with('(') && self.tables.wrappers.contains(&name);
                if let Some(first) = wraps.then(|| self.wrapped(at)).flatten() {
                    steps.clear();
                    at = first;
                    continue;
                }
                let head = self.local(at).map_or(name, |local| format!("%{local}"));
                return Some(joined(&head, steps));
            }
        }
        None
    }

    /// `.name`, `::name` behind a path, `[0]` for a part that only has a number.
    pub(super) fn member_step(&self, name: u32, path: bool) -> Option<String> {
        let text = self.flat.text(name);
        if !text.is_empty() && text.len() < 3 && text.iter().all(u8::is_ascii_digit) {
            return Some(format!("[{}]", lossless(text)));
        }
        Some(format!("{}{}", if path { "::" } else { "." }, self.plain(name)?))
    }

    /// What is handed to a call that only wraps it: `Some(x)`.
    fn wrapped(&self, callee: u32) -> Option<u32> {
        let call = self.parent(callee)?;
        let [_, arguments, _] = self.tables.calls.get(&self.kind(call))?;
        self.named(self.flat.child(call, *arguments)?, 0)
    }

    /// The last expression of a block, if it ends with one.
    fn tail(&self, block: u32) -> Option<u32> {
        let last = self.flat.children(block).filter(|child| self.flat.nodes[*child as usize].named).last()?;
        let end = self.flat.text(last).last().copied();
        (end != Some(b';')).then_some(last)
    }

    fn cast(&self, node: u32, field: u16) -> Option<String> {
        let named = self.flat.children(node).filter(|child| self.flat.nodes[*child as usize].named);
        self.type_text(if field == 0 { named.last()? } else { self.flat.child(node, field)? })
    }

    fn count(&self, call: u32, field: u16) -> usize {
        let Some(arguments) = self.flat.child(call, field) else { return 0 };
        self.flat.children(arguments).filter(|child| self.flat.nodes[*child as usize].named).count()
    }

    /// Arguments of the call whose callee or type a name is.
    pub(super) fn arguments_of(&self, leaf: u32) -> Option<u8> {
        let mut at = leaf;
        for _ in 0..limits::REFERENCE_STEPS_MAX {
            let up = self.parent(at)?;
            let kind = self.kind(up);
            let place = self.tables.calls.get(&kind).or_else(|| self.tables.creations.get(&kind));
            if let Some([callee, arguments, _]) = place {
                let is_callee = *callee == self.field(at);
                return is_callee.then(|| self.count(up, *arguments).min(usize::from(u8::MAX)) as u8);
            }
            let through = self.tables.members.get(&kind).is_some_and(|(name, _)| *name == self.field(at));
            if !through && !self.tables.pass.contains_key(&kind) {
                return None;
            }
            at = up;
        }
        None
    }

    /// The chain of the callee of a call or creation.
    fn callee(&self, call: u32) -> Option<String> {
        let kind = self.kind(call);
        if let Some([field, ..]) = self.tables.creations.get(&kind) {
            return Some(format!("⟨{}⟩", self.type_with_arguments(self.child(call, *field)?)?));
        }
        let [callee, _, object] = self.tables.calls.get(&kind)?;
        let callee = self.child(call, *callee)?;
        match (*object != 0).then(|| self.flat.child(call, *object)).flatten() {
            Some(object) => Some(format!("{}.{}", self.chain(object)?, self.plain(callee)?)),
            None => self.chain(callee),
        }
    }

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
                return Some(joined(&format!("{}#{}", self.callee(call)?, self.position(at)), steps));
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
    fn owner_of_part(&self, pair: u32) -> Option<u32> {
        self.parent(pair).filter(|up| self.tables.objects.contains(&self.kind(*up)))
    }

    fn call_of(&self, arguments: u32) -> Option<u32> {
        let call = self.parent(arguments)?;
        let kind = self.kind(call);
        let place = self.tables.calls.get(&kind).or_else(|| self.tables.creations.get(&kind))?;
        (place[1] != 0 && place[1] == self.field(arguments)).then_some(call)
    }

    fn is_lambda_body(&self, lambda: u32, body: u32) -> bool {
        let parameters = self.tables.functions.get(&self.kind(lambda)).map_or(0, |place| place[0]);
        self.tables.lambdas.contains(&self.kind(lambda))
            && self.field(body) != parameters
            && !self.tables.scopes.contains(&self.kind(body))
            && self.flat.get(body).is_some_and(|node| node.named && node.field != 0)
    }

    /// The declared type at a binder, or at the one around it.
    fn declared_at(&self, binder: u32) -> Option<String> {
        let own = |node: u32| {
            let [is, ..] = self.tables.binders.get(&self.kind(node))?;
            (*is != 0).then(|| self.flat.child(node, *is)).flatten().and_then(|node| self.type_text(node))
        };
        own(binder).or_else(|| own(self.parent(binder)?))
    }

    /// The declared return type of a function.
    fn gives(&self, function: u32) -> Option<String> {
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

    fn rest_type(&self, parameter: u32) -> Option<String> {
        let rest = self.tables.rests.contains(&self.kind(parameter));
        let first = rest.then(|| self.named(parameter, 0)).flatten()?;
        self.type_text(first)
    }

    fn parameter_name(&self, parameter: u32) -> Option<String> {
        let mut inside = parameter..self.flat.get(parameter)?.after;
        let local = |at: &u32| self.locals.binary_search_by_key(at, |binding| binding.node).is_ok();
        inside.find(local).and_then(|at| self.plain(at))
    }

    fn returned_chain(&self, function: u32) -> Option<String> {
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

    fn value(&self, node: u32) -> Option<String> {
        self.chain(node).filter(|chain| !chain.starts_with("⟨!⟩"))
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
    fn pattern_type(&self, pattern: u32) -> Option<String> {
        let [is, ..] = self.tables.object_patterns.get(&self.kind(pattern))?;
        self.type_text((*is != 0).then(|| self.flat.child(pattern, *is)).flatten()?)
    }

    fn first_leaf(&self, node: u32) -> u32 {
        self.named(node, 0).unwrap_or(node)
    }

    fn is_parameter(&self, node: u32) -> bool {
        let list = self.parent(node);
        let function = list.and_then(|list| self.parent(list)).map_or(0, |function| self.kind(function));
        let parameters = self.tables.functions.get(&function).map_or(0, |place| place[0]);
        list.is_some_and(|list| parameters != 0 && self.field(list) == parameters)
    }

    /// What a binder says: its type, its value, or what it goes through.
    fn at_binder(&self, binder: u32, name: u32, steps: &[String]) -> Option<String> {
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
    fn object(&self, literal: u32) -> Option<String> {
        let named = self.flat.children(literal).filter(|child| self.flat.nodes[*child as usize].named);
        let parts: Vec<String> = named.take(limits::TYPE_PARAMETERS_MAX).filter_map(|part| self.part(part)).collect();
        let text = format!("{{{}}}", parts.join(","));
        (!parts.is_empty() && text.len() <= limits::TYPE_BYTES_MAX).then_some(text)
    }

    /// One part of a literal: a key with its value, or a name that is both.
    fn part(&self, part: u32) -> Option<String> {
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
    fn parameter_type(&self, at: u32, up: u32, steps: Vec<String>) -> Option<String> {
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
                && let Some(is) = self.at_binder(at, at, &[])
            {
                found.push((at, name, is));
            }
        }
        found
    }

    fn own_field(&self, member: u32) -> Option<String> {
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

    /// The ways in which a type without a name for it can be called, as one type.
    fn signatures(&self, node: u32) -> Option<String> {
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
    fn clause_bounds(&self, node: u32) -> Vec<String> {
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

    /// `Name#0` of a tag, whose attributes are the parts of its one argument.
    fn tag(&self, node: u32) -> Option<String> {
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
    fn held(&self, node: u32, holder: u16, field: u16) -> Option<String> {
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

/// A head and its steps, which were found from the end to the beginning.
fn joined(head: &str, mut steps: Vec<String>) -> String {
    steps.reverse();
    let text = format!("{head}{}", steps.concat());
    if text.len() > limits::TYPE_BYTES_MAX { "⟨!⟩".to_owned() } else { text }
}

/// One shared text for equal types.
pub(super) fn shared(known: &mut FxHashMap<String, Arc<str>>, text: &str) -> Arc<str> {
    if let Some(text) = known.get(text) {
        return text.clone();
    }
    let made: Arc<str> = Arc::from(text);
    known.insert(text.to_owned(), made.clone());
    made
}
