//! `arena_handler!`: a closure whose calls open a scope each.
//!
//! The macro gives back a closure, so that the place where it stands gives the compiler the types
//! that the user left out. Each part of it goes through the module that does the same for a
//! function.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, ExprClosure, FnArg, Pat, PatIdent, PatType, ReturnType, Signature, Token, Type};

use crate::around::Scope;
use crate::expand::{self, Shape, own};
use crate::function::{Errors, Front, Function};
use crate::future::Returned;
use crate::options::Options;
use crate::parameter::{self, ArenaParameter};
use crate::parameters::{Parameters, Uses, names_in};
use crate::send::Asks;
use crate::{annotate, fragments, result, send};

const NO_CLOSURE: &str = "`arena_handler!` needs a closure, after its options, as in \
                          `arena_handler!(name = \"search\", |arena, Path(q): Path<String>| async move { .. })`";

/// Input: `OPTIONS, |arena, PARAMETERS| BODY`. Output: the closure without its arena, or its
/// errors.
pub(crate) fn arena_handler(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut mentioned = TokenStream::new();
    let expanded = split(input).and_then(|(arguments, closure)| {
        let options = Options::parse(arguments, &mut errors);
        let Only(closure) = syn::parse2(closure)?;
        mentioned = mention(&closure, &options);
        Ok(annotate(closure, options, &mut errors))
    });
    if let Err(error) = &expanded {
        errors.add(error.clone());
    }
    match (errors.into_compile_error(), expanded) {
        (None, Ok(expanded)) => expanded,
        // The last error is the value of the block: it has any type, and what is around it no
        // errors.
        (errors, _) => quote!({ #mentioned #errors }),
    }
}

/// Uses the types that a closure with an error names, so that their imports are not called unused.
fn mention(closure: &ExprClosure, options: &Options) -> TokenStream {
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

/// A closure, and nothing behind it but a comma.
struct Only(ExprClosure);

impl Parse for Only {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let expression = fragments::open_expression(input.parse()?);
        input.parse::<Option<Token![,]>>()?;
        if !input.is_empty() {
            return Err(input.error(
                "the closure is the last thing in `arena_handler!`: put options before it",
            ));
        }
        match expression {
            Expr::Closure(closure) => Ok(Self(closure)),
            other => Err(syn::Error::new_spanned(other, NO_CLOSURE)),
        }
    }
}

/// The options, and the closure, which starts where an option could and no option's name stands.
fn split(input: TokenStream) -> syn::Result<(TokenStream, TokenStream)> {
    let tokens: Vec<TokenTree> = input.into_iter().collect();
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let is_start = |index: usize| {
        (index == 0 || is_comma(&tokens[index - 1]))
            && match &tokens[index] {
                TokenTree::Punct(punct) => punct.as_char() == '|' || punct.as_char() == '#',
                TokenTree::Ident(ident) => {
                    ["async", "move", "static", "for", "const"].iter().any(|word| ident == word)
                }
                TokenTree::Group(_) => true,
                TokenTree::Literal(_) => false,
            }
    };
    match (0..tokens.len()).find(|&index| is_start(index)) {
        Some(at) => {
            let mut tokens = tokens.into_iter();
            Ok((tokens.by_ref().take(at).collect(), tokens.collect()))
        }
        None => Err(syn::Error::new(Span::call_site(), NO_CLOSURE)),
    }
}

/// The closure with a scope around its body. What comes of a closure with errors is not used.
fn annotate(closure: ExprClosure, mut options: Options, errors: &mut Errors) -> TokenStream {
    let name = Ident::new("closure", closure.or1_token.span());
    options.name.get_or_insert_with(|| {
        let (file, line) = (
            quote_spanned!(name.span()=> ::core::file!()),
            quote_spanned!(name.span()=> ::core::line!()),
        );
        Expr::Verbatim(own!(::core::concat!("closure at ", #file, ":", #line)))
    });
    let (front, written, mut function) = parts(closure, name, &options);
    let (arena, _) = parameter::take(&mut function.signature, errors);
    let Some(arena) = arena else { return TokenStream::new() };
    if let Some(lifetime) = &arena.lifetime {
        errors.push_at(
            lifetime,
            "the arena of a closure cannot have a named lifetime: write `arena: Arena<'_>`",
        );
    }
    let returned = Returned::of(&function);
    annotate::check_options(
        &function.signature,
        returned.as_ref().filter(|_| written.is_some()),
        &options,
        errors,
    );
    if let Some(returned) = &returned {
        returned.check(&arena.owner, errors);
    }
    let shape = match returned {
        Some(returned) => Shape::Returned(Box::new(returned)),
        None if function.signature.asyncness.is_some() => Shape::Async,
        None => Shape::Call,
    };
    send::check(&options, !matches!(shape, Shape::Call), &function.signature.ident, errors);
    around(&front, written, function, &arena, shape, &options)
}

/// What stands before the closure's parameters, the type of its result, and the rest as a function.
fn parts(
    closure: ExprClosure,
    name: Ident,
    options: &Options,
) -> (TokenStream, Option<Type>, Function) {
    let ExprClosure {
        attrs,
        lifetimes,
        constness,
        movability,
        asyncness,
        capture,
        inputs,
        output,
        body,
        ..
    } = closure;
    let front = quote!(#(#attrs)* #lifetimes #constness #movability #asyncness #capture);
    let mut inputs: Vec<PatType> = inputs.into_iter().map(typed).collect();
    if !inputs.iter().any(|input| parameter::is_an_arena(&FnArg::Typed(input.clone()))) {
        if let Some(arena) = inputs.iter_mut().find(|input| is_called_arena(input)) {
            let krate = options.krate();
            let span = Span::mixed_site().located_at(arena.pat.span());
            arena.ty = syn::parse_quote_spanned!(span=> #krate::Arena<'_>);
        }
    }
    let mut signature: Signature = syn::parse_quote!(fn #name() -> _);
    signature.asyncness = asyncness;
    signature.inputs = inputs.into_iter().map(FnArg::Typed).collect();
    let written = match output {
        ReturnType::Default => None,
        ReturnType::Type(arrow, ty) => {
            signature.output = ReturnType::Type(arrow, ty.clone());
            Some(*ty)
        }
    };
    fragments::open_signature(&mut signature);
    let body = block(fragments::open_expression(*body));
    let function = Function { attributes: Vec::new(), visibility: Front::none(), signature, body };
    (front, written, function)
}

/// The parameter with its type, or with the one that the compiler finds.
fn typed(pattern: Pat) -> PatType {
    match pattern {
        Pat::Type(typed) => typed,
        mut untyped => {
            let attrs = match &mut untyped {
                Pat::Ident(PatIdent { attrs, .. }) | Pat::Wild(syn::PatWild { attrs, .. }) => {
                    std::mem::take(attrs)
                }
                _ => Vec::new(),
            };
            let span = Span::mixed_site().located_at(untyped.span());
            let ty = syn::parse_quote_spanned!(span=> _);
            PatType { attrs, pat: Box::new(untyped), colon_token: Token![:](span), ty }
        }
    }
}

fn is_called_arena(input: &PatType) -> bool {
    let is_untyped = matches!(&*input.ty, Type::Infer(_));
    is_untyped
        && matches!(&*input.pat, Pat::Ident(name) if name.ident == "arena" || name.ident == "_arena")
}

/// The body in braces.
fn block(body: Expr) -> Group {
    let span = body.span();
    let tokens = body.into_token_stream();
    let mut all = tokens.clone().into_iter();
    if let (Some(TokenTree::Group(group)), None) = (all.next(), all.next()) {
        if group.delimiter() == Delimiter::Brace {
            return group;
        }
    }
    let mut group = Group::new(Delimiter::Brace, tokens);
    group.set_span(Span::mixed_site().located_at(span));
    group
}

// Input:
//     arena_handler!(|arena, Path(q): Path<String>| async move { BODY })
//
// Output:
//     |Path(q): Path<String>| { future(SITE, async move { ..arena.. BODY }, JUDGE) }
//
// The body of an `async` closure is
// `{ future(SITE, async { ..parameters, arena.. BODY }, JUDGE).await }`, and that of any other
// closure is as the body of a function.
fn around(
    front: &TokenStream,
    written: Option<Type>,
    function: Function,
    arena: &ArenaParameter,
    shape: Shape,
    options: &Options,
) -> TokenStream {
    let Function { mut signature, body, .. } = function;
    let asks = Asks::of_closure(options, &signature);
    let parameters = match shape {
        Shape::Returned(_) => Parameters::none(),
        Shape::Call | Shape::Async => {
            let answer = options.on_limit.as_ref();
            let uses = Uses {
                keeps_patterns: false,
                in_answer: answer.map(names_in).unwrap_or_default(),
                in_body: answer.map(|_| names_in(&body)).unwrap_or_default(),
            };
            Parameters::take(&mut signature, &uses)
        }
    };
    // Of a future that is written with its type, the output; else what the closure says.
    let inside = match &shape {
        Shape::Returned(_) => crate::future::output(&signature.output),
        Shape::Call | Shape::Async => written.clone(),
    };
    let inside = inside.map(|ty| ReturnType::Type(Token![->](Span::mixed_site()), Box::new(ty)));
    let scope = Scope {
        arena,
        options,
        krate: options.krate(),
        site: expand::site(&signature.ident, options),
        parameters,
        is_never: result::is_never(&signature.output),
        typed: None,
        output_span: Span::mixed_site(),
        returns_a_closure: false,
        judged: inside.as_ref().is_none_or(result::may_be_result),
        output: inside.as_ref().and_then(|output| result::inner_type(output, None)),
        // What is around the closure belongs to it, and stays there for its next call.
        start: own!(async),
        asks,
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
