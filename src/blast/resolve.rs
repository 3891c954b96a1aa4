//! From a mention to the definitions it means, with a tier and a reason. The order is that of the languages: the scopes
//! around the mention, what the file imports by name, what stands beside it in its package, wildcards; then paths through
//! modules and types; then, where the receiver is unknown, what fits. A name that an import shows to come from outside
//! the repository means nothing here. Types of variables are not inferred, only guessed from names in `receiver.rs`.

use super::Tier;
use super::blob::{Definition, Mention, Receiver};
use super::index::{Def, Graph};
use super::names::Name;
use super::typed::Typing;
use crate::limits::GRAPH_POSSIBLE_DEFINITIONS_MAX;
use crate::syntax::ReferenceKind;
use rustc_hash::FxHashSet;
use std::sync::OnceLock;

/// Why a mention is thought to mean a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Reason {
    Scope,
    Import,
    Package,
    Path,
    OwnMember,
    Constructor,
    ReExport,
    Wildcard,
    Overloads,
    Inherited,
    Typed,
    Element,
    ReceiverName,
    OnlyVisible,
    Dispatch,
    NameOnly,
    SideEffect,
}

impl Reason {
    /// A clause for people.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Scope => "in the same file",
            Self::Import => "imported by name",
            Self::Package => "in the same package",
            Self::Path => "named through its module or type",
            Self::OwnMember => "a member of its own type",
            Self::Constructor => "constructs it",
            Self::ReExport => "imported and not used by name",
            Self::Wildcard => "imported with a wildcard",
            Self::Overloads => "one of several overloads",
            Self::Inherited => "inherited",
            Self::Typed => "a member of the declared type",
            Self::Element => "a member of what a container most likely holds",
            Self::ReceiverName => "the receiver is named like its type",
            Self::OnlyVisible => "the only visible type with that member",
            Self::Dispatch => "through the type it implements or extends",
            Self::NameOnly => "by name only",
            Self::SideEffect => "imports the file without naming anything",
        }
    }
}

/// What a name or a path stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Target {
    Def(Def),
    /// A module, named by its first file.
    Module(u32),
}

/// The meaning of one mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) tier: Tier,
    pub(super) reason: Reason,
    /// Never empty.
    pub(super) targets: Vec<Def>,
}

/// The outcome of a look-up.
#[derive(Debug)]
pub(super) enum Found {
    Targets(Reason, Vec<Target>),
    /// Known to come from outside the repository.
    Outside,
    Unknown,
}

/// A name to look for: its text, and its number if any file of the graph has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key<'a> {
    pub(super) text: &'a str,
    pub(super) name: Option<Name>,
}

/// Guards look-ups that lead to look-ups: re-exports can be circular.
#[derive(Debug, Default)]
pub(super) struct Visit {
    pub(super) seen: FxHashSet<(u32, u32, u32)>,
    pub(super) depth: usize,
}

/// What one import of a file means, once it was asked for.
pub(super) type Settled = OnceLock<Box<[Target]>>;

/// Answers for one graph. Import targets are kept once they are known.
#[derive(Debug)]
pub(super) struct Resolver<'g> {
    pub(super) graph: &'g Graph,
    pub(super) bindings: Vec<Box<[Settled]>>,
}

impl<'g> Resolver<'g> {
    pub(super) fn new(graph: &'g Graph) -> Self {
        let slots = |count: usize| (0..count).map(|_| OnceLock::new()).collect();
        let bindings = graph.files.iter().map(|file| slots(file.blob.bindings.len())).collect();
        Self { graph, bindings }
    }

    pub(super) fn definition(&self, def: Def) -> &'g Definition {
        &self.graph.files[def.file as usize].blob.definitions[def.index as usize]
    }

    pub(super) fn key(&self, name: Name) -> Key<'g> {
        Key { text: self.graph.names.text(name), name: Some(name) }
    }

    pub(super) fn key_of<'a>(&self, text: &'a str) -> Key<'a> {
        Key { text, name: self.graph.names.get(text) }
    }

    /// What a mention in a file means; none if it means nothing in this repository, or too much.
    pub(super) fn resolve(&self, file: u32, mention: &Mention) -> Option<Answer> {
        let answer = match mention.receiver {
            Receiver::None => self.bare_mention(file, mention),
            Receiver::Path(path) => self.path_mention(file, mention, path),
            Receiver::Chain(chain) => self.chain_mention(file, mention, chain),
            Receiver::Other => self.member_mention(file, mention, None),
        };
        answer.filter(|answer| !answer.targets.is_empty())
    }

    pub(super) fn bare_mention(&self, file: u32, mention: &Mention) -> Option<Answer> {
        match self.bare(file, mention.owner, self.key(mention.name), &mut Visit::default()) {
            Found::Targets(reason, targets) => {
                let defs = self.definitions(file, mention.name, &targets, mention.kind);
                let defs = self.fitting(defs, mention.arguments);
                // a name that is bound to something else here does not mean a namesake elsewhere
                Some(self.graded(reason, defs))
            }
            Found::Outside => None,
            Found::Unknown => self.by_name(file, mention, |definition| definition.container.is_none()),
        }
    }

    pub(super) fn path_mention(&self, file: u32, mention: &Mention, path: Name) -> Option<Answer> {
        let path = self.graph.names.text(path).as_ref();
        let key = self.key(mention.name);
        if is_self(path)
            && let Some((reason, defs)) = self.own_member(file, mention.owner, key, path.starts_with("super"))
        {
            return Some(self.graded(reason, defs));
        }
        match self.path(file, mention.owner, path) {
            Found::Targets(_, scopes) => {
                let mut targets: Vec<Target> = Vec::new();
                for scope in scopes {
                    targets.extend(self.lookup(scope, key, &mut Visit::default()));
                }
                let defs = self.definitions(file, mention.name, &targets, mention.kind);
                Some(self.graded(Reason::Path, defs))
            }
            Found::Outside => None,
            Found::Unknown => match self.typed_mention(file, mention, path) {
                Typing::Means(answer) => Some(answer),
                Typing::Outside => None,
                Typing::Unknown => self.member_mention(file, mention, last_segment(path)),
            },
        }
    }

    fn chain_mention(&self, file: u32, mention: &Mention, chain: Name) -> Option<Answer> {
        let chain = self.graph.names.text(chain);
        match self.typed_mention(file, mention, chain) {
            Typing::Means(answer) => Some(answer),
            Typing::Outside => None,
            Typing::Unknown => self.member_mention(file, mention, self.chain_name(file, chain)),
        }
    }

    /// The last name of a chain: of a local, what it is called.
    fn chain_name<'c>(&'c self, file: u32, chain: &'c str) -> Option<&'c str> {
        if let Some(local) = chain.strip_prefix('%').and_then(|number| number.parse::<usize>().ok()) {
            let local = self.graph.file(file).blob.locals.get(local)?;
            return Some(self.graph.names.text(local.name));
        }
        let (_, last) = chain.rsplit_once('.')?;
        last.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(last)
    }

    /// Definitions among targets that fit the kind of mention; a module stands for what it exports by default.
    pub(super) fn definitions(&self, file: u32, name: Name, targets: &[Target], kind: ReferenceKind) -> Vec<Def> {
        let mut defs = Vec::new();
        for target in targets {
            match target {
                Target::Def(def) if fits(kind, self.definition(*def)) => defs.push(*def),
                Target::Def(_) => {}
                Target::Module(module) if *module != file => {
                    defs.extend(self.default_export(*module, self.key(name)).filter(|def| self.is_default(*def, name)));
                }
                Target::Module(_) => {}
            }
        }
        defs.sort_unstable();
        defs.dedup();
        defs
    }

    pub(super) fn is_default(&self, def: Def, name: Name) -> bool {
        self.definition(def).name == name
    }

    /// Several definitions behind one name are overloads or variants: which one is meant is not known.
    pub(super) fn graded(&self, reason: Reason, targets: Vec<Def>) -> Answer {
        let types = targets.iter().filter(|def| self.definition(**def).is_type()).count();
        let (tier, reason) = match reason {
            Reason::Wildcard | Reason::ReceiverName | Reason::OnlyVisible | Reason::Inherited => (Tier::Likely, reason),
            Reason::NameOnly => (Tier::Possible, reason),
            _ if targets.len() > 1 && types != 1 => (Tier::Likely, Reason::Overloads),
            _ => (Tier::Exact, reason),
        };
        Answer { tier, reason, targets }
    }

    /// All definitions of the name that fit, if they are few.
    pub(super) fn by_name(&self, file: u32, mention: &Mention, fit: impl Fn(&Definition) -> bool) -> Option<Answer> {
        let family = self.graph.file(file).blob.family;
        let fits = |def: &&Def| {
            let definition = self.definition(**def);
            fit(definition)
                && fits(mention.kind, definition)
                && self.graph.file(def.file).blob.family == family
                && self.ships(file, mention, **def)
        };
        let mut found = self.graph.defined.of(mention.name).iter().filter(fits);
        let targets: Vec<Def> = found.by_ref().take(GRAPH_POSSIBLE_DEFINITIONS_MAX).copied().collect();
        let few = found.next().is_none();
        few.then_some(Answer { tier: Tier::Possible, reason: Reason::NameOnly, targets })
    }
}

/// Not inside anything, and not a method written apart from its type.
pub(super) fn is_top_level(definition: &Definition) -> bool {
    definition.container.is_none() && definition.scope.is_none()
}

/// A type position does not mean a function.
pub(super) fn fits(kind: ReferenceKind, definition: &Definition) -> bool {
    kind != ReferenceKind::Type || !definition.is_callable()
}

pub(super) fn is_self(path: &str) -> bool {
    matches!(path, "self" | "this" | "cls" | "Self" | "super" | "super()")
}

/// A name without case and underscores: `cart_service` and `CartService` are alike.
pub(super) fn normal(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

pub(super) fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split(['.', ':', '?', '!']).filter(|part| !part.is_empty())
}

pub(super) fn segment_end(path: &str) -> usize {
    path.find(['.', ':', '?', '!']).unwrap_or(path.len())
}

pub(super) fn last_segment(path: &str) -> Option<&str> {
    segments(path).last()
}
