//! The end of a scope: its outcome, and the figures of an arena that was closed in full.

use std::sync::atomic::Ordering::Relaxed;

use super::Slot;
use crate::figures::stats::{Figures, Outcome};

/// Bits of [`Slot::flags`], see [`Figures::peak_is_lower_bound`], [`Figures::peak_is_upper_bound`],
/// [`Figures::limit_panicked`] and [`Figures::raw_is_at_budget`].
const LOWER_BOUND: u8 = 1;
const UPPER_BOUND: u8 = 2;
const LIMIT_PANICKED: u8 = 4;
const RAW_IS_AT_BUDGET: u8 = 8;

impl Slot {
    /// Sets the outcome that the scope has if it ends now.
    #[inline(always)]
    pub(crate) fn set_outcome(&self, outcome: Outcome) {
        self.ending.store(outcome as u8, Relaxed);
    }

    /// The outcome of the scope. Called when it ends.
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
            budget_refusals,
            over_limit,
            abandoned,
            wasted,
            peak_is_lower_bound,
            peak_is_upper_bound,
            limit_panicked,
            raw_is_at_budget,
        } = *figures;
        self.used.store(used, Relaxed);
        self.peak_used.store(peak_used, Relaxed);
        self.reserved.store(reserved, Relaxed);
        self.chunks.store(chunks, Relaxed);
        self.refusals.store(refusals, Relaxed);
        self.budget_refusals.store(budget_refusals, Relaxed);
        self.over_limit.store(over_limit, Relaxed);
        self.abandoned.store(abandoned, Relaxed);
        self.wasted.store(wasted, Relaxed);
        self.flags.store(
            (LOWER_BOUND * u8::from(peak_is_lower_bound))
                | (UPPER_BOUND * u8::from(peak_is_upper_bound))
                | (LIMIT_PANICKED * u8::from(limit_panicked))
                | (RAW_IS_AT_BUDGET * u8::from(raw_is_at_budget)),
            Relaxed,
        );
        self.closed.store(true, Relaxed);
    }

    /// Records that the panic which ends the body does not come from this arena's limit.
    pub(crate) fn forget_limit_panic(&self) {
        self.flags.store(self.flags.load(Relaxed) & !LIMIT_PANICKED, Relaxed);
    }

    /// Counts an allocation through a raw `&Bump` that the budget refused, in the figures of the
    /// closed arena.
    pub(crate) fn count_budget_refusal(&self) {
        self.budget_refusals.fetch_add(1, Relaxed);
    }

    /// The figures of the closed arena, or zeros if none was closed in full. Called once the scope
    /// is over.
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
            budget_refusals: self.budget_refusals.load(Relaxed),
            over_limit: self.over_limit.load(Relaxed),
            abandoned: self.abandoned.load(Relaxed),
            wasted: self.wasted.load(Relaxed),
            peak_is_lower_bound: flags & LOWER_BOUND != 0,
            peak_is_upper_bound: flags & UPPER_BOUND != 0,
            limit_panicked: flags & LIMIT_PANICKED != 0,
            raw_is_at_budget: flags & RAW_IS_AT_BUDGET != 0,
        }
    }

    /// As [`Slot::figures`], and resets the slot for the next scope.
    pub(crate) fn take_figures(&self) -> Figures {
        let figures = self.figures();
        self.closed.store(false, Relaxed);
        figures
    }
}
