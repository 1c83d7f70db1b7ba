//! Heap accounting for a whole request, as a middleware uses it.

use crate::coverage::around::RequestState;
use crate::thread::counting;

/// Counts the heap bytes that a request allocates outside its scopes. A middleware creates one for
/// each request.
///
/// Each part of the request runs through [`run`](Self::run): first the call of the service, then
/// each poll of its future. The scopes that open in these parts report the heap
/// [before](crate::HeapReport::before_bytes) and [after](crate::HeapReport::after_bytes) them.
/// `request_arena::telemetry::layer()` wraps this type for `tower`.
///
/// It counts allocations on the threads that poll the request. It does not count allocations of
/// other tasks for the request. Examples are the connection's buffers, spawned work, and a body
/// that streams after the handler returned its response.
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
/// Without a [hook](crate::heap::install) it does nothing. With a hook, each `run` costs two
/// readings of the hook, about 10 ns.
#[derive(Debug, Default)]
pub struct RequestHeap(RequestState);

impl RequestHeap {
    /// Creates the accounting of a request that has not started.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a part of the request on this thread. Inside another request's `run`, it only calls
    /// `work`: the outer `run` counts.
    pub fn run<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let _running = self.0.resume().then(|| Running(&mut self.0));
        work()
    }
}

impl Drop for RequestHeap {
    /// Counts the bytes after the last scope as that scope's `after`.
    fn drop(&mut self) {
        if let Some((site, bytes)) = self.0.after_last() {
            counting::count_after(site, bytes);
        }
    }
}

/// Ends a [`RequestHeap::run`], also when a panic ends it.
struct Running<'r>(&'r mut RequestState);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(state) = RequestState::suspend() {
            *self.0 = state;
        }
    }
}
