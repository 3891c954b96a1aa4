//! The definitions of a file that `syn` parsed, by their places in the text: the same things that `tags.scm` of that
//! language captures, so that both agree. Bodies of macros are tokens to both and hold nothing.

use super::exact::{Item, Places};
use super::holders::{Region, type_name};
use super::{EntityKind, Visibility};
use std::ops::Range;
use std::sync::Arc;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Fields, Ident, Signature};

/// All definitions and `impl` blocks. `tokens` are the places of the tokens without documentation.
pub(super) fn items(file: &syn::File, places: &Places, tokens: &[Range<u32>]) -> (Vec<Item>, Vec<Region>) {
    let mut reader = Reader { places, tokens, items: Vec::new(), regions: Vec::new() };
    reader.visit_file(file);
    reader.regions.sort_by_key(|region| region.span.start);
    (reader.items, reader.regions)
}

struct Reader<'a> {
    places: &'a Places<'a>,
    tokens: &'a [Range<u32>],
    items: Vec<Item>,
    regions: Vec<Region>,
}

impl Reader<'_> {
    fn place(&self, span: proc_macro2::Span) -> Range<u32> {
        self.places.of(span)
    }

    /// Without documentation in front.
    fn extent(&self, node: &impl Spanned) -> Range<u32> {
        let place = self.place(node.span());
        let first = self.tokens.get(self.tokens.partition_point(|token| token.start < place.start));
        first.map_or(place.start, |token| token.start).min(place.end)..place.end
    }

    fn type_of(&self, node: &impl Spanned) -> Arc<str> {
        let place = self.place(node.span());
        type_name(self.places.text.get(place.start as usize..place.end as usize).unwrap_or_default().as_bytes())
    }

    fn add(&mut self, kind: EntityKind, name: &Ident, node: &impl Spanned, attributes: &[Attribute]) -> &mut Item {
        let item = Item {
            kind,
            name: name.to_string(),
            name_at: self.place(name.span()),
            visibility: Some(Visibility::Private),
            span: self.extent(node),
            body: None,
            arity: None,
            supertypes: Vec::new(),
            attributes: attributes.iter().map(|one| self.place(one.span())).collect(),
        };
        self.items.push(item);
        let last = self.items.len() - 1;
        &mut self.items[last]
    }

    fn function(&mut self, node: &impl Spanned, sig: &Signature, attributes: &[Attribute], body: Option<&syn::Block>) {
        let body = body.map(|block| self.place(block.brace_token.span.join()));
        let receiver = usize::from(sig.receiver().is_some());
        let count = sig.inputs.len() + usize::from(sig.variadic.is_some()) - receiver;
        let item = self.add(EntityKind::Function, &sig.ident, node, attributes);
        item.body = body;
        item.arity = Some(count.min(usize::from(u16::MAX)) as u16);
    }

    fn see(&mut self, visibility: &syn::Visibility) {
        if let Some(item) = self.items.last_mut() {
            item.visibility = Some(match visibility {
                syn::Visibility::Public(_) => Visibility::Public,
                syn::Visibility::Restricted(_) => Visibility::Internal,
                syn::Visibility::Inherited => Visibility::Private,
            });
        }
    }

    fn close(&mut self, body: Option<Range<u32>>) {
        if let Some(item) = self.items.last_mut() {
            item.body = body;
        }
    }

    fn fields(&self, fields: &Fields) -> Option<Range<u32>> {
        match fields {
            Fields::Named(all) => Some(self.place(all.brace_token.span.join())),
            Fields::Unnamed(all) => Some(self.place(all.paren_token.span.join())),
            Fields::Unit => None,
        }
    }
}

/// A visit of one kind of item: what is added for it, then what it holds.
macro_rules! plain {
    ($($visit:ident $type:ident $kind:ident $($seen:ident)?;)*) => {$(
        fn $visit(&mut self, node: &'ast syn::$type) {
            self.add(EntityKind::$kind, &node.ident, node, &node.attrs);
            $(self.see(&node.$seen);)?
            visit::$visit(self, node);
        }
    )*};
}

impl<'ast> Visit<'ast> for Reader<'_> {
    plain! {
        visit_item_type ItemType Type vis;
        visit_impl_item_type ImplItemType Type vis;
        visit_trait_item_type TraitItemType Type;
        visit_foreign_item_type ForeignItemType Type vis;
        visit_item_const ItemConst Constant vis;
        visit_impl_item_const ImplItemConst Constant vis;
        visit_trait_item_const TraitItemConst Constant;
        visit_item_static ItemStatic Constant vis;
        visit_foreign_item_static ForeignItemStatic Constant vis;
    }

    fn visit_item_fn(&mut self, node: &'ast syn::ItemFn) {
        self.function(node, &node.sig, &node.attrs, Some(&node.block));
        self.see(&node.vis);
        visit::visit_item_fn(self, node);
    }

    fn visit_impl_item_fn(&mut self, node: &'ast syn::ImplItemFn) {
        self.function(node, &node.sig, &node.attrs, Some(&node.block));
        self.see(&node.vis);
        visit::visit_impl_item_fn(self, node);
    }

    fn visit_trait_item_fn(&mut self, node: &'ast syn::TraitItemFn) {
        self.function(node, &node.sig, &node.attrs, node.default.as_ref());
        visit::visit_trait_item_fn(self, node);
    }

    fn visit_foreign_item_fn(&mut self, node: &'ast syn::ForeignItemFn) {
        self.function(node, &node.sig, &node.attrs, None);
        self.see(&node.vis);
        visit::visit_foreign_item_fn(self, node);
    }

    fn visit_item_struct(&mut self, node: &'ast syn::ItemStruct) {
        self.add(EntityKind::Type, &node.ident, node, &node.attrs);
        self.see(&node.vis);
        let body = self.fields(&node.fields);
        self.close(body);
        visit::visit_item_struct(self, node);
    }

    fn visit_item_union(&mut self, node: &'ast syn::ItemUnion) {
        self.add(EntityKind::Type, &node.ident, node, &node.attrs);
        self.see(&node.vis);
        let body = self.place(node.fields.brace_token.span.join());
        self.close(Some(body));
        visit::visit_item_union(self, node);
    }

    fn visit_item_enum(&mut self, node: &'ast syn::ItemEnum) {
        self.add(EntityKind::Type, &node.ident, node, &node.attrs);
        self.see(&node.vis);
        let body = self.place(node.brace_token.span.join());
        self.close(Some(body));
        visit::visit_item_enum(self, node);
    }

    fn visit_variant(&mut self, node: &'ast syn::Variant) {
        let body = self.fields(&node.fields);
        let item = self.add(EntityKind::Field, &node.ident, node, &node.attrs);
        item.visibility = None;
        item.body = body;
        visit::visit_variant(self, node);
    }

    fn visit_field(&mut self, node: &'ast syn::Field) {
        if let Some(name) = &node.ident {
            self.add(EntityKind::Field, name, node, &node.attrs);
            self.see(&node.vis);
        }
        visit::visit_field(self, node);
    }

    fn visit_item_trait(&mut self, node: &'ast syn::ItemTrait) {
        let supertypes = node.supertraits.iter().map(|one| self.type_of(one)).collect();
        let body = self.place(node.brace_token.span.join());
        let item = self.add(EntityKind::Interface, &node.ident, node, &node.attrs);
        item.supertypes = supertypes;
        item.body = Some(body);
        self.see(&node.vis);
        visit::visit_item_trait(self, node);
    }

    fn visit_item_mod(&mut self, node: &'ast syn::ItemMod) {
        if let Some((brace, _)) = &node.content {
            let body = self.place(brace.span.join());
            self.add(EntityKind::Module, &node.ident, node, &node.attrs);
            self.see(&node.vis);
            self.close(Some(body));
        }
        visit::visit_item_mod(self, node);
    }

    fn visit_item_macro(&mut self, node: &'ast syn::ItemMacro) {
        if let Some(name) = &node.ident {
            self.add(EntityKind::Macro, name, node, &node.attrs);
        }
    }

    fn visit_item_impl(&mut self, node: &'ast syn::ItemImpl) {
        let region = Region {
            span: self.extent(node),
            scope: self.type_of(&node.self_ty),
            supertypes: node.trait_.iter().map(|one| self.type_of(&one.0)).collect(),
        };
        self.regions.push(region);
        visit::visit_item_impl(self, node);
    }
}
