//! Named fields: of a struct, or of a variant.

use proc_macro2::TokenStream;
use quote::quote;
use serde_derive_internals::ast::Field;

use super::names::{Unknown, names};
use super::{Expansion, Form, variable};

/// A field, and its index in the type.
type Indexed<'f> = (usize, &'f Field<'f>);

impl Expansion<'_> {
    /// An expression that reads named fields from `__deserializer`, or from `__variant`.
    pub(crate) fn named(&self, fields: &[Field<'_>], form: Form<'_>) -> TokenStream {
        let indexed = || fields.iter().enumerate().filter(|it| !it.1.attrs.skip_deserializing());
        let plain: Vec<Indexed<'_>> = indexed().filter(|it| !it.1.attrs.flatten()).collect();
        let flat: Vec<Indexed<'_>> = indexed().filter(|it| it.1.attrs.flatten()).collect();
        let has_flat = !flat.is_empty();
        let expecting = self.expecting(match form.variant() {
            None => format!("struct {}", self.name()),
            Some(variant) => format!("struct variant {}::{}", self.name(), variant.ident),
        });

        let unknown = if self.input.container.attrs.deny_unknown_fields() && !has_flat {
            Unknown::Refused
        } else {
            Unknown::Ignored
        };
        let names = names(false, unknown, plain.iter().map(|it| it.1.attrs.aliases()));
        let visit_seq = match form {
            Form::Untagged(_) => None,
            _ if has_flat => None,
            _ => Some(self.visit_seq(fields, form, true, &expecting)),
        };
        let visit_map = self.visit_map(fields, &plain, &flat, form);
        let visitor = self.visitor(&expecting, &own!(#visit_seq #visit_map));
        let new = self.new_visitor();
        let listed = own!(<__Names as __derived::Names>::NAMES);
        let call = match form {
            Form::Struct if has_flat => {
                own!(__derived::Deserializer::deserialize_map(__deserializer, #new))
            }
            Form::Struct => {
                let name = self.serde_name();
                own! {
                    __derived::Deserializer::deserialize_struct(
                        __deserializer, #name, #listed, #new,
                    )
                }
            }
            Form::External(_) if has_flat => own! {
                __derived::VariantAccess::newtype_variant_seed(
                    __variant, __derived::MapSeed(#new),
                )
            },
            Form::External(_) => {
                own!(__derived::VariantAccess::struct_variant(__variant, #listed, #new))
            }
            Form::Internal(_) | Form::Untagged(_) => {
                own!(__derived::Deserializer::deserialize_any(__deserializer, #new))
            }
        };
        own!({ #names #visitor #call })
    }

    fn visit_map(
        &self,
        fields: &[Field<'_>],
        plain: &[Indexed<'_>],
        flat: &[Indexed<'_>],
        form: Form<'_>,
    ) -> TokenStream {
        let de = &self.scope.de;
        let begin = plain.iter().map(|(index, field)| {
            let (variable, ty) = (variable(*index), field.ty);
            own!(let mut #variable: __derived::Option<#ty> = __derived::None;)
        });
        let begin = own!(#(#begin)*);
        let arms = self.arms(plain);
        let read = if flat.is_empty() {
            own! {
                while let __derived::Some(__index) = __derived::MapAccess::next_key_seed(
                    &mut __map,
                    __derived::identifier::<__Names>(),
                )? {
                    match __index {
                        #arms
                        _ => __derived::ignore_value(&mut __map)?,
                    }
                }
            }
        } else {
            own! {
                let mut __others = __derived::Others::new(__destination);
                while let __derived::Some(__key) = __derived::MapAccess::next_key_seed(
                    &mut __map,
                    __derived::flat_identifier::<__Names>(__destination),
                )? {
                    let __index = match __key {
                        __derived::FlatKey::Field(__index) => __index,
                        __derived::FlatKey::Other(__key) => {
                            __others.push(__key, &mut __map)?;
                            continue;
                        }
                    };
                    match __index {
                        #arms
                        _ => {}
                    }
                }
            }
        };
        let default = self.container_default();
        let finish = plain.iter().map(|(index, field)| {
            let (variable, missing) = (variable(*index), self.missing(field));
            own! {
                let #variable = match #variable {
                    __derived::Some(__value) => __value,
                    __derived::None => #missing,
                };
            }
        });
        let finish = own!(#(#finish)*);
        let finish_flat = flat.iter().map(|(index, field)| {
            let (variable, ty, seed) = (variable(*index), field.ty, self.flat_seed(field));
            own!(let #variable: #ty = __others.read(#seed)?;)
        });
        let mut finish_flat = own!(#(#finish_flat)*);
        if !flat.is_empty() && self.input.container.attrs.deny_unknown_fields() {
            finish_flat.extend(own!(__others.refuse_rest()?;));
        }
        let values = fields.iter().enumerate().map(|(index, field)| {
            let member = &field.member;
            let value = if field.attrs.skip_deserializing() {
                self.missing(field)
            } else {
                let variable = variable(index);
                quote!(#variable)
            };
            own!(#member: #value)
        });
        let values = own!(#(#values),*);
        let constructor = self.constructor(form);
        own! {
            #[inline]
            fn visit_map<__A>(self, mut __map: __A) -> __derived::Result<Self::Value, __A::Error>
            where
                __A: __derived::MapAccess<#de>,
            {
                let __destination = self.destination;
                #begin
                #read
                #default
                #finish
                #finish_flat
                __derived::Ok(#constructor { #values })
            }
        }
    }

    /// The arms that read the value of a field by its index.
    fn arms(&self, plain: &[Indexed<'_>]) -> TokenStream {
        let arms = plain.iter().enumerate().map(|(position, (index, field))| {
            let (variable, seed) = (variable(*index), self.seed(field));
            let name = field.attrs.name().deserialize_name();
            own! {
                #position => {
                    if __derived::Option::is_some(&#variable) {
                        return __derived::Err(__derived::Error::duplicate_field(#name));
                    }
                    #variable = __derived::Some(__destination.in_field(
                        #name,
                        __derived::MapAccess::next_value_seed(&mut __map, #seed),
                    )?);
                }
            }
        });
        own!(#(#arms)*)
    }
}
