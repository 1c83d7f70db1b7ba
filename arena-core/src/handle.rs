//! The handle: [`Arena`], one pointer wide, through which a request allocates.
//!
//! # Why it is sound
//!
//! Every `unsafe` block of this crate names the rule that it rests on:
//!
//! 1. **One handle.** A lease is reached through one `Arena` at a time: it is neither `Clone` nor `Copy`, its maker borrows the
//!    owner mutably, and a fork or a child scope is another lease. `Arena` is not `Sync`, so whatever reaches the `Bump` itself
//!    (`&Arena`, `&Bump`, a collection over either) stays on one thread. Sending the handle is sending a `&mut` of the lease.
//! 2. **Handed out once.** Memory that was handed out is disjoint from all other memory handed out, and the lease does not touch
//!    it while `'a` lasts. So `&self` methods may return `&'a mut T`.
//! 3. **Kept until the end.** A lease gives its memory back only in its owner's `Drop` (or `&mut`), so after `'a`. Forgetting the owner leaks
//!    the arena. The `'a` may be cut short by whoever has the owner: nothing here relies on its being longer than the borrow checker says.
//! 4. **Nothing of the request runs after it.** What runs at the lease's end is `Send + 'static`, lies in the lease's own
//!    memory, and runs exactly once, before that memory is given back.
//! 5. **Forgetting is safe.** A value that the arena forgets needs no `Drop`: checked at compile time by `needs_drop`, or said by the caller.
//! 6. **Lengths only.** The chunks are walked for their lengths alone; no reference to their content is made.

use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;

use bumpalo::Bump;

use crate::Site;
use crate::lease::Lease;

/// A request's arena: memory that is freed at once when the request is over, and cannot outlive it.
///
/// Allocating methods take `&self` and return `&'a mut T`: they borrow from the request, not from the handle. So a
/// future can hold many of them across `.await` and stay `Send`.
///
/// # Passing it on
///
/// The handle is `Send`, but not `Sync`, `Clone` or `Copy`. Pass it on like this:
///
/// * a synchronous helper takes `&Arena<'a>`,
/// * an `async` helper takes `&mut Arena<'a>`, because `&Arena` held across an `.await` makes the future not `Send`,
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
    one_task_at_a_time: PhantomData<dyn UseMutArenaOrFork>,
}

/// Makes [`Arena`] not `Sync`. The compiler prints its name when a `&Arena` is held where other threads
/// could see it: hold `&mut Arena` across an `.await`, and give parallel work a `fork()` of its own.
pub trait UseMutArenaOrFork {}

// SAFETY: rule 1: the one handle of a lease moves, and with it the only way to the lease. Values already handed out are
// disjoint memory (rule 2), and what they need to move to another thread is asked of their own types.
unsafe impl Send for Arena<'_> {}

/// A pointer to a lease, for `'a`. Private to this crate: the public types around it decide what may be sent and shared.
#[derive(Clone, Copy)]
pub(crate) struct LeaseRef<'a> {
    lease: NonNull<Lease>,
    request: PhantomData<&'a ()>,
}

// SAFETY: rule 1: never handed out; `Arena` around it is `Send` on its own account.
unsafe impl Send for LeaseRef<'_> {}
// SAFETY: rule 1: never handed out; `Arena` around it is not `Sync`, by one marker, so that the compiler reports one error
// that names the remedy instead of one for each field of the lease.
unsafe impl Sync for LeaseRef<'_> {}

impl<'a> LeaseRef<'a> {
    #[inline(always)]
    pub(crate) fn get(self) -> &'a Lease {
        // SAFETY: rule 3: the lease stays where it is, and open, until `'a` is over; it is only ever lent as shared.
        unsafe { self.lease.as_ref() }
    }
}

impl<'a> Arena<'a> {
    /// The handle of a lease that is borrowed for `'a` and so has no other.
    #[inline(always)]
    pub(crate) fn of(lease: &'a mut Lease) -> Self {
        // SAFETY: rules 1 and 3: the lease is borrowed mutably for `'a`, so it stays in place and open, and nobody else has it.
        unsafe { Self::at(NonNull::from(lease)) }
    }

    /// # Safety
    ///
    /// `lease` stays in place and open for `'a`, and has no other handle for as long (rules 1 and 3).
    #[inline(always)]
    pub(crate) unsafe fn at(lease: NonNull<Lease>) -> Self {
        Self { lease: LeaseRef { lease, request: PhantomData }, one_task_at_a_time: PhantomData }
    }

    #[inline(always)]
    pub(crate) fn lease_ref(&self) -> LeaseRef<'a> {
        self.lease
    }

    #[inline(always)]
    pub(crate) fn lease(&self) -> &'a Lease {
        self.lease.get()
    }

    /// The same arena under a shorter lifetime, to give away a handle by value and have this one back afterwards.
    ///
    /// ```
    /// # use request_arena_core::{Arena, Site, scope};
    /// # static SITE: Site = Site::new("reborrow", module_path!(), file!(), line!());
    /// fn consumes(arena: Arena<'_>) -> usize {
    ///     arena.alloc_str("three").len()
    /// }
    ///
    /// scope(&SITE, |mut arena| {
    ///     assert_eq!(consumes(arena.reborrow()), 5);
    ///     arena.alloc(1_u8);
    /// });
    /// ```
    #[inline]
    #[must_use]
    pub fn reborrow(&mut self) -> Arena<'_> {
        // SAFETY: rules 1 and 3: `self` cannot be used for as long as the new handle lives, and its lease lasts longer than that.
        unsafe { Arena::at(self.lease.lease) }
    }

    /// The `bumpalo` arena, for code that takes `&Bump`. It borrows the handle, so it stays on this thread and out of
    /// `.await`s; see [`into_bump`](Arena::into_bump) for the request's lifetime.
    ///
    /// From here on the scope's `peak_used` is a lower bound: what such code gives back before the end is not seen.
    ///
    /// # Limits
    ///
    /// A `limit` holds here too, but `&Bump` cannot say so: `Bump::alloc` panics with "out of memory", and a collection over
    /// `&Bump` calls `handle_alloc_error`, which aborts the process. Prefer collections over `&Arena` where a limit is set.
    #[inline]
    #[must_use]
    pub fn bump(&self) -> &Bump {
        self.lease().raw_bump()
    }

    /// Gives the handle up for a `&Bump` that lives as long as the request.
    ///
    /// `&Bump` is not `Send`: a future that holds it across an `.await` is not either. See [`bump`](Arena::bump) for figures and limits.
    #[inline]
    #[must_use]
    pub fn into_bump(self) -> &'a Bump {
        self.lease().raw_bump()
    }

    /// The site whose scope this arena belongs to.
    #[inline]
    #[must_use]
    pub fn site(&self) -> &'static Site {
        self.lease().site()
    }

    /// Bytes in use in this arena at this moment, with the padding between allocations; without forks and child scopes.
    ///
    /// Cost: a walk over its chunks, of which there are a few.
    #[must_use]
    pub fn used(&self) -> usize {
        self.lease().used()
    }

    /// Most bytes in use at any moment so far: more than [`used`](Arena::used) if something gave its bytes back, as a dropped
    /// `Vec` that was the last allocation does. Exact as long as nothing allocated through [`bump`](Arena::bump).
    #[must_use]
    pub fn peak_used(&self) -> usize {
        self.lease().peak_used()
    }

    /// Bytes of the chunks that this arena has from the global allocator, with 48 bytes of book-keeping in each.
    #[must_use]
    pub fn reserved(&self) -> usize {
        self.lease().reserved()
    }
}

impl fmt::Debug for Arena<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arena")
            .field("scope", &self.site().name())
            .field("used", &self.used())
            .field("reserved", &self.reserved())
            .finish()
    }
}
