//! A global allocator that counts live bytes. It wraps allocators that do not report them
//! (mimalloc's release builds), or only at a high cost (glibc).

use core::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

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

// SAFETY: each method passes its arguments to `A`'s method and returns its result. Counting neither
// allocates nor panics, and touches no memory of the caller.
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`, and `self.0.alloc` has the same
        // contract.
        let memory = unsafe { self.0.alloc(layout) };
        if !memory.is_null() {
            count(layout.size(), 0);
        }
        memory
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc_zeroed`, and `self.0.alloc_zeroed` has
        // the same contract.
        let memory = unsafe { self.0.alloc_zeroed(layout) };
        if !memory.is_null() {
            count(layout.size(), 0);
        }
        memory
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller keeps the contract of `dealloc`, which is the same. The memory came
        // from `self.0`.
        unsafe { self.0.dealloc(memory, layout) };
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `realloc`, which is the same. The memory came
        // from `self.0`.
        let moved = unsafe { self.0.realloc(memory, layout, size) };
        if !moved.is_null() {
            count(size, layout.size());
        }
        moved
    }
}
