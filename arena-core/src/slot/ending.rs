//! How a scope ends: its outcome, and the figures of an arena that was closed in full.

use std::sync::atomic::Ordering::Relaxed;

use super::Slot;
use crate::figures::stats::{Figures, Outcome};

/// [`Slot::flags`]: [`Figures::peak_is_lower_bound`], [`Figures::peak_is_upper_bound`], [`Figures::limit_panicked`].
const LOWER_BOUND: u8 = 1;
const UPPER_BOUND: u8 = 2;
const LIMIT_PANICKED: u8 = 4;

impl Slot {
    /// Says how the scope would end if it ended now.
    #[inline(always)]
    pub(crate) fn set_outcome(&self, outcome: Outcome) {
        self.ending.store(outcome as u8, Relaxed);
    }

    /// How the scope ends, now that it does.
    pub(crate) fn outcome(&self) -> Outcome {
        match Outcome::ALL.get(usize::from(self.ending.load(Relaxed))) {
            Some(outcome) => *outcome,
            None if std::thread::panicking() => Outcome::Panicked,
            None => Outcome::Returned,
        }
    }

    pub(crate) fn store(&self, figures: &Figures) {
        let Figures {
            used,
            peak_used,
            reserved,
            chunks,
            refusals,
            abandoned,
            wasted,
            peak_is_lower_bound,
            peak_is_upper_bound,
            limit_panicked,
        } = *figures;
        self.used.store(used, Relaxed);
        self.peak_used.store(peak_used, Relaxed);
        self.reserved.store(reserved, Relaxed);
        self.chunks.store(chunks, Relaxed);
        self.refusals.store(refusals, Relaxed);
        self.abandoned.store(abandoned, Relaxed);
        self.wasted.store(wasted, Relaxed);
        self.flags.store(
            (LOWER_BOUND * u8::from(peak_is_lower_bound))
                | (UPPER_BOUND * u8::from(peak_is_upper_bound))
                | (LIMIT_PANICKED * u8::from(limit_panicked)),
            Relaxed,
        );
        self.closed.store(true, Relaxed);
    }

    /// The panic that ends the body is not its arena's.
    pub(crate) fn forget_limit_panic(&self) {
        self.flags.store(self.flags.load(Relaxed) & !LIMIT_PANICKED, Relaxed);
    }

    /// What the closed arena left; nothing, if none was closed in full. Taken once the scope is
    /// over.
    pub(crate) fn figures(&self) -> Figures {
        if !self.closed.load(Relaxed) {
            return Figures::default();
        }
        let flags = self.flags.load(Relaxed);
        Figures {
            used: self.used.load(Relaxed),
            peak_used: self.peak_used.load(Relaxed),
            reserved: self.reserved.load(Relaxed),
            chunks: self.chunks.load(Relaxed),
            refusals: self.refusals.load(Relaxed),
            abandoned: self.abandoned.load(Relaxed),
            wasted: self.wasted.load(Relaxed),
            peak_is_lower_bound: flags & LOWER_BOUND != 0,
            peak_is_upper_bound: flags & UPPER_BOUND != 0,
            limit_panicked: flags & LIMIT_PANICKED != 0,
        }
    }

    /// As [`Slot::figures`], for the last time.
    pub(crate) fn take_figures(&self) -> Figures {
        let figures = self.figures();
        self.closed.store(false, Relaxed);
        figures
    }
}
