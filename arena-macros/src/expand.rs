//! Writes the function: the arena parameter is gone from the outside, and a scope is around the body.
//!
//! The expansion is shaped by the compiler's messages. The arena's owner is a local variable with the user's own name and span, so that an
//! escape reads "`arena` does not live long enough" at the user's tokens. The handle shadows it, with the user's own pattern and type. The body
//! keeps its tokens and is a block of its own.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::function::{Errors, Function};
use crate::options::Options;
use crate::parameter::{ArenaParameter, Kind};
use crate::{lifetimes, parameter, result};

/// `quote!` for the expansion's own tokens: its variables and the user's cannot see each other.
macro_rules! own {
    ($($tokens:tt)*) => {
        quote_spanned!(Span::mixed_site()=> $($tokens)*)
    };
}
pub(crate) use own;

pub(crate) fn request_arena(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut function: Function = match syn::parse2(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            let error = error.into_compile_error();
            return quote!(#item #error);
        }
    };
    let written = function.signature.generics.clone();
    let mut errors = Errors::default();
    let options = Options::parse(arguments, &mut errors);
    if let Some(constness) = function.signature.constness.take() {
        errors.push_at(
            constness,
            "a `const fn` cannot open a request scope, which happens when the program runs: remove `const`",
        );
    }
    let (arena, taken) = parameter::take(&mut function.signature, &mut errors);
    if let (Some(into), true) = (&options.into, result::is_never(&function.signature.output)) {
        errors.push_at(into, "a function that never returns has nothing to turn `into` anything: leave the option out");
    }
    if let Some(arena) = &arena {
        if options.into.is_none() {
            result::check(&function.signature, arena, &mut errors);
        }
        if let Some(lifetime) = &arena.lifetime {
            lifetimes::take_off(&mut function.signature, lifetime, &mut errors);
        }
    }
    match (arena, errors.into_compile_error()) {
        (Some(arena), None) => expand(function, &arena, &options),
        (_, error) => {
            let stand_in = stand_in(function, &taken, &options, written);
            quote!(#error #stand_in)
        }
    }
}

/// The function that is emitted beside an error, so that this error is the only one: callers see the signature that it will have, and the
/// body is checked and completed by editors, with an arena that claims any lifetime. It is never run.
fn stand_in(mut function: Function, taken: &[syn::PatType], options: &Options, written: syn::Generics) -> TokenStream {
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
        let is_async = signature.asyncness.is_some();
        let checked = Shape { is_async }.run_inner(&block, output.as_ref(), &krate);
        signature.output = syn::parse_quote!(-> #into);
        block = own!({ let _ = #checked; #krate::__private::absent() });
    }
    own! {
        #(#attributes)*
        #[allow(unused, clippy::all, reason = "stands in for a function with an error")]
        #visibility #signature #block
    }
}

// Input:
//     #[request_arena(limit = "1 MiB")]
//     fn greet(arena: Arena<'_>, name: &str) -> usize { BODY }
//
// Output:
//     fn greet(name: &str) -> usize {
//         let visit = Visit::of_call({ static SITE: Site = ..; &SITE });
//         let opener = visit.opener();
//         let result = call(move || -> usize {
//             let mut arena = opener.enter();
//             let arena: Arena<'_> = arena.arena();
//             match () { () => { BODY } }
//         });
//         visit.end((&Ended(&result)).scope_outcome());
//         result
//     }
//
// An `async fn` has `visit.watch(async move { .. }).await` for `call(move || ..)`. With `into = TYPE` the body is a closure or an
// `async` block of its own, and what it returns is turned into `TYPE` while the arena is still there. How it ended goes beside it:
//
//         let (result, outcome) = call(move || -> (TYPE, _) {
//             let mut arena = opener.enter();
//             let arena: Arena<'_> = arena.arena();
//             let result = call(move || -> Json<Hits<'_>> { match () { () => { BODY } } });
//             let outcome = (&Ended(&result)).outcome();
//             let way = (&Target::<_, TYPE>::of(&result)).way();
//             return (Into::<TYPE>::into(way.turn_outward(result)), outcome);
//         });
fn expand(mut function: Function, arena: &ArenaParameter, options: &Options) -> TokenStream {
    let inner = result::inner_type(&function.signature.output, arena.lifetime.as_ref());
    let krate = options.krate();
    let shape = Shape { is_async: function.signature.asyncness.is_some() };
    let body = lifetimes::anonymous_body(&function.body, arena.lifetime.as_ref());
    // A `match`, because what the last expression of an arm borrows for a moment is gone at the arm's end: before the arena is, in every
    // edition, and with nothing behind the body that could be unreachable.
    let span = Span::mixed_site().located_at(function.body.span());
    let body = quote_spanned!(span=> match () { () => #body });
    let bind = bind(arena);
    let outcome = own! {
        let outcome = {
            use #krate::__private::{AnyOutcome as _, ResultOutcome as _};
            (&#krate::__private::Ended(&result)).scope_outcome()
        };
    };
    let never = options.into.is_none() && result::is_never(&function.signature.output);
    let run = match &options.into {
        None if never => {
            // A body that never ends by itself ends in a panic, or is dropped.
            let never = Type::Never(syn::TypeNever { bang_token: syn::Token![!](Span::mixed_site()) });
            shape.run(&own!(#bind #body), (!shape.is_async).then_some(&never), &krate)
        }
        None => {
            let run = shape.run(&own!(#bind #body), inner.as_ref(), &krate);
            own!(let result = #run; #outcome visit.end(outcome); result)
        }
        Some(into) => {
            let written = shape.run_inner(&body, inner.as_ref(), &krate);
            let turned = quote_spanned! {Span::mixed_site().located_at(into.span())=>
                let way = {
                    use #krate::__private::into::{PlainWay as _, ResponseWay as _};
                    (&#krate::__private::into::Target::<_, #into>::of(&result)).way_outward()
                };
                return (::core::convert::Into::<#into>::into(way.turn_outward(result)), outcome);
            };
            function.signature.output = syn::ReturnType::Type(syn::Token![->](into.span()), Box::new(into.clone()));
            let both: Type = syn::parse_quote!((#into, _));
            let run = shape.run(&own!(#bind let result = #written; #outcome #turned), Some(&both), &krate);
            own!(let (result, outcome) = #run; visit.end(outcome); result)
        }
    };
    let begin = if shape.is_async { own!(of_future) } else { own!(of_call) };
    let site = site(&function.signature.ident, options, &krate);
    let Function { attributes, visibility, signature, .. } = function;
    own! {
        #(#attributes)*
        #visibility #signature {
            let visit = #krate::__private::Visit::#begin(#site);
            let opener = visit.opener();
            #run
        }
    }
}

/// The two shapes of what is around a body: a closure in a function, an `async` block in an `async` one.
struct Shape {
    is_async: bool,
}

impl Shape {
    /// The scope's body, watched by the visit where it can be dropped half-way.
    fn run(&self, body: &TokenStream, output: Option<&Type>, krate: &TokenStream) -> TokenStream {
        if self.is_async {
            let block = self.closed(body, output);
            own!(visit.watch(#block).await)
        } else {
            self.run_inner(body, output, krate)
        }
    }

    /// The user's body by itself, so that its `return` and `?` end there and what it returns can be turned.
    fn run_inner(&self, body: &TokenStream, output: Option<&Type>, krate: &TokenStream) -> TokenStream {
        let closed = self.closed(body, output);
        if self.is_async { own!(#closed.await) } else { own!(#krate::__private::call(#closed)) }
    }

    /// What a `return` in the body does not leave, with the type of its result.
    fn closed(&self, body: &TokenStream, output: Option<&Type>) -> TokenStream {
        if self.is_async {
            let hint = result::async_output(output);
            own!(async move { #hint #body })
        } else {
            let output = result::closure_output(output);
            own!(move || #output { #body })
        }
    }
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
fn site(function: &Ident, options: &Options, krate: &TokenStream) -> TokenStream {
    let name = match &options.name {
        Some(name) => own!(#name),
        None => {
            let name = function.unraw().to_string();
            own!(#name)
        }
    };
    let limit = options.limit.iter().map(|limit| own!(.with_limit(#limit)));
    let soft_limit = options.soft_limit.iter().map(|limit| own!(.with_soft_limit(#limit)));
    let initial = options.initial.iter().map(|initial| own!(.with_initial(#initial)));
    let (line, file) =
        (quote_spanned!(function.span()=> ::core::line!()), quote_spanned!(function.span()=> ::core::file!()));
    own!({
        static __REQUEST_ARENA_SITE: #krate::Site = #krate::Site::new(#name, ::core::module_path!(), #file, #line)
            #(#limit)* #(#soft_limit)* #(#initial)*;
        &__REQUEST_ARENA_SITE
    })
}
