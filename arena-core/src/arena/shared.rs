//! Shared results: text and slices in the arena that are not meant to be changed.
//!
//! `alloc_*` gives `&'a mut`, as the memory is the caller's alone. Where the type of a result is
//! inferred, that asks for `&*`: in a closure of `map`, for `Cow::from`, for `Copy`. These methods
//! give `&'a` instead.

use crate::arena::handle::Arena;
use crate::arena::handle::Forgets;
use crate::arena::or_panic::or_panic;
use crate::error::ArenaError;

impl<'a> Arena<'a> {
    /// Copies a `str` into the arena, to be read.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # use std::borrow::Cow;
    /// # static SITE: Site = Site::new("str", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let words = arena.slice_from_iter("a b".split(' ').map(|word| arena.str(word)));
    ///     assert_eq!(words, ["a", "b"]);
    ///     assert!(matches!(Cow::from(words[0]), Cow::Borrowed("a")));
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    #[inline]
    pub fn str(&self, text: &str) -> &'a str {
        self.alloc_str(text)
    }

    /// As [`str`](Arena::str), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_str`](Arena::try_alloc_str).
    #[inline]
    pub fn try_str(&self, text: &str) -> Result<&'a str, ArenaError> {
        Ok(self.try_alloc_str(text)?)
    }

    /// Copies a slice into the arena, to be read.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("slice", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let digits = Some([3, 1]).map_or(&[][..], |digits| arena.slice(&digits));
    ///     assert_eq!(digits, [3, 1]);
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    #[inline]
    pub fn slice<T: Copy>(&self, source: &[T]) -> &'a [T] {
        self.alloc_slice_copy(source)
    }

    /// As [`slice`](Arena::slice), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_slice<T: Copy>(&self, source: &[T]) -> Result<&'a [T], ArenaError> {
        Ok(self.try_alloc_slice_copy(source)?)
    }

    /// The elements of any iterator, to be read; else as
    /// [`alloc_from_iter`](Arena::alloc_from_iter).
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    #[inline]
    pub fn slice_from_iter<T>(&self, elements: impl IntoIterator<Item = T>) -> &'a [T] {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.collected(elements.into_iter()))
    }

    /// As [`slice_from_iter`](Arena::slice_from_iter), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    pub fn try_slice_from_iter<T>(
        &self,
        elements: impl IntoIterator<Item = T>,
    ) -> Result<&'a [T], ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        Ok(self.collected(elements.into_iter())?)
    }
}
