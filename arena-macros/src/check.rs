//! Reports the mistakes in a signature and its options that can be seen without the compiler.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{ReturnType, Signature, Type};

use crate::errors::Errors;
use crate::read::arena_parameter::ArenaParameter;
use crate::read::async_block::Returned;
use crate::read::bindings::Bindings;
use crate::read::function::Function;
use crate::read::options::{Options, Switch, number};
use crate::read::parsed_parameter::ParsedParameter;
use crate::types::{future, lifetimes, result};

/// Refuses options that contradict each other or the result.
pub(crate) fn options(
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
                "`into` replaces the future's output, so the return type must name it: \
                 `-> impl Future<Output = ..>`",
            );
        }
    }
    if let Some(on_limit) = &options.on_limit {
        if is_never {
            errors.push_at(
                on_limit,
                "`on_limit` has no effect on a function that returns `!`: remove it",
            );
        }
    }
    if let (Some(mode), None) = (&options.limit_mode, &options.limit) {
        errors.push(mode.span, "`limit_mode` needs a `limit`: add `limit = \"1 MiB\"`");
    }
    if let (Some(initial), Some(limit)) = (&options.initial, &options.limit) {
        if number(initial) > number(limit).or(Some(u128::MAX)) {
            errors.push_at(initial, "`initial` is larger than `limit`");
        }
    }
}

/// Refuses `on_reject` where no parameter is parsed.
pub(crate) fn on_reject(options: &Options, is_parsed: bool, errors: &mut Errors) {
    if let Some(on_reject) = &options.on_reject {
        if !is_parsed && !options.is_on_reject_of_impl {
            errors.push_at(
                on_reject,
                "`on_reject` needs a parameter that is parsed: mark one with `#[json]`, \
                 `#[query]` or `#[form]`",
            );
        }
    }
}

/// Refuses a use of a parsed parameter before the `async` block that a function returns.
pub(crate) fn before_the_block(
    returned: Option<&Returned>,
    parsed: &[ParsedParameter],
    errors: &mut Errors,
) {
    let Some(returned) = returned else { return };
    for parameter in parsed {
        for binding in Bindings::of(&parameter.pattern) {
            returned.check(&binding.ident, errors);
        }
    }
}

/// Refuses the option `send` where there is no future.
pub(crate) fn send(options: &Options, has_future: bool, function: &Ident, errors: &mut Errors) {
    if let Some(Switch { span, is_of_impl: false, .. }) = &options.send {
        if !has_future {
            let text =
                format!("`send` needs a future, and `{function}` returns none: remove the option");
            errors.push(*span, text);
        }
    }
}

/// Refuses `#[track_caller]` where the body becomes a closure, since it would have no effect there.
pub(crate) fn track_caller(function: &Function, options: &Options, errors: &mut Errors) {
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

/// Refuses a `const fn`.
pub(crate) fn constness(signature: &mut Signature, errors: &mut Errors) {
    if let Some(constness) = signature.constness.take() {
        errors.push_at(
            constness,
            "a `const fn` cannot open a scope, since scopes open at run time: remove `const`",
        );
    }
}

/// Refuses a signature that would let the arena escape, and removes the arena's lifetime from it.
pub(crate) fn arena(
    signature: &mut Signature,
    arena: &ArenaParameter,
    returned: Option<&Returned>,
    options: &Options,
    errors: &mut Errors,
) {
    if options.into.is_none() {
        result(signature, arena, errors);
    }
    if let Some(lifetime) = &arena.lifetime {
        lifetimes::take_off(signature, lifetime, errors);
    }
    if let Some(returned) = returned {
        returned.check(&arena.owner, errors);
    }
}

/// Refuses a result that borrows from the arena.
fn result(signature: &Signature, arena: &ArenaParameter, errors: &mut Errors) {
    let ReturnType::Type(_, ty) = &signature.output else { return };
    let by_name = arena.lifetime.as_ref().is_some_and(|lifetime| lifetimes::names(ty, lifetime));
    let by_elision = arena.lifetime.is_none()
        && lifetimes::has_elided(ty)
        && !signature.inputs.iter().any(result::gives_a_lifetime);
    if by_name || by_elision {
        let (function, repair) = (&signature.ident, repair(ty));
        errors.push_at(
            ty,
            format!(
                "the result borrows from the arena, which ends with `{function}`: return an owned \
                 value, or {repair}"
            ),
        );
    }
}

/// The option `into` that converts a result of this type.
fn repair(ty: &Type) -> &'static str {
    let of = |ty: &Type| ty.to_token_stream().to_string();
    let is_response = |ty: &Type| {
        let names = of(ty);
        names
            .split(|letter: char| !letter.is_alphanumeric())
            .any(|name| ["Json", "Html", "JsonStream", "StatusCode", "Status"].contains(&name))
    };
    match ty {
        Type::Reference(text) if of(&text.elem) == "str" => {
            "write `#[request_arena(into = String)]`"
        }
        _ if is_response(ty) => {
            "write `#[request_arena(into = Response)]` with the response type of your framework, \
             such as `axum::response::Response`"
        }
        _ => {
            "write `#[request_arena(into = TYPE)]`, where `TYPE` implements `From` of this type, \
             or is the response type of a web framework"
        }
    }
}
