//! The `impl` of a type with a mistake. It never runs, because the error is beside it.

use proc_macro2::{Span, TokenStream};
use syn::{DeriveInput, GenericParam, Lifetime, LifetimeParam, parse_quote};

/// Writes an `impl` for the arena of the first lifetime.
pub(crate) fn stand_in(input: &DeriveInput) -> TokenStream {
    let name = &input.ident;
    let mut generics = input.generics.clone();
    let own = generics.lifetimes().next().map(|it| it.lifetime.clone());
    let arena = own.clone().unwrap_or_else(|| Lifetime::new("'arena", Span::mixed_site()));
    for parameter in &input.generics.params {
        let predicate = match parameter {
            GenericParam::Type(parameter) => {
                let name = &parameter.ident;
                parse_quote!(#name: #arena)
            }
            GenericParam::Lifetime(parameter) if parameter.lifetime != arena => {
                let name = &parameter.lifetime;
                parse_quote!(#name: #arena)
            }
            GenericParam::Lifetime(_) | GenericParam::Const(_) => continue,
        };
        generics.make_where_clause().predicates.push(predicate);
    }
    let mut of_impl = generics.clone();
    if own.is_none() {
        of_impl.params.insert(0, GenericParam::Lifetime(LifetimeParam::new(arena.clone())));
    }
    let (parameters, _, where_clause) = of_impl.split_for_impl();
    let (_, arguments, _) = generics.split_for_impl();
    own! {
        const _: () = {
            use ::request_arena::__private::derived as __derived;

            #[automatically_derived]
            impl #parameters __derived::DeserializeIn<#arena> for #name #arguments #where_clause {
                fn deserialize_in<'__de, __D>(
                    _: __derived::Destination<'_, #arena>,
                    _: __D,
                ) -> __derived::Result<Self, __D::Error>
                where
                    __D: __derived::Deserializer<'__de>,
                {
                    __derived::Err(__derived::Error::custom(""))
                }
            }
        };
    }
}
