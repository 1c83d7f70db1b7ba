//! `#[request_arena]`: distinguishes an annotated function from an annotated `impl` block.

use proc_macro2::TokenStream;
use quote::quote;

use crate::annotate::annotate;
use crate::errors::Errors;
use crate::implementation::{Implementation, annotate_all};
use crate::read::fragments;
use crate::read::function::Function;
use crate::read::options::Options;

/// Input: the attribute's arguments and the item. Output: the expanded item, after its errors.
pub(crate) fn request_arena(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = fragments::open_tokens(item);
    let mut errors = Errors::default();
    let options = Options::parse(arguments, &mut errors);
    let annotated = if let Some(implementation) = Implementation::parse(item.clone()) {
        annotate_all(implementation, &options, &mut errors)
    } else {
        match syn::parse2::<Function>(item.clone()) {
            Ok(function) => annotate(function, &options, errors.is_empty(), false, &mut errors),
            Err(error) => {
                errors = Errors::default();
                errors.add(error);
                item
            }
        }
    };
    let error = errors.into_compile_error();
    quote!(#error #annotated)
}
