//! The layer in services of `tower` and axum.

mod support;

use core::convert::Infallible;
use core::future::pending;
use core::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use futures_util::FutureExt as _;
use http::{Request, Response, StatusCode};
use request_arena_admission::{Admission, AdmissionLayer, Priority};
use request_arena_core::Site;
use support::{MIB, Place, gate, learned};
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

type Layer = AdmissionLayer<(), String>;

fn request(path: &str) -> Request<()> {
    Request::builder().uri(path).body(()).unwrap()
}

/// A gate in which one request of the handler fits, and two do not.
fn for_one(place: &Place, name: &'static str) -> (Admission, &'static Site) {
    let gate = gate(place, |options| options.deadline = Duration::from_secs(3600));
    let site = gate.handler(name);
    learned(gate, site, 60 * MIB);
    (gate, site)
}

async fn answer(_: Request<()>) -> Result<Response<String>, Infallible> {
    Ok(Response::new("found".to_owned()))
}

#[tokio::test]
async fn a_request_that_fits_runs_and_gives_its_reservation_back_before_the_answer() {
    let place = Place::new(100 * MIB, 0);
    let (gate, _) = for_one(&place, "layer: fits");
    let layer: Layer = gate.layer("layer: fits");
    let mut service = layer.layer(service_fn(answer));
    for _ in 0..10 {
        let response = service.ready().await.unwrap().call(request("/")).await.unwrap();
        assert_eq!((response.status(), gate.snapshot().reserved_bytes), (StatusCode::OK, 0));
    }
    assert_eq!(gate.snapshot().refused.total(), 0);
}

#[tokio::test]
async fn a_request_that_does_not_fit_waits_and_runs_with_the_service_that_was_ready() {
    let place = Place::new(100 * MIB, 0);
    let (gate, site) = for_one(&place, "layer: waits");
    let layer: Layer = gate.layer("layer: waits");
    let mut service = layer.layer(service_fn(answer));
    let permit = gate.try_admit(site).unwrap();
    let waits = service.ready().await.unwrap().call(request("/"));
    let waits = tokio::spawn(waits);
    while gate.snapshot().waiting.total() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(!waits.is_finished());
    drop(permit);
    let response = waits.await.unwrap().unwrap();
    assert_eq!(response.into_body(), "found");
    assert_eq!(gate.snapshot().reserved_bytes, 0);
}

#[tokio::test]
async fn a_refused_request_is_answered_by_503_with_retry_after() {
    let place = Place::new(100 * MIB, 0);
    let (gate, site) = for_one(&place, "layer: refused");
    let layer: Layer = gate.layer("layer: refused").with_deadline(Duration::ZERO);
    let permit = gate.try_admit(site).unwrap();
    let mut service = layer.layer(service_fn(answer));
    let response = service.ready().await.unwrap().call(request("/")).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let seconds: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=3).contains(&seconds), "{seconds}");
    let layer = layer.with_answer(|refused| Response::new(refused.reason.as_str().to_owned()));
    let mut service = layer.layer(service_fn(answer));
    let response = service.ready().await.unwrap().call(request("/")).await.unwrap();
    assert_eq!(response.into_body(), "deadline");
    drop(permit);
}

#[tokio::test]
async fn exempt_requests_pass_a_full_gate_and_the_handler_is_found_by_the_request() {
    let place = Place::new(100 * MIB, 0);
    let (gate, large) = for_one(&place, "layer: large");
    let small = gate.handler("layer: small");
    learned(gate, small, MIB);
    let layer: Layer = gate
        .layer("layer: other")
        .with_deadline(Duration::ZERO)
        .with_exempt(|request| request.uri().path() == "/health")
        .with_handler(move |request| if request.uri().path() == "/large" { large } else { small });
    let mut service = layer.layer(service_fn(answer));
    let permit = gate.try_admit(large).unwrap();
    let mut status = async |path: &str| {
        service.ready().await.unwrap().call(request(path)).await.unwrap().status()
    };
    assert_eq!(status("/large").await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status("/small").await, StatusCode::OK);
    let filled: Vec<_> = core::iter::from_fn(|| gate.try_admit(small).ok()).collect();
    assert_eq!(status("/small").await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status("/health").await, StatusCode::OK);
    assert_eq!(gate.snapshot().exempt, 1);
    drop((filled, permit));
}

#[tokio::test]
async fn a_client_that_is_gone_or_a_handler_that_panics_gives_all_back() {
    let place = Place::new(100 * MIB, 0);
    let (gate, site) = for_one(&place, "layer: gone");
    let layer: Layer = gate.layer("layer: gone");
    let mut hangs =
        layer.layer(service_fn(|_: Request<()>| pending::<Result<Response<String>, Infallible>>()));
    let mut running = Box::pin(hangs.ready().await.unwrap().call(request("/")));
    assert!((&mut running).now_or_never().is_none());
    let mut waiting = Box::pin(hangs.ready().await.unwrap().call(request("/")));
    assert!((&mut waiting).now_or_never().is_none());
    assert_eq!(gate.snapshot().waiting.total(), 1);
    drop(waiting);
    drop(running);
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.reserved_bytes, snapshot.waiting.total(), snapshot.left), (0, 0, 1));
    let mut panics = layer.layer(service_fn(|request: Request<()>| async move {
        assert_eq!(request.uri().path(), "/fine", "a handler's own panic");
        answer(request).await
    }));
    let panicking = tokio::spawn(panics.ready().await.unwrap().call(request("/"))).await;
    assert!(panicking.unwrap_err().is_panic());
    let mut panics_in_call = layer.layer(service_fn(|request: Request<()>| {
        assert_eq!(request.uri().path(), "/fine", "a service's own panic");
        answer(request)
    }));
    let service = panics_in_call.ready().await.unwrap();
    let panicked = std::panic::catch_unwind(core::panic::AssertUnwindSafe(|| {
        drop(service.call(request("/")));
    }));
    assert!(panicked.is_err());
    assert_eq!(gate.snapshot().reserved_bytes, 0);
    assert!(gate.try_admit(site).is_ok());
}

#[tokio::test]
async fn a_call_of_the_service_to_itself_does_not_wait_for_its_caller() {
    let place = Place::new(100 * MIB, 0);
    let (gate, _) = for_one(&place, "layer: own");
    let layer: AdmissionLayer<Body, Body> = gate.layer("layer: own");
    let inner = Router::new().route("/inner", get(async || "inner")).layer(layer.clone());
    // In the process, on the task of the outer request: the thread shows that it is inside.
    let nested = inner.clone();
    let outer = Router::new()
        .route(
            "/outer",
            get(move || async move {
                let request = Request::builder().uri("/inner").body(Body::empty()).unwrap();
                nested.oneshot(request).await.unwrap().status()
            }),
        )
        .layer(layer.clone());
    let request = Request::builder().uri("/outer").body(Body::empty()).unwrap();
    assert_eq!(outer.oneshot(request).await.unwrap().status(), StatusCode::OK);
    assert_eq!(gate.snapshot().nested, 1);
    // On another task, as over the network: the header shows it.
    let outer = Router::new()
        .route(
            "/outer",
            get(move || async move {
                let (name, value) = gate.own_call();
                let request = Request::builder().uri("/inner").header(name, value);
                let request = request.body(Body::empty()).unwrap();
                let call = tokio::spawn(inner.oneshot(request));
                call.await.unwrap().unwrap().status()
            }),
        )
        .layer(layer.clone());
    let request = Request::builder().uri("/outer").body(Body::empty()).unwrap();
    assert_eq!(outer.oneshot(request).await.unwrap().status(), StatusCode::OK);
    let snapshot = gate.snapshot();
    assert_eq!((snapshot.nested, snapshot.reserved_bytes), (2, 0));
}

#[tokio::test]
async fn the_header_of_an_own_call_cannot_be_guessed() {
    let place = Place::new(100 * MIB, 0);
    let (gate, site) = for_one(&place, "layer: forged");
    let layer: Layer = gate.layer("layer: forged").with_deadline(Duration::ZERO);
    let permit = gate.try_admit(site).unwrap();
    let (name, value) = gate.own_call();
    assert!(value.is_sensitive() && value.len() == 32);
    let forged = Request::builder().header(name, "1").body(()).unwrap();
    let mut service = layer.layer(service_fn(answer));
    let response = service.ready().await.unwrap().call(forged).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(permit);
}

#[tokio::test]
async fn a_waiting_request_of_a_higher_class_is_first() {
    let place = Place::new(100 * MIB, 0);
    let (gate, site) = for_one(&place, "layer: classes");
    let layer: Layer = gate.layer("layer: classes").with_priority(|request| {
        if request.uri().path() == "/now" { Priority::High } else { Priority::Low }
    });
    let mut service = layer.layer(service_fn(answer));
    let permit = gate.try_admit(site).unwrap();
    let mut later = Box::pin(service.ready().await.unwrap().call(request("/later")));
    let mut now = Box::pin(service.ready().await.unwrap().call(request("/now")));
    assert!((&mut later).now_or_never().is_none() && (&mut now).now_or_never().is_none());
    let waiting = gate.snapshot().waiting;
    assert_eq!((waiting.high, waiting.normal, waiting.low), (1, 0, 1));
    drop(permit);
    assert!((&mut later).now_or_never().is_none());
    assert!(now.now_or_never().unwrap().is_ok());
    assert!(later.now_or_never().unwrap().is_ok());
}
