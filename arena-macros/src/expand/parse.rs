//! Parses the parameters with `#[json]`, `#[query]` or `#[form]`, at the start of the scope.
//!
//! The statement rebinds the extractor's name to the parsed value. A bad request leaves the scope
//! there, with the answer of `on_reject`, or of the type that callers get.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Lifetime, Type};

use super::own::own;
use crate::read::attributes::is_condition;
use crate::read::parsed_parameter::ParsedParameter;
use crate::types::lifetimes;

/// The answer to a request that does not parse.
pub(crate) struct Rejected<'o> {
    /// The option `on_reject`.
    pub(crate) on_reject: Option<&'o Expr>,
    /// The type of the answer, if it can be written.
    pub(crate) output: Option<&'o Type>,
    /// Whether the answer leaves the scope beside its outcome, as a result of `into` does.
    pub(crate) with_outcome: bool,
    /// Whether `on_limit` answers an arena at its limit. Otherwise that is a rejection.
    pub(crate) is_limit_answered: bool,
    /// The arena's lifetime, if it has a name.
    pub(crate) arena: Option<&'o Lifetime>,
    pub(crate) krate: &'o TokenStream,
}

impl Rejected<'_> {
    /// The statement that parses one parameter out of the extractor `name`, in the arena `handle`.
    pub(crate) fn parse(
        &self,
        parsed: &ParsedParameter,
        bound: &TokenStream,
        quiet: &TokenStream,
        attributes: &[Attribute],
    ) -> TokenStream {
        let krate = self.krate;
        let name = &parsed.name;
        let ty = lifetimes::anonymous_type(parsed.ty.clone(), self.arena);
        let place = parsed.span().located_at(parsed.ty.span());
        let method = if self.is_limit_answered { "parse_in" } else { "try_parse_in" };
        let method = Ident::new(method, place);
        let value = quote_spanned!(place=> #name.#method::<#ty>(&handle));
        let answer = self.answer(parsed);
        let answer = if self.with_outcome {
            own!((#answer, #krate::__private::Outcome::Error))
        } else {
            answer
        };
        let returned = quote_spanned!(parsed.span()=> return #answer);
        own! {
            #quiet #(#attributes)* let #bound = match #value {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(rejection) => {
                    #[allow(
                        unreachable_code,
                        clippy::diverging_sub_expression,
                        clippy::needless_return,
                        reason = "the answer may end by itself"
                    )]
                    #returned;
                }
            };
        }
    }

    fn answer(&self, parsed: &ParsedParameter) -> TokenStream {
        let krate = self.krate;
        match self.on_reject {
            // As an argument, a closure knows the type of its parameter.
            Some(closure @ Expr::Closure(_)) => {
                let place = parsed.span().located_at(closure.span());
                let output = self.output.map(|output| quote_spanned!(place=> ::<#output, _>));
                quote_spanned! {place=>
                    #krate::__private::extract::answer #output(rejection, #closure)
                }
            }
            Some(function @ Expr::Path(_)) => {
                let place = parsed.span().located_at(function.span());
                quote_spanned!(place=> #function(rejection))
            }
            Some(function) => {
                let place = parsed.span().located_at(function.span());
                quote_spanned!(place=> (#function)(rejection))
            }
            None => {
                let place = parsed.span();
                let output = self.output.map(|output| {
                    let output = at(output.to_token_stream(), place);
                    quote_spanned!(place=> ::<#output>)
                });
                quote_spanned!(place=> #krate::__private::extract::rejected #output(rejection))
            }
        }
    }
}

/// The tokens at another place. The compiler points there if a bound does not hold.
fn at(tokens: TokenStream, place: Span) -> TokenStream {
    let placed = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut placed = Group::new(group.delimiter(), at(group.stream(), place));
            placed.set_span(group.span().located_at(place));
            TokenTree::Group(placed)
        }
        mut token => {
            token.set_span(token.span().located_at(place));
            token
        }
    });
    placed.collect()
}

/// The conditions among a parameter's attributes.
pub(crate) fn conditions(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| is_condition(attribute)).cloned().collect()
}
