//! The teeth of a saw: what fills up and is cleared, again and again.
//!
//! A cache that is cleared each six hours grows until then. A judgement of the last hours sees only
//! its growth. So growth counts only if it exceeds what the whole history has fallen back from
//! again and again.
//!
//! An earlier *tooth* rose from the *base* of the growth to as high a level, and fell back to that
//! base. It must have risen at a similar pace. Otherwise a batch of seconds would excuse a leak of
//! hours, and a load of hours would excuse a leak of minutes. A batch that fell back to a lower
//! base excuses nothing either. One tooth is no saw: a job that ran once must not hide a leak.
//!
//! The history is compared by its lowest levels, over as much time as there is between the troughs
//! or windows of the growth. So a leak beneath a wave is not compared with the peaks of the wave.
//!
//! # The price
//!
//! A leak that begins at the base of earlier teeth, at their pace, is found only once it exceeds
//! them by a third. Until then it is the next tooth, by all that the readings show.

use std::collections::VecDeque;

use super::{Growth, MOST_WINDOWS, Point};

/// A tooth reaches from the lower to the upper quarter of the growth. Its lowest levels lag behind,
/// by a quarter with five troughs.
const QUARTER: f64 = 0.25;

/// So many earlier teeth make a saw. A single one may be a job that ran once.
const LEAST_TEETH: usize = 2;

/// A similar pace: a tooth takes at most this many times as long as the growth, and at least as
/// small a part of its time.
const SIMILAR: f64 = 3.0;

/// Whether `history`, the same figure over all of the time, has fallen back from this growth.
pub(in super::super) fn have(history: &[Point], growth: &Growth) -> bool {
    let parts = growth.troughs.map_or(MOST_WINDOWS, |troughs| troughs.saturating_sub(1).max(1));
    let lows = lowest(history, growth.lasts_seconds / parts as f64);
    let Some(&(end, now)) = lows.last() else { return false };
    // A judgement may see the last part of a tooth only.
    let may_begin = end - SIMILAR * growth.lasts_seconds;
    let recent = lows.iter().filter(|low| low.0 >= may_begin);
    let base = recent.map(|low| low.1).fold(now, f64::min);
    let height = now - base;
    if height <= 0.0 || height < (1.0 - QUARTER) * growth.bytes {
        // The history is too coarse to show this growth.
        return false;
    }
    let (earlier, current) = rises(&lows, base, height);
    let is_similar = |rise: &f64| *rise <= SIMILAR * current && current <= SIMILAR * rise;
    earlier.into_iter().filter(is_similar).count() >= LEAST_TEETH
}

/// The seconds of each rise from `base` by `height` that fell back to the base, and of the rise
/// that did not, which is the growth itself.
fn rises(lows: &[(f64, f64)], base: f64, height: f64) -> (Vec<f64>, f64) {
    let quarter = QUARTER * height;
    let (mut fell_back, mut current) = (Vec::new(), None);
    // When the level was last at the base, and how low it was.
    let mut bottom: Option<(f64, f64)> = None;
    for &(at, bytes) in lows {
        if bytes <= base + quarter {
            bottom = Some((at, bottom.map_or(bytes, |(_, lowest)| lowest.min(bytes))));
        } else if bytes >= base + height - quarter {
            let Some((since, lowest)) = bottom.take() else { continue };
            let before: Option<f64> = current.replace(at - since);
            fell_back.extend(before.filter(|_| lowest >= base - quarter));
        }
    }
    (fell_back, current.unwrap_or(0.0))
}

/// The lowest level of the last `seconds` before each moment, with the moment in seconds.
fn lowest(points: &[Point], seconds: f64) -> Vec<(f64, f64)> {
    // What is lower and later comes last.
    let mut candidates: VecDeque<(f64, f64)> = VecDeque::new();
    let lowest = |point: &Point| {
        let (at, bytes) = (point.at.as_secs_f64(), point.bytes);
        while candidates.back().is_some_and(|last| last.1 >= bytes) {
            candidates.pop_back();
        }
        candidates.push_back((at, bytes));
        while candidates.front().is_some_and(|first| first.0 < at - seconds) {
            candidates.pop_front();
        }
        (at, candidates.front().map_or(bytes, |first| first.1))
    };
    points.iter().map(lowest).collect()
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::super::By;
    use super::*;

    const HOUR: u64 = 3600;

    /// A reading each minute.
    fn history(hours: u64, bytes: impl Fn(f64) -> f64) -> Vec<Point> {
        let point = |minute: u64| Point {
            at: Duration::from_secs(minute * 60),
            requests: minute * 100,
            bytes: bytes(minute as f64 / 60.0),
        };
        (0..hours * 60).map(point).collect()
    }

    /// Growth by so many bytes, in the last `hours`.
    fn growth(bytes: f64, hours: f64) -> Growth {
        let seconds = hours * HOUR as f64;
        Growth {
            by: By::Either,
            bytes,
            bytes_per_request: 1.0,
            bytes_per_second: bytes / seconds,
            correlation: 1.0,
            idle_seconds: 0.0,
            idle_bytes: 0.0,
            seen_seconds: seconds,
            lasts_seconds: seconds,
            troughs: Some(36),
            is_early: false,
        }
    }

    #[test]
    fn growth_that_the_history_has_fallen_back_from_is_a_tooth() {
        let saw = |hour: f64| 1000.0 + hour % 6.0 * 50.0;
        let grown = growth(250.0, 5.0);
        assert!(have(&history(24, saw), &grown));
        assert!(have(&history(18, saw), &grown), "two earlier teeth");
        assert!(!have(&history(12, saw), &grown), "one earlier tooth");
        let higher = |hour: f64| saw(hour) + if hour >= 18.0 { hour % 6.0 * 50.0 } else { 0.0 };
        assert!(!have(&history(24, higher), &growth(500.0, 5.0)), "twice as high as the others");
        let leak = |hour: f64| 1000.0 + hour * 50.0;
        assert!(!have(&history(24, leak), &grown));
        assert!(!have(&[], &grown));
    }

    #[test]
    fn what_rose_at_another_pace_is_no_tooth() {
        let grown = growth(250.0, 5.0);
        let batch = |hour: f64| {
            let is_on = hour < 18.0 && hour % 6.0 >= 3.0 && hour % 6.0 < 4.0;
            1000.0 + if is_on { 300.0 } else { (hour - 18.0).max(0.0) * 50.0 }
        };
        assert!(!have(&history(24, batch), &grown), "batches rise at once");
        let slow = |hour: f64| {
            if hour < 40.0 { 1000.0 + hour * 8.0 } else { 1000.0 + (hour - 42.0).max(0.0) * 50.0 }
        };
        assert!(!have(&history(48, slow), &grown), "this took a day and a half");
    }

    #[test]
    fn what_fell_back_to_a_lower_level_is_no_tooth() {
        let grown = growth(250.0, 5.0);
        // Two batches, and a cache that a deployment fills long after them.
        let batches = |level: f64| {
            move |hour: f64| match hour {
                hour if hour < 12.0 => level + hour % 6.0 * 100.0,
                hour if hour < 14.0 => level,
                hour => 1000.0 + (hour - 42.0).max(0.0) * 50.0,
            }
        };
        assert!(have(&history(48, batches(1000.0)), &grown), "the same level");
        assert!(!have(&history(48, batches(700.0)), &grown), "a lower level");
    }

    #[test]
    fn growth_that_the_history_does_not_show_yet_is_no_tooth() {
        // 250 in the last ten minutes, and a reading of each eight minutes. They show the first
        // ones of a tooth, as those of the teeth before.
        let saw = |hour: f64| 1000.0 + hour % 6.0 * 50.0;
        let until_now = history(25, saw).into_iter().take(24 * 60 + 25);
        let coarse: Vec<Point> = until_now.step_by(8).collect();
        assert!(have(&coarse, &growth(20.0, 0.4)), "the tooth");
        assert!(!have(&coarse, &growth(250.0, 1.0 / 6.0)));
    }

    #[test]
    fn the_last_part_of_a_tooth_is_one() {
        let saw = |hour: f64| 1000.0 + hour % 6.0 * 50.0;
        assert!(have(&history(24, saw), &growth(100.0, 2.0)));
    }

    #[test]
    fn a_leak_beneath_a_wave_is_not_compared_with_its_peaks() {
        // Waves of an hour, twice as high as the growth.
        let wave = |hour: f64| 500.0 * (1.0 - (hour * core::f64::consts::TAU).cos());
        let mut grown = growth(250.0, 24.0);
        grown.troughs = Some(24);
        assert!(!have(&history(48, |hour| wave(hour) + hour * 10.0), &grown));
    }
}
