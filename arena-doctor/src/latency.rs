//! Latencies by phase of the program. They show the cause of a long tail that no figure of memory
//! shows.

use core::time::Duration;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use hdrhistogram::Histogram;

use super::tail::Tail;
use super::workload::{MOST_PHASES, phase_name, phases_on};

/// The most names. Later names count as the last one.
const MOST_NAMES: usize = 16;

/// Threads record into this many histograms, so that they seldom wait for each other.
const SHARDS: usize = 8;

/// The longest latency that is measured, in microseconds. Longer ones count as this.
const LONGEST: u64 = 60_000_000;

static ENTRIES: Mutex<Vec<&'static Entry>> = Mutex::new(Vec::new());

/// What is known of one name.
#[derive(Debug)]
struct Entry {
    name: &'static str,
    shards: [Mutex<Split>; SHARDS],
    /// What was recorded before the last [turn](turn).
    before: Mutex<Split>,
}

impl Entry {
    fn turn(&self) {
        let recorded = self.sum(true);
        *lock(&self.before) = recorded;
    }

    fn sum(&self, take: bool) -> Split {
        let mut all = Split::default();
        for shard in &self.shards {
            let mut shard = lock(shard);
            all.add(&shard);
            if take {
                *shard = Split::default();
            }
        }
        all
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A thread that panicked left a valid histogram.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Latencies in microseconds, by phase.
#[derive(Clone, Debug, Default)]
pub(super) struct Split {
    /// Outside of all phases.
    pub(super) quiet: Option<Histogram<u32>>,
    /// During this phase.
    pub(super) during: [Option<Histogram<u32>>; MOST_PHASES],
}

impl Split {
    fn record(&mut self, micros: u64, phases: u8) {
        let record = |histogram: &mut Option<Histogram<u32>>| {
            histogram.get_or_insert_with(empty).saturating_record(micros);
        };
        if phases == 0 {
            return record(&mut self.quiet);
        }
        self.during
            .iter_mut()
            .enumerate()
            .filter(|(phase, _)| phases >> phase & 1 == 1)
            .for_each(|(_, h)| record(h));
    }

    fn add(&mut self, other: &Self) {
        let all = core::iter::once((&mut self.quiet, &other.quiet))
            .chain(self.during.iter_mut().zip(&other.during));
        for (mine, theirs) in all {
            if let Some(theirs) = theirs {
                // Both have the same bounds.
                mine.get_or_insert_with(empty).add(theirs).unwrap_or_default();
            }
        }
    }
}

/// Two significant digits of microseconds. An error of 1 % does not matter for a tail.
fn empty() -> Histogram<u32> {
    Histogram::new_with_bounds(1, LONGEST, 2).expect("the bounds are constants, and in order")
}

/// A recorder for the latencies of one kind of work. Made by [`latency`].
///
/// A record costs about 40 ns. request-arena times its own scopes, if
/// [durations](request_arena_core::Settings::durations) are on.
#[derive(Clone, Copy, Debug)]
pub struct Latency {
    entry: &'static Entry,
}

/// Returns the recorder with this name, for one kind of work.
///
/// ```
/// let search = request_arena_doctor::latency("search");
/// let found = search.time(|| "result");
/// # let _ = found;
/// ```
#[must_use]
pub fn latency(name: &'static str) -> Latency {
    let mut entries = lock(&ENTRIES);
    let known = entries.iter().find(|entry| entry.name == name).copied();
    let entry = known.unwrap_or_else(|| {
        if entries.len() == MOST_NAMES {
            return entries[MOST_NAMES - 1];
        }
        let entry = Entry { name, shards: Default::default(), before: Mutex::default() };
        let entry: &'static Entry = Box::leak(Box::new(entry));
        entries.push(entry);
        entry
    });
    Latency { entry }
}

impl Latency {
    /// Records the duration of work that has just ended.
    pub fn record(&self, took: Duration) {
        self.record_during(took, phases_on());
    }

    /// Runs the work and records its duration. It counts for the phases in progress at its start or
    /// end.
    pub fn time<R>(&self, work: impl FnOnce() -> R) -> R {
        let phases = phases_on();
        let began = Instant::now();
        let result = work();
        self.record_during(began.elapsed(), phases | phases_on());
        result
    }

    fn record_during(&self, took: Duration, phases: u8) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(LONGEST);
        let mut hasher = DefaultHasher::new();
        thread::current().id().hash(&mut hasher);
        let shard = &self.entry.shards[hasher.finish() as usize % SHARDS];
        lock(shard).record(micros, phases);
    }
}

/// Drops the records before the last turn. So [`read`] returns the records of the last one to two
/// turns.
pub(super) fn turn() {
    let entries = lock(&ENTRIES).clone();
    entries.iter().for_each(|entry| entry.turn());
}

/// The tails of the records of each name, for each phase.
pub(super) fn read() -> Vec<Tail> {
    let entries = lock(&ENTRIES).clone();
    let tails = |entry: &&Entry| {
        let mut all = entry.sum(false);
        all.add(&lock(&entry.before));
        let quiet = all.quiet?;
        let during =
            all.during.into_iter().enumerate().filter_map(|(phase, during)| Some((phase, during?)));
        let tail = |(phase, during)| Tail::of(entry.name, phase_name(phase)?, &quiet, &during);
        Some(during.filter_map(tail).collect::<Vec<_>>())
    };
    entries.iter().filter_map(tails).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::activity;

    fn tail(name: &str, phase: &str) -> Option<Tail> {
        read().into_iter().find(|tail| tail.name == name && tail.phase == phase)
    }

    /// Phases belong to the process, and other tests have theirs.
    const QUIET: u8 = 0;

    fn record(latency: Latency, count: u32, micros: u64, phases: u8) {
        (0..count).for_each(|_| latency.record_during(Duration::from_micros(micros), phases));
    }

    #[test]
    fn what_is_slow_in_a_phase_is_told_from_what_is_not() {
        let search = latency("compared");
        record(search, 20_000, 50, QUIET);
        record(search, 5, 400, QUIET);
        assert_eq!(tail("compared", "slow phase"), None);
        {
            let _slow = activity("slow phase");
            record(search, 2000, 50, phases_on());
            record(search, 20, 3000, phases_on());
        }
        let tail = tail("compared", "slow phase").unwrap();
        assert_eq!((tail.quiet_micros, tail.beyond), (50, 20));
        assert!(tail.during_micros.abs_diff(3000) <= 30, "{tail:?}");
        assert!((tail.during_share - 20.0 / 2020.0).abs() < 1e-9, "{tail:?}");
    }

    #[test]
    fn work_that_a_phase_begins_in_is_of_that_phase() {
        let work = latency("overlapping");
        record(work, 2000, 10, QUIET);
        for _ in 0..2000 {
            let begun = work.time(|| activity("begins within"));
            drop(begun);
        }
        assert!(tail("overlapping", "begins within").is_some());
    }

    #[test]
    fn what_was_recorded_two_turns_ago_is_forgotten() {
        let old = latency("forgotten");
        let _phase = activity("old phase");
        record(old, 2000, 10, QUIET);
        (0..2000).for_each(|_| old.record(Duration::from_micros(10)));
        assert!(tail("forgotten", "old phase").is_some());
        old.entry.turn();
        assert!(tail("forgotten", "old phase").is_some());
        old.entry.turn();
        assert_eq!(tail("forgotten", "old phase"), None);
    }
}
