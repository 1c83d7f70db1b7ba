//! The sampler: takes readings into the history, on a thread of its own.

use core::ops::Add;
use core::time::Duration;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Instant;

use request_arena_core::{Report, report};
use request_arena_memory::maps::Maps;
use request_arena_memory::process;

use super::Diagnosis;
use super::clock::Stopwatch;
use super::history::History;
use super::lows::Lows;
use super::map_cache::MapCache;
use super::maps_seen::MapsSeen;
use super::probe::{self, OutsideProbe, Probe, Serves};
use super::reading::{HeapSample, Reading};
use super::windows::Windows;

/// Readings that take more of a processor than this are less frequent, so that the thread takes at
/// most one part in [`MOST_SHARE`]. A reading of 500 handlers and 1,500 threads takes more, and one
/// of a usual service takes a third of this.
const CHEAP: Duration = Duration::from_millis(1);
const MOST_SHARE: u32 = 2_500;

/// The longest time between readings of one a second, whatever they cost.
const LONGEST: Duration = Duration::from_secs(20);

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
    outside: OutsideProbe,
    pub(super) history: History,
    /// The lowest levels of the last weeks.
    pub(super) lows: Lows,
    pub(super) windows: Windows,
    /// The maps at earlier judgements.
    pub(super) maps_seen: MapsSeen,
    /// The last report of the arenas.
    pub(super) report: Option<Report>,
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
        let state = SamplerState {
            probes,
            known,
            outside,
            history: History::default(),
            lows: Lows::default(),
            windows: Windows::default(),
            maps_seen: MapsSeen::default(),
            report: None,
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

    /// Takes a reading, if the operating system answers. With `at_any_cost` it includes slow
    /// figures.
    pub(super) fn sample(&self, at_any_cost: bool) {
        drop(self.sampled_at(at_any_cost));
    }

    /// The state, with a reading of now in it. With `at_any_cost` that includes slow figures.
    pub(super) fn sampled_at(&self, at_any_cost: bool) -> MutexGuard<'_, SamplerState> {
        // Before the lock: the report may warn of scopes that are open for long, and a subscriber
        // may ask the doctor then.
        let (asked, arenas) = (self.began.elapsed(), report());
        let mut state = self.state();
        // If another thread took a reading meanwhile, that one is newer.
        if state.history.last().is_none_or(|last| last.at < asked) {
            state.sample(self.began, arenas, at_any_cost);
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
        loop {
            let mut pause = interval;
            // A subscriber may panic at a warning of a scope or of a finding. That must not stop
            // the readings.
            let _ = catch_unwind(AssertUnwindSafe(|| {
                let clock = Stopwatch::start();
                self.sample(false);
                pause = after(clock.taken(), interval);
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

/// The pause after a reading that took so much of a processor. A program that wants more than one
/// reading a second accepts a proportionally larger share.
fn after(took: Duration, interval: Duration) -> Duration {
    if took <= CHEAP {
        return interval;
    }
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

    fn sample(&mut self, began: Instant, arenas: Report, at_any_cost: bool) {
        let Ok(process) = process::read_counters() else { return };
        let last = self.history.last();
        let heaps = self.probes.iter_mut().enumerate().map(|(place, probe)| {
            if at_any_cost {
                probe.hurry();
            }
            let before = last.and_then(|last| last.heaps.get(place).copied().flatten());
            HeapSample::of(probe.read(), before)
        });
        let heaps = heaps.collect();
        let mut reading = Reading::of(began.elapsed(), process, heaps, &arenas);
        if at_any_cost {
            self.outside.hurry();
        }
        reading.outside = self.outside.read(&reading.process);
        reading.is_disturbed = reading.at < self.disturbed_until;
        reading.given_back_pages =
            self.probes.iter_mut().filter_map(|probe| probe.given_back_pages()).reduce(u64::add);
        let purged_pages = self.probes.iter_mut().filter_map(|probe| probe.purged_pages()).sum();
        self.windows.add(&arenas, purged_pages);
        self.lows.add(&reading, self.known.iter().position(|known| known.serves.rust));
        self.history.push(reading);
        self.report = Some(arenas);
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
        assert_eq!(after(Duration::from_micros(350), second), second);
        assert_eq!(after(Duration::from_millis(2), second), 5 * second);
        assert_eq!(after(Duration::from_millis(2), second / 10), second / 2);
        assert_eq!(after(second, second), 20 * second, "the longest");
        assert_eq!(after(second, 60 * second), 60 * second, "the program's own");
    }

    #[test]
    fn what_the_doctor_takes_itself_is_no_evidence() {
        let sampler = Sampler::new(Vec::new(), Duration::from_secs(1));
        sampler.sample(false);
        sampler.state().disturb(sampler.began, Duration::from_millis(200));
        sampler.sample(false);
        std::thread::sleep(Duration::from_millis(250));
        sampler.sample(false);
        let state = sampler.state();
        let disturbed: Vec<_> = state.history.fine().map(|reading| reading.is_disturbed).collect();
        assert_eq!(disturbed, [false, true, false]);
    }
}
