//! The annotated item: a function, or an `impl` with functions in it.

use proc_macro2::TokenStream;
use quote::quote;

use crate::function::{Errors, Function};
use crate::implementation::Implementation;
use crate::options::Options;
use crate::{annotate, fragments, implementation};

pub(crate) fn request_arena(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let item = fragments::open_tokens(item);
    let mut errors = Errors::default();
    let options = Options::parse(arguments, &mut errors);
    let annotated = if let Some(implementation) = Implementation::parse(item.clone()) {
        implementation::annotate(implementation, &options, &mut errors)
    } else {
        match syn::parse2::<Function>(item.clone()) {
            Ok(function) => {
                annotate::annotate(function, &options, errors.is_empty(), false, &mut errors)
            }
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
