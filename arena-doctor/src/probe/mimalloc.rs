//! mimalloc, version 2 or 3.
//!
//! Its release builds do not count live bytes, and version 2 adds up a thread's figures only when
//! the thread ends. So live bytes are those of
//! [`CountingAllocator`](request_arena_core::heap::CountingAllocator) around it, and the memory
//! that it holds is read from its maps.

use core::ops::Range;
use core::time::Duration;

use request_arena_sys::mimalloc::Mimalloc as Linked;

use super::{HeapReading, Probe, Serves, counted};

/// mimalloc's smallest page. A map has many.
const SMALLEST_PAGE: usize = 64 << 10;

/// The most pages of a map to look up: all of 4 GiB. Each takes some nanoseconds.
const MOST_ASKED: usize = 1 << 16;

/// Below 128 KiB. If glibc is C's `malloc`, freeing a larger block would make it keep such blocks.
const TELLING_BYTES: usize = 100 << 10;

#[derive(Debug)]
pub(super) struct Mimalloc {
    linked: Linked,
}

impl Mimalloc {
    /// A probe for the mimalloc in the program, if it contains one.
    pub(super) fn find() -> Option<Self> {
        Linked::find().map(|linked| Self { linked })
    }
}

impl Probe for Mimalloc {
    fn name(&self) -> &'static str {
        "mimalloc"
    }

    fn serves(&mut self) -> Serves {
        let memory = std::hint::black_box(Vec::<u8>::with_capacity(TELLING_BYTES));
        let rust = self.linked.owns(memory.as_ptr() as usize);
        #[cfg(unix)]
        let c = {
            let owns = |address| self.linked.owns(address);
            request_arena_sys::c::with_malloc(TELLING_BYTES, owns).unwrap_or(false)
        };
        #[cfg(not(unix))]
        let c = false;
        let version = self.linked.version();
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
        u64::try_from(self.linked.purge_delay_ms()).ok().map(Duration::from_millis)
    }

    fn owns(&self, addresses: Range<usize>) -> Option<bool> {
        // Version 3 does not own parts of a map without blocks, such as its beginning.
        let mut pages = addresses.step_by(SMALLEST_PAGE).take(MOST_ASKED);
        Some(pages.any(|page| self.linked.owns(page)))
    }

    fn release(&mut self) -> bool {
        self.linked.collect();
        true
    }

    fn keeps_less(&self) -> Option<String> {
        let advice = if self.linked.purge_delay_ms() < 0 {
            "set MIMALLOC_PURGE_DELAY to 0 or more: below 0 mimalloc never gives pages back"
        } else {
            "let idle threads call `mi_collect`, or end: mimalloc gives a thread's free pages back \
             only when that thread allocates"
        };
        Some(advice.into())
    }

    fn gives_back_at_once(&self) -> Option<String> {
        (self.linked.purge_delay_ms() == 0).then(|| "MIMALLOC_PURGE_DELAY=0".into())
    }

    fn keeps_longer(&self) -> Option<String> {
        let advice = match self.linked.purge_delay_ms() {
            0 => {
                "set MIMALLOC_PURGE_DELAY to 1000, which is the default of version 3: it is 0, so \
                 each free page goes back at once"
                    .into()
            }
            millis => {
                format!("set MIMALLOC_PURGE_DELAY higher: now free pages go back after {millis} ms")
            }
        };
        Some(advice)
    }

    fn delays_frees(&self) -> bool {
        self.linked.major() == 2
    }
}
