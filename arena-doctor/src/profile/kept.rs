//! The profiles that the doctor keeps for comparison, and how often it takes one.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use request_arena_core::Report;

use super::{HeapProfile, HeapProfileError, Owners};
use crate::aged::{Aged, DAY, MINUTES, Taken};
use crate::evidence::Over;

/// Profiles that the program does not ask for take at most one part in this many of a processor's
/// time.
const MOST_SHARE: u32 = 10_000;

/// A comparison is reused for this time. It needs some MiB for a moment, and frequent calls would
/// make memory grow.
const SERVES: Duration = Duration::from_secs(60);

/// The largest holders of a service that does not grow change slowly.
const HOLDERS_SERVE: Duration = Duration::from_secs(600);

/// The time between checks while jemalloc does not sample. An operator may turn sampling on.
const AGAIN: Duration = Duration::from_secs(60);

/// The profiles: at most four, each of up to 0.7 MiB with all its stacks of forty calls.
#[derive(Debug)]
pub(crate) struct Kept {
    minutes: Aged<HeapProfile>,
    day: Aged<HeapProfile>,
    /// `None` for a time that the clock cannot represent: never.
    next: Option<Instant>,
    /// The time of the next comparison that the program does not ask for, and the last one.
    explain: Option<Instant>,
    explained: Option<Owners>,
    explained_at: Option<Instant>,
    /// The owners of live heap when nothing grew, and their time.
    holding: Option<(Instant, Owners)>,
    problem: Option<HeapProfileError>,
    spent: Duration,
}

impl Kept {
    /// The first is taken after `settle`.
    pub(crate) fn new(settle: Duration) -> Self {
        Self {
            minutes: Aged::new(MINUTES),
            day: Aged::new(DAY),
            next: Instant::now().checked_add(settle),
            explain: None,
            explained: None,
            explained_at: None,
            holding: None,
            problem: None,
            spent: Duration::ZERO,
        }
    }

    /// Whether it is time to take a profile.
    pub(crate) fn is_due(&self) -> bool {
        self.next.is_some_and(|next| Instant::now() >= next)
    }

    /// Takes a profile if one is due, with the last report of the arenas.
    pub(crate) fn look(&mut self, arenas: &Report) {
        if !self.is_due() {
            return;
        }
        let began = Instant::now();
        match HeapProfile::beside(arenas) {
            Ok(profile) => {
                let profile = Arc::new(profile);
                self.minutes.keep(&profile);
                self.day.keep(&profile);
                self.problem = None;
                self.next = began.checked_add(MINUTES.max(began.elapsed() * MOST_SHARE));
            }
            Err(error) => {
                self.problem = Some(error);
                self.next = began.checked_add(AGAIN);
            }
        }
        self.spent += began.elapsed();
    }

    /// The owners of the growth over this time. If the program `asked`, the answer is at most a
    /// minute old. `None` if there is no earlier profile yet.
    pub(crate) fn explain(&mut self, over: Over, asked: bool, arenas: &Report) -> Option<Owners> {
        let began = Instant::now();
        let is_new = self.explained_at.is_some_and(|at| began - at < SERVES);
        if is_new || !asked && self.explain.is_some_and(|next| began < next) {
            return self.explained.clone();
        }
        let aged = match over {
            Over::Minutes => &self.minutes,
            Over::Day => &self.day,
        };
        let before = Arc::clone(aged.older()?);
        let taken =
            HeapProfile::beside(arenas).and_then(|now| now.check_since(&before).map(|()| now));
        self.explained =
            taken.map(|now| now.since(&before)).map_err(|error| self.problem = Some(error)).ok();
        self.explained_at = self.explained.is_some().then_some(began);
        self.explain = Some(began + began.elapsed() * MOST_SHARE);
        self.spent += began.elapsed();
        self.explained.clone()
    }

    /// The owners of live heap while nothing grows, at most ten minutes old. `None` without
    /// sampling.
    pub(crate) fn holding(&mut self, arenas: &Report) -> Option<Owners> {
        let began = Instant::now();
        if self.explained_at.is_some_and(|at| began - at < SERVES) {
            return self.explained.clone();
        }
        let is_new = |(at, _): &&(Instant, Owners)| began - *at < HOLDERS_SERVE;
        if let Some((_, owners)) = self.holding.as_ref().filter(is_new) {
            return Some(owners.clone());
        }
        match HeapProfile::beside(arenas) {
            Ok(now) => {
                let before = self.minutes.older().filter(|older| older.compares_with(&now));
                let before = before.map_or(&now, |older| older);
                self.holding = Some((began, now.since(before)));
            }
            Err(error) => self.problem = Some(error),
        }
        self.spent += began.elapsed();
        Some(self.holding.as_ref()?.1.clone())
    }

    /// Why there is no profile, and what to do.
    pub(crate) fn problem(&self) -> Option<String> {
        self.problem.as_ref().map(ToString::to_string)
    }

    /// The time that all profiles took so far.
    pub(crate) fn spent(&self) -> Duration {
        self.spent
    }
}

#[cfg(test)]
mod tests {
    use request_arena_core::report;

    use super::*;

    #[test]
    fn where_nobody_samples_it_is_told_why_and_asked_again() {
        let mut kept = Kept::new(Duration::ZERO);
        assert!(kept.problem().is_none());
        kept.look(&report());
        // jemalloc is not this test's allocator, or it does not sample.
        let problem = kept.problem().unwrap();
        assert!(problem.contains("use_jemalloc") || problem.contains("prof:true"), "{problem}");
        let next = kept.next.unwrap();
        assert!(next > Instant::now() && next <= Instant::now() + AGAIN);
        Kept::new(Duration::MAX).look(&report());
        assert!(kept.explain(Over::Minutes, true, &report()).is_none());
    }
}
