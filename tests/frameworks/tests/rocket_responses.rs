//! rocket 0.5: the response is made after the scope, so a warm handler allocates nothing from the
//! heap. A status or a content type around the value changes nothing of that.

use std::alloc::System;
use std::net::SocketAddr;

use request_arena::heap::{self, CountingAllocator};
use request_arena::rocket::Response;
use request_arena::{Arena, report, request_arena};
use request_arena_frameworks::{content_type, get};
use rocket::fairing::AdHoc;
use rocket::http::{ContentType, Status};
use rocket::response::{content, status};
use rocket::serde::json::Json;
use rocket::{Config, get as route, routes};
use tokio::sync::mpsc;

#[global_allocator]
static ALLOCATOR: CountingAllocator<System> = CountingAllocator::new(System);

#[request_arena(into = Response)]
#[route("/words/<text>")]
async fn words<'a>(arena: Arena<'a>, text: &str) -> Json<&'a [&'a str]> {
    let text = arena.str(text);
    Json(arena.slice_from_iter(text.split('-')))
}

#[request_arena(into = Response)]
#[route("/page/<name>")]
async fn page<'a>(
    arena: Arena<'a>,
    name: &str,
) -> status::Custom<content::RawHtml<(Status, (ContentType, &'a str))>> {
    let text = request_arena::format!(in arena, "<p>{name}</p>");
    let inner = (Status::Conflict, (ContentType::CSS, &*text));
    status::Custom(Status::Accepted, content::RawHtml(inner))
}

#[request_arena(into = Response)]
#[route("/refused/<name>")]
async fn refused<'a>(arena: Arena<'a>, name: &str) -> Result<&'a str, (Status, &'a str)> {
    Err((Status::BadRequest, request_arena::format!(in arena, "not {name}")))
}

async fn serve() -> SocketAddr {
    let log_level = rocket::config::LogLevel::Off;
    let config = Config { port: 0, log_level, ..Config::debug_default() };
    let (sender, mut address) = mpsc::unbounded_channel();
    let report = AdHoc::on_liftoff("report the address", move |rocket| {
        let address = SocketAddr::new(rocket.config().address, rocket.config().port);
        sender.send(address).expect("the receiver waits");
        Box::pin(async {})
    });
    let rocket = rocket::custom(config).mount("/", routes![words, page, refused]).attach(report);
    tokio::spawn(rocket.launch());
    address.recv().await.expect("it lifts off")
}

/// The scopes that were measured, and the bytes that they took from the heap.
fn heap_of(name: &str) -> (u64, u64) {
    let heap = report().site(name).and_then(|site| site.heap).expect("there is a hook").bytes;
    (heap.count(), heap.sum)
}

#[tokio::test(flavor = "current_thread")]
async fn a_warm_handler_allocates_nothing_from_the_heap() {
    heap::install(heap::allocated_by_thread);
    let address = serve().await;
    for (name, path, status, kind, body) in [
        ("words", "/words/a-b", 200, "application/json", r#"["a","b"]"#),
        ("page", "/page/x", 202, "text/html; charset=utf-8", "<p>x</p>"),
        ("refused", "/refused/x", 400, "text/plain; charset=utf-8", "not x"),
    ] {
        for _ in 0..100 {
            let answer = get(address, path).await.expect("an answer");
            assert_eq!((answer.status, &*answer.body), (status, body));
        }
        assert_eq!(content_type(address, path).await, kind);
        let (count, sum) = heap_of(name);
        for _ in 0..50 {
            get(address, path).await.expect("an answer");
        }
        assert_eq!(heap_of(name), (count + 50, sum), "{name} allocates from the heap");
    }
}
