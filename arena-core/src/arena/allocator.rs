//! The arena as an allocator of collections, in three forms. `&Arena` serves collections of one
//! task. `Arena` by value (a fork) serves collections that are `Send` and live across `.await`s.
//! [`Fallible`] serves `try_reserve`.
//!
//! `allocator_api2` and std implement `Allocator` for references to allocators, so `&Arena` needs
//! no own `impl`.
//!
//! # At the limit
//!
//! A collection that cannot report a failure calls `handle_alloc_error`, which aborts the process.
//! A request over its limit must not abort all other requests. So `&Arena` and `Arena` **unwind**
//! at the limit and at the service's budget, out of `allocate`, `grow` and `shrink`. They have
//! changed nothing then, and the caller still owns its old block. If the global allocator refuses
//! memory, a scope with a limit unwinds, too, and any other scope returns an `AllocError`. A limit
//! that is [only measured](crate::LimitMode::Measure) changes nothing here.
//!
//! [`Allocator`] permits a panic, but whether a collection must stay sound then is an open question
//! ([rust#104224]). So use `&Arena` and `Arena` only with the collections on this list. The tests
//! unwind each of their operations at each call of the allocator, and also at each `Clone`, `Hash`,
//! `Eq` and `Ord` of an element:
//!
//! | Package | Collections |
//! |---|---|
//! | this one | all of [`collections`](crate::collections), and [`text::String`](crate::text::String) |
//! | `allocator-api2` 0.2.21 | `Vec`, `Box` |
//! | `hashbrown` 0.17.1 | `HashMap`, `HashSet` |
//!
//! Give any other collection [`arena.fallible()`](Arena::fallible), which never unwinds. It returns
//! an error to the `try_*` methods. All other methods abort the process at the limit.
//!
//! [rust#104224]: https://github.com/rust-lang/rust/issues/104224
#![cfg_attr(feature = "nightly", doc = "")]
#![cfg_attr(feature = "nightly", doc = include_str!("nightly.md"))]

#[cfg(feature = "nightly")]
#[allow(unused_imports, reason = "it can be the same trait as that of allocator-api2")]
use core::alloc::Allocator as _;
use core::alloc::Layout;
use core::ptr::NonNull;

use allocator_api2::alloc::{AllocError, Allocator};
use bumpalo::Bump;

use crate::arena::growth::overlap;
use crate::arena::handle::Arena;
use crate::lease::pointer::LeaseRef;

fn block(memory: NonNull<u8>, layout: Layout) -> NonNull<[u8]> {
    NonNull::slice_from_raw_parts(memory, layout.size())
}

// SAFETY: rules 2 and 3 (handle.rs): blocks are disjoint, and stay valid until `'a` ends. No
// collection with this allocator lasts longer, wherever the handle moves. `bumpalo` itself frees
// and resizes blocks, on the `Bump` that handed them out. Rule 1 keeps all calls on one thread at a
// time.
unsafe impl Allocator for LeaseRef<'_> {
    #[inline]
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
        match self.get().try_allocate(layout) {
            Ok(memory) => Ok(block(memory, layout)),
            Err(_) => Err(AllocError),
        }
    }

    #[inline]
    unsafe fn deallocate(&self, memory: NonNull<u8>, layout: Layout) {
        let lease = self.get();
        if lease.ahead().is_tight() {
            // SAFETY: rule 2 (handle.rs): the caller keeps the contract of `deallocate`.
            return unsafe { self.deallocate_tight(memory, layout) };
        }
        lease.watching_rewinds(|bump: &Bump| {
            // SAFETY: rule 2: the caller keeps the contract, and the block came from this `Bump`.
            unsafe { bump.deallocate(memory, layout) };
        });
    }

    #[inline]
    unsafe fn grow(
        &self,
        memory: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<[u8]>, AllocError> {
        let grown = if self.get().ahead().is_tight() {
            // SAFETY: rule 2 (handle.rs): the caller keeps the contract of `grow`.
            unsafe { self.grow_tight(memory, old, new) }
        } else {
            // SAFETY: rule 2: the caller keeps the contract of `grow`.
            unsafe { self.grow_plain(memory, old, new) }
        }?;
        #[cfg(test)]
        moved::note(memory, grown, old.size());
        Ok(block(grown, new))
    }

    #[inline]
    unsafe fn shrink(
        &self,
        memory: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<[u8]>, AllocError> {
        if self.get().ahead().is_tight() {
            // SAFETY: rule 2 (handle.rs): the caller keeps the contract of `shrink`.
            if let Some(shrunk) = unsafe { self.shrink_tight(memory, old, new) } {
                #[cfg(test)]
                moved::note(memory, shrunk, new.size());
                return Ok(block(shrunk, new));
            }
        }
        let shrink = |bump: &Bump| {
            // SAFETY: rule 2 (handle.rs): as in `deallocate`.
            unsafe { bump.shrink(memory, old, new) }
        };
        // For a larger alignment, `bumpalo` returns no bytes, and may begin a new chunk.
        let shrunk = if new.align() > old.align() {
            shrink(self.get().bump())
        } else {
            self.get().watching_rewinds(shrink)
        };
        match shrunk {
            Ok(shrunk) => Ok(shrunk),
            Err(_) => {
                // SAFETY: rule 2: `bumpalo` left the old block unchanged, and `new` is not larger.
                let copied = unsafe { self.copied(memory, new.size(), new) };
                copied.map(|fresh| block(fresh, new))
            }
        }
    }
}

impl LeaseRef<'_> {
    /// Grows a block as `bumpalo` does, and takes another chunk if `bumpalo` refuses.
    ///
    /// # Safety
    ///
    /// The contract of [`Allocator::grow`].
    #[inline]
    pub(crate) unsafe fn grow_plain(
        self,
        memory: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        // SAFETY: rule 2 (handle.rs): as in `deallocate`.
        let grown = match unsafe { self.get().bump().grow(memory, old, new) } {
            Ok(grown) => grown.cast(),
            // SAFETY: rule 2: `bumpalo` left the old block unchanged, and `new` is not smaller.
            Err(_) => unsafe { self.copied(memory, old.size(), new) }?,
        };
        if old.size() > 0 && !overlap(memory, grown, new) {
            self.get().abandon(old.size());
        }
        Ok(grown)
    }

    /// Allocates a new block from the request's shared limit, and copies the first `bytes` of the
    /// old block into it.
    ///
    /// # Safety
    ///
    /// `memory` is a block of at least `bytes`, and `new` has room for at least `bytes`.
    #[cold]
    unsafe fn copied(
        &self,
        memory: NonNull<u8>,
        bytes: usize,
        new: Layout,
    ) -> Result<NonNull<u8>, AllocError> {
        let fresh = self.allocate(new)?.cast();
        // SAFETY: rule 2 (handle.rs): a fresh block does not overlap the old one, and both have
        // room for `bytes`.
        unsafe { memory.copy_to_nonoverlapping(fresh, bytes) };
        Ok(fresh)
    }
}

/// Counts the bytes that blocks moved, for tests.
#[cfg(test)]
pub(crate) mod moved {
    use core::cell::Cell;
    use core::ptr::NonNull;

    thread_local! {
        static BYTES: Cell<usize> = const { Cell::new(0) };
    }

    pub(super) fn note(from: NonNull<u8>, to: NonNull<u8>, bytes: usize) {
        if from != to {
            BYTES.set(BYTES.get() + bytes);
        }
    }

    /// Returns the bytes that blocks of this thread moved since the last call.
    pub(crate) fn take() -> usize {
        BYTES.take()
    }
}

/// The arena as an allocator that returns an error at the limit, for `try_reserve`.
/// [`Arena::fallible`] creates it.
///
/// Grow a collection over it only by its `try_*` methods. The other methods abort the process when
/// an allocation fails.
#[derive(Clone, Copy, Debug)]
pub struct Fallible<'b>(&'b Arena<'b>);

impl<'b> Fallible<'b> {
    #[inline]
    pub(crate) fn lease_ref(&self) -> LeaseRef<'b> {
        self.0.lease_ref()
    }
}

impl Arena<'_> {
    /// Returns an allocator for collections that grow by `try_reserve`.
    ///
    /// ```
    /// use request_arena_core::{Site, collections::fallible, scope};
    ///
    /// static SITE: Site =
    ///     Site::new("fallible", module_path!(), file!(), line!()).with_limit(4096);
    /// scope(&SITE, |arena| {
    ///     let mut bytes = fallible::Vec::new_in(arena.fallible());
    ///     assert!(bytes.try_reserve_exact(100_000).is_err());
    ///     assert!(bytes.try_reserve_exact(1000).is_ok());
    ///     bytes.push(1_u8);
    /// });
    /// ```
    #[inline]
    #[must_use]
    pub fn fallible(&self) -> Fallible<'_> {
        Fallible(self)
    }
}
