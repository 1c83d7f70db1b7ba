//! The case: all that the modes judge, gathered once for a diagnosis.

use core::time::Duration;

use request_arena_core::Report;

use super::experiment::Released;
use super::growth::{Growth, Point};
use super::levels::{self, Level};
use super::maps::Maps;
use super::metered::MeteredReading;
use super::reading::Reading;
use super::sampler::{Known, State};
use super::tail::Tail;
use super::{Account, Confidence, Evidence, Finding, Mode, Owners, Unit};

/// What is smaller than this is not worth a person's time, and small services have as much of each class: caches of threads, half-filled pages of each size class.
pub(super) const LEAST_BYTES: u64 = 16 << 20;

/// Nor is what is a smaller part of all anonymous memory.
pub(super) const LEAST_SHARE: f64 = 0.1;

/// Fewer readings say nothing.
const LEAST_READINGS: usize = 3;

/// All that the modes judge.
pub(super) struct Case<'a> {
    /// The last minutes, the oldest first.
    pub(super) levels: Vec<Level>,
    /// The last day.
    pub(super) day: Vec<Level>,
    /// The readings that `levels` are of.
    pub(super) readings: Vec<&'a Reading>,
    pub(super) known: &'a [Known],
    pub(super) account: &'a Account,
    pub(super) report: &'a Report,
    pub(super) tails: Vec<Tail>,
    pub(super) released: Option<Released>,
    /// How long something has to last to be judged, where no allocator's setting says how long it may.
    pub(super) settle: Duration,
    /// Who owns what has grown, if jemalloc's profile of the heap tells.
    pub(super) owners: Option<Owners>,
    /// What is to be done so that it does, if that is known.
    pub(super) no_owners: Option<String>,
}

/// The time over which something grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg(any(feature = "heap-profile", test))]
pub(super) enum Over {
    Minutes,
    Day,
}

impl<'a> Case<'a> {
    pub(super) fn of(
        state: &'a State,
        maps: &Maps,
        account: &'a Account,
        report: &'a Report,
        tails: Vec<Tail>,
        released: Option<Released>,
        settle: Duration,
    ) -> Self {
        let known = &state.known[..];
        // If all are, they are better than none.
        let counts = |reading: &&Reading| !reading.is_disturbed;
        let has_any = state.history.fine().filter(counts).count() >= LEAST_READINGS;
        let fine = || state.history.fine().filter(|reading| counts(reading) || !has_any);
        Self {
            levels: levels::of(fine(), maps, known),
            day: levels::of(state.history.coarse().filter(counts), maps, known),
            readings: fine().collect(),
            known,
            account,
            report,
            tails,
            released,
            settle,
            owners: None,
            no_owners: None,
        }
    }

    /// Rust's allocator.
    pub(super) fn rust(&self) -> Option<&Known> {
        self.known.iter().find(|known| known.serves.rust)
    }

    pub(super) fn now(&self) -> Level {
        self.levels.last().copied().unwrap_or_default()
    }

    /// Whether a figure grows, over the last minutes or over the last day.
    pub(super) fn growth(&self, of: impl Fn(&Level) -> Option<u64>) -> Option<Growth> {
        Growth::of(&levels::points(&self.levels, &of)).or_else(|| Growth::of(&levels::points(&self.day, &of)))
    }

    /// Whether what is live grows, without the arenas that are known; and whether it is counted. Where nobody counts it, it is taken for anonymous memory.
    pub(super) fn heap_growth(&self) -> Option<(Growth, bool)> {
        let is_counted = self.levels.iter().any(|level| level.live.is_some());
        let growth = if is_counted { self.growth(|level| level.heap) } else { self.touched_growth() };
        Some((growth?, is_counted))
    }

    /// Whether anonymous memory grows, without the arenas that are known. It follows an arena's use, as its pages are touched; what is live goes by chunks, each twice the one before.
    pub(super) fn touched_growth(&self) -> Option<Growth> {
        self.growth(touched)
    }

    /// Whether what is live grows, or anonymous memory.
    #[cfg(any(feature = "heap-profile", test))]
    pub(super) fn climbs(&self) -> Option<Over> {
        let of = |levels: &[Level], figure: fn(&Level) -> Option<u64>| Growth::of(&levels::points(levels, figure));
        let climb = |levels: &[Level]| of(levels, |level| level.heap).or_else(|| of(levels, touched)).is_some();
        if climb(&self.levels) { Some(Over::Minutes) } else { climb(&self.day).then_some(Over::Day) }
    }

    /// A figure of the named arenas of one name, of the last minutes.
    pub(super) fn arena(&self, name: &str, of: impl Fn(&MeteredReading) -> u64) -> Vec<Point> {
        let point = |reading: &&Reading| {
            let arena = reading.metered.iter().find(|arena| arena.name == name)?;
            Some(Point { at: reading.at, requests: reading.requests, bytes: of(arena) as f64 })
        };
        self.readings.iter().filter_map(point).collect()
    }

    /// The named arenas, as they are now.
    pub(super) fn arenas(&self) -> &'a [MeteredReading] {
        self.readings.last().map_or(&[], |reading| &reading.metered)
    }

    /// Whether so many bytes are worth a finding.
    pub(super) fn matters(&self, bytes: u64) -> bool {
        bytes >= LEAST_BYTES && bytes as f64 >= LEAST_SHARE * self.now().anonymous as f64
    }

    pub(super) fn finding(&self, mode: Mode, bytes: u64, confidence: Confidence) -> Finding {
        let rss = self.account.rss_bytes.max(1);
        Finding {
            mode,
            bytes: Some(bytes),
            share: (bytes as f64 / rss as f64).min(1.0),
            microseconds: None,
            confidence,
            evidence: Vec::new(),
            remedy: String::new(),
            subject: None,
        }
    }
}

fn touched(level: &Level) -> Option<u64> {
    Some(level.anonymous.saturating_sub(level.arenas))
}

/// The evidence that every growth has.
pub(super) fn evidence_of(growth: &Growth) -> Vec<Evidence> {
    use super::growth::By;
    let mut evidence = match growth.by {
        By::Time => {
            vec![Evidence::new("slope", growth.bytes_per_second, Unit::BytesPerSecond, "the same while nobody asks")]
        }
        By::Requests | By::Either => {
            vec![Evidence::new(
                "slope",
                growth.bytes_per_request,
                Unit::BytesPerRequest,
                "until now, and not slowing down",
            )]
        }
    };
    let with = if growth.by == By::Time { "correlation with time" } else { "correlation with the number of requests" };
    evidence.push(Evidence::new(with, growth.correlation, Unit::Ratio, "of all readings; 1 is in step"));
    if growth.idle_seconds > 0.0 {
        let meaning = format!("in {:.1} s in which nobody asked", growth.idle_seconds);
        evidence.push(Evidence::new("growth while idle", growth.idle_bytes, Unit::Bytes, meaning));
    }
    evidence
}
