//! [`Arena::form`]: `application/x-www-form-urlencoded` data, as in the body of a form and in a
//! query string.
//!
//! It accepts what serde_urlencoded accepts, which axum and actix-web use. Percent-encoded texts
//! are decoded into the arena, and all others borrow from the input's copy there.

use core::cell::Cell;
use core::fmt::{self, Write};
use core::marker::PhantomData;

use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeSeed, EnumAccess, IntoDeserializer, VariantAccess, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};

use crate::arena::handle::Arena;
use crate::deserialize::entry::or_panic_at_the_limit;
use crate::deserialize::{DeserializeError, DeserializeIn};
use crate::error::ArenaError;

/// The error of a form or a query string, with the path to the field.
pub type FormError = DeserializeError<de::value::Error>;

impl<'a> Arena<'a> {
    /// Deserialises the body of a form, or a query string, into the arena.
    ///
    /// ```
    /// use request_arena_core::{Site, collections::HashMap, scope};
    ///
    /// static SITE: Site = Site::new("form", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let form: HashMap<'_, &str, &str> = arena.form("city=S%C3%A3o+Paulo&page=2").unwrap();
    ///     assert_eq!((form["city"], form["page"]), ("São Paulo", "2"));
    /// });
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the fields do not fit `T`. Each pair of names and values is accepted, as in
    /// browsers. Bytes that are not UTF-8 become U+FFFD.
    ///
    /// # Panics
    ///
    /// Panics if the limit, the budget or the global allocator refuses a chunk.
    /// [`try_form`](Arena::try_form) returns an error instead.
    pub fn form<T: DeserializeIn<'a>>(&self, form: impl AsRef<[u8]>) -> Result<T, FormError> {
        or_panic_at_the_limit(self, self.try_form(form))
    }

    /// Like [`form`](Arena::form), but returns an error at the limit, too.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`form`](Arena::form), if the arena is at its limit, and
    /// if the global allocator refuses a chunk.
    pub fn try_form<T: DeserializeIn<'a>>(&self, form: impl AsRef<[u8]>) -> Result<T, FormError> {
        self.fill("", |to| {
            let copy = to.allocated(self.try_alloc_slice_copy(form.as_ref()))?;
            let is_field = |field: &&mut [u8]| !field.is_empty();
            let mut fields = copy.split_mut(is_separator).filter(is_field);
            let refused = Cell::new(None);
            // Decoded when they are read, so that a field that `T` does not have takes no memory.
            let pairs = core::iter::from_fn(|| {
                pair(self, fields.next()?).map_err(|error| refused.set(Some(error))).ok()
            });
            let read = T::deserialize_in(to, MapDeserializer::new(pairs));
            refused.get().map_or(read, |refused| to.allocated(Err(refused)))
        })
    }
}

fn is_separator(byte: &u8) -> bool {
    *byte == b'&'
}

/// Splits a field into name and value, and decodes both.
fn pair<'a>(arena: &Arena<'a>, field: &'a mut [u8]) -> Result<(Part<'a>, Part<'a>), ArenaError> {
    let end = field.iter().position(|&byte| byte == b'=').unwrap_or(field.len());
    let (name, value) = field.split_at_mut(end);
    let value = value.split_first_mut().map_or(&mut [][..], |(_equals, value)| value);
    Ok((decode(arena, name)?, decode(arena, value)?))
}

/// Decodes a text in place: `+` is a space, and `%2B` a byte. Other bytes stay, also a `%` that no
/// two hexadecimal digits follow.
fn decode<'a>(arena: &Arena<'a>, text: &'a mut [u8]) -> Result<Part<'a>, ArenaError> {
    let (mut read, mut write) = (0, 0);
    while let Some(&byte) = text.get(read) {
        let hex = |offset| {
            let digit = *text.get(read + offset)?;
            char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
        };
        let (decoded, length) = match (byte, hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => (high << 4 | low, 3),
            (b'+', ..) => (b' ', 1),
            _ => (byte, 1),
        };
        text[write] = decoded;
        read += length;
        write += 1;
    }
    let decoded: &'a [u8] = &text[..write];
    match core::str::from_utf8(decoded) {
        Ok(text) => Ok(Part(text)),
        Err(_) => arena.try_alloc_fmt(format_args!("{}", Lossy(decoded))).map(|text| Part(text)),
    }
}

/// Bytes as text, with U+FFFD in place of what is not UTF-8.
struct Lossy<'b>(&'b [u8]);

impl fmt::Display for Lossy<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(chunk.valid())?;
            if !chunk.invalid().is_empty() {
                f.write_char(char::REPLACEMENT_CHARACTER)?;
            }
        }
        Ok(())
    }
}

/// A name or a value. A number, a `bool` and an enum are read from its text.
#[derive(Clone, Copy)]
struct Part<'a>(&'a str);

impl<'a, E: de::Error> IntoDeserializer<'a, E> for Part<'a> {
    type Deserializer = PartDeserializer<'a, E>;

    fn into_deserializer(self) -> PartDeserializer<'a, E> {
        PartDeserializer { text: self.0, error: PhantomData }
    }
}

struct PartDeserializer<'a, E> {
    text: &'a str,
    error: PhantomData<E>,
}

macro_rules! parsed {
    ($($method:ident $visit:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
            match self.text.parse() {
                Ok(value) => visitor.$visit(value),
                Err(error) => Err(E::custom(error)),
            }
        }
    )+};
}

impl<'de, E: de::Error> Deserializer<'de> for PartDeserializer<'de, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        visitor.visit_enum(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    parsed! {
        deserialize_bool visit_bool
        deserialize_u8 visit_u8
        deserialize_u16 visit_u16
        deserialize_u32 visit_u32
        deserialize_u64 visit_u64
        deserialize_i8 visit_i8
        deserialize_i16 visit_i16
        deserialize_i32 visit_i32
        deserialize_i64 visit_i64
        deserialize_f32 visit_f32
        deserialize_f64 visit_f64
    }

    forward_to_deserialize_any! {
        char str string unit bytes byte_buf unit_struct tuple_struct struct identifier tuple
        ignored_any seq map
    }
}

impl<'a, E: de::Error> EnumAccess<'a> for PartDeserializer<'a, E> {
    type Error = E;
    type Variant = Unit<E>;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Unit<E>), E> {
        seed.deserialize(self).map(|variant| (variant, Unit(PhantomData)))
    }
}

/// A variant of an enum, which has no content in a form.
struct Unit<E>(PhantomData<E>);

impl<'a, E: de::Error> VariantAccess<'a> for Unit<E> {
    type Error = E;

    fn unit_variant(self) -> Result<(), E> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, _: T) -> Result<T::Value, E> {
        Err(E::custom("expected unit variant"))
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, _: V) -> Result<V::Value, E> {
        Err(E::custom("expected unit variant"))
    }

    fn struct_variant<V: Visitor<'a>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, E> {
        Err(E::custom("expected unit variant"))
    }
}
