//! The scope that runs code on this thread, for samplers of the heap.
//!
//! An allocator's hook reads it, so reading takes no lock and allocates nothing. It is kept up to
//! date only while the heap is measured.

use std::cell::Cell;

/// No scope runs.
pub(crate) const NONE: u32 = 0;
/// Code of request-arena itself allocates, mainly the chunks of arenas.
pub(crate) const OWN: u32 = u32::MAX;

thread_local! {
    // Neither lazy nor dropped, because allocations read it while threads start and end.
    static RUNNING: Cell<u32> = const { Cell::new(NONE) };
}

/// Records that code of the site with this number begins to run. Returns the value for [`leave`].
#[inline(always)]
pub(crate) fn enter(number: usize) -> u32 {
    RUNNING.replace(number as u32)
}

/// Records that this code stops, and that the code around it continues.
#[inline(always)]
pub(crate) fn leave(outer: u32) {
    RUNNING.set(outer);
}

/// The number of the site that runs code, [`NONE`] or [`OWN`].
#[inline]
pub(crate) fn now() -> u32 {
    RUNNING.try_with(Cell::get).unwrap_or(NONE)
}

/// Marks allocations as those of request-arena itself until it is dropped.
pub(crate) struct Own(u32);

impl Own {
    #[inline(always)]
    pub(crate) fn begin() -> Self {
        Self(RUNNING.replace(OWN))
    }
}

impl Drop for Own {
    #[inline(always)]
    fn drop(&mut self) {
        leave(self.0);
    }
}
