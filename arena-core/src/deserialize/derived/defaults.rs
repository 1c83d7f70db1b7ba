//! `#[serde(default)]`: the value of a field that the document does not have.
//!
//! A collection of the arena has no `Default`, because it needs a handle. So it is empty in the
//! arena of the document. Every other type has its `Default`. As in `probe`, the compiler takes the
//! method of [`ByDefault`] where the bound of the inherent one does not hold.

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
    /// The default of a field.
    ///
    /// # Errors
    ///
    /// Fails if the arena is at its limit.
    #[inline]
    pub fn default_in<E: Error>(self, destination: Destination<'_, 'a>) -> Result<T, E> {
        T::empty_in(destination)
    }
}

/// The same for every other type.
pub trait ByDefault<'a, T>: Sized {
    /// The default of a field.
    ///
    /// # Errors
    ///
    /// Never fails.
    #[inline]
    fn default_in<E: Error>(self, _: Destination<'_, 'a>) -> Result<T, E>
    where
        T: HasDefault,
    {
        Ok(T::make_default())
    }
}

impl<'a, T> ByDefault<'a, T> for Probe<'a, T> {}

/// A field's type with `Default`, for the text of the error.
#[diagnostic::on_unimplemented(
    message = "`#[serde(default)]` needs `Default` for `{Self}`",
    label = "does not implement `Default`",
    note = "implement `Default`, or write `Option` around the type in place of the attribute",
    note = "a collection of the arena needs no `Default`, if it is the type of the field itself"
)]
pub trait HasDefault {
    #[doc(hidden)]
    fn make_default() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> HasDefault for T {
    #[inline]
    fn make_default() -> T {
        T::default()
    }
}

/// A type with `#[serde(default)]` on it, for the text of the error.
#[diagnostic::on_unimplemented(
    message = "`#[serde(default)]` on a type needs `Default` for `{Self}`",
    label = "does not implement `Default`",
    note = "if a field is a collection of the arena, write the attribute on each field"
)]
pub trait HasDefaultOfItsFields {
    #[doc(hidden)]
    fn make_default() -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Default> HasDefaultOfItsFields for T {
    #[inline]
    fn make_default() -> T {
        T::default()
    }
}

/// The value that gives its fields to a type with `#[serde(default)]` on it.
#[inline]
#[must_use]
pub fn default_of_fields<T: HasDefaultOfItsFields>() -> T {
    T::make_default()
}
