//! Services that look alarming and are healthy: nothing is found in them.

use super::*;

#[test]
fn nothing_is_found_in_a_service_at_rest() {
    assert_eq!(mode_of(Kind::Jemalloc, |second, noise, _| usual(second, noise)), None);
    assert_eq!(mode_of(Kind::Mimalloc, |second, noise, _| usual(second, noise)), None);
    assert_eq!(mode_of(Kind::Unknown, |second, noise, _| usual(second, noise)), None);
}

#[test]
fn a_cache_that_fills_up_is_healthy() {
    let story = |second, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        Moment { live: now.live + 200.0 * (1.0 - (-now.requests / (2000.0 * size)).exp()), ..now }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), None);
}

#[test]
fn a_burst_that_is_over_is_healthy_and_its_pages_may_decay() {
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        let burst = 300.0 * size;
        match second - 85.0 {
            since if since < 0.0 => now,
            since if since < 5.0 => Moment { live: now.live + burst, ..now },
            since => {
                Moment { dirty: now.dirty + burst * (1.0 - (since - 5.0) / 10.0).max(0.0), ..now }
            }
        }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), None);
}

#[test]
fn a_batch_job_between_two_batches_is_healthy() {
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        let batch = 300.0 * size;
        // A thread that is idle between batches keeps its freed memory.
        let is_on = second % 30.0 < 4.0;
        if is_on {
            Moment { live: now.live + batch, ..now }
        } else {
            Moment { dirty: now.dirty + batch, ..now }
        }
    };
    assert_eq!(mode_of(Kind::Jemalloc, story), None);
}

#[test]
fn what_one_large_buffer_needs_now_and_then_is_not_kept_in_vain() {
    // An upload every fifteen seconds, which is over when the reading comes.
    let story = |second: f64, noise: &mut Noise, size: f64| {
        let now = usual(second, noise);
        let peak = if second % 15.0 < 1.0 { now.live + 80.0 * size } else { now.live };
        Moment { peak, fragmented: 80.0 * size, ..now }
    };
    assert_eq!(mode_of(Kind::Mimalloc, story), None);
}
