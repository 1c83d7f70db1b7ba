//! A layer for `tower` services (axum, tonic, hyper with `tower`) that counts requests for the
//! doctor. Services without scopes of request-arena need it, or
//! [`record_requests`](crate::doctor::record_requests), so that the doctor can distinguish growth
//! by request from growth by time.

use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

/// A layer that counts the requests of a service for the doctor.
///
/// Make it the last `layer` of a router, so that it counts all requests:
///
/// ```
/// use axum::{Router, routing::get};
/// use request_arena_telemetry as telemetry;
///
/// let router: Router =
///     Router::new().route("/", get(async || "hello")).layer(telemetry::count_requests());
/// # let _ = router;
/// ```
///
/// A request counts when its response is ready, when its future is dropped, or when it panics.
/// Requests with a scope of request-arena are not counted twice. It costs one relaxed atomic
/// addition.
#[must_use]
pub fn count_requests() -> RequestCountLayer {
    RequestCountLayer::default()
}

/// The `tower` layer that [`count_requests`] creates.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct RequestCountLayer {}

impl<S> Layer<S> for RequestCountLayer {
    type Service = RequestCountService<S>;

    fn layer(&self, inner: S) -> RequestCountService<S> {
        RequestCountService { inner }
    }
}

/// A service within the layer of [`count_requests`].
#[derive(Clone, Copy, Debug)]
pub struct RequestCountService<S> {
    inner: S,
}

impl<S: Service<R>, R> Service<R> for RequestCountService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = RequestCountFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let request_is_over = Some(Counted);
        RequestCountFuture { future: self.inner.call(request), request_is_over }
    }
}

/// Counts a request when it is dropped.
#[derive(Debug)]
struct Counted;

impl Drop for Counted {
    fn drop(&mut self) {
        request_arena_doctor::count_layered_request();
    }
}

pin_project! {
    /// The future of a service within the layer of [`count_requests`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct RequestCountFuture<F> {
        #[pin]
        future: F,
        request_is_over: Option<Counted>,
    }
}

impl<F: Future> Future for RequestCountFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let poll = this.future.poll(context);
        if poll.is_ready() {
            // Counted now, before the caller gets the response.
            *this.request_is_over = None;
        }
        poll
    }
}
