//! A lease as a response buffer: one block fills its chunk, and no handle exists.

use core::alloc::Layout;
use core::ptr::NonNull;

use super::Lease;
use crate::slot::Slot;

impl Lease {
    /// The slot of the request.
    #[inline]
    pub(crate) fn slot(&self) -> &'static Slot {
        self.slot
    }

    /// Hands out the whole chunk as one block. `None` if the lease has no chunk.
    #[inline(always)]
    pub(crate) fn whole_chunk(&mut self) -> Option<(NonNull<u8>, usize)> {
        let room = self.bump.chunk_capacity();
        if room == 0 {
            return None;
        }
        let layout = Layout::from_size_align(room, 1).ok()?;
        Some((self.bump.try_alloc_layout(layout).ok()?, room))
    }

    /// Empties a lease after its only block was the [whole chunk](Lease::whole_chunk). The buffer
    /// wrote the first `written` bytes.
    #[inline(always)]
    pub(crate) fn empty_buffer(&mut self, written: usize) {
        self.touch_buffer(written);
        self.bump.reset();
    }

    /// Records that a buffer has written the first `written` bytes of the chunk.
    #[inline(always)]
    pub(crate) fn touch_buffer(&mut self, written: usize) {
        if written > self.touched_by_buffers {
            self.touched_by_buffers = written;
            self.touch(self.touched);
        }
    }
}
