//! What memory is read, how exactly, and how far two readings may be apart by what is no leak.

use core::fmt;

use request_arena_core::{report, trim};

use super::allocator;
use crate::failure::Failure;
use request_arena_memory::process;

/// Where figures of memory are from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// Bytes that this thread allocated from jemalloc and that it did not free.
    Thread,
    /// Live bytes of jemalloc in the whole process, without what threads keep ready in their
    /// caches.
    Jemalloc,
    /// Anonymous memory of the process, `RssAnon`: with what the allocator keeps of freed memory.
    Anonymous,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Thread => "allocated and not freed by this thread (jemalloc)",
            Self::Jemalloc => "live in the process (jemalloc)",
            Self::Anonymous => "of anonymous memory in the process (RssAnon)",
        })
    }
}

/// What glibc's heap may differ by without a change of what is live: it grows by `M_TOP_PAD` more
/// than it needs, and is cut at its top from `M_TRIM_THRESHOLD` on, each 128 KiB. Other allocators
/// keep to their pages, which are smaller.
const HEAP_STEP: u64 = 2 * (128 << 10);

/// One reading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) bytes: i64,
    /// What this thread has allocated and not freed, if somebody counts.
    pub(super) of_thread: Option<i64>,
    pub(super) tolerance: u64,
}

/// Reads one source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    pub(super) source: Source,
}

impl Reader {
    pub(super) fn new(of_this_thread: bool) -> Result<Self, Failure> {
        const JEMALLOC: &str = "put `request_arena::use_jemalloc!()` in one place of the test file \
            (feature `jemalloc`)";
        let source = match (of_this_thread, allocator::is_jemalloc()) {
            (true, true) => Source::Thread,
            (true, false) => {
                return Err(Failure::new(
                    "only jemalloc counts the memory of a thread, and it is not the global \
                     allocator",
                )
                .next(JEMALLOC));
            }
            (false, true) => Source::Jemalloc,
            (false, false) => Source::Anonymous,
        };
        let reader = Self { source };
        // What reading makes once is no request's.
        reader.read();
        match reader.bytes() {
            Ok(_) => Ok(reader),
            Err(reason) => {
                Err(Failure::new(format_args!("cannot read the process's memory: {reason}"))
                    .next(JEMALLOC))
            }
        }
    }

    /// Empties the pool, whose arenas are no leak, and reads.
    pub(super) fn read(&self) -> Reading {
        trim();
        let report = report();
        let threads = process::read().map_or(1, |process| process.threads);
        // What a thread has begun to use of its buffers is no leak: a page each. Arenas that
        // threads keep for their next scopes are not, either.
        let page = allocator::page_size();
        let pool = report.pool.retained_bytes as u64;
        let tolerance = match self.source {
            Source::Thread => page,
            Source::Jemalloc => page * threads + pool,
            Source::Anonymous => {
                // Pages of a first chunk that was given back, or not yet.
                let chunk =
                    report.sites.iter().map(|site| site.learned_bytes as u64).max().unwrap_or(0);
                page * threads + pool + chunk + HEAP_STEP
            }
        };
        drop(report);
        // It could be read at the beginning.
        let bytes = self.bytes().unwrap_or(0);
        Reading { bytes, of_thread: allocator::of_thread(), tolerance }
    }

    fn bytes(&self) -> Result<i64, String> {
        let unsigned = match self.source {
            Source::Thread => return Ok(allocator::of_thread().unwrap_or(0)),
            Source::Jemalloc => allocator::live_bytes()?,
            Source::Anonymous => {
                process::read().map_err(|error| error.to_string())?.anonymous_bytes
            }
        };
        Ok(i64::try_from(unsigned).unwrap_or(i64::MAX))
    }
}
