//! Readings of a process's memory, and jemalloc set up to give freed memory back.
//!
//! * [`process`] reads what the operating system counts for the process: physical memory by kind,
//!   page faults, threads.
//! * [`container`] reads the process's control group: its memory by kind, its limits, its pressure.
//! * [`maps`] sorts every mapped page of the process: stacks, the program's data, files, heaps.
//! * [`threads`] counts the process's threads by name.
//! * `jemalloc` (feature `jemalloc`) makes jemalloc the global allocator with
//!   `use_jemalloc!()`, and reads its figures.
//!
//! ```
//! # #[cfg(target_os = "linux")] {
//! let process = request_arena_memory::process::read().unwrap();
//! println!("{} of {} bytes are anonymous", process.anonymous_bytes, process.rss_bytes);
//! # }
//! ```
//!
//! # Features
//!
//! | Feature | Effect |
//! |---|---|
//! | `jemalloc` | jemalloc as the global allocator, its figures, and the hook for heap coverage |
//! | `jemalloc-unprefixed` | the same, and C libraries allocate from jemalloc too |
//! | `jemalloc-profiling` | the same as `jemalloc`, built with allocation sampling |
//! | `process` | the process's counters and maps, from `/proc` (Linux) |
//! | `serde` | the readings implement `Serialize` |
//!
//! This package is a part of [request-arena], which re-exports `process` and `jemalloc`.
//!
//! [request-arena]: https://docs.rs/request-arena

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

#[cfg(all(feature = "jemalloc", windows))]
compile_error!(
    "the features `jemalloc` and `heap-profile` of request-arena do not work on Windows, where \
     tikv-jemallocator does not build.\n\
     Enable them for other systems alone, in Cargo.toml:\n\n\
     [target.'cfg(not(windows))'.dependencies]\n\
     request-arena = { version = \"0.1\", features = [\"jemalloc\"] }\n\n\
     and write `#[cfg(not(windows))]` before `use_jemalloc!()`."
);

mod allocator;
pub mod container;
#[cfg(all(feature = "jemalloc", not(windows)))]
pub mod jemalloc;
#[cfg(feature = "process")]
pub mod maps;
pub mod process;
#[cfg(feature = "process")]
pub mod threads;

pub use allocator::AllocatorReading;
pub use container::ContainerReading;
pub use process::ProcessReading;
