//! The heap of a whole request, for a middleware.

use crate::coverage::around::RequestState;
use crate::thread::counting;

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
pub struct RequestHeap(RequestState);

impl RequestHeap {
    /// A request that has not begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs a part of the request on this thread. Within another request's `run` it only does the
    /// work: the outer one counts.
    pub fn run<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let _running = self.0.resume().then(|| Running(&mut self.0));
        work()
    }
}

impl Drop for RequestHeap {
    /// Counts the bytes that no scope took as the last scope's `after`.
    fn drop(&mut self) {
        if let Some((site, bytes)) = self.0.after_last() {
            counting::count_after(site, bytes);
        }
    }
}

/// Ends a [`RequestHeap::run`], also by a panic.
struct Running<'r>(&'r mut RequestState);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if let Some(state) = RequestState::suspend() {
            *self.0 = state;
        }
    }
}
