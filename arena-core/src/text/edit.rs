//! Methods that change a [`String`] other than at its end, or convert it to bytes or to a `str` of
//! the arena's whole lifetime.
//!
//! No method leaves a partial `char` behind, even if the arena is at its limit or a closure panics.

use core::fmt;
use core::ops::{Bound, RangeBounds};
use core::str::Utf8Error;

use allocator_api2::alloc::Allocator;
use allocator_api2::collections::TryReserveError;
use allocator_api2::vec::Vec;

use super::{String, append, text_of};
use crate::arena::handle::Arena;
use crate::collections::IntoArenaSlice;

/// Returns the start and end of a range of `text`. Both are at `char` boundaries.
fn within(text: &str, range: impl RangeBounds<usize>) -> (usize, usize) {
    let start = match range.start_bound() {
        Bound::Included(&start) => start,
        Bound::Excluded(&before) => before.saturating_add(1),
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(&last) => last.saturating_add(1),
        Bound::Excluded(&end) => end,
        Bound::Unbounded => text.len(),
    };
    // Panics like slicing a `str`, with the range and the text in the message.
    let _ = &text[start..end];
    (start, end)
}

impl<A: Allocator> String<A> {
    /// Converts bytes to a string without a copy.
    ///
    /// ```
    /// # use request_arena_core::{Site, collections::{String, Vec}, scope};
    /// # static SITE: Site = Site::new("from_utf8", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let mut bytes: Vec<'_, u8> = Vec::new_in(&arena);
    ///     bytes.extend_from_slice(b"caf\xC3\xA9");
    ///     assert_eq!(String::from_utf8(bytes).unwrap(), "café");
    /// });
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the bytes are not UTF-8. The error contains the bytes.
    pub fn from_utf8(bytes: Vec<u8, A>) -> Result<Self, FromUtf8Error<A>> {
        match core::str::from_utf8(&bytes) {
            Ok(_) => Ok(Self { bytes }),
            Err(error) => Err(FromUtf8Error { bytes, error }),
        }
    }

    /// Converts the string to its bytes without a copy.
    ///
    /// ```
    /// # use request_arena_core::{Site, collections::String, scope};
    /// # static SITE: Site = Site::new("into_bytes", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     assert_eq!(String::from_str_in("é", &arena).into_bytes()[..], [0xC3, 0xA9]);
    /// });
    /// ```
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8, A> {
        self.bytes
    }

    /// Returns the text as a mutable `str`.
    #[must_use]
    pub fn as_mut_str(&mut self) -> &mut str {
        // SAFETY: rule 2 (handle.rs): the bytes belong to this string and are always UTF-8.
        unsafe { text_of(&mut self.bytes) }
    }

    /// Returns the allocator of the string.
    #[must_use]
    pub fn allocator(&self) -> &A {
        self.bytes.allocator()
    }

    /// Makes room for exactly `more` bytes. Use it if the text will not grow further.
    pub fn reserve_exact(&mut self, more: usize) {
        self.bytes.reserve_exact(more);
    }

    /// Makes room for `more` bytes, or returns an error.
    ///
    /// # Errors
    ///
    /// Returns an error if the limit, the budget or the global allocator refuses a chunk. This
    /// needs [`Fallible`](crate::allocator::Fallible) as the allocator; the other allocators panic
    /// at the limit.
    pub fn try_reserve(&mut self, more: usize) -> Result<(), TryReserveError> {
        self.bytes.try_reserve(more)
    }

    /// Returns unused capacity to the arena.
    ///
    /// The arena can use the memory again if the text is its last allocation. Cost: a copy of the
    /// text.
    pub fn shrink_to_fit(&mut self) {
        self.bytes.shrink_to_fit();
    }

    /// Like [`shrink_to_fit`](String::shrink_to_fit), but keeps a capacity of at least `bytes`.
    pub fn shrink_to(&mut self, bytes: usize) {
        self.bytes.shrink_to(bytes);
    }

    /// Inserts a `char` before byte `at`.
    ///
    /// Cost: moves the bytes after `at`.
    ///
    /// # Panics
    ///
    /// Panics if `at` is not at a `char` boundary of the text.
    pub fn insert(&mut self, at: usize, character: char) {
        self.insert_str(at, character.encode_utf8(&mut [0; 4]));
    }

    /// Inserts a `str` before byte `at`.
    ///
    /// ```
    /// # use request_arena_core::{Site, collections::String, scope};
    /// # static SITE: Site = Site::new("insert_str", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let mut text = String::from_str_in("a, c", &arena);
    ///     text.insert_str(1, ", b");
    ///     assert_eq!(text, "a, b, c");
    /// });
    /// ```
    ///
    /// Cost: moves the bytes after `at`.
    ///
    /// # Panics
    ///
    /// Panics if `at` is not at a `char` boundary of the text.
    pub fn insert_str(&mut self, at: usize, text: &str) {
        assert!(self.is_char_boundary(at), "byte {at} is not a char boundary of the text");
        append(&mut self.bytes, text);
        self.bytes[at..].rotate_right(text.len());
    }

    /// Removes the `char` that begins at byte `at`.
    ///
    /// Cost: moves the bytes after the `char`.
    ///
    /// # Panics
    ///
    /// Panics if `at` is the text's length or more, or not at a `char` boundary.
    pub fn remove(&mut self, at: usize) -> char {
        let Some(character) = self[at..].chars().next() else {
            panic!("byte {at} is the end of the text: there is no char to remove");
        };
        self.bytes.drain(at..at + character.len_utf8());
        character
    }

    /// Keeps the `char`s for which `keep` returns `true`.
    ///
    /// ```
    /// # use request_arena_core::{Site, collections::String, scope};
    /// # static SITE: Site = Site::new("retain", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let mut text = String::from_str_in("+33 6-12", &arena);
    ///     text.retain(|character| character.is_ascii_digit());
    ///     assert_eq!(text, "33612");
    /// });
    /// ```
    ///
    /// Cost: one pass. If `keep` panics, the text consists of the `char`s kept so far.
    pub fn retain(&mut self, mut keep: impl FnMut(char) -> bool) {
        struct Kept<'s, A: Allocator> {
            bytes: &'s mut Vec<u8, A>,
            len: usize,
        }
        impl<A: Allocator> Drop for Kept<'_, A> {
            fn drop(&mut self) {
                self.bytes.truncate(self.len);
            }
        }
        let mut kept = Kept { bytes: &mut self.bytes, len: 0 };
        let mut at = 0;
        while at < kept.bytes.len() {
            // SAFETY: rule 2 (handle.rs): the bytes from a `char` boundary on are unchanged, and so
            // UTF-8.
            let rest = unsafe { core::str::from_utf8_unchecked(&kept.bytes[at..]) };
            let Some(character) = rest.chars().next() else { break };
            let end = at + character.len_utf8();
            if keep(character) {
                kept.bytes.copy_within(at..end, kept.len);
                kept.len += end - at;
            }
            at = end;
        }
    }

    /// Removes a range of bytes and returns an iterator over its `char`s.
    ///
    /// ```
    /// # use request_arena_core::{Site, collections::String, scope};
    /// # static SITE: Site = Site::new("drain", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let mut text = String::from_str_in("key=value", &arena);
    ///     assert!(text.drain(..4).eq("key=".chars()));
    ///     assert_eq!(text, "value");
    /// });
    /// ```
    ///
    /// The range is removed when the iterator is dropped. A forgotten iterator removes nothing.
    ///
    /// # Panics
    ///
    /// Panics if the range is out of bounds, or its ends are not at `char` boundaries.
    pub fn drain(&mut self, range: impl RangeBounds<usize>) -> Drain<'_, A> {
        let (start, end) = within(self, range);
        Drain { text: self, start, end, front: start, back: end }
    }

    /// Replaces a range of bytes by `text`.
    ///
    /// Cost: moves the bytes after the range, twice.
    ///
    /// # Panics
    ///
    /// Panics if the range is out of bounds, or its ends are not at `char` boundaries.
    pub fn replace_range(&mut self, range: impl RangeBounds<usize>, text: &str) {
        let (start, end) = within(self, range);
        self.insert_str(end, text);
        self.bytes.drain(start..end);
    }

    /// Cuts the text at byte `at`, and returns the rest as a copy in the same arena.
    ///
    /// # Panics
    ///
    /// Panics if `at` is not at a `char` boundary of the text.
    #[must_use = "to drop what is behind, call `truncate`"]
    pub fn split_off(&mut self, at: usize) -> Self
    where
        A: Clone,
    {
        let rest = Self::from_str_in(&self[at..], self.allocator().clone());
        self.truncate(at);
        rest
    }
}

impl<'b> String<&'b Arena<'b>> {
    /// Converts the string to a `str` of the arena's whole lifetime, which outlives the borrow of
    /// the handle.
    ///
    /// If the text lies in `arena`, it is not copied. If it lies in a fork or a child scope, it is
    /// copied into `arena`.
    ///
    /// ```
    /// # use request_arena_core::{Arena, Site, collections::String, scope};
    /// # static SITE: Site = Site::new("into_arena_str", module_path!(), file!(), line!());
    /// fn greeting<'a>(arena: &Arena<'a>, name: &str) -> &'a str {
    ///     let mut text = String::from_str_in("hello ", arena);
    ///     text += name;
    ///     text.into_arena_str(arena)
    /// }
    ///
    /// scope(&SITE, |mut arena| {
    ///     let text = greeting(&arena, "Lyon");
    ///     arena.reborrow();
    ///     assert_eq!(text, "hello Lyon");
    /// });
    /// ```
    ///
    /// Cost: only the copy, if there is one. Unused capacity stays in use; see
    /// [`shrink_to_fit`](String::shrink_to_fit). [`leak`](String::leak) returns only the lifetime
    /// of the borrow.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`Arena::alloc`], if the text has to be copied.
    pub fn into_arena_str<'a>(self, arena: &Arena<'a>) -> &'a mut str {
        // SAFETY: rule 2 (handle.rs): the bytes belong to this string and are always UTF-8.
        unsafe { text_of(self.bytes.into_arena_slice(arena)) }
    }
}

/// An iterator over the `char`s of a range that is being removed. [`String::drain`] creates it.
pub struct Drain<'s, A: Allocator> {
    text: &'s mut String<A>,
    start: usize,
    end: usize,
    front: usize,
    back: usize,
}

impl<A: Allocator> Drain<'_, A> {
    /// Returns the part of the range that the iterator has not yielded yet.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text[self.front..self.back]
    }
}

impl<A: Allocator> Iterator for Drain<'_, A> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let character = self.as_str().chars().next()?;
        self.front += character.len_utf8();
        Some(character)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.as_str().chars().size_hint()
    }
}

impl<A: Allocator> DoubleEndedIterator for Drain<'_, A> {
    fn next_back(&mut self) -> Option<char> {
        let character = self.as_str().chars().next_back()?;
        self.back -= character.len_utf8();
        Some(character)
    }
}

impl<A: Allocator> core::iter::FusedIterator for Drain<'_, A> {}

impl<A: Allocator> Drop for Drain<'_, A> {
    fn drop(&mut self) {
        self.text.bytes.drain(self.start..self.end);
    }
}

impl<A: Allocator> fmt::Debug for Drain<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Drain").field(&self.as_str()).finish()
    }
}

/// The error of bytes that are not UTF-8, with the bytes and the position; see
/// [`String::from_utf8`].
pub struct FromUtf8Error<A: Allocator> {
    bytes: Vec<u8, A>,
    error: Utf8Error,
}

impl<A: Allocator> FromUtf8Error<A> {
    /// Returns the bytes that the conversion refused.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8, A> {
        self.bytes
    }

    /// Returns the position at which the bytes stop being UTF-8.
    #[must_use]
    pub fn utf8_error(&self) -> Utf8Error {
        self.error
    }
}

impl<A: Allocator> fmt::Debug for FromUtf8Error<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromUtf8Error")
            .field("bytes", &self.bytes)
            .field("error", &self.error)
            .finish()
    }
}

impl<A: Allocator> fmt::Display for FromUtf8Error<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<A: Allocator> core::error::Error for FromUtf8Error<A> {}
