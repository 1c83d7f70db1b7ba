//! A global allocator that counts: for allocators that do not say how much of what they hold is
//! live (mimalloc's release builds), or not cheaply (glibc).

use core::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Threads count into so many places, so that they seldom write the same cache line.
const SHARDS: usize = 64;

/// One of the places, in a pair of cache lines of its own, since processors fetch them in pairs.
#[repr(align(128))]
struct Shard(AtomicUsize);

static LIVE: [Shard; SHARDS] = [const { Shard(AtomicUsize::new(0)) }; SHARDS];
/// The largest allocation since somebody asked.
static LARGEST: AtomicUsize = AtomicUsize::new(0);
/// Smaller ones are not looked at, so that threads seldom write one cache line.
const LARGE: usize = 1 << 20;
/// How many threads have counted.
static THREADS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    // Neither lazy nor dropped: they are used while threads begin and end.
    static SHARD: Cell<usize> = const { Cell::new(usize::MAX) };
    static ALLOCATED: Cell<u64> = const { Cell::new(0) };
}

/// Another allocator, with its live bytes counted, at about 5 ns for each allocation and each free.
///
/// Only the bytes that were asked for count, not what the allocator rounds them up to.
///
/// ```standalone_crate
/// use request_arena_core::heap::{self, CountingAllocator};
/// use std::alloc::System;
///
/// #[global_allocator]
/// static ALLOCATOR: CountingAllocator<System> = CountingAllocator::new(System); // or mimalloc's `MiMalloc`
///
/// fn main() {
///     let before = heap::live_bytes().unwrap();
///     let text = std::hint::black_box(vec![1_u8; 1000]);
///     assert_eq!(heap::live_bytes().unwrap() - before, 1000);
///     drop(text);
///     assert_eq!(heap::take_largest(), 0);
///     drop(std::hint::black_box(vec![1_u8; 2 << 20]));
///     assert_eq!(heap::take_largest(), 2 << 20);
///     heap::install(heap::allocated_by_thread); // and scopes are told what they take from the heap
/// }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CountingAllocator<A>(A);

impl<A> CountingAllocator<A> {
    /// Counts what is allocated from `allocator`.
    pub const fn new(allocator: A) -> Self {
        Self(allocator)
    }
}

/// Bytes that are allocated and not freed. `None` if the global allocator is not [`CountingAllocator`].
///
/// It sums the threads' counts up one after the other, so what is allocated and freed meanwhile may
/// be in it or not.
#[must_use]
pub fn live_bytes() -> Option<u64> {
    let is_counted = THREADS.load(Relaxed) > 0;
    // One thread may free more than it allocates: only the sum is above zero.
    let live = LIVE.iter().fold(0_usize, |sum, shard| sum.wrapping_add(shard.0.load(Relaxed)));
    is_counted.then(|| (live as isize).max(0) as u64)
}

/// Bytes of the largest allocation since this was called last; 0 if none had a MiB. Live bytes that
/// are read now and then miss what comes and goes between two readings: one large buffer, this
/// tells.
#[must_use]
pub fn take_largest() -> u64 {
    LARGEST.swap(0, Relaxed) as u64
}

/// Bytes that this thread has allocated since it began, freed or not: a
/// [`Hook`](crate::heap::Hook). 0 if the global allocator is not [`CountingAllocator`].
#[must_use]
pub fn allocated_by_thread() -> u64 {
    ALLOCATED.try_with(Cell::get).unwrap_or(0)
}

#[inline]
fn count(allocated: usize, freed: usize) {
    // Without the variables (they have no destructor, so this does not happen) all threads share a
    // place.
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

// SAFETY: each method passes its arguments on to `A`'s and returns what that returns. Counting
// neither allocates nor panics, and touches no memory of the caller's.
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps `alloc`'s contract, which is this one.
        let memory = unsafe { self.0.alloc(layout) };
        if !memory.is_null() {
            count(layout.size(), 0);
        }
        memory
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps `alloc_zeroed`'s contract, which is this one.
        let memory = unsafe { self.0.alloc_zeroed(layout) };
        if !memory.is_null() {
            count(layout.size(), 0);
        }
        memory
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller keeps `dealloc`'s contract, which is this one; what it frees came from
        // `self.0`.
        unsafe { self.0.dealloc(memory, layout) };
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps `realloc`'s contract, which is this one; what it moves came from
        // `self.0`.
        let moved = unsafe { self.0.realloc(memory, layout, size) };
        if !moved.is_null() {
            count(size, layout.size());
        }
        moved
    }
}
