//! The `#[request_arena]` attribute, and `arena_handler!` for closures (`handler`). Use it through
//! the facade crate, `request_arena`, which documents it in full.
//!
//! One module for each step: `item` tells a function from an `impl` (`implementation`), `function`
//! parses it, `options` reads the attribute's arguments, `fragments` opens what a `macro_rules!`
//! passed on, `annotate` checks one function, with `parameter` finding the arena among its
//! parameters, `lifetimes` where the arena's lifetime stands, `result` what it returns and `future`
//! whether that is an `async` block; and `expand` writes the function, or `stand_in` what is there
//! beside an error.
//!
//! Two modules ask what the compiler alone knows, so that it has words for it: `send` whether a
//! future is `Send`, `leaves` whether a collection can leave a body with `into`.

#![forbid(unsafe_code)]

mod annotate;
mod check;
mod errors;
mod expand;
#[cfg(test)]
mod expansions;
mod handler;
mod implementation;
mod item;
mod read;
mod types;

use proc_macro::TokenStream;

/// Gives a function a request-scoped arena. See the crate `request_arena`.
#[proc_macro_attribute]
pub fn request_arena(arguments: TokenStream, item: TokenStream) -> TokenStream {
    item::request_arena(arguments.into(), item.into()).into()
}

/// Gives a closure a request-scoped arena. See the crate `request_arena`.
#[proc_macro]
pub fn arena_handler(input: TokenStream) -> TokenStream {
    handler::arena_handler(input.into()).into()
}
