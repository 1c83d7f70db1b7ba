//! The families that exist once in a process: the pool and its settings, the allocator, and the
//! process's counters.

use request_arena_core::Report;

use super::{Family, Sample, Unit, Value, counter, gauge, once};
use crate::{AllocatorReading, ProcessReading};

pub(super) fn of_pool(report: &Report) -> Vec<Family> {
    let (pool, settings) = (&report.pool, &report.settings);
    let discarded = pool.discarded;
    let discarded = [
        ("too_large", discarded.too_large),
        ("pool_full", discarded.pool_full),
        ("unused", discarded.unused),
        ("trimmed", discarded.trimmed),
    ];
    vec![
        bytes(
            "request_arena_retained_bytes",
            "Bytes of chunks that the pool keeps for later scopes.",
            Some(pool.retained_bytes as u64),
        ),
        gauge(
            "request_arena_retained_arenas",
            None,
            "Empty arenas that wait for a scope.",
            once(Some(Value::Whole(pool.retained_arenas as u64))),
        ),
        counter(
            "request_arena_discarded_total",
            None,
            "Arenas that the pool freed instead of keeping them, by reason.",
            discarded
                .map(|(reason, arenas)| Sample::new(Value::Whole(arenas)).with("reason", reason))
                .into(),
        ),
        bytes(
            "request_arena_budget_bytes",
            "The most bytes of chunks that all arenas and response buffers may hold; absent \
             without a budget.",
            report.budget.limit_bytes.map(|limit| limit as u64),
        ),
        bytes(
            "request_arena_budget_taken_bytes",
            "Bytes of chunks of all arenas and response buffers, those in the pool included.",
            Some(report.budget.taken_bytes as u64),
        ),
        bytes(
            "request_arena_retain_limit_bytes",
            "The most bytes of chunks that the pool may keep.",
            Some(settings.retain_bytes as u64),
        ),
        gauge(
            "request_arena_decay_seconds",
            Some(Unit::Seconds),
            "The pool frees arenas that were unused for this time; absent if it keeps them.",
            once(settings.decay.map(|decay| Value::Real(decay.as_secs_f64()))),
        ),
    ]
}

pub(super) fn of_allocator(reading: Option<&AllocatorReading>) -> Vec<Family> {
    let figure =
        |name, help, value: fn(&AllocatorReading) -> u64| bytes(name, help, reading.map(value));
    vec![
        figure(
            "request_arena_allocator_allocated_bytes",
            "Bytes that the program has allocated and not freed, arenas' chunks included.",
            |reading| reading.allocated_bytes,
        ),
        figure(
            "request_arena_allocator_active_bytes",
            "Bytes of pages that hold allocations. Divided by the allocated bytes it is the \
             fragmentation.",
            |reading| reading.active_bytes,
        ),
        figure(
            "request_arena_allocator_resident_bytes",
            "The most bytes of physical memory that the allocator holds, freed pages included.",
            |reading| reading.resident_bytes,
        ),
        figure(
            "request_arena_allocator_metadata_bytes",
            "Bytes of the allocator's own structures.",
            |reading| reading.metadata_bytes,
        ),
        figure(
            "request_arena_allocator_retained_bytes",
            "Bytes of address space that the allocator keeps without physical memory.",
            |reading| reading.retained_bytes,
        ),
        figure(
            "request_arena_allocator_mapped_bytes",
            "Bytes of address space that the allocator has mapped for its extents.",
            |reading| reading.mapped_bytes,
        ),
        figure(
            "request_arena_allocator_dirty_bytes",
            "Bytes of freed pages that the allocator has not given back yet.",
            |reading| reading.dirty_bytes,
        ),
        figure(
            "request_arena_allocator_muzzy_bytes",
            "Bytes of freed pages that the operating system may take at any time.",
            |reading| reading.muzzy_bytes,
        ),
    ]
}

pub(super) fn of_process(reading: Option<&ProcessReading>) -> Vec<Family> {
    let figure =
        |name, help, value: fn(&ProcessReading) -> u64| bytes(name, help, reading.map(value));
    let faults = |kind, count| Sample::new(Value::Whole(count)).with("kind", kind);
    vec![
        figure(
            "request_arena_process_resident_bytes",
            "Bytes of physical memory of the process: anonymous, file and shared together.",
            |reading| reading.rss_bytes,
        ),
        figure(
            "request_arena_process_anonymous_bytes",
            "Resident bytes of anonymous memory: heap, arenas, stacks.",
            |reading| reading.anonymous_bytes,
        ),
        figure(
            "request_arena_process_file_bytes",
            "Resident bytes of mapped files, which the operating system can take back.",
            |reading| reading.file_bytes,
        ),
        figure(
            "request_arena_process_shared_bytes",
            "Resident bytes of shared memory.",
            |reading| reading.shared_bytes,
        ),
        figure(
            "request_arena_process_swapped_bytes",
            "Bytes of anonymous memory that are swapped out.",
            |reading| reading.swapped_bytes,
        ),
        figure("request_arena_process_virtual_bytes", "Bytes of address space.", |reading| {
            reading.virtual_bytes
        }),
        bytes(
            "request_arena_process_lazily_freed_bytes",
            "Resident bytes of freed pages that the operating system takes when memory is short; \
             absent if unknown.",
            reading.and_then(|reading| reading.lazily_freed_bytes),
        ),
        counter(
            "request_arena_process_page_faults_total",
            None,
            "Page faults: minor ones were served from memory, major ones from a disk.",
            reading.map_or_else(Vec::new, |reading| {
                vec![
                    faults("minor", reading.minor_page_faults),
                    faults("major", reading.major_page_faults),
                ]
            }),
        ),
        gauge(
            "request_arena_process_threads",
            None,
            "Threads of the process.",
            once(reading.map(|reading| Value::Whole(reading.threads))),
        ),
    ]
}

pub(super) fn bytes(name: &'static str, help: &'static str, value: Option<u64>) -> Family {
    gauge(name, Some(Unit::Bytes), help, once(value.map(Value::Whole)))
}
