use axum::{body::Body, response::Response};
use request_arena::{Arena, request_arena};

#[request_arena]
async fn page(arena: Arena<'_>, name: String) -> Response {
    let html = request_arena::format!(in arena, "<h1>{name}</h1>");
    Response::new(Body::from(&*html))
}

fn main() {
    drop(page(String::new()));
}
