//! Adjacently tagged enums: the tag and the content in either order.

use core::fmt;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};

use super::content::ContentSeed;
use super::names::{Names, identifier};
use super::once;
use crate::deserialize::Destination;

/// One adjacently tagged enum.
pub trait Adjacent<'s, 'a> {
    /// The names of the variants.
    type Names: Names;
    /// The enum.
    type Value;

    /// `deny_unknown_fields`
    const STRICT: bool;
    /// The name of the enum.
    const NAME: &'static str;
    /// What a visitor expects.
    const EXPECTING: &'static str;
    /// The keys of the tag and of the content.
    const KEYS: [&'static str; 2];

    /// The place of the values.
    fn destination(&self) -> Destination<'s, 'a>;

    /// Reads the content of a variant.
    ///
    /// # Errors
    ///
    /// Fails if the content does not fit the variant.
    fn content<'de, D: Deserializer<'de>>(
        &self,
        index: usize,
        deserializer: D,
    ) -> Result<Self::Value, D::Error>;

    /// The value of a variant without content.
    ///
    /// # Errors
    ///
    /// Fails if the variant needs content.
    fn without_content<E: Error>(&self, index: usize) -> Result<Self::Value, E>;
}

/// Returns a visitor for an adjacently tagged enum.
pub fn adjacent<'s, 'a, T: Adjacent<'s, 'a>>(of: T) -> AdjacentVisitor<'s, 'a, T> {
    AdjacentVisitor { of, lifetimes: PhantomData }
}

/// A visitor for an adjacently tagged enum.
#[derive(Debug)]
pub struct AdjacentVisitor<'s, 'a, T> {
    of: T,
    lifetimes: PhantomData<Destination<'s, 'a>>,
}

/// A key of the map.
#[derive(Clone, Copy)]
enum Key {
    Tag,
    Content,
    Other,
}

impl<'s, 'a, T: Adjacent<'s, 'a>> AdjacentVisitor<'s, 'a, T> {
    /// The next key that is the tag or the content.
    fn key<'de, A: MapAccess<'de>>(&self, map: &mut A) -> Result<Option<Key>, A::Error> {
        let seed = || KeySeed::<T>(PhantomData);
        while let Some(key) = map.next_key_seed(seed())? {
            match key {
                Key::Other => drop(map.next_value::<IgnoredAny>()?),
                key => return Ok(Some(key)),
            }
        }
        Ok(None)
    }

    fn tag<'de, A: MapAccess<'de>>(&self, map: &mut A) -> Result<usize, A::Error> {
        let read = map.next_value_seed(TagSeed::<T>(PhantomData));
        self.of.destination().in_field(T::KEYS[0], read)
    }

    fn content<'de, D: Deserializer<'de>>(
        &self,
        index: usize,
        deserializer: D,
    ) -> Result<T::Value, D::Error> {
        let read = self.of.content(index, deserializer);
        self.of.destination().in_field(T::KEYS[1], read)
    }

    /// Refuses a second tag or content.
    fn end<'de, A: MapAccess<'de>>(&self, map: &mut A) -> Result<(), A::Error> {
        match self.key(map)? {
            Some(Key::Tag) => Err(A::Error::duplicate_field(T::KEYS[0])),
            Some(_) => Err(A::Error::duplicate_field(T::KEYS[1])),
            None => Ok(()),
        }
    }
}

impl<'de, 's, 'a, T: Adjacent<'s, 'a>> Visitor<'de> for AdjacentVisitor<'s, 'a, T> {
    type Value = T::Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(T::EXPECTING)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T::Value, A::Error> {
        let value = match self.key(&mut map)? {
            Some(Key::Tag) => {
                let index = self.tag(&mut map)?;
                match self.key(&mut map)? {
                    Some(Key::Tag) => return Err(A::Error::duplicate_field(T::KEYS[0])),
                    Some(_) => map.next_value_seed(VariantSeed { visitor: &self, index })?,
                    None => return self.of.without_content(index),
                }
            }
            Some(_) => {
                let destination = self.of.destination();
                let content = map.next_value_seed(ContentSeed(destination))?;
                match self.key(&mut map)? {
                    Some(Key::Tag) => {
                        let index = self.tag(&mut map)?;
                        self.content(index, once::<A::Error>(destination, content))?
                    }
                    Some(_) => return Err(A::Error::duplicate_field(T::KEYS[1])),
                    None => return Err(A::Error::missing_field(T::KEYS[0])),
                }
            }
            None => return Err(A::Error::missing_field(T::KEYS[0])),
        };
        self.end(&mut map)?;
        Ok(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<T::Value, A::Error> {
        let Some(index) = seq.next_element_seed(identifier::<T::Names>())? else {
            return Err(A::Error::invalid_length(0, &self));
        };
        match seq.next_element_seed(VariantSeed { visitor: &self, index })? {
            Some(value) => Ok(value),
            None => Err(A::Error::invalid_length(1, &self)),
        }
    }
}

/// A seed for the content of a variant.
struct VariantSeed<'v, 's, 'a, T> {
    visitor: &'v AdjacentVisitor<'s, 'a, T>,
    index: usize,
}

impl<'de, 's, 'a, T: Adjacent<'s, 'a>> DeserializeSeed<'de> for VariantSeed<'_, 's, 'a, T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Value, D::Error> {
        self.visitor.content(self.index, deserializer)
    }
}

/// A seed for the tag: the name of a variant, which some formats write as an enum.
struct TagSeed<T>(PhantomData<T>);

impl<'de, 's, 'a, T: Adjacent<'s, 'a>> DeserializeSeed<'de> for TagSeed<T> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_enum(T::NAME, T::Names::NAMES, self)
    }
}

impl<'de, 's, 'a, T: Adjacent<'s, 'a>> Visitor<'de> for TagSeed<T> {
    type Value = usize;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "variant of enum {}", T::NAME)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<usize, A::Error> {
        let (index, variant) = data.variant_seed(identifier::<T::Names>())?;
        variant.unit_variant()?;
        Ok(index)
    }
}

/// A seed for a key of the map.
struct KeySeed<T>(PhantomData<T>);

impl<'de, 's, 'a, T: Adjacent<'s, 'a>> DeserializeSeed<'de> for KeySeed<T> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<'s, 'a, T: Adjacent<'s, 'a>> KeySeed<T> {
    fn find<E: Error>(self, key: &[u8], unexpected: Unexpected<'_>) -> Result<Key, E> {
        if key == T::KEYS[0].as_bytes() {
            Ok(Key::Tag)
        } else if key == T::KEYS[1].as_bytes() {
            Ok(Key::Content)
        } else if T::STRICT {
            Err(E::invalid_value(unexpected, &self))
        } else {
            Ok(Key::Other)
        }
    }
}

impl<'s, 'a, T: Adjacent<'s, 'a>> Visitor<'_> for KeySeed<T> {
    type Value = Key;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [tag, content] = T::KEYS;
        if T::STRICT {
            write!(formatter, "{tag:?} or {content:?}")
        } else {
            write!(formatter, "{tag:?}, {content:?}, or other ignored fields")
        }
    }

    fn visit_u64<E: Error>(self, index: u64) -> Result<Key, E> {
        match index {
            0 => Ok(Key::Tag),
            1 => Ok(Key::Content),
            _ if T::STRICT => Err(E::invalid_value(Unexpected::Unsigned(index), &self)),
            _ => Ok(Key::Other),
        }
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        self.find(key.as_bytes(), Unexpected::Str(key))
    }

    fn visit_bytes<E: Error>(self, key: &[u8]) -> Result<Key, E> {
        self.find(key, Unexpected::Bytes(key))
    }
}
