//! C and C++: an include puts another file's text here, with all that it includes, so everything there is visible. A path
//! is looked for beside the includer, then wherever in the tree a path ends like it, nearest first: the search paths of a
//! build are not known. Macros in include lines are not read.

use super::{Binding, Family, Modules, Start, Tree, directory, join, shared_prefix};
use rustc_hash::FxHashMap;

/// Headers of the language itself: one of that name in the tree is a stand-in for another system.
const STANDARD: &[&str] = &[
    "assert.h",
    "complex.h",
    "ctype.h",
    "errno.h",
    "fcntl.h",
    "fenv.h",
    "float.h",
    "inttypes.h",
    "iso646.h",
    "limits.h",
    "locale.h",
    "math.h",
    "memory.h",
    "pthread.h",
    "setjmp.h",
    "signal.h",
    "stdalign.h",
    "stdarg.h",
    "stdatomic.h",
    "stdbool.h",
    "stddef.h",
    "stdint.h",
    "stdio.h",
    "stdlib.h",
    "stdnoreturn.h",
    "string.h",
    "strings.h",
    "tgmath.h",
    "threads.h",
    "time.h",
    "uchar.h",
    "unistd.h",
    "wchar.h",
    "wctype.h",
];

#[derive(Debug)]
pub(super) struct C;

impl Family for C {
    fn bindings(&self, text: &str) -> Vec<Binding> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("using ") {
            // `using a::b;`; a whole namespace is opened for what is included, which is visible already
            let path = rest.trim_end_matches(';').trim().replace("::", ".");
            let named = path.rsplit_once('.').filter(|(module, _)| !module.starts_with("namespace "));
            return named.map(|(module, name)| Binding::name(module, name, name)).into_iter().collect();
        }
        let Some(rest) = text.strip_prefix('#') else { return Vec::new() };
        let Some(rest) = rest.trim_start().strip_prefix("include") else { return Vec::new() };
        let rest = rest.trim_start_matches("_next").trim();
        let path = match rest.strip_prefix('<') {
            Some(inside) => inside.split('>').next().map(|path| format!("<{}", path.trim())),
            None => super::quoted(rest).map(str::to_owned),
        };
        path.map(|path| Binding::wildcard(&path)).into_iter().collect()
    }

    fn modules(&self, tree: Tree<'_>) -> Box<dyn Modules> {
        Box::new(CModules::new(tree))
    }

    fn textual_imports(&self) -> bool {
        true
    }

    fn implicit_members(&self) -> bool {
        true
    }

    fn open_modules(&self) -> bool {
        true
    }

    /// A declaration without its parameters is what it gives; what is pointed at is told by no index.
    fn adapts(&self, member: &str) -> bool {
        member.is_empty() || member == "[]"
    }

    fn transparent_types(&self) -> &'static [&'static str] {
        &["optional", "shared_ptr", "unique_ptr", "weak_ptr"]
    }

    fn own_words(&self) -> &'static [(&'static str, bool)] {
        &[("this", false)]
    }
}

#[derive(Debug, Default)]
struct CModules {
    paths: Vec<String>,
    files: FxHashMap<String, u32>,
    /// By file name.
    named: FxHashMap<String, Vec<u32>>,
}

impl CModules {
    fn new(tree: Tree<'_>) -> Self {
        let mut modules = Self { paths: tree.files.iter().map(|file| file.path.clone()).collect(), ..Self::default() };
        for (at, file) in tree.of("c") {
            modules.files.insert(file.path.clone(), at);
            let name = file.path.rsplit('/').next().unwrap_or(&file.path);
            modules.named.entry(name.to_owned()).or_default().push(at);
        }
        modules
    }

    /// The file whose path ends like this one, nearest to the includer.
    fn ending(&self, importer: &str, path: &str) -> Option<u32> {
        let plain = path.trim_start_matches("../").trim_start_matches("./");
        let all = self.named.get(plain.rsplit('/').next()?)?;
        let fits = |at: &&u32| {
            let own = &self.paths[**at as usize];
            own.strip_suffix(plain).is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        let near = |at: &&u32| {
            let own = &self.paths[**at as usize];
            (shared_prefix(own, importer), std::cmp::Reverse(own.len()), std::cmp::Reverse(**at))
        };
        all.iter().filter(fits).max_by_key(near).copied()
    }
}

impl Modules for CModules {
    fn find(&self, from: u32, _inner: usize, module: &str) -> Vec<Start> {
        let importer = &self.paths[from as usize];
        let found = match module.strip_prefix('<') {
            Some(path) if STANDARD.contains(&path) => None,
            Some(path) => self.ending(importer, path),
            None => {
                let beside = join(directory(importer), module).and_then(|path| self.files.get(&path).copied());
                beside.or_else(|| self.ending(importer, module))
            }
        };
        found.filter(|file| *file != from).map(Start::file).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Shape, Source};
    use super::*;

    #[test]
    fn both_forms_of_include_are_read() {
        let read = |text: &str| C.bindings(text).into_iter().next().map(|b| (b.shape, b.module));
        let wild = |module: &str| Some((Shape::Wildcard, module.to_owned()));
        assert_eq!(read("#include \"shop/cart.h\"\n"), wild("shop/cart.h"));
        assert_eq!(read("# include <shop/cart.h>"), wild("<shop/cart.h"));
        assert_eq!(read("#include CONFIG"), None);
        assert_eq!(read("using shop::Cart;"), Some((Shape::Name, "shop".to_owned())));
        assert_eq!(read("using namespace shop;"), None);
    }

    #[test]
    fn an_include_is_looked_for_here_and_then_by_the_end_of_its_path() {
        let paths = ["a/inc/cart.h", "a/src/cart.h", "a/src/main.c", "b/inc/shop/cart.h", "compat/stdio.h"];
        let files: Vec<Source> =
            paths.iter().map(|path| Source { path: (*path).to_owned(), family: "c", clause: None }).collect();
        let modules = C.modules(Tree { files: &files, packages: &[] });
        let found = |module: &str| modules.find(2, 0, module).first().map(|start| paths[start.file as usize]);
        assert_eq!(found("cart.h"), Some("a/src/cart.h"));
        assert_eq!(found("../inc/cart.h"), Some("a/inc/cart.h"));
        assert_eq!(found("<shop/cart.h"), Some("b/inc/shop/cart.h"));
        assert_eq!(found("<stdio.h"), None);
        assert_eq!(found("none.h"), None);
    }
}
