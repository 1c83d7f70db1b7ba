//! Stairs: a table that doubles when it is full. Its entries are spread over all of it, so the
//! whole table is written at once, and nothing grows evenly.
//!
//! The sign is steps up of live heap, each about twice the one before. None is reversed. If no step
//! comes for longer than the next one can take, growth has ended.

use core::time::Duration;

use super::{Point, median};

/// Smaller steps may be memory of requests in progress.
const LEAST_STEP: f64 = (4 << 20) as f64;

/// Readings on each side of a step. One of them may be of the moment in which both tables are live.
const SIDE: usize = 3;

/// The least number of steps. One or two may be chance.
const STEPS: usize = 3;

/// The range of a step's size as a multiple of the one before. Allocators round sizes.
const TWICE: core::ops::Range<f64> = 1.5..2.7;

/// This share of the steps must still be there.
const STAYS: f64 = 0.75;

/// The next step takes twice the time at the same pace, and some more as the pace varies.
const NEXT: f64 = 2.5;

/// The last steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stairs {
    /// Growth by these steps.
    pub(crate) bytes: f64,
    /// The last step.
    pub(crate) last: f64,
    /// Time since the first step.
    pub(crate) since: Duration,
}

impl Stairs {
    /// `None` if there are no steps, or no more.
    pub(crate) fn of(points: &[Point]) -> Option<Self> {
        let steps = steps(points);
        let steps = &steps[steps.len().checked_sub(STEPS)?..];
        let doubles = steps.windows(2).all(|pair| TWICE.contains(&(pair[1].1 / pair[0].1)));
        let at = |step: usize| points[steps[step].0].at;
        let now = points.last()?.at;
        let goes_on = now - at(STEPS - 1) <= (at(STEPS - 1) - at(STEPS - 2)).mul_f64(NEXT);
        let bytes: f64 = steps.iter().map(|(_, bytes)| bytes).sum();
        let before = middle(&points[steps[0].0 - SIDE..steps[0].0]);
        let stays = middle(&points[points.len() - SIDE..]) - before >= STAYS * bytes;
        (doubles && goes_on && stays).then(|| Self {
            bytes,
            last: steps[STEPS - 1].1,
            since: now - at(0),
        })
    }
}

fn middle(points: &[Point]) -> f64 {
    median(&mut points.iter().map(|point| point.bytes).collect::<Vec<_>>())
}

/// The places and heights of steps up.
fn steps(points: &[Point]) -> Vec<(usize, f64)> {
    let mut steps: Vec<(usize, f64)> = Vec::new();
    for place in SIDE..(points.len() + 1).saturating_sub(SIDE) {
        let rise = middle(&points[place..place + SIDE]) - middle(&points[place - SIDE..place]);
        match steps.last_mut() {
            _ if rise < LEAST_STEP => {}
            // The same step, seen from a neighbouring place.
            Some(last) if place - last.0 < SIDE => last.1 = last.1.max(rise),
            _ => steps.push((place, rise)),
        }
    }
    steps
}
