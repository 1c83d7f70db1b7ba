//! The names that an expression or a body mentions.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

/// All names in some tokens, also those in texts, as in `format!("{name}")`.
pub(crate) fn names_in(tokens: impl ToTokens) -> BTreeSet<String> {
    fn collect(tokens: TokenStream, names: &mut BTreeSet<String>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => drop(names.insert(ident.to_string())),
                TokenTree::Group(group) => collect(group.stream(), names),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
                    names.extend(words.filter(|word| !word.is_empty()).map(String::from));
                }
                TokenTree::Punct(_) => {}
            }
        }
    }
    let mut names = BTreeSet::new();
    collect(tokens.to_token_stream(), &mut names);
    names
}
