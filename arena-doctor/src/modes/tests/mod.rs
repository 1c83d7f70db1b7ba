//! The judgements on histories that are made up: each mode as its mechanism makes it ([`found`]),
//! and the healthy services that look alarming ([`healthy`]).
//!
//! Each story runs with several seeds: other rates, sizes, and noise.

use core::cell::OnceCell;
use core::ops::Range;
use core::time::Duration;

use request_arena_core::{Exactness, Site, SiteReport, report};
use request_arena_memory::ProcessReading;
use request_arena_memory::maps::{MapGroup, MapSize, Maps};
use request_arena_memory::threads::ThreadGroup;

use crate::container::ContainerSeen;
use crate::evidence::Evidence;
use crate::experiment::Released;
use crate::holders::Threads;
use crate::levels;
use crate::lows::Lows;
use crate::maps_seen::MapsSeen;
use crate::metered::MeteredReading;
use crate::probe::Outside;
use crate::reading::{HeapSample, Reading};
use crate::sampler::Known;
use crate::thp::Thp;
use crate::{
    Account, Confidence, Container, ContainerMemory, Finding, HeapReading, Mode, Owner, Owners,
    Serves,
};

mod beside;
mod c_code;
mod container;
mod days;
mod eager_purging;
mod found;
mod healthy;
mod huge_pages;
mod innocent;
mod one_large;
mod pace;
mod remedies;
mod saw;
mod uncounted;
mod unnamed;
mod wasted;
mod waves;

const MIB: f64 = 1024.0 * 1024.0;

/// What a service holds at one moment, in MiB.
#[derive(Clone, Copy, Debug, Default)]
struct Moment {
    requests: f64,
    live: f64,
    /// The most that was live since the moment before, if that is more.
    peak: f64,
    fragmented: f64,
    dirty: f64,
    beside: f64,
    /// Whole free pages of the other allocator.
    beside_freed: f64,
    file: f64,
    /// Used, most used, reserved, and how often emptied.
    arena: Option<(f64, f64, f64, u64)>,
    undropped: u64,
    /// The part of live memory that was never written.
    untouched: f64,
    /// Threads, each with 1 MiB of stack.
    threads: u64,
    shared: f64,
    /// Scopes that ended: of a handler that uses a raw `Bump`, and of one that does not.
    scopes: Option<[f64; 2]>,
    /// The container's memory outside of RSS.
    outside: Option<Outside>,
    /// The part of `beside` that the other allocator does not count.
    maps: f64,
    /// Heap on huge pages, and the part of it that no allocator uses.
    huge: f64,
    excess: f64,
    /// Page faults, and pages that the allocator gave back, since the start.
    faults: f64,
    given_back: Option<f64>,
    /// Seconds of processor time since the start: in the program, and in the kernel.
    times: (f64, f64),
    /// Large live blocks: MiB, and their number.
    large: Option<(f64, u64)>,
}

/// Deterministic noise, -1 to 1.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1_u32 << 30) - 1.0
    }
}

/// An allocator of a kind.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// It counts everything, and decays in 10 s. C allocates elsewhere.
    Jemalloc,
    /// The same, and C allocates from it.
    Unprefixed,
    /// It counts live bytes, and gives free pages back as threads allocate.
    Mimalloc,
    /// It counts everything but its peak, and has no decay. It serves C, too.
    Glibc,
    /// jemalloc without statistics: it counts pages, and not what is live on them.
    Pages,
    /// It counts nothing.
    Unknown,
}

fn known(kind: Kind) -> Vec<Known> {
    let of = |name, rust, c, decay| Known {
        name,
        serves: Serves::new(rust, c, "made up"),
        decay,
        keeps_less: None,
        keeps_longer: None,
        gives_back_at_once: None,
        delays_frees: false,
    };
    match kind {
        Kind::Glibc => vec![of("glibc", true, true, None)],
        Kind::Unprefixed => vec![of("jemalloc", true, true, Some(Duration::from_secs(10)))],
        Kind::Jemalloc | Kind::Pages => {
            vec![
                of("jemalloc", true, false, Some(Duration::from_secs(10))),
                of("glibc", false, true, None),
            ]
        }
        _ => vec![
            of("mimalloc", true, false, Some(Duration::from_secs(1))),
            of("glibc", false, true, None),
        ],
    }
}

fn reading(kind: Kind, second: f64, now: &Moment) -> Reading {
    let bytes = |mib: f64| (mib.max(0.0) * MIB) as u64;
    let counts_pages =
        matches!(kind, Kind::Jemalloc | Kind::Unprefixed | Kind::Pages | Kind::Glibc);
    let counted = |mib: f64| counts_pages.then(|| bytes(mib));
    let figures = HeapReading {
        live_bytes: (!matches!(kind, Kind::Pages | Kind::Unknown)).then(|| bytes(now.live)),
        peak_bytes: (!matches!(kind, Kind::Glibc | Kind::Pages)).then(|| bytes(now.peak)),
        active_bytes: counted(now.live + now.fragmented),
        dirty_bytes: counted(now.dirty),
        large_bytes: now.large.map(|(mib, _)| bytes(mib)),
        large_count: now.large.map(|(_, count)| count),
        ..HeapReading::default()
    };
    let beside = HeapReading {
        live_bytes: Some(bytes(now.beside)),
        active_bytes: Some(bytes(now.beside)),
        dirty_bytes: Some(bytes(now.beside_freed)),
        ..HeapReading::default()
    };
    let stacks = now.threads as f64;
    let anonymous = bytes(
        now.live
            + now.fragmented
            + now.dirty
            + now.beside
            + now.beside_freed
            + now.maps
            + now.excess
            + stacks
            - now.untouched,
    );
    let sample = |figures| Some(HeapSample { figures, is_live_new: true, is_new: true });
    let arena = now.arena.map(|(used, peak, reserved, resets)| MeteredReading {
        name: "index",
        used_bytes: bytes(used),
        peak_bytes: bytes(peak),
        reserved_bytes: bytes(reserved),
        resets,
        undropped: now.undropped,
    });
    let mut process = ProcessReading::default();
    process.anonymous_bytes = anonymous;
    (process.file_bytes, process.shared_bytes) = (bytes(now.file), bytes(now.shared));
    process.rss_bytes = anonymous + process.file_bytes + process.shared_bytes;
    process.threads = now.threads;
    process.minor_page_faults = now.faults as u64;
    process.user_micros = (now.times.0 * 1e6) as u64;
    process.system_micros = (now.times.1 * 1e6) as u64;
    Reading {
        at: Duration::from_secs_f64(second),
        process,
        outside: now.outside,
        heaps: [sample(figures), sample(beside)].into_iter().take(known(kind).len()).collect(),
        has_counters: true,
        given_back_pages: now.given_back.map(|pages| pages as u64),
        arenas_in_use: 0,
        arenas_in_use_touched: 0,
        arenas_retained: 0,
        arenas_retained_touched: 0,
        requests: now.requests as u64,
        scopes: now.scopes.iter().flatten().map(|&scopes| scopes as u64).collect(),
        metered: arena.into_iter().collect(),
        is_disturbed: false,
    }
}

/// The maps of the heap, and those that no allocator counts, each of 128 KiB.
fn groups(heap: u64, maps: u64) -> Vec<MapGroup> {
    let group = |is_unreserved, resident, size| {
        let count = (resident / size) as usize;
        MapGroup {
            permissions: "rw-p".into(),
            is_unreserved,
            resident,
            count,
            sizes: vec![MapSize { bytes: size, count, resident }],
            ..MapGroup::default()
        }
    };
    vec![group(true, heap, 1 << 30), group(false, maps, 128 << 10)]
}

/// The handlers that scopes are of, as they stand in the report.
fn sites() -> Vec<SiteReport> {
    static SITE: Site = Site::new("made up", module_path!(), file!(), line!());
    request_arena_core::scope(&SITE, |_| ());
    let site = report().site(SITE.name()).cloned().unwrap();
    let of = |name, peak_exactness| {
        let mut site = site.clone();
        (site.name, site.peak_exactness, site.heap) = (name, peak_exactness, None);
        site
    };
    vec![of("raw", Exactness::AtLeast), of("plain", Exactness::Exact)]
}

/// The findings in two minutes of a service that is `at(second)`, with the result of a purge.
fn judged(kind: Kind, at: impl Fn(f64) -> Moment, released: Option<f64>) -> Vec<Finding> {
    judge(kind, 0..120, 0..0, at, released)
}

/// The findings in two minutes of a service on jemalloc, with the owners of its heap profiles.
fn profiled(at: impl Fn(f64) -> Moment, owners: Option<Owners>) -> Vec<Finding> {
    judge_with(Kind::Jemalloc, 0..120, 0..0, at, None, owners)
}

/// The same, of these seconds finely and of those minutes coarsely.
fn judge(
    kind: Kind,
    seconds: Range<u32>,
    minutes: Range<u32>,
    at: impl Fn(f64) -> Moment,
    released: Option<f64>,
) -> Vec<Finding> {
    judge_with(kind, seconds, minutes, at, released, None)
}

fn judge_with(
    kind: Kind,
    seconds: Range<u32>,
    minutes: Range<u32>,
    at: impl Fn(f64) -> Moment,
    released: Option<f64>,
    owners: Option<Owners>,
) -> Vec<Finding> {
    let read = |second: f64| reading(kind, second, &at(second));
    let now = at(f64::from(seconds.end) - 1.0);
    let fine: Vec<Reading> = seconds.map(f64::from).map(read).collect();
    let day: Vec<Reading> = minutes.map(|minute| read(f64::from(minute) * 60.0)).collect();
    let lows = lows_of(kind, day.iter().filter(|past| past.at < fine[0].at).chain(&fine));
    judge_readings(kind, &fine, &day, &lows, &now, released, owners)
}

fn lows_of<'a>(kind: Kind, readings: impl Iterator<Item = &'a Reading>) -> Lows {
    let rust = known(kind).iter().position(|known| known.serves.rust);
    let mut lows = Lows::default();
    readings.for_each(|reading| lows.add(reading, rust));
    lows
}

/// The findings in these readings, with the maps of `now`.
fn judge_readings(
    kind: Kind,
    readings: &[Reading],
    day: &[Reading],
    lows: &Lows,
    now: &Moment,
    released: Option<f64>,
    owners: Option<Owners>,
) -> Vec<Finding> {
    judge_known(&known(kind), readings, day, lows, now, released, owners)
}

/// The same, on these allocators.
fn judge_known(
    known: &[Known],
    readings: &[Reading],
    day: &[Reading],
    lows: &Lows,
    now: &Moment,
    released: Option<f64>,
    owners: Option<Owners>,
) -> Vec<Finding> {
    let container = &ContainerSeen::default();
    judge_in(&Story { known, readings, day, lows, container }, now, released, owners).0
}

/// Everything that was read of a service.
struct Story<'a> {
    known: &'a [Known],
    readings: &'a [Reading],
    day: &'a [Reading],
    lows: &'a Lows,
    container: &'a ContainerSeen,
}

/// The same, with the container as a diagnosis has it.
fn judge_in(
    story: &Story<'_>,
    now: &Moment,
    released: Option<f64>,
    owners: Option<Owners>,
) -> (Vec<Finding>, Option<ContainerMemory>) {
    let Story { known, readings, day, lows, container } = *story;
    let last = &readings[readings.len() - 1];
    let bytes = |mib: f64| (mib * MIB) as u64;
    let heap = last.heap(0).figures.live_bytes.unwrap_or(last.process.anonymous_bytes);
    let anonymous = last.process.anonymous_bytes - (last.process.threads << 20);
    let maps = Maps {
        rss: last.process.rss_bytes,
        file: last.process.file_bytes,
        shared: last.process.shared_bytes,
        stacks: last.process.threads << 20,
        anonymous,
        huge: bytes(now.huge),
        huge_of_heaps: bytes(now.huge),
        heaps: anonymous - bytes(now.maps + now.beside + now.beside_freed),
        owned: vec![None; known.len()],
        groups: groups(heap, bytes(now.maps)),
        ..Maps::default()
    };
    let account = Account::of(last, &maps, known);
    if last.heaps.iter().flatten().all(|heap| heap.is_new) {
        // Each figure is rounded to a byte. Maps are unknown.
        let unknown = account.unexplained_bytes - bytes(now.maps) as i64;
        assert!(unknown.abs() < 8, "{account:?}");
    }
    let mut report = report();
    report.sites = if readings[0].scopes.is_empty() { Vec::new() } else { sites() };
    let released = released.map(|mib| Released { bytes: (mib * MIB) as u64, seconds: 0.01 });
    let evidence = Evidence {
        levels: levels::of(readings.iter(), &maps, known),
        day: levels::of(day.iter(), &maps, known),
        weeks: lows.levels(&maps, last.process.threads),
        readings: readings.iter().collect(),
        known,
        account: &account,
        maps: &maps,
        maps_seen: &MapsSeen::default(),
        report: &report,
        tails: Vec::new(),
        released,
        settle: Duration::from_secs(10),
        owners,
        holding: None,
        handlers: Vec::new(),
        threads: Threads {
            groups: vec![ThreadGroup::new("tokio-rt-worker", last.process.threads)],
            processors: 4,
        },
        container,
        thp: Thp::Always,
        no_owners: None,
        heap_growth: OnceCell::new(),
    };
    let findings = super::judge(&evidence);
    let memory = ContainerMemory::of(container, evidence.container_growth(), &findings);
    (findings, memory)
}

/// Modes, subjects, and how sure they are.
fn said(findings: &[Finding]) -> Vec<(Mode, Option<&str>, Confidence)> {
    findings
        .iter()
        .map(|finding| (finding.mode, finding.subject.as_deref(), finding.confidence))
        .collect()
}

/// The evidence as it is shown.
fn evidence(finding: &Finding) -> String {
    finding.evidence.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
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

/// A service at rest: 60 MiB live, with what requests that are under way hold, and 100 requests a
/// second but for each fifth ten seconds.
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
