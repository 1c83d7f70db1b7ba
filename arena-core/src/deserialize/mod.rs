//! Deserialisation into an arena: [`DeserializeIn`], and [`Destination`], the place that its values
//! go to.
//!
//! serde's `Deserialize` has no argument for an allocator, so a `&'a [T]` or an unescaped `&'a str`
//! has no memory to go to. [`DeserializeIn`] is `Deserialize` with that argument. It uses serde's
//! data model and any of its `Deserializer`s.

#[doc(hidden)]
pub mod derived;
mod destination;
mod trace;

pub use destination::{Destination, Seed};

use serde::Deserializer;

/// A value that a serde [`Deserializer`] fills, in memory of an arena.
///
/// `#[derive(DeserializeIn)]` implements it.
pub trait DeserializeIn<'a>: Sized {
    /// Deserialises a value into `destination`.
    ///
    /// # Errors
    ///
    /// Returns the deserializer's error: the document is malformed, or does not fit the type, or the
    /// arena is at its limit.
    fn deserialize_in<'de, D>(
        destination: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>;

    /// The value of a field that the document does not have. `None` makes it an error.
    #[doc(hidden)]
    #[inline]
    fn missing() -> Option<Self> {
        None
    }
}
