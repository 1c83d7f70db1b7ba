//! The generics of the `impl`: the arena's lifetime, and the bounds of type parameters.

use std::collections::BTreeSet;

use proc_macro2::{Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use serde_derive_internals::ast::{Data, Field, Variant};
use serde_derive_internals::attr::Default;
use syn::Ident;
use syn::{
    GenericParam, Generics, Lifetime, LifetimeParam, TypeParam, WherePredicate, parse_quote,
};

use crate::read::{Input, Way, way, with};

/// The generics and lifetimes of one expansion.
pub(crate) struct Scope {
    /// The arena's lifetime.
    pub(crate) arena: Lifetime,
    /// The deserializer's lifetime.
    pub(crate) de: Lifetime,
    /// The lifetime of the destination.
    pub(crate) destination: Lifetime,
    /// The type's own generics, without defaults.
    own: Generics,
    /// The generics of the `impl`, with all bounds.
    implementation: Generics,
}

impl Scope {
    pub(crate) fn new(input: &Input<'_>) -> syn::Result<Self> {
        let generics = input.container.generics;
        let taken: BTreeSet<String> =
            generics.lifetimes().map(|it| it.lifetime.ident.to_string()).collect();
        let fresh = |name: &str| {
            let free = (0..).map(|number| match number {
                0 => name.to_owned(),
                number => format!("{name}{number}"),
            });
            let name = free.into_iter().find(|name| !taken.contains(name)).expect("endless names");
            Lifetime::new(&format!("'{name}"), Span::mixed_site())
        };
        let own = without_defaults(generics);
        let (arena, is_own) = match arena(input)? {
            Some(lifetime) => (lifetime, true),
            None => (fresh("arena"), false),
        };
        let mut implementation = with_bounds(input, own.clone(), &arena);
        if !is_own {
            let parameter = GenericParam::Lifetime(LifetimeParam::new(arena.clone()));
            implementation.params.insert(0, parameter);
        }
        let (de, destination) = (fresh("de"), fresh("destination"));
        Ok(Self { arena, de, destination, own, implementation })
    }

    /// A name that no parameter of the type has.
    pub(crate) fn fresh_type(&self, name: &str) -> Ident {
        let taken = |name: &Ident| self.own.type_params().any(|it| it.ident == *name);
        let mut name = Ident::new(name, Span::mixed_site());
        while taken(&name) {
            name = format_ident!("{name}_", span = Span::mixed_site());
        }
        name
    }

    /// `<'a, T>` of the type.
    pub(crate) fn of_type(&self) -> impl ToTokens + '_ {
        self.own.split_for_impl().1
    }

    /// `<'a, T: Bound>` of the `impl`.
    pub(crate) fn of_impl(&self) -> impl ToTokens + '_ {
        self.implementation.split_for_impl().0
    }

    pub(crate) fn where_clause(&self) -> impl ToTokens + '_ {
        self.implementation.split_for_impl().2
    }

    /// The generics of an item in the `impl` with these lifetimes before them: its parameters, and
    /// its arguments.
    pub(crate) fn of_item(&self, before: &[&Lifetime]) -> (TokenStream, TokenStream) {
        let mut generics = self.implementation.clone();
        for lifetime in before.iter().rev() {
            let parameter = GenericParam::Lifetime(LifetimeParam::new((*lifetime).clone()));
            generics.params.insert(0, parameter);
        }
        let (parameters, arguments, _) = generics.split_for_impl();
        (quote!(#parameters), quote!(#arguments))
    }
}

/// The arena's lifetime, if the type has one.
fn arena(input: &Input<'_>) -> syn::Result<Option<Lifetime>> {
    let generics = input.container.generics;
    if let Some(named) = &input.own.arena {
        if generics.lifetimes().any(|it| it.lifetime == *named) || named.ident == "static" {
            return Ok(Some(named.clone()));
        }
        let text = format!("`{}` has no lifetime `{named}`", input.container.ident);
        return Err(syn::Error::new(named.span(), text));
    }
    let mut lifetimes = generics.lifetimes();
    let first = lifetimes.next();
    if let (Some(first), Some(second)) = (first, lifetimes.next()) {
        let text = format!(
            "`{}` has several lifetimes; name the arena's: `#[deserialize_in(arena = {})]`",
            input.container.ident, first.lifetime
        );
        return Err(syn::Error::new(second.lifetime.span(), text));
    }
    Ok(first.map(|it| it.lifetime.clone()))
}

fn without_defaults(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    for parameter in &mut generics.params {
        match parameter {
            GenericParam::Type(parameter) => {
                parameter.default = None;
            }
            GenericParam::Const(parameter) => {
                parameter.default = None;
            }
            GenericParam::Lifetime(_) => {}
        }
    }
    generics
}

fn fields<'i>(data: &'i Data<'i>) -> Vec<(&'i Field<'i>, Option<&'i Variant<'i>>)> {
    match data {
        Data::Struct(_, fields) => fields.iter().map(|field| (field, None)).collect(),
        Data::Enum(variants) => variants
            .iter()
            .flat_map(|variant| variant.fields.iter().map(move |field| (field, Some(variant))))
            .collect(),
    }
}

/// Adds the bounds that the trait needs, and those that serde's derive adds, with `DeserializeIn`
/// in place of `Deserialize`.
fn with_bounds(input: &Input<'_>, mut generics: Generics, arena: &Lifetime) -> Generics {
    let container = &input.container;
    let all = fields(&container.data);
    let mut predicates: Vec<WherePredicate> = Vec::new();
    for (field, _) in &all {
        predicates.extend(field.attrs.de_bound().into_iter().flatten().cloned());
    }
    if let Data::Enum(variants) = &container.data {
        for variant in variants {
            predicates.extend(variant.attrs.de_bound().into_iter().flatten().cloned());
        }
    }
    if let Some(bound) = container.attrs.de_bound() {
        predicates.extend(bound.iter().cloned());
    } else {
        let own = generics.clone();
        // A bound on a type without parameters would hide the error until the type is used.
        let is_generic = own.type_params().next().is_some();
        if matches!(container.attrs.default(), Default::Default) && is_generic {
            let (this, arguments) = (&container.ident, own.split_for_impl().1);
            predicates.push(parse_quote!(#this #arguments: __derived::Default));
        }
        let is_read = |field: &Field<'_>, variant: Option<&Variant<'_>>| {
            !field.attrs.skip_deserializing()
                && field.attrs.de_bound().is_none()
                && variant.is_none_or(|variant| {
                    !variant.attrs.skip_deserializing()
                        && with(variant.attrs.deserialize_with()).is_none()
                        && variant.attrs.de_bound().is_none()
                })
        };
        for (field, variant) in all {
            let bound = match way(field) {
                Way::Arena => quote!(__derived::DeserializeIn<#arena>),
                Way::Serde => quote!(__derived::DeserializeOwned),
                Way::With(_) | Way::ArenaWith(_) => TokenStream::new(),
            };
            for used in used_parameters(field.ty, own.type_params()) {
                if is_read(field, variant) && !bound.is_empty() {
                    predicates.push(parse_quote!(#used: #bound));
                }
                if matches!(field.attrs.default(), Default::Default) {
                    predicates.push(parse_quote!(#used: __derived::Default));
                }
            }
        }
    }
    // A value in the arena outlives nothing that ends before the arena.
    for parameter in &generics.params {
        match parameter {
            GenericParam::Type(parameter) => {
                let name = &parameter.ident;
                predicates.push(parse_quote!(#name: #arena));
            }
            GenericParam::Lifetime(parameter) if parameter.lifetime != *arena => {
                let name = &parameter.lifetime;
                predicates.push(parse_quote!(#name: #arena));
            }
            GenericParam::Lifetime(_) | GenericParam::Const(_) => {}
        }
    }
    if !predicates.is_empty() {
        generics.make_where_clause().predicates.extend(predicates);
    }
    generics
}

/// The type parameters in a type, and the type itself if it is an associated type of one.
/// `PhantomData<T>` needs nothing of `T`.
fn used_parameters<'p>(
    ty: &syn::Type,
    parameters: impl Iterator<Item = &'p TypeParam>,
) -> Vec<TokenStream> {
    let names: BTreeSet<String> = parameters.map(|it| it.ident.to_string()).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let mut used = Vec::new();
    if let syn::Type::Path(path) = ty {
        let segments = &path.path.segments;
        if path.qself.is_none()
            && segments.len() > 1
            && names.contains(&segments[0].ident.to_string())
        {
            used.push(quote!(#path));
        }
    }
    collect(ty.to_token_stream(), &names, &mut used);
    used
}

fn collect(tokens: TokenStream, names: &BTreeSet<String>, used: &mut Vec<TokenStream>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let is_punct = |at: usize, expected: char| match tokens.get(at) {
        Some(TokenTree::Punct(punct)) => punct.as_char() == expected,
        _ => false,
    };
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) => collect(group.stream(), names, used),
            TokenTree::Ident(ident) if ident == "PhantomData" && is_punct(at + 1, '<') => {
                at = after_angles(&tokens, at + 1);
                continue;
            }
            TokenTree::Ident(ident) if names.contains(&ident.to_string()) => {
                let is_segment = at > 0 && is_punct(at - 1, ':') && at > 1 && is_punct(at - 2, ':');
                let has_segments = is_punct(at + 1, ':') && is_punct(at + 2, ':');
                if !is_segment && !has_segments {
                    used.push(quote!(#ident));
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// The position after the `>` that closes the `<` at `open`.
fn after_angles(tokens: &[TokenTree], open: usize) -> usize {
    let mut depth = 0_usize;
    let mut is_arrow = false;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if let TokenTree::Punct(punct) = token {
            match punct.as_char() {
                '<' => depth += 1,
                '>' if !is_arrow => depth -= 1,
                _ => {}
            }
            is_arrow = punct.as_char() == '-' && punct.spacing() == Spacing::Joint;
            if depth == 0 {
                return at + 1;
            }
        }
    }
    tokens.len()
}
