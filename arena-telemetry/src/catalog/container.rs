//! The families of the process's container: its memory by kind, the limits, and what happened at
//! them.
//!
//! Working set and kept memory are apart. The working set, which Kubernetes shows, includes page
//! cache that the kernel gives back. Only kept memory at the limit makes the kernel kill.

use request_arena_memory::container::Limit;

use super::{Family, Sample, Unit, Value, counter, memory, once};
use crate::ContainerReading;

pub(super) fn families(reading: Option<&ContainerReading>) -> Vec<Family> {
    let mut families = of_memory(reading);
    families.extend(of_limits(reading));
    families.extend(of_events(reading));
    families
}

/// A figure in bytes. `None` if the kernel does not report it.
type Figure = fn(&ContainerReading) -> Option<u64>;

fn gauge(
    reading: Option<&ContainerReading>,
    name: &'static str,
    help: &'static str,
    of: Figure,
) -> Family {
    memory::bytes(name, help, reading.and_then(of))
}

fn of_memory(reading: Option<&ContainerReading>) -> Vec<Family> {
    let figure = |name, help, of: Figure| gauge(reading, name, help, of);
    vec![
        figure(
            "request_arena_container_used_bytes",
            "All memory of the container, page cache included.",
            |reading| Some(reading.used_bytes),
        ),
        figure(
            "request_arena_container_peak_bytes",
            "The most memory that the container has had; absent if unknown.",
            |reading| reading.peak_bytes,
        ),
        figure(
            "request_arena_container_working_set_bytes",
            "Memory without page cache that was not used lately, as Kubernetes counts it.",
            |reading| Some(reading.working_set_bytes()),
        ),
        figure(
            "request_arena_container_kept_bytes",
            "Memory that the kernel cannot give back without swap. At the limit it kills.",
            |reading| Some(reading.kept_bytes()),
        ),
        figure(
            "request_arena_container_anonymous_bytes",
            "Anonymous memory of all processes of the container.",
            |reading| Some(reading.anonymous_bytes),
        ),
        figure(
            "request_arena_container_file_bytes",
            "Page cache of files, without tmpfs.",
            |reading| Some(reading.file_bytes),
        ),
        figure(
            "request_arena_container_shared_bytes",
            "Files on tmpfs and shared memory.",
            |reading| Some(reading.shared_bytes),
        ),
        figure(
            "request_arena_container_kernel_bytes",
            "Memory of the kernel for the container, without buffers of sockets.",
            |reading| reading.kernel_bytes,
        ),
        figure("request_arena_container_socket_bytes", "Buffers of sockets.", |reading| {
            reading.socket_bytes
        }),
        figure("request_arena_container_swapped_bytes", "Memory that is swapped out.", |reading| {
            reading.swap_bytes
        }),
    ]
}

fn of_limits(reading: Option<&ContainerReading>) -> Vec<Family> {
    let figure = |name, help, of: Figure| gauge(reading, name, help, of);
    vec![
        figure(
            "request_arena_container_limit_bytes",
            "The limit at which the kernel kills first, of the container or of a group above it; \
             absent without one.",
            |reading| reading.tightest_kept().map(|limit| limit.bytes),
        ),
        figure(
            "request_arena_container_limit_used_bytes",
            "All memory that counts against that limit.",
            |reading| reading.tightest_kept().map(|limit| limit.used_bytes),
        ),
        figure(
            "request_arena_container_headroom_bytes",
            "That limit less the memory that the kernel cannot give back.",
            ContainerReading::kept_headroom_bytes,
        ),
        figure(
            "request_arena_container_high_limit_bytes",
            "The lowest limit above which the kernel slows processes down; absent without one.",
            |reading| reading.high_limits.iter().map(|Limit { bytes, .. }| *bytes).min(),
        ),
        figure(
            "request_arena_container_protected_bytes",
            "Memory that the kernel takes from the container last: memory.low.",
            |reading| reading.low_bytes,
        ),
        figure(
            "request_arena_container_swap_limit_bytes",
            "The most memory that may be swapped out; absent without a limit.",
            |reading| reading.swap_limit_bytes,
        ),
    ]
}

fn of_events(reading: Option<&ContainerReading>) -> Vec<Family> {
    let count = |name, help, of: Figure| {
        counter(name, None, help, once(reading.and_then(of).map(Value::Whole)))
    };
    let stalled =
        |kind, micros: u64| Sample::new(Value::Real(micros as f64 / 1e6)).with("kind", kind);
    let pressure = reading.and_then(|reading| reading.pressure);
    vec![
        count(
            "request_arena_container_oom_kills_total",
            "Processes of the container that the kernel killed for memory since it exists, also \
             before this process.",
            |reading| reading.oom_kills,
        ),
        count(
            "request_arena_container_limit_hits_total",
            "How often the container reached its limit, and the kernel gave memory back or failed \
             to.",
            |reading| reading.limit_hits,
        ),
        count(
            "request_arena_container_high_limit_hits_total",
            "How often the container was slowed down above memory.high.",
            |reading| reading.high_hits,
        ),
        counter(
            "request_arena_container_stalled_seconds_total",
            Some(Unit::Seconds),
            "Time in which some or all tasks of the container waited for memory; absent if \
             unknown.",
            pressure.map_or_else(Vec::new, |pressure| {
                vec![stalled("some", pressure.some_micros), stalled("full", pressure.full_micros)]
            }),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use request_arena_memory::container::Pressure;

    use super::*;

    fn value(families: &[Family], name: &str) -> Vec<f64> {
        let name = format!("request_arena_container_{name}");
        let family = families.iter().find(|family| family.name == name);
        let samples = &family.unwrap_or_else(|| panic!("no {name}")).samples;
        samples.iter().map(|sample| sample.value.as_f64().unwrap()).collect()
    }

    fn limit(bytes: u64, used: u64, kept: u64) -> Limit {
        let mut limit = Limit::default();
        (limit.bytes, limit.used_bytes, limit.kept_bytes) = (bytes, used, kept);
        limit
    }

    #[test]
    fn working_set_and_kept_memory_are_apart_and_the_first_limit_to_kill_counts() {
        let mut reading = ContainerReading::default();
        (reading.used_bytes, reading.anonymous_bytes) = (1000, 300);
        (reading.file_bytes, reading.inactive_file_bytes) = (700, 100);
        reading.limits = vec![limit(1000, 1000, 300), limit(2000, 1900, 1500)];
        reading.high_limits = vec![limit(950, 1000, 300), limit(900, 1000, 300)];
        let families = families(Some(&reading));
        let value = |name| value(&families, name);
        assert_eq!((value("used_bytes"), value("working_set_bytes")), (vec![1000.0], vec![900.0]));
        assert_eq!((value("kept_bytes"), value("file_bytes")), (vec![300.0], vec![700.0]));
        // The outer one is reached first if page cache is given back.
        let of_limit = [value("limit_bytes"), value("limit_used_bytes"), value("headroom_bytes")];
        assert_eq!(of_limit, [[2000.0], [1900.0], [500.0]]);
        assert_eq!(value("high_limit_bytes"), [900.0]);
    }

    #[test]
    fn events_are_counters_and_waits_are_seconds() {
        let mut reading = ContainerReading::default();
        (reading.oom_kills, reading.limit_hits, reading.high_hits) = (Some(2), Some(9), Some(4));
        let mut pressure = Pressure::default();
        (pressure.some_micros, pressure.full_micros) = (2_500_000, 1_000_000);
        reading.pressure = Some(pressure);
        let families = families(Some(&reading));
        assert_eq!(value(&families, "oom_kills_total"), [2.0]);
        assert_eq!(value(&families, "limit_hits_total"), [9.0]);
        assert_eq!(value(&families, "high_limit_hits_total"), [4.0]);
        assert_eq!(value(&families, "stalled_seconds_total"), [2.5, 1.0]);
        let stalled = families.last().unwrap();
        let kinds: Vec<_> =
            stalled.samples.iter().filter_map(|sample| sample.label("kind")).collect();
        assert_eq!(kinds, ["some", "full"]);
    }

    #[test]
    fn without_a_container_no_family_has_a_sample() {
        let empty = families(None);
        assert_eq!(empty.len(), 20);
        assert!(empty.iter().all(|family| family.samples.is_empty()), "{empty:?}");
        // Without a limit only the container itself has figures.
        let unlimited = families(Some(&ContainerReading::default()));
        assert_eq!(value(&unlimited, "limit_bytes"), [0.0; 0]);
        assert_eq!(value(&unlimited, "stalled_seconds_total"), [0.0; 0]);
        assert_eq!(value(&unlimited, "used_bytes"), [0.0]);
    }
}
