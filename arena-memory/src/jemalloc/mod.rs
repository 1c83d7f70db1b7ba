//! jemalloc as the global allocator, set up so that freed memory goes back to the operating system,
//! and its figures.
//!
//! ```standalone_crate
//! request_arena_memory::use_jemalloc!();
//!
//! let status = request_arena_memory::jemalloc::status().unwrap();
//! assert!(status.background_thread, "{:?}", status.problems);
//! let reading = request_arena_memory::jemalloc::read().unwrap();
//! println!("{} bytes of {} resident are allocated", reading.allocated_bytes, reading.resident_bytes);
//! ```
//!
//! # Why more than a `#[global_allocator]`
//!
//! * jemalloc gives freed pages back while threads allocate. After a burst, when nobody does, it
//!   keeps them for as long as it is quiet: its *background thread* gives them back then too.
//!   [`start`] turns it on, and reads back that it is on.
//! * jemalloc takes options from an environment variable, but a default build from
//!   `_RJEM_MALLOC_CONF` and not from `MALLOC_CONF`, which it ignores without a word. [`start`]
//!   says so if the variable that is set is the one that is not read.
//! * The allocator's counter of a thread is what tells a scope's heap allocations from its arena's:
//!   [`start`] installs [`allocated_by_thread`] as the hook of [`request_arena_core::heap`].
//!
//! # C libraries
//!
//! With the feature `jemalloc-unprefixed` jemalloc is `malloc` for C code in the program too (LMDB,
//! RocksDB, OpenSSL), where the platform can: Linux and FreeBSD, not macOS or Windows. Else C code
//! allocates from the system's `malloc`, and no figure here sees it. Such a build reads
//! `MALLOC_CONF`.

mod conf;
mod counter;
mod error;
mod live;
mod probe;
mod reading;
mod start;

pub use tikv_jemallocator::Jemalloc;

pub use self::conf::variable_of;
pub use self::counter::allocated_by_thread;
pub use self::error::Error;
pub use self::live::{live_bytes, net_of_thread};
pub use self::probe::{is_global, is_prefixed};
pub use self::reading::{MAX_AGE, read, read_now};
pub use self::start::{Status, start, status};
pub use crate::AllocatorReading as Reading;

/// Makes jemalloc the global allocator, and [starts](crate::jemalloc::start) it: the first
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
/// (From the facade it is `request_arena::use_jemalloc!()`.) The allocator is the whole program's
/// from its start on, wherever the statement stands; a program has one, so the statement may stand
/// in it once. A program that declares its own `#[global_allocator]` of type
/// [`Jemalloc`](crate::jemalloc::Jemalloc) calls [`start`](crate::jemalloc::start) instead.
#[macro_export]
macro_rules! use_jemalloc {
    () => {
        #[global_allocator]
        static __REQUEST_ARENA_JEMALLOC: $crate::jemalloc::Jemalloc = $crate::jemalloc::Jemalloc;
        $crate::jemalloc::start();
    };
}
