//! Spans of the expansion's tokens, chosen so that compiler messages point at the user's code.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// A closure that counts as the user's.
///
/// In messages about a macro's closure, the compiler says "value" instead of the captured names.
pub(crate) fn closure(
    body: &Group,
    capture: &TokenStream,
    parameters: &TokenStream,
    output: &TokenStream,
    inside: TokenStream,
) -> TokenStream {
    let capture = at_brace(body, capture);
    let mut block = Group::new(Delimiter::Brace, inside);
    block.set_span(body.span());
    quote_spanned!(body.span_open()=> #capture |#parameters| #output #block)
}

/// An `async` block that counts as the user's, for the same reason as [`closure`].
pub(crate) fn async_block(body: &Group, start: &TokenStream, inside: TokenStream) -> TokenStream {
    let mut block = Group::new(Delimiter::Brace, inside);
    block.set_span(body.span());
    let start = at_brace(body, start);
    quote!(#start #block)
}

/// The tokens with the span of the body's opening brace.
pub(crate) fn at_brace(body: &Group, tokens: &TokenStream) -> TokenStream {
    let place = |mut token: TokenTree| {
        token.set_span(body.span_open());
        token
    };
    tokens.clone().into_iter().map(place).collect()
}

/// The tokens with the spans of the body's last expression.
///
/// If the returned value does not live long enough, the compiler points at these tokens.
pub(crate) fn at_last(body: &Group, returned: TokenStream) -> TokenStream {
    let (begin, end) = last_of(body);
    let count = returned.clone().into_iter().count();
    let placed = returned.into_iter().enumerate().map(|(index, mut token)| {
        let place = if index > 0 && index + 1 == count { end } else { begin };
        token.set_span(token.span().located_at(place));
        token
    });
    placed.collect()
}

/// The body as the only arm of a `match`.
///
/// Temporaries of an arm's last expression end with the arm, in every edition. So they end before
/// the arena does. And no statement follows the body, which the compiler could call unreachable.
///
/// The `match` has the spans of the body's last expression, since the compiler points there when it
/// refuses the result.
pub(crate) fn arm(written: &Group, body: &TokenStream) -> TokenStream {
    let (begin, end) = last_of(written);
    let mut arms = Group::new(Delimiter::Brace, quote_spanned!(end=> () => #body));
    arms.set_span(end);
    let head = quote_spanned!(begin=> match ());
    quote!(#head #arms)
}

/// The spans of the first and the last token of the body's last expression.
fn last_of(written: &Group) -> (Span, Span) {
    let tokens: Vec<TokenTree> = written.stream().into_iter().collect();
    let semicolon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    let last = &tokens[tokens.iter().rposition(semicolon).map_or(0, |semicolon| semicolon + 1)..];
    // With the user's own spans, lints would report the `match` as the user's.
    let here = |span| Span::mixed_site().located_at(span);
    let begin = here(last.first().map_or_else(|| written.span(), TokenTree::span));
    let end = last.last().map_or(begin, |token| here(token.span()));
    (begin, end)
}
