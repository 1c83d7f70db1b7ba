//! The future in a result type: its output, and the `impl Future` of an `async fn`.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    AssocType, GenericArgument, PathArguments, ReturnType, Signature, Token, Type, TypeParamBound,
};

/// The type of the future's output, where the result names it: `impl Future<Output = T>`,
/// `Pin<Box<dyn Future<Output = T>>>`, `BoxFuture<'_, T>`.
pub(crate) fn output_mut(result: &mut ReturnType) -> Option<&mut Type> {
    match result {
        ReturnType::Type(_, ty) => in_type(ty),
        ReturnType::Default => None,
    }
}

/// A copy of [`output_mut`].
pub(crate) fn output(result: &ReturnType) -> Option<Type> {
    output_mut(&mut result.clone()).cloned()
}

fn in_type(ty: &mut Type) -> Option<&mut Type> {
    match ty {
        Type::ImplTrait(inner) => in_bounds(&mut inner.bounds),
        Type::TraitObject(inner) => in_bounds(&mut inner.bounds),
        Type::Paren(inner) => in_type(&mut inner.elem),
        Type::Group(inner) => in_type(&mut inner.elem),
        Type::Path(path) => {
            let segment = path.path.segments.last_mut()?;
            let is_future = segment.ident == "BoxFuture" || segment.ident == "LocalBoxFuture";
            if !is_future && segment.ident != "Pin" && segment.ident != "Box" {
                return None;
            }
            let PathArguments::AngleBracketed(arguments) = &mut segment.arguments else {
                return None;
            };
            let inner = arguments.args.iter_mut().rev().find_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })?;
            if is_future { Some(inner) } else { in_type(inner) }
        }
        _ => None,
    }
}

fn in_bounds(bounds: &mut Punctuated<TypeParamBound, Token![+]>) -> Option<&mut Type> {
    let traits = bounds.iter_mut().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last_mut(),
        _ => None,
    });
    let mut futures = traits.filter(|segment| segment.ident == "Future");
    let PathArguments::AngleBracketed(arguments) = &mut futures.next()?.arguments else {
        return None;
    };
    arguments.args.iter_mut().find_map(|argument| match argument {
        GenericArgument::AssocType(AssocType { ident, ty, .. }) if ident == "Output" => Some(ty),
        _ => None,
    })
}

/// Turns the signature of an `async fn` into that of a plain function that returns `impl Future`,
/// as rustc does.
pub(crate) fn make_plain(signature: &mut Signature) {
    let Some(token) = signature.asyncness.take() else { return };
    let output = match &signature.output {
        ReturnType::Default => quote_spanned!(Span::mixed_site().located_at(token.span())=> ()),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    };
    // The span is of this crate, which has edition 2024. There an `impl Future` captures all
    // lifetimes, as the future of an `async fn` does in every edition.
    let span = Span::mixed_site().located_at(token.span());
    let mut future = quote_spanned!(span=> impl ::core::future::Future<Output = #output>);
    future.extend(end_of_users(signature));
    signature.output = ReturnType::Type(Token![->](span), Box::new(Type::Verbatim(future)));
}

/// An empty `where` at the user's last bracket, to end a signature.
///
/// Without it, a result type of the expansion ends the signature. Warnings about the signature
/// would then point at the attribute or at its option.
fn end_of_users(signature: &Signature) -> TokenStream {
    if signature.generics.where_clause.is_some() {
        return TokenStream::new();
    }
    let end = signature.paren_token.span.close();
    quote_spanned!(end=> where)
}

/// Lets a signature with a replaced result end where the user's ends.
pub(crate) fn end_at_the_user(signature: &mut Signature) {
    let end = end_of_users(signature);
    if let ReturnType::Type(_, ty) = &mut signature.output {
        **ty = Type::Verbatim(quote!(#ty #end));
    }
}
