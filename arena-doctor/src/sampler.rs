//! The sampler: takes readings into the history, on a thread of its own.

use core::time::Duration;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Instant;

use request_arena_core::Counts;
use request_arena_memory::maps::Maps;
use request_arena_memory::process;

use super::Diagnosis;
use super::clock::Stopwatch;
use super::container::ContainerSeen;
use super::history::History;
use super::holders::SeenThreads;
use super::lows::Lows;
use super::map_cache::MapCache;
use super::maps_seen::MapsSeen;
use super::probe::{self, OutsideProbe, Probe, Serves};
use super::reading::{HeapSample, Reading};
use super::windows::Windows;

/// Readings that take more than half a millisecond of a processor are less frequent, so that they
/// take at most one part in this many: half of the thread's thousandth. Readings of 500 handlers
/// and 1,500 threads take 0.65 to 0.85 ms on a busy machine, and are 1.3 to 1.7 s apart. Slow
/// figures have [a pace of their own](super::probe::paced), and do not count.
const MOST_SHARE: u32 = 2_000;

/// A judgement hurries an allocator if its last figures took at most so much of a processor. Once a
/// minute, that is a ten-thousandth.
const HURRIES: Duration = Duration::from_millis(6);

/// The longest time between readings of one a second, whatever they cost.
const LONGEST: Duration = Duration::from_secs(20);

/// The slow figures that a reading includes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slow {
    /// Those that are due.
    Due,
    /// Also those of allocators that do not take long. A judgement compares them with the kernel's
    /// counters, so they should be of the same moment.
    Affordable,
    /// All of them, at any cost.
    All,
}

/// The state that the sampler's thread and the doctor share.
#[derive(Debug)]
pub(super) struct Sampler {
    pub(super) began: Instant,
    state: Mutex<SamplerState>,
    stop: Mutex<bool>,
    stopped: Condvar,
}

/// The probes and their readings.
#[derive(Debug)]
pub(super) struct SamplerState {
    pub(super) probes: Vec<Box<dyn Probe>>,
    pub(super) known: Vec<Known>,
    /// What the last figures of each probe took of a processor.
    took: Vec<Duration>,
    outside: OutsideProbe,
    pub(super) container: ContainerSeen,
    pub(super) history: History,
    /// The lowest levels of the last weeks.
    pub(super) lows: Lows,
    pub(super) windows: Windows,
    /// The maps at earlier judgements.
    pub(super) maps_seen: MapsSeen,
    pub(super) threads: SeenThreads,
    pub(super) maps: MapCache,
    /// Readings until then include the doctor's own memory.
    pub(super) disturbed_until: Duration,
}

/// Facts about an allocator that seldom change.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) serves: Serves,
    pub(super) decay: Option<Duration>,
    pub(super) keeps_less: Option<String>,
    pub(super) keeps_longer: Option<String>,
    pub(super) gives_back_at_once: Option<String>,
    pub(super) delays_frees: bool,
}

impl Sampler {
    pub(super) fn new(others: Vec<Box<dyn Probe>>, interval: Duration) -> Self {
        let mut probes = probe::known();
        probes.extend(others);
        let mut known = Vec::new();
        probes.retain_mut(|probe| {
            let serves = probe.serves();
            let is_used = serves.rust || serves.c;
            if is_used {
                known.push(Known::of(&**probe, serves));
            }
            is_used
        });
        if !known.iter().any(|known| known.serves.rust) {
            let mut unknown = probe::unknown();
            let serves = unknown.serves();
            known.push(Known::of(&*unknown, serves));
            probes.push(unknown);
        }
        probes.iter_mut().for_each(|probe| probe.pace(interval));
        let mut outside = OutsideProbe::default();
        outside.pace(interval);
        let mut windows = Windows::default();
        windows.pace(interval);
        let state = SamplerState {
            took: vec![Duration::ZERO; probes.len()],
            probes,
            known,
            outside,
            container: ContainerSeen::default(),
            history: History::default(),
            lows: Lows::default(),
            windows,
            maps_seen: MapsSeen::default(),
            threads: SeenThreads::default(),
            maps: MapCache::default(),
            disturbed_until: Duration::ZERO,
        };
        Self {
            began: Instant::now(),
            state: Mutex::new(state),
            stop: Mutex::new(false),
            stopped: Condvar::new(),
        }
    }

    /// Takes a reading with these figures, if the operating system answers.
    pub(super) fn sample(&self, slow: Slow) {
        drop(self.sampled(slow));
    }

    /// The state, with a reading of now in it.
    pub(super) fn sampled(&self, slow: Slow) -> MutexGuard<'_, SamplerState> {
        let (asked, counts) = (self.began.elapsed(), Counts::read());
        let mut state = self.state();
        // If another thread took a reading meanwhile, that one is newer.
        if state.history.last().is_none_or(|last| last.at < asked) {
            state.sample(self.began, &counts, slow);
        }
        state
    }

    /// The state, unless another thread judges or purges.
    pub(super) fn try_state(&self) -> Option<MutexGuard<'_, SamplerState>> {
        match self.state.try_lock() {
            Ok(state) => Some(state),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, SamplerState> {
        // A probe that panics leaves the history unchanged.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a reading every `interval` and calls `then`, until it is stopped.
    pub(super) fn run(&self, interval: Duration, mut then: impl FnMut()) {
        let mut pace = Pace::new(interval);
        loop {
            let mut pause = interval;
            // A subscriber may panic at a warning of a scope or of a finding. That must not stop
            // the readings.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                let clock = Stopwatch::start();
                self.sample(Slow::Due);
                pause = pace.after(clock.taken());
                then();
            }));
            let stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
            let waited = self.stopped.wait_timeout_while(stop, pause, |stop| !*stop);
            if *waited.unwrap_or_else(PoisonError::into_inner).0 {
                return;
            }
        }
    }

    pub(super) fn stop(&self) {
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stopped.notify_all();
    }
}

/// The time between readings.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    /// What the last readings took of a processor.
    took: [Duration; 3],
}

impl Pace {
    pub(super) const fn new(interval: Duration) -> Self {
        Self { interval, took: [Duration::ZERO; 3] }
    }

    /// The pause after a reading that took so much of a processor. The cheapest of the last three
    /// counts, since slow figures are in some readings, and have a pace of their own.
    pub(super) fn after(&mut self, took: Duration) -> Duration {
        self.took.rotate_right(1);
        self.took[0] = took;
        let least = self.took.into_iter().min().unwrap_or(took);
        after(least, self.interval)
    }
}

/// The pause after readings that take so much of a processor. A program that wants more than one
/// reading a second accepts a proportionally larger share.
fn after(took: Duration, interval: Duration) -> Duration {
    let seconds = interval.as_secs_f64().min(1.0);
    interval.max(took.saturating_mul(MOST_SHARE).min(LONGEST).mul_f64(seconds))
}

impl SamplerState {
    /// Keeps the maps of a judgement, to see later which of them grow.
    pub(super) fn see(&mut self, maps: &Maps, judged: Option<&Diagnosis>) {
        let (Some(last), Some(judged)) = (self.history.last(), judged) else { return };
        let unexplained = judged.account.unexplained_bytes.max(0) as u64;
        self.maps_seen.push(last.at, maps, unexplained);
    }

    /// Marks readings as disturbed until the doctor's own memory has been given back.
    pub(super) fn disturb(&mut self, began: Instant, settle: Duration) {
        self.disturbed_until = began.elapsed().saturating_add(settle);
    }

    fn sample(&mut self, began: Instant, counts: &Counts, slow: Slow) {
        let Ok(mut process) = process::read_memory() else { return };
        let last = self.history.last();
        let probes = self.probes.iter_mut().zip(&mut self.took).enumerate();
        let heaps = probes.map(|(place, (probe, took))| {
            if slow == Slow::All || slow == Slow::Affordable && *took <= HURRIES {
                probe.hurry();
            }
            let before = last.and_then(|last| last.heaps.get(place).copied().flatten());
            let clock = Stopwatch::start();
            let sample = HeapSample::of(probe.read(), before);
            if sample.is_some_and(|sample| sample.is_new) {
                *took = clock.taken();
            }
            sample
        });
        let heaps: Box<[_]> = heaps.collect();
        // The kernel adds these counters up over all threads, so they are as frequent as the
        // figures of the allocators.
        let has_counters = heaps.iter().flatten().all(|heap| heap.is_new);
        let has_counters = has_counters && process::add_counters(&mut process).is_ok();
        // Pages that are given back are known at new figures of the allocator only.
        let (mut purged_pages, mut given_back_pages) = (Some(0), None);
        for (probe, heap) in self.probes.iter_mut().zip(&heaps) {
            let is_new = heap.is_some_and(|heap| heap.is_new);
            let pages = if is_new { probe.given_back_pages() } else { None };
            if probe.purges_on_threads() {
                purged_pages = purged_pages.zip(pages).map(|(sum, pages)| sum + pages);
            }
            if let Some(pages) = pages {
                given_back_pages = Some(given_back_pages.unwrap_or(0) + pages);
            }
        }
        let mut reading = Reading::of(began.elapsed(), process, heaps, counts);
        reading.given_back_pages = given_back_pages;
        reading.has_counters = has_counters;
        if slow == Slow::All {
            self.outside.hurry();
            self.windows.hurry();
        }
        if let Some((container, outside)) = self.outside.read(&reading.process) {
            self.container.push(reading.at, container);
            reading.outside = Some(outside);
        }
        reading.is_disturbed = reading.at < self.disturbed_until;
        self.windows.add(&counts.ended, purged_pages);
        self.lows.add(&reading, self.known.iter().position(|known| known.serves.rust));
        self.history.push(reading);
    }
}

impl Known {
    fn of(probe: &dyn Probe, serves: Serves) -> Self {
        Self {
            name: probe.name(),
            serves,
            decay: probe.decay(),
            keeps_less: probe.keeps_less(),
            keeps_longer: probe.keeps_longer(),
            gives_back_at_once: probe.gives_back_at_once(),
            delays_frees: probe.delays_frees(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_of_a_large_service_are_less_frequent() {
        let second = Duration::from_secs(1);
        assert_eq!(after(Duration::from_micros(500), second), second);
        assert_eq!(after(Duration::from_millis(2), second), 4 * second);
        assert_eq!(after(Duration::from_millis(2), second / 10), 2 * second / 5);
        assert_eq!(after(second, second), 20 * second, "the longest");
        assert_eq!(after(second, 60 * second), 60 * second, "the program's own");
    }

    #[test]
    fn slow_figures_in_some_readings_do_not_delay_the_others() {
        let second = Duration::from_secs(1);
        let mut pace = Pace::new(second);
        let millis = |took: &u64| Duration::from_millis(*took);
        let pauses: Vec<_> = [9, 0, 0, 9, 0].iter().map(|took| pace.after(millis(took))).collect();
        assert_eq!(pauses, [second; 5]);
        let pauses: Vec<_> = [2, 2, 2].iter().map(|took| pace.after(millis(took))).collect();
        assert_eq!(pauses, [second, second, 4 * second], "all of them are slow");
    }

    #[test]
    fn what_the_doctor_takes_itself_is_no_evidence() {
        let sampler = Sampler::new(Vec::new(), Duration::from_secs(1));
        sampler.sample(Slow::Due);
        sampler.state().disturb(sampler.began, Duration::from_millis(200));
        sampler.sample(Slow::Due);
        std::thread::sleep(Duration::from_millis(250));
        sampler.sample(Slow::Due);
        let state = sampler.state();
        let disturbed: Vec<_> = state.history.fine().map(|reading| reading.is_disturbed).collect();
        assert_eq!(disturbed, [false, true, false]);
    }
}
