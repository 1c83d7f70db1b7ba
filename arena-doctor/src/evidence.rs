//! The evidence: everything that the modes judge, collected once for a diagnosis.

use core::cell::OnceCell;
use core::time::Duration;

use request_arena_core::Report;
use request_arena_memory::maps::Maps;

use super::container::ContainerSeen;
use super::experiment::Released;
use super::growth::{self, By, Growth, Point, Stairs, teeth};
use super::holders::Threads;
use super::levels::{self, Level};
use super::maps_seen::MapsSeen;
use super::metered::MeteredReading;
use super::reading::Reading;
use super::sampler::{Known, SamplerState};
use super::tail::Tail;
use super::thp::Thp;
use super::{Account, Confidence, Figure, FigureUnit, Finding, HandlerGrowth, Mode, Owners};

/// Smaller amounts are not worth a person's time. Small services have as much in each class: caches
/// of threads, and half-filled pages of each size class.
pub(super) const LEAST_BYTES: u64 = 16 << 20;

/// The same for a smaller share of all anonymous memory.
pub(super) const LEAST_SHARE: f64 = 0.1;

/// The least number of readings.
const LEAST_READINGS: usize = 3;

/// Growth is certain after this many times `settle`.
const LONG: f64 = 4.0;

/// The time over which slow growth must be seen, in multiples of `settle`: an hour. It is possible
/// at first, and likely after a day.
const AN_HOUR: f64 = 360.0;
pub(super) const A_DAY: f64 = 24.0 * AN_HOUR;

/// The history of a day begins with its first trough, so it is never a whole day long.
const NEARLY: f64 = 0.9;

/// Slow growth counts if it amounts to [`LEAST_BYTES`] and [`LEAST_SHARE`] in so much time, again
/// in multiples of `settle`: a week. So much must have come already.
const A_WEEK: f64 = 7.0 * A_DAY;
const LEAST_SLOW_BYTES: f64 = (4 << 20) as f64;

/// Slow growth is looked for in all the lowest levels, and in the last part of them.
const LAST_PARTS: [usize; 3] = [1, 4, 16];

/// At least this share of the written memory must have come as live heap.
const OF_WHAT_IS_WRITTEN: f64 = 0.5;

/// Readings for which a value must persist.
const LASTING: usize = 3;

/// Everything that the modes judge.
pub(super) struct Evidence<'a> {
    /// The last minutes, the oldest first.
    pub(super) levels: Vec<Level>,
    /// The last day.
    pub(super) day: Vec<Level>,
    /// The lowest levels of each span of the last weeks.
    pub(super) weeks: Vec<Level>,
    /// The readings behind `levels`.
    pub(super) readings: Vec<&'a Reading>,
    pub(super) known: &'a [Known],
    pub(super) account: &'a Account,
    /// The maps now, and at earlier judgements.
    pub(super) maps: &'a Maps,
    pub(super) maps_seen: &'a MapsSeen,
    pub(super) report: &'a Report,
    pub(super) tails: Vec<Tail>,
    pub(super) released: Option<Released>,
    /// How long a condition must last, unless an allocator's setting says how long it may last.
    pub(super) settle: Duration,
    /// The owners of the growth, from the heap profile.
    pub(super) owners: Option<Owners>,
    /// The owners of live heap while nothing grows, from the heap profile.
    pub(super) holding: Option<Owners>,
    /// The handlers under which memory came, if the allocator passes samples on.
    pub(super) handlers: Vec<HandlerGrowth>,
    /// The threads of the process.
    pub(super) threads: Threads,
    /// The container over the last minutes.
    pub(super) container: &'a ContainerSeen,
    /// The kernel's setting for huge pages.
    pub(super) thp: Thp,
    /// What to do to get owners, if known.
    pub(super) no_owners: Option<String>,
    /// [The growth of live heap](Evidence::heap_growth), which several modes use.
    pub(super) heap_growth: OnceCell<Option<Growth>>,
}

/// The time over which something grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Minutes,
    Day,
}

impl<'a> Evidence<'a> {
    pub(super) fn of(
        state: &'a SamplerState,
        maps: &'a Maps,
        account: &'a Account,
        report: &'a Report,
        tails: Vec<Tail>,
        released: Option<Released>,
        settle: Duration,
    ) -> Self {
        let known = &state.known[..];
        // If all are disturbed, all count.
        let counts = |reading: &&Reading| !reading.is_disturbed;
        let has_any = state.history.fine().filter(counts).count() >= LEAST_READINGS;
        let fine = || state.history.fine().filter(|reading| counts(reading) || !has_any);
        Self {
            levels: levels::of(fine(), maps, known),
            day: levels::of(state.history.coarse().filter(counts), maps, known),
            weeks: state
                .lows
                .levels(maps, state.history.last().map_or(0, |last| last.process.threads)),
            readings: fine().collect(),
            known,
            maps,
            maps_seen: &state.maps_seen,
            account,
            report,
            tails,
            released,
            settle,
            owners: None,
            holding: None,
            handlers: Vec::new(),
            threads: state.threads.last().clone(),
            container: &state.container,
            thp: Thp::read(),
            no_owners: None,
            heap_growth: OnceCell::new(),
        }
    }

    /// The handler, or the code outside of handlers, under which most of the growth was allocated.
    pub(super) fn allocated(&self) -> Option<&HandlerGrowth> {
        self.handlers.first().filter(|first| first.is_the_cause())
    }

    /// Rust's allocator.
    pub(super) fn rust(&self) -> Option<&Known> {
        self.known.iter().find(|known| known.serves.rust)
    }

    /// Whether Rust's allocator counts the highest live bytes between two readings.
    pub(super) fn counts_peak(&self) -> bool {
        let rust = self.known.iter().position(|known| known.serves.rust);
        let counts = |place| {
            self.readings.iter().any(|reading| reading.heap(place).figures.peak_bytes.is_some())
        };
        rust.is_some_and(counts)
    }

    pub(super) fn now(&self) -> Level {
        self.levels.last().copied().unwrap_or_default()
    }

    /// The growth of a figure: over the last minutes if that is worth a finding, otherwise over the
    /// last day, or over the last weeks.
    pub(super) fn growth(&self, of: impl Fn(&Level) -> Option<u64>) -> Option<Growth> {
        self.grown(of).map(|(growth, _)| growth)
    }

    /// The same, with the levels behind it. Growth must last as long as any condition, and be no
    /// tooth.
    fn grown(&self, of: impl Fn(&Level) -> Option<u64>) -> Option<(Growth, &[Level])> {
        let counts = |growth: &Growth| {
            growth.seen_seconds >= self.settle.as_secs_f64() && !self.is_tooth(growth, &of)
        };
        let over = |levels| {
            Some((Growth::of(&levels::points(levels, &of), self.settle).filter(counts)?, levels))
        };
        let minutes = over(&self.levels[..]);
        if minutes.is_some_and(|(growth, _)| self.growth_matters(&growth)) {
            return minutes;
        }
        let day = over(&self.day[..]);
        // A day may show a part of a leak that is small beside the level, and weeks all of it.
        let is_likely = |growth: &Growth| {
            self.growth_matters(growth) && self.confidence_of(growth) > Confidence::Low
        };
        if day.is_some_and(|(growth, _)| is_likely(&growth)) {
            return day;
        }
        self.slowly(&of).or(day).or(minutes)
    }

    /// Whether this growth of a figure is a tooth: the weeks have fallen back from as much.
    fn is_tooth(&self, growth: &Growth, of: impl Fn(&Level) -> Option<u64>) -> bool {
        teeth::have(&levels::points(&self.weeks, of), growth)
    }

    /// Slow growth over the last weeks, if it is worth a finding. The longest time comes first.
    /// There, few nights are judged, too.
    fn slowly(&self, of: impl Fn(&Level) -> Option<u64>) -> Option<(Growth, &[Level])> {
        let least = AN_HOUR * self.settle.as_secs_f64();
        LAST_PARTS.into_iter().find_map(|part| {
            let levels = &self.weeks[self.weeks.len() - self.weeks.len() / part..];
            let seconds = levels.last()?.at - levels.first()?.at;
            if seconds.as_secs_f64() < least {
                return None;
            }
            let points = levels::points(levels, &of);
            let slow = Growth::slow(&points, self.settle)
                .filter(|growth| self.growth_matters(growth) && !self.is_tooth(growth, &of));
            let nightly = || (part == 1).then(|| self.nightly(&points)).flatten();
            slow.or_else(nightly).map(|growth| (growth, levels))
        })
    }

    /// Growth from night to night over a day or more. Few nights show it, so it must be large
    /// already.
    fn nightly(&self, points: &[Point]) -> Option<Growth> {
        let least = NEARLY * A_DAY * self.settle.as_secs_f64();
        Growth::nightly(points, self.settle)
            .filter(|growth| growth.seen_seconds >= least && self.matters(growth.bytes as u64))
    }

    /// Whether growth is worth a finding: it is large, or it has come for an hour and will be large
    /// after a week.
    pub(super) fn growth_matters(&self, growth: &Growth) -> bool {
        let a_week = growth.bytes_per_second * A_WEEK * self.settle.as_secs_f64();
        let will = growth.lasts_seconds >= AN_HOUR * self.settle.as_secs_f64()
            && growth.bytes >= LEAST_SLOW_BYTES
            && self.matters(a_week as u64);
        self.matters(growth.bytes as u64) || will
    }

    /// Whether live allocations are counted.
    pub(super) fn is_counted(&self) -> bool {
        self.levels.iter().any(|level| level.live.is_some())
    }

    /// Whether live bytes themselves are counted, and not only the pages that hold them.
    pub(super) fn counts_live(&self) -> bool {
        let rust = self.known.iter().position(|known| known.serves.rust);
        let counts = |place| {
            self.readings.iter().any(|reading| reading.heap(place).figures.live_bytes.is_some())
        };
        rust.is_some_and(counts)
    }

    /// The growth of live heap without known arenas, or of anonymous memory if live heap is not
    /// counted.
    pub(super) fn heap_growth(&self) -> Option<Growth> {
        // The figures of a large heap, or of many threads, are read seldom. The kernel's counter is
        // in each reading.
        let is_seldom = || {
            let counted = self.levels.iter().filter(|level| level.heap.is_some()).count();
            counted < growth::LEAST_READINGS
        };
        let grown = || {
            if !self.is_counted() {
                return self.touched_growth();
            }
            let heap = self.growth(|level| level.heap);
            if heap.is_none() && is_seldom() { self.touched_growth() } else { heap }
        };
        *self.heap_growth.get_or_init(grown)
    }

    /// The growth of [written memory](Level::touched). It follows an arena's use, as its pages are
    /// written, while live heap grows by chunks.
    pub(super) fn touched_growth(&self) -> Option<Growth> {
        self.growth(touched)
    }

    /// The growth of written memory, if live heap grows with it in steps: a vector, a table or an
    /// arena that doubles when it is full. With the growth of live heap.
    pub(super) fn doubling_growth(&self) -> Option<(Growth, u64)> {
        let (growth, levels) = self.grown(touched)?;
        let heap: Vec<u64> = levels.iter().filter_map(|level| level.heap).collect();
        let mut first = heap.get(..heap.len() / 4)?.to_vec();
        first.sort_unstable();
        let before = *first.get(first.len() / 2)?;
        // While it moves its values, the old and the new memory are live.
        let now = *heap.iter().rev().take(LASTING).min()?;
        let grown = now.saturating_sub(before);
        (grown as f64 >= OF_WHAT_IS_WRITTEN * growth.bytes).then_some((growth, grown))
    }

    /// The stairs of live heap, over the last minutes or the last day.
    pub(super) fn stairs(&self) -> Option<Stairs> {
        let of = |levels: &[Level]| Stairs::of(&levels::points(levels, |level| level.heap));
        let matters = |stairs: &Stairs| self.matters(stairs.bytes as u64);
        of(&self.levels).filter(matters).or_else(|| of(&self.day).filter(matters))
    }

    /// The confidence in counted growth. It is high if growth by time and by requests can be
    /// distinguished, and growth lasts for longer than any warm-up. Five or six troughs may rise by
    /// chance. A cache may fill slowly for a day, so growth that is small until now is possible at
    /// first, and never certain. Three nights are no more than possible.
    pub(super) fn confidence_of(&self, growth: &Growth) -> Confidence {
        let are_few = growth.troughs.is_some_and(|troughs| troughs < growth::CERTAIN_TROUGHS);
        let is_known = !matches!(growth.by, By::Either | By::Uncounted) && !are_few;
        if growth.is_early {
            Confidence::Low
        } else if !self.matters(growth.bytes as u64) {
            let is_long = growth.lasts_seconds >= NEARLY * A_DAY * self.settle.as_secs_f64();
            if is_long { Confidence::Medium } else { Confidence::Low }
        } else if is_known && self.is_long(growth) {
            Confidence::High
        } else {
            Confidence::Medium
        }
    }

    /// Whether growth lasts for longer than any warm-up.
    pub(super) fn is_long(&self, growth: &Growth) -> bool {
        growth.seen_seconds >= LONG * self.settle.as_secs_f64()
    }

    /// Whether live heap or anonymous memory grows, and over which time.
    pub(super) fn climbs(&self) -> Option<Over> {
        let of = |levels: &[Level], figure: fn(&Level) -> Option<u64>| {
            Growth::of(&levels::points(levels, figure), self.settle)
        };
        let climb = |levels: &[Level]| {
            of(levels, |level| level.heap).or_else(|| of(levels, touched)).is_some()
        };
        if climb(&self.levels) {
            Some(Over::Minutes)
        } else {
            let slowly = || self.slowly(|level| level.heap).or_else(|| self.slowly(touched));
            (climb(&self.day) || slowly().is_some()).then_some(Over::Day)
        }
    }

    /// How fast the container's memory grows that the kernel cannot give back, in bytes a second.
    pub(super) fn container_growth(&self) -> Option<f64> {
        let growth = self.growth(|level| level.outside.map(|outside| outside.kept))?;
        self.growth_matters(&growth).then_some(growth.bytes_per_second)
    }

    /// A figure of the named arenas with one name, over the last minutes.
    pub(super) fn arena(&self, name: &str, of: impl Fn(&MeteredReading) -> u64) -> Vec<Point> {
        let point = |reading: &&Reading| {
            let arena = reading.metered.iter().find(|arena| arena.name == name)?;
            Some(Point { at: reading.at, requests: reading.requests, bytes: of(arena) as f64 })
        };
        self.readings.iter().filter_map(point).collect()
    }

    /// The named arenas now.
    pub(super) fn arenas(&self) -> &'a [MeteredReading] {
        self.readings.last().map_or(&[], |reading| &reading.metered)
    }

    /// Whether this many bytes are worth a finding.
    pub(super) fn matters(&self, bytes: u64) -> bool {
        bytes >= LEAST_BYTES && bytes as f64 >= LEAST_SHARE * self.now().anonymous as f64
    }

    /// A finding about this number of bytes. Only RSS is physical memory, so it is at most that.
    pub(super) fn finding(&self, mode: Mode, bytes: u64, confidence: Confidence) -> Finding {
        let rss = self.account.rss_bytes.max(1);
        Finding {
            mode,
            bytes: Some(bytes.min(rss)),
            share: (bytes as f64 / rss as f64).min(1.0),
            microseconds: None,
            confidence,
            evidence: Vec::new(),
            remedy: String::new(),
            subject: None,
            allocated: None,
            slope: None,
        }
    }
}

impl Finding {
    /// Adds the figures of a growth to the evidence, and its slope.
    pub(super) fn add_growth(&mut self, growth: &Growth) {
        self.evidence.extend(figures_of(growth));
        self.slope = Some(growth.bytes_per_second);
    }
}

fn touched(level: &Level) -> Option<u64> {
    Some(level.touched)
}

/// The figures that every growth has.
fn figures_of(growth: &Growth) -> Vec<Figure> {
    const AN_HOUR: f64 = 3600.0;
    let (a_request, an_hour) = match growth.by {
        By::Time => ("", "the same while no requests come"),
        By::Uncounted => ("", "no requests are counted, so it may be by time or by requests"),
        By::Requests => ("until now, without slowing down", "at the rate of these requests"),
        By::Either => (
            "if requests leave it; the readings also fit time as the cause",
            "if it comes with time",
        ),
    };
    let is_by_time = matches!(growth.by, By::Time | By::Uncounted);
    let mut evidence = Vec::new();
    if is_by_time {
        let slope = growth.bytes_per_second;
        evidence.push(Figure::new("slope", slope, FigureUnit::BytesPerSecond, an_hour));
    } else {
        let slope = growth.bytes_per_request;
        evidence.push(Figure::new("slope", slope, FigureUnit::BytesPerRequest, a_request));
    }
    evidence.push(Figure::new(
        "slope over time",
        growth.bytes_per_second * AN_HOUR,
        FigureUnit::BytesPerHour,
        an_hour,
    ));
    evidence.push(Figure::new(
        "grows for",
        growth.lasts_seconds,
        FigureUnit::Seconds,
        "at least, until now; the start of the service does not count",
    ));
    if let Some(troughs) = growth.troughs {
        evidence.push(Figure::new(
            "lowest points that rise",
            troughs as f64,
            FigureUnit::Count,
            "between peaks of the load; the level does not fall back",
        ));
    }
    let with = if is_by_time {
        "correlation with time"
    } else {
        "correlation with the number of requests"
    };
    let of = if growth.troughs.is_some() { "of the lowest points" } else { "over all readings" };
    evidence.push(Figure::new(
        with,
        growth.correlation,
        FigureUnit::Ratio,
        format!("{of}; 1 means in step"),
    ));
    // Between the peaks of a load, what was in progress goes away in idle times.
    let has_idle_times = growth.by != By::Uncounted && growth.troughs.is_none();
    if growth.idle_seconds > 0.0 && has_idle_times {
        let meaning = format!("in {:.1} s without requests", growth.idle_seconds);
        evidence.push(Figure::new(
            "growth while idle",
            growth.idle_bytes,
            FigureUnit::Bytes,
            meaning,
        ));
    }
    evidence
}
