//! The index of a field or variant by its name, as text, as bytes, or as a number.

use core::fmt;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, Unexpected, Visitor};

/// The names of a struct's fields, or of an enum's variants.
pub trait Names {
    /// Whether they are variants, for messages.
    const IS_VARIANT: bool;
    /// All names, for messages.
    const NAMES: &'static [&'static str];
    /// The number of fields or variants.
    const COUNT: usize;
    /// The index of a name that is not listed. `None` makes it an error.
    const UNKNOWN: Option<usize>;

    /// The index of a name.
    fn find(name: &[u8]) -> Option<usize>;
}

/// A seed for the index of a name.
#[derive(Debug)]
pub struct Identifier<N>(PhantomData<N>);

/// Returns a seed for the index of a name.
#[inline]
pub fn identifier<N: Names>() -> Identifier<N> {
    Identifier(PhantomData)
}

/// The value of an enum without variants. Its identifier refuses every name.
pub fn no_variant<T, E: Error>(_index: usize) -> Result<T, E> {
    Err(E::custom("there are no variants"))
}

impl<'de, N: Names> DeserializeSeed<'de> for Identifier<N> {
    type Value = usize;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<N: Names> Visitor<'_> for Identifier<N> {
    type Value = usize;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if N::IS_VARIANT { "variant identifier" } else { "field identifier" })
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<usize, E> {
        match usize::try_from(value) {
            Ok(index) if index < N::COUNT => Ok(index),
            _ => N::UNKNOWN.ok_or_else(|| {
                let kind = if N::IS_VARIANT { "variant" } else { "field" };
                let expected = format!("{kind} index 0 <= i < {}", N::COUNT);
                E::invalid_value(Unexpected::Unsigned(value), &expected.as_str())
            }),
        }
    }

    #[inline]
    fn visit_str<E: Error>(self, value: &str) -> Result<usize, E> {
        match N::find(value.as_bytes()) {
            Some(index) => Ok(index),
            None => N::UNKNOWN.ok_or_else(|| unknown::<N, E>(value)),
        }
    }

    fn visit_bytes<E: Error>(self, value: &[u8]) -> Result<usize, E> {
        match N::find(value) {
            Some(index) => Ok(index),
            None => N::UNKNOWN.ok_or_else(|| unknown::<N, E>(&String::from_utf8_lossy(value))),
        }
    }
}

#[cold]
fn unknown<N: Names, E: Error>(name: &str) -> E {
    if N::IS_VARIANT {
        E::unknown_variant(name, N::NAMES)
    } else {
        E::unknown_field(name, N::NAMES)
    }
}
