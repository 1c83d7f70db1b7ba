//! The service: axum, spans of `tracing`, and OpenTelemetry's traces.

use std::net::SocketAddr;

use ::opentelemetry_0_33::propagation::{Extractor, TextMapPropagator as _};
use ::opentelemetry_0_33::trace::TracerProvider as _;
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName};
use axum::routing::get;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use request_arena_core::{Site, exemplar, scope_async};
use request_arena_telemetry::{opentelemetry_0_33, prometheus};
use tokio::net::TcpStream;
use tracing::{Instrument as _, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;

pub(crate) static SERVICE: Site = Site::new("thumbnail", "service", file!(), line!());

pub(crate) struct Request<'r> {
    pub(crate) bytes: usize,
    pub(crate) trace: &'r str,
    /// `01` if the trace is sampled.
    pub(crate) flags: &'r str,
}

struct Headers<'h>(&'h HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

/// Its spans belong to the traces of their requests.
pub(crate) fn subscriber() -> impl Subscriber + for<'s> LookupSpan<'s> + Send + Sync {
    let tracer = SdkTracerProvider::builder().build().tracer("service");
    tracing_subscriber::registry().with(tracing_opentelemetry::layer().with_tracer(tracer))
}

async fn thumbnail(Path(bytes): Path<usize>, headers: HeaderMap) {
    let span = tracing::info_span!("thumbnail");
    let parent = TraceContextPropagator::new().extract(&Headers(&headers));
    span.set_parent(parent).unwrap();
    let handler = scope_async(&SERVICE, async |arena| {
        arena.alloc_slice_fill_copy(bytes, 0_u8);
        tokio::task::yield_now().await;
    });
    handler.instrument(span).await;
}

/// Starts the service.
pub(crate) async fn start() -> SocketAddr {
    tracing::subscriber::set_global_default(subscriber()).unwrap();
    exemplar::trace_by(opentelemetry_0_33::current_trace).unwrap();
    let router =
        Router::new().route("/thumbnail/{bytes}", get(thumbnail)).merge(prometheus::route());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    addr
}

/// Sends a request with its `traceparent`.
pub(crate) async fn request(addr: SocketAddr, request: &Request<'_>) {
    let Request { bytes, trace, flags } = request;
    let socket = TcpStream::connect(addr).await.unwrap();
    let (mut sender, connection) = handshake(TokioIo::new(socket)).await.unwrap();
    tokio::spawn(connection);
    let request = hyper::Request::get(format!("/thumbnail/{bytes}"))
        .header("host", addr.to_string())
        .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-{flags}"))
        .body(Empty::<Bytes>::new())
        .unwrap();
    let response = sender.send_request(request).await.unwrap();
    assert!(response.status().is_success());
    response.into_body().collect().await.unwrap();
}
