//! Refuses collections over `&arena` in the result of a function with `into`.
//!
//! Such a collection borrows the handle, which ends with the body, before `into` converts the
//! result. The type's name does not show the borrow: `bumpalo` has a `Vec<'a, T>`, too, which may
//! leave the body. So the expansion lets the compiler check the type.

use proc_macro2::{Ident, TokenStream};
use syn::visit::{self, Visit};
use syn::{
    GenericArgument, ParenthesizedGenericArguments, PathArguments, TraitBound, Type, TypeBareFn,
    TypePath,
};

use super::own::own;
use crate::types::result::has_infer;

const COLLECTIONS: [&str; 7] =
    ["HashMap", "HashSet", "SortedMap", "SortedSet", "String", "Vec", "VecDeque"];

/// The statements that check each collection in the type of a body's result.
pub(crate) fn check(output: Option<&Type>, krate: &TokenStream) -> TokenStream {
    let mut collections = Collections(Vec::new());
    output.into_iter().for_each(|output| collections.visit_type(output));
    let asked = collections.0.iter().map(|(ty, name)| {
        let leaves = Ident::new("request_arena_collection_leaves_its_body", name.span());
        own!((&#krate::__private::Collection::<#ty>::new()).#leaves();)
    });
    let asked: TokenStream = asked.collect();
    if asked.is_empty() {
        return asked;
    }
    own!({ use #krate::__private::{AnyCollection as _, CollectionOverTheHandle as _}; #asked })
}

/// The types that have a collection's name and begin with a lifetime.
struct Collections<'t>(Vec<(&'t TypePath, &'t Ident)>);

impl<'t> Visit<'t> for Collections<'t> {
    fn visit_type_path(&mut self, ty: &'t TypePath) {
        if let Some(last) = ty.path.segments.last() {
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return };
            let borrows = matches!(arguments.args.first(), Some(GenericArgument::Lifetime(_)));
            if borrows
                && !arguments.args.iter().any(is_open)
                && COLLECTIONS.iter().any(|name| last.ident == name)
            {
                self.0.push((ty, &last.ident));
            }
        }
        visit::visit_type_path(self, ty);
    }

    // A function type only takes or returns collections later. And its lifetimes may have names
    // that are unknown outside of it.
    fn visit_type_bare_fn(&mut self, _: &'t TypeBareFn) {}

    fn visit_parenthesized_generic_arguments(&mut self, _: &'t ParenthesizedGenericArguments) {}

    fn visit_trait_bound(&mut self, bound: &'t TraitBound) {
        if bound.lifetimes.is_none() {
            visit::visit_trait_bound(self, bound);
        }
    }
}

/// Whether a part of the argument is inferred from the body, as in `Vec<'a, impl Serialize>`.
fn is_open(argument: &GenericArgument) -> bool {
    matches!(argument, GenericArgument::Type(ty) if has_infer(ty))
}
