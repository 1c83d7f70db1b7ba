//! A field with `#[deserialize_in(serde)]`, which serde's own `Deserialize` reads.
//!
//! As in `probe`, a wrong type is one error: only [`read_by_serde`] asks for the trait.

use core::marker::PhantomData;

use serde::de::{DeserializeOwned, Error};

use super::missing::missing_by_serde;
use super::probe::Never;

/// Asks for the trait.
#[inline(always)]
pub fn read_by_serde<T: DeserializeOwned>() {}

/// The type of a field.
#[derive(Debug)]
pub struct SerdeProbe<T>(PhantomData<fn() -> T>);

/// Returns the type of a field.
#[inline(always)]
#[must_use]
pub fn by_serde<T>() -> SerdeProbe<T> {
    SerdeProbe(PhantomData)
}

impl<T: DeserializeOwned> SerdeProbe<T> {
    /// Returns a seed.
    #[inline(always)]
    pub fn seed(self) -> PhantomData<T> {
        PhantomData
    }

    /// The value of a missing field.
    ///
    /// # Errors
    ///
    /// Fails unless the type reads an option, which is `None`.
    #[inline]
    pub fn missing<E: Error>(self, field: &'static str) -> Result<T, E> {
        missing_by_serde(field)
    }
}

/// The same for a type without the trait. The call of [`read_by_serde`] is an error, so this code
/// never runs.
pub trait SerdeFallback<T>: Sized {
    /// See [`SerdeProbe::seed`].
    fn seed(self) -> Never<T> {
        Never::new()
    }

    /// See [`SerdeProbe::missing`].
    ///
    /// # Errors
    ///
    /// Always fails.
    fn missing<E: Error>(self, field: &'static str) -> Result<T, E> {
        Err(E::missing_field(field))
    }
}

impl<T> SerdeFallback<T> for SerdeProbe<T> {}
