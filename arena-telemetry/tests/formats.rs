//! Readers of several formats at the same time: each gets its own, by its `Accept` header.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use request_arena_core::{Site, scope};
use request_arena_telemetry::prometheus;
use tower::ServiceExt;

static SITE: Site = Site::new("format", "formats", file!(), line!());

const FORMATS: [(&str, &str); 3] = [
    ("text/plain", prometheus::TEXT_TYPE),
    ("application/openmetrics-text;version=1.0.0", prometheus::OPEN_METRICS_TYPE),
    (
        "application/vnd.google.protobuf;\
         proto=io.prometheus.client.MetricFamily;encoding=delimited",
        prometheus::PROTOBUF_TYPE,
    ),
];

/// What a reader gets: the status, the type, the tag, the announced length and the body.
struct Answer {
    status: StatusCode,
    kind: String,
    etag: String,
    length: Option<usize>,
    body: Vec<u8>,
}

async fn ask(router: &Router, method: Method, accept: &str, known: &str) -> Answer {
    let request = Request::builder().method(method).uri("/metrics").header("accept", accept);
    let request = request.header("if-none-match", known).body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let header = |name: &str| parts.headers.get(name)?.to_str().ok().map(ToOwned::to_owned);
    assert_eq!(header("vary").as_deref(), Some("accept"));
    let (status, kind, etag) =
        (parts.status, header("content-type").unwrap(), header("etag").unwrap());
    let length = header("content-length").map(|length| length.parse().unwrap());
    let body = body.collect().await.unwrap().to_bytes().into();
    Answer { status, kind, etag, length, body }
}

/// Whether the bytes are in this format.
fn is_in(kind: &str, body: &[u8]) -> bool {
    let is_open = body.ends_with(b"# EOF\n");
    match kind {
        prometheus::TEXT_TYPE => body.starts_with(b"# HELP ") && !is_open,
        prometheus::OPEN_METRICS_TYPE => body.starts_with(b"# HELP ") && is_open,
        // A length, and then the field of the first family's name.
        _ => body
            .windows(15)
            .take(4)
            .any(|name| name[0] == b'\n' && name.ends_with(b"request_arena")),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_reader_gets_its_format() {
    scope(&SITE, |arena| _ = arena.alloc(1_u8));
    let router: Router = prometheus::route();
    let readers = (0..24).map(|reader| {
        let router = router.clone();
        tokio::spawn(async move {
            let mut known = "\"0\"".to_owned();
            for round in 0..60 {
                let (accept, kind) = FORMATS[(reader + round) % FORMATS.len()];
                let method = if round % 5 == 4 { Method::HEAD } else { Method::GET };
                let answer = ask(&router, method.clone(), accept, &known).await;
                // The tag of the last answer, which was in another format, is not known.
                assert_eq!((answer.status, &*answer.kind), (StatusCode::OK, kind));
                if method == Method::HEAD {
                    assert!(answer.body.is_empty());
                    assert!(answer.length > Some(1000), "{:?}", answer.length);
                } else {
                    assert!(is_in(kind, &answer.body), "{kind}");
                    assert!(answer.length.is_none_or(|length| length == answer.body.len()));
                }
                known = answer.etag;
            }
        })
    });
    for reader in readers.collect::<Vec<_>>() {
        reader.await.unwrap();
    }
}

#[tokio::test]
async fn a_header_of_any_kind_gets_a_format() {
    let router: Router = prometheus::route();
    let many = |text: &str| text.repeat(10_000);
    for accept in [
        many(","),
        many(";"),
        many("*/*,"),
        many("application/openmetrics-text;q=0,"),
        format!("text/plain{}", many(";q=1")),
        format!("application/vnd.google.protobuf{}", many(";proto=x")),
        many("\""),
    ] {
        let answer = ask(&router, Method::GET, &accept, "\"0\"").await;
        assert_eq!((answer.status, &*answer.kind), (StatusCode::OK, prometheus::TEXT_TYPE));
        assert!(is_in(&answer.kind, &answer.body));
    }
}
