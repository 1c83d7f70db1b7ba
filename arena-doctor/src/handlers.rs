//! Live heap by handler over time: the handlers under which the memory was allocated that has come.
//!
//! A leak that many functions of one handler allocate has no owner in a heap profile, and a
//! function that many handlers share says nothing about the handler. Samples with the scope that
//! allocated them answer both. They need an allocator that passes samples on: see
//! [`heap::live`](request_arena_core::heap::live).

use core::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use request_arena_core::Report;
use request_arena_core::heap::{HeapOwner, LiveHeap};
use serde::{Deserialize, Serialize};

use crate::aged::{Aged, DAY, MINUTES, Taken};
use crate::evidence::Over;
use crate::finding::signed_size;
use crate::{Figure, workload};

/// A handler with at least this share of what came is the one to look at.
const MOST_OF_IT: f64 = 0.5;

/// Growth is beyond chance at so many standard errors. Many handlers are compared.
const BEYOND_CHANCE: f64 = 4.0;

/// The rows of a diagnosis.
const MOST_SHOWN: usize = 5;

/// The time between checks while no samples come. An operator may turn sampling on.
const AGAIN: Duration = Duration::from_secs(60);

/// Live heap memory that came in some time, by the handler that allocated it. The figures are
/// estimates from samples.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct HandlerGrowth {
    /// The name of the handler, or `(no handler)` for code outside of handlers.
    pub handler: String,
    /// Bytes that are live now.
    pub live_bytes: u64,
    /// Bytes that came since the earlier reading.
    pub growth_bytes: u64,
    /// The standard error of the growth, at most, in bytes.
    pub error_bytes: u64,
    /// Its share of all growth, from 0 to 1.
    pub share: f64,
    /// The growth for each request of the service. `None` without requests.
    pub bytes_per_request: Option<f64>,
    /// Seconds since the earlier reading.
    pub seconds: f64,
}

impl HandlerGrowth {
    /// Whether it explains most of the growth, and is no chance.
    pub(crate) fn is_the_cause(&self) -> bool {
        self.share >= MOST_OF_IT
            && self.growth_bytes as f64 >= BEYOND_CHANCE * self.error_bytes as f64
    }

    /// The name of the handler. `None` for code outside of handlers.
    pub(crate) fn handler_name(&self) -> Option<&str> {
        Some(&*self.handler).filter(|name| *name != HeapOwner::Outside.name())
    }

    /// The handler's name in a sentence.
    fn place(&self) -> String {
        match self.handler_name() {
            Some(name) => format!("under `{name}`"),
            None => "outside of handlers".to_owned(),
        }
    }

    pub(crate) fn figure(&self) -> Figure {
        let a_request =
            self.bytes_per_request.map(|bytes| format!(", {} a request", signed_size(bytes)));
        let meaning = format!(
            "{:.0} % of what grew{}; ± {} by sampling, since {:.0} s ago",
            self.share * 100.0,
            a_request.unwrap_or_default(),
            signed_size(self.error_bytes as f64),
            self.seconds
        );
        Figure::bytes(
            format!("growth of heap allocated {}", self.place()),
            self.growth_bytes,
            meaning,
        )
    }
}

/// The end of a finding's first line: `92 % allocated under `search`, 14.0 KiB a request`.
impl fmt::Display for HandlerGrowth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} % allocated {}", self.share * 100.0, self.place())?;
        match self.bytes_per_request {
            Some(bytes) => write!(f, ", {} a request", signed_size(bytes)),
            None => Ok(()),
        }
    }
}

/// The live heap of each site, in the order of the report, and that of code outside of handlers.
#[derive(Debug)]
pub(crate) struct Snapshot {
    taken: Instant,
    pauses: u64,
    requests: u64,
    sites: Vec<LiveHeap>,
    outside: LiveHeap,
}

impl Taken for Snapshot {
    fn taken(&self) -> Instant {
        self.taken
    }

    fn pauses(&self) -> u64 {
        self.pauses
    }
}

impl Snapshot {
    /// `None` if the allocator takes no samples now. Then figures only fall.
    fn of(report: &Report, taken: Instant) -> Option<Self> {
        let beside = report.live_heap.filter(|beside| !beside.is_paused)?;
        let (outside, pauses) = (beside.outside, beside.pauses);
        let sites = report.sites.iter().map(|site| site.live_heap.unwrap_or_default());
        let ended: Vec<u64> = report.sites.iter().map(|site| site.outcomes.total()).collect();
        let requests = workload::served(&ended);
        Some(Self { taken, pauses, requests, sites: sites.collect(), outside })
    }

    /// The growth of each handler since an earlier moment, the largest first.
    fn since(&self, earlier: &Self, report: &Report) -> Vec<HandlerGrowth> {
        let before = |place: usize| earlier.sites.get(place).copied().unwrap_or_default();
        let of_sites = self.sites.iter().enumerate();
        let of_sites = of_sites.map(|(place, now)| (report.sites[place].name, *now, before(place)));
        let rows = of_sites.chain([(HeapOwner::Outside.name(), self.outside, earlier.outside)]);
        let grew = |now: &LiveHeap, before: &LiveHeap| now.bytes.saturating_sub(before.bytes);
        let mut rows: Vec<_> = rows.filter(|(_, now, before)| grew(now, before) > 0).collect();
        rows.sort_by_key(|(_, now, before)| core::cmp::Reverse(grew(now, before)));
        let all: u64 = rows.iter().map(|(_, now, before)| grew(now, before)).sum();
        let requests = self.requests.saturating_sub(earlier.requests);
        let seconds = (self.taken - earlier.taken).as_secs_f64();
        let row = |(name, now, before): (&str, LiveHeap, LiveHeap)| {
            let growth = grew(&now, &before);
            HandlerGrowth {
                handler: name.to_owned(),
                live_bytes: now.bytes,
                growth_bytes: growth,
                // Samples that stayed are in both, so it is less if much stayed.
                error_bytes: (now.error_bytes as f64).hypot(before.error_bytes as f64) as u64,
                share: growth as f64 / all.max(1) as f64,
                bytes_per_request: (requests > 0).then(|| growth as f64 / requests as f64),
                seconds,
            }
        };
        rows.into_iter().take(MOST_SHOWN).map(row).collect()
    }
}

/// The readings that the doctor keeps for comparison: at most four, of 32 bytes for each handler.
#[derive(Debug)]
pub(crate) struct KeptHandlers {
    minutes: Aged<Snapshot>,
    day: Aged<Snapshot>,
    /// `None` for a time that the clock cannot represent: never.
    next: Option<Instant>,
}

impl KeptHandlers {
    /// The first is taken after `settle`.
    pub(crate) fn new(settle: Duration) -> Self {
        let next = Instant::now().checked_add(settle);
        Self { minutes: Aged::new(MINUTES), day: Aged::new(DAY), next }
    }

    /// Whether it is time to take a reading.
    pub(crate) fn is_due(&self) -> bool {
        self.next.is_some_and(|next| Instant::now() >= next)
    }

    /// Takes a reading if one is due.
    pub(crate) fn look(&mut self, report: &Report) {
        if !self.is_due() {
            return;
        }
        let now = Instant::now();
        let pause = match Snapshot::of(report, now).map(Arc::new) {
            Some(snapshot) => {
                self.minutes.keep(&snapshot);
                self.day.keep(&snapshot);
                MINUTES
            }
            None => AGAIN,
        };
        self.next = now.checked_add(pause);
    }

    /// The handlers under which memory came over this time. Empty without samples, and after a
    /// pause of the sampling until the next reading.
    pub(crate) fn grew(&self, over: Over, report: &Report) -> Vec<HandlerGrowth> {
        let aged = match over {
            Over::Minutes => &self.minutes,
            Over::Day => &self.day,
        };
        let now = Snapshot::of(report, Instant::now());
        let pair = now.zip(aged.older()).filter(|(now, earlier)| now.compares_with(earlier));
        pair.map(|(now, earlier)| now.since(earlier, report)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use request_arena_core::{LiveHeapReport, Site, report, scope};

    use super::*;

    fn live(bytes: u64, error_bytes: u64) -> LiveHeap {
        let mut live = LiveHeap::default();
        (live.bytes, live.error_bytes, live.samples) = (bytes, error_bytes, 1);
        live
    }

    fn snapshot(taken: Instant, requests: u64, sites: &[u64], outside: u64) -> Snapshot {
        let sites = sites.iter().map(|&bytes| live(bytes, bytes / 20)).collect();
        Snapshot { taken, pauses: 0, requests, sites, outside: live(outside, outside / 20) }
    }

    /// A report with these handlers.
    fn with_handlers(names: &[&'static str]) -> Report {
        static SITE: Site = Site::new("template", module_path!(), file!(), line!());
        scope(&SITE, |_| {});
        let mut report = report();
        let template = report.site("template").unwrap().clone();
        let of = |&name: &&'static str| {
            let mut site = template.clone();
            site.name = name;
            site
        };
        report.sites = names.iter().map(of).collect();
        report
    }

    #[test]
    fn the_handler_under_which_most_came_is_the_cause() {
        let start = Instant::now();
        let before = snapshot(start, 100, &[10 << 20, 2 << 20], 40 << 20);
        let later = start + Duration::from_secs(600);
        let now = snapshot(later, 1100, &[110 << 20, 1 << 20, 4 << 20], 44 << 20);
        let rows = now.since(&before, &with_handlers(&["log_in", "search", "new"]));
        let names: Vec<_> =
            rows.iter().map(|row| (&*row.handler, row.growth_bytes >> 20)).collect();
        assert_eq!(names, [("log_in", 100), ("new", 4), ("(no handler)", 4)]);
        let first = &rows[0];
        assert!(first.is_the_cause() && !rows[1].is_the_cause(), "{rows:?}");
        assert_eq!((first.live_bytes, first.seconds), (110 << 20, 600.0));
        assert_eq!(first.to_string(), "93 % allocated under `log_in`, 102.4 KiB a request");
        let figure = first.figure().to_string();
        let expected = "growth of heap allocated under `log_in`: 100.0 MiB (93 % of what grew, \
                        102.4 KiB a request; ± 5.5 MiB by sampling, since 600 s ago)";
        assert_eq!(figure, expected);
    }

    #[test]
    fn growth_outside_of_handlers_is_said_to_be_outside() {
        let start = Instant::now();
        let before = snapshot(start, 7, &[1 << 20], 10 << 20);
        let now = snapshot(start + Duration::from_secs(60), 7, &[2 << 20], 90 << 20);
        let rows = now.since(&before, &with_handlers(&["search"]));
        assert_eq!(rows[0].to_string(), "99 % allocated outside of handlers");
        assert!(rows[0].is_the_cause());
    }

    #[test]
    fn growth_within_the_error_of_the_samples_is_no_cause() {
        let mut row = HandlerGrowth { share: 0.9, growth_bytes: 39, ..HandlerGrowth::default() };
        row.error_bytes = 10;
        assert!(!row.is_the_cause());
        row.growth_bytes = 40;
        assert!(row.is_the_cause());
        row.share = 0.4;
        assert!(!row.is_the_cause());
    }

    /// A reading at `bytes` under one handler.
    fn sampled(report: &mut Report, bytes: u64, pauses: u64, is_paused: bool) {
        let mut beside = LiveHeapReport::default();
        (beside.pauses, beside.is_paused) = (pauses, is_paused);
        report.live_heap = Some(beside);
        report.sites[0].live_heap = Some(live(bytes, 0));
    }

    #[test]
    fn memory_from_before_a_pause_is_no_growth_and_its_time_does_not_count() {
        let mut kept = KeptHandlers::new(Duration::ZERO);
        let mut report = with_handlers(&["search"]);
        sampled(&mut report, 1 << 20, 0, false);
        kept.look(&report);
        sampled(&mut report, 5 << 20, 0, false);
        assert_eq!(kept.grew(Over::Minutes, &report)[0].growth_bytes, 4 << 20);
        sampled(&mut report, 5 << 20, 1, true);
        assert_eq!(kept.grew(Over::Minutes, &report), [], "it is paused");
        sampled(&mut report, 9 << 20, 1, false);
        assert_eq!(kept.grew(Over::Minutes, &report), [], "it was paused in between");
        kept.next = Some(Instant::now());
        kept.look(&report);
        sampled(&mut report, 12 << 20, 1, false);
        assert_eq!(kept.grew(Over::Minutes, &report)[0].growth_bytes, 3 << 20);
    }

    #[test]
    fn without_samples_there_are_no_rows_and_the_next_look_is_soon() {
        let mut kept = KeptHandlers::new(Duration::ZERO);
        let mut report = with_handlers(&["search"]);
        report.live_heap = None;
        kept.look(&report);
        assert!(!kept.is_due() && kept.next.unwrap() <= Instant::now() + AGAIN);
        assert_eq!(kept.grew(Over::Minutes, &report), []);
        assert!(!KeptHandlers::new(Duration::MAX).is_due());
    }
}
