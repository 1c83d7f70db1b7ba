//! Enums without a tag: each variant is tried, in order.

use proc_macro2::TokenStream;
use serde_derive_internals::ast::Variant;

use super::Expansion;

impl Expansion<'_> {
    pub(crate) fn untagged(
        &self,
        variants: &[Variant<'_>],
        tagged: Option<&TokenStream>,
    ) -> TokenStream {
        let message = format!("data did not match any variant of untagged enum {}", self.name());
        let message = self.expecting(message);
        let read = variants.iter().filter(|variant| !variant.attrs.skip_deserializing());
        let attempts: TokenStream = tagged
            .cloned()
            .into_iter()
            .chain(read.map(|variant| self.untagged_variant(variant)))
            .map(|attempt| {
                own! {
                    let __attempt = || -> __derived::Result<Self, __D::Error> { #attempt };
                    match __destination.attempt(__attempt) {
                        __derived::Ok(__value) => return __derived::Ok(__value),
                        __derived::Err(__error) if __destination.is_refused() => {
                            return __derived::Err(__error);
                        }
                        __derived::Err(_) => {}
                    }
                }
            })
            .collect();
        own! {
            let __content = __derived::content(__destination, __deserializer)?;
            let __deserializer = __derived::again::<__D::Error>(__destination, __content);
            #attempts
            __derived::Err(__derived::Error::custom(#message))
        }
    }
}
