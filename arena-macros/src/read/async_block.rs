//! A plain function that returns an `async` block:
//! `fn call(..) -> impl Future { .. async move { .. } }`.
//!
//! Its scope is around the block. It opens when the future is first polled, as the scope of an
//! `async fn` does. Statements before the block run at the call, without an arena.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, ExprAsync, ExprPath, Macro, ReturnType, Stmt, Token};

use super::function::Function;
use crate::errors::Errors;

/// The body of a function that returns an `async` block.
pub(crate) struct Returned {
    body: Block,
}

impl Returned {
    /// Returns `None` for every other function.
    pub(crate) fn of(function: &Function) -> Option<Self> {
        if function.signature.asyncness.is_some()
            || matches!(function.signature.output, ReturnType::Default)
        {
            return None;
        }
        // Parsing is slow, and most bodies have no `async`.
        if !says_async(function.body.stream()) {
            return None;
        }
        let mut body = syn::parse2::<Block>(function.body.to_token_stream()).ok()?;
        async_block(last(&mut body)?)?;
        Some(Self { body })
    }

    /// Refuses a use of the arena before the block.
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

    /// The body, with the block replaced by the tokens that `scope` returns for it.
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

/// The tokens in front of a returned `async` block.
pub(crate) struct AsyncBlock {
    pub(crate) attributes: Vec<Attribute>,
    /// `async`, or `async move`.
    pub(crate) start: TokenStream,
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

/// The `async` block in a function's last expression, boxed or not:
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

/// `Box::pin` or `Box::new`, under any path.
fn is_box(function: &Expr) -> bool {
    let Expr::Path(ExprPath { path, .. }) = function else { return false };
    let mut names = path.segments.iter().rev().map(|segment| &segment.ident);
    names.next().is_some_and(|name| name == "pin" || name == "new")
        && names.next().is_some_and(|name| name == "Box")
}

/// Finds the first use of the arena.
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
