//! The static that collects the figures of one function.

use proc_macro2::{Ident, TokenStream};
use quote::quote_spanned;
use syn::ext::IdentExt;

use super::own::own;
use crate::read::options::Options;

/// An expression for a reference to the static, which the function's body cannot see.
pub(crate) fn site(function: &Ident, options: &Options) -> TokenStream {
    let krate = options.krate();
    let name = match &options.name {
        Some(name) => own!(#name),
        None => {
            let name = function.unraw().to_string();
            own!(#name)
        }
    };
    let limit = options.limit.iter().map(|limit| own!(.with_limit(#limit)));
    let limit_mode = options.limit_mode.iter().filter(|mode| mode.is_measure);
    let limit_mode = limit_mode.map(|_| own!(.with_limit_mode(#krate::LimitMode::Measure)));
    let answered = options.on_limit.iter().map(|_| own!(.with_limit_answered()));
    let soft_limit = options.soft_limit.iter().map(|limit| own!(.with_soft_limit(#limit)));
    let initial = options.initial.iter().map(|initial| own!(.with_initial(#initial)));
    let (line, file) = (
        quote_spanned!(function.span()=> ::core::line!()),
        quote_spanned!(function.span()=> ::core::file!()),
    );
    own!({
        static __REQUEST_ARENA_SITE: #krate::Site =
            #krate::Site::new(#name, ::core::module_path!(), #file, #line)
                #(#limit)* #(#limit_mode)* #(#answered)* #(#soft_limit)* #(#initial)*;
        &__REQUEST_ARENA_SITE
    })
}
