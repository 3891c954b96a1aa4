//! From a mention to the definitions it means, with a tier and a reason. The order is that of the languages: the scopes
//! around the mention, what the file imports by name, what stands beside it in its package, wildcards; then paths through
//! modules and types; then, where the receiver is unknown, what fits. A name that an import shows to come from outside
//! the repository means nothing here. Types of variables are not inferred, only guessed from names in `receiver.rs`.

use super::Tier;
use super::blob::{Definition, Mention, Receiver};
use super::families::Strangers;
use super::index::{Def, Graph};
use super::names::Name;
use crate::limits::GRAPH_POSSIBLE_DEFINITIONS_MAX;
use crate::syntax::ReferenceKind;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, OnceLock, RwLock};

/// Why a mention is thought to mean a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Reason {
    Scope,
    Included,
    Module,
    Ambient,
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
    Tested,
    Element,
    ReceiverName,
    OnlyVisible,
    Linked,
    Extension,
    Dispatch,
    NameOnly,
    SideEffect,
    Key,
    External,
}

impl Reason {
    /// A clause for people.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Scope => "in the same file",
            Self::Included => "in a file that is included",
            Self::Module => "in the module around it",
            Self::Ambient => "declared for every file",
            Self::Extension => "a function that extends what it is called on",
            Self::Linked => "the only one of that name that can be linked",
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
            Self::Tested => "a member of the type that it is tested for",
            Self::Element => "a member of what a container most likely holds",
            Self::ReceiverName => "the receiver is named like its type",
            Self::OnlyVisible => "the only visible type with that member",
            Self::Dispatch => "through the type it implements or extends",
            Self::NameOnly => "by name only",
            Self::Key => "reads the key",
            Self::External => "imports the dependency",
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

/// What types say about a mention.
#[derive(Debug)]
pub(super) enum Typing {
    Means(Answer),
    /// The type is known, and it is none of the repository's.
    Outside,
    /// The type is known, is one of the repository's, and has no such member there.
    Absent,
    Unknown,
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

/// A name that an import binds, and the place of the import in its file.
pub(super) type BoundName = (Name, u32);

/// A name inside the modules and types of a path, in one family.
pub(super) type Inside = (&'static str, Box<[Name]>, Name);

/// Answers for one graph. Import targets are kept once they are known.
#[derive(Debug)]
pub(super) struct Resolver<'g> {
    pub(super) graph: &'g Graph,
    pub(super) bindings: Vec<Box<[Settled]>>,
    /// Files that each file imports from, once they were asked for.
    known: Vec<OnceLock<FxHashSet<u32>>>,
    /// What stands inside open modules, by family, path and name.
    pub(super) opened: RwLock<FxHashMap<Inside, Arc<[Def]>>>,
    /// Files whose text each file includes, its own left out.
    pub(super) included: Vec<OnceLock<FxHashSet<u32>>>,
    /// Of each file: the names that its imports bind, sorted, with the place of the import.
    pub(super) bound: Vec<OnceLock<Box<[BoundName]>>>,
}

/// One empty slot for each file.
fn slots_of(graph: &Graph) -> Vec<OnceLock<FxHashSet<u32>>> {
    graph.files.iter().map(|_| OnceLock::new()).collect()
}

impl<'g> Resolver<'g> {
    pub(super) fn new(graph: &'g Graph) -> Self {
        let slots = |count: usize| (0..count).map(|_| OnceLock::new()).collect();
        let bindings = graph.files.iter().map(|file| slots(file.blob.bindings.len())).collect();
        let (known, included) = (slots_of(graph), slots_of(graph));
        let bound = graph.files.iter().map(|_| OnceLock::new()).collect();
        Self { graph, bindings, known, included, bound, opened: RwLock::default() }
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
        let answer = answer.filter(|answer| !answer.targets.is_empty())?;
        Some(if self.is_textual(file) { self.with_definitions(answer) } else { answer })
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
            Found::Unknown => match self.tag(file, mention) {
                Some(answer) => Some(answer),
                // where every name has to be bound, it is of the language itself, or made by a macro
                None if self.binds_names(file) => None,
                None => self.by_name(file, mention, |def| self.definition(def).container.is_none()),
            },
        }
    }

    /// A tag that nothing here defines is one of those that the family's ambient type lists.
    fn tag(&self, file: u32, mention: &Mention) -> Option<Answer> {
        let ambient = self.graph.family(file)?.ambient_tags()?;
        // where arguments are counted, what is called without a count is a tag
        let is_tag = mention.kind == ReferenceKind::Call && mention.arguments.is_none();
        let lists = self.graph.names.get(ambient).filter(|_| is_tag)?;
        let key = self.key(mention.name);
        let all = self.graph.defined.of(lists).iter().filter(|def| self.definition(**def).is_type());
        let mut targets: Vec<Def> = all.flat_map(|def| self.own_members(*def, key)).collect();
        targets.sort_unstable();
        targets.dedup();
        (!targets.is_empty()).then_some(Answer { tier: Tier::Likely, reason: Reason::Typed, targets })
    }

    pub(super) fn path_mention(&self, file: u32, mention: &Mention, name: Name) -> Option<Answer> {
        let path = self.graph.names.text(name).as_ref();
        let key = self.key(mention.name);
        if let Some(inherited_only) = self.own_word(file, path)
            && let Some((reason, defs)) = self.own_member(file, mention.owner, key, inherited_only)
        {
            return Some(self.graded(reason, defs));
        }
        match self.path(file, mention.owner, path) {
            Found::Targets(_, scopes) => {
                let mut targets: Vec<Target> = Vec::new();
                for scope in &scopes {
                    targets.extend(self.lookup(*scope, key, &mut Visit::default()));
                }
                let mut reason = Reason::Path;
                let maker = self.graph.family(file).and_then(|family| family.maker());
                if targets.is_empty() && maker == Some(key.text) {
                    reason = Reason::Constructor;
                    let types = self.types(Found::Targets(reason, scopes)).into_iter();
                    targets = types.flat_map(|of| self.constructors(of)).map(Target::Def).collect();
                }
                let defs = self.definitions(file, mention.name, &targets, mention.kind);
                Some(self.graded(reason, defs))
            }
            Found::Outside => None,
            Found::Unknown => match self.typed_mention(file, mention, name) {
                Typing::Means(answer) => Some(answer),
                _ if let Some(answer) = self.part_of_value(file, mention, path) => Some(answer),
                Typing::Outside => None,
                Typing::Absent => self.absent(file, mention),
                Typing::Unknown => self.member_mention(file, mention, last_segment(path)),
            },
        }
    }

    /// A member that a type of the repository does not have: of something that wraps it, or added from elsewhere.
    fn absent(&self, file: u32, mention: &Mention) -> Option<Answer> {
        if let Some(answer) = self.extension(file, mention) {
            return Some(answer);
        }
        if super::everyday::is_everyday(self.graph.names.text(mention.name)) {
            return None;
        }
        match self.graph.family(file)?.strangers() {
            Strangers::None => None,
            Strangers::Lent => self.by_name(file, mention, |def| self.is_lent(def)),
            Strangers::Forwarded(_) | Strangers::Any => self.by_name(file, mention, |def| !self.stands_alone(def)),
        }
    }

    fn chain_mention(&self, file: u32, mention: &Mention, chain: Name) -> Option<Answer> {
        match self.typed_mention(file, mention, chain) {
            Typing::Means(answer) => Some(answer),
            Typing::Outside => None,
            Typing::Absent => self.absent(file, mention),
            Typing::Unknown => self.member_mention(file, mention, self.chain_name(file, self.graph.names.text(chain))),
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
                Target::Def(def) if fits(kind, self.definition(*def)) && self.is_something(*def) => defs.push(*def),
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
            Reason::Wildcard | Reason::ReceiverName | Reason::OnlyVisible | Reason::Inherited | Reason::Linked => {
                (Tier::Likely, reason)
            }
            Reason::NameOnly => (Tier::Possible, reason),
            _ if targets.len() > 1 && types != 1 => (Tier::Likely, Reason::Overloads),
            _ => (Tier::Exact, reason),
        };
        Answer { tier, reason, targets }
    }

    /// All definitions of the name that fit, if they are few.
    pub(super) fn by_name(&self, file: u32, mention: &Mention, fit: impl Fn(Def) -> bool) -> Option<Answer> {
        let family = self.graph.file(file).blob.family;
        let fits = |def: &&Def| {
            fit(**def)
                && fits(mention.kind, self.definition(**def))
                && self.graph.file(def.file).blob.family == family
                && self.ships(file, mention, **def)
                && self.can_be_called(mention, **def)
                && self.is_near(file, mention, **def)
        };
        let mut found = self.graph.defined.of(mention.name).iter().filter(fits);
        let targets: Vec<Def> = found.by_ref().take(GRAPH_POSSIBLE_DEFINITIONS_MAX).copied().collect();
        let few = found.next().is_none();
        few.then_some(Answer { tier: Tier::Possible, reason: Reason::NameOnly, targets })
    }
}

impl Resolver<'_> {
    /// Whether a word means the object or type around a place, and whether only what that inherits.
    pub(super) fn own_word(&self, file: u32, word: &str) -> Option<bool> {
        let words = self.graph.family(file)?.own_words();
        words.iter().find(|(own, _)| *own == word).map(|(_, inherited_only)| *inherited_only)
    }

    /// True if a file knows of the file of a definition: it imports from it, or from one that does where nothing else has
    /// the name. Of members with everyday names, the definition around the mention has to name their type, and types must
    /// not be written down: those of the repository would be known.
    fn is_near(&self, file: u32, mention: &Mention, def: Def) -> bool {
        let module = |at: u32| self.graph.module_of[at as usize];
        let name = self.definition(def).name;
        let everyday = super::everyday::is_everyday(self.graph.names.text(name));
        if everyday && let Some(type_name) = self.type_name(def) {
            // where types are written down, those of the repository are known: what is left is of others
            let typed =
                |family: &dyn super::families::Family| matches!(family.strangers(), Strangers::None | Strangers::Lent);
            return !self.graph.family(file).is_some_and(typed)
                && self.is_named_around(file, mention.owner, type_name)
                && self.can_mean(file, mention.owner, type_name, self.owning_type(def));
        }
        if def.file == file {
            return true;
        }
        let knows = |from: u32| {
            let known = self.known_files(from);
            module(from) == module(def.file) || known.contains(&def.file) || known.contains(&module(def.file))
        };
        if knows(file) {
            return true;
        }
        let only = self.graph.defined.of(name).len() == 1;
        only && !everyday && self.known_files(file).iter().any(|middle| knows(*middle))
    }

    /// Files that the imports of a file lead to.
    pub(super) fn known_files(&self, file: u32) -> &FxHashSet<u32> {
        if self.is_textual(file) {
            return self.included_files(file);
        }
        self.known[file as usize].get_or_init(|| {
            let bindings = self.graph.file(file).blob.bindings.len();
            let targets = (0..bindings).flat_map(|at| self.binding(file, at, &mut Visit::default()));
            let place = |target| match target {
                Target::Def(def) => def.file,
                Target::Module(module) => module,
            };
            targets.map(place).collect()
        })
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

/// A name without case and underscores: `cart_service` and `CartService` are alike.
pub(super) fn normal(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

pub(super) fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split(['.', ':', '?', '!', '\\']).filter(|part| !part.is_empty())
}

pub(super) fn segment_end(path: &str) -> usize {
    path.find(['.', ':', '?', '!', '\\']).unwrap_or(path.len())
}

pub(super) fn last_segment(path: &str) -> Option<&str> {
    segments(path).last()
}
