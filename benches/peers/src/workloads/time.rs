//! How long something takes that takes nanoseconds.

use std::time::{Duration, Instant};

/// Nanoseconds that one call of `work` takes, called for about this long after as much warming up.
/// No time at all: one call.
pub(super) fn of_one(time: Duration, mut work: impl FnMut()) -> f64 {
    let mut calls = 1_u64;
    let mut run = |calls: u64| {
        let begun = Instant::now();
        (0..calls).for_each(|_| work());
        begun.elapsed()
    };
    // Doubled until it takes a quarter of the time: as long again, nearly half of it, was warming
    // up.
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
    fn what_sleeps_takes_as_long_as_it_sleeps() {
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
