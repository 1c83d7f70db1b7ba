//! Enums in serde's four representations.

use proc_macro2::TokenStream;
use serde_derive_internals::ast::Variant;
use serde_derive_internals::attr::TagType;

use super::Expansion;
use super::names::{Unknown, names};

impl Expansion<'_> {
    pub(crate) fn enumeration(&self, variants: &[Variant<'_>]) -> TokenStream {
        // serde's reader lets no variant with a tag follow one without.
        let Some(first) = variants.iter().position(|variant| variant.attrs.untagged()) else {
            return self.of_one_kind(variants);
        };
        let (tagged, untagged) = variants.split_at(first);
        let tagged = self.of_one_kind(tagged);
        self.untagged(untagged, Some(&tagged))
    }

    fn of_one_kind(&self, variants: &[Variant<'_>]) -> TokenStream {
        match self.input.container.attrs.tag() {
            TagType::External => self.external(variants),
            TagType::Internal { tag } => self.internal(variants, tag),
            TagType::Adjacent { tag, content } => self.adjacent(variants, tag, content),
            TagType::None => self.untagged(variants, None),
        }
    }

    /// `{"Variant": value}`
    fn external(&self, variants: &[Variant<'_>]) -> TokenStream {
        let de = &self.scope.de;
        let read = read_variants(variants);
        let names = variant_names(&read);
        let expecting = self.expecting(format!("enum {}", self.name()));
        let arms = self.match_index(&read, |variant| self.external_variant(variant));
        let visitor = self.visitor(
            &expecting,
            &own! {
                fn visit_enum<__A>(self, __data: __A) -> __derived::Result<Self::Value, __A::Error>
                where
                    __A: __derived::EnumAccess<#de>,
                {
                    let __destination = self.destination;
                    let (__index, __variant) = __derived::EnumAccess::variant_seed(
                        __data,
                        __derived::identifier::<__Names>(),
                    )?;
                    #arms
                }
            },
        );
        let (new, name) = (self.new_visitor(), self.serde_name());
        own!({
            #names
            #visitor
            __derived::Deserializer::deserialize_enum(
                __deserializer, #name, <__Names as __derived::Names>::NAMES, #new,
            )
        })
    }

    /// `{"tag": "Variant", ..}`
    fn internal(&self, variants: &[Variant<'_>], tag: &str) -> TokenStream {
        let read = read_variants(variants);
        let names = variant_names(&read);
        let expecting = self.expecting(format!("internally tagged enum {}", self.name()));
        let arms = self.match_index(&read, |variant| self.internal_variant(variant));
        own!({
            #names
            let (__index, __content) = __derived::Deserializer::deserialize_any(
                __deserializer,
                __derived::tagged::<__Names>(__destination, #tag, #expecting),
            )?;
            let __deserializer = __derived::once::<__D::Error>(__destination, __content);
            #arms
        })
    }

    /// `{"tag": "Variant", "content": value}`
    fn adjacent(&self, variants: &[Variant<'_>], tag: &str, content: &str) -> TokenStream {
        let (arena, de, destination) = (&self.scope.arena, &self.scope.de, &self.scope.destination);
        let (parameters, arguments) = self.scope.of_item(&[destination]);
        let (this, where_clause) = (self.this(), self.scope.where_clause());
        let read = read_variants(variants);
        let names = variant_names(&read);
        let (name, enum_name) = (self.serde_name(), self.name());
        let expecting = self.expecting(format!("adjacently tagged enum {}", self.name()));
        let is_strict = self.input.container.attrs.deny_unknown_fields();
        let arms = self.match_index(&read, |variant| self.untagged_variant(variant));
        let without = self.match_index(&read, |variant| self.without_content(variant, content));
        own!({
            #names

            struct __Adjacent #parameters #where_clause {
                destination: __derived::Destination<#destination, #arena>,
                this: __derived::PhantomData<#this>,
            }

            #[automatically_derived]
            impl #parameters __derived::Adjacent<#destination, #arena>
                for __Adjacent #arguments #where_clause
            {
                type Names = __Names;
                type Value = #this;

                const STRICT: __derived::primitive::bool = #is_strict;
                const NAME: &'static __derived::primitive::str = #enum_name;
                const EXPECTING: &'static __derived::primitive::str = #expecting;
                const KEYS: [&'static __derived::primitive::str; 2] = [#tag, #content];

                fn destination(&self) -> __derived::Destination<#destination, #arena> {
                    self.destination
                }

                fn content<#de, __D>(
                    &self,
                    __index: __derived::primitive::usize,
                    __deserializer: __D,
                ) -> __derived::Result<Self::Value, __D::Error>
                where
                    __D: __derived::Deserializer<#de>,
                {
                    let __destination = self.destination;
                    #arms
                }

                fn without_content<__E>(
                    &self,
                    __index: __derived::primitive::usize,
                ) -> __derived::Result<Self::Value, __E>
                where
                    __E: __derived::Error,
                {
                    #without
                }
            }

            __derived::Deserializer::deserialize_struct(
                __deserializer,
                #name,
                &[#tag, #content],
                __derived::adjacent(
                    __Adjacent { destination: __destination, this: __derived::PhantomData },
                ),
            )
        })
    }

    /// `match __index { .. }`, with the path of an error.
    fn match_index(
        &self,
        variants: &[&Variant<'_>],
        arm: impl Fn(&Variant<'_>) -> TokenStream,
    ) -> TokenStream {
        if variants.is_empty() {
            // An identifier without names refuses each name.
            return own!(__derived::no_variant(__index));
        }
        let arms = variants.iter().enumerate().map(|(index, variant)| {
            let pattern = if index + 1 == variants.len() { own!(_) } else { own!(#index) };
            let arm = arm(variant);
            own!(#pattern => #arm,)
        });
        let arms = own!(#(#arms)*);
        own!(match __index { #arms })
    }
}

fn read_variants<'v>(variants: &'v [Variant<'v>]) -> Vec<&'v Variant<'v>> {
    variants.iter().filter(|variant| !variant.attrs.skip_deserializing()).collect()
}

fn variant_names(read: &[&Variant<'_>]) -> TokenStream {
    let other = read.iter().position(|variant| variant.attrs.other());
    let unknown = other.map_or(Unknown::Refused, Unknown::Other);
    names(true, unknown, read.iter().map(|variant| variant.attrs.aliases()))
}
