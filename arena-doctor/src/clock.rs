//! The processor time of a thread: the measure of what the doctor costs.
//!
//! Elapsed time is no measure. On a busy machine a thread waits for a processor, and a reading of
//! the maps waits for a lock of the kernel. Neither costs the service anything.

use core::time::Duration;
use std::fs;
use std::time::Instant;

/// Measures the processor time of this thread, or the elapsed time if the kernel does not count
/// that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopwatch {
    began: Instant,
    before: Option<Duration>,
}

impl Stopwatch {
    pub(super) fn start() -> Self {
        Self { began: Instant::now(), before: on_processor() }
    }

    /// The time since the start, on the same thread.
    pub(super) fn taken(&self) -> Duration {
        let after = on_processor().zip(self.before);
        after.map_or_else(|| self.began.elapsed(), |(after, before)| after.saturating_sub(before))
    }
}

fn on_processor() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn waiting_costs_nothing_and_work_does() {
        let waits = Stopwatch::start();
        std::thread::sleep(Duration::from_millis(300));
        assert!(waits.taken() < Duration::from_millis(100), "{:?}", waits.taken());
        let works = Stopwatch::start();
        let mut sum = 0_u64;
        // The kernel counts a running thread at least at each tick.
        while works.taken() < Duration::from_millis(20) {
            sum = std::hint::black_box((0..100_000).fold(sum, |sum, value| sum ^ value));
            assert!(works.began.elapsed() < Duration::from_secs(60), "no processor time");
        }
    }
}
