//! Writes the stand-in: the function that is emitted beside an error, so that there is only one
//! error.
//!
//! Callers see the signature that the function will have. Editors check and complete the body, with
//! an arena of any lifetime. The function never runs.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Generics, Pat, PatType};

use super::own::own;
use super::shape::Shape;
use crate::read::arena_parameter::lifetime_of;
use crate::read::attributes::is_of_async_trait;
use crate::read::function::Function;
use crate::read::options::Options;
use crate::read::parsed_parameter::ParsedParameter;
use crate::types::{lifetimes, result};

/// The function with its parameters `taken` bound to values that never exist.
pub(crate) fn stand_in(
    mut function: Function,
    taken: &[PatType],
    parsed: &[ParsedParameter],
    shape: &Shape,
    options: &Options,
    written: Generics,
) -> TokenStream {
    let krate = options.krate();
    function.signature.generics = written;
    let forgets = is_of_async_trait(&function.signature);
    if forgets {
        lifetimes::forget(&mut function.signature.generics, taken);
    }
    if !function.signature.inputs.iter().any(result::gives_a_lifetime) {
        function.signature.output = result::without_elision(function.signature.output);
    }
    let output = result::inner_type(&function.signature.output, None);
    let Function { attributes, front, mut signature, body } = function;
    let names = taken.iter().map(|parameter| match &*parameter.pat {
        name @ (Pat::Ident(_) | Pat::Wild(_)) => name.to_token_stream(),
        _ => own!(_),
    });
    let patterns = parsed.iter().map(|parameter| &parameter.pattern);
    let conditions = parsed.iter().map(|parameter| &parameter.conditions);
    let parsed_types = parsed.iter().map(|parameter| &parameter.ty);
    let types = taken.iter().map(|PatType { ty, .. }| match lifetime_of(ty).filter(|_| forgets) {
        Some(lifetime) => lifetimes::anonymous_type((**ty).clone(), Some(lifetime)),
        None => (**ty).clone(),
    });
    // The compiler has already reported a half-typed parameter, and the body would not know its
    // type.
    let body = if front.is_half_typed {
        own!({ #krate::__private::absent() })
    } else {
        body.into_token_stream()
    };
    let mut block = own!({
        #(let #names: #types = #krate::__private::absent();)*
        #(#(#conditions)* let #patterns: #parsed_types = #krate::__private::absent();)*
        #body
    });
    if let (Some(into), Shape::Call | Shape::Async) = (&options.into, shape) {
        let checked = shape.run_inner(&block, output.as_ref(), &krate);
        shape.set_output(&mut signature.output, into);
        block = own!({ let _ = #checked; #krate::__private::absent() });
    }
    own! {
        #(#attributes)*
        #[allow(unused, clippy::all, reason = "stands in for a function with an error")]
        #front #signature #block
    }
}
