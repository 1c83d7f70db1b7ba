//! In step: whether what grows does so when a handler is called, or an arena is worked in, and not when others are.
//!
//! Each has a rate of its own, so that between readings as much comes as the guilty one did. Where all have the same rate all the time nobody can tell.

use crate::doctor::case::Case;
use crate::doctor::growth::{median, pearson};
use crate::doctor::metered::MeteredReading;
use crate::doctor::reading::Reading;

/// A correlation of half says that a quarter of what varies is explained: over as many steps as there are, no accident. No other's is to be near it.
pub(super) const IN_STEP: f64 = 0.5;
pub(super) const APART: f64 = 0.2;

/// Steps are at most of so many readings, and there are this many if the readings suffice: what requests under way hold is noise, of which a median has less.
const LONGEST: usize = 10;
const STEPS: usize = 24;

/// With fewer steps a correlation of half is an accident, once in twenty times.
const LEAST_STEPS: usize = 12;

/// What has grown from step to step.
pub(super) struct Steps<'a> {
    readings: Vec<&'a Reading>,
    grown: Vec<f64>,
}

impl<'a> Steps<'a> {
    /// Of live heap, or of written memory if nobody counts that.
    pub(super) fn of(case: &Case<'a>) -> Self {
        let is_counted = case.is_counted();
        let figure = |place: usize| {
            let level = case.levels[place];
            if is_counted { level.heap } else { Some(level.touched) }
        };
        let told: Vec<_> =
            (0..case.levels.len()).filter_map(|place| Some((case.readings[place], figure(place)?))).collect();
        let size = (told.len() / STEPS).clamp(1, LONGEST);
        let windows: Vec<_> = told.chunks_exact(size).collect();
        let middle =
            |window: &[(&Reading, u64)]| median(&mut window.iter().map(|(_, bytes)| *bytes as f64).collect::<Vec<_>>());
        let medians: Vec<f64> = windows.iter().map(|window| middle(window)).collect();
        Self {
            readings: windows.iter().map(|window| window[size / 2].0).collect(),
            grown: medians.windows(2).map(|pair| pair[1] - pair[0]).collect(),
        }
    }

    /// The correlation with the steps of a counter; 0 if there are too few.
    fn with(&self, counter: impl Fn(&Reading) -> Option<u64>) -> f64 {
        if self.grown.len() < LEAST_STEPS {
            return 0.0;
        }
        let count = |reading: &Reading| counter(reading).unwrap_or(0) as f64;
        let counted = self.readings.windows(2).map(|pair| count(pair[1]) - count(pair[0]));
        pearson(&counted.zip(self.grown.iter().copied()).collect::<Vec<_>>())
    }

    /// With the scopes of a handler, by its place in the report.
    pub(super) fn with_site(&self, site: usize) -> f64 {
        self.with(|reading| reading.scopes.get(site).copied())
    }

    /// With a counter of a named arena.
    pub(super) fn with_arena(&self, name: &str, of: fn(&MeteredReading) -> u64) -> f64 {
        self.with(|reading| reading.metered.iter().find(|arena| arena.name == name).map(of))
    }
}
