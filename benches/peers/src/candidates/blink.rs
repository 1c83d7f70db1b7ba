//! blink-alloc: a `BlinkAlloc` for each request from the cache that all threads share, and a
//! `Blink` around it.

use allocator_api2::alloc::Global;
use blink_alloc::{Blink, BlinkAlloc, BlinkAllocCache};

use super::Peer;
use crate::memory::{Body, Space};

impl<'b> Space<'b> for &'b Blink<&BlinkAlloc> {
    /// Unused, see [`Peer::COLLECTIONS`].
    type Allocator = Global;

    #[inline(always)]
    fn value<T: Copy + 'static>(self, value: T) -> &'b mut T {
        self.put_no_drop(value)
    }

    #[inline(always)]
    fn bytes(self, bytes: &[u8]) -> &'b mut [u8] {
        self.copy_slice(bytes)
    }

    #[inline(always)]
    fn text(self, text: &str) -> &'b str {
        self.copy_str(text)
    }

    #[inline(always)]
    fn allocator(self) -> Self::Allocator {
        Global
    }
}

static CACHE: BlinkAllocCache = BlinkAllocCache::new();

/// A `BlinkAlloc` from the cache. It is reset before it goes back.
pub(super) struct Cache;

impl Peer for Cache {
    /// The allocator is one of `allocator-api2` 0.4, and hashbrown takes 0.2.
    const COLLECTIONS: bool = false;

    fn new() -> Self {
        Self
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        let mut alloc = CACHE.pop().unwrap_or_default();
        body.in_arena(&Blink::new_in(&alloc));
        alloc.reset();
        CACHE.push(alloc);
    }
}
