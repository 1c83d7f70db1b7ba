//! Finds the arena among the parameters.
//!
//! The arena's type is `Arena<..>` or `&Bump`. Where the type is an alias, `#[arena]` marks the
//! parameter.

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, GenericArgument, Ident, Lifetime, Pat, PatIdent, PatType, PathArguments,
    PathSegment, Signature, Type,
};

use super::attributes::is_condition;
use crate::errors::Errors;

/// The arena parameter, removed from the signature.
pub(crate) struct ArenaParameter {
    /// The user's attributes on the parameter. The expansion puts them on the variable.
    pub(crate) attributes: Vec<Attribute>,
    /// The user's pattern, with its `mut` if it has one.
    pub(crate) pattern: Pat,
    /// The name and span of the arena's owner. They are the user's, so that compiler errors name
    /// the user's variable.
    pub(crate) owner: Ident,
    pub(crate) ty: Type,
    pub(crate) kind: Kind,
    /// The lifetime that the user wrote for the arena, if it has a name.
    pub(crate) lifetime: Option<Lifetime>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Arena,
    Bump,
}

/// Removes the arena parameter from the signature: the one with `#[arena]`, or else the one with an
/// arena's type.
///
/// If there is none, a parameter that looks like an arena with a mistake is reported and removed.
/// The second part of the result is every removed parameter as the user wrote it, for the stand-in.
pub(crate) fn take(
    signature: &mut Signature,
    errors: &mut Errors,
) -> (Option<ArenaParameter>, Vec<PatType>) {
    let marked = signature.inputs.iter().filter(|input| is_marked(input)).count();
    let chosen: Vec<bool> =
        signature.inputs.iter().map(|input| is_arena(input, marked > 0)).collect();
    let any = chosen.contains(&true);
    // The type of a parameter named `arena` may be an alias.
    let by_name = signature.inputs.iter().position(is_named_arena).filter(|_| !any);
    let function = signature.ident.clone();
    let mut found: Option<ArenaParameter> = None;
    let mut taken = Vec::new();
    let mut rest = Punctuated::new();
    for (index, (mut input, chosen)) in
        std::mem::take(&mut signature.inputs).into_iter().zip(chosen).enumerate()
    {
        let FnArg::Typed(parameter) = &mut input else {
            rest.push(input);
            continue;
        };
        parameter.attrs.retain(|attribute| !attribute.path().is_ident("arena"));
        match classify(&parameter.ty, marked > 0) {
            Ok(Some(_)) if chosen && !taken.is_empty() => errors.push_at(
                &parameter.ty,
                format!(
                    "`{function}` has two arena parameters: a request has one arena, and `fork()` \
                     gives a second handle; if one is something else, mark the request's with \
                     `#[arena]`"
                ),
            ),
            Ok(Some(kind)) if chosen => found = read(parameter, kind, errors),
            Err(text) if !any || chosen => errors.push_at(&parameter.ty, text),
            _ if by_name == Some(index) => errors.push_at(
                &parameter.ty,
                format!(
                    "`{function}` has no arena parameter: write `Arena<'_>` here, or mark this one \
                     with `#[arena]` if its type is an alias"
                ),
            ),
            _ => {
                rest.push(input);
                continue;
            }
        }
        taken.push(parameter.clone());
    }
    signature.inputs = rest;
    if taken.is_empty() {
        errors.push(
            function.span(),
            format!(
                "`{function}` has no arena parameter: add `arena: Arena<'_>`, which callers do \
                 not see"
            ),
        );
    }
    (found, taken)
}

/// Whether there is an arena parameter, or one that looks like it with a mistake.
///
/// A method with `&Arena<'_>` uses its caller's arena, so that does not count.
pub(crate) fn is_in(signature: &Signature) -> bool {
    let is_wrong = |input: &FnArg| match input {
        FnArg::Typed(parameter) => {
            !matches!(peel(&parameter.ty), Type::Reference(_))
                && classify(&parameter.ty, false).is_err()
        }
        FnArg::Receiver(_) => false,
    };
    signature
        .inputs
        .iter()
        .any(|input| is_marked(input) || is_arena(input, false) || is_wrong(input))
}

/// Whether the parameter is the arena of this function.
pub(crate) fn is_one(input: &FnArg, signature: &Signature) -> bool {
    is_arena(input, signature.inputs.iter().any(is_marked))
}

/// Whether a closure's parameter is its arena, by its mark or its type.
pub(crate) fn is_an_arena(input: &FnArg) -> bool {
    is_marked(input) || is_arena(input, false)
}

fn is_named_arena(input: &FnArg) -> bool {
    let FnArg::Typed(PatType { pat, .. }) = input else { return false };
    matches!(&**pat, Pat::Ident(name) if name.ident == "arena")
}

fn is_marked(input: &FnArg) -> bool {
    let FnArg::Typed(parameter) = input else { return false };
    parameter.attrs.iter().any(|attribute| attribute.path().is_ident("arena"))
}

fn is_arena(input: &FnArg, by_mark: bool) -> bool {
    match input {
        FnArg::Typed(_) if by_mark => is_marked(input),
        FnArg::Typed(parameter) => matches!(classify(&parameter.ty, false), Ok(Some(_))),
        FnArg::Receiver(_) => false,
    }
}

fn read(parameter: &PatType, kind: Kind, errors: &mut Errors) -> Option<ArenaParameter> {
    let pattern = (*parameter.pat).clone();
    let owner = match &pattern {
        Pat::Ident(PatIdent { ident, by_ref: None, subpat: None, .. }) => ident.clone(),
        Pat::Wild(wild) => Ident::new("arena", wild.span()),
        other => {
            errors.push_at(
                other,
                "the arena parameter must be a plain name, as in `arena: Arena<'_>`",
            );
            return None;
        }
    };
    if let Some(attribute) = parameter.attrs.iter().find(|attribute| is_condition(attribute)) {
        errors.push_at(
            attribute,
            "the arena parameter cannot be conditional: put the condition on the whole function",
        );
    }
    let attributes = parameter.attrs.clone();
    let lifetime = lifetime_of(&parameter.ty).filter(|lifetime| lifetime.ident != "_").cloned();
    Some(ArenaParameter { attributes, pattern, owner, ty: (*parameter.ty).clone(), kind, lifetime })
}

/// Whether a parameter's type is an arena: which kind, `None`, or a mistake to report.
fn classify(ty: &Type, marked: bool) -> Result<Option<Kind>, String> {
    let ty = peel(ty);
    if let Type::Reference(reference) = ty {
        let Some(inner) = last_segment(&reference.elem) else { return Ok(None) };
        return match inner.ident.to_string().as_str() {
            "Bump" if reference.mutability.is_none() => Ok(Some(Kind::Bump)),
            "Bump" => Err("a handler cannot borrow its `Bump` mutably: write `&Bump`".into()),
            "Arena" => Err(
                "a handler owns its arena: write `Arena<'_>`, and pass `&arena` or `&mut arena` \
                     on to helpers"
                    .into(),
            ),
            _ if marked => Ok(Some(Kind::Bump)),
            _ => Ok(None),
        };
    }
    let Some(segment) = last_segment(ty) else { return Ok(marked.then_some(Kind::Arena)) };
    let name = segment.ident.to_string();
    match name.as_str() {
        // The `Arena` of another crate: ours has no type argument.
        "Arena" if has_type_argument(segment) => Ok(marked.then_some(Kind::Arena)),
        "Arena" => Ok(Some(Kind::Arena)),
        "Bump" => {
            Err("a `Bump` by value could outlive the request: write `&Bump`, or better `Arena<'_>`"
                .into())
        }
        "Arc" | "Rc" if mentions_arena(segment) => Err(format!(
            "`{name}` would keep the arena alive after the request: write `Arena<'_>`, and \
             `fork()` it for parallel work"
        )),
        "Box" | "Option" | "Mutex" | "RwLock" | "RefCell" | "Cell" if mentions_arena(segment) => {
            Err(format!("the arena parameter cannot be inside `{name}`: write `Arena<'_>`"))
        }
        _ => Ok(marked.then_some(Kind::Arena)),
    }
}

fn peel(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => peel(&inner.elem),
        Type::Group(inner) => peel(&inner.elem),
        other => other,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match peel(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

fn has_type_argument(segment: &PathSegment) -> bool {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return false };
    arguments.args.iter().any(|argument| matches!(argument, GenericArgument::Type(_)))
}

/// Whether a type's arguments mention an arena: `Arc<Bump>`, `Rc<RefCell<Arena<'_>>>`.
fn mentions_arena(segment: &PathSegment) -> bool {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return false };
    arguments.args.iter().any(|argument| {
        let GenericArgument::Type(ty) = argument else { return false };
        let ty = match peel(ty) {
            Type::Reference(reference) => &reference.elem,
            other => other,
        };
        last_segment(ty).is_some_and(|segment| {
            segment.ident == "Arena" || segment.ident == "Bump" || mentions_arena(segment)
        })
    })
}

/// The lifetime in `Arena<'a>` or `&'a Bump`.
pub(crate) fn lifetime_of(ty: &Type) -> Option<&Lifetime> {
    match peel(ty) {
        Type::Reference(reference) => reference.lifetime.as_ref(),
        other => match &last_segment(other)?.arguments {
            PathArguments::AngleBracketed(arguments) => {
                arguments.args.iter().find_map(|argument| match argument {
                    GenericArgument::Lifetime(lifetime) => Some(lifetime),
                    _ => None,
                })
            }
            _ => None,
        },
    }
}
