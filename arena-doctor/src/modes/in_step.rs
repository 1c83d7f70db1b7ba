//! In step: whether memory grows when a handler is called or an arena is used, and not when others
//! are.
//!
//! Each handler and arena has its own rate. Between two readings, growth matches the rate of the
//! responsible one. If all rates are proportional all the time, the responsible one cannot be
//! found.

use crate::evidence::Evidence;
use crate::growth::{median, pearson};
use crate::metered::MeteredReading;
use crate::reading::{MOST_SITES, Reading};

/// The least correlation. A half explains a quarter of the variance, which is no accident over this
/// many steps. No other handler or arena may come near.
pub(super) const IN_STEP: f64 = 0.5;
pub(super) const APART: f64 = 0.2;

/// Counters of the same work differ by less than this.
const BETTER: f64 = 0.02;

/// The most readings in a step, and the number of steps if there are enough readings. The memory of
/// requests in progress is noise, and a median reduces it.
const LONGEST: usize = 10;
const STEPS: usize = 24;

/// The least number of steps. With fewer, a correlation of half is an accident once in twenty
/// cases.
const LEAST_STEPS: usize = 12;

/// The growth from step to step.
pub(super) struct Steps<'a> {
    readings: Vec<&'a Reading>,
    grown: Vec<f64>,
}

impl<'a> Steps<'a> {
    /// Growth of live heap, or of written memory if live heap is not counted.
    pub(super) fn of(evidence: &Evidence<'a>) -> Self {
        let is_counted = evidence.is_counted();
        let figure = |place: usize| {
            let level = evidence.levels[place];
            if is_counted { level.heap } else { Some(level.touched) }
        };
        let known: Vec<_> = (0..evidence.levels.len())
            .filter_map(|place| Some((evidence.readings[place], figure(place)?)))
            .collect();
        let size = (known.len() / STEPS).clamp(1, LONGEST);
        let windows: Vec<_> = known.chunks_exact(size).collect();
        let middle = |window: &[(&Reading, u64)]| {
            median(&mut window.iter().map(|(_, bytes)| *bytes as f64).collect::<Vec<_>>())
        };
        let medians: Vec<f64> = windows.iter().map(|window| middle(window)).collect();
        Self {
            readings: windows.iter().map(|window| window[size / 2].0).collect(),
            grown: medians.windows(2).map(|pair| pair[1] - pair[0]).collect(),
        }
    }

    /// The correlation with the steps of a counter, per second. 0 if there are too few steps.
    fn with(&self, counter: impl Fn(&Reading) -> Option<u64>) -> f64 {
        if self.grown.len() < LEAST_STEPS {
            return 0.0;
        }
        let count = |reading: &Reading| counter(reading).unwrap_or(0) as f64;
        // After a late reading all figures are higher.
        let rates = self.readings.windows(2).zip(&self.grown).map(|(pair, grown)| {
            let seconds = (pair[1].at - pair[0].at).as_secs_f64();
            ((count(pair[1]) - count(pair[0])) / seconds, grown / seconds)
        });
        pearson(&rates.filter(|rates| rates.1.is_finite()).collect::<Vec<_>>())
    }

    /// Whether no handler explains the growth better than this correlation. Under varying load, or
    /// on a slow machine, all work varies together. The growth still fits the responsible one best.
    pub(super) fn is_best(&self, correlation: f64, evidence: &Evidence<'_>) -> bool {
        let sites =
            (0..evidence.report.sites.len().min(MOST_SITES)).map(|site| self.with_site(site));
        correlation >= IN_STEP && sites.fold(0.0, f64::max) - correlation < BETTER
    }

    /// The correlation with the scopes of a handler, by its place in the report.
    pub(super) fn with_site(&self, site: usize) -> f64 {
        self.with(|reading| reading.scopes.get(site).copied())
    }

    /// The correlation with a counter of a named arena.
    pub(super) fn with_arena(&self, name: &str, of: fn(&MeteredReading) -> u64) -> f64 {
        self.with(|reading| reading.metered.iter().find(|arena| arena.name == name).map(of))
    }
}
