//! The answer to a request that reached its limit: the option `on_limit`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Type};

use super::own::own;
use super::result::closure_output;
use crate::read::names::names_in;

/// The user's expression, or a closure that takes the error.
pub(crate) struct OnLimit<'o> {
    pub(crate) answer: &'o Expr,
    /// The type that callers get, if it can be written.
    pub(crate) output: Option<&'o Type>,
    pub(crate) krate: &'o TokenStream,
}

impl OnLimit<'_> {
    /// Whether the answer has an `.await`, so that it has to stand in an `async` context.
    pub(crate) fn awaits(&self) -> bool {
        names_in(self.answer).contains("await")
    }

    /// The arm of a `match` that returns the answer.
    pub(crate) fn arm(&self) -> TokenStream {
        let (span, error, answer) = self.parts();
        quote_spanned! {span=>
            ::core::result::Result::Err(#error) => {
                #[allow(
                    unreachable_code,
                    clippy::diverging_sub_expression,
                    reason = "the answer may end by itself"
                )]
                return #answer;
            }
        }
    }

    /// The future with the answer as a closure, which owns the parameters that it alone mentions.
    pub(crate) fn around(&self, future: &TokenStream, owned: &[Ident]) -> TokenStream {
        let krate = self.krate;
        let (span, error, answer) = self.parts();
        let output = closure_output(self.output);
        let kept = owned.iter().map(|name| own!(let #name = #name;));
        let closure = quote_spanned!(span=> move |#error| #output { #(#kept)* #answer });
        own!(#krate::__private::answered(#future, #closure))
    }

    /// The answer's span, the pattern of the error, and the expression.
    fn parts(&self) -> (Span, TokenStream, TokenStream) {
        let krate = self.krate;
        let span = Span::mixed_site().located_at(self.answer.span());
        match self.answer {
            Expr::Closure(closure) => {
                let output = self.output.map(|ty| quote!(::<#ty>));
                let call =
                    quote_spanned!(span=> #krate::__private::answer #output(error, #closure));
                (span, own!(error), call)
            }
            // Clippy would call a written `()` needless.
            Expr::Tuple(unit) if unit.elems.is_empty() => (span, own!(_), TokenStream::new()),
            other => (span, own!(_), quote!(#other)),
        }
    }
}
