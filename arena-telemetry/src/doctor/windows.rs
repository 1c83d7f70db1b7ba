//! Windows: the durations of scopes between two readings, as of the phases that were on between them. For services that time scopes
//! ([durations](request_arena_core::Settings::durations)) and say when a phase is on, but do not record latencies themselves.

use core::time::Duration;
use std::time::Instant;

use request_arena_core::{Nanoseconds, Report};

use super::latency;
use super::tail::Tail;
use super::workload::{MOST_PHASES, phases_begun, phases_on};

/// What was longer ago than twice this counts no more.
const TURN: Duration = Duration::from_secs(600);

/// The durations of all scopes, by site and phase.
#[derive(Debug, Default)]
pub(super) struct Windows {
    sites: Vec<Site>,
    begun: [u64; MOST_PHASES],
    on: u8,
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
    quiet: Nanoseconds,
    during: [Nanoseconds; MOST_PHASES],
}

impl Windows {
    /// Counts what has ended since the last report.
    pub(super) fn add(&mut self, report: &Report) {
        let phases = self.phases();
        self.count(report, phases);
        self.turn();
    }

    /// Which phases were on at any time since this was asked last.
    fn phases(&mut self) -> [bool; MOST_PHASES] {
        let (on, begun) = (phases_on(), phases_begun());
        let was_on = |phase: usize| (on | self.on) >> phase & 1 == 1 || begun[phase] != self.begun[phase];
        let phases = core::array::from_fn(was_on);
        (self.on, self.begun) = (on, begun);
        phases
    }

    fn count(&mut self, report: &Report, phases: [bool; MOST_PHASES]) {
        for (place, site) in report.sites.iter().enumerate() {
            if self.sites.len() == place {
                let empty = Nanoseconds::default();
                self.sites.push(Site { name: site.name, last: empty, now: Split::default(), before: Split::default() });
            }
            let Some(durations) = &site.duration else { continue };
            let known = &mut self.sites[place];
            let ended = since(durations, &known.last);
            known.last = *durations;
            if !phases.contains(&true) {
                known.now.quiet.merge(&ended);
            }
            let during = known.now.during.iter_mut().zip(phases).filter(|(_, on)| *on);
            during.for_each(|(during, _)| during.merge(&ended));
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

    /// The tails of all sites, for each phase that was on.
    pub(super) fn tails(&self) -> Vec<Tail> {
        let tails = |site: &Site| {
            let mut all = site.now.clone();
            all.quiet.merge(&site.before.quiet);
            all.during.iter_mut().zip(&site.before.during).for_each(|(mine, theirs)| mine.merge(theirs));
            let during = all.during.iter().enumerate();
            during.filter_map(|(phase, during)| Tail::of(site.name, phase, &all.quiet, during)).collect::<Vec<_>>()
        };
        self.sites.iter().flat_map(tails).collect()
    }
}

/// What has come since `before`. Its largest value is that of all, which may be older.
fn since(now: &Nanoseconds, before: &Nanoseconds) -> Nanoseconds {
    let mut ended = *now;
    ended.buckets.iter_mut().zip(before.buckets).for_each(|(mine, theirs)| *mine -= theirs.min(*mine));
    ended.sum = now.sum.wrapping_sub(before.sum);
    ended
}

#[cfg(test)]
mod tests {
    use request_arena_core::{Site, report, scope};

    use super::*;
    use crate::doctor::workload::{Activity, activity, phase_name};

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
        let (phase, _on) = phase("told by windows");
        let of = |is_on: bool| core::array::from_fn(|place| place == phase && is_on);
        let mut now = report();
        let mut windows = Windows::default();
        windows.count(&after(&mut now, 5000, 20_000), of(false));
        windows.count(&after(&mut now, 4000, 20_000), of(true));
        windows.count(&after(&mut now, 1000, 4_000_000), of(true));
        windows.count(&after(&mut now, 5000, 20_000), of(false));
        let tails = windows.tails();
        let tail = tails.iter().find(|tail| tail.name == "timed" && tail.phase == "told by windows").unwrap();
        assert!(tail.quiet_micros <= 40 && tail.during_micros >= 4000, "{tail:?}");
        assert!((tail.during_share - 0.2).abs() < 1e-9 && tail.quiet_share == 0.0, "{tail:?}");
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
