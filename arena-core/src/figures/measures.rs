//! The optional measures of a scope. They are one byte, which each scope reads when it opens and
//! keeps in its slot.

use std::sync::atomic::Ordering::Relaxed;

use crate::signals::SIGNALS;

const HEAP: u8 = 1;
const DURATION: u8 = 2;
/// An observer wants to see the scope, see [`crate::observer`].
const OBSERVED: u8 = 8;
/// With [`HEAP`]: measure by the thread's counter at the start and end of the scope, not around
/// each poll.
const OF_THREAD: u8 = 4;
/// With [`HEAP`]: the scope is an outermost scope of a request, see [`crate::coverage::around`].
const OUTERMOST: u8 = 16;
/// With [`HEAP`]: the code of a future's scope is running.
const POLLING: u8 = 32;

/// The kind of a run, which decides how its heap is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A run that stays on one thread from start to end.
    Call,
    /// A run with measures around each poll.
    Future,
    /// A run without a heap measure, because other code may run on its thread meanwhile.
    Guard,
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Measures(u8);

impl Measures {
    /// The measures that are wanted now.
    #[inline(always)]
    pub(crate) fn wanted() -> Self {
        Self(SIGNALS.measures.load(Relaxed))
    }

    /// These measures, adapted to this kind of run.
    pub(crate) fn for_kind(self, kind: Kind) -> Self {
        match kind {
            Kind::Call => Self(self.0 | OF_THREAD),
            Kind::Future => self,
            Kind::Guard => Self(self.0 & !HEAP),
        }
    }

    #[inline(always)]
    pub(crate) fn of_bits(bits: u8) -> Self {
        Self(bits)
    }

    #[inline(always)]
    pub(crate) fn bits(self) -> u8 {
        self.0
    }

    #[inline(always)]
    pub(crate) fn any(self) -> bool {
        self.0 != 0
    }

    /// Whether heap bytes outside the arena are measured.
    #[inline(always)]
    pub(crate) fn heap(self) -> bool {
        self.0 & HEAP != 0
    }

    /// Whether anything except the heap is measured.
    #[inline(always)]
    pub(crate) fn more_than_heap(self) -> bool {
        self.0 & (DURATION | OBSERVED) != 0
    }

    /// Whether the heap is measured by the thread's counter at the start and end of the scope.
    #[inline(always)]
    pub(crate) fn heap_of_thread(self) -> bool {
        self.0 & (HEAP | OF_THREAD) == HEAP | OF_THREAD
    }

    /// Whether the heap around the scope is measured, too.
    #[inline(always)]
    pub(crate) fn heap_around(self) -> bool {
        self.0 & OUTERMOST != 0
    }

    /// These measures, plus the heap around the scope.
    pub(crate) fn and_around(self) -> Self {
        Self(self.0 | OUTERMOST)
    }

    /// Whether a future's code is running, with its heap measured.
    pub(crate) fn is_polling(self) -> bool {
        self.0 & POLLING != 0
    }

    /// These measures, with the mark of a running future set or removed.
    pub(crate) fn with_polling(self, is_polling: bool) -> Self {
        Self(if is_polling { self.0 | POLLING } else { self.0 & !POLLING })
    }

    /// Whether an observer sees the scope open and end.
    pub(crate) fn observed(self) -> bool {
        self.0 & OBSERVED != 0
    }

    /// Whether the duration of the scope is measured.
    pub(crate) fn duration(self) -> bool {
        self.0 & DURATION != 0
    }
}

/// Turns the heap measure on.
pub(crate) fn want_heap() {
    SIGNALS.measures.fetch_or(HEAP, Relaxed);
}

/// Turns the measure of durations on or off.
pub(crate) fn want_durations(are_wanted: bool) {
    want(DURATION, are_wanted);
}

/// Turns the observer on or off for scopes that open from now on.
pub(crate) fn want_observed(are_wanted: bool) {
    want(OBSERVED, are_wanted);
}

fn want(measure: u8, is_wanted: bool) {
    if is_wanted {
        SIGNALS.measures.fetch_or(measure, Relaxed);
    } else {
        SIGNALS.measures.fetch_and(!measure, Relaxed);
    }
}
