//! The arena inside the body: its owner and the handle over it, both under the user's name.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::Type;

use super::own::own;
use super::parameters::quiet;
use crate::read::arena_parameter::{ArenaParameter, Kind};
use crate::types::lifetimes;

/// Binds the owner to `opened`.
///
/// All tokens have the span of the user's parameter. The compiler calls a variable that is only
/// partly the user's a "temporary value".
pub(crate) fn bind_owner(arena: &ArenaParameter, opened: &TokenStream) -> TokenStream {
    let owner = &arena.owner;
    let quiet = quiet(owner.span());
    quote_spanned! {owner.span()=>
        #quiet #[allow(clippy::used_underscore_binding)] let mut #owner = #opened;
    }
}

/// Binds the handle over the owner, with the user's own pattern and type.
pub(crate) fn bind_handle(arena: &ArenaParameter, of: &TokenStream) -> TokenStream {
    let (pattern, ty, handle) = handle(arena, of);
    let levels = levels(arena);
    quote_spanned!(arena.owner.span()=> #levels let #pattern: #ty = #handle;)
}

/// Binds `handle` to the arena, for the parameters that are parsed before the body.
pub(crate) fn bind_opened(arena: &ArenaParameter, of: &TokenStream) -> TokenStream {
    let owner = &arena.owner;
    let opened = quote_spanned!(owner.span()=> #of::arena(&mut #owner));
    own!(let handle = #opened;)
}

/// The handle in the form of the user's type, from the variable of [`bind_opened`].
pub(crate) fn of_opened(arena: &ArenaParameter) -> TokenStream {
    match arena.kind {
        Kind::Arena => own!(handle),
        Kind::Bump => own!(handle.into_bump()),
    }
}

/// Binds the user's pattern to the variable of [`bind_opened`].
pub(crate) fn bind_arena(arena: &ArenaParameter, pattern: &TokenStream, ty: &Type) -> TokenStream {
    let (levels, opened) = (levels(arena), of_opened(arena));
    quote_spanned!(arena.owner.span()=> #levels let #pattern: #ty = #opened;)
}

/// The pattern, the type, and the expression of the handle.
pub(crate) fn handle(arena: &ArenaParameter, of: &TokenStream) -> (TokenStream, Type, TokenStream) {
    let ArenaParameter { pattern, owner, ty, kind, lifetime, .. } = arena;
    let method = match kind {
        Kind::Arena => Ident::new("arena", owner.span()),
        Kind::Bump => Ident::new("bump", owner.span()),
    };
    let ty = lifetimes::anonymous_type(ty.clone(), lifetime.as_ref());
    (pattern.to_token_stream(), ty, quote_spanned!(owner.span()=> #of::#method(&mut #owner)))
}

/// The lint levels of the handle's binding.
fn levels(arena: &ArenaParameter) -> TokenStream {
    let attributes = &arena.attributes;
    let quiet = quiet(arena.owner.span());
    quote!(#quiet #(#attributes)*)
}

/// The lint levels where the handle is a parameter. Clippy sees no relation to the owner there.
pub(crate) fn levels_of_a_parameter(arena: &ArenaParameter) -> TokenStream {
    let (levels, place) = (levels(arena), Span::mixed_site().located_at(arena.owner.span()));
    quote_spanned!(place=> #[allow(clippy::shadow_unrelated)] #levels)
}
