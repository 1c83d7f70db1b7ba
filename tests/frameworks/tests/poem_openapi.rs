//! poem-openapi 5: `#[request_arena]` above `#[OpenApi]`, on the whole `impl`. The OpenAPI document
//! does not mention the arena.

use std::net::SocketAddr;

use poem::listener::TcpAcceptor;
use poem::{Route, Server};
use poem_openapi::param::Path;
use poem_openapi::payload::{Json, PlainText};
use poem_openapi::{OpenApi, OpenApiService};
use request_arena::{Arena, request_arena};
use request_arena_frameworks::suite::{LEFT, OnPanic, meet, pass_the_gate, words};
use tokio::net::TcpListener;

/// Words in the arena.
struct Words<'a>(&'a [&'a str]);

impl From<Words<'_>> for Json<Vec<String>> {
    fn from(words: Words<'_>) -> Self {
        Json(words.0.iter().map(|word| (*word).to_owned()).collect())
    }
}

struct Api {
    separator: &'static str,
}

#[request_arena]
#[OpenApi]
impl Api {
    /// The words in reverse.
    #[oai(path = "/holds/:text", method = "get")]
    async fn holds(&self, arena: Arena<'_>, text: Path<String>) -> PlainText<String> {
        let words = words(&arena, &text);
        meet().await;
        words.reverse();
        PlainText(words.join(self.separator))
    }

    /// The words.
    #[request_arena(into = Json<Vec<String>>)]
    #[oai(path = "/borrows/:text", method = "get")]
    async fn borrows<'a>(&self, arena: Arena<'a>, text: Path<String>) -> Words<'a> {
        Words(words(&arena, &text))
    }

    #[oai(path = "/panics", method = "get")]
    async fn panics(&self, arena: Arena<'_>) -> PlainText<String> {
        arena.alloc_deferred(LEFT.probe());
        panic!("this handler panics");
    }

    #[oai(path = "/runs_on", method = "get")]
    async fn runs_on(&self, arena: Arena<'_>) -> PlainText<String> {
        let answer = arena.alloc_str("the client is gone");
        pass_the_gate().await;
        PlainText(answer.to_owned())
    }
}

fn service() -> OpenApiService<Api, ()> {
    OpenApiService::new(Api { separator: " " }, "words", "1")
}

async fn serve() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("bound");
    let acceptor = TcpAcceptor::from_tokio(listener).expect("a listener");
    tokio::spawn(Server::new_with_acceptor(acceptor).run(Route::new().nest("/", service())));
    address
}

request_arena_frameworks::framework_tests! {
    arena_data_is_held_across_awaits: holds(serve().await);
    a_response_borrows_from_the_arena: borrows(serve().await);
    a_panic_closes_the_connection: panics(serve().await, OnPanic::Closed);
    a_handler_runs_on_when_its_client_hangs_up: runs_on(serve().await);
}

#[test]
fn the_document_describes_the_outward_methods() {
    let document: serde_json::Value = serde_json::from_str(&service().spec()).expect("JSON");
    let operation = &document["paths"]["/borrows/{text}"]["get"];
    assert_eq!(operation["summary"], "The words.");
    assert_eq!(operation["parameters"].as_array().map(Vec::len), Some(1), "no arena is among them");
    let schema =
        &operation["responses"]["200"]["content"]["application/json; charset=utf-8"]["schema"];
    assert_eq!(
        (&schema["type"], &schema["items"]["type"]),
        (&"array".into(), &"string".into()),
        "{operation}"
    );
}
