//! Slow figures: they are read so seldom that reading takes only a small share of a processor.

use core::time::Duration;
use std::time::Instant;

use crate::clock::Stopwatch;

/// With one reading a second, slow figures take at most one part in this many of a processor's
/// time. That is half of the budget of the sampler. With more frequent readings they may take
/// proportionally more.
const MOST_SHARE: u32 = 2_000;

/// The time of the next reading.
#[derive(Debug, Default)]
pub(super) struct Paced {
    next: Option<Instant>,
    /// The time between readings. Zero means a second.
    interval: Duration,
}

impl Paced {
    /// Reads the figures, or returns `None` if that would cost too much now.
    pub(super) fn ask<T>(&mut self, ask: impl FnOnce() -> Option<T>) -> Option<T> {
        let began = Instant::now();
        if self.next.is_some_and(|next| began < next) {
            return None;
        }
        let clock = Stopwatch::start();
        let answer = ask();
        self.next = Some(began + pause(clock.taken(), self.interval));
        answer
    }

    pub(super) fn pace(&mut self, interval: Duration) {
        self.interval = interval;
    }

    /// Makes the next call read, whatever it costs.
    pub(super) fn hurry(&mut self) {
        self.next = None;
    }
}

/// The pause after a reading that took this long. Figures that take less than 100 us can be read
/// every second, and more often on request.
fn pause(took: Duration, interval: Duration) -> Duration {
    const CHEAP: Duration = Duration::from_micros(100);
    const USUAL: Duration = Duration::from_secs(1);
    let interval = if interval.is_zero() { USUAL } else { interval.min(USUAL) };
    if took < CHEAP { Duration::ZERO } else { (took * MOST_SHARE).mul_f64(interval.as_secs_f64()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cheap_is_asked_each_time_and_what_is_not_never_takes_more_than_its_share() {
        let second = Duration::from_secs(1);
        assert_eq!(pause(Duration::from_micros(99), second), Duration::ZERO);
        assert_eq!(pause(Duration::from_millis(1), second), 2 * second);
        assert_eq!(pause(Duration::from_millis(1), 60 * second), 2 * second);
        assert_eq!(pause(Duration::from_millis(1), second / 20), second / 10);
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
