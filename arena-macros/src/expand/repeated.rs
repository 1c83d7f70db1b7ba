//! Refuses a parameter that has the arena's name.
//!
//! For plain parameters the compiler reports that as E0415. It cannot do so here, since the arena
//! is no longer in the signature. Only the compiler knows whether two names from a `macro_rules!`
//! are the same. So the body begins with a closure that has both names as parameters, with the
//! user's tokens, and the compiler checks that closure.

use proc_macro2::{Group, Ident, TokenStream};
use syn::parse::Parser;
use syn::visit::{self, Visit};
use syn::{Attribute, FnArg, Pat, PatIdent};

use super::own::own;
use crate::read::arena_parameter;
use crate::read::function::Function;

/// Lets the compiler compare the arena's name with a parameter that is spelled the same.
pub(crate) fn check(function: &mut Function) {
    let mut names = Vec::new();
    let mut arenas = Vec::new();
    for input in &function.signature.inputs {
        let FnArg::Typed(typed) = input else { continue };
        if arena_parameter::is_one(input, &function.signature) {
            arenas.extend(bound(&typed.pat).into_iter().map(|name| (names.len(), name)));
        }
        names.extend(bound(&typed.pat));
    }
    let [(at, arena)] = &arenas[..] else { return };
    let Some((other, twin)) =
        names.iter().enumerate().find(|(index, name)| index != at && *name == arena)
    else {
        return;
    };
    let (first, second) = if other < *at { (twin, arena) } else { (arena, twin) };
    let body = function.body.stream();
    let checked: TokenStream = own! {
        #[allow(unused_variables, reason = "the compiler compares the names")]
        const _: fn((), ()) = |#first, #second| {};
    };
    let mut with = Group::new(function.body.delimiter(), checked.into_iter().chain(body).collect());
    with.set_span(function.body.span());
    function.body = with;
    // One of the two hides the other, so that the other is unused.
    let hidden = own!(#[allow(unused_variables, reason = "the compiler refuses its name")]);
    function.attributes.extend(Attribute::parse_outer.parse2(hidden).unwrap_or_default());
}

/// The names that a pattern binds.
fn bound(pattern: &Pat) -> Vec<Ident> {
    struct Names(Vec<Ident>);
    impl Visit<'_> for Names {
        fn visit_pat_ident(&mut self, name: &PatIdent) {
            self.0.push(name.ident.clone());
            visit::visit_pat_ident(self, name);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    names.0
}
