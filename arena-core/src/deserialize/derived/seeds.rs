//! Small seeds, and conversions after them.

use core::fmt::Display;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, Visitor};

/// A seed that reads a map with a visitor.
#[derive(Debug)]
pub struct MapSeed<V>(pub V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for MapSeed<V> {
    type Value = V::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_map(self.0)
    }
}

/// Steps over the value of an unknown field.
///
/// # Errors
///
/// Fails if the value is malformed.
#[inline]
pub fn ignore_value<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    map.next_value::<IgnoredAny>().map(|IgnoredAny| ())
}

/// `#[serde(from = "..")]`
///
/// # Errors
///
/// Fails as the other type does.
#[inline]
pub fn from<'de, S, T, D>(seed: S, deserializer: D) -> Result<T, D::Error>
where
    S: DeserializeSeed<'de>,
    T: From<S::Value>,
    D: Deserializer<'de>,
{
    seed.deserialize(deserializer).map(T::from)
}

/// `#[serde(try_from = "..")]`
///
/// # Errors
///
/// Fails as the other type or the conversion does.
#[inline]
pub fn try_from<'de, S, T, D>(seed: S, deserializer: D) -> Result<T, D::Error>
where
    S: DeserializeSeed<'de>,
    T: TryFrom<S::Value, Error: Display>,
    D: Deserializer<'de>,
{
    T::try_from(seed.deserialize(deserializer)?).map_err(D::Error::custom)
}
