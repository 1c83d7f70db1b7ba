//! The end of a simple lease: its scope only allocated from the first chunk, and perhaps gave some
//! bytes back. Nearly all scopes end so.

use std::sync::atomic::Ordering::Relaxed;

use super::{Lease, LeaseUse};
use crate::figures::stats::Figures;

impl Lease {
    /// Empties a simple lease and returns the bytes that were in use. [`Lease::take_rewound`] has
    /// to reset the remaining counters.
    #[inline(always)]
    pub(crate) fn empty_simple(&mut self) -> u64 {
        let used = self.used_of_one_chunk();
        if used > 0 {
            if used > self.touched {
                self.reset_touched(used);
            } else {
                self.bump.reset();
            }
        }
        used as u64
    }

    /// Resets the `Bump` after a scope that wrote more of the chunk than any scope before it.
    #[cold]
    #[inline(never)]
    fn reset_touched(&mut self, used: usize) {
        self.touch(used);
        self.bump.reset();
    }

    /// Records that scopes have written the first `bytes` bytes of the first chunk.
    #[cold]
    #[inline(never)]
    pub(super) fn touch(&mut self, bytes: usize) {
        self.touched = bytes;
        let both = (bytes + self.touched_by_buffers).min(self.capacity.max(bytes));
        self.home().touched.store(both as u64, Relaxed);
    }

    /// The peak of a simple lease before its end and the bytes that it abandoned, or `None` if the
    /// scope never rewound.
    #[inline(always)]
    pub(crate) fn take_rewound(&mut self) -> Option<(u64, u64)> {
        if self.usage.get() == LeaseUse::Plain {
            return None;
        }
        Some(self.take_what_was_rewound())
    }

    #[inline(never)]
    fn take_what_was_rewound(&mut self) -> (u64, u64) {
        self.usage.set(LeaseUse::Plain);
        let peak = self.own_peak.take();
        if peak > self.touched {
            self.touch(peak);
        }
        (peak as u64, self.abandoned.take() as u64)
    }

    /// The bytes that a simple lease holds, and the histogram bucket that counts them.
    #[inline(always)]
    pub(crate) fn held(&self) -> (u64, usize) {
        (self.shown.get() as u64, usize::from(self.bucket))
    }

    /// The figures of the lease, or `None` if it is not simple.
    pub(crate) fn simple_figures(&self) -> Option<Figures> {
        let used = self.used_of_one_chunk();
        let (peak_used, abandoned) = (self.own_peak.get().max(used), self.abandoned.get());
        let figures = Figures {
            used,
            peak_used,
            reserved: self.shown.get(),
            abandoned,
            wasted: abandoned,
            ..Figures::default()
        };
        self.is_simple().then_some(figures)
    }

    #[inline(always)]
    fn used_of_one_chunk(&self) -> usize {
        self.bump.allocated_bytes() - self.bump.chunk_capacity()
    }
}
