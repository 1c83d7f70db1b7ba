//! Unnamed fields, and named fields that a document has as a sequence.

use proc_macro2::TokenStream;
use quote::quote;
use serde_derive_internals::ast::Field;

use super::{Expansion, Form, variable};

impl Expansion<'_> {
    /// An expression that reads unnamed fields from `__deserializer`, or from `__variant`.
    pub(crate) fn tuple(&self, fields: &[Field<'_>], form: Form<'_>) -> TokenStream {
        let de = &self.scope.de;
        let count = fields.iter().filter(|field| !field.attrs.skip_deserializing()).count();
        let expecting = self.expecting(match form.variant() {
            None => format!("tuple struct {}", self.name()),
            Some(variant) => format!("tuple variant {}::{}", self.name(), variant.ident),
        });
        let is_newtype = fields.len() == 1 && form.variant().is_none();
        let visit_newtype = is_newtype.then(|| {
            let (seed, constructor) = (self.seed(&fields[0]), self.constructor(form));
            own! {
                #[inline]
                fn visit_newtype_struct<__D>(
                    self,
                    __deserializer: __D,
                ) -> __derived::Result<Self::Value, __D::Error>
                where
                    __D: __derived::Deserializer<#de>,
                {
                    let __destination = self.destination;
                    __derived::Result::map(
                        __derived::DeserializeSeed::deserialize(#seed, __deserializer),
                        |__value| #constructor(__value),
                    )
                }
            }
        });
        let visit_seq = self.visit_seq(fields, form, false, &expecting);
        let visitor = self.visitor(&expecting, &own!(#visit_newtype #visit_seq));
        let new = self.new_visitor();
        let name = self.serde_name();
        let call = match form {
            Form::Struct if is_newtype => own! {
                __derived::Deserializer::deserialize_newtype_struct(__deserializer, #name, #new)
            },
            Form::Struct => own! {
                __derived::Deserializer::deserialize_tuple_struct(
                    __deserializer, #name, #count, #new,
                )
            },
            Form::External(_) => {
                own!(__derived::VariantAccess::tuple_variant(__variant, #count, #new))
            }
            Form::Internal(_) | Form::Untagged(_) => {
                own!(__derived::Deserializer::deserialize_tuple(__deserializer, #count, #new))
            }
        };
        own!({ #visitor #call })
    }

    /// The visitor's method for a sequence.
    pub(crate) fn visit_seq(
        &self,
        fields: &[Field<'_>],
        form: Form<'_>,
        is_named: bool,
        expecting: &str,
    ) -> TokenStream {
        let de = &self.scope.de;
        let count = fields.iter().filter(|field| !field.attrs.skip_deserializing()).count();
        let expecting = self.expecting(match count {
            1 => format!("{expecting} with 1 element"),
            count => format!("{expecting} with {count} elements"),
        });
        let mut position = 0_usize;
        let reads: TokenStream = fields
            .iter()
            .enumerate()
            .map(|(index, field)| {
                let variable = variable(index);
                if field.attrs.skip_deserializing() {
                    let value = self.missing(field);
                    return own!(let #variable = #value;);
                }
                let seed = self.seed(field);
                let read = own!(__derived::SeqAccess::next_element_seed(&mut __seq, #seed));
                let read = if is_named {
                    let name = field.attrs.name().deserialize_name();
                    own!(__destination.in_field(#name, #read)?)
                } else {
                    own!(__destination.in_index(#position, #read)?)
                };
                let missing = self.default(field).unwrap_or_else(|| {
                    own! {
                        return __derived::Err(
                            __derived::Error::invalid_length(#position, &#expecting),
                        )
                    }
                });
                position += 1;
                own! {
                    let #variable = match #read {
                        __derived::Some(__value) => __value,
                        __derived::None => #missing,
                    };
                }
            })
            .collect();
        let constructor = self.constructor(form);
        let variables = (0..fields.len()).map(variable);
        let value = if is_named {
            let members = fields.iter().map(|field| &field.member);
            quote!(#constructor { #(#members: #variables),* })
        } else {
            quote!(#constructor(#(#variables),*))
        };
        let default = self.container_default();
        let seq = if count == 0 { own!(_) } else { own!(mut __seq) };
        own! {
            #[inline]
            fn visit_seq<__A>(self, #seq: __A) -> __derived::Result<Self::Value, __A::Error>
            where
                __A: __derived::SeqAccess<#de>,
            {
                let __destination = self.destination;
                #default
                #reads
                __derived::Ok(#value)
            }
        }
    }
}
