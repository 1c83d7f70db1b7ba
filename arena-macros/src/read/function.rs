//! Parses an annotated function: its signature is parsed, its body stays as tokens.
//!
//! So a body that does not parse yet, as in an editor, still gives the rest of the crate a
//! function.

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{AttrStyle, Attribute, Signature, Token, Visibility};

use super::{fragments, half_typed};

/// A free function or a method of an `impl`.
pub(crate) struct Function {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) front: Front,
    pub(crate) signature: Signature,
    pub(crate) body: Group,
}

/// The tokens between the attributes and the signature: `pub`, `default`.
pub(crate) struct Front {
    visibility: Visibility,
    /// `default`, on a method that another `impl` may specialize.
    defaultness: Option<Token![default]>,
    /// Whether the signature has a half-typed parameter. The compiler reports that before it calls
    /// the attribute.
    pub(crate) is_half_typed: bool,
}

impl Front {
    /// The empty front of a closure.
    pub(crate) const fn none() -> Self {
        Self { visibility: Visibility::Inherited, defaultness: None, is_half_typed: false }
    }
}

impl ToTokens for Front {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.visibility.to_tokens(tokens);
        self.defaultness.to_tokens(tokens);
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        let begin = input.fork();
        let defaultness = input.parse()?;
        let mut is_half_typed = false;
        let mut signature = match input.parse::<Signature>() {
            Ok(signature) => signature,
            Err(error) => {
                let Some(signature) = half_typed::signature(&begin, input) else {
                    return Err(syn::Error::new(
                        error.span(),
                        "`#[request_arena]` goes on a function, a method, or an `impl` block",
                    ));
                };
                is_half_typed = true;
                signature
            }
        };
        fragments::open_signature(&mut signature);
        let front = Front { visibility, defaultness, is_half_typed };
        match input.parse()? {
            TokenTree::Group(body) => {
                let (inner, body) = without_inner_attributes(&fragments::open_group(body))?;
                attributes.extend(inner);
                Ok(Self { attributes, front, signature, body })
            }
            other => Err(syn::Error::new(
                other.span(),
                "`#[request_arena]` needs the function's body; put it on the method of the `impl`",
            )),
        }
    }
}

/// Splits attributes `#![..]` off the start of a body.
///
/// They apply to the function, and the body becomes a block inside of it. So they move above the
/// function.
fn without_inner_attributes(body: &Group) -> syn::Result<(Vec<Attribute>, Group)> {
    let split = |input: ParseStream<'_>| {
        Ok((input.call(Attribute::parse_inner)?, input.parse::<TokenStream>()?))
    };
    let (mut attributes, rest) = split.parse2(body.stream())?;
    if attributes.is_empty() {
        return Ok((attributes, body.clone()));
    }
    for attribute in &mut attributes {
        attribute.style = AttrStyle::Outer;
    }
    let mut without = Group::new(body.delimiter(), rest);
    without.set_span(body.span());
    Ok((attributes, without))
}
