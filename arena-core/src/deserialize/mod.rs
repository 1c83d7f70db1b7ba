//! Deserialisation into an arena: [`DeserializeIn`], and [`Destination`], the place that its values
//! go to.
//!
//! serde's `Deserialize` has no argument for an allocator, so a `&'a [T]` or an unescaped `&'a str`
//! has no memory to go to. [`DeserializeIn`] is `Deserialize` with that argument. It uses serde's
//! data model and any of its `Deserializer`s.
//!
//! | file | content |
//! |---|---|
//! | `destination` | [`Destination`] and [`Seed`], which pass the arena through a deserializer |
//! | `entry` | `Arena::deserialize`, and what a deserialisation begins and ends with |
//! | `json`, `form` | `Arena::json`, `Arena::form` |
//! | `error`, `trace` | [`DeserializeError`], and the path to the value that does not fit |
//! | `scalars`, `texts`, `lists`, `tuples`, `pointers`, `standard`, `collections` | the types |
//! | `refused` | the types that own heap memory, and what to write instead |

mod collections;
#[doc(hidden)]
pub mod derived;
mod destination;
mod entry;
mod error;
#[cfg(feature = "json")]
mod form;
#[cfg(feature = "json")]
mod json;
mod lists;
mod pointers;
mod refused;
mod scalars;
mod standard;
mod texts;
mod trace;
mod tuples;

pub use destination::{Destination, Seed};
pub use error::DeserializeError;
#[cfg(feature = "json")]
pub use form::FormError;
#[cfg(feature = "json")]
pub use json::JsonError;
pub use refused::{
    MapOfTheArena, PathOfTheArena, ReferenceToTheArena, SetOfTheArena, SliceOfTheArena,
    SortedMapOfTheArena, SortedSetOfTheArena, TextOfTheArena,
};

use serde::Deserializer;

/// A value that a serde [`Deserializer`] fills, in memory of an arena.
///
/// `#[derive(DeserializeIn)]` implements it. [`Arena::json`](crate::Arena::json) and
/// [`Arena::deserialize`](crate::Arena::deserialize) call it. Texts are `&'a str`, and lists are
/// `&'a [T]`. A type that owns heap memory, such as `String`, does not implement it.
///
/// ```
/// use request_arena_core::{Site, scope};
/// use serde::de::value::{Error, StrDeserializer};
///
/// static SITE: Site = Site::new("greet", module_path!(), file!(), line!());
/// scope(&SITE, |arena| {
///     let name: &str = arena.deserialize(StrDeserializer::<Error>::new("Ada")).unwrap();
///     assert_eq!(name, "Ada");
/// });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be deserialized into an arena",
    label = "does not implement `DeserializeIn`",
    note = "for a type of yours, write `#[derive(DeserializeIn)]`",
    note = "for a type with serde's `Deserialize`, write `#[deserialize_in(serde)]` on its field"
)]
pub trait DeserializeIn<'a>: Sized + 'a {
    /// Whether dropping a value frees anything but memory of the arena. A slice of the arena is
    /// never dropped, so it refuses such elements when the crate is built.
    ///
    /// A collection over the arena needs no drop, although it implements `Drop`. A struct needs one
    /// if a field does.
    #[doc(hidden)]
    const NEEDS_DROP: bool = core::mem::needs_drop::<Self>();

    /// Deserialises a value into `destination`.
    ///
    /// # Errors
    ///
    /// Returns the deserializer's error: the document is malformed, or does not fit the type, or
    /// the arena is at its limit.
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

    /// The value as a key in the path of an error.
    #[doc(hidden)]
    #[inline]
    fn as_key(&self) -> Option<String> {
        None
    }

    /// The value of a field with `#[serde(flatten)]`. An `Option` is `None` if the entries that are
    /// left do not fit its type.
    #[doc(hidden)]
    #[inline]
    fn flattened_in<'de, D>(
        destination: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<Self, D::Error>
    where
        D: Deserializer<'de>,
    {
        Self::deserialize_in(destination, deserializer)
    }

    /// A list of such values, for `&'a mut [Self]`. `u8` also takes bytes.
    #[doc(hidden)]
    #[inline]
    fn list_in<'de, D>(
        destination: Destination<'_, 'a>,
        deserializer: D,
    ) -> Result<&'a mut [Self], D::Error>
    where
        D: Deserializer<'de>,
    {
        lists::sequence(destination, deserializer)
    }
}
