//! The handle: [`Arena`], one pointer wide, through which a request allocates; and what it forgets:
//! its methods for values whose `Drop` never runs, which refuse a type that needs it.
//!
//! The other methods are in files of their own. These, and the one that gives the handle up, stand
//! beside the type because the compiler names them, with the module of their `impl`, when it shows
//! the call that was refused.
//!
//! # Why it is sound
//!
//! Every `unsafe` block of this crate names the rule that it rests on:
//!
//! 1. **One handle.** A lease is reached through one `Arena` at a time: it is neither `Clone` nor
//!    `Copy`, its maker borrows the owner mutably, and a fork or a child scope is another lease.
//!    `Arena` is not `Sync`, so whatever reaches the `Bump` itself (`&Arena`, `&Bump`, a collection
//!    over either) stays on one thread. Sending the handle is sending a `&mut` of the lease.
//! 2. **Handed out once.** Memory that was handed out is disjoint from all other memory handed out,
//!    and the lease does not touch it while `'a` lasts. So `&self` methods may return `&'a mut T`.
//! 3. **Kept until the end.** A lease gives its memory back only in its owner's `Drop` (or `&mut`),
//!    so after `'a`. Forgetting the owner leaks the arena. The `'a` may be cut short by whoever has
//!    the owner: nothing here relies on its being longer than the borrow checker says.
//! 4. **Nothing of the request runs after it.** What runs at the lease's end is `Send + 'static`,
//!    lies in the lease's own memory, and runs exactly once, before that memory is given back.
//! 5. **Forgetting is safe.** A value that the arena forgets needs no `Drop`: checked at compile
//!    time by `needs_drop`, or said by the caller.
//! 6. **Lengths only.** The chunks are walked for their lengths alone; no reference to their
//!    content is made.
//! 7. **A thread's own.** What a thread keeps for itself is reached by that thread alone: it lies
//!    in a shell that one thread has at a time, and that goes on to another one, empty and through
//!    a lock, when its thread ends. Other threads take arenas out of its places only by a call, at
//!    a moment when the thread uses nothing of its shell: `claim.rs` has the protocol and its
//!    proof.
//! 8. **Alone in its place.** The future of a scope keeps its body to itself: only `&mut` reaches
//!    that. So a `&` of the future may be shared between threads whatever the body holds, as
//!    `std::sync::Exclusive` argues.
//! 9. **A barrier and no more.** The one system call that this crate makes itself takes no pointer
//!    and changes no memory.

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

/// A request's arena: memory that is freed at once when the request is over, and cannot outlive it.
///
/// Allocating methods take `&self` and return `&'a mut T`: they borrow from the request, not from
/// the handle. So a future can hold many of them across `.await` and stay `Send`.
///
/// # Passing it on
///
/// The handle is `Send`, but not `Sync`, `Clone` or `Copy`. Pass it on like this:
///
/// * a synchronous helper takes `&Arena<'a>`,
/// * an `async` helper takes `&mut Arena<'a>`, because `&Arena` held across an `.await` makes the
///   future not `Send`,
/// * work that goes on in parallel takes a [`fork`](Arena::fork),
/// * work whose memory should be freed earlier runs in a [child scope](Arena::scope).
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
/// One pointer. [`alloc`](Arena::alloc) compiles to what `bumpalo::Bump::alloc` does.
pub struct Arena<'a> {
    lease: LeaseRef<'a>,
}

// SAFETY: rule 1: the one handle of a lease moves, and with it the only way to the lease. Values
// already handed out are disjoint memory (rule 2), and what they need to move to another thread is
// asked of their own types.
unsafe impl Send for Arena<'_> {}

impl<'a> Arena<'a> {
    /// The handle of a lease that is borrowed for `'a` and so has no other.
    #[inline(always)]
    pub(crate) fn new(lease: &'a mut Lease) -> Self {
        // SAFETY: rules 1 and 3: the lease is borrowed mutably for `'a`, so it stays in place and
        // open, and nobody else has it.
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

    /// Gives the handle up for a `&Bump` that lives as long as the request.
    ///
    /// `&Bump` is not `Send`: a future that holds it across an `.await` is not either. See
    /// [`bump`](Arena::bump) for figures and limits.
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

/// What an arena may forget (rule 5): `let () = Forgets::<T>::NEEDS_NO_DROP;` refuses, when the
/// crate is built, a type whose `Drop` would never run. It stands in each public method itself, so
/// that the compiler shows the user's call of it.
#[derive(Debug)]
pub struct Forgets<T>(PhantomData<T>);

impl<T> Forgets<T> {
    /// Fails to build for a type that needs `Drop`.
    pub const NEEDS_NO_DROP: () = refuse_if(core::mem::needs_drop::<T>());
}

/// The words of the refusal. A function of its own, so that they stand under a line of this file
/// and not of the standard library's `panic!`.
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
    /// `T` must not need `Drop`: an arena frees memory without looking at it. That is refused when
    /// the crate is built (a `const` block, so `cargo build` and not `cargo check`);
    /// [`alloc_box`](Arena::alloc_box) and [`alloc_deferred`](Arena::alloc_deferred) take such
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
    /// If the arena is at its limit or the global allocator refuses a chunk.
    /// [`try_alloc`](Arena::try_alloc) returns that as an error.
    #[inline(always)]
    pub fn alloc<T>(&self, value: T) -> &'a mut T {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.place(|| value)
    }

    /// Moves `value` into the arena, or says why it cannot.
    ///
    /// # Errors
    ///
    /// If the arena is at its limit or the global allocator refuses a chunk.
    #[inline(always)]
    pub fn try_alloc<T>(&self, value: T) -> Result<&'a mut T, ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.try_place(|| value)
    }

    /// Makes a value in the arena. `make` runs after the memory is taken, so that a large value
    /// need not be copied.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    #[inline(always)]
    pub fn alloc_with<T>(&self, make: impl FnOnce() -> T) -> &'a mut T {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.place(make)
    }

    /// Makes a value in the arena, or says why it cannot; `make` is not called then.
    ///
    /// # Errors
    ///
    /// As [`try_alloc`](Arena::try_alloc).
    #[inline(always)]
    pub fn try_alloc_with<T>(&self, make: impl FnOnce() -> T) -> Result<&'a mut T, ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.try_place(make)
    }

    /// Makes a value by a function that can fail on its own account, and moves it into the arena. A
    /// failure takes no memory.
    ///
    /// # Errors
    ///
    /// The one that `make` returns.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    #[inline(always)]
    pub fn alloc_try_with<T, E>(
        &self,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<&'a mut T, E> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        make().map(|value| self.place(|| value))
    }

    /// As [`alloc_try_with`](Arena::alloc_try_with), with an error for lack of memory.
    ///
    /// # Errors
    ///
    /// As [`try_alloc`](Arena::try_alloc); within, the one that `make` returns.
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
    /// As [`alloc`](Arena::alloc), and if a `clone` panics.
    #[inline]
    pub fn alloc_slice_clone<T: Clone>(&self, source: &[T]) -> &'a mut [T] {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.filled(source.len(), |index| source[index].clone()))
    }

    /// As [`alloc_slice_clone`](Arena::alloc_slice_clone), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_clone<T: Clone>(&self, source: &[T]) -> Result<&'a mut [T], ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.filled(source.len(), |index| source[index].clone())
    }

    /// Makes `len` elements, each from its index.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc), and if `make` panics.
    #[inline]
    pub fn alloc_slice_fill_with<T>(
        &self,
        len: usize,
        make: impl FnMut(usize) -> T,
    ) -> &'a mut [T] {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.filled(len, make))
    }

    /// As [`alloc_slice_fill_with`](Arena::alloc_slice_fill_with), with an error instead of a
    /// panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_fill_with<T>(
        &self,
        len: usize,
        make: impl FnMut(usize) -> T,
    ) -> Result<&'a mut [T], ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.filled(len, make)
    }

    /// Makes `len` elements by a function that can fail; what was made before the failure stays
    /// used until the end.
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
        make: impl FnMut(usize) -> Result<T, E>,
    ) -> Result<&'a mut [T], E> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.try_filled(len, make))
    }

    /// As [`alloc_slice_try_fill_with`](Arena::alloc_slice_try_fill_with), with an error for lack
    /// of memory.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit); within, the first one that
    /// `make` returns.
    pub fn try_alloc_slice_try_fill_with<T, E>(
        &self,
        len: usize,
        make: impl FnMut(usize) -> Result<T, E>,
    ) -> Result<Result<&'a mut [T], E>, ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.try_filled(len, make)
    }

    /// `len` clones of `value`.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc), and if a `clone` panics.
    #[inline]
    pub fn alloc_slice_fill_clone<T: Clone>(&self, len: usize, value: &T) -> &'a mut [T] {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.filled(len, |_| value.clone()))
    }

    /// As [`alloc_slice_fill_clone`](Arena::alloc_slice_fill_clone), with an error instead of a
    /// panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_fill_clone<T: Clone>(
        &self,
        len: usize,
        value: &T,
    ) -> Result<&'a mut [T], ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.filled(len, |_| value.clone())
    }

    /// `len` default values.
    ///
    /// # Panics
    ///
    /// As [`alloc`](Arena::alloc).
    #[inline]
    pub fn alloc_slice_fill_default<T: Default>(&self, len: usize) -> &'a mut [T] {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.filled(len, |_| T::default()))
    }

    /// As [`alloc_slice_fill_default`](Arena::alloc_slice_fill_default), with an error instead of a
    /// panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    #[inline]
    pub fn try_alloc_slice_fill_default<T: Default>(
        &self,
        len: usize,
    ) -> Result<&'a mut [T], ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.filled(len, |_| T::default())
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
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.filled_from(elements.into_iter()))
    }

    /// As [`alloc_slice_fill_iter`](Arena::alloc_slice_fill_iter), with an error for lack of
    /// memory.
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
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.filled_from(elements.into_iter())
    }

    /// The elements of any iterator. Where it does not know its length, the slice grows like a
    /// `Vec`.
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
        let () = Forgets::<T>::NEEDS_NO_DROP;
        or_panic!(self, self.collected(elements.into_iter()))
    }

    /// As [`alloc_from_iter`](Arena::alloc_from_iter), with an error instead of a panic.
    ///
    /// # Errors
    ///
    /// As [`try_alloc_slice_uninit`](Arena::try_alloc_slice_uninit).
    pub fn try_alloc_from_iter<T>(
        &self,
        elements: impl IntoIterator<Item = T>,
    ) -> Result<&'a mut [T], ArenaError> {
        let () = Forgets::<T>::NEEDS_NO_DROP;
        self.collected(elements.into_iter())
    }
}
