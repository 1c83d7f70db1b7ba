//! A global allocator that counts live bytes. It wraps allocators that do not report them
//! (mimalloc's release builds), or only at a high cost (glibc).
//!
//! It also [samples](super::sampling) allocations for the [live heap by
//! handler](crate::heap::live), once that has started. A sampled allocation begins at a page. So a
//! free needs only to look at the address to know that nearly all allocations are not sampled.

use core::alloc::{GlobalAlloc, Layout};
use core::ptr;
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::sampling;
use crate::live_heap;

/// The number of counters. Threads are distributed over them, so that they rarely write the same
/// cache line.
const SHARDS: usize = 64;

/// One counter. Processors fetch cache lines in pairs, so each counter has a pair of its own.
#[repr(align(128))]
struct Shard(AtomicUsize);

static LIVE: [Shard; SHARDS] = [const { Shard(AtomicUsize::new(0)) }; SHARDS];
/// The largest allocation since the last call of [`take_largest`].
static LARGEST: AtomicUsize = AtomicUsize::new(0);
/// [`LARGEST`] skips allocations below this size, so that threads rarely write one cache line.
const LARGE: usize = 1 << 20;
/// The number of threads that have counted.
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    // Neither lazy nor dropped, because allocations read them while threads start and end.
    static SHARD: Cell<usize> = const { Cell::new(usize::MAX) };
    static ALLOCATED: Cell<u64> = const { Cell::new(0) };
}

/// A wrapper of a global allocator that counts live bytes, at about 5 ns for each allocation and
/// each free.
///
/// It counts the bytes requested, not the larger sizes that the allocator rounds them up to.
///
/// After [`heap::live::start`](crate::heap::live::start) it samples allocations, so that
/// [`heap::live::by_handler`](crate::heap::live::by_handler) has figures. A sampled allocation
/// takes at least a page of 4 KiB.
///
/// ```standalone_crate
/// use request_arena_core::heap::{self, CountingAllocator};
/// use std::alloc::System;
///
/// #[global_allocator]
/// // Or mimalloc's `MiMalloc` in place of `System`.
/// static ALLOCATOR: CountingAllocator<System> = CountingAllocator::new(System);
///
/// fn main() {
///     let before = heap::live_bytes().unwrap();
///     let text = std::hint::black_box(vec![1_u8; 1000]);
///     assert_eq!(heap::live_bytes().unwrap() - before, 1000);
///     drop(text);
///     assert_eq!(heap::take_largest(), 0);
///     drop(std::hint::black_box(vec![1_u8; 2 << 20]));
///     assert_eq!(heap::take_largest(), 2 << 20);
///     // From here on, scopes count their heap allocations.
///     heap::install(heap::allocated_by_thread);
/// }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CountingAllocator<A>(A);

impl<A> CountingAllocator<A> {
    /// Creates an allocator that counts the allocations of `allocator`.
    pub const fn new(allocator: A) -> Self {
        Self(allocator)
    }
}

/// Returns the bytes that are allocated and not freed. `None` if the global allocator is not
/// [`CountingAllocator`].
///
/// The function adds the threads' counters one after the other. So it may miss memory that is
/// allocated or freed during the call.
#[must_use]
pub fn live_bytes() -> Option<u64> {
    let is_counted = THREADS.load(Relaxed) > 0;
    // A thread may free more than it allocates, so single counters may be negative.
    let live = LIVE.iter().fold(0_usize, |sum, shard| sum.wrapping_add(shard.0.load(Relaxed)));
    is_counted.then(|| (live as isize).max(0) as u64)
}

/// Returns the size of the largest allocation since the last call, in bytes, or 0 if all were below
/// 1 MiB.
///
/// Periodic readings of live bytes miss memory that is allocated and freed between two readings.
/// This function reports it for one large buffer.
#[must_use]
pub fn take_largest() -> u64 {
    LARGEST.swap(0, Relaxed) as u64
}

/// Returns the bytes that this thread has allocated since it started, freed or not. The function is
/// a [`Hook`](crate::heap::Hook). It returns 0 if the global allocator is not
/// [`CountingAllocator`].
#[must_use]
pub fn allocated_by_thread() -> u64 {
    ALLOCATED.try_with(Cell::get).unwrap_or(0)
}

#[inline]
fn count(allocated: usize, freed: usize) {
    // If the thread local is gone, all threads share one counter. This does not happen, because it
    // has no destructor.
    let shard =
        SHARD.try_with(|shard| if shard.get() == usize::MAX { choose(shard) } else { shard.get() });
    LIVE[shard.unwrap_or(0)].0.fetch_add(allocated.wrapping_sub(freed), Relaxed);
    if allocated >= LARGE {
        LARGEST.fetch_max(allocated, Relaxed);
    }
    let _ = ALLOCATED.try_with(|all| all.set(all.get().wrapping_add(allocated as u64)));
}

#[cold]
fn choose(shard: &Cell<usize>) -> usize {
    shard.set(THREADS.fetch_add(1, Relaxed) % SHARDS);
    shard.get()
}

impl<A: GlobalAlloc> CountingAllocator<A> {
    /// Allocates, and records the allocation if it is sampled.
    ///
    /// # Safety
    ///
    /// As [`GlobalAlloc::alloc`].
    #[cold]
    #[inline(never)]
    unsafe fn alloc_due(&self, layout: Layout, zeroed: bool) -> *mut u8 {
        let of_inner = |layout: Layout| {
            if zeroed {
                // SAFETY: as below.
                unsafe { self.0.alloc_zeroed(layout) }
            } else {
                // SAFETY: the caller keeps the contract of `alloc`: the size is not 0. Both layouts
                // have this size.
                unsafe { self.0.alloc(layout) }
            }
        };
        if !sampling::is_taken(layout.size()) {
            return of_inner(layout);
        }
        let sampled = sampling::sampled_layout(layout);
        let memory = of_inner(sampled);
        let is_recorded = memory.is_null() || live_heap::record(memory.addr(), layout.size(), 0);
        if is_recorded || sampled == layout {
            return memory;
        }
        // There is no place for the sample.
        // SAFETY: the memory came from `self.0` with this layout, and no other code has it.
        unsafe { self.0.dealloc(memory, sampled) };
        of_inner(layout)
    }

    /// Reallocates memory that may be sampled, or may be a sample after it.
    ///
    /// # Safety
    ///
    /// As [`GlobalAlloc::realloc`].
    #[cold]
    #[inline(never)]
    unsafe fn realloc_due(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if sampling::is_large(layout.size()) && sampling::is_large(size) {
            // SAFETY: the caller keeps the contract.
            return unsafe { self.realloc_large(memory, layout, size) };
        }
        // SAFETY: the caller promises that `size`, rounded up to the alignment, is at most
        // `isize::MAX`.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: the caller promises that `size` is not 0.
        let moved = unsafe { self.alloc(wanted) };
        if !moved.is_null() {
            let common = size.min(layout.size());
            // SAFETY: both are allocations of at least `common` bytes, and the new one lies outside
            // of the old one.
            unsafe { ptr::copy_nonoverlapping(memory, moved, common) };
            // SAFETY: the caller gives up the memory, and passes the layout of its allocation.
            unsafe { self.dealloc(memory, layout) };
        }
        moved
    }

    /// As [`realloc_due`](Self::realloc_due), for memory that is large before and after. It has the
    /// caller's layout, sampled or not, so the allocator can extend it in place.
    ///
    /// # Safety
    ///
    /// As [`GlobalAlloc::realloc`].
    unsafe fn realloc_large(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Before the memory can be freed, and its address be another sample.
        let was_sampled = live_heap::forget(memory.addr());
        // SAFETY: the caller keeps the contract of `realloc`, and the memory came from `self.0`
        // with this layout, because it is large.
        let moved = unsafe { self.0.realloc(memory, layout, size) };
        if moved.is_null() {
            if was_sampled {
                live_heap::record(memory.addr(), layout.size(), 0);
            }
            return moved;
        }
        count(size, layout.size());
        if sampling::is_due(size) && sampling::is_taken(size) {
            live_heap::record(moved.addr(), size, 0);
        }
        moved
    }
}

// SAFETY: each method passes its arguments to `A`'s method and returns its result. A small
// allocation that is sampled has a stricter alignment. `live_heap` holds its address, so it is
// freed with the layout of its allocation. No other code can add or remove samples while this
// allocator takes them: that is the invariant of `live_heap`. Counting and sampling neither
// allocate nor panic, and touch no memory of the caller.
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let memory = if sampling::is_due(layout.size()) {
            // SAFETY: the caller keeps the contract of `alloc`, and `alloc_due` has the same one.
            unsafe { self.alloc_due(layout, false) }
        } else {
            // SAFETY: the caller keeps the contract of `alloc`, and `self.0.alloc` has the same
            // contract.
            unsafe { self.0.alloc(layout) }
        };
        if !memory.is_null() {
            count(layout.size(), 0);
        }
        memory
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let memory = if sampling::is_due(layout.size()) {
            // SAFETY: the caller keeps the contract of `alloc_zeroed`, which `alloc_due` has, too.
            unsafe { self.alloc_due(layout, true) }
        } else {
            // SAFETY: the caller keeps the contract of `alloc_zeroed`, and `self.0.alloc_zeroed`
            // has the same contract.
            unsafe { self.0.alloc_zeroed(layout) }
        };
        if !memory.is_null() {
            count(layout.size(), 0);
        }
        memory
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(0, layout.size());
        let is_sampled =
            sampling::may_be_sampled(memory, layout) && live_heap::forget(memory.addr());
        let layout = if is_sampled { sampling::sampled_layout(layout) } else { layout };
        // SAFETY: the caller keeps the contract of `dealloc`, which is the same. The memory came
        // from `self.0` with this layout.
        unsafe { self.0.dealloc(memory, layout) };
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if sampling::may_be_sampled(memory, layout) || sampling::would_be_due(size) {
            // SAFETY: the caller keeps the contract of `realloc`, and `realloc_due` has the same.
            return unsafe { self.realloc_due(memory, layout, size) };
        }
        // SAFETY: the caller keeps the contract of `realloc`, which is the same. The memory came
        // from `self.0` with this layout, because it is not sampled.
        let moved = unsafe { self.0.realloc(memory, layout, size) };
        if !moved.is_null() {
            count(size, layout.size());
            sampling::is_due(size);
        }
        moved
    }
}
