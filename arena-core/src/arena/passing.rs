//! Ways to pass the arena on, under a shorter lifetime or as `&Bump`, and the figures of one arena.

use core::fmt;

use bumpalo::Bump;

use crate::arena::handle::Arena;
use crate::site::Site;

impl<'a> Arena<'a> {
    /// Returns the same arena under a shorter lifetime. The original handle is usable again
    /// afterwards.
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
        // SAFETY: rules 1 and 3 (handle.rs): the mutable borrow blocks `self` while the new handle
        // lives, and the lease lives longer than both.
        unsafe { Arena::at(self.lease_ref()) }
    }

    /// Returns the `bumpalo` arena, for code that takes `&Bump`.
    ///
    /// The reference borrows the handle, so it stays on this thread and cannot be held across an
    /// `.await` of a `Send` future. See [`into_bump`](Arena::into_bump) for a reference with the
    /// request's lifetime.
    ///
    /// After this call the scope's `peak_used` is a lower bound, because the arena cannot see
    /// memory that such code frees before the end.
    ///
    /// # Limits
    ///
    /// A `limit` also applies here. If the request has forks or child scopes, `&Bump` may take half
    /// of the remaining limit.
    ///
    /// `&Bump` cannot report a refusal as an error. `Bump::alloc` panics with "out of memory", and
    /// a collection over `&Bump` calls `handle_alloc_error`, which aborts the process. Prefer
    /// collections over `&Arena` if a limit is set.
    #[inline]
    #[must_use]
    pub fn bump(&self) -> &Bump {
        self.lease().raw_bump()
    }

    /// Returns the site of the scope that this arena belongs to.
    #[inline]
    #[must_use]
    pub fn site(&self) -> &'static Site {
        self.lease().site()
    }

    /// Returns the bytes in use in this arena, including the padding between allocations. Forks and
    /// child scopes do not count.
    ///
    /// Cost: a walk over the arena's few chunks.
    #[must_use]
    pub fn used(&self) -> usize {
        self.lease().used()
    }

    /// Returns the most bytes in use at any moment so far.
    ///
    /// This is more than [`used`](Arena::used) if an allocation was freed, for example a dropped
    /// `Vec` that was the last allocation. The figure is exact unless code allocates through
    /// [`bump`](Arena::bump).
    #[must_use]
    pub fn peak_used(&self) -> usize {
        self.lease().peak_used()
    }

    /// Returns the bytes of the chunks that this arena holds from the global allocator, including
    /// 48 bytes of book-keeping in each chunk.
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
