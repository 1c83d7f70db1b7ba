//! `#[serde(flatten)]`: the entries of a map that belong to no field of the struct.
//!
//! A flattened struct or enum takes its entries. A flattened map sees all that are left, and takes
//! none.

use core::marker::PhantomData;
use core::{fmt, slice};

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};

use super::content::variant::EnumContent;
use super::content::{Content, ContentSeed, List};
use super::names::{Identifier, Names, identifier};
use super::{again, once};
use crate::deserialize::Destination;

type Entry<'a> = Option<(Content<'a>, Content<'a>)>;

/// A key of a struct with flattened fields.
#[derive(Debug)]
pub enum FlatKey<'a> {
    /// The key of a field, by the field's index.
    Field(usize),
    /// Any other key.
    Other(Content<'a>),
}

/// A seed for a [`FlatKey`].
#[derive(Debug)]
pub struct FlatIdentifier<'s, 'a, N>(Destination<'s, 'a>, PhantomData<N>);

/// Returns a seed for a [`FlatKey`].
#[inline]
pub fn flat_identifier<'s, 'a, N: Names>(
    destination: Destination<'s, 'a>,
) -> FlatIdentifier<'s, 'a, N> {
    FlatIdentifier(destination, PhantomData)
}

impl<'de, 'a, N: Names> DeserializeSeed<'de> for FlatIdentifier<'_, 'a, N> {
    type Value = FlatKey<'a>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<FlatKey<'a>, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

/// Visitor methods of keys that are no texts.
macro_rules! visit_other {
    ($($method:ident($ty:ty) => $variant:ident)*) => {
        $(
            fn $method<E: Error>(self, value: $ty) -> Result<FlatKey<'a>, E> {
                Ok(FlatKey::Other(Content::$variant(value)))
            }
        )*
    };
}

impl<'a, N: Names> Visitor<'_> for FlatIdentifier<'_, 'a, N> {
    type Value = FlatKey<'a>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain: Identifier<N> = identifier();
        plain.expecting(formatter)
    }

    visit_other! {
        visit_bool(bool) => Bool
        visit_u8(u8) => U8
        visit_u16(u16) => U16
        visit_u32(u32) => U32
        visit_u64(u64) => U64
        visit_i8(i8) => I8
        visit_i16(i16) => I16
        visit_i32(i32) => I32
        visit_i64(i64) => I64
        visit_f32(f32) => F32
        visit_f64(f64) => F64
        visit_char(char) => Char
    }

    fn visit_unit<E: Error>(self) -> Result<FlatKey<'a>, E> {
        Ok(FlatKey::Other(Content::Unit))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<FlatKey<'a>, E> {
        match N::find(value.as_bytes()) {
            Some(index) => Ok(FlatKey::Field(index)),
            None => ContentSeed(self.0).visit_str(value).map(FlatKey::Other),
        }
    }

    fn visit_bytes<E: Error>(self, value: &[u8]) -> Result<FlatKey<'a>, E> {
        match N::find(value) {
            Some(index) => Ok(FlatKey::Field(index)),
            None => ContentSeed(self.0).visit_bytes(value).map(FlatKey::Other),
        }
    }
}

/// The buffered entries.
pub struct Others<'s, 'a> {
    destination: Destination<'s, 'a>,
    entries: List<'s, 'a, Entry<'a>>,
}

impl fmt::Debug for Others<'_, '_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Others").finish_non_exhaustive()
    }
}

impl<'s, 'a> Others<'s, 'a> {
    /// Creates an empty buffer.
    #[must_use]
    pub fn new(destination: Destination<'s, 'a>) -> Self {
        Self { destination, entries: List::new(destination) }
    }

    /// Buffers the value of a key.
    ///
    /// # Errors
    ///
    /// Fails if the value is malformed, or the arena is at its limit.
    pub fn push<'de, A: MapAccess<'de>>(
        &mut self,
        key: Content<'a>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        let value = map.next_value_seed(ContentSeed(self.destination))?;
        self.entries.push(Some((key, value)))
    }

    /// Reads a flattened field.
    ///
    /// # Errors
    ///
    /// Fails if the entries do not fit the type.
    pub fn read<S: DeserializeSeed<'a>, E: Error>(&mut self, seed: S) -> Result<S::Value, E> {
        seed.deserialize(self.deserializer())
    }

    fn deserializer<E>(&mut self) -> FlatDeserializer<'_, 's, 'a, E> {
        let destination = self.destination;
        FlatDeserializer { destination, entries: self.entries.as_mut_slice(), error: PhantomData }
    }

    /// `deny_unknown_fields`: refuses an entry that no flattened field took.
    ///
    /// # Errors
    ///
    /// Fails if there is such an entry.
    pub fn refuse_rest<E: Error>(&mut self) -> Result<(), E> {
        match self.entries.as_mut_slice().iter().flatten().next() {
            None => Ok(()),
            Some((key, _)) => Err(match key.as_str() {
                Some(key) => E::custom(format_args!("unknown field `{key}`")),
                None => E::custom("unexpected map key"),
            }),
        }
    }
}

/// A deserializer over the entries that are left.
struct FlatDeserializer<'f, 's, 'a, E> {
    destination: Destination<'s, 'a>,
    entries: &'f mut [Entry<'a>],
    error: PhantomData<fn() -> E>,
}

/// Takes an entry with one of these keys.
fn take<'a>(entry: &mut Entry<'a>, names: &[&str]) -> Entry<'a> {
    let is_known =
        entry.is_some_and(|(key, _)| key.as_str().is_some_and(|name| names.contains(&name)));
    if is_known { entry.take() } else { None }
}

/// Methods of types that are no map.
macro_rules! refuse {
    ($($method:ident($($argument:ty),*))*) => {
        $(
            fn $method<V: Visitor<'a>>(self, $(_: $argument,)* _visitor: V) -> Result<V::Value, E> {
                Err(E::custom("can only flatten structs and maps"))
            }
        )*
    };
}

impl<'a, E: Error> Deserializer<'a> for FlatDeserializer<'_, '_, 'a, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.entries.iter_mut().find_map(|entry| take(entry, variants)) {
            Some((key, value)) => {
                let value = Some(value);
                visitor.visit_enum(EnumContent::<E, true>::new(self.destination, key, value))
            }
            None => {
                Err(E::custom(format_args!("no variant of enum {name} found in flattened data")))
            }
        }
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        let Self { destination, entries, error } = self;
        // Also without an entry: it is read for the second time.
        destination.count_read()?;
        visitor.visit_map(MapOfRest { destination, entries: entries.iter(), value: None, error })
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        let Self { destination, entries, error } = self;
        let entries = entries.iter_mut();
        visitor.visit_map(StructOfRest { destination, entries, fields, value: None, error })
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'a>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, E> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_unit()
    }

    refuse! {
        deserialize_bool()
        deserialize_i8()
        deserialize_i16()
        deserialize_i32()
        deserialize_i64()
        deserialize_u8()
        deserialize_u16()
        deserialize_u32()
        deserialize_u64()
        deserialize_f32()
        deserialize_f64()
        deserialize_char()
        deserialize_str()
        deserialize_string()
        deserialize_bytes()
        deserialize_byte_buf()
        deserialize_seq()
        deserialize_tuple(usize)
        deserialize_tuple_struct(&'static str, usize)
        deserialize_identifier()
    }
}

/// All entries that are left, for a map. It takes none.
struct MapOfRest<'f, 's, 'a, E> {
    destination: Destination<'s, 'a>,
    entries: slice::Iter<'f, Entry<'a>>,
    value: Option<Content<'a>>,
    error: PhantomData<fn() -> E>,
}

impl<'a, E: Error> MapAccess<'a> for MapOfRest<'_, '_, 'a, E> {
    type Error = E;

    fn next_key_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, E> {
        let Some(&(key, value)) = self.entries.by_ref().flatten().next() else { return Ok(None) };
        self.destination.count_read()?;
        self.value = Some(value);
        seed.deserialize(again::<E>(self.destination, key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, E> {
        let value = self.value.take().ok_or_else(|| E::custom("value is missing"))?;
        seed.deserialize(again::<E>(self.destination, value))
    }
}

/// The entries of a struct's fields. It takes them.
struct StructOfRest<'f, 's, 'a, E> {
    destination: Destination<'s, 'a>,
    entries: slice::IterMut<'f, Entry<'a>>,
    fields: &'static [&'static str],
    value: Option<Content<'a>>,
    error: PhantomData<fn() -> E>,
}

impl<'a, E: Error> MapAccess<'a> for StructOfRest<'_, '_, 'a, E> {
    type Error = E;

    fn next_key_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, E> {
        let fields = self.fields;
        let Some((key, value)) = self.entries.find_map(|entry| take(entry, fields)) else {
            return Ok(None);
        };
        self.destination.count_read()?;
        self.value = Some(value);
        seed.deserialize(once::<E>(self.destination, key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, E> {
        let value = self.value.take().ok_or_else(|| E::custom("value is missing"))?;
        seed.deserialize(once::<E>(self.destination, value))
    }
}
