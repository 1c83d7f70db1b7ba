//! Caches that are cleared again and again, and leaks beside them.

use super::waves::{DAY, HOUR, SEEDS, aged, with};
use super::*;

/// A cache that takes 300 MiB in `hours` and is cleared, beside a leak in MiB a day.
fn saw(hours: f64, leaks: f64, seed: u64, second: f64) -> Moment {
    let long = hours * f64::from(HOUR);
    let cache = 300.0 * (second % long) / long;
    with(50.0 * second, 1000.0 + cache + leaks * second / f64::from(DAY), seed, second)
}

#[test]
fn a_cache_that_is_cleared_again_and_again_is_healthy_at_the_top_of_each_tooth() {
    for hours in [1.0, 2.0, 6.0] {
        for (seed, days) in SEEDS.zip([1.0, 2.0, 3.0, 4.0, 8.0]) {
            for part in [0.0, 0.6, 0.9, 0.999] {
                let age = days * f64::from(DAY) + part * hours * f64::from(HOUR);
                let found =
                    aged(Kind::Jemalloc, age as u32, 60, |second| saw(hours, 0.0, seed, second));
                assert_eq!(said(&found), [], "{hours} h, {days} days, {part}: {found:#?}");
            }
        }
    }
}

#[test]
fn a_leak_beneath_a_cache_that_is_cleared_is_found() {
    for (seed, part) in SEEDS.zip([0.0, 0.3, 0.6, 0.9, 0.999]) {
        for days in [3.0, 4.0, 8.0] {
            let age = days * f64::from(DAY) + part * 6.0 * f64::from(HOUR);
            let found =
                aged(Kind::Jemalloc, age as u32, 60, |second| saw(6.0, 300.0, seed, second));
            let modes: Vec<_> = found.iter().map(|finding| finding.mode).collect();
            assert_eq!(modes, [Mode::RealGrowth], "{days} days, {part}");
        }
    }
}

/// The age in hours, in quarters from 24 on, at which growth is found in this service of 1,000 MiB
/// with a cache in MiB.
fn found_at(seed: u64, cache: impl Fn(f64) -> f64) -> Option<f64> {
    let at =
        |second: f64| with(50.0 * second, 1000.0 + cache(second / f64::from(HOUR)), seed, second);
    (1..48).map(|quarter| 24.0 + f64::from(quarter) / 4.0).find(|hours| {
        let found = aged(Kind::Jemalloc, (hours * f64::from(HOUR)) as u32, 60, at);
        found.iter().any(|finding| finding.mode == Mode::RealGrowth)
    })
}

#[test]
fn a_cache_that_is_no_longer_cleared_is_found_once_it_exceeds_its_teeth_by_a_third() {
    for seed in SEEDS {
        let cache = |hour: f64| 50.0 * if hour < 24.0 { hour % 6.0 } else { hour - 24.0 };
        let found = found_at(seed, cache);
        // Six hours more are as high as the teeth, and eight are a third higher.
        assert!(found.is_some_and(|hours| (30.0..=32.0).contains(&hours)), "{seed}: {found:?}");
    }
}

#[test]
fn a_job_that_ran_once_delays_no_finding() {
    for seed in SEEDS {
        let leak = |hour: f64| 100.0 * (hour - 24.0).max(0.0);
        let job = |hour: f64| {
            if (6.0..10.0).contains(&hour) { 200.0 * (hour - 6.0) } else { leak(hour) }
        };
        let found = found_at(seed, job);
        assert!(found.is_some_and(|hours| hours <= 26.0), "{seed}: {found:?}");
        assert_eq!(found, found_at(seed, leak), "{seed}");
    }
}
