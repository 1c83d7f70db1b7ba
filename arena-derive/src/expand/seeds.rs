//! How one field is read: its seed, and its value if the document does not have it.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use serde_derive_internals::ast::Field;
use serde_derive_internals::attr;
use syn::Type;
use syn::spanned::Spanned;

use super::Expansion;
use crate::read::{Way, way};

impl Expansion<'_> {
    /// The seed of a field, where `__destination` is in scope.
    pub(crate) fn seed(&self, field: &Field<'_>) -> TokenStream {
        match way(field) {
            Way::Arena => self.seed_of(field.ty),
            Way::Serde => {
                let ty = field.ty;
                let span = ty.span().resolved_at(Span::mixed_site());
                quote_spanned!(span=> __derived::by_serde::<#ty>().seed())
            }
            Way::With(path) => self.with_function(field.ty, &path, false),
            Way::ArenaWith(path) => self.with_function(field.ty, &path, true),
        }
    }

    /// The seed of a flattened field.
    pub(crate) fn flat_seed(&self, field: &Field<'_>) -> TokenStream {
        let Way::Arena = way(field) else { return self.seed(field) };
        let ty = field.ty;
        let span = ty.span().resolved_at(Span::mixed_site());
        quote_spanned!(span=> __derived::probe::<#ty>().flat_seed(__destination))
    }

    pub(crate) fn seed_of(&self, ty: &Type) -> TokenStream {
        let span = ty.span().resolved_at(Span::mixed_site());
        quote_spanned!(span=> __derived::probe::<#ty>().seed(__destination))
    }

    /// A seed that calls the user's function.
    pub(crate) fn with_function(
        &self,
        ty: &impl quote::ToTokens,
        path: &syn::ExprPath,
        in_arena: bool,
    ) -> TokenStream {
        let (arena, de, destination) = (&self.scope.arena, &self.scope.de, &self.scope.destination);
        let (parameters, arguments) = self.scope.of_item(&[destination]);
        let (with_de, _) = self.scope.of_item(&[de, destination]);
        let (this, where_clause) = (self.this(), self.scope.where_clause());
        // A name without underscores, since it is in the error of a function with another result.
        let source = self.scope.fresh_type("AnyDeserializer");
        let span = path.span().resolved_at(Span::mixed_site());
        let call = if in_arena {
            quote_spanned!(span=> #path(self.destination, __deserializer))
        } else {
            quote_spanned!(span=> #path(__deserializer))
        };
        own!({
            struct __With #parameters #where_clause {
                destination: __derived::Destination<#destination, #arena>,
                this: __derived::PhantomData<#this>,
            }

            #[automatically_derived]
            impl #with_de __derived::DeserializeSeed<#de> for __With #arguments #where_clause {
                type Value = #ty;

                #[inline]
                fn deserialize<#source>(
                    self,
                    __deserializer: #source,
                ) -> __derived::Result<Self::Value, #source::Error>
                where
                    #source: __derived::Deserializer<#de>,
                {
                    #call
                }
            }

            __With { destination: __destination, this: __derived::PhantomData }
        })
    }

    /// The value of a field that the document does not have. May return from the function.
    pub(crate) fn missing(&self, field: &Field<'_>) -> TokenStream {
        if let Some(default) = self.default(field) {
            return default;
        }
        let name = field.attrs.name().deserialize_name();
        let ty = field.ty;
        let span = ty.span().resolved_at(Span::mixed_site());
        match way(field) {
            Way::Arena => quote_spanned!(span=> __derived::probe::<#ty>().missing(#name)?),
            Way::Serde => quote_spanned!(span=> __derived::by_serde::<#ty>().missing(#name)?),
            Way::With(_) | Way::ArenaWith(_) => own! {
                return __derived::Err(__derived::Error::missing_field(#name))
            },
        }
    }

    /// The default of a field, if it has one. May return from the function.
    pub(crate) fn default(&self, field: &Field<'_>) -> Option<TokenStream> {
        match (field.attrs.default(), self.input.container.attrs.default()) {
            (attr::Default::Default, _) => {
                let ty = field.ty;
                let span = ty.span().resolved_at(Span::mixed_site());
                Some(quote_spanned! {span=>
                    __derived::probe::<#ty>()
                        .default_in(__destination, __derived::Default::default)?
                })
            }
            (attr::Default::Path(path), _) => Some(quote_spanned!(path.span()=> #path())),
            (attr::Default::None, attr::Default::None) => None,
            (attr::Default::None, _) => {
                let member = &field.member;
                Some(own!(__default.#member))
            }
        }
    }

    /// The value of `#[serde(default)]` on the type, as `__default`.
    pub(crate) fn container_default(&self) -> TokenStream {
        match self.input.container.attrs.default() {
            attr::Default::None => TokenStream::new(),
            attr::Default::Default => {
                let name = &self.input.container.ident;
                let span = name.span().resolved_at(Span::mixed_site());
                quote_spanned!(span=>
                    let __default: Self::Value = __derived::Default::default();
                )
            }
            attr::Default::Path(path) => {
                let span = path.span().resolved_at(Span::mixed_site());
                quote_spanned!(span=> let __default: Self::Value = #path();)
            }
        }
    }
}
