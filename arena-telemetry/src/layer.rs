//! A layer for `tower` services (axum, tonic, hyper with `tower`). It counts the heap allocations
//! of a request before its handler's scope opens and after the scope ends.
//!
//! A scope covers only the handler's own code. An extractor such as `Json<Document>` allocates
//! before it, and the response's body is often built after it. Without the layer, coverage is shown
//! as an upper bound, `<=`.

use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;
use request_arena_core::heap::RequestHeap;
use tower_layer::Layer;
use tower_service::Service;

/// A layer that counts the heap allocations of requests around their scopes, by a [`RequestHeap`]
/// for each request.
///
/// It counts only the services inside it, so make it the last `layer` of a router:
///
/// ```
/// use axum::{Router, routing::get};
/// use request_arena_telemetry as telemetry;
///
/// let router: Router = Router::new().route("/", get(async || "hello")).layer(telemetry::layer());
/// # let _ = router;
/// ```
///
/// [`HeapReport`](request_arena_core::HeapReport) then has `before_bytes` and `after_bytes`, and
/// `coverage` includes them. The allocator must count allocations: use `use_jemalloc!()`, or
/// [`CountingAllocator`](request_arena_core::heap::CountingAllocator) with its hook installed.
/// Without one the layer does nothing.
///
/// It counts the thread's allocations while it calls the service and polls the future. It does not
/// count:
///
/// * allocations of the server while it reads the request, such as the connection's buffers,
/// * allocations of spawned tasks,
/// * the body of a response that streams after the service's future is ready.
#[must_use]
pub fn layer() -> RequestHeapLayer {
    RequestHeapLayer::default()
}

/// The `tower` layer that [`layer`] creates.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct RequestHeapLayer {}

impl<S> Layer<S> for RequestHeapLayer {
    type Service = RequestHeapService<S>;

    fn layer(&self, inner: S) -> RequestHeapService<S> {
        RequestHeapService { inner }
    }
}

/// A service within the [`layer`].
#[derive(Clone, Copy, Debug)]
pub struct RequestHeapService<S> {
    inner: S,
}

impl<S: Service<R>, R> Service<R> for RequestHeapService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = RequestHeapFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let mut heap = RequestHeap::new();
        let future = heap.run(|| self.inner.call(request));
        RequestHeapFuture { future, heap: Some(heap) }
    }
}

pin_project! {
    /// The future of a service within the [`layer`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct RequestHeapFuture<F> {
        // Dropped before `heap`, so that a cancelled request is counted.
        #[pin]
        future: F,
        heap: Option<RequestHeap>,
    }
}

impl<F: Future> Future for RequestHeapFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let Some(heap) = this.heap else { return this.future.poll(context) };
        let poll = heap.run(|| this.future.poll(context));
        if poll.is_ready() {
            // Counted now, before the caller gets the response.
            *this.heap = None;
        }
        poll
    }
}
