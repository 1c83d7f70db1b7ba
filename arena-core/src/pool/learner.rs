//! Learns the arena sizes of a site: the first chunk of a new arena, and the largest arena that the
//! pool keeps. The first chunk follows a high percentile of recent peaks.
//!
//! Each thread learns for itself, from the peaks that it counts anyway. A request shares nothing
//! with other threads, and between two lessons a scope costs two comparisons. A new thread starts
//! with the size that another thread learned last.

use crate::figures::histogram::Bytes;
use crate::figures::recent::{Recent, rest_of_usual};
use crate::lease::class::{self, Class, LARGEST, SMALLEST};
use crate::pool::fits::{self, Fits};
use crate::site::Wanted;

/// Scopes between two lessons. The first lesson comes after [`FIRST_LESSON`] scopes.
const LESSON: u32 = 64;
const FIRST_LESSON: u32 = 8;
/// Lessons in a window, which is 4,096 scopes. The pool keeps arenas up to the largest peak of this
/// window and the one before.
const WINDOW: u32 = 64;
/// The longest duration of a window, in milliseconds.
const WINDOW_MS: u64 = 60_000;
/// The largest class (1 MiB) of an arena that the pool keeps although only one request needed it.
/// Larger arenas are kept only for sites that usually need them.
pub(crate) const LARGEST_ONCE: Class = 20;
/// The largest class (64 KiB) that a site takes from the pool before it has learned anything.
const UNKNOWN: Class = 16;

/// See the module.
#[derive(Debug)]
pub(crate) struct Learner {
    until_lesson: u32,
    wanted: Wanted,
    /// The largest peak of this window up to [`LARGEST_ONCE`], in bytes, and the largest class that
    /// the pool keeps.
    largest: u64,
    keep: Class,
    /// The same for forks and child scopes of the site, see [`Learner::further`].
    further: Fits,
    /// The class of a new arena's chunk: 99 of 100 recent scopes needed no more. 0 means no chunk.
    fresh: Class,
    largest_before: Class,
    /// The class of a new arena and the largest class that is kept, as `fits` and `further` were
    /// derived from them.
    derived_from: (Class, Class),
    fits: Fits,
    lessons: u32,
    window_began: u64,
    /// The recent peaks.
    recent: Recent,
}

impl Learner {
    /// Starts with the class `fresh` that another thread learned, or with 0 if none did.
    pub(crate) fn new(wanted: Wanted, fresh: Class, now: u64) -> Self {
        let largest_before = match fresh {
            0 => UNKNOWN,
            1..=LARGEST_ONCE => fresh,
            _ => 0,
        };
        let derived_from = (fresh, fresh.max(largest_before));
        let fits = fits::fits(&wanted, derived_from.0, derived_from.1);
        Self {
            derived_from,
            until_lesson: FIRST_LESSON,
            wanted,
            largest: 0,
            keep: *fits.classes.end(),
            further: of_further(&wanted, *fits.classes.end()),
            fresh,
            largest_before,
            fits,
            lessons: 0,
            window_began: now,
            recent: Recent::default(),
        }
    }

    /// The largest class that the site keeps and takes: the largest that it needed lately, within
    /// its limit.
    #[inline(always)]
    pub(crate) fn keep(&self) -> Class {
        self.keep
    }

    /// The criteria for an arena of a scope.
    pub(crate) fn fits(&self) -> &Fits {
        &self.fits
    }

    /// As [`Learner::fits`], so that a search can store where it found an arena.
    #[inline(always)]
    pub(crate) fn fits_mut(&mut self) -> &mut Fits {
        &mut self.fits
    }

    /// The criteria for an arena of a fork or a child scope.
    pub(crate) fn further(&mut self) -> &mut Fits {
        &mut self.further
    }

    /// Counts the peak of one scope. Returns whether the next lesson is due.
    #[inline(always)]
    pub(crate) fn record(&mut self, peak: u64) -> bool {
        if peak > self.largest {
            self.raise(peak);
        }
        self.until_lesson -= 1;
        self.until_lesson == 0
    }

    /// Raises the largest peak of this window. A peak above [`LARGEST_ONCE`] does not count,
    /// because the pool keeps no arena of that size for this site. So the site must not take arenas
    /// of that size that other sites left.
    #[cold]
    #[inline(never)]
    pub(crate) fn raise(&mut self, peak: u64) {
        if peak > self.largest && class_of(peak) <= LARGEST_ONCE {
            self.largest = peak;
            self.derive_fits();
        }
    }

    fn derive_fits(&mut self) {
        let keep = self.fresh.max(class_of(self.largest)).max(self.largest_before);
        // Most lessons of a steady site change nothing.
        if core::mem::replace(&mut self.derived_from, (self.fresh, keep)) == (self.fresh, keep) {
            return;
        }
        self.fits = fits::fits(&self.wanted, self.fresh, keep);
        self.keep = *self.fits.classes.end();
        self.further = of_further(&self.wanted, self.keep);
    }

    /// Runs a lesson on the peaks counted so far, by bucket. Returns the new class if it has
    /// changed.
    pub(crate) fn learn(&mut self, peaks: impl Iterator<Item = u64>, now: u64) -> Option<Class> {
        self.until_lesson = LESSON;
        self.lessons += 1;
        if self.lessons >= WINDOW || now.saturating_sub(self.window_began) >= WINDOW_MS {
            self.lessons = 0;
            self.window_began = now;
            self.largest_before = class_of(core::mem::take(&mut self.largest));
        }
        let all = self.recent.learn(peaks);
        let needed = self.recent.bucket(rest_of_usual(all));
        let bound = needed.and_then(|bucket| Bytes::BOUNDS[bucket]).unwrap_or(1 << LARGEST);
        let needed = (bound.ilog2() as Class).max(SMALLEST);
        let before = core::mem::replace(&mut self.fresh, needed);
        self.derive_fits();
        // Larger arenas that fit may be back in their places, so the next search starts over.
        (self.fits.found, self.further.found) = (u8::MAX, u8::MAX);
        (needed != before).then_some(needed)
    }
}

/// The criteria for an arena of a fork or a child scope. The learned size is that of a whole
/// request, so a new arena starts small. The arena shares the request's limit, and its whole
/// capacity counts, used or not. So a pooled arena may take at most a quarter of a sixteenth of the
/// limit.
fn of_further(wanted: &Wanted, keep: Class) -> Fits {
    let limit = if wanted.limit == usize::MAX { usize::MAX } else { wanted.limit / 16 };
    fits::fits(&Wanted { initial: 0, limit }, 0, keep)
}

/// The class of an arena that has room for this peak.
fn class_of(peak: u64) -> Class {
    class::with_room(usize::try_from(peak).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::Site;

    static SITE: Site = Site::new("learner", module_path!(), file!(), line!());

    struct Pupil {
        learner: Learner,
        peaks: Bytes,
        now: u64,
    }

    impl Pupil {
        fn new() -> Self {
            Self {
                learner: Learner::new(SITE.wanted(), SITE.learned(), 0),
                peaks: Bytes::default(),
                now: 0,
            }
        }

        fn need(&mut self, peak: u64, times: u32) {
            for _ in 0..times {
                self.peaks.record(peak);
                if self.learner.record(peak) {
                    self.learner.learn(self.peaks.buckets.into_iter(), self.now);
                }
            }
        }

        fn classes(&self) -> (Class, Class) {
            (self.learner.fresh, self.learner.keep())
        }
    }

    #[test]
    fn the_first_chunk_is_what_99_of_100_scopes_need() {
        let mut pupil = Pupil::new();
        for _ in 0..1000 {
            pupil.need(3000, 49);
            pupil.need(10_000, 1);
        }
        assert_eq!(pupil.classes(), (14, 14), "2 of 100 need it");
        for _ in 0..100 {
            pupil.need(3000, 399);
            pupil.need(30_000, 1);
        }
        assert_eq!(
            pupil.classes(),
            (12, 15),
            "1 of 400 does, and its arena is kept for the next one"
        );
    }

    #[test]
    fn one_large_arena_is_not_what_the_site_needs_and_is_forgotten() {
        let mut pupil = Pupil::new();
        pupil.need(3000, 100);
        pupil.need(10 << 20, 1);
        assert_eq!(pupil.classes(), (12, UNKNOWN), "no arena is kept for it");
        pupil.need(700_000, 1);
        assert_eq!(pupil.classes(), (12, LARGEST_ONCE));
        pupil.need(3000, 9000);
        assert_eq!(pupil.classes(), (12, 12));
    }

    #[test]
    fn large_arenas_that_are_the_rule_are_kept() {
        let mut pupil = Pupil::new();
        pupil.need(10 << 20, 200);
        assert_eq!(pupil.classes(), (24, 24));
        pupil.need(3000, 3000);
        assert_eq!(pupil.learner.fresh, 12, "until they are not");
    }

    #[test]
    fn a_seldom_used_site_forgets_by_time() {
        let mut pupil = Pupil::new();
        pupil.need(3000, 72);
        pupil.need(200_000, 1);
        assert_eq!(pupil.learner.keep(), 18);
        for now in [60_000, 120_000] {
            pupil.now = now;
            pupil.need(3000, 64);
        }
        assert_eq!(pupil.learner.keep(), 12);
    }
}
