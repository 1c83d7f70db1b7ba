//! Texts: `&'a str`, `&'a mut str` and `&'a Path`.

use core::fmt;
use core::marker::PhantomData;
use std::path::Path;

use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

use crate::deserialize::derived::EmptyIn;
use crate::deserialize::{DeserializeIn, Destination};

/// What becomes of a text.
pub(crate) trait FromText<'a>: Sized {
    const EXPECTED: &'static str;

    fn from_text<E: Error>(destination: Destination<'_, 'a>, text: &str) -> Result<Self, E>;
}

pub(crate) struct Text<'s, 'a, T> {
    destination: Destination<'s, 'a>,
    value: PhantomData<fn() -> T>,
}

impl<'s, 'a, T> Text<'s, 'a, T> {
    #[inline]
    pub(crate) fn new(destination: Destination<'s, 'a>) -> Self {
        Self { destination, value: PhantomData }
    }
}

impl<'a, T: FromText<'a>> Visitor<'_> for Text<'_, 'a, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(self.destination, text)
    }

    #[inline]
    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<T, E> {
        match core::str::from_utf8(bytes) {
            Ok(text) => self.visit_str(text),
            Err(_) => Err(E::invalid_value(Unexpected::Bytes(bytes), &self)),
        }
    }
}

impl<'a> FromText<'a> for &'a str {
    const EXPECTED: &'static str = "a string";

    #[inline]
    fn from_text<E: Error>(destination: Destination<'_, 'a>, text: &str) -> Result<Self, E> {
        destination.text(text)
    }
}

impl<'a> FromText<'a> for &'a mut str {
    const EXPECTED: &'static str = "a string";

    #[inline]
    fn from_text<E: Error>(destination: Destination<'_, 'a>, text: &str) -> Result<Self, E> {
        destination.allocated(destination.arena.try_alloc_str(text))
    }
}

impl<'a> FromText<'a> for &'a Path {
    const EXPECTED: &'static str = "path string";

    #[inline]
    fn from_text<E: Error>(destination: Destination<'_, 'a>, text: &str) -> Result<Self, E> {
        destination.text(text).map(Path::new)
    }
}

macro_rules! text {
    ($($type:ty),+) => {$(
        impl<'a> DeserializeIn<'a> for $type {
            #[inline]
            fn deserialize_in<'de, D>(
                destination: Destination<'_, 'a>,
                deserializer: D,
            ) -> Result<Self, D::Error>
            where
                D: Deserializer<'de>,
            {
                deserializer.deserialize_str(Text::<Self>::new(destination))
            }

            fn as_key(&self) -> Option<String> {
                AsRef::<Path>::as_ref(self).to_str().map(str::to_owned)
            }
        }
    )+};
}

text!(&'a str, &'a mut str, &'a Path);

impl<'a> EmptyIn<'a> for &'a Path {
    #[inline]
    fn empty_in<E: Error>(_: Destination<'_, 'a>) -> Result<Self, E> {
        Ok(Path::new(""))
    }
}
