//! The table: which services there are, what each really is, and on which allocators, with the
//! reason.

use request_arena::doctor::Mode;
use worker_harness::Allocator;

use crate::programs;
use crate::protocol::Examined;
use crate::service::Stage;

/// One service.
#[derive(Debug)]
pub(crate) struct Row {
    /// The name, which is its sub-command.
    pub(crate) name: &'static str,
    /// What it does.
    pub(crate) about: &'static str,
    /// What it really is; `None`: healthy.
    pub(crate) is: Option<Mode>,
    /// Words that name what the first finding has to be about, where that can be told.
    pub(crate) subject: &'static [&'static str],
    /// Where it is so.
    pub(crate) on: &'static [Allocator],
    /// Why there, and not elsewhere.
    pub(crate) because: &'static str,
    /// Options for jemalloc, in the variable that its prefixed build reads.
    pub(crate) jemalloc: &'static str,
    /// Whether it measures times, which another service at its side would disturb.
    pub(crate) alone: bool,
    /// The service.
    pub(crate) run: fn(Stage) -> anyhow::Result<Examined>,
}

/// Freed pages decay in a second instead of ten, as a service here lives for seconds.
const FAST_DECAY: &str = "dirty_decay_ms:1000";

/// jemalloc samples allocations, so that the doctor sees who makes them; as often as it does by
/// itself.
const PROFILED: &str = "dirty_decay_ms:1000,prof:true,lg_prof_sample:19";

/// What most rows have in common.
const USUAL: Row = Row {
    name: "",
    about: "",
    is: None,
    subject: &[],
    on: &Allocator::ALL,
    because: "",
    jemalloc: FAST_DECAY,
    alone: false,
    run: programs::page_cache::run,
};

/// All services: first what fails, then what only looks so.
pub(crate) const TABLE: &[Row] = &[
    Row {
        name: "page-cache",
        about: "Searches read more and more of an LMDB index",
        is: Some(Mode::PageCache),
        because: "the kernel counts the pages of a mapped file, whatever the allocator",
        run: programs::page_cache::run,
        ..USUAL
    },
    Row {
        name: "second-allocator",
        about: "Documents are written into LMDB in large transactions",
        is: Some(Mode::SecondAllocator),
        on: &[Allocator::Jemalloc, Allocator::Mimalloc2, Allocator::Mimalloc3],
        because: "LMDB allocates by the system's malloc; on glibc that is Rust's allocator too, and there is no second",
        run: programs::second_allocator::run,
        ..USUAL
    },
    Row {
        name: "retention",
        about: "Threads build large batches, free them, and have nothing more to do",
        is: Some(Mode::Retention),
        because: "glibc gives back only the end of a heap; mimalloc, and jemalloc without its background thread, only while threads allocate",
        jemalloc: "background_thread:false,dirty_decay_ms:1000",
        run: programs::retention::run,
        ..USUAL
    },
    Row {
        name: "fragmentation",
        about: "Batches of documents with growing posting lists are indexed, and most documents are dropped again",
        is: Some(Mode::Fragmentation),
        because: "no allocator moves what lives",
        run: programs::fragmentation::run,
        ..USUAL
    },
    Row {
        name: "long-lived-arena",
        about: "An index normalises each query in an arena of its own, an Arc<Mutex<Bump>>",
        is: Some(Mode::LongLivedArena),
        because: "the arena takes chunks from any allocator",
        run: programs::long_lived_arena::run,
        ..USUAL
    },
    Row {
        name: "unnamed-arena",
        about: "A dependency keeps what each query leaves in an Arc<Mutex<Bump>> of its own, which nobody meters",
        is: Some(Mode::LongLivedArena),
        // Its path, or the function and its file, as it may be inlined.
        subject: &["normaliser", "keep"],
        on: &[Allocator::Jemalloc],
        because: "only jemalloc tells who takes the arena's chunks, by its profile of the heap",
        jemalloc: PROFILED,
        run: programs::unnamed_arena::run,
        ..USUAL
    },
    Row {
        name: "drop-in-arena",
        about: "A handler puts values that own heap memory into a raw Bump",
        is: Some(Mode::DropInArena),
        because: "what is never dropped is never freed, by any allocator",
        run: programs::drop_in_arena::run,
        ..USUAL
    },
    Row {
        name: "reset-ratchet",
        about: "One large export, in a scratch arena that is reset after each request",
        is: Some(Mode::ResetRatchet),
        because: "bumpalo's reset keeps the last chunk, from any allocator",
        run: programs::reset_ratchet::run,
        ..USUAL
    },
    Row {
        name: "delayed-free",
        about: "Another thread frees what a search thread allocated, and the searches stall",
        is: Some(Mode::DelayedFree),
        on: &[Allocator::Glibc, Allocator::Mimalloc2],
        because: "mimalloc 2 keeps frees of other threads on lists, and glibc small ones in fastbins, which their owner works off all at once",
        alone: true,
        run: programs::delayed_free::run,
        ..USUAL
    },
    Row {
        name: "real-growth",
        about: "Each request leaves a session, and none is ever removed",
        is: Some(Mode::RealGrowth),
        because: "it is the service that grows",
        run: programs::real_growth::run,
        ..USUAL
    },
    Row {
        name: "remote-frees",
        about: "What `delayed-free` does, where frees of other threads are not left to anybody",
        on: &[Allocator::Jemalloc, Allocator::Mimalloc3],
        because: "these take back what other threads free as they go along",
        alone: true,
        run: programs::delayed_free::run,
        ..USUAL
    },
    Row {
        name: "warm-cache",
        about: "A cache fills up to the size of its data set, and is full",
        because: "the service holds what it should, on any allocator",
        run: programs::warm_cache::run,
        ..USUAL
    },
    Row {
        name: "profiled-cache",
        about: "What `warm-cache` does, while jemalloc samples who allocates",
        on: &[Allocator::Jemalloc],
        because: "only jemalloc has a profile of the heap, and a profile alone is no finding",
        jemalloc: PROFILED,
        run: programs::warm_cache::run,
        ..USUAL
    },
    Row {
        name: "mapped-file",
        about: "A large mapped index is read once at the start, and stays",
        because: "file pages are the kernel's to take back, whatever the allocator",
        run: programs::mapped_file::run,
        ..USUAL
    },
    Row {
        name: "burst-over",
        about: "Many large requests at once, which are over",
        because: "the memory of the burst is given back, by arenas and allocator",
        run: programs::burst_over::run,
        ..USUAL
    },
    Row {
        name: "batch-job",
        about: "A job that takes much memory every now and then, looked at between two batches",
        because: "each batch takes what the last one took, and gives it back",
        run: programs::batch_job::run,
        ..USUAL
    },
];

/// The service of that name, and its number.
pub(crate) fn find(name: &str) -> Option<(u64, &'static Row)> {
    (0..).zip(TABLE).find(|(_, row)| row.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_mode_has_a_service_and_at_least_four_services_are_healthy() {
        let is: Vec<_> = TABLE.iter().filter_map(|row| row.is).collect();
        for mode in Mode::ALL {
            assert!(is.contains(&mode), "{mode:?} has no service");
        }
        assert!(TABLE.iter().filter(|row| row.is.is_none()).count() >= 4);
    }

    #[test]
    fn every_service_has_a_name_of_its_own_a_place_and_a_reason() {
        let names: BTreeSet<_> = TABLE.iter().map(|row| row.name).collect();
        assert_eq!(names.len(), TABLE.len());
        assert!(
            TABLE
                .iter()
                .all(|row| !row.name.is_empty() && !row.about.is_empty() && !row.on.is_empty())
        );
        assert!(TABLE.iter().all(|row| !row.because.is_empty()));
    }
}
