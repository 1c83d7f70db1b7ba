//! [`Arena::json`]: a JSON document, in the arena.
//!
//! The document is copied into the arena as a whole, so that every text without an escape can
//! borrow from the copy. One check of its UTF-8 serves all texts. A document that is not UTF-8
//! takes serde_json's own way, which accepts such bytes in a field that the type does not have.

use crate::arena::handle::Arena;
use crate::deserialize::entry::or_panic_at_the_limit;
use crate::deserialize::{DeserializeError, DeserializeIn};

/// The error of a JSON document, with line, column and path.
pub type JsonError = DeserializeError<serde_json::Error>;

impl DeserializeError<serde_json::Error> {
    /// Returns the line of the error, from 1. It is 0 if the error has no place.
    #[must_use]
    pub fn line(&self) -> usize {
        self.error.line()
    }

    /// Returns the column of the error in bytes, from 1. It is 0 if the error has no place.
    #[must_use]
    pub fn column(&self) -> usize {
        self.error.column()
    }

    /// Whether the document is not JSON. Otherwise it is JSON that does not fit the type.
    #[must_use]
    pub fn is_syntax(&self) -> bool {
        !self.error.is_data()
    }
}

impl<'a> Arena<'a> {
    /// Deserialises a JSON document into the arena.
    ///
    /// The document is copied into the arena once. Texts without an escape borrow from that copy.
    ///
    /// ```
    /// use request_arena_core::{Site, scope};
    ///
    /// static SITE: Site = Site::new("json", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let pairs: &[(&str, f64)] = arena.json(br#"[["Paris", 2.1], ["Rome", 2.8]]"#).unwrap();
    ///     assert_eq!(pairs[1], ("Rome", 2.8));
    ///
    ///     let error = arena.json::<&[(&str, f64)]>(br#"[["Paris", "2.1"]]"#).unwrap_err();
    ///     assert_eq!((error.path(), error.line(), error.column()), ("[0][1]", 1, 16));
    /// });
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if the document is not JSON, does not fit `T`, or nests more than 127 levels deep.
    ///
    /// # Panics
    ///
    /// Panics if the limit, the budget or the global allocator refuses a chunk.
    /// [`try_json`](Arena::try_json) returns an error instead.
    ///
    /// # Cost
    ///
    /// serde_json's parser, a copy of the document, and one allocation of the arena for each list
    /// and for each text with an escape. The first escape of a document makes serde_json allocate a
    /// buffer on the heap. It serves the whole document.
    #[inline]
    pub fn json<T: DeserializeIn<'a>>(&self, document: impl AsRef<[u8]>) -> Result<T, JsonError> {
        or_panic_at_the_limit(self, self.parse_json(document.as_ref()))
    }

    /// Like [`json`](Arena::json), but returns an error at the limit, too.
    ///
    /// [`DeserializeError::refused`] says whether the limit is the reason. A collection over the
    /// arena still panics, as [collections](crate::collections) do.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`json`](Arena::json), if the arena is at its limit, and
    /// if the global allocator refuses a chunk.
    #[inline]
    pub fn try_json<T: DeserializeIn<'a>>(
        &self,
        document: impl AsRef<[u8]>,
    ) -> Result<T, JsonError> {
        self.parse_json(document.as_ref())
    }

    fn parse_json<T: DeserializeIn<'a>>(&self, document: &[u8]) -> Result<T, JsonError> {
        let Ok(text) = core::str::from_utf8(document) else {
            return self.parse("", serde_json::Deserializer::from_slice(document));
        };
        match self.try_alloc_str(text) {
            Ok(text) => self.parse(text, serde_json::Deserializer::from_str(text)),
            Err(refused) => self.fill("", |to| to.allocated(Err(refused))),
        }
    }

    #[inline]
    fn parse<'de, T, R>(
        &self,
        input: &'a str,
        mut deserializer: serde_json::Deserializer<R>,
    ) -> Result<T, JsonError>
    where
        T: DeserializeIn<'a>,
        R: serde_json::de::Read<'de>,
    {
        self.fill(input, |to| {
            let value = T::deserialize_in(to, &mut deserializer)?;
            deserializer.end()?;
            Ok(value)
        })
    }
}
