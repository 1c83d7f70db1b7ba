//! jemalloc as the global allocator, set up to give freed memory back to the operating system, and
//! its figures.
//!
//! ```standalone_crate
//! request_arena_memory::use_jemalloc!();
//!
//! let status = request_arena_memory::jemalloc::status().unwrap();
//! assert!(status.background_thread, "{:?}", status.problems);
//! let reading = request_arena_memory::jemalloc::read().unwrap();
//! println!("{} of {} bytes are allocated", reading.allocated_bytes, reading.resident_bytes);
//! ```
//!
//! # Why more than a `#[global_allocator]`
//!
//! * jemalloc gives freed pages back while threads allocate. After a burst no thread does, and
//!   jemalloc keeps the pages for as long as the program is idle. Its *background thread* gives
//!   them back then, too. [`start`] turns that thread on and checks that it is on.
//! * jemalloc reads options from an environment variable. A default build reads
//!   `_RJEM_MALLOC_CONF` and silently ignores `MALLOC_CONF`. [`start`] warns if only the ignored
//!   variable is set.
//! * Heap coverage needs a counter of the bytes that each thread allocates. [`start`] installs
//!   [`allocated_by_thread`] as the hook of [`request_arena_core::heap`].
//!
//! # C libraries
//!
//! With the feature `jemalloc-unprefixed`, C code in the program (LMDB, RocksDB, OpenSSL) allocates
//! from jemalloc, too. That works on Linux and FreeBSD, but not on macOS or Windows. Such a build
//! reads `MALLOC_CONF`. Without the feature C code uses the system's `malloc`, which no figure here
//! includes.

mod conf;
mod counter;
mod error;
mod live;
#[cfg(feature = "jemalloc-profiling")]
mod live_heap;
mod probe;
mod reading;
mod start;

pub use tikv_jemallocator::Jemalloc;

pub use self::conf::variable_of;
pub use self::counter::allocated_by_thread;
pub use self::error::Error;
pub use self::live::{live_bytes, net_of_thread};
#[cfg(feature = "jemalloc-profiling")]
pub use self::live_heap::start_live_heap;
pub use self::probe::{is_global, is_prefixed};
pub use self::reading::{MAX_AGE, read, read_now};
pub use self::start::{Status, start, status};
pub use crate::AllocatorReading as Reading;

/// Makes jemalloc the global allocator and [starts](crate::jemalloc::start) it. Use it as the first
/// statement of `main`.
///
/// ```standalone_crate
/// #[tokio::main]
/// async fn main() {
///     request_arena_memory::use_jemalloc!();
///     assert!(request_arena_memory::jemalloc::status().is_some());
/// }
/// ```
///
/// The facade has it as `request_arena::use_jemalloc!()`.
///
/// jemalloc is the allocator of the whole program from its start, wherever the statement is. A
/// program has one global allocator, so it can contain the statement only once. If the program
/// declares its own `#[global_allocator]` of type [`Jemalloc`](crate::jemalloc::Jemalloc), call
/// [`start`](crate::jemalloc::start) instead.
#[macro_export]
macro_rules! use_jemalloc {
    () => {
        #[global_allocator]
        static __REQUEST_ARENA_JEMALLOC: $crate::jemalloc::Jemalloc = $crate::jemalloc::Jemalloc;
        $crate::jemalloc::start();
    };
}
