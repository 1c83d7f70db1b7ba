//! Access to the elements of a buffered list, and to the entries of a buffered map.

use core::fmt;
use core::marker::PhantomData;
use core::slice::Iter;

use serde::de::{DeserializeSeed, Error, Expected, MapAccess, SeqAccess, Visitor};

use super::Content;
use super::deserializer::ContentDeserializer;
use crate::deserialize::Destination;

/// The elements of a list.
pub(crate) struct Elements<'s, 'a, E, const ONCE: bool> {
    destination: Destination<'s, 'a>,
    elements: Iter<'a, Content<'a>>,
    count: usize,
    error: PhantomData<fn() -> E>,
}

impl<'s, 'a, E: Error, const ONCE: bool> Elements<'s, 'a, E, ONCE> {
    pub(crate) fn new(destination: Destination<'s, 'a>, elements: &'a [Content<'a>]) -> Self {
        Self { destination, elements: elements.iter(), count: 0, error: PhantomData }
    }

    /// Visits all elements. A visitor that leaves some is an error.
    pub(crate) fn visit<V: Visitor<'a>>(mut self, visitor: V) -> Result<V::Value, E> {
        let value = visitor.visit_seq(&mut self)?;
        match self.elements.len() {
            0 => Ok(value),
            rest => Err(E::invalid_length(self.count + rest, &In("sequence", self.count))),
        }
    }
}

impl<'a, E: Error, const ONCE: bool> SeqAccess<'a> for Elements<'_, 'a, E, ONCE> {
    type Error = E;

    fn next_element_seed<S: DeserializeSeed<'a>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, E> {
        let Some(element) = self.elements.next() else { return Ok(None) };
        self.destination.count_read()?;
        self.count += 1;
        let deserializer = ContentDeserializer::<E, ONCE>::new(self.destination, *element);
        seed.deserialize(deserializer).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.len())
    }
}

/// The entries of a map.
pub(crate) struct Entries<'s, 'a, E, const ONCE: bool> {
    destination: Destination<'s, 'a>,
    entries: Iter<'a, (Content<'a>, Content<'a>)>,
    value: Option<Content<'a>>,
    count: usize,
    error: PhantomData<fn() -> E>,
}

impl<'s, 'a, E: Error, const ONCE: bool> Entries<'s, 'a, E, ONCE> {
    pub(crate) fn new(
        destination: Destination<'s, 'a>,
        entries: &'a [(Content<'a>, Content<'a>)],
    ) -> Self {
        let error = PhantomData;
        Self { destination, entries: entries.iter(), value: None, count: 0, error }
    }

    /// Visits all entries. A visitor that leaves some is an error.
    pub(crate) fn visit<V: Visitor<'a>>(mut self, visitor: V) -> Result<V::Value, E> {
        let value = visitor.visit_map(&mut self)?;
        match self.entries.len() {
            0 => Ok(value),
            rest => Err(E::invalid_length(self.count + rest, &In("map", self.count))),
        }
    }
}

impl<'a, E: Error, const ONCE: bool> MapAccess<'a> for Entries<'_, 'a, E, ONCE> {
    type Error = E;

    fn next_key_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<Option<S::Value>, E> {
        let Some(&(key, value)) = self.entries.next() else { return Ok(None) };
        self.destination.count_read()?;
        self.count += 1;
        self.value = Some(value);
        seed.deserialize(ContentDeserializer::<E, ONCE>::new(self.destination, key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'a>>(&mut self, seed: S) -> Result<S::Value, E> {
        let value = self.value.take().ok_or_else(|| E::custom("value is missing"))?;
        seed.deserialize(ContentDeserializer::<E, ONCE>::new(self.destination, value))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// `3 elements in sequence`
struct In(&'static str, usize);

impl Expected for In {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.1 {
            1 => write!(formatter, "1 element in {}", self.0),
            count => write!(formatter, "{count} elements in {}", self.0),
        }
    }
}
