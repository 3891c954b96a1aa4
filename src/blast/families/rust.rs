//! Rust: `use` trees, module paths from file paths, crates from manifests. A module tree hangs from the directory of a
//! crate root (`lib.rs`, `main.rs`, a target's path, any file directly in `tests/`, `benches/`, `examples/`, `src/bin/`);
//! `a/b.rs` and `a/b/mod.rs` below it are `a::b`. `#[path]` attributes and macros that expand to modules are left out.

use super::super::Tier;
use super::{Binding, Family, Modules, Start, Strangers, Tree, directory, join, leads};
use rustc_hash::FxHashMap;

#[derive(Debug)]
pub(super) struct Rust;

impl Family for Rust {
    fn bindings(&self, text: &str) -> Vec<Binding> {
        let text = super::without_comments(text);
        let text = text.trim().trim_end_matches(';').trim();
        let text = without_visibility(text);
        if let Some(rest) = text.strip_prefix("extern crate ") {
            let (name, local) = alias(rest);
            return vec![Binding::module(name, local)];
        }
        let Some(tree) = text.strip_prefix("use ") else { return Vec::new() };
        use_tree(tree)
    }

    fn paths_without_import(&self) -> bool {
        true
    }

    fn imports_package(&self, module: &str, ecosystem: &str, package: &str) -> Option<Tier> {
        let krate = package.replace('-', "_");
        (ecosystem == "cargo" && leads(module.trim_start_matches("::"), &krate, "::")).then_some(Tier::Exact)
    }

    fn modules(&self, tree: Tree<'_>) -> Box<dyn Modules> {
        Box::new(RustModules::new(tree))
    }

    fn hands_on_imports(&self) -> bool {
        true
    }

    fn transparent_types(&self) -> &'static [&'static str] {
        &[
            "Arc",
            "Box",
            "Cell",
            "Cow",
            "LazyLock",
            "Mutex",
            "MutexGuard",
            "OnceCell",
            "OnceLock",
            "Option",
            "Pin",
            "Rc",
            "Ref",
            "RefCell",
            "RefMut",
            "Result",
            "RwLock",
            "RwLockReadGuard",
            "RwLockWriteGuard",
            "Weak",
        ]
    }

    fn types_are_closed(&self) -> bool {
        true
    }

    fn adapts(&self, _member: &str) -> bool {
        true
    }

    fn is_adapter(&self, member: &str) -> bool {
        ADAPTERS.binary_search(&member).is_ok()
    }

    /// Methods of traits can be called on any type that a block elsewhere implements them for.
    fn strangers(&self) -> Strangers {
        Strangers::Lent
    }

    fn calls_are_exact(&self) -> bool {
        true
    }

    /// What can be derived.
    fn unwritten_makers(&self) -> &'static [&'static str] {
        &["default"]
    }

    fn is_prelude_macro(&self, name: &str) -> bool {
        PRELUDE_MACROS.contains(&name)
    }

    fn is_standard_module(&self, name: &str) -> bool {
        matches!(name, "std" | "core" | "alloc")
    }

    fn element_members(&self) -> &'static [&'static str] {
        &["Item"]
    }
}

/// Methods of the standard library, and of the usual error types, that give what they are called on, or what it wraps.
const ADAPTERS: &[&str] = &[
    "and",
    "as_deref",
    "as_deref_mut",
    "as_mut",
    "as_ref",
    "as_slice",
    "borrow",
    "borrow_mut",
    "by_ref",
    "chain",
    "clone",
    "cloned",
    "context",
    "copied",
    "deref",
    "deref_mut",
    "expect",
    "filter",
    "first",
    "first_mut",
    "get",
    "get_mut",
    "get_or_init",
    "get_or_insert_with",
    "inspect",
    "into_inner",
    "into_iter",
    "iter",
    "iter_mut",
    "last",
    "last_mut",
    "lock",
    "map_err",
    "next",
    "next_back",
    "nth",
    "ok",
    "ok_or",
    "ok_or_else",
    "or",
    "or_else",
    "peek",
    "pop",
    "read",
    "rev",
    "skip",
    "take",
    "to_owned",
    "to_vec",
    "try_lock",
    "unwrap",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "upgrade",
    "with_context",
    "write",
];

/// Macros that are there everywhere. A crate's own of the same name is seen only below its definition.
const PRELUDE_MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "concat",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "eprint",
    "eprintln",
    "file",
    "format",
    "format_args",
    "include",
    "include_bytes",
    "include_str",
    "line",
    "matches",
    "option_env",
    "panic",
    "print",
    "println",
    "stringify",
    "thread_local",
    "todo",
    "unimplemented",
    "unreachable",
    "vec",
    "write",
    "writeln",
];

/// Cuts `pub`, `pub(crate)`, ... off.
fn without_visibility(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("pub") else { return text };
    let rest = rest.trim_start();
    rest.strip_prefix('(').and_then(|inside| inside.split_once(')')).map_or(rest, |(_, after)| after.trim_start())
}

/// `a as b` to (`a`, `b`), `a` to (`a`, `a`).
fn alias(text: &str) -> (&str, &str) {
    match text.split_once(" as ") {
        Some((name, local)) => (name.trim(), local.trim()),
        None => (text.trim(), text.trim()),
    }
}

/// Flattens a use tree without recursion: a stack of (prefix, rest of the text).
fn use_tree(text: &str) -> Vec<Binding> {
    let mut out = Vec::new();
    let mut work = vec![(String::new(), text.trim().to_owned())];
    while let Some((prefix, text)) = work.pop() {
        let Some(open) = text.find('{') else {
            out.extend(use_leaf(&prefix, &text));
            continue;
        };
        let inside = text[open + 1..].trim_end().trim_end_matches('}');
        let below = format!("{prefix}{}", text[..open].replace(char::is_whitespace, ""));
        // reversed, so that the stack hands them out in the order of the text
        for part in top_level_parts(inside).into_iter().rev() {
            work.push((below.clone(), part.to_owned()));
        }
    }
    out
}

/// Splits at commas that are not inside braces. The last closing brace of each part stays, as it belongs to it.
fn top_level_parts(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0usize, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
}

fn use_leaf(prefix: &str, text: &str) -> Option<Binding> {
    let (path, local) = alias(text);
    let path = format!("{prefix}{}", path.replace(char::is_whitespace, ""));
    let path = path.strip_prefix("::").unwrap_or(&path);
    if path.is_empty() {
        return None;
    }
    if let Some(module) = path.strip_suffix("::*") {
        return Some(Binding::wildcard(module));
    }
    let renamed = text.contains(" as ");
    if let Some(module) = path.strip_suffix("::self") {
        let last = module.rsplit("::").next().unwrap_or(module);
        return Some(Binding::module(module, if renamed { local } else { last }));
    }
    match path.rsplit_once("::") {
        Some((module, name)) => Some(Binding::name(module, name, if renamed { local } else { name })),
        None => Some(Binding::module(path, if renamed { local } else { path })),
    }
}

/// Module trees of all crates: each hangs from a directory.
#[derive(Debug, Default)]
struct RustModules {
    /// (root directory, module path joined by `::`) to file; the empty path is the root file.
    files: FxHashMap<(String, String), u32>,
    /// Per file: its root directory and its module path.
    places: FxHashMap<u32, (String, Vec<String>)>,
    /// Library crates: name to root file.
    crates: FxHashMap<String, u32>,
}

impl RustModules {
    fn new(tree: Tree<'_>) -> Self {
        let roots = root_directories(tree);
        let mut modules = Self::default();
        for (at, file) in tree.of("rust") {
            let root = roots.above(&file.path);
            let path = roots.module_path(&root, &file.path);
            let key = (root.clone(), path.join("::"));
            let better = |other: &u32| prefers(&file.path, &tree.files[*other as usize].path);
            if modules.files.get(&key).is_none_or(better) {
                modules.files.insert(key, at);
            }
            modules.places.insert(at, (root, path));
        }
        modules.add_crates(tree);
        modules
    }

    fn add_crates(&mut self, tree: Tree<'_>) {
        let numbers: FxHashMap<&str, u32> = tree.of("rust").map(|(at, file)| (file.path.as_str(), at)).collect();
        for package in tree.packages.iter().filter(|package| package.ecosystem == "cargo") {
            let library = package.roots.iter().map(String::as_str).find(|root| root.ends_with("lib.rs"));
            let library = library.or(package.library.as_deref());
            let usual = join(&package.directory, "src/lib.rs");
            let file = library.or(usual.as_deref()).and_then(|path| numbers.get(path));
            if let Some(file) = file {
                self.crates.entry(package.name.replace('-', "_")).or_insert(*file);
            }
        }
    }

    /// The module `count` levels above a place; inline modules are the innermost levels.
    fn up(&self, from: u32, inner: usize, count: usize) -> Option<(u32, usize)> {
        if count <= inner {
            return Some((from, inner - count));
        }
        let (root, path) = self.places.get(&from)?;
        let keep = path.len().checked_sub(count - inner)?;
        let file = self.files.get(&(root.clone(), path[..keep].join("::")))?;
        Some((*file, 0))
    }
}

impl Modules for RustModules {
    fn find(&self, from: u32, inner: usize, module: &str) -> Vec<Start> {
        let segments: Vec<&str> = module.split([':', '.']).map(str::trim).filter(|part| !part.is_empty()).collect();
        let rest = |skip: usize| segments.iter().skip(skip).map(|part| (*part).to_owned()).collect::<Vec<_>>();
        let Some(first) = segments.first() else { return Vec::new() };
        let ups = segments.iter().skip_while(|part| **part == "self").take_while(|part| **part == "super").count();
        let found = match *first {
            "crate" | "$crate" => {
                let at = |path: &str| Some(*self.files.get(&(self.places.get(&from)?.0.clone(), path.to_owned()))?);
                let root = at("").map(|file| Start { file, inner: 0, rest: rest(1) });
                // several crates have their root there, and share the files beside them
                let beside = || Some(Start { file: at(segments.get(1)?)?, inner: 0, rest: rest(2) });
                root.or_else(beside)
            }
            "self" | "super" => {
                let skip = ups + usize::from(*first == "self");
                self.up(from, inner, ups).map(|(file, inner)| Start { file, inner, rest: rest(skip) })
            }
            _ => return self.relative_or_crate(from, inner, first, &rest),
        };
        found.into_iter().collect()
    }

    fn child(&self, file: u32, name: &str) -> Option<u32> {
        let (root, path) = self.places.get(&file)?;
        let key = if path.is_empty() { name.to_owned() } else { format!("{}::{name}", path.join("::")) };
        self.files.get(&(root.clone(), key)).copied().filter(|child| *child != file)
    }
}

impl RustModules {
    /// A path that begins with a plain name: of this module, or a crate.
    fn relative_or_crate(
        &self,
        from: u32,
        inner: usize,
        first: &str,
        rest: &dyn Fn(usize) -> Vec<String>,
    ) -> Vec<Start> {
        let mut found = vec![Start { file: from, inner, rest: rest(0) }];
        if inner > 0 {
            found.push(Start { file: from, inner: 0, rest: rest(0) });
        }
        if let Some(file) = self.crates.get(first) {
            found.push(Start { file: *file, inner: 0, rest: rest(1) });
        }
        found
    }
}

/// A crate can have both root files: the library is what others name.
fn prefers(new: &str, old: &str) -> bool {
    let rank = |path: &str| match path.rsplit('/').next() {
        Some("lib.rs") => 0,
        Some("main.rs") => 1,
        Some("mod.rs") => 3,
        _ => 2,
    };
    rank(new) < rank(old)
}

/// Directories from which module trees hang, and files that are roots there.
#[derive(Debug, Default)]
struct Roots {
    directories: FxHashMap<String, Vec<String>>,
}

fn root_directories(tree: Tree<'_>) -> Roots {
    let mut roots = Roots::default();
    let declared = tree.packages.iter().filter(|package| package.ecosystem == "cargo");
    for path in declared.flat_map(|package| package.roots.iter().chain(package.library.iter())) {
        roots.add(path);
    }
    for (_, file) in tree.of("rust") {
        if is_usual_root(tree, &file.path) {
            roots.add(&file.path);
        }
    }
    roots
}

/// `lib.rs`, `main.rs`, `build.rs` beside a manifest, and files directly in the directories that cargo looks into.
fn is_usual_root(tree: Tree<'_>, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if matches!(name, "lib.rs" | "main.rs") {
        return true;
    }
    let folder = directory(path);
    let below = tree.package_of(path).filter(|package| package.ecosystem == "cargo");
    let relative = below.map_or(folder, |package| folder[package.directory.len()..].trim_start_matches('/'));
    matches!(relative, "tests" | "benches" | "examples" | "src/bin") || (name == "build.rs" && relative.is_empty())
}

impl Roots {
    fn add(&mut self, path: &str) {
        self.directories.entry(directory(path).to_owned()).or_default().push(path.to_owned());
    }

    /// The deepest root directory above a path; the path's own directory if there is none.
    fn above(&self, path: &str) -> String {
        let own = directory(path);
        let mut folder = own;
        loop {
            if self.directories.contains_key(folder) {
                return folder.to_owned();
            }
            match folder.rsplit_once('/') {
                Some((up, _)) => folder = up,
                None if folder.is_empty() => return own.to_owned(),
                None => folder = "",
            }
        }
    }

    fn module_path(&self, root: &str, path: &str) -> Vec<String> {
        if self.directories.get(root).is_some_and(|files| files.iter().any(|file| file == path)) {
            let name = path.rsplit('/').next().unwrap_or(path);
            // several roots in one directory: each is its own crate, but `mod` files beside them are shared
            let own = matches!(name, "lib.rs" | "main.rs") || self.directories[root].len() == 1;
            return if own { Vec::new() } else { vec![name.trim_end_matches(".rs").to_owned()] };
        }
        let relative = path[root.len()..].trim_start_matches('/');
        let relative = relative.strip_suffix(".rs").unwrap_or(relative);
        let relative = relative.strip_suffix("/mod").unwrap_or(relative);
        relative.split('/').map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::*;

    fn read(text: &str) -> Vec<(Shape, String, String, String)> {
        let show = |text: Option<String>| text.unwrap_or_default();
        let row = |b: Binding| (b.shape, b.module, show(b.name), show(b.local));
        Rust.bindings(text).into_iter().map(row).collect()
    }

    #[test]
    fn the_adapters_are_sorted_for_the_search() {
        assert!(ADAPTERS.is_sorted());
        assert!(Rust.is_adapter("unwrap") && !Rust.is_adapter("frobnicate"));
    }

    #[test]
    fn a_use_tree_is_flattened_with_aliases_self_and_wildcards() {
        let found = read("pub(crate) use crate::a::{self, b::{C, d as e}, f::*};");
        let expected = [
            (Shape::Module, "crate::a", "", "a"),
            (Shape::Name, "crate::a::b", "C", "C"),
            (Shape::Name, "crate::a::b", "d", "e"),
            (Shape::Wildcard, "crate::a::f", "", ""),
        ];
        let expected: Vec<_> = expected.map(|(s, m, n, l)| (s, m.to_owned(), n.to_owned(), l.to_owned())).into();
        assert_eq!(found, expected);
    }

    #[test]
    fn odd_texts_give_nothing_and_do_not_panic() {
        for text in ["", "use ", "use {;", "use }}}{{{,,,", "use ::", "mod a;", "use a::{b", "pub"] {
            let _ = read(text);
        }
        assert!(read("let x = 1").is_empty());
    }
}
