//! glibc's `malloc`: the system's allocator, and where it is not Rust's, often that of C libraries.
//!
//! It never says which of its free chunks are physical memory. What can be given back follows from
//! their sizes: `malloc_trim` gives back the whole pages within a free chunk, and the rest of it
//! shares pages with live ones.

use core::time::Duration;

use malloc_info::info::{Heap, Malloc, Size, SystemType, TotalType};
use request_arena_sys::{c, glibc};

use super::paced::Paced;
use super::{HeapReading, Probe, Serves, counted};

const PAGE: u64 = 4096;

/// A size that is told from what other threads allocate meanwhile: no round number, and past every
/// cache of a thread. Below 128 KiB (`M_MMAP_THRESHOLD` in mallopt(3)): when a larger block is
/// freed, which has a map of its own, glibc keeps blocks of up to that size ever after.
const TELLING_BYTES: usize = 117 * 1024 + 11 * 64;

/// How much may be allocated by others while it is looked whether glibc is in force, in bytes.
const OTHERS: usize = 64 << 10;

#[derive(Debug, Default)]
pub(super) struct Glibc {
    paced: Paced,
    serves_rust: bool,
}

impl Probe for Glibc {
    fn name(&self) -> &'static str {
        "glibc"
    }

    fn serves(&mut self) -> Serves {
        let rust = moves_by_telling(|| {
            let memory = std::hint::black_box(Vec::<u8>::with_capacity(TELLING_BYTES));
            let during = glibc::allocated_bytes();
            drop(memory);
            Some(during)
        });
        let c = moves_by_telling(|| c::with_malloc(TELLING_BYTES, |_| glibc::allocated_bytes()));
        self.serves_rust = rust;
        Serves::new(rust, c, "`mallinfo2` was read before and after Rust, and C, allocated")
    }

    fn read(&mut self) -> Option<HeapReading> {
        let read = self.paced.ask(|| malloc_info::malloc_info().ok()).map(|info| reading(&info));
        // The count is exact and costs nothing, so growth is seen also between two walks.
        let counted = if self.serves_rust { counted::live() } else { None };
        match (read, counted) {
            (Some(read), Some(HeapReading { peak_bytes, .. })) => {
                Some(HeapReading { peak_bytes, ..read })
            }
            (read, counted) => read.or(counted),
        }
    }

    fn pace(&mut self, interval: Duration) {
        self.paced.pace(interval);
    }

    fn hurry(&mut self) {
        self.paced.hurry();
    }

    fn release(&mut self) -> bool {
        glibc::trim();
        true
    }

    fn keeps_less(&self) -> Option<String> {
        Some(
            "call `malloc_trim(0)` after bursts, or use jemalloc (`use_jemalloc!()`): glibc by \
            itself gives back only the end of its heap"
                .into(),
        )
    }
}

/// Whether glibc's allocated bytes are higher by [`TELLING_BYTES`] while as many are allocated:
/// twice, as another thread may do the same once.
fn moves_by_telling(during: impl Fn() -> Option<usize>) -> bool {
    let moves = || {
        let before = glibc::allocated_bytes();
        let moved = during().unwrap_or(0).saturating_sub(before);
        (TELLING_BYTES..TELLING_BYTES + OTHERS).contains(&moved)
    };
    // Busy threads hide it now and then.
    (0..6).filter(|_| moves()).count() >= 2
}

fn reading(info: &Malloc) -> HeapReading {
    let total = |kind| {
        info.total
            .iter()
            .filter(|total| total.r#type == kind)
            .map(|total| total.size as u64)
            .sum::<u64>()
    };
    let system = |kind| {
        info.system
            .iter()
            .find(|system| system.r#type == kind)
            .map_or(0, |system| system.size as u64)
    };
    let free = total(TotalType::Fast) + total(TotalType::Rest);
    let live = system(SystemType::Current).saturating_sub(free) + total(TotalType::Mmap);
    let whole_pages = free - in_shared_pages(info).min(free);
    HeapReading {
        live_bytes: Some(live),
        peak_bytes: None,
        active_bytes: Some(live + free - whole_pages),
        dirty_bytes: Some(whole_pages),
        muzzy_bytes: None,
        metadata_bytes: None,
    }
}

/// Free bytes that lie on a page with something live: all of a small chunk, and on average a page
/// of a larger one, half at each end. What is listed under no size is the end of each heap, which
/// is whole pages.
fn in_shared_pages(info: &Malloc) -> u64 {
    let sizes = |heap: &Heap| {
        heap.sizes
            .as_ref()
            .and_then(|sizes| sizes.sizes.as_ref())
            .map_or(0, |sizes| sizes.iter().map(shared).sum())
    };
    info.heaps.iter().map(sizes).sum()
}

fn shared(size: &Size) -> u64 {
    let (Size::Size { total, count, .. } | Size::Unsorted { total, count, .. }) = size;
    (*total as u64).min(*count as u64 * PAGE)
}
