//! rocket 0.5, routes with `#[json]`: a bad request gets the status of rocket's `Json`, or the
//! answer of `on_reject`. rocket checks the content type only by `format = ".."`.

use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use request_arena::extract::Rejection;
use request_arena::{Arena, request_arena, rocket::Response};
use request_arena_frameworks::parsed::{self, AT_LIMIT, BODY, Order, Search, Statuses};
use rocket::data::{Limits, ToByteUnit};
use rocket::fairing::AdHoc;
use rocket::http::Status;
use rocket::{Config, State, get, post, routes};
use tokio::sync::oneshot;

const ROCKET: Statuses = Statuses {
    other_type: 200,
    no_type: 200,
    too_large: 413,
    too_large_for_own: 418,
    syntax: 400,
    data: 422,
};

#[request_arena(into = Response, limit = "64 KiB", on_limit = answer(413, AT_LIMIT.to_owned()))]
#[post("/orders", data = "<order>")]
async fn orders<'a>(arena: Arena<'a>, #[json] order: Order<'a>, pause: &State<fn()>) -> &'a str {
    tokio::task::yield_now().await;
    pause();
    order.text(&arena)
}

#[request_arena(into = Response, on_reject = |rejection| explain(&rejection))]
#[post("/own", data = "<order>")]
async fn own(arena: Arena<'_>, #[json] order: Order<'_>) -> &'_ str {
    arena.alloc_str(order.customer)
}

fn explain(rejection: &Rejection) -> Response {
    answer(418, format!("own: {rejection}"))
}

fn answer(status: u16, text: String) -> Response {
    (Status::new(status), text).into()
}

#[request_arena(into = Response)]
#[post("/form", format = "form", data = "<search>")]
async fn form(arena: Arena<'_>, #[form] search: Search<'_>) -> &'_ str {
    search.text(&arena)
}

#[request_arena(into = Response)]
#[get("/query")]
async fn query(arena: Arena<'_>, #[query] search: Search<'_>) -> &'_ str {
    search.text(&arena)
}

async fn serve() -> SocketAddr {
    let config = Config {
        port: 0,
        log_level: rocket::config::LogLevel::Off,
        limits: Limits::default().limit("json", BODY.bytes()),
        ..Config::debug_default()
    };
    let (sender, address) = oneshot::channel();
    let sender = Mutex::new(Some(sender));
    let report = AdHoc::on_liftoff("report the address", move |rocket| {
        let address = SocketAddr::new(rocket.config().address, rocket.config().port);
        let sender = sender.lock().unwrap_or_else(PoisonError::into_inner).take();
        Box::pin(async move {
            sender.expect("it lifts off once").send(address).expect("the receiver waits");
        })
    });
    let pause: fn() = || ();
    let rocket = rocket::custom(config)
        .manage(pause)
        .mount("/", routes![orders, own, form, query])
        .attach(report);
    tokio::spawn(rocket.launch());
    address.await.expect("it lifts off")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_is_parsed_in_the_arena() {
    parsed::orders(serve().await, ROCKET).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_answers_bad_bodies_itself() {
    parsed::own(serve().await, ROCKET).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_and_query_strings_are_parsed_in_the_arena() {
    parsed::searches(serve().await, 404, 422, 400).await;
}
