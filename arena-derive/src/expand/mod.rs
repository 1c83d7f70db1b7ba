//! Writes the `impl`.

mod checks;
mod enums;
mod fields;
mod names;
mod seeds;
mod tuple;
mod untagged;
mod variant;

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use serde_derive_internals::ast::{Data, Style, Variant};
use serde_derive_internals::{attr, replace_receiver};
use syn::Ident;
use syn::spanned::Spanned;

use crate::generics::Scope;
use crate::read::{self, Input, Way, way, with};
use crate::stand_in::stand_in;

/// What every part of the expansion needs.
pub(crate) struct Expansion<'i> {
    input: Input<'i>,
    scope: Scope,
}

/// What a group of fields belongs to.
#[derive(Clone, Copy)]
pub(crate) enum Form<'v> {
    Struct,
    External(&'v Variant<'v>),
    Internal(&'v Variant<'v>),
    Untagged(&'v Variant<'v>),
}

impl<'v> Form<'v> {
    fn variant(self) -> Option<&'v Variant<'v>> {
        match self {
            Form::Struct => None,
            Form::External(variant) | Form::Internal(variant) | Form::Untagged(variant) => {
                Some(variant)
            }
        }
    }
}

/// Expands the derive.
///
/// ```text
/// // Input
/// #[derive(DeserializeIn)]
/// struct Order<'a> { customer: &'a str }
///
/// // Output
/// const _: () = {
///     use ::request_arena::__private::derived as __derived;
///     impl<'a> __derived::DeserializeIn<'a> for Order<'a> { .. }
/// };
/// ```
pub(crate) fn derive(mut input: syn::DeriveInput) -> TokenStream {
    replace_receiver(&mut input);
    implement(&input).unwrap_or_else(|error| {
        let (error, stand_in) = (error.into_compile_error(), stand_in(&input));
        quote!(#error #stand_in)
    })
}

fn implement(input: &syn::DeriveInput) -> syn::Result<TokenStream> {
    let input = read::read(input)?;
    let scope = Scope::new(&input)?;
    Ok(Expansion { input, scope }.implementation())
}

impl<'i> Expansion<'i> {
    fn implementation(&self) -> TokenStream {
        let krate = self.input.own.krate();
        let this = self.this();
        let (parameters, where_clause) = (self.scope.of_impl(), self.scope.where_clause());
        let (arena, de) = (&self.scope.arena, &self.scope.de);
        let body = self.body();
        let (needs_drop, as_its_field) = (self.needs_drop(), self.as_its_field());
        let check = self.check();
        let deprecated = self.allow_deprecated();
        own! {
            #[doc(hidden)]
            #[allow(
                non_upper_case_globals, unused_attributes, unused_qualifications, unused_imports,
                unused_lifetimes, single_use_lifetimes, dead_code, unreachable_code,
                clippy::absolute_paths, clippy::multiple_bound_locations, clippy::pedantic,
                clippy::nursery, clippy::restriction,
            )]
            const _: () = {
                use #krate::__private::derived as __derived;
                use __derived::{
                    ByDefault as _, Fallback as _, NoDrop as _, SerdeFallback as _,
                };

                #check

                #[automatically_derived]
                #deprecated
                impl #parameters __derived::DeserializeIn<#arena> for #this #where_clause {
                    const NEEDS_DROP: __derived::primitive::bool = {
                        #needs_drop
                    };

                    #as_its_field

                    #[inline]
                    fn deserialize_in<#de, __D>(
                        __destination: __derived::Destination<'_, #arena>,
                        __deserializer: __D,
                    ) -> __derived::Result<Self, __D::Error>
                    where
                        __D: __derived::Deserializer<#de>,
                    {
                        #body
                    }
                }
            };
        }
    }

    /// A newtype is a key of a map, and a flattened value, as its field is.
    fn as_its_field(&self) -> TokenStream {
        let (container, arena) = (&self.input.container, &self.scope.arena);
        let attrs = &container.attrs;
        let Data::Struct(_, fields) = &container.data else { return TokenStream::new() };
        let is_newtype = match &container.data {
            _ if attrs.type_from().is_some() || attrs.type_try_from().is_some() => false,
            Data::Struct(Style::Newtype, _) => true,
            _ => attrs.transparent() && fields.len() == 1,
        };
        let field = fields.first().filter(|field| {
            is_newtype
                && !attrs.is_packed()
                && !field.attrs.skip_deserializing()
                && matches!(way(field), Way::Arena)
        });
        let Some(field) = field else { return TokenStream::new() };
        let (member, ty, de) = (&field.member, field.ty, &self.scope.de);
        let span = ty.span().resolved_at(Span::mixed_site());
        let probe = quote_spanned!(span=> __derived::probe::<#ty>());
        own! {
            #[inline]
            fn as_key(&self) -> __derived::Option<__derived::String> {
                #probe.key_of(&self.#member)
            }

            #[inline]
            fn flattened_in<#de, __D>(
                __destination: __derived::Destination<'_, #arena>,
                __deserializer: __D,
            ) -> __derived::Result<Self, __D::Error>
            where
                __D: __derived::Deserializer<#de>,
            {
                __derived::Result::map(
                    __derived::DeserializeSeed::deserialize(
                        #probe.flat_seed(__destination), __deserializer,
                    ),
                    |__value| Self { #member: __value },
                )
            }
        }
    }

    fn body(&self) -> TokenStream {
        let attrs = &self.input.container.attrs;
        if attrs.transparent() {
            return self.transparent();
        }
        if let Some(from) = attrs.type_from() {
            let seed = self.seed_of(from);
            return own!(__derived::from(#seed, __deserializer));
        }
        if let Some(from) = attrs.type_try_from() {
            let seed = self.seed_of(from);
            return own!(__derived::try_from(#seed, __deserializer));
        }
        match &self.input.container.data {
            Data::Enum(variants) => self.enumeration(variants),
            Data::Struct(Style::Struct, fields) => self.named(fields, Form::Struct),
            Data::Struct(Style::Unit, _) => self.unit(),
            Data::Struct(Style::Tuple | Style::Newtype, fields) => self.tuple(fields, Form::Struct),
        }
    }

    /// `#[serde(transparent)]`
    fn transparent(&self) -> TokenStream {
        let Data::Struct(_, fields) = &self.input.container.data else {
            unreachable!("serde's reader refuses a transparent enum")
        };
        let field = fields.iter().find(|field| field.attrs.transparent());
        let field = field.expect("serde's reader finds one field");
        let seed = self.seed(field);
        let this = &self.input.container.ident;
        let values = fields.iter().map(|other| {
            let member = &other.member;
            let value = match other.attrs.default() {
                _ if std::ptr::eq(field, other) => own!(__value),
                attr::Default::None => own!(__derived::PhantomData),
                _ => self.missing(other),
            };
            own!(#member: #value)
        });
        let values = own!(#(#values),*);
        own! {
            __derived::Result::and_then(
                __derived::DeserializeSeed::deserialize(#seed, __deserializer),
                |__value| __derived::Ok(#this { #values }),
            )
        }
    }

    fn unit(&self) -> TokenStream {
        let this = &self.input.container.ident;
        let type_name = self.serde_name();
        let expecting = self.expecting(format!("unit struct {}", self.name()));
        let visitor = self.visitor(
            &expecting,
            &own! {
                #[inline]
                fn visit_unit<__E>(self) -> __derived::Result<Self::Value, __E>
                where
                    __E: __derived::Error,
                {
                    __derived::Ok(#this)
                }
            },
        );
        let new = self.new_visitor();
        own! {
            #visitor
            __derived::Deserializer::deserialize_unit_struct(__deserializer, #type_name, #new)
        }
    }

    /// `Order<'a>`
    fn this(&self) -> TokenStream {
        let (name, arguments) = (&self.input.container.ident, self.scope.of_type());
        quote!(#name #arguments)
    }

    /// The name in messages.
    fn name(&self) -> String {
        self.input.container.ident.to_string()
    }

    /// The name that a deserializer sees.
    fn serde_name(&self) -> TokenStream {
        let name = self.input.container.attrs.name().deserialize_name();
        quote!(#name)
    }

    fn expecting(&self, default: String) -> String {
        self.input.container.attrs.expecting().map_or(default, str::to_owned)
    }

    /// `Order` or `Order::Variant`.
    fn constructor(&self, form: Form<'_>) -> TokenStream {
        let this = &self.input.container.ident;
        match form.variant().map(|variant| &variant.ident) {
            Some(variant) => quote!(#this::#variant),
            None => quote!(#this),
        }
    }

    /// A type `__Visitor` with these methods. Its field is the destination.
    fn visitor(&self, expecting: &str, methods: &TokenStream) -> TokenStream {
        let (arena, de, destination) = (&self.scope.arena, &self.scope.de, &self.scope.destination);
        let (parameters, arguments) = self.scope.of_item(&[destination]);
        let (with_de, _) = self.scope.of_item(&[de, destination]);
        let (this, where_clause) = (self.this(), self.scope.where_clause());
        own! {
            struct __Visitor #parameters #where_clause {
                destination: __derived::Destination<#destination, #arena>,
                this: __derived::PhantomData<#this>,
            }

            #[automatically_derived]
            impl #with_de __derived::Visitor<#de> for __Visitor #arguments #where_clause {
                type Value = #this;

                fn expecting(
                    &self,
                    __formatter: &mut __derived::Formatter<'_>,
                ) -> __derived::FormatResult {
                    __derived::Formatter::write_str(__formatter, #expecting)
                }

                #methods
            }
        }
    }

    fn new_visitor(&self) -> TokenStream {
        own!(__Visitor { destination: __destination, this: __derived::PhantomData })
    }

    /// A derive of a deprecated type does not warn.
    fn allow_deprecated(&self) -> Option<TokenStream> {
        let original = self.input.container.original;
        let mut attributes: Vec<&syn::Attribute> = original.attrs.iter().collect();
        if let syn::Data::Enum(data) = &original.data {
            attributes.extend(data.variants.iter().flat_map(|variant| &variant.attrs));
        }
        let is_deprecated = attributes.iter().any(|attribute| {
            let text = || quote!(#attribute).to_string();
            attribute.path().is_ident("deprecated")
                || (attribute.path().is_ident("allow") && text().contains("deprecated"))
        });
        is_deprecated.then(|| quote!(#[allow(deprecated)]))
    }
}

/// The variable of a field.
fn variable(index: usize) -> Ident {
    format_ident!("__field{index}", span = Span::mixed_site())
}

/// The function of a variant's `deserialize_with`.
fn variant_with(variant: &Variant<'_>) -> Option<syn::ExprPath> {
    with(variant.attrs.deserialize_with())
}
