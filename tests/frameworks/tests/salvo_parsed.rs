//! salvo 0.85, handlers with `#[json]`: a bad request is a `Rejection`, which salvo writes, or it
//! gets the answer of `on_reject`.

use std::net::SocketAddr;

use request_arena::extract::Rejection;
use request_arena::{Arena, request_arena};
use request_arena_frameworks::parsed::{self, AT_LIMIT, BODY, Order, Search, Statuses};
use salvo::conn::{Listener, TcpListener};
use salvo::http::StatusCode;
use salvo::http::request::SecureMaxSize;
use salvo::{Depot, Request, Response, Router, Server, Writer, async_trait, handler};

const SALVO: Statuses = Statuses {
    other_type: 415,
    no_type: 415,
    too_large: 413,
    too_large_for_own: 418,
    syntax: 400,
    data: 422,
};

/// A status and a text.
struct Answer(StatusCode, String);

#[async_trait]
impl Writer for Answer {
    async fn write(self, _: &mut Request, _: &mut Depot, response: &mut Response) {
        response.status_code(self.0);
        response.render(self.1);
    }
}

impl From<Rejection> for Answer {
    fn from(rejection: Rejection) -> Self {
        let status = StatusCode::from_u16(rejection.status()).expect("a status");
        Self(status, rejection.to_string())
    }
}

#[request_arena(
    limit = "64 KiB",
    on_limit = Err(Answer(StatusCode::PAYLOAD_TOO_LARGE, AT_LIMIT.to_owned())),
)]
#[handler]
async fn orders(
    arena: Arena<'_>,
    #[json] order: Order<'_>,
    request: &mut Request,
) -> Result<String, Answer> {
    tokio::task::yield_now().await;
    assert_eq!(request.uri().path(), "/orders");
    Ok(order.text(&arena).to_owned())
}

/// The rejection itself is the answer.
#[request_arena]
#[handler]
async fn written(arena: Arena<'_>, #[json] order: Order<'_>) -> Result<String, Rejection> {
    Ok(order.text(&arena).to_owned())
}

fn explain(rejection: Rejection) -> Answer {
    Answer(StatusCode::IM_A_TEAPOT, format!("own: {rejection}"))
}

#[request_arena(on_reject = explain)]
#[handler]
async fn own(arena: Arena<'_>, #[json] Order { customer, .. }: Order<'_>) -> Answer {
    Answer(StatusCode::OK, arena.alloc_str(customer).to_owned())
}

#[request_arena]
#[handler]
async fn form(arena: Arena<'_>, #[form] search: Search<'_>) -> Result<String, Rejection> {
    Ok(search.text(&arena).to_owned())
}

#[request_arena]
#[handler]
async fn query(arena: Arena<'_>, #[query] search: Search<'_>) -> Result<String, Rejection> {
    Ok(search.text(&arena).to_owned())
}

async fn serve() -> SocketAddr {
    let router = Router::new()
        .hoop(SecureMaxSize(BODY))
        .push(Router::with_path("orders").post(orders))
        .push(Router::with_path("written").post(written))
        .push(Router::with_path("own").post(own))
        .push(Router::with_path("form").post(form))
        .push(Router::with_path("query").get(query));
    let acceptor = TcpListener::new("127.0.0.1:0").bind().await;
    let address = acceptor.local_addr().expect("bound");
    tokio::spawn(Server::new(acceptor).serve(router));
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_is_parsed_in_the_arena() {
    parsed::orders(serve().await, SALVO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_answers_bad_bodies_itself() {
    parsed::own(serve().await, SALVO).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn salvo_writes_a_rejection() {
    let answer = request_arena_frameworks::post(serve().await, "/written", None, "{}").await;
    assert_eq!(answer.map(|answer| answer.status), Some(415));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_and_query_strings_are_parsed_in_the_arena() {
    parsed::searches(serve().await, 415, 422, 400).await;
}
