//! The three shapes of a scope around a body.

use proc_macro2::TokenStream;
use syn::spanned::Spanned;
use syn::{ReturnType, Signature, Type};

use super::own::own;
use super::result::{closure_output, hint};
use crate::read::async_block::Returned;
use crate::types::future;

/// The form that the body gets.
pub(crate) enum Shape {
    /// A closure, in a plain function.
    Call,
    /// An `async` block, in an `async` function.
    Async,
    /// An `async` block, in place of the one that a plain function returns.
    Returned(Box<Returned>),
}

impl Shape {
    pub(crate) fn of(signature: &Signature, returned: Option<Returned>) -> Self {
        match returned {
            Some(returned) => Self::Returned(Box::new(returned)),
            None if signature.asyncness.is_some() => Self::Async,
            None => Self::Call,
        }
    }

    /// Whether callers get a future.
    pub(crate) fn is_future(&self) -> bool {
        !matches!(self, Self::Call)
    }

    /// Puts the type that `into` names in the place of the body's.
    pub(crate) fn set_output(&self, output: &mut ReturnType, into: &Type) {
        match (self, future::output_mut(output)) {
            (Self::Returned(_), Some(ty)) => *ty = into.clone(),
            _ => *output = ReturnType::Type(syn::Token![->](into.span()), Box::new(into.clone())),
        }
    }

    /// The user's body by itself, so that its `return` and `?` end there.
    pub(crate) fn run_inner(
        &self,
        body: &TokenStream,
        output: Option<&Type>,
        krate: &TokenStream,
    ) -> TokenStream {
        match self {
            Self::Call => {
                let output = closure_output(output);
                own!((move || #output { #body })())
            }
            Self::Async | Self::Returned(_) => {
                let hint = hint(output, krate);
                own!(async move { #hint #body }.await)
            }
        }
    }
}
