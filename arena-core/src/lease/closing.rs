//! The end of a lease: what was registered for it runs, its forks are closed, and its figures are
//! made.
//!
//! A fork is registered in the lease that it was forked from, so forks of forks are a tree as deep
//! as the request made it. It is walked in a loop: the stack of the thread that ends the scope
//! bounds nothing.

use std::sync::atomic::Ordering::Relaxed;

use arrayvec::ArrayVec;

use super::{CHUNK_FOOTER, Lease};
use crate::coverage;
use crate::figures::stats::Figures;
use crate::panics::Panics;

/// A lease that is being closed, with its figures so far.
type Closing = (Box<Lease>, Figures);

/// The leases that wait for one of their forks to be closed. A few levels need nothing of the heap.
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
    /// Ends the lease: runs what is registered for the end, empties the arena, and says what it
    /// took.
    ///
    /// `panics` keeps the first panic of a deferred drop; the panic hook has reported the others.
    /// `give_back` takes each fork, which is empty then.
    #[inline(never)]
    pub(crate) fn close(
        self: Box<Self>,
        panics: &mut Panics,
        give_back: impl Fn(Box<Self>) + Copy,
    ) -> Closing {
        let mut closing = self.begin_close();
        // The leases that `closing` is a fork of, up to the one that is closed.
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
                        // The usual fork has none of its own, and needs nothing of the heap.
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

    /// As [`Lease::close`], for a child scope, whose arena goes back at once.
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

    /// What a fork or a child scope held is no longer in use.
    fn hide(&self) {
        self.slot.held.fetch_sub(self.shown.get() as u64, Relaxed);
    }

    /// Gives the arena of a fork or a child scope back.
    fn put_by(mut self: Box<Self>, give_back: impl Fn(Box<Self>) + Copy) {
        self.slot = self.home();
        give_back(self);
    }

    /// The figures of the lease alone.
    fn begin_close(self: Box<Self>) -> Closing {
        let (chunks, used) = self.chunks_and_used();
        let own_peak = self.own_peak.get().max(used);
        let figures = Figures {
            used,
            peak_used: self.peak.get().max(own_peak),
            reserved: self.reserved().max(self.reserved.get()),
            chunks: chunks - self.chunks_before.get() + self.chunks_of_children.get(),
            refusals: self.refusals.get(),
            abandoned: self.abandoned.get(),
            wasted: self.abandoned.get() - self.abandoned_by_children.get()
                + self.wasted_by_children.get(),
            peak_is_lower_bound: self.raw.get(),
            peak_is_upper_bound: self.peak_is_upper_bound.get(),
            limit_panicked: self.limit_panicked.get(),
        };
        self.own_peak.set(own_peak);
        (self, figures)
    }

    /// Empties the arena, and puts right what its figures and those of its forks come to together.
    fn end_close(&mut self, figures: &mut Figures) {
        let (chunks, _) = self.chunks_and_used();
        if figures.peak_is_lower_bound {
            // What was taken through the `&Bump` was request-arena's own, too.
            coverage::own_bytes((self.reserved() - self.shown.get()) as u64);
        }
        if let Some(budget) = self.budget.take() {
            budget.close(&self.bump);
            // The sum of what several arenas held at their highest, which may be more than they
            // ever held together.
            let footers = CHUNK_FOOTER * (figures.chunks + chunks + budget.pooled());
            figures.reserved = figures.reserved.min(budget.most_taken().saturating_add(footers));
            // What is in use is in chunks, and none of it in their footers. (Who lifts the limit of
            // a raw `&Bump` is not held to it.)
            figures.peak_used = figures.peak_used.min(budget.most_taken().max(figures.used));
        }
        // The same sum of peaks, but what is in use is in chunks.
        figures.peak_used = figures.peak_used.min(figures.reserved);
        // What is taken through a raw `&Bump` shows in the number of chunks alone.
        self.grew.set(
            self.grew.get() || (figures.peak_is_lower_bound && chunks > self.chunks_before.get()),
        );
        self.set_unusual();
        let free = self.bump.chunk_capacity();
        self.bump.reset();
        // The last chunk is what is left. A new one has been written as far as it is in use now.
        let in_last = self.bump.allocated_bytes().saturating_sub(free);
        let before = if self.grew.get() {
            0
        } else {
            self.touched.max(self.own_peak.get().min(in_last + free))
        };
        let touched = in_last.max(before);
        if touched != self.touched {
            self.touch(touched);
        }
    }
}

impl Figures {
    /// Counts a fork that was closed, beside the lease that it was forked from.
    fn add_fork(&mut self, took: &Self) {
        // Arenas that never gave anything back had their peaks together, at the end.
        self.peak_is_upper_bound |=
            took.peak_is_upper_bound | (took.peak_used > took.used) | (self.peak_used > self.used);
        self.used += took.used;
        self.peak_used += took.peak_used;
        self.reserved += took.reserved;
        self.chunks += took.chunks;
        self.refusals += took.refusals;
        self.abandoned += took.abandoned;
        self.wasted += took.wasted;
        self.peak_is_lower_bound |= took.peak_is_lower_bound;
        self.limit_panicked |= took.limit_panicked;
    }
}
