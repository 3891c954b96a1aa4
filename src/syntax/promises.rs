//! What a file promises to code outside of it beyond names and signatures: that a trait is implemented, that an enum or a
//! struct is complete, what a type parameter must be able to do, under which condition an item exists at all, how it is
//! laid out. Only an exact front end sees these; visibility is what the file alone tells (`pub` inside `pub`).

use super::exact::Places;
use super::language::Language;
use std::collections::BTreeMap;
use std::ops::Range;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Fields, GenericParam, Generics, Item, Visibility};

/// The closed list of promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Promise {
    /// A public item is there.
    Item,
    /// A trait is implemented for a type.
    Implementation,
    /// What a type parameter must be able to do.
    Bound,
    /// Other code may list all variants, or name all fields.
    Complete,
    /// A variant or a field of something complete.
    Part,
    /// The item exists under a condition.
    Gate,
    /// How it lies in memory.
    Layout,
}

/// Promises of one file: what, about which item, in which words; and the line that says it.
pub type Promises = BTreeMap<(Promise, String, String), u32>;

/// The promises of a file; none if its language has no exact front end, or that cannot read it.
pub(super) fn promises(language: &Language, source: &[u8]) -> Option<Promises> {
    super::exact::promises(language.grammar.exact?, source)
}

/// Reads what `syn` parsed.
pub(super) fn of_syn(file: &syn::File, places: &Places) -> Promises {
    let mut reader = Reader { places, found: Promises::new(), public: Vec::new() };
    // modules inside modules, without recursion
    let mut open: Vec<(String, &[Item])> = vec![(String::new(), &file.items)];
    let mut blocks: Vec<(String, &syn::ItemImpl)> = Vec::new();
    while let Some((path, items)) = open.pop() {
        for item in items {
            match item {
                Item::Mod(inner) if is_public(&inner.vis) => {
                    let inside = reader.item(&path, &inner.ident.to_string(), inner, &inner.attrs);
                    open.extend(inner.content.as_ref().map(|(_, items)| (inside, &items[..])));
                }
                Item::Impl(block) => blocks.push((path.clone(), block)),
                _ => reader.one(&path, item),
            }
        }
    }
    for (path, block) in blocks {
        reader.block(&path, block);
    }
    reader.found
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

struct Reader<'a> {
    places: &'a Places<'a>,
    found: Promises,
    /// Names of public types.
    public: Vec<String>,
}

impl Reader<'_> {
    fn place(&self, node: &impl Spanned) -> Range<usize> {
        let range = self.places.of(node.span());
        range.start as usize..range.end as usize
    }

    /// The text of a node with white space folded.
    fn words(&self, node: &impl Spanned) -> String {
        let text = self.places.text.get(self.place(node)).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The same with types by their own names: `std::fmt::Display` and `fmt::Display` are one bound.
    fn bound(&self, node: &impl Spanned) -> String {
        let text = self.words(node);
        let parts: Vec<&str> = text.split("::").collect();
        let Some((last, ways)) = parts.split_last() else { return text };
        let is_way = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        // what stands before the way belongs to what stands around it
        let kept = ways.iter().map(|part| match part.trim_end_matches(is_way) {
            whole if whole.len() == part.len() => format!("{part}::"),
            before => before.to_owned(),
        });
        kept.chain([(*last).to_owned()]).collect()
    }

    fn add(&mut self, what: Promise, about: &str, text: String, node: &impl Spanned) {
        let before = self.places.text.get(..self.place(node).start).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() as u32 + 1;
        self.found.entry((what, about.to_owned(), text)).or_insert(line);
    }

    /// A public item, its conditions and its layout; its path.
    fn item(&mut self, path: &str, name: &str, node: &impl Spanned, attributes: &[Attribute]) -> String {
        let about = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        self.add(Promise::Item, &about, String::new(), node);
        for attribute in attributes {
            let what = match () {
                () if attribute.path().is_ident("cfg") => Promise::Gate,
                () if attribute.path().is_ident("repr") => Promise::Layout,
                () => continue,
            };
            let text = self.words(&attribute.meta);
            self.add(what, &about, text, attribute);
        }
        about
    }

    fn one(&mut self, path: &str, item: &Item) {
        match item {
            Item::Fn(one) if is_public(&one.vis) => {
                let about = self.item(path, &one.sig.ident.to_string(), one, &one.attrs);
                self.bounds(&about, &one.sig.generics);
            }
            Item::Struct(one) if is_public(&one.vis) => {
                let about = self.data(path, &one.ident.to_string(), one, &one.attrs, &one.generics);
                self.fields(&about, &one.fields, &one.attrs);
            }
            Item::Enum(one) if is_public(&one.vis) => {
                let about = self.data(path, &one.ident.to_string(), one, &one.attrs, &one.generics);
                self.parts(
                    &about,
                    one.variants.iter().map(|part| (part.ident.to_string(), part)),
                    &one.ident,
                    &one.attrs,
                );
            }
            Item::Union(one) if is_public(&one.vis) => {
                self.data(path, &one.ident.to_string(), one, &one.attrs, &one.generics);
            }
            Item::Trait(one) if is_public(&one.vis) => {
                let about = self.item(path, &one.ident.to_string(), one, &one.attrs);
                self.bounds(&about, &one.generics);
                for bound in &one.supertraits {
                    let text = format!("Self: {}", self.bound(bound));
                    self.add(Promise::Bound, &about, text, bound);
                }
            }
            Item::Const(one) if is_public(&one.vis) => drop(self.item(path, &one.ident.to_string(), one, &one.attrs)),
            Item::Static(one) if is_public(&one.vis) => drop(self.item(path, &one.ident.to_string(), one, &one.attrs)),
            Item::Type(one) if is_public(&one.vis) => drop(self.item(path, &one.ident.to_string(), one, &one.attrs)),
            _ => {}
        }
    }

    /// A type: besides what every item has, what is derived.
    fn data(
        &mut self,
        path: &str,
        name: &str,
        node: &impl Spanned,
        attributes: &[Attribute],
        generics: &Generics,
    ) -> String {
        let about = self.item(path, name, node, attributes);
        self.public.push(name.to_owned());
        self.bounds(&about, generics);
        for attribute in attributes.iter().filter(|one| one.path().is_ident("derive")) {
            let parser = Punctuated::<syn::Path, syn::Token![,]>::parse_terminated;
            for derived in attribute.parse_args_with(parser).into_iter().flatten() {
                let name = last(&derived);
                self.add(Promise::Implementation, &about, name, &derived);
            }
        }
        about
    }

    /// Fields that other code can name all of, because all are public and have names.
    fn fields(&mut self, about: &str, fields: &Fields, attributes: &[Attribute]) {
        let Fields::Named(named) = fields else { return };
        let all = named.named.iter().filter_map(|field| Some((field.ident.as_ref()?.to_string(), field)));
        if named.named.iter().all(|field| is_public(&field.vis)) {
            self.parts(about, all, &named.named, attributes);
        } else {
            self.list(about, all);
        }
    }

    fn parts<'b, T: Spanned + 'b>(
        &mut self,
        about: &str,
        parts: impl Iterator<Item = (String, &'b T)>,
        node: &impl Spanned,
        attributes: &[Attribute],
    ) {
        if !attributes.iter().any(|one| one.path().is_ident("non_exhaustive")) {
            self.add(Promise::Complete, about, String::new(), node);
        }
        self.list(about, parts);
    }

    fn list<'b, T: Spanned + 'b>(&mut self, about: &str, parts: impl Iterator<Item = (String, &'b T)>) {
        for (name, part) in parts {
            self.add(Promise::Part, about, name, part);
        }
    }

    fn bounds(&mut self, about: &str, generics: &Generics) {
        for parameter in &generics.params {
            let GenericParam::Type(one) = parameter else { continue };
            for bound in &one.bounds {
                let text = format!("{}: {}", one.ident, self.bound(bound));
                self.add(Promise::Bound, about, text, bound);
            }
        }
        for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
            let syn::WherePredicate::Type(one) = predicate else { continue };
            for bound in &one.bounds {
                let text = format!("{}: {}", self.words(&one.bounded_ty), self.bound(bound));
                self.add(Promise::Bound, about, text, bound);
            }
        }
    }

    /// An `impl` block of a public type: the trait, or the public methods.
    fn block(&mut self, path: &str, block: &syn::ItemImpl) {
        let syn::Type::Path(of) = &*block.self_ty else { return };
        let name = last(&of.path);
        if !self.public.contains(&name) {
            return;
        }
        let about = if path.is_empty() { name } else { format!("{path}.{name}") };
        if let Some((of, _)) = &block.trait_ {
            let text = self.words(of);
            self.add(Promise::Implementation, &about, text, of);
            return;
        }
        for method in block.items.iter() {
            let syn::ImplItem::Fn(one) = method else { continue };
            if is_public(&one.vis) {
                let inside = self.item(&about, &one.sig.ident.to_string(), one, &one.attrs);
                self.bounds(&inside, &block.generics);
                self.bounds(&inside, &one.sig.generics);
            }
        }
    }
}

fn last(path: &syn::Path) -> String {
    path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}
