//! What is kept of a container's readings.

use super::*;
use request_arena_memory::container::Pressure;

pub(crate) const MIB: u64 = 1 << 20;

/// A reading of a container with so many MiB of anonymous memory and of page cache. `inactive` MiB
/// of the cache were not used lately.
pub(crate) fn reading(
    limit: Option<u64>,
    kept: u64,
    cached: u64,
    inactive: u64,
) -> ContainerReading {
    let mut reading = ContainerReading::default();
    reading.used_bytes = (kept + cached) * MIB;
    (reading.anonymous_bytes, reading.file_bytes) = (kept * MIB, cached * MIB);
    reading.inactive_file_bytes = inactive * MIB;
    let of = |limit: u64| {
        let mut of = Limit::default();
        (of.bytes, of.used_bytes) = (limit * MIB, reading.used_bytes);
        (of.kept_bytes, of.working_set_bytes) = (reading.kept_bytes(), reading.working_set_bytes());
        of
    };
    reading.limits = limit.map(of).into_iter().collect();
    reading
}

fn stalled(micros: u64) -> ContainerReading {
    let mut pressure = Pressure::default();
    (pressure.some_micros, pressure.full_micros) = (micros, micros / 2);
    let mut reading = reading(None, 10, 0, 0);
    reading.pressure = Some(pressure);
    reading
}

fn killed(kills: u64) -> ContainerReading {
    let mut reading = reading(None, 10, 0, 0);
    reading.oom_kills = Some(kills);
    reading
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn the_last_minutes_are_kept_and_nothing_more() {
    let mut seen = ContainerSeen::default();
    assert_eq!((seen.lately(Duration::ZERO), seen.limit_bytes()), (&[][..], None));
    (0..1000).for_each(|at| seen.push(seconds(2 * at), reading(Some(256), at, 0, 0)));
    assert_eq!((seen.seen.len(), seen.limit_bytes()), (MOST, Some(256 * MIB)));
    let at = |window| -> Vec<u64> {
        seen.lately(seconds(window)).iter().map(|seen| seen.at.as_secs()).collect()
    };
    assert_eq!(
        (at(0), at(4), at(5)),
        (vec![1998], vec![1994, 1996, 1998], vec![1992, 1994, 1996, 1998])
    );
    assert_eq!(at(3600), [0; 0], "it is not known for so long");
    assert_eq!(seen.last().unwrap().anonymous_bytes, 999 * MIB);
}

#[test]
fn kills_before_the_first_reading_are_distinguished_from_later_ones() {
    let mut seen = ContainerSeen::default();
    seen.push(seconds(0), killed(2));
    assert_eq!((seen.kills_before(), seen.killed()), (2, None));
    seen.push(seconds(2), killed(2));
    seen.push(seconds(4), killed(3));
    seen.push(seconds(6), killed(3));
    assert_eq!((seen.kills_before(), seen.killed()), (2, Some((seconds(4), 1))));
    seen.push(seconds(8), killed(5));
    assert_eq!((seen.kills_before(), seen.killed()), (2, Some((seconds(8), 3))));
    // The process was moved to another group.
    seen.push(seconds(10), killed(1));
    assert_eq!((seen.kills_before(), seen.killed(), seen.seen.len()), (1, None, 1));
}

#[test]
fn a_count_that_is_unreadable_once_is_no_kill_and_no_hit() {
    let mut seen = ContainerSeen::default();
    let unknown = || reading(Some(256), 10, 0, 0);
    let mut hit = killed(2);
    hit.limit_hits = Some(7);
    for (at, reading) in [unknown(), hit.clone(), unknown(), hit.clone()].into_iter().enumerate() {
        seen.push(seconds(2 * at as u64), reading);
    }
    assert_eq!((seen.kills_before(), seen.killed(), seen.seen.len()), (2, None, 4));
    assert_eq!(
        seen.seen.iter().map(|seen| seen.hits).collect::<Vec<_>>(),
        [None, Some(7), None, Some(7)]
    );
    seen.push(seconds(8), killed(3));
    assert_eq!((seen.kills_before(), seen.killed()), (2, Some((seconds(8), 1))));
}

#[test]
fn the_stalled_share_is_of_the_time_between_two_readings() {
    let mut seen = ContainerSeen::default();
    (0..=30).for_each(|at| seen.push(seconds(2 * at), stalled(at * 500_000)));
    let share = seen.stalled(seconds(60)).unwrap();
    assert_eq!((share.some, share.full), (0.25, 0.125));
    assert_eq!(seen.stalled(seconds(61)), None, "it is not known for so long");
    seen.push(seconds(62), reading(None, 10, 0, 0));
    assert_eq!(seen.stalled(seconds(10)), None, "the kernel reports nothing");
}

#[test]
fn the_kernels_memory_may_be_caches_in_version_1() {
    let mut first = reading(Some(100), 60, 0, 0);
    first.kernel_bytes = Some(10 * MIB);
    first.limits[0].kept_bytes = first.kept_bytes();
    let room = |reading: &ContainerReading| Seen::of(Duration::ZERO, reading).room.unwrap();
    assert_eq!((room(&first).kept, room(&first).uncertain), (70 * MIB, 0));
    assert!((room(&first).certain_share() - 0.7).abs() < 1e-9);
    first.version = Version::V1;
    assert!((room(&first).share() - 0.7).abs() < 1e-9);
    assert!((room(&first).certain_share() - 0.6).abs() < 1e-9);
}

#[test]
fn times_are_said_in_their_two_largest_units() {
    let shown = [0.4, 45.0, 60.0, 754.0, 12_000.0, 7200.0, 300_000.0].map(roughly);
    assert_eq!(shown, ["0 s", "45 s", "1 min", "12 min 34 s", "3 h 20 min", "2 h", "3 d 11 h"]);
}
