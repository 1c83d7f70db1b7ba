//! [`Destination`]: the arena that values go to, the input that they may borrow from, and the trace
//! of an error.

use core::cell::{Cell, OnceCell};
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error};

use crate::arena::handle::Arena;
use crate::deserialize::DeserializeIn;
use crate::deserialize::derived::Content;
use crate::deserialize::trace::{Step, Trace};
use crate::error::ArenaError;

/// What one deserialisation shares.
#[derive(Debug)]
pub(crate) struct State<'a> {
    /// The input, if it lies in the arena. Texts within it are borrowed.
    pub(crate) input: &'a str,
    pub(crate) trace: Trace,
    /// The error of the arena that ended the deserialisation.
    pub(crate) refused: Cell<Option<ArenaError>>,
    /// The handle of the collections, taken at the first one.
    pub(crate) handle: OnceCell<&'a Arena<'a>>,
    /// The text of the arena that buffered content reads. It is borrowed, too.
    pub(crate) kept: Cell<&'a str>,
    /// How buffered content becomes a part of other content without a copy.
    pub(crate) handover: Cell<Handover<'a>>,
    /// The levels of the value that is being buffered.
    pub(crate) depth: Cell<usize>,
    /// Values that were buffered, and how often buffered values were read.
    buffered: Cell<u64>,
    reads: Cell<u64>,
}

/// How often buffered values may be read: on average for each value, and in any case.
///
/// Each level of an untagged enum within itself multiplies the attempts, so 200 bytes of a document
/// can mean 2^30 of them. Attempts that fail also leave their values in the arena.
const READS_OF_EACH: u64 = 128;
const READS: u64 = 1 << 17;

/// `State::reads` after the limit.
const TOO_MANY: u64 = u64::MAX;

/// A request for content that is in a buffer already. A `Deserializer` cannot know that its visitor
/// buffers the value, so both meet here.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handover<'a> {
    Idle,
    /// The next value is for a buffer.
    Asked,
    /// The value was in a buffer. Its visitor saw a unit.
    Given(Content<'a>),
}

impl<'a> State<'a> {
    pub(crate) fn new(input: &'a str) -> Self {
        let (trace, refused, handle) = Default::default();
        let (kept, handover) = (Cell::new(""), Cell::new(Handover::Idle));
        let (depth, buffered, reads) = Default::default();
        Self { input, trace, refused, handle, kept, handover, depth, buffered, reads }
    }
}

/// Where deserialised values go: an arena, and the input that they may borrow from.
///
/// A [`DeserializeIn`] passes it on to the values within, by [`seed`](Destination::seed).
#[derive(Clone, Copy, Debug)]
pub struct Destination<'s, 'a> {
    pub(crate) arena: &'s Arena<'a>,
    pub(crate) state: &'s State<'a>,
}

impl<'s, 'a> Destination<'s, 'a> {
    #[inline]
    pub(crate) fn new(arena: &'s Arena<'a>, state: &'s State<'a>) -> Self {
        Self { arena, state }
    }

    /// Returns the arena.
    #[inline]
    #[must_use]
    pub fn arena(self) -> &'s Arena<'a> {
        self.arena
    }

    /// Returns a seed for a `T`, for serde's `*_seed` methods.
    #[inline]
    #[must_use]
    pub fn seed<T: DeserializeIn<'a>>(self) -> Seed<'s, 'a, T> {
        Seed { destination: self, value: PhantomData }
    }

    /// Copies a text into the arena, or borrows it if it lies in the input.
    ///
    /// # Errors
    ///
    /// Fails if the arena is at its limit.
    #[inline]
    pub fn text<E: Error>(self, text: &str) -> Result<&'a str, E> {
        if let Some(text) = within(self.state.input, text) {
            return Ok(text);
        }
        if let Some(text) = within(self.state.kept.get(), text) {
            return Ok(text);
        }
        self.allocated(self.arena.try_alloc_str(text)).map(|text| &*text)
    }

    /// Converts a refusal of the arena to the deserializer's error, and remembers it.
    ///
    /// # Errors
    ///
    /// Fails if `result` is an error.
    #[inline]
    pub fn allocated<T, E: Error>(self, result: Result<T, ArenaError>) -> Result<T, E> {
        result.map_err(|refused| self.refuse(refused))
    }

    /// Returns the handle of the document's collections, which live as long as the request.
    pub(crate) fn handle<E: Error>(self) -> Result<&'a Arena<'a>, E> {
        if let Some(handle) = self.state.handle.get() {
            return Ok(handle);
        }
        let fork = self.allocated(self.arena.try_fork())?;
        let fork: &'a Arena<'a> = self.allocated(self.arena.try_alloc(fork))?;
        Ok(self.state.handle.get_or_init(|| fork))
    }

    #[cold]
    fn refuse<E: Error>(self, refused: ArenaError) -> E {
        self.state.refused.set(Some(refused));
        E::custom(refused)
    }

    /// Adds a field to the path of an error.
    ///
    /// # Errors
    ///
    /// Returns `result`.
    #[inline(always)]
    pub fn in_field<T, E>(self, name: &'static str, result: Result<T, E>) -> Result<T, E> {
        if result.is_err() {
            self.state.trace.push(Step::Field(name));
        }
        result
    }

    /// Adds an index to the path of an error.
    ///
    /// # Errors
    ///
    /// Returns `result`.
    #[inline(always)]
    pub fn in_index<T, E>(self, index: usize, result: Result<T, E>) -> Result<T, E> {
        if result.is_err() {
            self.state.trace.push(Step::Index(index));
        }
        result
    }

    /// Adds an enum's variant to the path of an error.
    ///
    /// # Errors
    ///
    /// Returns `result`.
    #[inline(always)]
    pub fn in_variant<T, E>(self, name: &'static str, result: Result<T, E>) -> Result<T, E> {
        if result.is_err() {
            self.state.trace.push(Step::Variant(name));
        }
        result
    }

    /// Adds a map's key to the path of an error.
    ///
    /// # Errors
    ///
    /// Returns `result`.
    #[inline(always)]
    pub fn in_key<T, E>(self, key: &str, result: Result<T, E>) -> Result<T, E> {
        if result.is_err() {
            self.state.trace.push(Step::Key(key.to_owned()));
        }
        result
    }

    #[cold]
    pub(crate) fn index_failed<E>(self, index: usize, error: E) -> E {
        self.state.trace.push(Step::Index(index));
        error
    }

    #[cold]
    pub(crate) fn key_failed<E>(self, key: Option<String>, error: E) -> E {
        self.state.trace.push(Step::Key(key.unwrap_or_else(|| "?".to_owned())));
        error
    }

    /// Tries one of several alternatives. An error leaves no step in the path.
    ///
    /// # Errors
    ///
    /// Returns the error of `attempt`.
    pub fn attempt<T, E>(self, attempt: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let length = self.state.trace.len();
        let result = attempt();
        self.state.trace.truncate(length);
        result
    }

    /// Whether the arena refused memory, or there were too many attempts. A further attempt is
    /// futile.
    #[inline]
    #[must_use]
    pub fn is_refused(self) -> bool {
        self.state.refused.get().is_some() || self.state.reads.get() == TOO_MANY
    }

    /// How often buffered values have been read.
    #[inline]
    pub(crate) fn reads(self) -> u64 {
        self.state.reads.get()
    }

    /// Counts a value that is buffered.
    #[inline]
    pub(crate) fn count_buffered(self) {
        self.state.buffered.set(self.state.buffered.get() + 1);
    }

    /// Counts a buffered value that is read.
    ///
    /// # Errors
    ///
    /// Fails after too many of them.
    #[inline]
    pub(crate) fn count_read<E: Error>(self) -> Result<(), E> {
        let (reads, buffered) = (self.state.reads.get(), self.state.buffered.get());
        if reads < READS.saturating_add(buffered.saturating_mul(READS_OF_EACH)) {
            self.state.reads.set(reads + 1);
            return Ok(());
        }
        self.state.reads.set(TOO_MANY);
        Err(E::custom("too many attempts to fit the document to an untagged enum"))
    }
}

/// A [`DeserializeSeed`] for a `T` in an arena.
#[derive(Debug)]
pub struct Seed<'s, 'a, T> {
    destination: Destination<'s, 'a>,
    value: PhantomData<fn() -> T>,
}

impl<'de, 'a, T: DeserializeIn<'a>> DeserializeSeed<'de> for Seed<'_, 'a, T> {
    type Value = T;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::deserialize_in(self.destination, deserializer)
    }
}

/// Returns the part of `all` that `text` is, if it lies there.
#[inline]
fn within<'a>(all: &'a str, text: &str) -> Option<&'a str> {
    let offset = (text.as_ptr() as usize).wrapping_sub(all.as_ptr() as usize);
    offset.checked_add(text.len()).and_then(|end| all.get(offset..end))
}
