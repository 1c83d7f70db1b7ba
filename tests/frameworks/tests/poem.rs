//! poem 3: `#[handler]` below `#[request_arena]`, and an own `Endpoint`.

use std::net::SocketAddr;

use poem::error::NotFoundError;
use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::web::{Html, Json, Path};
use poem::{Endpoint, EndpointExt, IntoResponse, Request, Response, Route, Server, get, handler};
use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::{
    LEFT, OnPanic, checked_words, meet, pass_the_gate, spaced, words,
};
use request_arena_frameworks::{Answer, content_type, ends_as};
use serde::Serialize;
use tokio::net::TcpListener;

/// Words in the arena.
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
async fn borrows<'a>(arena: Arena<'a>, Path(text): Path<String>) -> Json<&'a [&'a str]> {
    Json(words(&arena, &text))
}

#[request_arena(into = Response)]
#[handler]
async fn texts<'a>(arena: Arena<'a>, Path(text): Path<String>) -> (StatusCode, &'a mut str) {
    (StatusCode::CREATED, spaced(&arena, &text))
}

#[request_arena(into = Response)]
#[handler]
async fn fails<'a>(
    arena: Arena<'a>,
    Path(text): Path<String>,
) -> Result<Json<&'a [&'a str]>, (StatusCode, &'a str)> {
    let words = checked_words(&arena, &text).map_err(|error| (StatusCode::BAD_REQUEST, error))?;
    tokio::task::yield_now().await;
    Ok(Json(words))
}

#[request_arena(into = Response)]
#[handler]
async fn refuses<'a>(arena: Arena<'a>, Path(text): Path<String>) -> Result<&'a str, StatusCode> {
    checked_words(&arena, &text).map_err(|_| StatusCode::NOT_FOUND)?;
    Ok(spaced(&arena, &text))
}

/// The error stays an error, for poem's `catch_error` and the like.
#[request_arena(into = poem::Result<Response>)]
#[handler]
async fn passes<'a>(
    arena: Arena<'a>,
    Path(text): Path<String>,
) -> Result<Json<&'a [&'a str]>, NotFoundError> {
    checked_words(&arena, &text).map(Json).map_err(|_| NotFoundError)
}

/// The same, with figures of its own.
#[request_arena(into = poem::Result<Response>)]
#[handler]
async fn caught<'a>(
    arena: Arena<'a>,
    Path(text): Path<String>,
) -> Result<Json<&'a [&'a str]>, NotFoundError> {
    checked_words(&arena, &text).map(Json).map_err(|_| NotFoundError)
}

/// An own type, converted by `From`.
#[request_arena(into = Response)]
#[handler]
async fn own<'a>(arena: Arena<'a>, Path(text): Path<String>) -> Words<'a> {
    Words(words(&arena, &text))
}

#[request_arena(into = Response)]
#[handler]
async fn page<'a>(
    arena: Arena<'a>,
    Path(text): Path<String>,
) -> Result<Html<&'a str>, (StatusCode, Json<&'a str>)> {
    let text = arena.alloc_str(&text);
    if text == "json" { Err((StatusCode::IM_A_TEAPOT, Json(text))) } else { Ok(Html(text)) }
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
    let answer = arena.alloc_str("the client is gone");
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
        .at("/texts/:words", get(texts))
        .at("/fails/:words", get(fails))
        .at("/refuses/:words", get(refuses))
        .at("/passes/:words", get(passes))
        .at(
            "/caught/:words",
            get(caught).catch_error(|_: NotFoundError| async { StatusCode::GONE }),
        )
        .at("/own/:words", get(own))
        .at("/page/:words", get(page))
        .at("/panics", get(panics))
        .at("/runs_on", get(runs_on))
        .at("/greets/:name", get(Greeter { greeting: "hello" }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    let acceptor = TcpAcceptor::from_tokio(listener).expect("a listener");
    tokio::spawn(Server::new_with_acceptor(acceptor).run(app));
    address
}

request_arena_frameworks::framework_tests! {
    arena_data_is_held_across_awaits: holds(serve().await);
    a_response_borrows_from_the_arena: borrows(serve().await);
    text_borrows_from_the_arena: texts(serve().await);
    an_error_borrows_from_the_arena: fails(serve().await);
    an_error_of_the_frameworks_own_goes_beside: refuses(serve().await);
    a_panic_closes_the_connection: panics(serve().await, OnPanic::Closed);
    a_handler_runs_on_when_its_client_hangs_up: runs_on(serve().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoints_method_has_an_arena() {
    let answer = request_arena_frameworks::get(serve().await, "/greets/you").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from("hello, you") }));
    ends_as("call", &[(Outcome::Returned, 1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_that_stays_one_can_be_caught_by_its_type() {
    let answer = request_arena_frameworks::get(serve().await, "/caught/-x").await;
    assert_eq!(answer.map(|answer| answer.status), Some(410));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_own_type_is_converted_by_from() {
    let answer = request_arena_frameworks::get(serve().await, "/own/a-bc").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from(r#"["a","bc"]"#) }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn html_and_json_in_an_error_borrow_too() {
    let address = serve().await;
    for (path, status, body, kind) in [
        ("/page/json", 418, "\"json\"", "application/json"),
        ("/page/text", 200, "text", "text/html"),
    ] {
        let answer = request_arena_frameworks::get(address, path).await;
        assert_eq!(answer, Some(Answer { status, body: body.to_owned() }));
        assert!(content_type(address, path).await.starts_with(kind), "{path}");
    }
}
