//! The heap around scopes: the bytes that a request allocates while none of its scopes runs.
//!
//! A scope counts only its own code. Extractors run before it and build the handler's arguments, so
//! the same parsing would count in one handler and not in another. A middleware therefore runs each
//! request through a [`RequestHeap`](crate::heap::RequestHeap), which reads the thread's counter.
//!
//! Each outermost scope counts the bytes since the previous scope as its *before*. The bytes after
//! the last scope are that scope's *after*.
//!
//! While a request runs, its state lies in a thread local. Between two polls, it lies in the
//! `RequestHeap`. A scope reads it only if the heap is measured.

use std::cell::Cell;

use crate::coverage;

thread_local! {
    /// The request that runs on this thread.
    static RUNNING: Cell<Option<RequestState>> = const { Cell::new(None) };
}

/// The bytes of one request, so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RequestState {
    /// The number of the site that opened the last outermost scope; 0 before the first one.
    last: usize,
    /// Bytes allocated outside scopes that no scope has counted yet.
    outside: u64,
    /// Whether the code of a scope runs.
    is_inside: bool,
    /// The thread's counter when code outside scopes began to run.
    since: u64,
}

impl RequestState {
    /// Makes this the request that runs on the thread.
    ///
    /// Returns `false` and does nothing if there is no hook, or if another request runs on the
    /// thread. In that case the outer request counts.
    pub(crate) fn resume(self) -> bool {
        let reading = if RUNNING.get().is_none() { coverage::reading() } else { None };
        let Some(since) = reading else { return false };
        RUNNING.set(Some(Self { since, is_inside: false, ..self }));
        true
    }

    /// Stops the request that runs on the thread, and returns its state.
    pub(crate) fn suspend() -> Option<Self> {
        let (mut state, reading) = (RUNNING.take()?, coverage::reading()?);
        state.count_outside(reading);
        Some(state)
    }

    /// Returns the number of the last outermost scope's site, and the bytes allocated since that
    /// scope ended. Returns `None` if the request has opened no scope.
    pub(crate) fn after_last(&self) -> Option<(usize, u64)> {
        (self.last != 0).then_some((self.last, self.outside))
    }

    /// Counts the code that ran until now if it ran outside scopes.
    fn count_outside(&mut self, reading: u64) {
        if !self.is_inside {
            self.outside = self.outside.wrapping_add(reading.wrapping_sub(self.since));
        }
    }
}

/// Opens a scope of the site with this number. Returns the bytes allocated before it if it is an
/// outermost scope of a request.
pub(crate) fn open(number: usize) -> Option<u64> {
    let mut state = RUNNING.get().filter(|state| !state.is_inside)?;
    let reading = coverage::reading()?;
    state.count_outside(reading);
    let before = core::mem::take(&mut state.outside);
    RUNNING.set(Some(RequestState { last: number, since: reading, ..state }));
    Some(before)
}

/// Records that the code of an outermost scope begins to run.
pub(crate) fn enter(reading: u64) {
    if let Some(mut state) = RUNNING.get() {
        state.count_outside(reading);
        RUNNING.set(Some(RequestState { is_inside: true, ..state }));
    }
}

/// Records that the code of an outermost scope stops running.
pub(crate) fn leave(reading: u64) {
    if let Some(state) = RUNNING.get().filter(|state| state.is_inside) {
        RUNNING.set(Some(RequestState { is_inside: false, since: reading, ..state }));
    }
}
