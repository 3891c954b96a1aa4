//! Go: a package is a directory, whose files see each other's top-level names. An import path is the module's name from
//! `go.mod` and the directory below it; names are used as `package.Name`. Modules that `replace` (in `go.mod` or `go.work`)
//! puts into a folder of the repository are found there.

use super::super::Tier;
use super::super::node_manifests::PathAlias;
use super::{Binding, Family, Modules, Start, Strangers, Tree, directory, join, leads};
use rustc_hash::FxHashMap;

#[derive(Debug)]
pub(super) struct Go;

impl Family for Go {
    fn bindings(&self, text: &str) -> Vec<Binding> {
        text.split(['\n', ';']).filter_map(|line| import_line(line.trim())).collect()
    }

    fn implicit_interfaces(&self) -> bool {
        true
    }

    fn types_are_closed(&self) -> bool {
        true
    }

    fn strangers(&self) -> Strangers {
        Strangers::None
    }

    fn adapts(&self, member: &str) -> bool {
        member == "[]"
    }

    fn imports_package(&self, module: &str, ecosystem: &str, package: &str) -> Option<Tier> {
        (ecosystem == "go" && leads(module, package, "/")).then_some(Tier::Exact)
    }

    fn modules(&self, tree: Tree<'_>) -> Box<dyn Modules> {
        Box::new(GoModules::new(tree))
    }
}

/// One line of an import declaration, with or without the keyword: `alias "path"`, `. "path"`, `_ "path"`.
fn import_line(line: &str) -> Option<Binding> {
    if line.starts_with("//") {
        return None;
    }
    let line = line.strip_prefix("import").unwrap_or(line).trim_start().trim_start_matches('(').trim_start();
    let open = line.find(['"', '`'])?;
    let path = super::quoted(&line[open..])?;
    match line[..open].trim() {
        "" => Some(Binding::module(path, default_name(path))),
        "_" => Some(Binding::side_effect(path)),
        "." => Some(Binding::wildcard(path)),
        alias if alias.chars().all(|c| c.is_alphanumeric() || c == '_') => Some(Binding::module(path, alias)),
        _ => None,
    }
}

/// The name a package usually has: the last part of its path that is not a version.
fn default_name(path: &str) -> &str {
    let version =
        |part: &&str| part.len() > 1 && part.starts_with('v') && part[1..].bytes().all(|b| b.is_ascii_digit());
    let name = path.rsplit('/').find(|part| !version(part)).unwrap_or(path);
    name.strip_prefix("go-").unwrap_or(name)
}

#[derive(Debug, Default)]
struct GoModules {
    /// Directory to the first file of its package; test packages share it.
    directories: FxHashMap<String, u32>,
    module_of: FxHashMap<u32, u32>,
    /// (module name, its directory), longest name first.
    modules: Vec<(String, String)>,
}

impl GoModules {
    fn new(tree: Tree<'_>) -> Self {
        let mut modules = Self::default();
        for (at, file) in tree.of("go") {
            let first = *modules.directories.entry(directory(&file.path).to_owned()).or_insert(at);
            modules.module_of.insert(at, first);
        }
        let manifests = tree.packages.iter().filter(|package| package.ecosystem == "go");
        for package in manifests {
            // `go.work` names no module of its own
            let named = !package.name.is_empty();
            modules.modules.extend(named.then(|| (package.name.to_string(), package.directory.clone())));
            let folder =
                |alias: &PathAlias| Some((alias.pattern.clone(), join(&alias.directory, alias.targets.first()?)?));
            modules.modules.extend(package.exports.iter().filter_map(folder));
        }
        modules.modules.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        modules
    }
}

impl Modules for GoModules {
    fn module_of(&self, file: u32) -> u32 {
        self.module_of.get(&file).copied().unwrap_or(file)
    }

    fn find(&self, _from: u32, _inner: usize, module: &str) -> Vec<Start> {
        let inside = self.modules.iter().find_map(|(name, folder)| {
            let rest = module.strip_prefix(name.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| join(folder, rest)).flatten()
        });
        let file = inside.and_then(|folder| self.directories.get(&folder));
        file.map(|file| Start::file(*file)).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::*;

    #[test]
    fn single_and_grouped_imports_are_read() {
        let rows = |text: &str| -> Vec<_> {
            Go.bindings(text).into_iter().map(|b| (b.shape, b.module, b.local.unwrap_or_default())).collect()
        };
        let found =
            rows("import (\n\t\"fmt\"\n\tlog \"x.org/zap\"\n\t_ \"x.org/driver\"\n\t. \"x.org/dot\"\n\t// \"no\"\n)");
        let row = |shape, module: &str, local: &str| (shape, module.to_owned(), local.to_owned());
        assert_eq!(found[..2], [row(Shape::Module, "fmt", "fmt"), row(Shape::Module, "x.org/zap", "log")]);
        assert_eq!(found[2].0, Shape::SideEffect);
        assert_eq!(found[3].0, Shape::Wildcard);
        assert_eq!(found.len(), 4, "a comment imports nothing");
        assert_eq!(rows("\"x.org/shop/v2\"")[0].2, "shop");
    }

    #[test]
    fn a_replaced_module_is_found_in_its_folder() {
        use super::super::super::packages::Package;
        use super::super::Source;
        let alias = PathAlias { directory: "app".into(), pattern: "x.org/lib".into(), targets: vec!["../lib".into()] };
        let package = Package {
            directory: "app".into(),
            name: "x.org/app".into(),
            ecosystem: "go",
            exports: vec![alias],
            ..Package::default()
        };
        let files = ["app/main.go", "lib/money/money.go"];
        let files: Vec<Source> =
            files.iter().map(|path| Source { path: (*path).to_owned(), family: "go", clause: None }).collect();
        let modules = GoModules::new(Tree { files: &files, packages: &[package] });
        assert_eq!(modules.find(0, 0, "x.org/lib/money"), [Start::file(1)]);
        assert!(modules.find(0, 0, "x.org/library").is_empty());
    }
}
