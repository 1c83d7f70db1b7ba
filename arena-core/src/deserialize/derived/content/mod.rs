//! [`Content`]: a value of any type, buffered in the arena.
//!
//! An enum without an external tag, and a `flatten` field, read a value before its type is known.
//! serde buffers such a value on the heap. Here its lists and texts are in the arena, so it is
//! `Copy`, and several attempts read it without a clone.

pub(crate) mod deserializer;
mod entries;
mod list;
pub(crate) mod variant;

use core::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, EnumAccess, Error, MapAccess, SeqAccess, Unexpected, Visitor};

pub(crate) use list::List;

use crate::deserialize::Destination;
use crate::deserialize::destination::Handover;

/// The most levels of a buffered value, as many as serde_json reads. Some formats bound the depth
/// of a document less or not at all, and a buffer is read by recursion.
const DEEPEST: usize = 128;

/// A value of any type in serde's data model.
#[derive(Clone, Copy, Debug)]
#[doc(hidden)]
pub enum Content<'a> {
    Bool(bool),
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    I8(i8),
    I16(i16),
    I32(i32),
    I64(i64),
    F32(f32),
    F64(f64),
    Char(char),
    Str(&'a str),
    Bytes(&'a [u8]),
    None,
    Some(&'a Content<'a>),
    Unit,
    Newtype(&'a Content<'a>),
    Seq(&'a [Content<'a>]),
    Map(&'a [(Content<'a>, Content<'a>)]),
}

impl<'a> Content<'a> {
    /// The content as a name.
    pub(crate) fn as_str(self) -> Option<&'a str> {
        match self {
            Content::Str(text) => Some(text),
            Content::Bytes(bytes) => core::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    #[cold]
    pub(crate) fn unexpected(self) -> Unexpected<'a> {
        match self {
            Content::Bool(value) => Unexpected::Bool(value),
            Content::U8(value) => Unexpected::Unsigned(value.into()),
            Content::U16(value) => Unexpected::Unsigned(value.into()),
            Content::U32(value) => Unexpected::Unsigned(value.into()),
            Content::U64(value) => Unexpected::Unsigned(value),
            Content::I8(value) => Unexpected::Signed(value.into()),
            Content::I16(value) => Unexpected::Signed(value.into()),
            Content::I32(value) => Unexpected::Signed(value.into()),
            Content::I64(value) => Unexpected::Signed(value),
            Content::F32(value) => Unexpected::Float(value.into()),
            Content::F64(value) => Unexpected::Float(value),
            Content::Char(value) => Unexpected::Char(value),
            Content::Str(text) => Unexpected::Str(text),
            Content::Bytes(bytes) => Unexpected::Bytes(bytes),
            Content::None | Content::Some(_) => Unexpected::Option,
            Content::Unit => Unexpected::Unit,
            Content::Newtype(_) => Unexpected::NewtypeStruct,
            Content::Seq(_) => Unexpected::Seq,
            Content::Map(_) => Unexpected::Map,
        }
    }
}

/// Buffers a value.
///
/// # Errors
///
/// Fails if the document is malformed, or the arena is at its limit.
#[inline]
pub fn content<'de, 'a, D: Deserializer<'de>>(
    destination: Destination<'_, 'a>,
    deserializer: D,
) -> Result<Content<'a>, D::Error> {
    ContentSeed(destination).deserialize(deserializer)
}

/// A seed and visitor for content.
#[derive(Clone, Copy)]
pub(crate) struct ContentSeed<'s, 'a>(pub(crate) Destination<'s, 'a>);

impl<'s, 'a> ContentSeed<'s, 'a> {
    /// Reads the values within this one.
    fn within<T, E: Error>(self, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let depth = &self.0.state.depth;
        let outer = depth.get();
        if outer == DEEPEST {
            return Err(E::custom("recursion limit exceeded"));
        }
        depth.set(outer + 1);
        let result = read();
        depth.set(outer);
        result
    }

    fn boxed<'de, D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<&'a Content<'a>, D::Error> {
        let content = self.within(|| self.deserialize(deserializer))?;
        self.0.allocated(self.0.arena().try_alloc(content)).map(|content| &*content)
    }
}

impl<'de, 'a> DeserializeSeed<'de> for ContentSeed<'_, 'a> {
    type Value = Content<'a>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Content<'a>, D::Error> {
        let handover = &self.0.state.handover;
        handover.set(Handover::Asked);
        let reads = self.0.reads();
        let read = deserializer.deserialize_any(self);
        match handover.replace(Handover::Idle) {
            Handover::Given(content) => read.map(|_unit| content),
            Handover::Idle | Handover::Asked => {
                // What is left of a map is buffered again. That makes the document no larger.
                if self.0.reads() == reads {
                    self.0.count_buffered();
                }
                read
            }
        }
    }
}

/// Visitor methods of numbers and the like.
macro_rules! visit_plain {
    ($($method:ident($ty:ty) => $variant:ident)*) => {
        $(
            fn $method<E: Error>(self, value: $ty) -> Result<Content<'a>, E> {
                Ok(Content::$variant(value))
            }
        )*
    };
}

impl<'de, 'a> Visitor<'de> for ContentSeed<'_, 'a> {
    type Value = Content<'a>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    visit_plain! {
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

    fn visit_str<E: Error>(self, value: &str) -> Result<Content<'a>, E> {
        self.0.text(value).map(Content::Str)
    }

    fn visit_bytes<E: Error>(self, value: &[u8]) -> Result<Content<'a>, E> {
        let copy = self.0.allocated(self.0.arena().try_alloc_slice_copy(value))?;
        Ok(Content::Bytes(copy))
    }

    fn visit_unit<E: Error>(self) -> Result<Content<'a>, E> {
        Ok(Content::Unit)
    }

    fn visit_none<E: Error>(self) -> Result<Content<'a>, E> {
        Ok(Content::None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Content<'a>, D::Error> {
        self.boxed(deserializer).map(Content::Some)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Content<'a>, D::Error> {
        self.boxed(deserializer).map(Content::Newtype)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Content<'a>, A::Error> {
        let mut list = List::new(self.0);
        self.within(|| {
            while let Some(element) = seq.next_element_seed(self)? {
                list.push(element)?;
            }
            Ok(())
        })?;
        Ok(Content::Seq(list.into_slice()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content<'a>, A::Error> {
        let mut list = List::new(self.0);
        self.within(|| {
            while let Some(entry) = map.next_entry_seed(self, self)? {
                list.push(entry)?;
            }
            Ok(())
        })?;
        Ok(Content::Map(list.into_slice()))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, _data: A) -> Result<Content<'a>, A::Error> {
        let text = "untagged and internally tagged enums do not support enum input";
        Err(A::Error::custom(text))
    }
}
