//! An allocator on the heap that unwinds when it is chosen. It has done nothing yet then, as the
//! arena has when it refuses.

use std::alloc::Layout;
use std::ptr::NonNull;

use crate::api::{AllocError, Allocator, Global};
use crate::fault;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Faulty;

// SAFETY: every call goes to the heap's own allocator, with the same arguments.
unsafe impl Allocator for Faulty {
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, AllocError> {
        fault::point();
        Global.allocate(layout)
    }

    unsafe fn deallocate(&self, memory: NonNull<u8>, layout: Layout) {
        // SAFETY: the caller keeps the contract of `deallocate`.
        unsafe { Global.deallocate(memory, layout) };
    }

    unsafe fn grow(
        &self,
        memory: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<[u8]>, AllocError> {
        fault::point();
        // SAFETY: the caller keeps the contract of `grow`.
        unsafe { Global.grow(memory, old, new) }
    }

    unsafe fn shrink(
        &self,
        memory: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Result<NonNull<[u8]>, AllocError> {
        fault::point();
        // SAFETY: the caller keeps the contract of `shrink`.
        unsafe { Global.shrink(memory, old, new) }
    }
}
