//! Services of several sizes, watched with time made up. Their readings, their allocators' figures
//! and their judgements take as much of a processor as in a small service, or in a large one.

use std::time::Instant;

use super::*;
use crate::Diagnosis;
use crate::periodic::PeriodicJudge;
use crate::probe::paced;
use crate::sampler::Pace;
use crate::watched::Watched;

/// What the doctor's thread pays, as measured on a machine with two busy processors.
#[derive(Clone, Copy, Debug)]
struct Costs {
    reading: Duration,
    /// The figures of the allocator: jemalloc's epoch.
    figures: Duration,
    judgement: Duration,
}

const fn micros(reading: u64, figures: u64, judgement: u64) -> Costs {
    Costs {
        reading: Duration::from_micros(reading),
        figures: Duration::from_micros(figures),
        judgement: Duration::from_micros(judgement),
    }
}

/// A few handlers and threads.
const SMALL: Costs = micros(150, 60, 2_000);

/// 500 handlers, 1,500 threads, and five weeks of history.
const LARGE: Costs = micros(850, 3_400, 10_000);

/// Ten times as many threads, and a heap of some GiB.
const HUGE: Costs = micros(6_000, 40_000, 30_000);

/// A day of watching, at most.
#[derive(Debug, Default)]
struct Watch {
    /// Seconds of the readings.
    readings: Vec<f64>,
    /// The second in which growth was logged.
    warned: Option<f64>,
    /// The share of a processor.
    share: f64,
}

/// Watches a service for so many seconds.
fn watch(costs: Costs, seconds: f64, at: impl Fn(f64) -> Moment) -> Watch {
    let interval = Duration::from_secs(1);
    let (began, watched) = (Instant::now(), Watched::default());
    let mut judge = PeriodicJudge::new(Duration::from_secs(60));
    let mut pace = Pace::new(interval);
    let (mut fine, mut second, mut figures_at) = (Vec::<Reading>::new(), 0.0, 0.0);
    let (mut watch, mut spent) = (Watch::default(), Duration::ZERO);
    while second < seconds {
        let is_due = second >= figures_at;
        let mut read = |fine: &mut Vec<Reading>, is_due: bool| {
            let mut reading = reading(Kind::Jemalloc, second, &at(second));
            if let (false, Some(last)) = (is_due, fine.last()) {
                let old =
                    |heap: HeapSample| HeapSample { is_live_new: false, is_new: false, ..heap };
                reading.heaps = last.heaps.iter().map(|heap| heap.map(old)).collect();
            } else {
                let pause = paced::pause(costs.figures, interval, paced::LESSER_SHARE);
                figures_at = second + pause.as_secs_f64();
            }
            fine.push(reading);
            if fine.len() > crate::history::MOST_FINE {
                fine.remove(0);
            }
            if is_due { costs.reading + costs.figures } else { costs.reading }
        };
        let took = read(&mut fine, is_due);
        watch.readings.push(second);
        spent += took;
        let judging = || {
            // A judgement has figures of the same moment, if they are affordable.
            spent += costs.judgement + read(&mut fine, costs.figures < Duration::from_millis(6));
            let lows = lows_of(Kind::Jemalloc, fine.iter());
            let now = at(second);
            let findings = judge_readings(Kind::Jemalloc, &fine, &[], &lows, &now, None, None);
            (Diagnosis { findings, ..Diagnosis::default() }, costs.judgement)
        };
        judge.judge_at(began + Duration::from_secs_f64(second), &watched, judging, || None);
        if judge.confirmed().any(|mode| mode == Mode::RealGrowth) {
            watch.warned = watch.warned.or(Some(second));
        }
        second += pace.after(took).as_secs_f64();
    }
    watch.share = spent.as_secs_f64() / seconds;
    watch
}

/// A service that leaks so many MiB a second from the start, on a level of 100.
fn leaking(rate: f64) -> impl Fn(f64) -> Moment {
    move |second| Moment {
        requests: 200.0 * second,
        live: 100.0 + rate * second + Noise(second as u64).next(),
        fragmented: 4.0,
        beside: 0.5,
        file: 8.0,
        ..Moment::default()
    }
}

#[test]
fn the_alarm_comes_as_early_in_a_large_service_as_in_a_small_one() {
    for rate in [0.3, 1.0, 5.0] {
        let small = watch(SMALL, 900.0, leaking(rate));
        let large = watch(LARGE, 900.0, leaking(rate));
        let apart = large.readings.windows(2).map(|pair| pair[1] - pair[0]);
        assert!(apart.fold(0.0, f64::max) <= 1.75, "{large:?}");
        let warned = small.warned.unwrap();
        assert!(warned <= 240.0, "{rate} MiB a second: {warned}");
        // Two judgements find it, each with the next reading.
        assert!(large.warned.unwrap() <= warned + 3.5, "{rate} MiB a second: {large:?}");
        // More than that is spread, and takes a few minutes longer.
        let huge = watch(HUGE, 1800.0, leaking(rate));
        assert!(huge.warned.unwrap() <= warned + 600.0, "{rate} MiB a second: {huge:?}");
    }
    assert_eq!(watch(LARGE, 900.0, leaking(0.0)).warned, None);
    assert_eq!(watch(HUGE, 1800.0, leaking(0.0)).warned, None);
}

#[test]
fn readings_and_judgements_of_a_large_service_take_a_thousandth_of_a_processor() {
    let large = watch(LARGE, 3600.0, leaking(0.0));
    assert!(large.share <= 0.001, "{}", large.share);
    let small = watch(SMALL, 3600.0, leaking(0.0));
    assert!(small.share < large.share / 2.0, "{} {}", small.share, large.share);
}
