//! Tokens of the expansion itself.

use proc_macro2::{Span, TokenStream};
use quote::format_ident;

/// `quote!` for the expansion's own tokens: its variables and the user's cannot see each other.
macro_rules! own {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}
pub(crate) use own;

/// The path of a core function that exists once for each number of arguments: `takes_2`.
pub(crate) fn counted(name: &str, count: usize, krate: &TokenStream) -> TokenStream {
    let function = format_ident!("{name}_{count}", span = Span::mixed_site());
    own!(#krate::__private::#function)
}
