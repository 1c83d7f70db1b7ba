//! Futures around a scope's body, which tell a body that panicked from one that was dropped between two polls, and from one that its limit ended.

use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::slot::Slot;
use crate::stats::Outcome;
use crate::{ArenaError, Site, limit};

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
        if this.slot.measures().heap() {
            this.slot.begin_poll();
        }
        let poll = this.body.poll(context);
        if this.slot.measures().heap() {
            this.slot.end_poll();
        }
        if poll.is_pending() {
            this.slot.set_outcome(Outcome::Cancelled);
        }
        poll
    }
}

pin_project! {
    /// As [`Watch`], and what the arena's limit ends is an error. Part of the macro's expansion, not of the public interface.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct WatchLimit<F> {
        site: &'static Site,
        #[pin]
        body: Watch<F>,
    }
}

impl<F> WatchLimit<F> {
    #[inline]
    pub(crate) fn new(site: &'static Site, body: Watch<F>) -> Self {
        Self { site, body }
    }
}

impl<F: Future> Future for WatchLimit<F> {
    type Output = Result<F::Output, ArenaError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let slot = this.body.slot;
        match limit::catch(this.site, slot, || this.body.poll(context)) {
            Ok(Poll::Ready(result)) => Poll::Ready(Ok(result)),
            Ok(Poll::Pending) => Poll::Pending,
            Err(error) => {
                if slot.measures().heap() {
                    slot.end_poll();
                }
                Poll::Ready(Err(error))
            }
        }
    }
}
