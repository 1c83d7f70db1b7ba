//! What is measured of a scope beyond what always is: one byte, which each scope reads when it
//! opens and keeps in its slot.

use std::sync::atomic::Ordering::Relaxed;

use crate::signals::SIGNALS;

const HEAP: u8 = 1;
const DURATION: u8 = 2;
/// Somebody looks on: see [`crate::observer`].
const OBSERVED: u8 = 8;
/// Of [`HEAP`]: by the thread's counter when the scope begins and when it ends, not around each
/// poll.
const OF_THREAD: u8 = 4;
/// Of [`HEAP`]: the scope is an outermost one of a request, see [`crate::around`].
const OUTERMOST: u8 = 16;
/// Of [`HEAP`]: the code of a future's scope runs now.
const POLLING: u8 = 32;

/// What a visit is of, which decides how its heap is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// On one thread from its beginning to its end.
    Call,
    /// Measured around each poll.
    Future,
    /// What runs on its thread meanwhile need not be its own.
    Guard,
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Measures(u8);

impl Measures {
    /// What is to be measured.
    #[inline(always)]
    pub(crate) fn wanted() -> Self {
        Self(SIGNALS.measures.load(Relaxed))
    }

    /// Of which this is possible.
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

    /// What is allocated outside the arena.
    #[inline(always)]
    pub(crate) fn heap(self) -> bool {
        self.0 & HEAP != 0
    }

    /// Anything but that.
    #[inline(always)]
    pub(crate) fn more_than_heap(self) -> bool {
        self.0 & (DURATION | OBSERVED) != 0
    }

    /// The same, by what the thread had allocated at the beginning.
    #[inline(always)]
    pub(crate) fn heap_of_thread(self) -> bool {
        self.0 & (HEAP | OF_THREAD) == HEAP | OF_THREAD
    }

    /// What is allocated around it, too.
    #[inline(always)]
    pub(crate) fn heap_around(self) -> bool {
        self.0 & OUTERMOST != 0
    }

    /// With that.
    pub(crate) fn and_around(self) -> Self {
        Self(self.0 | OUTERMOST)
    }

    /// A future's code runs, and its heap is measured meanwhile.
    pub(crate) fn is_polling(self) -> bool {
        self.0 & POLLING != 0
    }

    /// With that, or without.
    pub(crate) fn with_polling(self, is_polling: bool) -> Self {
        Self(if is_polling { self.0 | POLLING } else { self.0 & !POLLING })
    }

    /// Who opened it, and what it took when it ends.
    pub(crate) fn observed(self) -> bool {
        self.0 & OBSERVED != 0
    }

    /// How long it takes.
    pub(crate) fn duration(self) -> bool {
        self.0 & DURATION != 0
    }
}

/// From now on the heap is measured.
pub(crate) fn want_heap() {
    SIGNALS.measures.fetch_or(HEAP, Relaxed);
}

/// From now on durations are measured, or not.
pub(crate) fn want_durations(are_wanted: bool) {
    want(DURATION, are_wanted);
}

/// From now on scopes that open are observed, or not.
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
