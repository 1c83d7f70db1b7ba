//! rocket 0.5: `#[get]` below `#[request_arena]`, and an own `Handler`.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use request_arena::rocket::Response;
use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::{
    LEFT, OnPanic, checked_words, meet, pass_the_gate, spaced, words,
};
use request_arena_frameworks::{Answer, content_type, ends_as};
use rocket::fairing::AdHoc;
use rocket::http::{ContentType, Method, Status};
use rocket::response::Responder;
use rocket::response::content::{RawHtml, RawJson};
use rocket::response::status::BadRequest;
use rocket::route::{self, Handler, Route};
use rocket::serde::json::Json;
use rocket::{Config, Data, Request, get, routes};
use serde::Serialize;
use tokio::sync::oneshot;

/// Words in the arena.
#[derive(Serialize)]
struct Words<'a>(&'a [&'a str]);

impl From<Words<'_>> for RawJson<String> {
    fn from(words: Words<'_>) -> Self {
        RawJson(serde_json::to_string(&words).expect("words are JSON"))
    }
}

#[request_arena]
#[get("/holds/<text>")]
async fn holds(arena: Arena<'_>, text: &str) -> String {
    let words = words(&arena, text);
    meet().await;
    words.reverse();
    words.join(" ")
}

#[request_arena(into = Response)]
#[get("/borrows/<text>")]
async fn borrows<'a>(arena: Arena<'a>, text: &str) -> Json<&'a [&'a str]> {
    Json(words(&arena, text))
}

#[request_arena(into = Response)]
#[get("/texts/<text>")]
async fn texts<'a>(arena: Arena<'a>, text: &str) -> (Status, &'a mut str) {
    (Status::Created, spaced(&arena, text))
}

#[request_arena(into = Response)]
#[get("/fails/<text>")]
async fn fails<'a>(
    arena: Arena<'a>,
    text: &str,
) -> Result<Json<&'a [&'a str]>, BadRequest<&'a str>> {
    let words = checked_words(&arena, text).map_err(BadRequest)?;
    tokio::task::yield_now().await;
    Ok(Json(words))
}

#[request_arena(into = Response)]
#[get("/refuses/<text>")]
async fn refuses<'a>(arena: Arena<'a>, text: &str) -> Result<&'a str, Status> {
    checked_words(&arena, text).map_err(|_| Status::NotFound)?;
    Ok(spaced(&arena, text))
}

/// The error is an own responder, which rocket converts.
#[request_arena(into = Result<Response, Missing>)]
#[get("/passes/<text>")]
async fn passes<'a>(arena: Arena<'a>, text: &str) -> Result<Json<&'a [&'a str]>, Missing> {
    checked_words(&arena, text).map(Json).map_err(|_| Missing(Status::NotFound))
}

#[derive(Responder)]
struct Missing(Status);

/// An own type, converted by `From`.
#[request_arena(into = RawJson<String>)]
#[get("/own/<text>")]
async fn own<'a>(arena: Arena<'a>, text: &str) -> Words<'a> {
    Words(words(&arena, text))
}

#[request_arena(into = Response)]
#[get("/shapes/<shape>")]
async fn shapes<'a>(
    arena: Arena<'a>,
    shape: &str,
) -> Result<Option<RawHtml<&'a str>>, (ContentType, &'a [u8])> {
    match shape {
        "none" => Ok(None),
        "html" => Ok(Some(RawHtml(arena.alloc_str(shape)))),
        _ => Err((ContentType::CSS, arena.alloc_slice_copy(b"bytes"))),
    }
}

/// A status alone. Rocket sends an error status to its catcher, and treats a status that needs a
/// body as a fault.
#[request_arena(into = Response)]
#[get("/status/<code>")]
async fn status(arena: Arena<'_>, code: u16) -> Status {
    Status::new(*arena.alloc(code))
}

#[request_arena]
#[get("/panics")]
async fn panics(arena: Arena<'_>) -> &'static str {
    arena.alloc_deferred(LEFT.probe());
    panic!("this handler panics");
}

#[request_arena]
#[get("/runs_on")]
async fn runs_on(arena: Arena<'_>) -> String {
    let answer = arena.alloc_str("the client is gone");
    pass_the_gate().await;
    answer.to_owned()
}

/// A handler with a state.
#[derive(Clone)]
struct Greeter {
    greeting: &'static str,
}

#[request_arena]
#[rocket::async_trait]
impl Handler for Greeter {
    #[request_arena(name = "greets")]
    async fn handle<'r>(
        &self,
        arena: Arena<'_>,
        request: &'r Request<'_>,
        _: Data<'r>,
    ) -> route::Outcome<'r> {
        let name = arena.alloc_str(request.param(1).and_then(Result::ok).unwrap_or_default());
        tokio::task::yield_now().await;
        route::Outcome::from(request, format!("{}, {name}", self.greeting))
    }
}

async fn serve() -> SocketAddr {
    let config =
        Config { port: 0, log_level: rocket::config::LogLevel::Off, ..Config::debug_default() };
    let (sender, address) = oneshot::channel();
    let sender = Mutex::new(Some(sender));
    let report = AdHoc::on_liftoff("report the address", move |rocket| {
        let address = SocketAddr::new(rocket.config().address, rocket.config().port);
        let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(async move {
            sender.expect("it lifts off once").send(address).expect("the receiver waits");
        })
    });
    let greets = Route::new(Method::Get, "/greets/<name>", Greeter { greeting: "hello" });
    let rocket = rocket::custom(config)
        .mount(
            "/",
            routes![
                holds, borrows, texts, fails, refuses, passes, own, shapes, status, panics, runs_on
            ],
        )
        .mount("/", [greets])
        .attach(report);
    tokio::spawn(rocket.launch());
    address.await.expect("it lifts off")
}

request_arena_frameworks::framework_tests! {
    arena_data_is_held_across_awaits: holds(serve().await);
    a_response_borrows_from_the_arena: borrows(serve().await);
    text_borrows_from_the_arena: texts(serve().await);
    an_error_borrows_from_the_arena: fails(serve().await);
    an_error_of_the_frameworks_own_goes_beside: refuses(serve().await);
    a_panic_is_answered_with_500: panics(serve().await, OnPanic::Answered);
    a_handler_runs_on_when_its_client_hangs_up: runs_on(serve().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handlers_method_has_an_arena() {
    let answer = request_arena_frameworks::get(serve().await, "/greets/you").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from("hello, you") }));
    ends_as("greets", &[(Outcome::Returned, 1)]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_own_type_is_converted_by_from() {
    let answer = request_arena_frameworks::get(serve().await, "/own/a-bc").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from(r#"["a","bc"]"#) }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_other_responders_answer_as_rocket_has_them_answer() {
    let address = serve().await;
    for (path, status, kind) in [
        ("/shapes/none", 404, "text/html"),
        ("/shapes/html", 200, "text/html"),
        ("/shapes/other", 200, "text/css"),
        ("/status/204", 204, ""),
        ("/status/409", 409, "text/html"),
        ("/status/301", 500, "text/html"),
    ] {
        let answer = request_arena_frameworks::get(address, path).await.map(|answer| answer.status);
        assert_eq!(answer, Some(status), "{path}");
        assert!(content_type(address, path).await.starts_with(kind), "{path}");
    }
    let html =
        request_arena_frameworks::get(address, "/shapes/html").await.map(|answer| answer.body);
    assert_eq!(html.as_deref(), Some("html"));
}
