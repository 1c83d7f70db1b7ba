//! The layer counts each request once, however it ends, with and without a scope.
#![cfg(target_os = "linux")]

use core::convert::Infallible;
use core::future::pending;
use core::time::Duration;

use futures_util::FutureExt as _;
use http::{Request, Response};
use request_arena_core::{Site, scope};
use request_arena_telemetry::count_requests;
use request_arena_telemetry::doctor::{Doctor, Options, record_requests};
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};
use tower_http::trace::TraceLayer;
use tracing::Span;

static SITE: Site = Site::new("counted", module_path!(), file!(), line!());

#[tokio::test]
async fn each_request_is_counted_once_when_it_is_over() {
    let doctor = Doctor::start(Options { watch: None, ..Options::default() });
    let requests = || doctor.diagnose().readings.requests;
    doctor.sample();
    let mut answers = count_requests().layer(service_fn(async |_: ()| Ok::<_, Infallible>(1)));
    for _ in 0..10 {
        answers.ready().await.unwrap().call(()).await.unwrap();
    }
    assert_eq!(requests(), 10);

    let mut waits = count_requests().layer(service_fn(|_: ()| pending::<Result<(), Infallible>>()));
    let mut waiting = Box::pin(waits.ready().await.unwrap().call(()));
    assert!((&mut waiting).now_or_never().is_none());
    assert_eq!(requests(), 10, "it is not over");
    drop(waiting);
    assert_eq!(requests(), 11, "it was cancelled");

    let mut scoped = count_requests().layer(service_fn(async |_: ()| {
        scope(&SITE, |arena| {
            arena.alloc_str("hello");
        });
        Ok::<_, Infallible>(())
    }));
    for _ in 0..5 {
        scoped.ready().await.unwrap().call(()).await.unwrap();
    }
    assert_eq!(requests(), 16, "a request with a scope is one request");

    // As the guide shows it for services that have tower-http's layer already.
    let counts = |_: &Response<String>, _: Duration, _: &Span| record_requests(1);
    let hello = async |_: Request<String>| Ok::<_, Infallible>(Response::new("hello".into()));
    let mut traced = TraceLayer::new_for_http().on_response(counts).layer(service_fn(hello));
    for _ in 0..3 {
        traced.ready().await.unwrap().call(Request::new(String::new())).await.unwrap();
    }
    assert_eq!(requests(), 19, "tower-http calls it for each response");
}
