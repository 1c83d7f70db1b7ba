//! actix-web 4: `#[get]` below `#[request_arena]`.

use std::net::SocketAddr;

use actix_web::{App, HttpResponse, HttpServer, get, web};
use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::{AtPanic, LEFT, OWNED, meet, pass_the_gate, words};
use request_arena_frameworks::{Answer, ends_as};
use serde::Serialize;

/// Words that lie in the arena.
#[derive(Serialize)]
struct Words<'a>(&'a [&'a str]);

impl From<Words<'_>> for HttpResponse {
    fn from(words: Words<'_>) -> Self {
        HttpResponse::Ok().json(words)
    }
}

#[request_arena]
#[get("/holds/{words}")]
async fn holds(arena: Arena<'_>, text: web::Path<String>) -> String {
    let words = words(&arena, &text);
    meet().await;
    words.reverse();
    words.join(" ")
}

#[request_arena(into = HttpResponse)]
#[get("/borrows/{words}")]
async fn borrows<'a>(arena: Arena<'a>, text: web::Path<String>) -> Words<'a> {
    Words(words(&arena, &text))
}

#[request_arena]
#[get("/panics")]
async fn panics(arena: Arena<'_>) -> &'static str {
    arena.alloc_deferred(LEFT.probe());
    panic!("this handler panics");
}

#[request_arena]
#[get("/waits")]
async fn waits(arena: Arena<'_>) -> &'static str {
    let _owned = arena.alloc_box(OWNED.probe());
    core::future::pending().await
}

#[request_arena]
#[get("/runs_on")]
async fn runs_on(arena: Arena<'_>) -> String {
    let answer = arena.alloc_str("nobody hears this");
    pass_the_gate().await;
    answer.to_owned()
}

/// The other order: actix does not look at the parameters.
#[get("/get_above/{words}")]
#[request_arena(into = HttpResponse)]
async fn get_above<'a>(arena: Arena<'a>, text: web::Path<String>) -> Words<'a> {
    Words(words(&arena, &text))
}

/// actix keeps a connection that its client has closed on one side, unless it is told not to.
async fn serve(allow_half_closed: bool) -> SocketAddr {
    let server = HttpServer::new(|| {
        App::new().service(holds).service(borrows).service(panics).service(waits).service(runs_on).service(get_above)
    });
    let server = server
        .workers(1)
        .h1_allow_half_closed(allow_half_closed)
        .disable_signals()
        .bind("127.0.0.1:0")
        .expect("a socket");
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    address
}

request_arena_frameworks::shows! {
    arena_data_is_held_across_awaits: holds(serve(true).await);
    a_response_borrows_from_the_arena: borrows(serve(true).await);
    a_panic_closes_the_connection: panics(serve(true).await, AtPanic::Closed);
    a_handler_runs_on_when_its_client_hangs_up: runs_on(serve(true).await);
    a_client_that_hangs_up_cancels_its_handler_where_half_closed_connections_are_not_allowed: hangs_up(serve(false).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_order_of_the_attributes_does_not_matter() {
    let answer = request_arena_frameworks::get(serve(true).await, "/get_above/a-bc").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from(r#"["a","bc"]"#) }));
    ends_as("get_above", &[(Outcome::Returned, 1)]).await;
}
