//! No arena: `Box`, `Vec`, `String` from the global allocator.

use super::Peer;
use crate::memory::Body;

/// The heap.
pub(super) struct Heap;

impl Peer for Heap {
    const ARENA: bool = false;

    fn new() -> Self {
        Self
    }

    #[inline(always)]
    fn request(&mut self, body: &impl Body) {
        body.on_heap();
    }
}
