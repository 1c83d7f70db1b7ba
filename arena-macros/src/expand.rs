//! Writes the function: the arena parameter is gone from the outside, and a scope is around the body.
//!
//! The expansion is shaped by the compiler's messages. The arena's owner is a local variable with the user's own name and span, so that an
//! escape reads "`arena` does not live long enough" at the user's tokens. The handle shadows it, with the user's own pattern and type. The body
//! keeps its tokens and is a block of its own.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Expr, ReturnType, Type};

use crate::function::Function;
use crate::future::Returned;
use crate::options::Options;
use crate::parameter::{ArenaParameter, Kind};
use crate::{future, lifetimes, result};

/// `quote!` for the expansion's own tokens: its variables and the user's cannot see each other.
macro_rules! own {
    ($($tokens:tt)*) => {
        quote_spanned!(Span::mixed_site()=> $($tokens)*)
    };
}
pub(crate) use own;

/// What is around a body: a closure in a function; an `async` block in an `async` function, or in the `async` block that a function returns.
pub(crate) enum Shape {
    Call,
    Async,
    Returned(Box<Returned>),
}

// Input:
//     #[request_arena(limit = "1 MiB")]
//     fn greet(arena: Arena<'_>, name: &str) -> usize { BODY }
//
// Output:
//     fn greet(name: &str) -> usize {
//         let (visit, opener) = Visit::of_call({ static SITE: Site = ..; &SITE });
//         let result = call(move || -> usize {
//             let mut arena = opener.enter();
//             let arena: Arena<'_> = arena.arena();
//             match () { () => { BODY } }
//         });
//         visit.end((&Ended(&result)).scope_outcome());
//         result
//     }
//
// An `async fn` has `visit.watch(async move { .. }).await` for `call(move || ..)`, and so has the `async` block that a function returns.
// With `into = TYPE` the body is a closure or an `async` block of its own, and what it returns is turned into `TYPE` while the arena is
// still there. How it ended goes beside it:
//
//         let (result, outcome) = call(move || -> (TYPE, _) {
//             let mut arena = opener.enter();
//             let arena: Arena<'_> = arena.arena();
//             let result = call(move || -> Json<Hits<'_>> { match () { () => { BODY } } });
//             let outcome = (&Ended(&result)).outcome();
//             let way = (&Target::<_, TYPE>::of(&result)).way();
//             let result = way.turn_outward(result, Into::into, Into::into);
//             return (Into::<TYPE>::into(result), outcome);
//         });
//
// With `on_limit = EXPR` all of this is a block, whose result is `Err` when the limit ended the body:
//
//     match { let visit = ..; match visit.call_to_limit(move || ..) { Ok(result) => { ..; Ok(result) } Err(error) => Err(error) } } {
//         Ok(result) => result,
//         Err(error) => return EXPR,
//     }
pub(crate) fn expand(mut function: Function, arena: &ArenaParameter, shape: Shape, options: &Options) -> TokenStream {
    let signature = &mut function.signature;
    let inside = match &shape {
        Shape::Returned(_) => {
            future::output(&signature.output).map(|ty| ReturnType::Type(syn::parse_quote!(->), Box::new(ty)))
        }
        Shape::Call | Shape::Async => Some(signature.output.clone()),
    };
    let scope = Scope {
        arena,
        options,
        krate: options.krate(),
        site: site(&signature.ident, options),
        is_async: shape.is_async(),
        is_never: result::is_never(&signature.output),
        output: inside.and_then(|output| result::inner_type(&output, arena.lifetime.as_ref())),
    };
    if let Some(into) = &options.into {
        shape.set_output(&mut signature.output, into);
    }
    let Function { attributes, visibility, signature, body } = function;
    let block = match shape {
        Shape::Returned(returned) => returned.around(|body| scope.around(&body)),
        Shape::Call | Shape::Async => {
            // The function ends where the user's does, so that the compiler takes it for the user's, as lints do.
            let mut block = Group::new(Delimiter::Brace, scope.around(&body));
            block.set_span(body.span());
            block.into_token_stream()
        }
    };
    own! {
        #(#attributes)*
        #visibility #signature #block
    }
}

impl Shape {
    fn is_async(&self) -> bool {
        !matches!(self, Self::Call)
    }

    /// Puts the type that `into` names in the place of the body's.
    pub(crate) fn set_output(&self, output: &mut ReturnType, into: &Type) {
        match (self, future::output_mut(output)) {
            (Self::Returned(_), Some(ty)) => *ty = into.clone(),
            _ => *output = ReturnType::Type(syn::Token![->](into.span()), Box::new(into.clone())),
        }
    }

    /// The user's body by itself, so that its `return` and `?` end there and what it returns can be turned.
    pub(crate) fn run_inner(&self, body: &TokenStream, output: Option<&Type>, krate: &TokenStream) -> TokenStream {
        run_inner(self.is_async(), body, output, krate)
    }
}

fn run_inner(is_async: bool, body: &TokenStream, output: Option<&Type>, krate: &TokenStream) -> TokenStream {
    let closed = closed(is_async, body, output);
    if is_async { own!(#closed.await) } else { own!(#krate::__private::call(#closed)) }
}

/// What a `return` in the body does not leave, with the type of its result.
fn closed(is_async: bool, body: &TokenStream, output: Option<&Type>) -> TokenStream {
    if is_async {
        let hint = result::async_output(output);
        own!(async move { #hint #body })
    } else {
        let output = result::closure_output(output);
        own!(move || #output { #body })
    }
}

/// The scope of one function.
struct Scope<'o> {
    arena: &'o ArenaParameter,
    options: &'o Options,
    krate: TokenStream,
    site: TokenStream,
    is_async: bool,
    is_never: bool,
    /// The type of what the body returns, if there is one to write.
    output: Option<Type>,
}

impl Scope<'_> {
    /// The statements that are there for the body.
    fn around(&self, body: &Group) -> TokenStream {
        let Self { krate, site, options, .. } = self;
        let body = arm(body, &lifetimes::anonymous_body(body, self.arena.lifetime.as_ref()));
        let begin = if self.is_async { own!(of_future) } else { own!(of_call) };
        let begin = own! {
            let (visit, opener) = #krate::__private::Visit::#begin(#site);
        };
        if self.is_never && options.into.is_none() {
            // A body that never ends by itself ends in a panic, or is dropped.
            let never = Type::Never(syn::TypeNever { bang_token: syn::Token![!](Span::mixed_site()) });
            let bind = bind(self.arena);
            let run = self.run(&own!(#bind #body), (!self.is_async).then_some(&never));
            return own!(#begin #run);
        }
        let (run, pattern, judge) = self.run_and_judge(&body);
        let Some(answer) = &options.on_limit else {
            return own!(#begin let #pattern = #run; #judge visit.end(outcome); result);
        };
        let answer = self.answer(answer);
        own! {
            let result = {
                #begin
                match #run {
                    ::core::result::Result::Ok(#pattern) => {
                        #judge
                        visit.end(outcome);
                        ::core::result::Result::Ok(result)
                    }
                    ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
                }
            };
            match result {
                ::core::result::Result::Ok(result) => result,
                #answer
            }
        }
    }

    /// The body's run, a pattern for what it gives, and what then says how it ended.
    fn run_and_judge(&self, body: &TokenStream) -> (TokenStream, TokenStream, TokenStream) {
        let Self { krate, .. } = self;
        let bind = bind(self.arena);
        let outcome = own! {
            let outcome = {
                use #krate::__private::{AnyOutcome as _, ResultOutcome as _};
                (&#krate::__private::Ended(&result)).scope_outcome()
            };
        };
        let Some(into) = &self.options.into else {
            return (self.run(&own!(#bind #body), self.output.as_ref()), own!(result), outcome);
        };
        let written = run_inner(self.is_async, body, self.output.as_ref(), krate);
        let turned = quote_spanned! {Span::mixed_site().located_at(into.span())=>
            let way = {
                use #krate::__private::into::{PlainWay as _, ResponseWay as _, ResultWay as _};
                (&#krate::__private::into::Target::<_, #into>::of(&result)).way_outward()
            };
            let result = way.turn_outward(result, ::core::convert::Into::into, ::core::convert::Into::into);
            return (::core::convert::Into::<#into>::into(result), outcome);
        };
        let both: Type = syn::parse_quote!((#into, _));
        let run = self.run(&own!(#bind let result = #written; #outcome #turned), Some(&both));
        (run, own!((result, outcome)), TokenStream::new())
    }

    /// The scope's body, watched by the visit where it can be dropped half-way, or ended by a limit that is answered.
    fn run(&self, body: &TokenStream, output: Option<&Type>) -> TokenStream {
        let closed = closed(self.is_async, body, output);
        let krate = &self.krate;
        match (self.is_async, self.options.on_limit.is_some()) {
            (false, false) => own!(#krate::__private::call(#closed)),
            (false, true) => own!(visit.call_to_limit(#closed)),
            (true, false) => own!(visit.watch(#closed).await),
            (true, true) => own!(visit.watch_to_limit(#closed).await),
        }
    }

    /// The arm that answers the limit: the user's expression, or a closure's result for the error.
    fn answer(&self, answer: &Expr) -> TokenStream {
        let krate = &self.krate;
        let span = Span::mixed_site().located_at(answer.span());
        let (error, answer) = match answer {
            Expr::Closure(closure) => {
                let output = self.options.into.as_ref().or(self.output.as_ref()).map(|ty| quote!(::<#ty>));
                (own!(error), quote_spanned!(span=> #krate::__private::answer #output(error, #closure)))
            }
            other => (own!(_), quote!(#other)),
        };
        quote_spanned! {span=>
            ::core::result::Result::Err(#error) => {
                #[allow(unreachable_code, clippy::diverging_sub_expression, reason = "the answer may end by itself")]
                return #answer;
            }
        }
    }
}

/// The body as the arm of a `match`, because what the last expression of an arm borrows for a moment is gone at the arm's end: before the arena is, in
/// every edition, and with nothing behind the body that could be unreachable.
///
/// The `match` has the place of the body's last expression, which is what the compiler shows for a result that it refuses.
fn arm(written: &Group, body: &TokenStream) -> TokenStream {
    let tokens: Vec<TokenTree> = written.stream().into_iter().collect();
    let semicolon = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    let last = &tokens[tokens.iter().rposition(semicolon).map_or(0, |semicolon| semicolon + 1)..];
    // Not the user's own spans, or lints would take the `match` for the user's.
    let here = |span| Span::mixed_site().located_at(span);
    let begin = here(last.first().map_or_else(|| written.span(), TokenTree::span));
    let end = last.last().map_or(begin, |token| here(token.span()));
    let mut arms = Group::new(Delimiter::Brace, quote_spanned!(end=> () => #body));
    arms.set_span(end);
    let head = quote_spanned!(begin=> match ());
    quote!(#head #arms)
}

/// The owner under the user's name, and over it the handle with the user's pattern and type.
///
/// All of it has the span of the user's parameter: a variable that is only partly the user's is a "temporary value" in the compiler's words.
fn bind(arena: &ArenaParameter) -> TokenStream {
    let ArenaParameter { attributes, pattern, owner, ty, kind, lifetime } = arena;
    let ty = lifetimes::anonymous_type(ty.clone(), lifetime.as_ref());
    let span = owner.span();
    let opener = own!(opener);
    let method = match kind {
        Kind::Arena => Ident::new("arena", span),
        Kind::Bump => Ident::new("bump", span),
    };
    quote_spanned! {span=>
        let mut #owner = #opener.enter();
        #[allow(
            clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated, clippy::used_underscore_binding,
            reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
        )]
        #(#attributes)*
        let #pattern: #ty = #owner.#method();
    }
}

/// The static that collects the function's figures, out of sight of its body.
fn site(function: &Ident, options: &Options) -> TokenStream {
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
    let (line, file) =
        (quote_spanned!(function.span()=> ::core::line!()), quote_spanned!(function.span()=> ::core::file!()));
    own!({
        static __REQUEST_ARENA_SITE: #krate::Site = #krate::Site::new(#name, ::core::module_path!(), #file, #line)
            #(#limit)* #(#answered)* #(#soft_limit)* #(#initial)*;
        &__REQUEST_ARENA_SITE
    })
}
