//! Finds the arena among the parameters: by its type, `Arena<..>` or `&Bump`, or by `#[arena]` where the type is an alias.

use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    FnArg, GenericArgument, Ident, Lifetime, Pat, PatIdent, PatType, PathArguments, PathSegment, Signature, Type,
};

use crate::function::Errors;

/// The arena parameter, taken out of the signature.
pub(crate) struct ArenaParameter {
    /// The user's pattern, with its `mut` if it has one.
    pub(crate) pattern: Pat,
    /// The name and span that the arena's owner gets: the user's own, so that the compiler speaks of it.
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

/// Takes the arena parameter out of the signature. All parameters that look like one are taken out, and given as the user wrote them, so
/// that the function that is emitted beside an error still has the signature that callers will see.
pub(crate) fn take(signature: &mut Signature, errors: &mut Errors) -> (Option<ArenaParameter>, Vec<PatType>) {
    let mut found: Option<ArenaParameter> = None;
    let mut taken = Vec::new();
    let function = signature.ident.clone();
    let mut rest = Punctuated::new();
    for mut input in std::mem::take(&mut signature.inputs) {
        let FnArg::Typed(parameter) = &mut input else {
            rest.push(input);
            continue;
        };
        let marked = parameter.attrs.iter().position(|attribute| attribute.path().is_ident("arena"));
        if let Some(index) = marked {
            parameter.attrs.remove(index);
        }
        match classify(&parameter.ty, marked.is_some()) {
            Ok(None) => {
                rest.push(input);
                continue;
            }
            Ok(Some(_)) if found.is_some() => errors.push_at(
                &parameter.ty,
                format!(
                    "`{function}` has two arena parameters: a request has one arena, and `fork()` gives a second handle"
                ),
            ),
            Ok(Some(kind)) => found = read(parameter, kind, errors),
            Err(text) => errors.push_at(&parameter.ty, text),
        }
        taken.push(parameter.clone());
    }
    signature.inputs = rest;
    if taken.is_empty() {
        errors.push(
            function.span(),
            format!("`{function}` has no arena parameter: add `arena: Arena<'_>`, which callers do not see"),
        );
    }
    (found, taken)
}

fn read(parameter: &PatType, kind: Kind, errors: &mut Errors) -> Option<ArenaParameter> {
    let pattern = (*parameter.pat).clone();
    let owner = match &pattern {
        Pat::Ident(PatIdent { ident, by_ref: None, subpat: None, .. }) => ident.clone(),
        Pat::Wild(wild) => Ident::new("arena", wild.span()),
        other => {
            errors.push_at(other, "the arena parameter is a plain name, as in `arena: Arena<'_>`");
            return None;
        }
    };
    let lifetime = lifetime_of(&parameter.ty).filter(|lifetime| lifetime.ident != "_").cloned();
    Some(ArenaParameter { pattern, owner, ty: (*parameter.ty).clone(), kind, lifetime })
}

/// What a parameter's type is: an arena, none, or a mistake to tell about.
fn classify(ty: &Type, marked: bool) -> Result<Option<Kind>, String> {
    let ty = peel(ty);
    if let Type::Reference(reference) = ty {
        let Some(inner) = last_segment(&reference.elem) else { return Ok(None) };
        return match inner.ident.to_string().as_str() {
            "Bump" if reference.mutability.is_none() => Ok(Some(Kind::Bump)),
            "Bump" => Err("a handler borrows its `Bump` as `&Bump`; resetting it is the scope's work".into()),
            "Arena" => {
                Err("a handler owns its arena: write `Arena<'_>`, and pass `&arena` or `&mut arena` on to helpers"
                    .into())
            }
            _ if marked => Ok(Some(Kind::Bump)),
            _ => Ok(None),
        };
    }
    let Some(segment) = last_segment(ty) else { return Ok(marked.then_some(Kind::Arena)) };
    let name = segment.ident.to_string();
    match name.as_str() {
        "Arena" => Ok(Some(Kind::Arena)),
        "Bump" => Err("a `Bump` by value could outlive the request: write `&Bump`, or better `Arena<'_>`".into()),
        "Arc" | "Rc" if mentions_arena(segment) => Err(format!(
            "`{name}` would keep the arena alive after the request: write `Arena<'_>`, and `fork()` it for work in parallel"
        )),
        "Box" | "Option" | "Mutex" | "RwLock" | "RefCell" | "Cell" if mentions_arena(segment) => {
            Err(format!("the arena comes without `{name}`, made for each call: write `Arena<'_>`"))
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

/// `Arc<Bump>`, `Rc<RefCell<Arena<'_>>>`, `Arc<&Bump>`: an arena somewhere in the type's arguments.
fn mentions_arena(segment: &PathSegment) -> bool {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return false };
    arguments.args.iter().any(|argument| {
        let GenericArgument::Type(ty) = argument else { return false };
        let ty = match peel(ty) {
            Type::Reference(reference) => &reference.elem,
            other => other,
        };
        last_segment(ty)
            .is_some_and(|segment| segment.ident == "Arena" || segment.ident == "Bump" || mentions_arena(segment))
    })
}

fn lifetime_of(ty: &Type) -> Option<&Lifetime> {
    match peel(ty) {
        Type::Reference(reference) => reference.lifetime.as_ref(),
        other => match &last_segment(other)?.arguments {
            PathArguments::AngleBracketed(arguments) => arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Lifetime(lifetime) => Some(lifetime),
                _ => None,
            }),
            _ => None,
        },
    }
}
