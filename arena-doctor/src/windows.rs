//! Windows: the durations of scopes between two readings, by the phases in progress between them.
//! It is for services that time scopes ([durations](request_arena_core::Settings::durations)) and
//! report phases, but do not record latencies themselves.
//!
//! Without a phase, and without pages given back, there is nothing to compare. Then no duration is
//! read. Otherwise a window is longer where reading takes longer, and ends at a reading with new
//! figures of the allocator. A phase that was on in a part of it counts for all of it.

use core::time::Duration;
use std::time::Instant;

use request_arena_core::{Counts, Nanoseconds, Site as CountedSite};

use super::latency;
use super::probe::paced::{LESSER_SHARE, Paced};
use super::tail::Tail;
use super::workload::{MOST_PHASES, PURGING, phase_name, phases_begun, phases_on};

/// Samples older than two periods are dropped.
const TURN: Duration = Duration::from_secs(600);

/// The durations of all scopes, by handler and phase.
#[derive(Debug)]
pub(super) struct Windows {
    sites: Vec<Site>,
    /// Whether there was ever anything to compare.
    is_started: bool,
    /// The state of the program since the last reading of durations.
    since: On,
    paced: Paced,
    begun: [u64; MOST_PHASES],
    on: u8,
    purged_pages: u64,
    turned: Option<Instant>,
}

#[derive(Debug)]
struct Site {
    name: &'static str,
    /// All ended scopes and durations at the last reading.
    ended: u64,
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

impl Default for Windows {
    fn default() -> Self {
        Self {
            sites: Vec::new(),
            is_started: false,
            since: On::default(),
            paced: Paced::new(LESSER_SHARE),
            begun: [0; MOST_PHASES],
            on: 0,
            purged_pages: 0,
            turned: None,
        }
    }
}

impl Windows {
    /// Announces the time between readings.
    pub(super) fn pace(&mut self, interval: Duration) {
        self.paced.pace(interval);
    }

    /// Makes the next call of [`add`](Self::add) end the window, whatever it costs.
    pub(super) fn hurry(&mut self) {
        self.paced.hurry();
    }

    /// Counts the scopes that have ended since the last window, if the window may end now.
    /// `purged_pages` is the number of pages that allocating threads have given back so far. `None`
    /// if the allocator's figures are not of this moment.
    pub(super) fn add(&mut self, ended: &[u64], purged_pages: Option<u64>) {
        self.turn();
        let phases = self.phases();
        self.since.phases.iter_mut().zip(phases).for_each(|(since, now)| *since |= now);
        let Some(purged_pages) = purged_pages else { return };
        self.since.purging |= purged_pages != self.purged_pages;
        self.purged_pages = purged_pages;
        let is_eventful = self.since.purging || self.since.phases.contains(&true);
        if !Counts::measures_durations() || !(self.is_started || is_eventful) {
            return;
        }
        let Self { sites, paced, since, is_started, .. } = self;
        let read = paced.ask(|| {
            let durations = |site: &'static CountedSite| site.durations();
            let read = |place| Counts::site(place).map(|site| (site.name(), durations(site)));
            if *is_started {
                count(sites, ended, read, *since);
            } else {
                begin(sites, ended, read);
            }
            Some(())
        });
        if read.is_some() {
            (self.is_started, self.since) = (true, On::default());
        }
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

/// A reading of a site: its name and durations.
type Durations = (&'static str, Option<Nanoseconds>);

/// Starts with these durations. Scopes that ended earlier belong to no window.
fn begin(sites: &mut Vec<Site>, ended: &[u64], read: impl Fn(usize) -> Option<Durations>) {
    for (place, &ended) in ended.iter().enumerate().skip(sites.len()) {
        let Some((name, durations)) = read(place) else { return };
        sites.push(Site { ended, last: durations.unwrap_or_default(), ..Site::new(name) });
    }
}

/// Adds a window with this state of the program. Only handlers with ended scopes are read.
fn count(sites: &mut Vec<Site>, ended: &[u64], read: impl Fn(usize) -> Option<Durations>, on: On) {
    for (place, &ended) in ended.iter().enumerate() {
        if sites.get(place).is_some_and(|site| site.ended == ended) {
            continue;
        }
        let Some((name, durations)) = read(place) else { return };
        if sites.len() == place {
            sites.push(Site::new(name));
        }
        let site = &mut sites[place];
        site.ended = ended;
        let Some(durations) = durations else { continue };
        let window = Ended { durations: since(&durations, &site.last), windows: 1 };
        site.last = durations;
        if window.durations.count() > 0 {
            site.now.add_window(&window, on);
        }
    }
}

impl Site {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            ended: 0,
            last: Nanoseconds::default(),
            now: Split::default(),
            before: Split::default(),
        }
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
    use request_arena_core::{Report, Site, configure, report, scope};

    use super::*;
    use crate::workload::{Activity, activity, phase_name};

    /// A report in which `count` more scopes took so long.
    fn after(report: &mut Report, count: u64, nanos: u64) -> Report {
        let site = report.sites.iter_mut().find(|site| site.name == "timed").unwrap();
        site.outcomes.returned += count;
        let durations = site.duration.get_or_insert_default();
        (0..count).for_each(|_| durations.record(nanos));
        report.clone()
    }

    /// A report without durations, which another test may turn on.
    fn untimed() -> Report {
        let mut report = report();
        report.sites.iter_mut().for_each(|site| site.duration = None);
        report
    }

    impl Windows {
        fn count(&mut self, report: &Report, on: On) {
            let ended: Vec<u64> = report.sites.iter().map(|site| site.outcomes.total()).collect();
            let read =
                |place: usize| Some((report.sites[place].name, report.sites[place].duration));
            count(&mut self.sites, &ended, read, on);
        }
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
        let mut now = untimed();
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
        let mut now = untimed();
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
    fn a_window_ends_with_new_figures_of_the_allocator_and_has_all_phases_since_the_last_one() {
        static SITE: Site = Site::new("windowed", module_path!(), file!(), line!());
        configure(|settings| settings.durations = true);
        let run = |count| (0..count).for_each(|_| scope(&SITE, |_| ()));
        let place = |windows: &Windows| windows.sites.iter().position(|at| at.name == "windowed");
        let mut windows = Windows::default();
        run(10);
        let add = |windows: &mut Windows, purged| {
            windows.paced.hurry();
            windows.add(&Counts::read().ended, purged);
        };
        let on = activity("on in windows");
        add(&mut windows, None);
        assert_eq!(place(&windows), None, "the figures are old");
        add(&mut windows, Some(0));
        let place = place(&windows).unwrap();
        assert_eq!(windows.sites[place].now.quiet.windows, 0);
        assert!(windows.sites[place].now.during.iter().all(|during| during.windows == 0));
        run(5);
        drop(on);
        add(&mut windows, None);
        run(7);
        add(&mut windows, Some(0));
        let during = windows.sites[place].now.during.iter().find(|during| during.windows > 0);
        assert_eq!(during.unwrap().durations.count(), 12, "one window, with the phase");
    }

    #[test]
    fn without_anything_to_compare_no_duration_is_read() {
        let mut windows = Windows { begun: phases_begun(), ..Windows::default() };
        windows.add(&[1, 2, 3], Some(0));
        let is_quiet = windows.begun == phases_begun() && phases_on() == 0;
        assert!(windows.sites.is_empty() || !is_quiet);
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
