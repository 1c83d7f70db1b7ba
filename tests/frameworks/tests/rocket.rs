//! rocket 0.5: `#[get]` below `#[request_arena]`, and a `Handler` of one's own.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use request_arena::{Arena, Outcome, request_arena};
use request_arena_frameworks::suite::{AtPanic, LEFT, meet, pass_the_gate, words};
use request_arena_frameworks::{Answer, ends_as};
use rocket::fairing::AdHoc;
use rocket::http::Method;
use rocket::response::content::RawJson;
use rocket::route::{self, Handler, Route};
use rocket::{Config, Data, Request, get, routes};
use serde::Serialize;
use tokio::sync::oneshot;

/// Words that lie in the arena.
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

#[request_arena(into = RawJson<String>)]
#[get("/borrows/<text>")]
async fn borrows<'a>(arena: Arena<'a>, text: &str) -> Words<'a> {
    Words(words(&arena, text))
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
    let answer = arena.alloc_str("nobody hears this");
    pass_the_gate().await;
    answer.to_owned()
}

/// A route's handler with a state.
#[derive(Clone)]
struct Greeter {
    greeting: &'static str,
}

#[request_arena]
#[rocket::async_trait]
impl Handler for Greeter {
    #[request_arena(name = "greets")]
    async fn handle<'r>(&self, arena: Arena<'_>, request: &'r Request<'_>, _: Data<'r>) -> route::Outcome<'r> {
        let name = arena.alloc_str(request.param(1).and_then(Result::ok).unwrap_or_default());
        tokio::task::yield_now().await;
        route::Outcome::from(request, format!("{}, {name}", self.greeting))
    }
}

async fn serve() -> SocketAddr {
    let config = Config { port: 0, log_level: rocket::config::LogLevel::Off, ..Config::debug_default() };
    let (sender, address) = oneshot::channel();
    let sender = Mutex::new(Some(sender));
    let tell = AdHoc::on_liftoff("tell the address", move |rocket| {
        let address = SocketAddr::new(rocket.config().address, rocket.config().port);
        let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(async move { sender.expect("it lifts off once").send(address).expect("somebody asked") })
    });
    let greets = Route::new(Method::Get, "/greets/<name>", Greeter { greeting: "hello" });
    let rocket = rocket::custom(config).mount("/", routes![holds, borrows, panics, runs_on]).mount("/", [greets]);
    let rocket = rocket.attach(tell);
    tokio::spawn(rocket.launch());
    address.await.expect("it lifts off")
}

request_arena_frameworks::shows! {
    arena_data_is_held_across_awaits: holds(serve().await);
    a_response_borrows_from_the_arena: borrows(serve().await);
    a_panic_is_answered_with_500: panics(serve().await, AtPanic::Answered);
    a_handler_runs_on_when_its_client_hangs_up: runs_on(serve().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handlers_method_has_an_arena() {
    let answer = request_arena_frameworks::get(serve().await, "/greets/you").await;
    assert_eq!(answer, Some(Answer { status: 200, body: String::from("hello, you") }));
    ends_as("greets", &[(Outcome::Returned, 1)]).await;
}
