//! The last reading of the process's maps, and estimates from it.
//!
//! The kernel walks all page tables for a reading, and writes a kilobyte of text for each map. A
//! heap of 700 MiB costs 10 ms and more, and 1,500 threads have 3,000 maps. So the doctor's own
//! judgements read the maps seldom. Between two readings they estimate: the counters say what has
//! changed, and stacks and the program's data hardly change. A judgement that depends on the
//! estimate [looks again](MapCache::may_look_again).

use core::time::Duration;
use std::time::Instant;

use request_arena_memory::ProcessReading;
use request_arena_memory::maps::Maps;

use super::clock::Stopwatch;

/// Readings take at most one part in this many of a processor's time.
const MOST_SHARE: u32 = 10_000;

/// The same for the readings that confirm a change of the findings.
const MOST_SHARE_TO_CONFIRM: u32 = 1_000;

/// An estimate is at most this old, whatever a reading costs.
const LONGEST: Duration = Duration::from_secs(1800);

/// After this time a reading confirms a change, whatever it costs.
const LONGEST_TO_CONFIRM: Duration = Duration::from_secs(300);

/// Which maps a judgement needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Those of now. The program asked for it.
    Now,
    /// An estimate, unless a reading is due.
    Seldom,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct MapCache(Option<Seen>);

#[derive(Debug)]
struct Seen {
    maps: Maps,
    /// The counters of about the same moment.
    process: ProcessReading,
    at: Instant,
    took: Duration,
}

impl MapCache {
    /// Returns the maps, and how long it took to read them: zero for an estimate.
    pub(super) fn maps(
        &mut self,
        look: Look,
        now: Instant,
        process: &ProcessReading,
        read: impl FnOnce() -> Option<Maps>,
    ) -> (Maps, Duration) {
        if let Some(seen) = self.0.as_ref().filter(|seen| !seen.is_due(look, now)) {
            return (seen.estimate(process), Duration::ZERO);
        }
        let clock = Stopwatch::start();
        let Some(maps) = read() else {
            // The counters serve as an estimate.
            return (Maps::default().at(process), clock.taken());
        };
        let took = clock.taken();
        self.0 = Some(Seen { maps: maps.clone(), process: *process, at: now, took });
        (maps, took)
    }

    /// Whether the last maps are an estimate now, and another reading is not too costly.
    pub(super) fn may_look_again(&self, now: Instant) -> bool {
        self.0.as_ref().is_some_and(|seen| {
            let age = now.saturating_duration_since(seen.at);
            let pause = seen.took.saturating_mul(MOST_SHARE_TO_CONFIRM).min(LONGEST_TO_CONFIRM);
            age > Duration::ZERO && age >= pause
        })
    }

    /// Makes the next judgement read the maps.
    pub(super) fn forget(&mut self) {
        self.0 = None;
    }
}

impl Seen {
    fn is_due(&self, look: Look, now: Instant) -> bool {
        let age = now.saturating_duration_since(self.at);
        look == Look::Now || age >= self.took.saturating_mul(MOST_SHARE).min(LONGEST)
    }

    /// The maps at this reading of the counters. Owners have the same share of anonymous memory as
    /// at the reading.
    fn estimate(&self, process: &ProcessReading) -> Maps {
        let at = self.maps.at(process);
        let mut maps = self.maps.clone();
        (maps.rss, maps.file, maps.shared) = (at.rss, at.file, at.shared);
        (maps.stacks, maps.data, maps.anonymous) = (at.stacks, at.data, at.anonymous);
        let (now, before) = (process.anonymous_bytes as f64, self.process.anonymous_bytes as f64);
        let scaled = |bytes: u64| (bytes as f64 * now / before.max(1.0)) as u64;
        maps.owned.iter_mut().flatten().for_each(|owned| *owned = scaled(*owned).min(at.anonymous));
        maps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(anonymous: u64) -> ProcessReading {
        let mut process = ProcessReading::default();
        (process.rss_bytes, process.anonymous_bytes) = (anonymous + 10, anonymous);
        process.file_bytes = 10;
        process
    }

    fn read() -> Option<Maps> {
        let owned = vec![Some(450), None];
        let (rss, stacks, data, anonymous) = (1010, 60, 40, 900);
        Some(Maps { rss, file: 10, stacks, data, anonymous, owned, ..Maps::default() })
    }

    /// A cache with a reading that took so long, and the moment of it.
    fn cache(took: Duration) -> (MapCache, Instant) {
        let (mut cache, now) = (MapCache::default(), Instant::now());
        assert_eq!(cache.maps(Look::Seldom, now, &process(1000), read).0, read().unwrap());
        cache.0.as_mut().unwrap().took = took;
        (cache, now)
    }

    #[test]
    fn between_two_readings_the_counters_say_what_has_changed() {
        let (mut cache, now) = cache(Duration::from_millis(10));
        let none = || unreachable!("it is not due");
        let (maps, took) = cache.maps(Look::Seldom, now, &process(2000), none);
        assert_eq!((maps.rss, maps.file, took), (2010, 10, Duration::ZERO));
        assert_eq!((maps.stacks, maps.data, maps.anonymous), (60, 40, 1900));
        assert_eq!(maps.owned, [Some(900), None], "it grows with the rest");
        let mut times = 0;
        let count = || {
            times += 1;
            read()
        };
        cache.maps(Look::Now, now, &process(2000), count);
        assert_eq!(times, 1, "the program asked");
    }

    #[test]
    fn maps_that_cost_much_are_read_seldom_but_each_half_hour() {
        let is_due = |millis, seconds| {
            let (cache, now) = cache(Duration::from_millis(millis));
            cache.0.unwrap().is_due(Look::Seldom, now + Duration::from_secs(seconds))
        };
        assert!(!is_due(15, 149) && is_due(15, 150));
        assert!(!is_due(1062, 1799) && is_due(1062, 1800));
    }

    #[test]
    fn a_change_may_be_looked_at_again_after_a_while() {
        let (mut cache, now) = cache(Duration::from_millis(60));
        assert!(!cache.may_look_again(now), "they are of now");
        assert!(!cache.may_look_again(now + Duration::from_secs(59)));
        assert!(cache.may_look_again(now + Duration::from_secs(60)));
        cache.0.as_mut().unwrap().took = Duration::from_secs(1);
        assert!(!cache.may_look_again(now + Duration::from_secs(299)));
        assert!(cache.may_look_again(now + Duration::from_secs(300)));
        cache.forget();
        assert!(!cache.may_look_again(now), "there is no estimate");
    }
}
