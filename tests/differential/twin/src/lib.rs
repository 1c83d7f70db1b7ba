//! `#[request_arena]` without an arena: the attribute removes the arena parameter, and keeps all
//! other tokens with their spans.
//!
//! The result is the function that a user would write without request-arena. An annotated function
//! has to behave like it.

use proc_macro::{Group, TokenStream, TokenTree};

/// Removes `NAME: Arena<..>` from every parameter list of the item. Ignores the options.
#[proc_macro_attribute]
pub fn request_arena(_options: TokenStream, item: TokenStream) -> TokenStream {
    without_arena(item)
}

fn without_arena(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), without_arena(group.stream()));
                inner.set_span(group.span());
                kept.push(inner.into());
            }
            TokenTree::Ident(name) if name.to_string() == "Arena" && is_parameter(&kept) => {
                // `NAME :`, the pattern of the parameter.
                kept.truncate(kept.len() - 2);
                while tokens.next_if(|token| !is(token, '>')).is_some() {}
                tokens.next();
                tokens.next_if(|token| is(token, ','));
            }
            token => kept.push(token),
        }
    }
    kept.into_iter().collect()
}

/// Whether these tokens end like `arena:`, not like a path.
fn is_parameter(before: &[TokenTree]) -> bool {
    let [.., TokenTree::Ident(_), colon] = before else { return false };
    is(colon, ':')
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}
