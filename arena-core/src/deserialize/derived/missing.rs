//! Fields that the document does not have.

use core::marker::PhantomData;

use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserializer, forward_to_deserialize_any};

/// The value of a missing field with `#[deserialize_in(serde)]`.
///
/// # Errors
///
/// Fails unless the type reads an option, which is `None`.
pub(super) fn missing_by_serde<T: DeserializeOwned, E: Error>(field: &'static str) -> Result<T, E> {
    T::deserialize(Missing(field, PhantomData))
}

/// The error of a missing field that a function of the user reads.
///
/// # Errors
///
/// Always fails.
pub fn missing_field<T, E: Error>(field: &'static str) -> Result<T, E> {
    Err(E::missing_field(field))
}

/// A deserializer that is the absent option, and fails for every other type.
struct Missing<E>(&'static str, PhantomData<E>);

impl<'de, E: Error> Deserializer<'de> for Missing<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
