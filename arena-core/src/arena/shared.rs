//! Read-only results: text and slices in the arena behind shared references.
//!
//! `alloc_*` methods return `&'a mut`, because no other reference points to the memory. Where the
//! compiler infers the result's type, callers then need `&*`: in a closure of `map`, for
//! `Cow::from`, or for a `Copy` bound. The methods of this file return `&'a` instead.

use crate::arena::handle::Arena;
use crate::arena::handle::Forgets;
use crate::arena::or_panic::or_panic;
use crate::error::ArenaError;

impl<'a> Arena<'a> {
    /// Copies a `str` into the arena, and returns a shared reference to it.
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
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[inline]
    pub fn str(&self, text: &str) -> &'a str {
        self.alloc_str(text)
    }

    /// Like [`str`](Arena::str), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`try_alloc_str`](Arena::try_alloc_str).
    #[inline]
    pub fn try_str(&self, text: &str) -> Result<&'a str, ArenaError> {
        Ok(self.try_alloc_str(text)?)
    }

    /// Copies a slice into the arena, and returns a shared reference to it.
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
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[inline]
    pub fn slice<T: Copy>(&self, source: &[T]) -> &'a [T] {
        self.alloc_slice_copy(source)
    }

    /// Like [`slice`](Arena::slice), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_slice<T: Copy>(&self, source: &[T]) -> Result<&'a [T], ArenaError> {
        Ok(self.try_alloc_slice_copy(source)?)
    }

    /// Collects any iterator into a slice, and returns a shared reference to it. Apart from that,
    /// it works like [`alloc_from_iter`](Arena::alloc_from_iter).
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[inline]
    pub fn slice_from_iter<T>(&self, elements: impl IntoIterator<Item = T>) -> &'a [T] {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.collected(elements.into_iter()))
    }

    /// Like [`slice_from_iter`](Arena::slice_from_iter), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    pub fn try_slice_from_iter<T>(
        &self,
        elements: impl IntoIterator<Item = T>,
    ) -> Result<&'a [T], ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        Ok(self.collected(elements.into_iter())?)
    }
}
