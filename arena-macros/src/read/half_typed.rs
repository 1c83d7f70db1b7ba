//! Completes a signature with a parameter that is being typed: `fn f(arena: Arena<'_>, name) {}`.
//!
//! The compiler reports the parameter before it expands the attribute. The attribute adds no second
//! error: it gives the parameter a type that takes every argument, and emits a stand-in.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::token::Brace;
use syn::{FnArg, Signature, Token};

/// Parses the signature with its parameters completed, and moves `input` behind it.
///
/// Returns `None` if anything else is wrong. The error of the first parser stays then.
pub(crate) fn signature(begin: ParseStream<'_>, input: ParseStream<'_>) -> Option<Signature> {
    let mut tokens = Vec::new();
    let mut completed = false;
    begin.parse::<Option<Token![default]>>().ok()?;
    loop {
        match begin.parse::<TokenTree>().ok()? {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return None,
            TokenTree::Group(group)
                if group.delimiter() == Delimiter::Parenthesis && !completed =>
            {
                let mut inputs =
                    Group::new(Delimiter::Parenthesis, complete.parse2(group.stream()).ok()?);
                inputs.set_span(group.span());
                tokens.push(TokenTree::Group(inputs));
                completed = true;
            }
            token => tokens.push(token),
        }
        if completed && begin.peek(Brace) {
            let signature = syn::parse2(tokens.into_iter().collect()).ok()?;
            syn::parse::discouraged::Speculative::advance_to(input, begin);
            return Some(signature);
        }
    }
}

fn complete(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut parameters = TokenStream::new();
    while !input.is_empty() {
        let whole = input.fork();
        match whole.parse::<FnArg>() {
            Ok(parameter) if whole.is_empty() || whole.peek(Token![,]) => {
                syn::parse::discouraged::Speculative::advance_to(input, &whole);
                parameters.extend(quote!(#parameter));
            }
            _ => {
                let mut half = TokenStream::new();
                while !input.is_empty() && !input.peek(Token![,]) {
                    half.extend([input.parse::<TokenTree>()?]);
                }
                parameters.extend(completed(half)?);
            }
        }
        parameters.extend(input.parse::<Option<Token![,]>>()?.map(|comma| quote!(#comma)));
    }
    Ok(parameters)
}

/// The parameter with a type that takes every argument, if only its end is missing.
fn completed(half: TokenStream) -> syn::Result<TokenStream> {
    let error = match syn::parse2::<FnArg>(half.clone()) {
        Ok(parameter) => return Ok(quote!(#parameter)),
        Err(error) => error,
    };
    // The messages of syn for tokens that end too early, inside of brackets and outside of them.
    let text = error.to_string();
    if !text.starts_with("unexpected end of input") && text != "expected `:`" {
        return Err(error);
    }
    let colon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':');
    let pattern: TokenStream = half.into_iter().take_while(|token| !colon(token)).collect();
    Ok(quote!(#pattern: impl ::core::marker::Sized))
}
