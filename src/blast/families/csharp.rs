//! C#: a namespace puts a file into a module, whose types see each other and those of the namespaces around it. `using`
//! names a namespace, or with `static` a type, all of whose names are visible then; with `=` it gives one of them another
//! name. Of several namespaces in a file the last one counts. Global `using`s of other files are not followed.

use super::super::Tier;
use super::namespaces::{Namespaces, around};
use super::{Binding, Family, Modules, Source, Tree, leads};

#[derive(Debug)]
pub(super) struct CSharp;

impl Family for CSharp {
    fn bindings(&self, text: &str) -> Vec<Binding> {
        let text = super::without_comments(text);
        let text = text.trim().trim_end_matches(';').trim();
        let text = text.strip_prefix("global ").unwrap_or(text).trim_start();
        let Some(rest) = text.strip_prefix("using ") else { return Vec::new() };
        let rest = rest.trim_start();
        let rest = rest.strip_prefix("static ").unwrap_or(rest);
        let plain = |text: &str| text.replace("global::", "").replace(char::is_whitespace, "");
        match rest.split_once('=') {
            Some((alias, path)) => {
                let path = plain(path.split('<').next().unwrap_or(path));
                let named = path.rsplit_once('.').map(|(module, name)| Binding::name(module, name, alias.trim()));
                named.into_iter().collect()
            }
            None => Some(plain(rest))
                .filter(|path| !path.is_empty())
                .map(|path| Binding::wildcard(&path))
                .into_iter()
                .collect(),
        }
    }

    /// `namespace Shop.Core;`, or the name alone.
    fn clause(&self, text: &str) -> Option<String> {
        let text = text.trim();
        if text.starts_with("using ") || text.starts_with("global ") {
            return None;
        }
        let name = text.strip_prefix("namespace ").unwrap_or(text);
        let name = name.split([';', '{']).next().unwrap_or(name).replace(char::is_whitespace, "");
        let fits = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '@'));
        fits.then_some(name)
    }

    fn clause_bindings(&self, clause: &str) -> Vec<Binding> {
        around(clause).map(Binding::wildcard).collect()
    }

    /// A package mostly is named like its namespace.
    fn imports_package(&self, module: &str, ecosystem: &str, package: &str) -> Option<Tier> {
        (ecosystem == "nuget" && leads(&module.to_lowercase(), &package.to_lowercase(), ".")).then_some(Tier::Likely)
    }

    fn modules(&self, tree: Tree<'_>) -> Box<dyn Modules> {
        Box::new(Namespaces::new(tree, "csharp", |file: &Source| file.clause.as_deref().unwrap_or("").to_owned()))
    }

    fn implicit_members(&self) -> bool {
        true
    }

    fn paths_without_import(&self) -> bool {
        true
    }

    fn open_modules(&self) -> bool {
        true
    }

    fn transparent_types(&self) -> &'static [&'static str] {
        &["Lazy", "Nullable", "Task", "ValueTask"]
    }

    fn has_properties(&self) -> bool {
        true
    }

    fn own_words(&self) -> &'static [(&'static str, bool)] {
        &[("this", false), ("base", true)]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Shape;
    use super::*;

    #[test]
    fn every_form_of_using_is_read() {
        let read = |text: &str| CSharp.bindings(text).into_iter().next().map(|b| (b.shape, b.module, b.local));
        let wild = |module: &str| Some((Shape::Wildcard, module.to_owned(), None));
        assert_eq!(read("using Shop.Core;"), wild("Shop.Core"));
        assert_eq!(read("global using static Shop.Core.Money ;"), wild("Shop.Core.Money"));
        let alias = Some((Shape::Name, "Shop.Core".to_owned(), Some("Basket".to_owned())));
        assert_eq!(read("using Basket = global::Shop.Core.Cart<int>;"), alias);
        assert_eq!(read("using ;"), None);
        assert_eq!(CSharp.clause("namespace Shop.Core;").as_deref(), Some("Shop.Core"));
        assert_eq!(CSharp.clause("Shop.Core").as_deref(), Some("Shop.Core"));
        assert_eq!(CSharp.clause("using Shop;"), None);
        let around: Vec<String> = CSharp.clause_bindings("A.B.C").into_iter().map(|b| b.module).collect();
        assert_eq!(around, ["A.B", "A"]);
    }
}
