//! Text in the arena: `alloc_str`, `format!(in arena, ..)`, and a growable [`String`].

use core::fmt::{self, Write};
use core::ops::Deref;

use allocator_api2::alloc::Allocator;
use allocator_api2::vec::Vec;

use crate::arena::handle::Arena;
use crate::arena::or_panic::or_panic;
use crate::error::ArenaError;
use crate::lease::pointer::LeaseRef;

mod edit;
mod made;
mod traits;

pub use edit::{Drain, FromUtf8Error};

/// Appends all of a `str`, or nothing if making room panics.
///
/// Without this, a caller that catches the panic could see a partial `char`:
/// `Vec::extend_from_slice` appends byte by byte, and makes room in between.
#[inline]
fn append<A: Allocator>(bytes: &mut Vec<u8, A>, text: &str) {
    bytes.reserve(text.len());
    fill(bytes, text);
}

/// [`append`] where there is room.
#[inline]
fn fill<A: Allocator>(bytes: &mut Vec<u8, A>, text: &str) {
    let len = bytes.len();
    let room = bytes.spare_capacity_mut()[..text.len()].as_mut_ptr().cast::<u8>();
    // SAFETY: rule 2 (handle.rs): the room belongs to the vector and has this length. `text` is
    // borrowed from other memory.
    unsafe { room.copy_from_nonoverlapping(text.as_ptr(), text.len()) };
    // SAFETY: rule 2: the vector has room for these bytes, and the line above wrote them.
    unsafe { bytes.set_len(len + text.len()) };
}

/// Converts bytes that were appended as whole `str`s to text.
///
/// # Safety
///
/// `bytes` is UTF-8.
unsafe fn text_of(bytes: &mut [u8]) -> &mut str {
    // SAFETY: rule 2 (handle.rs): the caller guarantees UTF-8, and the bytes belong to the text.
    unsafe { core::str::from_utf8_unchecked_mut(bytes) }
}

impl<'a> Arena<'a> {
    /// Copies a `str` into the arena.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("alloc_str", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let text = arena.alloc_str("héllo");
    ///     text.make_ascii_uppercase();
    ///     assert_eq!(text, "HéLLO");
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[inline]
    pub fn alloc_str(&self, text: &str) -> &'a mut str {
        or_panic!(self, self.try_alloc_str(text))
    }

    /// Like [`alloc_str`](Arena::alloc_str), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if the limit, the [budget](crate::Settings::budget) of the service or the
    /// global allocator refuses a chunk.
    #[inline]
    pub fn try_alloc_str(&self, text: &str) -> Result<&'a mut str, ArenaError> {
        let bytes = self.try_alloc_slice_copy(text.as_bytes())?;
        // SAFETY: rule 2 (handle.rs): a copy of a `str`.
        Ok(unsafe { text_of(bytes) })
    }

    /// Formats into the arena. The macro [`format!`](crate::format) is a shorter way to call it.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc). Like `std::format!`, it also
    /// panics if a `Display` implementation returns an error.
    pub fn alloc_fmt(&self, arguments: fmt::Arguments<'_>) -> &'a mut str {
        or_panic!(self, self.try_alloc_fmt(arguments))
    }

    /// Like [`alloc_fmt`](Arena::alloc_fmt), but returns an error instead of panicking if memory
    /// runs out. [`try_format!`](crate::try_format) calls it.
    ///
    /// # Errors
    ///
    /// Returns an error if the limit, the [budget](crate::Settings::budget) of the service or the
    /// global allocator refuses a chunk.
    ///
    /// # Panics
    ///
    /// Like `std::format!`, panics if a `Display` implementation returns an error.
    pub fn try_alloc_fmt(&self, arguments: fmt::Arguments<'_>) -> Result<&'a mut str, ArenaError> {
        if let Some(text) = arguments.as_str() {
            return self.try_alloc_str(text);
        }
        let mut writer =
            Writer { bytes: Vec::new_in(self.lease_ref()), lease: self.lease_ref(), refused: None };
        let written = writer.write_fmt(arguments);
        if let Some(error) = writer.refused {
            return Err(error);
        }
        written.expect("a `Display` implementation returned an error though its writer did not");
        // SAFETY: rule 2 (handle.rs): the writer appended whole `str`s.
        Ok(unsafe { text_of(writer.lease.leak(writer.bytes)) })
    }
}

/// Formats into a growing block. It keeps an error of the arena apart from an error of a `Display`
/// implementation.
struct Writer<'a> {
    bytes: Vec<u8, LeaseRef<'a>>,
    lease: LeaseRef<'a>,
    refused: Option<ArenaError>,
}

impl Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if let Err(error) = self.lease.reserve_in_place(&mut self.bytes, text.len()) {
            self.refused = Some(error);
            return Err(fmt::Error);
        }
        fill(&mut self.bytes, text);
        Ok(())
    }
}

/// A growable `String` in an arena. See [`collections`](crate::collections) for the aliases to use.
///
/// ```
/// use core::fmt::Write;
/// use request_arena_core::{Site, collections::String, scope};
///
/// static SITE: Site = Site::new("string", module_path!(), file!(), line!());
/// scope(&SITE, |arena| {
///     let mut text = String::new_in(&arena);
///     text.push_str("3 x ");
///     write!(text, "{:?}", 'a').unwrap();
///     assert_eq!(text.as_str(), "3 x 'a'");
/// });
/// ```
pub struct String<A: Allocator> {
    /// Always UTF-8. [`append`] adds only whole `str`s and `char`s, and every cut is at a `char`
    /// boundary.
    bytes: Vec<u8, A>,
}

impl<A: Allocator> String<A> {
    /// Creates an empty string. It allocates nothing yet.
    #[must_use]
    pub fn new_in(arena: A) -> Self {
        Self { bytes: Vec::new_in(arena) }
    }

    /// Creates an empty string with room for `bytes`.
    #[must_use]
    pub fn with_capacity_in(bytes: usize, arena: A) -> Self {
        Self { bytes: Vec::with_capacity_in(bytes, arena) }
    }

    /// Creates a copy of `text`.
    #[must_use]
    pub fn from_str_in(text: &str, arena: A) -> Self {
        let mut string = Self::with_capacity_in(text.len(), arena);
        string.push_str(text);
        string
    }

    /// Appends a `str`.
    pub fn push_str(&mut self, text: &str) {
        append(&mut self.bytes, text);
    }

    /// Appends a `char`.
    pub fn push(&mut self, character: char) {
        self.push_str(character.encode_utf8(&mut [0; 4]));
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // SAFETY: rule 2 (handle.rs): the bytes belong to this string and are always UTF-8 (see the
        // field).
        unsafe { core::str::from_utf8_unchecked(&self.bytes) }
    }

    /// Returns the number of bytes that fit without growing.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Makes room for `more` bytes.
    pub fn reserve(&mut self, more: usize) {
        self.bytes.reserve(more);
    }

    /// Removes the text and keeps the capacity.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Shortens the text to its first `len` bytes.
    ///
    /// # Panics
    ///
    /// Panics if `len` is within the text and not at a `char` boundary.
    pub fn truncate(&mut self, len: usize) {
        if len < self.bytes.len() {
            assert!(self.is_char_boundary(len), "byte {len} is not a char boundary of the text");
            self.bytes.truncate(len);
        }
    }

    /// Removes the last `char` and returns it.
    pub fn pop(&mut self) -> Option<char> {
        let last = self.as_str().chars().next_back()?;
        self.bytes.truncate(self.bytes.len() - last.len_utf8());
        Some(last)
    }

    /// Leaks the string and returns its text. The text lives as long as the allocator, so `'a` for
    /// an `Arena<'a>`.
    #[must_use]
    pub fn leak<'t>(self) -> &'t mut str
    where
        A: 't,
    {
        // SAFETY: rule 2 (handle.rs): as in `as_str`.
        unsafe { text_of(self.bytes.leak()) }
    }
}

impl<A: Allocator> Write for String<A> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

impl<A: Allocator> Deref for String<A> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl<A: Allocator> AsRef<str> for String<A> {
    fn as_ref(&self) -> &str {
        self
    }
}

impl<A: Allocator> core::borrow::Borrow<str> for String<A> {
    fn borrow(&self) -> &str {
        self
    }
}

impl<A: Allocator> fmt::Display for String<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl<A: Allocator> fmt::Debug for String<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl<A: Allocator, B: Allocator> PartialEq<String<B>> for String<A> {
    fn eq(&self, other: &String<B>) -> bool {
        self.as_str() == other.as_str()
    }
}

impl<A: Allocator> PartialEq<str> for String<A> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl<A: Allocator> PartialEq<&str> for String<A> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl<A: Allocator> Eq for String<A> {}

impl<A: Allocator> core::hash::Hash for String<A> {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl<A: Allocator> Extend<char> for String<A> {
    fn extend<I: IntoIterator<Item = char>>(&mut self, characters: I) {
        characters.into_iter().for_each(|character| self.push(character));
    }
}

impl<'s, A: Allocator> Extend<&'s str> for String<A> {
    fn extend<I: IntoIterator<Item = &'s str>>(&mut self, texts: I) {
        texts.into_iter().for_each(|text| self.push_str(text));
    }
}

#[cfg(feature = "serde")]
impl<A: Allocator> serde::Serialize for String<A> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// Formats into the arena and returns a `&'a mut str`, as in `format!(in arena, "..", ..)`.
///
/// ```
/// # use request_arena_core::{Site, scope};
/// # static SITE: Site = Site::new("format", module_path!(), file!(), line!());
/// scope(&SITE, |arena| {
///     let name = "Lyon";
///     let text: &str = request_arena_core::format!(in arena, "{name} at {:.1}", 45.748);
///     assert_eq!(text, "Lyon at 45.7");
/// });
/// ```
///
/// # Panics
///
/// Panics under the same conditions as [`Arena::alloc_fmt`].
#[macro_export]
macro_rules! format {
    (in $arena:expr, $($arguments:tt)+) => {
        $crate::Arena::alloc_fmt(&$arena, ::core::format_args!($($arguments)+))
    };
    ($($arguments:tt)*) => {
        ::core::compile_error!(
            "the arena is named first: `request_arena::format!(in arena, \"{}\", value)`"
        )
    };
}

/// Like [`format!`](crate::format), but returns a `Result<&'a mut str, ArenaError>`.
#[macro_export]
macro_rules! try_format {
    (in $arena:expr, $($arguments:tt)+) => {
        $crate::Arena::try_alloc_fmt(&$arena, ::core::format_args!($($arguments)+))
    };
    ($($arguments:tt)*) => {
        ::core::compile_error!(
            "the arena is named first: `request_arena::try_format!(in arena, \"{}\", value)`"
        )
    };
}
