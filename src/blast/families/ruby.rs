//! Ruby: constants are looked up through the modules around a place, and modules are open, so one that is named in many
//! files is one module. Whether a file was required is not asked: autoloaders load by name, and what a program runs has
//! loaded what it names. `require` and `require_relative` lead to files all the same. Methods that are made at run time
//! are not seen.

use super::super::Tier;
use super::{Binding, Family, Modules, Start, Tree, directory, join, quoted};
use rustc_hash::FxHashMap;

#[derive(Debug)]
pub(super) struct Ruby;

impl Family for Ruby {
    fn bindings(&self, text: &str) -> Vec<Binding> {
        let text = text.trim();
        let Some(path) = (match text.strip_prefix("autoload") {
            Some(rest) => rest.split_once(',').and_then(|(_, path)| quoted(path)),
            None => quoted(text),
        }) else {
            return Vec::new();
        };
        let near = if text.starts_with("require_relative") { "./" } else { "" };
        vec![Binding::side_effect(&format!("{near}{path}"))]
    }

    /// A gem mostly gives out a file of its own name.
    fn imports_package(&self, module: &str, ecosystem: &str, package: &str) -> Option<Tier> {
        let (module, gem) = (module.replace('-', "_"), package.replace('-', "_"));
        let fits = module == gem || module.starts_with(&format!("{gem}/")) || module == package.replace('-', "/");
        (ecosystem == "rubygems" && fits).then_some(Tier::Likely)
    }

    fn modules(&self, tree: Tree<'_>) -> Box<dyn Modules> {
        Box::new(RubyModules::new(tree))
    }

    fn implicit_members(&self) -> bool {
        true
    }

    fn open_modules(&self) -> bool {
        true
    }

    fn modules_lend_members(&self) -> bool {
        true
    }

    fn constructors(&self) -> &'static [&'static str] {
        &["initialize"]
    }

    fn maker(&self) -> Option<&'static str> {
        Some("new")
    }

    fn own_words(&self) -> &'static [(&'static str, bool)] {
        &[("self", false), ("super", true)]
    }
}

#[derive(Debug, Default)]
struct RubyModules {
    paths: Vec<String>,
    files: FxHashMap<String, u32>,
    /// Path below a directory that is searched (`lib`, `app/models`, ...) without its ending, to files.
    loaded: FxHashMap<String, Vec<u32>>,
    first: u32,
}

impl RubyModules {
    fn new(tree: Tree<'_>) -> Self {
        let mut modules = Self { paths: tree.files.iter().map(|file| file.path.clone()).collect(), ..Self::default() };
        modules.first = tree.of("ruby").next().map_or(0, |(at, _)| at);
        for (at, file) in tree.of("ruby") {
            modules.files.insert(file.path.clone(), at);
            let stem = file.path.strip_suffix(".rb").unwrap_or(&file.path);
            let starts = ["lib/", "spec/", "test/"].iter().filter_map(|folder| {
                let at =
                    if stem.starts_with(folder) { Some(0) } else { stem.rfind(&format!("/{folder}")).map(|at| at + 1) };
                at.map(|at| at + folder.len())
            });
            for start in starts {
                modules.loaded.entry(stem[start..].to_owned()).or_default().push(at);
            }
        }
        modules
    }
}

impl Modules for RubyModules {
    /// All files see each other's names.
    fn module_of(&self, _file: u32) -> u32 {
        self.first
    }

    fn find(&self, from: u32, _inner: usize, module: &str) -> Vec<Start> {
        let stem = module.strip_suffix(".rb").unwrap_or(module);
        let importer = &self.paths[from as usize];
        let file = match stem.starts_with("./") {
            true => join(directory(importer), stem).and_then(|path| self.files.get(&format!("{path}.rb")).copied()),
            false => {
                let near = |at: &&u32| super::shared_prefix(&self.paths[**at as usize], importer);
                self.loaded.get(stem).and_then(|all| all.iter().rev().max_by_key(near)).copied()
            }
        };
        file.map(Start::file).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Source;
    use super::*;

    #[test]
    fn required_files_are_found_from_the_library_and_from_here() {
        let paths = ["core/lib/shop/cart.rb", "core/lib/shop.rb", "core/spec/cart_spec.rb"];
        let files: Vec<Source> =
            paths.iter().map(|path| Source { path: (*path).to_owned(), family: "ruby", clause: None }).collect();
        let modules = Ruby.modules(Tree { files: &files, packages: &[] });
        let found = |from: u32, text: &str| {
            let module = Ruby.bindings(text).remove(0).module;
            modules.find(from, 0, &module).first().map(|start| start.file)
        };
        assert_eq!(found(2, "require 'shop/cart'"), Some(0));
        assert_eq!(found(1, "require_relative \"shop/cart\""), Some(0));
        assert_eq!(found(1, "autoload :Cart, 'shop/cart'"), Some(0));
        assert_eq!(found(1, "require 'json'"), None);
        assert!(Ruby.bindings("require path").is_empty());
    }
}
