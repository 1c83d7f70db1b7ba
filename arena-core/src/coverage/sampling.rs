//! The choice of the allocations that [`CountingAllocator`](super::counting::CountingAllocator)
//! samples.
//!
//! Sampled bytes are those of a Poisson process over all bytes that a thread allocates: the
//! distances between them have an exponential distribution. So the choice depends neither on sizes
//! nor on their order, and code that allocates in a rhythm is sampled like any other. An allocation
//! that contains such a byte is sampled, once. TCMalloc and jemalloc choose in the same way.
//!
//! The distance to the next one is a number of each thread. An allocation that is not sampled
//! subtracts its size and compares.

use core::alloc::Layout;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::live_heap;

/// Sampled allocations of less than [`LARGE`] bytes begin at a multiple of this.
const PAGE: usize = 4096;

/// From this size on, each free looks for the allocation among the samples. So it need not begin at
/// a page, and the allocator keeps its own way with large memory, such as fresh pages for zeros.
const LARGE: usize = 64 << 10;

/// While nothing is sampled, a thread looks so often whether that has changed, in bytes.
const LOOK: i64 = 1 << 20;

thread_local! {
    // Neither lazy nor dropped, because allocations use them while threads start and end.
    /// The bytes until the next sample.
    static DISTANCE: Cell<i64> = const { Cell::new(0) };
    /// The state of the generator of distances, or 0 if the thread has none yet.
    static RANDOM: Cell<u64> = const { Cell::new(0) };
}

/// Counts an allocation. Returns whether it may be a sample: ask [`is_taken`] then.
#[inline(always)]
pub(crate) fn is_due(bytes: usize) -> bool {
    let count = |distance: &Cell<i64>| {
        let left = distance.get() - bytes as i64;
        distance.set(left);
        left < 0
    };
    DISTANCE.try_with(count).unwrap_or(false)
}

/// As [`is_due`], without counting the allocation.
#[inline(always)]
pub(crate) fn would_be_due(bytes: usize) -> bool {
    DISTANCE.try_with(|distance| distance.get() < bytes as i64).unwrap_or(false)
}

/// Whether the allocation of so many bytes that is due is sampled. Chooses the next one.
pub(crate) fn is_taken(bytes: usize) -> bool {
    let Some(interval) = live_heap::own_interval() else {
        DISTANCE.set(LOOK);
        return false;
    };
    let begins = RANDOM.get() == 0;
    if begins {
        RANDOM.set(seed());
        // No sample was chosen yet, so this allocation is one only by chance.
        let left = distance(interval) - bytes as i64;
        if left >= 0 {
            DISTANCE.set(left);
            return false;
        }
    }
    DISTANCE.set(distance(interval));
    true
}

/// Whether this memory can be a sample. Of the other allocations, few can.
#[inline(always)]
pub(crate) fn may_be_sampled(memory: *mut u8, layout: Layout) -> bool {
    (memory.addr() % PAGE == 0 || is_large(layout.size())) && live_heap::is_own()
}

#[inline(always)]
pub(crate) fn is_large(bytes: usize) -> bool {
    bytes >= LARGE
}

/// The layout of a sampled allocation.
pub(crate) fn sampled_layout(layout: Layout) -> Layout {
    let align = if is_large(layout.size()) { layout.align() } else { layout.align().max(PAGE) };
    // A layout of less than 64 KiB is valid with any alignment up to the page.
    Layout::from_size_align(layout.size(), align).unwrap_or(layout)
}

/// A number with an exponential distribution: the bytes until the next sample.
fn distance(interval: usize) -> i64 {
    // xorshift64*: Vigna, "An experimental exploration of Marsaglia's xorshift generators".
    let mut state = RANDOM.get();
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    RANDOM.set(state);
    let bits = state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11;
    let uniform = (bits + 1) as f64 / (1_u64 << 53) as f64;
    // At most 37 intervals.
    (-uniform.ln() * interval as f64) as i64
}

/// A seed that no other thread has, and that is not 0.
fn seed() -> u64 {
    static SEEDS: AtomicU64 = AtomicU64::new(1);
    // The finaliser of splitmix64, which maps only 0 to 0.
    let mut seed = SEEDS.fetch_add(1, Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    seed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    seed = (seed ^ (seed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (seed ^ (seed >> 31)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_have_the_mean_and_the_scatter_of_an_exponential_distribution() {
        const DRAWN: usize = 100_000;
        RANDOM.set(seed());
        let drawn: Vec<f64> = (0..DRAWN).map(|_| distance(1 << 19) as f64 / 524_288.0).collect();
        let mean = drawn.iter().sum::<f64>() / DRAWN as f64;
        let scatter = drawn.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / DRAWN as f64;
        // Ten standard errors of each.
        assert!((mean - 1.0).abs() < 0.032, "{mean}");
        assert!((scatter - 1.0).abs() < 0.09, "{scatter}");
        let within = drawn.iter().filter(|&&one| one < 0.5).count() as f64 / DRAWN as f64;
        assert!((within - 0.3935).abs() < 0.016, "{within} of the distances are below a half");
    }

    #[test]
    fn seeds_of_threads_differ() {
        let mut seeds: Vec<u64> = (0..1000).map(|_| seed()).collect();
        seeds.sort_unstable();
        seeds.dedup();
        assert_eq!(seeds.len(), 1000);
    }

    #[test]
    fn only_pages_and_large_memory_can_be_sampled() {
        let small = Layout::new::<[u8; 100]>();
        let large = Layout::new::<[u8; LARGE]>();
        assert_eq!((sampled_layout(small).align(), sampled_layout(small).size()), (PAGE, 100));
        assert_eq!(sampled_layout(large), large);
        let wide = Layout::from_size_align(100, 2 * PAGE).expect("a layout");
        assert_eq!(sampled_layout(wide), wide);
    }
}
