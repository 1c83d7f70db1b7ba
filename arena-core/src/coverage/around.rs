//! The heap around scopes: what a request allocates while none of its scopes runs.
//!
//! A scope counts its own code alone. Extractors run before it and build the handler's arguments, so
//! the same parsing would count in one handler and not in another. A middleware therefore runs each
//! request through a [`RequestHeap`](crate::heap::RequestHeap), which watches the thread's counter.
//! Each outermost scope takes the bytes since the scope before it as its *before*. The bytes after
//! the last scope are that scope's *after*.
//!
//! The state of a request lies in a thread local while the request runs, and in its `RequestHeap`
//! between two polls. A scope reads it only if the heap is measured.

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
    /// Makes this the request that runs on the thread. Returns `false`, and does nothing, without a
    /// hook, and while another request runs here: the outer one counts.
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

    /// The number of the site of the last outermost scope, and the bytes allocated since that scope
    /// ended. `None` if the request opened no scope.
    pub(crate) fn after_last(&self) -> Option<(usize, u64)> {
        (self.last != 0).then_some((self.last, self.outside))
    }

    /// Counts the code that ran until now, if it ran outside scopes.
    fn count_outside(&mut self, reading: u64) {
        if !self.is_inside {
            self.outside = self.outside.wrapping_add(reading.wrapping_sub(self.since));
        }
    }
}

/// Opens a scope of the site with this number. Returns the bytes allocated before it, if it is an
/// outermost scope of a request.
pub(crate) fn open(number: usize) -> Option<u64> {
    let mut state = RUNNING.get().filter(|state| !state.is_inside)?;
    let reading = coverage::reading()?;
    state.count_outside(reading);
    let before = core::mem::take(&mut state.outside);
    RUNNING.set(Some(RequestState { last: number, since: reading, ..state }));
    Some(before)
}

/// The code of an outermost scope begins to run.
pub(crate) fn enter(reading: u64) {
    if let Some(mut state) = RUNNING.get() {
        state.count_outside(reading);
        RUNNING.set(Some(RequestState { is_inside: true, ..state }));
    }
}

/// The code of an outermost scope stops running.
pub(crate) fn leave(reading: u64) {
    if let Some(state) = RUNNING.get().filter(|state| state.is_inside) {
        RUNNING.set(Some(RequestState { is_inside: false, since: reading, ..state }));
    }
}
