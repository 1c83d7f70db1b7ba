//! Slices in the arena, copied, cloned, filled or collected.
//!
//! Each has a `try_*` twin that returns [`ArenaError`]; the one without `try_` panics with the same text. The elements must not
//! need `Drop` (refused when the crate is built). If a closure or iterator panics half-way, what was written stays used until the end.

use core::alloc::Layout;
use core::mem::MaybeUninit;
use core::slice;

use allocator_api2::vec::Vec;

use crate::handle::LeaseRef;
use crate::values::refuse_drop;
use crate::{Arena, ArenaError};

impl<'a> LeaseRef<'a> {
    #[inline(always)]
    fn uninit<T>(self, len: usize) -> Result<&'a mut [MaybeUninit<T>], ArenaError> {
        let layout = Layout::array::<T>(len).map_err(|_| self.get().too_large())?;
        let memory = self.get().try_allocate(layout)?.cast::<MaybeUninit<T>>();
        // SAFETY: rules 2 and 3 (handle.rs): fresh memory for `len` elements, nobody else's until `'a` is over, and
        // `MaybeUninit` asks nothing of its content.
        Ok(unsafe { slice::from_raw_parts_mut(memory.as_ptr(), len) })
    }
}

/// The elements of a slice in which every one has been written.
///
/// # Safety
///
/// Every element is initialised.
unsafe fn assume_init<T>(slice: &mut [MaybeUninit<T>]) -> &mut [T] {
    let whole: *mut [MaybeUninit<T>] = slice;
    // SAFETY: rule 2 (handle.rs): the same memory with the same layout, and the caller says that it is initialised.
    unsafe { &mut *(whole as *mut [T]) }
}

/// `infallible!(method(args) -> T = try_method, "doc")`: the twin that panics.
macro_rules! or_panic {
    ($arena:ident, $result:expr) => {
        match $result {
            Ok(slice) => slice,
            Err(error) => $arena.lease().panic_with(error),
        }
    };
}
pub(crate) use or_panic;

#[expect(clippy::mut_from_ref, reason = "each call hands out memory of its own (rule 2 in handle.rs)")]
impl<'a> Arena<'a> {
    /// Memory for `len` elements that the caller writes.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc), and if the size is over `isize::MAX` bytes.
    pub fn alloc_slice_uninit<T>(&self, len: usize) -> &'a mut [MaybeUninit<T>] {
        or_panic!(self, self.try_alloc_slice_uninit(len))
    }

    /// As [`alloc_slice_uninit`](Arena::alloc_slice_uninit), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// If the arena is at its limit, the global allocator refuses, or the size is over `isize::MAX` bytes.
    pub fn try_alloc_slice_uninit<T>(&self, len: usize) -> Result<&'a mut [MaybeUninit<T>], ArenaError> {
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
    /// As [`alloc`](Arena::alloc).
    #[inline]
    pub fn alloc_slice_copy<T: Copy>(&self, source: &[T]) -> &'a mut [T] {
        or_panic!(self, self.try_alloc_slice_copy(source))
    }

    /// As [`alloc_slice_copy`](Arena::alloc_slice_copy), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_copy<T: Copy>(&self, source: &[T]) -> Result<&'a mut [T], ArenaError> {
        let memory = self.lease_ref().uninit::<T>(source.len())?.as_mut_ptr().cast::<T>();
        // SAFETY: rule 2 (handle.rs): the memory is fresh, so it does not overlap `source`, and it has room for as many elements.
        unsafe { memory.copy_from_nonoverlapping(source.as_ptr(), source.len()) };
        // SAFETY: rules 2 and 3: all elements were just written, and the memory is nobody else's until `'a` is over.
        Ok(unsafe { slice::from_raw_parts_mut(memory, source.len()) })
    }

    /// Clones a slice into the arena.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc), and if a `clone` panics.
    #[inline]
    pub fn alloc_slice_clone<T: Clone>(&self, source: &[T]) -> &'a mut [T] {
        or_panic!(self, self.try_alloc_slice_clone(source))
    }

    /// As [`alloc_slice_clone`](Arena::alloc_slice_clone), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_clone<T: Clone>(&self, source: &[T]) -> Result<&'a mut [T], ArenaError> {
        self.try_alloc_slice_fill_with(source.len(), |index| source[index].clone())
    }

    /// Makes `len` elements, each from its index.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc), and if `make` panics.
    #[inline]
    pub fn alloc_slice_fill_with<T>(&self, len: usize, make: impl FnMut(usize) -> T) -> &'a mut [T] {
        or_panic!(self, self.try_alloc_slice_fill_with(len, make))
    }

    /// As [`alloc_slice_fill_with`](Arena::alloc_slice_fill_with), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_fill_with<T>(
        &self,
        len: usize,
        mut make: impl FnMut(usize) -> T,
    ) -> Result<&'a mut [T], ArenaError> {
        refuse_drop!(T);
        let slots = self.lease_ref().uninit(len)?;
        for (index, slot) in slots.iter_mut().enumerate() {
            slot.write(make(index));
        }
        // SAFETY: rule 2 (handle.rs): the loop wrote every element.
        Ok(unsafe { assume_init(slots) })
    }

    /// Makes `len` elements by a function that can fail; what was made before the failure stays used until the end.
    ///
    /// # Errors
    ///
    /// The first one that `make` returns.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc), and if `make` panics.
    pub fn alloc_slice_try_fill_with<T, E>(
        &self,
        len: usize,
        mut make: impl FnMut(usize) -> Result<T, E>,
    ) -> Result<&'a mut [T], E> {
        refuse_drop!(T);
        let slots = or_panic!(self, self.lease_ref().uninit(len));
        for (index, slot) in slots.iter_mut().enumerate() {
            slot.write(make(index)?);
        }
        // SAFETY: rule 2 (handle.rs): the loop wrote every element.
        Ok(unsafe { assume_init(slots) })
    }

    /// `len` copies of `value`.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    #[inline]
    pub fn alloc_slice_fill_copy<T: Copy>(&self, len: usize, value: T) -> &'a mut [T] {
        or_panic!(self, self.try_alloc_slice_fill_copy(len, value))
    }

    /// As [`alloc_slice_fill_copy`](Arena::alloc_slice_fill_copy), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_fill_copy<T: Copy>(&self, len: usize, value: T) -> Result<&'a mut [T], ArenaError> {
        self.try_alloc_slice_fill_with(len, |_| value)
    }

    /// `len` clones of `value`.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc), and if a `clone` panics.
    #[inline]
    pub fn alloc_slice_fill_clone<T: Clone>(&self, len: usize, value: &T) -> &'a mut [T] {
        or_panic!(self, self.try_alloc_slice_fill_clone(len, value))
    }

    /// As [`alloc_slice_fill_clone`](Arena::alloc_slice_fill_clone), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_fill_clone<T: Clone>(&self, len: usize, value: &T) -> Result<&'a mut [T], ArenaError> {
        self.try_alloc_slice_fill_with(len, |_| value.clone())
    }

    /// `len` default values.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    #[inline]
    pub fn alloc_slice_fill_default<T: Default>(&self, len: usize) -> &'a mut [T] {
        or_panic!(self, self.try_alloc_slice_fill_default(len))
    }

    /// As [`alloc_slice_fill_default`](Arena::alloc_slice_fill_default), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_fill_default<T: Default>(&self, len: usize) -> Result<&'a mut [T], ArenaError> {
        self.try_alloc_slice_fill_with(len, |_| T::default())
    }

    /// The elements of an iterator that knows its length: one allocation of exactly that size.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc), and if the iterator ends before the length that it gave.
    #[inline]
    pub fn alloc_slice_fill_iter<T, I>(&self, elements: I) -> &'a mut [T]
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: ExactSizeIterator,
    {
        or_panic!(self, self.try_alloc_slice_fill_iter(elements))
    }

    /// As [`alloc_slice_fill_iter`](Arena::alloc_slice_fill_iter), with an error for lack of memory.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    ///
    /// # Panics
    ///
    /// If the iterator ends before the length that it gave.
    #[inline]
    pub fn try_alloc_slice_fill_iter<T, I>(&self, elements: I) -> Result<&'a mut [T], ArenaError>
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: ExactSizeIterator,
    {
        let mut elements = elements.into_iter();
        self.try_alloc_slice_fill_with(elements.len(), |_| {
            elements.next().expect("an ExactSizeIterator gives as many elements as it said")
        })
    }

    /// The elements of any iterator. Where it does not know its length, the slice grows like a `Vec`.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("from_iter", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let words: &[&str] = arena.alloc_from_iter("a bc d".split(' '));
    ///     assert_eq!(words, ["a", "bc", "d"]);
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    #[inline]
    pub fn alloc_from_iter<T>(&self, elements: impl IntoIterator<Item = T>) -> &'a mut [T] {
        or_panic!(self, self.try_alloc_from_iter(elements))
    }

    /// As [`alloc_from_iter`](Arena::alloc_from_iter), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    pub fn try_alloc_from_iter<T>(&self, elements: impl IntoIterator<Item = T>) -> Result<&'a mut [T], ArenaError> {
        refuse_drop!(T);
        let elements = elements.into_iter();
        let mut grown = Vec::new_in(self.lease_ref());
        self.lease_ref().reserve(&mut grown, elements.size_hint().0)?;
        for element in elements {
            self.lease_ref().reserve(&mut grown, 1)?;
            grown.push(element);
        }
        Ok(grown.leak())
    }
}
