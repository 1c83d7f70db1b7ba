//! The heap around scopes: what a request allocates before its handler's scope opens, and after it
//! ends.
//!
//! A scope sees its own code alone. Extractors run before it and build what the handler is given,
//! so the same parsing would count in one handler and not in another. So whoever runs a request (a
//! middleware) runs it through a [`RequestHeap`]. That watches the thread's counter while the
//! request runs, and each outermost scope within takes what was allocated since the last one as its
//! *before*. What comes after the last scope is that one's *after*.
//!
//! What a request is at lies in a thread local while it runs, and in its `RequestHeap` between two
//! polls. A scope looks there only if the heap is measured.

use std::cell::Cell;

use crate::{heap, local};

thread_local! {
    /// The request that runs on this thread.
    static RUNNING: Cell<Option<State>> = const { Cell::new(None) };
}

/// What is known of a request.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The number of the site whose scope was the last outermost one; 0 is none.
    last: usize,
    /// Bytes allocated outside scopes that no scope has taken as its own yet.
    outside: u64,
    /// Whether the code of a scope runs.
    is_inside: bool,
    /// The thread's counter when code outside scopes began to run.
    since: u64,
}

impl State {
    /// Code outside scopes ceases to run.
    fn stop(&mut self, reading: u64) {
        if !self.is_inside {
            self.outside = self.outside.wrapping_add(reading.wrapping_sub(self.since));
        }
    }
}

/// Counts what a request allocates from the heap around its scopes: for a middleware, one for each
/// request.
///
/// Each part of the request runs through [`run`](Self::run): the call of the service, then each
/// poll of its future. The scopes that open meanwhile report the heap
/// [before](crate::HeapReport::before_bytes) and [after](crate::HeapReport::after_bytes) them.
/// `request_arena::telemetry::layer()` is this for `tower`.
///
/// It sees what is allocated on the threads that poll the request, and not what other tasks
/// allocate for it: the connection's buffers, work that is spawned, a body that streams after the
/// response was returned.
///
/// ```
/// use request_arena_core::heap::RequestHeap;
/// use request_arena_core::{Site, scope};
///
/// static GREET: Site = Site::new("greet", module_path!(), file!(), line!());
///
/// let mut request = RequestHeap::new();
/// let answer = request.run(|| {
///     let name = String::from("an extractor's"); // before
///     let length = scope(&GREET, |arena| arena.alloc_str(&name).len());
///     length.to_string() // after
/// });
/// drop(request); // the request is over
/// assert_eq!(answer, "14");
/// ```
///
/// Without a [hook](crate::heap::install) it does nothing. With one it costs two readings of the
/// hook for each `run`, about 10 ns.
#[derive(Debug, Default)]
pub struct RequestHeap(State);

impl RequestHeap {
    /// Of a request that has not begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a part of the request on this thread. Within another one's `run` it only does the work:
    /// the outer one counts.
    pub fn run<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let reading = if RUNNING.get().is_none() { heap::reading() } else { None };
        let Some(reading) = reading else { return work() };
        RUNNING.set(Some(State { since: reading, is_inside: false, ..self.0 }));
        let _running = Running(&mut self.0);
        work()
    }
}

impl Drop for RequestHeap {
    /// The request is over: what no scope took is the last one's `after`.
    fn drop(&mut self) {
        if self.0.last != 0 {
            local::count_after(self.0.last, self.0.outside);
        }
    }
}

/// Ends a [`RequestHeap::run`], also by a panic.
struct Running<'r>(&'r mut State);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let (Some(mut state), Some(reading)) = (RUNNING.take(), heap::reading()) {
            state.stop(reading);
            *self.0 = state;
        }
    }
}

/// A scope of the site with this number opens. If it is an outermost one of a request, what was
/// allocated before it.
pub(crate) fn open(number: usize) -> Option<u64> {
    let mut state = RUNNING.get().filter(|state| !state.is_inside)?;
    let reading = heap::reading()?;
    state.stop(reading);
    let before = core::mem::take(&mut state.outside);
    RUNNING.set(Some(State { last: number, since: reading, ..state }));
    Some(before)
}

/// The code of an outermost scope begins to run.
pub(crate) fn enter(reading: u64) {
    if let Some(mut state) = RUNNING.get() {
        state.stop(reading);
        RUNNING.set(Some(State { is_inside: true, ..state }));
    }
}

/// It ceases to.
pub(crate) fn leave(reading: u64) {
    if let Some(state) = RUNNING.get().filter(|state| state.is_inside) {
        RUNNING.set(Some(State { is_inside: false, since: reading, ..state }));
    }
}
