//! The families of live heap memory by handler, from the allocator's samples.

use request_arena_core::heap::{HeapOwner, LiveHeap};
use request_arena_core::{LiveHeapReport, SiteReport};

use super::{Family, Sample, Unit, Value, counter, gauge, once};

/// `sites` are the rows of handlers, and `beside` is the memory that belongs to none. Without it,
/// the allocator passes no samples on.
pub(super) fn families(sites: &[SiteReport], beside: Option<&LiveHeapReport>) -> Vec<Family> {
    let owners = owners(sites, beside);
    let interval = beside.filter(|it| !it.is_paused).map(|it| it.interval_bytes);
    let each = |value: fn(&LiveHeap) -> u64| {
        let sample = |(scope, module, live): &(&str, &str, LiveHeap)| {
            Sample::new(Value::Whole(value(live)))
                .with("scope", (*scope).to_owned())
                .with("module", (*module).to_owned())
        };
        owners.iter().map(sample).collect()
    };
    vec![
        gauge(
            "request_arena_live_heap_bytes",
            Some(Unit::Bytes),
            "Heap memory that is allocated and not freed, by the scope that allocated it, \
             estimated from samples. (arenas) are arenas' chunks, (no handler) is other code.",
            each(|live| live.bytes),
        ),
        gauge(
            "request_arena_live_heap_objects",
            None,
            "The allocations that hold this memory, estimated from samples.",
            each(|live| live.objects),
        ),
        gauge(
            "request_arena_live_heap_error_bytes",
            Some(Unit::Bytes),
            "The standard error of the live heap's bytes: in 19 of 20 cases they are off by less \
             than twice as much.",
            each(|live| live.error_bytes),
        ),
        gauge(
            "request_arena_live_heap_sample_interval_bytes",
            Some(Unit::Bytes),
            "The mean number of allocated bytes between two samples; absent while no samples are \
             taken, and then the live heap's figures only fall.",
            once(interval.map(|interval| Value::Whole(interval as u64))),
        ),
        counter(
            "request_arena_live_heap_lost_samples_total",
            None,
            "Samples that found no place; if it rises, the live heap's figures are too small.",
            once(beside.map(|beside| Value::Whole(beside.lost_samples))),
        ),
    ]
}

/// Scope, module and memory of each owner.
fn owners<'s>(
    sites: &'s [SiteReport],
    beside: Option<&LiveHeapReport>,
) -> Vec<(&'s str, &'s str, LiveHeap)> {
    let of_site = |site: &'s SiteReport| Some((site.name, site.module_path, site.live_heap?));
    let mut owners: Vec<_> = sites.iter().filter_map(of_site).collect();
    if let Some(beside) = beside {
        owners.push((HeapOwner::Arenas.name(), "", beside.arenas));
        owners.push((HeapOwner::Outside.name(), "", beside.outside));
    }
    owners
}
