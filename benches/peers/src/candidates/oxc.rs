//! oxc_allocator: an `Allocator` for each request from the `AllocatorPool` that all threads share.

use std::sync::LazyLock;
use std::thread::available_parallelism;

use oxc_allocator::{Allocator, AllocatorPool};

use super::Peer;
use crate::memory::Body;

space!(['b] &'b Allocator: 'b);

static POOL: LazyLock<AllocatorPool> =
    LazyLock::new(|| AllocatorPool::new(available_parallelism().map_or(1, usize::from)));

/// An `Allocator` from the pool, which resets it when it comes back.
pub(super) struct Pool(&'static AllocatorPool);

impl Peer for Pool {
    fn new() -> Self {
        Self(&POOL)
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        body.in_arena(&*self.0.get());
    }
}
