//! JSON for responses: [`to_writer`] writes what `serde_json::to_writer` writes, in fewer
//! instructions.
//!
//! serde_json looks up each byte of each text in a table, and writes a text with its quotes as
//! three pieces. Half of the instructions of a typical answer are in there. This serializer looks
//! for characters to escape in words of eight bytes, and writes names of fields without a search.
//! Everything rare is left to serde_json: floats, keys that are no texts, integers of 128 bits.
//!
//! **Invariant:** the bytes are those of serde_json. Tests compare both over every kind of value.

mod compound;
mod escape;
mod key;
mod raw;
#[cfg(test)]
mod tests;
mod text_only;

use std::fmt::{self, Display};
use std::io::{self, Write};

use serde::Serialize;
use serde::ser::Serializer;
use serde_json::{Error, Result};

use self::compound::Compound;

/// Writes `value` as JSON, byte for byte as `serde_json::to_writer`.
///
/// # Errors
///
/// Fails if the writer does, or if the value has no representation in JSON, such as a map with a
/// list as a key.
pub fn to_writer<W: Write, T: Serialize + ?Sized>(writer: &mut W, value: &T) -> Result<()> {
    value.serialize(Json(writer))
}

/// A serializer that writes to `W`.
struct Json<'w, W>(&'w mut W);

/// Keeps the message of an error of the writer.
#[cold]
fn failed(error: io::Error) -> Error {
    serde::ser::Error::custom(error)
}

impl<'w, W: Write> Json<'w, W> {
    #[inline]
    fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.write_all(bytes).map_err(failed)
    }

    #[inline]
    fn integer(mut self, integer: impl itoa::Integer) -> Result<()> {
        self.bytes(itoa::Buffer::new().format(integer).as_bytes())
    }

    /// Writes a value of a kind that is rare.
    fn rare(self, value: &(impl Serialize + ?Sized)) -> Result<()> {
        serde_json::to_writer(self.0, value)
    }

    /// Writes the beginning of a variant with content: `{"name":`.
    fn variant(&mut self, name: &'static str) -> Result<()> {
        self.bytes(b"{")?;
        escape::text(self.0, name).map_err(failed)?;
        self.bytes(b":")
    }
}

impl<'w, W: Write> Serializer for Json<'w, W> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Compound<'w, W>;
    type SerializeTuple = Compound<'w, W>;
    type SerializeTupleStruct = Compound<'w, W>;
    type SerializeTupleVariant = Compound<'w, W>;
    type SerializeMap = Compound<'w, W>;
    type SerializeStruct = Compound<'w, W>;
    type SerializeStructVariant = Compound<'w, W>;

    #[inline]
    fn serialize_bool(mut self, value: bool) -> Result<()> {
        self.bytes(if value { b"true" } else { b"false" })
    }

    #[inline]
    fn serialize_i8(self, value: i8) -> Result<()> {
        self.integer(value)
    }

    #[inline]
    fn serialize_i16(self, value: i16) -> Result<()> {
        self.integer(value)
    }

    #[inline]
    fn serialize_i32(self, value: i32) -> Result<()> {
        self.integer(value)
    }

    #[inline]
    fn serialize_i64(self, value: i64) -> Result<()> {
        self.integer(value)
    }

    fn serialize_i128(self, value: i128) -> Result<()> {
        self.rare(&value)
    }

    #[inline]
    fn serialize_u8(self, value: u8) -> Result<()> {
        self.integer(value)
    }

    #[inline]
    fn serialize_u16(self, value: u16) -> Result<()> {
        self.integer(value)
    }

    #[inline]
    fn serialize_u32(self, value: u32) -> Result<()> {
        self.integer(value)
    }

    #[inline]
    fn serialize_u64(self, value: u64) -> Result<()> {
        self.integer(value)
    }

    fn serialize_u128(self, value: u128) -> Result<()> {
        self.rare(&value)
    }

    fn serialize_f32(self, value: f32) -> Result<()> {
        self.rare(&value)
    }

    fn serialize_f64(self, value: f64) -> Result<()> {
        self.rare(&value)
    }

    #[inline]
    fn serialize_char(self, value: char) -> Result<()> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<()> {
        escape::text(self.0, value).map_err(failed)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<()> {
        self.collect_seq(value)
    }

    #[inline]
    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit(mut self) -> Result<()> {
        self.bytes(b"null")
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<()> {
        self.serialize_str(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        self.variant(variant)?;
        value.serialize(Json(&mut *self.0))?;
        self.bytes(b"}")
    }

    #[inline]
    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq> {
        Compound::list(self.0)
    }

    #[inline]
    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple> {
        Compound::list(self.0)
    }

    #[inline]
    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct> {
        Compound::list(self.0)
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        self.variant(variant)?;
        Compound::list(self.0)
    }

    #[inline]
    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap> {
        Compound::map(self.0)
    }

    #[inline]
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeStruct> {
        if raw::is_raw(name) { Ok(Compound::raw(self.0)) } else { Compound::map(self.0) }
    }

    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant> {
        self.variant(variant)?;
        Compound::map(self.0)
    }

    fn collect_str<T: Display + ?Sized>(mut self, value: &T) -> Result<()> {
        /// Escapes each piece, and keeps the error of the writer.
        struct Pieces<'w, W> {
            writer: &'w mut W,
            failed: Option<io::Error>,
        }
        impl<W: Write> fmt::Write for Pieces<'_, W> {
            fn write_str(&mut self, piece: &str) -> fmt::Result {
                escape::contents(self.writer, piece).map_err(|error| {
                    self.failed = Some(error);
                    fmt::Error
                })
            }
        }

        self.bytes(b"\"")?;
        let mut pieces = Pieces { writer: &mut *self.0, failed: None };
        if fmt::write(&mut pieces, format_args!("{value}")).is_err() {
            let other = || io::Error::other("a `Display` implementation returned an error");
            return Err(failed(pieces.failed.unwrap_or_else(other)));
        }
        self.bytes(b"\"")
    }
}
