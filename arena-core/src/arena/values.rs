//! Single values in the arena that are dropped, by a box or at the end of the request, or forgotten
//! on purpose.

use core::alloc::Layout;
use core::ptr::NonNull;

use crate::arena::boxed::Box;
use crate::arena::handle::Arena;
use crate::error::ArenaError;
use crate::lease::pointer::LeaseRef;

impl<'a> LeaseRef<'a> {
    /// Writes what `make` returns into memory that was just handed out for a `T`.
    #[inline(always)]
    fn fill<T>(self, memory: NonNull<u8>, make: impl FnOnce() -> T) -> &'a mut T {
        let slot = memory.cast::<T>();
        // SAFETY: rule 2 (handle.rs): `memory` is fresh, for the layout of `T`, and nobody else's
        // until `'a` is over. As in `bumpalo`, the value is made in the call that writes it, so
        // that it can be built in place.
        unsafe { write_made(slot, make) };
        // SAFETY: rules 2 and 3: initialised in the line above, unaliased, and kept for `'a`.
        unsafe { &mut *slot.as_ptr() }
    }
}

#[inline(always)]
unsafe fn write_made<T>(slot: NonNull<T>, make: impl FnOnce() -> T) {
    // SAFETY: rule 2 (handle.rs): the caller gives a slot that is valid for writes of a `T`.
    unsafe { slot.write(make()) };
}

impl<'a> Arena<'a> {
    /// Moves `value` into the arena although its type needs `Drop`, which will never run: what it
    /// owns is leaked.
    ///
    /// For types that say they need `Drop` but own nothing (`needs_drop` may be conservative), and
    /// for what is meant to be leaked.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    #[inline]
    pub fn alloc_without_drop<T>(&self, value: T) -> &'a mut T {
        self.place(|| value)
    }

    /// As [`alloc_without_drop`](Arena::alloc_without_drop), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc`](Arena::try_alloc). The value is dropped then.
    #[inline]
    pub fn try_alloc_without_drop<T>(&self, value: T) -> Result<&'a mut T, ArenaError> {
        self.try_place(|| value)
    }

    /// Moves `value` into the arena under an owner that drops it: for values that own memory or a
    /// resource.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("alloc_box", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let mut names = arena.alloc_box(vec![String::from("heap")]);
    ///     names.push(String::from("memory"));
    ///     assert_eq!(names.len(), 2);
    /// }); // dropped here
    /// ```
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    #[inline]
    #[must_use = "the box drops the value at once if it is not kept"]
    pub fn alloc_box<T>(&self, value: T) -> Box<'a, T> {
        Box::new(self.place(|| value))
    }

    /// As [`alloc_box`](Arena::alloc_box), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc`](Arena::try_alloc). The value is dropped then.
    #[inline]
    pub fn try_alloc_box<T>(&self, value: T) -> Result<Box<'a, T>, ArenaError> {
        Ok(Box::new(self.try_place(|| value)?))
    }

    /// Moves `value` into the arena and drops it at the end of the request, after the body and
    /// before the arena is given back.
    ///
    /// Several run last in first out, with the closures of [`defer`](Arena::defer); one that panics
    /// does not stop the others, and its panic goes on when all is cleaned up. `'static` because it
    /// runs after the request: it cannot hold arena memory. It takes 16 bytes (two words) more than
    /// `T`.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    pub fn alloc_deferred<T: Send + 'static>(&self, value: T) -> &'a mut T {
        match self.try_alloc_deferred(value) {
            Ok(value) => value,
            Err(error) => self.lease().panic_with(error),
        }
    }

    /// As [`alloc_deferred`](Arena::alloc_deferred), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc`](Arena::try_alloc). The value is dropped at once then.
    pub fn try_alloc_deferred<T: Send + 'static>(&self, value: T) -> Result<&'a mut T, ArenaError> {
        let lease = self.lease();
        let memory = lease.allocate_at_end::<T>()?;
        // SAFETY: rule 4 (handle.rs): fresh memory of the entry's layout, valid until the lease is
        // closed, which runs the entries first.
        let value = unsafe { lease.at_end.push_value(memory, value) };
        // SAFETY: rules 2 and 3: the value was just written and is only touched again when `'a` is
        // over.
        Ok(unsafe { &mut *value.as_ptr() })
    }

    /// Calls `work` at the end of the request: see [`alloc_deferred`](Arena::alloc_deferred) for
    /// when and in which order.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    pub fn defer(&self, work: impl FnOnce() + Send + 'static) {
        if let Err(error) = self.try_defer(work) {
            self.lease().panic_with(error);
        }
    }

    /// As [`defer`](Arena::defer), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc`](Arena::try_alloc). `work` is dropped without being called then.
    pub fn try_defer<F: FnOnce() + Send + 'static>(&self, work: F) -> Result<(), ArenaError> {
        let lease = self.lease();
        let memory = lease.allocate_at_end::<F>()?;
        // SAFETY: rule 4 (handle.rs): as in `try_alloc_deferred`.
        unsafe { lease.at_end.push_closure(memory, work) };
        Ok(())
    }

    #[inline(always)]
    pub(crate) fn place<T>(&self, make: impl FnOnce() -> T) -> &'a mut T {
        let memory = self.lease().allocate(Layout::new::<T>());
        self.lease_ref().fill(memory, make)
    }

    #[inline(always)]
    pub(crate) fn try_place<T>(&self, make: impl FnOnce() -> T) -> Result<&'a mut T, ArenaError> {
        let memory = self.lease().try_allocate(Layout::new::<T>())?;
        Ok(self.lease_ref().fill(memory, make))
    }
}
