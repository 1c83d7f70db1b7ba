//! Levels: the figures of each reading that the modes judge, such as Rust's heap, memory that its
//! allocator keeps, and memory of others.

use core::time::Duration;

use request_arena_memory::maps::Maps;

use super::HeapReading;
use super::growth::Point;
use super::heaps::Heaps;
use super::probe::Outside;
use super::reading::Reading;
use super::sampler::Known;

/// The figures of one reading, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Level {
    pub(super) at: Duration,
    pub(super) requests: u64,
    pub(super) anonymous: u64,
    pub(super) file: u64,
    pub(super) shared: u64,
    /// Stacks of threads, estimated by the current mean size of a stack.
    pub(super) stacks: u64,
    /// Anonymous memory without known arenas, stacks, and whole pages that the allocator counts as
    /// free. It is an estimate of live memory that was written.
    pub(super) touched: u64,
    /// Live allocations of Rust's allocator. If they are not counted, the pages that hold them.
    /// `None` if neither is known.
    pub(super) live: Option<u64>,
    /// The most bytes that were live since the previous reading, if known.
    pub(super) peak: Option<u64>,
    /// Live allocations outside of known arenas. `None` also if the figures are not of this moment,
    /// since growth cannot be seen in old figures.
    pub(super) heap: Option<u64>,
    /// Chunks of request-arena's open scopes.
    pub(super) in_use: u64,
    /// Chunks of all known arenas.
    pub(super) arenas: u64,
    /// Physical memory of Rust's allocator without live allocations. It and its parts are `None`
    /// also if they are not of this moment.
    pub(super) free: Option<u64>,
    /// The part of `free` on pages with live allocations. `None` if the allocator does not count
    /// it.
    pub(super) fragmented: Option<u64>,
    /// The part of `free` in whole pages. `None` if the allocator does not count it.
    pub(super) kept: Option<u64>,
    /// Anonymous memory outside of Rust's allocator, stacks and the program's data. `None` if that
    /// serves C, too, or if its figures are not of this moment.
    pub(super) beside: Option<u64>,
    /// Large live blocks of Rust's allocator. `None` if it does not count them, or not at this
    /// moment.
    pub(super) large: Option<Large>,
    /// Anonymous memory that no allocator counts. `None` if the allocators' figures are not of this
    /// moment, or if Rust's allocator does not count its pages.
    pub(super) unexplained: Option<u64>,
    /// Memory that is resident only since it shares huge pages with Rust's heap. `None` if the
    /// allocators' figures are not of this moment.
    pub(super) huge: Option<u64>,
    /// The container's memory outside of RSS. `None` if it is unknown, or not of this moment.
    pub(super) outside: Option<Outside>,
    /// Live allocations of C's allocator, if that is not Rust's. `None` also if they are not of
    /// this moment.
    pub(super) c_live: Option<u64>,
}

/// Large live blocks of an allocator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Large {
    pub(super) bytes: u64,
    pub(super) count: u64,
}

/// The levels of all readings. They assume that stacks and the program's data are as large as now.
pub(super) fn of<'a>(
    readings: impl Iterator<Item = &'a Reading>,
    maps: &Maps,
    known: &[Known],
) -> Vec<Level> {
    let readings: Vec<_> = readings.collect();
    let threads = readings.last().map_or(0, |last| last.process.threads);
    let a_stack = maps.stacks / threads.max(1);
    readings.into_iter().map(|reading| Level::of(reading, maps, known, a_stack)).collect()
}

impl Level {
    fn of(reading: &Reading, now: &Maps, known: &[Known], a_stack: u64) -> Self {
        let rust = known.iter().position(|known| known.serves.rust);
        let sample = rust.map(|place| reading.heap(place)).unwrap_or_default();
        let figures = sample.figures;
        let is_unread = figures == HeapReading::default();
        let c = known.iter().position(|known| known.serves.c && !known.serves.rust);
        let of_c = c.map(|place| reading.heap(place)).unwrap_or_default();
        let Heaps { rust: parts, beside, unexplained, huge, .. } =
            Heaps::of(reading, &now.at(&reading.process), known);
        let arenas = reading.arenas();
        let anonymous = reading.process.anonymous_bytes;
        let is_all_new = (0..known.len()).all(|place| reading.heap(place).is_new);
        let stacks = reading.process.threads * a_stack;
        Self {
            at: reading.at,
            requests: reading.requests,
            anonymous,
            file: reading.process.file_bytes,
            shared: reading.process.shared_bytes,
            stacks,
            touched: anonymous.saturating_sub(arenas + stacks + figures.dirty_bytes.unwrap_or(0)),
            live: figures.in_use_bytes(),
            peak: figures.in_use_bytes().max(figures.peak_bytes),
            heap: figures
                .in_use_bytes()
                .filter(|_| sample.is_live_new)
                .map(|live| live.saturating_sub(arenas)),
            in_use: reading.arenas_in_use,
            arenas,
            free: figures
                .live_bytes
                .filter(|_| sample.is_new)
                .map(|_| parts.free + parts.fragmented + parts.dirty + parts.muzzy),
            fragmented: figures
                .fragmented_bytes()
                .filter(|_| sample.is_new)
                .map(|_| parts.fragmented),
            large: figures
                .large_bytes
                .zip(figures.large_count)
                .filter(|_| sample.is_new)
                .map(|(bytes, count)| Large { bytes, count }),
            kept: figures.active_bytes.filter(|_| sample.is_new).map(|_| parts.dirty + parts.muzzy),
            outside: reading.outside,
            unexplained: figures.active_bytes.filter(|_| is_all_new).map(|_| unexplained),
            huge: figures.active_bytes.filter(|_| is_all_new).map(|_| huge),
            // If Rust's allocator serves C, too, there is no memory beside it. With old figures,
            // what Rust has allocated since then would be beside it.
            beside: (!rust.is_some_and(|rust| known[rust].serves.c)
                && (sample.is_new || is_unread))
                .then_some(beside),
            c_live: of_c.figures.live_bytes.filter(|_| of_c.is_live_new),
        }
    }
}

/// A figure of all levels, to judge its growth.
pub(super) fn points(levels: &[Level], of: impl Fn(&Level) -> Option<u64>) -> Vec<Point> {
    let point = |level: &Level| {
        of(level).map(|bytes| Point { at: level.at, requests: level.requests, bytes: bytes as f64 })
    };
    levels.iter().filter_map(point).collect()
}

/// The least value of a figure in the last `window`, or in a longer time that has at least three
/// readings. `None` if there are not enough.
pub(super) fn floor(
    levels: &[Level],
    window: Duration,
    of: impl Fn(&Level) -> Option<u64>,
) -> Option<u64> {
    const LEAST_READINGS: usize = 3;
    let since = levels.last()?.at.checked_sub(window)?;
    let mut least = u64::MAX;
    let sample = levels.iter().rev().filter_map(|level| Some((level.at, of(level)?)));
    for (count, (at, bytes)) in (1..).zip(sample) {
        least = least.min(bytes);
        if at <= since && count >= LEAST_READINGS {
            return Some(least);
        }
    }
    None
}

/// The difference between the highest and the lowest live bytes in the last `window`. That much of
/// the free memory is in use from time to time.
pub(super) fn swing(levels: &[Level], window: Duration) -> u64 {
    let Some(now) = levels.last().map(|level| level.at) else { return 0 };
    let lately = levels.iter().rev().take_while(|level| level.at + window >= now);
    let live = lately.filter_map(|level| level.live.zip(level.peak));
    let (least, most) =
        live.fold((u64::MAX, 0), |(least, most), (live, peak)| (least.min(live), most.max(peak)));
    most.saturating_sub(least)
}

/// Whether memory that is free now was needed at least twice, and may be needed again. It counts
/// how often live bytes rose by half of it above their lowest value. The time since the last rise
/// must be at most twice the time between two.
pub(super) fn is_used_again(levels: &[Level], free: u64) -> bool {
    let lowest = levels.iter().filter_map(|level| level.live).min().unwrap_or(0);
    let mut starts = Vec::new();
    let mut was_high = false;
    for level in levels {
        let is_high = level.peak.is_some_and(|peak| peak > lowest + free / 2);
        if is_high && !was_high {
            starts.push(level.at);
        }
        was_high = is_high;
    }
    let (Some(&last), Some(now)) = (starts.last(), levels.last()) else { return false };
    let longest = starts.windows(2).map(|pair| pair[1] - pair[0]).max();
    was_high || longest.is_some_and(|longest| now.at - last <= longest * 2)
}

/// Whether the allocator had a chance to give the free memory back. It had one if requests were
/// served meanwhile, so that threads allocated, and if the memory is not in frequent use.
pub(super) fn had_its_chance(levels: &[Level], settle: Duration, free: u64) -> bool {
    let Some(last) = levels.last() else { return false };
    let before = levels.iter().rev().find(|level| level.at + settle <= last.at);
    let served = before.map_or(0, |before| last.requests - before.requests);
    served > 0 && swing(levels, settle) < free / 2 && !is_used_again(levels, free)
}

/// Whether almost nothing is live that could hold the free pages. That is judged in all, or by the
/// live memory that made the pages and is gone. A page of mimalloc has 64 KiB, and a hundredth of
/// it is a block of the usual size.
pub(super) fn nothing_stayed(levels: &[Level], free: u64) -> bool {
    const NEXT_TO_NOTHING: u64 = 100;
    let least = free / NEXT_TO_NOTHING;
    let live: Vec<u64> = levels.iter().filter_map(|level| level.live).collect();
    let peak = (0..live.len()).max_by_key(|&place| live[place]);
    let (Some(peak), Some(&now)) = (peak, live.last()) else { return false };
    let before = live[..peak].iter().min();
    let is_gone = |&before: &u64| {
        live[peak].saturating_sub(now) >= free / 2 && now.saturating_sub(before) <= least
    };
    now <= least || before.is_some_and(is_gone)
}
