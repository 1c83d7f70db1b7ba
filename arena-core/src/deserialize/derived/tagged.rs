//! Internally tagged enums: finds the tag in a map or list, and buffers the rest.

use core::fmt;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::content::{Content, ContentSeed, List};
use super::names::{Names, identifier};
use crate::deserialize::Destination;

/// A visitor for the index of the variant, and the content around the tag.
#[derive(Debug)]
pub struct Tagged<'s, 'a, N> {
    destination: Destination<'s, 'a>,
    tag: &'static str,
    expecting: &'static str,
    names: PhantomData<N>,
}

/// Returns a visitor for the index of the variant, and the content around the tag.
#[must_use]
pub fn tagged<'s, 'a, N: Names>(
    destination: Destination<'s, 'a>,
    tag: &'static str,
    expecting: &'static str,
) -> Tagged<'s, 'a, N> {
    Tagged { destination, tag, expecting, names: PhantomData }
}

impl<'de, 'a, N: Names> Visitor<'de> for Tagged<'_, 'a, N> {
    type Value = (usize, Content<'a>);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expecting)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let index = seq.next_element_seed(identifier::<N>())?;
        let index = index.ok_or_else(|| A::Error::missing_field(self.tag))?;
        let rest = SeqAccessDeserializer::new(seq);
        Ok((index, ContentSeed(self.destination).deserialize(rest)?))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut index = None;
        let mut rest = List::new(self.destination);
        while let Some(key) = map.next_key_seed(KeySeed { of: self.destination, tag: self.tag })? {
            match key {
                None if index.is_some() => return Err(A::Error::duplicate_field(self.tag)),
                None => {
                    let read = map.next_value_seed(identifier::<N>());
                    index = Some(self.destination.in_field(self.tag, read)?);
                }
                Some(key) => {
                    let value = map.next_value_seed(ContentSeed(self.destination))?;
                    rest.push((key, value))?;
                }
            }
        }
        let index = index.ok_or_else(|| A::Error::missing_field(self.tag))?;
        Ok((index, Content::Map(rest.into_slice())))
    }
}

/// A seed for a key: `None` is the tag.
struct KeySeed<'s, 'a> {
    of: Destination<'s, 'a>,
    tag: &'static str,
}

impl<'de, 'a> DeserializeSeed<'de> for KeySeed<'_, 'a> {
    type Value = Option<Content<'a>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// Visitor methods of keys that are never the tag.
macro_rules! visit_other {
    ($($method:ident($ty:ty))*) => {
        $(
            fn $method<E: Error>(self, value: $ty) -> Result<Self::Value, E> {
                ContentSeed(self.of).$method(value).map(Some)
            }
        )*
    };
}

impl<'de, 'a> Visitor<'de> for KeySeed<'_, 'a> {
    type Value = Option<Content<'a>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a type tag `{}` or any other value", self.tag)
    }

    visit_other! {
        visit_bool(bool)
        visit_u8(u8)
        visit_u16(u16)
        visit_u32(u32)
        visit_u64(u64)
        visit_i8(i8)
        visit_i16(i16)
        visit_i32(i32)
        visit_i64(i64)
        visit_f32(f32)
        visit_f64(f64)
        visit_char(char)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        if value == self.tag {
            return Ok(None);
        }
        ContentSeed(self.of).visit_str(value).map(Some)
    }

    fn visit_bytes<E: Error>(self, value: &[u8]) -> Result<Self::Value, E> {
        if value == self.tag.as_bytes() {
            return Ok(None);
        }
        ContentSeed(self.of).visit_bytes(value).map(Some)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        ContentSeed(self.of).visit_unit().map(Some)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        ContentSeed(self.of).visit_none().map(Some)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        ContentSeed(self.of).visit_some(deserializer).map(Some)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        ContentSeed(self.of).visit_newtype_struct(deserializer).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        ContentSeed(self.of).visit_seq(seq).map(Some)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        ContentSeed(self.of).visit_map(map).map(Some)
    }
}
