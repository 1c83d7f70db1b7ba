//! The names of fields and variants.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use serde_derive_internals::name::Name;

/// What happens to a name that is not listed.
#[derive(Clone, Copy)]
pub(crate) enum Unknown {
    /// It is an error.
    Refused,
    /// It has the index after the last one.
    Ignored,
    /// It has this index.
    Other(usize),
}

/// A type `__Names` that finds the index of a name.
///
/// ```text
/// impl Names for __Names {
///     fn find(name: &[u8]) -> Option<usize> {
///         match name { b"customer" => Some(0), b"items" => Some(1), _ => None }
///     }
/// }
/// ```
pub(crate) fn names<'n>(
    is_variant: bool,
    unknown: Unknown,
    names: impl Iterator<Item = &'n BTreeSet<Name>>,
) -> TokenStream {
    let names: Vec<&BTreeSet<Name>> = names.collect();
    let count = names.len();
    let all = names.iter().flat_map(|aliases| aliases.iter());
    let arms = names.iter().enumerate().map(|(index, aliases)| {
        let patterns = aliases.iter().map(|alias| Literal::byte_string(alias.value.as_bytes()));
        own!(#(#patterns)|* => __derived::Some(#index),)
    });
    let arms = own!(#(#arms)*);
    let all = own!(#(#all),*);
    let unknown = match unknown {
        Unknown::Refused => own!(__derived::None),
        Unknown::Ignored => own!(__derived::Some(#count)),
        Unknown::Other(index) => own!(__derived::Some(#index)),
    };
    own! {
        struct __Names;

        #[automatically_derived]
        impl __derived::Names for __Names {
            const IS_VARIANT: __derived::primitive::bool = #is_variant;
            const NAMES: &'static [&'static __derived::primitive::str] = &[#all];
            const COUNT: __derived::primitive::usize = #count;
            const UNKNOWN: __derived::Option<__derived::primitive::usize> = #unknown;

            #[inline]
            fn find(
                __name: &[__derived::primitive::u8],
            ) -> __derived::Option<__derived::primitive::usize> {
                match __name {
                    #arms
                    _ => __derived::None,
                }
            }
        }
    }
}
