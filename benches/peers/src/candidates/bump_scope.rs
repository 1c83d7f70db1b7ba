//! bump-scope: one `Bump` with a scope for each request, and its `BumpPool`, which all threads
//! share.

use bump_scope::{Bump, BumpPool, BumpScope};

use super::Peer;
use crate::memory::{Body, Space};

impl<'b, 's> Space<'b> for &'s BumpScope<'b> {
    type Allocator = &'s BumpScope<'b>;

    #[inline(always)]
    fn value<T: Copy + 'static>(self, value: T) -> &'b mut T {
        self.alloc(value).into_mut()
    }

    #[inline(always)]
    fn bytes(self, bytes: &[u8]) -> &'b mut [u8] {
        self.alloc_slice_copy(bytes).into_mut()
    }

    #[inline(always)]
    fn text(self, text: &str) -> &'b str {
        self.alloc_str(text).into_ref()
    }

    #[inline(always)]
    fn allocator(self) -> Self::Allocator {
        self
    }
}

/// A scope of one `Bump`.
pub(super) struct Scoped(Bump);

impl Peer for Scoped {
    fn new() -> Self {
        Self(Bump::new())
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        self.0.scoped(|scope| body.in_arena(&*scope));
    }
}

static POOL: BumpPool = BumpPool::new_in(bump_scope::alloc::Global);

/// A scope of a `Bump` from the pool. The pool itself can be reset only while no `Bump` is out.
pub(super) struct Pool;

impl Peer for Pool {
    fn new() -> Self {
        Self
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        POOL.get().scoped(|scope| body.in_arena(&*scope));
    }

    fn retained_bytes() -> Option<usize> {
        Some(POOL.get().stats().size())
    }
}
