//! PHP: a namespace puts a file into a module, whose names see each other; `use` names a class, a function or a constant of
//! another one, alone or in a group. Which file holds a class follows from the namespaces that files declare, so no map of
//! an autoloader is needed. `require` only runs a file; paths that are put together are not read.

use super::super::Tier;
use super::namespaces::Namespaces;
use super::{Binding, Family, Modules, Source, Start, Tree, directory, join, quoted};
use rustc_hash::FxHashMap;

#[derive(Debug)]
pub(super) struct Php;

impl Family for Php {
    fn bindings(&self, text: &str) -> Vec<Binding> {
        let text = super::without_comments(text);
        let text = text.trim().trim_end_matches(';').trim();
        if let Some(rest) = text.strip_prefix("use ") {
            return uses(rest.trim_start());
        }
        let runs = ["require", "include"].iter().any(|word| text.starts_with(word));
        // `__DIR__ . '/x.php'` is a path from the own directory
        let path = if runs { quoted(text) } else { None };
        path.map(|path| Binding::side_effect(&format!("./{}", path.trim_start_matches('/')))).into_iter().collect()
    }

    fn clause(&self, text: &str) -> Option<String> {
        let text = text.trim();
        if text.starts_with("use ") || text.contains(['(', '\'', '"']) {
            return None;
        }
        let name =
            text.strip_prefix("namespace").filter(|rest| rest.starts_with([' ', '\t', '\n', ';'])).unwrap_or(text);
        let name = dotted(name.trim().trim_end_matches(';'));
        (!name.contains(' ') && !name.is_empty()).then_some(name)
    }

    /// Functions and constants that a namespace lacks are those without one.
    fn clause_bindings(&self, clause: &str) -> Vec<Binding> {
        if clause.is_empty() { Vec::new() } else { vec![Binding::wildcard("")] }
    }

    /// A package names its namespace more often than not.
    fn imports_package(&self, module: &str, ecosystem: &str, package: &str) -> Option<Tier> {
        let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        let (vendor, name) = package.split_once('/').filter(|_| ecosystem == "packagist")?;
        let mut parts = module.split('.').map(plain);
        let (first, second) = (parts.next()?, parts.next().unwrap_or_default());
        let fits = first == plain(name)
            || (first == plain(vendor) && (plain(name).contains(&second) || second.contains(&plain(name))));
        fits.then_some(Tier::Likely)
    }

    fn modules(&self, tree: Tree<'_>) -> Box<dyn Modules> {
        Box::new(PhpModules::new(tree))
    }

    fn paths_without_import(&self) -> bool {
        true
    }

    fn constructors(&self) -> &'static [&'static str] {
        &["__construct"]
    }

    fn own_words(&self) -> &'static [(&'static str, bool)] {
        &[("this", false), ("self", false), ("static", false), ("parent", true)]
    }
}

/// `A\B\C as D`, `function A\f`, `A\{B, C as D}`, `A\B, A\C`.
fn uses(text: &str) -> Vec<Binding> {
    let text = ["function ", "const "].iter().find_map(|word| text.strip_prefix(word)).unwrap_or(text);
    let (prefix, inside) = match text.split_once('{') {
        Some((prefix, rest)) => (prefix.trim(), rest.trim_end().trim_end_matches('}')),
        None => ("", text),
    };
    let one = |part: &str| {
        let part = ["function ", "const "].iter().find_map(|word| part.strip_prefix(word)).unwrap_or(part);
        let (path, alias) = match part.split_once(" as ") {
            Some((path, alias)) => (path, Some(alias.trim())),
            None => (part, None),
        };
        let path = dotted(&format!("{prefix}{}", path.trim()));
        let (module, name) = path.rsplit_once('.').unwrap_or(("", &path));
        (!name.is_empty()).then(|| Binding::name(module, name, alias.unwrap_or(name)))
    };
    inside.split(',').map(str::trim).filter(|part| !part.is_empty()).filter_map(one).collect()
}

/// `\A\B` as `A.B`.
fn dotted(path: &str) -> String {
    path.trim().trim_start_matches('\\').replace('\\', ".")
}

#[derive(Debug)]
struct PhpModules {
    namespaces: Namespaces,
    paths: Vec<String>,
    files: FxHashMap<String, u32>,
}

impl PhpModules {
    fn new(tree: Tree<'_>) -> Self {
        let namespaces = Namespaces::new(tree, "php", |file: &Source| file.clause.as_deref().unwrap_or("").to_owned());
        let files = tree.of("php").map(|(at, file)| (file.path.clone(), at)).collect();
        Self { namespaces, paths: tree.files.iter().map(|file| file.path.clone()).collect(), files }
    }
}

impl Modules for PhpModules {
    fn module_of(&self, file: u32) -> u32 {
        self.namespaces.module_of(file)
    }

    fn find(&self, from: u32, inner: usize, module: &str) -> Vec<Start> {
        if !module.starts_with("./") {
            return self.namespaces.find(from, inner, &dotted(module));
        }
        let path = join(directory(&self.paths[from as usize]), module);
        let file = path.and_then(|path| self.files.get(&path));
        file.map(|file| Start::file(*file)).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::*;

    #[test]
    fn every_form_of_use_is_read() {
        let rows = |text: &str| -> Vec<(String, String, String)> {
            let all = Php.bindings(text).into_iter();
            all.map(|b| (b.module, b.name.unwrap_or_default(), b.local.unwrap_or_default())).collect()
        };
        let row = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(rows("use Shop\\Cart\\Line;"), [row("Shop.Cart", "Line", "Line")]);
        assert_eq!(rows("use \\Shop\\Cart as Basket;"), [row("Shop", "Cart", "Basket")]);
        assert_eq!(rows("use function Shop\\total;"), [row("Shop", "total", "total")]);
        assert_eq!(rows("use Shop\\{Cart, Line as L};"), [row("Shop", "Cart", "Cart"), row("Shop", "Line", "L")]);
        let run = Php.bindings("require_once __DIR__ . '/functions.php'");
        assert_eq!((run[0].shape, run[0].module.as_str()), (Shape::SideEffect, "./functions.php"));
        assert_eq!(Php.clause("namespace Shop\\Cart;").as_deref(), Some("Shop.Cart"));
        assert!(Php.clause("use Shop\\Cart;").is_none() && Php.clause("require 'x.php'").is_none());
    }

    #[test]
    fn a_package_is_known_by_its_namespace() {
        let known = |module: &str, package: &str| Php.imports_package(module, "packagist", package).is_some();
        assert!(known("GuzzleHttp.Psr7", "guzzlehttp/psr7") && known("Monolog.Logger", "monolog/monolog"));
        assert!(known("Symfony.Component", "symfony/component") && !known("Shop.Cart", "monolog/monolog"));
    }
}
