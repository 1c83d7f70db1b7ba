//! The judgements on histories that are made up: each mode as its mechanism makes it, and the healthy services that look alarming.
//!
//! Each is told in several tellings, by a seed: other rates, sizes, and noise.

use core::ops::Range;
use core::time::Duration;

use request_arena_core::report;

use crate::ProcessReading;
use crate::doctor::case::Case;
use crate::doctor::experiment::Released;
use crate::doctor::levels;
use crate::doctor::maps::Maps;
use crate::doctor::metered::MeteredReading;
use crate::doctor::reading::{Reading, Told};
use crate::doctor::sampler::Known;
use crate::doctor::{Account, Confidence, Finding, HeapReading, Mode, Serves};

const MIB: f64 = 1024.0 * 1024.0;

/// What a service holds at one moment, in MiB.
#[derive(Clone, Copy, Debug, Default)]
struct Moment {
    requests: f64,
    live: f64,
    fragmented: f64,
    dirty: f64,
    beside: f64,
    file: f64,
    /// Used, most used, reserved, and how often emptied.
    arena: Option<(f64, f64, f64, u64)>,
    undropped: u64,
}

/// Deterministic noise, -1 to 1.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    }
}

/// An allocator of a kind.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// It tells all, and decays in 10 s. C allocates elsewhere.
    Jemalloc,
    /// It tells what is live, and gives free pages back as threads allocate.
    Mimalloc,
    /// It tells nothing.
    Unknown,
}

fn known(kind: Kind) -> Vec<Known> {
    let of = |name, rust, c, decay| Known {
        name,
        serves: Serves::new(rust, c, "made up"),
        decay,
        keeps_less: None,
        delays_frees: false,
    };
    let (name, decay) = if kind == Kind::Jemalloc { ("jemalloc", 10) } else { ("mimalloc", 1) };
    vec![of(name, true, false, Some(Duration::from_secs(decay))), of("glibc", false, true, None)]
}

fn reading(kind: Kind, second: f64, now: &Moment) -> Reading {
    let bytes = |mib: f64| (mib.max(0.0) * MIB) as u64;
    let tells = |mib: f64| (kind == Kind::Jemalloc).then(|| bytes(mib));
    let figures = HeapReading {
        live_bytes: (kind != Kind::Unknown).then(|| bytes(now.live)),
        active_bytes: tells(now.live + now.fragmented),
        dirty_bytes: tells(now.dirty),
        ..HeapReading::default()
    };
    let beside = HeapReading { live_bytes: Some(bytes(now.beside)), ..HeapReading::default() };
    let anonymous = bytes(now.live + now.fragmented + now.dirty + now.beside);
    let told = |figures| Some(Told { figures, is_live_new: true, is_new: true });
    let arena = now.arena.map(|(used, peak, reserved, resets)| MeteredReading {
        name: "index",
        used_bytes: bytes(used),
        peak_bytes: bytes(peak),
        reserved_bytes: bytes(reserved),
        resets,
        undropped: now.undropped,
    });
    Reading {
        at: Duration::from_secs_f64(second),
        process: ProcessReading {
            rss_bytes: anonymous + bytes(now.file),
            anonymous_bytes: anonymous,
            file_bytes: bytes(now.file),
            ..ProcessReading::default()
        },
        heaps: [told(figures), told(beside)].into(),
        arenas_in_use: 0,
        arenas_retained: 0,
        requests: now.requests as u64,
        scopes: Box::default(),
        metered: arena.into_iter().collect(),
    }
}

/// What is found in two minutes of a service that is `at(second)`; with what an experiment gave back.
fn judged(kind: Kind, at: impl Fn(f64) -> Moment, released: Option<f64>) -> Vec<Finding> {
    judge(kind, 0..120, 0..0, at, released)
}

/// The same, of these seconds finely and of those minutes coarsely.
fn judge(
    kind: Kind,
    seconds: Range<u32>,
    minutes: Range<u32>,
    at: impl Fn(f64) -> Moment,
    released: Option<f64>,
) -> Vec<Finding> {
    let read = |second: f64| reading(kind, second, &at(second));
    let readings: Vec<Reading> = seconds.map(f64::from).map(read).collect();
    let day: Vec<Reading> = minutes.map(|minute| read(f64::from(minute) * 60.0)).collect();
    let last = &readings[readings.len() - 1];
    let maps = Maps {
        rss: last.process.rss_bytes,
        file: last.process.file_bytes,
        anonymous: last.process.anonymous_bytes,
        owned: vec![None, None],
        ..Maps::default()
    };
    let known = known(kind);
    let account = Account::of(last, &maps, &known);
    // Each figure is rounded to a byte by itself.
    assert!(account.unexplained_bytes.abs() < 8, "{account:?}");
    let report = report();
    let released = released.map(|mib| Released { bytes: (mib * MIB) as u64, seconds: 0.01 });
    let case = Case {
        levels: levels::of(readings.iter(), &maps, &known),
        day: levels::of(day.iter(), &maps, &known),
        readings: readings.iter().collect(),
        known: &known,
        account: &account,
        report: &report,
        tails: Vec::new(),
        released,
        settle: Duration::from_secs(10),
    };
    super::judge(&case)
}

/// The first finding's mode over several seeds, which has to be the same for all.
fn mode_of(kind: Kind, story: impl Fn(f64, &mut Noise, f64) -> Moment) -> Option<Mode> {
    let modes = (1..=20_u64).map(|seed| {
        let size = 0.5 + seed as f64 / 10.0;
        let at = |second: f64| story(second, &mut Noise(seed << 32 | second as u64), size);
        judged(kind, at, None).first().map(|finding| finding.mode)
    });
    let modes: Vec<_> = modes.collect();
    assert!(modes.iter().all(|mode| *mode == modes[0]), "not the same for each seed: {modes:?}");
    modes[0]
}

/// A service at rest: 60 MiB live, with what requests that are under way hold, and 100 requests a second but for each fifth ten seconds.
fn usual(second: f64, noise: &mut Noise) -> Moment {
    let busy = (second / 50.0).floor() * 40.0 + (second % 50.0).min(40.0);
    Moment {
        requests: busy * 100.0,
        live: 60.0 + noise.next(),
        fragmented: 4.0 + noise.next().abs(),
        dirty: 5.0 + 3.0 * noise.next(),
        file: 8.0,
        beside: 0.5,
        ..Moment::default()
    }
}

#[test]
fn nothing_is_found_in_a_service_at_rest() {
    assert_eq!(mode_of(Kind::Jemalloc, |second, noise, _| usual(second, noise)), None);
    assert_eq!(mode_of(Kind::Mimalloc, |second, noise, _| usual(second, noise)), None);
    assert_eq!(mode_of(Kind::Unknown, |second, noise, _| usual(second, noise)), None);
}

#[test]
fn what_each_request_leaves_is_real_growth() {
    for kind in [Kind::Jemalloc, Kind::Mimalloc, Kind::Unknown] {
        let story = |second, noise: &mut Noise, size: f64| {
            let now = usual(second, noise);
            Moment { live: now.live + now.requests * 0.003 * size, ..now }
        };
        assert_eq!(mode_of(kind, story), Some(Mode::RealGrowth));
    }
}

#[test]
fn a_slow_leak_is_seen_over_the_day_and_not_over_minutes() {
    // 4 MiB an hour, under requests that hold 1 MiB more or less.
    let at = |second: f64| {
        let now = usual(second, &mut Noise(second as u64));
        Moment { live: now.live + 4.0 * second / 3600.0, ..now }
    };
    let day = 24 * 60;
    let last = day * 60;
    assert_eq!(judge(Kind::Jemalloc, last - 600..last, 0..0, at, None), []);
    let findings = judge(Kind::Jemalloc, last - 600..last, 0..day, at, None);
    assert_eq!(findings.iter().map(|finding| finding.mode).collect::<Vec<_>>(), [Mode::RealGrowth]);
}

#[test]
fn growth_with_time_is_told_from_growth_with_requests() {
    let grown = |by: fn(f64, &Moment) -> f64| {
        let at = |second: f64| {
            let now = usual(second, &mut Noise(second as u64));
            Moment { live: now.live + by(second, &now), ..now }
        };
        let finding = judged(Kind::Jemalloc, at, None).remove(0);
        finding.evidence.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    let (time, requests) = (grown(|second, _| second * 0.4), grown(|_, now| now.requests * 0.004));
    assert!(time.contains("a second") && time.contains("correlation with time"), "{time}");
    assert!(requests.contains("a request") && requests.contains("growth while idle"), "{requests}");
}

#[test]
fn a_cache_that_fills_up_is_healthy() {
    let story = |second, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        Moment { live: now.live + 200.0 * (1.0 - (-now.requests / (2000.0 * size)).exp()), ..now }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), None);
}

#[test]
fn a_burst_that_is_over_is_healthy_and_its_pages_may_decay() {
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        let burst = 300.0 * size;
        match second - 85.0 {
            since if since < 0.0 => now,
            since if since < 5.0 => Moment { live: now.live + burst, ..now },
            since => Moment { dirty: now.dirty + burst * (1.0 - (since - 5.0) / 10.0).max(0.0), ..now },
        }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), None);
}

#[test]
fn a_batch_job_between_two_batches_is_healthy() {
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        let batch = 300.0 * size;
        // A thread that is idle between batches keeps what it freed.
        let is_on = second % 30.0 < 4.0;
        if is_on { Moment { live: now.live + batch, ..now } } else { Moment { dirty: now.dirty + batch, ..now } }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), None);
}

#[test]
fn freed_pages_that_outstay_their_decay_are_retention() {
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        if second < 10.0 {
            Moment { live: 400.0 * size, ..now }
        } else {
            Moment { dirty: 400.0 * size - now.live, ..now }
        }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::Retention));
}

#[test]
fn live_objects_spread_over_pages_are_fragmentation() {
    let story = |second, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        Moment { live: now.live * size, fragmented: 80.0 * size, ..now }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::Fragmentation));
}

#[test]
fn an_allocator_that_tells_nothing_is_told_apart_by_what_comes_back() {
    let at = |second: f64| Moment { fragmented: 150.0, ..usual(second, &mut Noise(second as u64)) };
    let modes = |released| judged(Kind::Mimalloc, at, Some(released)).iter().map(|f| f.mode).collect::<Vec<_>>();
    assert_eq!(modes(140.0), [Mode::Retention]);
    assert_eq!(modes(1.0), [Mode::Fragmentation]);
}

#[test]
fn a_named_arena_that_requests_leave_something_in_is_long_lived_and_is_named() {
    let story = |second, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        let used = now.requests * 0.004 * size;
        let reserved = used.max(1.0).log2().ceil().exp2();
        Moment { arena: Some((used, used, reserved, 0)), live: now.live + reserved, ..now }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::LongLivedArena));
    let finding = judged(Kind::Jemalloc, |second| story(second, &mut Noise(1), 1.0), None).remove(0);
    assert_eq!((finding.subject.as_deref(), finding.confidence), (Some("index"), Confidence::High));
}

#[test]
fn heap_that_grows_with_the_work_of_a_flat_arena_is_owned_by_values_that_are_never_dropped() {
    let story = |second, noise: &mut Noise, size: f64, undropped: bool| {
        let now = usual(second, noise);
        Moment {
            live: now.live + now.requests * 0.005 * size,
            arena: Some((0.1, 1.0, 2.0, now.requests as u64)),
            undropped: if undropped { now.requests as u64 } else { 0 },
            ..now
        }
    };
    for undropped in [false, true] {
        let told = |second, noise: &mut Noise, size| story(second, noise, size, undropped);
        assert_eq!(mode_of(Kind::Jemalloc, told), Some(Mode::DropInArena));
    }
}

#[test]
fn a_chunk_of_one_large_request_that_nobody_fills_again_is_a_ratchet_and_one_that_is_filled_now_and_then_is_not() {
    let story = |second: f64, noise: &mut Noise, size: f64, every: f64| {
        let now = usual(second, noise);
        let is_large = second >= 20.0 && (second - 20.0) % every < 1.0;
        let peak = if is_large { 40.0 * size } else { 0.2 };
        let reserved = if second >= 20.0 { 64.0 * size } else { 0.5 };
        Moment { arena: Some((0.1, peak, reserved, now.requests as u64)), live: now.live + reserved, ..now }
    };
    assert_eq!(
        mode_of(Kind::Jemalloc, |second, noise, size| story(second, noise, size, 1e9)),
        Some(Mode::ResetRatchet)
    );
    assert_eq!(mode_of(Kind::Jemalloc, |second, noise, size| story(second, noise, size, 30.0)), None);
}

#[test]
fn memory_beside_rusts_allocator_is_a_second_one() {
    let story = |second, noise: &mut Noise, size: f64| Moment { beside: 60.0 * size, ..usual(second, noise) };
    assert_eq!(mode_of(Kind::Jemalloc, story), Some(Mode::SecondAllocator));
    // A transaction that is over.
    let once = |second: f64, noise: &mut Noise, size: f64| Moment {
        beside: if second == 119.0 { 60.0 * size } else { 0.5 },
        ..usual(second, noise)
    };
    assert_eq!(mode_of(Kind::Jemalloc, once), None);
}

#[test]
fn file_pages_are_a_finding_while_they_climb_and_a_file_that_was_read_is_healthy() {
    let story = |second: f64, noise: &mut Noise, size: f64, seconds: f64| Moment {
        file: 8.0 + 256.0 * size * (second / seconds).min(1.0),
        ..usual(second, noise)
    };
    let climbing = |second, noise: &mut Noise, size| story(second, noise, size, 150.0);
    let read = |second, noise: &mut Noise, size| story(second, noise, size, 40.0);
    assert_eq!(mode_of(Kind::Jemalloc, climbing), Some(Mode::PageCache));
    assert_eq!(mode_of(Kind::Jemalloc, read), None);
}
