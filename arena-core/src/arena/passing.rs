//! Passing the arena on: under a shorter lifetime, as `&Bump`; and asking it for its figures.

use core::fmt;

use bumpalo::Bump;

use crate::arena::handle::Arena;
use crate::site::Site;

impl<'a> Arena<'a> {
    /// The same arena under a shorter lifetime, to give away a handle by value and have this one
    /// back afterwards.
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
        // SAFETY: rules 1 and 3 (handle.rs): `self` cannot be used for as long as the new handle
        // lives, and its lease lasts longer.
        unsafe { Arena::at(self.lease_ref()) }
    }

    /// The `bumpalo` arena, for code that takes `&Bump`. It borrows the handle, so it stays on this
    /// thread and out of `.await`s; see [`into_bump`](Arena::into_bump) for the request's lifetime.
    ///
    /// From here on the scope's `peak_used` is a lower bound: what such code gives back before the
    /// end is not seen.
    ///
    /// # Limits
    ///
    /// A `limit` holds here too. Where the request has forks or child scopes, `&Bump` may take half
    /// of what is left of it. It cannot say what was refused, though: `Bump::alloc` panics with
    /// "out of memory", and a collection over `&Bump` calls `handle_alloc_error`, which aborts the
    /// process. Prefer collections over `&Arena` where a limit is set.
    #[inline]
    #[must_use]
    pub fn bump(&self) -> &Bump {
        self.lease().raw_bump()
    }

    /// The site whose scope this arena belongs to.
    #[inline]
    #[must_use]
    pub fn site(&self) -> &'static Site {
        self.lease().site()
    }

    /// Bytes in use in this arena at this moment, with the padding between allocations; without
    /// forks and child scopes.
    ///
    /// Cost: a walk over its chunks, of which there are a few.
    #[must_use]
    pub fn used(&self) -> usize {
        self.lease().used()
    }

    /// Most bytes in use at any moment so far: more than [`used`](Arena::used) if something gave
    /// its bytes back, as a dropped `Vec` that was the last allocation does. Exact as long as
    /// nothing allocated through [`bump`](Arena::bump).
    #[must_use]
    pub fn peak_used(&self) -> usize {
        self.lease().peak_used()
    }

    /// Bytes of the chunks that this arena has from the global allocator, with 48 bytes of
    /// book-keeping in each.
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
