//! One annotated function: reads it, checks it, and expands it.

use proc_macro2::TokenStream;
use syn::{ReturnType, Type};

use crate::check;
use crate::errors::Errors;
use crate::expand::function::expand;
use crate::expand::repeated;
use crate::expand::shape::Shape;
use crate::expand::stand_in::stand_in;
use crate::read::arena_parameter;
use crate::read::async_block::Returned;
use crate::read::attributes::{is_of_async_trait, refuse_further};
use crate::read::function::Function;
use crate::read::options::Options;
use crate::types::lifetimes;

/// The function with a scope around its body; or with errors, which go to `errors`, one that stands
/// in for it. `is_right` is false if the options are not, `is_read_by_others` is true if an
/// attribute of its `impl` reads its signature.
pub(crate) fn annotate(
    mut function: Function,
    options: &Options,
    is_right: bool,
    is_read_by_others: bool,
    errors: &mut Errors,
) -> TokenStream {
    let written = function.signature.generics.clone();
    repeated::check(&mut function);
    let mut own = Errors::default();
    check::constness(&mut function.signature, &mut own);
    let (arena, taken) = arena_parameter::take(&mut function.signature, &mut own);
    let returned = Returned::of(&function);
    if is_of_async_trait(&function.signature) {
        // What it has made of the function would have errors of its own.
        own.push(
            function.signature.ident.span(),
            "`#[async_trait]` expanded first: put `#[request_arena]` on the `impl`, above \
             `#[async_trait]`",
        );
    } else {
        check::options(&function.signature, returned.as_ref(), options, &mut own);
        if let Some(arena) = &arena {
            check::arena(&mut function.signature, arena, returned.as_ref(), options, &mut own);
        }
    }
    check::track_caller(&function, options, &mut own);
    let shape = Shape::of(&function.signature, returned);
    check::send(options, shape.is_future(), &function.signature.ident, &mut own);
    refuse_further(&mut function.attributes, &mut own);
    // The compiler refuses these in its own words, at the same tokens.
    let named = arena.as_ref().and_then(|arena| arena.lifetime.as_ref());
    let is_refused = function.visibility.is_half_typed
        || is_unsized(&function.signature.output)
        || named.is_some_and(|lifetime| lifetimes::is_half_typed(&function.body, lifetime));
    let is_right = is_right && own.is_empty() && !is_refused;
    errors.append(own);
    match arena {
        Some(arena) if is_right => expand(function, &arena, shape, options, is_read_by_others),
        _ => stand_in(function, &taken, &shape, options, written),
    }
}

/// Whether the result has no size, as far as its type says so itself.
fn is_unsized(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else { return false };
    match &**ty {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    }
}
