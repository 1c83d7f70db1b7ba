//! [`Arena`], the handle through which a request allocates. A handle is one pointer wide.
//!
//! This file also holds the methods for values that the arena forgets, without running `Drop`. They
//! refuse a type that needs `Drop`. The compiler's error names the module of their `impl`, so they
//! are in the module of the type, as is the method that consumes the handle. The other methods are
//! in files of their own.
//!
//! # Why it is sound
//!
//! Every `unsafe` block of this crate names the rule that it relies on:
//!
//! 1. **One handle.** A lease is reached through one `Arena` at a time. `Arena` is neither `Clone`
//!    nor `Copy`, its constructor borrows the owner mutably, and a fork or a child scope is another
//!    lease. `Arena` is not `Sync`, so any access to the `Bump` (through `&Arena`, `&Bump`, or a
//!    collection over either) stays on one thread. Sending the handle is sending a `&mut` of the
//!    lease.
//! 2. **Handed out once.** Every block is disjoint from all other blocks handed out, and the lease
//!    does not touch it while `'a` lasts. So `&self` methods may return `&'a mut T`.
//! 3. **Kept until the end.** A lease frees its memory only in its owner's `Drop` or through
//!    `&mut`, so after `'a`. Forgetting the owner leaks the arena. The owner may end `'a` early:
//!    the code relies only on the lifetime that the borrow checker sees.
//! 4. **Nothing of the request runs after it.** Entries that run at the lease's end are `'static`
//!    and `Send`, and lie in the lease's own memory. Each runs exactly once, before that memory is
//!    freed.
//! 5. **Forgetting is safe.** A value that the arena forgets needs no `Drop`. Either `needs_drop`
//!    checks this at compile time, or the caller states it.
//! 6. **Lengths only.** The code walks the chunks for their lengths alone, and makes no reference
//!    to their content.
//! 7. **A thread's own.** Only the owning thread reaches its private state. The state lies in a
//!    `ThreadSlot` that one thread has at a time. When the thread ends, the slot passes to another
//!    thread, empty and through a lock. Other threads take arenas out of the slot only by a call,
//!    at a moment when the owning thread uses nothing of it. `claim.rs` has the protocol and its
//!    proof.
//! 8. **Alone in its place.** The future of a scope keeps its body to itself: only `&mut` reaches
//!    the body. So threads may share a `&` of the future whatever the body holds, as
//!    `std::sync::Exclusive` argues.
//! 9. **A barrier and no more.** This crate makes one system call itself, which takes no pointer
//!    and changes no memory.
//! 10. **A buffer's own.** A response buffer owns a lease that has no handle, and its block is the
//!     whole chunk of that lease. Only the buffer reaches the block, until it gives the lease back.
//!     The first `len` bytes of the block are initialised.

use core::marker::PhantomData;
use core::ptr::NonNull;

use bumpalo::Bump;

use crate::arena::or_panic::or_panic;
use crate::error::ArenaError;
use crate::lease::Lease;
use crate::lease::pointer::LeaseRef;

pub use crate::arena::unshared::{
    ForkInsteadOfClone, OwnedForkOrArenaSlice, UseForkForClone, UseMutArenaOrFork,
};

/// A request's arena: memory that is freed at once when the request ends.
///
/// Allocating methods take `&self` and return `&'a mut T`. They borrow from the request, not from
/// the handle, so a future can hold many of them across `.await` and stay `Send`. No allocation can
/// outlive the request.
///
/// # Passing it on
///
/// The handle is `Send`, but not `Sync`, `Clone` or `Copy`. Pass it on like this:
///
/// * A synchronous helper takes `&Arena<'a>`.
/// * An `async` helper takes `&mut Arena<'a>`. A future that holds `&Arena` across an `.await` is
///   not `Send`.
/// * Parallel work takes a [`fork`](Arena::fork).
/// * Work that should free its memory earlier runs in a [child scope](Arena::scope).
///
/// ```
/// use request_arena_core::{Arena, Site, scope};
///
/// fn shout<'a>(arena: &Arena<'a>, word: &str) -> &'a str {
///     let copy = arena.alloc_str(word);
///     copy.make_ascii_uppercase();
///     copy
/// }
///
/// static SITE: Site = Site::new("shout", module_path!(), file!(), line!());
/// scope(&SITE, |arena| {
///     let a = shout(&arena, "two");
///     let b = shout(&arena, "words");
///     assert_eq!((a, b), ("TWO", "WORDS"));
/// });
/// ```
///
/// # Cost
///
/// A handle is one pointer. [`alloc`](Arena::alloc) compiles to the same code as
/// `bumpalo::Bump::alloc`.
pub struct Arena<'a> {
    lease: LeaseRef<'a>,
}

// SAFETY: rule 1: the one handle of a lease moves, and with it the only access to the lease. Values
// already handed out are disjoint memory (rule 2), and their own types decide whether they may move
// to another thread.
unsafe impl Send for Arena<'_> {}

impl<'a> Arena<'a> {
    /// Creates the only handle of a lease. The mutable borrow for `'a` excludes others.
    #[inline(always)]
    pub(crate) fn new(lease: &'a mut Lease) -> Self {
        // SAFETY: rules 1 and 3: the mutable borrow for `'a` keeps the lease in place and open, and
        // excludes other handles.
        let lease = unsafe { LeaseRef::new(NonNull::from(lease)) };
        // SAFETY: as above.
        unsafe { Self::at(lease) }
    }

    /// # Safety
    ///
    /// `lease` has no other handle for `'a` (rule 1).
    #[inline(always)]
    pub(crate) unsafe fn at(lease: LeaseRef<'a>) -> Self {
        Self { lease }
    }

    /// Converts the handle into a `&Bump` that lives as long as the request.
    ///
    /// `&Bump` is not `Send`, so a future that holds it across an `.await` is not `Send` either.
    /// See [`bump`](Arena::bump) for figures and limits.
    #[inline]
    #[must_use]
    pub fn into_bump(self) -> &'a Bump {
        self.lease().raw_bump()
    }

    #[inline(always)]
    pub(crate) fn lease_ref(&self) -> LeaseRef<'a> {
        self.lease
    }

    #[inline(always)]
    pub(crate) fn lease(&self) -> &'a Lease {
        self.lease.get()
    }
}

/// The check that the arena may forget a `T` (rule 5). `let () = Forgets::<T>::NEEDS_NO_DROP;`
/// fails to build for a type that needs `Drop`, because that `Drop` would never run. Each public
/// method contains the line itself, so that the compiler shows the user's call of it.
#[derive(Debug)]
pub struct Forgets<T>(PhantomData<T>);

impl<T> Forgets<T> {
    /// Fails to build for a type that needs `Drop`.
    pub const NEEDS_NO_DROP: () = refuse_if(core::mem::needs_drop::<T>());
}

/// Holds the text of the compile error. A separate function makes the compiler show a line of this
/// file, and not of the standard library's `panic!`.
#[track_caller]
const fn refuse_if(needs_drop: bool) {
    assert!(
        !needs_drop,
        "the arena would never run this value's `Drop`\n\
         a value that owns memory or a resource: `arena.alloc_box(value)`\n\
         to be dropped at the end of the request: `arena.alloc_deferred(value)`\n\
         text: `arena.alloc_str(&text)`, `request_arena::format!(in arena, ..)`\n\
         a list: `arena.alloc_from_iter(list)`, or a collection over `&arena`"
    );
}

impl<'a> Arena<'a> {
    /// Moves `value` into the arena.
    ///
    /// `T` must not need `Drop`, because an arena frees its memory without visiting the values. The
    /// check is a `const` block, so `cargo build` reports it and `cargo check` does not. Use
    /// [`alloc_box`](Arena::alloc_box) or [`alloc_deferred`](Arena::alloc_deferred) for such
    /// values.
    ///
    /// ```
    /// # use request_arena_core::{Site, scope};
    /// # static SITE: Site = Site::new("alloc", module_path!(), file!(), line!());
    /// scope(&SITE, |arena| {
    ///     let point = arena.alloc((48.86, 2.35));
    ///     point.0 += 1.0;
    ///     assert_eq!(*point, (49.86, 2.35));
    /// });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the limit, the [budget](crate::Settings::budget) of the service or the global
    /// allocator refuses a chunk. [`try_alloc`](Arena::try_alloc) returns an error instead.
    #[inline(always)]
    pub fn alloc<T>(&self, value: T) -> &'a mut T {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.place(|| value)
    }

    /// Moves `value` into the arena, or returns an error if it does not fit.
    ///
    /// # Errors
    ///
    /// Returns an error if the limit, the [budget](crate::Settings::budget) of the service or the
    /// global allocator refuses a chunk.
    #[inline(always)]
    pub fn try_alloc<T>(&self, value: T) -> Result<&'a mut T, ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.try_place(|| value)
    }

    /// Calls `make` and writes its result into the arena. The arena allocates before it calls
    /// `make`, so that a large value can be built in place without a copy.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[inline(always)]
    pub fn alloc_with<T>(&self, make: impl FnOnce() -> T) -> &'a mut T {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.place(make)
    }

    /// Like [`alloc_with`](Arena::alloc_with), but returns an error instead of panicking, and does
    /// not call `make` in that case.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as [`try_alloc`](Arena::try_alloc).
    #[inline(always)]
    pub fn try_alloc_with<T>(&self, make: impl FnOnce() -> T) -> Result<&'a mut T, ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.try_place(make)
    }

    /// Calls a fallible `make` and moves its value into the arena. If `make` fails, no memory is
    /// allocated.
    ///
    /// # Errors
    ///
    /// Returns the error that `make` returns.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[inline(always)]
    pub fn alloc_try_with<T, E>(
        &self,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<&'a mut T, E> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        make().map(|value| self.place(|| value))
    }

    /// Like [`alloc_try_with`](Arena::alloc_try_with), but returns an error instead of panicking if
    /// memory runs out.
    ///
    /// # Errors
    ///
    /// The outer result fails under the same conditions as [`try_alloc`](Arena::try_alloc). The
    /// inner result holds the error that `make` returns.
    #[inline(always)]
    pub fn try_alloc_try_with<T, E>(
        &self,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<Result<&'a mut T, E>, ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        match make() {
            Ok(value) => self.try_place(|| value).map(Ok),
            Err(error) => Ok(Err(error)),
        }
    }

    /// Clones a slice into the arena.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc), and if `clone` panics.
    #[inline]
    pub fn alloc_slice_clone<T: Clone>(&self, source: &[T]) -> &'a mut [T] {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.filled(source.len(), |index| source[index].clone()))
    }

    /// Like [`alloc_slice_clone`](Arena::alloc_slice_clone), but returns an error instead of
    /// panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_clone<T: Clone>(&self, source: &[T]) -> Result<&'a mut [T], ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.filled(source.len(), |index| source[index].clone())
    }

    /// Allocates a slice of `len` elements, and calls `make` with the index of each.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc), and if `make` panics.
    #[inline]
    pub fn alloc_slice_fill_with<T>(
        &self,
        len: usize,
        make: impl FnMut(usize) -> T,
    ) -> &'a mut [T] {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.filled(len, make))
    }

    /// Like [`alloc_slice_fill_with`](Arena::alloc_slice_fill_with), but returns an error instead
    /// of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_fill_with<T>(
        &self,
        len: usize,
        make: impl FnMut(usize) -> T,
    ) -> Result<&'a mut [T], ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.filled(len, make)
    }

    /// Allocates a slice of `len` elements from a fallible `make`. If `make` fails, the memory of
    /// the slice stays in use until the request ends.
    ///
    /// # Errors
    ///
    /// Returns the first error that `make` returns.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc), and if `make` panics.
    pub fn alloc_slice_try_fill_with<T, E>(
        &self,
        len: usize,
        make: impl FnMut(usize) -> Result<T, E>,
    ) -> Result<&'a mut [T], E> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.try_filled(len, make))
    }

    /// Like [`alloc_slice_try_fill_with`](Arena::alloc_slice_try_fill_with), but returns an error
    /// instead of panicking if memory runs out.
    ///
    /// # Errors
    ///
    /// The outer result fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit). The inner result holds the first
    /// error that `make` returns.
    pub fn try_alloc_slice_try_fill_with<T, E>(
        &self,
        len: usize,
        make: impl FnMut(usize) -> Result<T, E>,
    ) -> Result<Result<&'a mut [T], E>, ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.try_filled(len, make)
    }

    /// Allocates a slice of `len` clones of `value`.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc), and if `clone` panics.
    #[inline]
    pub fn alloc_slice_fill_clone<T: Clone>(&self, len: usize, value: &T) -> &'a mut [T] {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.filled(len, |_| value.clone()))
    }

    /// Like [`alloc_slice_fill_clone`](Arena::alloc_slice_fill_clone), but returns an error instead
    /// of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_fill_clone<T: Clone>(
        &self,
        len: usize,
        value: &T,
    ) -> Result<&'a mut [T], ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.filled(len, |_| value.clone())
    }

    /// Allocates a slice of `len` default values.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[inline]
    pub fn alloc_slice_fill_default<T: Default>(&self, len: usize) -> &'a mut [T] {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.filled(len, |_| T::default()))
    }

    /// Like [`alloc_slice_fill_default`](Arena::alloc_slice_fill_default), but returns an error
    /// instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_fill_default<T: Default>(
        &self,
        len: usize,
    ) -> Result<&'a mut [T], ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.filled(len, |_| T::default())
    }

    /// Collects an iterator of known length into a slice, with one allocation of exactly that size.
    ///
    /// # Panics
    ///
    /// Panics under the same conditions as [`alloc`](Arena::alloc), and if the iterator yields
    /// fewer elements than its length.
    #[inline]
    pub fn alloc_slice_fill_iter<T, I>(&self, elements: I) -> &'a mut [T]
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: ExactSizeIterator,
    {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.filled_from(elements.into_iter()))
    }

    /// Like [`alloc_slice_fill_iter`](Arena::alloc_slice_fill_iter), but returns an error instead
    /// of panicking if memory runs out.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    ///
    /// # Panics
    ///
    /// Panics if the iterator yields fewer elements than its length.
    #[inline]
    pub fn try_alloc_slice_fill_iter<T, I>(&self, elements: I) -> Result<&'a mut [T], ArenaError>
    where
        I: IntoIterator<Item = T>,
        I::IntoIter: ExactSizeIterator,
    {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.filled_from(elements.into_iter())
    }

    /// Collects any iterator into a slice. If the iterator does not know its length, the slice
    /// grows like a `Vec`.
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
    /// Panics under the same conditions as [`alloc`](Arena::alloc).
    #[inline]
    pub fn alloc_from_iter<T>(&self, elements: impl IntoIterator<Item = T>) -> &'a mut [T] {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.collected(elements.into_iter()))
    }

    /// Like [`alloc_from_iter`](Arena::alloc_from_iter), but returns an error instead of panicking.
    ///
    /// # Errors
    ///
    /// Fails under the same conditions as
    /// [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    pub fn try_alloc_from_iter<T>(
        &self,
        elements: impl IntoIterator<Item = T>,
    ) -> Result<&'a mut [T], ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.collected(elements.into_iter())
    }
}
