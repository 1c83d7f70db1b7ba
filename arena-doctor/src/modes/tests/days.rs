//! Services over the first days: a leak that pauses at night, caches that fill, and healthy twins.
//! They are judged at several phases of the day's load.

use super::waves::{DAY, HOUR, SEEDS, aged, load, noise, with};
use super::*;

/// The share of a day by which the first night comes late.
const PHASES: [f64; 4] = [0.0, 0.3, 0.5, 0.8];

/// The rate of requests by day, and their sum.
type Load = fn(f64) -> (f64, f64);

/// Few requests come at night.
fn few_at_night(second: f64) -> (f64, f64) {
    let (rate, sum) = load(second, f64::from(DAY), 100.0);
    (rate + 10.0, sum + 10.0 * second)
}

/// None come for eight hours.
fn idle_at_night(second: f64) -> (f64, f64) {
    let long = 16.0 * f64::from(HOUR);
    let (day, hours) = ((second / f64::from(DAY)).floor(), second % f64::from(DAY));
    // Half of the idle time is before midnight.
    let since = (hours - 4.0 * f64::from(HOUR)).clamp(0.0, long);
    let (rate, sum) = load(since, long, 150.0);
    (rate, day * 150.0 * long + sum)
}

/// A service of about 2,000 MiB at this second of its life: `more` MiB, by days of requests.
fn service(loads: Load, phase: f64, seed: u64, second: f64, more: impl Fn(f64) -> f64) -> Moment {
    let before = (1.0 - phase) * f64::from(DAY);
    let ((rate, sum), (_, first)) = (loads(before + second), loads(before));
    let (_, a_day) = loads(f64::from(DAY));
    let requests = sum - first;
    with(requests, 2000.0 + rate * 0.5 + more(requests / a_day), seed, second)
}

/// The findings in it at the age of so many days.
fn at_days(
    loads: Load,
    phase: f64,
    seed: u64,
    days: f64,
    more: impl Fn(f64) -> f64,
) -> Vec<Finding> {
    let age = (days * f64::from(DAY)) as u32;
    aged(Kind::Jemalloc, age, 60, |second| service(loads, phase, seed, second, &more))
}

fn cases() -> impl Iterator<Item = (Load, f64, u64)> {
    let loads: [Load; 2] = [few_at_night, idle_at_night];
    loads.into_iter().flat_map(|loads| {
        PHASES.into_iter().zip(SEEDS).map(move |(phase, seed)| (loads, phase, seed))
    })
}

#[test]
fn a_leak_that_pauses_at_night_is_possible_after_three_nights_and_likely_after_four() {
    for (loads, phase, seed) in cases() {
        for leaks in [300.0, 600.0, 1000.0] {
            let found = |days: f64| {
                let findings = at_days(loads, phase, seed, days, |requests| leaks * requests);
                assert!(findings.len() <= 1, "{findings:#?}");
                let finding = findings.first()?;
                assert_eq!(finding.mode, Mode::RealGrowth);
                Some(finding.confidence)
            };
            let all = [2.0, 3.0, 4.0, 8.0].map(found);
            let story = format!("{leaks} MiB, {phase}, {seed}: {all:?}");
            // At two days, three nights have come only if the first was at the start.
            assert!(phase > 0.0 || all[0].is_some(), "{story}");
            assert!(all[1].is_some(), "{story}");
            assert!(all[2] >= Some(Confidence::Medium), "{story}");
            assert!(all[3] >= Some(Confidence::Medium), "{story}");
        }
    }
    let finding = at_days(few_at_night, 0.5, 1, 3.0, |requests| 300.0 * requests).remove(0);
    assert_eq!(finding.confidence, Confidence::Low);
    assert!(evidence(&finding).contains("lowest points that rise: 3"), "{finding:#?}");
}

#[test]
fn days_of_a_service_without_a_leak_are_healthy() {
    for (loads, phase, seed) in cases() {
        for days in [1.0, 2.0, 3.0, 4.0, 8.0] {
            assert_eq!(said(&at_days(loads, phase, seed, days, |_| 0.0)), [], "{phase}: {days}");
            // A cache of 400 MiB that is full after half a day.
            let warms = |requests: f64| 400.0 * (requests / 0.5).min(1.0);
            let found = at_days(loads, phase, seed, days + 0.5, warms);
            assert_eq!(said(&found), [], "{phase}: {days}");
            // The base is another one each day, by three hundredths.
            let wanders = |requests: f64| {
                let (day, part) = (requests.floor(), requests.fract());
                let base = |day: f64| 60.0 * noise(seed + 7, day);
                base(day) * (1.0 - part) + base(day + 1.0) * part
            };
            let found = at_days(loads, phase, seed, days, wanders);
            assert_eq!(said(&found), [], "{phase}: {days}");
        }
    }
}

#[test]
fn days_of_a_load_that_rises_are_healthy() {
    // Pools keep the size of the highest load, which is a fifth higher each day.
    for seed in SEEDS {
        for days in [2_u32, 3, 4] {
            let at = |second: f64| {
                let day = (second / f64::from(DAY)).floor();
                let (rate, sum) = load(second % f64::from(DAY), f64::from(DAY), 100.0);
                let before: f64 = (0..day as u32).map(|day| 1.2_f64.powi(day as i32)).sum();
                let today = 1.2_f64.powf(day);
                let requests = before * 100.0 * f64::from(DAY) + sum * today;
                let most = if second % f64::from(DAY) > f64::from(DAY) / 2.0 {
                    today
                } else {
                    today / 1.2 + (today - today / 1.2) * rate / 200.0
                };
                with(requests, 200.0 + 1500.0 * most, seed, second)
            };
            let found = aged(Kind::Jemalloc, days * DAY + 3 * HOUR, 60, at);
            assert_eq!(said(&found), [], "{seed}: {days}");
        }
    }
}

#[test]
fn a_cache_that_slows_down_over_days_is_at_most_possible_by_its_nights_and_then_healthy() {
    for (loads, phase, seed) in cases() {
        let slows = |requests: f64| 1200.0 * (1.0 - (-requests / 3.0).exp());
        for days in [2.0, 3.0, 4.0, 5.0] {
            let findings = at_days(loads, phase, seed, days, slows);
            // The last day alone may show even growth, which is likely.
            let is_possible = |finding: &Finding| {
                let by_nights = evidence(finding).contains("lowest points that rise");
                let most = if by_nights { Confidence::Low } else { Confidence::Medium };
                finding.mode == Mode::RealGrowth && finding.confidence <= most
            };
            assert!(findings.iter().all(is_possible), "{phase}: {days}: {findings:#?}");
        }
        for days in [7.0, 8.0, 10.0] {
            let findings = at_days(loads, phase, seed, days, slows);
            assert_eq!(said(&findings), [], "{phase}: {days}: {findings:#?}");
        }
        // It fills evenly for two days and a half.
        let full = |requests: f64| 900.0 * (requests / 2.5).min(1.0);
        for days in [4.5, 6.0] {
            let findings = at_days(loads, phase, seed, days, full);
            assert_eq!(said(&findings), [], "{phase}: {days}: {findings:#?}");
        }
    }
}
