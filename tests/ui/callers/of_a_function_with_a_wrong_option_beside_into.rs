use axum::{Json, Router, response::Response, routing::get};
use request_arena::{Arena, request_arena};

#[request_arena(into = Response, limit = "much")]
async fn search<'a>(arena: Arena<'a>) -> Json<&'a str> {
    Json(arena.alloc_str("hit"))
}

async fn twice() -> [Response; 2] {
    [search().await, search().await]
}

fn main() {
    let _: Router = Router::new().route("/", get(search));
    drop(twice());
}
