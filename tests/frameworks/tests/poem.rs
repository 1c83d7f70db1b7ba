//! poem 3: `#[handler]` below `#[request_arena]`, and an `Endpoint` of one's own.

use std::net::SocketAddr;

use poem::listener::TcpAcceptor;
use poem::web::{Json, Path};
use poem::{Endpoint, IntoResponse, Request, Response, Route, Server, get, handler};
use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::{AtPanic, LEFT, meet, pass_the_gate, words};
use request_arena_frameworks::{Answer, ends_as};
use serde::Serialize;
use tokio::net::TcpListener;

/// Words that lie in the arena.
#[derive(Serialize)]
struct Words<'a>(&'a [&'a str]);

impl From<Words<'_>> for Response {
    fn from(words: Words<'_>) -> Self {
        Json(words).into_response()
    }
}

#[request_arena]
#[handler]
async fn holds(arena: Arena<'_>, Path(text): Path<String>) -> String {
    let words = words(&arena, &text);
    meet().await;
    words.reverse();
    words.join(" ")
}

#[request_arena(into = Response)]
#[handler]
async fn borrows<'a>(arena: Arena<'a>, Path(text): Path<String>) -> Words<'a> {
    Words(words(&arena, &text))
}

#[request_arena]
#[handler]
async fn panics(arena: Arena<'_>) -> String {
    arena.alloc_deferred(LEFT.probe());
    panic!("this handler panics");
}

#[request_arena]
#[handler]
async fn runs_on(arena: Arena<'_>) -> String {
    let answer = arena.alloc_str("nobody hears this");
    pass_the_gate().await;
    answer.to_owned()
}

/// An endpoint with a state.
struct Greeter {
    greeting: &'static str,
}

impl Endpoint for Greeter {
    type Output = String;

    #[request_arena]
    async fn call(&self, arena: Arena<'_>, request: Request) -> poem::Result<String> {
        let name: &str = request.path_params::<String>().map(|name| &*arena.alloc_str(&name))?;
        tokio::task::yield_now().await;
        Ok(format!("{}, {name}", self.greeting))
    }
}

async fn serve() -> SocketAddr {
    let app = Route::new()
        .at("/holds/:words", get(holds))
        .at("/borrows/:words", get(borrows))
        .at("/panics", get(panics))
        .at("/runs_on", get(runs_on))
        .at("/greets/:name", get(Greeter { greeting: "hello" }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    let acceptor = TcpAcceptor::from_tokio(listener).expect("a listener");
    tokio::spawn(Server::new_with_acceptor(acceptor).run(app));
    address
}

request_arena_frameworks::shows! {
    arena_data_is_held_across_awaits: holds(serve().await);
    a_response_borrows_from_the_arena: borrows(serve().await);
    a_panic_closes_the_connection: panics(serve().await, AtPanic::Closed);
    a_handler_runs_on_when_its_client_hangs_up: runs_on(serve().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoints_method_has_an_arena() {
    let answer = request_arena_frameworks::get(serve().await, "/greets/you").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from("hello, you") }));
    ends_as("call", &[(Outcome::Returned, 1)]).await;
}
