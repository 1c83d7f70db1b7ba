//! Optional measures of a scope: heap, duration, the observer's token and the span.

use std::sync::atomic::Ordering::Relaxed;

use tracing::Span;

use super::{NEVER, Slot};
use crate::coverage::{self, around, running};
use crate::figures::measures::{Kind, Measures};
use crate::figures::stats::HeapTaken;
use crate::sync::lock;
use crate::{clock, observer};

impl Slot {
    /// Starts the measures of a scope that was just [opened](Slot::open).
    #[inline(always)]
    pub(crate) fn measure(&self, measures: Measures, kind: Kind) {
        self.measures.store(measures.bits(), Relaxed);
        if measures.any() {
            self.begin_to_measure(measures.for_kind(kind));
        }
    }

    #[inline(never)]
    fn begin_to_measure(&self, mut measures: Measures) {
        if measures.heap() {
            if let Some(before) = around::open(self.number()) {
                self.before.store(before, Relaxed);
                measures = measures.and_around();
            }
        }
        self.measures.store(measures.bits(), Relaxed);
        if measures.more_than_heap() {
            self.begin_others(measures);
        }
        let before = if measures.heap_of_thread() { coverage::reading().unwrap_or(0) } else { 0 };
        self.heap.store(before.wrapping_neg(), Relaxed);
        if measures.heap_of_thread() {
            self.outer.store(running::enter(self.number()), Relaxed);
            if measures.heap_around() {
                around::enter(before);
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn begin_others(&self, measures: Measures) {
        if measures.observed() {
            self.token.store(observer::opened(), Relaxed);
        }
        if measures.duration() {
            self.began.store(clock::exact(), Relaxed);
        }
    }

    /// The measures of this scope.
    #[inline(always)]
    pub(crate) fn measures(&self) -> Measures {
        Measures::of_bits(self.measures.load(Relaxed))
    }

    /// Starts the heap measure of one poll. The code of a future's scope is about to run on this
    /// thread.
    #[inline(never)]
    pub(crate) fn begin_poll(&self) {
        let reading = coverage::reading().unwrap_or(0);
        self.measures.store(self.measures().with_polling(true).bits(), Relaxed);
        self.heap.store(self.heap.load(Relaxed).wrapping_sub(reading), Relaxed);
        self.outer.store(running::enter(self.number()), Relaxed);
        if self.measures().heap_around() {
            around::enter(reading);
        }
    }

    /// Ends the heap measure of one poll, also when a panic ended it.
    #[inline(never)]
    pub(crate) fn end_poll(&self) {
        let reading = coverage::reading().unwrap_or(0);
        self.measures.store(self.measures().with_polling(false).bits(), Relaxed);
        self.heap.store(self.heap.load(Relaxed).wrapping_add(reading), Relaxed);
        running::leave(self.outer.load(Relaxed));
        if self.measures().heap_around() {
            around::leave(reading);
        }
    }

    /// Heap bytes that the scope allocated outside the arena. Called when the scope ends.
    #[inline(always)]
    pub(crate) fn heap(&self) -> HeapTaken {
        let measures = self.measures();
        let now = if measures.heap_of_thread() { coverage::reading().unwrap_or(0) } else { 0 };
        if measures.heap_of_thread() {
            running::leave(self.outer.load(Relaxed));
            if measures.heap_around() {
                around::leave(now);
            }
        }
        // For chunks of a raw `&Bump`, the subtracted size is the requested one. The heap may have
        // provided a little more.
        let heap = self.heap.load(Relaxed).wrapping_add(now);
        let inside = if heap > u64::MAX / 2 { 0 } else { heap };
        HeapTaken { inside, before: measures.heap_around().then(|| self.before.load(Relaxed)) }
    }

    /// The observer's token for the scope, or `None` if the scope is not observed.
    pub(crate) fn token(&self) -> Option<u64> {
        self.measures().observed().then(|| self.token.load(Relaxed))
    }

    /// Nanoseconds since the scope opened. Called when it ends. It resets the start, because the
    /// next scope here is open a moment before it publishes its own start.
    pub(crate) fn take_nanoseconds(&self) -> u64 {
        clock::exact().saturating_sub(self.began.swap(NEVER, Relaxed))
    }

    /// Stores the span in which the scope is opened. The scope may end outside of any span, as a
    /// future does that is dropped before it is ready.
    #[cold]
    #[inline(never)]
    pub(crate) fn keep_span(&self) {
        *lock(&self.span) = Some(Span::current());
        self.has_span.store(true, Relaxed);
    }

    pub(crate) fn take_span(&self) -> Option<Span> {
        if self.has_span.load(Relaxed) {
            self.has_span.store(false, Relaxed);
            lock(&self.span).take()
        } else {
            None
        }
    }
}
