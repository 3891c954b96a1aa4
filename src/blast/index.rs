//! The graph of one snapshot, up to the point where questions begin: which files there are, what each defines and mentions,
//! which package and module it belongs to, and where every name is defined and mentioned. Edges are not stored: `resolve`
//! answers for one mention at a time, and only those are asked that can touch the change, so the cost of a change does
//! not grow with the repository once its files are read.

use super::blob::{Blob, Bound, Draft};
use super::families::{self, Family, Modules, Shape, Source, Tree};
use super::kept::{self, Kept};
use super::names::{Name, Names, Postings};
use super::packages::Packages;
use crate::gap::{Gap, GapKind};
use crate::input::{Oid, Snapshot, TreeEntry};
use crate::location::RepoPath;
use crate::roles::{Role, Roles, roles};
use crate::syntax::{Languages, Outlines, Text, graph_outline};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Bytes from the top of a file in which a marker for generated code is looked for.
const HEAD_BYTES: usize = 4_096;
/// Files that are outlined before their names are numbered (files): what waits for that is large.
const READ_FILES: usize = 128;
/// Files that the cache is asked for at once (files): opening it costs more than many answers.
const ASKED_FILES: usize = 2_048;
/// Names out of use that graphs built from each other carry along, besides as many as they began with (names).
const NAMES_STALE_MAX: usize = 50_000;

/// One source file.
#[derive(Clone, Debug)]
pub(super) struct GraphFile {
    pub(super) path: RepoPath,
    pub(super) text: Arc<str>,
    pub(super) roles: Roles,
    pub(super) oid: Oid,
    pub(super) blob: Arc<Blob>,
    pub(super) package: Option<usize>,
    /// The family of its language, looked up once.
    pub(super) family: Option<&'static dyn Family>,
}

/// A definition: a file and an index into its outline's entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Def {
    pub(super) file: u32,
    pub(super) index: u32,
}

/// Definitions and mentions of a snapshot.
#[derive(Debug, Default)]
pub struct Graph {
    pub(super) names: Arc<Names>,
    /// Sorted by path.
    pub(super) files: Vec<GraphFile>,
    pub(super) packages: Arc<Packages>,
    /// Path and content of the manifests behind `packages`, and what was wrong with them.
    manifests: Vec<(RepoPath, Oid)>,
    manifest_gaps: Vec<Gap>,
    /// Files that are not the project's own code, sorted by path: they are not looked at twice.
    skipped: Vec<(RepoPath, Oid)>,
    /// Names when the first graph of this line was built: those that went out of use since are not removed.
    names_at_first: usize,
    /// True if a file could not be read.
    unread: bool,
    pub(super) defined: Postings<Def>,
    pub(super) mentioned: Postings<u32>,
    /// A type's name to the definitions that name it as a supertype.
    pub(super) subtypes: FxHashMap<Name, Vec<Def>>,
    /// A type's name to the supertypes that blocks apart from it name (`impl Trait for Type`): (file, supertype).
    pub(super) lent: FxHashMap<Name, Vec<(u32, Name)>>,
    /// An imported name to the names that files give it; sorted.
    pub(super) aliases: FxHashMap<Name, Vec<Name>>,
    /// Per file: its module, as a file number.
    pub(super) module_of: Arc<[u32]>,
    modules: Arc<FxHashMap<&'static str, Box<dyn Modules>>>,
    pub(super) gaps: Vec<Gap>,
}

impl Graph {
    /// Reads and outlines every source file of a snapshot, at most `files_max`. What `before` (a graph of a similar
    /// snapshot) already holds is taken over from it; that changes nothing but the numbers of names.
    pub fn build(snapshot: &Snapshot, outlines: &Outlines, files_max: usize, before: Option<&Graph>) -> Self {
        let mut gaps = Vec::new();
        let mut graph = Self::default();
        let before = before.filter(|graph| graph.names.len() <= 2 * graph.names_at_first + NAMES_STALE_MAX);
        graph.read_packages(snapshot, before);
        let mut wanted: Vec<&TreeEntry> = snapshot.entries().par_iter().filter(|entry| is_source(entry)).collect();
        if wanted.len() > files_max {
            let why = format!("the graph holds the first {files_max} of {} source files", wanted.len());
            gaps.push(Gap::context(GapKind::NoGraph, why));
            wanted.truncate(files_max);
        }
        graph.read_files(snapshot, outlines, &wanted, before, &mut gaps);
        gaps.extend(graph.manifest_gaps.iter().cloned());
        graph.gaps = gaps;
        graph.link(before);
        graph
    }

    fn read_packages(&mut self, snapshot: &Snapshot, before: Option<&Graph>) {
        self.manifests = Packages::manifests(snapshot);
        if let Some(before) = before.filter(|before| before.manifests == self.manifests) {
            self.packages = before.packages.clone();
            self.manifest_gaps = before.manifest_gaps.clone();
        } else {
            self.packages = Arc::new(Packages::read(snapshot, &mut self.manifest_gaps));
        }
    }

    /// Reads in parallel, a few files at a time, and numbers the names of new files in order of path.
    fn read_files(
        &mut self,
        snapshot: &Snapshot,
        outlines: &Outlines,
        wanted: &[&TreeEntry],
        before: Option<&Graph>,
        gaps: &mut Vec<Gap>,
    ) {
        let mut names = before.map_or_else(Names::default, |graph| (*graph.names).clone());
        let known = |entry: &TreeEntry| before.is_some_and(|graph| graph.has(entry));
        let source = Sources { snapshot, outlines, before };
        for many in wanted.chunks(ASKED_FILES) {
            let kept = kept::of(outlines.cache(), snapshot.scope(), many, known);
            for (some, kept) in many.chunks(READ_FILES).zip(kept.chunks(READ_FILES)) {
                let files = some.par_iter().zip(kept);
                let read = |(entry, kept): (&&TreeEntry, &Option<Vec<u8>>)| source.read(entry, kept.as_deref());
                self.take(files.map(read).collect(), &mut names, before, gaps);
            }
        }
        let names = names.settled();
        self.names_at_first = before.map_or(names.len(), |before| before.names_at_first);
        self.names = Arc::new(names);
    }

    fn take(&mut self, found: Vec<Read>, names: &mut Names, before: Option<&Graph>, gaps: &mut Vec<Gap>) {
        let same_packages = before.is_some_and(|before| Arc::ptr_eq(&before.packages, &self.packages));
        let mut fresh: Vec<(usize, Blob)> = Vec::new();
        for item in found {
            match item {
                Read::Known(file) if same_packages => self.files.push(file),
                Read::Known(file) => self.files.push(GraphFile { package: self.packages.owner(&file.text), ..file }),
                Read::New(file, draft) => {
                    fresh.push((self.files.len(), draft.settle(names)));
                    self.files.push(GraphFile { package: self.packages.owner(&file.text), ..file });
                }
                Read::Skipped(path, oid) => self.skipped.push((path, oid)),
                Read::Failed(gap) => {
                    self.unread = true;
                    gaps.push(gap);
                }
            }
        }
        fresh.par_iter_mut().for_each(|(_, blob)| blob.in_order());
        for (at, blob) in fresh {
            self.files[at].blob = Arc::new(blob);
        }
    }

    /// True if everything that should be in it could be read.
    pub(super) fn is_whole(&self) -> bool {
        !self.unread && self.manifest_gaps.is_empty()
    }

    /// Files that this graph and a snapshot have in common, by path and content (files).
    pub(super) fn common_files(&self, snapshot: &Snapshot) -> usize {
        let (mut entries, mut common) = (snapshot.entries().iter().peekable(), 0);
        for file in &self.files {
            while entries.next_if(|entry| entry.path < file.path).is_some() {}
            common += usize::from(entries.peek().is_some_and(|e| e.oid == file.oid && e.path == file.path));
        }
        common
    }

    fn link(&mut self, before: Option<&Graph>) {
        let names = self.names.len();
        let files = &self.files;
        let nothing = Def { file: 0, index: 0 };
        self.defined = Postings::new(names, nothing, |add| each_definition(files, add));
        self.mentioned = Postings::new(names, 0, |add| {
            for (at, file) in files.iter().enumerate() {
                file.blob.mentioned.iter().for_each(|name| add(*name, at as u32));
            }
        });
        match before.filter(|before| self.has_modules_of(before)) {
            Some(before) => {
                self.modules = before.modules.clone();
                self.module_of = before.module_of.clone();
            }
            None => self.link_modules(),
        }
        self.link_names();
    }

    /// True if everything that modules follow from is the same: paths, package clauses and manifests.
    fn has_modules_of(&self, before: &Graph) -> bool {
        let same = |(a, b): (&GraphFile, &GraphFile)| {
            a.path == b.path && a.blob.family == b.blob.family && a.blob.clause == b.blob.clause
        };
        Arc::ptr_eq(&self.packages, &before.packages)
            && self.files.len() == before.files.len()
            && self.files.iter().zip(&before.files).all(same)
    }

    fn link_modules(&mut self) {
        let source = |file: &GraphFile| Source {
            path: file.text.to_string(),
            family: file.blob.family,
            clause: file.blob.clause.clone(),
        };
        let sources: Vec<Source> = self.files.iter().map(source).collect();
        let tree = Tree { files: &sources, packages: &self.packages.all };
        let present: FxHashSet<&str> = sources.iter().map(|source| source.family).collect();
        let known = families::FAMILIES.iter().filter(|(name, _)| present.contains(name));
        let modules: FxHashMap<_, _> = known.map(|(name, family)| (*name, family.modules(tree))).collect();
        self.modules = Arc::new(modules);
        let module_of = |(at, file): (usize, &GraphFile)| match self.modules.get(file.blob.family) {
            Some(modules) => modules.module_of(at as u32),
            None => at as u32,
        };
        self.module_of = self.files.iter().enumerate().map(module_of).collect();
    }

    fn link_names(&mut self) {
        let mut aliases: FxHashMap<Name, Vec<Name>> = FxHashMap::default();
        for (at, file) in self.files.iter().enumerate() {
            for (index, definition) in file.blob.definitions.iter().enumerate() {
                for supertype in &definition.supertypes {
                    let def = Def { file: at as u32, index: index as u32 };
                    self.subtypes.entry(*supertype).or_default().push(def);
                    if let Some(scope) = definition.scope {
                        self.lent.entry(scope).or_default().push((at as u32, *supertype));
                    }
                }
            }
            // a default export goes by any name, and is looked for from there (`default_names`)
            let renames = |bound: &&Bound| {
                let default = file.family.and_then(|family| family.default_name());
                bound.shape != Shape::Export || bound.local.map(|local| self.names.text(local).as_ref()) != default
            };
            for bound in file.blob.bindings.iter().filter(renames) {
                if let (Some(name), Some(local)) = (bound.name, bound.local)
                    && name != local
                {
                    aliases.entry(name).or_default().push(local);
                }
            }
        }
        for lent in self.lent.values_mut() {
            lent.sort_unstable();
            lent.dedup();
        }
        for locals in aliases.values_mut() {
            locals.sort_unstable();
            locals.dedup();
        }
        self.aliases = aliases;
    }

    pub(super) fn file(&self, at: u32) -> &GraphFile {
        &self.files[at as usize]
    }

    /// Everything of a name, whatever its kind.
    pub(super) fn definitions_of(&self, name: &str) -> &[Def] {
        self.names.get(name).map_or(&[], |name| self.defined.of(name))
    }

    /// The number of a file in the graph.
    pub(super) fn number(&self, path: &RepoPath) -> Option<u32> {
        self.files.binary_search_by(|file| file.path.cmp(path)).ok().map(|at| at as u32)
    }

    pub(super) fn modules(&self, file: u32) -> Option<&dyn Modules> {
        self.modules.get(self.file(file).blob.family).map(AsRef::as_ref)
    }

    pub(super) fn family(&self, file: u32) -> Option<&'static dyn Family> {
        self.file(file).family
    }

    /// True if it holds this very file, or knows that it is not to be held.
    fn has(&self, entry: &TreeEntry) -> bool {
        let file = self.number(&entry.path).map(|at| self.file(at));
        file.is_some_and(|file| file.oid == entry.oid) || self.has_skipped(entry)
    }

    fn has_skipped(&self, entry: &TreeEntry) -> bool {
        let found = self.skipped.binary_search_by(|(path, _)| path.cmp(&entry.path));
        found.is_ok_and(|at| self.skipped[at].1 == entry.oid)
    }

    /// Source files in the graph.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

fn each_definition(files: &[GraphFile], mut add: impl FnMut(Name, Def)) {
    for (at, file) in files.iter().enumerate() {
        for (index, definition) in file.blob.definitions.iter().enumerate() {
            add(definition.name, Def { file: at as u32, index: index as u32 });
        }
    }
}

/// A plain file in a language with entities, by its name alone.
fn is_source(entry: &TreeEntry) -> bool {
    let language = Languages::get().detect(&entry.path, &[]);
    entry.mode.is_file() && language.is_some_and(|language| !language.data)
}

enum Read {
    Known(GraphFile),
    New(GraphFile, Box<Draft>),
    /// Vendored, generated, minified: not the project's own code.
    Skipped(RepoPath, Oid),
    Failed(Gap),
}

/// Where files are read from.
struct Sources<'a> {
    snapshot: &'a Snapshot,
    outlines: &'a Outlines,
    before: Option<&'a Graph>,
}

impl Sources<'_> {
    fn read(&self, entry: &TreeEntry, kept: Option<&[u8]>) -> Read {
        if let Some(file) = self.before.and_then(|graph| Some(graph.file(graph.number(&entry.path)?)))
            && file.oid == entry.oid
        {
            return Read::Known(file.clone());
        }
        let skipped = || Read::Skipped(entry.path.clone(), entry.oid);
        if self.before.is_some_and(|graph| graph.has_skipped(entry)) || is_foreign(&entry.path, roles(&entry.path, &[]))
        {
            return skipped();
        }
        let kept = match kept.and_then(Kept::read).map_or_else(|| self.outlined(entry), Ok) {
            Ok(kept) => kept,
            Err(gap) => return Read::Failed(gap),
        };
        let Kept::Own(roles, draft) = kept else { return skipped() };
        let family = Languages::get().detect(&entry.path, &[]).map_or("", |language| language.family.as_str());
        let file = GraphFile {
            path: entry.path.clone(),
            text: entry.path.to_text().into(),
            roles,
            oid: entry.oid,
            blob: Arc::default(),
            package: None,
            family: families::family(family),
        };
        Read::New(file, Box::new(draft.of_family(family)))
    }

    /// Reads and outlines a file. In a graph that is built from another one few files are new: the change's own, whose
    /// trees are there already.
    fn outlined(&self, entry: &TreeEntry) -> Result<Kept, Gap> {
        let bytes = self.snapshot.blob(entry)?;
        let roles = roles(&entry.path, &bytes[..bytes.len().min(HEAD_BYTES)]);
        let made = if is_foreign(&entry.path, roles) {
            Kept::Foreign
        } else {
            let draft = match self.before {
                Some(_) => {
                    let text = Text { path: &entry.path, oid: Some(entry.oid), bytes: &bytes };
                    Draft::new(&self.outlines.graph_of(text))
                }
                None => Draft::new(&graph_outline(&entry.path, &bytes)),
            };
            Kept::Own(roles, Box::new(draft))
        };
        made.remember(self.snapshot.scope(), entry, self.outlines.cache());
        Ok(made)
    }
}

/// Folders for what a build puts out: the same names stand in the source.
const BUILT_FOLDERS: &[&str] = &["build", "dist", "dist-types", "out", "target"];

/// Not the project's own code, or the same code once more. What a generator wrote beside the source is part of it: others
/// call it by name.
fn is_foreign(path: &RepoPath, roles: Roles) -> bool {
    let built = || path.to_text().split('/').any(|folder| BUILT_FOLDERS.contains(&folder));
    roles.contains(Role::Vendored) || roles.contains(Role::Minified) || (roles.contains(Role::Generated) && built())
}
