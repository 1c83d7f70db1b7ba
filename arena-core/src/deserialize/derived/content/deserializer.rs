//! A deserializer over buffered [`Content`].

use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{Error, Expected, Unexpected, Visitor};

use super::Content;
use super::entries::{Elements, Entries};
use super::variant::EnumContent;
use crate::deserialize::Destination;
use crate::deserialize::destination::Handover;

/// A deserializer over buffered content. It is `Copy`, so several attempts can use it.
///
/// With `ONCE`, it also reads a unit from an empty map or list: the content of an internally
/// tagged variant is what is left of the map around the tag.
#[derive(Debug)]
pub struct ContentDeserializer<'s, 'a, E, const ONCE: bool> {
    destination: Destination<'s, 'a>,
    content: Content<'a>,
    error: PhantomData<fn() -> E>,
}

impl<E, const ONCE: bool> Clone for ContentDeserializer<'_, '_, E, ONCE> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E, const ONCE: bool> Copy for ContentDeserializer<'_, '_, E, ONCE> {}

/// A deserializer for the content of a variant with an internal tag.
#[inline]
pub fn once<'s, 'a, E>(
    destination: Destination<'s, 'a>,
    content: Content<'a>,
) -> ContentDeserializer<'s, 'a, E, true> {
    ContentDeserializer::new(destination, content)
}

/// A deserializer for several attempts.
#[inline]
pub fn again<'s, 'a, E>(
    destination: Destination<'s, 'a>,
    content: Content<'a>,
) -> ContentDeserializer<'s, 'a, E, false> {
    ContentDeserializer::new(destination, content)
}

impl<'s, 'a, E, const ONCE: bool> ContentDeserializer<'s, 'a, E, ONCE> {
    #[inline]
    pub(crate) fn new(destination: Destination<'s, 'a>, content: Content<'a>) -> Self {
        Self { destination, content, error: PhantomData }
    }
}

impl<'a, E: Error, const ONCE: bool> ContentDeserializer<'_, 'a, E, ONCE> {
    #[cold]
    fn invalid_type(self, expected: &dyn Expected) -> E {
        E::invalid_type(self.content.unexpected(), expected)
    }

    fn number<V: Visitor<'a>>(self, with_floats: bool, visitor: V) -> Result<V::Value, E> {
        match self.content {
            Content::F32(value) if with_floats => visitor.visit_f32(value),
            Content::F64(value) if with_floats => visitor.visit_f64(value),
            Content::U8(value) => visitor.visit_u8(value),
            Content::U16(value) => visitor.visit_u16(value),
            Content::U32(value) => visitor.visit_u32(value),
            Content::U64(value) => visitor.visit_u64(value),
            Content::I8(value) => visitor.visit_i8(value),
            Content::I16(value) => visitor.visit_i16(value),
            Content::I32(value) => visitor.visit_i32(value),
            Content::I64(value) => visitor.visit_i64(value),
            _ => Err(self.invalid_type(&visitor)),
        }
    }

    fn visit_text<V: Visitor<'a>>(self, text: &'a str, visitor: V) -> Result<V::Value, E> {
        self.destination.state.kept.set(text);
        visitor.visit_borrowed_str(text)
    }

    fn visit_seq<V: Visitor<'a>>(
        self,
        elements: &'a [Content<'a>],
        visitor: V,
    ) -> Result<V::Value, E> {
        Elements::<E, ONCE>::new(self.destination, elements).visit(visitor)
    }

    fn visit_map<V: Visitor<'a>>(
        self,
        entries: &'a [(Content<'a>, Content<'a>)],
        visitor: V,
    ) -> Result<V::Value, E> {
        Entries::<E, ONCE>::new(self.destination, entries).visit(visitor)
    }

    fn inner(self, content: &'a Content<'a>) -> Self {
        Self::new(self.destination, *content)
    }
}

/// Methods for one kind of number.
macro_rules! numbers {
    ($($method:ident($with_floats:literal))*) => {
        $(
            fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
                self.number($with_floats, visitor)
            }
        )*
    };
}

impl<'a, E: Error, const ONCE: bool> Deserializer<'a> for ContentDeserializer<'_, 'a, E, ONCE> {
    type Error = E;

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        let handover = &self.destination.state.handover;
        if let Handover::Asked = handover.get() {
            handover.set(Handover::Given(self.content));
            return visitor.visit_unit();
        }
        match self.content {
            Content::Bool(value) => visitor.visit_bool(value),
            Content::Char(value) => visitor.visit_char(value),
            Content::Str(text) => self.visit_text(text, visitor),
            Content::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            Content::Unit => visitor.visit_unit(),
            Content::None => visitor.visit_none(),
            Content::Some(content) => visitor.visit_some(self.inner(content)),
            Content::Newtype(content) => visitor.visit_newtype_struct(self.inner(content)),
            Content::Seq(elements) => self.visit_seq(elements, visitor),
            Content::Map(entries) => self.visit_map(entries, visitor),
            _ => self.number(true, visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        match self.content {
            Content::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.invalid_type(&visitor)),
        }
    }

    numbers! {
        deserialize_i8(false)
        deserialize_i16(false)
        deserialize_i32(false)
        deserialize_i64(false)
        deserialize_u8(false)
        deserialize_u16(false)
        deserialize_u32(false)
        deserialize_u64(false)
        deserialize_f32(true)
        deserialize_f64(true)
    }

    fn deserialize_char<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        match self.content {
            Content::Char(value) => visitor.visit_char(value),
            Content::Str(text) => self.visit_text(text, visitor),
            _ => Err(self.invalid_type(&visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        match self.content {
            Content::Str(text) => self.visit_text(text, visitor),
            Content::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            _ => Err(self.invalid_type(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        match self.content {
            Content::Seq(elements) => self.visit_seq(elements, visitor),
            _ => self.deserialize_str(visitor),
        }
    }

    fn deserialize_byte_buf<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        match self.content {
            Content::None => visitor.visit_none(),
            Content::Some(content) => visitor.visit_some(self.inner(content)),
            Content::Unit => visitor.visit_unit(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        match self.content {
            Content::Unit => visitor.visit_unit(),
            Content::Map([]) if ONCE => visitor.visit_unit(),
            _ => Err(self.invalid_type(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'a>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.content {
            _ if !ONCE => self.deserialize_unit(visitor),
            Content::Map([]) | Content::Seq([]) => visitor.visit_unit(),
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.content {
            Content::Newtype(content) => visitor.visit_newtype_struct(self.inner(content)),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        match self.content {
            Content::Seq(elements) => self.visit_seq(elements, visitor),
            _ => Err(self.invalid_type(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, E> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        _name: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, E> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        match self.content {
            Content::Map(entries) => self.visit_map(entries, visitor),
            _ => Err(self.invalid_type(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.content {
            Content::Seq(elements) => self.visit_seq(elements, visitor),
            Content::Map(entries) => self.visit_map(entries, visitor),
            _ => Err(self.invalid_type(&visitor)),
        }
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        let (variant, value) = match self.content {
            Content::Map([(variant, value)]) => (*variant, Some(*value)),
            Content::Map(_) => {
                return Err(E::invalid_value(Unexpected::Map, &"map with a single key"));
            }
            Content::Str(_) => (self.content, None),
            other => return Err(E::invalid_type(other.unexpected(), &"string or map")),
        };
        visitor.visit_enum(EnumContent::<E, ONCE>::new(self.destination, variant, value))
    }

    fn deserialize_identifier<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        match self.content {
            Content::Str(text) => self.visit_text(text, visitor),
            Content::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            Content::U8(value) => visitor.visit_u8(value),
            Content::U64(value) => visitor.visit_u64(value),
            _ => Err(self.invalid_type(&visitor)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_unit()
    }
}
