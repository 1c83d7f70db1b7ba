//! The derive macro `DeserializeIn`.
//!
//! Use it through the facade crate, `request_arena`, which documents it in full.
//!
//! # How a derive expands
//!
//! 1. `read` parses the type. `serde_derive_internals` reads serde's attributes, so that each has
//!    serde's meaning. `read/own` reads `#[deserialize_in(..)]`.
//! 2. `generics` chooses the arena's lifetime, and adds the bounds of type parameters.
//! 3. `expand` writes the `impl`. Each of its modules writes one shape of a type.
//!
//! If there is a mistake, `stand_in` writes an `impl` beside the error, so that other code that
//! uses the type gets no errors of its own.
//!
//! The expansion contains only what depends on the type: names, fields, and the order of calls.
//! Buffers, identifiers and visitors that are the same for all types are in the core's
//! `deserialize::derived`.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

use proc_macro::TokenStream;

/// Writes tokens of the expansion: the user's names do not collide with its local variables.
macro_rules! own {
    ($($tokens:tt)*) => {
        quote::quote_spanned!(proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}

mod expand;
mod generics;
mod read;
mod stand_in;

/// Implements `DeserializeIn`. The crate `request_arena` has the documentation.
#[proc_macro_derive(DeserializeIn, attributes(serde, deserialize_in))]
pub fn deserialize_in(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    expand::derive(input).into()
}
