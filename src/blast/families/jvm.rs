//! The JVM languages: a package clause puts a file into a package, whose types see each other without an import. An
//! import names a type, a member of one (`static`), or everything in a package or type (`*`). Where a file shows no
//! clause, its package is read off its directory below the usual source folders.

use super::super::Tier;
use super::namespaces::Namespaces;
use super::{Binding, Family, Modules, Shape, Source, Strangers, Tree, directory, leads};

#[derive(Debug)]
pub(super) struct Jvm;

impl Family for Jvm {
    fn bindings(&self, text: &str) -> Vec<Binding> {
        let text = super::without_comments(text);
        let text = text.trim().trim_end_matches(';').trim();
        let Some(rest) = text.strip_prefix("import ") else { return Vec::new() };
        let rest = rest.trim_start();
        let rest = rest.strip_prefix("static ").unwrap_or(rest);
        let (path, alias) = match rest.split_once(" as ") {
            Some((path, alias)) => (path, Some(alias.trim())),
            None => (rest, None),
        };
        let path = path.replace(char::is_whitespace, "");
        if let Some(module) = path.strip_suffix(".*").or_else(|| path.strip_suffix("._")) {
            return std::iter::once(Binding::wildcard(module)).chain(holders(module)).collect();
        }
        let Some((module, name)) = path.rsplit_once('.') else { return Vec::new() };
        let mut all = vec![Binding::name(module, name, alias.unwrap_or(name))];
        all.extend(holders(module));
        all
    }

    fn clause(&self, text: &str) -> Option<String> {
        let name = text.trim().strip_prefix("package ")?.trim_end_matches(';');
        Some(name.replace(char::is_whitespace, ""))
    }

    /// What a type lacks it has from the types that all others extend; functions that extend it are asked before.
    fn strangers(&self) -> Strangers {
        Strangers::None
    }

    fn binds_names(&self, _script: bool) -> bool {
        true
    }

    /// A type of a package that needs no import.
    fn unbound_is_outside(&self, name: &str) -> bool {
        name.starts_with(char::is_uppercase)
    }

    fn calls_are_exact(&self) -> bool {
        true
    }

    fn paths_without_import(&self) -> bool {
        true
    }

    /// A group names the packages of its artifacts more often than not.
    fn imports_package(&self, module: &str, ecosystem: &str, package: &str) -> Option<Tier> {
        let group = package.split(':').next().filter(|group| group.contains('.'))?;
        (matches!(ecosystem, "maven" | "gradle") && leads(module, group, ".")).then_some(Tier::Likely)
    }

    fn modules(&self, tree: Tree<'_>) -> Box<dyn Modules> {
        let package = |file: &Source| file.clause.as_deref().map_or_else(|| package_from(&file.path), str::to_owned);
        Box::new(Namespaces::new(tree, "jvm", package))
    }

    /// Java has no functions outside types, so this finds none there.
    fn has_extensions(&self) -> bool {
        true
    }

    fn implicit_members(&self) -> bool {
        true
    }
}

/// Types that a path goes through: `com.shop.Cart.Line` names `Cart` too, without binding it. Types begin with a capital.
fn holders(module: &str) -> Vec<Binding> {
    let parts = module.match_indices('.').map(|(at, _)| at).chain([module.len()]);
    let prefixes = parts.filter_map(|end| module[..end].rsplit_once('.'));
    let types = prefixes.filter(|(_, name)| name.starts_with(|c: char| c.is_uppercase()));
    types
        .map(|(module, name)| Binding { local: None, shape: Shape::Export, ..Binding::name(module, name, name) })
        .collect()
}

/// The package that a directory suggests: what stands below the last source folder.
fn package_from(path: &str) -> String {
    let folder = directory(path);
    let below = ["/java/", "/kotlin/", "/scala/", "/groovy/", "src/"]
        .iter()
        .find_map(|mark| format!("/{folder}/").rfind(mark).map(|at| at + mark.len() - 1));
    folder[below.unwrap_or(0).min(folder.len())..].trim_matches('/').replace('/', ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_import_is_read() {
        let read = |text: &str| Jvm.bindings(text).into_iter().next().map(|b| (b.shape, b.module, b.local));
        let named = |module: &str, local: &str| Some((Shape::Name, module.to_owned(), Some(local.to_owned())));
        assert_eq!(read("import com.shop.Cart;"), named("com.shop", "Cart"));
        assert_eq!(read("import static com.shop.Cart.total;"), named("com.shop.Cart", "total"));
        assert_eq!(read("import com.shop.Cart as Basket"), named("com.shop", "Basket"));
        assert_eq!(read("import com.shop.*;"), Some((Shape::Wildcard, "com.shop".to_owned(), None)));
        assert_eq!(Jvm.clause("package com.shop ;").as_deref(), Some("com.shop"));
        assert!(read("import ;").is_none() && read("package a;").is_none());
    }

    #[test]
    fn a_type_is_found_below_the_longest_package() {
        let file = |path: &str, clause: Option<&str>| Source {
            path: path.to_owned(),
            family: "jvm",
            clause: clause.map(Into::into),
        };
        let files = [file("m/src/main/java/com/shop/Cart.java", None), file("x/Order.java", Some("com.shop"))];
        let modules = Jvm.modules(Tree { files: &files, packages: &[] });
        assert_eq!(modules.module_of(1), 0, "the clause and the directory name one package");
        assert_eq!(modules.find(1, 0, "com.shop.Cart.Line")[0].rest, ["Cart", "Line"]);
        assert!(modules.find(0, 0, "java.util").is_empty());
    }
}
