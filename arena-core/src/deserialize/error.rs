//! [`DeserializeError`]: a deserializer's error, with the path to the value that does not fit.

use core::fmt;

use crate::error::ArenaError;

/// The error of a deserialisation into an arena: the deserializer's own error `E`, and the path to
/// the value that does not fit.
///
/// It borrows nothing, so it may leave the request.
///
/// ```
/// use request_arena_core::{Site, scope};
/// use serde::de::value::{Error, I32Deserializer, MapDeserializer};
///
/// static SITE: Site = Site::new("path", module_path!(), file!(), line!());
/// scope(&SITE, |arena| {
///     let numbers = MapDeserializer::<_, Error>::new([("one", 1), ("many", -1)].into_iter());
///     let map: Result<request_arena_core::collections::HashMap<'_, &str, u32>, _> =
///         arena.deserialize(numbers);
///     assert_eq!(map.unwrap_err().path(), "many");
/// });
/// ```
pub struct DeserializeError<E> {
    pub(crate) error: E,
    path: Box<str>,
    refused: Option<ArenaError>,
}

impl<E> DeserializeError<E> {
    pub(crate) fn new(error: E, path: String, refused: Option<ArenaError>) -> Self {
        Self { error, path: path.into_boxed_str(), refused }
    }

    /// Returns the path to the value, such as `items[3].price`. It is empty if the document as a
    /// whole is wrong.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the arena's error, if the arena was at its limit.
    #[must_use]
    pub fn refused(&self) -> Option<ArenaError> {
        self.refused
    }

    /// Returns the deserializer's error.
    #[must_use]
    pub fn get_ref(&self) -> &E {
        &self.error
    }

    /// Converts the error to the deserializer's error, without the path.
    #[must_use]
    pub fn into_inner(self) -> E {
        self.error
    }
}

impl<E: fmt::Display> fmt::Display for DeserializeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        self.error.fmt(f)
    }
}

impl<E: fmt::Debug> fmt::Debug for DeserializeError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeserializeError")
            .field("path", &self.path)
            .field("error", &self.error)
            .finish()
    }
}

impl<E: core::error::Error + 'static> core::error::Error for DeserializeError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}
