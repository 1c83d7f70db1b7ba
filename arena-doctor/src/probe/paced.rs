//! Slow figures: they are read so seldom that reading takes only a small share of a processor.
//!
//! They grow with the service. jemalloc adds up the caches of all threads: 2.4 ms with 1,500
//! threads. glibc walks its free chunks, and the kernel all threads of a process.

use core::time::Duration;
use std::time::Instant;

use crate::clock::Stopwatch;

/// With one reading a second, an allocator's figures take at most one part in this many of a
/// processor's time. With more frequent readings they may take proportionally more.
pub(crate) const MOST_SHARE: u32 = 2_500;

/// The same for jemalloc, and for durations of scopes. They grow with the number of threads, as the
/// rest of a reading does. Each judgement has jemalloc's figures of its moment.
pub(crate) const LESSER_SHARE: u32 = 10_000;

/// The same for figures that only explain a finding.
pub(crate) const LEAST_SHARE: u32 = 20_000;

/// The time of the next reading.
#[derive(Debug)]
pub(crate) struct Paced {
    most_share: u32,
    next: Option<Instant>,
    /// The time between readings. Zero means a second.
    interval: Duration,
}

impl Default for Paced {
    fn default() -> Self {
        Self::new(MOST_SHARE)
    }
}

impl Paced {
    /// Reading takes at most one part in `most_share` of a processor's time.
    pub(crate) const fn new(most_share: u32) -> Self {
        Self { most_share, next: None, interval: Duration::ZERO }
    }

    /// Reads the figures, or returns `None` if that would cost too much now.
    pub(crate) fn ask<T>(&mut self, ask: impl FnOnce() -> Option<T>) -> Option<T> {
        let began = Instant::now();
        if self.next.is_some_and(|next| began < next) {
            return None;
        }
        let clock = Stopwatch::start();
        let answer = ask();
        self.next = Some(began + pause(clock.taken(), self.interval, self.most_share));
        answer
    }

    pub(crate) fn pace(&mut self, interval: Duration) {
        self.interval = interval;
    }

    /// Makes the next call read, whatever it costs.
    pub(crate) fn hurry(&mut self) {
        self.next = None;
    }
}

/// The pause after a reading that took this long. Figures that take less than 100 us can be read
/// every second, and more often on request.
pub(crate) fn pause(took: Duration, interval: Duration, most_share: u32) -> Duration {
    const CHEAP: Duration = Duration::from_micros(100);
    const USUAL: Duration = Duration::from_secs(1);
    let interval = if interval.is_zero() { USUAL } else { interval.min(USUAL) };
    if took < CHEAP { Duration::ZERO } else { (took * most_share).mul_f64(interval.as_secs_f64()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cheap_is_asked_each_time_and_what_is_not_never_takes_more_than_its_share() {
        let second = Duration::from_secs(1);
        let pause = |micros, interval| pause(Duration::from_micros(micros), interval, 2_500);
        assert_eq!(pause(99, second), Duration::ZERO);
        assert_eq!(pause(2_000, second), 5 * second);
        assert_eq!(pause(2_000, 60 * second), 5 * second);
        assert_eq!(pause(2_000, second / 20), second / 4);
    }

    #[test]
    fn a_costly_question_waits_unless_somebody_is_in_a_hurry() {
        let mut paced = Paced::default();
        let work = || Some((0..10_000_000_u64).fold(0, |sum, i| std::hint::black_box(sum ^ i)));
        assert!(paced.ask(work).is_some());
        assert!(paced.ask(work).is_none());
        paced.hurry();
        assert!(paced.ask(work).is_some());
    }
}
