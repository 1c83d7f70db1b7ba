//! Loads that go up and down, with a leak beneath them and without one. And services over hours and
//! weeks, with time made up.

use core::f64::consts::TAU;

use super::*;

pub(super) const SEEDS: core::ops::RangeInclusive<u64> = 1..=5;
pub(super) const HOUR: u32 = 3600;
pub(super) const DAY: u32 = 24 * HOUR;

/// The findings in a service at the age of `seconds`, with a reading every `step` seconds, and one
/// each second in the last ten minutes.
pub(super) fn aged(
    kind: Kind,
    seconds: u32,
    step: usize,
    at: impl Fn(f64) -> Moment,
) -> Vec<Finding> {
    let has_c = known(kind).len() > 1;
    let read = |second: u32| {
        let now = at(f64::from(second));
        // Without an allocator of C, all memory is in Rust's.
        let now = if has_c { now } else { Moment { beside: 0.0, ..now } };
        reading(kind, f64::from(second), &now)
    };
    let since = seconds.saturating_sub(600);
    let fine: Vec<Reading> = (since..seconds).map(read).collect();
    let before: Vec<Reading> = (0..since).step_by(step).map(read).collect();
    let minute = |reading: &&Reading| reading.at.as_secs() % 60 < step as u64;
    let day = before.iter().chain(&fine).filter(minute);
    let day: Vec<Reading> =
        day.filter(|past| past.at.as_secs() + 86_400 >= u64::from(seconds)).cloned().collect();
    let lows = lows_of(kind, before.iter().chain(&fine));
    judge_readings(kind, &fine, &day, &lows, &Moment::default(), None, None)
}

/// Noise of a moment, -1 to 1.
pub(super) fn noise(seed: u64, second: f64) -> f64 {
    let mut noise = Noise(seed << 32 | second as u64);
    noise.next();
    noise.next()
}

/// A load that goes from nothing to twice `mean` and back in each `period`, and its sum.
pub(super) fn load(second: f64, period: f64, mean: f64) -> (f64, f64) {
    let (rate, phase) = (mean * (1.0 - (second * TAU / period).cos()), second * TAU / period);
    (rate, mean * (second - phase.sin() * period / TAU))
}

/// The base of all services here, with requests so far, and live memory in MiB.
pub(super) fn with(requests: f64, live: f64, seed: u64, second: f64) -> Moment {
    Moment {
        requests,
        live: live + noise(seed, second),
        fragmented: 4.0,
        beside: 0.5,
        file: 8.0,
        ..Moment::default()
    }
}

/// No finding, or growth that is at most likely.
#[track_caller]
fn is_at_most_likely(findings: &[Finding]) {
    let is_no_more = |finding: &Finding| {
        finding.mode == Mode::RealGrowth && finding.confidence <= Confidence::Medium
    };
    assert!(findings.iter().all(is_no_more), "{findings:#?}");
}

/// Open buffers follow a wave of 40 s, and requests another of 20 s. `leaks` MiB stay from each.
fn buffers(seed: u64, second: f64, leaks: f64) -> Moment {
    let requests = 300.0 * second + 150.0 * 20.0 / TAU * (1.0 - (second * TAU / 20.0).cos());
    let open = 75.0 * (1.0 - (second * TAU / 40.0).cos());
    with(requests, 4.0 + open + requests * leaks, seed, second)
}

/// A day in 40 s: requests in progress hold 0.5 MiB each. With nights in which none come.
fn nights(seed: u64, second: f64, leaks: f64) -> Moment {
    let (day, since) = ((second / 40.0).floor(), (second % 40.0).min(25.0));
    let (rate, sum) = load(since, 25.0, 200.0);
    let requests = day * 200.0 * 25.0 + sum;
    with(requests, 60.0 + rate * 0.5 + requests * leaks, seed, second)
}

/// The same day, and half of the load at night.
fn awake(seed: u64, second: f64, leaks: f64) -> Moment {
    let (rate, sum) = load(second, 40.0, 100.0);
    let requests = sum + 100.0 * second;
    with(requests, 60.0 + (rate + 100.0) * 0.5 + requests * leaks, seed, second)
}

#[test]
fn a_leak_beneath_a_load_that_goes_up_and_down_is_found_and_the_wave_is_no_leak() {
    type Story = fn(u64, f64, f64) -> Moment;
    let stories: [(&str, Story); 3] = [("buffers", buffers), ("nights", nights), ("awake", awake)];
    for (name, story) in stories {
        for (kind, seed) in [Kind::Jemalloc, Kind::Glibc, Kind::Mimalloc]
            .into_iter()
            .flat_map(|kind| SEEDS.map(move |seed| (kind, seed)))
        {
            for end in (230..=600).step_by(74) {
                let of = |leaks| aged(kind, end, 1, |second| story(seed, second, leaks));
                let leak = of(0.004);
                let first = leak.first().map(|finding| finding.mode);
                assert_eq!(first, Some(Mode::RealGrowth), "{name} {seed} {end}: {leak:#?}");
                assert_eq!(said(&of(0.0)), [], "{name} {seed} {end}");
            }
        }
    }
    let finding = aged(Kind::Jemalloc, 230, 1, |second| buffers(1, second, 0.004)).remove(0);
    let shown = evidence(&finding);
    assert!(shown.contains("lowest points that rise: 5"), "{shown}");
    assert!(shown.contains("an hour (if it comes with time)"), "{shown}");
    assert!(finding.remedy.contains("either"), "{}", finding.remedy);
    let nights = aged(Kind::Jemalloc, 300, 1, |second| nights(1, second, 0.004)).remove(0);
    assert_eq!(nights.confidence, Confidence::High, "{nights:#?}");
}

#[test]
fn an_hours_soak_finds_a_leak_of_0_2_percent_of_rss_beneath_a_wave_and_nothing_in_its_twin() {
    // 2,400 MiB, and waves of three minutes.
    for seed in SEEDS {
        let at = |second: f64, leaks: f64| {
            let (rate, sum) = load(second, 180.0, 100.0);
            let requests = sum + 20.0 * second;
            let slowly = 2400.0 * leaks * second / f64::from(HOUR);
            with(requests, 2400.0 + rate * 2.0 + slowly, seed, second)
        };
        let found = aged(Kind::Jemalloc, HOUR + 600, 1, |second| at(second, 0.002));
        assert_eq!(said(&found), [(Mode::RealGrowth, None, Confidence::Low)], "{seed}");
        assert_eq!(said(&aged(Kind::Jemalloc, HOUR + 600, 1, |second| at(second, 0.0))), []);
        // After a day of troughs it is likely.
        let found = aged(Kind::Jemalloc, DAY + 4 * HOUR, 20, |second| at(second, 0.002));
        assert_eq!(
            said(&found),
            [(Mode::RealGrowth, None, Confidence::Medium)],
            "{seed}: {found:#?}"
        );
        assert_eq!(said(&aged(Kind::Jemalloc, DAY + 4 * HOUR, 20, |second| at(second, 0.0))), []);
    }
}

#[test]
fn a_leak_of_300_mib_a_day_in_4_gib_is_found_within_days_and_a_week_of_load_is_no_leak() {
    for seed in SEEDS {
        // Weekends have half of the load.
        let at = |second: f64, leaks: f64, amplitude: f64| {
            let weekend = f64::from(u8::from(second / f64::from(DAY) % 7.0 >= 5.0));
            let (rate, sum) = load(second, f64::from(DAY), 100.0);
            let requests = sum + 20.0 * second;
            let in_flight = (rate * (1.0 - weekend / 2.0) + 20.0) * amplitude;
            with(requests, 3800.0 + in_flight + leaks * second / f64::from(DAY), seed, second)
        };
        let found = |days: u32, leaks: f64, amplitude: f64| {
            let findings =
                aged(Kind::Jemalloc, days * DAY, 60, |second| at(second, leaks, amplitude));
            findings.first().map(|finding| finding.mode)
        };
        assert_eq!(found(1, 300.0, 0.0), Some(Mode::RealGrowth), "{seed}: without a wave");
        assert_eq!(found(7, 300.0, 2.0), Some(Mode::RealGrowth), "{seed}");
        for days in [1, 2, 3, 5, 7, 10, 16] {
            assert_eq!(found(days, 0.0, 2.0), None, "{seed}: {days} days");
        }
    }
}

#[test]
fn the_start_of_a_service_is_no_evidence() {
    for seed in SEEDS {
        // 600 MiB in three seconds without requests, and then 0.45 MiB a second.
        let at = |second: f64| {
            let requests = 100.0 * (second - 3.0).max(0.0);
            with(requests, 600.0 * (second / 3.0).min(1.0) + 0.45 * second, seed, second)
        };
        let finding = aged(Kind::Jemalloc, 280, 1, at).remove(0);
        let shown = evidence(&finding);
        assert_eq!(finding.mode, Mode::RealGrowth);
        // From the first window to the last one, and without the 600 MiB.
        assert!((85.0..130.0).contains(&(finding.bytes.unwrap() as f64 / MIB)), "{finding:#?}");
        assert!(!shown.contains("while idle"), "{shown}");
        let of =
            |name: &str| finding.evidence.iter().find(|figure| figure.name == name).unwrap().value;
        assert!((1500.0..1750.0).contains(&(of("slope over time") / MIB)), "{shown}");
        assert!((250.0..280.0).contains(&of("grows for")), "{shown}");
    }
}

#[test]
fn short_batches_are_healthy() {
    for (every, seed) in
        [8.0, 12.0, 16.0].into_iter().flat_map(|every| SEEDS.map(move |seed| (every, seed)))
    {
        for (kind, end) in [Kind::Jemalloc, Kind::Glibc]
            .into_iter()
            .flat_map(|kind| [60, 120, 400, 600].map(move |end| (kind, end)))
        {
            // Readings fall into half of the batches. Their pages wait for the next one.
            let at = |second: f64| {
                let now = with(100.0 * second, 10.0, seed, second);
                let begins = (second % every) < 1.0 && second >= every;
                let is_in_it = begins && noise(seed, second) > 0.0;
                let since = if second >= every { second % every } else { 1e9 };
                let kept =
                    250.0 * (1.0 - since / 10.0).max(if second >= every { 0.2 } else { 0.0 });
                let live = now.live + if is_in_it { 250.0 } else { 0.0 };
                let peak = if begins { now.live + 250.0 } else { 0.0 };
                Moment { live, peak, dirty: if is_in_it { 0.0 } else { kept }, ..now }
            };
            assert_eq!(said(&aged(kind, end, 1, at)), [], "{every} s, {seed}, {end}");
        }
    }
}

#[test]
fn a_ramp_of_load_is_healthy() {
    for (seed, end) in SEEDS.flat_map(|seed| [120, 240, 600].map(|end| (seed, end))) {
        let at = |second: f64| {
            let rate = 20.0 + second;
            with(20.0 * second + second * second / 2.0, 60.0 + rate * 0.5, seed, second)
        };
        assert_eq!(said(&aged(Kind::Jemalloc, end, 1, at)), [], "{seed} {end}");
    }
}

#[test]
fn a_full_cache_is_healthy_and_one_that_fills_evenly_is_at_most_likely_until_it_is_full() {
    for (kind, seed) in [Kind::Jemalloc, Kind::Glibc]
        .into_iter()
        .flat_map(|kind| SEEDS.map(move |seed| (kind, seed)))
    {
        // 172 MiB of entries in 150 s, and then each entry replaces another.
        let deploy = |second: f64| {
            let entries = second.min(150.0) * 200.0 * 0.00572;
            with(200.0 * second, 10.0 + entries, seed, second)
        };
        (60..150).step_by(18).for_each(|end| is_at_most_likely(&aged(kind, end, 1, deploy)));
        [300, 600]
            .iter()
            .for_each(|&end| assert_eq!(said(&aged(kind, end, 1, deploy)), [], "{seed} {end}"));
        // The same under a wave of load.
        let waves = |second: f64| {
            let open = 40.0 * (1.0 - (second * TAU / 30.0).cos());
            let now = deploy(second);
            Moment { live: now.live + open, ..now }
        };
        (60..150).step_by(18).for_each(|end| is_at_most_likely(&aged(kind, end, 1, waves)));
        [400, 600]
            .iter()
            .for_each(|&end| assert_eq!(said(&aged(kind, end, 1, waves)), [], "{seed} {end}"));
        // An LRU cache of 200 MiB: it filled up as `1 - exp(-x)`, and its entries vary in size.
        let lru = |second: f64| {
            let full = 1.0 - (-second / 20.0).exp();
            with(
                100.0 * second,
                10.0 + 200.0 * full + 3.0 * noise(seed + 9, (second / 7.0).floor()),
                seed,
                second,
            )
        };
        [120, 300, 600]
            .iter()
            .for_each(|&end| assert_eq!(said(&aged(kind, end, 1, lru)), [], "{seed} {end}"));
        assert_eq!(said(&aged(kind, 2 * HOUR, 4, lru)), [], "{seed}");
    }
}

#[test]
fn sqlite_and_lmdb_used_in_order_are_healthy() {
    for seed in SEEDS {
        // SQLite's page cache is C memory: 8 MiB when it is full.
        let sqlite = |second: f64| Moment {
            beside: 0.5 + 8.0 * (second / 30.0).min(1.0),
            ..with(100.0 * second, 60.0, seed, second)
        };
        // LMDB's file is read once, and its pages stay. The kernel takes some of them back.
        let lmdb = |second: f64| Moment {
            file: 8.0 + 300.0 * (second / 40.0).min(1.0) - 20.0 * noise(seed, second / 50.0).abs(),
            ..with(100.0 * second, 60.0, seed, second)
        };
        for end in [120, 300, 600] {
            assert_eq!(said(&aged(Kind::Jemalloc, end, 1, sqlite)), [], "{seed} {end}");
            assert_eq!(said(&aged(Kind::Jemalloc, end, 1, lmdb)), [], "{seed} {end}");
        }
    }
}

#[test]
fn growth_that_was_never_written_does_not_exceed_rss() {
    let at = |second: f64| {
        let now = usual(second, &mut Noise(second as u64));
        Moment { live: now.live + now.requests * 0.1, untouched: now.requests * 0.099, ..now }
    };
    let finding = judged(Kind::Jemalloc, at, None).remove(0);
    assert_eq!((finding.mode, finding.share), (Mode::RealGrowth, 1.0));
    assert!(finding.bytes.unwrap() < (100.0 * MIB) as u64, "{finding:#?}");
    let shown = evidence(&finding);
    assert!(shown.contains("growth beyond RSS") && shown.contains("never written"), "{shown}");
}
