//! `arena.json_stream(..)` in each framework but axum: the list arrives as JSON, in chunks, and the
//! chunks go back to the pool. `axum_responses.rs` has axum.

use std::net::SocketAddr;

use request_arena::report;
use request_arena_frameworks::{content_type, get, until};
use tokio::net::TcpListener;

/// Asks for a list of one chunk and for a list of several, and checks the answers and the figures.
async fn check(address: SocketAddr, handler: &str, json: &str) {
    for count in [5, 20_000] {
        let answer = get(address, &format!("/list/{count}")).await.expect("an answer");
        let expected: Vec<u64> = (0..count).collect();
        assert_eq!(answer.status, 200, "{handler}");
        assert_eq!(answer.body, serde_json::to_string(&expected).unwrap(), "{handler}");
    }
    assert_eq!(content_type(address, "/list/5").await, json, "{handler}");
    let site = || report().site(handler).expect("it ran").clone();
    assert_eq!((site().outcomes.returned, site().live_scopes), (3, 0), "{handler}");
    let live = || site().responses.map_or(0, |responses| responses.live);
    until("the chunks are back", || live() == 0).await;
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    (listener, address)
}

mod actix_list {
    use actix_web::{App, HttpResponse, HttpServer, get, web};
    use request_arena::{Arena, JsonStream, request_arena};
    use std::ops::Range;

    #[request_arena(into = HttpResponse, name = "actix list")]
    #[get("/list/{count}")]
    async fn list(arena: Arena<'_>, count: web::Path<u64>) -> JsonStream<Range<u64>> {
        arena.json_stream(0..*count)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sends_a_list_in_chunks() {
        let server = HttpServer::new(|| App::new().service(list)).workers(1).disable_signals();
        let server = server.bind("127.0.0.1:0").expect("a socket");
        let address = server.addrs()[0];
        tokio::spawn(server.run());
        super::check(address, "actix list", "application/json").await;
    }
}

mod poem_list {
    use poem::listener::TcpAcceptor;
    use poem::web::Path;
    use poem::{Response, Route, Server, get, handler};
    use request_arena::{Arena, JsonStream, request_arena};
    use std::ops::Range;

    #[request_arena(into = Response, name = "poem list")]
    #[handler]
    async fn list(arena: Arena<'_>, Path(count): Path<u64>) -> JsonStream<Range<u64>> {
        arena.json_stream(0..count)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sends_a_list_in_chunks() {
        let (listener, address) = super::listener().await;
        let acceptor = TcpAcceptor::from_tokio(listener).expect("a listener");
        let app = Route::new().at("/list/:count", get(list));
        tokio::spawn(Server::new_with_acceptor(acceptor).run(app));
        super::check(address, "poem list", "application/json; charset=utf-8").await;
    }
}

mod rocket_list {
    use request_arena::{Arena, JsonStream, request_arena, rocket::Response};
    use rocket::fairing::AdHoc;
    use rocket::{Config, get, routes};
    use std::net::SocketAddr;
    use std::ops::Range;
    use tokio::sync::mpsc;

    #[request_arena(into = Response, name = "rocket list")]
    #[get("/list/<count>")]
    async fn list(arena: Arena<'_>, count: u64) -> JsonStream<Range<u64>> {
        arena.json_stream(0..count)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sends_a_list_in_chunks() {
        let log_level = rocket::config::LogLevel::Off;
        let config = Config { port: 0, log_level, ..Config::debug_default() };
        let (sender, mut address) = mpsc::unbounded_channel();
        let report = AdHoc::on_liftoff("report the address", move |rocket| {
            let address = SocketAddr::new(rocket.config().address, rocket.config().port);
            sender.send(address).expect("the receiver waits");
            Box::pin(async {})
        });
        let rocket = rocket::custom(config).mount("/", routes![list]).attach(report);
        tokio::spawn(rocket.launch());
        let address = address.recv().await.expect("it lifts off");
        super::check(address, "rocket list", "application/json").await;
    }
}

mod salvo_list {
    use request_arena::{Arena, JsonChunks, request_arena};
    use salvo::conn::{Listener, TcpListener};
    use salvo::{Request, Response, Router, Server, handler};

    #[request_arena(name = "salvo list")]
    #[handler]
    async fn list(arena: Arena<'_>, request: &mut Request, response: &mut Response) {
        let count = request.param::<u64>("count").expect("a number");
        response.add_header("content-type", "application/json", true).expect("a header");
        response.stream(JsonChunks::from(arena.json_stream(0..count)));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sends_a_list_in_chunks() {
        let router = Router::with_path("list/{count}").get(list);
        let acceptor = TcpListener::new("127.0.0.1:0").bind().await;
        let address = acceptor.local_addr().expect("bound");
        tokio::spawn(Server::new(acceptor).serve(router));
        super::check(address, "salvo list", "application/json").await;
    }
}

mod warp_list {
    use request_arena::{Arena, JsonStream, request_arena};
    use std::cell::Cell;
    use warp::Filter;
    use warp::reply::Response;

    /// An iterator need not be `Sync`, although warp's body is.
    #[request_arena(into = Response, name = "warp list")]
    async fn list(arena: Arena<'_>, count: u64) -> JsonStream<impl Iterator<Item = u64> + Send> {
        let last = Cell::new(0);
        arena.json_stream((0..count).map(move |_| last.replace(last.get() + 1)))
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sends_a_list_in_chunks() {
        let (listener, address) = super::listener().await;
        let routes = warp::path!("list" / u64).then(list);
        tokio::spawn(warp::serve(routes).incoming(listener).run());
        super::check(address, "warp list", "application/json").await;
    }
}
