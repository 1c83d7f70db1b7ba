//! The `#[request_arena]` attribute. Use it through the facade crate, `request_arena`, which documents it in full.
//!
//! One module for each step: `options` reads the attribute's arguments, `function` the item, `parameter` finds the arena among
//! the parameters, `lifetimes` tells where the arena's lifetime stands, and `expand` writes the function.

#![forbid(unsafe_code)]

mod expand;
mod function;
mod lifetimes;
mod options;
mod parameter;
mod result;

use proc_macro::TokenStream;

/// Gives a function a request-scoped arena. See the crate `request_arena`.
#[proc_macro_attribute]
pub fn request_arena(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand::request_arena(arguments.into(), item.into()).into()
}
