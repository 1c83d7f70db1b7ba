//! Collections over `&arena` in the result of a function with `into`: they end with the body,
//! before they are turned.
//!
//! A name does not decide it: `bumpalo` has a `Vec<'a, T>`, too, over a `&'a Bump` that the body
//! may give the handle for. So the expansion asks the type.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::visit::{self, Visit};
use syn::{GenericArgument, PathArguments, Type, TypePath};

use crate::expand::own;

const COLLECTIONS: [&str; 7] = ["HashMap", "HashSet", "SortedMap", "SortedSet", "String", "Vec", "VecDeque"];

/// Asks each of these in the type of a body's result whether it leaves the body.
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

/// Types that have such a name, and a lifetime first.
struct Collections<'t>(Vec<(&'t TypePath, &'t Ident)>);

impl<'t> Visit<'t> for Collections<'t> {
    fn visit_type_path(&mut self, ty: &'t TypePath) {
        if let Some(last) = ty.path.segments.last() {
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return };
            let borrows = matches!(arguments.args.first(), Some(GenericArgument::Lifetime(_)));
            if borrows && COLLECTIONS.iter().any(|name| last.ident == name) {
                self.0.push((ty, &last.ident));
            }
        }
        visit::visit_type_path(self, ty);
    }
}
