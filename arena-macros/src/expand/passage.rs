//! Passes the parameters of an `async` function with `into` on to the inner block of its body.
//!
//! The outer block holds some parameters in an `Option`, and the inner block takes them out. So the
//! future has no second copy of them.
//!
//! An arena's memory may escape into a parameter, such as the sender of a channel. The compiler
//! then names the variable that the parameter was captured in. So that variable has the parameter's
//! name and place, and holds no second parameter that memory could escape into. The parameters of
//! one variable are neighbours, which keeps the order in which they are dropped.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};

use super::own::own;

/// The variable of parameters that no memory can escape into.
const TOGETHER: &str = "parameters";

/// Variables of the expansion, between the statements that hold and take the parameters.
const TAKEN: [&str; 3] = ["handle", "handler", TOGETHER];

/// Neighbouring parameters in one variable.
pub(crate) struct Passage {
    names: Vec<Ident>,
    /// The name and place of the parameter that memory may escape into.
    keeper: Option<Ident>,
}

impl Passage {
    /// Divides parameters, each with its name and, if memory may escape into it, the name and place
    /// that errors show for it.
    pub(crate) fn divide(parameters: impl Iterator<Item = (Ident, Option<Ident>)>) -> Vec<Self> {
        let mut passages: Vec<Self> = Vec::new();
        for (name, keeper) in parameters {
            match passages.last_mut() {
                Some(last) if last.keeper.is_none() || keeper.is_none() => {
                    last.names.push(name);
                    last.keeper = last.keeper.take().or(keeper);
                }
                _ => passages.push(Self { names: vec![name], keeper }),
            }
        }
        passages
    }

    /// Moves the parameters into the variable.
    pub(crate) fn hold(&self) -> TokenStream {
        let (variable, names) = (self.variable(), self.names());
        quote_spanned! {variable.span()=>
            let mut #variable = ::core::option::Option::Some((#names));
        }
    }

    /// Lends the variable to the inner block, which captures the reference.
    pub(crate) fn lend(&self) -> TokenStream {
        let variable = self.variable();
        quote_spanned!(variable.span()=> let #variable = &mut #variable;)
    }

    /// Takes the parameters out of the variable.
    pub(crate) fn take(&self, krate: &TokenStream) -> TokenStream {
        let (variable, names) = (self.variable(), self.names());
        let taken = quote_spanned!(variable.span()=> #krate::__private::taken(#variable));
        own!(#[allow(clippy::shadow_unrelated)] let (#names) = #taken;)
    }

    fn names(&self) -> TokenStream {
        self.names.iter().map(|name| quote!(#name,)).collect()
    }

    /// The user's code does not see the variable, since it has the hygiene of the expansion.
    fn variable(&self) -> Ident {
        let Some(keeper) = &self.keeper else { return Ident::new(TOGETHER, Span::mixed_site()) };
        let span = Span::mixed_site().located_at(keeper.span());
        if TAKEN.iter().any(|taken| keeper == taken) {
            return format_ident!("{keeper}_", span = span);
        }
        let mut variable = keeper.clone();
        variable.set_span(span);
        variable
    }
}
