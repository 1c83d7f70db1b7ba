//! Writes the function: the arena parameter is gone from the outside, and a scope is around the
//! body.
//!
//! The expansion is shaped by the compiler's messages. The arena's owner is a local variable with
//! the user's own name and span, so that an escape reads "`arena` does not live long enough" at the
//! user's tokens. The handle shadows it, with the user's own pattern and type. The body keeps its
//! tokens and is a block of its own.
//!
//! What opens the scope and judges its end is in functions of the core, so that the expansion is
//! little more than the body.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{ReturnType, Type};

use crate::around::Scope;
use crate::closure::Typed;
use crate::function::Function;
use crate::future::Returned;
use crate::options::Options;
use crate::parameter::ArenaParameter;
use crate::parameters::{Parameters, Uses, names_in};
use crate::send::Asks;
use crate::{future, result};

/// `quote!` for the expansion's own tokens: its variables and the user's cannot see each other.
macro_rules! own {
    ($($tokens:tt)*) => {
        quote_spanned!(Span::mixed_site()=> $($tokens)*)
    };
}
pub(crate) use own;

/// What is around a body: a closure in a function; an `async` block in an `async` function, or in
/// the `async` block that a function returns.
pub(crate) enum Shape {
    Call,
    Async,
    Returned(Box<Returned>),
}

// Input:
//     #[request_arena(limit = "1 MiB")]
//     fn greet(arena: Arena<'_>, (name, _): (&str, u8)) -> usize { BODY }
//
// Output:
//     fn greet(parameter_1: (&str, u8)) -> usize {
//         let (visit, opener) = ScopeRun::of_call({ static SITE: Site = ..; &SITE });
//         let body = takes_2(&opener, &parameter_1, |opener, (name, _)| -> usize {
//             let mut arena = ArenaToken::enter(opener);
//             let arena: Arena<'_> = OpenArena::arena(&mut arena);
//             match () { () => BODY }
//         });
//         let result = body(opener, parameter_1);
//         visit.end(Ended(&result).outcome());
//         result
//     }
//
// An `async fn` becomes what rustc makes of it, with a future of the core around:
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
// It stays an `async fn`, with `future(..).await` in it, if another attribute is to see one. The
// `async` block that a function returns becomes `future(.., async move { .. }, ..)` in its place.
//
// With `into = TYPE` the body is a closure or an `async` block of its own within that one. What it
// returns is turned into `TYPE` while the arena is still there, and how it ended goes beside it:
//
//     let mut arena = ArenaToken::enter(opener);
//     let handle = OpenArena::arena(&mut arena);
//     let body = turns_2(&parameter_1, |arena: Arena<'_>, (name, _)| -> Json<Hits<'_>> BODY);
//     let result = body(handle, parameter_1);
//     let outcome = Ended(&result).outcome();
//     let way = Target::<_, TYPE>::of(&result).way();
//     let result = way.turn_outward(result, Into::into, Into::into);
//     return (Into::<TYPE>::into(result), outcome);
//
// With `on_limit = EXPR` it is `visit.call_to_limit(|| body(..))`, whose `Err` the function answers
// by EXPR; or `answered(future(..), |error| EXPR)`.
pub(crate) fn expand(
    mut function: Function,
    arena: &ArenaParameter,
    shape: Shape,
    options: &Options,
    is_read_by_others: bool,
) -> TokenStream {
    let asks = Asks::of(options, &function.signature, &function.attributes);
    let is_read_by_others =
        is_read_by_others || function.attributes.iter().any(result::reads_the_signature);
    let signature = &mut function.signature;
    let inside = match &shape {
        Shape::Returned(_) => future::output(&signature.output)
            .map(|ty| ReturnType::Type(syn::parse_quote!(->), Box::new(ty))),
        Shape::Call | Shape::Async => Some(signature.output.clone()),
    };
    let parameters = match shape {
        Shape::Returned(_) => Parameters::none(),
        Shape::Call | Shape::Async => {
            let answer = options.on_limit.as_ref();
            let uses = Uses {
                keeps_patterns: is_read_by_others,
                in_answer: answer.map(names_in).unwrap_or_default(),
                in_body: answer.map(|_| names_in(&function.body)).unwrap_or_default(),
            };
            Parameters::take(signature, &uses)
        }
    };
    let is_async = !matches!(shape, Shape::Call);
    let scope = Scope {
        arena,
        options,
        krate: options.krate(),
        site: site(&signature.ident, options),
        parameters,
        is_never: result::is_never(&signature.output),
        typed: inside
            .as_ref()
            .filter(|_| is_async)
            .and_then(|output| Typed::of(output, &signature.generics)),
        returns_a_closure: inside.as_ref().is_some_and(result::returns_a_closure),
        output_span: match &signature.output {
            ReturnType::Type(_, ty) => ty.span(),
            ReturnType::Default => Span::mixed_site(),
        },
        judged: inside.as_ref().is_none_or(result::may_be_result),
        output: inside
            .as_ref()
            .and_then(|output| result::inner_type(output, arena.lifetime.as_ref())),
        start: own!(async move),
        asks,
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
            // The function ends where the user's does, so that the compiler takes it for the
            // user's, as lints do.
            let mut group = Group::new(Delimiter::Brace, block);
            group.set_span(function.body.span());
            group.into_token_stream()
        }
    };
    let Function { attributes, visibility, signature, .. } = function;
    own! {
        #(#attributes)*
        #visibility #signature #block
    }
}

impl Shape {
    /// Puts the type that `into` names in the place of the body's.
    pub(crate) fn set_output(&self, output: &mut ReturnType, into: &Type) {
        match (self, future::output_mut(output)) {
            (Self::Returned(_), Some(ty)) => *ty = into.clone(),
            _ => *output = ReturnType::Type(syn::Token![->](into.span()), Box::new(into.clone())),
        }
    }

    /// The user's body by itself, so that its `return` and `?` end there and what it returns can be
    /// turned.
    pub(crate) fn run_inner(
        &self,
        body: &TokenStream,
        output: Option<&Type>,
        krate: &TokenStream,
    ) -> TokenStream {
        match self {
            Self::Call => {
                let output = result::closure_output(output);
                own!((move || #output { #body })())
            }
            Self::Async | Self::Returned(_) => {
                let hint = result::hint(output, krate);
                own!(async move { #hint #body }.await)
            }
        }
    }
}

/// The static that collects the function's figures, out of sight of its body.
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
    let answered = options.on_limit.iter().map(|_| own!(.with_limit_answered()));
    let soft_limit = options.soft_limit.iter().map(|limit| own!(.with_soft_limit(#limit)));
    let initial = options.initial.iter().map(|initial| own!(.with_initial(#initial)));
    let (line, file) = (
        quote_spanned!(function.span()=> ::core::line!()),
        quote_spanned!(function.span()=> ::core::file!()),
    );
    own!({
        static __REQUEST_ARENA_SITE: #krate::Site = #krate::Site::new(#name, ::core::module_path!(), #file, #line)
            #(#limit)* #(#answered)* #(#soft_limit)* #(#initial)*;
        &__REQUEST_ARENA_SITE
    })
}
