//! The end of a lease: it runs its end tasks, closes its forks and computes its figures.
//!
//! Each fork is registered in the lease that it was forked from. So forks of forks form a tree, and
//! the request decides its depth. A loop walks the tree, because recursion could overflow the stack
//! of the thread that ends the scope.

use std::sync::atomic::Ordering::Relaxed;

use arrayvec::ArrayVec;

use super::{CHUNK_FOOTER, Lease};
use crate::coverage;
use crate::figures::stats::Figures;
use crate::panics::Panics;

/// A lease that is being closed, with its figures so far.
type Closing = (Box<Lease>, Figures);

/// The leases that wait until one of their forks is closed. The first four levels need no heap
/// allocation.
#[derive(Default)]
struct Outer {
    few: ArrayVec<Closing, 4>,
    more: Vec<Closing>,
}

impl Outer {
    fn push(&mut self, closing: Closing) {
        if let Err(full) = self.few.try_push(closing) {
            coverage::own(|| self.more.push(full.element()));
        }
    }

    fn pop(&mut self) -> Option<Closing> {
        self.more.pop().or_else(|| self.few.pop())
    }
}

impl Lease {
    /// Ends the lease: runs its end tasks, empties the arena, and returns its figures.
    ///
    /// `panics` keeps the first panic of an end task. The panic hook has already reported the
    /// others. `give_back` receives each fork, emptied.
    #[inline(never)]
    pub(crate) fn close(
        self: Box<Self>,
        panics: &mut Panics,
        give_back: impl Fn(Box<Self>) + Copy,
    ) -> Closing {
        let mut closing = self.begin_close();
        // The parents of `closing`, up to the lease on which `close` was called.
        let mut outer = Outer::default();
        loop {
            match closing.0.at_end.run_to_fork(panics) {
                Some(fork) => {
                    fork.hide();
                    match fork.simple_figures() {
                        Some(figures) => {
                            fork.put_by(give_back);
                            closing.1.add_fork(&figures);
                        }
                        // The usual fork has no forks of its own, so it needs no entry in `outer`.
                        None if fork.at_end.is_empty() => {
                            let (mut fork, mut figures) = fork.begin_close();
                            fork.end_close(&mut figures);
                            fork.put_by(give_back);
                            closing.1.add_fork(&figures);
                        }
                        None => {
                            let parent = core::mem::replace(&mut closing, fork.begin_close());
                            outer.push(parent);
                        }
                    }
                }
                None => {
                    closing.0.end_close(&mut closing.1);
                    let Some(parent) = outer.pop() else { return closing };
                    let (fork, figures) = core::mem::replace(&mut closing, parent);
                    fork.put_by(give_back);
                    closing.1.add_fork(&figures);
                }
            }
        }
    }

    /// As [`Lease::close`], for a child scope. Returns its arena to the pool at once.
    pub(crate) fn close_child(
        self: Box<Self>,
        panics: &mut Panics,
        give_back: impl Fn(Box<Self>) + Copy,
    ) -> Figures {
        self.hide();
        let (lease, figures) = match self.simple_figures() {
            Some(figures) => (self, figures),
            None => self.close(panics, give_back),
        };
        lease.put_by(give_back);
        figures
    }

    /// Subtracts the bytes of a fork or child scope from the bytes that the request holds.
    fn hide(&self) {
        self.slot.held.fetch_sub(self.shown.get() as u64, Relaxed);
    }

    /// Gives the arena of a fork or child scope back to the pool.
    fn put_by(mut self: Box<Self>, give_back: impl Fn(Box<Self>) + Copy) {
        self.slot = self.home();
        give_back(self);
    }

    /// Computes the figures of this lease alone.
    fn begin_close(self: Box<Self>) -> Closing {
        let (chunks, used) = self.chunks_and_used();
        let own_peak = self.own_peak.get().max(used);
        let figures = Figures {
            used,
            peak_used: self.peak.get().max(own_peak),
            reserved: self.reserved().max(self.reserved.get()),
            chunks: chunks - self.chunks_before.get() + self.chunks_of_children.get(),
            refusals: self.refusals.get(),
            budget_refusals: self.budget_refusals.get(),
            over_limit: self.over_limit.get(),
            abandoned: self.abandoned.get(),
            wasted: self.abandoned.get() - self.abandoned_by_children.get()
                + self.wasted_by_children.get(),
            peak_is_lower_bound: self.raw.get(),
            peak_is_upper_bound: self.peak_is_upper_bound.get(),
            limit_panicked: self.limit_panicked.get(),
            raw_is_at_budget: self.raw_is_at_budget.get(),
        };
        self.own_peak.set(own_peak);
        (self, figures)
    }

    /// Empties the arena, and corrects the figures that were summed over the lease and its forks.
    fn end_close(&mut self, figures: &mut Figures) {
        let (chunks, _) = self.chunks_and_used();
        if figures.peak_is_lower_bound {
            // Code with the raw `&Bump` requested these chunks for the arena, so they are not heap
            // of the scope.
            coverage::own_bytes((self.reserved() - self.shown.get()) as u64);
            self.count_raw_over_limit(figures);
        }
        if let Some(shared) = self.shared.take() {
            shared.close(&self.bump);
            // `reserved` is a sum of peaks, which can exceed what the arenas ever held together.
            // The shared limit knows the true maximum.
            let footers = CHUNK_FOOTER * (figures.chunks + chunks + shared.pooled());
            figures.reserved = figures.reserved.min(shared.most_taken().saturating_add(footers));
            // Bytes in use lie in chunks, outside of the footers. The maximum with `used` covers
            // code that raised the limit of its raw `&Bump`.
            figures.peak_used = figures.peak_used.min(shared.most_taken().max(figures.used));
        }
        // `peak_used` is such a sum of peaks too, and cannot exceed the chunk bytes.
        figures.peak_used = figures.peak_used.min(figures.reserved);
        // A chunk requested through a raw `&Bump` shows only in the number of chunks.
        self.grew.set(
            self.grew.get() || (figures.peak_is_lower_bound && chunks > self.chunks_before.get()),
        );
        self.set_unusual();
        let free = self.bump.chunk_capacity();
        self.bump.reset();
        self.charge.settle(self.reserved());
        // `reset` keeps only the last chunk. A new chunk has been written as far as it is in use.
        let in_last = self.bump.allocated_bytes().saturating_sub(free);
        let before = if self.grew.get() {
            0
        } else {
            self.touched.max(self.own_peak.get().min(in_last + free))
        };
        let touched = in_last.max(before);
        if self.grew.get() {
            self.touched_by_buffers = 0;
        }
        if touched != self.touched {
            self.touch(touched);
        }
    }
}

impl Figures {
    /// Adds the figures of a closed fork to those of the lease that it was forked from.
    fn add_fork(&mut self, took: &Self) {
        // The sum of peaks is exact only if no arena gave bytes back: then all peaks came at the
        // end.
        self.peak_is_upper_bound |=
            took.peak_is_upper_bound | (took.peak_used > took.used) | (self.peak_used > self.used);
        self.used += took.used;
        self.peak_used += took.peak_used;
        self.reserved += took.reserved;
        self.chunks += took.chunks;
        self.refusals += took.refusals;
        self.budget_refusals += took.budget_refusals;
        self.over_limit += took.over_limit;
        self.abandoned += took.abandoned;
        self.wasted += took.wasted;
        self.peak_is_lower_bound |= took.peak_is_lower_bound;
        self.limit_panicked |= took.limit_panicked;
        self.raw_is_at_budget |= took.raw_is_at_budget;
    }
}
