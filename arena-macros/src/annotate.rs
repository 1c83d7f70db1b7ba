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
use crate::read::parsed_parameter;
use crate::types::lifetimes;

/// Returns the function with a scope around its body.
///
/// If there is a mistake, it is added to `errors`, and the returned function is a stand-in.
/// `is_right` is false if an option is wrong. `is_read_by_others` is true if an attribute of the
/// surrounding `impl` reads the signature.
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
    let parsed = parsed_parameter::take(&mut function.signature, &options.krate(), &mut own);
    let (arena, taken) = arena_parameter::take(&mut function.signature, &mut own);
    let returned = Returned::of(&function);
    if is_of_async_trait(&function.signature) {
        // The function that `#[async_trait]` wrote would cause further errors.
        own.push(
            function.signature.ident.span(),
            "`#[async_trait]` expanded first: put `#[request_arena]` on the `impl`, above \
             `#[async_trait]`",
        );
    } else {
        check::options(&function.signature, returned.as_ref(), options, &mut own);
        check::on_reject(options, !parsed.is_empty(), &mut own);
        check::before_the_block(returned.as_ref(), &parsed, &mut own);
        if let Some(arena) = &arena {
            check::arena(&mut function.signature, arena, returned.as_ref(), options, &mut own);
        }
    }
    check::track_caller(&function, options, &mut own);
    let shape = Shape::of(&function.signature, returned);
    check::send(options, shape.is_future(), &function.signature.ident, &mut own);
    refuse_further(&mut function.attributes, &mut own);
    // The compiler reports these at the same tokens.
    let named = arena.as_ref().and_then(|arena| arena.lifetime.as_ref());
    let is_refused = function.front.is_half_typed
        || is_unsized(&function.signature.output)
        || named.is_some_and(|lifetime| lifetimes::is_half_typed(&function.body, lifetime));
    let is_right = is_right && own.is_empty() && !is_refused;
    errors.append(own);
    match arena {
        Some(arena) if is_right => {
            expand(function, &arena, &parsed, shape, options, is_read_by_others)
        }
        _ => stand_in(function, &taken, &parsed, &shape, options, written),
    }
}

/// Whether the result type is one of the unsized types that can be seen without the compiler.
fn is_unsized(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else { return false };
    match &**ty {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.is_ident("str"),
        _ => false,
    }
}
