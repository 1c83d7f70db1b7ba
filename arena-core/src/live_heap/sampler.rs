//! The allocator that takes the samples, its interval, and its pauses.
//!
//! **Invariant:** one of the two samples, from the first call of [`start`] or [`receive`] to the
//! end of the process. A program may have both, as in `CountingAllocator<Jemalloc>`: they would
//! record the same memory twice. And `CountingAllocator` frees memory as the samples say, so safe
//! code must not be able to add or remove them.

use std::sync::atomic::{
    AtomicBool, AtomicU8, AtomicU64, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed},
};

use super::TABLE;
use crate::coverage::{self, counting};

/// The mean number of bytes between two samples, or 0 before [`start`] and [`receive`].
static INTERVAL: AtomicUsize = AtomicUsize::new(0);

/// The allocator that samples: one of the next three. It is chosen once.
static SAMPLER: AtomicU8 = AtomicU8::new(NO_SAMPLER);
const NO_SAMPLER: u8 = 0;
const COUNTING_ALLOCATOR: u8 = 1;
pub(super) const OTHER_ALLOCATOR: u8 = 2;

/// Whether the other allocator takes no samples now, and how often it stopped.
static IS_PAUSED: AtomicBool = AtomicBool::new(false);
static PAUSES: AtomicU64 = AtomicU64::new(0);

/// Makes [`CountingAllocator`](crate::heap::CountingAllocator) sample one in `interval` bytes on
/// average. Allocates 4.2 MiB of address space for 57,344 live samples, and writes
/// 128 KiB of it at once. An interval of 512 KiB then suffices for 25 GiB of live heap.
///
/// Threads that exist begin within 1 MiB of their allocations. A later call changes the interval
/// for the next samples and for all figures, so call it once. If
/// [`heap::install`](crate::heap::install) was not called before, it installs
/// [`allocated_by_thread`](crate::heap::allocated_by_thread): scopes are noted only where the heap
/// is measured.
///
/// Returns `false` and does nothing if another allocator's samples are [received](receive) already.
///
/// A child of `fork` must not allocate before it calls `exec`, if the process has several threads:
/// one of them may have held a lock of the samples. `std::process::Command` keeps to that.
///
/// # Panics
///
/// If `interval` is 0.
pub fn start(interval: usize) -> bool {
    let is_ours = begin(COUNTING_ALLOCATOR, interval);
    if is_ours && counting::live_bytes().is_some() {
        coverage::install(counting::allocated_by_thread);
    }
    is_ours
}

/// Prepares for the samples of an allocator that samples by itself, one in `interval` bytes on
/// average, and that calls [`sampled`](super::sampled) and [`freed`](super::freed). jemalloc does,
/// if `request-arena-memory` sets it up. It needs the same memory as [`start`].
///
/// Returns `false` and does nothing if [`start`] was called before.
///
/// # Panics
///
/// If `interval` is 0.
pub fn receive(interval: usize) -> bool {
    begin(OTHER_ALLOCATOR, interval)
}

fn begin(sampler: u8, interval: usize) -> bool {
    assert!(interval > 0, "an interval of 0 bytes between samples: pass 524288, for example");
    // Before the first sample, which needs a place.
    TABLE.prepare();
    let known = SAMPLER.compare_exchange(NO_SAMPLER, sampler, AcqRel, Acquire);
    let is_ours = known.map_or_else(|known| known == sampler, |_| true);
    if is_ours {
        INTERVAL.store(interval, Relaxed);
    }
    is_ours
}

/// The mean number of bytes between two samples. `None` before [`start`] and [`receive`].
#[inline]
#[must_use]
pub fn interval() -> Option<usize> {
    Some(INTERVAL.load(Relaxed)).filter(|&interval| interval > 0)
}

/// Records that the other allocator takes no samples from now on. It still calls
/// [`freed`](super::freed).
pub fn pause() {
    if is_by(OTHER_ALLOCATOR) && !IS_PAUSED.swap(true, Relaxed) {
        PAUSES.fetch_add(1, Relaxed);
    }
}

/// Records that the other allocator takes samples again.
pub fn resume() {
    IS_PAUSED.store(false, Relaxed);
}

#[inline]
pub(super) fn is_by(sampler: u8) -> bool {
    SAMPLER.load(Relaxed) == sampler
}

/// Whether [`CountingAllocator`](crate::heap::CountingAllocator) samples. If not, it has no sample.
#[inline]
pub(crate) fn is_own() -> bool {
    is_by(COUNTING_ALLOCATOR)
}

/// Its interval. `None` if it does not sample.
#[inline]
pub(crate) fn own_interval() -> Option<usize> {
    if is_own() { interval() } else { None }
}

/// Whether the other allocator takes no samples now, and how often it stopped.
pub(super) fn pauses() -> (bool, u64) {
    (IS_PAUSED.load(Relaxed), PAUSES.load(Relaxed))
}
