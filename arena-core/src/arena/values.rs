//! Single values in the arena whose `Drop` matters. A box drops the value, the end of the request
//! drops it, or the caller forgets it on purpose.

use core::alloc::Layout;
use core::ptr::NonNull;

use crate::arena::boxed::Box;
use crate::arena::handle::Arena;
use crate::error::ArenaError;
use crate::lease::pointer::LeaseRef;

impl<'a> LeaseRef<'a> {
    /// Writes the result of `make` into fresh memory for a `T`.
    #[inline(always)]
    fn fill<T>(self, memory: NonNull<u8>, make: impl FnOnce() -> T) -> &'a mut T {
        let slot = memory.cast::<T>();
        // SAFETY: rule 2 (handle.rs): `memory` is fresh, has the layout of `T`, and is unaliased
        // until `'a` ends. As in `bumpalo`, one call makes and writes the value, so that it can be
        // built in place.
        unsafe { write_made(slot, make) };
        // SAFETY: rules 2 and 3: initialised in the line above, unaliased, and kept for `'a`.
        unsafe { &mut *slot.as_ptr() }
    }
}

#[inline(always)]
unsafe fn write_made<T>(slot: NonNull<T>, make: impl FnOnce() -> T) {
    // SAFETY: rule 2 (handle.rs): the caller passes a slot that is valid for writes of a `T`.
    unsafe { slot.write(make()) };
}

impl<'a> Arena<'a> {
    /// Moves `value` into the arena and never runs its `Drop`. Memory and resources that it owns
    /// leak.
    ///
    /// Use it for types that own nothing although `needs_drop` reports `true` (it may be
    /// conservative), and for values that you leak on purpose.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[inline]
    pub fn alloc_without_drop<T>(&self, value: T) -> &'a mut T {
        self.place(|| value)
    }

    /// Like [`alloc_without_drop`](Arena::alloc_without_drop), but returns an error instead of
    /// panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`try_alloc`](Arena::try_alloc). The value is dropped in
    /// that case.
    #[inline]
    pub fn try_alloc_without_drop<T>(&self, value: T) -> Result<&'a mut T, ArenaError> {
        self.try_place(|| value)
    }

    /// Moves `value` into the arena and returns a box that drops it. Use it for values that own
    /// memory or a resource.
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
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[inline]
    #[must_use = "the box drops the value at once if it is not kept"]
    pub fn alloc_box<T>(&self, value: T) -> Box<'a, T> {
        Box::new(self.place(|| value))
    }

    /// Like [`alloc_box`](Arena::alloc_box), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`try_alloc`](Arena::try_alloc). The value is dropped in
    /// that case.
    #[inline]
    pub fn try_alloc_box<T>(&self, value: T) -> Result<Box<'a, T>, ArenaError> {
        Ok(Box::new(self.try_place(|| value)?))
    }

    /// Moves `value` into the arena and drops it when the request ends, after the body and before
    /// the arena is freed.
    ///
    /// Deferred values and closures of [`defer`](Arena::defer) run last in, first out. A panic in
    /// one of them does not stop the others, and resumes after all of them have run.
    ///
    /// The value must be `'static`, because its `Drop` runs after the request and so cannot hold
    /// arena memory. It takes 16 bytes (two words) more than `T`.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    pub fn alloc_deferred<T: Send + 'static>(&self, value: T) -> &'a mut T {
        match self.try_alloc_deferred(value) {
            Ok(value) => value,
            Err(error) => self.lease().panic_with(error),
        }
    }

    /// Like [`alloc_deferred`](Arena::alloc_deferred), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`try_alloc`](Arena::try_alloc). The value is dropped at
    /// once in that case.
    pub fn try_alloc_deferred<T: Send + 'static>(&self, value: T) -> Result<&'a mut T, ArenaError> {
        let lease = self.lease();
        let memory = lease.allocate_at_end::<T>()?;
        // SAFETY: rule 4 (handle.rs): fresh memory with the entry's layout. It is valid until the
        // lease closes, and the lease runs the entries first.
        let value = unsafe { lease.at_end.push_value(memory, value) };
        // SAFETY: rules 2 and 3: the line above wrote the value, and the lease touches it again
        // only after `'a` ends.
        Ok(unsafe { &mut *value.as_ptr() })
    }

    /// Calls `work` when the request ends. See [`alloc_deferred`](Arena::alloc_deferred) for the
    /// moment and the order.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    pub fn defer(&self, work: impl FnOnce() + Send + 'static) {
        if let Err(error) = self.try_defer(work) {
            self.lease().panic_with(error);
        }
    }

    /// Like [`defer`](Arena::defer), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`try_alloc`](Arena::try_alloc). `work` is dropped
    /// without being called in that case.
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
