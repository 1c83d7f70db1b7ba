//! Slices in the arena: the methods for `Copy` types, and the shared code behind the checked
//! methods of handle.rs.
//!
//! Each method has a `try_*` version that returns [`ArenaError`]. The method without `try_` panics
//! with the same text. If a closure or iterator panics half-way, the memory of the slice stays in
//! use until the request ends.

use core::alloc::Layout;
use core::mem::MaybeUninit;
use core::slice;

use allocator_api2::vec::Vec;

use crate::arena::handle::Arena;
use crate::arena::or_panic::or_panic;
use crate::error::ArenaError;
use crate::lease::pointer::LeaseRef;

impl<'a> LeaseRef<'a> {
    #[inline(always)]
    fn uninit<T>(self, len: usize) -> Result<&'a mut [MaybeUninit<T>], ArenaError> {
        let layout = Layout::array::<T>(len).map_err(|_| self.get().too_large())?;
        let memory = self.get().try_allocate(layout)?.cast::<MaybeUninit<T>>();
        // SAFETY: rules 2 and 3 (handle.rs): fresh memory for `len` elements, unaliased until `'a`
        // ends. `MaybeUninit` requires nothing of its content.
        Ok(unsafe { slice::from_raw_parts_mut(memory.as_ptr(), len) })
    }
}

/// Converts a slice with all elements written into a slice of `T`.
///
/// # Safety
///
/// Every element is initialised.
unsafe fn assume_init<T>(slice: &mut [MaybeUninit<T>]) -> &mut [T] {
    let whole: *mut [MaybeUninit<T>] = slice;
    // SAFETY: rule 2 (handle.rs): the same memory with the same layout, and the caller guarantees
    // that it is initialised.
    unsafe { &mut *(whole as *mut [T]) }
}

impl<'a> Arena<'a> {
    /// Allocates an uninitialised slice of `len` elements.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc), and if the size exceeds
    /// `isize::MAX` bytes.
    pub fn alloc_slice_uninit<T>(&self, len: usize) -> &'a mut [MaybeUninit<T>] {
        or_panic!(self, self.try_alloc_slice_uninit(len))
    }

    /// Like [`alloc_slice_uninit`](Arena::alloc_slice_uninit), but returns an error instead of
    /// panicking.
    ///
    /// # Errors
    ///
    /// Returns an error if the arena is at its limit, the global allocator refuses a chunk, or the
    /// size exceeds `isize::MAX` bytes.
    pub fn try_alloc_slice_uninit<T>(
        &self,
        len: usize,
    ) -> Result<&'a mut [MaybeUninit<T>], ArenaError> {
        self.lease_ref().uninit(len)
    }

    /// Copies a slice into the arena.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("slices", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let copy = arena.alloc_slice_copy(&[3, 1, 2]);
    ///     copy.sort_unstable();
    ///     assert_eq!(copy, [1, 2, 3]);
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[inline]
    pub fn alloc_slice_copy<T: Copy>(&self, source: &[T]) -> &'a mut [T] {
        or_panic!(self, self.try_alloc_slice_copy(source))
    }

    /// Like [`alloc_slice_copy`](Arena::alloc_slice_copy), but returns an error instead of
    /// panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_copy<T: Copy>(&self, source: &[T]) -> Result<&'a mut [T], ArenaError> {
        let memory = self.lease_ref().uninit::<T>(source.len())?.as_mut_ptr().cast::<T>();
        // SAFETY: rule 2 (handle.rs): the memory is fresh, so it does not overlap `source`, and it
        // has room for as many elements.
        unsafe { memory.copy_from_nonoverlapping(source.as_ptr(), source.len()) };
        // SAFETY: rules 2 and 3: the line above wrote all elements, and the memory is unaliased
        // until `'a` ends.
        Ok(unsafe { slice::from_raw_parts_mut(memory, source.len()) })
    }

    /// Allocates a slice of `len` copies of `value`.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[inline]
    pub fn alloc_slice_fill_copy<T: Copy>(&self, len: usize, value: T) -> &'a mut [T] {
        or_panic!(self, self.filled(len, |_| value))
    }

    /// Like [`alloc_slice_fill_copy`](Arena::alloc_slice_fill_copy), but returns an error instead
    /// of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_fill_copy<T: Copy>(
        &self,
        len: usize,
        value: T,
    ) -> Result<&'a mut [T], ArenaError> {
        self.filled(len, |_| value)
    }
}

/// The code behind the methods of handle.rs. Those have checked that `T` needs no `Drop`.
impl<'a> Arena<'a> {
    #[inline]
    pub(crate) fn filled<T>(
        &self,
        len: usize,
        mut make: impl FnMut(usize) -> T,
    ) -> Result<&'a mut [T], ArenaError> {
        let slots = self.lease_ref().uninit(len)?;
        for (index, slot) in slots.iter_mut().enumerate() {
            slot.write(make(index));
        }
        // SAFETY: rule 2 (handle.rs): the loop wrote every element.
        Ok(unsafe { assume_init(slots) })
    }

    #[inline]
    pub(crate) fn try_filled<T, E>(
        &self,
        len: usize,
        mut make: impl FnMut(usize) -> Result<T, E>,
    ) -> Result<Result<&'a mut [T], E>, ArenaError> {
        let slots = self.lease_ref().uninit(len)?;
        for (index, slot) in slots.iter_mut().enumerate() {
            match make(index) {
                Ok(element) => slot.write(element),
                Err(error) => return Ok(Err(error)),
            };
        }
        // SAFETY: rule 2 (handle.rs): the loop wrote every element.
        Ok(Ok(unsafe { assume_init(slots) }))
    }

    #[inline]
    pub(crate) fn filled_from<T>(
        &self,
        mut elements: impl ExactSizeIterator<Item = T>,
    ) -> Result<&'a mut [T], ArenaError> {
        self.filled(elements.len(), |_| {
            elements.next().expect("an ExactSizeIterator gives as many elements as it said")
        })
    }

    pub(crate) fn collected<T>(
        &self,
        elements: impl Iterator<Item = T>,
    ) -> Result<&'a mut [T], ArenaError> {
        let mut grown = Vec::new_in(self.lease_ref());
        self.lease_ref().reserve(&mut grown, elements.size_hint().0)?;
        for element in elements {
            self.lease_ref().reserve(&mut grown, 1)?;
            grown.push(element);
        }
        Ok(self.lease_ref().leak(grown))
    }
}
