//! Lists, maps and structs.

use std::io::Write;

use serde::Serialize;
use serde::ser;
use serde_json::{Error, Result};

use super::{Json, escape, failed, key, raw};

/// A list, a map, or a struct, of which some elements are written.
pub(super) struct Compound<'w, W> {
    writer: &'w mut W,
    /// What comes before the next element.
    before: Before,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Comma,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Usual,
    /// A struct of one text that is written as it is.
    Raw,
}

impl<'w, W: Write> Compound<'w, W> {
    #[inline]
    pub(super) fn list(writer: &'w mut W) -> Result<Self> {
        writer.write_all(b"[").map_err(failed)?;
        Ok(Self { writer, before: Before::Nothing, kind: Kind::Usual })
    }

    #[inline]
    pub(super) fn map(writer: &'w mut W) -> Result<Self> {
        writer.write_all(b"{").map_err(failed)?;
        Ok(Self { writer, before: Before::Nothing, kind: Kind::Usual })
    }

    pub(super) fn raw(writer: &'w mut W) -> Self {
        Self { writer, before: Before::Nothing, kind: Kind::Raw }
    }

    #[inline]
    fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.writer.write_all(bytes).map_err(failed)
    }

    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        if self.before == Before::Comma {
            self.bytes(b",")?;
        }
        self.before = Before::Comma;
        value.serialize(Json(&mut *self.writer))
    }

    #[inline]
    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        if self.kind == Kind::Raw {
            return raw::write(self.writer, value);
        }
        self.bytes(if self.before == Before::Comma { b",\"" } else { b"\"" })?;
        self.before = Before::Comma;
        escape::contents(self.writer, name).map_err(failed)?;
        self.bytes(b"\":")?;
        value.serialize(Json(&mut *self.writer))
    }
}

macro_rules! lists {
    ($($of:ident: $method:ident, $end:expr;)*) => {$(
        impl<W: Write> ser::$of for Compound<'_, W> {
            type Ok = ();
            type Error = Error;

            #[inline]
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.element(value)
            }

            #[inline]
            fn end(mut self) -> Result<()> {
                self.bytes($end)
            }
        }
    )*};
}

lists! {
    SerializeSeq: serialize_element, b"]";
    SerializeTuple: serialize_element, b"]";
    SerializeTupleStruct: serialize_field, b"]";
    SerializeTupleVariant: serialize_field, b"]}";
}

impl<W: Write> ser::SerializeMap for Compound<'_, W> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        if self.before == Before::Comma {
            self.bytes(b",")?;
        }
        self.before = Before::Comma;
        key::write(self.writer, key)
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.bytes(b":")?;
        value.serialize(Json(&mut *self.writer))
    }

    #[inline]
    fn end(mut self) -> Result<()> {
        self.bytes(b"}")
    }
}

impl<W: Write> ser::SerializeStruct for Compound<'_, W> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<()> {
        self.field(name, value)
    }

    #[inline]
    fn end(mut self) -> Result<()> {
        if self.kind == Kind::Raw { Ok(()) } else { self.bytes(b"}") }
    }
}

impl<W: Write> ser::SerializeStructVariant for Compound<'_, W> {
    type Ok = ();
    type Error = Error;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<()> {
        self.field(name, value)
    }

    #[inline]
    fn end(mut self) -> Result<()> {
        self.bytes(b"}}")
    }
}
