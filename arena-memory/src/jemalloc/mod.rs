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
//! * An operator who looks for a leak wants jemalloc's samples of a process that runs already.
//!   `use_jemalloc!(profiling: ready)` makes that possible: see
//!   [`use_jemalloc`](crate::use_jemalloc).
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
#[cfg(feature = "jemalloc-profiling")]
pub mod profiling;
mod reading;
#[cfg(feature = "jemalloc-profiling")]
mod stacks;
mod start;

#[cfg(feature = "jemalloc-profiling")]
#[doc(hidden)]
pub use request_arena_sys::define_malloc_conf as __define_variable;
pub use tikv_jemallocator::Jemalloc;

pub use self::conf::variable_of;
pub use self::counter::allocated_by_thread;
pub use self::error::Error;
pub use self::live::{live_bytes, net_of_thread};
#[cfg(feature = "jemalloc-profiling")]
pub use self::live_heap::start_live_heap;
pub use self::probe::{is_global, is_prefixed};
pub use self::reading::{MAX_AGE, read, read_now};
#[cfg(feature = "jemalloc-profiling")]
pub use self::stacks::live_stacks;
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
///
/// # Sampling that is ready, but off
///
/// `use_jemalloc!(profiling: ready)` builds jemalloc's sampling in, so that `profiling::activate`
/// can turn it on while the program runs. It needs the feature `jemalloc-profiling`, or
/// `heap-profile` of the facade.
///
/// ```standalone_crate
/// # #[cfg(feature = "jemalloc-profiling")] {
/// use request_arena_memory::jemalloc::profiling;
///
/// request_arena_memory::use_jemalloc!(profiling: ready);
/// # #[cfg(all(target_os = "linux", target_env = "gnu"))]
/// assert_eq!(profiling::state(), profiling::State::Ready);
/// # }
/// ```
///
/// jemalloc then starts with the options `prof:true,prof_active:false,lg_prof_sample:19`. They are
/// in its variable `malloc_conf`, which the program must not define, too. The environment variable
/// (`_RJEM_MALLOC_CONF`, or `MALLOC_CONF` without a prefix) overrides each of them. Programs that
/// forbid `unsafe` can use the statement.
///
/// The cost, in instructions for an allocation and a free (callgrind, x86-64):
///
/// | jemalloc | 64 B | 4 KiB |
/// |---|---|---|
/// | built without sampling | 73.6 | 107.8 |
/// | built with sampling, as by `use_jemalloc!()` | 76.8 | 178.1 |
/// | ready, but off | 77.1 | 195.5 |
/// | on: a sample for each 512 KiB | 80.2 | 395.0 |
///
/// A small allocation costs as much as before: 1.00 times the time of `use_jemalloc!()`, in
/// alternating runs. One of whole pages takes 1.13 times as long, since jemalloc looks up whether
/// it is a sample when it is freed.
///
/// Sampling works on Linux with glibc that is linked dynamically. On musl, and with glibc that is
/// linked statically, jemalloc's profiler hangs or crashes at the start of the program
/// ([jemalloc 2282], [jemalloc 2454]). There, and on macOS, the statement builds nothing in,
/// and [`Status::problems`](crate::jemalloc::Status::problems) says so.
///
/// [jemalloc 2282]: https://github.com/jemalloc/jemalloc/issues/2282
/// [jemalloc 2454]: https://github.com/jemalloc/jemalloc/issues/2454
#[macro_export]
macro_rules! use_jemalloc {
    () => {
        #[global_allocator]
        static __REQUEST_ARENA_JEMALLOC: $crate::jemalloc::Jemalloc = $crate::jemalloc::Jemalloc;
        $crate::jemalloc::start();
    };
    (profiling: ready) => {
        #[global_allocator]
        static __REQUEST_ARENA_JEMALLOC: $crate::jemalloc::Jemalloc = $crate::jemalloc::Jemalloc;
        $crate::__ready_profiling!();
    };
}

/// Without the feature jemalloc cannot sample.
#[cfg(not(feature = "jemalloc-profiling"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __ready_profiling {
    () => {
        compile_error!("`profiling: ready` needs the feature `heap-profile` of `request-arena`");
    };
}

/// Where jemalloc's profiler works, it starts with it. See `profiling::IS_SUPPORTED`.
#[cfg(feature = "jemalloc-profiling")]
#[doc(hidden)]
#[macro_export]
macro_rules! __ready_profiling {
    () => {
        #[cfg(all(target_os = "linux", target_env = "gnu", not(target_feature = "crt-static")))]
        $crate::__define_malloc_conf!("prof:true,prof_active:false,lg_prof_sample:19");
        $crate::jemalloc::profiling::start_ready();
    };
}

/// jemalloc's variable has the prefix of its functions.
#[cfg(all(feature = "jemalloc-profiling", not(feature = "jemalloc-unprefixed")))]
#[doc(hidden)]
#[macro_export]
macro_rules! __define_malloc_conf {
    ($options:literal) => {
        $crate::jemalloc::__define_variable!("_rjem_malloc_conf", $options);
    };
}

/// jemalloc is the program's `malloc`, and its variable has no prefix.
#[cfg(all(feature = "jemalloc-profiling", feature = "jemalloc-unprefixed"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __define_malloc_conf {
    ($options:literal) => {
        $crate::jemalloc::__define_variable!("malloc_conf", $options);
    };
}
