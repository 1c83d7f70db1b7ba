//! oxc_allocator: an `Allocator` for each request from the `AllocatorPool` that all threads share.

use std::sync::LazyLock;
use std::thread::available_parallelism;

use oxc_allocator::{Allocator, AllocatorPool};

use super::Peer;
use crate::memory::{Body, Space};

impl<'b> Space<'b> for &'b Allocator {
    type Allocator = &'b Allocator;

    #[inline]
    fn value<T: Copy + 'static>(self, value: T) -> &'b mut T {
        self.alloc(value)
    }

    #[inline]
    fn bytes(self, bytes: &[u8]) -> &'b mut [u8] {
        self.alloc_slice_copy(bytes)
    }

    #[inline]
    fn text(self, text: &str) -> &'b str {
        self.alloc_str(text)
    }

    #[inline]
    fn allocator(self) -> Self::Allocator {
        self
    }
}

static POOL: LazyLock<AllocatorPool> =
    LazyLock::new(|| AllocatorPool::new(available_parallelism().map_or(1, usize::from)));

/// One from the pool, which resets it when it comes back.
pub(super) struct Pool(&'static AllocatorPool);

impl Peer for Pool {
    fn new() -> Self {
        Self(&POOL)
    }

    #[inline]
    fn request(&mut self, body: &impl Body) {
        body.in_arena(&*self.0.get());
    }
}
