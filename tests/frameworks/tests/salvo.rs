//! salvo 0.85: `#[handler]` below `#[request_arena]`, on functions and on an `impl`.

use std::net::SocketAddr;

use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::{LEFT, OWNED, OnPanic, checked_words, meet, spaced, words};
use request_arena_frameworks::{Answer, ends_as, get};
use salvo::conn::{Listener, TcpListener};
use salvo::http::{StatusCode, StatusError};
use salvo::writing::Json;
use salvo::{Request, Response, Router, Server, handler};

#[request_arena]
#[handler]
async fn holds(arena: Arena<'_>, request: &mut Request) -> String {
    let words = words(&arena, request.param("words").unwrap_or_default());
    meet().await;
    words.reverse();
    words.join(" ")
}

#[request_arena]
#[handler]
async fn borrows(arena: Arena<'_>, request: &mut Request, response: &mut Response) {
    response.render(Json(&words(&arena, request.param("words").unwrap_or_default())));
}

/// Salvo keeps the body, so the handler copies its text.
#[request_arena]
#[handler]
async fn texts(arena: Arena<'_>, request: &mut Request, response: &mut Response) {
    let text = spaced(&arena, request.param("words").unwrap_or_default());
    response.stuff(StatusCode::CREATED, text.to_owned());
}

#[request_arena]
#[handler]
async fn fails(
    arena: Arena<'_>,
    request: &mut Request,
    response: &mut Response,
) -> Result<(), StatusCode> {
    match checked_words(&arena, request.param("words").unwrap_or_default()) {
        Ok(words) => response.render(Json(words)),
        Err(error) => {
            response.render(error.to_owned());
            return Err(StatusCode::BAD_REQUEST);
        }
    }
    Ok(())
}

#[request_arena]
#[handler]
async fn refuses(arena: Arena<'_>, request: &mut Request) -> Result<String, StatusError> {
    let text = request.param("words").unwrap_or_default();
    checked_words(&arena, text).map_err(|_| StatusError::not_found())?;
    Ok(spaced(&arena, text).to_owned())
}

#[request_arena]
#[handler]
async fn passes(
    arena: Arena<'_>,
    request: &mut Request,
    response: &mut Response,
) -> Result<(), StatusError> {
    let words = checked_words(&arena, request.param("words").unwrap_or_default());
    response.render(Json(words.map_err(|_| StatusError::not_found())?));
    Ok(())
}

#[request_arena]
#[handler]
async fn panics(arena: Arena<'_>) -> &'static str {
    arena.alloc_deferred(LEFT.probe());
    panic!("this handler panics");
}

#[request_arena]
#[handler]
async fn waits(arena: Arena<'_>) -> &'static str {
    let _owned = arena.alloc_box(OWNED.probe());
    core::future::pending().await
}

/// A handler with a state.
struct Greeter {
    greeting: &'static str,
}

#[request_arena]
#[handler]
impl Greeter {
    #[request_arena(name = "greets")]
    async fn handle(&self, arena: Arena<'_>, request: &mut Request) -> String {
        let name = arena.alloc_str(request.param("name").unwrap_or_default());
        tokio::task::yield_now().await;
        format!("{}, {name}", self.greeting)
    }
}

async fn serve() -> SocketAddr {
    let router = Router::new()
        .push(Router::with_path("holds/{words}").get(holds))
        .push(Router::with_path("borrows/{words}").get(borrows))
        .push(Router::with_path("texts/{words}").get(texts))
        .push(Router::with_path("fails/{words}").get(fails))
        .push(Router::with_path("refuses/{words}").get(refuses))
        .push(Router::with_path("passes/{words}").get(passes))
        .push(Router::with_path("panics").get(panics))
        .push(Router::with_path("waits").get(waits))
        .push(Router::with_path("greets/{name}").get(Greeter { greeting: "hello" }));
    let acceptor = TcpListener::new("127.0.0.1:0").bind().await;
    let address = acceptor.local_addr().expect("bound");
    tokio::spawn(Server::new(acceptor).serve(router));
    address
}

request_arena_frameworks::framework_tests! {
    arena_data_is_held_across_awaits: holds(serve().await);
    a_response_borrows_from_the_arena: borrows(serve().await);
    text_is_copied_from_the_arena: texts(serve().await);
    an_error_is_rendered_from_the_arena: fails(serve().await);
    an_error_of_the_frameworks_own_goes_beside: refuses(serve().await);
    a_panic_closes_the_connection: panics(serve().await, OnPanic::Closed);
    a_client_that_hangs_up_cancels_its_handler: hangs_up(serve().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handlers_method_has_an_arena() {
    let answer = get(serve().await, "/greets/you").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from("hello, you") }));
    ends_as("greets", &[(Outcome::Returned, 1)]).await;
}
