//! multitude: one `Arena`, with `reset` after each request. It has no pool.

use multitude::{Alloc, Arena};

use super::Peer;
use crate::memory::{Body, Space};

impl<'b> Space<'b> for &'b Arena {
    type Allocator = &'b Arena;

    #[inline(always)]
    fn value<T: Copy + 'static>(self, value: T) -> &'b mut T {
        Alloc::leak(self.alloc(value))
    }

    #[inline(always)]
    fn bytes(self, bytes: &[u8]) -> &'b mut [u8] {
        Alloc::leak(self.alloc_slice_copy(bytes))
    }

    #[inline(always)]
    fn text(self, text: &str) -> &'b str {
        Alloc::leak(self.alloc_str(text))
    }

    #[inline(always)]
    fn allocator(self) -> Self::Allocator {
        self
    }
}

/// One arena, reset after each request.
pub(super) struct Reset(Arena);

impl Peer for Reset {
    fn new() -> Self {
        Self(Arena::new())
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        body.in_arena(&self.0);
        self.0.reset();
    }
}
