//! mimalloc, of version 2 or 3.
//!
//! Its release builds do not count what is live, and version 2 adds a thread's figures up only when
//! the thread ends. So live bytes are those of [`Counted`](request_arena_core::heap::Counted)
//! around it, and what it holds is read from the maps that are its own.

use core::ops::Range;
use core::time::Duration;

use request_arena_sys::{c, mimalloc};

use super::{HeapReading, Probe, Serves, counted};

/// mimalloc's smallest pages, of which a map has many.
const SMALLEST_PAGE: usize = 64 << 10;

/// So many of a map's pages are asked for: all of 4 GiB. Each takes some nanoseconds.
const MOST_ASKED: usize = 1 << 16;

/// Below 128 KiB: of a larger block that is freed glibc, where it is C's `malloc`, learns to keep
/// such blocks.
const TELLING_BYTES: usize = 100 << 10;

#[derive(Debug)]
pub(super) struct Mimalloc;

impl Probe for Mimalloc {
    fn name(&self) -> &'static str {
        "mimalloc"
    }

    fn serves(&mut self) -> Serves {
        let memory = std::hint::black_box(Vec::<u8>::with_capacity(TELLING_BYTES));
        let rust = mimalloc::owns(memory.as_ptr() as usize);
        let c = c::with_malloc(TELLING_BYTES, mimalloc::owns).unwrap_or(false);
        let version = mimalloc::version();
        Serves::new(
            rust,
            c,
            format!(
                "memory that Rust, and C, allocated was looked up in mimalloc's regions (version \
                 {version})"
            ),
        )
    }

    fn read(&mut self) -> Option<HeapReading> {
        counted::live()
    }

    fn decay(&self) -> Option<Duration> {
        u64::try_from(mimalloc::purge_delay_ms()).ok().map(Duration::from_millis)
    }

    fn owns(&self, addresses: Range<usize>) -> Option<bool> {
        // Version 3 does not call its own what no block is in, as the beginning of each map.
        Some(addresses.step_by(SMALLEST_PAGE).take(MOST_ASKED).any(mimalloc::owns))
    }

    fn release(&mut self) -> bool {
        mimalloc::collect();
        true
    }

    fn keeps_less(&self) -> Option<String> {
        let advice = if mimalloc::purge_delay_ms() < 0 {
            "set MIMALLOC_PURGE_DELAY to 0 or more: below 0 mimalloc never gives pages back"
        } else {
            "let idle threads call `mi_collect`, or end: mimalloc gives a thread's free pages back \
             only when that thread allocates"
        };
        Some(advice.into())
    }

    fn delays_frees(&self) -> bool {
        mimalloc::version() / 10_000 == 2
    }
}
