//! A future around a scope's body, which tells a body that panicked from one that was dropped between two polls.

use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::heap;
use crate::slot::Slot;
use crate::stats::Outcome;

pin_project! {
    /// Polls a scope's body. Part of the macro's expansion, not of the public interface.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct Watch<F> {
        slot: &'static Slot,
        #[pin]
        body: F,
    }
}

impl<F> Watch<F> {
    #[inline]
    pub(crate) fn new(slot: &'static Slot, body: F) -> Self {
        Self { slot, body }
    }
}

impl<F: Future> Future for Watch<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        // Whatever unwinds out of this poll leaves it at that; a result is judged right after it.
        this.slot.set_outcome(Outcome::Panicked);
        let before = heap::reading();
        let poll = this.body.poll(context);
        if let (Some(before), Some(after)) = (before, heap::reading()) {
            this.slot.add_heap(after.wrapping_sub(before));
        }
        if poll.is_pending() {
            this.slot.set_outcome(Outcome::Cancelled);
        }
        poll
    }
}
