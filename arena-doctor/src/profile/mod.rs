//! The heap profile: the functions that allocate the live heap, from jemalloc's samples of
//! allocations with their call stacks.
//!
//! With the feature `heap-profile`, jemalloc is built with sampling. A program with
//! `use_jemalloc!(profiling: ready)` turns it on by `jemalloc::profiling::activate`. jemalloc also
//! samples if the process starts with `prof:true,lg_prof_sample:19` in its environment variable
//! (`_RJEM_MALLOC_CONF`, or `MALLOC_CONF` in a build without prefix). The doctor then keeps
//! profiles of ten minutes and of a day ago for comparison.
//!
//! | part | what it does |
//! |---|---|
//! | `sampling`, `error` | whether jemalloc samples, and what to do if it does not |
//! | `dump` | jemalloc's profile: its file, and its figures scaled to all allocations |
//! | `take` | [`HeapProfile`]: a profile in bounded memory, and comparisons |
//! | `export`, `pprof`, `flamegraph` | the profile in pprof's format, and as a picture |
//! | `mappings` | the program and its libraries in the address space, with build ids |
//! | `symbols`, `table` | the functions of addresses, with inlined ones, and their paths |
//! | `frames` | the *owner* among the functions of a stack, and whether the memory is a chunk |
//! | `container` | [`Container`]: a channel, a cache or a span, by the functions' type paths |
//! | `owners` | [`Owners`]: the result of a comparison, as data and as text |
//! | `kept` | the profiles that the doctor keeps, and how often it takes one |
//!
//! # What it costs
//!
//! Nothing without the feature, and almost nothing with it until sampling is on:
//! `docs/book/src/heap-profile.md` has the figures. jemalloc writes a profile into a temporary
//! file. Allocating threads wait only while their own sample is copied. Names are looked up only
//! for stacks that matter to growth, and the debug information is freed again.
//!
//! **Invariant:** the doctor's thread spends at most one part in 10,000 of a processor's time on
//! profiles that the program does not ask for.

mod container;
#[cfg(feature = "heap-profile")]
mod dump;
#[cfg(feature = "heap-profile")]
mod error;
#[cfg(feature = "heap-profile")]
mod export;
#[cfg(feature = "flamegraph")]
mod flamegraph;
#[cfg(any(feature = "heap-profile", test))]
mod frames;
#[cfg(feature = "heap-profile")]
mod kept;
#[cfg(feature = "heap-profile")]
mod mappings;
mod owners;
#[cfg(feature = "heap-profile")]
mod pprof;
#[cfg(feature = "heap-profile")]
mod sampling;
#[cfg(feature = "heap-profile")]
mod scopes;
#[cfg(feature = "heap-profile")]
mod symbols;
#[cfg(feature = "heap-profile")]
mod table;
#[cfg(feature = "heap-profile")]
mod take;

pub use self::container::Container;
#[cfg(feature = "heap-profile")]
pub use self::error::HeapProfileError;
#[cfg(feature = "heap-profile")]
pub(super) use self::kept::Kept;
pub use self::owners::{Owner, Owners};
#[cfg(feature = "heap-profile")]
pub use self::take::HeapProfile;
