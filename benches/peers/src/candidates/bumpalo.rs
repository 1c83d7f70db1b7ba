//! bumpalo itself: a new `Bump` for each request, one `Bump` that is reset, and a thread-local
//! stack of them, as teams write it by hand.

use std::cell::RefCell;

use bumpalo::Bump;

use super::Peer;
use crate::memory::Body;

space!(['b] &'b Bump: 'b);

/// `Bump::new()` for each request, dropped at its end.
pub(super) struct New;

impl Peer for New {
    fn new() -> Self {
        Self
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        body.in_arena(&Bump::new());
    }
}

/// One `Bump`, with `reset` by hand after each request.
pub(super) struct Reset(Bump);

impl Peer for Reset {
    fn new() -> Self {
        Self(Bump::new())
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        body.in_arena(&self.0);
        self.0.reset();
    }
}

thread_local! {
    static POOL: RefCell<Vec<Bump>> = const { RefCell::new(Vec::new()) };
}

/// A thread-local stack, so that several requests can be open at once.
pub(super) struct Pool;

impl Peer for Pool {
    fn new() -> Self {
        Self
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        let mut bump = POOL.with_borrow_mut(Vec::pop).unwrap_or_default();
        body.in_arena(&bump);
        bump.reset();
        POOL.with_borrow_mut(|pool| pool.push(bump));
    }

    fn retained_bytes() -> Option<usize> {
        Some(
            POOL.with_borrow(|pool| {
                pool.iter().map(Bump::allocated_bytes_including_metadata).sum()
            }),
        )
    }
}
