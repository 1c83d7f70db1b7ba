//! Windows: the durations of scopes between two readings, by the phases in progress between them.
//! It is for services that time scopes ([durations](request_arena_core::Settings::durations)) and
//! report phases, but do not record latencies themselves.

use core::time::Duration;
use std::time::Instant;

use request_arena_core::{Nanoseconds, Report};

use super::latency;
use super::tail::Tail;
use super::workload::{MOST_PHASES, PURGING, phase_name, phases_begun, phases_on};

/// Samples older than two periods are dropped.
const TURN: Duration = Duration::from_secs(600);

/// The durations of all scopes, by handler and phase.
#[derive(Debug, Default)]
pub(super) struct Windows {
    sites: Vec<Site>,
    begun: [u64; MOST_PHASES],
    on: u8,
    purged_pages: u64,
    turned: Option<Instant>,
}

#[derive(Debug)]
struct Site {
    name: &'static str,
    /// All durations at the last reading.
    last: Nanoseconds,
    now: Split,
    before: Split,
}

#[derive(Clone, Debug, Default)]
struct Split {
    /// No phase was in progress, whether or not threads gave pages back.
    quiet: Ended,
    during: [Ended; MOST_PHASES],
    /// The quiet windows in which threads gave pages back, and the other quiet ones.
    purging: Ended,
    calm: Ended,
}

/// The state of the program in a window.
#[derive(Clone, Copy, Debug, Default)]
struct On {
    phases: [bool; MOST_PHASES],
    purging: bool,
}

/// Scopes that ended, and the number of windows in which they did.
#[derive(Clone, Debug, Default)]
struct Ended {
    durations: Nanoseconds,
    windows: u64,
}

impl Windows {
    /// Counts the scopes that have ended since the last report. `purged_pages` is the number of
    /// pages that allocating threads have given back so far.
    pub(super) fn add(&mut self, report: &Report, purged_pages: u64) {
        let on = On { phases: self.phases(), purging: purged_pages != self.purged_pages };
        self.purged_pages = purged_pages;
        self.count(report, on);
        self.turn();
    }

    /// The phases in progress at any time since the last call.
    fn phases(&mut self) -> [bool; MOST_PHASES] {
        let (on, begun) = (phases_on(), phases_begun());
        let was_on =
            |phase: usize| (on | self.on) >> phase & 1 == 1 || begun[phase] != self.begun[phase];
        let phases = core::array::from_fn(was_on);
        (self.on, self.begun) = (on, begun);
        phases
    }

    fn count(&mut self, report: &Report, on: On) {
        for (place, site) in report.sites.iter().enumerate() {
            if self.sites.len() == place {
                let empty = Nanoseconds::default();
                self.sites.push(Site {
                    name: site.name,
                    last: empty,
                    now: Split::default(),
                    before: Split::default(),
                });
            }
            let Some(durations) = &site.duration else { continue };
            let known = &mut self.sites[place];
            let ended = Ended { durations: since(durations, &known.last), windows: 1 };
            known.last = *durations;
            if ended.durations.count() > 0 {
                known.now.add_window(&ended, on);
            }
        }
    }

    fn turn(&mut self) {
        if self.turned.get_or_insert_with(Instant::now).elapsed() < TURN {
            return;
        }
        self.turned = Some(Instant::now());
        latency::turn();
        self.sites.iter_mut().for_each(|site| site.before = core::mem::take(&mut site.now));
    }

    /// The tails of all handlers, for each phase and for windows in which threads gave pages back.
    pub(super) fn tails(&self) -> Vec<Tail> {
        let tails = |site: &Site| {
            let mut all = site.now.clone();
            all.add(&site.before);
            let phase = |(phase, during)| tail(site.name, phase_name(phase)?, &all.quiet, during);
            let phases = all.during.iter().enumerate().filter_map(phase);
            phases.chain(tail(site.name, PURGING, &all.calm, &all.purging)).collect::<Vec<_>>()
        };
        self.sites.iter().flat_map(tails).collect()
    }
}

fn tail(name: &'static str, phase: &'static str, quiet: &Ended, during: &Ended) -> Option<Tail> {
    let tail = Tail::of(name, phase, &quiet.durations, &during.durations)?;
    Some(Tail { load: during.per_window() / quiet.per_window(), ..tail })
}

impl Split {
    fn add_window(&mut self, ended: &Ended, on: On) {
        let during = self.during.iter_mut().zip(on.phases).filter(|(_, on)| *on);
        during.for_each(|(during, _)| during.add(ended));
        if !on.phases.contains(&true) {
            self.quiet.add(ended);
            if on.purging { &mut self.purging } else { &mut self.calm }.add(ended);
        }
    }

    fn add(&mut self, other: &Self) {
        self.quiet.add(&other.quiet);
        self.purging.add(&other.purging);
        self.calm.add(&other.calm);
        self.during.iter_mut().zip(&other.during).for_each(|(mine, theirs)| mine.add(theirs));
    }
}

impl Ended {
    fn add(&mut self, other: &Self) {
        self.durations.merge(&other.durations);
        self.windows += other.windows;
    }

    fn per_window(&self) -> f64 {
        self.durations.count() as f64 / self.windows.max(1) as f64
    }
}

/// The values since `before`. Its maximum is that of all values, and may be older.
fn since(now: &Nanoseconds, before: &Nanoseconds) -> Nanoseconds {
    let mut ended = *now;
    ended
        .buckets
        .iter_mut()
        .zip(before.buckets)
        .for_each(|(mine, theirs)| *mine -= theirs.min(*mine));
    ended.sum = now.sum.wrapping_sub(before.sum);
    ended
}

#[cfg(test)]
mod tests {
    use request_arena_core::{Site, report, scope};

    use super::*;
    use crate::workload::{Activity, activity, phase_name};

    /// A report in which `count` more scopes took so long.
    fn after(report: &mut Report, count: u64, nanos: u64) -> Report {
        let site = report.sites.iter_mut().find(|site| site.name == "timed").unwrap();
        let durations = site.duration.get_or_insert_default();
        (0..count).for_each(|_| durations.record(nanos));
        report.clone()
    }

    #[test]
    fn scopes_that_ended_while_a_phase_was_on_are_told_from_others() {
        static SITE: Site = Site::new("timed", module_path!(), file!(), line!());
        scope(&SITE, |_| ());
        let (phase, _on) = phase("seen in windows");
        let of = |is_on: bool| On {
            phases: core::array::from_fn(|place| place == phase && is_on),
            purging: false,
        };
        let mut now = report();
        let mut windows = Windows::default();
        windows.count(&after(&mut now, 5000, 20_000), of(false));
        windows.count(&after(&mut now, 4000, 20_000), of(true));
        windows.count(&after(&mut now, 1000, 4_000_000), of(true));
        windows.count(&after(&mut now, 5000, 20_000), of(false));
        let tails = windows.tails();
        let tail = tails
            .iter()
            .find(|tail| tail.name == "timed" && tail.phase == "seen in windows")
            .unwrap();
        assert!(tail.quiet_micros <= 40 && tail.during_micros >= 4000, "{tail:?}");
        assert!((tail.during_share - 0.2).abs() < 1e-9 && tail.quiet_share == 0.0, "{tail:?}");
        assert!((tail.load - 0.5).abs() < 1e-9, "2500 a window against 5000: {tail:?}");
    }

    #[test]
    fn windows_in_which_threads_gave_pages_back_are_told_from_others() {
        static SITE: Site = Site::new("timed", module_path!(), file!(), line!());
        scope(&SITE, |_| ());
        let mut now = report();
        let mut windows = Windows::default();
        let purging = |purging: bool| On { purging, ..On::default() };
        windows.count(&after(&mut now, 5000, 20_000), purging(false));
        windows.count(&after(&mut now, 4900, 20_000), purging(true));
        windows.count(&after(&mut now, 100, 4_000_000), purging(true));
        windows.count(&after(&mut now, 0, 20_000), purging(true));
        let tails = windows.tails();
        let tail = tails.iter().find(|tail| tail.name == "timed" && tail.phase == PURGING).unwrap();
        assert!(tail.quiet_micros <= 40 && tail.during_micros >= 4000, "{tail:?}");
        assert!(
            (tail.load - 0.5).abs() < 1e-9,
            "a window in which nothing ended is none: {tail:?}"
        );
    }

    #[test]
    fn a_phase_counts_that_was_on_at_one_reading_or_between_two() {
        let mut windows = Windows::default();
        let (place, on) = phase("on between readings");
        assert!(windows.phases()[place], "on now");
        drop(on);
        assert!(windows.phases()[place], "over since");
        assert!(!windows.phases()[place]);
        drop(activity("on between readings"));
        assert!(windows.phases()[place], "begun and over");
    }

    /// The phase of this name, and its number.
    fn phase(name: &'static str) -> (usize, Activity) {
        let on = activity(name);
        let place = (0..MOST_PHASES).find(|&place| phase_name(place) == Some(name));
        (place.unwrap(), on)
    }
}
