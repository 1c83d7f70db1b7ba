//! Removes the invisible groups around the fragments of a `macro_rules!`.
//!
//! When a `macro_rules!` passes on `$e:expr`, `$t:ty` or `$b:block`, the compiler puts a group
//! without delimiters around the fragment. The group keeps `$a * 2` together, but it hides the
//! user's tokens from a parser. This module removes the groups once, before other modules read the
//! tokens.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Signature, Type};

/// The tokens without the invisible group around an `$item`.
pub(crate) fn open_tokens(tokens: TokenStream) -> TokenStream {
    let mut all = tokens.clone().into_iter();
    match (all.next(), all.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            open_tokens(group.stream())
        }
        _ => tokens,
    }
}

/// The braces of a body that arrived as a `$block`.
pub(crate) fn open_group(group: Group) -> Group {
    if group.delimiter() != Delimiter::None {
        return group;
    }
    match open_tokens(group.stream()).into_iter().next() {
        Some(TokenTree::Group(inner)) if inner.delimiter() != Delimiter::None => inner,
        _ => group,
    }
}

/// The expression of an option. Groups inside of it stay, since they keep the order of operators.
pub(crate) fn open_expression(mut value: Expr) -> Expr {
    while let Expr::Group(group) = value {
        value = *group.expr;
    }
    value
}

/// The type without its groups, at every depth.
pub(crate) fn open_type(mut ty: Type) -> Type {
    Open.visit_type_mut(&mut ty);
    ty
}

/// Removes the groups from the types of the parameters, the result and the bounds.
pub(crate) fn open_signature(signature: &mut Signature) {
    Open.visit_signature_mut(signature);
}

struct Open;

impl VisitMut for Open {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        while let Type::Group(group) = ty {
            if has_several_bounds(&group.elem) {
                break;
            }
            *ty = (*group.elem).clone();
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

/// Whether the type needs its group: `dyn A + B` does, in `&$t`.
fn has_several_bounds(ty: &Type) -> bool {
    match ty {
        Type::TraitObject(object) => object.bounds.len() > 1,
        Type::ImplTrait(opaque) => opaque.bounds.len() > 1,
        Type::Group(group) => has_several_bounds(&group.elem),
        _ => false,
    }
}
