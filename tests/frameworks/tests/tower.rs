//! A tower `Service`: the scope of `call` is around the future that it returns. The same for
//! hyper's `Service`, which takes `&self`.

use core::pin::Pin;
use core::task::{Context, Poll};
use std::convert::Infallible;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::{LEFT, OWNED, OnPanic, meet, words};
use request_arena_frameworks::{ends_as, get};
use serde::Serialize;
use tokio::net::TcpListener;
use tower::Service;

type Answer = Response<Full<Bytes>>;
type Answering = Pin<Box<dyn Future<Output = Result<Answer, Infallible>> + Send>>;

/// Words in the arena.
#[derive(Serialize)]
struct Words<'a>(&'a [&'a str]);

impl From<Words<'_>> for Result<Answer, Infallible> {
    fn from(words: Words<'_>) -> Self {
        let json = serde_json::to_vec(&words).expect("words are JSON");
        Ok(Response::new(Full::from(json)))
    }
}

/// Responds with the words in reverse.
#[derive(Clone)]
struct Holds;

#[request_arena]
impl Service<Request<Incoming>> for Holds {
    type Response = Answer;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    #[request_arena(name = "holds")]
    fn call(&mut self, arena: Arena<'_>, request: Request<Incoming>) -> Self::Future {
        Box::pin(async move {
            let words = words(&arena, last_part(&request));
            meet().await;
            words.reverse();
            Ok(Response::new(Full::from(words.join(" "))))
        })
    }
}

/// Responds with the words as JSON, which it writes while they are in the arena.
#[derive(Clone)]
struct Borrows;

impl Service<Request<Incoming>> for Borrows {
    type Response = Answer;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    #[request_arena(name = "borrows", into = Result<Answer, Infallible>)]
    fn call<'a>(
        &mut self,
        arena: Arena<'a>,
        request: Request<Incoming>,
    ) -> Pin<Box<dyn Future<Output = Words<'a>> + Send>> {
        Box::pin(async move { Words(words(&arena, last_part(&request))) })
    }
}

/// Panics, or waits forever.
#[derive(Clone)]
struct Fails;

#[request_arena]
impl Fails {
    async fn panics(&self, arena: Arena<'_>) -> Answer {
        arena.alloc_deferred(LEFT.probe());
        panic!("this handler panics");
    }

    async fn waits(&self, arena: Arena<'_>) -> Answer {
        let _owned = arena.alloc_box(OWNED.probe());
        core::future::pending().await
    }
}

/// Forwards each request to one of the other services.
#[derive(Clone)]
struct Router;

impl Service<Request<Incoming>> for Router {
    type Response = Answer;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Incoming>) -> Self::Future {
        match request.uri().path().split('/').nth(1) {
            Some("holds") => Holds.call(request),
            Some("borrows") => Borrows.call(request),
            Some("panics") => Box::pin(async { Ok(Fails.panics().await) }),
            Some("waits") => Box::pin(async { Ok(Fails.waits().await) }),
            _ => Box::pin(async {
                let mut answer = Answer::default();
                *answer.status_mut() = StatusCode::NOT_FOUND;
                Ok(answer)
            }),
        }
    }
}

/// hyper's own trait.
#[derive(Clone)]
struct Greeter {
    greeting: &'static str,
}

impl hyper::service::Service<Request<Incoming>> for Greeter {
    type Response = Answer;
    type Error = Infallible;
    type Future = Answering;

    #[request_arena(name = "greets")]
    fn call(&self, arena: Arena<'_>, request: Request<Incoming>) -> Self::Future {
        let greeting = self.greeting;
        Box::pin(async move {
            let text = request_arena::format!(in arena, "{greeting}, {}", last_part(&request));
            tokio::task::yield_now().await;
            Ok(Response::new(Full::from(text.to_owned())))
        })
    }
}

fn last_part(request: &Request<Incoming>) -> &str {
    request.uri().path().rsplit('/').next().unwrap_or_default()
}

async fn serve<S>(service: S) -> SocketAddr
where
    S: hyper::service::Service<Request<Incoming>, Response = Answer, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(
                http1::Builder::new().serve_connection(TokioIo::new(socket), service.clone()),
            );
        }
    });
    address
}

request_arena_frameworks::framework_tests! {
    arena_data_is_held_across_awaits: holds(serve(TowerToHyperService::new(Router)).await);
    a_response_borrows_from_the_arena: borrows(serve(TowerToHyperService::new(Router)).await);
    a_panic_closes_the_connection: panics(
        serve(TowerToHyperService::new(Router)).await,
        OnPanic::Closed,
    );
    a_client_that_hangs_up_cancels_its_handler: hangs_up(
        serve(TowerToHyperService::new(Router)).await,
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hypers_own_service_has_an_arena() {
    let answer = get(serve(Greeter { greeting: "hello" }).await, "/you").await;
    assert_eq!(answer.map(|answer| answer.body).as_deref(), Some("hello, you"));
    ends_as("greets", &[(Outcome::Returned, 1)]).await;
}
