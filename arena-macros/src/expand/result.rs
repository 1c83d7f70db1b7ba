//! What the expansion does with a body's result: it states the type, asks how the body ended, and
//! converts the result for `into`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Type;
use syn::spanned::Spanned;

use super::own::own;

/// The result type of a closure.
pub(crate) fn closure_output(ty: Option<&Type>) -> TokenStream {
    ty.map(|ty| own!(-> #ty)).unwrap_or_default()
}

/// The first statement of an `async` block, which gives the block its result type.
///
/// An `async` block has no syntax for it. Without the type, errors about `?` and about the last
/// expression would point at the wrong place.
pub(crate) fn hint(ty: Option<&Type>, krate: &TokenStream) -> TokenStream {
    match ty {
        None => TokenStream::new(),
        Some(Type::Tuple(unit)) if unit.elems.is_empty() => own!(if false {
            return;
        }),
        Some(ty) => own!(if false { return #krate::__private::typed::<#ty>(); }),
    }
}

/// The function that reads the outcome from a future's result.
///
/// For a result that cannot be a `Result`, the outcome is always `Returned`.
pub(crate) fn judge(may_be_result: bool, krate: &TokenStream) -> TokenStream {
    if !may_be_result {
        return own!(#krate::__private::returned);
    }
    own! {
        |result| {
            use #krate::__private::{AnyOutcome as _, ResultOutcome as _};
            (&#krate::__private::Ended(result)).__request_arena_outcome()
        }
    }
}

/// Reads the `outcome` from the `result`.
pub(crate) fn outcome(may_be_result: bool, krate: &TokenStream) -> TokenStream {
    if !may_be_result {
        return own!(let outcome = #krate::__private::Outcome::Returned;);
    }
    own! {
        let outcome = {
            use #krate::__private::{AnyOutcome as _, ResultOutcome as _};
            (&#krate::__private::Ended(&result)).__request_arena_outcome()
        };
    }
}

/// Converts the body's `result` so that it borrows nothing of the arena, and returns the outcome
/// beside it. It becomes the type that callers get after the scope.
pub(crate) fn turn(into: &Type, may_be_result: bool, krate: &TokenStream) -> TokenStream {
    let outcome = outcome(may_be_result, krate);
    let turned = quote_spanned! {Span::mixed_site().located_at(into.span())=>
        let way = {
            use #krate::__private::into::{PlainWay as _, ResponseWay as _, ResultWay as _};
            (&#krate::__private::into::Target::<_, #into>::of(&result)).__request_arena_way()
        };
        let result = way.turn_outward(
            result, place, ::core::convert::Into::into, ::core::convert::Into::into,
        );
        return (way.prepare(result, ::core::convert::Into::<#into>::into), outcome);
    };
    own!(#outcome #turned)
}

/// Makes the type that callers get, after the scope has ended.
pub(crate) fn respond(into: &Type, krate: &TokenStream) -> TokenStream {
    quote_spanned! {Span::mixed_site().located_at(into.span())=>
        #krate::__private::Prepared::respond(result)
    }
}
