//! Writes the function: its signature without the arena parameter, and a scope around its body.
//!
//! The compiler's messages decide the form of the expansion. The arena's owner is a local variable
//! with the user's own name and span. So the error for an escape is "`arena` does not live long
//! enough", at the user's tokens. The handle shadows the owner, with the user's own pattern and
//! type. The body keeps its tokens, in a block of its own.
//!
//! Functions of the core open the scope and record its end, so that the expansion is small.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::ToTokens;
use syn::ReturnType;
use syn::spanned::Spanned;

use super::own::own;
use super::parameters::{Parameters, Uses};
use super::scope::Scope;
use super::send::NeedsSend;
use super::shape::Shape;
use super::site::site;
use super::typed::Typed;
use crate::read::arena_parameter::ArenaParameter;
use crate::read::attributes::reads_the_signature;
use crate::read::function::Function;
use crate::read::options::Options;
use crate::read::parsed_parameter::ParsedParameter;
use crate::types::{future, result};

// Input:
//     #[request_arena(limit = "1 MiB")]
//     fn greet(arena: Arena<'_>, (name, _): (&str, u8)) -> usize { BODY }
//
// Output:
//     fn greet(parameter_1: (&str, u8)) -> usize {
//         let (run, token) = ScopeRun::of_call({ static SITE: Site = ..; &SITE });
//         let body = takes_2(&token, &parameter_1, |token, (name, _)| -> usize {
//             let mut arena = ArenaToken::enter(token);
//             let arena: Arena<'_> = OpenArena::arena(&mut arena);
//             match () { () => BODY }
//         });
//         let result = body(token, parameter_1);
//         run.end(Ended(&result).outcome());
//         result
//     }
//
// An `async fn` becomes a plain function that returns a future, as rustc does it, with a future of
// the core around:
//
//     fn greet(parameter_1: (&str, u8)) -> impl Future<Output = usize> {
//         future(
//             { static SITE: Site = ..; &SITE },
//             async move {
//                 let parameter_1 = parameter_1;
//                 let (name, _) = parameter_1;
//                 let mut arena = opened();
//                 let arena: Arena<'_> = OpenArena::arena(&mut arena);
//                 if false { return typed::<usize>() }
//                 match () { () => BODY }
//             },
//             |result| Ended(result).outcome(),
//         )
//     }
//
// It stays an `async fn`, with `future(..).await` in it, if another attribute reads its signature.
// If a function returns an `async` block, `future(.., async move { .. }, ..)` replaces the block.
//
// With `into = TYPE` the body is a second closure or `async` block inside of the first. Its result
// is converted to `TYPE` while the arena still exists, and returned together with the outcome:
//
//     let mut arena = ArenaToken::enter(token);
//     let handle = OpenArena::arena(&mut arena);
//     let body = turns_2(&parameter_1, |arena: Arena<'_>, (name, _)| -> Json<Hits<'_>> BODY);
//     let result = body(handle, parameter_1);
//     let outcome = Ended(&result).outcome();
//     let way = Target::<_, TYPE>::of(&result).way();
//     let result = way.turn_outward(result, Into::into, Into::into);
//     return (Into::<TYPE>::into(result), outcome);
//
// With `on_limit = EXPR` a function calls `run.call_to_limit(|| body(..))`, and returns EXPR on
// `Err`. A future becomes `answered(future(..), |error| EXPR)`.
pub(crate) fn expand(
    mut function: Function,
    arena: &ArenaParameter,
    parsed: &[ParsedParameter],
    shape: Shape,
    options: &Options,
    is_read_by_others: bool,
) -> TokenStream {
    let needs_send =
        NeedsSend::of(options, &function.signature, &function.attributes, !parsed.is_empty());
    let is_read_by_others =
        is_read_by_others || function.attributes.iter().any(reads_the_signature);
    let signature = &mut function.signature;
    let inside = match &shape {
        Shape::Returned(_) => future::output(&signature.output)
            .map(|ty| ReturnType::Type(syn::parse_quote!(->), Box::new(ty))),
        Shape::Call | Shape::Async => Some(signature.output.clone()),
    };
    let parameters = match shape {
        Shape::Returned(_) => Parameters::parsed(signature, parsed),
        Shape::Call | Shape::Async => Parameters::take(
            signature,
            &Uses::of(options, &function.body, parsed, is_read_by_others),
        ),
    };
    let scope = Scope {
        arena,
        options,
        krate: options.krate(),
        site: site(&signature.ident, options),
        parameters,
        is_never: result::is_never(&signature.output),
        typed: inside
            .as_ref()
            .filter(|_| shape.is_future())
            .and_then(|output| Typed::of(output, &signature.generics)),
        returns_a_closure: inside.as_ref().is_some_and(result::returns_a_closure),
        output_span: match &signature.output {
            ReturnType::Type(_, ty) => ty.span(),
            ReturnType::Default => Span::mixed_site(),
        },
        may_be_result: inside.as_ref().is_none_or(result::may_be_result),
        output: inside
            .as_ref()
            .and_then(|output| result::inner_type(output, arena.lifetime.as_ref())),
        start: own!(async move),
        needs_send,
        function: signature.ident.clone(),
    };
    let is_inline = scope.is_inline(&shape, &function.attributes);
    if let Some(into) = &options.into {
        shape.set_output(&mut signature.output, into);
    }
    let block = match shape {
        Shape::Returned(returned) => returned.around(|body, block| scope.returned(&body, &block)),
        shape => {
            let becomes_plain = matches!(shape, Shape::Async)
                && !is_read_by_others
                && !scope.stays_async(signature);
            if options.into.is_some() && !becomes_plain {
                future::end_at_the_user(signature);
            }
            let block = match shape {
                Shape::Call if is_inline => scope.inline(&function.body),
                Shape::Call => scope.call(&function.body),
                _ if becomes_plain => {
                    future::make_plain(signature);
                    scope.future(&function.body)
                }
                _ => scope.awaited(&function.body),
            };
            // The block ends where the user's does, so that the compiler and lints treat it as the
            // user's.
            let mut group = Group::new(Delimiter::Brace, block);
            group.set_span(function.body.span());
            group.into_token_stream()
        }
    };
    let Function { attributes, front, signature, .. } = function;
    own! {
        #(#attributes)*
        #front #signature #block
    }
}
