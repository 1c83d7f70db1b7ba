//! What grows, what only fills up, what comes and goes; with noise, steps and idle times.

use super::*;

/// Readings once a second, with 50 requests in each that is busy.
fn points(
    count: u64,
    is_busy: impl Fn(u64) -> bool,
    bytes: impl Fn(u64, u64) -> f64,
) -> Vec<Point> {
    let mut requests = 0;
    let mut point = |second| {
        requests += if is_busy(second) { 50 } else { 0 };
        Point { at: Duration::from_secs(second), requests, bytes: bytes(second, requests) }
    };
    (0..count).map(&mut point).collect()
}

fn of(points: &[Point]) -> Option<Growth> {
    Growth::of(points, Duration::from_secs(10))
}

const MIB: f64 = (1 << 20) as f64;

/// -1 to 1, by the second.
fn noise(second: u64) -> f64 {
    (second.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / f64::from(1 << 23) - 1.0
}

fn always(_: u64) -> bool {
    true
}

/// Ten busy seconds, and five idle ones.
fn now_and_then(second: u64) -> bool {
    second % 15 < 10
}

#[test]
fn the_slope_is_found_under_noise_and_outliers() {
    let bytes = |second: u64, requests: u64| {
        let outlier = if second % 9 == 4 { 80.0 * MIB } else { 0.0 };
        100.0 * MIB + requests as f64 * 4000.0 + noise(second) * MIB + outlier
    };
    let growth = of(&points(300, always, bytes)).unwrap();
    assert!((growth.bytes_per_request - 4000.0).abs() < 200.0, "{growth:?}");
    assert!((growth.bytes_per_second - 200_000.0).abs() < 10_000.0, "{growth:?}");
    assert_eq!(growth.by, By::Either, "requests came all the time");
}

#[test]
fn idle_times_tell_requests_from_time() {
    let by_requests =
        of(&points(150, now_and_then, |_, requests| requests as f64 * 5000.0)).unwrap();
    assert_eq!(by_requests.by, By::Requests);
    assert!(by_requests.idle_seconds >= 30.0 && by_requests.idle_bytes == 0.0, "{by_requests:?}");
    let by_time = of(&points(150, now_and_then, |second, _| second as f64 * 300_000.0)).unwrap();
    assert_eq!(by_time.by, By::Time);
    assert!(by_time.correlation > 0.999, "{by_time:?}");
}

#[test]
fn without_requests_they_are_uncounted() {
    let growth = of(&points(60, |_| false, |second, _| second as f64 * MIB)).unwrap();
    assert_eq!((growth.by, growth.bytes_per_request), (By::Uncounted, 0.0));
}

#[test]
fn what_begins_to_grow_late_is_found_when_most_of_the_windows_have_it() {
    let bytes = |second: u64, _| 50.0 * MIB + second.saturating_sub(60) as f64 * MIB;
    assert_eq!(of(&points(80, always, bytes)), None, "20 of 80 seconds may be a burst");
    assert!(of(&points(300, always, bytes)).is_some());
}

#[test]
fn what_fills_up_comes_and_goes_or_scatters_does_not_grow() {
    let flat = |second: u64, _| 100.0 * MIB + 3.0 * MIB * noise(second);
    let full = |second: u64, _| 100.0 * MIB * (1.0 - (-(second as f64) / 60.0).exp());
    let start = |second: u64, _| if second < 10 { second as f64 * 10.0 * MIB } else { 100.0 * MIB };
    let sawtooth = |second: u64, _| 50.0 * MIB + (second % 40) as f64 * 2.0 * MIB;
    let step = |second: u64, _| if second < 150 { 50.0 * MIB } else { 90.0 * MIB };
    let shrinks = |second: u64, _| 500.0 * MIB - second as f64 * MIB;
    let stories: [&dyn Fn(u64, u64) -> f64; 6] = [&flat, &full, &start, &sawtooth, &step, &shrinks];
    for (index, story) in stories.iter().enumerate() {
        let growth = of(&points(300, always, story));
        assert_eq!(growth, None, "story {index}");
    }
}

#[test]
fn what_is_less_than_the_figures_are_off_by_is_not_judged() {
    let little = |second: u64, _| 10.0 * MIB + second as f64 * 2000.0;
    assert_eq!(of(&points(300, always, little)), None);
}

#[test]
fn a_history_that_is_too_short_is_not_judged() {
    assert_eq!(
        of(&points(LEAST_READINGS as u64 - 1, always, |second, _| second as f64 * MIB)),
        None
    );
    assert!(of(&points(LEAST_READINGS as u64, always, |second, _| second as f64 * MIB)).is_some());
    assert_eq!(of(&[]), None);
}

#[test]
fn steps_that_double_are_growth_in_used_bytes_and_not_in_chunks() {
    let used = |_: u64, requests: u64| requests as f64 * 4000.0;
    assert!(of(&points(300, always, used)).is_some());
    let chunks = |second, requests| used(second, requests).max(1.0).log2().ceil().exp2();
    assert_eq!(of(&points(300, always, chunks)), None, "why arenas are to be metered");
}

/// Readings once a second of a service with these requests in each second.
fn at_rates(count: u64, rate: impl Fn(f64) -> f64, bytes: impl Fn(f64, f64) -> f64) -> Vec<Point> {
    let mut sum = 0.0;
    let mut point = |second| {
        let at = second as f64;
        sum += rate(at);
        Point {
            at: Duration::from_secs(second),
            requests: sum as u64,
            bytes: bytes(at, sum) + MIB * noise(second),
        }
    };
    (0..count).map(&mut point).collect()
}

#[test]
fn what_follows_the_rate_of_requests_is_in_flight_and_what_follows_their_sum_grows() {
    let ramp = |second: f64| 5.0 + second / 2.0;
    let wave = |second: f64| 20.0 - 15.0 * (second / 60.0).cos();
    for (count, rate) in [(240, &ramp as &dyn Fn(f64) -> f64), (180, &wave)] {
        let in_flight = |second, _| 60.0 * MIB + rate(second) * 2.0 * MIB;
        assert_eq!(of(&at_rates(count, rate, in_flight)), None);
        let leak = |_, sum| 60.0 * MIB + sum * MIB / 50.0;
        assert!(of(&at_rates(count, rate, leak)).is_some());
    }
    // A session of each request, for twenty seconds.
    let sessions = |second: f64, _| {
        60.0 * MIB
            + (0..20).map(|ago| ramp((second - f64::from(ago)).max(0.0))).sum::<f64>() * MIB / 20.0
    };
    assert_eq!(of(&at_rates(240, ramp, sessions)), None);
    let steady = |_, sum| 60.0 * MIB + sum * MIB / 50.0;
    assert!(of(&at_rates(240, |_| 40.0, steady)).is_some());
}

#[test]
fn a_pause_between_two_requests_proves_no_growth_by_time() {
    let by_time = |second: u64, _| second as f64 * MIB;
    let pause = |second: u64| !(20..24).contains(&second);
    let growth = of(&points(60, pause, by_time)).unwrap();
    assert_eq!((growth.by, growth.idle_seconds), (By::Either, 3.0));
    let growth = of(&points(60, |second| !(20..30).contains(&second), by_time)).unwrap();
    assert_eq!((growth.by, growth.seen_seconds), (By::Time, 59.0));
    let growth = of(&points(60, always, by_time)).unwrap();
    assert_eq!(growth.seen_seconds, 59.0, "all of it was busy");
}

#[test]
fn steps_that_double_are_stairs_until_the_next_one_is_overdue() {
    // Steps at 20, 40, 80 s ...
    let table = |second: u64, _: u64| {
        let moves = [20, 40, 80, 160].contains(&second);
        let room = (second.max(10) as f64 / 10.0).log2().floor().exp2() * 5.0 * MIB;
        60.0 * MIB + room * if moves { 1.5 } else { 1.0 } + MIB * noise(second)
    };
    let stairs = Stairs::of(&points(120, always, table)).unwrap();
    assert!(
        (stairs.bytes / MIB - 35.0).abs() < 4.0 && (stairs.last / MIB - 20.0).abs() < 3.0,
        "{stairs:?}"
    );
    assert!((99..=102).contains(&stairs.since.as_secs()), "{stairs:?}");
    let full = |second: u64, requests| table(second.min(100), requests);
    assert!(Stairs::of(&points(150, always, full)).is_some(), "the readings do not suffice yet");
    assert_eq!(Stairs::of(&points(200, always, full)), None);
    let freed =
        |second: u64, requests| if second < 110 { table(second, requests) } else { 60.0 * MIB };
    assert_eq!(Stairs::of(&points(120, always, freed)), None);
    let same = |second: u64, _| 60.0 * MIB + (second / 30) as f64 * 20.0 * MIB;
    assert_eq!(Stairs::of(&points(120, always, same)), None, "these do not double");
    assert_eq!(Stairs::of(&points(120, always, |second, _| second as f64 * MIB)), None);
    assert_eq!(Stairs::of(&[]), None);
}
