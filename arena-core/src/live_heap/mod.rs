//! Live heap by handler: the heap memory that is still allocated, by the scope that was open on the
//! thread which allocated it.
//!
//! An allocator samples its allocations, and records each sample [here](sampled) with the scope
//! that runs on its thread. Memory may be freed on any thread, at any time.
//! [`CountingAllocator`](crate::heap::CountingAllocator) samples by itself. jemalloc calls hooks,
//! which `request-arena-memory` installs.
//!
//! A sample stands for more memory than its own. An allocation of `b` bytes is sampled with the
//! probability `p = 1 - exp(-b / interval)`, so it stands for `b / p` bytes and `1 / p` objects.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use self::table::{Sample, Table};
use crate::coverage::{counting, install, running};
use crate::site::Site;

mod table;

static TABLE: Table = Table::new();

/// The mean number of bytes between two samples, or 0 before [`start`].
static INTERVAL: AtomicUsize = AtomicUsize::new(0);

/// The code that allocated memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HeapOwner {
    /// The handler with this site, outside of its arena.
    Handler(&'static Site),
    /// request-arena itself: the chunks of arenas and response buffers, in use or in the pool.
    Arenas,
    /// Code that no scope ran: the framework, background tasks, and the start of the program.
    Outside,
}

impl HeapOwner {
    /// The name in reports: that of the handler, `(arenas)` or `(no handler)`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Handler(site) => site.name(),
            Self::Arenas => "(arenas)",
            Self::Outside => "(no handler)",
        }
    }
}

/// Heap memory that is allocated and not freed. The figures are estimates from samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LiveHeap {
    /// Bytes that are allocated and not freed.
    pub bytes: u64,
    /// The number of allocations that hold them.
    pub objects: u64,
    /// The standard error of [`bytes`](Self::bytes): in 2 of 3 cases the true value differs by
    /// less, and in 19 of 20 cases by less than twice as much.
    pub error_bytes: u64,
    /// The number of samples behind the figures.
    pub samples: u64,
}

impl LiveHeap {
    /// Adds the memory of other allocations.
    pub fn add(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.objects += other.objects;
        self.samples += other.samples;
        // Of independent errors the squares add up.
        self.error_bytes = (self.error_bytes as f64).hypot(other.error_bytes as f64) as u64;
    }
}

/// Live heap memory of one owner, or of one call stack of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LiveHeapOf {
    /// The code that allocated the memory.
    pub owner: HeapOwner,
    /// The number that the sampler has for the call stack, or 0.
    pub stack: u32,
    /// The memory.
    pub live: LiveHeap,
}

/// Live heap memory by owner: [`by_handler`] and [`by_stack`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LiveHeapByOwner {
    /// The owners, largest first.
    pub owners: Vec<LiveHeapOf>,
    /// The mean number of bytes between two samples.
    pub interval_bytes: usize,
    /// Samples that found no place, because too many were live. If it rises, the figures are too
    /// small.
    pub lost_samples: u64,
}

impl LiveHeapByOwner {
    /// The memory of one owner, over all its call stacks.
    #[must_use]
    pub fn of(&self, owner: HeapOwner) -> LiveHeap {
        let mut all = LiveHeap::default();
        for row in self.owners.iter().filter(|row| row.owner == owner) {
            all.add(&row.live);
        }
        all
    }
}

/// Prepares for samples at one in `interval` bytes on average. Allocates 3.2 MiB of address space
/// for 57,344 live samples, of which 128 KiB are written at once. An interval of 512 KiB then
/// suffices for 28 GiB of live heap.
///
/// From then on [`CountingAllocator`](crate::heap::CountingAllocator) samples. Threads that exist
/// begin within 1 MiB of their allocations. If it is the global allocator, the call also installs
/// [`allocated_by_thread`](crate::heap::allocated_by_thread), unless another hook is
/// [installed](crate::heap::install): without one, samples have no scope. A later call changes the
/// interval for the next samples and for all figures, so call it once.
///
/// # Panics
///
/// If `interval` is 0.
pub fn start(interval: usize) {
    assert!(interval > 0, "an interval of 0 bytes between samples: pass 524288, for example");
    if counting::live_bytes().is_some() {
        install(counting::allocated_by_thread);
    }
    TABLE.prepare();
    INTERVAL.store(interval, Relaxed);
}

/// The mean number of bytes between two samples. `None` before [`start`].
#[inline]
#[must_use]
pub fn interval() -> Option<usize> {
    Some(INTERVAL.load(Relaxed)).filter(|&interval| interval > 0)
}

/// Records an allocation that an allocator has sampled on this thread, with a number for its call
/// stack, or 0. Returns `false` if there is no place for it.
///
/// It takes a short lock, and allocates nothing. An allocator may call it from within `malloc`.
pub fn sampled(address: usize, bytes: usize, stack: u32) -> bool {
    TABLE.insert(Sample { address, bytes, scope: running::now(), stack })
}

/// Removes the sample at an address that is about to be freed, on whatever thread. Returns `false`
/// if the allocation there was not sampled. As cheap as [`sampled`].
pub fn freed(address: usize) -> bool {
    TABLE.remove(address).is_some()
}

/// Live heap memory by owner. `None` before [`start`].
///
/// It copies the samples, and takes about a millisecond for 10,000 of them.
///
/// ```standalone_crate
/// use std::alloc::System;
/// use std::hint::black_box;
///
/// use request_arena_core::heap::{self, CountingAllocator, HeapOwner, live};
/// use request_arena_core::{Site, scope};
///
/// #[global_allocator]
/// static ALLOCATOR: CountingAllocator<System> = CountingAllocator::new(System);
///
/// static LOG_IN: Site = Site::new("log_in", module_path!(), file!(), line!());
///
/// live::start(4096);
/// // A session that outlives its request.
/// let session = black_box(scope(&LOG_IN, |_| vec![1_u8; 10 << 20]));
///
/// let heap = live::by_handler().unwrap();
/// assert_eq!(heap.owners[0].owner, HeapOwner::Handler(&LOG_IN));
/// assert_eq!(heap.owners[0].live.bytes, session.len() as u64);
/// ```
#[must_use]
pub fn by_handler() -> Option<LiveHeapByOwner> {
    by(|sample| (sample.scope, 0))
}

/// As [`by_handler`], with a row for each call stack of an owner.
#[must_use]
pub fn by_stack() -> Option<LiveHeapByOwner> {
    by(|sample| (sample.scope, sample.stack))
}

fn by(key: fn(&Sample) -> (u32, u32)) -> Option<LiveHeapByOwner> {
    let interval_bytes = interval()?;
    let lost_samples = TABLE.lost();
    let mut samples = TABLE.copy();
    samples.sort_unstable_by_key(key);
    let mut owners: Vec<LiveHeapOf> = samples
        .chunk_by(|one, next| key(one) == key(next))
        .map(|of_one| {
            let (scope, stack) = key(&of_one[0]);
            LiveHeapOf { owner: owner(scope), stack, live: estimate(of_one, interval_bytes) }
        })
        .collect();
    owners.sort_by_key(|of| core::cmp::Reverse(of.live.bytes));
    Some(LiveHeapByOwner { owners, interval_bytes, lost_samples })
}

/// The memory that these samples stand for.
fn estimate(samples: &[Sample], interval: usize) -> LiveHeap {
    let (mut bytes, mut objects, mut variance) = (0.0, 0.0, 0.0);
    for sample in samples {
        let size = sample.bytes as f64;
        let missed = (-size / interval as f64).exp();
        // An allocation of 0 bytes is no sample of memory.
        let weight = if sample.bytes == 0 { 0.0 } else { 1.0 / (1.0 - missed) };
        bytes += size * weight;
        objects += weight;
        variance += missed * (size * weight).powi(2);
    }
    LiveHeap {
        bytes: bytes.round() as u64,
        objects: objects.round() as u64,
        error_bytes: variance.sqrt().round() as u64,
        samples: samples.len() as u64,
    }
}

fn owner(scope: u32) -> HeapOwner {
    match scope {
        running::OWN => HeapOwner::Arenas,
        number => Site::numbered(number as usize).map_or(HeapOwner::Outside, HeapOwner::Handler),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sizes: &[usize], interval: usize) -> LiveHeap {
        let sample = |&bytes: &usize| Sample { address: 1, bytes, scope: running::NONE, stack: 0 };
        estimate(&sizes.iter().map(sample).collect::<Vec<_>>(), interval)
    }

    #[test]
    fn a_sample_stands_for_the_allocations_that_were_not_sampled() {
        // A large allocation is always sampled, and stands for itself.
        let large = of(&[10 << 20], 4096);
        assert_eq!((large.bytes, large.objects, large.error_bytes), (10 << 20, 1, 0));
        // A small one is sampled once in `interval` bytes.
        let small = of(&[16], 1 << 19);
        assert_eq!((small.bytes, small.objects), ((1 << 19) + 8, (1 << 15) + 1));
        assert_eq!(small.error_bytes, (1 << 19), "a single sample is no better than its size");
        let many = of(&[16; 100], 1 << 19);
        assert_eq!((many.bytes, many.error_bytes), (52_429_600, 5_242_880), "a tenth");
        assert_eq!(of(&[0], 1 << 19).bytes, 0);
        let mut sum = small;
        (0..99).for_each(|_| sum.add(&small));
        assert_eq!((sum.bytes, sum.samples), (many.bytes, many.samples));
        assert!(sum.error_bytes.abs_diff(many.error_bytes) < 100, "{sum:?}");
    }

    #[test]
    fn each_owner_has_a_name() {
        static SITE: Site = Site::new("named", module_path!(), file!(), line!());
        assert_eq!(owner(SITE.number() as u32), HeapOwner::Handler(&SITE));
        let names = [running::NONE, running::OWN, SITE.number() as u32].map(|of| owner(of).name());
        assert_eq!(names, ["(no handler)", "(arenas)", "named"]);
    }
}
