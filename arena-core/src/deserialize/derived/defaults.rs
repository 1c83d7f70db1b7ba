//! `#[serde(default)]`: the value of a field that the document does not have.
//!
//! A collection of the arena has no `Default`, because it needs a handle. So it is empty in the
//! arena of the document. Every other type has its `Default`. As in `probe`, the compiler takes the
//! method of [`ByDefault`] where the bound of the inherent one does not hold.
//!
//! The expansion passes `Default::default` to either method. So the compiler reports a missing
//! `Default` as that of the user's type, and names nothing of this crate.

use serde::de::Error;

use crate::deserialize::Destination;
use crate::deserialize::derived::probe::Probe;

/// A type without a `Default` of its own that an arena can make one for.
pub trait EmptyIn<'a>: Sized {
    /// Returns an empty value in the arena.
    ///
    /// # Errors
    ///
    /// Fails if the arena is at its limit.
    fn empty_in<E: Error>(destination: Destination<'_, 'a>) -> Result<Self, E>;
}

impl<'a, T: EmptyIn<'a>> Probe<'a, T> {
    /// The default of a field. The type needs no `Default`, so the function has another type.
    ///
    /// # Errors
    ///
    /// Fails if the arena is at its limit.
    #[inline]
    pub fn default_in<E: Error>(self, destination: Destination<'_, 'a>, _: fn()) -> Result<T, E> {
        T::empty_in(destination)
    }
}

/// The same for every other type.
pub trait ByDefault<'a, T>: Sized {
    /// The default of a field, made by the type's own `Default::default`.
    ///
    /// # Errors
    ///
    /// Never fails.
    #[inline]
    fn default_in<E: Error>(self, _: Destination<'_, 'a>, make: fn() -> T) -> Result<T, E> {
        Ok(make())
    }
}

impl<'a, T> ByDefault<'a, T> for Probe<'a, T> {}
