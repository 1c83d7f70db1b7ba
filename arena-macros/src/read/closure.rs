//! The input of `arena_handler!`: options, and then a closure.
//!
//! It turns the closure into a function, so that the modules for functions work on it.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure, FnArg, Pat, PatIdent, PatType, ReturnType, Signature, Token, Type};

use super::function::{Front, Function};
use super::options::Options;
use super::{arena_parameter, fragments};

const NO_CLOSURE: &str = "`arena_handler!` needs a closure, after its options, as in \
                          `arena_handler!(name = \"search\", |arena, Path(q): Path<String>| \
                          async move { .. })`";

/// A closure with nothing behind it but a comma.
pub(crate) struct Only(pub(crate) ExprClosure);

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

/// Splits the input into the options and the closure.
///
/// The closure starts at the first place of an option that has no option's name.
pub(crate) fn split(input: TokenStream) -> syn::Result<(TokenStream, TokenStream)> {
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

/// A closure in its parts.
pub(crate) struct Closure {
    /// The tokens before its parameters: attributes, `async`, `move`.
    pub(crate) front: TokenStream,
    /// The result type, if the user wrote one.
    pub(crate) written: Option<Type>,
    /// The rest, as a function. Its result type is `_` if the user wrote none.
    pub(crate) function: Function,
}

impl Closure {
    pub(crate) fn read(closure: ExprClosure, name: &Ident, options: &Options) -> Self {
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
        if !inputs.iter().any(|input| arena_parameter::is_an_arena(&FnArg::Typed(input.clone()))) {
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
        let function = Function { attributes: Vec::new(), front: Front::none(), signature, body };
        Self { front, written, function }
    }
}

/// The parameter with its type, or with `_`.
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
        && match &*input.pat {
            Pat::Ident(name) => name.ident == "arena" || name.ident == "_arena",
            _ => false,
        }
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
