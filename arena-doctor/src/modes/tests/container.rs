//! Services in a container: near its limit, killed, and waiting for memory.

use request_arena_memory::container::{ContainerReading, Pressure, Version};

use super::*;
use crate::container::tests::reading as group;

/// The findings in two minutes of a service in a container, and the container in its diagnosis.
fn in_group(
    at: impl Fn(f64) -> Moment,
    container: impl Fn(f64) -> ContainerReading,
) -> (Vec<Finding>, ContainerMemory) {
    let mut seen = ContainerSeen::default();
    let read = |second: u32| {
        let second = f64::from(second);
        let (now, group) = (at(second), container(second));
        let kept = group.kept_bytes();
        seen.push(Duration::from_secs_f64(second), group);
        let outside = Outside { is_alone: true, kept, ..Outside::default() };
        reading(Kind::Jemalloc, second, &Moment { outside: Some(outside), ..now })
    };
    let readings: Vec<Reading> = (0..120).map(read).collect();
    let lows = lows_of(Kind::Jemalloc, readings.iter());
    let story = Story {
        known: &known(Kind::Jemalloc),
        readings: &readings,
        day: &[],
        lows: &lows,
        container: &seen,
    };
    let (findings, memory) = judge_in(&story, &at(119.0), None, None);
    (findings, memory.expect("it is in a container"))
}

fn at_rest(second: f64) -> Moment {
    Moment { beside: 0.0, ..usual(second, &mut Noise(second as u64)) }
}

fn killed(reading: ContainerReading, kills: u64) -> ContainerReading {
    let mut reading = reading;
    reading.oom_kills = Some(kills);
    reading
}

/// Seconds in which some and all tasks waited for memory, since the start.
fn stalled(reading: ContainerReading, some: f64, full: f64) -> ContainerReading {
    let mut pressure = Pressure::default();
    pressure.some_micros = (some * 1e6) as u64;
    pressure.full_micros = (full * 1e6) as u64;
    let mut reading = reading;
    reading.pressure = Some(pressure);
    reading
}

#[test]
fn a_working_set_at_the_limit_is_healthy_if_page_cache_fills_it() {
    // 246 MiB of 256 MiB are used lately, and 177 MiB of them are page cache.
    let (findings, memory) = in_group(at_rest, |_| group(Some(256), 69, 180, 3));
    assert_eq!(said(&findings), []);
    assert_eq!(
        memory.sentences,
        ["the working set is 96 % of the container's limit, but 72 % of it is page cache, which \
          the kernel gives back"]
    );
    assert_eq!(memory.headroom_bytes, Some(187 << 20));
    let (_, roomy) = in_group(at_rest, |_| group(Some(1024), 69, 180, 3));
    assert_eq!(roomy.sentences, [""; 0], "nothing alarms");
    let (_, unlimited) = in_group(at_rest, |_| group(None, 69, 180, 3));
    assert_eq!((unlimited.sentences.len(), unlimited.limit_bytes), (0, None));
}

#[test]
fn a_leak_reaches_the_limit_at_a_time_that_is_said() {
    // 0.02 MiB a second, and at the end 240 MiB are left: 12,000 s.
    let at = |second: f64| Moment { live: 300.0 + 2.0 * second, ..at_rest(second) };
    let container = |left: u64| {
        move |second: f64| {
            group(Some(700 + 2 * 119 + left - 238), 700 - 238 + 2 * second as u64, 0, 0)
        }
    };
    let (findings, memory) = in_group(at, container(24_000));
    assert_eq!(findings[0].mode, Mode::RealGrowth);
    let growth = memory.growth_bytes_per_second.unwrap() / MIB;
    assert!((1.9..2.1).contains(&growth), "{growth}");
    let seconds = memory.limit_in_seconds.unwrap();
    assert!((11_000.0..13_000.0).contains(&seconds), "{seconds}");
    let [sentence] = &memory.sentences[..] else { panic!("{memory:?}") };
    assert!(
        sentence.starts_with("at this rate the container's limit of 24.1 GiB is reached in 3 h "),
        "{sentence}"
    );
    assert!(sentence.contains("23.4 GiB are left, and 7.0 GiB come in an hour"), "{sentence}");
    assert!(memory.to_string().contains(&**sentence));
    // Growth that takes years is no news.
    let (_, far) = in_group(at, container(24_000_000));
    assert!(far.limit_in_seconds.is_some() && far.sentences.is_empty(), "{far:?}");
    // Another process of the container grows, and this one does not.
    let (findings, other) = in_group(at_rest, container(24_000));
    assert_eq!((said(&findings), other.limit_in_seconds), (vec![], None));
}

#[test]
fn the_containers_growth_counts_if_it_is_faster_than_that_of_this_process() {
    // Two workers leak 2 MiB a second each.
    let at = |second: f64| Moment { live: 300.0 + 2.0 * second, ..at_rest(second) };
    let (_, memory) = in_group(at, |second| group(Some(10_000), 400 + 4 * second as u64, 0, 0));
    let growth = memory.growth_bytes_per_second.unwrap() / MIB;
    assert!((3.8..4.2).contains(&growth), "{growth}");
}

#[test]
fn pages_of_mapped_files_fill_no_container() {
    let at = |second: f64| Moment { file: 3.0 * second, ..at_rest(second) };
    let (findings, memory) = in_group(at, |second| group(Some(512), 70, 3 * second as u64, 0));
    assert_eq!(findings[0].mode, Mode::PageCache);
    assert_eq!((memory.growth_bytes_per_second, memory.limit_in_seconds), (None, None));
}

#[test]
fn a_kill_is_found_while_the_service_runs_and_an_earlier_one_is_said() {
    let (findings, memory) = in_group(at_rest, |second| {
        killed(group(Some(256), 70, 20, 0), if second < 60.0 { 1 } else { 3 })
    });
    assert_eq!(said(&findings), [(Mode::ContainerLimit, Some("OOM kill"), Confidence::High)]);
    let shown = evidence(&findings[0]);
    assert!(shown.contains("killed processes: 2 (`oom_kill` of the container rose"), "{shown}");
    assert!(shown.contains("the last time 59 s ago"), "{shown}");
    assert!(shown.contains("70.0 MiB (of a limit of 256.0 MiB"), "{shown}");
    let sentence = "the kernel killed 1 process of this container for memory before the doctor \
        started, perhaps an earlier process of this service";
    assert_eq!((&*memory.sentences, memory.oom_kills), (&[sentence.to_owned()][..], Some(3)));
    let (findings, memory) = in_group(at_rest, |_| killed(group(Some(256), 70, 20, 0), 2));
    assert_eq!(said(&findings), [], "a restart cures what was before");
    assert!(memory.sentences[0].contains("killed 2 processes"), "{memory:?}");
}

#[test]
fn no_room_below_the_limit_is_found_before_the_kill() {
    let (findings, memory) = in_group(at_rest, |_| group(Some(256), 250, 4, 4));
    assert_eq!(said(&findings), [(Mode::ContainerLimit, Some("no room"), Confidence::High)]);
    assert!(findings[0].remedy.contains("Raise the container's limit"));
    assert_eq!(
        memory.sentences,
        ["98 % of the container's limit cannot be given back, and 6.0 MiB are left"]
    );
    let (_, memory) = in_group(at_rest, |_| group(Some(0), 250, 4, 4));
    assert_eq!(memory.sentences, [""; 0], "there is no share of nothing");
    let burst = |second: f64| group(Some(256), if second % 8.0 < 4.0 { 250 } else { 120 }, 0, 0);
    assert_eq!(said(&in_group(at_rest, burst).0), [], "a burst that goes back");
    let large = in_group(at_rest, |_| group(Some(64 << 10), 63 << 10, 0, 0)).0;
    assert_eq!(said(&large), [], "1 GiB is room for a burst");
    // In version 1 the kernel's memory may be caches.
    let (findings, _) = in_group(at_rest, |_| {
        let mut reading = group(Some(256), 200, 0, 0);
        (reading.version, reading.kernel_bytes) = (Version::V1, Some(50 << 20));
        reading.limits[0].kept_bytes = reading.kept_bytes();
        reading
    });
    assert_eq!(said(&findings), [(Mode::ContainerLimit, Some("no room"), Confidence::Low)]);
    assert!(evidence(&findings[0]).contains("kernel memory: 50.0 MiB"), "{findings:?}");
}

#[test]
fn threads_that_wait_for_memory_are_found_and_who_is_short_of_it() {
    let at_limit = |some: f64, full: f64| {
        in_group(at_rest, move |second| {
            stalled(group(Some(256), 90, 160, 20), some * second, full * second)
        })
        .0
    };
    let findings = at_limit(0.2, 0.05);
    let pressure = |subject, confidence| [(Mode::MemoryPressure, Some(subject), confidence)];
    assert_eq!(said(&findings), pressure("container", Confidence::Medium));
    let shown = evidence(&findings[0]);
    assert!(shown.contains("some: 0.20 (of the last 60 s at least one thread waited"), "{shown}");
    assert!(
        shown.contains("full: 0.05") && shown.contains("90.0 MiB cannot be given back"),
        "{shown}"
    );
    assert!(findings[0].remedy.contains("the files in use do not fit"));
    assert_eq!(said(&at_limit(0.4, 0.3)), pressure("container", Confidence::High));
    assert_eq!(said(&at_limit(0.05, 0.05)), [], "a twentieth of the time");
    let (roomy, _) = in_group(at_rest, |second| {
        stalled(group(Some(4096), 90, 160, 20), 0.2 * second, 0.05 * second)
    });
    assert_eq!(said(&roomy), pressure("machine", Confidence::Medium));
    assert!(roomy[0].remedy.contains("the machine is short of memory"));
    let slowed = in_group(at_rest, |second| {
        let mut reading = stalled(group(Some(4096), 90, 160, 20), 0.2 * second, 0.0);
        reading.high_hits = Some(second as u64);
        reading
    });
    assert_eq!(said(&slowed.0), pressure("container", Confidence::Medium), "at `memory.high`");
}

#[test]
fn a_moment_of_waiting_is_no_pressure() {
    // A file was read for 20 s, and that is over, or has just begun.
    for start in [50.0, 112.0] {
        let some = move |second: f64| (second - start).clamp(0.0, 20.0);
        let (findings, _) = in_group(at_rest, move |second| {
            stalled(group(Some(256), 90, 160, 20), some(second), 0.0)
        });
        let is_found = !findings.is_empty();
        // Seven seconds of the last minute are more than a tenth of it.
        assert_eq!(is_found, start > 100.0, "{findings:?}");
    }
}
