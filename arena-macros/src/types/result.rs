//! Questions about the type of a result, and its form inside the function.

use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{
    FnArg, Lifetime, PathArguments, ReturnType, Type, TypeImplTrait, TypeInfer, TypeParamBound,
    TypeReference, parse_quote,
};

use super::lifetimes::anonymous_type;

/// Whether an elided lifetime of the result can come from this parameter.
pub(crate) fn gives_a_lifetime(input: &FnArg) -> bool {
    match input {
        FnArg::Receiver(receiver) => receiver.reference.is_some() || receiver.colon_token.is_some(),
        FnArg::Typed(parameter) => {
            struct AnyLifetime(bool);
            impl Visit<'_> for AnyLifetime {
                fn visit_type_reference(&mut self, _: &TypeReference) {
                    self.0 = true;
                }
                fn visit_lifetime(&mut self, _: &Lifetime) {
                    self.0 = true;
                }
            }
            let mut any = AnyLifetime(false);
            any.visit_type(&parameter.ty);
            any.0
        }
    }
}

/// The result's type in the form that is valid inside the function: `'_` for the arena's lifetime,
/// `_` for `impl Trait`. Returns `None` if nothing is left of it.
pub(crate) fn inner_type(output: &ReturnType, arena: Option<&Lifetime>) -> Option<Type> {
    let ty: Type = match output {
        ReturnType::Default => parse_quote!(()),
        ReturnType::Type(_, ty) => (**ty).clone(),
    };
    let mut ty = anonymous_type(ty, arena);
    EraseImplTrait.visit_type_mut(&mut ty);
    match ty {
        Type::Infer(_) | Type::Never(_) => None,
        ty => Some(ty),
    }
}

struct EraseImplTrait;

impl VisitMut for EraseImplTrait {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::ImplTrait(_) = ty {
            *ty = parse_quote!(_);
        } else {
            visit_mut::visit_type_mut(self, ty);
        }
    }
}

/// The result type with `'static` for its elided lifetimes.
///
/// A stand-in needs it if no parameter is left that could provide them.
pub(crate) fn without_elision(mut output: ReturnType) -> ReturnType {
    struct Static;
    impl VisitMut for Static {
        fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
            if lifetime.ident == "_" {
                *lifetime = Lifetime::new("'static", lifetime.span());
            }
        }
        fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
            reference
                .lifetime
                .get_or_insert_with(|| Lifetime::new("'static", reference.and_token.span));
            visit_mut::visit_type_reference_mut(self, reference);
        }
    }
    Static.visit_return_type_mut(&mut output);
    output
}

/// Whether the type has a `_` in it.
pub(crate) fn has_infer(ty: &Type) -> bool {
    struct Infers(bool);
    impl Visit<'_> for Infers {
        fn visit_type_infer(&mut self, _: &TypeInfer) {
            self.0 = true;
        }
    }
    let mut infers = Infers(false);
    infers.visit_type(ty);
    infers.0
}

/// Whether the function never returns.
pub(crate) fn is_never(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)))
}

/// `Fn(..)`, `FnMut(..)`, `FnOnce(..)`, and their `async` variants.
pub(crate) fn is_closure_bound(bound: &TypeParamBound) -> bool {
    let TypeParamBound::Trait(bound) = bound else { return false };
    bound.path.segments.last().is_some_and(|segment| {
        matches!(segment.arguments, PathArguments::Parenthesized(_))
            && segment.ident.to_string().contains("Fn")
    })
}

/// Whether a result has an `impl Fn(..)` in it, and is no `Result`.
pub(crate) fn returns_a_closure(output: &ReturnType) -> bool {
    struct Closures(bool);
    impl Visit<'_> for Closures {
        fn visit_type_impl_trait(&mut self, ty: &TypeImplTrait) {
            self.0 |= ty.bounds.iter().any(is_closure_bound);
        }
    }
    let mut closures = Closures(false);
    closures.visit_return_type(output);
    closures.0 && !says_result(output)
}

/// Whether the type's name is `Result`.
fn says_result(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else { return false };
    let Type::Path(path) = &**ty else { return false };
    path.path.segments.last().is_some_and(|segment| segment.ident == "Result")
}

/// Whether a result may be a `Result`, under any name.
pub(crate) fn may_be_result(output: &ReturnType) -> bool {
    const NOT: [&str; 18] = [
        "bool", "char", "str", "String", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16",
        "i32", "i64", "i128", "isize", "f32", "f64",
    ];
    let ReturnType::Type(_, ty) = output else { return false };
    match &**ty {
        Type::Tuple(_)
        | Type::Reference(_)
        | Type::Array(_)
        | Type::Never(_)
        | Type::Ptr(_)
        | Type::BareFn(_) => false,
        Type::Path(path) => !NOT.iter().any(|name| path.path.is_ident(name)),
        _ => true,
    }
}
