//! The source of a reading, and the tolerance up to which two readings count as equal.

use core::fmt;

use request_arena_core::{observe, report, trim};
use request_arena_memory::process;

use super::allocator;
use crate::failure::Failure;

/// The source of memory figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// Bytes that this thread allocated from jemalloc and did not free.
    Thread,
    /// Live bytes of jemalloc in the whole process, without the threads' caches.
    Jemalloc,
    /// Anonymous memory of the process, `RssAnon`. It includes freed memory that the allocator
    /// retains.
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

/// The most by which glibc's heap may change without a change of live memory. It grows by
/// `M_TOP_PAD` more than needed, and shrinks in steps of `M_TRIM_THRESHOLD`. Each is 128 KiB. Other
/// allocators have smaller steps.
const HEAP_STEP: u64 = 2 * (128 << 10);

/// One reading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    pub(super) bytes: i64,
    /// Bytes that this thread has allocated and not freed, if they are counted.
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
        // The first reading allocates values that are built once, and no request does.
        reader.read();
        match reader.bytes() {
            Ok(_) => Ok(reader),
            Err(reason) => {
                Err(Failure::new(format_args!("cannot read the process's memory: {reason}"))
                    .next(JEMALLOC))
            }
        }
    }

    /// Empties the pool, since its arenas are no leak, and reads.
    pub(super) fn read(&self) -> Reading {
        if self.source == Source::Thread {
            // Only this thread's part. The arenas of other threads would count as freed here.
            observe::trim_thread();
            let bytes = self.bytes().unwrap_or(0);
            let tolerance = allocator::page_size();
            return Reading { bytes, of_thread: Some(bytes), tolerance };
        }
        trim();
        let report = report();
        let threads = process::read().map_or(1, |process| process.threads);
        // A page for each thread is no leak, but a buffer that the thread started to use. Arenas
        // that threads keep for their next scopes are no leak, either.
        let page = allocator::page_size();
        let pool = report.pool.retained_bytes as u64;
        let tolerance = match self.source {
            Source::Thread | Source::Jemalloc => page * threads + pool,
            Source::Anonymous => {
                // Pages of a first chunk, which may or may not have been given back yet.
                let chunk =
                    report.sites.iter().map(|site| site.learned_bytes as u64).max().unwrap_or(0);
                page * threads + pool + chunk + HEAP_STEP
            }
        };
        drop(report);
        // `new` has checked that it can be read.
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
