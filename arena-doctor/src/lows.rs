//! The history of weeks: the lowest level of each span of time, in bounded memory.
//!
//! Slow leaks are small beside what requests in progress need, and beside what a day's load brings.
//! The lowest levels show them. A span is short while the service is young. When there is no more
//! space, each two neighbours become one of twice the length, up to the longest. From then on the
//! oldest ones are dropped.

use core::time::Duration;

use request_arena_memory::maps::Maps;

use super::levels::Level;
use super::reading::Reading;

/// The number of spans.
const MOST: usize = 1536;

/// The shortest span in seconds, and the longest: five weeks in all.
const SHORTEST: u32 = 4;
const LONGEST: u32 = SHORTEST << 9;

/// Levels are kept in pages of 4 KiB.
const PAGE: u64 = 4096;

/// The lowest levels, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Lows {
    spans: Vec<Low>,
    /// The last span is this many times as long as the shortest, as a power of two.
    doubled: u32,
}

/// The lowest levels in one span of time, in pages.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Low {
    requests: u64,
    /// Seconds after the doctor's start, of its first reading.
    at: u32,
    threads: u32,
    anonymous: u32,
    file: u32,
    shared: u32,
    /// Anonymous memory without known arenas and dirty pages.
    written: u32,
    in_use: u32,
    /// [`Level::heap`]. [`u32::MAX`] without figures.
    heap: u32,
}

impl Lows {
    /// The most bytes that it takes.
    pub(super) const MOST_BYTES: usize = MOST * size_of::<Low>();

    /// Adds a reading. `rust` is the place of Rust's allocator.
    pub(super) fn add(&mut self, reading: &Reading, rust: Option<usize>) {
        if reading.is_disturbed {
            return;
        }
        let low = Low::of(reading, rust);
        let length = SHORTEST << self.doubled;
        match self.spans.last_mut() {
            Some(last) if low.at / length == last.at / length => last.lower(&low),
            _ => {
                if self.spans.is_empty() {
                    self.spans.reserve_exact(MOST);
                }
                // Readings that are farther apart than a span do not become one.
                while self.spans.len() >= MOST {
                    self.make_space();
                }
                self.spans.push(low);
            }
        }
    }

    fn make_space(&mut self) {
        if SHORTEST << self.doubled >= LONGEST {
            self.spans.remove(0);
            return;
        }
        self.doubled += 1;
        let length = SHORTEST << self.doubled;
        self.spans.dedup_by(|later, earlier| {
            let is_same = later.at / length == earlier.at / length;
            if is_same {
                earlier.lower(later);
            }
            is_same
        });
    }

    /// The levels, the oldest first. They assume that a thread's stack is as large as now.
    pub(super) fn levels(&self, maps: &Maps, threads: u64) -> Vec<Level> {
        let a_stack = maps.stacks / threads.max(1);
        self.spans.iter().map(|low| low.level(a_stack)).collect()
    }
}

impl Low {
    fn of(reading: &Reading, rust: Option<usize>) -> Self {
        // A level of 16 TiB is as high as can be kept.
        let pages = |bytes: u64| u32::try_from(bytes / PAGE).unwrap_or(u32::MAX - 1);
        let sample = rust.map(|place| reading.heap(place)).unwrap_or_default();
        let arenas = reading.arenas();
        let (process, figures) = (&reading.process, sample.figures);
        let dirty = figures.dirty_bytes.unwrap_or(0);
        let live = figures.in_use_bytes().filter(|_| sample.is_live_new);
        Self {
            requests: reading.requests,
            at: u32::try_from(reading.at.as_secs()).unwrap_or(u32::MAX),
            threads: u32::try_from(process.threads).unwrap_or(u32::MAX),
            anonymous: pages(process.anonymous_bytes),
            file: pages(process.file_bytes),
            shared: pages(process.shared_bytes),
            written: pages(process.anonymous_bytes.saturating_sub(arenas + dirty)),
            in_use: pages(reading.arenas_in_use),
            heap: live.map_or(u32::MAX, |live| pages(live.saturating_sub(arenas))),
        }
    }

    /// Keeps the lower of each two levels. Time and requests are of the first reading.
    fn lower(&mut self, other: &Self) {
        self.threads = self.threads.min(other.threads);
        self.anonymous = self.anonymous.min(other.anonymous);
        self.file = self.file.min(other.file);
        self.shared = self.shared.min(other.shared);
        self.written = self.written.min(other.written);
        self.in_use = self.in_use.min(other.in_use);
        self.heap = self.heap.min(other.heap);
    }

    fn level(&self, a_stack: u64) -> Level {
        let bytes = |pages: u32| u64::from(pages) * PAGE;
        let stacks = u64::from(self.threads) * a_stack;
        Level {
            at: Duration::from_secs(self.at.into()),
            requests: self.requests,
            anonymous: bytes(self.anonymous),
            file: bytes(self.file),
            shared: bytes(self.shared),
            stacks,
            touched: bytes(self.written).saturating_sub(stacks),
            heap: (self.heap != u32::MAX).then(|| bytes(self.heap)),
            in_use: bytes(self.in_use),
            ..Level::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use request_arena_memory::ProcessReading;

    /// `anonymous` MiB, once a minute.
    fn filled(minutes: u32, anonymous: impl Fn(u32) -> u64) -> Lows {
        let mut lows = Lows::default();
        let counts = request_arena_core::Counts::read();
        for minute in 0..minutes {
            let mut process = ProcessReading::default();
            process.anonymous_bytes = anonymous(minute) << 20;
            let at = Duration::from_secs(u64::from(minute) * 60);
            lows.add(&Reading::of(at, process, Box::default(), &counts), None);
        }
        lows
    }

    #[test]
    fn five_weeks_fit_into_64_kib_and_older_times_are_dropped() {
        const { assert!(Lows::MOST_BYTES <= 64 << 10) };
        let minutes = 6 * 7 * 24 * 60;
        let lows = filled(minutes, |_| 1);
        assert_eq!((lows.spans.len(), lows.spans.capacity()), (MOST, MOST));
        let levels = lows.levels(&Maps::default(), 0);
        let day = |place: usize| levels[place].at.as_secs() / 86_400;
        assert_eq!((day(0), day(MOST - 1)), (5, 6 * 7 - 1));
        assert!(levels.windows(2).all(|pair| pair[0].at < pair[1].at));
    }

    #[test]
    fn a_span_keeps_its_lowest_level_however_long_it_becomes() {
        // Low for one minute of each hour.
        let lows = filled(10 * 24 * 60, |minute| if minute % 60 == 7 { 10 } else { 500 });
        let levels = lows.levels(&Maps::default(), 0);
        assert_eq!(SHORTEST << lows.doubled, 1024);
        let (low, high) = (10 << 20, 500 << 20);
        assert!(levels.iter().all(|level| [low, high].contains(&level.anonymous)));
        let count = levels.iter().filter(|level| level.anonymous == low).count();
        assert_eq!(count, 240, "one for each hour");
        assert_eq!(levels[0].heap, None);
    }
}
