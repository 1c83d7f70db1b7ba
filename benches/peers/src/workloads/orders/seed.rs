//! bumpalo with seeds that are written by hand: `DeserializeSeed` that carries the `Bump`. Every
//! text is copied once.

use std::fmt;
use std::marker::PhantomData;

use bumpalo::Bump;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::anywhere::{Draft, DraftItem};

/// A value in a `Bump`.
pub(super) trait InBump<'b>: Sized {
    fn read<'de, D: Deserializer<'de>>(bump: &'b Bump, from: D) -> Result<Self, D::Error>;

    /// The value of a field that the document does not have.
    fn missing() -> Option<Self> {
        None
    }
}

/// The seed of a `T`.
pub(super) struct Seed<'b, T>(&'b Bump, PhantomData<T>);

impl<'b, T> Seed<'b, T> {
    pub(super) fn new(bump: &'b Bump) -> Self {
        Self(bump, PhantomData)
    }
}

impl<'b, 'de, T: InBump<'b>> DeserializeSeed<'de> for Seed<'b, T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        T::read(self.0, from)
    }
}

impl<'b> InBump<'b> for &'b str {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(bump: &'b Bump, from: D) -> Result<Self, D::Error> {
        struct Text<'b>(&'b Bump);
        impl<'b> Visitor<'_> for Text<'b> {
            type Value = &'b str;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            #[inline]
            fn visit_str<E: de::Error>(self, text: &str) -> Result<&'b str, E> {
                Ok(self.0.alloc_str(text))
            }
        }
        from.deserialize_str(Text(bump))
    }
}

impl<'b> InBump<'b> for u32 {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(_: &'b Bump, from: D) -> Result<Self, D::Error> {
        de::Deserialize::deserialize(from)
    }
}

impl<'b, T: InBump<'b>> InBump<'b> for Option<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(bump: &'b Bump, from: D) -> Result<Self, D::Error> {
        struct Maybe<'b, T>(Seed<'b, T>);
        impl<'de, 'b, T: InBump<'b>> Visitor<'de> for Maybe<'b, T> {
            type Value = Option<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("option")
            }

            #[inline]
            fn visit_none<E>(self) -> Result<Option<T>, E> {
                Ok(None)
            }

            #[inline]
            fn visit_unit<E>(self) -> Result<Option<T>, E> {
                Ok(None)
            }

            #[inline]
            fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Option<T>, D::Error> {
                self.0.deserialize(from).map(Some)
            }
        }
        from.deserialize_option(Maybe(Seed::new(bump)))
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

impl<'b, T: InBump<'b> + 'b> InBump<'b> for &'b [T] {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(bump: &'b Bump, from: D) -> Result<Self, D::Error> {
        struct List<'b, T>(&'b Bump, PhantomData<T>);
        impl<'de, 'b, T: InBump<'b> + 'b> Visitor<'de> for List<'b, T> {
            type Value = &'b [T];

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            #[inline]
            fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<&'b [T], S::Error> {
                let mut elements = allocator_api2::vec::Vec::new_in(self.0);
                while let Some(element) = list.next_element_seed(Seed::new(self.0))? {
                    elements.push(element);
                }
                Ok(elements.leak())
            }
        }
        from.deserialize_seq(List(bump, PhantomData))
    }
}

/// Declares a struct, and its seed.
macro_rules! structs {
    ($($name:ident { $($field:ident: $of:ty $(= $missing:expr)?,)* })*) => {$(
        #[allow(dead_code, reason = "the receipt does not show all fields")]
        pub(super) struct $name<'b> {
            $($field: $of,)*
        }

        impl<'b> InBump<'b> for $name<'b> {
            fn read<'de, D: Deserializer<'de>>(
                bump: &'b Bump,
                from: D,
            ) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                #[serde(field_identifier)]
                #[allow(non_camel_case_types, reason = "the names of fields")]
                enum Field {
                    $($field,)*
                    #[serde(other)]
                    Unknown,
                }

                struct Fields<'b>(&'b Bump);
                impl<'de, 'b> Visitor<'de> for Fields<'b> {
                    type Value = $name<'b>;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("struct ", stringify!($name)))
                    }

                    fn visit_map<M: MapAccess<'de>>(
                        self,
                        mut map: M,
                    ) -> Result<$name<'b>, M::Error> {
                        $(let mut $field: Option<$of> = None;)*
                        while let Some(field) = map.next_key()? {
                            match field {
                                $(Field::$field => {
                                    if $field.is_some() {
                                        let duplicate = <M::Error as de::Error>::duplicate_field;
                                        return Err(duplicate(stringify!($field)));
                                    }
                                    $field = Some(map.next_value_seed(Seed::new(self.0))?);
                                })*
                                Field::Unknown => {
                                    map.next_value::<IgnoredAny>()?;
                                }
                            }
                        }
                        Ok($name {
                            $($field: match $field {
                                Some(value) => value,
                                None => {
                                    let missing = <$of as InBump<'b>>::missing();
                                    $(let missing = missing.or(Some($missing));)?
                                    missing.ok_or_else(|| {
                                        <M::Error as de::Error>::missing_field(stringify!($field))
                                    })?
                                }
                            },)*
                        })
                    }
                }
                from.deserialize_struct(
                    stringify!($name),
                    &[$(stringify!($field)),*],
                    Fields(bump),
                )
            }
        }
    )*};
}

structs! {
    Order {
        customer: Customer<'b>,
        ship_to: Address<'b>,
        items: &'b [Item<'b>],
        note: Option<&'b str>,
    }
    Customer { name: &'b str, email: &'b str, }
    Address { street: &'b str, postcode: &'b str, city: &'b str, country: &'b str, }
    Item {
        sku: &'b str,
        quantity: u32,
        options: &'b [Choice<'b>] = &[],
        note: Option<&'b str>,
    }
    Choice { name: &'b str, choice: &'b str, }
}

impl<'b> Draft for Order<'b> {
    type Item = Item<'b>;

    fn customer(&self) -> [&str; 2] {
        [self.customer.name, self.customer.email]
    }

    fn ship_to(&self) -> [&str; 4] {
        let Address { street, postcode, city, country } = self.ship_to;
        [street, postcode, city, country]
    }

    fn note(&self) -> Option<&str> {
        self.note
    }

    fn items(&self) -> &[Item<'b>] {
        self.items
    }
}

impl DraftItem for Item<'_> {
    fn sku(&self) -> &str {
        self.sku
    }

    fn quantity(&self) -> u32 {
        self.quantity
    }

    fn options(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.options.iter().map(|option| (option.name, option.choice))
    }
}
