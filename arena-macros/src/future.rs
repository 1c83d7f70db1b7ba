//! A function that is not `async` and returns an `async` block:
//! `fn call(..) -> impl Future { .. async move { .. } }`.
//!
//! Its scope is around the block, and opens when the future is first polled, as that of an
//! `async fn` does. What stands before the block runs at the call, without an arena.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    AssocType, Attribute, Block, Expr, ExprAsync, ExprPath, GenericArgument, Macro, PathArguments,
    ReturnType, Signature, Stmt, Token, Type, TypeParamBound,
};

use crate::function::{Errors, Function};

/// The body of such a function.
pub(crate) struct Returned {
    body: Block,
}

impl Returned {
    /// `None` for every other function.
    pub(crate) fn of(function: &Function) -> Option<Self> {
        if function.signature.asyncness.is_some()
            || matches!(function.signature.output, ReturnType::Default)
        {
            return None;
        }
        // Most bodies need not be parsed.
        if !says_async(function.body.stream()) {
            return None;
        }
        let mut body = syn::parse2::<Block>(function.body.to_token_stream()).ok()?;
        async_block(last(&mut body)?)?;
        Some(Self { body })
    }

    /// Refuses an arena that is used before the block.
    pub(crate) fn check(&self, arena: &Ident, errors: &mut Errors) {
        let mut uses = Uses { arena, at: None };
        let before = self.body.stmts.len() - 1;
        self.body.stmts[..before].iter().for_each(|statement| uses.visit_stmt(statement));
        if let Some(span) = uses.at {
            errors.push(
                span,
                format!(
                    "`{arena}` exists only inside the `async` block: move this code into the block"
                ),
            );
        }
    }

    /// The body, with what `scope` makes of the block in the block's place.
    pub(crate) fn around(
        mut self,
        scope: impl FnOnce(Group, AsyncBlock) -> TokenStream,
    ) -> TokenStream {
        let block = last(&mut self.body).and_then(async_block).expect("found before");
        let Expr::Async(ExprAsync { attrs, async_token, capture, block: inside }) = &*block else {
            unreachable!("`async_block` finds no other expression")
        };
        let Some(TokenTree::Group(inside)) = inside.to_token_stream().into_iter().next() else {
            unreachable!("a block is a group of tokens")
        };
        let span = Span::mixed_site().located_at(async_token.span());
        let start = quote_spanned!(span=> #async_token #capture);
        let scope = scope(inside, AsyncBlock { attributes: attrs.clone(), start });
        *block = Expr::Verbatim(scope);
        self.body.into_token_stream()
    }
}

/// What a returned `async` block begins with.
pub(crate) struct AsyncBlock {
    pub(crate) attributes: Vec<Attribute>,
    /// `async`, or `async move`.
    pub(crate) start: TokenStream,
}

/// Makes of an `async fn` the function that rustc makes of it: a plain one that returns the future.
pub(crate) fn make_plain(signature: &mut Signature) {
    let Some(token) = signature.asyncness.take() else { return };
    let output = match &signature.output {
        ReturnType::Default => quote_spanned!(Span::mixed_site().located_at(token.span())=> ()),
        ReturnType::Type(_, ty) => ty.to_token_stream(),
    };
    // With the span of this crate, which is of the edition 2024: such a future captures all
    // lifetimes, as that of an `async fn` does.
    let span = Span::mixed_site().located_at(token.span());
    let mut future = quote_spanned!(span=> impl ::core::future::Future<Output = #output>);
    future.extend(end_of_users(signature));
    signature.output = ReturnType::Type(Token![->](span), Box::new(Type::Verbatim(future)));
}

/// What ends a signature with a result that has a place outside the function: an empty `where` at
/// the user's last bracket.
///
/// Warnings about the signature would have the place of the attribute otherwise, or that of its
/// option.
fn end_of_users(signature: &Signature) -> TokenStream {
    if signature.generics.where_clause.is_some() {
        return TokenStream::new();
    }
    let end = signature.paren_token.span.close();
    quote_spanned!(end=> where)
}

/// Ends a signature with another result than the user's where the user's ends.
pub(crate) fn end_at_the_user(signature: &mut Signature) {
    let end = end_of_users(signature);
    if let ReturnType::Type(_, ty) = &mut signature.output {
        **ty = Type::Verbatim(quote!(#ty #end));
    }
}

fn says_async(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == "async",
        TokenTree::Group(group) => says_async(group.stream()),
        _ => false,
    })
}

fn last(body: &mut Block) -> Option<&mut Expr> {
    match body.stmts.last_mut()? {
        Stmt::Expr(last, None) => Some(last),
        _ => None,
    }
}

/// The `async` block that a function's last expression is, boxed or not:
/// `Box::pin(async move { .. }.instrument(span))`.
fn async_block(expression: &mut Expr) -> Option<&mut Expr> {
    match expression {
        Expr::Async(_) => Some(expression),
        Expr::Paren(inner) => async_block(&mut inner.expr),
        Expr::Group(inner) => async_block(&mut inner.expr),
        Expr::MethodCall(call) => async_block(&mut call.receiver),
        Expr::Call(call) if is_box(&call.func) && call.args.len() == 1 => {
            async_block(call.args.first_mut()?)
        }
        _ => None,
    }
}

/// `Box::pin`, `Box::new`, with or without what stands before.
fn is_box(function: &Expr) -> bool {
    let Expr::Path(ExprPath { path, .. }) = function else { return false };
    let mut names = path.segments.iter().rev().map(|segment| &segment.ident);
    names.next().is_some_and(|name| name == "pin" || name == "new")
        && names.next().is_some_and(|name| name == "Box")
}

/// Where an expression uses the arena.
struct Uses<'a> {
    arena: &'a Ident,
    at: Option<Span>,
}

impl Visit<'_> for Uses<'_> {
    fn visit_expr_path(&mut self, path: &ExprPath) {
        if path.path.is_ident(self.arena) {
            self.at.get_or_insert(path.span());
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_macro(&mut self, invocation: &Macro) {
        let parse = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(arguments) = invocation.parse_body_with(parse) {
            arguments.iter().for_each(|argument| self.visit_expr(argument));
        }
    }
}

/// The type of the future's output, where the result names it: `impl Future<Output = T>`,
/// `Pin<Box<dyn Future<Output = T>>>`, `BoxFuture<'_, T>`.
pub(crate) fn output_mut(result: &mut ReturnType) -> Option<&mut Type> {
    match result {
        ReturnType::Type(_, ty) => in_type(ty),
        ReturnType::Default => None,
    }
}

/// As [`output_mut`].
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
