//! actix-web 4, handlers with `#[json]`: a bad request gets the status of actix-web's `Json`, or
//! the answer of `on_reject`.

use std::net::SocketAddr;

use actix_web::http::StatusCode;
use actix_web::{App, HttpResponse, HttpServer, ResponseError, get, post, web};
use request_arena::extract::{Rejection, RejectionKind};
use request_arena::{Arena, request_arena};
use request_arena_frameworks::parsed::{self, AT_LIMIT, BODY, Order, Search, Statuses};

const ACTIX: Statuses = Statuses {
    other_type: 400,
    no_type: 400,
    too_large: 413,
    too_large_for_own: 418,
    syntax: 400,
    data: 400,
};

#[request_arena(
    into = HttpResponse,
    limit = "64 KiB",
    on_limit = HttpResponse::PayloadTooLarge().body(AT_LIMIT),
)]
#[post("/orders")]
async fn orders<'a>(arena: Arena<'a>, #[json] order: Order<'a>, pause: web::Data<fn()>) -> &'a str {
    tokio::task::yield_now().await;
    pause();
    order.text(&arena)
}

fn explain(rejection: Rejection) -> HttpResponse {
    HttpResponse::build(StatusCode::IM_A_TEAPOT).body(format!("own: {rejection}"))
}

#[request_arena(into = HttpResponse, on_reject = explain)]
#[post("/own")]
async fn own(arena: Arena<'_>, #[json] Order { customer, .. }: Order<'_>) -> &'_ str {
    arena.alloc_str(customer)
}

#[request_arena(into = HttpResponse)]
#[post("/form")]
async fn form(arena: Arena<'_>, #[form] search: Search<'_>) -> &'_ str {
    search.text(&arena)
}

#[request_arena(into = HttpResponse)]
#[get("/query")]
async fn query(arena: Arena<'_>, #[query] search: Search<'_>) -> &'_ str {
    search.text(&arena)
}

async fn serve() -> SocketAddr {
    let server = HttpServer::new(|| {
        let pause: fn() = || ();
        let limit = web::PayloadConfig::new(BODY);
        App::new()
            .app_data(limit)
            .app_data(web::Data::new(pause))
            .service((orders, own, form, query))
    });
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0").expect("a socket");
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_is_parsed_in_the_arena() {
    parsed::orders(serve().await, ACTIX).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_answers_bad_bodies_itself() {
    parsed::own(serve().await, ACTIX).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_and_query_strings_are_parsed_in_the_arena() {
    parsed::searches(serve().await, 415, 400, 400).await;
}

#[test]
fn a_service_without_memory_answers_503() {
    let rejection = Rejection::new(RejectionKind::Unavailable, "full");
    assert_eq!(rejection.error_response().status(), StatusCode::SERVICE_UNAVAILABLE);
}
