//! Made-up nights: with leaks, full and filling caches, and levels that wander by chance.

use core::time::Duration;

use super::*;

/// Points as nights have them, one a day with as many requests.
fn nights(levels: &[f64]) -> Vec<Point> {
    let night = |(place, &level): (u64, &f64)| Point {
        at: Duration::from_secs(place * 86_400),
        requests: place * 1_000_000,
        bytes: level * (1_u64 << 20) as f64,
    };
    (0..).zip(levels).map(night).collect()
}

fn is_early(levels: &[f64]) -> Option<bool> {
    rise_of(nights(levels)).map(|nights| nights.is_early)
}

#[test]
fn three_even_nights_are_possible_and_four_likely_and_what_slows_down_is_less() {
    assert_eq!(is_early(&[2000.0, 2300.0]), None);
    assert_eq!(is_early(&[2000.0, 2300.0, 2600.0]), Some(true));
    assert_eq!(is_early(&[2000.0, 2300.0, 2600.0, 2900.0]), Some(false));
    // A cache: each night adds four fifths of what the one before did.
    assert_eq!(is_early(&[2000.0, 2300.0, 2540.0]), Some(true));
    assert_eq!(is_early(&[2000.0, 2300.0, 2540.0, 2732.0]), Some(true));
    // Full, or half of it.
    assert_eq!(is_early(&[2000.0, 2300.0, 2600.0, 2600.0]), None);
    assert_eq!(is_early(&[2000.0, 2300.0, 2450.0]), None);
    assert_eq!(is_early(&[2000.0, 2300.0, 2600.0, 2900.0, 3050.0]), None);
}

#[test]
fn a_load_that_rises_by_as_large_a_share_explains_the_nights() {
    let mut rising = nights(&[2000.0, 2200.0, 2400.0, 2600.0]);
    assert!(rise_of(rising.clone()).is_some());
    for (night, requests) in rising.iter_mut().zip([0, 1_000_000, 2_200_000, 3_600_000]) {
        night.requests = requests;
    }
    assert!(rise_of(rising).is_none());
}

#[test]
fn a_lull_by_day_is_no_night_and_an_interrupted_night_is_one() {
    // Minutes of three days. Nights of 8 hours, a lull at noon, and a job at 3 o'clock.
    let mut requests = 0;
    let mut point = |minute: u64| {
        let (hour, of_hour) = (minute / 60 % 24, minute % 60);
        let is_busy = (8..24).contains(&hour) && (hour != 12 || of_hour > 30);
        let is_job = hour == 3 && of_hour < 20;
        requests += if is_busy || is_job { 100 } else { 0 };
        Point { at: Duration::from_secs(minute * 60), requests, bytes: 1.0 }
    };
    let points: Vec<Point> = (0..3 * 24 * 60).map(&mut point).collect();
    let of_day = |place: usize| (points[place].at.as_secs() / 3600) % 24;
    let nights = quiet_times(&points);
    let hours: Vec<_> =
        nights.iter().map(|night| (of_day(night.start), of_day(night.end - 1))).collect();
    assert_eq!(hours, [(0, 7), (23, 7), (23, 7)], "{nights:?}");
}

#[test]
fn what_has_fallen_since_the_last_night_is_no_growth() {
    // Busy from 8 to 24 o'clock, with 300 MiB a day, until the afternoon of the fourth day.
    let story = |cleared: bool| {
        let mut requests = 0;
        let point = |minute: u64| {
            requests += if minute / 60 % 24 >= 8 { 100 } else { 0 };
            let mib = 2000.0 + 300.0 * requests as f64 / 96_000.0;
            let is_cleared = cleared && minute >= (3 * 24 + 14) * 60;
            let bytes = if is_cleared { 2000.0 } else { mib } * (1_u64 << 20) as f64;
            Point { at: Duration::from_secs(minute * 60), requests, bytes }
        };
        (0..(3 * 24 + 16) * 60).map(point).collect::<Vec<_>>()
    };
    assert!(rise(&story(false)).is_some_and(|nights| nights.rise.troughs.len() == 4));
    assert!(rise(&story(true)).is_none());
}

/// Pseudo-random numbers from 0 to 1.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.uniform().max(1e-12), self.uniform());
        (-2.0 * radius.ln()).sqrt() * (core::f64::consts::TAU * angle).cos()
    }
}

#[test]
fn nights_that_wander_by_chance_pass_as_seldom_as_documented() {
    const CASES: u32 = 200_000;
    let kinds: [fn(&mut Random) -> f64; 3] =
        [Random::normal, Random::uniform, |random| -random.uniform().max(1e-12).ln()];
    for (count, one_in) in [(3, 25), (4, 175)] {
        let passed = kinds.map(|kind| {
            let mut random = Random(88_172_645_463_325_252);
            let passes = |_: &u32| {
                let levels: Vec<f64> =
                    (0..count).map(|_| 10_000.0 + 500.0 * kind(&mut random)).collect();
                let rises = levels.windows(2).all(|pair| pair[1] > pair[0]);
                rises && rise_of(nights(&levels)).is_some()
            };
            (0..CASES).filter(passes).count() as u32
        });
        let most = passed.into_iter().max().unwrap_or(0);
        assert!(most * one_in <= CASES, "{count} nights: {passed:?} of {CASES}");
        assert!(most * one_in > CASES / 10 * 9, "{count} nights: {passed:?} of {CASES}");
    }
}
