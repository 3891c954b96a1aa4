//! `types.toml` of a language: which nodes say something about the type of a name. With it, expressions become *chains*
//! and names get *types*, both as short texts that the graph reads later (see `blast/types.rs`); nothing is looked up
//! here. A language without the file has no types, and its receivers are plain paths.
//!
//! A chain is a head and steps: `cart`, `%3` (a local, by number), `⟨Cart<Line>⟩` (a value of that type, `⟨?Cart⟩` because it was
//! tested), then `.name`,
//! `(2)` (called with two arguments), `[]` (an element), `~` (awaited), `#1` (the parameter at 1 of what it is). A type
//! is as written, `(a:A,...b:B)=>R` for anything that is called, or `=chain` for the type of an expression.

use super::narrowing::{Narrowing, NarrowingRules};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;
use std::sync::OnceLock;

pub(super) type Map<V> = HashMap<u16, V, BuildHasherDefault<rustc_hash::FxHasher>>;
pub(super) type Set = HashSet<u16, BuildHasherDefault<rustc_hash::FxHasher>>;

/// What is known of the types in one text, for one entity: index for index with `Outline::entities`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The type of a value, what a function takes and gives, what an alias stands for.
    pub is: Option<std::sync::Arc<str>>,
    /// `<T extends X = Y, U>`
    pub generics: Option<std::sync::Arc<str>>,
    /// The supertypes with their arguments.
    pub heritage: Vec<std::sync::Arc<str>>,
}

/// What bare tokens say about a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenType {
    /// The bytes of its type.
    Is(std::ops::Range<u32>),
    /// The last token of its value.
    Value(u32),
    Unknown,
}

/// A name that is bound inside a function, and what is known of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Local {
    pub name: std::sync::Arc<str>,
    pub owner: Option<u32>,
    pub is: Option<std::sync::Arc<str>>,
}

/// The file as written; a place is `kind.field...`, an empty field stands for the first child.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Rules {
    /// Nodes that end the life of names inside them.
    scopes: Vec<String>,
    /// Functions without a name of their own.
    lambdas: Vec<String>,
    /// `kind.parameters.returns`
    functions: Vec<String>,
    /// `kind.type.value.each`: what binds a name.
    binders: Vec<String>,
    /// Binders whose value is their last child.
    loose: Vec<String>,
    /// Parameters that take any number of arguments.
    rests: Vec<String>,
    /// `kind.callee.arguments.object`
    calls: Vec<String>,
    /// `kind.type.arguments`
    creations: Vec<String>,
    /// `kind.field`: the value is that of the field.
    pass: Vec<String>,
    /// `kind.type`; without a field, the type is the last child.
    casts: Vec<String>,
    awaits: Vec<String>,
    /// `kind.object`
    indexes: Vec<String>,
    returns: Vec<String>,
    /// `kind.value`: what a name for a type stands for.
    aliases: Vec<String>,
    /// `kind.type`: a type of its own that is made of one of the kinds of `underlying_types`, and has and gives out what
    /// that does.
    underlying: Vec<String>,
    underlying_types: Vec<String>,
    /// Literals with named parts, the parts (`kind.key.value`), lists.
    objects: Vec<String>,
    pairs: Vec<String>,
    lists: Vec<String>,
    /// Patterns that take named parts or elements, their parts, and defaults (`kind.left`).
    object_patterns: Vec<String>,
    pair_patterns: Vec<String>,
    list_patterns: Vec<String>,
    defaults: Vec<String>,
    /// `kind.left.right`
    assignments: Vec<String>,
    /// `kind.holder.field`: a name in `kind` is a member of what stands in `field` of the `holder` around it.
    members_of: Vec<String>,
    /// Values whose type is not of the repository.
    literals: Vec<String>,
    /// Words that stand where a type could and say nothing.
    inferred: Vec<String>,
    /// Nodes after a type that hold its arguments.
    arguments: Vec<String>,
    /// The member that an annotation with one unnamed argument sets.
    single: Option<String>,
    /// Words before functions that are used like values.
    getters: Vec<String>,
    /// Functions without a name inside a type: it can be called like them.
    signatures: Vec<String>,
    /// `kind.name`: nodes that call what they name with their parts as one argument.
    tags: Vec<String>,
    /// Lists of parameters that are types only, and what makes a value of the type around it when it is called.
    positional: Vec<String>,
    makers: Vec<String>,
    /// Parameters that no argument is given for, and names that are never locals: `self`.
    receivers: Vec<String>,
    selves: Vec<String>,
    /// `kind.holder.field`: a pattern in `kind` takes apart what stands in `field` of the `holder` around it.
    arms: Vec<String>,
    /// Blocks whose last expression is their value.
    tails: Vec<String>,
    /// Patterns for the elements of a list.
    each_patterns: Vec<String>,
    /// `kind.type`: patterns that take a call of what they name apart, and names whose call adds nothing.
    maker_patterns: Vec<String>,
    wrappers: Vec<String>,
    /// Nodes around definitions that hold type parameters for them, and `kind.left.bounds` of clauses.
    generic_regions: Vec<String>,
    bounds: Vec<String>,
    /// Nodes whose first child is entered, and gives the name in them what entering gives.
    contexts: Vec<String>,
    /// Lists of values of which each goes to the name at its place; a single one is taken apart.
    values: Vec<String>,
    /// Tests that tell the type of a name.
    narrowing: NarrowingRules,
    /// Regular expressions and what replaces them, in order: they make types of the language look as `type_text` reads
    /// them.
    rewrites: Vec<(String, String)>,
}

/// The tables, by node kind.
#[derive(Debug, Default)]
pub(super) struct TypeTables {
    pub scopes: Set,
    pub lambdas: Set,
    pub functions: Map<[u16; 3]>,
    pub binders: Map<[u16; 3]>,
    pub loose: Set,
    pub rests: Set,
    pub calls: Map<[u16; 3]>,
    pub creations: Map<[u16; 3]>,
    pub pass: Map<[u16; 3]>,
    pub casts: Map<[u16; 3]>,
    pub awaits: Set,
    pub indexes: Map<[u16; 3]>,
    pub returns: Set,
    pub aliases: Map<[u16; 3]>,
    pub underlying: Map<[u16; 3]>,
    pub underlying_types: Set,
    pub objects: Set,
    pub pairs: Map<[u16; 3]>,
    pub lists: Set,
    pub object_patterns: Map<[u16; 3]>,
    pub pair_patterns: Map<[u16; 3]>,
    pub list_patterns: Set,
    pub defaults: Map<[u16; 3]>,
    pub assignments: Map<[u16; 3]>,
    /// (kind of the parent, kind of the holder, field of the holder)
    pub members_of: Vec<(u16, u16, u16)>,
    pub literals: Set,
    pub arguments: Set,
    pub tags: Map<[u16; 3]>,
    pub signatures: Set,
    /// The field of bodies.
    pub body: u16,
    pub positional: Set,
    pub makers: Set,
    pub receivers: Set,
    pub tails: Set,
    pub each_patterns: Set,
    pub maker_patterns: Map<[u16; 3]>,
    pub generic_regions: Set,
    pub bounds: Map<[u16; 3]>,
    pub contexts: Set,
    pub values: Set,
    /// As `members_of`.
    pub arms: Vec<(u16, u16, u16)>,
    pub selves: Vec<String>,
    pub wrappers: Vec<String>,
    pub narrowing: Narrowing,
    pub rewrites: Vec<Rewrite>,
    /// The field of what stands before `::`.
    pub path: u16,
    pub inferred: Vec<String>,
    pub single: Option<String>,
    pub getters: Vec<String>,
    /// The field of type parameters.
    pub generics: u16,
    /// Kind of a member expression to (field of the name, field of the object).
    pub members: Map<(u16, u16)>,
}

/// Makes a type of the language look as `type_text` reads types.
#[derive(Debug)]
pub(super) struct Rewrite {
    pattern: String,
    /// Compiled at its first use: a patch without a repository needs none. A test of the suite compiles all of them.
    compiled: OnceLock<Result<regex::Regex, String>>,
    to: String,
}

impl Rewrite {
    fn compiled(&self) -> &Result<regex::Regex, String> {
        self.compiled.get_or_init(|| regex::Regex::new(&self.pattern).map_err(|error| error.to_string()))
    }

    pub fn apply(&self, text: String) -> String {
        let Ok(regex) = self.compiled() else { return text };
        match regex.replace_all(&text, self.to.as_str()) {
            Cow::Owned(new) => new,
            Cow::Borrowed(_) => text,
        }
    }
}

impl TypeTables {
    /// The first expression that does not compile, if any.
    #[cfg(test)]
    pub fn broken_expression(&self) -> Option<&str> {
        self.rewrites.iter().find_map(|rewrite| rewrite.compiled().as_ref().err().map(String::as_str))
    }

    /// Reads the files of a language, its own and the one it shares; none if there is neither.
    pub(super) fn read(grammar: &tree_sitter::Language, texts: &[(String, &str)]) -> Result<Option<Self>, String> {
        if texts.is_empty() {
            return Ok(None);
        }
        let generics = grammar.field_id_for_name("type_parameters").map_or(0, |id| id.get());
        let body = grammar.field_id_for_name("body").map_or(0, |id| id.get());
        let path = grammar.field_id_for_name("path").map_or(0, |id| id.get());
        let mut all = Self { generics, body, path, ..Self::default() };
        for (file, text) in texts {
            let rules = crate::data::parse::<Rules>(file, text).map_err(|error| error.to_string())?;
            all.add(grammar, &rules)?;
        }
        Ok(Some(all))
    }

    fn add(&mut self, grammar: &tree_sitter::Language, rules: &Rules) -> Result<(), String> {
        let sets: [(&mut Set, &[String]); 19] = [
            (&mut self.scopes, &rules.scopes),
            (&mut self.lambdas, &rules.lambdas),
            (&mut self.underlying_types, &rules.underlying_types),
            (&mut self.loose, &rules.loose),
            (&mut self.rests, &rules.rests),
            (&mut self.awaits, &rules.awaits),
            (&mut self.returns, &rules.returns),
            (&mut self.objects, &rules.objects),
            (&mut self.lists, &rules.lists),
            (&mut self.positional, &rules.positional),
            (&mut self.makers, &rules.makers),
            (&mut self.receivers, &rules.receivers),
            (&mut self.tails, &rules.tails),
            (&mut self.each_patterns, &rules.each_patterns),
            (&mut self.generic_regions, &rules.generic_regions),
            (&mut self.contexts, &rules.contexts),
            (&mut self.values, &rules.values),
            (&mut self.list_patterns, &rules.list_patterns),
            (&mut self.literals, &rules.literals),
        ];
        for (set, names) in sets {
            for name in names {
                set.extend(kinds(grammar, name)?);
            }
        }
        for name in &rules.arguments {
            self.arguments.extend(kinds(grammar, name)?);
        }
        for name in &rules.signatures {
            self.signatures.extend(kinds(grammar, name)?);
        }
        let maps: [(&mut Map<[u16; 3]>, &[String]); 15] = [
            (&mut self.functions, &rules.functions),
            (&mut self.binders, &rules.binders),
            (&mut self.calls, &rules.calls),
            (&mut self.creations, &rules.creations),
            (&mut self.pass, &rules.pass),
            (&mut self.casts, &rules.casts),
            (&mut self.indexes, &rules.indexes),
            (&mut self.aliases, &rules.aliases),
            (&mut self.underlying, &rules.underlying),
            (&mut self.pairs, &rules.pairs),
            (&mut self.pair_patterns, &rules.pair_patterns),
            (&mut self.defaults, &rules.defaults),
            (&mut self.object_patterns, &rules.object_patterns),
            (&mut self.maker_patterns, &rules.maker_patterns),
            (&mut self.bounds, &rules.bounds),
        ];
        for (map, places) in maps {
            for place in places {
                map.extend(fields(grammar, place)?);
            }
        }
        for place in &rules.assignments {
            self.assignments.extend(fields(grammar, place)?);
        }
        for place in &rules.tags {
            self.tags.extend(fields(grammar, place)?);
        }
        for (list, places) in [(&mut self.members_of, &rules.members_of), (&mut self.arms, &rules.arms)] {
            for place in places {
                let mut parts = place.splitn(2, '.');
                let inner = kinds(grammar, parts.next().unwrap_or_default())?;
                for (holder, [field, ..]) in fields(grammar, parts.next().unwrap_or_default())? {
                    list.extend(inner.iter().map(|inner| (*inner, holder, field)));
                }
            }
        }
        self.narrowing.add(grammar, &rules.narrowing)?;
        for (pattern, to) in &rules.rewrites {
            self.rewrites.push(Rewrite { pattern: pattern.clone(), compiled: OnceLock::new(), to: to.clone() });
        }
        self.selves.extend(rules.selves.iter().cloned());
        self.wrappers.extend(rules.wrappers.iter().cloned());
        self.inferred.extend(rules.inferred.iter().cloned());
        self.single = self.single.take().or_else(|| rules.single.clone());
        self.getters.extend(rules.getters.iter().cloned());
        Ok(())
    }
}

pub(super) fn kinds(grammar: &tree_sitter::Language, name: &str) -> Result<Vec<u16>, String> {
    let all = 0..grammar.node_kind_count() as u16;
    let found: Vec<u16> = all.filter(|id| grammar.node_kind_for_id(*id) == Some(name)).collect();
    if found.is_empty() { Err(format!("unknown node kind `{name}`")) } else { Ok(found) }
}

/// A place with up to three fields; 0 for one that is left out.
pub(super) fn fields(grammar: &tree_sitter::Language, place: &str) -> Result<Vec<(u16, [u16; 3])>, String> {
    let mut parts = place.split('.');
    let kinds = kinds(grammar, parts.next().unwrap_or_default())?;
    let mut ids = [0; 3];
    for (slot, name) in ids.iter_mut().zip(parts.by_ref()) {
        if !name.is_empty() {
            *slot = grammar.field_id_for_name(name).map(|id| id.get()).ok_or(format!("unknown field in `{place}`"))?;
        }
    }
    Ok(kinds.into_iter().map(|kind| (kind, ids)).collect())
}
