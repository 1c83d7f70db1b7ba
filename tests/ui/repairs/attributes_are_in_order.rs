use axum::{Router, routing::get};
use request_arena::{Arena, request_arena};

#[async_trait::async_trait]
trait Search {
    async fn search(&self, query: &str) -> usize;
}

struct Service;

#[request_arena]
#[async_trait::async_trait]
impl Search for Service {
    async fn search(&self, arena: Arena<'_>, query: &str) -> usize {
        arena.alloc_str(query).len()
    }
}

#[request_arena]
#[axum::debug_handler]
async fn handler(arena: Arena<'_>) -> String {
    let found = Service.search("q").await;
    request_arena::format!(in arena, "{found}").to_owned()
}

fn main() {
    let _: Router = Router::new().route("/search", get(handler));
}
