//! Where tokens of the expansion stand, so that the compiler's messages are about the user's code.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

/// A closure that the compiler takes for the user's: in one of a macro's it names no `self`, nor
/// what else the closure captures, and says "value" instead.
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

/// An `async` block that the compiler takes for the user's, as [`closure`] is one.
pub(crate) fn async_block(body: &Group, start: &TokenStream, inside: TokenStream) -> TokenStream {
    let mut block = Group::new(Delimiter::Brace, inside);
    block.set_span(body.span());
    let start = at_brace(body, start);
    quote!(#start #block)
}

/// Tokens at the place of the body's opening brace, as the user's.
pub(crate) fn at_brace(body: &Group, tokens: &TokenStream) -> TokenStream {
    let place = |mut token: TokenTree| {
        token.set_span(body.span_open());
        token
    };
    tokens.clone().into_iter().map(place).collect()
}

/// What the function returns, at the place of the body's last expression: the compiler shows it
/// where it does not live long enough.
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

/// The body as the arm of a `match`, because what the last expression of an arm borrows for a
/// moment is gone at the arm's end: before the arena is, in every edition, and with nothing behind
/// the body that could be unreachable.
///
/// The `match` has the place of the body's last expression, which is what the compiler shows for a
/// result that it refuses.
pub(crate) fn arm(written: &Group, body: &TokenStream) -> TokenStream {
    let (begin, end) = last_of(written);
    let mut arms = Group::new(Delimiter::Brace, quote_spanned!(end=> () => #body));
    arms.set_span(end);
    let head = quote_spanned!(begin=> match ());
    quote!(#head #arms)
}

/// The places of the first and the last token of the body's last expression.
fn last_of(written: &Group) -> (Span, Span) {
    let tokens: Vec<TokenTree> = written.stream().into_iter().collect();
    let semicolon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    let last = &tokens[tokens.iter().rposition(semicolon).map_or(0, |semicolon| semicolon + 1)..];
    // Not the user's own spans, or lints would take the `match` for the user's.
    let here = |span| Span::mixed_site().located_at(span);
    let begin = here(last.first().map_or_else(|| written.span(), TokenTree::span));
    let end = last.last().map_or(begin, |token| here(token.span()));
    (begin, end)
}
