//! The function that is emitted beside an error, so that this error is the only one.
//!
//! Callers see the signature that the function will have, and the body is checked and completed by editors, with an arena that claims any
//! lifetime. It is never run.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Generics, PatType};

use crate::expand::{Shape, own};
use crate::function::Function;
use crate::options::Options;
use crate::result;

pub(crate) fn stand_in(
    mut function: Function,
    taken: &[PatType],
    shape: &Shape,
    options: &Options,
    written: Generics,
) -> TokenStream {
    let krate = options.krate();
    function.signature.generics = written;
    if !function.signature.inputs.iter().any(result::gives_a_lifetime) {
        function.signature.output = result::without_elision(function.signature.output);
    }
    let output = result::inner_type(&function.signature.output, None);
    let Function { attributes, visibility, mut signature, body } = function;
    let names = taken.iter().map(|parameter| &parameter.pat);
    let types = taken.iter().map(|parameter| &parameter.ty);
    let mut block = own!({ #(let #names: #types = #krate::__private::absent();)* #body });
    if let Some(into) = &options.into {
        let checked = shape.run_inner(&block, output.as_ref(), &krate);
        shape.set_output(&mut signature.output, into);
        block = own!({ let _ = #checked; #krate::__private::absent() });
    }
    own! {
        #(#attributes)*
        #[allow(unused, clippy::all, reason = "stands in for a function with an error")]
        #visibility #signature #block
    }
}
