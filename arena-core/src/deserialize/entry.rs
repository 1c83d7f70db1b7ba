//! [`Arena::deserialize`], and what every deserialisation begins and ends with.

use serde::Deserializer;

use crate::arena::handle::Arena;
use crate::deserialize::destination::State;
use crate::deserialize::{DeserializeError, DeserializeIn, Destination};

impl<'a> Arena<'a> {
    /// Deserialises a value of any format into the arena.
    ///
    /// Texts are copied once. If the whole input lies in the arena, use
    /// [`deserialize_within`](Arena::deserialize_within), which borrows them.
    ///
    /// ```
    /// use request_arena_core::{Site, scope};
    /// use serde::de::value::{Error, SeqDeserializer};
    ///
    /// static SITE: Site = Site::new("primes", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let numbers = SeqDeserializer::<_, Error>::new([2_u32, 3, 5].into_iter());
    ///     let primes: &[u16] = arena.deserialize(numbers).unwrap();
    ///     assert_eq!(primes, [2, 3, 5]);
    /// });
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the deserializer's error, with the path to the value that does not fit.
    ///
    /// # Panics
    ///
    /// Panics if the limit, the budget or the global allocator refuses a chunk.
    /// [`try_deserialize`](Arena::try_deserialize) returns an error instead.
    #[inline]
    pub fn deserialize<'de, T, D>(&self, deserializer: D) -> Result<T, DeserializeError<D::Error>>
    where
        T: DeserializeIn<'a>,
        D: Deserializer<'de>,
    {
        self.deserialize_within("", deserializer)
    }

    /// Like [`deserialize`](Arena::deserialize), and borrows each text that the deserializer takes
    /// from `input`.
    ///
    /// ```
    /// use request_arena_core::{Site, scope};
    /// use serde::de::value::{BorrowedStrDeserializer, Error};
    ///
    /// static SITE: Site = Site::new("borrow", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let input = arena.str("Ada Lovelace");
    ///     let first = BorrowedStrDeserializer::<Error>::new(&input[..3]);
    ///     let name: &str = arena.deserialize_within(input, first).unwrap();
    ///     assert_eq!(name.as_ptr(), input.as_ptr());
    /// });
    /// ```
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`deserialize`](Arena::deserialize).
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`deserialize`](Arena::deserialize).
    #[inline]
    pub fn deserialize_within<'de, T, D>(
        &self,
        input: &'a str,
        deserializer: D,
    ) -> Result<T, DeserializeError<D::Error>>
    where
        T: DeserializeIn<'a>,
        D: Deserializer<'de>,
    {
        or_panic_at_the_limit(self, self.fill(input, |to| T::deserialize_in(to, deserializer)))
    }

    /// Like [`deserialize`](Arena::deserialize), but returns an error at the limit, too.
    ///
    /// [`DeserializeError::refused`] says whether the limit is the reason. A collection over the
    /// arena still panics, as [collections](crate::collections) do.
    ///
    /// # Errors
    ///
    /// Fails if the document does not fit the type, if the arena is at its limit, or if the global
    /// allocator refuses a chunk.
    #[inline]
    pub fn try_deserialize<'de, T, D>(
        &self,
        deserializer: D,
    ) -> Result<T, DeserializeError<D::Error>>
    where
        T: DeserializeIn<'a>,
        D: Deserializer<'de>,
    {
        self.fill("", |to| T::deserialize_in(to, deserializer))
    }

    /// Calls `parse` with a destination in this arena, and adds the path to its error.
    #[inline]
    pub(crate) fn fill<T, E>(
        &self,
        input: &'a str,
        parse: impl FnOnce(Destination<'_, 'a>) -> Result<T, E>,
    ) -> Result<T, DeserializeError<E>> {
        let state = State::new(input);
        parse(Destination::new(self, &state)).map_err(|error| failed(&state, error))
    }
}

#[cold]
fn failed<E>(state: &State<'_>, error: E) -> DeserializeError<E> {
    DeserializeError::new(error, state.trace.path(), state.refused.get())
}

/// Panics if the arena refused memory, as the methods without `try_` do.
#[inline]
pub(crate) fn or_panic_at_the_limit<T, E>(
    arena: &Arena<'_>,
    result: Result<T, DeserializeError<E>>,
) -> Result<T, DeserializeError<E>> {
    result.map_err(|error| match error.refused() {
        Some(refused) => arena.lease().panic_with(refused),
        None => error,
    })
}
