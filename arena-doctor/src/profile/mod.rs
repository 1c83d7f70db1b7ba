//! The heap profile: who allocates what is live, by jemalloc's samples of allocations and their
//! call stacks.
//!
//! With the feature `heap-profile` jemalloc is built so that it can sample; that it does so is said
//! at the start of the process, by `prof:true,lg_prof_sample:19` in the environment variable that
//! it reads (`_RJEM_MALLOC_CONF`, or `MALLOC_CONF` in a build without prefix). The doctor then
//! keeps profiles of ten minutes and of a day ago, and compares.
//!
//! | part | what it does |
//! |---|---|
//! | `sampling`, `error` | whether jemalloc samples; and what to do if it does not |
//! | `take` | [`HeapProfile`]: a profile in bounded memory; [`since`](HeapProfile::since) compares it with an earlier one |
//! | `symbols`, `table` | the functions of addresses, inlined ones too; and their paths, where debug information has none |
//! | `frames` | which of the functions on a stack is the *owner*, and whether the memory is an arena's chunk |
//! | `owners` | [`Owners`]: what was compared, as data and for people |
//! | `kept` | the profiles that the doctor keeps, and how often it may take one |
//!
//! # What it costs
//!
//! Nothing without the feature, and with it next to nothing until sampling is turned on:
//! `docs/book/src/heap-profile.md` has the figures. A profile is written by jemalloc into a
//! temporary file, while threads that allocate wait only for moments: for their own sample to be
//! copied. Names are looked up when growth is to be explained, of the stacks that matter to it, and
//! what was read of the program's debug information for that is freed again.
//!
//! **Invariant:** the doctor's thread spends at most one part in 10,000 of a processor's time on
//! profiles that nobody asked for.

#[cfg(feature = "heap-profile")]
mod error;
#[cfg(any(feature = "heap-profile", test))]
mod frames;
#[cfg(feature = "heap-profile")]
mod kept;
mod owners;
#[cfg(feature = "heap-profile")]
mod sampling;
#[cfg(feature = "heap-profile")]
mod symbols;
#[cfg(feature = "heap-profile")]
mod table;
#[cfg(feature = "heap-profile")]
mod take;

#[cfg(feature = "heap-profile")]
pub use self::error::HeapProfileError;
#[cfg(feature = "heap-profile")]
pub(super) use self::kept::Kept;
pub use self::owners::{Owner, Owners};
#[cfg(feature = "heap-profile")]
pub use self::take::HeapProfile;
