//! Who refers to given definitions. Pulled, not pushed: only files that mention one of their names (or a name that an
//! import gives them) are asked, and in them only those mentions. The same resolver also answers for a whole graph, which
//! is how its quality is measured.

use super::blob::{Blob, FILE, Mention};
use super::families::Shape;
use super::index::{Def, Graph};
use super::names::Name;
use super::resolve::{Answer, Reason, Resolver, Target, Visit};
use super::{EdgeEnd, GraphEdge, Tier};
use crate::limits::GRAPH_MENTIONS_MAX;
use crate::syntax::ReferenceKind;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// Files whose edges are found before they are handed out (files).
const FILES_AT_A_TIME: usize = 256;

/// `from` (a definition, or the file where its index is `FILE`) refers to `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) from: Def,
    pub(super) to: Def,
    pub(super) tier: Tier,
    pub(super) reason: Reason,
    pub(super) line: u32,
}

impl Resolver<'_> {
    /// Edges to any of the targets, sorted, each pair once with its surest tier. The second value is true if there were
    /// more mentions than are followed.
    pub(super) fn dependents(&self, targets: &FxHashSet<Def>) -> (Vec<Edge>, bool) {
        let names = self.names_of(targets);
        let mut places: Vec<(Name, u32)> = Vec::new();
        for name in names {
            places.extend(self.graph.mentioned.of(name).iter().map(|file| (name, *file)));
        }
        let cut = places.len() > GRAPH_MENTIONS_MAX;
        places.truncate(GRAPH_MENTIONS_MAX);
        let found = places.par_iter().flat_map_iter(|(name, file)| self.edges_at(*file, *name, Some(targets)));
        (unique(found.collect()), cut)
    }

    /// Every name under which the targets can be mentioned, sorted.
    fn names_of(&self, targets: &FxHashSet<Def>) -> Vec<Name> {
        let mut names: Vec<Name> = Vec::new();
        for def in targets {
            names.push(self.definition(*def).name);
            if self.is_constructor(*def) {
                names.extend(self.type_name(*def));
                let maker = self.graph.family(def.file).and_then(|family| family.maker());
                names.extend(maker.and_then(|maker| self.graph.names.get(maker)));
            }
            names.extend(self.default_names(*def));
        }
        let mut seen: FxHashSet<Name> = names.iter().copied().collect();
        while let Some(name) = names.pop() {
            for alias in self.graph.aliases.get(&name).into_iter().flatten() {
                if seen.insert(*alias) {
                    names.push(*alias);
                }
            }
        }
        let mut all: Vec<Name> = seen.into_iter().collect();
        // by text: numbers of names depend on the graphs that were built before
        all.sort_unstable_by_key(|name| self.graph.names.text(*name));
        all
    }

    /// Names under which a top-level definition is imported as the default export of its file.
    fn default_names(&self, def: Def) -> Vec<Name> {
        let default = self.graph.family(def.file).and_then(|family| family.default_name());
        let default = default.and_then(|text| self.graph.names.get(text));
        let Some(default) = default.filter(|_| super::resolve::is_top_level(self.definition(def))) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for file in self.graph.mentioned.of(default) {
            let bindings = &self.graph.file(*file).blob.bindings;
            for (at, bound) in bindings.iter().enumerate().filter(|(_, bound)| bound.name == Some(default)) {
                if self.binding(*file, at, &mut Visit::default()).contains(&Target::Def(def)) {
                    found.extend(bound.local);
                }
            }
        }
        found
    }

    fn is_named_by_calls(&self, constructor: Def) -> bool {
        self.graph.family(constructor.file).is_none_or(|family| family.calls_name_constructors())
    }

    pub(super) fn is_constructor(&self, def: Def) -> bool {
        let text = self.graph.names.text(self.definition(def).name);
        let of_family = self.graph.family(def.file).map_or(&[][..], |family| family.constructors());
        self.definition(def).is_callable()
            && self
                .type_name(def)
                .is_some_and(|owner| owner == self.definition(def).name || of_family.contains(&text.as_ref()))
    }

    /// Edges from one file that come from mentions and imports of one name.
    fn edges_at(&self, file: u32, name: Name, targets: Option<&FxHashSet<Def>>) -> Vec<Edge> {
        let mut edges = Vec::new();
        let blob = &self.graph.file(file).blob;
        let mentions = blob.mentions_of(name);
        for mention in mentions {
            if let Some(answer) = self.resolve(file, mention) {
                self.add_edges(file, mention, &answer, targets, &mut edges);
            }
        }
        self.add_import_edges(file, blob, name, targets, &mut edges);
        edges
    }

    fn add_edges(
        &self,
        file: u32,
        mention: &Mention,
        answer: &Answer,
        targets: Option<&FxHashSet<Def>>,
        edges: &mut Vec<Edge>,
    ) {
        let wanted = |def: &Def| targets.is_none_or(|targets| targets.contains(def));
        let from = Def { file, index: self.dependent(file, mention.owner) };
        for to in &answer.targets {
            // a constructor runs where the type is called, and where the language does not show calls, where it is named
            let called = mention.kind == ReferenceKind::Call;
            let constructed = if called { self.fitting(self.constructors(*to), mention.arguments) } else { Vec::new() };
            let mut add = |to: Def, tier: Tier, reason: Reason| {
                if wanted(&to) && !self.is_inside(from, to) {
                    edges.push(Edge { from, to, tier, reason, line: mention.line });
                }
            };
            add(*to, answer.tier, answer.reason);
            let tier = if constructed.len() > 1 { Tier::Likely.max(answer.tier) } else { answer.tier };
            constructed.into_iter().for_each(|to| add(to, tier, Reason::Constructor));
        }
    }

    /// Methods that run when a type is constructed.
    pub(super) fn constructors(&self, of: Def) -> Vec<Def> {
        let definition = self.definition(of);
        let Some(family) = self.graph.family(of.file).filter(|_| definition.is_type()) else { return Vec::new() };
        let special = family.constructors().iter().filter_map(|text| self.graph.names.get(text));
        let mut found: Vec<Def> = Vec::new();
        for name in special.chain([definition.name]) {
            let inside = |def: &&Def| {
                let inner = self.definition(**def);
                def.file == of.file && inner.container == Some(of.index) && inner.is_callable()
            };
            found.extend(self.graph.defined.of(name).iter().filter(inside));
        }
        found
    }

    /// A name that is imported and then not used by its local name: a re-export, or an import for its own sake.
    fn add_import_edges(
        &self,
        file: u32,
        blob: &Blob,
        name: Name,
        targets: Option<&FxHashSet<Def>>,
        edges: &mut Vec<Edge>,
    ) {
        for (at, bound) in blob.bindings.iter().enumerate().filter(|(_, bound)| bound.name == Some(name)) {
            // what a file gives out under another name is its own
            if bound.shape == Shape::Export && bound.module.is_empty() {
                continue;
            }
            if bound.local.is_some_and(|local| !blob.mentions_of(local).is_empty()) {
                continue;
            }
            for target in self.binding(file, at, &mut Visit::default()) {
                let Target::Def(to) = target else { continue };
                if to.file != file && targets.is_none_or(|targets| targets.contains(&to)) {
                    let from = Def { file, index: FILE };
                    edges.push(Edge { from, to, tier: Tier::Exact, reason: Reason::ReExport, line: bound.line });
                }
            }
        }
    }

    /// The definition that depends: what is nested in a function is part of it.
    fn dependent(&self, file: u32, owner: u32) -> u32 {
        let blob = &self.graph.file(file).blob;
        let callable = |at: &u32| blob.definition(*at).is_some_and(|definition| definition.is_callable());
        blob.around(owner).filter(callable).last().unwrap_or(owner)
    }

    /// True if `inner` is `outer` or stands inside it.
    pub(super) fn is_inside(&self, inner: Def, outer: Def) -> bool {
        inner.file == outer.file && self.graph.file(inner.file).blob.around(inner.index).any(|at| at == outer.index)
    }

    /// Files that import a file and take nothing from it by name.
    pub(super) fn side_effects(&self, files: &FxHashSet<u32>) -> Vec<(u32, u32)> {
        let each = |(at, file): (usize, &super::index::GraphFile)| {
            let silent = |bound: &super::blob::Bound| bound.shape == Shape::SideEffect;
            let imports: Vec<usize> =
                file.blob.bindings.iter().enumerate().filter(|(_, b)| silent(b)).map(|(i, _)| i).collect();
            let targets = imports.into_iter().flat_map(move |i| {
                let line = file.blob.bindings[i].line;
                self.binding(at as u32, i, &mut Visit::default()).into_iter().map(move |target| (target, line))
            });
            let hit = targets.filter(|(target, _)| matches!(target, Target::Module(module) if files.contains(module)));
            hit.map(move |(_, line)| (at as u32, line)).collect::<Vec<_>>()
        };
        let mut found: Vec<(u32, u32)> =
            self.graph.files.par_iter().enumerate().flat_map_iter(|(i, f)| each((i, f))).collect();
        found.sort_unstable();
        found.dedup_by_key(|(file, _)| *file);
        found
    }
}

/// Sorted, and each pair once with its surest tier.
fn unique(edges: Vec<Edge>) -> Vec<Edge> {
    let mut best: BTreeMap<(Def, Def), Edge> = BTreeMap::new();
    for edge in edges {
        let kept = best.entry((edge.from, edge.to)).or_insert(edge);
        if (edge.tier, edge.reason, edge.line) < (kept.tier, kept.reason, kept.line) {
            *kept = edge;
        }
    }
    best.into_values().collect()
}

impl Graph {
    /// Every edge of the graph, in the order of files; `possible` ones too.
    pub fn edges(&self) -> Vec<GraphEdge> {
        let mut all = Vec::new();
        let kept: Result<(), std::convert::Infallible> = self.each_edge(|edge| {
            all.push(edge);
            Ok(())
        });
        kept.map_or_else(|never| match never {}, |()| all)
    }

    /// Hands out every edge in the order of files, until `take` fails; a few files are resolved at a time.
    pub fn each_edge<E>(&self, mut take: impl FnMut(GraphEdge) -> Result<(), E>) -> Result<(), E> {
        let resolver = Resolver::new(self);
        // where a call names the class and no constructor, the edge to the class says it
        let named = |edge: &Edge| edge.reason != Reason::Constructor || resolver.is_named_by_calls(edge.to);
        let of_file = |file: &u32| {
            let edges = resolver.edges_of(*file).into_iter().filter(named);
            edges.map(|edge| resolver.shown(edge)).collect::<Vec<_>>()
        };
        let files: Vec<u32> = (0..self.len() as u32).collect();
        for some in files.chunks(FILES_AT_A_TIME) {
            let found: Vec<Vec<GraphEdge>> = some.par_iter().map(of_file).collect();
            found.into_iter().flatten().try_for_each(&mut take)?;
        }
        Ok(())
    }

    /// What was not seen while the graph was read.
    pub fn gaps(&self) -> &[crate::gap::Gap] {
        &self.gaps
    }
}

impl Resolver<'_> {
    /// Every edge that comes from a file, each pair once.
    pub(super) fn edges_of(&self, file: u32) -> Vec<Edge> {
        let names: &[Name] = &self.graph.file(file).blob.mentioned;
        unique(names.iter().flat_map(|name| self.edges_at(file, *name, None)).collect())
    }

    fn shown(&self, edge: Edge) -> GraphEdge {
        let from = match self.graph.file(edge.from.file).blob.definition(edge.from.index) {
            Some(_) => self.end(edge.from),
            None => EdgeEnd {
                path: self.graph.file(edge.from.file).path.clone(),
                line: edge.line,
                name: "".into(),
                kind: crate::syntax::EntityKind::File,
            },
        };
        GraphEdge { from, to: self.end(edge.to), line: edge.line, tier: edge.tier, why: edge.reason.as_str() }
    }

    pub(super) fn end(&self, def: Def) -> EdgeEnd {
        let definition = self.definition(def);
        EdgeEnd {
            path: self.graph.file(def.file).path.clone(),
            line: definition.line,
            name: self.graph.names.text(definition.name).clone(),
            kind: definition.kind,
        }
    }
}
