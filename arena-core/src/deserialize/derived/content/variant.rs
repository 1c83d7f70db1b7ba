//! Access to a variant of an enum in buffered content.

use core::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeSeed, EnumAccess, Error, Unexpected, VariantAccess, Visitor};

use super::Content;
use super::deserializer::ContentDeserializer;
use super::entries::{Elements, Entries};
use crate::deserialize::Destination;

/// A variant's name, and its value if it has one.
pub(crate) struct EnumContent<'s, 'a, E, const ONCE: bool> {
    destination: Destination<'s, 'a>,
    name: Content<'a>,
    value: Option<Content<'a>>,
    error: PhantomData<fn() -> E>,
}

impl<'s, 'a, E, const ONCE: bool> EnumContent<'s, 'a, E, ONCE> {
    pub(crate) fn new(
        destination: Destination<'s, 'a>,
        name: Content<'a>,
        value: Option<Content<'a>>,
    ) -> Self {
        Self { destination, name, value, error: PhantomData }
    }
}

impl<'a, E: Error, const ONCE: bool> EnumAccess<'a> for EnumContent<'_, 'a, E, ONCE> {
    type Error = E;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'a>>(self, seed: S) -> Result<(S::Value, Self), E> {
        self.destination.count_read()?;
        let deserializer = ContentDeserializer::<E, ONCE>::new(self.destination, self.name);
        seed.deserialize(deserializer).map(|name| (name, self))
    }
}

impl<'a, E: Error, const ONCE: bool> VariantAccess<'a> for EnumContent<'_, 'a, E, ONCE> {
    type Error = E;

    fn unit_variant(self) -> Result<(), E> {
        match self.value {
            Some(value) => Deserialize::deserialize(ContentDeserializer::<E, ONCE>::new(
                self.destination,
                value,
            )),
            None => Ok(()),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'a>>(self, seed: S) -> Result<S::Value, E> {
        match self.value {
            Some(value) => {
                seed.deserialize(ContentDeserializer::<E, ONCE>::new(self.destination, value))
            }
            None => Err(E::invalid_type(Unexpected::UnitVariant, &"newtype variant")),
        }
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, E> {
        match self.value {
            Some(Content::Seq(elements)) => {
                Elements::<E, ONCE>::new(self.destination, elements).visit(visitor)
            }
            other => Err(E::invalid_type(unexpected(other), &"tuple variant")),
        }
    }

    fn struct_variant<V: Visitor<'a>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.value {
            Some(Content::Map(entries)) => {
                Entries::<E, ONCE>::new(self.destination, entries).visit(visitor)
            }
            Some(Content::Seq(elements)) => {
                Elements::<E, ONCE>::new(self.destination, elements).visit(visitor)
            }
            other => Err(E::invalid_type(unexpected(other), &"struct variant")),
        }
    }
}

fn unexpected(value: Option<Content<'_>>) -> Unexpected<'_> {
    value.map_or(Unexpected::UnitVariant, Content::unexpected)
}
