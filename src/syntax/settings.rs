//! Settings of configuration formats, driven by the captures of `settings.scm`: pairs, sections, lists and items make a
//! dotted path, what is left is a scalar. One walk over the flat tree with a stack of its own; a new format needs no
//! code here. Anchors and aliases stay as written, templates are text.

use super::flat::Flat;
use super::language::Language;
use super::query::{Backend, DECORATION, Role};
use super::reading::Matches;
use super::scalar::Scalars;
use super::{Setting, Value};
use crate::limits;
use crate::location::LineRange;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What a node is, from the captures.
#[derive(Clone, Debug)]
enum Part {
    /// A pair: key (of one or more nodes) and value.
    Pair(Vec<u32>, Option<u32>),
    /// A section, its key, and how it is told from others of that name.
    Section(Vec<u32>, Repeat),
    List,
    Item,
    Document,
}

/// Whether the name of a section may come again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repeat {
    No,
    /// It may: one that comes again is told apart by what distinguishes it, else by its number.
    Maybe,
    /// It is an item of a list: every one is told apart.
    Item,
}

/// All settings of a file, in order; at most `limits::FILE_SETTINGS_MAX`, and one more that says there is
/// more.
pub(super) fn settings(flat: &Flat<'_>, backend: &Backend, language: &Language, matches: &Matches) -> Vec<Setting> {
    let scalars = Scalars { flat, backend, rules: &language.grammar.settings };
    let parts = parts(flat, backend, matches);
    let is_document = |parts: &&Vec<Part>| parts.iter().any(|part| matches!(part, Part::Document));
    let documents_all = parts.values().filter(is_document).count();
    let (path, open, sections) = (Vec::new(), Vec::new(), FxHashMap::default());
    Walk { flat, scalars, parts, path, open, sections, documents: 0, documents_all }.run()
}

/// The part that each node plays. A node that is several (an item of a list that is a list) keeps them all.
fn parts(flat: &Flat<'_>, backend: &Backend, matches: &Matches) -> FxHashMap<u32, Vec<Part>> {
    let mut parts: FxHashMap<u32, Vec<Part>> = FxHashMap::default();
    for (_, captures) in matches.iter() {
        let find = |role: Role| {
            let capture = captures.iter().find(|capture| *backend.role(**capture) == role)?;
            flat.find(capture.start, capture.end, capture.kind)
        };
        let mut add = |node: Option<u32>, part: Option<Part>| {
            if let (Some(node), Some(part)) = (node, part) {
                let all = parts.entry(node).or_default();
                // a query may match a node twice; an item comes before the list that it is, a pair before the section
                match all.iter_mut().find(|old| std::mem::discriminant(*old) == std::mem::discriminant(&part)) {
                    Some(old) => old.extend(part),
                    None => {
                        let at = if matches!(part, Part::Item | Part::Pair(..)) { 0 } else { all.len() };
                        all.insert(at, part);
                    }
                }
            }
        };
        let keys = captures.iter().filter(|capture| *backend.role(**capture) == Role::Key);
        let keys: Vec<u32> = keys.filter_map(|c| flat.find(c.start, c.end, c.kind)).collect();
        let key = || (!keys.is_empty()).then(|| keys.clone());
        add(find(Role::Setting), key().map(|key| Part::Pair(key, find(Role::Value))));
        add(find(Role::Section), key().map(|key| Part::Section(key, Repeat::No)));
        add(find(Role::SectionMaybe), key().map(|key| Part::Section(key, Repeat::Maybe)));
        add(find(Role::SectionItem), key().map(|key| Part::Section(key, Repeat::Item)));
        add(find(Role::List), Some(Part::List));
        add(find(Role::Item), Some(Part::Item));
        add(find(Role::Document), Some(Part::Document));
    }
    parts
}

impl Part {
    /// Of two matches of one pair or section the one with the longer key says what it is: `FROM image AS stage`.
    fn extend(&mut self, other: Part) {
        if let (Part::Pair(keys, _) | Part::Section(keys, _), Part::Pair(more, _) | Part::Section(more, _)) =
            (&*self, &other)
            && more.len() > keys.len()
        {
            *self = other;
        }
    }
}

/// An open node of the walk.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// The node behind its subtree.
    after: u32,
    /// Length of the path before it.
    path: usize,
    /// Position of the next item, if it is a list.
    items: u32,
    list: bool,
}

struct Walk<'a, 'b> {
    flat: &'b Flat<'a>,
    scalars: Scalars<'a, 'b>,
    parts: FxHashMap<u32, Vec<Part>>,
    /// Segments of the current path.
    path: Vec<String>,
    open: Vec<Open>,
    /// How often a repeated section came.
    sections: FxHashMap<Vec<String>, u32>,
    /// Documents so far, and in the file.
    documents: u32,
    documents_all: usize,
}

impl Walk<'_, '_> {
    fn run(mut self) -> Vec<Setting> {
        let mut found = Vec::new();
        let mut at = 0;
        while (at as usize) < self.flat.nodes.len() && found.len() <= limits::FILE_SETTINGS_MAX {
            while let Some(open) = self.open.last().filter(|open| open.after <= at).copied() {
                self.path.truncate(open.path);
                self.open.pop();
            }
            at = match self.visit(at, &mut found) {
                true => at + 1,
                false => self.flat.nodes[at as usize].after,
            };
        }
        found
    }

    /// Takes in one node; true if the walk goes on inside it.
    fn visit(&mut self, at: u32, found: &mut Vec<Setting>) -> bool {
        let Some(parts) = self.parts.get(&at).cloned() else { return true };
        for part in parts {
            match part {
                Part::Pair(keys, value) => {
                    let depth = self.path.len();
                    keys.iter().for_each(|key| self.push_key(*key));
                    if self.is_leaf(value) {
                        self.emit(at, value, found);
                        self.path.truncate(depth);
                        return false;
                    }
                    self.enter(at, depth, false);
                }
                Part::Section(keys, repeat) => {
                    let depth = self.path.len();
                    keys.iter().for_each(|key| self.push_key(*key));
                    if repeat != Repeat::No {
                        let name = self.told_apart(at, repeat, keys.len());
                        self.path.extend(name);
                    }
                    self.enter(at, depth, false);
                }
                Part::List => {
                    if self.is_leaf(Some(at)) && !self.path.is_empty() {
                        self.emit(at, Some(at), found);
                        return false;
                    }
                    self.enter(at, self.path.len(), true);
                }
                Part::Document => {
                    if self.documents_all > 1 {
                        let number = (self.documents > 0).then(|| self.documents.to_string());
                        let name = self.document(at).or(number);
                        self.path.extend(name);
                    }
                    self.documents += 1;
                    self.enter(at, 0, false);
                }
                Part::Item => {
                    let depth = self.path.len();
                    let number = self.next_number();
                    let name = self.distinguishing(at).unwrap_or_else(|| number.to_string());
                    self.path.push(name);
                    if !self.holds_parts(at) {
                        self.emit(at, Some(at), found);
                        self.path.truncate(depth);
                        return false;
                    }
                    self.enter(at, depth, false);
                }
            }
        }
        true
    }

    /// What tells a section from others of its name. Labels in its key do so already.
    fn told_apart(&mut self, at: u32, repeat: Repeat, keys: usize) -> Option<String> {
        let count = self.sections.entry(self.path.clone()).or_default();
        *count += 1;
        let number = *count - 1;
        let name = if keys == 1 { self.distinguishing(at) } else { None };
        name.or_else(|| (repeat == Repeat::Item || number > 0).then(|| number.to_string()))
    }

    /// `Deployment/web`: kind and name of one of several documents, as the objects of a cluster have them.
    fn document(&self, at: u32) -> Option<String> {
        let after = self.flat.nodes[at as usize].after;
        let (mut kind, mut name, mut node, mut inside) = (None, None, at + 1, 0);
        while node < after {
            let Some(Part::Pair(keys, value)) = self.parts.get(&node).and_then(|parts| parts.first()) else {
                let skip = self.parts.contains_key(&node);
                node = if skip { self.flat.nodes[node as usize].after } else { node + 1 };
                continue;
            };
            let key = keys.iter().flat_map(|key| self.scalars.key(*key)).collect::<Vec<_>>().concat();
            let text =
                || value.filter(|value| self.is_leaf(Some(*value))).map(|value| self.scalars.value(value).to_text());
            match (key.as_str(), node < inside) {
                ("kind", false) => kind = text(),
                ("name", true) => name = text(),
                ("metadata", false) => {
                    inside = self.flat.nodes[node as usize].after;
                    node += 1;
                    continue;
                }
                _ => {}
            }
            node = self.flat.nodes[node as usize].after;
        }
        let text = format!("{}/{}", kind?, name?);
        (text.len() <= limits::NAME_BYTES_MAX).then_some(text)
    }

    fn enter(&mut self, at: u32, path: usize, list: bool) {
        self.open.push(Open { after: self.flat.nodes[at as usize].after, path, items: 0, list });
    }

    fn next_number(&mut self) -> u32 {
        match self.open.iter_mut().rev().find(|open| open.list) {
            Some(list) => {
                list.items += 1;
                list.items - 1
            }
            None => 0,
        }
    }

    fn push_key(&mut self, key: u32) {
        if self.path.len() >= limits::SETTING_DEPTH_MAX {
            return;
        }
        self.path.extend(self.scalars.key(key));
    }

    /// True if nothing below a value is a pair, or a list of anything but scalars.
    fn is_leaf(&self, value: Option<u32>) -> bool {
        let Some(value) = value else { return true };
        let Some(node) = self.flat.get(value) else { return true };
        let mut lists = 0;
        let mut whole = true;
        for at in value..node.after {
            for part in self.parts.get(&at).map_or(&[][..], |all| all) {
                match part {
                    // what stands for itself: an instruction, a piece of text
                    Part::Pair(_, own) if at == value && *own == Some(value) => {}
                    Part::Pair(..) | Part::Section(..) => return false,
                    Part::List => {
                        whole &= lists > 0 || self.is_whole(value, at);
                        lists += 1;
                    }
                    Part::Item | Part::Document => {}
                }
                if lists > 1 && whole {
                    return false;
                }
            }
        }
        true
    }

    fn holds_parts(&self, at: u32) -> bool {
        let after = self.flat.nodes[at as usize].after;
        let more = self.parts.get(&at).is_some_and(|parts| parts.len() > 1);
        more || (at + 1..after).any(|inner| self.parts.contains_key(&inner))
    }

    /// The value of a direct `name`, `id` or `key` pair of an item.
    fn distinguishing(&self, item: u32) -> Option<String> {
        let after = self.flat.nodes[item as usize].after;
        let mut best: Option<(usize, String)> = None;
        let mut at = item + 1;
        while at < after {
            let Some(Part::Pair(keys, value)) = self.parts.get(&at).and_then(|parts| parts.first()) else {
                // a nested list holds the names of others
                let skip = self.parts.contains_key(&at);
                at = if skip { self.flat.nodes[at as usize].after } else { at + 1 };
                continue;
            };
            let name = keys.iter().flat_map(|key| self.scalars.key(*key)).collect::<Vec<_>>().concat();
            let rank = self.scalars.rules.names.iter().position(|word| *word == name);
            if let (Some(rank), Some(value)) = (rank, value)
                && self.is_leaf(Some(*value))
                && best.as_ref().is_none_or(|(old, _)| rank < *old)
            {
                best = Some((rank, self.scalars.value(*value).to_text()));
            }
            at = self.flat.nodes[at as usize].after;
        }
        best.map(|(_, text)| text).filter(|text| !text.is_empty() && text.len() <= limits::NAME_BYTES_MAX)
    }

    fn emit(&self, at: u32, value: Option<u32>, found: &mut Vec<Setting>) {
        if found.len() > limits::FILE_SETTINGS_MAX {
            return;
        }
        let lines: LineRange = self.flat.lines(&self.flat.trimmed(at));
        let value = value.map_or(Value::Null, |value| self.value(value));
        found.push(Setting { key: Arc::from(self.path.join(".")), value, lines });
    }

    fn value(&self, value: u32) -> Value {
        let list = (value..self.flat.nodes[value as usize].after)
            .find(|at| self.parts.get(at).is_some_and(|parts| parts.iter().any(|part| matches!(part, Part::List))));
        match list.filter(|list| self.is_whole(value, *list)) {
            Some(list) => Value::List(self.items(list)),
            None => self.scalars.value(value),
        }
    }

    /// False if a list is but one of several things that a value is made from: one way of a choice, a later argument of a
    /// call, something that one entry is taken from. `toset([...])` is a list.
    fn is_whole(&self, value: u32, list: u32) -> bool {
        let (whole, list) = (self.flat.text(value), self.flat.text(list));
        let Some(at) = memchr::memmem::find(whole, list) else { return true };
        let (before, behind) = (&whole[..at], &whole[at + list.len()..]);
        let later = before.contains(&b'(') && before.contains(&b',');
        let taken_from = behind.iter().find(|sign| !b") \t\n".contains(sign)) == Some(&b'[');
        !(later || before.contains(&b'?') || taken_from)
    }

    fn items(&self, list: u32) -> Vec<Arc<str>> {
        let after = self.flat.nodes[list as usize].after;
        (list + 1..after)
            .filter(|at| self.parts.get(at).is_some_and(|parts| parts.iter().any(|part| matches!(part, Part::Item))))
            .map(|item| Arc::from(self.scalars.value(self.content(item)).to_text()))
            .collect()
    }

    /// What an item holds, without the dash before it.
    fn content(&self, item: u32) -> u32 {
        let nodes = &self.flat.nodes;
        let is_content = |at: &u32| {
            let node = nodes[*at as usize];
            node.named && self.scalars.backend.class(node.kind) & DECORATION == 0
        };
        let dashed = self
            .flat
            .children(item)
            .next()
            .is_some_and(|first| !nodes[first as usize].named && self.flat.text(first) == b"-");
        if dashed { self.flat.children(item).find(is_content).unwrap_or(item) } else { item }
    }
}
