//! One function: what is wrong with its annotation, and which of its expansions it gets.

use proc_macro2::TokenStream;
use syn::{Attribute, ReturnType, Signature, Type};

use crate::expand::{self, Shape};
use crate::function::{Errors, Function};
use crate::future::Returned;
use crate::options::Options;
use crate::parameter::ArenaParameter;
use crate::{
    future, implementation, lifetimes, options, parameter, repeated, result, send, stand_in,
};

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
    check_place(&mut function.signature, &mut own);
    let (arena, taken) = parameter::take(&mut function.signature, &mut own);
    let returned = Returned::of(&function);
    if is_of_async_trait(&function.signature) {
        // What it has made of the function would have errors of its own.
        own.push(
            function.signature.ident.span(),
            "`#[async_trait]` expanded first: put `#[request_arena]` on the `impl`, above `#[async_trait]`",
        );
    } else {
        check_options(&function.signature, returned.as_ref(), options, &mut own);
        if let Some(arena) = &arena {
            check_arena(&mut function.signature, arena, returned.as_ref(), options, &mut own);
        }
    }
    check_track_caller(&function, options, &mut own);
    let shape = match returned {
        Some(returned) => Shape::Returned(Box::new(returned)),
        None if function.signature.asyncness.is_some() => Shape::Async,
        None => Shape::Call,
    };
    send::check(options, !matches!(shape, Shape::Call), &function.signature.ident, &mut own);
    once(&mut function.attributes, &mut own);
    // The compiler refuses these in its own words, at the same tokens.
    let named = arena.as_ref().and_then(|arena| arena.lifetime.as_ref());
    let is_refused = function.visibility.is_half_typed
        || is_unsized(&function.signature.output)
        || named.is_some_and(|lifetime| lifetimes::is_half_typed(&function.body, lifetime));
    let is_right = is_right && own.is_empty() && !is_refused;
    errors.append(own);
    match arena {
        Some(arena) if is_right => {
            expand::expand(function, &arena, shape, options, is_read_by_others)
        }
        _ => stand_in::stand_in(function, &taken, &shape, options, written),
    }
}

/// Takes further annotations off the item that has one.
pub(crate) fn once(attributes: &mut Vec<Attribute>, errors: &mut Errors) {
    attributes.retain(|attribute| {
        let again = implementation::is_own(attribute);
        if again {
            let text = "`#[request_arena]` is there twice: put the options of both into the first, and remove this";
            errors.push_at(attribute.path(), text);
        }
        !again
    });
}

/// Refuses `#[track_caller]` where the body has to be a closure, which it does not reach.
fn check_track_caller(function: &Function, options: &Options, errors: &mut Errors) {
    let attribute =
        function.attributes.iter().find(|attribute| attribute.path().is_ident("track_caller"));
    let Some(attribute) = attribute.filter(|_| function.signature.asyncness.is_none()) else {
        return;
    };
    let by = |option| {
        format!("`#[track_caller]` does not reach the body with `{option}`: remove one of them")
    };
    if options.into.is_some() {
        errors.push_at(attribute, by("into"));
    } else if options.on_limit.is_some() {
        errors.push_at(attribute, by("on_limit"));
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

fn check_place(signature: &mut Signature, errors: &mut Errors) {
    if let Some(constness) = signature.constness.take() {
        errors.push_at(
            constness,
            "a `const fn` cannot open a scope, since scopes open at run time: remove `const`",
        );
    }
}

/// Takes the arena's lifetime off the signature, too.
fn check_arena(
    signature: &mut Signature,
    arena: &ArenaParameter,
    returned: Option<&Returned>,
    options: &Options,
    errors: &mut Errors,
) {
    if options.into.is_none() {
        result::check(signature, arena, errors);
    }
    if let Some(lifetime) = &arena.lifetime {
        lifetimes::take_off(signature, lifetime, errors);
    }
    if let Some(returned) = returned {
        returned.check(&arena.owner, errors);
    }
}

/// Whether `#[async_trait]` has made a function with lifetimes of its own of it.
pub(crate) fn is_of_async_trait(signature: &Signature) -> bool {
    signature.generics.lifetimes().any(|parameter| parameter.lifetime.ident == "async_trait")
}

pub(crate) fn check_options(
    signature: &Signature,
    returned: Option<&Returned>,
    options: &Options,
    errors: &mut Errors,
) {
    let is_never = result::is_never(&signature.output);
    if let Some(into) = &options.into {
        if is_never {
            errors.push_at(into, "`into` has no effect on a function that returns `!`: remove it");
        } else if returned.is_some() && future::output(&signature.output).is_none() {
            errors.push_at(
                into,
                "`into` replaces the future's output, so the return type must name it: `-> impl Future<Output = ..>`",
            );
        }
    }
    if let Some(on_limit) = &options.on_limit {
        if is_never {
            errors.push_at(
                on_limit,
                "`on_limit` has no effect on a function that returns `!`: remove it",
            );
        } else if options.limit.is_none() {
            errors.push_at(on_limit, "`on_limit` needs a `limit`: add `limit = \"1 MiB\"`");
        }
    }
    if let (Some(initial), Some(limit)) = (&options.initial, &options.limit) {
        if options::number(initial) > options::number(limit).or(Some(u128::MAX)) {
            errors.push_at(initial, "`initial` is larger than `limit`");
        }
    }
}
