//! The attribute `#[request_arena]`, and the macro `arena_handler!` for closures.
//!
//! Use them through the facade crate, `request_arena`, which documents them in full.
//!
//! # How an annotation expands
//!
//! 1. `item` receives the attribute's tokens. It distinguishes a function from an `impl` block.
//!    `implementation` splits an `impl` into methods, and `handler` receives `arena_handler!`.
//! 2. `read` parses the tokens: the options, the function, and the arena among its parameters.
//! 3. `check` reports mistakes, with the help of `types`.
//! 4. `expand` writes the new function. If there was an error, `expand/stand_in` writes a function
//!    that takes its place, so that callers get no errors of their own.
//!
//! `annotate` runs steps 2 to 4 for one function. `read` and `types` are the lowest modules, and
//! import only `errors`. No two files import each other.
//!
//! Two modules write code for a check that only the compiler can do, because it knows the types.
//! `expand/send` checks whether a future is `Send`. `expand/leaves` checks whether a collection can
//! leave a body with `into`.

#![cfg_attr(docsrs, feature(doc_cfg))]
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

/// Gives a function a request-scoped arena. The crate `request_arena` has the documentation.
#[proc_macro_attribute]
pub fn request_arena(arguments: TokenStream, item: TokenStream) -> TokenStream {
    item::request_arena(arguments.into(), item.into()).into()
}

/// Gives a closure a request-scoped arena. The crate `request_arena` has the documentation.
#[proc_macro]
pub fn arena_handler(input: TokenStream) -> TokenStream {
    handler::arena_handler(input.into()).into()
}
