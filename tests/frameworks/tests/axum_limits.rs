//! axum 0.8, handlers with a `limit`: a request that reaches the limit gets the status 413,
//! wherever it does.

use std::net::SocketAddr;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, debug_handler};
use request_arena::{Arena, ArenaError, Outcome, request_arena};
use request_arena_frameworks::{Answer, ends_as, site};
use tokio::net::TcpListener;

#[request_arena(
    into = Response,
    limit = "64 KiB",
    on_limit = StatusCode::PAYLOAD_TOO_LARGE.into_response(),
)]
#[debug_handler]
async fn repeats<'a>(arena: Arena<'a>, Path(times): Path<usize>) -> Json<&'a [&'a str]> {
    let mut words = request_arena::collections::owned::Vec::new_in(arena.fork());
    for index in 0..times {
        if index % 100 == 0 {
            tokio::task::yield_now().await;
        }
        words.push(&*arena.alloc_str("a word of this handler"));
    }
    Json(arena.alloc_from_iter(words))
}

/// A service with a state. The closures of the routes call its methods.
#[derive(Clone)]
struct Library {
    shelf: &'static str,
}

#[request_arena(limit = "64 KiB")]
impl Library {
    #[request_arena(on_limit = |error| (StatusCode::PAYLOAD_TOO_LARGE, error.to_string()))]
    async fn explains(&self, arena: Arena<'_>, bytes: usize) -> (StatusCode, String) {
        let all = arena.alloc_slice_fill_copy(bytes, b'x');
        tokio::task::yield_now().await;
        (StatusCode::OK, format!("{} of {}", all.len(), self.shelf))
    }

    /// The body gets the error, and handles it.
    async fn decides(&self, arena: Arena<'_>, bytes: usize) -> Result<String, Refused> {
        let all = arena.try_alloc_slice_fill_copy(bytes, b'x')?;
        Ok(format!("{} of {}", all.len(), self.shelf))
    }

    async fn says_nothing(&self, arena: Arena<'_>, bytes: usize) -> String {
        arena.alloc_slice_fill_copy(bytes, b'x').len().to_string()
    }
}

struct Refused(ArenaError);

impl From<ArenaError> for Refused {
    fn from(error: ArenaError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        (StatusCode::PAYLOAD_TOO_LARGE, format!("no {} bytes", self.0.requested())).into_response()
    }
}

async fn serve() -> SocketAddr {
    let explains = |State(library): State<Library>, Path(n): Path<usize>| async move {
        library.explains(n).await
    };
    let decides = |State(library): State<Library>, Path(n): Path<usize>| async move {
        library.decides(n).await
    };
    let silent = |State(library): State<Library>, Path(n): Path<usize>| async move {
        library.says_nothing(n).await
    };
    let router = Router::new()
        .route("/repeats/{times}", get(repeats))
        .route("/explains/{bytes}", get(explains))
        .route("/decides/{bytes}", get(decides))
        .route("/says_nothing/{bytes}", get(silent))
        .with_state(Library { shelf: "the shelf" });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn ask(address: SocketAddr, path: &str) -> (u16, String) {
    let Answer { status, body } =
        request_arena_frameworks::get(address, path).await.expect("an answer");
    (status, body)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_too_large_request_gets_413_and_the_next_request_is_served() {
    let address = serve().await;
    assert_eq!(
        ask(address, "/repeats/2").await.1,
        r#"["a word of this handler","a word of this handler"]"#
    );
    for _ in 0..2 {
        assert_eq!(ask(address, "/repeats/100000").await, (413, String::new()));
    }
    assert_eq!(ask(address, "/repeats/1").await.0, 200);
    ends_as("repeats", &[(Outcome::Returned, 2), (Outcome::LimitExceeded, 2)]).await;
    let site = site("repeats").expect("it ran");
    assert!(site.reserved.max <= 64 << 10 && site.refusals >= 2, "{site:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_methods_answer_names_the_refusal() {
    let address = serve().await;
    assert_eq!(ask(address, "/explains/1000").await, (200, String::from("1000 of the shelf")));
    let (status, body) = ask(address, "/explains/100000").await;
    assert_eq!(status, 413);
    assert!(
        body.starts_with("the arena of `explains` is at its limit: 100000 bytes requested"),
        "{body}"
    );
    let ended = || site("explains").expect("it ran").outcomes;
    request_arena_frameworks::until("both have ended", || ended().total() == 2).await;
    assert_eq!((ended().returned, ended().limit_exceeded), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_tries_answers_by_itself() {
    let address = serve().await;
    assert_eq!(ask(address, "/decides/1000").await, (200, String::from("1000 of the shelf")));
    assert_eq!(ask(address, "/decides/100000").await, (413, String::from("no 100000 bytes")));
    let ended = || site("decides").expect("it ran").outcomes;
    request_arena_frameworks::until("both have ended", || ended().total() == 2).await;
    assert_eq!((ended().returned, ended().error), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_answer_the_limit_is_a_panic_and_the_connection_is_closed() {
    let address = serve().await;
    assert_eq!(ask(address, "/says_nothing/1000").await, (200, String::from("1000")));
    assert_eq!(request_arena_frameworks::get(address, "/says_nothing/100000").await, None);
    let ended = || site("says_nothing").expect("it ran").outcomes;
    request_arena_frameworks::until("both have ended", || ended().total() == 2).await;
    assert_eq!((ended().returned, ended().limit_exceeded), (1, 1));
}
