//! `arena_handler!`: each call of the closure opens a scope.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure};

use crate::check;
use crate::errors::Errors;
use crate::expand::closure::{expand, mention};
use crate::expand::own::own;
use crate::expand::shape::Shape;
use crate::read::arena_parameter;
use crate::read::async_block::Returned;
use crate::read::closure::{Closure, Only, split};
use crate::read::options::Options;
use crate::read::parsed_parameter;

/// Input: `OPTIONS, |arena, PARAMETERS| BODY`. Output: the closure without its arena, or errors.
pub(crate) fn arena_handler(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let mut mentioned = TokenStream::new();
    let expanded = split(input).and_then(|(arguments, closure)| {
        let options = Options::parse(arguments, &mut errors);
        let Only(closure) = syn::parse2(closure)?;
        mentioned = mention(&closure, &options);
        Ok(annotate(closure, options, &mut errors))
    });
    if let Err(error) = &expanded {
        errors.add(error.clone());
    }
    match (errors.into_compile_error(), expanded) {
        (None, Ok(expanded)) => expanded,
        // The last error is the value of the block. It has every type, so that the code around it
        // has no error of its own.
        (errors, _) => quote!({ #mentioned #errors }),
    }
}

/// The closure with a scope around its body. The caller ignores it if there are errors.
fn annotate(closure: ExprClosure, mut options: Options, errors: &mut Errors) -> TokenStream {
    let name = Ident::new("closure", closure.or1_token.span());
    options.name.get_or_insert_with(|| {
        let (file, line) = (
            quote_spanned!(name.span()=> ::core::file!()),
            quote_spanned!(name.span()=> ::core::line!()),
        );
        Expr::Verbatim(own!(::core::concat!("closure at ", #file, ":", #line)))
    });
    let mut closure = Closure::read(closure, &name, &options);
    let function = &mut closure.function;
    let parsed = parsed_parameter::take(&mut function.signature, &options.krate(), errors);
    let (arena, _) = arena_parameter::take(&mut function.signature, errors);
    let Some(arena) = arena else { return TokenStream::new() };
    if let Some(lifetime) = &arena.lifetime {
        errors.push_at(
            lifetime,
            "the arena of a closure cannot have a named lifetime: write `arena: Arena<'_>`",
        );
    }
    let returned = Returned::of(function);
    check::options(
        &function.signature,
        returned.as_ref().filter(|_| closure.written.is_some()),
        &options,
        errors,
    );
    check::on_reject(&options, !parsed.is_empty(), errors);
    check::before_the_block(returned.as_ref(), &parsed, errors);
    if let Some(returned) = &returned {
        returned.check(&arena.owner, errors);
    }
    let shape = Shape::of(&function.signature, returned);
    check::send(&options, shape.is_future(), &function.signature.ident, errors);
    expand(closure, &arena, &parsed, shape, &options)
}
