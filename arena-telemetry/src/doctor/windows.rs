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
        let (on, begun) = (phases_on(), phases_begun());
        let was_on = |phase: usize| (on | self.on) >> phase & 1 == 1 || begun[phase] != self.begun[phase];
        let phases: [bool; MOST_PHASES] = core::array::from_fn(was_on);
        (self.on, self.begun) = (on, begun);
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
        self.turn();
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
