use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use request_arena::{Arena, request_arena};

struct Service;

impl Service {
    const LIMIT: usize = 1 << 20;

    #[request_arena(limit = Service::LIMIT, on_limit = |error| Err(error.to_string()))]
    fn search(&self, arena: Arena<'_>, query: &str) -> Result<usize, String> {
        Ok(arena.alloc_str(query).len())
    }
}

#[request_arena(
    limit = "1 MiB",
    on_limit = StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    into = Response
)]
async fn search<'a>(arena: Arena<'a>, query: String) -> Json<&'a str> {
    Json(arena.alloc_str(&query))
}

fn main() {
    let _ = Service.search("q");
    drop(search(String::new()));
}
