//! Which file a module specifier of JavaScript or TypeScript means: relative ones with the usual endings (a written `.js`
//! may be a `.ts`) and `index` files; `paths` and `baseUrl` of the nearest tsconfig with those it extends; `imports` of
//! the nearest package; packages of the same repository, a package's own name among them, by their `exports`. A manifest
//! names what a build puts out: where that is not in the tree, the source it is most likely made from is looked for.

use super::super::node_manifests::PathAlias;
use super::super::packages::Package;
use super::{Modules, Start, Tree, directory, join, shared_prefix};
use rustc_hash::FxHashMap;

const ENDINGS: [&str; 9] = [".ts", ".tsx", ".mts", ".cts", ".d.ts", ".js", ".jsx", ".mjs", ".cjs"];
const INDEXES: [&str; 7] =
    ["/index.ts", "/index.tsx", "/index.mts", "/index.d.ts", "/index.js", "/index.jsx", "/index.mjs"];
/// Endings of what a compiler puts out, longest first; what it is made from has one of `ENDINGS`.
const BUILT: [&str; 7] = [".d.mts", ".d.cts", ".d.ts", ".mjs", ".cjs", ".jsx", ".js"];
/// Folders that hold the source of a package, as seen from its manifest.
const SOURCES: [&str; 4] = ["src", "", "lib", "source"];
/// Leading folders of a built file that need not be in the source (`dist/esm/node/`), in folders.
const BUILT_FOLDERS_MAX: usize = 3;
/// Configurations that extend each other, followed at most so far (steps).
const EXTENDS_STEPS_MAX: usize = 8;

#[derive(Debug, Default)]
pub(super) struct EcmaModules {
    paths: Vec<String>,
    files: FxHashMap<String, u32>,
    /// Packages with a name: (directory, entry files, exports).
    packages: Vec<Node>,
    by_name: FxHashMap<String, Vec<usize>>,
    /// By scope: the deepest directory first, then the longest pattern.
    aliases: Vec<Scoped>,
}

#[derive(Debug)]
struct Node {
    directory: String,
    roots: Vec<String>,
    exports: Vec<PathAlias>,
    imports: Vec<PathAlias>,
}

/// An alias, and the directory whose files may use it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Scoped {
    scope: String,
    alias: PathAlias,
}

impl EcmaModules {
    pub(super) fn new(tree: Tree<'_>) -> Self {
        let mut modules = Self { paths: vec![String::new(); tree.files.len()], ..Self::default() };
        for (at, file) in tree.of("ecmascript") {
            modules.paths[at as usize] = file.path.clone();
            modules.files.insert(file.path.clone(), at);
        }
        for package in tree.packages.iter().filter(|package| package.ecosystem == "npm" && !package.name.is_empty()) {
            modules.by_name.entry(package.name.to_string()).or_default().push(modules.packages.len());
            modules.packages.push(Node {
                directory: package.directory.clone(),
                roots: package.roots.clone(),
                exports: package.exports.clone(),
                imports: package.imports.clone(),
            });
        }
        modules.aliases = aliases(tree.packages);
        modules
    }

    /// A module file by its path with, without or with another ending.
    fn at(&self, path: &str) -> Option<u32> {
        if let Some(file) = self.files.get(path) {
            return Some(*file);
        }
        let bare = BUILT.iter().find_map(|ending| path.strip_suffix(ending));
        let stems = std::iter::once(path).chain(bare);
        let mut tries = stems.flat_map(|stem| ENDINGS.iter().chain(&INDEXES).map(move |end| format!("{stem}{end}")));
        tries.find_map(|path| self.files.get(path.trim_start_matches('/')).copied())
    }

    fn relative(&self, from: u32, module: &str) -> Option<u32> {
        self.at(&join(directory(&self.paths[from as usize]), module)?)
    }

    fn alias(&self, from: u32, module: &str) -> Option<u32> {
        let path = &self.paths[from as usize];
        let scope = self.aliases.iter().filter(|one| holds(&one.scope, path));
        scope.filter_map(|one| Some((&one.alias, stand_in(&one.alias.pattern, module)?))).find_map(|(alias, star)| {
            alias.targets.iter().find_map(|target| self.source(&alias.directory, &target.replace('*', star)))
        })
    }

    /// A file that a manifest names, or the source that it is built from.
    fn source(&self, folder: &str, target: &str) -> Option<u32> {
        let plain = join(folder, target)?;
        if let Some(file) = self.at(&plain) {
            return Some(file);
        }
        let inside = plain.strip_prefix(folder)?.trim_start_matches('/');
        let mut rest = inside;
        for _ in 0..BUILT_FOLDERS_MAX {
            rest = rest.split_once('/')?.1;
            let found = SOURCES.iter().find_map(|source| self.at(&join(folder, &format!("{source}/{rest}"))?));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The directory of the nearest package above a file that has private specifiers.
    fn private(&self, from: u32, module: &str) -> Option<u32> {
        let path = &self.paths[from as usize];
        let above = self.packages.iter().filter(|node| holds(&node.directory, path) && !node.imports.is_empty());
        let node = above.max_by_key(|node| node.directory.len())?;
        self.mapped(node, &node.imports, module)
    }

    /// The file that a map of subpaths gives for one of them: an exact line first, then the longest pattern.
    fn mapped(&self, node: &Node, map: &[PathAlias], subpath: &str) -> Option<u32> {
        let mut fitting: Vec<(&PathAlias, &str)> =
            map.iter().filter_map(|alias| Some((alias, stand_in(&alias.pattern, subpath)?))).collect();
        fitting.sort_by_key(|(alias, _)| (alias.pattern.contains('*'), usize::MAX - alias.pattern.len()));
        fitting.into_iter().find_map(|(alias, star)| {
            alias.targets.iter().find_map(|target| self.source(&node.directory, &target.replace('*', star)))
        })
    }

    /// `name` or `name/inside` of a package in this repository.
    fn package(&self, from: u32, module: &str) -> Option<u32> {
        let cut = |module: &str| module.rfind('/').filter(|at| *at > 0);
        let mut name = module;
        loop {
            if let Some(all) = self.by_name.get(name) {
                let path = &self.paths[from as usize];
                let near = |at: &&usize| shared_prefix(&format!("{}/", self.packages[**at].directory), path);
                let node = &self.packages[*all.iter().rev().max_by_key(near)?];
                let inside = module[name.len()..].trim_start_matches('/');
                return self.inside(node, inside);
            }
            name = &name[..cut(name)?];
        }
    }

    fn inside(&self, node: &Node, inside: &str) -> Option<u32> {
        let subpath = if inside.is_empty() { ".".to_owned() } else { format!("./{inside}") };
        if let Some(file) = self.mapped(node, &node.exports, &subpath) {
            return Some(file);
        }
        let source = |part: &str| self.at(&join(&node.directory, part)?);
        if inside.is_empty() {
            let named = node.roots.iter().find_map(|root| {
                self.source(&node.directory, root.strip_prefix(node.directory.as_str()).unwrap_or(root))
            });
            return named.or_else(|| source("src")).or_else(|| source("src/index")).or_else(|| source(""));
        }
        self.source(&node.directory, inside).or_else(|| source(&format!("src/{inside}")))
    }
}

impl Modules for EcmaModules {
    fn find(&self, from: u32, _inner: usize, module: &str) -> Vec<Start> {
        let module = match module.strip_prefix('#') {
            Some(_) => module,
            None => module.split(['?', '#']).next().filter(|bare| !bare.is_empty()).unwrap_or(module),
        };
        let found = match module.chars().next() {
            None => Some(from),
            Some('.') => self.relative(from, module),
            Some('#') => self.private(from, module).or_else(|| self.alias(from, module)),
            _ => self.alias(from, module).or_else(|| self.package(from, module)),
        };
        found.map(Start::file).into_iter().collect()
    }
}

/// What the star of a pattern stands for in a specifier; empty for a pattern without one.
fn stand_in<'a>(pattern: &str, specifier: &'a str) -> Option<&'a str> {
    match pattern.split_once('*') {
        Some((before, after)) => specifier.strip_prefix(before)?.strip_suffix(after),
        None => (specifier == pattern).then_some(""),
    }
}

fn holds(folder: &str, path: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The aliases of every tsconfig, with what it takes over from those it extends.
fn aliases(packages: &[Package]) -> Vec<Scoped> {
    let configs: FxHashMap<&str, &Package> =
        packages.iter().filter_map(|package| Some((package.config.as_ref()?.path.as_str(), package))).collect();
    let mut found = Vec::new();
    for package in packages.iter().filter(|package| package.config.is_some()) {
        let (mut next, mut steps) = (vec![package], 0);
        while let Some(at) = next.pop() {
            let Some(config) = at.config.as_ref().filter(|_| steps < EXTENDS_STEPS_MAX) else { break };
            steps += 1;
            let scoped = |alias: &PathAlias| Scoped { scope: package.directory.clone(), alias: alias.clone() };
            found.extend(config.paths.iter().map(scoped));
            found.extend(config.base.iter().map(|base| Scoped {
                scope: package.directory.clone(),
                alias: PathAlias { directory: base.clone(), pattern: "*".to_owned(), targets: vec!["*".to_owned()] },
            }));
            next.extend(config.extends.iter().filter_map(|to| extended(packages, &configs, &at.directory, to)));
        }
    }
    let size = |one: &Scoped| (one.scope.len(), one.alias.pattern.len());
    found.sort_by(|a, b| size(b).cmp(&size(a)).then_with(|| a.cmp(b)));
    found.dedup();
    found
}

/// The configuration that an `extends` names: a file, or one inside a package of the repository.
fn extended<'a>(
    packages: &'a [Package],
    configs: &FxHashMap<&str, &'a Package>,
    folder: &str,
    to: &str,
) -> Option<&'a Package> {
    let path = match to.starts_with('.') {
        true => join(folder, to)?,
        false => {
            let named = packages.iter().filter(|package| package.ecosystem == "npm" && !package.name.is_empty());
            let inside = |package: &Package| {
                let rest = to.strip_prefix(&*package.name)?;
                (rest.is_empty() || rest.starts_with('/')).then(|| join(&package.directory, rest)).flatten()
            };
            named.filter_map(inside).next()?
        }
    };
    let tries = [path.clone(), format!("{path}.json"), format!("{path}/tsconfig.json")];
    tries.iter().find_map(|path| configs.get(path.trim_start_matches('/')).copied())
}

#[cfg(test)]
mod tests {
    use super::super::super::node_manifests::{node_package, ts_config};
    use super::super::Source;
    use super::*;
    use std::sync::Arc;

    fn source(path: &&str) -> Source {
        Source { path: (*path).to_owned(), family: "ecmascript", clause: None }
    }

    fn npm(folder: &str, text: &str) -> Package {
        let read = node_package(folder, text).expect("reads");
        Package {
            directory: folder.to_owned(),
            name: Arc::from(read.name),
            ecosystem: "npm",
            roots: read.roots,
            exports: read.exports,
            imports: read.imports,
            ..Package::default()
        }
    }

    fn config(path: &str, text: &str) -> Package {
        let config = ts_config(path, text);
        Package { directory: directory(path).to_owned(), ecosystem: "npm", config, ..Package::default() }
    }

    /// Where a specifier in `from` leads.
    fn check(files: &[&str], packages: &[Package], from: &str, module: &str, expected: Option<&str>) {
        let sources: Vec<Source> = files.iter().map(source).collect();
        let modules = EcmaModules::new(Tree { files: &sources, packages });
        let at = files.iter().position(|path| *path == from).expect("a file") as u32;
        let found = modules.find(at, 0, module).first().map(|start| files[start.file as usize]);
        assert_eq!(found, expected, "{from}: {module}");
    }

    #[test]
    fn a_written_js_may_be_a_ts_and_a_directory_an_index() {
        let files = ["src/a.ts", "src/lib/index.ts", "src/main.ts"];
        check(&files, &[], "src/main.ts", "./a.js", Some("src/a.ts"));
        check(&files, &[], "src/main.ts", "./lib", Some("src/lib/index.ts"));
        check(&files, &[], "src/lib/index.ts", "../a", Some("src/a.ts"));
        check(&files, &[], "src/main.ts", "a", None);
        check(&files, &[], "src/main.ts", "../../a", None);
    }

    #[test]
    fn exports_of_a_workspace_package_lead_to_the_source_of_what_is_built() {
        let files = ["p/core/src/index.ts", "p/core/src/money.ts", "p/core/src/node/fs.ts", "p/web/src/main.ts"];
        let core = npm(
            "p/core",
            r#"{"name": "@shop/core", "exports": {".": {"types": "./dist/types/index.d.ts", "import": "./dist/index.js"},
            "./money": "./dist/money.js", "./n/*": {"node": "./dist/esm/node/*.js"}}}"#,
        );
        let all = [core, npm("p/web", r#"{"name": "web"}"#)];
        check(&files, &all, "p/web/src/main.ts", "@shop/core", Some("p/core/src/index.ts"));
        check(&files, &all, "p/web/src/main.ts", "@shop/core/money", Some("p/core/src/money.ts"));
        check(&files, &all, "p/web/src/main.ts", "@shop/core/n/fs", Some("p/core/src/node/fs.ts"));
        check(&files, &all, "p/core/src/money.ts", "@shop/core", Some("p/core/src/index.ts"));
        check(&files, &all, "p/web/src/main.ts", "@shop/core/none", None);
    }

    #[test]
    fn private_specifiers_belong_to_the_nearest_package() {
        let files = ["a/db.ts", "a/main.ts", "b/main.ts"];
        let all = [npm("a", r##"{"name": "a", "imports": {"#db": "./db.js"}}"##), npm("b", r#"{"name": "b"}"#)];
        check(&files, &all, "a/main.ts", "#db", Some("a/db.ts"));
        check(&files, &all, "b/main.ts", "#db", None);
    }

    #[test]
    fn paths_come_from_the_nearest_configuration_and_those_it_extends() {
        let files = ["shared/log.ts", "web/src/cart.ts", "web/src/main.ts", "other/main.ts"];
        let base = r#"{"compilerOptions": {"baseUrl": ".", "paths": {"@log": ["shared/log"]}}}"#;
        let web = r#"{"extends": "../tsconfig.base.json", "compilerOptions": {"paths": {"~/*": ["./src/*"]}}}"#;
        let all = [config("tsconfig.base.json", base), config("web/tsconfig.json", web)];
        check(&files, &all, "web/src/main.ts", "~/cart", Some("web/src/cart.ts"));
        check(&files, &all, "web/src/main.ts", "@log", Some("shared/log.ts"));
        check(&files, &all, "other/main.ts", "~/cart", None);
        check(&files, &all, "other/main.ts", "shared/log", Some("shared/log.ts"));
    }
}
