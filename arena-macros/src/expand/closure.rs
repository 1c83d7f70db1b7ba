//! Writes the closure for one in `arena_handler!`.
//!
//! It stays a closure, so that its place gives the compiler the types that the user left out.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use syn::visit::Visit;
use syn::{ExprClosure, ReturnType, Token, Type};

use super::own::own;
use super::parameters::{Parameters, Uses};
use super::scope::Scope;
use super::send::NeedsSend;
use super::shape::Shape;
use super::site::site;
use crate::read::arena_parameter::ArenaParameter;
use crate::read::closure::Closure;
use crate::read::function::Function;
use crate::read::options::Options;
use crate::read::parsed_parameter::ParsedParameter;
use crate::types::{future, result};

// Input:
//     arena_handler!(|arena, Path(q): Path<String>| async move { BODY })
//
// Output:
//     |Path(q): Path<String>| { future(SITE, async move { ..arena.. BODY }, JUDGE) }
//
// The body of an `async` closure becomes
// `{ future(SITE, async { ..parameters, arena.. BODY }, JUDGE).await }`. The body of any other
// closure becomes what the body of a function does.
pub(crate) fn expand(
    closure: Closure,
    arena: &ArenaParameter,
    parsed: &[ParsedParameter],
    shape: Shape,
    options: &Options,
) -> TokenStream {
    let Closure { front, written, function } = closure;
    let Function { mut signature, body, .. } = function;
    let needs_send = NeedsSend::of_closure(options, &signature, !parsed.is_empty());
    let parameters = match shape {
        Shape::Returned(_) => Parameters::parsed(&mut signature, parsed),
        Shape::Call | Shape::Async => {
            Parameters::take(&mut signature, &Uses::of(options, &body, parsed, false))
        }
    };
    let inside = match &shape {
        Shape::Returned(_) => future::output(&signature.output),
        Shape::Call | Shape::Async => written.clone(),
    };
    let inside = inside.map(|ty| ReturnType::Type(Token![->](Span::mixed_site()), Box::new(ty)));
    let scope = Scope {
        arena,
        options,
        krate: options.krate(),
        site: site(&signature.ident, options),
        parameters,
        is_never: result::is_never(&signature.output),
        typed: None,
        output_span: Span::mixed_site(),
        returns_a_closure: false,
        may_be_result: inside.as_ref().is_none_or(result::may_be_result),
        output: inside.as_ref().and_then(|output| result::inner_type(output, None)),
        // Not `move`: the closure keeps its captures for its next call.
        start: own!(async),
        needs_send,
        function: signature.ident.clone(),
    };
    let into = options.into.as_ref();
    let output = match &shape {
        Shape::Returned(_) if written.is_none() => ReturnType::Default,
        shape => {
            let mut output = match written {
                Some(_) => signature.output.clone(),
                None => ReturnType::Default,
            };
            into.into_iter().for_each(|into| shape.set_output(&mut output, into));
            output
        }
    };
    let end = body.span();
    let inside = match shape {
        Shape::Returned(returned) => returned.around(|body, block| scope.returned(&body, &block)),
        Shape::Async => scope.awaited(&body),
        Shape::Call => scope.call(&body),
    };
    let inputs = signature.inputs.iter();
    let mut group = Group::new(Delimiter::Brace, inside);
    group.set_span(Span::mixed_site().located_at(end));
    own!(#front |#(#inputs),*| #output #group)
}

/// Mentions the types of a closure that has an error, so that their imports count as used.
pub(crate) fn mention(closure: &ExprClosure, options: &Options) -> TokenStream {
    struct Types(TokenStream);
    impl Visit<'_> for Types {
        fn visit_type(&mut self, ty: &Type) {
            if !result::has_infer(ty) {
                self.0.extend(own!(let _: ::core::marker::PhantomData<#ty>;));
            }
        }
    }
    let mut types = Types(TokenStream::new());
    closure.inputs.iter().for_each(|input| types.visit_pat(input));
    types.visit_return_type(&closure.output);
    options.into.iter().for_each(|into| types.visit_type(into));
    types.0
}
