//! glibc's `malloc`: the system's allocator. If it is not Rust's, C libraries often use it.
//!
//! It does not count which free chunks are resident. Their sizes show how much can be given back:
//! `malloc_trim` gives back the whole pages within a free chunk. The rest of the chunk shares pages
//! with live memory.

use core::time::Duration;

use malloc_info::info::{Heap, Malloc, Size, SystemType, TotalType};
use request_arena_sys::{c, glibc};

use super::paced::Paced;
use super::{HeapReading, Probe, Serves, counted};

const PAGE: u64 = 4096;

/// A size that is recognisable among the allocations of other threads: not a round number, and
/// above the limits of all thread caches. It is below 128 KiB (`M_MMAP_THRESHOLD` in mallopt(3)).
/// When a larger block with a map of its own is freed, glibc raises the threshold and keeps blocks
/// of that size.
const TELLING_BYTES: usize = 117 * 1024 + 11 * 64;

/// The most bytes that other threads may allocate during the test.
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
        // The count is exact and free, so growth is visible even between two walks.
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

    fn gives_back_at_once(&self) -> Option<String> {
        small_threshold(|name| std::env::var(name).ok())
    }

    fn keeps_longer(&self) -> Option<String> {
        let set = self.gives_back_at_once();
        let now = set.map_or_else(String::new, |set| format!("; now `{set}` is set"));
        Some(format!(
            "raise the thresholds at which glibc gives freed memory back, such as to 256 MiB: \
             `GLIBC_TUNABLES=glibc.malloc.trim_threshold=268435456:glibc.malloc.top_pad=16777216:\
             glibc.malloc.mmap_threshold=33554432`, or `mallopt` with `M_TRIM_THRESHOLD`, \
             `M_TOP_PAD` and `M_MMAP_THRESHOLD`{now}"
        ))
    }

    fn keeps_less(&self) -> Option<String> {
        Some(
            "call `malloc_trim(0)` after bursts, or use jemalloc (`use_jemalloc!()`): glibc by \
            itself gives back only the end of its heap. `MALLOC_ARENA_MAX=2`, or \
            `mallopt(M_ARENA_MAX, 2)`, limits its heaps; `mallopt(M_MMAP_THRESHOLD, 65536)` gives \
            larger blocks maps of their own, which go back when they are freed"
                .into(),
        )
    }
}

/// A setting by which glibc trims its heaps at less than 1 MiB of free memory. Each also ends the
/// automatic adjustment of the thresholds (`M_MMAP_THRESHOLD` in mallopt(3)).
fn small_threshold(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    const SMALL: u64 = 1 << 20;
    let tunables = variable("GLIBC_TUNABLES").unwrap_or_default();
    let tunables = tunables.split(':').filter_map(|set| set.split_once('='));
    let tunables = tunables
        .filter(|(name, _)| *name == "glibc.malloc.trim_threshold")
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let name = "MALLOC_TRIM_THRESHOLD_";
    let set = tunables.chain(variable(name).map(|value| (name.to_owned(), value)));
    let mut small = set.filter(|(_, value)| value.parse::<u64>().is_ok_and(|bytes| bytes < SMALL));
    small.next().map(|(name, value)| format!("{name}={value}"))
}

/// Whether glibc's allocated bytes rise by [`TELLING_BYTES`] while that much is allocated. It must
/// happen twice, since another thread may do the same once.
fn moves_by_telling(during: impl Fn() -> Option<usize>) -> bool {
    let moves = || {
        let before = glibc::allocated_bytes();
        let moved = during().unwrap_or(0).saturating_sub(before);
        (TELLING_BYTES..TELLING_BYTES + OTHERS).contains(&moved)
    };
    // Busy threads may hide it sometimes.
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
    let maps: usize = info
        .total
        .iter()
        .filter(|total| total.r#type == TotalType::Mmap)
        .map(|total| total.count)
        .sum();
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
        large_bytes: Some(total(TotalType::Mmap)),
        large_count: Some(maps as u64),
    }
}

/// Free bytes on pages with live memory: all of a small chunk, and on average a page of a larger
/// one, half at each end. Chunks without a listed size are the ends of heaps, which are whole
/// pages.
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

#[cfg(test)]
mod tests {
    use super::small_threshold;

    #[test]
    fn a_small_trim_threshold_is_read_from_the_environment() {
        let of = |name: &'static str, value: &'static str| {
            small_threshold(|asked| (asked == name).then(|| value.to_owned()))
        };
        let tunables = "glibc.malloc.arena_max=2:glibc.malloc.trim_threshold=65536";
        let set = of("GLIBC_TUNABLES", tunables);
        assert_eq!(set.as_deref(), Some("glibc.malloc.trim_threshold=65536"));
        let set = of("MALLOC_TRIM_THRESHOLD_", "4096");
        assert_eq!(set.as_deref(), Some("MALLOC_TRIM_THRESHOLD_=4096"));
        assert_eq!(of("GLIBC_TUNABLES", "glibc.malloc.trim_threshold=268435456"), None);
        assert_eq!(of("MALLOC_TRIM_THRESHOLD_", "many"), None);
        assert_eq!(of("MALLOC_ARENA_MAX", "2"), None);
    }
}
