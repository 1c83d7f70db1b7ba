//! In step: whether what grows does so when a handler is called, or an arena is worked in, and not
//! when others are.
//!
//! Each has a rate of its own, so that between readings as much comes as the guilty one did. Where
//! all have the same rate all the time nobody can tell.

use crate::evidence::Evidence;
use crate::growth::{median, pearson};
use crate::metered::MeteredReading;
use crate::reading::{MOST_SITES, Reading};

/// A correlation of half says that a quarter of what varies is explained: over as many steps as
/// there are, no accident. No other's is to be near it.
pub(super) const IN_STEP: f64 = 0.5;
pub(super) const APART: f64 = 0.2;

/// Two that are counted by the same work differ by less.
const BETTER: f64 = 0.02;

/// Steps are at most of so many readings, and there are this many if the readings suffice: what
/// requests under way hold is noise, of which a median has less.
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
    pub(super) fn of(evidence: &Evidence<'a>) -> Self {
        let is_counted = evidence.is_counted();
        let figure = |place: usize| {
            let level = evidence.levels[place];
            if is_counted { level.heap } else { Some(level.touched) }
        };
        let told: Vec<_> = (0..evidence.levels.len())
            .filter_map(|place| Some((evidence.readings[place], figure(place)?)))
            .collect();
        let size = (told.len() / STEPS).clamp(1, LONGEST);
        let windows: Vec<_> = told.chunks_exact(size).collect();
        let middle = |window: &[(&Reading, u64)]| {
            median(&mut window.iter().map(|(_, bytes)| *bytes as f64).collect::<Vec<_>>())
        };
        let medians: Vec<f64> = windows.iter().map(|window| middle(window)).collect();
        Self {
            readings: windows.iter().map(|window| window[size / 2].0).collect(),
            grown: medians.windows(2).map(|pair| pair[1] - pair[0]).collect(),
        }
    }

    /// The correlation with the steps of a counter, both by the second; 0 if there are too few.
    fn with(&self, counter: impl Fn(&Reading) -> Option<u64>) -> f64 {
        if self.grown.len() < LEAST_STEPS {
            return 0.0;
        }
        let count = |reading: &Reading| counter(reading).unwrap_or(0) as f64;
        // A reading that came late has more of everything.
        let rates = self.readings.windows(2).zip(&self.grown).map(|(pair, grown)| {
            let seconds = (pair[1].at - pair[0].at).as_secs_f64();
            ((count(pair[1]) - count(pair[0])) / seconds, grown / seconds)
        });
        pearson(&rates.filter(|rates| rates.1.is_finite()).collect::<Vec<_>>())
    }

    /// Whether no handler explains what grows better than what has this correlation. Under load, or
    /// on a machine that is slow for a while, all work more or less at the same times; but what
    /// grows fits the guilty one's work best.
    pub(super) fn is_best(&self, correlation: f64, evidence: &Evidence<'_>) -> bool {
        let sites =
            (0..evidence.report.sites.len().min(MOST_SITES)).map(|site| self.with_site(site));
        correlation >= IN_STEP && sites.fold(0.0, f64::max) - correlation < BETTER
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
