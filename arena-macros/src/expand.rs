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
    let written = function.signature.clone();
    let mut errors = Errors::default();
    let options = Options::parse(arguments, &mut errors);
    if let Some(constness) = function.signature.constness.take() {
        errors.push_at(
            constness,
            "a `const fn` cannot open a request scope, which happens when the program runs: remove `const`",
        );
    }
    let arena = parameter::take(&mut function.signature, &mut errors);
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
        (arena, error) => {
            let stand_in = stand_in(function, arena.as_ref(), &options, written);
            quote!(#stand_in #error)
        }
    }
}

/// The function that is emitted beside an error: callers and editors see its signature, and there are no follow-up errors from its body.
fn stand_in(
    mut function: Function,
    arena: Option<&ArenaParameter>,
    options: &Options,
    written: syn::Signature,
) -> TokenStream {
    if result::is_opaque(&function.signature) {
        // No other body can have this type.
        function.signature = written;
        let Function { attributes, visibility, signature, body } = function;
        return quote!(#(#attributes)* #visibility #signature #body);
    }
    if let Some(into) = &options.into {
        function.signature.output = syn::parse_quote!(-> #into);
    } else if let Some(lifetime) = arena.and_then(|arena| arena.lifetime.as_ref()) {
        function.signature.output = outlived(function.signature.output, Some(lifetime));
    } else if !function.signature.inputs.iter().any(|input| matches!(input, syn::FnArg::Receiver(_))) {
        function.signature.output = outlived(function.signature.output, None);
    }
    let Function { attributes, visibility, signature, .. } = function;
    quote! {
        #(#attributes)*
        #[allow(unused_variables, clippy::unused_async, reason = "stands in for a function with an error")]
        #visibility #signature {
            ::core::unreachable!()
        }
    }
}

/// The result type of a stand-in: `'static` for the lifetimes that the function has no longer.
fn outlived(output: syn::ReturnType, lifetime: Option<&syn::Lifetime>) -> syn::ReturnType {
    use syn::visit_mut::{self, VisitMut};
    struct Outlived<'l>(Option<&'l syn::Lifetime>);
    impl VisitMut for Outlived<'_> {
        fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
            if self.0.map_or(lifetime.ident == "_", |own| own.ident == lifetime.ident) {
                *lifetime = syn::Lifetime::new("'static", lifetime.span());
            }
        }
        fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
            if self.0.is_none() && reference.lifetime.is_none() {
                reference.lifetime = Some(syn::Lifetime::new("'static", reference.and_token.span));
            }
            visit_mut::visit_type_reference_mut(self, reference);
        }
    }
    let mut output = output;
    Outlived(lifetime).visit_return_type_mut(&mut output);
    output
}

// Input:
//     #[request_arena(limit = "1 MiB")]
//     fn greet(arena: Arena<'_>, name: &str) -> usize { BODY }
//
// Output:
//     fn greet(name: &str) -> usize {
//         let visit = &Visit::of_call({ static SITE: Site = ..; &SITE });
//         let result = visit.call(move || -> usize {
//             let mut arena = visit.enter();
//             let arena: Arena<'_> = arena.arena();
//             return { BODY };
//         });
//         visit.judge((&Ended(&result)).outcome());
//         visit.end();
//         result
//     }
//
// An `async fn` has `visit.watch(async move { .. }).await` for `visit.call(move || ..)`. With `into = TYPE` the body is a closure or an
// `async` block of its own, and what it returns is turned into `TYPE` while the arena is still there:
//
//             let arena: Arena<'_> = arena.arena();
//             let result = visit.call(move || -> Json<Hits<'_>> { return { BODY }; });
//             visit.judge((&Ended(&result)).outcome());
//             let way = (&Target::<_, TYPE>::of(&result)).way();
//             return way.turn(result);
fn expand(mut function: Function, arena: &ArenaParameter, options: &Options) -> TokenStream {
    let inner = result::inner_type(&function.signature, arena);
    let krate = options.krate();
    let shape = Shape { is_async: function.signature.asyncness.is_some() };
    let body = lifetimes::anonymous_body(&function.body, arena.lifetime.as_ref());
    // `return`, so that what the body's last expression borrows for a moment is gone before the arena is, in every edition.
    let body = own! {
        #[allow(unused_braces, reason = "the body is the function's own block")]
        return #body;
    };
    let bind = bind(arena);
    let judge = own! {
        visit.judge({
            use #krate::__private::{AnyOutcome as _, ResultOutcome as _};
            (&#krate::__private::Ended(&result)).outcome()
        });
    };
    let run = match &options.into {
        None => {
            let run = shape.run(&own!(#bind #body), inner.as_ref());
            own!(let result = #run; #judge)
        }
        Some(into) => {
            let written = shape.run_inner(&body, inner.as_ref());
            let turned = quote_spanned! {Span::mixed_site().located_at(into.span())=>
                let way = {
                    use #krate::__private::into::*;
                    (&Target::<_, #into>::of(&result)).way()
                };
                return way.turn(result);
            };
            function.signature.output = syn::ReturnType::Type(syn::Token![->](into.span()), Box::new(into.clone()));
            let run = shape.run(&own!(#bind let result = #written; #judge #turned), Some(into));
            own!(let result = #run;)
        }
    };
    let begin = if shape.is_async { own!(of_future) } else { own!(of_call) };
    let site = site(&function.signature.ident, options, &krate);
    let Function { attributes, visibility, signature, .. } = function;
    own! {
        #(#attributes)*
        #visibility #signature {
            let visit = &#krate::__private::Visit::#begin(#site);
            #run
            visit.end();
            result
        }
    }
}

/// The two shapes of what is around a body: a closure in a function, an `async` block in an `async` one.
struct Shape {
    is_async: bool,
}

impl Shape {
    /// The scope's body, watched by the visit.
    fn run(&self, body: &TokenStream, output: Option<&Type>) -> TokenStream {
        if self.is_async {
            let hint = result::async_output(output);
            own!(visit.watch(async move { #hint #body }).await)
        } else {
            let output = result::closure_output(output);
            own!(visit.call(move || #output { #body }))
        }
    }

    /// The user's body by itself, so that its `return` and `?` end there and what it returns can be turned.
    fn run_inner(&self, body: &TokenStream, output: Option<&Type>) -> TokenStream {
        if self.is_async {
            let hint = result::async_output(output);
            own!(async move { #hint #body }.await)
        } else {
            self.run(body, output)
        }
    }
}

/// The owner under the user's name, and over it the handle with the user's pattern and type.
fn bind(arena: &ArenaParameter) -> TokenStream {
    let ArenaParameter { pattern, owner, ty, kind, lifetime } = arena;
    let ty = lifetimes::anonymous_type(ty.clone(), lifetime.as_ref());
    let method = match kind {
        Kind::Arena => own!(arena),
        Kind::Bump => own!(bump),
    };
    own! {
        let mut #owner = visit.enter();
        #[allow(
            clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated,
            reason = "the handle has the name of its owner, so that the compiler's messages are about the arena"
        )]
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
    let initial = options.initial.iter().map(|initial| own!(.with_initial(#initial)));
    let (line, file) =
        (quote_spanned!(function.span()=> ::core::line!()), quote_spanned!(function.span()=> ::core::file!()));
    own!({
        static SITE: #krate::Site = #krate::Site::new(#name, ::core::module_path!(), #file, #line)
            #(#limit)* #(#initial)*;
        &SITE
    })
}
