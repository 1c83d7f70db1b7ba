//! One variant of an enum, in each representation. Each method writes an expression of type
//! `Result`.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use serde_derive_internals::ast::{Style, Variant};
use syn::spanned::Spanned;

use super::{Expansion, Form, variant_with};
use crate::read::{Way, way};

impl Expansion<'_> {
    /// Reads the variant from `__variant`.
    pub(crate) fn external_variant(&self, variant: &Variant<'_>) -> TokenStream {
        let name = variant.attrs.name().deserialize_name();
        let constructor = self.constructor(Form::External(variant));
        let read = if let Some(path) = variant_with(variant) {
            let types = variant.fields.iter().map(|field| field.ty);
            let seed = self.with_function(&quote!((#(#types),*)), &path, false);
            let unwrap = self.unwrap_tuple(variant);
            own! {
                __derived::Result::map(
                    __derived::VariantAccess::newtype_variant_seed(__variant, #seed), #unwrap,
                )
            }
        } else {
            match effective_style(variant) {
                Style::Unit => {
                    let value = self.unit_value(variant);
                    own! {
                        __derived::Result::and_then(
                            __derived::VariantAccess::unit_variant(__variant),
                            |()| __derived::Ok(#value),
                        )
                    }
                }
                Style::Newtype => {
                    let seed = self.seed(&variant.fields[0]);
                    own! {
                        __derived::Result::map(
                            __derived::VariantAccess::newtype_variant_seed(__variant, #seed),
                            |__value| #constructor(__value),
                        )
                    }
                }
                Style::Tuple => self.tuple(&variant.fields, Form::External(variant)),
                Style::Struct => self.named(&variant.fields, Form::External(variant)),
            }
        };
        own!(__destination.in_variant(#name, #read))
    }

    /// Reads the variant from `__deserializer`, a map without the tag.
    pub(crate) fn internal_variant(&self, variant: &Variant<'_>) -> TokenStream {
        let name = variant.ident.to_string();
        let enum_name = self.name();
        match effective_style(variant) {
            Style::Unit if variant_with(variant).is_none() => {
                let value = self.unit_value(variant);
                own! {
                    __derived::Result::and_then(
                        __derived::Deserializer::deserialize_any(
                            __deserializer, __derived::internal_unit(#enum_name, #name),
                        ),
                        |()| __derived::Ok(#value),
                    )
                }
            }
            Style::Struct if variant_with(variant).is_none() => {
                self.named(&variant.fields, Form::Internal(variant))
            }
            _ => self.untagged_variant(variant),
        }
    }

    /// Reads the variant from `__deserializer`.
    pub(crate) fn untagged_variant(&self, variant: &Variant<'_>) -> TokenStream {
        let constructor = self.constructor(Form::Untagged(variant));
        if let Some(path) = variant_with(variant) {
            let types = variant.fields.iter().map(|field| field.ty);
            let seed = self.with_function(&quote!((#(#types),*)), &path, false);
            let unwrap = self.unwrap_tuple(variant);
            return own! {
                __derived::Result::map(
                    __derived::DeserializeSeed::deserialize(#seed, __deserializer), #unwrap,
                )
            };
        }
        match effective_style(variant) {
            Style::Unit => {
                let (enum_name, name) = (self.name(), variant.ident.to_string());
                let value = self.unit_value(variant);
                own! {
                    __derived::Result::and_then(
                        __derived::Deserializer::deserialize_any(
                            __deserializer, __derived::untagged_unit(#enum_name, #name),
                        ),
                        |()| __derived::Ok(#value),
                    )
                }
            }
            Style::Newtype => {
                let seed = self.seed(&variant.fields[0]);
                own! {
                    __derived::Result::map(
                        __derived::DeserializeSeed::deserialize(#seed, __deserializer),
                        |__value| #constructor(__value),
                    )
                }
            }
            Style::Tuple => self.tuple(&variant.fields, Form::Untagged(variant)),
            Style::Struct => self.named(&variant.fields, Form::Untagged(variant)),
        }
    }

    /// The variant of an adjacently tagged enum, for a document that has only the tag.
    pub(crate) fn without_content(&self, variant: &Variant<'_>, content: &str) -> TokenStream {
        let constructor = self.constructor(Form::Untagged(variant));
        match variant.style {
            Style::Unit => own!(__derived::Ok(#constructor)),
            Style::Newtype if variant_with(variant).is_none() => {
                let ty = variant.fields[0].ty;
                let span = ty.span().resolved_at(Span::mixed_site());
                let missing = match way(&variant.fields[0]) {
                    Way::Serde => quote_spanned!(span=> by_serde::<#ty>().missing::<__E>(#content)),
                    Way::Arena => quote_spanned!(span=> probe::<#ty>().missing::<__E>(#content)),
                    Way::With(_) | Way::ArenaWith(_) => {
                        own!(missing_field::<#ty, __E>(#content))
                    }
                };
                own! {
                    __derived::Result::map(__derived::#missing, |__value| #constructor(__value))
                }
            }
            _ => own!(__derived::Err(__derived::Error::missing_field(#content))),
        }
    }

    /// The value of a variant without content: the document has only its name.
    fn unit_value(&self, variant: &Variant<'_>) -> TokenStream {
        let constructor = self.constructor(Form::External(variant));
        match variant.fields.first() {
            // A skipped field always has a default.
            Some(field) => {
                let value = self.missing(field);
                own!(#constructor(#value))
            }
            None => constructor,
        }
    }

    /// A closure from the tuple that a variant's own function returns.
    fn unwrap_tuple(&self, variant: &Variant<'_>) -> TokenStream {
        let constructor = self.constructor(Form::External(variant));
        let index = |at: usize| syn::Index { index: at as u32, span: Span::mixed_site() };
        let indices = (0..variant.fields.len()).map(index);
        match variant.style {
            Style::Struct if variant.fields.len() == 1 => {
                let member = &variant.fields[0].member;
                own!(|__value| #constructor { #member: __value })
            }
            Style::Struct => {
                let members = variant.fields.iter().map(|field| &field.member);
                let values = own!(#(#members: __value.#indices),*);
                own!(|__value| #constructor { #values })
            }
            Style::Tuple => {
                let values = own!(#(__value.#indices),*);
                own!(|__value| #constructor(#values))
            }
            Style::Newtype => own!(|__value| #constructor(__value)),
            Style::Unit => own!(|()| #constructor),
        }
    }
}

/// A newtype variant with a skipped field looks like a unit variant.
fn effective_style(variant: &Variant<'_>) -> Style {
    match variant.style {
        Style::Newtype if variant.fields[0].attrs.skip_deserializing() => Style::Unit,
        style => style,
    }
}
