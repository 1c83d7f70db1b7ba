//! The processor time of a thread: the measure of what the doctor costs.
//!
//! Elapsed time is no measure. On a busy machine a thread waits for a processor, and a reading of
//! the maps waits for a lock of the kernel. Neither costs the service anything.

use core::time::Duration;
use std::time::Instant;

/// Measures the processor time of this thread. On systems other than Linux it is the elapsed time.
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

#[cfg(any(target_os = "linux", target_os = "android"))]
fn on_processor() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};

    // It costs less than a microsecond. The file `schedstat` costs twenty.
    let now = clock_gettime(ClockId::ThreadCPUTime);
    let nanos = u32::try_from(now.tv_nsec).ok()?;
    Some(Duration::new(u64::try_from(now.tv_sec).ok()?, nanos))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn on_processor() -> Option<Duration> {
    None
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
