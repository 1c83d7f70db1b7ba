//! The start of a service: it reads its configuration, opens its indexes, and fills its pools. That
//! is no evidence of growth.
//!
//! The sign is a rise that is much faster than the rise of the later readings. A leak from the
//! first request rises equally fast all the time, so all of its readings count.

use core::time::Duration;

use super::{LEAST_BYTES, Point, median};

/// Slices of the time. A steady minute has this many of them, at the usual `settle` of ten seconds.
const STEADY: usize = 6;

/// At most this many slices: a day's readings have long ones.
const MOST_SLICES: u32 = 64;

/// A slice belongs to the start if it rises by more than this many times the usual movement.
const FASTER: f64 = 4.0;

/// The readings from the first steady minute on. All of them, if no steady minute begins in their
/// first half.
pub(super) fn steady_part(points: &[Point], settle: Duration) -> &[Point] {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return points };
    let length = settle.max((last.at - first.at) / MOST_SLICES).max(Duration::from_millis(1));
    // The lowest reading of a slice, since batches come and go.
    let mut slices: Vec<(usize, f64)> = Vec::new();
    let mut ends = first.at;
    for (place, point) in points.iter().enumerate() {
        match slices.last_mut() {
            Some((_, low)) if point.at < ends => *low = low.min(point.bytes),
            _ => {
                slices.push((place, point.bytes));
                ends = point.at + length;
            }
        }
    }
    let rises: Vec<f64> = slices.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
    let mut moves: Vec<f64> = rises[rises.len() / 3..].iter().map(|rise| rise.abs()).collect();
    let most = FASTER * median(&mut moves).max(LEAST_BYTES);
    let is_steady = |from: &usize| {
        rises.get(*from..*from + STEADY).is_some_and(|some| some.iter().all(|&rise| rise <= most))
    };
    let from = (0..rises.len() / 2).find(is_steady).map_or(0, |slice| slices[slice].0);
    &points[from..]
}
