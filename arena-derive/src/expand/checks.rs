//! What the expansion asks of the fields' types: whether an arena holds them, and whether they need
//! their `Drop`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use serde_derive_internals::ast::{Data, Field};
use syn::Type;
use syn::spanned::Spanned;

use super::{Expansion, variant_with};
use crate::read::{Way, way};

impl Expansion<'_> {
    /// Asks once for the trait of each field's type. An error is at the type, and there is only
    /// one: the rest of the expansion compiles for every type.
    pub(super) fn check(&self) -> TokenStream {
        let (container, arena) = (&self.input.container, &self.scope.arena);
        let of_type = |ty: &Type| {
            let ty = element(ty);
            let span = ty.span().resolved_at(Span::mixed_site());
            quote_spanned!(span=> __derived::in_arena::<#arena, #ty>();)
        };
        let of_field = |field: &Field<'_>| {
            let ty = field.ty;
            let span = ty.span().resolved_at(Span::mixed_site());
            match way(field) {
                _ if field.attrs.skip_deserializing() => None,
                _ if container.attrs.transparent() && !field.attrs.transparent() => None,
                Way::Arena => Some(of_type(ty)),
                Way::Serde => Some(quote_spanned!(span=> __derived::read_by_serde::<#ty>();)),
                Way::With(_) | Way::ArenaWith(_) => None,
            }
        };
        let from = container.attrs.type_from().or(container.attrs.type_try_from());
        let checks: TokenStream = match (from, &container.data) {
            (Some(ty), _) => of_type(ty),
            (None, Data::Struct(_, fields)) => fields.iter().filter_map(of_field).collect(),
            (None, Data::Enum(variants)) => variants
                .iter()
                .filter(|it| !it.attrs.skip_deserializing() && variant_with(it).is_none())
                .flat_map(|variant| variant.fields.iter().filter_map(of_field))
                .collect(),
        };
        let (parameters, where_clause) = (self.scope.of_impl(), self.scope.where_clause());
        own! {
            fn __check #parameters() #where_clause {
                #checks
            }
        }
    }

    /// Whether dropping a value frees anything but memory of the arena. A type with an own `Drop`
    /// counts, too.
    pub(super) fn needs_drop(&self) -> TokenStream {
        let (container, arena) = (&self.input.container, &self.scope.arena);
        if container.attrs.type_from().is_some() || container.attrs.type_try_from().is_some() {
            return own!(__derived::needs_drop::<Self>());
        }
        let field = |field: &Field<'_>, is_read: bool| {
            let ty = field.ty;
            let span = ty.span().resolved_at(Span::mixed_site());
            match way(field) {
                Way::Arena if is_read && !field.attrs.skip_deserializing() => {
                    quote_spanned!(span=> <__derived::Probe<#arena, #ty>>::NEEDS_DROP)
                }
                _ => quote_spanned!(span=> __derived::needs_drop::<#ty>()),
            }
        };
        let fields: Vec<TokenStream> = match &container.data {
            Data::Struct(_, fields) if container.attrs.transparent() => {
                fields.iter().map(|it| field(it, it.attrs.transparent())).collect()
            }
            Data::Struct(_, fields) => fields.iter().map(|it| field(it, true)).collect(),
            Data::Enum(variants) => variants
                .iter()
                .flat_map(|variant| {
                    let is_read =
                        !variant.attrs.skip_deserializing() && variant_with(variant).is_none();
                    variant.fields.iter().map(move |it| field(it, is_read))
                })
                .collect(),
        };
        own!(<__derived::DropProbe<Self>>::HAS_DROP #(|| #fields)*)
    }
}

/// The element of a list in the arena, which is the smallest wrong token.
fn element(ty: &Type) -> &Type {
    match ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(slice) => element(&slice.elem),
            _ => ty,
        },
        Type::Group(group) => element(&group.elem),
        Type::Paren(paren) => element(&paren.elem),
        _ => ty,
    }
}
