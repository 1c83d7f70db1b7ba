//! The variables that a pattern binds, and the name that callers see in place of the pattern.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Pat, PatIdent};

/// The variables that a pattern binds.
pub(crate) struct Bindings(Vec<PatIdent>);

impl Bindings {
    pub(crate) fn of(pattern: &Pat) -> Vec<PatIdent> {
        let mut bindings = Self(Vec::new());
        bindings.visit_pat(pattern);
        bindings.0
    }
}

impl Visit<'_> for Bindings {
    fn visit_pat_ident(&mut self, binding: &PatIdent) {
        // A name in capitals is a constant or a unit struct.
        if !binding.ident.to_string().starts_with(char::is_uppercase) {
            self.0.push(binding.clone());
        }
        visit::visit_pat_ident(self, binding);
    }
}

/// A plain name, with or without `mut`.
pub(crate) fn is_name(pattern: &Pat) -> bool {
    matches!(pattern, Pat::Ident(PatIdent { by_ref: None, subpat: None, .. }))
}

/// The name that callers see for a parameter with a pattern: the name of its only variable, or a
/// number.
///
/// A name of the user's keeps the user's span, so that it is not a variable of the expansion.
pub(crate) fn outward_name(pattern: &Pat, bindings: &[PatIdent], index: usize) -> Ident {
    match bindings {
        [binding] => binding.ident.clone(),
        _ => {
            format_ident!("parameter_{index}", span = Span::mixed_site().located_at(pattern.span()))
        }
    }
}
