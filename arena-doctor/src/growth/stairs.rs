//! Stairs: a table that takes twice the room each time it is full. Its entries lie everywhere in
//! it, so that all of it is written at once, and nothing climbs evenly.
//!
//! The sign is steps up of live heap, each about twice the one before, none of which is undone.
//! What has not doubled for longer than the next step can take has an end.

use core::time::Duration;

use super::{Point, median};

/// Smaller steps are what requests hold.
const LEAST_STEP: f64 = (4 << 20) as f64;

/// Readings on each side of a step, of which one may be of the moment in which the old room and the
/// new one are live.
const SIDE: usize = 3;

/// One step is an accident, and so are two; three that double are not.
const STEPS: usize = 3;

/// A step is so many times the one before: allocators round it.
const TWICE: core::ops::Range<f64> = 1.5..2.7;

/// This part of the steps is still there.
const STAYS: f64 = 0.75;

/// At the same pace the next step takes twice the time, and some more as paces vary.
const NEXT: f64 = 2.5;

/// The last steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stairs {
    /// What came by them.
    pub(crate) bytes: f64,
    /// The last of them.
    pub(crate) last: f64,
    /// How long ago the first of them was.
    pub(crate) since: Duration,
}

impl Stairs {
    /// `None` if there are none, or no more.
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

/// The places of steps up, and how high they are.
fn steps(points: &[Point]) -> Vec<(usize, f64)> {
    let mut steps: Vec<(usize, f64)> = Vec::new();
    for place in SIDE..(points.len() + 1).saturating_sub(SIDE) {
        let rise = middle(&points[place..place + SIDE]) - middle(&points[place - SIDE..place]);
        match steps.last_mut() {
            _ if rise < LEAST_STEP => {}
            // The same one, seen from beside it.
            Some(last) if place - last.0 < SIDE => last.1 = last.1.max(rise),
            _ => steps.push((place, rise)),
        }
    }
    steps
}
