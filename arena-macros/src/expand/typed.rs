//! Gives types to a closure that an `async fn` returns: `-> impl Fn(&str) -> usize`.
//!
//! In a plain function, the compiler takes the closure's types from the bounds of the result. An
//! `async` block has no bounds. So the closure passes through a function that has them.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Block, Expr, ExprAsync, ExprClosure, ExprReturn, Generics, Item, ReturnType, Stmt, Type,
    TypeImplTrait,
};

use super::own::own;
use crate::read::names::names_in;
use crate::types::result::is_closure_bound;

/// The function with the bounds of one result.
pub(crate) struct Typed {
    function: TokenStream,
    /// Its name, with the type parameters that it shares with the user's function.
    call: TokenStream,
}

impl Typed {
    /// Returns `None` for other results, and if a bound may name a type of the surrounding `impl`,
    /// which the inner function cannot see.
    pub(crate) fn of(output: &ReturnType, generics: &Generics) -> Option<Self> {
        let ReturnType::Type(_, ty) = output else { return None };
        let Type::ImplTrait(TypeImplTrait { bounds, .. }) = &**ty else { return None };
        let bounds: Vec<_> = bounds.iter().filter(|bound| is_closure_bound(bound)).collect();
        if bounds.is_empty() {
            return None;
        }
        let named = names_in(quote!(#(#bounds)*));
        let types = generics.type_params().map(|parameter| &parameter.ident);
        let types: Vec<_> = types.filter(|ident| named.contains(&ident.to_string())).collect();
        // This may be a type parameter of the `impl`.
        let is_short =
            |name: &String| name.len() <= 2 && name.starts_with(char::is_uppercase) && name != "Fn";
        let is_foreign = |name: &String| name == "Self" || is_short(name);
        if named.iter().any(|name| is_foreign(name) && !types.iter().any(|ident| *ident == name)) {
            return None;
        }
        let lifetimes = generics.lifetimes().map(|parameter| &parameter.lifetime);
        let lifetimes = lifetimes.filter(|lifetime| named.contains(&lifetime.ident.to_string()));
        let name = Ident::new("__request_arena_typed", Span::mixed_site());
        let function = own! {
            #[inline(always)]
            fn #name<#(#lifetimes,)* #(#types,)* Returned: #(#bounds)+*>(
                closure: Returned
            ) -> Returned {
                closure
            }
        };
        Some(Self { function, call: own!(#name::<#(#types,)* _>) })
    }

    /// The body, with each returned value passed through the function. A body that does not parse
    /// stays the same.
    pub(crate) fn in_body(&self, body: TokenStream) -> TokenStream {
        let Ok(mut block) = syn::parse2::<Block>(body.clone()) else { return body };
        let mut returns = Returns(self);
        returns.visit_block_mut(&mut block);
        if let Some(Stmt::Expr(last, None)) = block.stmts.last_mut() {
            returns.pass(last);
        }
        let function = &self.function;
        let mut statements = function.clone();
        statements.extend(block.stmts.iter().map(ToTokens::to_token_stream));
        let mut typed = Group::new(proc_macro2::Delimiter::Brace, statements);
        typed.set_span(block.brace_token.span.join());
        typed.into_token_stream()
    }
}

/// Passes the values of `return` through the function.
struct Returns<'t>(&'t Typed);

impl Returns<'_> {
    fn pass(&self, value: &mut Expr) {
        let call = &self.0.call;
        let passed = own!(#call(#value));
        *value = Expr::Verbatim(passed);
    }
}

impl VisitMut for Returns<'_> {
    fn visit_expr_return_mut(&mut self, leave: &mut ExprReturn) {
        visit_mut::visit_expr_return_mut(self, leave);
        if let Some(value) = &mut leave.expr {
            self.pass(value);
        }
    }
    // A `return` in one of these does not leave the body.
    fn visit_expr_closure_mut(&mut self, _: &mut ExprClosure) {}
    fn visit_expr_async_mut(&mut self, _: &mut ExprAsync) {}
    fn visit_item_mut(&mut self, _: &mut Item) {}
}
