//! The table: the services, the failure of each, and the allocators on which it has that failure.

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
    /// The service with the same sizes for each seed. `None` if it draws its own.
    pub(crate) sizes_of: Option<&'static str>,
    /// Its failure. `None` if it is healthy.
    pub(crate) is: Option<Mode>,
    /// Words that the subject of the first finding has to contain, where the doctor can know it.
    pub(crate) subject: &'static [&'static str],
    /// The handler under which the memory was allocated, where the doctor can know it.
    pub(crate) allocated: Option<&'static str>,
    /// Whether the allocator samples allocations, also where it is not jemalloc.
    pub(crate) samples: bool,
    /// The allocators on which that is so.
    pub(crate) on: &'static [Allocator],
    /// Why it is so on these allocators, and on no others.
    pub(crate) because: &'static str,
    /// Options for jemalloc, for the variable that its prefixed build reads.
    pub(crate) jemalloc: &'static str,
    /// Variables with options of the other allocators.
    pub(crate) settings: &'static [(&'static str, &'static str)],
    /// Why this machine cannot have the failure. `None` if it can.
    pub(crate) impossible: fn() -> Option<String>,
    /// Whether it measures times, which another service beside it would disturb.
    pub(crate) alone: bool,
    /// The service.
    pub(crate) run: fn(Stage) -> anyhow::Result<Examined>,
}

/// Freed pages decay in a second instead of ten, as a service here lives for seconds.
const FAST_DECAY: &str = "dirty_decay_ms:1000";

/// jemalloc samples allocations at its default rate, so that the doctor knows their callers.
const PROFILED: &str = "dirty_decay_ms:1000,prof:true,lg_prof_sample:19";

/// Each thread has an arena of its own, on huge pages.
const HUGE: &str = "dirty_decay_ms:1000,thp:always,narenas:64";

/// glibc and mimalloc give freed pages back at once. mimalloc asks for huge pages, of which each
/// needs one page fault for 512 pages.
const AT_ONCE: &[(&str, &str)] = &[
    ("GLIBC_TUNABLES", "glibc.malloc.trim_threshold=65536"),
    ("MIMALLOC_PURGE_DELAY", "0"),
    ("MIMALLOC_ALLOW_THP", "0"),
];

/// glibc keeps as much as the service of `eager-purging` frees.
const KEEPS: &[(&str, &str)] =
    &[("GLIBC_TUNABLES", "glibc.malloc.trim_threshold=268435456:glibc.malloc.top_pad=16777216")];

const NOT_MIMALLOC_2: &[Allocator] = &[Allocator::Glibc, Allocator::Jemalloc, Allocator::Mimalloc3];

/// The defaults of a row.
const USUAL: Row = Row {
    name: "",
    about: "",
    sizes_of: None,
    is: None,
    subject: &[],
    allocated: None,
    samples: false,
    on: &Allocator::ALL,
    because: "",
    jemalloc: FAST_DECAY,
    settings: &[],
    impossible: || None,
    alone: false,
    run: programs::page_cache::run,
};

/// All services: first the ones with a failure, then the healthy ones.
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
        because: "LMDB allocates by the system's malloc, which on glibc is Rust's allocator, too",
        run: programs::second_allocator::run,
        ..USUAL
    },
    Row {
        name: "retention",
        about: "Threads build large batches, free them, and then have no more work",
        is: Some(Mode::Retention),
        on: &[Allocator::Glibc, Allocator::Jemalloc, Allocator::Mimalloc2],
        because: "glibc gives back only the end of a heap; mimalloc 2, and jemalloc without its \
                  background thread, give back only while their threads allocate. mimalloc 3 gives \
                  back while any thread allocates, so an examination ends it",
        jemalloc: "background_thread:false,dirty_decay_ms:1000",
        run: programs::retention::run,
        ..USUAL
    },
    Row {
        name: "fragmentation",
        about: "Documents with growing posting lists are indexed, and most are dropped again",
        is: Some(Mode::Fragmentation),
        because: "no allocator moves live allocations",
        run: programs::fragmentation::run,
        ..USUAL
    },
    Row {
        name: "long-lived-arena",
        about: "An index normalises each query in its own arena, an Arc<Mutex<Bump>>",
        is: Some(Mode::LongLivedArena),
        because: "the arena takes chunks from any allocator",
        run: programs::long_lived_arena::run,
        ..USUAL
    },
    Row {
        name: "unnamed-arena",
        about: "A dependency keeps the words of each query in an arena that is not metered",
        is: Some(Mode::LongLivedArena),
        // The library's path, or the function and its file if it is inlined.
        subject: &["normaliser", "keep"],
        allocated: Some("search"),
        on: &[Allocator::Jemalloc],
        because: "only jemalloc has a profile of the heap, which names the chunks' caller",
        jemalloc: PROFILED,
        run: programs::unnamed_arena::run,
        ..USUAL
    },
    Row {
        name: "drop-in-arena",
        about: "A handler puts values that own heap memory into a raw Bump",
        is: Some(Mode::DropInArena),
        because: "values that are not dropped do not free their memory, on any allocator",
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
        because: "mimalloc 2 keeps blocks that other threads free on lists, and glibc keeps small \
                  ones in fastbins; a later allocation frees them all at once",
        alone: true,
        run: programs::delayed_free::run,
        ..USUAL
    },
    Row {
        name: "eager-purging",
        about: "Each request frees its buffers, and the allocator gives their pages back at once",
        is: Some(Mode::EagerPurging),
        on: NOT_MIMALLOC_2,
        because: "they have a setting that gives freed pages back at once; mimalloc 2 has one, \
                  too, and faults whole huge pages in, which are few",
        jemalloc: "dirty_decay_ms:0,muzzy_decay_ms:0",
        settings: AT_ONCE,
        alone: true,
        run: programs::eager_purging::run,
        ..USUAL
    },
    Row {
        name: "huge-pages",
        about: "Many threads have an arena each, and the first bytes in it take 2 MiB",
        is: Some(Mode::HugePages),
        on: &[Allocator::Jemalloc],
        because: "only jemalloc counts the pages that it uses and keeps, so the rest is seen",
        jemalloc: HUGE,
        impossible: programs::huge_pages::impossible,
        run: programs::huge_pages::run,
        ..USUAL
    },
    Row {
        name: "kept-capacity",
        about: "A queue is filled by a burst, emptied, and keeps its block",
        is: Some(Mode::KeptCapacity),
        on: &[Allocator::Glibc, Allocator::Jemalloc],
        because: "mimalloc does not count large blocks, so there the rise may be many small ones",
        run: programs::kept_capacity::run,
        ..USUAL
    },
    Row {
        name: "pinned-buffers",
        about: "Each request keeps a slice of 32 bytes of its buffer",
        is: Some(Mode::PinnedBuffers),
        on: &[Allocator::Jemalloc],
        because: "only jemalloc counts blocks of this size; glibc counts larger ones",
        run: programs::pinned_buffers::run,
        ..USUAL
    },
    Row {
        name: "thread-stacks",
        about: "The threads of a blocking pool have written their stacks once, and wait",
        is: Some(Mode::ThreadStacks),
        subject: &["blocking"],
        on: NOT_MIMALLOC_2,
        because: "the kernel maps stacks, whatever the allocator; with mimalloc 2 the heaps of the \
                  threads hold even more",
        run: programs::thread_stacks::run,
        ..USUAL
    },
    Row {
        name: "mapped-memory",
        about: "Each request leaves a map that the service makes itself",
        is: Some(Mode::AnonymousMaps),
        subject: &["rw-p maps"],
        because: "a map that the program makes belongs to no allocator",
        run: programs::mapped_memory::run,
        ..USUAL
    },
    Row {
        name: "spool",
        about: "Each upload leaves a file on tmpfs",
        is: Some(Mode::OutsideRss),
        subject: &["files on tmpfs"],
        on: &[Allocator::Jemalloc],
        because: "the container has the files, whatever the allocator; two at a time would be one \
                  growth of the container",
        alone: true,
        impossible: programs::spool::impossible,
        run: programs::spool::run,
        ..USUAL
    },
    Row {
        name: "real-growth",
        about: "Each request leaves a session, and none is ever removed",
        is: Some(Mode::RealGrowth),
        because: "the service itself grows",
        run: programs::real_growth::run,
        ..USUAL
    },
    Row {
        name: "remote-frees",
        about: "The service of `delayed-free`, on allocators that do not delay frees",
        on: &[Allocator::Jemalloc, Allocator::Mimalloc3],
        because: "these allocators take back blocks that other threads free without a delay",
        alone: true,
        run: programs::delayed_free::run,
        ..USUAL
    },
    Row {
        name: "kept-pages",
        about: "The service of `eager-purging`, on allocators that keep freed pages for a while",
        because: "by default, or with larger thresholds in glibc, the next request uses the pages",
        settings: KEEPS,
        run: programs::eager_purging::run,
        ..USUAL
    },
    Row {
        name: "full-huge-pages",
        about: "The service of `warm-cache` on huge pages, which it fills",
        on: &[Allocator::Jemalloc],
        because: "jemalloc has the setting `thp:always`, and live memory fills the pages",
        jemalloc: "dirty_decay_ms:1000,thp:always",
        run: programs::warm_cache::run,
        ..USUAL
    },
    Row {
        name: "handler-leak",
        about: "Two handlers share the functions that allocate, and one keeps what it gets",
        is: Some(Mode::RealGrowth),
        allocated: Some("log_in"),
        samples: true,
        jemalloc: PROFILED,
        because: "each sample has the handler that ran, on any allocator",
        run: programs::handler_leak::run,
        ..USUAL
    },
    Row {
        name: "background-leak",
        about: "A background thread keeps an entry for each request that reports to it",
        is: Some(Mode::RealGrowth),
        allocated: Some("(no handler)"),
        samples: true,
        jemalloc: PROFILED,
        because: "no handler ran on the thread that allocated, on any allocator",
        run: programs::background_leak::run,
        ..USUAL
    },
    Row {
        name: "sampled-cache",
        about: "The service of `warm-cache`, while the allocator samples allocations",
        sizes_of: Some("warm-cache"),
        samples: true,
        jemalloc: PROFILED,
        because: "the handler has what its cache holds, on any allocator",
        run: programs::warm_cache::run,
        ..USUAL
    },
    Row {
        name: "warm-cache",
        about: "A cache fills up to the size of its data set",
        because: "the service holds its data set, on any allocator",
        run: programs::warm_cache::run,
        ..USUAL
    },
    Row {
        name: "profiled-cache",
        about: "The service of `warm-cache`, while jemalloc samples allocations",
        on: &[Allocator::Jemalloc],
        because: "only jemalloc has a profile of the heap, and a profile alone is no finding",
        jemalloc: PROFILED,
        run: programs::warm_cache::run,
        ..USUAL
    },
    Row {
        name: "mapped-file",
        about: "A large mapped index is read once at the start, and stays mapped",
        because: "the kernel can take file pages back, whatever the allocator",
        run: programs::mapped_file::run,
        ..USUAL
    },
    Row {
        name: "burst-over",
        about: "A burst of large requests that is over",
        because: "arenas and allocator give the memory of the burst back",
        run: programs::burst_over::run,
        ..USUAL
    },
    Row {
        name: "batch-job",
        about: "A job that needs much memory in each batch, examined between two batches",
        because: "each batch allocates as much as the last one, and frees it",
        run: programs::batch_job::run,
        ..USUAL
    },
];

/// The service with this name, and its number.
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
        // The workers count live bytes on every allocator, so no heap of theirs is unread. The
        // doctor's own test `doctor_unread_heap` has such a program. A kill would end the service,
        // and only version 2 of control groups reports pressure: their histories are made up.
        let without = [Mode::UnreadHeap, Mode::ContainerLimit, Mode::MemoryPressure];
        for mode in Mode::ALL.into_iter().filter(|mode| !without.contains(mode)) {
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
