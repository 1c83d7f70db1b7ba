//! The duration of work that takes nanoseconds.

use std::time::{Duration, Instant};

/// Nanoseconds of one call of `work`, as the mean over about `time`, after as long a warm-up. With
/// a `time` of zero: of one call.
pub(super) fn of_one(time: Duration, mut work: impl FnMut()) -> f64 {
    let mut calls = 1_u64;
    let mut run = |calls: u64| {
        let begun = Instant::now();
        (0..calls).for_each(|_| work());
        begun.elapsed()
    };
    // The number of calls doubles until they take a quarter of the time. Together these runs are
    // the warm-up, which takes nearly half of the time.
    let mut taken = run(calls);
    while taken < time / 4 {
        calls *= 2;
        taken = run(calls);
    }
    let calls =
        (calls as f64 * time.as_secs_f64() / taken.as_secs_f64().max(1e-9)).ceil().max(1.0) as u64;
    run(calls).as_nanos() as f64 / calls as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_sleeps_takes_as_long_as_it_sleeps() {
        let nanoseconds =
            of_one(Duration::from_millis(8), || std::thread::sleep(Duration::from_millis(1)));
        assert!(nanoseconds >= 1e6, "{nanoseconds}");
    }

    #[test]
    fn no_time_is_two_calls() {
        let mut calls = 0;
        of_one(Duration::ZERO, || calls += 1);
        assert_eq!(calls, 2);
    }
}
