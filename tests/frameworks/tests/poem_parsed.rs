//! poem 3, handlers with `#[json]`: a bad request gets the status of poem's `Json`, or the answer
//! of `on_reject`. poem's `SizeLimit` answers a body that is too large before both.

use std::net::SocketAddr;

use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::middleware::SizeLimit;
use poem::web::Data;
use poem::{EndpointExt, IntoResponse, Response, Route, Server, get, handler, post};
use request_arena::extract::{Rejection, RejectionKind};
use request_arena::{Arena, request_arena};
use request_arena_frameworks::parsed::{self, AT_LIMIT, BODY, Order, Search, Statuses};
use tokio::net::TcpListener;

const POEM: Statuses = Statuses {
    other_type: 415,
    no_type: 415,
    too_large: 413,
    too_large_for_own: 413,
    syntax: 400,
    data: 400,
};

#[request_arena(
    into = Response,
    limit = "64 KiB",
    on_limit = (StatusCode::PAYLOAD_TOO_LARGE, AT_LIMIT).into_response(),
)]
#[handler]
async fn orders<'a>(
    arena: Arena<'a>,
    #[json] order: Order<'a>,
    Data(pause): Data<&fn()>,
) -> &'a str {
    tokio::task::yield_now().await;
    pause();
    order.text(&arena)
}

fn explain(rejection: Rejection) -> Response {
    (StatusCode::IM_A_TEAPOT, format!("own: {rejection}")).into_response()
}

#[request_arena(into = Response, on_reject = explain)]
#[handler]
async fn own(arena: Arena<'_>, #[json] Order { customer, .. }: Order<'_>) -> &'_ str {
    arena.alloc_str(customer)
}

#[request_arena(into = Response)]
#[handler]
async fn form(arena: Arena<'_>, #[form] search: Search<'_>) -> &'_ str {
    search.text(&arena)
}

#[request_arena(into = Response)]
#[handler]
async fn query(arena: Arena<'_>, #[query] search: Search<'_>) -> &'_ str {
    search.text(&arena)
}

async fn serve() -> SocketAddr {
    let pause: fn() = || ();
    let app = Route::new()
        .at("/orders", post(orders))
        .at("/own", post(own))
        .at("/form", post(form))
        .with(SizeLimit::new(BODY))
        .data(pause);
    let app = Route::new().at("/query", get(query)).nest("/", app);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    let acceptor = TcpAcceptor::from_tokio(listener).expect("a listener");
    tokio::spawn(Server::new_with_acceptor(acceptor).run(app));
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_is_parsed_in_the_arena() {
    parsed::orders(serve().await, POEM).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_answers_bad_bodies_itself() {
    parsed::own(serve().await, POEM).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_and_query_strings_are_parsed_in_the_arena() {
    parsed::searches(serve().await, 415, 400, 400).await;
}

#[test]
fn a_service_without_memory_answers_503() {
    let rejection = Rejection::new(RejectionKind::Unavailable, "full");
    assert_eq!(rejection.into_response().status(), StatusCode::SERVICE_UNAVAILABLE);
}
