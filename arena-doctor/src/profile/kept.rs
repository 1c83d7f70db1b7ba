//! The profiles that the doctor keeps to compare with, and how often it takes one.
//!
//! Growth is told from the fine history, of ten minutes, and from that of a day; and it is
//! explained by what was live about as long ago. So two profiles are kept for each: when the newer
//! is so old, it becomes the older. What is compared with is then one to two of these times old, or
//! as old as the service.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use request_arena_core::Report;

use super::{HeapProfile, HeapProfileError, Owners};
use crate::evidence::Over;

const MINUTES: Duration = Duration::from_secs(600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A profile that nobody asked for may take one part in so many of a processor's time.
const MOST_SHARE: u32 = 10_000;

/// A profile is this part of an age old or more when it counts as so old: they are not taken to the
/// second.
const NEARLY: f64 = 0.9;

/// A comparison serves for so long whoever asks: it takes tens of MiB for a moment, and who asks
/// often would see those grow.
const SERVES: Duration = Duration::from_secs(60);

/// While jemalloc does not sample it is asked again as often: an operator may turn sampling on.
const AGAIN: Duration = Duration::from_secs(60);

/// The profiles that are kept: four at most, of 0.7 MiB each if there are as many stacks as one
/// keeps, and each is of forty calls.
#[derive(Debug)]
pub(crate) struct Kept {
    minutes: Aged,
    day: Aged,
    /// `None` is never: a time that the clock does not have.
    next: Option<Instant>,
    /// When growth may be explained again that nobody asked about, and what was said last.
    explain: Option<Instant>,
    explained: Option<Owners>,
    explained_at: Option<Instant>,
    problem: Option<HeapProfileError>,
    spent: Duration,
}

/// Two profiles, of which the older is at least so old, if there were any so long ago.
#[derive(Debug)]
struct Aged {
    age: Duration,
    older: Option<Arc<HeapProfile>>,
    newer: Option<Arc<HeapProfile>>,
}

impl Kept {
    /// The first is taken after `settle`.
    pub(crate) fn new(settle: Duration) -> Self {
        let aged = |age| Aged { age, older: None, newer: None };
        Self {
            minutes: aged(MINUTES),
            day: aged(DAY),
            next: Instant::now().checked_add(settle),
            explain: None,
            explained: None,
            explained_at: None,
            problem: None,
            spent: Duration::ZERO,
        }
    }

    /// Whether it is time to take a profile.
    pub(crate) fn is_due(&self) -> bool {
        self.next.is_some_and(|next| Instant::now() >= next)
    }

    /// Takes a profile beside the last report of the arenas, if it is time to.
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

    /// Who owns what has grown over this time. Who `asked` for it gets an answer of now, or of a
    /// minute ago at most. `None` if there is nothing to compare with yet.
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
        let before = aged.older.clone()?;
        let taken = HeapProfile::beside(arenas);
        self.explained =
            taken.map(|now| now.since(&before)).map_err(|error| self.problem = Some(error)).ok();
        self.explained_at = self.explained.is_some().then_some(began);
        self.explain = Some(began + began.elapsed() * MOST_SHARE);
        self.spent += began.elapsed();
        self.explained.clone()
    }

    /// Why there is no profile, and what to do.
    pub(crate) fn problem(&self) -> Option<String> {
        self.problem.as_ref().map(ToString::to_string)
    }

    /// How long all profiles took until now.
    pub(crate) fn spent(&self) -> Duration {
        self.spent
    }
}

impl Aged {
    fn keep(&mut self, profile: &Arc<HeapProfile>) {
        if self.older.is_none() {
            self.older = Some(Arc::clone(profile));
        }
        let is_old =
            |newer: &Arc<HeapProfile>| profile.taken() - newer.taken() >= self.age.mul_f64(NEARLY);
        match &self.newer {
            Some(newer) if !is_old(newer) => {}
            _ => {
                self.older = self.newer.take().or_else(|| self.older.take());
                self.newer = Some(Arc::clone(profile));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use pprof_util::StackProfile;
    use request_arena_core::report;

    use super::*;

    #[test]
    fn what_is_compared_with_is_one_to_two_ages_old_or_as_old_as_the_service() {
        let start = Instant::now();
        let mut aged = Aged { age: MINUTES, older: None, newer: None };
        let mut ages = Vec::new();
        for taken in (0..6).map(|round| start + round * MINUTES) {
            aged.keep(&Arc::new(HeapProfile::of(StackProfile::default(), taken, &report())));
            let of = |profile: &Option<Arc<HeapProfile>>| {
                (taken - profile.as_ref().unwrap().taken()).as_secs() / 60
            };
            ages.push((of(&aged.older), of(&aged.newer)));
        }
        assert_eq!(ages, [(0, 0), (10, 0), (10, 0), (10, 0), (10, 0), (10, 0)]);
        // Another comes too early to count.
        aged.keep(&Arc::new(HeapProfile::of(
            StackProfile::default(),
            start + 5 * MINUTES + MINUTES / 2,
            &report(),
        )));
        assert_eq!(aged.newer.unwrap().taken(), start + 5 * MINUTES);
    }

    #[test]
    fn where_nobody_samples_it_is_told_why_and_asked_again() {
        let mut kept = Kept::new(Duration::ZERO);
        assert!(kept.problem().is_none());
        kept.look(&report());
        // jemalloc is not this test's allocator, or it is and was not told to sample.
        let problem = kept.problem().unwrap();
        assert!(problem.contains("use_jemalloc") || problem.contains("prof:true"), "{problem}");
        let next = kept.next.unwrap();
        assert!(next > Instant::now() && next <= Instant::now() + AGAIN);
        Kept::new(Duration::MAX).look(&report());
        assert!(kept.explain(Over::Minutes, true, &report()).is_none());
    }
}
