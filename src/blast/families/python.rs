//! Python: a module is a file, a package a directory with or without `__init__.py`. An absolute name is looked up from
//! every directory that could be a source root (one without `__init__.py`), nearest to the importer first. What a module
//! imports can be imported from it; `*` brings what `__all__` lists, or what has no underscore in front. `sys.path` games
//! are left out.

use super::super::Tier;
use super::{Binding, Family, Modules, Start, Strangers, Tree, directory, join, leads, shared_prefix};
use rustc_hash::{FxHashMap, FxHashSet};

#[derive(Debug)]
pub(super) struct Python;

impl Family for Python {
    fn bindings(&self, text: &str) -> Vec<Binding> {
        let text = strip_comments(text);
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("from ") {
            return from_import(rest);
        }
        if let Some(rest) = text.strip_prefix(LIST) {
            return listed(rest);
        }
        let Some(rest) = text.strip_prefix("import ") else { return Vec::new() };
        rest.split(',').filter_map(|part| plain_import(part.trim())).collect()
    }

    /// A distribution mostly gives out a module of its own name.
    fn imports_package(&self, module: &str, ecosystem: &str, package: &str) -> Option<Tier> {
        let name = package.to_lowercase().replace(['-', '.'], "_");
        (ecosystem == "pypi" && leads(&module.to_lowercase(), &name, ".")).then_some(Tier::Likely)
    }

    fn modules(&self, tree: Tree<'_>) -> Box<dyn Modules> {
        Box::new(PythonModules::new(tree))
    }

    fn hands_on_imports(&self) -> bool {
        true
    }

    fn wildcard_hides(&self, name: &str) -> Option<bool> {
        Some(name.starts_with('_'))
    }

    fn transparent_types(&self) -> &'static [&'static str] {
        &["Annotated", "ClassVar", "Final", "NotRequired", "Optional", "Required", "Type", "Union", "type"]
    }

    fn adapts(&self, member: &str) -> bool {
        member == "__enter__"
    }

    fn element_members(&self) -> &'static [&'static str] {
        &["__iter__", "__getitem__"]
    }

    fn calls_name_constructors(&self) -> bool {
        false
    }

    fn types_are_closed(&self) -> bool {
        true
    }

    fn strangers(&self) -> Strangers {
        Strangers::Forwarded(&["__getattr__", "__getattribute__"])
    }

    fn has_properties(&self) -> bool {
        true
    }

    fn injects_parameters(&self) -> bool {
        true
    }

    fn constructors(&self) -> &'static [&'static str] {
        &["__init__", "__new__"]
    }
}

/// The names that a module gives out.
const LIST: &str = "__all__";

/// After `__all__`: `= ["a", 'b']`, `+= ("a",)`, `.extend(["a"])`. Any other name among them leaves the list open.
fn listed(rest: &str) -> Vec<Binding> {
    let (mut names, mut outside, mut left) = (Vec::new(), String::new(), rest);
    while let Some((before, quote, inside)) =
        left.find(['"', '\'']).map(|at| (&left[..at], &left[at..at + 1], &left[at + 1..]))
    {
        outside.push_str(before);
        let Some((name, after)) = inside.split_once(quote) else { break };
        names.push(Binding::export(name, name));
        left = after;
    }
    outside.push_str(left);
    let words = outside.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    let open = words.into_iter().any(|word| !matches!(word, "extend" | "append" | "list" | "tuple" | "str"));
    names.extend(open.then(Binding::open_list));
    names
}

fn strip_comments(text: &str) -> String {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or(""));
    lines.collect::<Vec<_>>().join(" ").replace('\\', " ")
}

fn from_import(rest: &str) -> Vec<Binding> {
    // `from .import x` is legal, so the word is looked for, not the space before it
    let Some(at) = find_word(rest, "import") else { return Vec::new() };
    let module = rest[..at].replace(char::is_whitespace, "");
    let names = rest[at + "import".len()..].trim().trim_start_matches('(').trim_end().trim_end_matches(')');
    let bind = |part: &str| match alias(part) {
        ("*", _) => Binding::wildcard(&module),
        (name, local) => Binding::name(&module, name, local),
    };
    names.split(',').map(str::trim).filter(|part| !part.is_empty()).map(bind).collect()
}

/// The first place where a word stands alone.
fn find_word(text: &str, word: &str) -> Option<usize> {
    let letter = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let alone = |at: &usize| {
        let bytes = text.as_bytes();
        !letter(at.checked_sub(1).and_then(|before| bytes.get(before))) && !letter(bytes.get(at + word.len()))
    };
    text.match_indices(word).map(|(at, _)| at).find(alone)
}

fn alias(part: &str) -> (&str, &str) {
    let mut words = part.split_whitespace();
    let name = words.next().unwrap_or("");
    match (words.next(), words.next()) {
        (Some("as"), Some(local)) => (name, local),
        _ => (name, name),
    }
}

/// `import a.b` binds the whole dotted name: that is what stands before the dot where it is used.
fn plain_import(part: &str) -> Option<Binding> {
    let (name, local) = alias(part);
    (!name.is_empty()).then(|| Binding::module(name, local))
}

#[derive(Debug, Default)]
struct PythonModules {
    paths: Vec<String>,
    files: FxHashMap<String, u32>,
    /// Dotted name from a possible source root to the files it can mean.
    dotted: FxHashMap<String, Vec<u32>>,
}

impl PythonModules {
    fn new(tree: Tree<'_>) -> Self {
        let mut modules = Self { paths: vec![String::new(); tree.files.len()], ..Self::default() };
        let packages: FxHashSet<&str> =
            tree.of("python").filter(|(_, file)| is_init(&file.path)).map(|(_, file)| directory(&file.path)).collect();
        for (at, file) in tree.of("python") {
            modules.paths[at as usize] = file.path.clone();
            modules.files.insert(file.path.clone(), at);
            for name in dotted_names(&file.path, &packages) {
                modules.dotted.entry(name).or_default().push(at);
            }
        }
        modules
    }

    /// A module file by its path without ending.
    fn at(&self, stem: &str) -> Option<u32> {
        let endings = [".py", "/__init__.py", ".pyi", "/__init__.pyi"];
        endings.iter().find_map(|ending| self.files.get(&format!("{stem}{ending}"))).copied()
    }

    fn absolute(&self, from: u32, module: &str) -> Option<u32> {
        let importer = &self.paths[from as usize];
        let near = |at: &&u32| {
            let path = &self.paths[**at as usize];
            (shared_prefix(path, importer), std::cmp::Reverse(path.len()), std::cmp::Reverse(**at))
        };
        self.dotted.get(module)?.iter().max_by_key(near).copied()
    }

    /// The longest prefix of a dotted name that is a module, and what is left.
    fn longest(&self, module: &str, find: impl Fn(&str) -> Option<u32>) -> Option<Start> {
        let mut end = module.len();
        loop {
            if let Some(file) = find(&module[..end]) {
                let rest = module[end..].split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect();
                return Some(Start { file, inner: 0, rest });
            }
            end = module[..end].rfind('.')?;
        }
    }
}

fn is_init(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("__init__.py" | "__init__.pyi"))
}

/// Names of a file seen from each directory above it that is not itself a package.
fn dotted_names(path: &str, packages: &FxHashSet<&str>) -> Vec<String> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    let starts = std::iter::once(0).chain(stem.match_indices('/').map(|(at, _)| at + 1));
    let root = |start: &usize| *start == 0 || !packages.contains(&path[..start - 1]);
    starts.filter(root).map(|start| stem[start..].replace('/', ".")).collect()
}

impl Modules for PythonModules {
    fn find(&self, from: u32, _inner: usize, module: &str) -> Vec<Start> {
        let dots = module.bytes().take_while(|byte| *byte == b'.').count();
        if dots == 0 {
            return self.longest(module, |name| self.absolute(from, name)).into_iter().collect();
        }
        let up = "../".repeat(dots - 1);
        let Some(base) = join(directory(&self.paths[from as usize]), &up) else { return Vec::new() };
        let name = &module[dots..];
        let find = |name: &str| join(&base, &name.replace('.', "/")).and_then(|stem| self.at(&stem));
        if name.is_empty() {
            return self.at(&base).map(Start::file).into_iter().collect();
        }
        self.longest(name, find).into_iter().collect()
    }

    /// `conftest.py` here and in every directory above.
    fn injectors(&self, file: u32) -> Vec<u32> {
        let folder = directory(&self.paths[file as usize]);
        let ends = folder.match_indices('/').map(|(at, _)| at);
        let mut above: Vec<&str> = ends.map(|end| &folder[..end]).chain([folder, ""]).collect();
        above.sort_by_key(|folder| std::cmp::Reverse(folder.len()));
        above.dedup();
        let found = above.into_iter().filter_map(|folder| self.at(&join(folder, "conftest")?));
        found.filter(|at| *at != file).collect()
    }

    fn child(&self, file: u32, name: &str) -> Option<u32> {
        let path = &self.paths[file as usize];
        is_init(path).then(|| join(directory(path), name)).flatten().and_then(|stem| self.at(&stem))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Shape, Source};
    use super::*;

    #[test]
    fn every_form_of_import_is_read() {
        let found = Python.bindings("from ..a.b import (c, d as e,  # note\n  f)");
        let rows: Vec<_> = found.iter().map(|b| (&*b.module, b.name.as_deref(), b.local.as_deref())).collect();
        let expected = [("c", "c"), ("d", "e"), ("f", "f")].map(|(n, l)| ("..a.b", Some(n), Some(l)));
        assert_eq!(rows, expected);
        assert_eq!(Python.bindings("from .import x")[0].module, ".");
        assert_eq!(Python.bindings("from a import *")[0].shape, Shape::Wildcard);
        let plain = Python.bindings("import a.b, c as d");
        assert_eq!((plain[0].local.as_deref(), plain[1].local.as_deref()), (Some("a.b"), Some("d")));
        for odd in ["from", "from import", "import", "import ,", "from . import ("] {
            let _ = Python.bindings(odd);
        }
    }

    #[test]
    fn what_a_module_lists_is_read_in_every_form() {
        let names = |text: &str| -> Vec<Option<String>> {
            let all = Python.bindings(text);
            assert!(all.iter().all(|binding| binding.shape == Shape::Export));
            all.into_iter().map(|binding| binding.local).collect()
        };
        let name = |text: &str| Some(text.to_owned());
        assert_eq!(names("__all__ = [\n  'a',  # not \"b\"\n  \"_c\",\n]"), [name("a"), name("_c")]);
        assert_eq!(names("__all__ += ('a',)"), [name("a")]);
        assert_eq!(names("__all__.extend(['a'])"), [name("a")]);
        assert_eq!(names("__all__ = ['a'] + core.__all__"), [name("a"), None], "the rest stands elsewhere");
        assert_eq!(names("__all__ = ["), []);
    }

    #[test]
    fn names_are_found_from_source_roots_and_relatively() {
        let files = ["src/shop/__init__.py", "src/shop/cart.py", "tests/test_cart.py"];
        let files: Vec<_> =
            files.iter().map(|p| Source { path: (*p).to_owned(), family: "python", clause: None }).collect();
        let modules = Python.modules(Tree { files: &files, packages: &[] });
        assert_eq!(modules.find(2, 0, "shop.cart"), [Start::file(1)]);
        assert_eq!(modules.find(1, 0, "."), [Start::file(0)]);
        assert_eq!(modules.child(0, "cart"), Some(1));
        assert!(modules.find(2, 0, "cart").is_empty(), "a file inside a package has no bare name");
        assert!(modules.find(0, 0, "........x").is_empty());
    }
}
